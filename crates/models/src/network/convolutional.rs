//! The convolutional autoencoder of jet images.

use tch::{Device, Kind, Tensor};

use super::{Autoencoder, ConvolutionalLayout, Output, Pooling, Precision};
use crate::Result;
use crate::parameters::Parameters;

/// Images that go through the network at once when it is trained on the CPU: as fast as more, in less memory.
const PART: i64 = 100;
/// Layers of the encoder: four convolutions, two dense ones, the latent space.
const ENCODER_LAYERS: usize = 7;
/// All layers; the decoder has two dense ones and four convolutions.
const LAYERS: usize = 13;

/// The convolutional autoencoder; an ensemble of one.
#[derive(Debug)]
pub struct ConvolutionalAutoencoder {
    layout: ConvolutionalLayout,
    parameters: Parameters,
}

impl ConvolutionalAutoencoder {
    /// Builds the network from its seed; it starts as the layout's [`crate::initialisation::Initialisation`] says.
    ///
    /// # Errors
    /// As [`ConvolutionalLayout::check`].
    pub fn new(layout: ConvolutionalLayout, seed: u64, device: Device) -> Result<Self> {
        layout.check()?;
        let parameters = Parameters::new(layout.declare(), &[seed], device);
        Ok(Self { layout, parameters })
    }

    /// Parameter `offset` of a layer (0 weight, 1 bias, 2 slope), without the member dimension.
    fn of_layer(&self, layer: usize, offset: usize) -> Tensor {
        // The latent layer, the last of the encoder, has no slope.
        let first = 3 * layer - usize::from(layer >= ENCODER_LAYERS);
        self.parameters.view(first + offset).squeeze_dim(0)
    }

    /// The number type of convolutions.
    fn kind(&self) -> Kind {
        match self.layout.precision {
            Precision::F32 => Kind::Float,
            Precision::Bf16 => Kind::BFloat16,
        }
    }

    /// A convolution of stride 1 that keeps the image's size, and its PReLU but for the output layer.
    fn convolve(&self, x: &Tensor, layer: usize) -> Tensor {
        // "Same" padding: of an even kernel one pixel more after than before, as PyTorch does it.
        let (before, after) = ((self.layout.kernel - 1) / 2, self.layout.kernel / 2);
        let padded = x.constant_pad_nd([before, after, before, after]);
        let [weight, bias] = [0, 1].map(|offset| self.of_layer(layer, offset).to_kind(self.kind()));
        let x = padded.conv2d(&weight, Some(&bias), [1, 1], [0, 0], [1, 1], 1);
        if layer + 1 == LAYERS { x } else { x.prelu(&self.of_layer(layer, 2).to_kind(self.kind())) }
    }

    /// A dense layer, and its PReLU but for the latent layer.
    fn dense(&self, x: &Tensor, layer: usize) -> Tensor {
        let bias = self.of_layer(layer, 1);
        let x = x.linear(&self.of_layer(layer, 0), Some(&bias));
        if layer + 1 == ENCODER_LAYERS { x } else { x.prelu(&self.of_layer(layer, 2)) }
    }

    fn pool(&self, x: &Tensor) -> Tensor {
        match self.layout.pooling {
            Pooling::Average => x.avg_pool2d([2, 2], [2, 2], [0, 0], false, true, None::<i64>),
            Pooling::Maximum => x.max_pool2d([2, 2], [2, 2], [0, 0], [1, 1], false),
        }
    }

    /// The function after the last convolution, of `[n, 1, side, side]`.
    fn output(&self, x: Tensor) -> Tensor {
        match self.layout.output {
            Output::Linear => x,
            Output::Relu => x.relu(),
            Output::Sigmoid => x.sigmoid(),
            Output::Softmax => x.flatten(1, -1).softmax(1, Kind::Float).view_as(&x),
        }
    }
}

impl Autoencoder for ConvolutionalAutoencoder {
    fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    fn parameters_mut(&mut self) -> &mut Parameters {
        &mut self.parameters
    }

    fn sample_shape(&self) -> Vec<i64> {
        vec![1, self.layout.side, self.layout.side]
    }

    fn microbatch(&self) -> i64 {
        if self.parameters.device() == Device::Cpu { PART } else { i64::MAX }
    }

