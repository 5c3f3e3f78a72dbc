//! A trained network applied to many samples, a chunk at a time.

use tch::{Kind, Tensor};

use crate::loss::Loss;
use crate::network::Autoencoder;
use crate::numbers::to_f32;

/// Samples that go through the network at once.
const CHUNK: i64 = 1000;

/// What a network makes of a set of samples.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// Loss of each sample, one row a member.
    pub losses: Vec<Vec<f32>>,
    /// Latent coordinates, one row a member, `n * w` numbers row-major; see [`Autoencoder::encode`] for w.
    pub latent: Vec<Vec<f32>>,
    /// Reconstructions, one row a member, `n * entries` numbers row-major; empty unless asked for.
    pub reconstructions: Vec<Vec<f32>>,
}

/// Mean squared error and latent coordinates of each of `samples`, `[n, sample shape...]`, for each member.
///
/// `reconstructions` says whether the reconstructed samples are kept too.
pub fn evaluate(network: &dyn Autoencoder, samples: &Tensor, reconstructions: bool) -> Evaluation {
    evaluate_with(network, samples, &Loss::MeanSquared, reconstructions)
}

/// As [`evaluate`], with another loss.
pub fn evaluate_with(network: &dyn Autoencoder, samples: &Tensor, loss: &Loss, reconstructions: bool) -> Evaluation {
    let members = usize::try_from(network.members()).unwrap_or(0);
    let empty = || vec![Vec::new(); members];
    let mut result = Evaluation { losses: empty(), latent: empty(), reconstructions: empty() };
    let device = network.parameters().device();
    tch::no_grad(|| {
        for chunk in samples.split(CHUNK, 0) {
            let x = shared_by_members(&chunk.to_device(device), network.members());
            let z = network.encode(&x);
            let y = network.decode(&z);
            append(&mut result.losses, &loss.of(&x, &y));
            append(&mut result.latent, &z);
            if reconstructions {
                append(&mut result.reconstructions, &y);
            }
        }
    });
    result
}

/// `score` of each of `samples`, `[n, sample shape...]`, and its reconstruction, for each member: n numbers a member.
///
/// `score` takes both as `[members, n, sample shape...]` and gives `[members, n]`.
pub fn scores(
    network: &dyn Autoencoder,
    samples: &Tensor,
    score: &dyn Fn(&Tensor, &Tensor) -> Tensor,
) -> Vec<Vec<f32>> {
    let mut result = vec![Vec::new(); usize::try_from(network.members()).unwrap_or(0)];
    let device = network.parameters().device();
    tch::no_grad(|| {
        for chunk in samples.split(CHUNK, 0) {
            let x = shared_by_members(&chunk.to_device(device), network.members());
            append(&mut result, &score(&x, &network.reconstruct(&x)));
        }
    });
    result
}

/// For each member the `keep` of `samples`, `[n, sample shape...]` with n of at least 1, whose scores are highest, the
/// highest first: `[members, keep, sample shape...]` on the samples' device. `keep` is brought into 1 to n.
///
/// `scores` holds n numbers a member.
pub fn highest(samples: &Tensor, scores: &[Vec<f32>], keep: i64) -> Tensor {
    let keep = keep.clamp(1, samples.size()[0].max(1));
    let of_member = |scores: &Vec<f32>| {
        let (_, rows) = Tensor::from_slice(scores).topk(keep, 0, true, true);
        samples.index_select(0, &rows.to_device(samples.device()))
    };
    Tensor::stack(&scores.iter().map(of_member).collect::<Vec<_>>(), 0)
}

