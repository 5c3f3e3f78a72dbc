//! What the figures of the double cone share: its losses by height, near the apex and far from it.

use std::f64::consts::TAU;

use datasets::cone::DoubleCone;
use ndarray::Array2;

use crate::config::{Manifold, Variant};
use crate::{Error, Result};

/// The neighbourhood of the apex: |z| is smaller.
pub const APEX: f64 = 0.1;

/// The double cone of a variant, with its sampling.
///
/// # Errors
/// [`Error::Setting`] if its data set is another one.
pub fn cone(variant: &Variant) -> Result<DoubleCone> {
    match variant.points()?.manifold {
        Manifold::DoubleCone { power } => Ok(DoubleCone { power }),
        _ => Err(Error::setting("data.kind", "another data set", "this figure is about the double cone")),
    }
}

/// An even grid of heights and angles on the double cone.
#[derive(Debug, Clone)]
pub struct Heights {
    /// z of each row, from -1 to 1; an odd number, so that the apex is one.
    pub z: Vec<f64>,
    angles: usize,
    /// The points, `[heights · angles, 3]`, the angle running fastest.
    pub points: Array2<f64>,
}

impl Heights {
    /// Checks that some of `heights` rows lie near the apex and beside it.
    ///
    /// # Errors
    /// [`Error::Setting`] if not.
    pub fn check(heights: usize) -> Result<()> {
        // Their distance from each other has to be less than APEX.
        if 2.0 / ((heights | 1) as f64 - 1.0) < APEX {
            return Ok(());
        }
        Err(Error::setting("evaluate.points", heights, "no height lies near the apex, 0 < |z| < 0.1: give at least 22"))
    }

    /// About `heights` rows (one more if that is even) of `angles` points.
    ///
    /// # Errors
    /// [`Error::Data`] for fewer than two heights or no angles.
    pub fn new(heights: usize, angles: usize) -> Result<Self> {
        let heights = heights | 1;
        let points = DoubleCone { power: 1.0 }.grid(heights, angles)?;
        let z = points.column(2).iter().step_by(angles).copied().collect();
        Ok(Self { z, angles, points })
    }

    /// Mean over the angle of one network's `losses` at [`Self::points`], a number a height.
    pub fn means(&self, losses: &[f64]) -> Vec<f64> {
        losses.chunks(self.angles).map(|row| row.iter().sum::<f64>() / row.len() as f64).collect()
    }

    /// The largest over the angle, a number a height.
    pub fn largest(&self, losses: &[f64]) -> Vec<f64> {
        losses.chunks(self.angles).map(|row| row.iter().copied().fold(0.0, f64::max)).collect()
    }

    /// The distances |z| of the heights from the apex, from 0 on.
    pub fn distances(&self) -> Vec<f64> {
        self.z[self.z.len() / 2..].to_vec()
    }

    /// Mean over the angle and both sheets of one network's `losses` at [`Self::points`], a number a distance.
    pub fn of_both_sheets(&self, losses: &[f64]) -> Vec<f64> {
        let (means, apex) = (self.means(losses), self.z.len() / 2);
        (0..=apex).map(|step| 0.5 * (means[apex + step] + means[apex - step])).collect()
    }

    /// The mean of numbers `by_height` over the cone's area with |z| from `low` (included) to `high`; NaN if no height
    /// lies there.
    pub fn area_mean(&self, by_height: &[f64], low: f64, high: f64) -> f64 {
        let chosen = self.z.iter().zip(by_height).filter(|(z, _)| (low..high).contains(&z.abs()));
        // A ring's area grows with its distance from the apex.
        let (sum, area) = chosen.fold((0.0, 0.0), |(sum, area), (z, value)| (sum + z.abs() * value, area + z.abs()));
        sum / area
    }
}

/// Angle about the axis in [0, 2π) of a point.
pub fn angle(point: &[f64]) -> f64 {
    point[1].atan2(point[0]).rem_euclid(TAU)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grid_has_the_apex_in_its_middle() {
        let heights = Heights::new(4, 3).unwrap();
        assert_eq!(heights.z, [-1.0, -0.5, 0.0, 0.5, 1.0]);
        assert_eq!(heights.points.nrows(), 15);
    }

    #[test]
    fn heights_too_few_to_have_one_near_the_apex_are_refused() {
        for (heights, enough) in [(1, false), (2, false), (21, false), (22, true), (1000, true)] {
            assert_eq!(Heights::check(heights).is_ok(), enough, "{heights}");
            let near = |heights: &Heights| heights.z.iter().any(|z| *z != 0.0 && z.abs() < APEX);
            assert!(!enough || near(&Heights::new(heights, 1).unwrap()));
        }
    }

    #[test]
    fn means_and_largest_are_taken_round_the_axis() {
        let heights = Heights::new(3, 2).unwrap();
        let losses = [1.0, 3.0, 0.0, 0.0, 5.0, 7.0];
        assert_eq!(heights.means(&losses), [2.0, 0.0, 6.0]);
        assert_eq!(heights.largest(&losses), [3.0, 0.0, 7.0]);
        assert_eq!((heights.distances(), heights.of_both_sheets(&losses)), (vec![0.0, 1.0], vec![0.0, 4.0]));
    }

    #[test]
    fn the_area_weighs_each_height_by_its_distance_from_the_apex() {
        let heights = Heights::new(5, 1).unwrap();
        let by_height = [4.0, 1.0, 9.0, 1.0, 4.0];
        // Weights 1, 1/2, 0, 1/2, 1.
        assert_eq!(heights.area_mean(&by_height, 0.0, 2.0), 3.0);
        assert_eq!(heights.area_mean(&by_height, 0.0, 0.6), 1.0);
        assert_eq!(heights.area_mean(&by_height, 0.6, 2.0), 4.0);
        assert!(heights.area_mean(&by_height, 0.1, 0.2).is_nan());
    }
}
