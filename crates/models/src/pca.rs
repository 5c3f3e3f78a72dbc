//! Principal component analysis: the best linear encoder and decoder (talk, slide 3).

use tch::{Kind, Tensor};

use crate::numbers::to_f64;
use crate::{Error, Result};

/// Mean, principal axes and variances of a data set.
#[derive(Debug)]
pub struct Pca {
    /// Mean sample, `[features]`, f64.
    pub mean: Tensor,
    /// Orthonormal axes, `[features, features]`, one a column, by falling variance, f64.
    pub axes: Tensor,
    /// Variance along each axis (divided by n), `[features]`, falling, f64.
    pub variances: Vec<f64>,
}

impl Pca {
    /// Fits `samples`, `[n, features]`.
    ///
    /// # Errors
    /// [`Error::Shape`] unless `samples` has two dimensions and at least one row, [`Error::NotFinite`] for NaN or infinities.
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
        let covariance = centred.tr().matmul(&centred) / x.size()[0] as f64;
        let (values, vectors) = covariance.linalg_eigh("L");
        let variances = to_f64(&values.flip([0]).clamp_min(0.0));
        Ok(Self { mean, axes: vectors.flip([1]), variances })
    }

    /// Samples `[n, features]` projected on the first `components` axes and back: `[n, features]`, f64.
    pub fn reconstruct(&self, samples: &Tensor, components: i64) -> Tensor {
        let axes = self.axes.narrow(1, 0, components);
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
        let axes = self.axes.narrow(1, 0, basis.size()[1]);
        // The sine is exact where the cosine is flat: what of the basis lies outside the span of the axes.
        let outside = &orthonormal - axes.matmul(&axes.tr().matmul(&orthonormal));
        let sine = f64::try_from(outside.svd(true, false).1.max()).unwrap_or(f64::NAN);
        sine.min(1.0).asin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
