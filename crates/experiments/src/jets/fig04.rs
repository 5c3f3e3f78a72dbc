//! Input and reconstruction at several epochs, for the autoencoders trained on QCD and on top.
//!
//! Each network is shown a jet of its own class and one of the other. The brightest pixels are what the mean squared
//! error rewards most: they should be there first, and the structure between them later or never.

use std::ops::Range;

use datasets::jets::Class;

use super::Direction;
use super::along_training::{Stage, stages};
use super::brightness::{BRIGHT, active_by_brightness};
use super::floor::{Floor, Floored};
use super::image_grid::{ImageGrid, LEAST_SHOWN, grid_page};
use super::image_panel::half_width;
use super::sample::{samples_table, samples_text};
use super::shown_jet::shown_row;
use super::taggers::{Taggers, runs_both_ways};
use super::undertrained::{marked, resting_on};
use crate::Result;
use crate::claims::{Claim, LEAST_SEEDS, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{ColourMap, Label, Page};
use crate::rows::Rows;
use crate::run::{RunSpec, TestJets, TrainedRun};
use crate::tables::{Table, Tables};

/// The figure.
pub struct ReconstructionInTraining;

/// Test jets of the trained class of which the errors by brightness are measured.
const MEASURED: usize = 500;
/// Groups of active pixels by their rank in brightness, from 0: the column of their relative error, and the ranks.
const GROUPS: [(&str, Range<usize>); 3] = [
    ("relative_squared_error_of_ranks_1_to_5", 0..BRIGHT),
    ("relative_squared_error_of_ranks_6_to_20", BRIGHT..20),
    ("relative_squared_error_of_ranks_above_20", 20..usize::MAX),
];
/// The tagger's name in the tables.
const AUTOENCODER: &str = "autoencoder";
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

    fn version(&self) -> u32 {
        2
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
        let [bright, middle, dim] = GROUPS.map(|(name, _)| name);
        let mut measured = Rows::new(["trained_on"], ["seed", "epoch", "mean_loss", bright, middle, dim]);
        let mut floor = Floor::new(with.project);
        for direction in Direction::BOTH {
            let runs = taggers.both_ways(0, direction);
            floor.add_training(&Floored::of_class(AUTOENCODER, experiment.first(), direction, runs))?;
            shown.add_inputs(direction)?;
            for (index, run) in runs.iter().enumerate() {
                for stage in &stages {
                    let scores = taggers.scores_after(run, stage.snapshot, &jets)?;
                    let (signal, background) = direction.signal_and_background(&scores);
                    if index == 0 {
                        shown.add(direction, stage, &taggers, run, [background, signal])?;
                    }
                    let [bright, middle, dim] = errors_of_jets(&taggers, run, stage, &jets, direction.trained_on())?;
                    let row = [run.seed() as f64, stage.epoch as f64, metrics::mean(background)?, bright, middle, dim];
                    measured.push([direction.trained_on().name()], row);
                }
            }
        }
        let [images, window, losses] = shown.tables();
        let samples = samples_table(&jets.files, with.project)?;
        Ok(Tables::new([images, window, losses, measured.table("by_seed"), floor.training_table(), samples]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let stages = stages(experiment)?;
        let [first, end] = [stages[0].epoch, stages[stages.len() - 1].epoch];
        let mut claims = Vec::new();
        for direction in Direction::BOTH {
            let trained_on = direction.trained_on().name();
            let at = |column: &str, epoch: usize| at_epoch(table, column, trained_on, epoch);
            let losses = at("mean_loss", first)?.into_iter().zip(at("mean_loss", end)?);
            let falls: Vec<bool> = losses.map(|(before, after)| after < before).collect();
            let of_class = [Claim::every_seed(
                Origin::expected("what is lowered on training jets is lowered on others of their kind"),
                format!("trained on {trained_on}, the loss of the test jets of this class falls along the training"),
                &falls,
                format!("mean after epoch {end} below that after epoch {first}"),
            )];
            // Until now the bright pixels' share of the squared error was claimed to fall; but bright pixels are both what that
            // share counts and what most of the squared error is made of, whatever is reconstructed.
            let [early, late] = [first, end].map(|epoch| brightest_first(table, trained_on, epoch));
            let all = of_class.into_iter().chain([early?, late?]);
            let all = all.map(|claim| claim.decided_with(experiment.tier, falls.len(), LEAST_SEEDS, "seeds"));
            claims.extend(resting_on(all, tables, &[(AUTOENCODER, direction)])?);
        }
        Ok(claims)
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
        let page =
            grid_page(tables, palette.map, 74.0, &title)?.title("Reconstruction along the training").footer(footer);
        marked(page, tables)
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

/// Σ(x − x')²/Σx² of each group of ranks over the first jets of a class.
fn errors_of_jets(
    taggers: &Taggers,
    run: &TrainedRun,
    stage: &Stage,
    jets: &TestJets,
    class: Class,
) -> Result<[f64; 3]> {
    let rows = &jets.rows[usize::from(class == Class::Top)];
    let rows = &rows[..MEASURED.min(rows.len())];
    let (inputs, images) = (Taggers::inputs(jets, rows), taggers.reconstructions(run, stage.snapshot, jets, rows)?);
    let mut errors = GroupErrors::default();
    for (input, image) in inputs.rows().into_iter().zip(images.rows()) {
        errors.add(&input.to_vec(), &image.to_vec());
    }
    Ok(errors.relative())
}

/// Σ(x − x')² and Σx² of each group of ranks.
#[derive(Default)]
struct GroupErrors([(f64, f64); 3]);

impl GroupErrors {
    fn add(&mut self, input: &[f64], reconstruction: &[f64]) {
        for (rank, pixel) in active_by_brightness(input).into_iter().enumerate() {
            let group = GROUPS.iter().position(|(_, ranks)| ranks.contains(&rank)).unwrap_or(GROUPS.len() - 1);
            let (error, square) = &mut self.0[group];
            *error += (input[pixel] - reconstruction[pixel]).powi(2);
            *square += input[pixel].powi(2);
        }
    }

    /// NaN of a group without pixels.
    fn relative(&self) -> [f64; 3] {
        self.0.map(|(error, square)| error / square)
    }
}

/// The numbers of a column after `epoch` in one training, one a seed.
fn at_epoch(table: &Table, column: &str, trained_on: &str, epoch: usize) -> Result<Vec<f64>> {
    let rows = table.texts("trained_on")?.iter().zip(table.numbers("epoch")?).zip(table.numbers(column)?);
    Ok(rows.filter(|((t, e), _)| *t == trained_on && **e == epoch as f64).map(|(_, value)| *value).collect())
}

/// That the relative error of each group of ranks is below that of the next one.
fn brightest_first(table: &Table, trained_on: &str, epoch: usize) -> Result<Claim> {
    let [bright, middle, dim] = GROUPS.map(|(name, _)| at_epoch(table, name, trained_on, epoch));
    let (bright, middle, dim) = (bright?, middle?, dim?);
    let ordered: Vec<bool> =
        (0..bright.len()).map(|seed| bright[seed] < middle[seed] && middle[seed] < dim[seed]).collect();
    let mut claim = Claim::every_seed(
        Origin::expected(
            "the squared error's gradient at a pixel grows with what is missing there: most in the brightest",
        ),
        format!("trained on {trained_on}, epoch {epoch}: the brighter the pixels, the smaller their relative error"),
        &ordered,
        "Σ(x - x')²/Σx² rises over the ranks 1 to 5, 6 to 20, above 20",
    );
    let [bright, middle, dim] = [bright, middle, dim].map(|errors| metrics::mean(&errors));
    claim.value += &format!(", mean {:.2}, {:.2}, {:.2}", bright?, middle?, dim?);
    Ok(claim)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;

    #[test]
    fn each_group_of_ranks_has_its_own_relative_error() {
        // Bright 6 to 2: one error of 1 in 36 + 25 + 16 + 9 + 4; the rank 6 is left dark; dark pixels count nowhere.
        let input = [6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0];
        let reconstruction = [5.0, 5.0, 4.0, 3.0, 2.0, 0.0, 7.0];
        let mut errors = GroupErrors::default();
        errors.add(&input, &reconstruction);
        let [bright, middle, dim] = errors.relative();
        assert!((bright - 1.0 / 90.0).abs() < 1e-12);
        assert_eq!(middle, 1.0);
        assert!(dim.is_nan());
    }

    #[test]
    fn the_groups_hold_every_rank_once() {
        for rank in [0, 4, 5, 19, 20, 1599] {
            assert_eq!(GROUPS.iter().filter(|(_, ranks)| ranks.contains(&rank)).count(), 1, "{rank}");
        }
        assert_eq!(GROUPS[0].1.len(), BRIGHT);
    }

    #[test]
    fn the_brightest_come_first_if_errors_rise_in_every_seed() {
        let mut rows = Rows::new(["trained_on"], ["epoch", GROUPS[0].0, GROUPS[1].0, GROUPS[2].0]);
        rows.push(["QCD"], [1.0, 0.1, 0.2, 0.3]);
        rows.push(["QCD"], [1.0, 0.1, 0.3, 0.4]);
        rows.push(["QCD"], [2.0, 0.1, 0.2, 0.3]);
        rows.push(["QCD"], [2.0, 0.1, 0.4, 0.3]);
        let table = rows.table("by_seed");
        assert_eq!(brightest_first(&table, "QCD", 1).unwrap().verdict, Verdict::Holds);
        assert_eq!(brightest_first(&table, "QCD", 2).unwrap().verdict, Verdict::Fails);
    }
}
