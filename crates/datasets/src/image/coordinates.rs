//! From four-momenta to transverse momentum, azimuth and pseudorapidity.

use std::f64::consts::{PI, TAU};

/// A constituent as the images see it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Particle {
    /// Transverse momentum, GeV.
    pub pt: f64,
    /// Azimuth, radians in [-π, π].
    pub phi: f64,
    /// Pseudorapidity; 0 where it is not finite (along the beam).
    pub eta: f64,
}

/// The particles of constituents (E, px, py, pz) in GeV, massless or not.
pub fn coordinates(constituents: &[[f32; 4]]) -> Vec<Particle> {
    constituents.iter().map(particle).collect()
}

fn particle(constituent: &[f32; 4]) -> Particle {
    let [_, px, py, pz] = constituent.map(f64::from);
    let pt = (px * px + py * py).sqrt();
    // The inverse hyperbolic sine of |pz| / pT, without its care for tiny arguments.
    let eta = ((pz.abs() + (pt * pt + pz * pz).sqrt()) / pt).ln().copysign(pz);
    Particle { pt, phi: py.atan2(px), eta: if eta.is_finite() { eta } else { 0.0 } }
}

/// The same angle in [-π, π).
pub(super) fn wrapped(angle: f64) -> f64 {
    if (-PI..PI).contains(&angle) { angle } else { (angle + PI).rem_euclid(TAU) - PI }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn coordinates_are_those_worked_out_by_hand() {
        // px = 3, py = 4: pT = 5; pz = 5 sinh(ln 2) = 3.75.
        let particles = coordinates(&[[6.25, 3.0, 4.0, 3.75], [1.0, 0.0, -1.0, 0.0]]);
        assert!((particles[0].pt - 5.0).abs() < 1e-12);
        assert!((particles[0].eta - 2f64.ln()).abs() < 1e-12);
        assert!((particles[0].phi - (4.0f64 / 3.0).atan()).abs() < 1e-12);
        assert_eq!(particles[1], Particle { pt: 1.0, phi: -PI / 2.0, eta: 0.0 });
    }

    #[test]
    fn a_particle_along_the_beam_has_pseudorapidity_zero_and_no_weight() {
        for pz in [5.0, -5.0, 0.0] {
            let particle = coordinates(&[[5.0, 0.0, 0.0, pz]])[0];
            assert_eq!((particle.pt, particle.eta), (0.0, 0.0));
        }
    }

    #[test]
    fn angles_are_wrapped_into_one_turn() {
        for (angle, expected) in [(0.3, 0.3), (PI + 0.1, 0.1 - PI), (-PI - 0.1, PI - 0.1), (3.0 * TAU - 1.0, -1.0)] {
            assert!((wrapped(angle) - expected).abs() < 1e-12, "{angle}");
        }
    }
}
