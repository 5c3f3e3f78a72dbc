//! What the jet files call their jets, for the figures' footers.

use std::path::Path;

use crate::config::JetFiles;
use crate::tables::{Table, Tables};
use crate::{Project, Result};

/// The sample's name, as its file states it: "generated sample", say.
///
/// # Errors
/// [`crate::Error::Data`] if the file cannot be read.
pub fn sample_name(path: &Path) -> Result<String> {
    Ok(datasets::jets::open(path)?.sample_name().to_owned())
}

/// The table `samples` with the names of the jets trained on and tested on.
///
/// # Errors
/// As [`sample_name`].
pub fn samples_table(files: &JetFiles, project: &Project) -> Result<Table> {
    let [train, test] = [&files.train_file, &files.test_file].map(|file| sample_name(&project.data(file)));
    Ok(Table::new("samples").with_texts("use", ["train", "test"]).with_texts("name", [train?, test?]))
}

/// "trained on: generated sample; tested on: generated sample".
///
/// # Errors
/// [`crate::Error::Column`] if the tables have no samples.
pub fn samples_text(tables: &Tables) -> Result<String> {
    let names = tables.get("samples")?.texts("name")?;
    Ok(format!("trained on: {}; tested on: {}", names[0], names[1]))
}
