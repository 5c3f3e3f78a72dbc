//! Massless n-particle events, flat in Lorentz-invariant phase space.
//!
//! RAMBO: Kleiss, Stirling, Ellis, Comput. Phys. Commun. 40 (1986) 359.

use super::{FourVector, stack};
use crate::error::positive;
use crate::{Error, Result};
use ndarray::Array3;
use rand::Rng as _;
use random::Generator;
use std::f64::consts::TAU;

/// `events` events of `particles` massless particles at the total energy `sqrt_s`, all of weight 1.
///
/// The array has the shape (events, particles, 4) with components (E, px, py, pz) in the units of `sqrt_s`. The
/// momenta of an event add up to zero and the energies to `sqrt_s`, both within 1e-12 `sqrt_s`.
///
/// # Errors
/// [`Error::TooFewParticles`] for fewer than two particles, [`Error::EmptySample`] for no events,
/// [`Error::NotPositive`] for an energy that is not positive.
pub fn rambo(particles: usize, sqrt_s: f64, events: usize, generator: &mut Generator) -> Result<Array3<f64>> {
    let sqrt_s = positive("the total energy", sqrt_s)?;
    if particles < 2 {
        return Err(Error::TooFewParticles { particles });
    }
    stack(particles, (0..events).map(|_| one_event(particles, sqrt_s, generator)))
}

/// One event, drawn again in the rare case that rounding leaves no invariant mass to boost from.
fn one_event(particles: usize, sqrt_s: f64, generator: &mut Generator) -> Vec<FourVector> {
    loop {
        let isotropic: Vec<FourVector> = (0..particles).map(|_| isotropic_momentum(generator)).collect();
        if let Some(mut event) = boosted_to_rest(&isotropic) {
            balance(&mut event, sqrt_s);
            return event;
        }
    }
}

/// A massless momentum of random direction, its energy E distributed as E exp(-E).
fn isotropic_momentum(generator: &mut Generator) -> FourVector {
    let cosine = 2.0 * generator.random::<f64>() - 1.0;
    let angle = TAU * generator.random::<f64>();
    // 1 - r lies in (0, 1], where the logarithm is finite.
    let energy = -(1.0 - generator.random::<f64>()).ln() - (1.0 - generator.random::<f64>()).ln();
    let sine = (1.0 - cosine * cosine).sqrt();
    [energy, energy * sine * angle.cos(), energy * sine * angle.sin(), energy * cosine]
}

/// The momenta in their common rest frame, scaled to a total energy of 1; none if they have no invariant mass.
fn boosted_to_rest(momenta: &[FourVector]) -> Option<Vec<FourVector>> {
    let total = sum(momenta);
    let mass_squared = total[0] * total[0] - total[1..].iter().map(|q| q * q).sum::<f64>();
    // Below this share of the energy the difference above is mostly rounding.
    if mass_squared.is_nan() || mass_squared <= 1e-14 * total[0] * total[0] {
        return None;
    }
    let mass = mass_squared.sqrt();
    let b = [-total[1] / mass, -total[2] / mass, -total[3] / mass];
    let gamma = total[0] / mass;
    let a = 1.0 / (1.0 + gamma);
    let boost = |q: &FourVector| {
        let along = b[0] * q[1] + b[1] * q[2] + b[2] * q[3];
        let component = |i: usize| (q[i + 1] + b[i] * q[0] + a * along * b[i]) / mass;
        [(gamma * q[0] + along) / mass, component(0), component(1), component(2)]
    };
    Some(momenta.iter().map(boost).collect())
}

/// Removes what rounding left of the total momentum, puts each particle on its mass shell and the total energy to `sqrt_s`.
fn balance(event: &mut [FourVector], sqrt_s: f64) {
    let total = sum(event);
    let n = event.len() as f64;
    for p in event.iter_mut() {
        for i in 1..4 {
            p[i] -= total[i] / n;
        }
        p[0] = (p[1] * p[1] + p[2] * p[2] + p[3] * p[3]).sqrt();
    }
    let scale = sqrt_s / sum(event)[0];
    for component in event.iter_mut().flatten() {
        *component *= scale;
    }
}

