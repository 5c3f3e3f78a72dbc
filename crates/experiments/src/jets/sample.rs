//! What the jet files call their jets, for the figures' footers.

use std::path::Path;

use datasets::image::fingerprint;

use crate::config::JetFiles;
use crate::tables::{Table, Tables};
use crate::{Error, Project, Result, samples};

/// The list of the reference files by their content, which the script that fetches them writes once it has verified them:
/// the SHA-256 as 64 hexadecimal digits, two spaces and the name, a file a line.
const VERIFIED: &str = "SHA256SUMS";
/// What a file on that list holds, wherever it lies and whatever it is called.
const REFERENCE: &str = "top tagging reference data";

/// The sample's name: that of the reference data for a verified file of them, else as its file states it ("generated
/// sample", say) or is called, with the table that is read of it if one is named.
///
/// # Errors
/// [`Error::Data`] if the file cannot be read, [`Error::File`] if the list of reference files cannot be.
fn sample_name(file: &Path, table: Option<&str>, project: &Project) -> Result<String> {
    let path = project.data(file);
    let reader = datasets::jets::open(&path, table)?;
    if is_reference(&path, project)? {
        return Ok(REFERENCE.to_owned());
    }
    let table = table.map_or_else(String::new, |table| format!(", table {table}"));
    Ok(format!("{}{table}", reader.sample_name()))
}

/// Whether the file at `path` is one of the reference data, bit for bit.
fn is_reference(path: &Path, project: &Project) -> Result<bool> {
    let list = project.data(Path::new(samples::REFERENCE_FOLDER)).join(VERIFIED);
    let list = match std::fs::read_to_string(&list) {
        Ok(list) => list,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(Error::file(&list, "read")(error)),
    };
    let fingerprint = fingerprint(path, &project.cache())?;
    Ok(list.lines().filter_map(|line| line.split_whitespace().next()).any(|sum| sum.eq_ignore_ascii_case(&fingerprint)))
}

/// The name of the jets tested on.
///
/// # Errors
/// [`Error::Data`] if their file cannot be read.
pub fn test_name(files: &JetFiles, project: &Project) -> Result<String> {
    sample_name(&files.test_file, files.test_table.as_deref(), project)
}

/// The table `samples` with the names of the jets trained on and tested on.
///
/// # Errors
/// As [`test_name`].
pub fn samples_table(files: &JetFiles, project: &Project) -> Result<Table> {
    let train = sample_name(&files.train_file, files.train_table.as_deref(), project)?;
    Ok(Table::new("samples")
        .with_texts("use", ["train", "test"])
        .with_texts("name", [train, test_name(files, project)?]))
}

/// "trained on: generated sample; tested on: generated sample".
///
/// # Errors
/// [`crate::Error::Column`] if the tables have no samples.
pub fn samples_text(tables: &Tables) -> Result<String> {
    let names = tables.get("samples")?.texts("name")?;
    Ok(format!("trained on: {}; tested on: {}", names[0], names[1]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_a_file_on_the_list_of_verified_ones_is_called_reference_data() {
        let folder = tempfile::tempdir().unwrap();
        let project = Project { root: folder.path().to_owned(), results: folder.path().join("results") };
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../datasets/tests/golden/pandas_zlib.h5");
        let file = Path::new("data/my jets.h5");
        let reference = folder.path().join(samples::REFERENCE_FOLDER);
        std::fs::create_dir_all(&reference).unwrap();
        std::fs::copy(golden, folder.path().join(file)).unwrap();
        let name = |table| sample_name(file, table, &project).unwrap();
        assert_eq!(name(None), "my jets");
        assert_eq!(name(Some("table")), "my jets, table table");
        let list = |sum: &str| std::fs::write(reference.join(VERIFIED), format!("{sum}  train.h5\n")).unwrap();
        list(&"0".repeat(64));
        assert_eq!(name(None), "my jets");
        list(&fingerprint(&folder.path().join(file), &project.cache()).unwrap());
        assert_eq!(name(None), "top tagging reference data");
    }
}
