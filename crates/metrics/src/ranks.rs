//! Ranks of a list, from its best number to its worst.

use crate::error::{Error, Result};
use crate::ties::ascending;

/// Which end of a list is its best.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The largest number has rank 1, as of AUCs.
    LargestFirst,
    /// The smallest number has rank 1, as of losses.
    SmallestFirst,
}

/// The rank of each of `values`: `[n]`, n at least 1, infinities allowed; in `[1, n]`, 1 being the best.
///
/// Equal numbers share the mean of their ranks, so that the ranks sum to n(n + 1)/2; `-0.0` equals `0.0`.
///
/// # Errors
/// No values, or NaN.
pub fn ranks(values: &[f64], order: Order) -> Result<Vec<f64>> {
    if values.is_empty() {
        return Err(Error::EmptySample { which: "values" });
    }
    if let Some(index) = values.iter().position(|value| value.is_nan()) {
        return Err(Error::NotFinite { which: "values", index, value: values[index] });
    }
    let rising = midranks(values);
    let beyond = (values.len() + 1) as f64;
    Ok(match order {
        Order::SmallestFirst => rising,
        Order::LargestFirst => rising.into_iter().map(|rank| beyond - rank).collect(),
    })
}

/// The rank of each of `values` without NaN, from 1 at the smallest; of equal ones, the mean of theirs.
pub(crate) fn midranks(values: &[f64]) -> Vec<f64> {
    let sorted = ascending(values);
    let rank = |value: &f64| {
        let below = sorted.partition_point(|other| other < value);
        let not_above = sorted.partition_point(|other| other <= value);
        (below + 1 + not_above) as f64 / 2.0
    };
    values.iter().map(rank).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_best_number_has_rank_one_from_either_end() {
        let values = [0.7, 0.9, 0.5];
        assert_eq!(ranks(&values, Order::LargestFirst).unwrap(), [2.0, 1.0, 3.0]);
        assert_eq!(ranks(&values, Order::SmallestFirst).unwrap(), [2.0, 3.0, 1.0]);
    }

    #[test]
    fn ties_share_the_mean_of_their_ranks() {
        let values = [3.0, -0.0, 3.0, 0.0, 3.0, 9.0];
        assert_eq!(ranks(&values, Order::SmallestFirst).unwrap(), [4.0, 1.5, 4.0, 1.5, 4.0, 6.0]);
        assert_eq!(ranks(&values, Order::LargestFirst).unwrap(), [3.0, 5.5, 3.0, 5.5, 3.0, 1.0]);
    }

    #[test]
    fn infinities_are_at_the_ends() {
        let values = [f64::INFINITY, 1e308, f64::NEG_INFINITY, f64::INFINITY];
        assert_eq!(ranks(&values, Order::LargestFirst).unwrap(), [1.5, 3.0, 4.0, 1.5]);
    }

    #[test]
    fn nothing_and_nan_have_no_ranks() {
        for order in [Order::LargestFirst, Order::SmallestFirst] {
            assert_eq!(ranks(&[], order).unwrap_err(), Error::EmptySample { which: "values" });
            let error = ranks(&[1.0, f64::NAN], order).unwrap_err();
            assert!(matches!(error, Error::NotFinite { which: "values", index: 1, .. }));
        }
    }
}
