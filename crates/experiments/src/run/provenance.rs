//! Where a result comes from: configuration, commit, data, device, versions.

use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value, json};

/// What a run or a figure knows of its origin.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Provenance {
    /// The resolved configuration, the data's fingerprint included.
    pub configuration: Value,
    /// Commit of the code, with `-modified` if the tree differs from it; "unknown" outside a repository.
    pub commit: String,
    /// The device.
    pub device: String,
    /// Threads inside one libtorch operation.
    pub threads: usize,
    /// Versions of the program, libtorch and the compiler's target.
    pub versions: Map<String, Value>,
}

impl Provenance {
    /// Name of the file in the folder of a run; it is written last, so that its presence means the run is finished.
    pub const FILE: &str = "provenance.json";

    /// The provenance of something made now.
    pub fn now(configuration: Value, root: &Path, device: &str) -> Self {
        Self { configuration, commit: commit(root), device: device.to_owned(), threads: 1, versions: versions() }
    }

    /// As a JSON file.
    pub fn to_json(&self) -> Vec<u8> {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text.into_bytes()
    }
}

/// Versions of the program and of what it runs on.
pub fn versions() -> Map<String, Value> {
    let libtorch = models::device::libtorch_version().unwrap_or_else(|| "unknown".to_owned());
    let entries = [
        ("program", json!(env!("CARGO_PKG_VERSION"))),
        ("libtorch", json!(libtorch)),
        ("target", json!(format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS))),
    ];
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The commit of the tree at `root`.
fn commit(root: &Path) -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(root).args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    match git(&["rev-parse", "HEAD"]) {
        None => "unknown".to_owned(),
        Some(head) => match git(&["status", "--porcelain"]) {
            Some(changes) if changes.is_empty() => head,
            _ => head + "-modified",
        },
    }
}
