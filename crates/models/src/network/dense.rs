//! Dense autoencoders; all members of an ensemble in one batched product a layer.

use tch::{Device, Tensor};

use super::{Activation, Autoencoder};
use crate::parameters::{Order, Parameter, Parameters, Start};
use crate::{Error, Result};

/// Raised whenever the same seed and sizes would give another network.
pub const DENSE_VERSION: u32 = 1;

/// Sizes of a dense autoencoder: `features -> hidden... -> latent -> ...hidden -> features`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DenseLayout {
    /// Numbers in one sample.
    pub features: i64,
    /// Units of the encoder's hidden layers, from the input; the decoder mirrors them. May be empty.
    pub hidden: Vec<i64>,
    /// Latent dimension d_l.
    pub latent: i64,
    /// Activation of the hidden layers; latent and output are linear.
    pub activation: Activation,
}

impl DenseLayout {
    fn check(&self) -> Result<()> {
        let sizes = [("features", self.features), ("latent", self.latent)];
        let hidden = self.hidden.iter().map(|&units| ("a hidden layer's width", units));
        match sizes.into_iter().chain(hidden).find(|&(_, value)| value < 1) {
            Some((what, value)) => Err(Error::Size { what, value }),
            None => Ok(()),
        }
    }

    /// The encoder's layer sizes, input and latent space included.
    fn encoder_sizes(&self) -> Vec<i64> {
        [&[self.features], self.hidden.as_slice(), &[self.latent]].concat()
    }
}

/// An ensemble of dense autoencoders, one member a seed.
#[derive(Debug)]
pub struct DenseAutoencoder {
    layout: DenseLayout,
    parameters: Parameters,
}

impl DenseAutoencoder {
    /// Builds the ensemble; weights and biases start uniform in ±1/√fan_in (PyTorch's default for `Linear`).
    ///
    /// # Errors
    /// [`Error::Size`] if a size is below 1 or there is no seed.
    pub fn new(layout: DenseLayout, seeds: &[u64], device: Device) -> Result<Self> {
        layout.check()?;
        if seeds.is_empty() {
            return Err(Error::Size { what: "the number of seeds", value: 0 });
        }
        let encoder = layout.encoder_sizes();
        let decoder: Vec<i64> = encoder.iter().rev().copied().collect();
        let declared = [("encoder", encoder), ("decoder", decoder)]
            .iter()
            .flat_map(|(part, sizes)| declare(part, sizes))
            .collect();
        Ok(Self { layout, parameters: Parameters::new(declared, seeds, device) })
    }

    /// The sizes.
    pub fn layout(&self) -> &DenseLayout {
        &self.layout
    }

    /// Layers of the encoder; the decoder has as many.
    pub(super) fn depth(&self) -> usize {
        self.layout.hidden.len() + 1
    }

    /// Applies `depth` layers from parameter `first` on; the last one is linear.
    fn layers(&self, x: &Tensor, first: usize) -> Tensor {
        let mut x = x.shallow_clone();
        for layer in 0..self.depth() {
            let weight = self.parameters.view(first + 2 * layer);
            let bias = self.parameters.view(first + 2 * layer + 1).unsqueeze(1);
            x = bias.baddbmm(&x, weight, 1.0, 1.0);
            if layer + 1 < self.depth() {
                x = self.layout.activation.apply(x);
            }
        }
        x
    }
}

/// Weight `[in, out]` and bias `[out]` of each layer of one part.
fn declare(part: &str, sizes: &[i64]) -> Vec<Parameter> {
    let layer = |(index, pair): (usize, &[i64])| {
        let start = Start::Uniform { fan_in: pair[0] };
        let name = |what| format!("{part}.dense{}.{what}", index + 1);
        [
            Parameter { name: name("weight"), shape: pair.to_vec(), start, order: Order::Plain },
            Parameter { name: name("bias"), shape: vec![pair[1]], start, order: Order::Plain },
        ]
    };
    sizes.windows(2).enumerate().flat_map(layer).collect()
}

impl Autoencoder for DenseAutoencoder {
    fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    fn parameters_mut(&mut self) -> &mut Parameters {
        &mut self.parameters
    }

    fn sample_shape(&self) -> Vec<i64> {
        vec![self.layout.features]
    }

    fn explicit_gradient(&self, x: &Tensor) -> Option<(Tensor, Tensor)> {
        Some(self.backpropagate(x))
    }

    fn encode(&self, x: &Tensor) -> Tensor {
        self.layers(x, 0)
    }

    fn decode(&self, z: &Tensor) -> Tensor {
        self.layers(z, 2 * self.depth())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::to_f32;

    fn layout(hidden: Vec<i64>, activation: Activation) -> DenseLayout {
        DenseLayout { features: 2, hidden, latent: 1, activation }
    }

    #[test]
    fn a_linear_network_computes_the_product_by_hand() {
        let mut network = DenseAutoencoder::new(layout(vec![], Activation::Identity), &[0], Device::Cpu).unwrap();
        // encoder weight (2, 3), bias 1; decoder weight (10, 20), bias (0.5, 0.25)
        let flat = Tensor::from_slice(&[2.0f32, 3.0, 1.0, 10.0, 20.0, 0.5, 0.25]).view([1, -1]);
        network.parameters_mut().set_flat(&flat);
        let x = Tensor::from_slice(&[1.0f32, -1.0]).view([1, 1, 2]);
        assert_eq!(to_f32(&network.encode(&x)), [0.0]);
        let x = Tensor::from_slice(&[1.0f32, 1.0]).view([1, 1, 2]);
        assert_eq!(to_f32(&network.reconstruct(&x)), [60.5, 120.25]);
    }

    #[test]
    fn members_do_not_see_each_other() {
        let together = DenseAutoencoder::new(layout(vec![8], Activation::Elu), &[1, 2], Device::Cpu).unwrap();
        let x = Tensor::from_slice(&[0.3f32, -0.7]).view([1, 1, 2]);
        let both = together.reconstruct(&x.expand([2, 1, 2], false));
        for (index, seed) in [1u64, 2].iter().enumerate() {
            let alone = DenseAutoencoder::new(layout(vec![8], Activation::Elu), &[*seed], Device::Cpu).unwrap();
            let difference = (both.get(index as i64) - alone.reconstruct(&x).get(0)).abs().max();
            assert!(f64::try_from(difference).unwrap() < 1e-6);
        }
    }

    #[test]
    fn a_width_below_one_is_refused() {
        for (hidden, latent) in [(vec![-3], 1), (vec![0], 1), (vec![4], 0)] {
            let layout = DenseLayout { features: 2, hidden, latent, activation: Activation::Tanh };
            assert!(matches!(DenseAutoencoder::new(layout, &[0], Device::Cpu), Err(Error::Size { .. })));
        }
    }

    #[test]
    fn the_number_of_weights_is_that_of_the_layers() {
        let network = DenseAutoencoder::new(layout(vec![32, 32], Activation::Elu), &[0], Device::Cpu).unwrap();
        let expected = (2 * 32 + 32) + (32 * 32 + 32) + (32 + 1) + (32 + 32) + (32 * 32 + 32) + (32 * 2 + 2);
        assert_eq!(network.parameters().weights(), expected);
    }
}
