//! Massless constituents in (pT, η, φ), all jets in one list: about 8 bytes a constituent.
//!
//! `pt` (GeV, float16) and `eta`, `phi` (int16, times their attribute `unit`) list the constituents; jet i owns
//! `offsets[i]..offsets[i + 1]`; `label` is the class. The root attribute `layout` is [`MARK`].

use super::columns::{dataset, expect_float, expect_integer, expect_labels, expect_len};
use super::{Jets, attribute};
use crate::{Error, Result};
use hdf5::{Dataset, File};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The root attribute `layout` of such a file.
pub(super) const MARK: &str = "compact constituents 1";

/// An open file of the compact layout.
pub(super) struct Compact {
    path: PathBuf,
    offsets: Dataset,
    pt: Dataset,
    eta: Dataset,
    phi: Dataset,
    label: Dataset,
    eta_unit: f64,
    phi_unit: f64,
    len: usize,
    total: usize,
}

impl Compact {
    /// Checks shapes, types and units; the numbers are read later.
    pub(super) fn open(file: &File, path: &Path) -> Result<Self> {
        let open = |name: &str| dataset(file, path, name);
        let (offsets, label) = (open("offsets")?, open("label")?);
        let (pt, eta, phi) = (open("pt")?, open("eta")?, open("phi")?);
        check_layout(file, path)?;
        let len = label.size();
        let total = pt.size();
        expect_labels(path, &label, len)?;
        expect_integer(path, "offsets", &offsets)?;
        expect_len(path, "offsets", &offsets, len + 1)?;
        expect_float(path, "pt", &pt)?;
        expect_len(path, "pt", &pt, total)?;
        for (name, angle) in [("eta", &eta), ("phi", &phi)] {
            expect_integer(path, name, angle)?;
            expect_len(path, name, angle, total)?;
        }
        let (eta_unit, phi_unit) = (unit(path, "eta", &eta)?, unit(path, "phi", &phi)?);
        Ok(Self { path: path.to_owned(), offsets, pt, eta, phi, label, eta_unit, phi_unit, len, total })
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn read(&self, rows: Range<usize>) -> Result<Jets> {
        let bounds = self.column::<u64>("offsets", &self.offsets, rows.start..rows.end + 1)?;
        self.check_offsets(rows.start, &bounds)?;
        let labels = self.column::<i64>("label", &self.label, rows.clone())?;
        let first = bounds[0] as usize;
        let list = first..bounds[bounds.len() - 1] as usize;
        let pt = self.column::<f32>("pt", &self.pt, list.clone())?;
        let eta = self.column::<i32>("eta", &self.eta, list.clone())?;
        let phi = self.column::<i32>("phi", &self.phi, list)?;
        let mut jets = Jets::default();
        for ((jet, bounds), &label) in rows.zip(bounds.windows(2)).zip(&labels) {
            let own = bounds[0] as usize - first..bounds[1] as usize - first;
            let constituents =
                own.map(|i| massless(pt[i], f64::from(eta[i]) * self.eta_unit, f64::from(phi[i]) * self.phi_unit));
            jets.push_checked(constituents, label, &self.path, jet)?;
        }
        Ok(jets)
    }

    fn column<T: hdf5::H5Type>(&self, name: &str, dataset: &Dataset, range: Range<usize>) -> Result<Vec<T>> {
        let column = dataset.read_slice_1d::<T, _>(range).map_err(|cause| Error::read(&self.path, name, cause))?;
        Ok(column.into_raw_vec_and_offset().0)
    }

    fn check_offsets(&self, first: usize, bounds: &[u64]) -> Result<()> {
        let bad = |pair: &[u64]| pair[0] > pair[1] || pair[1] > self.total as u64;
        match bounds.windows(2).position(bad) {
            None => Ok(()),
            Some(i) => Err(Error::Offsets {
                path: self.path.clone(),
                jet: first + i,
                from: bounds[i],
                to: bounds[i + 1],
                total: self.total,
            }),
        }
    }
}

/// The four-momentum (E, px, py, pz) of a massless particle.
fn massless(pt: f32, eta: f64, phi: f64) -> [f32; 4] {
    let pt = f64::from(pt);
    [pt * eta.cosh(), pt * phi.cos(), pt * phi.sin(), pt * eta.sinh()].map(|component| component as f32)
}

fn check_layout(file: &File, path: &Path) -> Result<()> {
    match attribute::text(file, "layout") {
        Some(layout) if layout == MARK => Ok(()),
        found => Err(Error::wrong_type(
            path,
            "attribute layout",
            format!("\"{MARK}\""),
            found.map_or("missing".to_owned(), |found| format!("\"{found}\"")),
        )),
    }
}

/// The step of the integer column `name`.
fn unit(path: &Path, name: &str, column: &Dataset) -> Result<f64> {
    let unit = column.attr("unit").and_then(|attribute| attribute.read_scalar::<f64>());
    match unit {
        Ok(unit) if unit.is_finite() && unit > 0.0 => Ok(unit),
        Ok(unit) => Err(Error::wrong_type(path, &format!("{name}, attribute unit"), "a positive number", unit)),
        Err(_) => Err(Error::wrong_type(path, &format!("{name}, attribute unit"), "a number", "missing")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_massless_momentum_has_its_pt_eta_and_phi() {
        // sinh(ln 2) = 3/4 and cosh(ln 2) = 5/4.
        let p = massless(4.0, 2f64.ln(), std::f64::consts::FRAC_PI_2);
        for (component, expected) in p.into_iter().zip([5.0, 0.0, 4.0, 3.0]) {
            assert!((component - expected).abs() < 1e-6, "{p:?}");
        }
    }
}
