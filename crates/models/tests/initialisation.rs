//! How the weights of a network start: the distribution of each layer, and what it makes of a signal.

#![allow(clippy::unwrap_used)]

use models::initialisation::Initialisation;
use models::network::{
    Activation, Autoencoder, ConvolutionalAutoencoder, ConvolutionalLayout, DenseAutoencoder, DenseLayout, Output,
};
use models::numbers::{to_f32, to_f64};
use tch::{Device, Kind, Tensor};

/// Those that fit the activation.
const FITTED: [Initialisation; 3] = [Initialisation::Glorot, Initialisation::He, Initialisation::Orthogonal];
/// Standard errors within which a mean or a variance must lie.
const ERRORS: f64 = 5.0;

/// A dense layout as a run's folder keeps it.
fn dense_layout(written: &str) -> DenseLayout {
    serde_json::from_str(written).unwrap()
}

fn dense(initialisation: Initialisation, activation: Activation, seeds: &[u64]) -> DenseAutoencoder {
    let hidden = vec![60, 30];
    let layout = DenseLayout { features: 90, hidden, latent: 20, activation, heads: vec![], initialisation };
    DenseAutoencoder::new(layout, seeds, Device::Cpu).unwrap()
}

fn convolutional(initialisation: Initialisation, output: Output) -> ConvolutionalAutoencoder {
    let layout = ConvolutionalLayout { initialisation, output, ..ConvolutionalLayout::new(40, 32) };
    ConvolutionalAutoencoder::new(layout, 5, Device::Cpu).unwrap()
}

/// All weights of a network and their SHA-256, member by member in the order of memory.
fn block(network: &dyn Autoencoder) -> (Vec<f32>, String) {
    let numbers = to_f32(network.parameters().flat());
    let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    (numbers, files::Digest::of(&bytes).sha256)
}

/// The parameter of that name of the first member.
fn parameter(network: &dyn Autoencoder, name: &str) -> Tensor {
    let named = network.parameters().named();
    named.iter().find(|(found, _)| found == name).unwrap().1.get(0)
}

/// Squares of the gains of PReLU at its starting slope 1/4, of tanh, and of a linear layer.
const PRELU: f64 = 32.0 / 17.0;
const TANH: f64 = 25.0 / 9.0;
const LINEAR: f64 = 1.0;

/// Layers of the jets' network with fan_in, fan_out and the gain's square, by hand.
const CONVOLUTIONAL: [(&str, [f64; 2], f64); 7] = [
    ("encoder.conv2", [160.0, 160.0], PRELU),
    ("encoder.conv3", [160.0, 80.0], PRELU),
    ("decoder.conv3", [80.0, 160.0], PRELU),
    ("decoder.conv4", [160.0, 16.0], LINEAR),
    ("encoder.dense1", [2000.0, 400.0], PRELU),
    ("encoder.dense3", [100.0, 32.0], LINEAR),
    ("decoder.dense1", [32.0, 100.0], PRELU),
];
/// The same of the dense network.
const DENSE: [(&str, [f64; 2], f64); 4] = [
    ("encoder.dense1", [90.0, 60.0], TANH),
    ("encoder.dense3", [30.0, 20.0], LINEAR),
    ("decoder.dense1", [20.0, 30.0], TANH),
    ("decoder.dense3", [60.0, 90.0], LINEAR),
];

