//! Massive n-particle events, flat in Lorentz-invariant phase space.
//!
//! Raubold and Lynch's chain of two-body decays: F. James, CERN 68-15 (1968).

use super::decay::{boost, momentum_per_root, two_body};
use super::{FourVector, stack};
use crate::error::{positive, within};
use crate::{Error, Result};
use ndarray::Array3;
use random::Generator;

/// Trials refused in a row after which an event is given up.
const MOST_TRIALS: usize = 10_000_000;

/// `events` events of particles of the given `masses` at the total energy `sqrt_s`, all of weight 1.
///
/// The array has the shape (events, particles, 4) with components (E, px, py, pz) in the units of `sqrt_s`. The
/// momenta of an event add up to zero and the energies to `sqrt_s`, both within 1e-12 `sqrt_s`. Measure: flat in
/// Lorentz-invariant phase space, Π d³p/2E times δ⁴. For masses that are all 0, [`rambo`](super::rambo) is the faster way
/// to the same measure: here trials are refused, the more the more particles there are and the lighter they are. An event
/// takes microseconds for up to four particles, milliseconds for ten light ones, and too long for twenty.
///
/// # Errors
/// [`Error::TooFewParticles`] for fewer than two particles, [`Error::EmptySample`] for no events,
/// [`Error::NotPositive`] for an energy that is not positive, [`Error::OutOfRange`] for a negative mass,
/// [`Error::TooMuchMass`] for masses that add up to the energy or more, [`Error::TrialsRefused`] for too many particles.
pub fn massive(masses: &[f64], sqrt_s: f64, events: usize, generator: &mut Generator) -> Result<Array3<f64>> {
    let chain = DecayChain::new(masses, available_energy(masses, sqrt_s)?);
    let events = (0..events).map(|_| chain.event(MOST_TRIALS, generator)).collect::<Result<Vec<_>>>()?;
    stack(masses.len(), events.into_iter())
}

/// The energy above the sum of the masses, of which there must be some.
pub(super) fn available_energy(masses: &[f64], sqrt_s: f64) -> Result<f64> {
    let sqrt_s = positive("the total energy", sqrt_s)?;
    if masses.len() < 2 {
        return Err(Error::TooFewParticles { particles: masses.len() });
    }
    for &mass in masses {
        within("the mass of a particle", mass, mass.is_finite() && mass >= 0.0, "finite and at least 0")?;
    }
    let mass = masses.iter().sum();
    if mass < sqrt_s { Ok(sqrt_s - mass) } else { Err(Error::TooMuchMass { mass, sqrt_s }) }
}

/// The decay of all n particles together into the last one and a system of the others, and so on down to two.
///
/// With Q_k the energy that the decay of the first k particles releases, and p_k its momentum, phase space is
/// Π p_k dQ_k on the simplex Σ Q_k = √s - Σ m. Without relativity p_k goes as √Q_k, which is a Dirichlet distribution:
/// Q is drawn from that one, and p_k / √Q_k makes the weight.
struct DecayChain<'a> {
    masses: &'a [f64],
    available: f64,
    /// The largest p_k / √Q_k of each decay, from that of two particles on.
    largest: Vec<f64>,
}

impl<'a> DecayChain<'a> {
    fn new(masses: &'a [f64], available: f64) -> Self {
        let rest = |k: usize| masses[..k].iter().sum::<f64>();
        let largest = (1..masses.len()).map(|k| largest_per_root(rest(k), masses[k], available)).collect();
        Self { masses, available, largest }
    }

    fn event(&self, most_trials: usize, generator: &mut Generator) -> Result<Vec<FourVector>> {
        let accepted = (0..most_trials).find_map(|_| {
            let released = self.trial(generator);
            (random::uniform(0.0, 1.0, generator) < self.weight(&released)).then_some(released)
        });
        let particles = self.masses.len();
        let released = accepted.ok_or(Error::TrialsRefused { particles, trials: most_trials })?;
        let mut event = two_body(self.masses[0], self.masses[1], released[0], generator).to_vec();
        for (k, system) in self.systems(&released).skip(1) {
            let [recoiling, last] = two_body(system, self.masses[k + 1], released[k], generator);
            event.iter_mut().for_each(|p| *p = boost(*p, recoiling, system));
            event.push(last);
        }
        Ok(event)
    }

