//! Setups measured in both directions: trained on QCD to tag tops, and trained on top to tag QCD.

use metrics::Roc;

use super::Direction;
use super::floor::{Floor, Floored};
use super::performance::{Performance, replicas};
use super::reference::reference_jets;
use super::sample::samples_table;
use super::setup::Setup;
use super::taggers::Taggers;
use crate::Result;
use crate::config::Experiment;
use crate::figure::Evaluator;
use crate::tables::Table;

/// The trained taggers of one setup in one direction.
pub struct SetupTaggers<'a> {
    /// The setup.
    pub setup: &'a Setup,
    /// The direction.
    pub direction: Direction,
    /// The seeds.
    pub seeds: Vec<u64>,
    /// The ROC of each seed.
    pub rocs: Vec<Roc>,
}

/// Scores the test jets with every setup in both directions, each network once, and gives the tables of measures by seed, of
/// baselines, of the validation losses, of setups and of samples; `each` sees the ROCs, setup by setup.
///
/// # Errors
/// As [`Setup::all`], [`Taggers::scores`], [`Performance::add`] and [`Floor::add_both`], and whatever `each` gives.
pub fn measured_both_ways(
    experiment: &Experiment,
    with: &Evaluator,
    each: &mut dyn FnMut(&SetupTaggers) -> Result<()>,
) -> Result<Vec<Table>> {
    let setups = Setup::all(experiment)?;
    let taggers = Taggers::new(experiment, with);
    let replicas = replicas(experiment);
    let (mut measured, mut floor) = (Performance::default(), Floor::new(with.project));
    for (index, (setup, variant)) in setups.iter().zip(&experiment.variants).enumerate() {
        let jets = taggers.test_jets(index)?;
        let reference = reference_jets(experiment, variant, with.project)?;
        for direction in Direction::BOTH {
            let runs = taggers.both_ways(index, direction);
            let (seeds, rocs) = (Vec::new(), Vec::new());
            let mut of_setup = SetupTaggers { setup, direction, seeds, rocs };
            for (run, scores) in runs.iter().zip(taggers.scores(runs, &jets)?) {
                of_setup.seeds.push(run.seed());
                of_setup.rocs.push(measured.add(&setup.name, direction, run.seed(), &scores, replicas)?);
            }
            each(&of_setup)?;
            floor.add_both(&Floored::of_class(&setup.name, variant, direction, runs), &jets)?;
            if let Some(reference) = &reference {
                measured.add_reference(&setup.name, direction, runs, &taggers.scores(runs, reference)?, replicas)?;
            }
        }
    }
    let others = [Setup::table(&setups), samples_table(experiment.jets()?, with.project)?];
    Ok(floor.tables_beside(measured.table())?.into_iter().chain(others).collect())
}

/// What the curve of a setup in one direction is called in tables.
pub fn curve_name(setup: &str, direction: Direction) -> String {
    format!("{setup}, {}", direction.name())
}
