//! The trefoil knot: a circle in itself, knotted in space.

use crate::{Error, Result};
use ndarray::Array2;
use random::Generator;
use std::f64::consts::TAU;

/// Intervals of the parameter between which the length is tabulated; Simpson's rule then errs by less than 1e-11.
const INTERVALS: usize = 4096;

/// `n` points of the trefoil (sin t + 2 sin 2t, cos t - 2 cos 2t, -sin 3t) / 3, of shape (n, 3). Measure: uniform in arc
/// length.
///
/// # Errors
/// [`Error::EmptySample`] for `n` = 0.
pub fn sample(n: usize, generator: &mut Generator) -> Result<Array2<f64>> {
    points(&random_parameters(n, generator))
}

/// `n` points evenly spaced in arc length, from t = 0 on: their parameters t in [0, 2π) and the points, of shape (n, 3).
///
/// # Errors
/// [`Error::EmptySample`] for `n` = 0.
pub fn grid(n: usize) -> Result<(Vec<f64>, Array2<f64>)> {
    let length = ArcLength::new();
    let parameters: Vec<f64> = (0..n).map(|i| length.parameter(i as f64 / n as f64)).collect();
    let points = points(&parameters)?;
    Ok((parameters, points))
}

/// The points of the knot at the parameters t, of shape (number of parameters, 3).
///
/// # Errors
/// [`Error::EmptySample`] if there are no parameters.
pub fn points(parameters: &[f64]) -> Result<Array2<f64>> {
    if parameters.is_empty() {
        return Err(Error::EmptySample { what: "points on the trefoil" });
    }
    Ok(Array2::from_shape_fn((parameters.len(), 3), |(row, column)| point(parameters[row])[column]))
}

fn point(t: f64) -> [f64; 3] {
    let coordinates = [t.sin() + 2.0 * (2.0 * t).sin(), t.cos() - 2.0 * (2.0 * t).cos(), -(3.0 * t).sin()];
    coordinates.map(|coordinate| coordinate / 3.0)
}

fn random_parameters(n: usize, generator: &mut Generator) -> Vec<f64> {
    let length = ArcLength::new();
    (0..n).map(|_| length.parameter(random::uniform(0.0, 1.0, generator))).collect()
}

/// |dγ/dt|; with cos t cos 2t - sin t sin 2t = cos 3t the square is (17 + 8 cos 3t + 9 cos² 3t) / 9.
fn speed(t: f64) -> f64 {
    let cosine = (3.0 * t).cos();
    (17.0 + 8.0 * cosine + 9.0 * cosine * cosine).sqrt() / 3.0
}

/// The length between two nearby parameters, by Simpson's rule.
fn simpson(from: f64, to: f64) -> f64 {
    (speed(from) + 4.0 * speed((from + to) / 2.0) + speed(to)) * (to - from) / 6.0
}

/// The knot's length from t = 0, tabulated.
struct ArcLength {
    /// At the ends of the intervals, from 0 to the whole length.
    lengths: Vec<f64>,
}

impl ArcLength {
    fn new() -> Self {
        let mut lengths = vec![0.0];
        for i in 0..INTERVALS {
            lengths.push(lengths[i] + simpson(node(i), node(i + 1)));
        }
        Self { lengths }
    }

    /// The parameter in [0, 2π) at a `share` in [0, 1) of the whole length.
    fn parameter(&self, share: f64) -> f64 {
        let length = share * self.lengths[INTERVALS];
        let before = self.lengths.partition_point(|&end| end <= length).clamp(1, INTERVALS) - 1;
        let start = node(before);
        let rest = length - self.lengths[before];
        let mut t = start + rest / speed(start);
        // Newton's method; the first guess is off by 1e-6, and each step squares that.
        for _ in 0..2 {
            t -= (simpson(start, t) - rest) / speed(t);
        }
        t
    }
}

