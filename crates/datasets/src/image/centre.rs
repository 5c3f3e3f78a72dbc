//! Moving a jet to the origin of the (φ, η) plane.

use super::Particle;
use super::coordinates::wrapped;

/// Moves the particle of largest pT (the first of several) to the origin, with φ wrapped to [-π, π).
pub fn centre_on_hardest(particles: &mut [Particle]) {
    let first_hardest = |best: Particle, p: &Particle| if p.pt > best.pt { *p } else { best };
    let Some(hardest) = particles.iter().copied().reduce(|best, p| first_hardest(best, &p)) else { return };
    shift(particles, hardest.phi, hardest.eta);
}

/// Moves the pT-weighted mean of (φ, η) to the origin, with φ wrapped to [-π, π).
///
/// The mean of φ means something only if the jet does not straddle ±π: centre on the hardest particle first. A jet
/// without transverse momentum stays where it is.
pub fn centre_on_centroid(particles: &mut [Particle]) {
    let total: f64 = particles.iter().map(|p| p.pt).sum();
    if total > 0.0 {
        let phi = particles.iter().map(|p| p.pt * p.phi).sum::<f64>() / total;
        let eta = particles.iter().map(|p| p.pt * p.eta).sum::<f64>() / total;
        shift(particles, phi, eta);
    }
}

fn shift(particles: &mut [Particle], phi: f64, eta: f64) {
    for p in particles {
        p.phi = wrapped(p.phi - phi);
        p.eta -= eta;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn particle(pt: f64, phi: f64, eta: f64) -> Particle {
        Particle { pt, phi, eta }
    }

    #[test]
    fn the_first_hardest_particle_becomes_the_origin_across_the_cut_of_phi() {
        let mut jet = [particle(1.0, -3.1, 0.5), particle(2.0, 3.1, 0.2), particle(2.0, 3.0, 0.0)];
        centre_on_hardest(&mut jet);
        let gap = std::f64::consts::TAU - 6.2;
        assert!((jet[0].phi - gap).abs() < 1e-12 && (jet[0].eta - 0.3).abs() < 1e-12);
        assert_eq!((jet[1].phi, jet[1].eta), (0.0, 0.0));
        assert!((jet[2].phi + 0.1).abs() < 1e-12);
    }

    #[test]
    fn the_centroid_is_weighted_with_pt() {
        // (3 · 0 + 1 · 0.4) / 4 = 0.1 in φ and (3 · 0 + 1 · 0.8) / 4 = 0.2 in η.
        let mut jet = [particle(3.0, 0.0, 0.0), particle(1.0, 0.4, 0.8)];
        centre_on_centroid(&mut jet);
        for (p, (phi, eta)) in jet.iter().zip([(-0.1, -0.2), (0.3, 0.6)]) {
            assert!((p.phi - phi).abs() < 1e-12 && (p.eta - eta).abs() < 1e-12, "{p:?}");
        }
    }

    #[test]
    fn nothing_happens_to_a_jet_without_momentum() {
        let mut jet = [particle(0.0, 0.4, 0.8)];
        centre_on_centroid(&mut jet);
        assert_eq!(jet, [particle(0.0, 0.4, 0.8)]);
        centre_on_hardest(&mut []);
    }
}
