//! Activation functions of dense layers.

use tch::Tensor;

/// The function applied to each unit of a hidden layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activation {
    /// x for x > 0, eˣ - 1 below.
    Elu,
    /// Hyperbolic tangent.
    Tanh,
    /// max(x, 0).
    Relu,
    /// None: a linear network.
    Identity,
}

impl Activation {
    /// The activation of each entry of `x`.
    pub fn apply(self, x: Tensor) -> Tensor {
        match self {
            Self::Elu => x.elu(),
            Self::Tanh => x.tanh(),
            Self::Relu => x.relu(),
            Self::Identity => x,
        }
    }

    /// The gradient at the input, from the one at the output and the output itself.
    pub fn backward(self, gradient: &Tensor, output: &Tensor) -> Tensor {
        match self {
            Self::Elu => Tensor::elu_backward(gradient, 1.0, 1.0, 1.0, true, output),
            Self::Tanh => Tensor::tanh_backward(gradient, output),
            Self::Relu => output.threshold_backward(gradient, 0.0),
            Self::Identity => gradient.shallow_clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_activation_has_its_values_at_minus_one_and_two() {
        let at = |activation: Activation| {
            Vec::<f64>::try_from(&activation.apply(Tensor::from_slice(&[-1.0f64, 2.0]))).unwrap()
        };
        assert_eq!(at(Activation::Relu), [0.0, 2.0]);
        assert_eq!(at(Activation::Identity), [-1.0, 2.0]);
        assert!((at(Activation::Elu)[0] - ((-1.0f64).exp() - 1.0)).abs() < 1e-12);
        assert!((at(Activation::Tanh)[1] - 2.0f64.tanh()).abs() < 1e-12);
    }
}
