//! A resonance in three-body events: the signal of a bump hunt.

use super::decay::{boost, two_body};
use super::{FourVector, stack};
use crate::Result;
use crate::error::{positive, within};
use ndarray::Array3;
use random::Generator;

/// `events` events X -> Z W, W -> Y Y at √s = 1 with massless Y, Y, Z in this order: of shape (events, 3, 4).
///
/// Measure: s_YY = m_W² has the relativistic Breit-Wigner density of fixed width, proportional to
/// 1 / ((s - M²)² + M²Γ²) with M = `mass` and Γ = `width`, truncated to 0 < s < 1, without a factor of the decays' phase
/// space; both decays are isotropic.
///
/// # Errors
/// [`Error::EmptySample`](crate::Error::EmptySample) for no events, [`Error::OutOfRange`](crate::Error::OutOfRange) for a
/// mass outside of (0, 1), [`Error::NotPositive`](crate::Error::NotPositive) for a width that is not positive.
pub fn cascade(mass: f64, width: f64, events: usize, generator: &mut Generator) -> Result<Array3<f64>> {
    let allowed = mass > 0.0 && mass < 1.0;
    let mass = within("the mass of the resonance, in units of √s,", mass, allowed, "above 0 and below 1")?;
    let width = positive("the width of the resonance", width)?;
    stack(3, (0..events).map(|_| one_event(squared_mass(mass, width, generator), generator)))
}

/// s of the truncated Breit-Wigner distribution, by inversion of its cumulative distribution, an arcus tangens.
fn squared_mass(mass: f64, width: f64, generator: &mut Generator) -> f64 {
    let scale = mass * width;
    let [low, high] = [0.0, 1.0].map(|s| ((s - mass * mass) / scale).atan());
    loop {
        let s = mass * mass + scale * random::uniform(low, high, generator).tan();
        // Rounding may leave the interval.
        if s > 0.0 && s < 1.0 {
            return s;
        }
    }
}

fn one_event(s: f64, generator: &mut Generator) -> [FourVector; 3] {
    let mass = s.sqrt();
    let [resonance, z] = two_body(mass, 0.0, 1.0 - mass, generator);
    let [first, second] = two_body(0.0, 0.0, mass, generator).map(|y| boost(y, resonance, mass));
    [first, second, z]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::super::dalitz;
    use super::super::tests::is_conserved;
    use super::*;
    use crate::{Error, kolmogorov};

    #[test]
    fn the_pair_has_the_truncated_breit_wigner_mass_and_the_other_pair_is_flat() {
        let n = 20_000;
        // Narrow, and so wide and near the edge that the truncation matters.
        for (index, (mass, width)) in [(0.5, 0.01), (0.9, 0.5)].into_iter().enumerate() {
            let events = cascade(mass, width, n, &mut random::stream(1, "cascade", index as u64)).unwrap();
            let (s12, s23) = (dalitz(&events, 0, 1), dalitz(&events, 1, 2));
            let integral = |s: f64| ((s - mass * mass) / (mass * width)).atan();
            let cumulative = |s: f64| (integral(s) - integral(0.0)) / (integral(1.0) - integral(0.0));
            assert!(kolmogorov::distance(s12.clone(), cumulative) < kolmogorov::LIMIT, "{mass}");
            let share: Vec<f64> = std::iter::zip(&s12, &s23).map(|(s12, s23)| s23 / (1.0 - s12)).collect();
            assert!(kolmogorov::distance(share.clone(), |u| u) < kolmogorov::LIMIT, "{mass}");
            // And so in every slice of s_YY: no correlation with it, to five standard deviations.
            let mean = s12.iter().sum::<f64>() / n as f64;
            let variance = s12.iter().map(|s| (s - mean).powi(2)).sum::<f64>() / n as f64;
            let covariance = std::iter::zip(&s12, &share).map(|(s, u)| (s - mean) * (u - 0.5)).sum::<f64>() / n as f64;
            assert!(covariance.abs() < 5.0 * (variance / 12.0 / n as f64).sqrt(), "{covariance}");
        }
    }

    #[test]
    fn energy_and_momentum_are_kept_and_the_odd_particle_is_isotropic() {
        let events = cascade(0.3, 0.2, 10_000, &mut random::stream(2, "cascade", 0)).unwrap();
        for event in events.outer_iter() {
            assert!(is_conserved(event, &[0.0; 3], 1.0), "{event}");
        }
        for axis in 1..4 {
            let cosines = events.outer_iter().map(|event| event[[2, axis]] / event[[2, 0]]).collect();
            assert!(kolmogorov::distance(cosines, |c| 0.5 * (1.0 + c)) < kolmogorov::LIMIT, "{axis}");
        }
    }

    #[test]
    fn a_width_below_the_rounding_gives_the_mass_itself() {
        let events = cascade(0.5, 1e-300, 10, &mut random::stream(3, "cascade", 0)).unwrap();
        assert!(dalitz(&events, 0, 1).iter().all(|s| (s - 0.25).abs() < 1e-14));
    }

    #[test]
    fn an_impossible_resonance_is_an_error() {
        let mut generator = random::stream(1, "errors", 0);
        for mass in [0.0, 1.0, f64::NAN] {
            assert!(matches!(cascade(mass, 0.1, 5, &mut generator), Err(Error::OutOfRange { .. })));
        }
        assert!(matches!(cascade(0.5, 0.0, 5, &mut generator), Err(Error::NotPositive { .. })));
        assert!(matches!(cascade(0.5, 0.1, 0, &mut generator), Err(Error::EmptySample { .. })));
    }
}
