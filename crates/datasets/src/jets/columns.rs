//! The data sets of a file, opened with a check of their types and of how they are packed.

use super::packing::PackedChunks;
use crate::{Error, Result};
use hdf5::types::{FloatSize, TypeDescriptor};
use hdf5::{Dataset, File, H5Type, Selection};
use ndarray::{Array, Dimension};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A data set whose first dimension is that of jets or constituents, read from its start to its end.
pub(super) struct Column {
    path: PathBuf,
    name: String,
    dataset: Dataset,
    packed: Option<PackedChunks>,
}

impl Column {
    /// The data set `name` of the file.
    ///
    /// # Errors
    /// [`Error::MissingColumn`] if there is none, and as [`Column::new`].
    pub(super) fn open(file: &File, path: &Path, name: &str) -> Result<Self> {
        let missing = |_| Error::MissingColumn { path: path.to_owned(), column: name.to_owned() };
        Self::new(file.dataset(name).map_err(missing)?, path, name)
    }

    /// A data set that errors call `name`.
    ///
    /// # Errors
    /// [`Error::Filter`], [`Error::Oversized`] or [`Error::Read`] for chunks that cannot be read or are too large.
    pub(super) fn new(dataset: Dataset, path: &Path, name: &str) -> Result<Self> {
        let packed = PackedChunks::find(&dataset, path, name)?;
        Ok(Self { path: path.to_owned(), name: name.to_owned(), dataset, packed })
    }

    pub(super) fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    pub(super) fn shape(&self) -> Vec<usize> {
        self.dataset.shape()
    }

    /// Rows of a chunk; 1 if the data set has no chunks.
    pub(super) fn chunk_rows(&self) -> usize {
        self.dataset.chunk().and_then(|chunk| chunk.first().copied()).unwrap_or(1)
    }

    /// Demands floating-point numbers of any width (HDF5 converts them).
    pub(super) fn expect_float(&self) -> Result<()> {
        self.expect("of floating-point numbers", |ty| matches!(ty, TypeDescriptor::Float(_)))
    }

    /// Demands integers of any width and sign.
    pub(super) fn expect_integer(&self) -> Result<()> {
        self.expect("of integers", is_integer)
    }

    /// The length of a data set that must have one dimension.
    pub(super) fn len(&self) -> Result<usize> {
        match self.shape()[..] {
            [len] => Ok(len),
            _ => Err(self.wrong_type("of one dimension".to_owned(), format!("of shape {:?}", self.shape()))),
        }
    }

    /// Demands one dimension and `len` elements.
    pub(super) fn expect_len(&self, len: usize) -> Result<()> {
        let shape = self.shape();
        if shape == [len] {
            return Ok(());
        }
        Err(self.wrong_type(format!("of shape [{len}]"), format!("of shape {shape:?}")))
    }

    /// Demands `len` integer labels.
    pub(super) fn expect_labels(&self, len: usize) -> Result<()> {
        self.expect_integer()?;
        self.expect_len(len)
    }

    /// The numbers in the rows up to `end` that `selection` selects.
    pub(super) fn read<T: H5Type, D: Dimension>(&mut self, end: usize, selection: Selection) -> Result<Array<T, D>> {
        self.check_until(end)?;
        self.dataset.read_slice(selection).map_err(|cause| Error::read(&self.path, &self.name, cause))
    }

    /// The numbers in `rows` of a data set of one dimension.
    pub(super) fn read_rows<T: H5Type>(&mut self, rows: Range<usize>) -> Result<Vec<T>> {
        let column: Array<T, ndarray::Ix1> = self.read(rows.end, rows.into())?;
        Ok(column.into_raw_vec_and_offset().0)
    }

    fn check_until(&mut self, end: usize) -> Result<()> {
        let Some(packed) = &mut self.packed else { return Ok(()) };
        packed.check_until(end).map_err(|cause| Error::read(&self.path, &self.name, cause))
    }

    fn expect(&self, expected: &str, fits: impl Fn(&TypeDescriptor) -> bool) -> Result<()> {
        let failed = |cause: hdf5::Error| Error::read(&self.path, &self.name, cause);
        let dtype = self.dataset.dtype().map_err(failed)?;
        let descriptor = match dtype.to_descriptor() {
            Ok(descriptor) => descriptor,
            // The bindings have no name for numbers of 16 bits with a fraction, but HDF5 reads them.
            Err(_) if dtype.size() == 2 => TypeDescriptor::Float(FloatSize::U4),
            Err(cause) => return Err(failed(cause)),
        };
        if fits(&descriptor) {
            return Ok(());
        }
        Err(self.wrong_type(expected.to_owned(), format!("of type {descriptor}")))
    }

    fn wrong_type(&self, expected: String, found: String) -> Error {
        Error::wrong_type(&self.path, &self.name, expected, found)
    }
}

/// Whether the type is an integer of any width and sign.
pub(super) fn is_integer(ty: &TypeDescriptor) -> bool {
    matches!(ty, TypeDescriptor::Integer(_) | TypeDescriptor::Unsigned(_))
}
