//! Principal component analysis: the best linear encoder and decoder (talk, slide 3).
//!
//! Fewer samples than features: the singular value decomposition of the centred samples. Else the eigenvectors of the
//! smaller product, Xᵀ X; libtorch's method for these does not converge on every processor for every matrix of lower rank,
//! so what it gives is checked, and the slower singular value decomposition of Xᵀ X takes its place where need be.

use tch::{Kind, Tensor};

use crate::numbers::to_f64;
use crate::{Error, Result};

/// Mean, principal axes and variances of a data set.
#[derive(Debug)]
pub struct Pca {
    /// Mean sample, `[features]`, f64.
    pub mean: Tensor,
    /// Orthonormal axes, `[features, k]` with k the smaller of n and features, one a column, by falling variance, f64; the
    /// largest entry of each (the first of them, by absolute value) is positive.
    pub axes: Tensor,
    /// Variance along each axis (divided by n), `[features]`, falling, f64; 0 beyond the axes.
    pub variances: Vec<f64>,
}

/// Largest residual of an eigenvector that is believed, in units of the largest eigenvalue; rounding leaves some 1e-14.
const TOLERANCE: f64 = 1e-10;

impl Pca {
    /// Fits `samples`, `[n, features]`.
    ///
    /// # Errors
    /// [`Error::Shape`] unless `samples` has two dimensions and at least one row, [`Error::NotFinite`] for NaN or infinities,
    /// [`Error::PrincipalComponents`] if no method finds the axes.
    pub fn fit(samples: &Tensor) -> Result<Self> {
        if samples.dim() != 2 || samples.size()[0] < 1 {
            let expected = "[n, features] with n of at least 1".to_owned();
            return Err(Error::Shape { what: "the samples", found: samples.size(), expected });
        }
        let x = samples.to_kind(Kind::Double);
        if !bool::try_from(x.isfinite().all()).unwrap_or(false) {
            return Err(Error::NotFinite { what: "the data set" });
        }
        let mean = x.mean_dim(0, false, Kind::Double);
        let centred = &x - &mean;
        let (n, features) = (x.size()[0], x.size()[1]);
        let decomposed = if n < features {
            singular(&centred).map(|(values, axes)| (values.square(), axes))
        } else {
            eigenvectors(&centred.tr().matmul(&centred), &[by_eigenvalues, singular])
        };
        let (squares, axes) = decomposed.map_err(|reason| Error::PrincipalComponents {
            what: format!("{n} samples of {features} features"),
            reason,
        })?;
        let mut variances = to_f64(&(squares.clamp_min(0.0) / n as f64));
        variances.resize(usize::try_from(features).unwrap_or(0), 0.0);
        Ok(Self { mean, axes: with_sign(&axes), variances })
    }

    /// Number of axes, the smaller of samples and features.
    fn components(&self) -> i64 {
        self.axes.size()[1]
    }

    /// Samples `[n, features]` projected on the first `components` axes (all, if there are fewer) and back: `[n, features]`,
    /// f64.
    pub fn reconstruct(&self, samples: &Tensor, components: i64) -> Tensor {
        let axes = self.axes.narrow(1, 0, components.clamp(0, self.components()));
        let centred = samples.to_kind(Kind::Double) - &self.mean;
        centred.matmul(&axes).matmul(&axes.tr()) + &self.mean
    }

    /// The mean squared error that `components` components leave, as a mean over the features: the least of any linear autoencoder.
    pub fn least_loss(&self, components: usize) -> f64 {
        let left: f64 = self.variances.iter().skip(components).sum();
        left / self.variances.len() as f64
    }

    /// The largest angle, in radians, between the first axes and the space spanned by the columns of `basis`, `[features, components]`.
    pub fn largest_angle(&self, basis: &Tensor) -> f64 {
        let (orthonormal, _) = Tensor::linalg_qr(&basis.to_kind(Kind::Double), "reduced");
        let axes = self.axes.narrow(1, 0, basis.size()[1].min(self.components()));
        // The sine is exact where the cosine is flat: what of the basis lies outside the span of the axes.
        let outside = &orthonormal - axes.matmul(&axes.tr().matmul(&orthonormal));
        let sine = f64::try_from(outside.svd(true, false).1.max()).unwrap_or(f64::NAN);
        sine.min(1.0).asin()
    }
}

/// Falling numbers `[k]` and the orthonormal columns `[features, k]` that belong to them, or why there are none.
type Decomposition = std::result::Result<(Tensor, Tensor), String>;

