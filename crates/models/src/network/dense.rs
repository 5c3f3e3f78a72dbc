//! Dense autoencoders; all members of an ensemble in one batched product a layer.

use tch::{Device, Tensor};

use super::{Activation, Autoencoder, Head, head};
use crate::initialisation::Initialisation;
use crate::parameters::{Order, Parameter, Parameters};
use crate::{Error, Result};

/// An activation's time, in multiplications of a wide product: what small networks spend most of their time on.
const ACTIVATION: i64 = 40;

/// Raised whenever the same seed and sizes would give another network.
pub const DENSE_VERSION: u32 = 1;

/// Sizes of a dense autoencoder: `features -> hidden... -> latent -> ...hidden -> features`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct DenseLayout {
    /// Numbers in one sample.
    pub features: i64,
    /// Units of the encoder's hidden layers, from the input; the decoder mirrors them. May be empty.
    pub hidden: Vec<i64>,
    /// Latent dimension d_l; with heads, the sum of theirs.
    pub latent: i64,
    /// Activation of the hidden layers; latent and output are linear.
    pub activation: Activation,
    /// The factors of the latent space; empty for R^d_l.
    // Left out where empty: layouts without heads are written, and hashed, as before there were any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub heads: Vec<Head>,
    /// How weights and biases start.
    #[serde(default, skip_serializing_if = "Initialisation::is_uniform")]
    pub initialisation: Initialisation,
}

impl DenseLayout {
    /// Multiplications of one sample's way through the network; a unit's activation counts as [`ACTIVATION`] of them.
    pub fn multiplications(&self) -> f64 {
        let ends = [self.features, self.latent];
        let widths = [&ends[..1], &self.hidden, &ends[1..]].concat();
        let products: i64 = widths.windows(2).map(|pair| pair[0] * pair[1]).sum();
        let units: i64 = self.hidden.iter().sum();
        // The decoder mirrors the encoder.
        2.0 * (products + ACTIVATION * units) as f64
    }
}

impl DenseLayout {
    fn check(&self) -> Result<()> {
        let sizes = [("features", self.features), ("latent", self.latent)];
        let hidden = self.hidden.iter().map(|&units| ("a hidden layer's width", units));
        let heads = self.heads.iter().map(|head| ("a latent head's dimension", head.dimension()));
        match sizes.into_iter().chain(hidden).chain(heads).find(|&(_, value)| value < 1) {
            Some((what, value)) => Err(Error::Size { what, value }),
            None => self.check_heads(),
        }
    }

    fn check_heads(&self) -> Result<()> {
        let dimension = self.heads.iter().map(|head| head.dimension()).sum();
        if self.heads.is_empty() || dimension == self.latent {
            return Ok(());
        }
        let names: Vec<String> = self.heads.iter().map(ToString::to_string).collect();
        Err(Error::LatentDimension { latent: self.latent, heads: names.join(", "), dimension })
    }

    /// Numbers that the decoder sees of one sample: d_l, or what the heads embed the latent space in.
    pub fn latent_width(&self) -> i64 {
        if self.heads.is_empty() { self.latent } else { self.heads.iter().map(|head| head.output_width()).sum() }
    }

    /// The encoder's layer sizes, input and the numbers that the heads take included.
    fn encoder_sizes(&self) -> Vec<i64> {
        let heads = self.heads.iter().map(|head| head.input_width()).sum();
        let output = if self.heads.is_empty() { self.latent } else { heads };
        [&[self.features], self.hidden.as_slice(), &[output]].concat()
    }

    /// The decoder's layer sizes, from the latent space to the features.
    fn decoder_sizes(&self) -> Vec<i64> {
        let hidden: Vec<i64> = self.hidden.iter().rev().copied().collect();
        [&[self.latent_width()], hidden.as_slice(), &[self.features]].concat()
    }

    /// Weight `[in, out]` and bias `[out]` of each layer of one part; the last layer is linear.
    fn declare(&self, part: &str, sizes: &[i64]) -> Vec<Parameter> {
        let layer = |(index, pair): (usize, &[i64])| {
            let name = |what| format!("{part}.dense{}.{what}", index + 1);
            let gain = if index < self.hidden.len() { self.activation.gain() } else { 1.0 };
            let [weight, bias] =
                [self.initialisation.weight([pair[0], pair[1]], gain), self.initialisation.bias(pair[0])];
            [
                Parameter { name: name("weight"), shape: pair.to_vec(), start: weight, order: Order::Plain },
                Parameter { name: name("bias"), shape: vec![pair[1]], start: bias, order: Order::Plain },
            ]
        };
        sizes.windows(2).enumerate().flat_map(layer).collect()
    }
}

