//! A normal distribution along randomly turned axes: the data set on which a linear autoencoder must become PCA.

use ndarray::Array2;
use random::Generator;

use crate::{Error, Result};

/// Draws `n` points of mean zero with the given standard deviation along each of as many orthonormal axes.
///
/// The axes are those of a Gram-Schmidt process on normal vectors from `axes`; the points come from `points`. Measure:
/// the normal density with covariance A diag(σ²) Aᵀ, A the axes as columns.
///
/// # Shapes
/// Result `[n, standard_deviations.len()]`, in the unit of the standard deviations.
///
/// # Errors
/// [`Error::EmptySample`] for `n` of 0 or no standard deviation.
pub fn sample(
    n: usize,
    standard_deviations: &[f64],
    axes: &mut Generator,
    points: &mut Generator,
) -> Result<Array2<f64>> {
    let d = standard_deviations.len();
    if n == 0 || d == 0 {
        return Err(Error::EmptySample { what: "the normal distribution" });
    }
    let scaled = Array2::from_shape_fn((n, d), |(_, axis)| standard_deviations[axis] * random::normal(points));
    Ok(scaled.dot(&orthonormal(d, axes).t()))
}

/// `d` orthonormal columns.
fn orthonormal(d: usize, generator: &mut Generator) -> Array2<f64> {
    let mut columns = Array2::from_shape_fn((d, d), |_| random::normal(generator));
    for j in 0..d {
        for k in 0..j {
            let along = columns.column(j).dot(&columns.column(k));
            let earlier = columns.column(k).to_owned();
            columns.column_mut(j).scaled_add(-along, &earlier);
        }
        let norm = columns.column(j).dot(&columns.column(j)).sqrt();
        columns.column_mut(j).mapv_inplace(|x| x / norm);
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axes_are_orthonormal() {
        let axes = orthonormal(5, &mut random::stream(1, "axes", 0));
        let product = axes.t().dot(&axes);
        for ((i, j), &value) in product.indexed_iter() {
            assert!((value - f64::from(u8::from(i == j))).abs() < 1e-12);
        }
    }

    #[test]
    fn the_total_variance_is_the_sum_of_the_squared_deviations() {
        let points =
            sample(50_000, &[2.0, 1.0], &mut random::stream(1, "axes", 0), &mut random::stream(1, "points", 0))
                .unwrap();
        let variance = points.iter().map(|x| x * x).sum::<f64>() / 50_000.0;
        assert!((variance - 5.0).abs() < 0.1, "{variance}");
    }

    #[test]
    fn an_empty_sample_is_refused() {
        let [mut a, mut b] = [random::stream(1, "axes", 0), random::stream(1, "points", 0)];
        assert!(sample(0, &[1.0], &mut a, &mut b).is_err());
        assert!(sample(3, &[], &mut a, &mut b).is_err());
    }
}
