//! The one sort behind every measure: the distinct scores, with what is tied at each.

use crate::error::{Result, check_finite};

/// One distinct score and how many of each sample have it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TieGroup {
    pub(crate) score: f64,
    pub(crate) signal: u64,
    pub(crate) background: u64,
}

/// The distinct scores of both samples, ascending; O(n log n), one thread a sample.
///
/// # Errors
/// An empty sample, or a score that is not finite.
pub(crate) fn tie_groups(signal: &[f64], background: &[f64]) -> Result<Vec<TieGroup>> {
    check_finite("signal scores", signal)?;
    check_finite("background scores", background)?;
    let (signal, background) = rayon::join(|| ascending(signal), || ascending(background));
    Ok(merge(&signal, &background))
}

/// A sorted copy of finite `values`.
pub(crate) fn ascending(values: &[f64]) -> Vec<f64> {
    // Adding 0.0 turns -0.0 into 0.0: the group of the zeros then has one score, whatever their order.
    let mut sorted: Vec<f64> = values.iter().map(|value| value + 0.0).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

fn merge(signal: &[f64], background: &[f64]) -> Vec<TieGroup> {
    let mut groups = Vec::with_capacity(signal.len() + background.len());
    let (mut i, mut j) = (0, 0);
    while i < signal.len() || j < background.len() {
        let score = match (signal.get(i), background.get(j)) {
            (Some(s), Some(b)) => s.min(*b),
            (Some(s), None) => *s,
            (None, Some(b)) => *b,
            (None, None) => break,
        };
        let tied_signal = leading(&signal[i..], score);
        let tied_background = leading(&background[j..], score);
        groups.push(TieGroup { score, signal: tied_signal as u64, background: tied_background as u64 });
        i += tied_signal;
        j += tied_background;
    }
    groups
}

/// How many numbers at the front of `sorted` equal `score`.
fn leading(sorted: &[f64], score: f64) -> usize {
    sorted.iter().take_while(|value| **value == score).count()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::Error;

    #[test]
    fn equal_scores_of_both_samples_share_a_group() {
        let groups = tie_groups(&[2.0, 1.0, 2.0], &[3.0, 2.0, -1.0]).unwrap();
        let table: Vec<_> = groups.iter().map(|group| (group.score, group.signal, group.background)).collect();
        assert_eq!(table, [(-1.0, 0, 1), (1.0, 1, 0), (2.0, 2, 1), (3.0, 0, 1)]);
    }

    #[test]
    fn negative_zero_is_tied_with_zero() {
        let groups = tie_groups(&[-0.0, 0.0], &[0.0, -0.0, -0.0]).unwrap();
        assert_eq!(groups.len(), 1);
        assert_eq!((groups[0].signal, groups[0].background), (2, 3));
        assert!(groups[0].score.is_sign_positive());
    }

    #[test]
    fn an_empty_sample_is_named() {
        let error = tie_groups(&[], &[1.0]).unwrap_err();
        assert_eq!(error, Error::EmptySample { which: "signal scores" });
        assert!(tie_groups(&[1.0], &[]).unwrap_err().to_string().contains("background scores"));
    }

    #[test]
    fn a_score_that_is_not_finite_is_found_with_its_place() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let Error::NotFinite { which, index, value: found } = tie_groups(&[1.0], &[0.0, 1.0, value]).unwrap_err()
            else {
                panic!("{value} was not refused as not finite");
            };
            assert_eq!((which, index), ("background scores", 2));
            assert_eq!(found.to_bits(), value.to_bits());
        }
    }
}
