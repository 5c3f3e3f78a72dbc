//! The area under the ROC curve, from ranks.

use crate::error::Result;
use crate::ties::tie_groups;

/// The area under the ROC curve (AUC): the chance that a signal score is above a background score,
/// a tie counting one half.
///
/// Computed from the sum of the signal's ranks, tied scores sharing their mean rank (Mann and Whitney,
/// Ann. Math. Stat. 18 (1947) 50; Hanley and McNeil, Radiology 143 (1982) 29), in integers until the
/// last division. It equals [`Roc::area`](crate::Roc::area) to the last bit. O(n log n).
///
/// # Shapes
/// `signal`: `[n_S]`, `background`: `[n_B]`, any finite scores. Returns a number in `[0, 1]`; 0.5 is the
/// random score, and exchanging the two samples gives one minus it.
///
/// # Errors
/// An empty sample, or a score that is not finite.
pub fn auc(signal: &[f64], background: &[f64]) -> Result<f64> {
    let groups = tie_groups(signal, background)?;
    Ok(auc_from_ranks(groups.iter().map(|group| (group.signal, group.background))))
}

/// The AUC of `(signal, background)` counts, one pair a distinct score, ascending in score.
///
/// Both samples must hold at least one event in total.
pub(crate) fn auc_from_ranks(counts: impl Iterator<Item = (u64, u64)>) -> f64 {
    let (mut below, mut n_signal) = (0_u64, 0_u64);
    let mut twice_rank_sum = 0_u128;
    for (signal, background) in counts {
        let tied = signal + background;
        // Ranks below+1 ..= below+tied share their mean; twice the mean is an integer.
        twice_rank_sum += u128::from(signal) * u128::from(2 * below + tied + 1);
        n_signal += signal;
        below += tied;
    }
    let n_background = u128::from(below - n_signal);
    let n_signal = u128::from(n_signal);
    let twice_wins = twice_rank_sum - n_signal * (n_signal + 1);
    twice_wins as f64 / (2 * n_signal * n_background) as f64
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn auc_counts_the_pairs_in_the_right_order() {
        let cases: [(&[f64], &[f64], f64); 7] = [
            (&[2.0], &[1.0], 1.0),
            (&[1.0], &[2.0], 0.0),
            (&[1.0], &[1.0], 0.5),
            // 3 beats 1 and 2; 2 beats 1 and ties with 2: 3.5 of 4 pairs.
            (&[3.0, 2.0], &[1.0, 2.0], 0.875),
            // -1 loses to 0, 5 wins, and so on: 2 of 6 pairs.
            (&[5.0, -1.0], &[0.0, 7.0, 4.0], 2.0 / 6.0),
            (&[-0.0, 0.0], &[0.0], 0.5),
            (&[f64::MAX, -f64::MAX], &[f64::MIN_POSITIVE], 0.5),
        ];
        for (signal, background, expected) in cases {
            assert_eq!(auc(signal, background).unwrap(), expected, "{signal:?} against {background:?}");
        }
    }

    #[test]
    fn samples_of_millions_do_not_overflow() {
        let n = 3_000_000_000;
        let value = auc_from_ranks([(0, n), (n, 0)].into_iter());
        assert_eq!(value, 1.0);
    }
}
