//! Loss and gradient of a dense ensemble, written out.
//!
//! The products of a small layer are fast one way round and slow the other: with a narrow result (d_l = 1, two features)
//! the same numbers come five times sooner as the transposed product. Automatic differentiation cannot choose; this can.

use tch::{Kind, Tensor};

use super::{Autoencoder, DenseAutoencoder};

/// Columns up to which a product is faster as the transposed one.
const NARROW: i64 = 8;

impl DenseAutoencoder {
    /// Mean loss of each member over `x`, `[members, n, features]`, and the gradient of their sum, `[members, weights]`.
    pub(super) fn backpropagate(&self, x: &Tensor) -> (Tensor, Tensor) {
        tch::no_grad(|| {
            let outputs = self.outputs(x);
            let error = &outputs[outputs.len() - 1] - x;
            let losses = error.square().mean_dim([1i64, 2].as_slice(), false, Kind::Float);
            let scale = 2.0 / (x.size()[1] * x.size()[2]) as f64;
            (losses, self.backward(x, &outputs, error * scale))
        })
    }

    /// The output of every layer, the last one's being the reconstruction.
    fn outputs(&self, x: &Tensor) -> Vec<Tensor> {
        let mut outputs: Vec<Tensor> = Vec::with_capacity(2 * self.depth());
        for layer in 0..2 * self.depth() {
            let input = outputs.last().unwrap_or(x);
            let (weight, bias) =
                (self.parameters().view(2 * layer), self.parameters().view(2 * layer + 1).unsqueeze(1));
            let z = if is_plain(input, weight) {
                bias.baddbmm(input, weight, 1.0, 1.0)
            } else {
                product(input, weight) + bias
            };
            outputs.push(if self.is_linear(layer) { z } else { self.layout().activation.apply(z) });
        }
        outputs
    }

    /// Back from the gradient at the reconstruction, `[members, n, features]`.
    fn backward(&self, x: &Tensor, outputs: &[Tensor], at_reconstruction: Tensor) -> Tensor {
        let members = self.members();
        let mut rows: Vec<Tensor> = Vec::with_capacity(2 * outputs.len());
        let mut gradient = at_reconstruction;
        for layer in (0..outputs.len()).rev() {
            let input = if layer == 0 { x } else { &outputs[layer - 1] };
            rows.push(gradient.sum_dim_intlist(1, false, Kind::Float));
            rows.push(product(&input.transpose(1, 2), &gradient).reshape([members, -1]));
            if layer > 0 {
                gradient = product(&gradient, &self.parameters().view(2 * layer).transpose(1, 2));
                if !self.is_linear(layer - 1) {
                    gradient = self.layout().activation.backward(&gradient, &outputs[layer - 1]);
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
    use crate::loss;
    use crate::network::{Activation, DenseLayout};
    use tch::Device;

    fn assert_as_automatic(layout: DenseLayout) {
        let network = DenseAutoencoder::new(layout.clone(), &[3, 4, 5], Device::Cpu).unwrap();
        let x = crate::parameters::test_numbers(&[3, 20, layout.features]);
        let (losses, gradient) = network.backpropagate(&x);
        let expected = loss::mean_squared_error(&x, &network.reconstruct(&x)).mean_dim(1, false, Kind::Float);
        let automatic = network.parameters().gradient(&expected.sum(Kind::Float));
        let scale = f64::try_from(automatic.abs().max()).unwrap();
        let difference = f64::try_from((gradient - automatic).abs().max()).unwrap();
        assert!(difference < 1e-5 * scale, "{layout:?}: {difference} of {scale}");
        assert!(f64::try_from((losses - expected).abs().max()).unwrap() < 1e-6);
    }

    #[test]
    fn the_gradient_is_that_of_automatic_differentiation() {
        let activations = [Activation::Elu, Activation::Tanh, Activation::Relu, Activation::Identity];
        for (activation, latent) in activations.into_iter().zip([1, 2, 9, 1]) {
            for hidden in [vec![], vec![12], vec![16, 5]] {
                assert_as_automatic(DenseLayout { features: 2 * latent, hidden, latent, activation });
            }
        }
    }
}
