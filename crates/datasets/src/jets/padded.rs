//! Jets padded to a common number of constituents: `constituents` (jets, m, 4) in GeV and `label` (jets).

use super::Jets;
use super::columns::{dataset, expect_float, expect_labels};
use crate::{Error, Result};
use hdf5::{Dataset, File};
use ndarray::{Array3, s};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// An open file of the padded layout.
pub(super) struct Padded {
    path: PathBuf,
    constituents: Dataset,
    label: Dataset,
    len: usize,
}

impl Padded {
    /// Checks shapes and types; the numbers are read later.
    pub(super) fn open(file: &File, path: &Path) -> Result<Self> {
        let constituents = dataset(file, path, "constituents")?;
        let label = dataset(file, path, "label")?;
        let shape = constituents.shape();
        let [len, _, 4] = shape[..] else {
            return Err(Error::wrong_type(
                path,
                "constituents",
                "of shape (jets, constituents, 4)",
                format!("of shape {shape:?}"),
            ));
        };
        expect_float(path, "constituents", &constituents)?;
        expect_labels(path, &label, len)?;
        Ok(Self { path: path.to_owned(), constituents, label, len })
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn chunk_rows(&self) -> usize {
        self.constituents.chunk().map_or(1, |chunk| chunk[0])
    }

    pub(super) fn read(&self, rows: Range<usize>) -> Result<Jets> {
        let failed = |dataset: &str, cause: hdf5::Error| Error::read(&self.path, dataset, cause);
        let block: Array3<f32> =
            self.constituents.read_slice(s![rows.clone(), .., ..]).map_err(|cause| failed("constituents", cause))?;
        let labels = self.label.read_slice_1d::<i64, _>(rows.clone()).map_err(|cause| failed("label", cause))?;
        let mut jets = Jets::default();
        for ((jet, row), &label) in rows.zip(block.outer_iter()).zip(&labels) {
            let constituents = row.rows().into_iter().map(|p| [p[0], p[1], p[2], p[3]]);
            jets.push_checked(constituents, label, &self.path, jet)?;
        }
        Ok(jets)
    }
}