fn sum(momenta: &[FourVector]) -> FourVector {
    momenta.iter().fold([0.0; 4], |total, p| std::array::from_fn(|i| total[i] + p[i]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::kolmogorov;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn momentum_is_balanced_and_the_energy_is_the_one_asked_for(
            particles in 2usize..=8, seed in any::<u64>(), log_energy in -3.0f64..4.0
        ) {
            let sqrt_s = 10f64.powf(log_energy);
            let events = rambo(particles, sqrt_s, 20, &mut random::stream(seed, "test", 0)).unwrap();
            for event in events.outer_iter() {
                for i in 0..4 {
                    let expected = if i == 0 { sqrt_s } else { 0.0 };
                    let total = event.column(i).sum();
                    prop_assert!((total - expected).abs() <= 1e-12 * sqrt_s, "component {i}: {total}");
                }
                for p in event.rows() {
                    let momentum = (p[1] * p[1] + p[2] * p[2] + p[3] * p[3]).sqrt();
                    prop_assert!((p[0] - momentum).abs() <= 1e-14 * sqrt_s);
                }
            }
        }
    }

    #[test]
    fn three_bodies_fill_the_dalitz_triangle_evenly() {
        let n = 20_000;
        let events = rambo(3, 1.0, n, &mut random::stream(3, "dalitz", 0)).unwrap();
        // s_jk = 1 - 2 E_i; uniform on the triangle means that s_12 has density 2 (1 - s) and that,
        // at given s_12, s_13 / (1 - s_12) is uniform and independent of s_12.
        let s = |event: usize, i: usize| 1.0 - 2.0 * events[[event, i, 0]];
        let s12: Vec<f64> = (0..n).map(|e| s(e, 2)).collect();
        let share: Vec<f64> = (0..n).map(|e| s(e, 1) / (1.0 - s(e, 2))).collect();
        assert!(kolmogorov::distance(s12.clone(), |s| 1.0 - (1.0 - s).powi(2)) < kolmogorov::LIMIT);
        assert!(kolmogorov::distance(share.clone(), |u| u) < kolmogorov::LIMIT);
        let covariance = s12.iter().zip(&share).map(|(s, u)| (s - 1.0 / 3.0) * (u - 0.5)).sum::<f64>() / n as f64;
        let spread = (1.0 / 18.0f64 * 1.0 / 12.0 / n as f64).sqrt();
        assert!(covariance.abs() < 5.0 * spread, "{covariance} against {spread}");
    }

    #[test]
    fn the_energy_of_one_of_n_particles_follows_its_beta_distribution() {
        // x = 2 E / √s has the density (n-1)(n-2) x (1-x)^(n-3).
        for n in [3usize, 4, 6] {
            let events = rambo(n, 2.0, 10_000, &mut random::stream(4, "beta", n as u64)).unwrap();
            let x: Vec<f64> = events.outer_iter().map(|event| event[[0, 0]]).collect();
            let power = n as i32 - 2;
            let cumulative = |x: f64| 1.0 - (1.0 - x).powi(power) * (1.0 + f64::from(power) * x);
            let distance = kolmogorov::distance(x, cumulative);
            assert!(distance < kolmogorov::LIMIT, "{n} particles: {distance}");
        }
    }

    #[test]
    fn two_bodies_are_isotropic_and_back_to_back() {
        let events = rambo(2, 1.0, 10_000, &mut random::stream(5, "isotropy", 0)).unwrap();
        for axis in 1..4 {
            let cosines = events.outer_iter().map(|event| event[[0, axis]] / event[[0, 0]]).collect();
            assert!(kolmogorov::distance(cosines, |c| 0.5 * (1.0 + c)) < kolmogorov::LIMIT, "axis {axis}");
        }
        for event in events.outer_iter() {
            assert!((event[[0, 0]] - 0.5).abs() < 1e-14);
            assert!((event[[0, 3]] + event[[1, 3]]).abs() < 1e-14);
        }
    }

    #[test]
    fn collinear_momenta_have_no_rest_frame() {
        assert!(boosted_to_rest(&[[1.0, 0.0, 0.0, 1.0], [2.0, 0.0, 0.0, 2.0]]).is_none());
        assert!(boosted_to_rest(&[[0.0; 4], [0.0; 4]]).is_none());
    }

    #[test]
    fn an_impossible_request_is_an_error() {
        let mut generator = random::stream(1, "errors", 0);
        assert!(matches!(rambo(1, 1.0, 5, &mut generator), Err(Error::TooFewParticles { particles: 1 })));
        assert!(matches!(rambo(3, 1.0, 0, &mut generator), Err(Error::EmptySample { .. })));
        assert!(matches!(rambo(3, -1.0, 5, &mut generator), Err(Error::NotPositive { .. })));
    }
}
