//! AUC and loss along the training, for the direct and the inverse tagger, of the plain autoencoder and of the improved one.
//!
//! At first a network gives next to nothing, and the loss is larger for QCD jets, whose pixels are fewer and brighter:
//! the direct AUC starts low and the inverse one high. From there, trained on QCD it comes to tag tops, and trained on
//! tops it comes to reconstruct QCD jets better and better. A short training thus understates the direct tagger and
//! overstates the inverse one; whether this one was long enough is what the last claims ask. With a remapping and a kernel the
//! score is good early on, and a longer training may cost it some of that: the network learns to reconstruct the signal too.

use datasets::jets::Class;

use super::Direction;
use super::along_training::{Stage, stages};
use super::baselines::Baseline;
use super::both_ways::curve_name;
use super::floor::{Floor, Floored, floor, with_pca};
use super::performance::quote;
use super::sample::{samples_table, samples_text};
use super::seed_band::SeedBand;
use super::setup::{Setup, kernels_text};
use super::taggers::{Taggers, runs_both_ways};
use super::undertrained::{marked, resting_on};
use crate::Result;
use crate::claims::{Claim, LEAST_SEEDS, LEAST_SEEDS_WITHIN_SPREAD, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{Axis, ColourMap, Guide, Label, LegendPlace, Page, Panel, Points, Scale};
use crate::rows::Rows;
use crate::run::{RunSpec, TrainedRun};
use crate::tables::{Table, Tables};

/// The figure.
pub struct AlongTraining;

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
        3
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        Setup::all(experiment)?;
        stages(experiment).map(drop)
    }

    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        runs_both_ways(experiment)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let taggers = Taggers::new(experiment, with);
        let (setups, stages) = (Setup::all(experiment)?, stages(experiment)?);
        let (mut by_seed, mut histories) = (BySeed::default(), Histories::default());
        let mut floor = Floor::new(with.project);
        for (index, (setup, variant)) in setups.iter().zip(&experiment.variants).enumerate() {
            let jets = taggers.test_jets(index)?;
            for direction in Direction::BOTH {
                let runs = taggers.both_ways(index, direction);
                for run in runs {
                    for stage in &stages {
                        let scores = taggers.scores_after(run, stage.snapshot, &jets)?;
                        let (signal, background) = direction.signal_and_background(&scores);
                        let measured =
                            [metrics::auc(signal, background)?, metrics::mean(background)?, metrics::mean(signal)?];
                        by_seed.add((&setup.name, direction), run.seed(), stage, measured);
                    }
                }
                histories.add(&curve_name(&setup.name, direction), runs)?;
                floor.add_both(&Floored::of_class(&setup.name, variant, direction, runs), &jets)?;
            }
        }
        let by_seed = by_seed.table();
        let data = over_seeds(&by_seed, &setups, &stages)?;
        let others = [histories.table(), Setup::table(&setups), samples_table(experiment.jets()?, with.project)?];
        Ok(Tables::new([data].into_iter().chain(floor.tables_beside(by_seed)?).chain(others)))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let stages = stages(experiment)?;
        let [first, before_end, end] = [0, stages.len() - 2, stages.len() - 1].map(|stage| stages[stage].epoch);
        let mut claims = Vec::new();
        for setup in Setup::read(tables)? {
            for direction in Direction::BOTH {
                let tagger = (setup.name.as_str(), direction);
                let whole = changes(table, tagger, first, end)?;
                let last = changes(table, tagger, before_end, end)?;
                let of_tagger = [
                    trend(&setup, direction, &whole, (first, end))?.decided_with(
                        experiment.tier,
                        whole.len(),
                        LEAST_SEEDS,
                        "seeds",
                    ),
                    moves(&setup, direction, &last, (before_end, end))?.decided_with(
                        experiment.tier,
                        last.len(),
                        LEAST_SEEDS_WITHIN_SPREAD,
                        "seeds",
                    ),
                ];
                claims.extend(resting_on(of_tagger, tables, &[tagger])?);
            }
        }
        Ok(claims)
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let (epochs, setups) = (experiment.learning()?.epochs as f64, Setup::read(tables)?);
        let footer = label!(
            "{}; {}lines and bands: median and range of {} seeds; AUC and losses of the signal where weights were kept; losses of the trained class on the validation jets, of the signal on the test jets",
            samples_text(tables)?,
            kernels_text(&setups),
            experiment.seeds
        );
        let mut panels = Vec::new();
        for setup in &setups {
            panels.push(auc_panel(tables, &setup.name, &palette, epochs)?);
            panels.push(loss_panel(tables, &setup.name, &palette, epochs)?);
        }
        marked(Page::new(panels).columns(2).title("Along the training").footer(footer), tables)
    }
}

