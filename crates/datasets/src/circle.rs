//! The unit circle in the plane.

use crate::{Error, Result};
use ndarray::Array2;
use random::Generator;
use std::f64::consts::TAU;

/// `n` points drawn uniformly from the unit circle: an array of shape (n, 2) with columns x and y.
///
/// # Errors
/// [`Error::EmptySample`] for `n` = 0.
pub fn sample(n: usize, generator: &mut Generator) -> Result<Array2<f64>> {
    let angles: Vec<f64> = (0..n).map(|_| random::uniform(0.0, TAU, generator)).collect();
    points(&angles)
}

/// `n` evenly spaced angles in [0, 2π), from 0 on, and their points on the unit circle, of shape (n, 2).
///
/// # Errors
/// [`Error::EmptySample`] for `n` = 0.
pub fn grid(n: usize) -> Result<(Vec<f64>, Array2<f64>)> {
    let angles: Vec<f64> = (0..n).map(|i| TAU * i as f64 / n as f64).collect();
    let points = points(&angles)?;
    Ok((angles, points))
}

/// The points of the unit circle at `angles` (radians), of shape (number of angles, 2).
///
/// # Errors
/// [`Error::EmptySample`] if there are no angles.
pub fn points(angles: &[f64]) -> Result<Array2<f64>> {
    if angles.is_empty() {
        return Err(Error::EmptySample { what: "points on the circle" });
    }
    Ok(Array2::from_shape_fn((angles.len(), 2), |(row, column)| match column {
        0 => angles[row].cos(),
        _ => angles[row].sin(),
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_grid_of_four_is_the_compass() {
        let (angles, points) = grid(4).unwrap();
        assert_eq!(angles, [0.0, TAU / 4.0, TAU / 2.0, 3.0 * TAU / 4.0]);
        let expected = [[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]];
        for (point, expected) in points.rows().into_iter().zip(expected) {
            assert!((point[0] - expected[0]).abs() < 1e-15 && (point[1] - expected[1]).abs() < 1e-15);
        }
    }

    #[test]
    fn a_sample_lies_on_the_circle_and_fills_the_quadrants_evenly() {
        let n = 40_000;
        let points = sample(n, &mut random::stream(1, "circle", 0)).unwrap();
        let mut quadrants = [0usize; 4];
        for point in points.rows() {
            assert!((point[0].hypot(point[1]) - 1.0).abs() < 1e-14);
            quadrants[usize::from(point[0] > 0.0) + 2 * usize::from(point[1] > 0.0)] += 1;
        }
        // Five standard deviations of a binomial with p = 1/4.
        let tolerance = 5.0 * (n as f64 * 0.25 * 0.75).sqrt();
        for count in quadrants {
            assert!((count as f64 - n as f64 / 4.0).abs() < tolerance, "{quadrants:?}");
        }
    }

    #[test]
    fn a_sample_of_none_is_an_error() {
        assert!(matches!(sample(0, &mut random::stream(1, "circle", 0)), Err(Error::EmptySample { .. })));
        assert!(matches!(grid(0), Err(Error::EmptySample { .. })));
    }
}