    /// Released energies of the density Π √Q_k: squares of vectors of normal numbers with three components, normalised.
    fn trial(&self, generator: &mut Generator) -> Vec<f64> {
        let squares: Vec<f64> =
            self.largest.iter().map(|_| (0..3).map(|_| random::normal(generator).powi(2)).sum()).collect();
        let scale = self.available / squares.iter().sum::<f64>();
        squares.into_iter().map(|square| scale * square).collect()
    }

    /// The probability to accept a trial, in [0, 1].
    fn weight(&self, released: &[f64]) -> f64 {
        let decays = self.systems(released);
        decays.map(|(k, system)| momentum_per_root(system, self.masses[k + 1], released[k]) / self.largest[k]).product()
    }

    /// Each decay, from that of two particles on, with the mass of the system that it leaves.
    fn systems(&self, released: &[f64]) -> impl Iterator<Item = (usize, f64)> {
        (0..released.len()).scan(0.0, move |system, k| {
            *system += self.masses[k] + if k == 0 { 0.0 } else { released[k - 1] };
            Some((k, *system))
        })
    }
}

/// The largest p / √Q of a decay into `second` and a system of mass `rest` or more, with `available` to be shared.
///
/// At given Q it grows with the decaying mass, which is at most M = rest + second + available. There its square is
/// (2M - Q) (2M - Q - 2m) (Q + 2m) / 4M², m the mass of `second`, and its only maximum at 0 < Q + 2m < 2M is the root of
/// 3x² - (8M + 4m) x + 4M² + 4Mm.
fn largest_per_root(rest: f64, second: f64, available: f64) -> f64 {
    let mass = rest + second + available;
    let root = (4.0 * mass + 2.0 * second - 2.0 * (mass * mass + mass * second + second * second).sqrt()) / 3.0;
    let released = (root - 2.0 * second).clamp(0.0, available);
    momentum_per_root(rest + (available - released), second, released)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::super::dalitz;
    use super::super::tests::is_conserved;
    use super::*;
    use crate::kolmogorov;
    use proptest::prelude::*;

    fn masses() -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(prop_oneof![Just(0.0), 0.0f64..1.0, Just(1e-9)], 2..6)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn energy_momentum_and_masses_are_kept(
            masses in masses(), above in -6.0f64..2.0, seed in any::<u64>()
        ) {
            let sqrt_s = masses.iter().sum::<f64>() + 10f64.powf(above);
            let events = massive(&masses, sqrt_s, 10, &mut random::stream(seed, "massive", 0)).unwrap();
            for event in events.outer_iter() {
                prop_assert!(is_conserved(event, &masses, sqrt_s), "{event}");
            }
        }

        #[test]
        fn no_trial_outweighs_the_known_maximum(masses in masses(), above in -6.0f64..2.0, seed in any::<u64>()) {
            let chain = DecayChain::new(&masses, 10f64.powf(above));
            let mut generator = random::stream(seed, "weights", 0);
            for _ in 0..200 {
                let released = chain.trial(&mut generator);
                for (k, system) in chain.systems(&released) {
                    let ratio = momentum_per_root(system, masses[k + 1], released[k]) / chain.largest[k];
                    prop_assert!(ratio <= 1.0 + 1e-14, "{masses:?}, decay {k}: {ratio}");
                }
            }
        }
    }

    /// The smallest and largest s_23 at given s_12, for unequal masses at √s = 1.
    fn dalitz_limits(s12: f64, [m1, m2, m3]: [f64; 3]) -> [f64; 2] {
        let root = s12.sqrt();
        let (e2, e3) = ((s12 - m1 * m1 + m2 * m2) / (2.0 * root), (1.0 - s12 - m3 * m3) / (2.0 * root));
        let (p2, p3) = ((e2 * e2 - m2 * m2).max(0.0).sqrt(), (e3 * e3 - m3 * m3).max(0.0).sqrt());
        [(e2 + e3).powi(2) - (p2 + p3).powi(2), (e2 + e3).powi(2) - (p2 - p3).powi(2)]
    }

    #[test]
    fn three_massive_bodies_fill_the_dalitz_plot_evenly() {
        let (n, masses) = (20_000, [0.1, 0.25, 0.3]);
        let events = massive(&masses, 1.0, n, &mut random::stream(3, "dalitz", 0)).unwrap();
        let (s12, s23) = (dalitz(&events, 0, 1), dalitz(&events, 1, 2));
        let share: Vec<f64> = std::iter::zip(&s12, &s23)
            .map(|(&s12, s23)| {
                let [low, high] = dalitz_limits(s12, masses);
                (s23 - low) / (high - low)
            })
            .collect();
        // The width of the plot integrated over s_12 by the midpoint rule, from (m1 + m2)² to (1 - m3)².
        let (low, high, bins) = (0.35f64.powi(2), 0.7f64.powi(2), 4000);
        let mut cumulative = vec![0.0];
        for bin in 0..bins {
            let [from, to] = dalitz_limits(low + (high - low) * (f64::from(bin) + 0.5) / f64::from(bins), masses);
            cumulative.push(cumulative[bin as usize] + (to - from));
        }
        let at = |s: f64| cumulative[((s - low) / (high - low) * f64::from(bins)).round() as usize];
        assert!(kolmogorov::distance(s12.clone(), |s| at(s) / cumulative[4000]) < kolmogorov::LIMIT);
        assert!(kolmogorov::distance(share.clone(), |u| u) < kolmogorov::LIMIT);
        let mean = s12.iter().sum::<f64>() / n as f64;
        let variance = s12.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / n as f64;
        let covariance = std::iter::zip(&s12, &share).map(|(s, u)| (s - mean) * (u - 0.5)).sum::<f64>() / n as f64;
        assert!(covariance.abs() < 5.0 * (variance / 12.0 / n as f64).sqrt(), "{covariance}");
    }

    #[test]
    fn every_particle_without_mass_has_the_energy_that_massless_phase_space_gives_it() {
        // As for `rambo`: x = 2 E / √s has the density (n-1)(n-2) x (1-x)^(n-3), whatever the place in the chain.
        for n in [3, 5] {
            let events = massive(&vec![0.0; n], 2.0, 10_000, &mut random::stream(4, "beta", n as u64)).unwrap();
            let power = n as i32 - 2;
            let cumulative = |x: f64| 1.0 - (1.0 - x).powi(power) * (1.0 + f64::from(power) * x);
            for particle in 0..n {
                let x = events.outer_iter().map(|event| event[[particle, 0]]).collect();
                let distance = kolmogorov::distance(x, cumulative);
                assert!(distance < kolmogorov::LIMIT, "particle {particle} of {n}: {distance}");
            }
        }
    }

    #[test]
    fn equal_particles_are_equally_distributed_and_isotropic() {
        let n = 20_000;
        let events = massive(&[0.2; 4], 1.0, n, &mut random::stream(5, "equal", 0)).unwrap();
        for particle in 0..4 {
            let energies: Vec<f64> = events.outer_iter().map(|event| event[[particle, 0]]).collect();
            let spread = (energies.iter().map(|e| (e - 0.25).powi(2)).sum::<f64>() / n as f64).sqrt();
            let mean = energies.iter().sum::<f64>() / n as f64;
            assert!((mean - 0.25).abs() < 5.0 * spread / (n as f64).sqrt(), "{particle}: {mean}");
            for axis in 1..4 {
                let cosine = |p: ndarray::ArrayView1<f64>| p[axis] / (p[0] * p[0] - 0.04).sqrt();
                let cosines = events.outer_iter().map(|event| cosine(event.row(particle))).collect();
                assert!(kolmogorov::distance(cosines, |c| 0.5 * (1.0 + c)) < kolmogorov::LIMIT, "{particle}, {axis}");
            }
        }
    }

    #[test]
    fn an_impossible_request_is_an_error() {
        let mut generator = random::stream(1, "errors", 0);
        let mut ask = |masses: &[f64], sqrt_s, events| massive(masses, sqrt_s, events, &mut generator).unwrap_err();
        assert!(matches!(ask(&[0.1], 1.0, 5), Error::TooFewParticles { particles: 1 }));
        assert!(matches!(ask(&[0.1, 0.2], 1.0, 0), Error::EmptySample { .. }));
        assert!(matches!(ask(&[0.1, 0.2], f64::NAN, 5), Error::NotPositive { .. }));
        assert!(matches!(ask(&[0.1, -0.2], 1.0, 5), Error::OutOfRange { .. }));
        assert!(matches!(ask(&[0.5, 0.5], 1.0, 5), Error::TooMuchMass { .. }));
        let given_up = DecayChain::new(&[0.0; 30], 1.0).event(100, &mut random::stream(1, "many", 0));
        assert!(matches!(given_up, Err(Error::TrialsRefused { particles: 30, trials: 100 })));
        assert!(ask(&[1.5, 0.5], 1.0, 5).to_string().starts_with("more mass (2) than energy (1)"));
    }
}