/// Every layer above of both networks: its name, weight and bias, fans and the gain's square.
fn layers(initialisation: Initialisation) -> Vec<(&'static str, [Tensor; 2], [f64; 2], f64)> {
    let of = |network: &dyn Autoencoder, listed: &[(&'static str, [f64; 2], f64)]| {
        let layer = |&(name, fans, square): &(&'static str, [f64; 2], f64)| {
            let numbers = ["weight", "bias"].map(|what| parameter(network, &format!("{name}.{what}")));
            (name, numbers, fans, square)
        };
        listed.iter().map(layer).collect::<Vec<_>>()
    };
    let convolutional = convolutional(initialisation, Output::Linear);
    let dense = dense(initialisation, Activation::Tanh, &[5]);
    [of(&convolutional, &CONVOLUTIONAL), of(&dense, &DENSE)].into_iter().flatten().collect()
}

/// Mean 0 and this variance, to a few standard errors (for a variance those of normal numbers, which uniform ones are below).
fn assert_moments(name: &str, numbers: &[f64], variance: f64) {
    let n = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / n;
    let found = numbers.iter().map(|x| x * x).sum::<f64>() / n;
    assert!(mean.abs() < ERRORS * (variance / n).sqrt(), "{name}: mean {mean}");
    assert!((found / variance - 1.0).abs() < ERRORS * (2.0 / n).sqrt(), "{name}: variance {found}, not {variance}");
}

/// Within the bound, and close to it.
fn assert_range(name: &str, numbers: &[f64], bound: f64) {
    let largest = numbers.iter().fold(0.0f64, |largest, x| largest.max(x.abs()));
    // The cast to f32 may round the bound up.
    assert!(largest <= bound * (1.0 + 1e-7) && largest > 0.9 * bound, "{name}: {largest} of {bound}");
}

// From an independent implementation of SHA-256 and ChaCha8 in Python.
#[test]
fn networks_that_name_no_initialisation_start_as_they_always_did() {
    let layout = dense_layout(r#"{"features":3,"hidden":[16,8],"latent":2,"activation":"elu"}"#);
    let (numbers, digest) = block(&DenseAutoencoder::new(layout, &[0, 7], Device::Cpu).unwrap());
    assert_eq!(numbers[..4], [-0.51256937, -0.30629358, -0.24121968, 0.4686343]);
    assert_eq!(digest, "4febadfdb4e2acb31404efebdde5e476aaff4bd002a8fa416c5053a3dd9cf7e9");
    let layout = ConvolutionalLayout::new(40, 32);
    let (numbers, digest) = block(&ConvolutionalAutoencoder::new(layout, 5, Device::Cpu).unwrap());
    assert_eq!(numbers[..4], [0.24658172, -0.033611216, -0.15092972, 0.045906886]);
    assert_eq!(digest, "5c79c1fb3f7a20b0d80122a8d66dc3c6df10144ef1b39bebd7a8559e16b1c133");
}

#[test]
fn uniform_weights_and_biases_fill_one_over_root_fan_in() {
    for (name, [weight, bias], [fan_in, _], _) in layers(Initialisation::Uniform) {
        assert_moments(name, &to_f64(&weight), 1.0 / (3.0 * fan_in));
        assert_range(name, &to_f64(&weight), 1.0 / fan_in.sqrt());
        let largest = f64::try_from(bias.abs().max()).unwrap();
        assert!(largest > 0.0 && largest <= 1.0 / fan_in.sqrt(), "{name}: bias {largest}");
    }
}

#[test]
fn glorot_weights_fill_their_range_and_have_its_variance() {
    for (name, [weight, _], [fan_in, fan_out], square) in layers(Initialisation::Glorot) {
        let variance = 2.0 * square / (fan_in + fan_out);
        assert_moments(name, &to_f64(&weight), variance);
        assert_range(name, &to_f64(&weight), (3.0 * variance).sqrt());
    }
}

#[test]
fn he_weights_are_normal_with_the_variance_of_their_inputs() {
    for (name, [weight, _], [fan_in, _], square) in layers(Initialisation::He) {
        let numbers = to_f64(&weight);
        assert_moments(name, &numbers, square / fan_in);
        // A normal number lies within one standard deviation with probability 0.6827.
        let (n, deviation) = (numbers.len() as f64, (square / fan_in).sqrt());
        let within = numbers.iter().filter(|x| x.abs() < deviation).count() as f64 / n;
        assert!((within - 0.6827).abs() < ERRORS * (0.6827 * 0.3173 / n).sqrt(), "{name}: {within}");
    }
}

#[test]
fn orthogonal_weights_have_orthonormal_rows_or_columns_times_the_gain() {
    for (name, [weight, _], _, square) in layers(Initialisation::Orthogonal) {
        let matrix = weight.to_kind(Kind::Double).flatten(1, -1);
        let (rows, columns) = matrix.size2().unwrap();
        let product = if rows < columns { matrix.matmul(&matrix.tr()) } else { matrix.tr().matmul(&matrix) };
        let identity = Tensor::eye(rows.min(columns), (Kind::Double, Device::Cpu));
        let difference = f64::try_from((product - identity * square).abs().max()).unwrap();
        assert!(difference < 1e-5, "{name}: {difference}");
    }
}

#[test]
fn biases_start_at_zero_but_for_uniform_and_slopes_at_a_quarter() {
    for initialisation in FITTED {
        for (name, [_, bias], _, _) in layers(initialisation) {
            assert_eq!(f64::try_from(bias.abs().max()).unwrap(), 0.0, "{name}");
        }
        let network = convolutional(initialisation, Output::Linear);
        assert_eq!(to_f32(&parameter(&network, "decoder.conv3.slope")), [0.25]);
    }
}

#[test]
fn an_activation_after_the_output_enters_its_gain() {
    let output = |output| to_f64(&parameter(&convolutional(Initialisation::He, output), "decoder.conv4.weight"));
    let linear = output(Output::Linear);
    for (with, gain) in [(Output::Relu, 2.0f64.sqrt()), (Output::Sigmoid, 1.0), (Output::Softmax, 1.0)] {
        for (found, linear) in output(with).iter().zip(&linear) {
            assert!((found - gain * linear).abs() < 1e-6, "{with:?}");
        }
    }
}

#[test]
fn a_member_starts_the_same_alone_or_together_whatever_the_initialisation() {
    for initialisation in FITTED {
        let start = |seeds: &[u64]| dense(initialisation, Activation::Elu, seeds).parameters().flat().copy();
        let together = start(&[4, 5, 6]);
        assert_eq!(to_f32(&together.get(1)), to_f32(&start(&[5]).get(0)), "{initialisation:?}");
        assert_ne!(to_f32(&together.get(0)), to_f32(&together.get(1)), "{initialisation:?}");
    }
}

#[test]
fn a_layout_is_written_without_the_uniform_start_and_with_any_other() {
    let dense = r#"{"features":3,"hidden":[4],"latent":2,"activation":"elu"}"#;
    assert_eq!(serde_json::to_string(&dense_layout(dense)).unwrap(), dense);
    let other = DenseLayout { initialisation: Initialisation::Orthogonal, ..dense_layout(dense) };
    let written = serde_json::to_string(&other).unwrap();
    assert_eq!(written, dense.replace('}', r#","initialisation":"orthogonal"}"#));
    assert_eq!(dense_layout(&written), other);
    let jets = concat!(
        r#"{"side":40,"latent":32,"filters":[10,10,5,5],"kernel":4,"dense":[400,100],"pooling":"average","#,
        r#""output":"linear","precision":"f32"}"#
    );
    let layout = ConvolutionalLayout::new(40, 32);
    assert_eq!(serde_json::to_string(&layout).unwrap(), jets);
    assert_eq!(serde_json::from_str::<ConvolutionalLayout>(jets).unwrap(), layout);
    let he = ConvolutionalLayout { initialisation: Initialisation::He, ..layout };
    assert_eq!(serde_json::to_string(&he).unwrap(), jets.replace('}', r#","initialisation":"he"}"#));
}

/// How much samples differ: the root of the mean over a sample's numbers of their variance over the samples of `[1, n, ...]`.
fn spread(x: &Tensor) -> f64 {
    let x = x.get(0).flatten(1, -1).to_kind(Kind::Double);
    f64::try_from(x.var_dim([0i64].as_slice(), true, false).mean(Kind::Double)).unwrap().sqrt()
}

/// The smallest and the largest spread of the jets' network's reconstructions of a few sparse images, relative to that of
/// the images, of three seeds.
fn relative_spread(initialisation: Initialisation) -> [f64; 2] {
    let mut generator = random::stream(1, "test images", 0);
    let mut pixel = || {
        let [light, chance] = [random::normal(&mut generator), random::uniform(0.0, 1.0, &mut generator)];
        if chance < 0.03 { light.abs() as f32 } else { 0.0 }
    };
    let pixels: Vec<f32> = (0..20 * 1600).map(|_| pixel()).collect();
    let x = Tensor::from_slice(&pixels).view([1, 20, 1, 40, 40]);
    let of_seed = |seed| {
        let layout = ConvolutionalLayout { initialisation, ..ConvolutionalLayout::new(40, 32) };
        let network = ConvolutionalAutoencoder::new(layout, seed, Device::Cpu).unwrap();
        tch::no_grad(|| spread(&network.reconstruct(&x))) / spread(&x)
    };
    let spreads = [0, 1, 2].map(of_seed);
    [spreads.into_iter().fold(f64::MAX, f64::min), spreads.into_iter().fold(0.0, f64::max)]
}

// By hand: a PReLU of slope 1/4 passes on 17/32 of E[x²], and `Uniform` weights 1/3: the 13 layers and 11 PReLUs leave
// √((1/3)¹³ (17/32)¹¹) = 2e-5, and 3e-6 to 2e-5 were measured. With gains these factors make 1 in all, and the pool, the zeros
// beyond an image's edge and what all samples come to share leave 0.14 to 0.26. `Orthogonal` weights keep a vector's length,
// so that the decoder's layers from 32 to 100 and 400 units take another √(32/400) = 0.28: 0.05 to 0.08.
#[test]
fn images_reach_the_output_of_the_jets_network_but_for_the_uniform_start() {
    let [least, most] = relative_spread(Initialisation::He);
    assert!(least > 0.08 && most < 1.0, "he: {least} to {most}");
    let [least, most] = relative_spread(Initialisation::Orthogonal);
    assert!(least > 0.025 && most < 0.3, "orthogonal: {least} to {most}");
    let [_, most] = relative_spread(Initialisation::Uniform);
    assert!(most < 1e-4, "uniform: {most}");
}
