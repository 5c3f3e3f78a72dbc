//! How much an autoencoder stretches: derivatives of the reconstruction with respect to the sample.

use tch::{Kind, Tensor};

use crate::network::Autoencoder;

/// Least length that a vector is divided by.
const SMALLEST_LENGTH: f64 = 1e-300;

/// The Jacobian of decoder after encoder at each sample of `x`.
///
/// One backward pass a feature of the reconstruction.
///
/// # Shapes
/// `x`: `[members, n, features]`; result `[members, n, features, features]`, f32, whose entry (i, j) is ∂x'ᵢ/∂xⱼ.
pub fn jacobian(network: &dyn Autoencoder, x: &Tensor) -> Tensor {
    let x = x.detach().copy().set_requires_grad(true);
    let reconstruction = network.reconstruct(&x);
    let features = reconstruction.size()[2];
    let row = |feature| {
        // Samples do not see each other: the gradient of the sum over samples is each sample's own.
        let sum = reconstruction.select(2, feature).sum(Kind::Float);
        Tensor::cat(&Tensor::run_backward(&[sum], &[&x], feature + 1 < features, false), 0)
    };
    Tensor::stack(&(0..features).map(row).collect::<Vec<_>>(), 2)
}

/// The largest singular value of the Jacobian J of decoder after encoder at each sample of `x`: the local Lipschitz
/// constant of the reconstruction.
///
/// Power iteration on JᵀJ from a fixed vector; a lower bound that rises to the singular value with `iterations`, by a
/// factor of the squared ratio of the two largest singular values in the vector's error each.
///
/// # Shapes
/// `x`: `[members, n, features]`; result `[members, n]`, f64, at least 0.
pub fn lipschitz(network: &dyn Autoencoder, x: &Tensor, iterations: usize) -> Tensor {
    let jacobian = jacobian(network, x).to_kind(Kind::Double);
    let square = jacobian.transpose(2, 3).matmul(&jacobian);
    let [members, samples, _, features] = [0, 1, 2, 3].map(|dimension| jacobian.size()[dimension]);
    // Cosines of 1, 2, 3, ...: orthogonal to no vector that anybody would choose.
    let start = (Tensor::arange(features, (Kind::Double, x.device())) + 1.0).cos().view([1, 1, features, 1]);
    let mut vector = unit(&start.expand([members, samples, features, 1], false));
    for _ in 0..iterations {
        vector = unit(&square.matmul(&vector));
    }
    length(&jacobian.matmul(&vector)).view([members, samples])
}

/// Length of each column vector of `[members, n, features, 1]`: `[members, n, 1, 1]`.
fn length(vector: &Tensor) -> Tensor {
    vector.square().sum_dim_intlist(2, true, Kind::Double).sqrt()
}

fn unit(vector: &Tensor) -> Tensor {
    vector / length(vector).clamp_min(SMALLEST_LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::initialisation::Initialisation;
    use crate::network::{Activation, DenseAutoencoder, DenseLayout, Head};
    use crate::numbers::{to_f32, to_f64};
    use crate::parameters::test_numbers;
    use tch::Device;

    fn largest(tensor: &Tensor) -> f64 {
        to_f64(&tensor.abs().max())[0]
    }

    /// Two members x -> x W, with W = ((0, 3), (1, 0)) and W = 0.
    fn linear() -> DenseAutoencoder {
        let activation = Activation::Identity;
        let layout = DenseLayout {
            features: 2,
            hidden: vec![],
            latent: 2,
            activation,
            heads: vec![],
            initialisation: Initialisation::Uniform,
        };
        let mut network = DenseAutoencoder::new(layout, &[0, 1], Device::Cpu).unwrap();
        // encoder weight, encoder bias, decoder weight (the identity), decoder bias
        let first = [0.0f32, 3.0, 1.0, 0.0, 0.5, 0.5, 1.0, 0.0, 0.0, 1.0, -1.0, 2.0];
        let flat = Tensor::stack(&[Tensor::from_slice(&first), Tensor::zeros([12], tch::kind::FLOAT_CPU)], 0);
        network.parameters_mut().set_flat(&flat);
        network
    }

    fn curved() -> DenseAutoencoder {
        let (activation, heads) = (Activation::Gelu, vec![Head::Sphere(2), Head::Sphere(1)]);
        let layout = DenseLayout {
            features: 4,
            hidden: vec![16, 8],
            latent: 3,
            activation,
            heads,
            initialisation: Initialisation::Uniform,
        };
        DenseAutoencoder::new(layout, &[3, 4], Device::Cpu).unwrap()
    }

    #[test]
    fn the_jacobian_of_a_linear_network_is_its_matrix() {
        let jacobian = jacobian(&linear(), &test_numbers(&[2, 5, 2]));
        assert_eq!(jacobian.size(), [2, 5, 2, 2]);
        // x' = x W, so that ∂x'ᵢ/∂xⱼ is W's entry (j, i).
        assert_eq!(to_f32(&jacobian.get(0).get(4)), [0.0, 1.0, 3.0, 0.0]);
        assert_eq!(to_f32(&jacobian.get(1).get(0)), [0.0; 4]);
    }

    #[test]
    fn the_jacobian_is_that_of_finite_differences() {
        let (network, x, h) = (curved(), test_numbers(&[2, 3, 4]), 1e-2);
        let jacobian = jacobian(&network, &x);
        for feature in 0..4 {
            let mut step = vec![0.0f32; 4];
            step[feature as usize] = h as f32;
            let step = Tensor::from_slice(&step);
            let difference = network.reconstruct(&(&x + &step)) - network.reconstruct(&(&x - &step));
            let expected = difference / (2.0 * h);
            // h² of the third derivative and rounding over h, both about 1e-5.
            assert!(largest(&(jacobian.select(3, feature) - expected)) < 1e-3 * largest(&jacobian).max(1e-2));
        }
    }

    #[test]
    fn the_lipschitz_constant_of_a_linear_network_is_its_largest_singular_value() {
        let constants = lipschitz(&linear(), &test_numbers(&[2, 5, 2]), 30);
        assert_eq!(constants.kind(), Kind::Double);
        assert!(to_f64(&constants.get(0)).iter().all(|constant| (constant - 3.0).abs() < 1e-12));
        assert_eq!(to_f64(&constants.get(1)), [0.0; 5]);
    }

    #[test]
    fn the_lipschitz_constant_is_that_of_a_singular_value_decomposition_and_never_above_it() {
        let (network, x) = (curved(), test_numbers(&[2, 50, 4]));
        let (_, expected, _) = jacobian(&network, &x).to_kind(Kind::Double).svd(true, true);
        let expected = expected.select(2, 0);
        assert!(largest(&(lipschitz(&network, &x, 500) / &expected - 1.0)) < 1e-6);
        let early = lipschitz(&network, &x, 2) / expected;
        assert!(to_f64(&early).iter().all(|&ratio| ratio < 1.0 + 1e-12));
    }
}
