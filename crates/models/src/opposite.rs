//! Points of the unit sphere that an autoencoder reconstructs at or beyond the centre: x' = -t x with t >= 0.
//!
//! They are the zeros of x' + |x'| x. A tear makes that function steep across it and flat along it, by a factor of some
//! hundred, so that gradient ascent stalls; damped Gauss-Newton steps (Levenberg, Marquardt) do not.

use tch::{Kind, Tensor};

use crate::ascent::onto_sphere;
use crate::evaluation::{highest, scores};
use crate::jacobian::jacobian;
use crate::network::Autoencoder;

/// A step's damping at the start, in the square of the Jacobian's unit, its least value, and its change after a step that
/// has come nearer and after one that has not.
const DAMPING: f64 = 1.0;
const LEAST_DAMPING: f64 = 1e-6;
const NEARER: f64 = 0.3;
const NOT_NEARER: f64 = 5.0;
/// Least length that is divided by.
const SMALLEST_LENGTH: f64 = 1e-12;

/// |x - x'| - |x| - |x'| of each sample, at most 0 and 0 only where x' = -t x with t >= 0, by the triangle inequality.
///
/// # Shapes
/// `x`, `reconstruction`: `[members, n, features]`; result `[members, n]`, in the unit of x.
pub fn defect(x: &Tensor, reconstruction: &Tensor) -> Tensor {
    let of = |vector: &Tensor| length(vector).squeeze_dim(-1);
    of(&(x - reconstruction)) - of(x) - of(reconstruction)
}

/// For each member the points to which [`seek`] moves those `keep` of `grid` whose [`defect`] is nearest to 0, and their
/// reconstructions.
///
/// # Shapes
/// `grid`: `[n, features]`, on the unit sphere, n of at least 1; `keep` is brought into 1 to n. Results
/// `[members, keep, features]`.
pub fn opposites(network: &dyn Autoencoder, grid: &Tensor, keep: i64, steps: usize) -> (Tensor, Tensor) {
    let starts = highest(grid, &scores(network, grid, &defect), keep).to_device(network.parameters().device());
    let points = seek(network, &starts, steps);
    let reconstructions = tch::no_grad(|| network.reconstruct(&points));
    (points, reconstructions)
}

/// Moves each point of `starts`, which lie on the unit sphere, towards one with x' = -t x, t >= 0.
///
/// A step is one of Gauss and Newton for x' + |x'| x along the sphere, damped for each point by itself: less after a step
/// that has come nearer, more after one that has not, and then the point stays.
///
/// # Shapes
/// `starts`: `[members, k, features]`; result the points, of the same shape.
pub fn seek(network: &dyn Autoencoder, starts: &Tensor, steps: usize) -> Tensor {
    let mut points = starts.detach().copy();
    let mut reconstruction = reconstruct(network, &points);
    let mut distance = length(&gap(&points, &reconstruction));
    let mut damping = distance.full_like(DAMPING);
    for _ in 0..steps {
        let step = damped_step(network, &points, &reconstruction, &damping);
        let candidates = onto_sphere(&(points.to_kind(Kind::Double) + step).to_kind(Kind::Float));
        let their_reconstruction = reconstruct(network, &candidates);
        let their_distance = length(&gap(&candidates, &their_reconstruction));
        // False for a distance that is not a number: such a candidate is dropped.
        let nearer = their_distance.lt_tensor(&distance);
        points = candidates.where_self(&nearer, &points);
        reconstruction = their_reconstruction.where_self(&nearer, &reconstruction);
        distance = their_distance.where_self(&nearer, &distance);
        damping = (&damping * NEARER).where_self(&nearer, &(&damping * NOT_NEARER)).clamp_min(LEAST_DAMPING);
    }
    points
}

/// x' in f64.
fn reconstruct(network: &dyn Autoencoder, points: &Tensor) -> Tensor {
    tch::no_grad(|| network.reconstruct(points)).to_kind(Kind::Double)
}

/// x' + |x'| x.
fn gap(points: &Tensor, reconstruction: &Tensor) -> Tensor {
    reconstruction + length(reconstruction) * points.to_kind(Kind::Double)
}

/// The step, `[members, k, features]`, from the points, their reconstructions and dampings, `[members, k, 1]`.
fn damped_step(network: &dyn Autoencoder, points: &Tensor, reconstruction: &Tensor, damping: &Tensor) -> Tensor {
    let column = |vector: &Tensor| vector.to_kind(Kind::Double).unsqueeze(-1);
    let (x, reconstructed) = (column(points), column(reconstruction));
    let size = length(reconstruction).unsqueeze(-1);
    let stretching = jacobian(network, points).to_kind(Kind::Double);
    let identity = Tensor::eye(points.size()[2], (Kind::Double, points.device()));
    // d|x'|/dx is x'ᵀJ/|x'|.
    let of_size = reconstructed.transpose(2, 3).matmul(&stretching) / size.clamp_min(SMALLEST_LENGTH);
    let all = stretching + x.matmul(&of_size) + size * &identity;
    // Along the sphere alone.
    let along = &all - all.matmul(&x).matmul(&x.transpose(2, 3));
    let square = along.transpose(2, 3).matmul(&along) + damping.unsqueeze(-1) * identity;
    let downhill = along.transpose(2, 3).matmul(&column(&gap(points, reconstruction)));
    // Without a check, a matrix that has no inverse gives numbers that are none, and the candidate is dropped.
    let (step, _) = Tensor::linalg_solve_ex(&square, &-downhill, true, false);
    step.squeeze_dim(-1)
}

