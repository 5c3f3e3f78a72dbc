//! The data sets of a file, opened with a check of their types.

use crate::{Error, Result};
use hdf5::types::{FloatSize, TypeDescriptor};
use hdf5::{Dataset, File};
use std::path::Path;

/// The data set `name`.
///
/// # Errors
/// [`Error::MissingColumn`] if the file has none.
pub(super) fn dataset(file: &File, path: &Path, name: &str) -> Result<Dataset> {
    let missing = |_| Error::MissingColumn { path: path.to_owned(), column: name.to_owned() };
    file.dataset(name).map_err(missing)
}

/// Demands floating-point numbers of any width (HDF5 converts them).
pub(super) fn expect_float(path: &Path, name: &str, dataset: &Dataset) -> Result<()> {
    expect(path, name, dataset, "of floating-point numbers", |ty| matches!(ty, TypeDescriptor::Float(_)))
}

/// Demands integers of any width and sign.
pub(super) fn expect_integer(path: &Path, name: &str, dataset: &Dataset) -> Result<()> {
    expect(path, name, dataset, "of integers", is_integer)
}

/// Demands a one-dimensional data set of `len` elements.
pub(super) fn expect_len(path: &Path, name: &str, dataset: &Dataset, len: usize) -> Result<()> {
    let shape = dataset.shape();
    if shape == [len] {
        return Ok(());
    }
    Err(Error::wrong_type(path, name, format!("of shape [{len}]"), format!("of shape {shape:?}")))
}

/// Demands `len` integer labels.
pub(super) fn expect_labels(path: &Path, label: &Dataset, len: usize) -> Result<()> {
    expect_integer(path, "label", label)?;
    expect_len(path, "label", label, len)
}

/// Whether the type is an integer of any width and sign.
pub(super) fn is_integer(ty: &TypeDescriptor) -> bool {
    matches!(ty, TypeDescriptor::Integer(_) | TypeDescriptor::Unsigned(_))
}

fn expect(
    path: &Path,
    name: &str,
    dataset: &Dataset,
    expected: &str,
    fits: impl Fn(&TypeDescriptor) -> bool,
) -> Result<()> {
    let dtype = dataset.dtype().map_err(|cause| Error::read(path, name, cause))?;
    let descriptor = match dtype.to_descriptor() {
        Ok(descriptor) => descriptor,
        // The bindings have no name for numbers of 16 bits with a fraction, but HDF5 reads them.
        Err(_) if dtype.size() == 2 => TypeDescriptor::Float(FloatSize::U4),
        Err(cause) => return Err(Error::read(path, name, cause)),
    };
    if fits(&descriptor) {
        return Ok(());
    }
    Err(Error::wrong_type(path, name, expected, format!("of type {descriptor}")))
}
