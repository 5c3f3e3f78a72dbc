//! Loss and gradient of one minibatch, a part of it at a time where that is faster.

use tch::{Kind, Tensor};

use crate::loss::Loss;
use crate::network::Autoencoder;

/// Mean loss of each member over the minibatch `x`, `[members, n, sample shape...]`, and the gradient of their sum.
///
/// The sum over members keeps every member's gradient that of its own mean loss. A minibatch larger than the network's
/// [`Autoencoder::microbatch`] goes through in parts whose gradients add up: the same result to rounding, in less
/// memory.
///
/// # Shapes
/// Losses `[members]`; gradient `[members, weights]`.
pub fn loss_and_gradient(network: &dyn Autoencoder, x: &Tensor, loss: &Loss) -> (Tensor, Tensor) {
    if *loss == Loss::MeanSquared
        && let Some(result) = network.explicit_gradient(x)
    {
        return result;
    }
    let samples = x.size()[1];
    let mut sum: Option<(Tensor, Tensor)> = None;
    for part in x.split(network.microbatch().min(samples), 1) {
        let share = part.size()[1] as f64 / samples as f64;
        let losses = loss.of(&part, &network.reconstruct(&part)).mean_dim(1, false, Kind::Float);
        let losses = if share < 1.0 { losses * share } else { losses };
        let gradient = network.parameters().gradient(&losses.sum(Kind::Float));
        let losses = losses.detach();
        sum = Some(match sum {
            None => (losses, gradient),
            Some((mut losses_so_far, mut gradient_so_far)) => {
                (losses_so_far.g_add_(&losses), gradient_so_far.g_add_(&gradient))
            }
        });
    }
    sum.unwrap_or_else(|| {
        let weights = network.parameters().flat().detach();
        (weights.sum_dim_intlist(1, false, Kind::Float).zeros_like(), weights.zeros_like())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Kernel, Shape};
    use crate::network::{ConvolutionalAutoencoder, ConvolutionalLayout};

    fn check(loss: Loss) {
        let network = ConvolutionalAutoencoder::new(ConvolutionalLayout::new(8, 3), 1, tch::Device::Cpu).unwrap();
        let samples = 2 * network.microbatch() + 7;
        let x = Tensor::arange(samples * 64, (Kind::Float, tch::Device::Cpu)).sin().view([1, samples, 1, 8, 8]);
        let (losses, gradient) = loss_and_gradient(&network, &x, &loss);
        let whole = loss.of(&x, &network.reconstruct(&x)).mean_dim(1, false, Kind::Float);
        let expected = network.parameters().gradient(&whole.sum(Kind::Float));
        let scale = f64::try_from(expected.abs().max()).unwrap();
        assert!(f64::try_from((gradient - expected).abs().max()).unwrap() < 1e-5 * scale);
        assert!(f64::try_from((losses - whole).abs().max()).unwrap() < 1e-6);
    }

    #[test]
    fn a_minibatch_in_parts_has_the_loss_and_gradient_of_the_whole() {
        check(Loss::MeanSquared);
        check(Loss::KernelMeanSquared(Kernel { shape: Shape::Gaussian, sigma: 1.0, cutoff: 2 }));
        check(Loss::WeightedMeanSquared { active: 3.0 });
    }
}
