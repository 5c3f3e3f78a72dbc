//! The Adam optimiser (Kingma & Ba, arXiv 1412.6980), on one block of weights, with a state that can be stored.

use tch::Tensor;

/// Decay of the running mean of the gradient.
const BETA1: f64 = 0.9;
/// Decay of the running mean of the squared gradient.
const BETA2: f64 = 0.999;
/// Added to the root of the squared gradient's mean.
const EPSILON: f64 = 1e-8;

/// Adam's state: the step count and the two running means, each shaped like the weights.
#[derive(Debug)]
pub struct Adam {
    step: i32,
    mean: Tensor,
    square: Tensor,
}

impl Adam {
    /// A fresh state for weights shaped like `weights`.
    pub fn new(weights: &Tensor) -> Self {
        Self { step: 0, mean: weights.zeros_like().detach(), square: weights.zeros_like().detach() }
    }

    /// A state as it was stored.
    pub fn restored(step: i32, mean: Tensor, square: Tensor) -> Self {
        Self { step, mean, square }
    }

    /// Steps taken.
    pub fn step(&self) -> i32 {
        self.step
    }

    /// Running mean of the gradient.
    pub fn mean(&self) -> &Tensor {
        &self.mean
    }

    /// Running mean of the squared gradient.
    pub fn square(&self) -> &Tensor {
        &self.square
    }

    /// One step: changes `weights` in place by the gradient, both of the shape given to [`Adam::new`].
    pub fn update(&mut self, weights: &Tensor, gradient: &Tensor, learning_rate: f64) {
        self.step += 1;
        let correction1 = 1.0 - BETA1.powi(self.step);
        let correction2 = 1.0 - BETA2.powi(self.step);
        tch::no_grad(|| {
            let _ = self.mean.lerp_(gradient, 1.0 - BETA1);
            let _ = self.square.lerp_(&gradient.square(), 1.0 - BETA2);
            let mut root = self.square.sqrt();
            let _ = root.g_add_scalar_(EPSILON * correction2.sqrt());
            let scale = -learning_rate / correction1 * correction2.sqrt();
            let _ = weights.shallow_clone().addcdiv_(&(&self.mean * scale), &root);
        });
    }
}

/// How the learning rate moves during the training.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// The same throughout.
    Constant,
    /// From the learning rate to 0 along half a cosine.
    Cosine,
}

impl Schedule {
    /// As it is written in an experiment file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Cosine => "cosine",
        }
    }

    /// The learning rate of step `step` (from 0) of `steps`.
    pub fn rate(self, base: f64, step: usize, steps: usize) -> f64 {
        match self {
            Self::Constant => base,
            Self::Cosine => base * 0.5 * (1.0 + (std::f64::consts::PI * step as f64 / steps.max(1) as f64).cos()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Kind;

    #[test]
    fn two_steps_on_one_weight_agree_with_the_paper_by_hand() {
        let weights = Tensor::from_slice(&[1.0f64]);
        let mut adam = Adam::new(&weights);
        adam.update(&weights, &Tensor::from_slice(&[0.5f64]), 0.1);
        let first = 1.0 - 0.1 * 0.5 / (0.5 + 1e-8);
        assert!((weights.double_value(&[0]) - first).abs() < 1e-12);
        adam.update(&weights, &Tensor::from_slice(&[-0.25f64]), 0.1);
        let mean = (0.9 * 0.1 * 0.5 - 0.1 * 0.25) / (1.0 - 0.81);
        let square = (0.999 * 0.001 * 0.25 + 0.001 * 0.0625) / (1.0 - 0.999f64.powi(2));
        let second = first - 0.1 * mean / (square.sqrt() + 1e-8);
        assert!((weights.double_value(&[0]) - second).abs() < 1e-12, "{}", weights.double_value(&[0]));
        assert_eq!(weights.kind(), Kind::Double);
    }

    #[test]
    fn the_cosine_schedule_starts_at_the_rate_and_ends_at_zero() {
        assert!((Schedule::Cosine.rate(2.0, 0, 10) - 2.0).abs() < 1e-15);
        assert!((Schedule::Cosine.rate(2.0, 5, 10) - 1.0).abs() < 1e-15);
        assert!(Schedule::Cosine.rate(2.0, 10, 10).abs() < 1e-15);
        assert_eq!(Schedule::Constant.rate(2.0, 9, 10), 2.0);
    }
}
