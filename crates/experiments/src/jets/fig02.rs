//! From constituents to the image: one QCD and one top jet through each step of the preprocessing.
//!
//! Centred, turned and mirrored, jets come to lie alike, so that the network need not learn where they were and how they lay.

use datasets::image::{Particle, coordinates, steps};
use datasets::jets::Class;

use super::image_panel::{average_scale, image_panel};
use super::sample::test_name;
use super::shown_jet::shown_jet;
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{Axis, ColourMap, Guide, Page, Panel, Points};
use crate::rows::Rows;
use crate::run::RunSpec;
use crate::tables::{Table, Tables};
use crate::{Error, Result, Tier};

/// The figure.
pub struct FromConstituentsToImage;

/// The classes, in the order of the rows.
const CLASSES: [Class; 2] = [Class::Qcd, Class::Top];
/// The steps, in their order, before the last one makes an image.
const STEPS: [&str; 4] = ["as measured", "centred", "rotated", "mirrored"];
/// Largest radius of a constituent's marker in points, at a fraction 1 of p_T.
const LARGEST: f64 = 9.0;

impl Figure for FromConstituentsToImage {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig02"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["data.test_file", "data.recipe", "evaluate.jet", "draw.colours", "draw.colour_map"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        match experiment.jets()?.recipe {
            datasets::image::Recipe::PrincipalAxis => Ok(()),
            other => {
                Err(Error::setting("data.recipe", other.name(), "this figure shows the steps of `principal-axis`"))
            }
        }
    }

    fn runs(&self, _experiment: &Experiment) -> Result<Vec<RunSpec>> {
        Ok(Vec::new())
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let files = experiment.jets()?;
        let path = with.project.data(&files.test_file);
        let mut particles = Rows::new(["class", "step"], ["eta", "phi", "fraction_of_pt"]);
        let mut pixels = Vec::new();
        for class in CLASSES {
            let shown = experiment.evaluate.jet.unwrap_or(0);
            let jet = shown_jet(&path, files.test_table.as_deref(), class, shown)?;
            for (step, particles_now) in STEPS.into_iter().zip(steps_of(&jet)) {
                let total: f64 = particles_now.iter().map(|particle| particle.pt).sum();
                for Particle { eta, phi, pt } in particles_now {
                    particles.push([class.name(), step], [eta, phi, pt / total]);
                }
            }
            let image = files
                .recipe
                .image(&jet)
                .ok_or_else(|| datasets::Error::EmptyImage { file: Some(path.clone()), jet: shown })?;
            let mut dense = vec![0.0; files.recipe.side() * files.recipe.side()];
            image.iter().for_each(|&(pixel, value)| dense[usize::from(pixel)] = value);
            pixels.push(dense);
        }
        let names = CLASSES.into_iter().zip(&pixels).flat_map(|(class, image)| vec![class.name(); image.len()]);
        let sample = Table::new("sample")
            .with_texts("name", [test_name(files, with.project)?])
            .with("half_width", vec![files.recipe.grid().half_width]);
        Ok(Tables::new([
            particles.table("data"),
            Table::new("images").with_texts("class", names).with("fraction_of_pt", pixels.concat()),
            sample,
        ]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let images = tables.get("images")?;
        let sum = |class: Class| -> Result<f64> {
            Ok(images.numbers_where("fraction_of_pt", "class", class.name())?.iter().sum())
        };
        let sums = [sum(CLASSES[0])?, sum(CLASSES[1])?];
        let tilts = [tilt(tables, CLASSES[0])?, tilt(tables, CLASSES[1])?];
        let claims = [
            Claim::new(
                Origin::identity("the last step divides by the sum"),
                "an image's pixels add up to 1",
                format!("QCD {:.6}, top {:.6}", sums[0], sums[1]),
                "1 to 1e-5",
                sums.iter().all(|sum| (sum - 1.0).abs() < 1e-5),
            ),
            Claim::new(
                Origin::identity("the rotation is by the angle of that axis"),
                "the larger principal axis lies along φ'",
                format!("tilt: QCD {:.1e}, top {:.1e} degrees", tilts[0], tilts[1]),
                "tilt below 1e-3 degrees",
                tilts.iter().all(|tilt| tilt.abs() < 1e-3),
            ),
        ];
        // The steps take no training, so that the tier does not matter.
        let tier = experiment.tier.max(Tier::Cpu);
        Ok(claims.into_iter().map(|claim| claim.decided_with(tier, 2, 2, "jets")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let images = tables.get("images")?;
        let high = images.numbers("fraction_of_pt")?.iter().copied().fold(0.0, f64::max);
        let half_width = tables.get("sample")?.numbers("half_width")?[0];
        let mut panels = Vec::new();
        for (index, class) in CLASSES.into_iter().enumerate() {
            for step in STEPS {
                panels.push(particle_panel(tables, class, step, half_width, &palette, index)?);
            }
            let image = images.numbers_where("fraction_of_pt", "class", class.name())?;
            let scale = average_scale(palette.map, high);
            panels.push(
                image_panel(&image, half_width, &scale, label!("{}: image", class.name()))
                    .colour_bar("fraction of $p_T$"),
            );
        }
        let footer = label!(
            "{}; area of a disc: the constituent's fraction of $p_T$; white pixels are empty",
            tables.get("sample")?.texts("name")?[0]
        );
        Ok(Page::new(panels).columns(5).frame(105.0, 105.0).footer(footer))
    }
}

/// The particles as measured and after each step.
fn steps_of(constituents: &[[f32; 4]]) -> [Vec<Particle>; 4] {
    let measured = coordinates(constituents);
    let mut centred = measured.clone();
    steps::centre_on_hardest(&mut centred);
    // Twice, because wrapping φ may have moved the centroid.
    steps::centre_on_centroid(&mut centred);
    steps::centre_on_centroid(&mut centred);
    let mut rotated = centred.clone();
    steps::rotate_principal_axis(&mut rotated, steps::Axis::Phi);
    let mut mirrored = rotated.clone();
    steps::flip_to_heaviest_quadrant(&mut mirrored);
    [measured, centred, rotated, mirrored]
}

/// η, φ and fraction of p_T of one class at one step.
fn particles_at(tables: &Tables, class: Class, step: &str) -> Result<[Vec<f64>; 3]> {
    let table = tables.get("data")?;
    let of = |column: &str| table.numbers_where_both(column, [("class", class.name()), ("step", step)]);
    Ok([of("eta")?, of("phi")?, of("fraction_of_pt")?])
}

/// Angle in degrees between the larger principal axis of the mirrored particles and φ.
fn tilt(tables: &Tables, class: Class) -> Result<f64> {
    let [eta, phi, weight] = particles_at(tables, class, STEPS[3])?;
    let moment = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).zip(&weight).map(|((a, b), w)| w * a * b).sum() };
    let (along, across, mixed) = (moment(&phi, &phi), moment(&eta, &eta), moment(&phi, &eta));
    Ok((0.5 * (2.0 * mixed).atan2(along - across)).to_degrees())
}

fn particle_panel(
    tables: &Tables,
    class: Class,
    step: &str,
    half_width: f64,
    palette: &Palette,
    index: usize,
) -> Result<Panel> {
    let [eta, phi, fraction] = particles_at(tables, class, step)?;
    let raw = step == STEPS[0];
    let centre = |values: &[f64]| if raw { 0.5 * (extreme(values, f64::min) + extreme(values, f64::max)) } else { 0.0 };
    let reach = 1.25 * half_width;
    let around = |values: &[f64]| (centre(values) - reach, centre(values) + reach);
    let (x, y) = (around(&eta), around(&phi));
    let (eta_name, phi_name) = if raw { ("$η$", "$φ$") } else { ("$η'$", "$φ'$") };
    let mut panel = Panel::new(Axis::linear(eta_name, x.0, x.1), Axis::linear(phi_name, y.0, y.1))
        .title(label!("{}: {}", class.name(), step))
        .equal_aspect();
    if !raw {
        panel = panel.with(Guide::horizontal(0.0)).with(Guide::vertical(0.0));
    }
    for ((eta, phi), fraction) in eta.iter().zip(&phi).zip(&fraction) {
        let radius = (LARGEST * fraction.sqrt()).max(0.5);
        panel = panel.with(Points::new(&[*eta], &[*phi]).radius(radius).colour(palette.line(index)));
    }
    Ok(panel)
}

fn extreme(values: &[f64], pick: fn(f64, f64) -> f64) -> f64 {
    values.iter().copied().reduce(pick).unwrap_or(0.0)
}
