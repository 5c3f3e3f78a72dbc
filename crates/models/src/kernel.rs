//! Kernels on the pixels of an image, and images smeared with one.
//!
//! Source: the kernel MSE of arXiv 2104.09051, section 3, as it is recalled: Σ_ij (x - x')_i K(r_ij) (x - x')_j, with K a function of
//! the distance of two pixels. Shape, width and cutoff are settings.

use tch::{Device, Kind, Tensor};

use crate::{Error, Result};

/// How a kernel falls with the distance r of two pixels, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// exp(-r² / 2σ²).
    Gaussian,
    /// exp(-r / σ).
    Exponential,
}

/// A kernel: its shape, width and cutoff; scaled to the sum 1.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Kernel {
    /// How it falls.
    pub shape: Shape,
    /// Width σ in pixels, above 0.
    pub sigma: f64,
    /// The kernel is 0 where the distance along either axis is larger: a window of 2 cutoff + 1 pixels a side.
    pub cutoff: i64,
}

impl Kernel {
    /// Checks the kernel against images of `side` pixels.
    ///
    /// # Errors
    /// [`Error::Kernel`] for a width that is not positive or a window wider than the image.
    pub fn check(&self, side: i64) -> Result<()> {
        let reason = if !(self.sigma.is_finite() && self.sigma > 0.0) {
            format!("its width is {}: give a number of pixels above 0", self.sigma)
        } else if self.cutoff < 0 || self.window() > side {
            format!("its window has {} pixels a side: give a cutoff from 0 to {}", self.window(), (side - 1) / 2)
        } else {
            return Ok(());
        };
        Err(Error::Kernel { reason })
    }

    fn window(&self) -> i64 {
        2 * self.cutoff + 1
    }

    /// The value at a distance of `dx` and `dy` pixels, before it is scaled.
    fn value(&self, dx: f64, dy: f64) -> f64 {
        match self.shape {
            Shape::Gaussian => (-(dx * dx + dy * dy) / (2.0 * self.sigma * self.sigma)).exp(),
            Shape::Exponential => (-dx.hypot(dy) / self.sigma).exp(),
        }
    }

    /// The values over the window, scaled to the sum 1: `[window, window]`, f32.
    pub fn values(&self, device: Device) -> Tensor {
        let range = || (-self.cutoff..=self.cutoff).map(|d| d as f64);
        let values: Vec<f64> = range().flat_map(|dy| range().map(move |dx| self.value(dx, dy))).collect();
        let sum: f64 = values.iter().sum();
        let values: Vec<f32> = values.iter().map(|value| (value / sum) as f32).collect();
        Tensor::from_slice(&values).view([self.window(), self.window()]).to_device(device)
    }

    /// The values along one axis, scaled to the sum 1, if the kernel is a product of one for each axis.
    fn factor(&self, device: Device) -> Option<Tensor> {
        if self.shape != Shape::Gaussian {
            return None;
        }
        let values: Vec<f64> = (-self.cutoff..=self.cutoff).map(|d| self.value(d as f64, 0.0)).collect();
        let sum: f64 = values.iter().sum();
        let values: Vec<f32> = values.iter().map(|value| (value / sum) as f32).collect();
        Some(Tensor::from_slice(&values).to_device(device))
    }

    /// The kernel as a matrix on the pixels along one axis, `[side, side]`, if it is a product of one for each axis.
    fn matrix(&self, side: i64, device: Device) -> Option<Tensor> {
        let factor = self.factor(device)?;
        let rows = Tensor::zeros([side, side], (Kind::Float, device));
        let _no_gradient = tch::no_grad_guard();
        for offset in -self.cutoff..=self.cutoff {
            let mut diagonal = rows.diagonal(offset, 0, 1);
            diagonal.copy_(&factor.get(offset + self.cutoff).expand([side - offset.abs()], false));
        }
        Some(rows)
    }

    /// The images smeared with the kernel, of the same size; beyond the edge there is nothing.
    ///
    /// A Gaussian goes along one axis after the other, as products with a matrix: a fraction of the convolution's cost.
    ///
    /// # Shapes
    /// `images: [..., side, side]`, f32; the result has the same shape.
    pub fn smear(&self, images: &Tensor) -> Tensor {
        let shape = images.size();
        let side = shape[shape.len() - 1];
        if let Some(matrix) = self.matrix(side, images.device()) {
            return matrix.matmul(images).matmul(&matrix);
        }
        let weight = self.values(images.device()).view([1, 1, self.window(), self.window()]);
        let flat = images.reshape([-1, 1, side, side]);
        let smeared = flat.conv2d(&weight, None::<Tensor>, [1, 1], [self.cutoff; 2], [1, 1], 1);
        smeared.view(shape.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::to_f32;

    const GAUSSIAN: Kernel = Kernel { shape: Shape::Gaussian, sigma: 1.5, cutoff: 3 };
    const EXPONENTIAL: Kernel = Kernel { shape: Shape::Exponential, sigma: 2.0, cutoff: 2 };

    /// Σ_j K(r_ij) x_j by its definition, over an image of `side` pixels.
    fn by_definition(kernel: &Kernel, image: &[f32], side: i64) -> Vec<f32> {
        let sum: f64 = to_f32(&kernel.values(Device::Cpu)).len() as f64;
        assert_eq!(sum, (kernel.window() * kernel.window()) as f64);
        let range = || (-kernel.cutoff..=kernel.cutoff).map(|d| d as f64);
        let norm: f64 = range().map(|dy| range().map(|dx| kernel.value(dx, dy)).sum::<f64>()).sum();
        let at = |i: i64, j: i64| {
            let mut value = 0.0;
            for (k, l) in (0..side).flat_map(|k| (0..side).map(move |l| (k, l))) {
                if (k - i).abs() <= kernel.cutoff && (l - j).abs() <= kernel.cutoff {
                    let x = f64::from(image[(k * side + l) as usize]);
                    value += kernel.value((l - j) as f64, (k - i) as f64) / norm * x;
                }
            }
            value as f32
        };
        (0..side).flat_map(|i| (0..side).map(move |j| (i, j))).map(|(i, j)| at(i, j)).collect()
    }

    #[test]
    fn a_smeared_image_is_the_sum_by_definition() {
        for kernel in [GAUSSIAN, EXPONENTIAL] {
            let image = crate::parameters::test_numbers(&[1, 1, 9, 9]);
            let expected = by_definition(&kernel, &to_f32(&image), 9);
            let found = to_f32(&kernel.smear(&image));
            assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-5), "{kernel:?}");
        }
    }

    #[test]
    fn smearing_keeps_the_sum_away_from_the_edge() {
        let image = Tensor::zeros([1, 1, 15, 15], (Kind::Float, Device::Cpu));
        let _ = image.get(0).get(0).get(7).get(7).fill_(2.0);
        for kernel in [GAUSSIAN, EXPONENTIAL] {
            let sum = f64::try_from(kernel.smear(&image).sum(Kind::Double)).unwrap();
            assert!((sum - 2.0).abs() < 1e-5, "{kernel:?}: {sum}");
        }
    }

    #[test]
    fn a_kernel_without_width_or_wider_than_the_image_is_refused() {
        assert!(GAUSSIAN.check(7).is_ok());
        assert!(matches!(GAUSSIAN.check(6), Err(Error::Kernel { .. })));
        assert!(Kernel { sigma: 0.0, ..GAUSSIAN }.check(40).is_err());
        assert!(Kernel { sigma: f64::NAN, ..GAUSSIAN }.check(40).is_err());
        assert!(Kernel { cutoff: -1, ..GAUSSIAN }.check(40).is_err());
    }
}
