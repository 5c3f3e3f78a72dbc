//! The torus: embedded in space, where it is curved, and flat in R⁴.

use crate::error::{positive, within};
use crate::{Error, Result};
use ndarray::Array2;
use random::Generator;
use std::f64::consts::TAU;

/// `n` points of the torus about the z axis in R³, of shape (n, 3): a tube of radius `minor` about a circle of radius
/// `major`. Measure: uniform in area, whose element is proportional to 1 + (minor / major) cos θ at the tube angle θ.
///
/// # Errors
/// [`Error::EmptySample`] for `n` = 0, [`Error::NotPositive`] for a radius that is not positive,
/// [`Error::OutOfRange`] for a torus that meets itself.
pub fn embedded(n: usize, major: f64, minor: f64, generator: &mut Generator) -> Result<Array2<f64>> {
    radii(major, minor)?;
    let angles: Vec<[f64; 2]> = (0..n)
        .map(|_| {
            let tube = loop {
                let angle = random::uniform(0.0, TAU, generator);
                if random::uniform(0.0, major + minor, generator) < major + minor * angle.cos() {
                    break angle;
                }
            };
            [tube, random::uniform(0.0, TAU, generator)]
        })
        .collect();
    points(&angles, |angles| embedded_point(angles, major, minor))
}

/// `n` points of the flat torus (cos φ, sin φ, cos θ, sin θ) in R⁴, of shape (n, 4). Measure: uniform in both angles,
/// which is uniform in area.
///
/// # Errors
/// [`Error::EmptySample`] for `n` = 0.
pub fn flat(n: usize, generator: &mut Generator) -> Result<Array2<f64>> {
    let angles: Vec<[f64; 2]> = (0..n).map(|_| std::array::from_fn(|_| random::uniform(0.0, TAU, generator))).collect();
    points(&angles, flat_point)
}

/// The torus of [`embedded`] at `rows` evenly spaced tube angles θ by `columns` evenly spaced angles φ about the axis,
/// both from 0 on, φ running fastest: of shape (`rows` · `columns`, 3).
///
/// # Errors
/// Those of [`embedded`], with [`Error::EmptySample`] for no rows or no columns.
pub fn embedded_grid(rows: usize, columns: usize, major: f64, minor: f64) -> Result<Array2<f64>> {
    radii(major, minor)?;
    points(&angle_grid(rows, columns), |angles| embedded_point(angles, major, minor))
}

/// The torus of [`flat`] at `rows` evenly spaced angles θ by `columns` evenly spaced angles φ, both from 0 on, φ running
/// fastest: of shape (`rows` · `columns`, 4).
///
/// # Errors
/// [`Error::EmptySample`] for no rows or no columns.
pub fn flat_grid(rows: usize, columns: usize) -> Result<Array2<f64>> {
    points(&angle_grid(rows, columns), flat_point)
}

fn radii(major: f64, minor: f64) -> Result<()> {
    positive("the larger radius of the torus", major)?;
    positive("the smaller radius of the torus", minor)?;
    within("the smaller radius of the torus", minor, minor < major, format_args!("below the larger one, {major}"))?;
    Ok(())
}

/// The angles (θ, φ) of a grid, row by row.
fn angle_grid(rows: usize, columns: usize) -> Vec<[f64; 2]> {
    let angle = |i: usize, n: usize| TAU * i as f64 / n as f64;
    (0..rows).flat_map(|i| (0..columns).map(move |j| [angle(i, rows), angle(j, columns)])).collect()
}

fn embedded_point([tube, axis]: [f64; 2], major: f64, minor: f64) -> [f64; 3] {
    let distance = major + minor * tube.cos();
    [distance * axis.cos(), distance * axis.sin(), minor * tube.sin()]
}

fn flat_point([tube, axis]: [f64; 2]) -> [f64; 4] {
    [axis.cos(), axis.sin(), tube.cos(), tube.sin()]
}

