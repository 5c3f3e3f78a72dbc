//! The disc in the plane, centred on the origin: the test set over which a paraboloid is seen from above.

use crate::error::{positive, within};
use crate::{Error, Result};
use ndarray::Array2;
use random::Generator;
use std::f64::consts::TAU;

/// `n` points of the disc r < `radius`, of shape (n, 2) with columns x and y. Measure: uniform in area.
///
/// # Errors
/// [`Error::EmptySample`] for `n` = 0, [`Error::NotPositive`] for a radius that is not positive.
pub fn sample(n: usize, radius: f64, generator: &mut Generator) -> Result<Array2<f64>> {
    ring(n, 0.0, radius, generator)
}

/// `n` points of the ring `hole` <= r < `radius`, uniform in area, of shape (n, 2).
pub(crate) fn ring(n: usize, hole: f64, radius: f64, generator: &mut Generator) -> Result<Array2<f64>> {
    let radius = positive("the radius", radius)?;
    let allowed = (0.0..radius).contains(&hole);
    let hole = within("the radius of the hole", hole, allowed, format_args!("at least 0 and below {radius}"))?;
    if n == 0 {
        return Err(Error::EmptySample { what: "points in the disc" });
    }
    let mut points = Array2::zeros((n, 2));
    for mut point in points.rows_mut() {
        // The area within r grows with r².
        let r = random::uniform(hole * hole, radius * radius, generator).sqrt();
        let (sine, cosine) = random::uniform(0.0, TAU, generator).sin_cos();
        (point[0], point[1]) = (r * cosine, r * sine);
    }
    Ok(points)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::kolmogorov;

    #[test]
    fn a_sample_is_uniform_in_area_and_in_angle() {
        let points = sample(20_000, 2.0, &mut random::stream(1, "disc", 0)).unwrap();
        let squares = points.rows().into_iter().map(|p| p[0] * p[0] + p[1] * p[1]).collect();
        assert!(kolmogorov::distance(squares, |s| s / 4.0) < kolmogorov::LIMIT);
        let angles = points.rows().into_iter().map(|p| p[1].atan2(p[0])).collect();
        assert!(kolmogorov::distance(angles, |a| 0.5 + a / TAU) < kolmogorov::LIMIT);
    }

    #[test]
    fn an_empty_sample_and_a_disc_without_area_are_errors() {
        let mut generator = random::stream(1, "disc", 0);
        assert!(matches!(sample(0, 1.0, &mut generator), Err(Error::EmptySample { .. })));
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(sample(3, bad, &mut generator), Err(Error::NotPositive { .. })));
        }
        for bad in [-0.1, 1.0, f64::NAN] {
            assert!(matches!(ring(3, bad, 1.0, &mut generator), Err(Error::OutOfRange { .. })));
        }
    }
}
