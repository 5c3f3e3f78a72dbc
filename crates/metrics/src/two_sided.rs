//! One set-up of an autoencoder judged in both directions.

use std::cmp::Ordering;

/// The AUCs of a direct and of the inverse tagger: the same set-up, trained once on either class, to find the
/// other one (arXiv:2104.09051).
///
/// A set-up that prefers the more complex jets, whatever it is trained on, has one good and one bad direction;
/// an anomaly detector has two good ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoSided {
    /// AUC of the direct tagger, in `[0, 1]`.
    pub direct: f64,
    /// AUC of the inverse tagger, in `[0, 1]`.
    pub inverse: f64,
}

impl TwoSided {
    /// The smaller of the two AUCs, NaN if either is NaN.
    pub fn worse(&self) -> f64 {
        match self.direct.partial_cmp(&self.inverse) {
            Some(Ordering::Greater) => self.inverse,
            Some(Ordering::Less | Ordering::Equal) => self.direct,
            None => f64::NAN,
        }
    }

    /// The mean of the two AUCs; about 0.5 of a score that orders the jets alike in both directions.
    pub fn mean(&self) -> f64 {
        (self.direct + self.inverse) / 2.0
    }

    /// Whether both AUCs are above `level`, 0.5 being that of the random score; at the level is not above it.
    pub fn both_above(&self, level: f64) -> bool {
        self.direct > level && self.inverse > level
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_worse_direction_is_found_on_either_side() {
        for (direct, inverse) in [(0.9, 0.3), (0.3, 0.9), (0.3, 0.3)] {
            assert_eq!(TwoSided { direct, inverse }.worse(), 0.3);
        }
        assert_eq!(TwoSided { direct: 0.75, inverse: 0.5 }.mean(), 0.625);
    }

    #[test]
    fn a_score_that_orders_alike_both_ways_has_mean_one_half() {
        let (signal, background) = ([3.0, 5.0, 1.0], [2.0, 0.0, 1.0, 4.0]);
        let direct = crate::auc(&signal, &background).unwrap();
        let inverse = crate::auc(&background, &signal).unwrap();
        assert_eq!(TwoSided { direct, inverse }.mean(), 0.5);
    }

    #[test]
    fn both_directions_must_be_above_the_level() {
        let tagger = TwoSided { direct: 0.9, inverse: 0.6 };
        assert!(tagger.both_above(0.5));
        assert!(!tagger.both_above(0.6));
        assert!(!tagger.both_above(0.7));
        assert!(!TwoSided { direct: 0.4, inverse: 0.9 }.both_above(0.5));
    }

    #[test]
    fn nan_in_one_direction_is_not_hidden_by_the_other() {
        for (direct, inverse) in [(f64::NAN, 0.7), (0.7, f64::NAN)] {
            let tagger = TwoSided { direct, inverse };
            assert!(tagger.worse().is_nan() && tagger.mean().is_nan());
            assert!(!tagger.both_above(0.0));
        }
    }
}
