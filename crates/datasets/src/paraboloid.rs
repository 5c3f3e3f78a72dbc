//! A paraboloid of revolution in space, with its centre cut out or not.

use crate::disc::ring;
use crate::error::positive;
use crate::{Error, Result};
use ndarray::Array2;
use random::Generator;

/// The surface z = `height` (x² + y²) over the ring `hole` <= r < `radius` of the (x, y) plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paraboloid {
    /// The radius of the projection onto the (x, y) plane.
    pub radius: f64,
    /// The radius of the excised centre: 0 for none.
    pub hole: f64,
    /// z at r = 1.
    pub height: f64,
}

impl Paraboloid {
    /// `n` points, of shape (n, 3). Measure: uniform in the projection onto the (x, y) plane, not in the surface's area.
    ///
    /// # Errors
    /// [`Error::EmptySample`] for `n` = 0, [`Error::NotPositive`] for a radius or height that is not positive,
    /// [`Error::OutOfRange`] for a hole that is negative or leaves nothing.
    pub fn sample(&self, n: usize, generator: &mut Generator) -> Result<Array2<f64>> {
        self.lift(&ring(n, self.hole, self.radius, generator)?)
    }

    /// The points above `plane`, of shape (n, 2), on the surface continued to all of the plane: of shape (n, 3).
    ///
    /// # Errors
    /// [`Error::WrongWidth`] for rows that are not (x, y), [`Error::NotPositive`] for a height that is not positive.
    pub fn lift(&self, plane: &Array2<f64>) -> Result<Array2<f64>> {
        let height = positive("the height of the paraboloid", self.height)?;
        if plane.ncols() != 2 {
            return Err(Error::WrongWidth { what: "points of the plane", expected: 2, found: plane.ncols() });
        }
        Ok(Array2::from_shape_fn((plane.nrows(), 3), |(row, column)| match column {
            2 => height * (plane[[row, 0]].powi(2) + plane[[row, 1]].powi(2)),
            _ => plane[[row, column]],
        }))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::kolmogorov;

    const EXCISED: Paraboloid = Paraboloid { radius: 2.0, hole: 0.2, height: 0.25 };

    #[test]
    fn a_sample_lies_on_the_surface_outside_of_the_hole_and_is_uniform_in_the_projection() {
        let points = EXCISED.sample(20_000, &mut random::stream(1, "paraboloid", 0)).unwrap();
        let squares: Vec<f64> = points.rows().into_iter().map(|p| p[0] * p[0] + p[1] * p[1]).collect();
        for (point, square) in points.rows().into_iter().zip(&squares) {
            assert!((point[2] - 0.25 * square).abs() < 1e-15 && *square > 0.04 - 1e-15 && *square < 4.0 + 1e-15);
        }
        assert!(kolmogorov::distance(squares, |s| (s - 0.04) / 3.96) < kolmogorov::LIMIT);
    }

    #[test]
    fn the_centre_of_the_plane_is_lifted_too() {
        let lifted = EXCISED.lift(&ndarray::arr2(&[[0.0, 0.0], [2.0, -1.0]])).unwrap();
        assert_eq!(lifted, ndarray::arr2(&[[0.0, 0.0, 0.0], [2.0, -1.0, 1.25]]));
    }

    #[test]
    fn a_surface_that_is_not_there_and_points_that_are_not_in_the_plane_are_errors() {
        let mut generator = random::stream(1, "paraboloid", 0);
        assert!(matches!(EXCISED.sample(0, &mut generator), Err(Error::EmptySample { .. })));
        let closed = Paraboloid { hole: 2.0, ..EXCISED };
        assert!(matches!(closed.sample(3, &mut generator), Err(Error::OutOfRange { .. })));
        let flat = Paraboloid { height: 0.0, ..EXCISED };
        assert!(matches!(flat.sample(3, &mut generator), Err(Error::NotPositive { .. })));
        assert!(matches!(EXCISED.lift(&Array2::zeros((4, 3))), Err(Error::WrongWidth { found: 3, .. })));
    }
}
