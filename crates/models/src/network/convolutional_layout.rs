//! Sizes and options of the convolutional autoencoder of jet images, and its layers as they follow from them.
//!
//! Source of the defaults: a public re-implementation that says it mostly follows arXiv 2104.09051, section 2.1: encoder conv
//! 10, conv 10, average pool, conv 5, conv 5, dense 400, 100, latent; decoder dense 100, 400, reshape 1 x 20 x 20, conv 5, conv
//! 5, upsample, conv 10, conv 1; kernels 4 x 4, stride 1, "same" padding, PReLU. A linear output is our choice.

use serde::{Deserialize, Serialize};

use crate::initialisation::{Initialisation, rectifier_gain};
use crate::parameters::{Order, Parameter, Start};
use crate::{Error, Result};

/// The slope of a PReLU at the start, PyTorch's default.
const SLOPE: f64 = 0.25;

/// Raised whenever the same seed and sizes would give another network.
pub const CONVOLUTIONAL_VERSION: u32 = 1;

/// How the encoder halves the image.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pooling {
    /// Mean of 2 x 2 pixels.
    #[default]
    Average,
    /// Largest of 2 x 2 pixels.
    Maximum,
}

/// The function after the last convolution.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// None.
    #[default]
    Linear,
    /// max(x, 0).
    Relu,
    /// 1 / (1 + exp(-x)).
    Sigmoid,
    /// Softmax over all pixels: they add up to 1.
    Softmax,
}

impl Output {
    /// The factor by which the weights before it start larger: 1 but for ReLU, as PyTorch's `calculate_gain` has it, which
    /// lists none for softmax.
    pub fn gain(self) -> f64 {
        match self {
            Self::Linear | Self::Sigmoid | Self::Softmax => 1.0,
            Self::Relu => rectifier_gain(0.0),
        }
    }
}

/// The numbers that convolutions and their activations are computed with; dense layers, losses and weights stay f32.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// 32 bits.
    #[default]
    F32,
    /// 16 bits with the range of 32: fast on CPUs with AVX512-BF16 or AMX and on GPUs, slow elsewhere.
    Bf16,
}

/// Sizes of the convolutional autoencoder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConvolutionalLayout {
    /// Pixels along one side of the image, even.
    pub side: i64,
    /// Latent dimension.
    pub latent: i64,
    /// Channels of the encoder's four convolutions; the decoder mirrors them and ends in one channel.
    pub filters: [i64; 4],
    /// Height and width of a convolution's kernel.
    pub kernel: i64,
    /// Units of the encoder's two dense layers; the decoder has the second, then one unit for each pixel of its half-size image.
    pub dense: [i64; 2],
    /// How the encoder halves the image.
    pub pooling: Pooling,
    /// The function after the last convolution.
    pub output: Output,
    /// The numbers that convolutions are computed with.
    pub precision: Precision,
    /// How weights and biases start; the gain of a PReLU is that of its slope at the start.
    #[serde(default, skip_serializing_if = "Initialisation::is_uniform")]
    pub initialisation: Initialisation,
}

/// One layer as a figure shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// What it is: "conv 4 × 4", "average pool", "dense", "upsample".
    pub kind: String,
    /// Shape of what it gives: `[channels, height, width]` or `[units]`.
    pub shape: Vec<i64>,
    /// Its weights, biases and slopes.
    pub weights: i64,
}

impl ConvolutionalLayout {
    /// The published network for images of `side` pixels a side, with a latent space of dimension `latent`.
    pub fn new(side: i64, latent: i64) -> Self {
        Self {
            side,
            latent,
            filters: [10, 10, 5, 5],
            kernel: 4,
            dense: [400, 100],
            pooling: Pooling::Average,
            output: Output::Linear,
            precision: Precision::F32,
            initialisation: Initialisation::Uniform,
        }
    }

