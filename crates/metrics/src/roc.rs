//! The receiver operating characteristic: background efficiency against signal efficiency.

use crate::error::{Error, Result};
use crate::ties::{TieGroup, tie_groups};

/// The ROC curve of a score: one point a distinct score, from (0, 0) to (1, 1).
///
/// Point 0 is the cut that nothing passes (threshold +∞). Point k is the cut at the k-th largest distinct
/// score; tied scores pass together. All columns have the same length, the number of distinct scores plus
/// one; thresholds fall strictly, efficiencies never fall. No point is left out, so straight stretches
/// keep their inner points (scikit-learn's `drop_intermediate=False`).
#[derive(Debug, Clone, PartialEq)]
pub struct Roc {
    thresholds: Vec<f64>,
    signal_passing: Vec<u64>,
    background_passing: Vec<u64>,
    signal_efficiency: Vec<f64>,
    background_efficiency: Vec<f64>,
}

impl Roc {
    /// The curve of the two samples; O(n log n).
    ///
    /// # Shapes
    /// `signal`: `[n_S]`, `background`: `[n_B]`, any finite scores, larger for more anomalous.
    ///
    /// # Errors
    /// An empty sample, or a score that is not finite.
    pub fn new(signal: &[f64], background: &[f64]) -> Result<Self> {
        let groups = tie_groups(signal, background)?;
        let falling = || groups.iter().rev();
        // Filling columns is bound by fresh memory, which two threads get twice as fast.
        let ((thresholds, signal), background) = rayon::join(
            || {
                let thresholds = std::iter::once(f64::INFINITY).chain(falling().map(|group| group.score)).collect();
                (thresholds, passing(falling().map(|group: &TieGroup| group.signal), signal.len()))
            },
            || passing(falling().map(|group: &TieGroup| group.background), background.len()),
        );
        Ok(Self {
            thresholds,
            signal_passing: signal.0,
            background_passing: background.0,
            signal_efficiency: signal.1,
            background_efficiency: background.1,
        })
    }

    /// The cuts, falling from +∞; an event passes when its score is at or above the cut.
    pub fn thresholds(&self) -> &[f64] {
        &self.thresholds
    }

    /// ε_S at each threshold, from 0 to 1.
    pub fn signal_efficiency(&self) -> &[f64] {
        &self.signal_efficiency
    }

    /// ε_B at each threshold, from 0 to 1.
    pub fn background_efficiency(&self) -> &[f64] {
        &self.background_efficiency
    }

    /// How many signal events pass each threshold; the last entry is the size of the sample.
    pub fn signal_passing(&self) -> &[u64] {
        &self.signal_passing
    }

    /// How many background events pass each threshold; the last entry is the size of the sample.
    pub fn background_passing(&self) -> &[u64] {
        &self.background_passing
    }

    /// The size of the background sample.
    pub fn background_count(&self) -> u64 {
        self.background_passing.last().copied().unwrap_or_default()
    }

    /// The area under the curve by the trapezoid rule, in `[0, 1]`.
    ///
    /// Summed in integers, hence the same number as [`auc`](crate::auc()), bit for bit.
    pub fn area(&self) -> f64 {
        let heights = self.signal_passing.windows(2);
        let widths = self.background_passing.windows(2);
        let twice_area: u128 =
            heights.zip(widths).map(|(s, b)| u128::from(s[0] + s[1]) * u128::from(b[1] - b[0])).sum();
        let n_signal = self.signal_passing.last().copied().unwrap_or_default();
        let n_pairs = u128::from(n_signal) * u128::from(self.background_count());
        twice_area as f64 / (2 * n_pairs) as f64
    }

    /// The background efficiency at `signal_efficiency` in `[0, 1]`.
    ///
    /// Between two points of the curve: their linear interpolation. Where the curve is vertical in ε_B
    /// (background between two signal scores), the smallest ε_B, which is that of the tightest cut that
    /// reaches ε_S; so ε_B(0) = 0, and a perfect score has ε_B(1) = 0. An efficiency one rounding error
    /// above such a place is beyond it: write a grid as `i as f64 / n as f64`, not as a running sum.
    ///
    /// # Errors
    /// An efficiency outside `[0, 1]`, or NaN.
    pub fn background_efficiency_at(&self, signal_efficiency: f64) -> Result<f64> {
        check_efficiency(signal_efficiency)?;
        let (x, y) = (&self.signal_efficiency, &self.background_efficiency);
        let right = x.partition_point(|efficiency| *efficiency < signal_efficiency);
        if x[right] == signal_efficiency {
            return Ok(y[right]);
        }
        let left = right - 1;
        let slope = (y[right] - y[left]) / (x[right] - x[left]);
        Ok(y[left] + slope * (signal_efficiency - x[left]))
    }

