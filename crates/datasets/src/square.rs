//! A square in the plane, centred on the origin: the test set around the circle.

use crate::error::positive;
use crate::{Error, Result};
use ndarray::Array2;
use random::Generator;

/// `n` points drawn uniformly from [-`half_width`, `half_width`)²: an array of shape (n, 2).
///
/// # Errors
/// [`Error::EmptySample`] for `n` = 0, [`Error::NotPositive`] for a half width that is not positive.
pub fn sample(n: usize, half_width: f64, generator: &mut Generator) -> Result<Array2<f64>> {
    let half_width = positive("the half width of the square", half_width)?;
    if n == 0 {
        return Err(Error::EmptySample { what: "points in the square" });
    }
    Ok(Array2::from_shape_simple_fn((n, 2), || random::uniform(-half_width, half_width, generator)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn a_sample_is_uniform_in_both_coordinates() {
        let n = 20_000;
        let points = sample(n, 1.5, &mut random::stream(1, "square", 0)).unwrap();
        assert_eq!(points.dim(), (n, 2));
        for column in points.columns() {
            assert!(column.iter().all(|x| (-1.5..1.5).contains(x)));
            let mean = column.sum() / n as f64;
            let variance = column.iter().map(|x| x * x).sum::<f64>() / n as f64;
            // Variance h²/3 = 0.75; five standard deviations of the mean and of the mean square.
            assert!(mean.abs() < 5.0 * (0.75 / n as f64).sqrt(), "{mean}");
            assert!((variance - 0.75).abs() < 5.0 * (0.45 / n as f64).sqrt(), "{variance}");
        }
        let product = points.rows().into_iter().map(|p| p[0] * p[1]).sum::<f64>() / n as f64;
        assert!(product.abs() < 5.0 * 0.75 / (n as f64).sqrt(), "{product}");
    }

    #[test]
    fn an_empty_sample_and_a_square_without_area_are_errors() {
        let mut generator = random::stream(1, "square", 0);
        assert!(matches!(sample(0, 1.0, &mut generator), Err(Error::EmptySample { .. })));
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(sample(3, bad, &mut generator), Err(Error::NotPositive { .. })));
        }
    }
}