    /// Checks the sizes.
    ///
    /// # Errors
    /// [`Error::Size`] if the side is odd or below 2, or another size below 1.
    pub fn check(&self) -> Result<()> {
        if self.side < 2 || self.side % 2 != 0 {
            return Err(Error::Size { what: "the side of the image (an even number of pixels)", value: self.side });
        }
        let sizes = [("latent", self.latent), ("kernel", self.kernel)].into_iter();
        let sizes = sizes.chain(self.filters.map(|value| ("filters", value)));
        let mut sizes = sizes.chain(self.dense.map(|value| ("hidden", value)));
        match sizes.find(|&(_, value)| value < 1) {
            Some((what, value)) => Err(Error::Size { what, value }),
            None => Ok(()),
        }
    }

    /// Channels of the decoder's four convolutions.
    pub(super) fn decoder_filters(&self) -> [i64; 4] {
        let [_, second, third, fourth] = self.filters;
        [fourth, third, second, 1]
    }

    /// The parameters of all layers, in order.
    pub(super) fn declare(&self) -> Vec<Parameter> {
        let half = self.side / 2;
        let dense = [self.filters[3] * half * half, self.dense[0], self.dense[1], self.latent];
        let back = [self.latent, self.dense[1], half * half];
        let mut declared = Vec::new();
        let mut channels = 1;
        for (index, &next) in self.filters.iter().enumerate() {
            self.convolution(&mut declared, &format!("encoder.conv{}", index + 1), [channels, next], true);
            channels = next;
        }
        for (index, pair) in dense.windows(2).enumerate() {
            self.dense_layer(&mut declared, &format!("encoder.dense{}", index + 1), [pair[0], pair[1]], index < 2);
        }
        for (index, pair) in back.windows(2).enumerate() {
            self.dense_layer(&mut declared, &format!("decoder.dense{}", index + 1), [pair[0], pair[1]], true);
        }
        channels = 1;
        for (index, &next) in self.decoder_filters().iter().enumerate() {
            self.convolution(&mut declared, &format!("decoder.conv{}", index + 1), [channels, next], index < 3);
            channels = next;
        }
        declared
    }

    /// Declares a convolution's weight `[out, in, kernel, kernel]`, bias and slope.
    fn convolution(&self, declared: &mut Vec<Parameter>, name: &str, [input, output]: [i64; 2], slope: bool) {
        let pixels = self.kernel * self.kernel;
        let fans = [input * pixels, output * pixels];
        let start = self.initialisation.weight(fans, if slope { rectifier_gain(SLOPE) } else { self.output.gain() });
        let shape = vec![output, input, self.kernel, self.kernel];
        declared.push(Parameter { name: format!("{name}.weight"), shape, start, order: Order::ChannelsLast });
        bias_and_slope(declared, name, output, self.initialisation.bias(fans[0]), slope);
    }

    /// Declares a dense layer's weight `[out, in]`, bias and slope.
    fn dense_layer(&self, declared: &mut Vec<Parameter>, name: &str, [input, output]: [i64; 2], slope: bool) {
        let start = self.initialisation.weight([input, output], if slope { rectifier_gain(SLOPE) } else { 1.0 });
        let shape = vec![output, input];
        declared.push(Parameter { name: format!("{name}.weight"), shape, start, order: Order::Plain });
        bias_and_slope(declared, name, output, self.initialisation.bias(input), slope);
    }

    /// Multiplications of one image's way through the network.
    pub fn multiplications(&self) -> f64 {
        let of_layer = |layer: &Layer| match layer.shape.as_slice() {
            // A convolution's weights meet every pixel.
            [_, height, width] => (layer.weights * height * width) as f64,
            _ => layer.weights as f64,
        };
        self.layers().iter().map(of_layer).sum()
    }

