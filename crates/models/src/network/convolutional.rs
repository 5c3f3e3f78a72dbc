//! The convolutional autoencoder of jet images.
//!
//! Source: a public re-implementation that says it mostly follows arXiv 2104.09051, section 2.1: encoder conv 10, conv 10,
//! average pool, conv 5, conv 5, dense 400, 100, latent; decoder dense 100, 400, reshape 1 x 20 x 20, conv 5, conv 5,
//! upsample, conv 10, conv 1; kernels 4 x 4, stride 1, "same" padding, PReLU. A linear output is our choice.

use tch::{Device, Tensor};

use super::Autoencoder;
use crate::parameters::{Order, Parameter, Parameters, Start};
use crate::{Error, Result};

/// Height and width of a convolution's kernel.
const KERNEL: i64 = 4;
/// Units of the two dense layers of the encoder.
const DENSE: [i64; 2] = [400, 100];
/// Channels of the four convolutions of the encoder.
const ENCODER: [i64; 4] = [10, 10, 5, 5];
/// Channels of the four convolutions of the decoder.
const DECODER: [i64; 4] = [5, 5, 10, 1];
/// Images that go through the network at once when it is trained on the CPU: as fast as more, in less memory.
const PART: i64 = 100;
/// The slope of a PReLU at the start, PyTorch's default.
const SLOPE: f64 = 0.25;

/// Raised whenever the same seed and sizes would give another network.
pub const CONVOLUTIONAL_VERSION: u32 = 1;

/// Sizes of the convolutional autoencoder.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ConvolutionalLayout {
    /// Pixels along one side of the image, even.
    pub side: i64,
    /// Latent dimension.
    pub latent: i64,
}

/// The convolutional autoencoder; an ensemble of one.
#[derive(Debug)]
pub struct ConvolutionalAutoencoder {
    layout: ConvolutionalLayout,
    parameters: Parameters,
}

/// Layers of the encoder: four convolutions, two dense ones, the latent space.
const ENCODER_LAYERS: usize = 7;
/// All layers; the decoder has two dense ones and four convolutions.
const LAYERS: usize = 13;

impl ConvolutionalAutoencoder {
    /// Builds the network from its seed; weights and biases start uniform in ±1/√fan_in.
    ///
    /// # Errors
    /// [`Error::Size`] if the side is odd or below 2, or the latent dimension below 1.
    pub fn new(layout: ConvolutionalLayout, seed: u64, device: Device) -> Result<Self> {
        if layout.side < 2 || layout.side % 2 != 0 {
            return Err(Error::Size { what: "the side of the image (an even number of pixels)", value: layout.side });
        }
        if layout.latent < 1 {
            return Err(Error::Size { what: "latent", value: layout.latent });
        }
        let parameters = Parameters::new(declare(&layout), &[seed], device);
        Ok(Self { layout, parameters })
    }

    /// Parameter `offset` of a layer (0 weight, 1 bias, 2 slope), without the member dimension.
    fn of_layer(&self, layer: usize, offset: usize) -> Tensor {
        // The latent layer, the last of the encoder, has no slope.
        let first = 3 * layer - usize::from(layer >= ENCODER_LAYERS);
        self.parameters.view(first + offset).squeeze_dim(0)
    }

    /// A convolution of stride 1 that keeps the image's size, and its PReLU but for the output layer.
    fn convolve(&self, x: &Tensor, layer: usize) -> Tensor {
        // "Same" padding of an even kernel: one pixel before, two after, as PyTorch does it.
        let padded = x.constant_pad_nd([1, 2, 1, 2]);
        let bias = self.of_layer(layer, 1);
        let x = padded.conv2d(&self.of_layer(layer, 0), Some(&bias), [1, 1], [0, 0], [1, 1], 1);
        if layer + 1 == LAYERS { x } else { x.prelu(&self.of_layer(layer, 2)) }
    }

    /// A dense layer, and its PReLU but for the latent layer.
    fn dense(&self, x: &Tensor, layer: usize) -> Tensor {
        let bias = self.of_layer(layer, 1);
        let x = x.linear(&self.of_layer(layer, 0), Some(&bias));
        if layer + 1 == ENCODER_LAYERS { x } else { x.prelu(&self.of_layer(layer, 2)) }
    }
}