/// The plain autoencoder comes to tag in the direct direction alone; an improved setup loses by a longer training.
fn trend(setup: &Setup, direction: Direction, changes: &[f64], (first, end): (usize, usize)) -> Result<Claim> {
    let rises = setup.is_plain() && direction == Direction::Direct;
    let (verb, sign) = if rises { ("rises", 1.0) } else { ("falls", -1.0) };
    let origin = Origin::expected(if setup.is_plain() {
        "at first QCD jets, with fewer and brighter pixels, have the larger loss; what is learned is to reconstruct them"
    } else {
        "in an independent script both AUCs were best after the first epochs: later the signal is reconstructed too"
    });
    let holds: Vec<bool> = changes.iter().map(|change| sign * change > 0.0).collect();
    let statement = format!("{}, {}: the AUC {verb} along the training", setup.name, direction.name());
    let mut claim = Claim::every_seed(origin, statement, &holds, format!("after epoch {end} against epoch {first}"));
    claim.value += &format!(", by {}", quote(changes)?);
    Ok(claim)
}

/// Whether the training was too short to speak of its end.
fn moves(setup: &Setup, direction: Direction, changes: &[f64], (before, end): (usize, usize)) -> Result<Claim> {
    Ok(Claim::new(
        Origin::expected("a few epochs are short"),
        format!("{}, {}: the AUC still moves at the end", setup.name, direction.name()),
        format!("{} from epoch {before} to {end}", quote(changes)?),
        "mean change larger than its standard deviation over seeds",
        still_moves(changes)?,
    ))
}

/// What is measured of each seed at each stage.
struct BySeed(Rows<2, 5>);

impl Default for BySeed {
    fn default() -> Self {
        let numbers = ["seed", "epoch", "auc", "test_loss_of_trained_class", "test_loss_of_signal"];
        Self(Rows::new(["tagger", "direction"], numbers))
    }
}

impl BySeed {
    /// Adds a row: the AUC and the mean losses of the test jets of the trained class and of the signal.
    fn add(&mut self, (name, direction): (&str, Direction), seed: u64, stage: &Stage, measured: [f64; 3]) {
        let [auc, background, signal] = measured;
        self.0.push([name, direction.name()], [seed as f64, stage.epoch as f64, auc, background, signal]);
    }

    fn table(self) -> Table {
        self.0.table("by_seed")
    }
}

/// The values of a column of a tagger after `epoch`, one a seed.
fn at_epoch(by_seed: &Table, column: &str, (name, direction): (&str, Direction), epoch: usize) -> Result<Vec<f64>> {
    let keys = [("tagger", name), ("direction", direction.name())];
    let epochs = by_seed.numbers_where_both("epoch", keys)?;
    let values = epochs.into_iter().zip(by_seed.numbers_where_both(column, keys)?);
    Ok(values.filter(|(at, _)| *at == epoch as f64).map(|(_, value)| value).collect())
}

