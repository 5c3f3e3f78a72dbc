//! The double cone in space: two sheets that meet in one point, where it is no manifold.

use crate::error::within;
use crate::{Error, Result};
use ndarray::Array2;
use random::Generator;
use std::f64::consts::TAU;

/// The double cone x² + y² = z², |z| <= 1, with a density along its axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DoubleCone {
    /// |z| has the density (power + 1) |z|^power on [0, 1]: 1 is uniform in area, more makes the apex rare, 0 crowds it.
    pub power: f64,
}

impl DoubleCone {
    /// `n` points, of shape (n, 3). Measure: either sheet with probability 1/2, uniform in the angle about the axis,
    /// |z| with the density (power + 1) |z|^power.
    ///
    /// # Errors
    /// [`Error::EmptySample`] for `n` = 0, [`Error::OutOfRange`] for a power that is negative or not finite.
    pub fn sample(&self, n: usize, generator: &mut Generator) -> Result<Array2<f64>> {
        let allowed = self.power.is_finite() && self.power >= 0.0;
        let power = within("the power of the cone's density", self.power, allowed, "finite and at least 0")?;
        let places: Vec<(f64, f64)> = (0..n)
            .map(|_| {
                let sheet = if random::uniform(0.0, 1.0, generator) < 0.5 { -1.0 } else { 1.0 };
                let height = random::uniform(0.0, 1.0, generator).powf(1.0 / (power + 1.0));
                (sheet * height, random::uniform(0.0, TAU, generator))
            })
            .collect();
        points(&places)
    }

    /// `heights` values of z, evenly spaced from -1 to 1, by `angles` evenly spaced angles in [0, 2π), from 0 on: of
    /// shape (`heights` · `angles`, 3), the angle running fastest. An odd number of heights holds the apex, `angles`
    /// times.
    ///
    /// # Errors
    /// [`Error::OutOfRange`] for fewer than two heights, [`Error::EmptySample`] for no angles.
    pub fn grid(&self, heights: usize, angles: usize) -> Result<Array2<f64>> {
        within("the number of heights of the cone", heights as f64, heights >= 2, "at least 2")?;
        // From two whole numbers, so that the apex is exactly 0.
        let height = |i: usize| (2.0 * i as f64 - (heights - 1) as f64) / (heights - 1) as f64;
        let angle = |j: usize| TAU * j as f64 / angles as f64;
        let places: Vec<(f64, f64)> =
            (0..heights).flat_map(|i| (0..angles).map(move |j| (height(i), angle(j)))).collect();
        points(&places)
    }
}

/// The points of the double cone at the given (z, angle).
fn points(places: &[(f64, f64)]) -> Result<Array2<f64>> {
    if places.is_empty() {
        return Err(Error::EmptySample { what: "points on the double cone" });
    }
    Ok(Array2::from_shape_fn((places.len(), 3), |(row, column)| {
        let (z, angle) = places[row];
        [z.abs() * angle.cos(), z.abs() * angle.sin(), z][column]
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::kolmogorov;

    #[test]
    fn the_height_follows_its_power_law_on_both_sheets_and_the_angle_is_uniform() {
        for power in [0.0, 1.0, 3.5] {
            let cone = DoubleCone { power };
            let points = cone.sample(20_000, &mut random::stream(1, "cone", power as u64)).unwrap();
            for point in points.rows() {
                assert!((point[0].hypot(point[1]) - point[2].abs()).abs() < 1e-15);
            }
            let cumulative = |z: f64| 0.5 * (1.0 + z.signum() * z.abs().powf(power + 1.0));
            assert!(kolmogorov::distance(points.column(2).to_vec(), cumulative) < kolmogorov::LIMIT, "{power}");
            let angles = points.rows().into_iter().map(|p| p[1].atan2(p[0])).collect();
            assert!(kolmogorov::distance(angles, |a| 0.5 + a / TAU) < kolmogorov::LIMIT, "{power}");
        }
    }

    #[test]
    fn the_grid_runs_from_rim_to_rim_through_the_apex() {
        let points = DoubleCone { power: 1.0 }.grid(3, 2).unwrap();
        let expected = [[1.0, 0.0, -1.0], [-1.0, 0.0, -1.0], [0.0; 3], [0.0; 3], [1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]];
        assert_eq!(points.nrows(), 6);
        for (point, expected) in points.rows().into_iter().zip(expected) {
            assert!(point.iter().zip(expected).all(|(x, y)| (x - y).abs() < 1e-15), "{point}");
        }
    }

    #[test]
    fn an_empty_sample_and_a_density_without_a_norm_are_errors() {
        let mut generator = random::stream(1, "cone", 0);
        let even = DoubleCone { power: 1.0 };
        assert!(matches!(even.sample(0, &mut generator), Err(Error::EmptySample { .. })));
        assert!(matches!(even.grid(1, 4), Err(Error::OutOfRange { .. })));
        assert!(matches!(even.grid(3, 0), Err(Error::EmptySample { .. })));
        for power in [-1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(DoubleCone { power }.sample(3, &mut generator), Err(Error::OutOfRange { .. })));
        }
    }
}