fn node(i: usize) -> f64 {
    TAU * i as f64 / INTERVALS as f64
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::kolmogorov;

    fn apart(a: [f64; 3], b: [f64; 3]) -> f64 {
        a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
    }

    /// The length of the polygon through the curve at the parameters 2π i/n.
    fn polygon(n: usize) -> Vec<f64> {
        let mut lengths = vec![0.0];
        for i in 0..n {
            let [from, to] = [i, i + 1].map(|i| point(TAU * i as f64 / n as f64));
            lengths.push(lengths[i] + apart(from, to));
        }
        lengths
    }

    #[test]
    fn the_tabulated_length_is_that_of_a_fine_polygon() {
        let n = 400_000;
        let length = ArcLength::new();
        let polygon = polygon(n);
        // A polygon with n sides is short by about (2π/n)² / 24 of the curvature squared, below 1e-9 here.
        assert!((length.lengths[INTERVALS] - polygon[n]).abs() < 1e-9);
        for i in (0..n).step_by(997) {
            let t = length.parameter(polygon[i] / polygon[n]);
            assert!((t - TAU * i as f64 / n as f64).abs() < 1e-9, "{t}");
        }
    }

    #[test]
    fn a_sample_is_uniform_in_arc_length() {
        let third = 100_000;
        let polygon = polygon(3 * third);
        let parameters = random_parameters(20_000, &mut random::stream(1, "trefoil", 0));
        let along = |t: f64| polygon[(t / TAU * 3.0 * third as f64) as usize] / polygon[3 * third];
        assert!(kolmogorov::distance(parameters.clone(), along) < kolmogorov::LIMIT);
        // The speed has the period 2π/3, so that all three parts are laid over each other.
        let phases: Vec<f64> = parameters.iter().map(|t| (3.0 * t / TAU).fract()).collect();
        let at = |phase: f64| polygon[(phase * third as f64) as usize] / polygon[third];
        assert!(kolmogorov::distance(phases.clone(), at) < kolmogorov::LIMIT);
        // Uniform in t is something else, which the test can tell.
        assert!(kolmogorov::distance(phases, |phase| phase) > kolmogorov::LIMIT);
        let same = sample(20_000, &mut random::stream(1, "trefoil", 0)).unwrap();
        assert_eq!(same, points(&parameters).unwrap());
    }

    #[test]
    fn neighbours_on_the_grid_are_equally_far_apart() {
        let n = 3000;
        let (parameters, points) = grid(n).unwrap();
        assert_eq!(parameters[0], 0.0);
        assert!(parameters.windows(2).all(|pair| pair[0] < pair[1]) && parameters[n - 1] < TAU);
        let at = |i: usize| [points[[i % n, 0]], points[[i % n, 1]], points[[i % n, 2]]];
        let step = ArcLength::new().lengths[INTERVALS] / n as f64;
        for i in 0..n {
            // A chord of length s is short by κ² s³ / 24; κ is below 3.
            let chord = apart(at(i), at(i + 1));
            assert!(chord < step + 1e-12 && chord > step - 9.0 / 24.0 * step.powi(3), "{i}: {chord}");
        }
    }

    #[test]
    fn the_knot_does_not_meet_itself() {
        let n = 1500;
        let (_, points) = grid(n).unwrap();
        let at = |i: usize| [points[[i, 0]], points[[i, 1]], points[[i, 2]]];
        for (i, j) in (0..n).flat_map(|i| (0..i).map(move |j| (i, j))) {
            let steps = (i - j).min(n - (i - j));
            assert!(steps < n / 12 || apart(at(i), at(j)) > 0.3, "{i} and {j}");
        }
    }

    #[test]
    fn a_sample_of_none_is_an_error() {
        assert!(matches!(sample(0, &mut random::stream(1, "trefoil", 0)), Err(Error::EmptySample { .. })));
        assert!(matches!(grid(0), Err(Error::EmptySample { .. })));
    }
}
