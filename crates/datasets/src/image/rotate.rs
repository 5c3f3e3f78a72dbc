//! Rotating a jet so that its principal axis points along an axis of the image.

use super::Particle;

/// An axis of the (φ, η) plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Azimuth.
    Phi,
    /// Pseudorapidity.
    Eta,
}

/// Rotates the (φ, η) plane so that the larger principal axis of Σ pT (φ², η², φη) lies along `axis`.
///
/// The axis has no direction: which end comes to the positive side is left to the flip. A jet without a longer axis
/// (one particle, say) is not rotated.
pub fn rotate_principal_axis(particles: &mut [Particle], axis: Axis) {
    let sum = |term: fn(&Particle) -> f64| particles.iter().map(|p| p.pt * term(p)).sum::<f64>();
    let (phi_phi, eta_eta, phi_eta) = (sum(|p| p.phi * p.phi), sum(|p| p.eta * p.eta), sum(|p| p.phi * p.eta));
    // The angle from the axis to the principal axis, in (-π/2, π/2].
    let (sine, cosine) = match axis {
        Axis::Phi => (0.5 * (2.0 * phi_eta).atan2(phi_phi - eta_eta)).sin_cos(),
        Axis::Eta => (-0.5 * (2.0 * phi_eta).atan2(eta_eta - phi_phi)).sin_cos(),
    };
    for p in particles {
        (p.phi, p.eta) = (cosine * p.phi + sine * p.eta, cosine * p.eta - sine * p.phi);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use std::f64::consts::SQRT_2;

    fn jet() -> [Particle; 2] {
        // On the diagonal φ = η, and a little off it.
        [Particle { pt: 2.0, phi: 1.0, eta: 1.0 }, Particle { pt: 1.0, phi: -0.5, eta: -0.5 }]
    }

    #[test]
    fn a_jet_on_the_diagonal_comes_to_lie_on_the_axis_asked_for() {
        let mut along_phi = jet();
        rotate_principal_axis(&mut along_phi, Axis::Phi);
        assert!((along_phi[0].phi - SQRT_2).abs() < 1e-12 && along_phi[0].eta.abs() < 1e-12);
        assert!((along_phi[1].phi + SQRT_2 / 2.0).abs() < 1e-12 && along_phi[1].eta.abs() < 1e-12);
        let mut along_eta = jet();
        rotate_principal_axis(&mut along_eta, Axis::Eta);
        assert!((along_eta[0].eta - SQRT_2).abs() < 1e-12 && along_eta[0].phi.abs() < 1e-12);
    }

    #[test]
    fn the_rotation_keeps_lengths_and_orientation() {
        for axis in [Axis::Phi, Axis::Eta] {
            let [a, b] = [Particle { pt: 3.0, phi: 0.3, eta: -0.1 }, Particle { pt: 1.0, phi: 0.2, eta: 0.4 }];
            let mut turned = [a, b];
            rotate_principal_axis(&mut turned, axis);
            let area = |p: Particle, q: Particle| p.phi * q.eta - p.eta * q.phi;
            assert!((area(turned[0], turned[1]) - area(a, b)).abs() < 1e-12);
            assert!((turned[0].phi.hypot(turned[0].eta) - a.phi.hypot(a.eta)).abs() < 1e-12);
            let mixed: f64 = turned.iter().map(|p| p.pt * p.phi * p.eta).sum();
            assert!(mixed.abs() < 1e-12, "{mixed}");
        }
    }

    #[test]
    fn a_single_particle_at_the_origin_stays() {
        let mut jet = [Particle { pt: 1.0, phi: 0.0, eta: 0.0 }];
        rotate_principal_axis(&mut jet, Axis::Phi);
        assert_eq!((jet[0].phi, jet[0].eta), (0.0, 0.0));
    }
}
