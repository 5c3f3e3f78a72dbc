//! Two unit circles in space, apart or linked: the same intrinsic topology, embedded in two ways.

use crate::error::within;
use crate::{Error, Result};
use ndarray::Array2;
use random::Generator;
use std::f64::consts::TAU;

/// A pair of disjoint circles of radius 1 in R³.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pair {
    /// Both in the plane z = 0, with their centres at (∓`distance`/2, 0, 0).
    Apart {
        /// The distance of the centres, above 2.
        distance: f64,
    },
    /// Linked once: one in the plane z = 0 about (-1/2, 0, 0), the other in the plane y = 0 about (1/2, 0, 0).
    HopfLink,
}

impl Pair {
    /// `n` points, of shape (n, 3). Measure: each point is on either circle with probability 1/2 and there uniform in
    /// the angle, which is uniform in length.
    ///
    /// # Errors
    /// [`Error::EmptySample`] for `n` = 0, [`Error::OutOfRange`] for circles that touch.
    pub fn sample(self, n: usize, generator: &mut Generator) -> Result<Array2<f64>> {
        let places: Vec<(usize, f64)> = (0..n)
            .map(|_| (usize::from(random::uniform(0.0, 1.0, generator) < 0.5), random::uniform(0.0, TAU, generator)))
            .collect();
        self.points(&places)
    }

    /// `per_circle` evenly spaced points on the first circle and then as many on the second, with the circle of each
    /// (0 or 1), its angle in [0, 2π), from 0 on, and the points, of shape (2 `per_circle`, 3).
    ///
    /// # Errors
    /// [`Error::EmptySample`] for `per_circle` = 0, [`Error::OutOfRange`] for circles that touch.
    pub fn grid(self, per_circle: usize) -> Result<(Vec<usize>, Vec<f64>, Array2<f64>)> {
        let angle = |i: usize| TAU * i as f64 / per_circle as f64;
        let places: Vec<(usize, f64)> =
            (0..2).flat_map(|circle| (0..per_circle).map(move |i| (circle, angle(i)))).collect();
        let points = self.points(&places)?;
        let (circles, angles) = places.into_iter().unzip();
        Ok((circles, angles, points))
    }

    /// The points at the given (circle, angle).
    fn points(self, places: &[(usize, f64)]) -> Result<Array2<f64>> {
        if let Self::Apart { distance } = self {
            let allowed = distance.is_finite() && distance > 2.0;
            within("the distance of the circles' centres", distance, allowed, "finite and above 2")?;
        }
        if places.is_empty() {
            return Err(Error::EmptySample { what: "points on two circles" });
        }
        Ok(Array2::from_shape_fn((places.len(), 3), |(row, column)| {
            let (circle, angle) = places[row];
            self.point(circle, angle)[column]
        }))
    }

    fn point(self, circle: usize, angle: f64) -> [f64; 3] {
        let (sine, cosine) = angle.sin_cos();
        let side = if circle == 0 { -0.5 } else { 0.5 };
        match self {
            Self::Apart { distance } => [side * distance + cosine, sine, 0.0],
            Self::HopfLink if circle == 0 => [side + cosine, sine, 0.0],
            Self::HopfLink => [side + cosine, 0.0, sine],
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::kolmogorov;

    type Vector = [f64; 3];

    fn minus(a: Vector, b: Vector) -> Vector {
        std::array::from_fn(|i| a[i] - b[i])
    }

    fn determinant(a: Vector, b: Vector, c: Vector) -> f64 {
        a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) + a[2] * (b[0] * c[1] - b[1] * c[0])
    }

    /// Gauss's integral ∮∮ det(r₁ - r₂, dr₁, dr₂) / (4π |r₁ - r₂|³); the trapezoidal rule of a periodic analytic function.
    fn linking_number(pair: Pair) -> f64 {
        let n = 200;
        let (_, angles, points) = pair.grid(n).unwrap();
        let at = |row: usize| [points[[row, 0]], points[[row, 1]], points[[row, 2]]];
        // The derivative by the angle is the point a quarter turn on, seen from the centre.
        let centre = |circle: usize| {
            let (right, left) = (pair.point(circle, 0.0), pair.point(circle, TAU / 2.0));
            std::array::from_fn(|axis| (right[axis] + left[axis]) / 2.0)
        };
        let tangent = |circle: usize, i: usize| minus(pair.point(circle, angles[i] + TAU / 4.0), centre(circle));
        let mut integral = 0.0;
        for (i, j) in (0..n).flat_map(|i| (0..n).map(move |j| (i, j))) {
            let apart = minus(at(i), at(n + j));
            let distance = apart.iter().map(|x| x * x).sum::<f64>().sqrt();
            integral += determinant(apart, tangent(0, i), tangent(1, j)) / distance.powi(3);
        }
        integral * (TAU / n as f64).powi(2) / (2.0 * TAU)
    }

    #[test]
    fn circles_apart_are_not_linked_and_the_hopf_link_is_linked_once() {
        assert!(linking_number(Pair::Apart { distance: 3.0 }).abs() < 1e-10);
        assert!((linking_number(Pair::HopfLink).abs() - 1.0).abs() < 1e-10);
    }

    #[test]
    fn a_grid_of_four_is_on_the_compass_of_each_circle() {
        let (circles, angles, points) = Pair::HopfLink.grid(4).unwrap();
        assert_eq!(circles, [0, 0, 0, 0, 1, 1, 1, 1]);
        assert_eq!(angles[..4], angles[4..]);
        let expected = [[0.5, 0.0, 0.0], [-0.5, 1.0, 0.0], [-1.5, 0.0, 0.0], [-0.5, -1.0, 0.0], [1.5, 0.0, 0.0]];
        for (point, expected) in points.rows().into_iter().zip(expected) {
            assert!(point.iter().zip(expected).all(|(x, y)| (x - y).abs() < 1e-15), "{point}");
        }
    }

    #[test]
    fn both_circles_are_equally_likely_and_evenly_filled() {
        let n = 20_000;
        let points = Pair::Apart { distance: 3.0 }.sample(n, &mut random::stream(1, "circles", 0)).unwrap();
        let mut angles = [Vec::new(), Vec::new()];
        for point in points.rows() {
            let circle = usize::from(point[0] > 0.0);
            let x = point[0] - [-1.5, 1.5][circle];
            assert!((x.hypot(point[1]) - 1.0).abs() < 1e-14 && point[2] == 0.0);
            angles[circle].push(point[1].atan2(x));
        }
        // Five standard deviations of a binomial with p = 1/2.
        assert!((angles[0].len() as f64 - n as f64 / 2.0).abs() < 5.0 * (n as f64 / 4.0).sqrt());
        for angles in angles {
            assert!(kolmogorov::distance(angles, |a| 0.5 + a / TAU) < kolmogorov::LIMIT);
        }
    }

    #[test]
    fn circles_that_touch_and_an_empty_sample_are_errors() {
        let mut generator = random::stream(1, "circles", 0);
        for distance in [2.0, -3.0, f64::NAN, f64::INFINITY] {
            let refused = Pair::Apart { distance }.sample(3, &mut generator);
            assert!(matches!(refused, Err(Error::OutOfRange { .. })));
        }
        assert!(matches!(Pair::HopfLink.sample(0, &mut generator), Err(Error::EmptySample { .. })));
        assert!(matches!(Pair::HopfLink.grid(0), Err(Error::EmptySample { .. })));
    }
}
