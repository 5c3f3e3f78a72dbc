//! Settings compared over several cases by the mean of their ranks.

use metrics::Order;

use crate::{Error, Result};

/// Ranks of settings by a loss, in each of several cases.
#[derive(Debug, Clone, PartialEq)]
pub struct MeanRanks {
    /// Rank of each setting in each case, case by case; 1 has the smallest loss, equal losses share the mean of their ranks.
    pub by_case: Vec<Vec<f64>>,
    /// Mean over the cases, one a setting.
    pub means: Vec<f64>,
}

impl MeanRanks {
    /// Ranks by `losses`, `[cases][settings]`; a loss that is not finite, that of a training which diverged, counts as the largest.
    ///
    /// # Errors
    /// [`Error::Metric`] if there is no case.
    pub fn of(losses: &[Vec<f64>]) -> Result<Self> {
        let ranked = |case: &Vec<f64>| {
            let finite: Vec<f64> = case.iter().map(|loss| if loss.is_finite() { *loss } else { f64::MAX }).collect();
            Ok::<_, Error>(metrics::ranks(&finite, Order::SmallestFirst)?)
        };
        let by_case = losses.iter().map(ranked).collect::<Result<Vec<_>>>()?;
        let settings = by_case.first().map_or(0, Vec::len);
        let of = |setting: usize| Ok(metrics::mean(&by_case.iter().map(|case| case[setting]).collect::<Vec<_>>())?);
        let means = (0..settings).map(of).collect::<Result<Vec<_>>>()?;
        Ok(Self { by_case, means })
    }
}

/// The place of the lowest mean rank, of equal ones the first; 0 if there is none.
pub fn lowest(means: &[f64]) -> usize {
    (0..means.len()).reduce(|best, other| if means[other] < means[best] { other } else { best }).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_mean_rank_wins_and_not_the_lowest_mean_loss() {
        // Ranks 1, 2, 3 and 2, 1, 3 and 2, 1, 3: means 5/3, 4/3 and 3.
        let ranks = MeanRanks::of(&[vec![0.1, 9.0, 10.0], vec![2.0, 1.9, 3.0], vec![0.2, 0.1, 0.3]]).unwrap();
        assert_eq!(ranks.by_case[0], [1.0, 2.0, 3.0]);
        assert!((ranks.means[0] - 5.0 / 3.0).abs() < 1e-15 && (ranks.means[1] - 4.0 / 3.0).abs() < 1e-15);
        assert_eq!(lowest(&ranks.means), 1);
    }

    #[test]
    fn a_training_that_diverged_comes_last_and_equal_ones_share_a_rank() {
        let ranks = MeanRanks::of(&[vec![f64::NAN, 1.0, 1.0]]).unwrap();
        assert_eq!((ranks.means.as_slice(), lowest(&ranks.means)), ([3.0, 1.5, 1.5].as_slice(), 1));
    }
}
