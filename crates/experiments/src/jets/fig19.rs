//! AUC and loss along the training, for the direct and the inverse tagger.
//!
//! At first a network gives next to nothing, and the loss is larger for QCD jets, whose pixels are fewer and brighter:
//! the direct AUC starts low and the inverse one high. From there, trained on QCD it comes to tag tops, and trained on
//! tops it comes to reconstruct QCD jets better and better. A short training thus understates the direct tagger and
//! overstates the inverse one; whether this one was long enough is what the last claims ask.

use datasets::jets::Class;

use super::Direction;
use super::along_training::{Stage, stages};
use super::baselines::Baseline;
use super::floor::{Floor, floor, with_pca};
use super::performance::quote;
use super::sample::{samples_table, samples_text};
use super::seed_band::SeedBand;
use super::taggers::{Taggers, runs_both_ways};
use crate::Result;
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{Axis, ColourMap, Guide, Label, LegendPlace, Page, Panel, Points, Scale};
use crate::rows::Rows;
use crate::run::{RunSpec, TrainedRun};
use crate::tables::{Table, Tables};

/// The figure.
pub struct AlongTraining;

/// Seeds that a claim about a mean needs.
const LEAST_SEEDS: usize = 3;

impl Figure for AlongTraining {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig19"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["draw.colours"]
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
        let (mut by_seed, mut histories) = (BySeed::default(), Histories::default());
        let mut floor = Floor::new(with.project);
        for direction in Direction::BOTH {
            let runs = taggers.both_ways(0, direction);
            for run in runs {
                for stage in &stages {
                    let scores = taggers.scores_after(run, stage.snapshot, &jets)?;
                    let (signal, background) = direction.signal_and_background(&scores);
                    let losses = [metrics::mean(background)?, metrics::mean(signal)?];
                    by_seed.add(direction, run.seed(), stage, metrics::auc(signal, background)?, losses);
                }
            }
            histories.add(direction, runs)?;
            floor.add_variant(&experiment.first().name, experiment.first(), direction, &jets)?;
        }
        let by_seed = by_seed.table();
        let data = over_seeds(&by_seed, &stages)?;
        let samples = samples_table(&jets.files, with.project)?;
        Ok(Tables::new([data, by_seed, histories.table(), floor.table(), samples]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let stages = stages(experiment)?;
        let [first, before_end, end] = [0, stages.len() - 2, stages.len() - 1].map(|stage| stages[stage].epoch);
        let mut claims = Vec::new();
        for (direction, verb, sign) in [(Direction::Direct, "rises", 1.0), (Direction::Inverse, "falls", -1.0)] {
            let changes = changes(table, direction, first, end)?;
            let holds: Vec<bool> = changes.iter().map(|change| sign * change > 0.0).collect();
            let statement = format!("{}: the AUC {verb} along the training", direction.name());
            let mut claim = Claim::every_seed(
                Origin::expected(""),
                statement,
                &holds,
                format!("after epoch {end} against epoch {first}"),
            );
            claim.value += &format!(", by {}", quote(&changes)?);
            claims.push(claim);
        }
        for direction in Direction::BOTH {
            let changes = changes(table, direction, before_end, end)?;
            claims.push(Claim::new(
                Origin::expected(""),
                format!("{}: the AUC still moves at the end", direction.name()),
                format!("{} from epoch {before_end} to {end}", quote(&changes)?),
                "mean change larger than its standard deviation over seeds",
                still_moves(&changes)?,
            ));
        }
        let seeds = changes(table, Direction::Direct, first, end)?.len();
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, seeds, LEAST_SEEDS, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let epochs = experiment.learning()?.epochs as f64;
        let footer = label!(
            "{}; lines and bands: median and range of {} seeds; AUC and losses of the signal where weights were kept; losses of the trained class on the validation jets, of the signal on the test jets",
            samples_text(tables)?,
            experiment.seeds
        );
        let panels =
            [auc_panel(tables, &experiment.first().name, &palette, epochs)?, loss_panel(tables, &palette, epochs)?];
        Ok(Page::new(panels).title("Along the training").footer(footer))
    }
}

/// What is measured of each seed at each stage.
struct BySeed(Rows<1, 5>);

impl Default for BySeed {
    fn default() -> Self {
        let numbers = ["seed", "epoch", "auc", "test_loss_of_trained_class", "test_loss_of_signal"];
        Self(Rows::new(["direction"], numbers))
    }
}

impl BySeed {
    /// Adds a row; `losses` are the mean losses of the test jets of the trained class and of the signal.
    fn add(&mut self, direction: Direction, seed: u64, stage: &Stage, auc: f64, losses: [f64; 2]) {
        self.0.push([direction.name()], [seed as f64, stage.epoch as f64, auc, losses[0], losses[1]]);
    }