    fn encode(&self, x: &Tensor) -> Tensor {
        // One channel: the same memory read as channels-last, which the kernels of the next layers keep.
        let (side, samples) = (self.layout.side, x.size()[1]);
        let mut x = x.reshape([samples, side, side, 1]).permute([0, 3, 1, 2]).to_kind(self.kind());
        for layer in 0..4 {
            x = self.convolve(&x, layer);
            if layer == 1 {
                x = self.pool(&x);
            }
        }
        let flat = x.permute([0, 2, 3, 1]).reshape([samples, -1]).to_kind(Kind::Float);
        (4..ENCODER_LAYERS).fold(flat, |x, layer| self.dense(&x, layer)).unsqueeze(0)
    }

    fn decode(&self, z: &Tensor) -> Tensor {
        let half = self.layout.side / 2;
        let x = (7..9).fold(z.squeeze_dim(0), |x, layer| self.dense(&x, layer));
        let mut x = x.view([-1, half, half, 1]).permute([0, 3, 1, 2]).to_kind(self.kind());
        for layer in 9..LAYERS {
            if layer == 11 {
                x = x.upsample_nearest2d([2 * half, 2 * half], None, None);
            }
            x = self.convolve(&x, layer);
        }
        self.output(x.to_kind(Kind::Float)).unsqueeze(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network() -> ConvolutionalAutoencoder {
        of(ConvolutionalLayout::new(40, 32))
    }

    fn of(layout: ConvolutionalLayout) -> ConvolutionalAutoencoder {
        ConvolutionalAutoencoder::new(layout, 1, Device::Cpu).unwrap()
    }

    fn largest(x: &Tensor) -> f64 {
        f64::try_from(x.abs().max()).unwrap()
    }

    #[test]
    fn the_number_of_weights_is_that_of_the_published_layers() {
        // 892 k quoted for the re-implementation; by hand 891 883 and 11 slopes.
        assert_eq!(network().parameters().weights(), 891_894);
    }

    #[test]
    fn shapes_pass_through_encoder_and_decoder() {
        let x = crate::parameters::test_numbers(&[1, 3, 1, 40, 40]);
        assert_eq!(network().encode(&x).size(), [1, 3, 32]);
        assert_eq!(network().reconstruct(&x).size(), [1, 3, 1, 40, 40]);
        let odd =
            ConvolutionalLayout { kernel: 3, filters: [4, 6, 3, 2], dense: [50, 20], ..ConvolutionalLayout::new(8, 3) };
        let small = crate::parameters::test_numbers(&[1, 5, 1, 8, 8]);
        for pooling in [Pooling::Average, Pooling::Maximum] {
            let network = of(ConvolutionalLayout { pooling, ..odd.clone() });
            assert_eq!(network.reconstruct(&small).size(), [1, 5, 1, 8, 8], "{pooling:?}");
        }
    }

    #[test]
    fn a_convolution_is_that_of_plain_memory_order() {
        let network = network();
        let x = crate::parameters::test_numbers(&[2, 10, 8, 8]);
        let plain = |offset| network.of_layer(1, offset).contiguous();
        let expected = x.conv2d_padding(&plain(0), Some(&plain(1)), [1, 1], "same", [1, 1], 1).prelu(&plain(2));
        let difference = largest(&(network.convolve(&x, 1) - expected));
        assert!(difference < 1e-6, "{difference}");
    }

    #[test]
    fn outputs_are_in_their_range() {
        let x = crate::parameters::test_numbers(&[1, 4, 1, 8, 8]) * 30.0;
        let with = |output| of(ConvolutionalLayout { output, ..ConvolutionalLayout::new(8, 3) }).reconstruct(&x);
        let linear = with(Output::Linear);
        assert!(largest(&(with(Output::Relu) - linear.relu())) < 1e-6);
        assert!(largest(&(with(Output::Sigmoid) - linear.sigmoid())) < 1e-6);
        let sums = with(Output::Softmax).sum_dim_intlist([2, 3, 4].as_slice(), false, Kind::Double);
        assert!(largest(&(sums - 1.0)) < 1e-5);
    }

    #[test]
    fn sixteen_bits_agree_with_thirty_two_to_their_precision() {
        let x = crate::parameters::test_numbers(&[1, 4, 1, 8, 8]);
        let with = |precision| of(ConvolutionalLayout { precision, ..ConvolutionalLayout::new(8, 3) }).reconstruct(&x);
        let expected = with(Precision::F32);
        let found = with(Precision::Bf16);
        assert_eq!(found.kind(), Kind::Float);
        // 8 bits of mantissa, some ten layers.
        assert!(largest(&(found - &expected)) < 0.05 * largest(&expected).max(0.1));
    }
}