/// Median and range over seeds at each stage, one curve after the other.
fn over_seeds(by_seed: &Table, setups: &[Setup], stages: &[Stage]) -> Result<Table> {
    let (mut curves, mut epochs) = (Vec::new(), Vec::new());
    let mut bands = [SeedBand::default(), SeedBand::default()];
    for (setup, direction) in setups.iter().flat_map(|setup| Direction::BOTH.map(|direction| (setup, direction))) {
        for stage in stages {
            curves.push(curve_name(&setup.name, direction));
            epochs.push(stage.epoch as f64);
            for (band, column) in bands.iter_mut().zip(["auc", "test_loss_of_signal"]) {
                let seeds = at_epoch(by_seed, column, (&setup.name, direction), stage.epoch)?;
                band.append(SeedBand::of(&seeds.into_iter().map(|value| vec![value]).collect::<Vec<_>>())?);
            }
        }
    }
    let [auc, loss] = bands;
    let table = Table::new("data").with_texts("curve", curves).with("epoch", epochs);
    Ok(loss.in_table(auc.in_table(table, "auc"), "test_loss_of_signal"))
}

/// The validation loss after each epoch.
#[derive(Default)]
struct Histories {
    curves: Vec<String>,
    epochs: Vec<f64>,
    loss: SeedBand,
}

impl Histories {
    fn add(&mut self, curve: &str, runs: &[TrainedRun]) -> Result<()> {
        let (mut epochs, mut seeds) = (Vec::new(), Vec::new());
        for run in runs {
            let (at, losses): (Vec<f64>, Vec<f64>) = run.validation_history()?.into_iter().unzip();
            epochs = at;
            seeds.push(losses);
        }
        self.curves.extend(vec![curve.to_owned(); epochs.len()]);
        self.epochs.extend(epochs);
        self.loss.append(SeedBand::of(&seeds)?);
        Ok(())
    }

    fn table(self) -> Table {
        let table = Table::new("validation").with_texts("curve", self.curves).with("epoch", self.epochs);
        self.loss.in_table(table, "loss")
    }
}

/// The change of each seed's AUC from one epoch to another.
fn changes(by_seed: &Table, tagger: (&str, Direction), from: usize, to: usize) -> Result<Vec<f64>> {
    let [before, after] = [from, to].map(|epoch| at_epoch(by_seed, "auc", tagger, epoch));
    Ok(before?.into_iter().zip(after?).map(|(before, after)| after - before).collect())
}

/// Whether a mean change is larger than the spread of the changes; of one seed nothing can be said.
fn still_moves(changes: &[f64]) -> Result<bool> {
    Ok(changes.len() > 1 && metrics::mean(changes)?.abs() > metrics::standard_deviation(changes)?)
}

fn auc_panel(tables: &Tables, name: &str, palette: &Palette, epochs: f64) -> Result<Panel> {
    let table = tables.get("data")?;
    let pca = tables.get(Floor::TABLE)?.numbers_where("auc", "baseline", Baseline::Pca.name())?;
    let shown = [table.numbers("lowest_auc")?, table.numbers("highest_auc")?, &pca, &[0.5]].concat();
    let (low, high) = Scale::Linear.limits_covering(&shown).unwrap_or((0.0, 1.0));
    let x = Axis::linear("epoch", 0.0, 1.03 * epochs);
    let mut panel = Panel::new(x, Axis::linear("AUC of the test jets", low, high)).with(Guide::horizontal(0.5));
    for (index, direction) in Direction::BOTH.into_iter().enumerate() {
        let curve = curve_name(name, direction);
        let epoch = table.numbers_where("epoch", "curve", &curve)?;
        let band = SeedBand::read(table, "auc", "curve", &curve)?;
        panel = band.on(panel, &epoch, Label::plain(direction.label()), (palette, index));
        panel = panel.with(Points::new(&epoch, &band.median).series(index).colour(palette.line(index)).radius(2.2));
        let pca = floor(tables, name, direction, Baseline::Pca)?;
        panel = with_pca(panel, (&[0.0, epochs], &[pca; 2]), direction, palette);
    }
    Ok(panel.title(Label::plain(name)).legend(LegendPlace::Above))
}

