//! Activation functions of dense layers.

use tch::Tensor;

use crate::initialisation::rectifier_gain;

/// The slope of a leaky ReLU below 0, PyTorch's default.
const LEAK: f64 = 0.01;

/// From the gradient at an activation's output, and that output, to the gradient at its input; all of one shape.
pub type Backward = fn(gradient: &Tensor, output: &Tensor) -> Tensor;

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
    /// x for x > 0, x/100 below.
    LeakyRelu,
    /// ln(1 + eˣ).
    Softplus,
    /// x Φ(x), with the normal distribution function Φ in its exact form (Hendrycks & Gimpel, arXiv 1606.08415).
    Gelu,
    /// None: a linear network.
    Identity,
}

impl Activation {
    /// As it is written in an experiment file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Elu => "elu",
            Self::Tanh => "tanh",
            Self::Relu => "relu",
            Self::LeakyRelu => "leaky_relu",
            Self::Softplus => "softplus",
            Self::Gelu => "gelu",
            Self::Identity => "identity",
        }
    }

    /// The factor by which a layer's weights start larger for what this activation takes away of a signal. Of the
    /// identity, tanh, ReLU and leaky ReLU as PyTorch's `calculate_gain` has it; it lists none for ELU, GELU and softplus,
    /// which get that of ReLU, their shape far above 0.
    pub fn gain(self) -> f64 {
        match self {
            Self::Identity => 1.0,
            Self::Tanh => 5.0 / 3.0,
            Self::LeakyRelu => rectifier_gain(LEAK),
            Self::Relu | Self::Elu | Self::Gelu | Self::Softplus => rectifier_gain(0.0),
        }
    }

    /// The activation of each entry of `x`.
    pub fn apply(self, x: Tensor) -> Tensor {
        match self {
            Self::Elu => x.elu(),
            Self::Tanh => x.tanh(),
            Self::Relu => x.relu(),
            Self::LeakyRelu => x.leaky_relu(),
            Self::Softplus => x.softplus(),
            Self::Gelu => x.gelu("none"),
            Self::Identity => x,
        }
    }

    /// The way back through the activation from its output alone; none for GELU, which takes each value between
    /// its minimum and 0 twice, so that the output does not tell the input.
    pub fn backward(self) -> Option<Backward> {
        match self {
            Self::Elu => Some(|gradient, output| Tensor::elu_backward(gradient, 1.0, 1.0, 1.0, true, output)),
            Self::Tanh => Some(Tensor::tanh_backward),
            Self::Relu => Some(|gradient, output| output.threshold_backward(gradient, 0.0)),
            Self::LeakyRelu => Some(|gradient, output| output.leaky_relu_backward(gradient, LEAK, true)),
            // The derivative eˣ/(1 + eˣ) is 1 - e⁻ʸ in the output y = ln(1 + eˣ).
            Self::Softplus => Some(|gradient, output| -(-output).expm1() * gradient),
            Self::Gelu => None,
            Self::Identity => Some(|gradient, _| gradient.shallow_clone()),
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
        assert_eq!(at(Activation::LeakyRelu), [-LEAK, 2.0]);
        assert!((at(Activation::Softplus)[0] - (-1.0f64).exp().ln_1p()).abs() < 1e-12);
        // Φ(-1) = 0.158655..., Φ(2) = 0.977249..., from tables of the normal distribution.
        assert!((at(Activation::Gelu)[0] + 0.158_655_253_931_457).abs() < 1e-12);
        assert!((at(Activation::Gelu)[1] - 2.0 * 0.977_249_868_051_821).abs() < 1e-12);
    }

    #[test]
    fn the_gains_are_those_of_pytorch_where_it_has_them() {
        assert_eq!(Activation::Identity.gain(), 1.0);
        assert_eq!(Activation::Tanh.gain(), 5.0 / 3.0);
        assert_eq!(Activation::Relu.gain(), 2.0f64.sqrt());
        assert_eq!(Activation::Elu.gain(), 2.0f64.sqrt());
        // 2/(1 + 1/10000).
        assert!((Activation::LeakyRelu.gain().powi(2) - 20_000.0 / 10_001.0).abs() < 1e-12);
    }

    #[test]
    fn an_activation_is_written_in_snake_case() {
        let read = |name: &str| serde_json::from_str::<Activation>(&format!("\"{name}\"")).unwrap();
        assert_eq!(read("leaky_relu"), Activation::LeakyRelu);
        assert_eq!(read("softplus"), Activation::Softplus);
        assert_eq!(read("gelu"), Activation::Gelu);
    }
}