/// An ensemble of dense autoencoders, one member a seed.
#[derive(Debug)]
pub struct DenseAutoencoder {
    layout: DenseLayout,
    parameters: Parameters,
}

impl DenseAutoencoder {
    /// Builds the ensemble; each member starts from its own seed as the layout's [`Initialisation`] says.
    ///
    /// # Errors
    /// [`Error::Size`] if a size is below 1 or there is no seed; [`Error::LatentDimension`] if the heads' dimensions do
    /// not add up to `latent`.
    pub fn new(layout: DenseLayout, seeds: &[u64], device: Device) -> Result<Self> {
        layout.check()?;
        if seeds.is_empty() {
            return Err(Error::Size { what: "the number of seeds", value: 0 });
        }
        let declared = [("encoder", layout.encoder_sizes()), ("decoder", layout.decoder_sizes())]
            .iter()
            .flat_map(|(part, sizes)| layout.declare(part, sizes))
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
        self.backpropagate(x)
    }

    fn encode(&self, x: &Tensor) -> Tensor {
        head::apply(&self.layout.heads, &self.layers(x, 0))
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
        DenseLayout {
            features: 2,
            hidden,
            latent: 1,
            activation,
            heads: vec![],
            initialisation: Initialisation::Uniform,
        }
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
            let layout = DenseLayout { latent, ..layout(hidden, Activation::Tanh) };
            assert!(matches!(DenseAutoencoder::new(layout, &[0], Device::Cpu), Err(Error::Size { .. })));
        }
    }

    #[test]
    fn heads_of_another_dimension_than_the_latent_space_are_refused() {
        let with = |heads, latent| {
            let layout = DenseLayout { latent, heads, ..layout(vec![4], Activation::Elu) };
            DenseAutoencoder::new(layout, &[0], Device::Cpu)
        };
        let refused = with(vec![Head::Sphere(1), Head::ProjectivePlane], 2).unwrap_err().to_string();
        assert!(refused.contains("S1, RP2") && refused.contains("latent = 3"), "{refused}");
        assert!(matches!(with(vec![Head::Sphere(0)], 1), Err(Error::Size { .. })));
        assert!(with(vec![Head::Sphere(1), Head::ProjectivePlane], 3).is_ok());
    }

    #[test]
    fn the_decoder_sees_what_the_heads_embed_the_latent_space_in() {
        let heads = vec![Head::Sphere(1), Head::ProjectivePlane];
        let layout = DenseLayout { latent: 3, heads, ..layout(vec![8], Activation::Elu) };
        let network = DenseAutoencoder::new(layout, &[0, 1], Device::Cpu).unwrap();
        // 2 -> 8 -> 2 + 3 numbers; 2 + 4 numbers -> 8 -> 2.
        assert_eq!(network.parameters().weights(), (2 * 8 + 8) + (8 * 5 + 5) + (6 * 8 + 8) + (8 * 2 + 2));
        let x = crate::parameters::test_numbers(&[2, 5, 2]);
        assert_eq!(network.encode(&x).size(), [2, 5, 6]);
        assert_eq!(network.layout().latent_width(), 6);
        assert_eq!(network.reconstruct(&x).size(), [2, 5, 2]);
    }

    #[test]
    fn a_layout_without_heads_is_written_as_before_there_were_any() {
        let written = serde_json::to_string(&layout(vec![32, 32], Activation::Elu)).unwrap();
        assert_eq!(written, r#"{"features":2,"hidden":[32,32],"latent":1,"activation":"elu"}"#);
        assert_eq!(serde_json::from_str::<DenseLayout>(&written).unwrap(), layout(vec![32, 32], Activation::Elu));
        let heads = vec![Head::Sphere(5), Head::ProjectivePlane];
        let with = serde_json::to_string(&DenseLayout { heads, ..layout(vec![], Activation::Elu) }).unwrap();
        assert!(with.ends_with(r#""heads":["S5","RP2"]}"#), "{with}");
    }

    #[test]
    fn the_number_of_weights_is_that_of_the_layers() {
        let network = DenseAutoencoder::new(layout(vec![32, 32], Activation::Elu), &[0], Device::Cpu).unwrap();
        let expected = (2 * 32 + 32) + (32 * 32 + 32) + (32 + 1) + (32 + 32) + (32 * 32 + 32) + (32 * 2 + 2);
        assert_eq!(network.parameters().weights(), expected);
    }
}