/// Length of each row of the last dimension, which stays with size 1.
fn length(vectors: &Tensor) -> Tensor {
    vectors.square().sum_dim_intlist(-1, true, vectors.kind()).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initialisation::Initialisation;
    use crate::network::{Activation, DenseAutoencoder, DenseLayout};
    use crate::numbers::to_f64;
    use tch::Device;

    fn network(features: i64, hidden: Vec<i64>, latent: i64, seeds: &[u64]) -> DenseAutoencoder {
        let layout = DenseLayout {
            features,
            hidden,
            latent,
            activation: Activation::Elu,
            heads: vec![],
            initialisation: Initialisation::Uniform,
        };
        DenseAutoencoder::new(layout, seeds, Device::Cpu).unwrap()
    }

    fn circle(n: i64) -> Tensor {
        let angle = Tensor::arange(n, tch::kind::FLOAT_CPU) * (std::f64::consts::TAU / n as f64);
        Tensor::stack(&[angle.cos(), angle.sin()], 1)
    }

    /// Points spread over S² along a spiral.
    fn sphere(n: i64) -> Tensor {
        let index = Tensor::arange(n, tch::kind::FLOAT_CPU) + 0.5;
        let (z, angle) = (&index * (-2.0 / n as f64) + 1.0, index * 2.399_963);
        let radius = (&z.square() * -1.0 + 1.0).sqrt();
        Tensor::stack(&[&radius * angle.cos(), radius * angle.sin(), z], 1)
    }

    #[test]
    fn the_defect_is_that_by_hand() {
        let x = Tensor::from_slice(&[1.0f32, 0.0, 1.0, 0.0, 1.0, 0.0]).view([1, 3, 2]);
        let reconstruction = Tensor::from_slice(&[-0.5f32, 0.0, 1.0, 0.0, 0.0, 1.0]).view([1, 3, 2]);
        let found = to_f64(&defect(&x, &reconstruction));
        for (found, expected) in found.iter().zip([0.0, -2.0, 2f64.sqrt() - 2.0]) {
            assert!((found - expected).abs() < 1e-6, "{found} instead of {expected}");
        }
    }

    #[test]
    fn a_projection_onto_a_line_beside_the_centre_has_its_point_opposite() {
        let mut network = network(2, vec![], 1, &[0]);
        // x' = (x₁, -1/2): x' = -t x where x₁ = -t x₁ and -1/2 = -t x₂, so at x = (0, 1) alone, with t = 1/2.
        let numbers = [1.0f32, 0.0, 0.0, 1.0, 0.0, 0.0, -0.5];
        network.parameters_mut().set_flat(&Tensor::from_slice(&numbers).view([1, 7]));
        let (points, reconstructions) = opposites(&network, &circle(24), 3, 40);
        for row in 0..3 {
            let found = to_f64(&Tensor::cat(&[points.get(0).get(row), reconstructions.get(0).get(row)], 0));
            let near = found.iter().zip([0.0, 1.0, 0.0, -0.5]).all(|(found, at)| (found - at).abs() < 1e-6);
            assert!(near, "{found:?}");
        }
    }

    #[test]
    fn whatever_the_weights_a_latent_space_too_small_has_a_point_opposite() {
        for (features, grid) in [(2, circle(500)), (3, sphere(2000))] {
            let mut network = network(features, vec![16, 16], features - 1, &[1, 2, 3, 4]);
            // Three times the usual weights in each layer: as steep as a trained tear.
            let steep = network.parameters().flat() * 3.0;
            network.parameters_mut().set_flat(&steep);
            let (points, reconstructions) = opposites(&network, &grid, 16, 60);
            let [points, reconstructions] = [points, reconstructions].map(|tensor| tensor.to_kind(Kind::Double));
            let largest = to_f64(&defect(&points, &reconstructions).amax([1], false));
            assert!(largest.iter().all(|&defect| defect > -1e-8), "{largest:?}");
        }
    }

    #[test]
    fn a_latent_space_that_holds_the_sphere_has_no_point_opposite() {
        let mut network = network(2, vec![], 2, &[0]);
        // x' = x.
        let numbers = [1.0f32, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0];
        network.parameters_mut().set_flat(&Tensor::from_slice(&numbers).view([1, 12]));
        let (points, reconstructions) = opposites(&network, &circle(24), 24, 40);
        assert!(to_f64(&defect(&points, &reconstructions)).iter().all(|defect| (defect + 2.0).abs() < 1e-6));
    }

    #[test]
    fn the_points_stay_on_the_sphere() {
        let network = network(3, vec![8], 2, &[5]);
        let (points, _) = opposites(&network, &sphere(50), 50, 10);
        assert!(to_f64(&length(&points)).iter().all(|length| (length - 1.0).abs() < 1e-6));
    }
}