    /// The layers from the image to its reconstruction, with what each gives.
    pub fn layers(&self) -> Vec<Layer> {
        let (side, half) = (self.side, self.side / 2);
        let declared = self.declare();
        let weights = |name: String| {
            let of_layer = declared.iter().filter(|parameter| parameter.name.starts_with(&format!("{name}.")));
            of_layer.map(|parameter| parameter.shape.iter().product::<i64>()).sum()
        };
        let convolution = |part: &str, index: usize, channels: i64, side: i64| Layer {
            kind: format!("conv {0} × {0}", self.kernel),
            shape: vec![channels, side, side],
            weights: weights(format!("{part}.conv{index}")),
        };
        let dense = |part: &str, index: usize, units: i64| Layer {
            kind: "dense".to_owned(),
            shape: vec![units],
            weights: weights(format!("{part}.dense{index}")),
        };
        let resized = |kind: &str, channels: i64, side: i64| Layer {
            kind: kind.to_owned(),
            shape: vec![channels, side, side],
            weights: 0,
        };
        let pooling = match self.pooling {
            Pooling::Average => "average pool",
            Pooling::Maximum => "maximum pool",
        };
        let ([a, b, c, d], [e, f, g, h]) = (self.filters, self.decoder_filters());
        let encoder =
            [convolution("encoder", 1, a, side), convolution("encoder", 2, b, side), resized(pooling, b, half)];
        let encoder =
            encoder.into_iter().chain([convolution("encoder", 3, c, half), convolution("encoder", 4, d, half)]);
        let encoder = encoder.chain([
            dense("encoder", 1, self.dense[0]),
            dense("encoder", 2, self.dense[1]),
            dense("encoder", 3, self.latent),
        ]);
        let decoder = [dense("decoder", 1, self.dense[1]), dense("decoder", 2, half * half)].into_iter();
        let decoder = decoder.chain([convolution("decoder", 1, e, half), convolution("decoder", 2, f, half)]);
        let decoder = decoder.chain([resized("upsample", f, side)]);
        encoder.chain(decoder).chain([convolution("decoder", 3, g, side), convolution("decoder", 4, h, side)]).collect()
    }
}

/// Declares a layer's bias, which starts as `start` says, and slope.
fn bias_and_slope(declared: &mut Vec<Parameter>, name: &str, output: i64, start: Start, slope: bool) {
    declared.push(Parameter { name: format!("{name}.bias"), shape: vec![output], start, order: Order::Plain });
    if slope {
        let start = Start::Constant(SLOPE);
        declared.push(Parameter { name: format!("{name}.slope"), shape: vec![1], start, order: Order::Plain });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layers_of_the_published_network_have_all_its_weights() {
        let layers = ConvolutionalLayout::new(40, 32).layers();
        assert_eq!(layers.iter().map(|layer| layer.weights).sum::<i64>(), 891_894);
        assert_eq!(layers.len(), 15);
        // 2000 x 400 weights, 400 biases, 1 slope.
        assert_eq!((layers[5].shape.as_slice(), layers[5].weights), ([400].as_slice(), 800_401));
        assert_eq!(layers[2].shape, [10, 20, 20]);
        assert_eq!(layers[14].shape, [1, 40, 40]);
        // 10 x 4 x 4 weights and a bias: the output has no slope.
        assert_eq!(layers[14].weights, 161);
    }

    #[test]
    fn a_size_below_one_or_an_odd_side_is_refused() {
        let fine = ConvolutionalLayout::new(40, 32);
        assert!(fine.check().is_ok());
        for side in [39, 0, -2] {
            assert!(matches!(ConvolutionalLayout { side, ..fine.clone() }.check(), Err(Error::Size { .. })));
        }
        for latent in [0, -1] {
            assert!(ConvolutionalLayout { latent, ..fine.clone() }.check().is_err());
        }
        assert!(ConvolutionalLayout { filters: [10, 0, 5, 5], ..fine.clone() }.check().is_err());
        assert!(ConvolutionalLayout { kernel: 0, ..fine.clone() }.check().is_err());
        assert!(ConvolutionalLayout { dense: [400, 0], ..fine }.check().is_err());
    }
}
