//! Input and reconstruction at several epochs, for the autoencoders trained on QCD and on top.
//!
//! Each network is shown a jet of its own class and one of the other. The brightest pixels are what the mean squared
//! error rewards most: they should be there first, and the structure between them later or never.

use datasets::jets::Class;

use super::Direction;
use super::along_training::{Stage, stages};
use super::brightness::{BRIGHT, active_by_brightness};
use super::image_grid::{ImageGrid, LEAST_SHOWN, grid_page};
use super::image_panel::half_width;
use super::sample::{samples_table, samples_text};
use super::shown_jet::shown_row;
use super::taggers::{Taggers, runs_both_ways};
use crate::Result;
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{ColourMap, Label, Page};
use crate::rows::Rows;
use crate::run::{RunSpec, TestJets, TrainedRun};
use crate::tables::{Table, Tables};

/// The figure.
pub struct ReconstructionInTraining;

/// Test jets of the trained class of which the bright pixels' share of the error is measured.
const MEASURED: usize = 500;
/// Jets that a claim about a mean needs.
const LEAST_JETS: usize = 100;
/// Column of the images as the network sees them.
const INPUT: &str = "input";

impl Figure for ReconstructionInTraining {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig04"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.jet", "draw.colour_map"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        stages(experiment).map(drop)
    }

    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        runs_both_ways(experiment)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let taggers = Taggers::new(experiment, with);
        let jets = taggers.test_jets(0)?;
        let stages = stages(experiment)?;
        let mut shown = Shown::new(&jets, experiment.evaluate.jet.unwrap_or(0));
        let mut means = Rows::new(["trained_on"], ["epoch", "mean_loss", "bright_share_of_error", "jets"]);
        for direction in Direction::BOTH {
            let run = &taggers.both_ways(0, direction)[0];
            shown.add_inputs(direction)?;
            for stage in &stages {
                let scores = taggers.scores_after(run, stage.snapshot, &jets)?;
                let (signal, background) = direction.signal_and_background(&scores);
                shown.add(direction, stage, &taggers, run, [background, signal])?;
                let share = bright_share_of_jets(&taggers, run, stage, &jets, direction.trained_on())?;
                let row = [stage.epoch as f64, metrics::mean(background)?, share, background.len() as f64];
                means.push([direction.trained_on().name()], row);
            }
        }
        let [images, window, losses] = shown.tables();
        Ok(Tables::new([images, window, losses, means.table("by_epoch"), samples_table(&jets.files, with.project)?]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_epoch")?;
        let ends = |column: &str| -> Result<[(f64, f64); 2]> {
            let [qcd, top] = Direction::BOTH.map(|direction| first_and_last(table, column, direction));
            Ok([qcd?, top?])
        };
        let (losses, shares) = (ends("mean_loss")?, ends("bright_share_of_error")?);
        let first = table.numbers("epoch")?[0];
        let bar = format!("at the end below that after epoch {first}, for both classes");
        let falls = |ends: &[(f64, f64); 2]| ends.iter().all(|(first, last)| last < first);
        let claims = [
            Claim::new(
                Origin::expected(""),
                "the loss of the test jets of the trained class falls along the training",
                from_to(&losses, |loss| format!("{loss:.4}")),
                format!("mean {bar}"),
                falls(&losses),
            ),
            Claim::new(
                Origin::expected(""),
                format!(
                    "the brightest pixels come first: the {BRIGHT} brightest pixels' share of the squared error falls"
                ),
                from_to(&shares, |share| format!("{:.1} %", 100.0 * share)),
                format!("mean share {bar}"),
                falls(&shares),
            ),
        ];
        let jets = table.numbers("jets")?.iter().copied().fold(f64::INFINITY, f64::min) as usize;
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, jets, LEAST_JETS, "jets")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let losses = tables.get("losses")?;
        let (rows, columns) = (losses.texts("row")?, losses.texts("column")?);
        let title = |row: &str, column: &str| -> Result<Label> {
            let places = rows.iter().zip(columns).zip(losses.numbers("loss")?);
            let loss = places.filter(|((r, c), _)| *r == row && *c == column).map(|(_, loss)| *loss).next();
            let input = || Label::plain(row.replace("trained on ", "trained\u{a0}on\u{a0}"));
            Ok(loss.map_or_else(input, |loss| label!("{}, loss\u{a0}{:.3}", column, loss)))
        };
        let footer = label!(
            "{}; jet number {} of its class in the test file, network of seed 0; left: input; loss: that of the jet shown; white: below {} of the input's sum",
            samples_text(tables)?,
            experiment.evaluate.jet.unwrap_or(0),
            LEAST_SHOWN
        );
        Ok(grid_page(tables, palette.map, 74.0, &title)?.title("Reconstruction along the training").footer(footer))
    }
}

/// The images of the jets shown, with their losses.
struct Shown<'a> {
    jets: &'a TestJets,
    index: usize,
    grid: ImageGrid,
    losses: Rows<2, 1>,
}

