//! Jets in memory: one list of constituents, cut into jets by offsets.

use super::Class;
use crate::{Error, Result};
use std::path::Path;

/// Jets of different numbers of constituents. Each constituent is (E, px, py, pz) in GeV.
#[derive(Clone, Debug, PartialEq)]
pub struct Jets {
    /// Where each jet starts in `constituents`, and at the end where the last one stops: one more than jets.
    pub offsets: Vec<usize>,
    /// The constituents of all jets, one jet after the other.
    pub constituents: Vec<[f32; 4]>,
    /// The class of each jet.
    pub labels: Vec<Class>,
}

impl Default for Jets {
    fn default() -> Self {
        Self { offsets: vec![0], constituents: Vec::new(), labels: Vec::new() }
    }
}

impl Jets {
    /// The number of jets.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no jets.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The constituents of jet `i`, in the order of the file.
    ///
    /// # Panics
    /// If there is no jet `i`.
    pub fn get(&self, i: usize) -> &[[f32; 4]] {
        &self.constituents[self.offsets[i]..self.offsets[i + 1]]
    }

    /// The jets in order, each with its class.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&[[f32; 4]], Class)> {
        (0..self.len()).map(|i| (self.get(i), self.labels[i]))
    }

    /// Adds a jet.
    pub fn push(&mut self, constituents: impl IntoIterator<Item = [f32; 4]>, class: Class) {
        self.constituents.extend(constituents);
        self.offsets.push(self.constituents.len());
        self.labels.push(class);
    }

    /// Adds all jets of `other`.
    pub fn append(&mut self, other: &Self) {
        let start = self.constituents.len();
        self.constituents.extend_from_slice(&other.constituents);
        self.offsets.extend(other.offsets[1..].iter().map(|offset| start + offset));
        self.labels.extend_from_slice(&other.labels);
    }

    /// Adds jet number `jet` of the file at `path`, leaving out the padding (constituents that are zero throughout).
    pub(super) fn push_checked(
        &mut self,
        constituents: impl Iterator<Item = [f32; 4]>,
        label: i64,
        path: &Path,
        jet: usize,
    ) -> Result<()> {
        let start = self.constituents.len();
        for (constituent, p) in constituents.enumerate() {
            if p == [0.0; 4] {
                continue;
            }
            if !p.iter().all(|component| component.is_finite()) {
                return Err(Error::NotFinite { path: path.to_owned(), jet, constituent });
            }
            if let Some(fault) = unphysical(p) {
                let question = "are the columns E, px, py, pz?";
                return Err(Error::Unphysical { path: path.to_owned(), jet, constituent, fault, question });
            }
            self.constituents.push(p);
        }
        if self.constituents.len() == start {
            return Err(Error::EmptyJet { path: path.to_owned(), jet });
        }
        let unknown = || Error::UnknownLabel { path: path.to_owned(), jet, label };
        self.labels.push(Class::from_label(label).ok_or_else(unknown)?);
        self.offsets.push(self.constituents.len());
        Ok(())
    }
}

/// How far E may be below |p|, as a fraction of |p|.
///
/// Numbers of 16 bits keep 11 binary digits: E may be rounded down, and |p| up, by 2^-11 of it each. This is twice that.
const ROUNDING: f64 = 1.0 / 512.0;

/// What is wrong with a four-momentum (E, px, py, pz) that no particle has, if anything.
fn unphysical(p: [f32; 4]) -> Option<String> {
    let [energy, px, py, pz] = p.map(f64::from);
    let momentum = (px * px + py * py + pz * pz).sqrt();
    if energy < 0.0 {
        return Some(format!("the negative energy {energy} GeV"));
    }
    (energy < momentum * (1.0 - ROUNDING)).then(|| format!("the energy {energy} GeV below its momentum {momentum} GeV"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    const A: [f32; 4] = [1.0, 1.0, 0.0, 0.0];
    const B: [f32; 4] = [2.0, 0.0, 2.0, 0.0];
    const ZERO: [f32; 4] = [0.0; 4];

    #[test]
    fn padding_is_left_out_wherever_it_stands() {
        let mut jets = Jets::default();
        let path = Path::new("file");
        jets.push_checked([A, ZERO, B, ZERO].into_iter(), 1, path, 0).unwrap();
        jets.push_checked([B].into_iter(), 0, path, 1).unwrap();
        assert_eq!(jets.get(0), [A, B]);
        assert_eq!(jets.get(1), [B]);
        assert_eq!(jets.labels, [Class::Top, Class::Qcd]);
    }

    #[test]
    fn a_bad_jet_is_named_with_its_constituent() {
        let path = Path::new("file");
        let push =
            |constituents: [[f32; 4]; 2], label| Jets::default().push_checked(constituents.into_iter(), label, path, 7);
        for bad in [f32::NAN, f32::INFINITY] {
            let error = push([A, [1.0, bad, 0.0, 0.0]], 0);
            assert!(matches!(error, Err(Error::NotFinite { jet: 7, constituent: 1, .. })), "{error:?}");
        }
        assert!(matches!(push([ZERO, ZERO], 0), Err(Error::EmptyJet { jet: 7, .. })));
        assert!(matches!(push([A, B], 3), Err(Error::UnknownLabel { jet: 7, label: 3, .. })));
    }

    #[test]
    fn momenta_that_no_particle_has_are_refused_and_rounded_ones_are_not() {
        let path = Path::new("file");
        let push = |p: [f32; 4]| Jets::default().push_checked([A, p].into_iter(), 0, path, 7);
        // px, py, pz, E of the massless (3, 1, 2, 2): its E is py there, below its |p|.
        for bad in [[1.0, 2.0, 2.0, 3.0], [-3.0, 1.0, 2.0, 2.0], [-1e-9, 0.0, 0.0, 0.0], [2.98, 1.0, 2.0, 2.0]] {
            let error = push(bad).unwrap_err();
            assert!(matches!(error, Error::Unphysical { jet: 7, constituent: 1, .. }), "{error}");
            let text = error.to_string();
            assert!(text.starts_with("file: ") && text.contains("are the columns E, px, py, pz?"), "{text}");
        }
        // As rounded as numbers of 16 bits can be, at rest, without p_T, and as large as can be.
        let coarse = 1.0 / 2048.0;
        let rounded = [3.0 * (1.0 - coarse), 1.0 + coarse, 2.0 * (1.0 + coarse), 2.0 * (1.0 + coarse)];
        for good in [rounded, [1.0, 0.0, 0.0, 0.0], [5.0, 0.0, 0.0, -5.0], [f32::MAX, f32::MAX, 0.0, 0.0]] {
            push(good).unwrap();
        }
    }

    #[test]
    fn appended_jets_come_after_and_keep_their_constituents() {
        let mut jets = Jets::default();
        jets.push([A], Class::Qcd);
        let mut more = Jets::default();
        more.push([B, A], Class::Top);
        more.push([B], Class::Qcd);
        jets.append(&more);
        assert_eq!(jets.offsets, [0, 1, 3, 4]);
        let jets: Vec<_> = jets.iter().collect();
        assert_eq!(jets, [(&[A][..], Class::Qcd), (&[B, A][..], Class::Top), (&[B][..], Class::Qcd)]);
    }
}