/// The points at the angles (θ, φ), a row each.
fn points<const D: usize>(angles: &[[f64; 2]], point: impl Fn([f64; 2]) -> [f64; D]) -> Result<Array2<f64>> {
    if angles.is_empty() {
        return Err(Error::EmptySample { what: "points on the torus" });
    }
    let rows: Vec<[f64; D]> = angles.iter().map(|&angles| point(angles)).collect();
    Ok(ndarray::arr2(&rows))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::kolmogorov;

    #[test]
    fn the_embedded_torus_is_uniform_in_area() {
        let (major, minor) = (2.0, 1.5);
        let points = embedded(20_000, major, minor, &mut random::stream(1, "torus", 0)).unwrap();
        let tube: Vec<f64> =
            points.rows().into_iter().map(|p| p[2].atan2(p[0].hypot(p[1]) - major).rem_euclid(TAU)).collect();
        for (point, angle) in points.rows().into_iter().zip(&tube) {
            let out = point[0].hypot(point[1]) - major;
            assert!((out.hypot(point[2]) - minor).abs() < 1e-14, "{angle}");
        }
        let cumulative = |angle: f64| (angle + minor / major * angle.sin()) / TAU;
        assert!(kolmogorov::distance(tube, cumulative) < kolmogorov::LIMIT);
        let axis = points.rows().into_iter().map(|p| p[1].atan2(p[0])).collect();
        assert!(kolmogorov::distance(axis, |a| 0.5 + a / TAU) < kolmogorov::LIMIT);
    }

    #[test]
    fn the_flat_torus_is_uniform_in_two_independent_angles() {
        let n = 20_000;
        let points = flat(n, &mut random::stream(1, "torus", 1)).unwrap();
        for first in [0, 2] {
            let angles = points.rows().into_iter().map(|p| p[first + 1].atan2(p[first])).collect();
            assert!(kolmogorov::distance(angles, |a| 0.5 + a / TAU) < kolmogorov::LIMIT);
            assert!(points.rows().into_iter().all(|p| (p[first].hypot(p[first + 1]) - 1.0).abs() < 1e-14));
        }
        // ⟨cos² φ cos² θ⟩ = 1/4; five standard deviations.
        let moments = points.t().dot(&points) / n as f64;
        for (i, j) in [(0, 2), (0, 3), (1, 2), (1, 3)] {
            assert!(moments[[i, j]].abs() < 5.0 * (0.25 / n as f64).sqrt(), "{i}, {j}");
        }
    }

    #[test]
    fn a_grid_runs_along_the_axis_before_it_goes_around_the_tube() {
        let points = embedded_grid(2, 2, 3.0, 1.0).unwrap();
        let expected = [[4.0, 0.0, 0.0], [-4.0, 0.0, 0.0], [2.0, 0.0, 0.0], [-2.0, 0.0, 0.0]];
        for (point, expected) in points.rows().into_iter().zip(expected) {
            assert!(point.iter().zip(expected).all(|(x, y)| (x - y).abs() < 1e-14), "{point}");
        }
        let points = flat_grid(1, 4).unwrap();
        let expected = [[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 1.0, 0.0], [-1.0, 0.0, 1.0, 0.0], [0.0, -1.0, 1.0, 0.0]];
        for (point, expected) in points.rows().into_iter().zip(expected) {
            assert!(point.iter().zip(expected).all(|(x, y)| (x - y).abs() < 1e-14), "{point}");
        }
    }

    #[test]
    fn a_torus_that_meets_itself_and_an_empty_sample_are_errors() {
        let mut generator = random::stream(1, "torus", 0);
        assert!(matches!(embedded(0, 2.0, 1.0, &mut generator), Err(Error::EmptySample { .. })));
        assert!(matches!(embedded(3, 1.0, 1.0, &mut generator), Err(Error::OutOfRange { .. })));
        assert!(matches!(embedded_grid(3, 3, 2.0, -1.0), Err(Error::NotPositive { .. })));
        assert!(matches!(flat_grid(3, 0), Err(Error::EmptySample { .. })));
    }
}
