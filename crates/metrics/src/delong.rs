//! The standard error of an AUC, and of the difference of two, without resampling.

use crate::auc::auc;
use crate::error::{Error, Result, check_same_length};
use crate::ties::ascending;

/// An AUC with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AucWithError {
    /// The AUC, in `[0, 1]`.
    pub auc: f64,
    /// Its standard error, at least 0; 0 of a perfect score, whatever the size of the samples.
    pub error: f64,
}

/// By how much one score's AUC is above another's on the same events.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AucDifference {
    /// The AUC of the first score less that of the second, in `[-1, 1]`.
    pub difference: f64,
    /// Its standard error, at least 0; 0 of scores that order the events alike.
    pub error: f64,
    /// The covariance of the two AUCs; positive of scores that err on the same events. The error squared is
    /// the sum of the two AUCs' squared errors less twice this.
    pub covariance: f64,
}

/// The AUC with its standard error (DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837).
///
/// The variance of the parts of background below each signal event, over n_S, plus that of the parts of signal
/// above each background event, over n_B; ties count one half. Counted in sorted samples, O(n log n); Sun and Xu
/// (IEEE Signal Process. Lett. 21 (2014) 1389) take the same counts as differences of midranks. The error is
/// that of the test samples alone, as of [`bootstrap_auc`](crate::bootstrap_auc).
///
/// # Shapes
/// `signal`: `[n_S]`, `background`: `[n_B]`, any finite scores, each sample at least two.
///
/// # Errors
/// A sample of fewer than two scores, or a score that is not finite.
pub fn auc_with_error(signal: &[f64], background: &[f64]) -> Result<AucWithError> {
    let deviations = Deviations::new(signal, background)?;
    Ok(AucWithError { auc: deviations.auc, error: deviations.covariance(&deviations).sqrt() })
}

/// The difference of the AUCs of scores a and b of the same events, with its standard error (DeLong, DeLong and
/// Clarke-Pearson, as [`auc_with_error`]).
///
/// Two scores that err on the same events share part of their errors, and the error of the difference is then
/// smaller than the two added in squares.
///
/// # Shapes
/// `signal_a` and `signal_b`: `[n_S]`, `background_a` and `background_b`: `[n_B]`, number k of a and of b being
/// the same event; any finite scores, each sample at least two.
///
/// # Errors
/// Two scores of different numbers of events, a sample of fewer than two, or a score that is not finite.
pub fn auc_difference(
    signal_a: &[f64],
    background_a: &[f64],
    signal_b: &[f64],
    background_b: &[f64],
) -> Result<AucDifference> {
    let (a, b) = (Deviations::new(signal_a, background_a)?, Deviations::new(signal_b, background_b)?);
    check_same_length("signal scores of the two taggers", signal_a, signal_b)?;
    check_same_length("background scores of the two taggers", background_a, background_b)?;
    let covariance = a.covariance(&b);
    // From event to event, where the sum of variances less twice the covariance could cancel to below 0.
    let difference = a.less(&b);
    Ok(AucDifference { difference: difference.auc, error: difference.covariance(&difference).sqrt(), covariance })
}

/// An AUC, and how far from it is the part of pairs that each event wins for it.
struct Deviations {
    auc: f64,
    signal: Vec<f64>,
    background: Vec<f64>,
}

impl Deviations {
    fn new(signal: &[f64], background: &[f64]) -> Result<Self> {
        let auc = auc(signal, background)?;
        for (which, sample) in [("signal scores", signal), ("background scores", background)] {
            if sample.len() < 2 {
                return Err(Error::TooFew { which, needed: 2, found: sample.len() });
            }
        }
        let of_signal = parts_below(signal, background).map(|below| below - auc).collect();
        let of_background = parts_below(background, signal).map(|below| (1.0 - below) - auc).collect();
        Ok(Self { auc, signal: of_signal, background: of_background })
    }

    /// The covariance of two AUCs of the same events; of an AUC with itself, its variance.
    fn covariance(&self, other: &Self) -> f64 {
        mean_covariance(&self.signal, &other.signal) + mean_covariance(&self.background, &other.background)
    }

