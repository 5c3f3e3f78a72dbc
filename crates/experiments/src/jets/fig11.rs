//! Intensity remappings: the functions, and what they make of one QCD and one top image.
//!
//! A few bright pixels carry most of an image's p_T, and the mean squared error sees little else. A remapping lifts the dim
//! pixels before the image is scaled to its sum again.

use datasets::image::{ImageSet, Remapping};
use datasets::jets::Class;

use super::image_panel::{half_width, image_panel, image_scale};
use super::sample::test_name;
use super::shown_jet::shown_row;
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{Axis, ColourMap, Dash, Label, LegendPlace, Line, Page, Panel};
use crate::run::{RunSpec, TestJets};
use crate::tables::{Table, Tables};
use crate::{Result, Tier};

/// The figure.
pub struct Remappings;

/// The classes, in the order of the rows.
const CLASSES: [Class; 2] = [Class::Qcd, Class::Top];
/// Panels side by side: the two classes of two remappings.
const COLUMNS: usize = 4;
/// Points of a function's line, evenly in the logarithm.
const POINTS: usize = 200;
/// Decades of pixel values that are shown, below 1.
const DECADES: f64 = 6.0;
/// The share of the brightest pixels that the share of the dim ones is compared with.
const BRIGHT: usize = 5;

impl Figure for Remappings {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig11"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["data.test_file", "data.test", "data.recipe", "evaluate.jet", "draw.colours", "draw.colour_map"]
    }

    fn runs(&self, _experiment: &Experiment) -> Result<Vec<RunSpec>> {
        Ok(Vec::new())
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let files = experiment.jets()?;
        let jets = TestJets::open(files, with.project)?;
        let shown = experiment.evaluate.jet.unwrap_or(0);
        let rows = [shown_row(&jets, CLASSES[0], shown)?, shown_row(&jets, CLASSES[1], shown)?];
        Ok(Tables::new([
            functions(),
            images(&jets.images, rows),
            dim_shares(&jets.images)?,
            Table::new("sample")
                .with_texts("name", [test_name(files, with.project)?])
                .with("half_width", vec![half_width(files)]),
        ]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("dim_shares")?;
        let share = |remapping: Remapping| -> Result<f64> {
            let shares = table.numbers_where("share_of_dim_pixels", "remapping", remapping.name())?;
            Ok(metrics::mean(&shares)?)
        };
        let plain = share(Remapping::None)?;
        let lifting = [Remapping::SquareRoot, Remapping::FourthRoot, Remapping::Logarithm, Remapping::Heaviside];
        let shares = lifting.iter().map(|&remapping| share(remapping)).collect::<Result<Vec<_>>>()?;
        let square = share(Remapping::Square)?;
        let claims = [
            Claim::new(
                Origin::identity("a concave function that keeps 0 lifts dim pixels against bright ones"),
                "roots, logarithm and Heaviside raise the dim pixels' share of the squared intensity",
                format!("from {plain:.4} to {:.4} and more", shares.iter().copied().fold(f64::INFINITY, f64::min)),
                "above that of the image as it is",
                shares.iter().all(|&share| share > plain),
            ),
            Claim::new(
                Origin::identity("a convex function that keeps 0 lowers them"),
                "the square lowers it",
                format!("{square:.1e}"),
                format!("below {plain:.4}"),
                square < plain,
            ),
        ];
        let jets = table.numbers("jets")?.iter().copied().fold(f64::INFINITY, f64::min) as usize;
        // Remapping takes no training, so that the tier does not matter; the number of jets does.
        let tier = experiment.tier.max(Tier::Cpu);
        Ok(claims.into_iter().map(|claim| claim.decided_with(tier, jets, 100, "jets")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let sample = tables.get("sample")?;
        let half_width = sample.numbers("half_width")?[0];
        let mut panels = vec![function_panel(tables, &palette)?, share_panel(tables, &palette)?];
        let images = tables.get("images")?;
        let scale = image_scale(palette.map, 1e-5, 0.5);
        for remapping in Remapping::ALL {
            for class in CLASSES {
                let image = images.numbers_where("fraction", "image", &image_name(class, remapping))?;
                let title = label!("{}: {}", class.name(), Label::from(formula(remapping)));
                let panel = image_panel(&image, half_width, &scale, title);
                let last = panels.len() % COLUMNS == COLUMNS - 1;
                panels.push(if last { panel.colour_bar("fraction of the sum") } else { panel });
            }
        }
        let footer = label!(
            "{}; every image is divided by its sum after the remapping; dim pixels: all but the {} brightest of an image",
            sample.texts("name")?[0],
            BRIGHT
        );
        Ok(Page::new(panels).columns(COLUMNS).frame(105.0, 105.0).footer(footer))
    }
}

/// A remapping as a formula.
fn formula(remapping: Remapping) -> &'static str {
    match remapping {
        Remapping::None => "$x$",
        Remapping::SquareRoot => "$x^{1/2}$",
        Remapping::FourthRoot => "$x^{1/4}$",
        Remapping::Logarithm => "ln(1000$x$ + 1)",
        Remapping::Heaviside => "Heaviside",
        Remapping::Square => "$x^2$",
    }
}

/// Each function over pixel values from 1e-6 to 1.
fn functions() -> Table {
    let x: Vec<f64> =
        (0..POINTS).map(|point| 10f64.powf(-DECADES * (1.0 - point as f64 / (POINTS - 1) as f64))).collect();
    Remapping::ALL.into_iter().fold(Table::new("data").with("pixel", x.clone()), |table, remapping| {
        table.with(remapping.name(), x.iter().map(|&x| remapping.apply(x)).collect::<Vec<_>>())
    })
}

fn image_name(class: Class, remapping: Remapping) -> String {
    format!("{}, {}", class.name(), remapping.name())
}

/// The shown image of each class under each remapping.
fn images(set: &ImageSet, rows: [usize; 2]) -> Table {
    let (mut names, mut fractions) = (Vec::new(), Vec::new());
    for (class, row) in CLASSES.into_iter().zip(rows) {
        let one = set.only(&[row]);
        for remapping in Remapping::ALL {
            let image = remapping.remap(&one, true).dense(&[0]);
            names.extend(vec![image_name(class, remapping); image.len()]);
            fractions.extend(image.into_iter().map(f64::from));
        }
    }
    Table::new("images").with_texts("image", names).with("fraction", fractions)
}

/// For each class and remapping, the mean share of Σx² that all but the brightest pixels have: what a squared error sees of them.
fn dim_shares(set: &ImageSet) -> Result<Table> {
    let (mut classes, mut remappings, mut shares, mut jets) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for remapping in Remapping::ALL {
        let remapped = remapping.remap(set, true);
        for class in CLASSES {
            let rows = remapped.rows_of(class);
            let of_jets: Vec<f64> = rows.iter().map(|&row| dim_share(remapped.get(row).1)).collect();
            classes.push(class.name());
            remappings.push(remapping.name());
            shares.push(metrics::mean(&of_jets)?);
            jets.push(rows.len() as f64);
        }
    }
    Ok(Table::new("dim_shares")
        .with_texts("class", classes)
        .with_texts("remapping", remappings)
        .with("share_of_dim_pixels", shares)
        .with("jets", jets))
}

/// Share of Σx² outside of the brightest pixels.
fn dim_share(values: &[f32]) -> f64 {
    let mut squares: Vec<f64> = values.iter().map(|&x| f64::from(x) * f64::from(x)).collect();
    squares.sort_by(|a, b| b.total_cmp(a));
    let all: f64 = squares.iter().sum();
    if all > 0.0 { squares.iter().skip(BRIGHT).sum::<f64>() / all } else { 0.0 }
}

fn function_panel(tables: &Tables, palette: &Palette) -> Result<Panel> {
    let table = tables.get("data")?;
    let x = table.numbers("pixel")?;
    let mut panel = Panel::new(
        Axis::logarithmic("pixel $x$ (fraction of $p_T$)", 10f64.powf(-DECADES), 1.0),
        Axis::linear("remapped, of its value at 1", 0.0, 1.05),
    );
    for (index, remapping) in Remapping::ALL.into_iter().enumerate() {
        let y: Vec<f64> = table.numbers(remapping.name())?.iter().map(|y| y / remapping.apply(1.0)).collect();
        let line = Line::new(x, &y).colour(palette.line(index)).dash(Dash::of_series(index));
        panel = panel.with(line.label(formula(remapping)));
    }
    Ok(panel.legend(LegendPlace::Above))
}

/// The dim pixels' share of the squared intensity, by remapping.
fn share_panel(tables: &Tables, palette: &Palette) -> Result<Panel> {
    let table = tables.get("dim_shares")?;
    let ticks = Remapping::ALL.iter().enumerate().map(|(place, remapping)| (place as f64, short(*remapping).into()));
    let ticks = crate::plot::Ticks::At { major: ticks.collect(), minor: Vec::new() };
    let mut panel = Panel::new(
        Axis::linear("remapping", -0.5, 5.5).ticks(ticks),
        Axis::linear("dim pixels' share of Σ$x^2$", 0.0, 1.0),
    );
    for (index, class) in CLASSES.into_iter().enumerate() {
        let shares = table.numbers_where("share_of_dim_pixels", "class", class.name())?;
        let x: Vec<f64> = (0..shares.len()).map(|place| place as f64).collect();
        let points = crate::plot::Points::new(&x, &shares).radius(2.5).series(index).colour(palette.line(index));
        panel = panel.with(points.label(class.name()));
    }
    Ok(panel.legend(LegendPlace::Above))
}

/// A remapping in as few letters as an axis has room for.
fn short(remapping: Remapping) -> &'static str {
    match remapping {
        Remapping::None => "$x$",
        Remapping::SquareRoot => "√$x$",
        Remapping::FourthRoot => "$x^{1/4}$",
        Remapping::Logarithm => "ln",
        Remapping::Heaviside => "H",
        Remapping::Square => "$x^2$",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dim_share_is_what_five_pixels_leave() {
        assert_eq!(dim_share(&[1.0; 5]), 0.0);
        assert!((dim_share(&[0.5; 10]) - 0.5).abs() < 1e-12);
        assert!((dim_share(&[2.0, 1.0, 1.0, 1.0, 1.0, 1.0]) - 1.0 / 9.0).abs() < 1e-12);
    }
}
