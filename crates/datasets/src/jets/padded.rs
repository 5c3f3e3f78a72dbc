//! Jets padded to a common number of constituents: `constituents` (jets, m, 4) in GeV and `label` (jets).

use super::columns::Column;
use super::{Jets, limits};
use crate::{Error, Result};
use hdf5::File;
use ndarray::Array3;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// An open file of the padded layout.
pub(super) struct Padded {
    path: PathBuf,
    constituents: Column,
    label: Column,
    len: usize,
    /// Places for constituents in each jet.
    width: usize,
}

impl Padded {
    /// Checks shapes and types; the numbers are read later.
    pub(super) fn open(file: &File, path: &Path) -> Result<Self> {
        let constituents = Column::open(file, path, "constituents")?;
        let label = Column::open(file, path, "label")?;
        let shape = constituents.shape();
        let [len, width, 4] = shape[..] else {
            return Err(Error::wrong_type(
                path,
                "constituents",
                "of shape (jets, constituents, 4)",
                format!("of shape {shape:?}"),
            ));
        };
        limits::check_constituents(path, "has room in each jet for", width)?;
        constituents.expect_float()?;
        label.expect_labels(len)?;
        Ok(Self { path: path.to_owned(), constituents, label, len, width })
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn chunk_rows(&self) -> usize {
        self.constituents.chunk_rows()
    }

    /// Bytes of a jet in memory.
    pub(super) fn row_bytes(&self) -> usize {
        self.width * size_of::<[f32; 4]>()
    }

    pub(super) fn read(&mut self, rows: Range<usize>) -> Result<Jets> {
        let block: Array3<f32> = self.constituents.read(rows.end, (rows.clone(), .., ..).into())?;
        let labels: Vec<i64> = self.label.read_rows(rows.clone())?;
        let mut jets = Jets::default();
        for ((jet, row), &label) in rows.zip(block.outer_iter()).zip(&labels) {
            let constituents = row.rows().into_iter().map(|p| [p[0], p[1], p[2], p[3]]);
            jets.push_checked(constituents, label, &self.path, jet)?;
        }
        Ok(jets)
    }
}