/// The parameters of all layers, in order.
fn declare(layout: &ConvolutionalLayout) -> Vec<Parameter> {
    let half = layout.side / 2;
    let dense = [ENCODER[3] * half * half, DENSE[0], DENSE[1], layout.latent];
    let back = [layout.latent, DENSE[1], half * half];
    let mut declared = Vec::new();
    let mut channels = 1;
    for (index, &next) in ENCODER.iter().enumerate() {
        convolution(&mut declared, &format!("encoder.conv{}", index + 1), [channels, next], true);
        channels = next;
    }
    for (index, pair) in dense.windows(2).enumerate() {
        dense_layer(&mut declared, &format!("encoder.dense{}", index + 1), [pair[0], pair[1]], index < 2);
    }
    for (index, pair) in back.windows(2).enumerate() {
        dense_layer(&mut declared, &format!("decoder.dense{}", index + 1), [pair[0], pair[1]], true);
    }
    channels = 1;
    for (index, &next) in DECODER.iter().enumerate() {
        convolution(&mut declared, &format!("decoder.conv{}", index + 1), [channels, next], index < 3);
        channels = next;
    }
    declared
}

/// Declares a convolution's weight `[out, in, 4, 4]`, bias and slope.
fn convolution(declared: &mut Vec<Parameter>, name: &str, [input, output]: [i64; 2], slope: bool) {
    let start = Start::Uniform { fan_in: input * KERNEL * KERNEL };
    let shape = vec![output, input, KERNEL, KERNEL];
    declared.push(Parameter { name: format!("{name}.weight"), shape, start, order: Order::ChannelsLast });
    bias_and_slope(declared, name, output, start, slope);
}

/// Declares a dense layer's weight `[out, in]`, bias and slope.
fn dense_layer(declared: &mut Vec<Parameter>, name: &str, [input, output]: [i64; 2], slope: bool) {
    let start = Start::Uniform { fan_in: input };
    let shape = vec![output, input];
    declared.push(Parameter { name: format!("{name}.weight"), shape, start, order: Order::Plain });
    bias_and_slope(declared, name, output, start, slope);
}

fn bias_and_slope(declared: &mut Vec<Parameter>, name: &str, output: i64, start: Start, slope: bool) {
    declared.push(Parameter { name: format!("{name}.bias"), shape: vec![output], start, order: Order::Plain });
    if slope {
        let start = Start::Constant(SLOPE);
        declared.push(Parameter { name: format!("{name}.slope"), shape: vec![1], start, order: Order::Plain });
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
        let mut x = x.reshape([samples, side, side, 1]).permute([0, 3, 1, 2]);
        for layer in 0..4 {
            x = self.convolve(&x, layer);
            if layer == 1 {
                x = x.avg_pool2d([2, 2], [2, 2], [0, 0], false, true, None::<i64>);
            }
        }
        let flat = x.permute([0, 2, 3, 1]).reshape([samples, -1]);
        (4..ENCODER_LAYERS).fold(flat, |x, layer| self.dense(&x, layer)).unsqueeze(0)
    }

    fn decode(&self, z: &Tensor) -> Tensor {
        let half = self.layout.side / 2;
        let x = (7..9).fold(z.squeeze_dim(0), |x, layer| self.dense(&x, layer));
        let mut x = x.view([-1, half, half, 1]).permute([0, 3, 1, 2]);
        for layer in 9..LAYERS {
            if layer == 11 {
                x = x.upsample_nearest2d([2 * half, 2 * half], None, None);
            }
            x = self.convolve(&x, layer);
        }
        x.unsqueeze(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network() -> ConvolutionalAutoencoder {
        ConvolutionalAutoencoder::new(ConvolutionalLayout { side: 40, latent: 32 }, 1, Device::Cpu).unwrap()
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
    }

    #[test]
    fn a_convolution_is_that_of_plain_memory_order() {
        let network = network();
        let x = crate::parameters::test_numbers(&[2, 10, 8, 8]);
        let plain = |offset| network.of_layer(1, offset).contiguous();
        let expected = x.conv2d_padding(&plain(0), Some(&plain(1)), [1, 1], "same", [1, 1], 1).prelu(&plain(2));
        let difference = f64::try_from((network.convolve(&x, 1) - expected).abs().max()).unwrap();
        assert!(difference < 1e-6, "{difference}");
    }

    #[test]
    fn an_odd_side_or_an_empty_latent_space_is_refused() {
        for (side, latent) in [(39, 32), (0, 32), (40, 0), (40, -1)] {
            let layout = ConvolutionalLayout { side, latent };
            assert!(matches!(ConvolutionalAutoencoder::new(layout, 1, Device::Cpu), Err(Error::Size { .. })));
        }
    }
}
