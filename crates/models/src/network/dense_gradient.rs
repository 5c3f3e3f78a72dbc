//! Loss and gradient of a dense ensemble, written out.
//!
//! The products of a small layer are fast one way round and slow the other: with a narrow result (d_l = 1, two features)
//! the same numbers come five times sooner as the transposed product. Automatic differentiation cannot choose; this can.

use tch::{Kind, Tensor};

use super::{Autoencoder, Backward, DenseAutoencoder, head};

/// Columns up to which a product is faster as the transposed one.
const NARROW: i64 = 8;

/// What the way back needs of the way forward.
struct Forward {
    /// The input of every layer, and the reconstruction.
    inputs: Vec<Tensor>,
    /// The encoder's last layer, before the latent heads.
    encoded: Tensor,
}

impl DenseAutoencoder {
    /// Mean loss of each member over `x`, `[members, n, features]`, and the gradient of their sum, `[members, weights]`.
    ///
    /// None if the activation's derivative cannot be told from its output.
    pub(super) fn backpropagate(&self, x: &Tensor) -> Option<(Tensor, Tensor)> {
        let activation_backward = self.layout().activation.backward()?;
        Some(tch::no_grad(|| {
            let forward = self.forward(x);
            let error = &forward.inputs[2 * self.depth()] - x;
            let losses = error.square().mean_dim([1i64, 2].as_slice(), false, Kind::Float);
            let scale = 2.0 / (x.size()[1] * x.size()[2]) as f64;
            (losses, self.backward(&forward, error * scale, activation_backward))
        }))
    }

    fn forward(&self, x: &Tensor) -> Forward {
        let mut inputs: Vec<Tensor> = Vec::with_capacity(2 * self.depth() + 1);
        let mut encoded = x.shallow_clone();
        inputs.push(x.shallow_clone());
        for layer in 0..2 * self.depth() {
            let z = self.layer(&inputs[layer], layer);
            inputs.push(if layer + 1 == self.depth() {
                encoded = z;
                head::apply(&self.layout().heads, &encoded)
            } else if self.is_linear(layer) {
                z
            } else {
                self.layout().activation.apply(z)
            });
        }
        Forward { inputs, encoded }
    }

    /// A layer without its activation.
    fn layer(&self, input: &Tensor, layer: usize) -> Tensor {
        let (weight, bias) = (self.parameters().view(2 * layer), self.parameters().view(2 * layer + 1).unsqueeze(1));
        if is_plain(input, weight) { bias.baddbmm(input, weight, 1.0, 1.0) } else { product(input, weight) + bias }
    }

    /// Back from the gradient at the reconstruction, `[members, n, features]`.
    fn backward(&self, forward: &Forward, at_reconstruction: Tensor, activation_backward: Backward) -> Tensor {
        let mut rows: Vec<Tensor> = Vec::with_capacity(4 * self.depth());
        let mut gradient = at_reconstruction;
        for layer in (0..2 * self.depth()).rev() {
            let input = &forward.inputs[layer];
            rows.push(gradient.sum_dim_intlist(1, false, Kind::Float));
            rows.push(product(&input.transpose(1, 2), &gradient).reshape([self.members(), -1]));
            if layer > 0 {
                gradient = product(&gradient, &self.parameters().view(2 * layer).transpose(1, 2));
                if layer == self.depth() {
                    gradient = head::backward(&self.layout().heads, &gradient, &forward.encoded);
                } else {
                    gradient = activation_backward(&gradient, input);
                }
            }
        }
        rows.reverse();
        Tensor::cat(&rows, 1)
    }

    /// Whether a layer has no activation: the latent space and the reconstruction.
    fn is_linear(&self, layer: usize) -> bool {
        (layer + 1).is_multiple_of(self.depth())
    }
}

/// Whether a batched product is fast as it stands.
fn is_plain(a: &Tensor, b: &Tensor) -> bool {
    a.size()[2] > 1 && b.size()[2] > NARROW
}

/// `a: [members, m, k]` times `b: [members, k, n]`, one product a member.
fn product(a: &Tensor, b: &Tensor) -> Tensor {
    if a.size()[2] == 1 {
        a * b
    } else if is_plain(a, b) {
        a.bmm(b)
    } else {
        b.transpose(1, 2).bmm(&a.transpose(1, 2)).transpose(1, 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initialisation::Initialisation;
    use crate::loss;
    use crate::network::{Activation, DenseLayout, Head};
    use tch::Device;

    fn assert_as_automatic(layout: DenseLayout) {
        let network = DenseAutoencoder::new(layout.clone(), &[3, 4, 5], Device::Cpu).unwrap();
        let x = crate::parameters::test_numbers(&[3, 20, layout.features]);
        let (losses, gradient) = network.backpropagate(&x).unwrap();
        let expected = loss::mean_squared_error(&x, &network.reconstruct(&x)).mean_dim(1, false, Kind::Float);
        let automatic = network.parameters().gradient(&expected.sum(Kind::Float));
        let scale = f64::try_from(automatic.abs().max()).unwrap();
        let difference = f64::try_from((gradient - automatic).abs().max()).unwrap();
        assert!(difference < 1e-5 * scale, "{layout:?}: {difference} of {scale}");
        assert!(f64::try_from((losses - expected).abs().max()).unwrap() < 1e-6);
    }

    #[test]
    fn the_gradient_is_that_of_automatic_differentiation() {
        let activations = [
            Activation::Elu,
            Activation::Tanh,
            Activation::Relu,
            Activation::LeakyRelu,
            Activation::Softplus,
            Activation::Identity,
        ];
        for (activation, latent) in activations.into_iter().zip([1, 2, 9, 3, 2, 1]) {
            for hidden in [vec![], vec![12], vec![16, 5]] {
                assert_as_automatic(DenseLayout {
                    features: 2 * latent,
                    hidden,
                    latent,
                    activation,
                    heads: vec![],
                    initialisation: Initialisation::Uniform,
                });
            }
        }
    }

    #[test]
    fn the_gradient_through_latent_heads_is_that_of_automatic_differentiation() {
        let (circle, sphere, plane) = (Head::Sphere(1), Head::Sphere(4), Head::ProjectivePlane);
        for heads in [vec![circle], vec![circle, circle, circle], vec![plane], vec![sphere, plane, circle]] {
            for hidden in [vec![], vec![12], vec![16, 5]] {
                let latent = heads.iter().map(|head| head.dimension()).sum();
                let (heads, activation) = (heads.clone(), Activation::Elu);
                assert_as_automatic(DenseLayout {
                    features: 5,
                    hidden,
                    latent,
                    activation,
                    heads,
                    initialisation: Initialisation::Uniform,
                });
            }
        }
    }

    #[test]
    fn gelu_is_left_to_automatic_differentiation() {
        let activation = Activation::Gelu;
        let layout = DenseLayout {
            features: 2,
            hidden: vec![4],
            latent: 1,
            activation,
            heads: vec![],
            initialisation: Initialisation::Uniform,
        };
        let network = DenseAutoencoder::new(layout, &[3], Device::Cpu).unwrap();
        let x = crate::parameters::test_numbers(&[1, 6, 2]);
        assert!(network.explicit_gradient(&x).is_none());
        let (losses, gradient) = crate::training::loss_and_gradient(&network, &x, &loss::Loss::MeanSquared);
        assert!(f64::try_from(losses.get(0)).unwrap() > 0.0);
        assert_eq!(gradient.size(), network.parameters().flat().size());
    }
}