    /// The difference of two AUCs of the same events, event by event.
    fn less(&self, other: &Self) -> Self {
        let less = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect();
        Self {
            auc: self.auc - other.auc,
            signal: less(&self.signal, &other.signal),
            background: less(&self.background, &other.background),
        }
    }
}

/// For each of `values`, the part of `others` below it, a tie counting one half.
fn parts_below(values: &[f64], others: &[f64]) -> impl Iterator<Item = f64> {
    let sorted = ascending(others);
    values.iter().map(move |value| {
        let below = sorted.partition_point(|other| other < value);
        let not_above = sorted.partition_point(|other| other <= value);
        (below + not_above) as f64 / (2 * sorted.len()) as f64
    })
}

/// The covariance of two means of n events each, from the events' deviations.
fn mean_covariance(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len() as f64;
    a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / (n - 1.0) / n
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_error_is_the_spread_of_the_parts_won() {
        // Signal 3 is above both of 1 and 2, 2 above one and tied with the other: parts 1 and 3/4, variance
        // 1/32. Below 3 and 2 are 1, with both, and 2, with one and a tie: the same parts. (1/32 + 1/32) / 2.
        let found = auc_with_error(&[3.0, 2.0], &[1.0, 2.0]).unwrap();
        assert_eq!(found, AucWithError { auc: 0.875, error: (1.0_f64 / 32.0).sqrt() });
    }

    #[test]
    fn a_perfect_and_a_constant_score_have_no_error() {
        for (signal, background, auc) in [([3.0, 4.0], [1.0, 2.0], 1.0), ([7.0; 2], [7.0; 2], 0.5)] {
            assert_eq!(auc_with_error(&signal, &background).unwrap(), AucWithError { auc, error: 0.0 });
        }
    }

    #[test]
    fn the_difference_is_spread_as_the_events_differences() {
        // Score a as above; b is perfect, so that the differences are those of a alone, and nothing is common.
        let found = auc_difference(&[3.0, 2.0], &[1.0, 2.0], &[8.0, 9.0], &[6.0, 5.0]).unwrap();
        let expected = AucDifference { difference: -0.125, error: (1.0_f64 / 32.0).sqrt(), covariance: 0.0 };
        assert_eq!(found, expected);
    }

    #[test]
    fn scores_that_order_alike_do_not_differ_and_share_their_variance() {
        let (signal, background) = ([0.3, 2.0, 1.0], [0.5, -1.0, 1.0, 0.0]);
        let (s, b) = (signal.map(f64::exp), background.map(f64::exp));
        let found = auc_difference(&signal, &background, &s, &b).unwrap();
        assert_eq!((found.difference, found.error), (0.0, 0.0));
        let alone = auc_with_error(&signal, &background).unwrap();
        assert!((found.covariance - alone.error.powi(2)).abs() < 1e-16, "{found:?}");
    }

    #[test]
    fn samples_without_an_error_are_refused_with_their_cause() {
        let two = [1.0, 2.0];
        let error = auc_with_error(&[1.0], &two).unwrap_err();
        assert_eq!(error, Error::TooFew { which: "signal scores", needed: 2, found: 1 });
        let error = auc_with_error(&two, &[1.0]).unwrap_err();
        assert_eq!(error, Error::TooFew { which: "background scores", needed: 2, found: 1 });
        assert_eq!(auc_with_error(&[], &two).unwrap_err(), Error::EmptySample { which: "signal scores" });
        for value in [f64::NAN, f64::INFINITY] {
            let broken = [0.0, value];
            assert!(matches!(auc_with_error(&two, &broken).unwrap_err(), Error::NotFinite { index: 1, .. }));
            let error = auc_difference(&two, &two, &broken, &two).unwrap_err();
            assert!(matches!(error, Error::NotFinite { which: "signal scores", index: 1, .. }));
        }
    }

    #[test]
    fn scores_of_different_events_are_not_compared() {
        let (two, three) = ([1.0, 2.0], [1.0, 2.0, 3.0]);
        let error = auc_difference(&two, &two, &three, &two).unwrap_err();
        assert!(error.to_string().contains("signal scores of the two taggers number 2 and 3"), "{error}");
        let error = auc_difference(&two, &three, &two, &two).unwrap_err();
        assert!(error.to_string().contains("background scores of the two taggers number 3 and 2"), "{error}");
    }
}
