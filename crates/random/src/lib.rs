//! Seeded random numbers: one portable generator, addressed by seed, purpose and index.
//!
//! Every random number of the suite comes from [`stream`]: ChaCha with 8 rounds, keyed by a hash of
//! `(seed, purpose, index)`. A stream can be opened anywhere without drawing the ones before it, so
//! epoch 17 of a run is restarted alone, and the numbers are the same on every machine.

use rand::Rng as _;
use rand::seq::SliceRandom;
use sha2::{Digest, Sha256};

/// The generator of the suite: ChaCha with 8 rounds.
pub type Generator = rand_chacha::ChaCha8Rng;

/// Opens the stream of `purpose` (say `"minibatch order"`) number `index` (say the epoch) under `seed`.
///
/// Two streams that differ in any of the three are independent.
pub fn stream(seed: u64, purpose: &str, index: u64) -> Generator {
    let mut hash = Sha256::new();
    hash.update(seed.to_le_bytes());
    hash.update(index.to_le_bytes());
    hash.update(purpose.as_bytes());
    rand::SeedableRng::from_seed(hash.finalize().into())
}

/// A uniformly random order of `0..n`.
pub fn permutation(n: usize, generator: &mut Generator) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    order.shuffle(generator);
    order
}

/// One number uniform in `[low, high)`.
pub fn uniform(low: f64, high: f64, generator: &mut Generator) -> f64 {
    low + (high - low) * generator.random::<f64>()
}

/// One number from the standard normal distribution (Box-Muller, the cosine branch).
pub fn normal(generator: &mut Generator) -> f64 {
    let radius = (-2.0 * (1.0 - generator.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * generator.random::<f64>()).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    // From an independent implementation of SHA-256 and ChaCha8 in Python.
    #[test]
    fn the_numbers_are_the_same_on_every_machine() {
        let mut generator = stream(7, "a purpose", 3);
        let first: Vec<u64> = (0..2).map(|_| generator.random()).collect();
        assert_eq!(first, [15_044_252_545_298_019_564, 1_207_181_941_452_062_463]);
    }

    #[test]
    fn seed_purpose_and_index_each_open_another_stream() {
        let draw = |seed, purpose, index| stream(seed, purpose, index).random::<u64>();
        let base = draw(1, "order", 0);
        assert_ne!(base, draw(2, "order", 0));
        assert_ne!(base, draw(1, "noise", 0));
        assert_ne!(base, draw(1, "order", 1));
        assert_eq!(base, draw(1, "order", 0));
    }

    #[test]
    fn a_permutation_holds_every_index_once() {
        let mut order = permutation(100, &mut stream(1, "order", 0));
        assert_ne!(order, (0..100).collect::<Vec<_>>());
        order.sort_unstable();
        assert_eq!(order, (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn normal_numbers_have_mean_zero_and_variance_one() {
        let mut generator = stream(5, "normal", 0);
        let n = 100_000;
        let draws: Vec<f64> = (0..n).map(|_| normal(&mut generator)).collect();
        let mean = draws.iter().sum::<f64>() / n as f64;
        let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n as f64;
        assert!(mean.abs() < 0.02, "{mean}");
        assert!((variance - 1.0).abs() < 0.02, "{variance}");
    }
}
