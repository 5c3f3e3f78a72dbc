//! How the weights of a network start: the distribution of each layer, and what it makes of a signal.

#![allow(clippy::unwrap_used)]

use models::network::{Autoencoder, ConvolutionalAutoencoder, ConvolutionalLayout, DenseAutoencoder, DenseLayout};
use models::numbers::to_f32;
use tch::Device;

/// A dense layout as a run's folder keeps it.
fn dense_layout(written: &str) -> DenseLayout {
    serde_json::from_str(written).unwrap()
}

/// All weights of a network and their SHA-256, member by member in the order of memory.
fn block(network: &dyn Autoencoder) -> (Vec<f32>, String) {
    let numbers = to_f32(network.parameters().flat());
    let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    (numbers, files::Digest::of(&bytes).sha256)
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
