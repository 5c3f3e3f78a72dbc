//! The measures by which setups are compared.

use super::Direction;
use super::performance::by_seed;
use super::significance::{background_jets, largest_improvement};
use crate::Result;
use crate::tables::Tables;

/// A measure of a tagger; the larger, the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Area under the ROC curve.
    Auc,
    /// Background rejection at a signal efficiency of 0.2.
    RejectionAt02,
    /// Background rejection at a signal efficiency of 0.5.
    RejectionAt05,
    /// Largest significance improvement.
    LargestImprovement,
}

impl Measure {
    /// All, in the order of the figures.
    pub const ALL: [Self; 4] = [Self::Auc, Self::RejectionAt02, Self::RejectionAt05, Self::LargestImprovement];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auc => "auc",
            Self::RejectionAt02 => "rejection_at_0.2",
            Self::RejectionAt05 => "rejection_at_0.5",
            Self::LargestImprovement => "largest_improvement",
        }
    }

    /// Its name in the picture.
    pub fn label(self) -> &'static str {
        match self {
            Self::Auc => "AUC",
            Self::RejectionAt02 => "$1/ε_B$(0.2)",
            Self::RejectionAt05 => "$1/ε_B$(0.5)",
            Self::LargestImprovement => "largest SIC",
        }
    }

    /// Its name in claims, which are not typeset.
    pub fn plain_label(self) -> String {
        self.label().replace('$', "")
    }

    /// The measure of each seed of the tagger called `name`.
    ///
    /// # Errors
    /// [`crate::Error::Column`] if the tables do not have it.
    pub fn by_seed(self, tables: &Tables, name: &str, direction: Direction) -> Result<Vec<f64>> {
        match self {
            Self::LargestImprovement => largest_improvement(tables, name, direction),
            _ => by_seed(tables, self.name(), name, direction),
        }
    }

    /// Of each seed, 1 where the measure is a lower limit only, because no background jet passes, else 0.
    ///
    /// # Errors
    /// [`crate::Error::Column`] if the tables do not have it.
    pub fn lower_limits(self, tables: &Tables, name: &str, direction: Direction) -> Result<Vec<f64>> {
        match self {
            Self::RejectionAt02 => by_seed(tables, "rejection_is_lower_limit_at_0.2", name, direction),
            Self::RejectionAt05 => by_seed(tables, "rejection_is_lower_limit_at_0.5", name, direction),
            Self::Auc | Self::LargestImprovement => Ok(vec![0.0; self.by_seed(tables, name, direction)?.len()]),
        }
    }

    /// The measure of each seed for ranks: where no background jet passes, the rejection is the number of background
    /// jets, at least that of any other tagger of the same jets, and not its lower limit, which may be below that of
    /// one jet passing.
    ///
    /// # Errors
    /// [`crate::Error::Column`] if the tables do not have it.
    pub fn ranked_by_seed(self, tables: &Tables, name: &str, direction: Direction) -> Result<Vec<f64>> {
        let (values, limits) = (self.by_seed(tables, name, direction)?, self.lower_limits(tables, name, direction)?);
        let jets = background_jets(tables, name, direction)?;
        let rows = values.into_iter().zip(limits).zip(jets);
        Ok(rows.map(|((value, limit), jets)| if limit > 0.0 { jets } else { value }).collect())
    }
}

/// Mean and standard deviation over seeds; of one seed the deviation is NaN.
///
/// # Errors
/// [`crate::Error::Metric`] if there is no value.
pub fn mean_and_spread(values: &[f64]) -> Result<(f64, f64)> {
    let spread = if values.len() > 1 { metrics::standard_deviation(values)? } else { f64::NAN };
    Ok((metrics::mean(values)?, spread))
}

#[cfg(test)]
mod tests {
    use super::super::performance::Performance;
    use super::super::significance::Significance;
    use super::*;
    use crate::run::Scores;

    #[test]
    fn a_tagger_that_no_background_passes_ranks_above_one_that_two_jets_pass() {
        let background: Vec<f64> = (0..50).map(f64::from).collect();
        let (mut measured, mut significance) = (Performance::default(), Significance::default());
        for (name, signal) in [("none passes", 60.0), ("two pass", 47.5)] {
            let scores = Scores { qcd: background.clone(), top: vec![signal; 5] };
            let roc = measured.add(name, Direction::Direct, 0, &scores, 2).unwrap();
            significance.add(name, Direction::Direct, 0, &roc).unwrap();
        }
        let tables = Tables::new([measured.table(), significance.table()]);
        let of = |name: &str| Measure::RejectionAt05.ranked_by_seed(&tables, name, Direction::Direct).unwrap();
        assert_eq!((of("none passes"), of("two pass")), (vec![50.0], vec![25.0]));
        // The limit at 95 %, 1 / (1 - 0.05^(1/50)) = 17.2, is below the 25 of two jets passing.
        let limit = Measure::RejectionAt05.by_seed(&tables, "none passes", Direction::Direct).unwrap()[0];
        assert!((limit - 17.2).abs() < 0.05, "{limit}");
    }

    #[test]
    fn one_seed_has_no_spread() {
        assert_eq!(mean_and_spread(&[1.0, 3.0]).unwrap(), (2.0, 2f64.sqrt()));
        let (mean, spread) = mean_and_spread(&[0.7]).unwrap();
        assert!(mean == 0.7 && spread.is_nan());
        assert!(mean_and_spread(&[]).is_err());
    }
}
