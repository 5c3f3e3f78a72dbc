//! Median loss of the test jets of each class, by tagger, direction and seed.

use datasets::jets::Class;

use super::Direction;
use crate::Result;
use crate::rows::Rows;
use crate::run::Scores;
use crate::tables::{Table, Tables};

/// Column of the number of jets, of the class with fewer.
const JETS: &str = "jets";

/// Median losses, one row a tagger, direction and seed.
#[derive(Debug)]
pub struct MedianLosses(Rows<2, 4>);

impl Default for MedianLosses {
    fn default() -> Self {
        Self(Rows::new(["tagger", "direction"], ["seed", column(Class::Qcd), column(Class::Top), JETS]))
    }
}

impl MedianLosses {
    /// Name of the table that holds them.
    pub const TABLE: &str = "median_losses";

    /// Adds one seed of the tagger called `name`, and gives the medians of QCD and of top jets.
    ///
    /// # Errors
    /// [`crate::Error::Metric`] for scores that are empty or NaN.
    pub fn add(&mut self, name: &str, direction: Direction, seed: u64, scores: &Scores) -> Result<[f64; 2]> {
        let medians = [metrics::median(&scores.qcd)?, metrics::median(&scores.top)?];
        self.0.push(
            [name, direction.name()],
            [seed as f64, medians[0], medians[1], scores.qcd.len().min(scores.top.len()) as f64],
        );
        Ok(medians)
    }

    /// The table of all medians.
    pub fn table(self) -> Table {
        self.0.table(Self::TABLE)
    }
}

/// Name of the column of one class.
pub fn column(class: Class) -> &'static str {
    match class {
        Class::Qcd => "median_loss_qcd",
        Class::Top => "median_loss_top",
    }
}

/// Median loss of the test jets of a class, one number a seed of the tagger called `name`.
///
/// # Errors
/// [`crate::Error::Column`] if there is none.
pub fn median_losses(tables: &Tables, name: &str, direction: Direction, class: Class) -> Result<Vec<f64>> {
    let wanted = [("tagger", name), ("direction", direction.name())];
    tables.get(MedianLosses::TABLE)?.numbers_where_both(column(class), wanted)
}

/// How many jets of a class the tagger called `name` is tested on, of the class with fewer; none if it is not tested.
///
/// # Errors
/// [`crate::Error::Column`] if there is no table.
pub fn tested_jets(tables: &Tables, name: &str, direction: Direction) -> Result<Option<f64>> {
    let wanted = [("tagger", name), ("direction", direction.name())];
    Ok(tables.get(MedianLosses::TABLE)?.numbers_where_both(JETS, wanted)?.into_iter().reduce(f64::min))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_found_by_tagger_direction_and_class() {
        let mut losses = MedianLosses::default();
        let scores = Scores { qcd: vec![3.0, 1.0, 2.0], top: vec![4.0, 8.0] };
        assert_eq!(losses.add("a", Direction::Direct, 0, &scores).unwrap(), [2.0, 6.0]);
        losses.add("a", Direction::Inverse, 0, &Scores { qcd: vec![5.0], top: vec![7.0] }).unwrap();
        losses.add("a", Direction::Direct, 1, &Scores { qcd: vec![1.0], top: vec![0.5] }).unwrap();
        let tables = Tables::new([losses.table()]);
        let found = |name, direction, class| median_losses(&tables, name, direction, class).unwrap();
        assert_eq!(found("a", Direction::Direct, Class::Qcd), [2.0, 1.0]);
        assert_eq!(found("a", Direction::Direct, Class::Top), [6.0, 0.5]);
        assert_eq!(found("a", Direction::Inverse, Class::Top), [7.0]);
        assert!(found("b", Direction::Direct, Class::Top).is_empty());
    }
}