fn loss_panel(tables: &Tables, name: &str, palette: &Palette, epochs: f64) -> Result<Panel> {
    let (validation, data) = (tables.get("validation")?, tables.get("data")?);
    let mut shown: Vec<f64> = Vec::new();
    for curve in Direction::BOTH.map(|direction| curve_name(name, direction)) {
        shown.extend(data.numbers_where("median_test_loss_of_signal", "curve", &curve)?);
        shown.extend(validation.numbers_where("highest_loss", "curve", &curve)?);
    }
    let highest = shown.into_iter().fold(0.0, f64::max);
    let x = Axis::linear("epoch", 0.0, 1.03 * epochs);
    let mut panel = Panel::new(x, Axis::linear("mean loss", 0.0, 1.08 * highest));
    for (index, direction) in Direction::BOTH.into_iter().enumerate() {
        let curve = curve_name(name, direction);
        let epoch = validation.numbers_where("epoch", "curve", &curve)?;
        let label = |class: Class| label!("trained on {}: {} jets", direction.trained_on().name(), class.name());
        let band = SeedBand::read(validation, "loss", "curve", &curve)?;
        panel = band.on(panel, &epoch, label(direction.trained_on()), (palette, index));
        let epoch = data.numbers_where("epoch", "curve", &curve)?;
        let signal = data.numbers_where("median_test_loss_of_signal", "curve", &curve)?;
        let points = Points::new(&epoch, &signal).series(index).colour(palette.line(index)).radius(2.2);
        panel = panel.with(points.label(label(direction.signal())));
    }
    Ok(panel.title(Label::plain(name)).legend(LegendPlace::Above))
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
                table.add(("MSE", Direction::Direct), seed as u64, stage, [auc, 1.0, 2.0]);
            }
            table.add(("MSE", Direction::Inverse), seed as u64, &before, [0.5, 3.0, 4.0]);
            table.add(("MSE", Direction::Inverse), seed as u64, &after, [0.4, 3.0, 4.0]);
        }
        table.table()
    }

    fn plain() -> Setup {
        let none = || "none".to_owned();
        Setup { name: "MSE".to_owned(), loss: "MSE".to_owned(), remapping: none(), kernel: none() }
    }

    #[test]
    fn the_plain_direct_auc_is_to_rise_and_every_other_to_fall() {
        let improved = Setup { name: "KMSE".to_owned(), loss: "KMSE".to_owned(), ..plain() };
        let holds = |setup: &Setup, direction, changes: &[f64]| {
            trend(setup, direction, changes, (1, 2)).unwrap().verdict == crate::claims::Verdict::Holds
        };
        assert!(holds(&plain(), Direction::Direct, &[0.1, 0.2]) && !holds(&plain(), Direction::Direct, &[0.1, -0.2]));
        assert!(holds(&plain(), Direction::Inverse, &[-0.1]) && !holds(&plain(), Direction::Inverse, &[0.1]));
        for direction in Direction::BOTH {
            assert!(holds(&improved, direction, &[-0.1]) && !holds(&improved, direction, &[0.1]));
        }
    }

    #[test]
    fn changes_are_taken_seed_by_seed() {
        let of = |direction| changes(&by_seed(), ("MSE", direction), 1, 2).unwrap();
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
        let table = over_seeds(&by_seed(), &[plain()], &stages).unwrap();
        assert_eq!(table.numbers("epoch").unwrap(), [1.0, 2.0, 1.0, 2.0]);
        assert_eq!(table.numbers("lowest_auc").unwrap(), [0.5, 0.7, 0.5, 0.4]);
        assert_eq!(table.numbers("highest_auc").unwrap(), [0.6, 0.9, 0.5, 0.4]);
        assert_eq!(table.numbers("median_test_loss_of_signal").unwrap(), [2.0, 2.0, 4.0, 4.0]);
    }
}
