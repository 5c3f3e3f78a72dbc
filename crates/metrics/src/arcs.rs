//! Torn arcs of a closed curve: where along it the loss is above a threshold.

use std::cmp::Reverse;

use crate::error::{Result, check_finite, check_threshold};

/// One contiguous stretch of a closed curve of n samples whose losses are all above the threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Arc {
    /// Index of its first sample, in `[0, n)`; the arc goes on with rising index, and from n − 1 to 0.
    pub first: usize,
    /// How many samples it has, in `[1, n]`; times 360°/n, the angle that it covers.
    pub length: usize,
    /// Index of the sample of largest loss, in `[0, n)`; of equal ones, the first along the arc.
    pub peak: usize,
    /// Its middle as an index, in `[0, n)`; half-integer for an even length. Of an arc that is the whole
    /// curve, which has no middle, it is half-way from sample 0 to sample n − 1.
    pub centre: f64,
    /// The loss at the peak.
    pub largest: f64,
}

/// The torn arcs of a closed curve, longest first, equally long ones by their first sample.
///
/// `losses`: `[n]`, finite, at samples spaced evenly along the curve, sample n − 1 being the neighbour of
/// sample 0. A sample is torn when `loss > threshold`. No torn sample is no arc, and a curve that is torn
/// all over is one arc of length n that begins at 0.
///
/// # Errors
/// No losses, one that is not finite, or a threshold that is not.
pub fn torn_arcs(losses: &[f64], threshold: f64) -> Result<Vec<Arc>> {
    check_finite("losses", losses)?;
    check_threshold(threshold)?;
    let n = losses.len();
    if losses.iter().all(|loss| *loss > threshold) {
        return Ok(vec![arc(losses, 0, n)]);
    }
    let begins = |index: &usize| losses[*index] > threshold && losses[(*index + n - 1) % n] <= threshold;
    let mut arcs: Vec<Arc> =
        (0..n).filter(begins).map(|first| arc(losses, first, run(losses, first, threshold))).collect();
    arcs.sort_by_key(|arc| Reverse(arc.length));
    Ok(arcs)
}

/// How many samples from `first` on are torn; the curve has at least one that is not.
fn run(losses: &[f64], first: usize, threshold: f64) -> usize {
    losses.iter().cycle().skip(first).take_while(|loss| **loss > threshold).count()
}

fn arc(losses: &[f64], first: usize, length: usize) -> Arc {
    let n = losses.len();
    let mut peak = first;
    for index in (first..first + length).map(|index| index % n) {
        if losses[index] > losses[peak] {
            peak = index;
        }
    }
    let centre = (first as f64 + (length - 1) as f64 / 2.0) % n as f64;
    Arc { first, length, peak, centre, largest: losses[peak] }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::Error;

    #[test]
    fn arcs_come_longest_first_with_peak_and_centre() {
        let losses = [0.0, 2.0, 0.0, 3.0, 5.0, 4.0, 2.0, 0.0];
        let arcs = torn_arcs(&losses, 1.0).unwrap();
        let long = Arc { first: 3, length: 4, peak: 4, centre: 4.5, largest: 5.0 };
        let short = Arc { first: 1, length: 1, peak: 1, centre: 1.0, largest: 2.0 };
        assert_eq!(arcs, [long, short]);
    }

    #[test]
    fn an_arc_goes_on_from_the_last_sample_to_the_first() {
        let arcs = torn_arcs(&[4.0, 3.0, 0.0, 0.0, 2.0], 1.0).unwrap();
        assert_eq!(arcs, [Arc { first: 4, length: 3, peak: 0, centre: 0.0, largest: 4.0 }]);
        let arcs = torn_arcs(&[3.0, 0.0, 0.0, 4.0], 1.0).unwrap();
        assert_eq!(arcs, [Arc { first: 3, length: 2, peak: 3, centre: 3.5, largest: 4.0 }]);
    }

    #[test]
    fn a_loss_at_the_threshold_is_not_torn() {
        let arcs = torn_arcs(&[1.0, 2.0, 1.0], 1.0).unwrap();
        assert_eq!((arcs.len(), arcs[0].first, arcs[0].length), (1, 1, 1));
        assert_eq!(torn_arcs(&[1.0, 1.0], 1.0).unwrap(), []);
    }

    #[test]
    fn a_curve_torn_all_over_is_one_arc() {
        let arcs = torn_arcs(&[2.0, 3.0, 3.0], 1.0).unwrap();
        assert_eq!(arcs, [Arc { first: 0, length: 3, peak: 1, centre: 1.0, largest: 3.0 }]);
    }

    #[test]
    fn equally_long_arcs_keep_the_order_of_the_curve() {
        let arcs = torn_arcs(&[0.0, 2.0, 0.0, 9.0, 0.0, 5.0], 1.0).unwrap();
        assert_eq!(arcs.iter().map(|arc| arc.first).collect::<Vec<_>>(), [1, 3, 5]);
    }

    #[test]
    fn what_has_no_arcs_is_refused_with_its_cause() {
        assert_eq!(torn_arcs(&[], 1.0).unwrap_err(), Error::EmptySample { which: "losses" });
        let error = torn_arcs(&[0.0, f64::NAN], 1.0).unwrap_err();
        assert!(matches!(error, Error::NotFinite { which: "losses", index: 1, .. }));
        for threshold in [f64::NAN, f64::INFINITY] {
            let error = torn_arcs(&[0.0], threshold).unwrap_err();
            assert!(matches!(error, Error::ThresholdNotFinite { .. }));
        }
    }
}
