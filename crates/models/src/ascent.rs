//! The largest loss on a manifold: gradient ascent of the reconstruction loss over the samples.
//!
//! A tear is narrow: a grid alone misses its top, so that the worst points of a grid are moved uphill.

use tch::{Kind, Tensor};

use crate::evaluation::{evaluate, highest};
use crate::loss;
use crate::network::Autoencoder;
use crate::numbers::to_f64;

/// Moves points `[members, k, features]` beside a manifold back onto it.
pub type Retraction<'a> = &'a dyn Fn(&Tensor) -> Tensor;

/// A step's growth after the loss has risen.
const GROWTH: f64 = 1.2;
/// A step's change after the loss has not.
const DECAY: f64 = 0.5;
/// Least length that a vector is divided by; its square is still an f32.
const SMALLEST_LENGTH: f64 = 1e-18;

/// The retraction onto the unit sphere: each row of the last dimension, of whatever length, normalised.
pub fn onto_sphere(x: &Tensor) -> Tensor {
    unit(x)
}

/// Moves each point of `starts`, which lie on the manifold, uphill in the mean squared error of its reconstruction.
///
/// A step goes to retraction(x + h g/|g|) with the gradient g. Each point has its own h, from `step` on: halved where
/// the loss does not rise, and the point stays; grown by a factor of 1.2 where it does. No point's loss ever falls.
///
/// # Shapes
/// `starts`: `[members, k, features]`; result the points, of the same shape, and their losses `[members, k]`.
pub fn ascend(
    network: &dyn Autoencoder,
    starts: &Tensor,
    retraction: Retraction<'_>,
    steps: usize,
    step: f64,
) -> (Tensor, Tensor) {
    let mut points = starts.detach().copy();
    let (mut losses, mut gradient) = loss_and_gradient_at(network, &points);
    let mut length = losses.full_like(step).unsqueeze(-1);
    for _ in 0..steps {
        let candidates = tch::no_grad(|| retraction(&(&points + &length * unit(&gradient))));
        let (their_losses, their_gradient) = loss_and_gradient_at(network, &candidates);
        // False for a loss that is not a number: such a candidate is dropped.
        let rises = their_losses.gt_tensor(&losses);
        losses = their_losses.where_self(&rises, &losses);
        let rises = rises.unsqueeze(-1);
        points = candidates.where_self(&rises, &points);
        gradient = their_gradient.where_self(&rises, &gradient);
        length = (&length * GROWTH).where_self(&rises, &(&length * DECAY));
    }
    (points, losses)
}

/// For each member the largest loss found from the `keep` worst points of `grid`, and where: see [`ascend`].
///
/// # Shapes
/// `grid`: `[n, features]`, on the manifold, n of at least 1; `keep` from 1, at most n are taken. Result for each
/// member the loss and the point's `features` coordinates.
pub fn largest_by_ascent(
    network: &dyn Autoencoder,
    grid: &Tensor,
    keep: i64,
    retraction: Retraction<'_>,
    steps: usize,
    step: f64,
) -> Vec<(f64, Vec<f64>)> {
    let starts = highest(grid, &evaluate(network, grid, false).losses, keep).to_device(network.parameters().device());
    let (points, losses) = ascend(network, &starts, retraction, steps, step);
    let best = losses.argmax(1, false);
    (0..network.members())
        .map(|member| {
            let row = best.int64_value(&[member]);
            (losses.double_value(&[member, row]), to_f64(&points.get(member).get(row)))
        })
        .collect()
}

/// Loss of each point, `[members, k]`, and its gradient with respect to the point, `[members, k, features]`.
fn loss_and_gradient_at(network: &dyn Autoencoder, points: &Tensor) -> (Tensor, Tensor) {
    let points = points.detach().set_requires_grad(true);
    let losses = loss::mean_squared_error(&points, &network.reconstruct(&points));
    // Points do not see each other: the gradient of the sum is each point's own.
    let gradients = Tensor::run_backward(&[losses.sum(Kind::Float)], &[&points], false, false);
    (losses.detach(), Tensor::cat(&gradients, 0))
}