    fn table(self) -> Table {
        self.0.table("by_seed")
    }
}

/// The values of a column after `epoch` in one direction, one a seed.
fn at_epoch(by_seed: &Table, column: &str, direction: Direction, epoch: usize) -> Result<Vec<f64>> {
    let places = by_seed.texts("direction")?.iter().zip(by_seed.numbers("epoch")?);
    let values = places.zip(by_seed.numbers(column)?);
    let wanted = |d: &str, e: f64| d == direction.name() && e == epoch as f64;
    Ok(values.filter(|((d, e), _)| wanted(d.as_str(), **e)).map(|(_, value)| *value).collect())
}

/// Median and range over seeds at each stage, one direction after the other.
fn over_seeds(by_seed: &Table, stages: &[Stage]) -> Result<Table> {
    let (mut directions, mut epochs) = (Vec::new(), Vec::new());
    let mut bands = [SeedBand::default(), SeedBand::default()];
    for direction in Direction::BOTH {
        for stage in stages {
            directions.push(direction.name());
            epochs.push(stage.epoch as f64);
            for (band, column) in bands.iter_mut().zip(["auc", "test_loss_of_signal"]) {
                let seeds = at_epoch(by_seed, column, direction, stage.epoch)?;
                band.append(SeedBand::of(&seeds.into_iter().map(|value| vec![value]).collect::<Vec<_>>())?);
            }
        }
    }
    let [auc, loss] = bands;
    let table = Table::new("data").with_texts("direction", directions).with("epoch", epochs);
    Ok(loss.in_table(auc.in_table(table, "auc"), "test_loss_of_signal"))
}

/// The validation loss after each epoch.
#[derive(Default)]
struct Histories {
    directions: Vec<&'static str>,
    epochs: Vec<f64>,
    loss: SeedBand,
}

impl Histories {
    fn add(&mut self, direction: Direction, runs: &[TrainedRun]) -> Result<()> {
        let (mut epochs, mut seeds) = (Vec::new(), Vec::new());
        for run in runs {
            let rows = run.metrics()?;
            let validated = rows.iter().filter_map(|row| Some((row.epoch as f64, *row.validation_loss.first()?)));
            let (at, losses): (Vec<f64>, Vec<f64>) = validated.unzip();
            epochs = at;
            seeds.push(losses);
        }
        self.directions.extend(vec![direction.name(); epochs.len()]);
        self.epochs.extend(epochs);
        self.loss.append(SeedBand::of(&seeds)?);
        Ok(())
    }

