//! What is measured of a tagger: AUC with its interval, background rejection at given signal efficiencies.

use metrics::{Bootstrap, Rejection, Roc, bootstrap_auc};

use super::Direction;
use super::reference::on_reference;
use crate::Result;
use crate::config::Experiment;
use crate::rows::Rows;
use crate::run::{Scores, TrainedRun};
use crate::tables::{Table, Tables};

/// Signal efficiencies at which the background rejection is measured.
pub const EFFICIENCIES: [f64; 3] = [0.2, 0.3, 0.5];
/// Bootstrap replicas of an AUC's interval where the experiment names no number.
const REPLICAS: usize = 200;

/// Bootstrap replicas of an AUC's interval.
pub fn replicas(experiment: &Experiment) -> usize {
    experiment.evaluate.replicas.unwrap_or(REPLICAS)
}

/// Measures by tagger and seed, one row each.
#[derive(Debug)]
pub struct Performance(Rows<2, 14>);

impl Default for Performance {
    fn default() -> Self {
        let numbers = [
            "seed",
            "auc",
            "auc_low_68_percent",
            "auc_high_68_percent",
            "rejection_at_0.2",
            "rejection_error_at_0.2",
            "rejection_is_lower_limit_at_0.2",
            "rejection_at_0.3",
            "rejection_error_at_0.3",
            "rejection_is_lower_limit_at_0.3",
            "rejection_at_0.5",
            "rejection_error_at_0.5",
            "rejection_is_lower_limit_at_0.5",
            "background_jets",
        ];
        Self(Rows::new(["tagger", "direction"], numbers))
    }
}

impl Performance {
    /// Name of the table that holds the measures.
    pub const TABLE: &str = "by_seed";

    /// Measures the tagger called `name` of one seed, and gives its ROC.
    ///
    /// # Errors
    /// [`crate::Error::Metric`] for scores that are empty or NaN.
    pub fn add(
        &mut self,
        name: &str,
        direction: Direction,
        seed: u64,
        scores: &Scores,
        replicas: usize,
    ) -> Result<Roc> {
        let (signal, background) = direction.signal_and_background(scores);
        let roc = Roc::new(signal, background)?;
        let interval = bootstrap_auc(signal, background, &Bootstrap { replicas, confidence: 0.68, seed })?;
        let mut row = [f64::NAN; 14];
        row[..4].copy_from_slice(&[seed as f64, interval.auc, interval.low, interval.high]);
        for (three, efficiency) in row[4..13].chunks_exact_mut(3).zip(EFFICIENCIES) {
            three.copy_from_slice(&match roc.rejection_at(efficiency)? {
                Rejection::Measured { value, error } => [value, error, 0.0],
                Rejection::AtLeast { limit } => [limit, f64::NAN, 1.0],
            });
        }
        row[13] = background.len() as f64;
        self.0.push([name, direction.name()], row);
        Ok(roc)
    }

    /// Measures each run of the tagger called `name` on reference jets.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn add_reference(
        &mut self,
        name: &str,
        direction: Direction,
        runs: &[TrainedRun],
        scores: &[Scores],
        replicas: usize,
    ) -> Result<()> {
        let name = on_reference(name);
        runs.iter()
            .zip(scores)
            .try_for_each(|(run, scores)| self.add(&name, direction, run.seed(), scores, replicas).map(drop))
    }

    /// The table of all measures: `tagger`, `direction` and fourteen columns of numbers.
    pub fn table(self) -> Table {
        self.0.table(Self::TABLE)
    }
}

/// Column `column` of the table of measures, one number a seed of the tagger called `name`.
///
/// # Errors
/// [`crate::Error::Column`] if there is none.
pub fn by_seed(tables: &Tables, column: &str, name: &str, direction: Direction) -> Result<Vec<f64>> {
    of_tagger(tables.get(Performance::TABLE)?, column, name, direction)
}

/// Column `column` of a table with a row for each tagger, direction and seed: one number a seed of the tagger called
/// `name`.
///
/// # Errors
/// [`crate::Error::Column`] if there is none.
pub fn of_tagger(table: &Table, column: &str, name: &str, direction: Direction) -> Result<Vec<f64>> {
    table.numbers_where_both(column, [("tagger", name), ("direction", direction.name())])
}

/// The largest standard deviation over seeds of several taggers; NaN if one of them has one seed only.
///
/// # Errors
/// [`crate::Error::Metric`] if there is no value.
pub fn spread_of(seeds: &[&[f64]]) -> Result<f64> {
    let mut largest: f64 = 0.0;
    for values in seeds {
        if values.len() < 2 {
            return Ok(f64::NAN);
        }
        largest = largest.max(metrics::standard_deviation(values)?);
    }
    Ok(largest)
}

/// Mean and standard deviation over seeds, "0.812 ± 0.004"; of one seed the value alone.
///
/// # Errors
/// [`crate::Error::Metric`] if there is no value.
pub fn quote(values: &[f64]) -> Result<String> {
    let mean = metrics::mean(values)?;
    Ok(if values.len() > 1 {
        format!("{mean:.3} ± {:.3}", metrics::standard_deviation(values)?)
    } else {
        format!("{mean:.3}")
    })
}