impl<'a> Shown<'a> {
    fn new(jets: &'a TestJets, index: usize) -> Self {
        let grid = ImageGrid::new(half_width(&jets.files));
        Self { jets, index, grid, losses: Rows::new(["row", "column"], ["loss"]) }
    }

    /// Rows in the test file of the jet of the trained class, then of the other one.
    fn jets_of(&self, direction: Direction) -> Result<[usize; 2]> {
        let [own, other] = classes(direction).map(|class| shown_row(self.jets, class, self.index));
        Ok([own?, other?])
    }

    fn add_image(&mut self, row: &str, column: &str, image: Vec<f64>) {
        let image: Vec<f64> = image.into_iter().map(|value| value / self.jets.files.image_sum).collect();
        self.grid.add(row, column, &image);
    }

    fn add_inputs(&mut self, direction: Direction) -> Result<()> {
        let inputs = Taggers::inputs(self.jets, &self.jets_of(direction)?);
        for (class, image) in classes(direction).into_iter().zip(inputs.rows()) {
            self.add_image(&row_name(direction, class), INPUT, image.to_vec());
        }
        Ok(())
    }

    /// Adds what the network makes of both jets; `losses` are those of the trained class's test jets, then the other's.
    fn add(
        &mut self,
        direction: Direction,
        stage: &Stage,
        taggers: &Taggers,
        run: &TrainedRun,
        losses: [&[f64]; 2],
    ) -> Result<()> {
        let column = format!("epoch {}", stage.epoch);
        let images = taggers.reconstructions(run, stage.snapshot, self.jets, &self.jets_of(direction)?)?;
        for ((class, image), losses) in classes(direction).into_iter().zip(images.rows()).zip(losses) {
            let row = row_name(direction, class);
            self.add_image(&row, &column, image.to_vec());
            self.losses.push([&row, &column], [losses[self.index]]);
        }
        Ok(())
    }

    fn tables(self) -> [Table; 3] {
        let [images, window] = self.grid.tables();
        [images, window, self.losses.table("losses")]
    }
}

/// The trained class, then the other one.
fn classes(direction: Direction) -> [Class; 2] {
    [direction.trained_on(), direction.signal()]
}

fn row_name(direction: Direction, class: Class) -> String {
    format!("{} jet, trained on {}", class.name(), direction.trained_on().name())
}

/// The bright pixels' share of the squared error, mean over the first jets of a class.
fn bright_share_of_jets(
    taggers: &Taggers,
    run: &TrainedRun,
    stage: &Stage,
    jets: &TestJets,
    class: Class,
) -> Result<f64> {
    let rows = &jets.rows[usize::from(class == Class::Top)];
    let rows = &rows[..MEASURED.min(rows.len())];
    let (inputs, images) = (Taggers::inputs(jets, rows), taggers.reconstructions(run, stage.snapshot, jets, rows)?);
    let pairs = inputs.rows().into_iter().zip(images.rows());
    let shares: Vec<f64> = pairs.map(|(input, image)| bright_share(&input.to_vec(), &image.to_vec())).collect();
    Ok(metrics::mean(&shares)?)
}

/// The share of Σ(x − x')² that the brightest pixels of the input have; 0 where there is no error.
fn bright_share(input: &[f64], reconstruction: &[f64]) -> f64 {
    let error = |pixel: usize| (input[pixel] - reconstruction[pixel]).powi(2);
    let all: f64 = (0..input.len()).map(error).sum();
    let bright: f64 = active_by_brightness(input).into_iter().take(BRIGHT).map(error).sum();
    if all > 0.0 { bright / all } else { 0.0 }
}

/// A column's values of one training at the first snapshot and at the end.
fn first_and_last(table: &Table, column: &str, direction: Direction) -> Result<(f64, f64)> {
    let values = table.numbers_where(column, "trained_on", direction.trained_on().name())?;
    Ok((values.first().copied().unwrap_or(f64::NAN), values.last().copied().unwrap_or(f64::NAN)))
}

/// "QCD 0.0510 to 0.0214, top 0.0498 to 0.0301".
fn from_to(ends: &[(f64, f64); 2], format: impl Fn(f64) -> String) -> String {
    let texts = Direction::BOTH.into_iter().zip(ends).map(|(direction, (first, last))| {
        format!("{} {} to {}", direction.trained_on().name(), format(*first), format(*last))
    });
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bright_share_is_that_of_the_inputs_brightest_pixels() {
        // Errors 1, 0, 0, 0, 0 of the five bright pixels, 1 of the dim one, √2 of the dark one.
        let input = [6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0];
        let reconstruction = [5.0, 5.0, 4.0, 3.0, 2.0, 2.0, 2.0f64.sqrt()];
        assert!((bright_share(&input, &reconstruction) - 0.25).abs() < 1e-12);
        assert_eq!(bright_share(&input, &input), 0.0);
    }

    #[test]
    fn a_change_is_told_for_both_classes() {
        assert_eq!(from_to(&[(1.0, 0.5), (2.0, 3.0)], |x| format!("{x}")), "QCD 1 to 0.5, top 2 to 3");
    }
}