/// Singular values and right singular vectors of `matrix`, `[n, features]`; those of a positive matrix are its eigenvalues
/// and eigenvectors.
fn singular(matrix: &Tensor) -> Decomposition {
    let (_, values, vectors) = matrix.f_svd(true, true).map_err(|error| first_line(&error))?;
    Ok((values, vectors))
}

fn by_eigenvalues(matrix: &Tensor) -> Decomposition {
    let (values, vectors) = matrix.f_linalg_eigh("L").map_err(|error| first_line(&error))?;
    Ok((values.flip([0]), vectors.flip([1])))
}

/// Eigenvalues and eigenvectors of the positive `matrix`, by the first of the `methods` whose result fits it.
fn eigenvectors(matrix: &Tensor, methods: &[fn(&Tensor) -> Decomposition]) -> Decomposition {
    let mut reasons = Vec::new();
    for method in methods {
        match method(matrix) {
            Ok((values, vectors)) if fits(matrix, &values, &vectors) => return Ok((values, vectors)),
            Ok(_) => reasons.push("the result does not fit the samples".to_owned()),
            Err(reason) => reasons.push(reason),
        }
    }
    Err(reasons.join("; "))
}

/// Whether the columns of `vectors` are orthonormal eigenvectors of `matrix`, to rounding.
fn fits(matrix: &Tensor, values: &Tensor, vectors: &Tensor) -> bool {
    let largest = |tensor: &Tensor| f64::try_from(tensor.abs().max()).unwrap_or(f64::NAN);
    let scale = largest(values);
    let residual = largest(&(matrix.matmul(vectors) - vectors * values));
    let identity = Tensor::eye(vectors.size()[1], (Kind::Double, vectors.device()));
    let angle = largest(&(vectors.tr().matmul(vectors) - identity));
    // NaN fits nothing.
    residual <= TOLERANCE * scale && angle <= TOLERANCE
}

/// The columns with the largest entry of each, the first of them, made positive.
fn with_sign(axes: &Tensor) -> Tensor {
    let largest = axes.abs().argmax(0, true);
    let sign = axes.gather(0, &largest, false).sign();
    axes * sign
}

