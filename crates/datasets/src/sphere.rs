//! The unit sphere of any dimension d, in R^(d+1).

use crate::error::within;
use crate::{Error, Result};
use ndarray::{Array1, Array2};
use random::Generator;
use std::f64::consts::{PI, TAU};

/// `n` points of the sphere of dimension `d`, of shape (n, d + 1). Measure: uniform in the sphere's surface, by
/// normalising vectors of the standard normal distribution.
///
/// # Errors
/// [`Error::EmptySample`] for `n` = 0, [`Error::OutOfRange`] for `d` = 0.
pub fn sample(n: usize, d: usize, generator: &mut Generator) -> Result<Array2<f64>> {
    within("the dimension of the sphere", d as f64, d >= 1, "at least 1")?;
    not_empty(n)?;
    let mut points = Array2::zeros((n, d + 1));
    for mut point in points.rows_mut() {
        point.assign(&direction(d + 1, generator));
    }
    Ok(points)
}

/// A unit vector of random direction; one too short to have a direction is drawn again.
fn direction(components: usize, generator: &mut Generator) -> Array1<f64> {
    loop {
        let vector = Array1::from_shape_simple_fn(components, || random::normal(generator));
        let norm = vector.dot(&vector).sqrt();
        if norm > f64::MIN_POSITIVE.sqrt() {
            return vector / norm;
        }
    }
}

/// The centres of `rows` · `columns` cells of equal area of S², of shape (`rows` · `columns`, 3): row i has
/// cos θ = 1 - (2i + 1) / rows, from the north pole on, and column j, running fastest, has φ = 2π (j + 1/2) / columns.
///
/// # Errors
/// [`Error::EmptySample`] for no rows or no columns.
pub fn grid(rows: usize, columns: usize) -> Result<Array2<f64>> {
    not_empty(rows * columns)?;
    Ok(points(rows * columns, |cell| {
        let (i, j) = (cell / columns, cell % columns);
        (1.0 - (2 * i + 1) as f64 / rows as f64, TAU * (j as f64 + 0.5) / columns as f64)
    }))
}

/// `n` nearly evenly spread points of S², of shape (n, 3): point i has cos θ = 1 - (2i + 1) / n and an angle of i golden
/// angles, π (3 - √5) (the Fibonacci lattice).
///
/// # Errors
/// [`Error::EmptySample`] for `n` = 0.
pub fn fibonacci(n: usize) -> Result<Array2<f64>> {
    not_empty(n)?;
    let golden = PI * (3.0 - 5f64.sqrt());
    Ok(points(n, |i| (1.0 - (2 * i + 1) as f64 / n as f64, (golden * i as f64) % TAU)))
}

fn not_empty(n: usize) -> Result<()> {
    if n == 0 { Err(Error::EmptySample { what: "points on the sphere" }) } else { Ok(()) }
}

/// The points of S² at the (cos θ, φ) of each index.
fn points(n: usize, place: impl Fn(usize) -> (f64, f64)) -> Array2<f64> {
    Array2::from_shape_fn((n, 3), |(row, column)| {
        let (cosine, angle) = place(row);
        let sine = (1.0 - cosine * cosine).sqrt();
        [sine * angle.cos(), sine * angle.sin(), cosine][column]
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::kolmogorov;

    fn assert_unit(points: &Array2<f64>) {
        assert!(points.rows().into_iter().all(|p| (p.dot(&p) - 1.0).abs() < 1e-14));
    }

    #[test]
    fn every_coordinate_of_the_two_sphere_is_uniform() {
        let points = sample(20_000, 2, &mut random::stream(1, "sphere", 2)).unwrap();
        assert_unit(&points);
        for column in points.columns() {
            assert!(kolmogorov::distance(column.to_vec(), |x| 0.5 * (1.0 + x)) < kolmogorov::LIMIT);
        }
    }

    #[test]
    fn a_coordinate_of_the_five_sphere_has_its_beta_density() {
        // The density of one coordinate of S^5 is proportional to (1 - x²)^(3/2).
        let cumulative = |x: f64| {
            let root = (1.0 - x * x).sqrt();
            0.5 + (x * root * (5.0 - 2.0 * x * x) + 3.0 * x.asin()) / (3.0 * PI)
        };
        let points = sample(20_000, 5, &mut random::stream(1, "sphere", 5)).unwrap();
        assert_unit(&points);
        for column in points.columns() {
            assert!(kolmogorov::distance(column.to_vec(), cumulative) < kolmogorov::LIMIT);
        }
    }

    #[test]
    fn the_second_moments_are_those_of_the_uniform_measure_in_every_dimension() {
        let n = 20_000;
        for d in [1, 3, 8] {
            let points = sample(n, d, &mut random::stream(2, "sphere", d as u64)).unwrap();
            assert_eq!(points.dim(), (n, d + 1));
            let moments = points.t().dot(&points) / n as f64;
            let k = (d + 1) as f64;
            // ⟨x⁴⟩ = 3 / k(k+2) and ⟨x²y²⟩ = 1 / k(k+2); five standard deviations.
            for ((i, j), &moment) in moments.indexed_iter() {
                let mean = if i == j { 1.0 / k } else { 0.0 };
                let square = if i == j { 3.0 } else { 1.0 } / (k * (k + 2.0));
                assert!((moment - mean).abs() < 5.0 * ((square - mean * mean) / n as f64).sqrt(), "{d}: {moment}");
            }
        }
    }

    #[test]
    fn the_grid_of_two_by_two_is_that_of_the_hand_computation() {
        let points = grid(2, 2).unwrap();
        let sine = 0.75f64.sqrt();
        let expected = [[0.0, sine, 0.5], [0.0, -sine, 0.5], [0.0, sine, -0.5], [0.0, -sine, -0.5]];
        for (point, expected) in points.rows().into_iter().zip(expected) {
            assert!(point.iter().zip(expected).all(|(x, y)| (x - y).abs() < 1e-15), "{point}");
        }
    }

    #[test]
    fn the_fibonacci_points_integrate_low_polynomials_and_stay_apart() {
        let n = 1000;
        let points = fibonacci(n).unwrap();
        assert_unit(&points);
        let moments = points.t().dot(&points) / n as f64;
        for ((i, j), &moment) in moments.indexed_iter() {
            assert!((moment - f64::from(u8::from(i == j)) / 3.0).abs() < 1e-3, "{moment}");
        }
        // A hexagonal packing of n discs has the distance √(8π/(√3 n)); random points come as near as 1/n.
        let packed = (8.0 * PI / (3f64.sqrt() * n as f64)).sqrt();
        for (i, j) in (0..n).flat_map(|i| (0..i).map(move |j| (i, j))) {
            let apart = &points.row(i) - &points.row(j);
            assert!(apart.dot(&apart).sqrt() > 0.7 * packed, "{i} and {j}");
        }
    }

    #[test]
    fn no_points_and_no_dimension_are_errors() {
        let mut generator = random::stream(1, "sphere", 0);
        assert!(matches!(sample(0, 2, &mut generator), Err(Error::EmptySample { .. })));
        assert!(matches!(sample(3, 0, &mut generator), Err(Error::OutOfRange { .. })));
        assert!(matches!(grid(0, 3), Err(Error::EmptySample { .. })));
        assert!(matches!(fibonacci(0), Err(Error::EmptySample { .. })));
    }
}