/// Mean loss of each member over `samples`; a tensor `[members]` in f64 on the network's device.
///
/// # Shapes
/// `samples`: `[n, sample shape...]`, the same for all members, or each member's own, `[members, n, sample shape...]`.
pub fn mean_loss(network: &dyn Autoencoder, samples: &Tensor, loss: &Loss) -> Tensor {
    let own = are_own(network, samples);
    let dimension = usize::from(own);
    tch::no_grad(|| {
        let chunks: Vec<Tensor> = samples
            .split(CHUNK, i64::from(own))
            .iter()
            .map(|chunk| {
                let x = if own { chunk.shallow_clone() } else { shared_by_members(chunk, network.members()) };
                loss.of(&x, &network.reconstruct(&x)).sum_dim_intlist(1, false, Kind::Double)
            })
            .collect();
        Tensor::stack(&chunks, 0).sum_dim_intlist(0, false, Kind::Double) / samples.size()[dimension] as f64
    })
}

/// Whether `samples` are each member's own, `[members, n, sample shape...]`, and not `[n, sample shape...]` for all.
pub fn are_own(network: &dyn Autoencoder, samples: &Tensor) -> bool {
    samples.dim() == network.sample_shape().len() + 2
}

/// The samples as every member sees them: `[n, ...]` to `[members, n, ...]`, without a copy.
pub fn shared_by_members(samples: &Tensor, members: i64) -> Tensor {
    let shape = [&[members], samples.size().as_slice()].concat();
    samples.unsqueeze(0).expand(shape, false)
}

fn append(rows: &mut [Vec<f32>], values: &Tensor) {
    for (index, row) in rows.iter_mut().enumerate() {
        row.extend(to_f32(&values.get(i64::try_from(index).unwrap_or(0))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initialisation::Initialisation;
    use crate::network::{Activation, DenseAutoencoder, DenseLayout};

    fn network() -> DenseAutoencoder {
        let layout = DenseLayout {
            features: 3,
            hidden: vec![4],
            latent: 2,
            activation: Activation::Elu,
            heads: vec![],
            initialisation: Initialisation::Uniform,
        };
        DenseAutoencoder::new(layout, &[1, 2], tch::Device::Cpu).unwrap()
    }

    #[test]
    fn the_mean_loss_over_own_samples_is_that_of_each_members_alone() {
        let network = network();
        let samples = crate::parameters::test_numbers(&[2, 1700, 3]);
        let own = Vec::<f64>::try_from(&mean_loss(&network, &samples, &Loss::MeanSquared)).unwrap();
        for member in 0..2 {
            let shared = mean_loss(&network, &samples.get(member), &Loss::MeanSquared);
            let expected = shared.double_value(&[member]);
            let other = shared.double_value(&[1 - member]);
            let found = own[usize::try_from(member).unwrap()];
            assert!((found - expected).abs() < 1e-9 && (found - other).abs() > 1e-4, "{found}, {expected}, {other}");
        }
    }

    #[test]
    fn the_samples_of_the_highest_scores_come_first_and_no_more_than_there_are() {
        let samples = Tensor::from_slice(&[10.0f32, 11.0, 12.0]).view([3, 1]);
        let scores = [vec![0.5, 2.0, 1.0], vec![3.0, 1.0, 2.0]];
        assert_eq!(to_f32(&highest(&samples, &scores, 2)), [11.0, 12.0, 10.0, 12.0]);
        assert_eq!(highest(&samples, &scores, 9).size(), [2, 3, 1]);
    }

    #[test]
    fn the_mean_loss_is_the_mean_of_the_samples_losses() {
        let network = network();
        let samples = crate::parameters::test_numbers(&[2500, 3]);
        let each = evaluate(&network, &samples, true);
        let mean = Vec::<f64>::try_from(&mean_loss(&network, &samples, &Loss::MeanSquared)).unwrap();
        for (losses, mean) in each.losses.iter().zip(mean) {
            assert_eq!(losses.len(), 2500);
            let expected = losses.iter().map(|&loss| f64::from(loss)).sum::<f64>() / 2500.0;
            assert!((mean - expected).abs() < 1e-9);
        }
        assert_eq!(each.latent[1].len(), 5000);
        assert_eq!(each.reconstructions[0].len(), 7500);
    }
}