    /// The background efficiency at each of `signal_efficiencies`, as
    /// [`background_efficiency_at`](Self::background_efficiency_at) gives it.
    ///
    /// Curves of several seeds have different points; on one grid they can be averaged.
    ///
    /// # Errors
    /// An efficiency outside `[0, 1]`, or NaN.
    pub fn background_efficiency_on(&self, signal_efficiencies: &[f64]) -> Result<Vec<f64>> {
        signal_efficiencies.iter().map(|efficiency| self.background_efficiency_at(*efficiency)).collect()
    }
}

/// Refuses a signal efficiency outside `[0, 1]`, or NaN.
pub(crate) fn check_efficiency(value: f64) -> Result<()> {
    if (0.0..=1.0).contains(&value) { Ok(()) } else { Err(Error::EfficiencyOutOfRange { value }) }
}

/// Running sums of `counts`, with a zero in front, and the same as fractions of `total`.
fn passing(counts: impl ExactSizeIterator<Item = u64>, total: usize) -> (Vec<u64>, Vec<f64>) {
    let (mut passing, mut efficiencies) = (vec![0; counts.len() + 1], vec![0.0; counts.len() + 1]);
    let mut sum = 0;
    for ((count, passing), efficiency) in counts.zip(&mut passing[1..]).zip(&mut efficiencies[1..]) {
        sum += count;
        *passing = sum;
        *efficiency = sum as f64 / total as f64;
    }
    (passing, efficiencies)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_columns_of_a_small_curve_with_a_tie_are_right() {
        // Falling: 4 (s), 3 (s, b tied), 2 (b), 1 (s), 0 (b, b).
        let roc = Roc::new(&[1.0, 4.0, 3.0], &[0.0, 3.0, 2.0, 0.0]).unwrap();
        let third = |k: f64| k / 3.0;
        assert_eq!(roc.thresholds(), [f64::INFINITY, 4.0, 3.0, 2.0, 1.0, 0.0]);
        assert_eq!(roc.signal_passing(), [0, 1, 2, 2, 3, 3]);
        assert_eq!(roc.background_passing(), [0, 0, 1, 2, 2, 4]);
        assert_eq!(roc.signal_efficiency(), [0.0, third(1.0), third(2.0), third(2.0), 1.0, 1.0]);
        assert_eq!(roc.background_efficiency(), [0.0, 0.0, 0.25, 0.5, 0.5, 1.0]);
        assert_eq!(roc.background_count(), 4);
        // Pairs won: 4 beats 4; 3 beats 3 and ties once; 1 beats 2: 9.5 of 12.
        assert_eq!(roc.area(), 9.5 / 12.0);
    }

    #[test]
    fn between_points_the_curve_is_straight() {
        let roc = Roc::new(&[1.0, 4.0, 3.0], &[0.0, 3.0, 2.0, 0.0]).unwrap();
        // Halfway up the tied step from (1/3, 0) to (2/3, 0.25).
        assert!((roc.background_efficiency_at(0.5).unwrap() - 0.125).abs() < 1e-15);
        // On the step at ε_B = 0.5, from ε_S = 2/3 to 1.
        assert_eq!(roc.background_efficiency_at(0.9).unwrap(), 0.5);
    }

    #[test]
    fn on_a_vertical_stretch_the_tightest_cut_counts() {
        let roc = Roc::new(&[1.0, 4.0, 3.0], &[0.0, 3.0, 2.0, 0.0]).unwrap();
        assert_eq!(roc.background_efficiency_on(&[0.0, 2.0 / 3.0, 1.0]).unwrap(), [0.0, 0.25, 0.5]);
        let perfect = Roc::new(&[2.0, 3.0], &[0.0, 1.0]).unwrap();
        assert_eq!(perfect.background_efficiency_at(1.0).unwrap(), 0.0);
    }

    #[test]
    fn a_constant_score_is_the_random_line() {
        let roc = Roc::new(&[7.0; 5], &[7.0; 3]).unwrap();
        assert_eq!(roc.thresholds(), [f64::INFINITY, 7.0]);
        for efficiency in [0.0, 0.125, 0.5, 1.0] {
            assert_eq!(roc.background_efficiency_at(efficiency).unwrap(), efficiency);
        }
        assert_eq!(roc.area(), 0.5);
    }

    #[test]
    fn an_efficiency_outside_zero_to_one_is_refused() {
        let roc = Roc::new(&[1.0], &[0.0]).unwrap();
        for value in [-1e-9, 1.0 + 1e-9, f64::NAN, f64::INFINITY] {
            let error = roc.background_efficiency_at(value).unwrap_err();
            assert!(matches!(error, Error::EfficiencyOutOfRange { .. }));
            assert!(roc.background_efficiency_on(&[0.5, value]).is_err());
        }
    }
}
