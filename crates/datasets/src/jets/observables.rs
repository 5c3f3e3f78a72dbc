//! Mass, transverse momentum and multiplicity of jets.

use super::{Class, JETS_AT_A_TIME, Jets, open};
use crate::Result;
use std::path::Path;

/// Three numbers of each jet and its class, jet i at place i of all four lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observables {
    /// The invariant mass of each jet, GeV; see [`jet_mass`].
    pub mass: Vec<f64>,
    /// The transverse momentum of each jet, GeV; see [`jet_pt`].
    pub pt: Vec<f64>,
    /// The number of constituents of each jet (its multiplicity).
    pub constituents: Vec<usize>,
    /// The class of each jet.
    pub labels: Vec<Class>,
}

impl Observables {
    /// The number of jets.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no jets.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Adds those of `jets`, in their order.
    pub fn append(&mut self, jets: &Jets) {
        for (constituents, class) in jets.iter() {
            self.mass.push(jet_mass(constituents));
            self.pt.push(jet_pt(constituents));
            self.constituents.push(constituents.len());
            self.labels.push(class);
        }
    }
}

impl From<&Jets> for Observables {
    /// Those of `jets`, in their order.
    fn from(jets: &Jets) -> Self {
        let mut observables = Self::default();
        observables.append(jets);
        observables
    }
}

/// The observables of all jets in the file at `path`, or in its pandas table `table`, of which only a chunk is in memory
/// at a time.
///
/// Row i is jet i of the file and so image i of [`cached_images`](crate::image::cached_images).
///
/// # Errors
/// As [`open`] and [`JetReader::next_chunk`](super::JetReader::next_chunk).
pub fn observables(path: &Path, table: Option<&str>) -> Result<Observables> {
    let mut reader = open(path, table)?;
    let mut observables = Observables::default();
    while let Some(jets) = reader.next_chunk(JETS_AT_A_TIME)? {
        observables.append(&jets);
    }
    Ok(observables)
}

/// The invariant mass (GeV) of the sum of constituents (E, px, py, pz) in GeV, summed in double precision.
///
/// m² is (E - p)(E + p), for which E² and p² need not be subtracted. Rounding of the constituents may leave it slightly
/// negative, for a jet of one massless constituent, say: it counts as 0 then.
pub fn jet_mass(constituents: &[[f32; 4]]) -> f64 {
    let [energy, px, py, pz] = sum(constituents);
    let momentum = (px * px + py * py + pz * pz).sqrt();
    // The larger of a number and NaN is the number.
    ((energy - momentum) * (energy + momentum)).max(0.0).sqrt()
}

/// The transverse momentum (GeV) of the sum of constituents (E, px, py, pz) in GeV, summed in double precision.
pub fn jet_pt(constituents: &[[f32; 4]]) -> f64 {
    let [_, px, py, _] = sum(constituents);
    px.hypot(py)
}

/// The four-momentum of all constituents together.
fn sum(constituents: &[[f32; 4]]) -> [f64; 4] {
    constituents.iter().fold([0.0; 4], |total, p| std::array::from_fn(|axis| total[axis] + f64::from(p[axis])))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;

    /// E = 10, p = (0, 8, 0): m = 6. Each constituent is massless.
    const MASS_6: [[f32; 4]; 2] = [[5.0, 3.0, 4.0, 0.0], [5.0, -3.0, 4.0, 0.0]];
    /// E = 3, p = (0, 0, 0): m = 3.
    const AT_REST: [[f32; 4]; 3] = [[1.0, 1.0, 0.0, 0.0], [1.0, -1.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]];

    #[test]
    fn mass_and_transverse_momentum_are_those_worked_out_by_hand() {
        assert_eq!((jet_mass(&MASS_6), jet_pt(&MASS_6)), (6.0, 8.0));
        assert_eq!((jet_mass(&AT_REST), jet_pt(&AT_REST)), (3.0, 0.0));
        // px = 3, py = 4, pz = 12: p = 13, pT = 5; E = 85/4: m² = (85² - 52²) / 16 = 4521 / 16.
        let massive = [[21.25, 3.0, 4.0, 12.0]];
        assert!((jet_mass(&massive) - 4521f64.sqrt() / 4.0).abs() < 1e-12);
        assert_eq!(jet_pt(&massive), 5.0);
    }

    #[test]
    fn a_mass_is_never_nan() {
        let slightly_tachyonic = [[1.0, 1.0 + f32::EPSILON, 0.0, 0.0]];
        let not_a_number = [[f32::NAN, 1.0, 0.0, 0.0]];
        let largest = [[f32::MAX, f32::MAX, 0.0, 0.0]; 2];
        for jet in [&slightly_tachyonic[..], &not_a_number, &largest, &[]] {
            assert_eq!(jet_mass(jet), 0.0, "{jet:?}");
        }
    }

    #[test]
    fn jets_keep_their_order_and_their_classes() {
        let mut jets = Jets::default();
        jets.push(MASS_6, Class::Top);
        jets.push(AT_REST, Class::Qcd);
        let expected = Observables {
            mass: vec![6.0, 3.0],
            pt: vec![8.0, 0.0],
            constituents: vec![2, 3],
            labels: vec![Class::Top, Class::Qcd],
        };
        assert_eq!(Observables::from(&jets), expected);
        let mut twice = expected.clone();
        twice.append(&jets);
        assert_eq!((twice.len(), twice.mass), (4, vec![6.0, 3.0, 6.0, 3.0]));
    }

    proptest! {
        #[test]
        fn the_mass_does_not_depend_on_the_direction_and_grows_with_the_scale(
            jet in prop::collection::vec((1.0..100.0f64, -0.8..0.8f64, -0.8..0.8f64), 2..60), turn in -3.1..3.1f64
        ) {
            let massless = |scale: f64, turn: f64| -> Vec<[f32; 4]> {
                let momentum = |&(pt, phi, eta): &(f64, f64, f64)| {
                    [eta.cosh(), (phi + turn).cos(), (phi + turn).sin(), eta.sinh()].map(|x| (scale * pt * x) as f32)
                };
                jet.iter().map(momentum).collect()
            };
            let (mass, pt) = (jet_mass(&massless(1.0, 0.0)), jet_pt(&massless(1.0, 0.0)));
            // m² is a difference of numbers of the size of E²; so is its rounding.
            let energy: f64 = jet.iter().map(|(pt, _, eta)| pt * eta.cosh()).sum();
            let turned = massless(4.0, turn);
            prop_assert!((jet_mass(&turned).powi(2) / 16.0 - mass * mass).abs() < 1e-6 * energy * energy);
            prop_assert!((jet_pt(&turned) / 4.0 - pt).abs() < 1e-6 * energy);
        }
    }
}