fn first_line(error: &tch::TchError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of rank `rank`, with the same variance along several axes and none along most.
    fn of_rank(n: i64, features: i64, rank: i64) -> Tensor {
        // Digits of sines that lie deep: as good as random ones.
        let numbers = |shape: &[i64], step: f64| {
            let index = Tensor::arange(shape.iter().product::<i64>(), (Kind::Double, tch::Device::Cpu));
            ((index * step).sin() * 43_758.545_3).frac().view(shape)
        };
        numbers(&[n, rank], 12.9898).matmul(&numbers(&[rank, features], 78.233))
    }

    fn assert_right(pca: &Pca, samples: &Tensor, rank: usize) {
        let (n, features) = (samples.size()[0], samples.size()[1]);
        let centred = samples - &pca.mean;
        let covariance = centred.tr().matmul(&centred) / n as f64;
        let k = pca.components();
        assert_eq!((pca.axes.size(), k), (vec![features, n.min(features)], n.min(features)));
        assert_eq!(pca.variances.len() as i64, features);
        assert!(pca.variances.windows(2).all(|pair| pair[0] >= pair[1]), "{:?}", pca.variances);
        let variances = Tensor::from_slice(&pca.variances).narrow(0, 0, k);
        assert!(fits(&covariance, &variances, &pca.axes));
        assert!(pca.variances.iter().skip(rank).all(|&variance| variance < 1e-12 * pca.variances[0]));
        let trace = f64::try_from(covariance.trace()).unwrap();
        assert!((pca.variances.iter().sum::<f64>() / trace - 1.0).abs() < 1e-10);
        let kept = pca.reconstruct(samples, i64::MAX);
        assert!(f64::try_from((kept - samples).abs().max()).unwrap() < 1e-10);
    }

    #[test]
    fn samples_of_lower_rank_and_fewer_than_features_have_their_axes() {
        for (n, features, rank) in [(12, 40, 5), (60, 40, 5), (40, 40, 39), (3, 8, 1)] {
            let samples = of_rank(n, features, rank);
            assert_right(&Pca::fit(&samples).unwrap(), &samples, rank as usize);
        }
    }

    #[test]
    fn a_single_sample_is_its_own_mean() {
        let samples = of_rank(1, 5, 1);
        let pca = Pca::fit(&samples).unwrap();
        assert_eq!(pca.variances, [0.0; 5]);
        assert!(f64::try_from((pca.reconstruct(&samples, 1) - &samples).abs().max()).unwrap() < 1e-12);
    }

    #[test]
    fn both_methods_give_the_same_axes_with_the_same_sign() {
        let samples = of_rank(50, 12, 12);
        let centred = &samples - samples.mean_dim(0, false, Kind::Double);
        let product = centred.tr().matmul(&centred);
        let of = |method: fn(&Tensor) -> Decomposition| {
            let (values, vectors) = eigenvectors(&product, &[method]).unwrap();
            (values, with_sign(&vectors))
        };
        let [(values, vectors), (others, other_vectors)] = [by_eigenvalues, singular].map(of);
        assert!(f64::try_from((&values / others - 1.0).abs().max()).unwrap() < 1e-10);
        assert!(f64::try_from((vectors - other_vectors).abs().max()).unwrap() < 1e-8);
    }

    #[test]
    fn where_the_first_method_does_not_converge_or_is_wrong_the_second_takes_its_place() {
        let product = of_rank(6, 6, 3).tr().matmul(&of_rank(6, 6, 3));
        fn fails(_: &Tensor) -> Decomposition {
            Err("it does not converge".to_owned())
        }
        fn wrong(matrix: &Tensor) -> Decomposition {
            singular(matrix).map(|(values, vectors)| (values * 1.001, vectors))
        }
        fn damaged(matrix: &Tensor) -> Decomposition {
            singular(matrix).map(|(values, vectors)| (values, vectors * f64::NAN))
        }
        for first in [fails, wrong, damaged] {
            let (values, vectors) = eigenvectors(&product, &[first, singular]).unwrap();
            assert!(fits(&product, &values, &vectors));
        }
        let reason = eigenvectors(&product, &[fails, wrong]).unwrap_err();
        assert!(reason.contains("converge") && reason.contains("fit"), "{reason}");
    }

    #[test]
    fn the_largest_entry_of_each_axis_is_positive() {
        let axes = Tensor::from_slice(&[0.6f64, -0.6, -0.8, 0.8, 0.0, 0.0]).view([3, 2]);
        assert_eq!(to_f64(&with_sign(&axes)), [-0.6, -0.6, 0.8, 0.8, 0.0, 0.0]);
        let tie = Tensor::from_slice(&[-0.5f64, 0.5]).view([2, 1]);
        assert_eq!(to_f64(&with_sign(&tie)), [0.5, -0.5]);
    }

    /// Four points of variance 8 along (1, 1) and 2 along (1, -1), around (1, 0).
    fn cross() -> Tensor {
        Tensor::from_slice(&[3.0f64, 2.0, -1.0, -2.0, 2.0, -1.0, 0.0, 1.0]).view([4, 2])
    }

    #[test]
    fn axes_and_variances_of_four_points_are_those_by_hand() {
        let pca = Pca::fit(&cross()).unwrap();
        assert!(
            (pca.variances[0] - 4.0).abs() < 1e-12 && (pca.variances[1] - 1.0).abs() < 1e-12,
            "{:?}",
            pca.variances
        );
        assert!((pca.axes.double_value(&[0, 0]) - pca.axes.double_value(&[1, 0])).abs() < 1e-12);
        assert!((pca.least_loss(1) - 0.5).abs() < 1e-12);
        let reconstructed = pca.reconstruct(&cross(), 1);
        let loss = f64::try_from((reconstructed - cross()).square().mean(Kind::Double)).unwrap();
        assert!((loss - 0.5).abs() < 1e-12);
    }

    #[test]
    fn the_angle_is_zero_in_the_plane_and_right_outside() {
        let pca = Pca::fit(&cross()).unwrap();
        let along = Tensor::from_slice(&[2.0f64, 2.0]).view([2, 1]);
        let across = Tensor::from_slice(&[1.0f64, -1.0]).view([2, 1]);
        let half = Tensor::from_slice(&[1.0f64, 0.0]).view([2, 1]);
        assert!(pca.largest_angle(&along) < 1e-12);
        assert!((pca.largest_angle(&across) - std::f64::consts::FRAC_PI_2).abs() < 1e-7);
        assert!((pca.largest_angle(&half) - std::f64::consts::FRAC_PI_4).abs() < 1e-12);
    }

    #[test]
    fn a_data_set_with_nan_is_refused() {
        let damaged = Tensor::from_slice(&[1.0f64, f64::NAN]).view([1, 2]);
        assert!(matches!(Pca::fit(&damaged), Err(Error::NotFinite { .. })));
    }
}
