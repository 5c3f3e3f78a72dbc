//! What several tests need: the golden files and the folder of data that not everyone has.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use serde_json::Value;
use std::path::PathBuf;

/// The folder of golden values.
pub fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests").join("golden").join(name)
}

/// A golden JSON file.
pub fn golden_json(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(golden(name)).unwrap()).unwrap()
}

/// A list of jets of four-momenta.
pub fn jets_of(json: &Value) -> Vec<Vec<[f64; 4]>> {
    serde_json::from_value(json.clone()).unwrap()
}

/// A file in the folder that AUTOENCODER_LAB_DATA names; says so and gives nothing where that is unset.
pub fn lab_data(name: &str) -> Option<PathBuf> {
    match std::env::var_os("AUTOENCODER_LAB_DATA") {
        Some(folder) => Some(PathBuf::from(folder).join(name)),
        None => {
            eprintln!("skipped: AUTOENCODER_LAB_DATA is not set");
            None
        }
    }
}

/// A list of texts as Python pickles it, by protocol 0.
pub fn pickled(names: &[String]) -> String {
    let appended: String = names.iter().map(|name| format!("V{name}\np1\na")).collect();
    format!("(lp0\n{appended}.")
}
