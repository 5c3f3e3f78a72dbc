//! The average QCD and the average top image.
//!
//! Jet images are sparse, and a top jet, with its three prongs, fills more pixels than a QCD jet: what an autoencoder
//! has to learn is simpler for QCD.

use datasets::image::{ImageSet, cached_images};
use datasets::jets::Class;

use crate::Result;
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::jets::image_panel::{average_scale, image_panel};
use crate::jets::sample::test_name;
use crate::label;
use crate::plot::{ColourMap, Page, Panel};
use crate::run::RunSpec;
use crate::samples::check_both_classes;
use crate::tables::{Table, Tables};

/// The figure.
pub struct AverageImages;

/// The classes, in the order of the panels.
const CLASSES: [Class; 2] = [Class::Qcd, Class::Top];

impl Figure for AverageImages {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig03"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["data.test_file", "data.recipe", "draw.colour_map"]
    }

    fn runs(&self, _experiment: &Experiment) -> Result<Vec<RunSpec>> {
        Ok(Vec::new())
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let files = experiment.jets()?;
        let path = with.project.data(&files.test_file);
        let images = cached_images(&path, files.test_table.as_deref(), files.recipe, &with.project.cache())?;
        check_both_classes(&images, &path)?;
        let grid = files.recipe.grid();
        Ok(Tables::new([
            averages(&images, grid.half_width),
            active_pixels(&images)?,
            Table::new("sample")
                .with_texts("name", [test_name(files, with.project)?])
                .with("half_width", vec![grid.half_width]),
        ]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("active_pixels")?;
        let (mean, error, largest) = (table.numbers("mean")?, table.numbers("error")?, table.numbers("largest")?);
        let pixels = tables.get("data")?.numbers("x")?.len() as f64 / 2.0;
        let most = mean[0].max(mean[1]);
        let value = |class: usize| format!("{:.1} ± {:.1}", mean[class], error[class]);
        let claims = [
            Claim::new(
                Origin::expected(
                    "a jet has some tens of constituents, an image 1600 pixels; the paper's abstract speaks of sparsity",
                ),
                "images are sparse: mean active pixels",
                format!("QCD {}, top {}", value(0), value(1)),
                format!("below a tenth of {pixels} pixels"),
                most < 0.1 * pixels,
            ),
            Claim::new(
                Origin::identity("200 constituents are kept, and each lights at most one pixel"),
                "no image has more active pixels than constituents are kept",
                format!("at most {}", largest[0].max(largest[1])),
                "<= 200",
                largest.iter().all(|&n| n <= 200.0),
            ),
            Claim::new(
                Origin::expected("three prongs and a larger mass spread a top jet's constituents"),
                "top jets fill more pixels than QCD jets",
                format!("difference {:.1}", mean[1] - mean[0]),
                "above 3 standard errors",
                mean[1] - mean[0] > 3.0 * error[0].hypot(error[1]),
            ),
        ];
        let jets = table.numbers("jets")?.iter().copied().fold(f64::INFINITY, f64::min);
        // Counting pixels takes no training, so that the tier does not matter; the number of jets does.
        Ok(claims
            .into_iter()
            .map(|claim| claim.decided_with(experiment.tier.max(crate::Tier::Cpu), jets as usize, 100, "jets"))
            .collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let table = tables.get("data")?;
        let sample = tables.get("sample")?;
        let half_width = sample.numbers("half_width")?[0];
        let fractions = table.numbers("fraction_of_pt")?;
        let high = fractions.iter().copied().fold(0.0, f64::max);
        let scale = average_scale(palette.map, high);
        let panel = |class: Class| -> Result<Panel> {
            let image = table.numbers_where("fraction_of_pt", "class", class.name())?;
            let title = label!("average {} jet", class.name());
            Ok(image_panel(&image, half_width, &scale, title).colour_bar("fraction of $p_T$ per pixel"))
        };
        let footer = label!(
            "{}; axes after centring, rotation and flip; white: no jet has this pixel",
            sample.texts("name")?[0]
        );
        Ok(Page::new([panel(Class::Qcd)?, panel(Class::Top)?]).footer(footer))
    }
}

/// Mean image of each class; rows run along φ', columns along η'.
fn averages(images: &ImageSet, half_width: f64) -> Table {
    let side = images.side();
    let centre = |index: usize| -half_width + (index as f64 + 0.5) * 2.0 * half_width / side as f64;
    let (mut class, mut x, mut y, mut fraction) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for which in CLASSES {
        for (pixel, value) in images.mean_image(which).into_iter().enumerate() {
            class.push(which.name());
            x.push(centre(pixel % side));
            y.push(centre(pixel / side));
            fraction.push(f64::from(value));
        }
    }
    Table::new("data").with_texts("class", class).with("x", x).with("y", y).with("fraction_of_pt", fraction)
}

/// Mean number of pixels above 0 of each class, its standard error, and the largest.
fn active_pixels(images: &ImageSet) -> Result<Table> {
    let (mut mean, mut error, mut largest, mut jets) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for class in CLASSES {
        let counts: Vec<f64> = images.rows_of(class).into_iter().map(|row| images.active_pixels(row) as f64).collect();
        mean.push(metrics::mean(&counts)?);
        error.push(metrics::standard_deviation(&counts)? / (counts.len() as f64).sqrt());
        largest.push(counts.iter().copied().fold(0.0, f64::max));
        jets.push(counts.len() as f64);
    }
    Ok(Table::new("active_pixels")
        .with_texts("class", CLASSES.map(Class::name))
        .with("jets", jets)
        .with("mean", mean)
        .with("error", error)
        .with("largest", largest))
}
