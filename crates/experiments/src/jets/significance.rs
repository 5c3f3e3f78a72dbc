//! The significance improvement ε_S/√ε_B of a tagger: the largest, and at a given signal efficiency.

use metrics::Roc;

use super::Direction;
use super::performance::of_tagger;
use super::roc_curves::{LEAST_BACKGROUND_JETS, RocCurves};
use crate::Result;
use crate::rows::Rows;
use crate::tables::{Table, Tables};

/// Signal efficiency at which the improvement is tabulated.
const EFFICIENCY: f64 = 0.2;
/// The largest signal efficiency of a cut that may have the largest improvement: without a bound no cut at all, whose
/// improvement is 1, would be the best of a tagger that never improves.
const MOST_EFFICIENT: f64 = 0.5;

/// Significance improvement by tagger and seed, one row each.
#[derive(Debug)]
pub struct Significance(Rows<2, 6>);

impl Default for Significance {
    fn default() -> Self {
        let numbers = [
            "seed",
            "improvement_at_0.2",
            "largest_improvement",
            "signal_efficiency_of_largest",
            "background_jets_of_largest",
            "background_jets",
        ];
        Self(Rows::new(["tagger", "direction"], numbers))
    }
}

impl Significance {
    /// Name of the table.
    pub const TABLE: &str = "significance_by_seed";

    /// Measures the tagger called `name` of one seed.
    ///
    /// The largest improvement is that over all cuts with a signal efficiency of at most one half which at least ten background
    /// jets pass; 0 if there is no such cut. A random score has at most √½. At
    /// the given efficiency, where no background jet passes, it is the lower limit that follows from that of 1/ε_B.
    ///
    /// # Errors
    /// [`crate::Error::Metric`] for a curve that has no such efficiency.
    pub fn add(&mut self, name: &str, direction: Direction, seed: u64, roc: &Roc) -> Result<()> {
        let best = match roc.best_significance_improvement(0.0..=MOST_EFFICIENT, LEAST_BACKGROUND_JETS) {
            Err(metrics::Error::NoWorkingPoint { .. }) => None,
            best => Some(best?),
        };
        let at = EFFICIENCY * roc.rejection_at(EFFICIENCY)?.value().sqrt();
        let row = [
            seed as f64,
            at,
            best.as_ref().map_or(0.0, |best| best.significance_improvement),
            best.as_ref().map_or(f64::NAN, |best| best.signal_efficiency),
            best.as_ref().map_or(0.0, |best| best.background_passing as f64),
            roc.background_count() as f64,
        ];
        self.0.push([name, direction.name()], row);
        Ok(())
    }

    /// The table, `tagger`, `direction` and six columns of numbers.
    pub fn table(self) -> Table {
        self.0.table(Self::TABLE)
    }
}

/// The largest improvement of the tagger called `name`, one number a seed.
///
/// # Errors
/// [`crate::Error::Column`] if the tables have none.
pub fn largest_improvement(tables: &Tables, name: &str, direction: Direction) -> Result<Vec<f64>> {
    of_tagger(tables.get(Significance::TABLE)?, "largest_improvement", name, direction)
}

/// The background jets that the tagger called `name` is tested on, one number a seed.
///
/// # Errors
/// [`crate::Error::Column`] if the tables have none.
pub fn background_jets(tables: &Tables, name: &str, direction: Direction) -> Result<Vec<f64>> {
    of_tagger(tables.get(Significance::TABLE)?, "background_jets", name, direction)
}

/// The upper end of an axis that holds the significance improvement of these curves up to the signal efficiency
/// `up_to`.
///
/// # Errors
/// [`crate::Error::Column`] if the tables have no curves.
pub fn improvement_limit(tables: &Tables, curves: &[String], up_to: f64) -> Result<f64> {
    let table = tables.get(RocCurves::TABLE)?;
    let mut highest: f64 = 1.0;
    for curve in curves {
        let column = |name| table.numbers_where(name, "curve", curve);
        let rows = column("signal_efficiency")?.into_iter().zip(column("highest_significance_improvement")?);
        let shown = rows.filter(|(efficiency, value)| *efficiency <= up_to && value.is_finite());
        highest = shown.map(|(_, value)| value).fold(highest, f64::max);
    }
    Ok(1.1 * highest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_holds_the_curves_that_are_drawn_as_far_as_they_are() {
        let data = Table::new(RocCurves::TABLE)
            .with_texts("curve", ["a", "a", "b", "a"])
            .with("signal_efficiency", vec![0.1, 0.6, 0.1, 0.2])
            .with("highest_significance_improvement", vec![2.0, 5.0, 7.0, f64::NAN]);
        let tables = Tables::new([data]);
        let limit = |curves: &[&str], up_to| {
            improvement_limit(&tables, &curves.iter().map(|&c| c.to_owned()).collect::<Vec<_>>(), up_to).unwrap()
        };
        assert!((limit(&["a"], 0.5) - 2.2).abs() < 1e-12);
        assert!((limit(&["a"], 1.0) - 5.5).abs() < 1e-12);
        assert!((limit(&["a", "b"], 1.0) - 7.7).abs() < 1e-12);
    }

    #[test]
    fn the_largest_improvement_is_that_of_a_cut_that_ten_background_jets_pass() {
        // Of 100 background jets 1, 25 and all pass the cuts with a signal efficiency of 1/4, 1/2 and 1.
        let background: Vec<f64> = (0..100)
            .map(|jet| {
                if jet == 0 {
                    9.0
                } else if jet < 25 {
                    5.0
                } else {
                    1.0
                }
            })
            .collect();
        let roc = Roc::new(&[9.5, 5.0, 0.5, 0.0], &background).unwrap();
        let mut significance = Significance::default();
        significance.add("MSE", Direction::Direct, 3, &roc).unwrap();
        let table = significance.table();
        let at = |column: &str| table.numbers(column).unwrap()[0];
        // 1/2 / √(25/100) is reached at the cut of 5, which 2 of 4 signal jets pass.
        assert_eq!((at("largest_improvement"), at("signal_efficiency_of_largest")), (1.0, 0.5));
        assert_eq!((at("background_jets_of_largest"), at("background_jets"), at("seed")), (25.0, 100.0, 3.0));
        // No background jet lies above 9.5: ε_B is below 1 - 0.05^(1/100) at 95 %, 1/ε_B above 33.88, and 0.2 √33.88 =
        // 1.164.
        assert!((at("improvement_at_0.2") - 1.164).abs() < 1e-3, "{}", at("improvement_at_0.2"));
    }

    #[test]
    fn a_tagger_without_a_cut_has_no_improvement() {
        // Too few background jets; and scores that are all the same, which only no cut at all lets pass.
        for roc in [Roc::new(&[1.0, 0.0], &[0.0; 9]).unwrap(), Roc::new(&[1.0; 20], &[1.0; 20]).unwrap()] {
            let mut significance = Significance::default();
            significance.add("MSE", Direction::Direct, 0, &roc).unwrap();
            assert_eq!(significance.table().numbers("largest_improvement").unwrap(), [0.0]);
        }
    }
}
