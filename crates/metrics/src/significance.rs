//! Significance improvement ε_S/√ε_B: by what factor a cut raises S/√B.

use std::ops::RangeInclusive;

use crate::error::{Error, Result};
use crate::roc::{Roc, check_efficiency};

/// One cut, with what it leaves of each sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WorkingPoint {
    /// The cut on the score; an event passes at or above it.
    pub threshold: f64,
    /// ε_S, in `[0, 1]`.
    pub signal_efficiency: f64,
    /// ε_B, in `(0, 1]`.
    pub background_efficiency: f64,
    /// How many events of the background sample pass.
    pub background_passing: u64,
    /// ε_S/√ε_B, at least 0; 1 is the cut that everything passes. S/√B after the cut is this times
    /// S/√B before it.
    pub significance_improvement: f64,
}

/// The significance improvement characteristic (SIC; Gallicchio and Schwartz, arXiv:1106.3076).
impl Roc {
    /// ε_S/√ε_B at `signal_efficiency` in `[0, 1]`, or `None` where no background passes.
    ///
    /// # Errors
    /// An efficiency outside `[0, 1]`, or NaN.
    pub fn significance_improvement_at(&self, signal_efficiency: f64) -> Result<Option<f64>> {
        let background_efficiency = self.background_efficiency_at(signal_efficiency)?;
        Ok((background_efficiency > 0.0).then(|| signal_efficiency / background_efficiency.sqrt()))
    }

    /// The SIC curve: each point of the ROC curve that at least `minimum_background` background events
    /// pass, by rising signal efficiency.
    ///
    /// With few events ε_B is mostly noise and the largest ε_S/√ε_B is the luckiest: its relative error is
    /// about 1/(2√n) with n passing. A minimum of 0 is taken as 1.
    pub fn significance_improvement(&self, minimum_background: u64) -> Vec<WorkingPoint> {
        // The counts never fall along the curve, so one search finds where the curve may begin.
        let first = self.background_passing().partition_point(|count| *count < minimum_background.max(1));
        (first..self.thresholds().len()).map(|index| self.working_point(index)).collect()
    }

    /// The point of largest ε_S/√ε_B among those with ε_S in `signal_efficiencies` and at least
    /// `minimum_background` passing background events; of equal ones, that of the tightest cut.
    ///
    /// Along a straight stretch ε_S/√ε_B is largest at an end, so no interpolated point is better.
    ///
    /// # Errors
    /// A range that leaves `[0, 1]`, or one without such a point.
    pub fn best_significance_improvement(
        &self,
        signal_efficiencies: RangeInclusive<f64>,
        minimum_background: u64,
    ) -> Result<WorkingPoint> {
        let (low, high) = signal_efficiencies.into_inner();
        check_efficiency(low)?;
        check_efficiency(high)?;
        self.significance_improvement(minimum_background)
            .into_iter()
            .filter(|point| (low..=high).contains(&point.signal_efficiency))
            .reduce(|best, point| {
                let better = point.significance_improvement > best.significance_improvement;
                if better { point } else { best }
            })
            .ok_or(Error::NoWorkingPoint { low, high, minimum_background })
    }

    fn working_point(&self, index: usize) -> WorkingPoint {
        let signal_efficiency = self.signal_efficiency()[index];
        let background_efficiency = self.background_efficiency()[index];
        WorkingPoint {
            threshold: self.thresholds()[index],
            signal_efficiency,
            background_efficiency,
            background_passing: self.background_passing()[index],
            significance_improvement: signal_efficiency / background_efficiency.sqrt(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Falling: 9 (s), 8 (b), 7 (s), 6 (s), 5 (b), 4 (b), 3 (s), 2 (b).
    fn small() -> Roc {
        Roc::new(&[9.0, 7.0, 6.0, 3.0], &[8.0, 5.0, 4.0, 2.0]).unwrap()
    }

    #[test]
    fn the_improvement_is_signal_over_root_background() {
        let roc = small();
        assert_eq!(roc.significance_improvement_at(0.5).unwrap(), Some(1.0));
        assert_eq!(roc.significance_improvement_at(0.75).unwrap(), Some(1.5));
        assert_eq!(roc.significance_improvement_at(0.25).unwrap(), None);
        assert!(roc.significance_improvement_at(1.1).is_err());
    }

    #[test]
    fn the_curve_begins_at_the_minimum_background() {
        let roc = small();
        let passing = |minimum| -> Vec<u64> {
            roc.significance_improvement(minimum).iter().map(|point| point.background_passing).collect()
        };
        assert_eq!(passing(2), [2, 3, 3, 4]);
        assert_eq!(passing(0), [1, 1, 1, 2, 3, 3, 4]);
        assert!(passing(5).is_empty());
    }

    #[test]
    fn the_best_cut_is_found_within_range_and_minimum() {
        let roc = small();
        let best = roc.best_significance_improvement(0.0..=1.0, 1).unwrap();
        assert_eq!(
            best,
            WorkingPoint {
                threshold: 6.0,
                signal_efficiency: 0.75,
                background_efficiency: 0.25,
                background_passing: 1,
                significance_improvement: 1.5,
            }
        );
        let elsewhere = roc.best_significance_improvement(0.0..=0.5, 1).unwrap();
        assert_eq!(elsewhere.threshold, 7.0);
        let safer = roc.best_significance_improvement(0.0..=1.0, 3).unwrap();
        assert_eq!(safer.threshold, 3.0);
    }

    #[test]
    fn of_equal_cuts_the_tightest_is_best() {
        // ε_S, ε_B: (1/2, 1/4) and (1, 1) both improve by exactly 1.
        let roc = Roc::new(&[3.0, 0.0], &[3.0, 0.0, 0.0, 0.0]).unwrap();
        let best = roc.best_significance_improvement(0.0..=1.0, 1).unwrap();
        assert_eq!(best.threshold, 3.0);
    }

    #[test]
    fn a_range_without_a_cut_is_an_error() {
        let roc = small();
        let error = roc.best_significance_improvement(0.0..=0.2, 1).unwrap_err();
        assert!(matches!(error, Error::NoWorkingPoint { .. }));
        assert!(roc.best_significance_improvement(0.0..=1.0, 5).is_err());
        assert!(roc.best_significance_improvement(0.5..=2.0, 1).is_err());
    }
}