    fn table(self) -> Table {
        let table = Table::new("validation").with_texts("direction", self.directions).with("epoch", self.epochs);
        self.loss.in_table(table, "loss")
    }
}

/// The change of each seed's AUC from one epoch to another.
fn changes(by_seed: &Table, direction: Direction, from: usize, to: usize) -> Result<Vec<f64>> {
    let [before, after] = [from, to].map(|epoch| at_epoch(by_seed, "auc", direction, epoch));
    Ok(before?.into_iter().zip(after?).map(|(before, after)| after - before).collect())
}

/// Whether a mean change is larger than the spread of the changes; of one seed nothing can be said.
fn still_moves(changes: &[f64]) -> Result<bool> {
    Ok(changes.len() > 1 && metrics::mean(changes)?.abs() > metrics::standard_deviation(changes)?)
}

fn auc_panel(tables: &Tables, name: &str, palette: &Palette, epochs: f64) -> Result<Panel> {
    let table = tables.get("data")?;
    let [direct, inverse] = Direction::BOTH.map(|direction| floor(tables, name, direction, Baseline::Pca));
    let pca = [direct?, inverse?];
    let shown = [table.numbers("lowest_auc")?, table.numbers("highest_auc")?, &pca, &[0.5]].concat();
    let (low, high) = Scale::Linear.limits_covering(&shown).unwrap_or((0.0, 1.0));
    let mut panel =
        Panel::new(Axis::linear("epoch", 0.0, 1.03 * epochs), Axis::linear("AUC of the test jets", low, high))
            .with(Guide::horizontal(0.5));
    for (index, direction) in Direction::BOTH.into_iter().enumerate() {
        let epoch = table.numbers_where("epoch", "direction", direction.name())?;
        let band = SeedBand::read(table, "auc", "direction", direction.name())?;
        panel = band.on(panel, &epoch, Label::plain(direction.label()), (palette, index));
        panel = panel.with(Points::new(&epoch, &band.median).series(index).colour(palette.line(index)).radius(2.2));
        panel = with_pca(panel, (&[0.0, epochs], &[pca[index]; 2]), direction, palette);
    }
    Ok(panel.legend(LegendPlace::Above))
}

fn loss_panel(tables: &Tables, palette: &Palette, epochs: f64) -> Result<Panel> {
    let (validation, data) = (tables.get("validation")?, tables.get("data")?);
    let mut shown = data.numbers("median_test_loss_of_signal")?.to_vec();
    shown.extend([validation.numbers("lowest_loss")?, validation.numbers("highest_loss")?].concat());
    let highest = shown.into_iter().fold(0.0, f64::max);
    let mut panel =
        Panel::new(Axis::linear("epoch", 0.0, 1.03 * epochs), Axis::linear("mean loss", 0.0, 1.08 * highest));
    for (index, direction) in Direction::BOTH.into_iter().enumerate() {
        let epoch = validation.numbers_where("epoch", "direction", direction.name())?;
        let label = |class: Class| label!("trained on {}: {} jets", direction.trained_on().name(), class.name());
        let band = SeedBand::read(validation, "loss", "direction", direction.name())?;
        panel = band.on(panel, &epoch, label(direction.trained_on()), (palette, index));
        let epoch = data.numbers_where("epoch", "direction", direction.name())?;
        let signal = data.numbers_where("median_test_loss_of_signal", "direction", direction.name())?;
        let points = Points::new(&epoch, &signal).series(index).colour(palette.line(index)).radius(2.2);
        panel = panel.with(points.label(label(direction.signal())));
    }
    Ok(panel.legend(LegendPlace::Above))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two seeds whose direct AUC goes from 0.6 to 0.7 and from 0.5 to 0.9, the inverse one from 0.5 to 0.4 in both.
    fn by_seed() -> Table {
        let mut table = BySeed::default();
        let [before, after] = [(1, Some(1)), (2, None)].map(|(epoch, snapshot)| Stage { epoch, snapshot });
        for (seed, aucs) in [[0.6, 0.7], [0.5, 0.9]].into_iter().enumerate() {
            for (stage, auc) in [before, after].iter().zip(aucs) {
                table.add(Direction::Direct, seed as u64, stage, auc, [1.0, 2.0]);
            }
            table.add(Direction::Inverse, seed as u64, &before, 0.5, [3.0, 4.0]);
            table.add(Direction::Inverse, seed as u64, &after, 0.4, [3.0, 4.0]);
        }
        table.table()
    }

    #[test]
    fn changes_are_taken_seed_by_seed() {
        let of = |direction| changes(&by_seed(), direction, 1, 2).unwrap();
        let close =
            |found: Vec<f64>, expected: [f64; 2]| found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12);
        assert!(close(of(Direction::Direct), [0.1, 0.4]));
        assert!(close(of(Direction::Inverse), [-0.1, -0.1]));
    }

    #[test]
    fn a_change_is_compared_with_its_spread() {
        // Mean 0.25, standard deviation 0.21; mean 0.1, standard deviation 0.42.
        assert!(still_moves(&[0.1, 0.4]).unwrap());
        assert!(!still_moves(&[-0.2, 0.4]).unwrap());
        assert!(still_moves(&[-0.3, -0.2]).unwrap());
        assert!(!still_moves(&[0.3]).unwrap());
    }

    #[test]
    fn the_band_holds_all_seeds_at_each_stage() {
        let stages = [Stage { epoch: 1, snapshot: Some(1) }, Stage { epoch: 2, snapshot: None }];
        let table = over_seeds(&by_seed(), &stages).unwrap();
        assert_eq!(table.numbers("epoch").unwrap(), [1.0, 2.0, 1.0, 2.0]);
        assert_eq!(table.numbers("lowest_auc").unwrap(), [0.5, 0.7, 0.5, 0.4]);
        assert_eq!(table.numbers("highest_auc").unwrap(), [0.6, 0.9, 0.5, 0.4]);
        assert_eq!(table.numbers("median_test_loss_of_signal").unwrap(), [2.0, 2.0, 4.0, 4.0]);
    }
}
