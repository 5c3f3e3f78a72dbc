//! The decay of one particle into two: the step that phase space is made of.

use super::FourVector;
use random::Generator;
use std::f64::consts::TAU;

/// The momentum of either product in the rest frame, from the masses of both and the energy that is released, the
/// difference of the decaying mass and theirs: written without differences, so that it is exact near the threshold.
fn momentum(first: f64, second: f64, released: f64) -> f64 {
    released.sqrt() * momentum_per_root(first, second, released)
}

/// The momentum divided by the square root of the released energy, which stays finite at the threshold.
pub(super) fn momentum_per_root(first: f64, second: f64, released: f64) -> f64 {
    let factors = (released + 2.0 * (first + second)) * (released + 2.0 * first) * (released + 2.0 * second);
    factors.sqrt() / (2.0 * (first + second + released))
}

/// The products of an isotropic decay, in the rest frame of what decays.
pub(super) fn two_body(first: f64, second: f64, released: f64, generator: &mut Generator) -> [FourVector; 2] {
    let momentum = momentum(first, second, released);
    let [x, y, z] = direction(generator).map(|component| momentum * component);
    [[first.hypot(momentum), x, y, z], [second.hypot(momentum), -x, -y, -z]]
}

/// A unit vector, uniform on the sphere.
pub(super) fn direction(generator: &mut Generator) -> [f64; 3] {
    let cosine = random::uniform(-1.0, 1.0, generator);
    let (sin_angle, cos_angle) = random::uniform(0.0, TAU, generator).sin_cos();
    let sine = (1.0 - cosine * cosine).sqrt();
    [sine * cos_angle, sine * sin_angle, cosine]
}

/// `p`, given in the rest frame of `system` of mass `mass` > 0, in the frame in which `system` is given.
pub(super) fn boost(p: FourVector, system: FourVector, mass: f64) -> FourVector {
    let [energy, ..] = system;
    let along = (1..4).map(|i| system[i] * p[i]).sum::<f64>() / mass;
    let share = (p[0] + along / (1.0 + energy / mass)) / mass;
    [(energy * p[0]) / mass + along, p[1] + share * system[1], p[2] + share * system[2], p[3] + share * system[3]]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_momentum_is_that_of_the_hand_computation() {
        // 5 -> 0 + 3: p = (25 - 9) / 10, and E = 1.6 and 3.4. 2 -> 0 + 0: p = 1.
        assert!((momentum(0.0, 3.0, 2.0) - 1.6).abs() < 1e-15);
        assert!((momentum(0.0, 0.0, 2.0) - 1.0).abs() < 1e-15);
        assert_eq!(momentum(1.0, 3.0, 0.0), 0.0);
        let [first, second] = two_body(0.0, 3.0, 2.0, &mut random::stream(1, "decay", 0));
        assert!((first[0] - 1.6).abs() < 1e-15 && (second[0] - 3.4).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn a_boost_gives_the_system_at_rest_its_momentum_and_keeps_masses(
            seed in any::<u64>(), mass in 0.01f64..2.0, other in 0.0f64..2.0, released in 0.0f64..2.0
        ) {
            let mut generator = random::stream(seed, "boost", 0);
            let [system, _] = two_body(mass, other, released, &mut generator);
            let at_rest = boost([mass, 0.0, 0.0, 0.0], system, mass);
            let [p, _] = two_body(0.3, 0.1, released, &mut generator);
            let boosted = boost(p, system, mass);
            for i in 0..4 {
                prop_assert!((at_rest[i] - system[i]).abs() < 1e-13 * system[0]);
            }
            let square = boosted[0].powi(2) - boosted[1..].iter().map(|q| q * q).sum::<f64>();
            prop_assert!((square - 0.09).abs() < 1e-13 * boosted[0].powi(2).max(1.0), "{square}");
        }
    }
}
