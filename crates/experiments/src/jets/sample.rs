//! What a jet file calls its jets, for the figures' footers.

use std::path::Path;

use crate::Result;

/// The sample's name, as its file states it: "generated sample", say.
///
/// # Errors
/// [`crate::Error::Data`] if the file cannot be read.
pub fn sample_name(path: &Path) -> Result<String> {
    Ok(datasets::jets::open(path)?.sample_name().to_owned())
}
