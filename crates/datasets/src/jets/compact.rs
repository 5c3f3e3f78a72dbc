//! Massless constituents in (pT, η, φ), all jets in one list: about 8 bytes a constituent.
//!
//! `pt` (GeV, float16) and `eta`, `phi` (int16, times their attribute `unit`) list the constituents; jet i owns
//! `offsets[i]..offsets[i + 1]`; `label` is the class. The root attribute `layout` is [`MARK`].

use super::columns::Column;
use super::{Jets, attribute, limits};
use crate::{Error, Result};
use hdf5::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The root attribute `layout` of such a file.
pub(super) const MARK: &str = "compact constituents 1";

/// Constituents that are read at a time, if one jet has no more: 32 bytes each.
const READ_CONSTITUENTS: usize = limits::READ_BYTES / 32;

/// An open file of the compact layout.
pub(super) struct Compact {
    path: PathBuf,
    offsets: Column,
    pt: Column,
    eta: Column,
    phi: Column,
    label: Column,
    eta_unit: f64,
    phi_unit: f64,
    len: usize,
    total: usize,
}

impl Compact {
    /// Checks shapes, types, units and that the jets own all constituents; the numbers are read later.
    pub(super) fn open(file: &File, path: &Path) -> Result<Self> {
        let open = |name: &str| Column::open(file, path, name);
        let (offsets, label) = (open("offsets")?, open("label")?);
        let (pt, eta, phi) = (open("pt")?, open("eta")?, open("phi")?);
        check_layout(file, path)?;
        let (len, total) = (label.len()?, pt.len()?);
        label.expect_labels(len)?;
        offsets.expect_integer()?;
        offsets.expect_len(len.saturating_add(1))?;
        pt.expect_float()?;
        for angle in [&eta, &phi] {
            angle.expect_integer()?;
            angle.expect_len(total)?;
        }
        let (eta_unit, phi_unit) = (unit(path, "eta", &eta)?, unit(path, "phi", &phi)?);
        let path = path.to_owned();
        let mut compact = Self { path, offsets, pt, eta, phi, label, eta_unit, phi_unit, len, total };
        compact.check_ends()?;
        Ok(compact)
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The jets of the first of `rows`: as many as have not too many constituents together, at least one.
    pub(super) fn read(&mut self, rows: Range<usize>) -> Result<Jets> {
        let mut bounds: Vec<i64> = self.offsets.read_rows(rows.start..rows.end + 1)?;
        self.check_offsets(rows.start, &bounds)?;
        let first = bounds[0];
        let fitting = bounds.iter().take_while(|&&bound| (bound - first) as usize <= READ_CONSTITUENTS).count();
        bounds.truncate(fitting.max(2));
        let rows = rows.start..rows.start + bounds.len() - 1;
        let list = first as usize..bounds[bounds.len() - 1] as usize;
        let labels: Vec<i64> = self.label.read_rows(rows.clone())?;
        let pt: Vec<f32> = self.pt.read_rows(list.clone())?;
        // As wide as can be: HDF5 would make the largest narrow integer of one that is too large for it.
        let eta: Vec<i64> = self.eta.read_rows(list.clone())?;
        let phi: Vec<i64> = self.phi.read_rows(list)?;
        let mut jets = Jets::default();
        for ((jet, bounds), &label) in rows.zip(bounds.windows(2)).zip(&labels) {
            let own = (bounds[0] - first) as usize..(bounds[1] - first) as usize;
            self.check_pt(jet, &pt[own.clone()])?;
            let constituents =
                own.map(|i| massless(pt[i], eta[i] as f64 * self.eta_unit, phi[i] as f64 * self.phi_unit));
            jets.push_checked(constituents, label, &self.path, jet)?;
        }
        Ok(jets)
    }

    /// Demands that the first jet begins with the first constituent and the last one ends with the last.
    fn check_ends(&mut self) -> Result<()> {
        let last = self.offsets.read_rows::<i64>(self.len..self.len + 1)?[0];
        let first = self.offsets.read_rows::<i64>(0..1)?[0];
        if first == 0 && last == self.total as i64 {
            return Ok(());
        }
        Err(Error::OffsetEnds { path: self.path.clone(), first, last, total: self.total })
    }

    fn check_offsets(&self, first: usize, bounds: &[i64]) -> Result<()> {
        let bad = |pair: &[i64]| pair[0] < 0 || pair[0] > pair[1] || pair[1] > self.total as i64;
        if let Some(i) = bounds.windows(2).position(bad) {
            let (path, jet, from, to) = (self.path.clone(), first + i, bounds[i], bounds[i + 1]);
            return Err(Error::Offsets { path, jet, from, to, total: self.total });
        }
        let longest = bounds.windows(2).enumerate().max_by_key(|(_, pair)| pair[1] - pair[0]);
        longest.map_or(Ok(()), |(i, pair)| {
            limits::check_constituents(&self.path, &format!("has in jet {}", first + i), (pair[1] - pair[0]) as usize)
        })
    }

    fn check_pt(&self, jet: usize, pt: &[f32]) -> Result<()> {
        match pt.iter().position(|&pt| pt < 0.0) {
            None => Ok(()),
            Some(constituent) => {
                let fault = format!("the negative p_T {} GeV", pt[constituent]);
                let question = "does `pt` hold transverse momenta?";
                Err(Error::Unphysical { path: self.path.clone(), jet, constituent, fault, question })
            }
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
fn unit(path: &Path, name: &str, column: &Column) -> Result<f64> {
    let unit = column.dataset().attr("unit").and_then(|attribute| attribute.read_scalar::<f64>());
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
