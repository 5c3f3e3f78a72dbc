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

/// Mean loss of each member over `samples`, `[n, sample shape...]`; a tensor `[members]` in f64 on the network's device.
pub fn mean_loss(network: &dyn Autoencoder, samples: &Tensor, loss: &Loss) -> Tensor {
    tch::no_grad(|| {
        let chunks: Vec<Tensor> = samples
            .split(CHUNK, 0)
            .iter()
            .map(|chunk| {
                let x = shared_by_members(chunk, network.members());
                loss.of(&x, &network.reconstruct(&x)).sum_dim_intlist(1, false, Kind::Double)
            })
            .collect();
        Tensor::stack(&chunks, 0).sum_dim_intlist(0, false, Kind::Double) / samples.size()[0] as f64
    })
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

    #[test]
    fn the_mean_loss_is_the_mean_of_the_samples_losses() {
        let layout = DenseLayout {
            features: 3,
            hidden: vec![4],
            latent: 2,
            activation: Activation::Elu,
            heads: vec![],
            initialisation: Initialisation::Uniform,
        };
        let network = DenseAutoencoder::new(layout, &[1, 2], tch::Device::Cpu).unwrap();
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
