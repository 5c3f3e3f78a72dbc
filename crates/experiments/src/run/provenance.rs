//! Where a result comes from: configuration, commit, data, device, processor, versions; and the files that it stands for.

use std::collections::BTreeMap;
use std::path::Path;

use files::Digest;
use serde_json::{Map, Value, json};

use super::spec::short_hash;

/// The files of a folder that a record stands for, by name.
pub type Listed = BTreeMap<String, Digest>;

/// What a run or a figure knows of its origin.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Provenance {
    /// The resolved configuration, the data's fingerprint included.
    pub configuration: Value,
    /// Commit of the program's code, with `-modified` if its sources differed from it; "unknown" if it was built outside its
    /// own repository.
    pub commit: String,
    /// The device.
    pub device: String,
    /// Model of the processor, on which the last digits depend.
    pub processor: String,
    /// Threads inside one libtorch operation.
    pub threads: usize,
    /// Versions of the program, libtorch and the compiler's target.
    pub versions: Map<String, Value>,
    /// The files that it stands for.
    #[serde(default)]
    pub files: Listed,
}

impl Provenance {
    /// Name of the file in the folder of a run; it is written last, so that its presence means the run is finished.
    pub const FILE: &str = "provenance.json";

    /// The provenance of something made now.
    pub fn now(configuration: Value, device: &str, files: Listed) -> Self {
        Self {
            configuration,
            commit: COMMIT.to_owned(),
            device: device.to_owned(),
            processor: models::device::processor(),
            threads: 1,
            versions: versions(),
            files,
        }
    }

    /// As a JSON file.
    pub fn to_json(&self) -> Vec<u8> {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text.into_bytes()
    }

    /// The record of the run `hash` in `folder`, if there is one, it is of that run, and it says which files it stands for.
    pub fn of_run(folder: &Path, hash: &str) -> Option<Self> {
        let record: Self = serde_json::from_slice(&std::fs::read(folder.join(Self::FILE)).ok()?).ok()?;
        (short_hash(&record.configuration) == hash && !record.files.is_empty()).then_some(record)
    }
}

/// The commit that the program was built from.
pub const COMMIT: &str = env!("AUTOENCODER_LAB_COMMIT");

/// What the files `names` of `folder` are known by.
///
/// # Errors
/// [`crate::Error::File`] if one cannot be read.
pub fn listed(folder: &Path, names: impl IntoIterator<Item = String>) -> crate::Result<Listed> {
    let digest = |name: String| {
        let path = folder.join(&name);
        let digest = Digest::of_file(&path).map_err(crate::Error::file(&path, "read"))?;
        Ok((name, digest))
    };
    names.into_iter().map(digest).collect()
}

/// The first of the files that is not there with its bytes.
pub fn changed<'a>(folder: &Path, files: &'a Listed) -> Option<&'a str> {
    files.iter().find(|(name, digest)| !digest.is_of_file(&folder.join(name))).map(|(name, _)| name.as_str())
}

/// Versions of the program and of what it runs on.
pub fn versions() -> Map<String, Value> {
    let libtorch = models::device::libtorch_version().unwrap_or_else(|| "unknown".to_owned());
    let entries = [
        ("program", json!(env!("CARGO_PKG_VERSION"))),
        ("libtorch", json!(libtorch)),
        ("libtorch_capability", json!(models::device::libtorch_capability())),
        ("target", json!(format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS))),
    ];
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_believed_only_under_the_name_of_its_configuration_and_with_its_files() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("weights"), "abc").unwrap();
        let files = listed(folder.path(), ["weights".to_owned()]).unwrap();
        let write = |files: Listed| {
            let record = Provenance::now(json!({"x": 0.1}), "cpu", files);
            std::fs::write(folder.path().join(Provenance::FILE), record.to_json()).unwrap();
        };
        let hash = short_hash(&json!({"x": 0.1}));
        write(files.clone());
        assert_eq!(Provenance::of_run(folder.path(), &hash).unwrap().files, files);
        assert!(Provenance::of_run(folder.path(), "0123456789abcdef").is_none());
        write(Listed::new());
        assert!(Provenance::of_run(folder.path(), &hash).is_none(), "it stands for nothing");
        std::fs::write(folder.path().join(Provenance::FILE), "{").unwrap();
        assert!(Provenance::of_run(folder.path(), &hash).is_none(), "it is cut short");
    }

    #[test]
    fn the_first_file_that_is_changed_or_gone_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        ["a", "b", "c"].into_iter().for_each(|name| write(name, name));
        let files = listed(folder.path(), ["a", "b", "c"].map(str::to_owned)).unwrap();
        assert_eq!(changed(folder.path(), &files), None);
        write("c", "d");
        assert_eq!(changed(folder.path(), &files), Some("c"));
        std::fs::remove_file(folder.path().join("b")).unwrap();
        assert_eq!(changed(folder.path(), &files), Some("b"));
    }

    #[test]
    fn a_result_knows_its_commit_processor_and_versions() {
        let record = Provenance::now(json!({}), "cpu", Listed::new());
        let commit = record.commit.trim_end_matches("-modified");
        assert!(
            commit == "unknown" || (commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit())),
            "{commit}"
        );
        assert!(!record.processor.is_empty());
        assert!(
            ["libtorch", "libtorch_capability", "program", "target"]
                .iter()
                .all(|key| record.versions.contains_key(*key))
        );
    }
}
