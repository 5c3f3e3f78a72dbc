//! Reconstruction losses.

use tch::{Kind, Tensor};

use crate::kernel::Kernel;

/// How far a reconstruction is from its sample: what a training lowers, and an anomaly score.
#[derive(Debug, Clone, Copy, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Loss {
    /// The mean squared error (MSE).
    #[default]
    MeanSquared,
    /// The mean squared error of images smeared with a kernel k (KMSE): Σ_ij (x - x')_i K_ij (x - x')_j / n over pixels i, j, with
    /// K = kᵀk; a Gaussian k of width σ makes K one of width √2 σ. Source: arXiv 2104.09051, section 3, as recalled.
    KernelMeanSquared(Kernel),
    /// The mean squared error with weights: `active` where the sample is above 0, 1 elsewhere.
    WeightedMeanSquared {
        /// Weight of the entries above 0, above 0.
        active: f64,
    },
    /// The binary cross-entropy, for samples and reconstructions in [0, 1]; its logarithms stop at -100, as in PyTorch.
    BinaryCrossEntropy,
}

impl Loss {
    /// Its short name in figures: "MSE", "KMSE".
    pub fn name(&self) -> &'static str {
        match self {
            Self::MeanSquared => "MSE",
            Self::KernelMeanSquared(_) => "KMSE",
            Self::WeightedMeanSquared { .. } => "weighted MSE",
            Self::BinaryCrossEntropy => "binary cross-entropy",
        }
    }

    /// The loss of each sample.
    ///
    /// # Shapes
    /// `x`, `reconstruction`: `[members, n, ...]`, for the kernel's loss `[members, n, 1, side, side]`; result `[members, n]`.
    pub fn of(&self, x: &Tensor, reconstruction: &Tensor) -> Tensor {
        match self {
            Self::MeanSquared => mean_squared_error(x, reconstruction),
            Self::KernelMeanSquared(kernel) => mean_over_entries(&kernel.smear(&(x - reconstruction)).square()),
            Self::WeightedMeanSquared { active } => {
                let weight = x.gt(0.0).to_kind(x.kind()) * (active - 1.0) + 1.0;
                mean_over_entries(&(weight * (x - reconstruction).square()))
            }
            Self::BinaryCrossEntropy => {
                mean_over_entries(&reconstruction.binary_cross_entropy(x, None::<Tensor>, tch::Reduction::None))
            }
        }
    }
}

/// Mean squared error of each sample: the mean over its entries of (x - x')².
///
/// # Shapes
/// `x`, `reconstruction`: `[members, n, ...]`; result `[members, n]`, in the square of x's unit.
pub fn mean_squared_error(x: &Tensor, reconstruction: &Tensor) -> Tensor {
    mean_over_entries(&(x - reconstruction).square())
}

fn mean_over_entries(values: &Tensor) -> Tensor {
    let dimensions: Vec<i64> = (2..i64::try_from(values.dim()).unwrap_or(2)).collect();
    values.mean_dim(dimensions.as_slice(), false, Kind::Float)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Shape;
    use crate::numbers::to_f32;

    #[test]
    fn the_mean_is_over_the_entries_of_one_sample() {
        let x = Tensor::from_slice(&[1.0f32, 2.0, 0.0, 0.0]).view([1, 2, 2]);
        let y = Tensor::from_slice(&[1.0f32, 0.0, 3.0, 1.0]).view([1, 2, 2]);
        assert_eq!(to_f32(&mean_squared_error(&x, &y)), [2.0, 5.0]);
        assert_eq!(to_f32(&Loss::MeanSquared.of(&x, &y)), [2.0, 5.0]);
    }

    #[test]
    fn the_binary_cross_entropy_by_hand() {
        let x = Tensor::from_slice(&[1.0f32, 0.0, 0.5, 1.0]).view([1, 2, 2]);
        let y = Tensor::from_slice(&[0.5f32, 0.5, 0.5, 0.0]).view([1, 2, 2]);
        let (half, found) = (0.5f32.ln(), to_f32(&Loss::BinaryCrossEntropy.of(&x, &y)));
        assert!((found[0] + half).abs() < 1e-6);
        assert!((found[1] - (-half + 100.0) / 2.0).abs() < 1e-4, "{found:?}");
    }

    #[test]
    fn a_weight_is_that_of_the_entries_above_zero() {
        let x = Tensor::from_slice(&[1.0f32, 0.0, 0.5, 0.0]).view([1, 2, 2]);
        let y = Tensor::from_slice(&[0.0f32, 1.0, 0.5, 2.0]).view([1, 2, 2]);
        assert_eq!(to_f32(&Loss::WeightedMeanSquared { active: 10.0 }.of(&x, &y)), [5.5, 2.0]);
        assert_eq!(to_f32(&Loss::WeightedMeanSquared { active: 1.0 }.of(&x, &y)), [1.0, 2.0]);
    }

    /// Smearing one unit at each pixel gives the matrix k, from which K = kᵀk follows.
    fn double_sum(kernel: &Kernel, difference: &[f32], side: i64) -> f32 {
        let n = side * side;
        let units = Tensor::eye(n, (Kind::Float, tch::Device::Cpu)).view([n, 1, side, side]);
        let k = kernel.smear(&units).view([n, n]);
        let values = to_f32(&k.matmul(&k.transpose(0, 1)));
        let mut sum = 0.0;
        for (i, &a) in difference.iter().enumerate() {
            for (j, &b) in difference.iter().enumerate() {
                sum += f64::from(a) * f64::from(values[i * difference.len() + j]) * f64::from(b);
            }
        }
        (sum / n as f64) as f32
    }

    #[test]
    fn the_kernel_loss_is_the_double_sum_over_pixels() {
        for shape in [Shape::Gaussian, Shape::Exponential] {
            let kernel = Kernel { shape, sigma: 1.2, cutoff: 3 };
            let [x, y] = [1.0, 0.3].map(|scale| crate::parameters::test_numbers(&[1, 1, 1, 8, 8]) * scale);
            let expected = double_sum(&kernel, &to_f32(&(&x - &y)), 8);
            let found = to_f32(&Loss::KernelMeanSquared(kernel).of(&x, &y))[0];
            assert!((found - expected).abs() < 1e-5 * expected.abs().max(1.0), "{shape:?}: {found} {expected}");
        }
    }

    #[test]
    fn a_near_shift_costs_less_than_a_far_one_with_a_kernel_and_the_same_without() {
        let spot = |column: i64| {
            let image = Tensor::zeros([1, 1, 1, 21, 21], (Kind::Float, tch::Device::Cpu));
            let _ = image.get(0).get(0).get(0).get(10).get(column).fill_(1.0);
            image
        };
        let kernel = Loss::KernelMeanSquared(Kernel { shape: Shape::Gaussian, sigma: 1.0, cutoff: 4 });
        let at = |loss: Loss, shift: i64| to_f32(&loss.of(&spot(8), &spot(8 + shift)))[0];
        assert!(at(kernel, 1) < at(kernel, 2) && at(kernel, 2) < at(kernel, 5));
        assert!((at(Loss::MeanSquared, 1) - at(Loss::MeanSquared, 5)).abs() < 1e-9);
    }
}