/// Each row of the last dimension divided by its length; a row of zeros stays.
fn unit(x: &Tensor) -> Tensor {
    x / x.square().sum_dim_intlist(-1, true, Kind::Float).sqrt().clamp_min(SMALLEST_LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initialisation::Initialisation;
    use crate::network::{Activation, DenseAutoencoder, DenseLayout};
    use crate::numbers::to_f32;
    use tch::Device;

    fn network(hidden: Vec<i64>, activation: Activation, seeds: &[u64]) -> DenseAutoencoder {
        let layout = DenseLayout {
            features: 2,
            hidden,
            latent: 1,
            activation,
            heads: vec![],
            initialisation: Initialisation::Uniform,
        };
        DenseAutoencoder::new(layout, seeds, Device::Cpu).unwrap()
    }

    fn circle(n: i64) -> Tensor {
        let angle = Tensor::arange(n, tch::kind::FLOAT_CPU) * (std::f64::consts::TAU / n as f64);
        Tensor::stack(&[angle.cos(), angle.sin()], 1)
    }

    #[test]
    fn the_largest_loss_on_the_circle_is_that_by_hand() {
        let mut network = network(vec![], Activation::Identity, &[0, 1]);
        // Encoder weight and bias 0, decoder weight 0: every sample is reconstructed as the bias b.
        // The loss |x - b|²/2 is largest opposite b, (1 + |b|)²/2.
        let numbers = [0.0f32, 0.0, 0.0, 0.0, 0.0, 0.3, 0.4, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -1.0];
        network.parameters_mut().set_flat(&Tensor::from_slice(&numbers).view([2, 7]));
        let found = largest_by_ascent(&network, &circle(7), 3, &onto_sphere, 60, 0.05);
        for ((loss, point), (sup, at)) in found.iter().zip([(1.125, [-0.6, -0.8]), (2.0, [0.0, 1.0])]) {
            assert!((loss - sup).abs() < 1e-6, "{loss} instead of {sup}");
            // At a maximum the loss is flat: half of its digits are the point's.
            assert!(point.iter().zip(at).all(|(found, at)| (found - at).abs() < 1e-3), "{point:?}");
        }
    }

    #[test]
    fn no_loss_falls_and_every_point_stays_on_the_manifold() {
        let network = network(vec![16, 16], Activation::Tanh, &[1, 2, 3]);
        let starts = crate::evaluation::shared_by_members(&circle(40), 3);
        let (mut points, mut losses) = ascend(&network, &starts, &onto_sphere, 0, 0.1);
        let before = losses.copy();
        assert_eq!(to_f32(&points), to_f32(&starts));
        for _ in 0..20 {
            let (moved, higher) = ascend(&network, &points, &onto_sphere, 3, 0.1);
            assert!(to_f32(&(&higher - &losses)).iter().all(|&rise| rise >= 0.0));
            (points, losses) = (moved, higher);
        }
        assert!(to_f64(&(losses - before)).iter().sum::<f64>() > 1e-2);
        let lengths = points.square().sum_dim_intlist(-1, false, Kind::Double);
        assert!(to_f64(&lengths).iter().all(|length| (length - 1.0).abs() < 1e-6));
    }

    #[test]
    fn ascent_finds_at_least_the_largest_loss_of_a_fine_grid() {
        let network = network(vec![16, 16], Activation::Tanh, &[1, 2, 3]);
        let fine = evaluate(&network, &circle(20_000), false).losses;
        let found = largest_by_ascent(&network, &circle(40), 5, &onto_sphere, 60, 0.05);
        for (losses, (loss, _)) in fine.iter().zip(found) {
            let largest = f64::from(losses.iter().copied().fold(0.0, f32::max));
            assert!(loss > largest * (1.0 - 1e-5), "{loss} below {largest}");
        }
    }

    #[test]
    fn a_point_with_no_gradient_stays() {
        let mut network = network(vec![], Activation::Identity, &[0]);
        let zeros = network.parameters().flat().zeros_like();
        network.parameters_mut().set_flat(&zeros);
        let starts = Tensor::zeros([1, 1, 2], tch::kind::FLOAT_CPU);
        let (points, losses) = ascend(&network, &starts, &|x| x.shallow_clone(), 5, 0.1);
        assert_eq!((to_f32(&points), to_f32(&losses)), (vec![0.0, 0.0], vec![0.0]));
    }
}
