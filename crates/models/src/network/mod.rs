//! Autoencoders: what they have in common, and each kind in its own file.

mod activation;
mod convolutional;
mod convolutional_layout;
mod dense;
mod dense_gradient;
mod head;

pub use activation::{Activation, Backward};
pub use convolutional::ConvolutionalAutoencoder;
pub use convolutional_layout::{CONVOLUTIONAL_VERSION, ConvolutionalLayout, Layer, Output, Pooling, Precision};
pub use dense::{DENSE_VERSION, DenseAutoencoder, DenseLayout};
pub use head::Head;

use tch::Tensor;

use crate::parameters::Parameters;

/// An autoencoder, or an ensemble of members of one architecture that are trained together.
///
/// Every tensor's first dimension counts the members; a member never sees another one's samples or weights.
pub trait Autoencoder {
    /// The weights of all members.
    fn parameters(&self) -> &Parameters;

    /// The weights of all members, to be changed.
    fn parameters_mut(&mut self) -> &mut Parameters;

    /// Shape of one sample, without members and without the number of samples.
    fn sample_shape(&self) -> Vec<i64>;

    /// Encoder: `x: [members, n, sample shape...]` to the latent space `[members, n, w]`. The width w is the
    /// latent dimension d_l, but where a latent head embeds the latent space (`S1` in two dimensions, say).
    fn encode(&self, x: &Tensor) -> Tensor;

    /// Decoder: `z: [members, n, w]` to `[members, n, sample shape...]`.
    fn decode(&self, z: &Tensor) -> Tensor;

    /// Decoder after encoder: `x: [members, n, sample shape...]` to its reconstruction, of the same shape.
    fn reconstruct(&self, x: &Tensor) -> Tensor {
        self.decode(&self.encode(x))
    }

    /// Mean loss of each member and gradient of their sum, for a network that knows a faster way than automatic
    /// differentiation: `x: [members, n, sample shape...]` to `[members]` and `[members, weights]`.
    fn explicit_gradient(&self, _x: &Tensor) -> Option<(Tensor, Tensor)> {
        None
    }

    /// Samples of a member that go through the network at once in a training step.
    fn microbatch(&self) -> i64 {
        i64::MAX
    }

    /// Number of members.
    fn members(&self) -> i64 {
        self.parameters().members()
    }
}
