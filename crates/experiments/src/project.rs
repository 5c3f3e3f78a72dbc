//! The folders of the project.

use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// Where experiment files and data are read and results are written.
#[derive(Debug, Clone)]
pub struct Project {
    /// The folder that holds `experiments/` and `data/`.
    pub root: PathBuf,
    /// The folder of results.
    pub results: PathBuf,
}

impl Project {
    /// The project given, or the one around the working folder; results under `results` or the project's own.
    ///
    /// # Errors
    /// [`Error::NoProject`] if there is no `experiments` folder; [`Error::File`] if the results cannot be written.
    pub fn find(root: Option<&Path>, results: Option<&Path>) -> Result<Self> {
        let start = match root {
            Some(root) => root.to_path_buf(),
            None => std::env::current_dir().map_err(Error::file(Path::new("."), "read"))?,
        };
        let has_experiments = |folder: &&Path| folder.join("experiments").is_dir();
        let found = start.ancestors().take(if root.is_some() { 1 } else { usize::MAX }).find(has_experiments);
        let root = found.ok_or_else(|| Error::NoProject { start: start.clone() })?.to_path_buf();
        let results = results.map_or_else(|| root.join("results"), Path::to_path_buf);
        Ok(Self { root, results })
    }

    /// The experiment file of a figure, or of a source's base.
    pub fn experiment(&self, source: &str, name: &str) -> PathBuf {
        self.root.join("experiments").join(source).join(format!("{name}.toml"))
    }

    /// The folder of all runs.
    pub fn runs(&self) -> PathBuf {
        self.results.join("runs")
    }

    /// The folder of a figure.
    pub fn figure(&self, source: &str, id: &str) -> PathBuf {
        self.results.join("figures").join(source).join(id)
    }

    /// The folder of data in a form that is read fast.
    pub fn cache(&self) -> PathBuf {
        self.results.join("cache")
    }

    /// A data file: relative paths are taken from the project's folder.
    pub fn data(&self, path: &Path) -> PathBuf {
        self.root.join(path)
    }
}

/// Makes a folder and those above it.
///
/// # Errors
/// [`Error::File`] if it cannot be made.
pub fn make_folder(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).map_err(Error::file(path, "written"))
}

/// Writes a file as a whole: under a temporary name in the same folder, then renamed.
///
/// # Errors
/// [`Error::File`]; what stood under `path` before then stays.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    use std::io::Write as _;
    files::write_whole(path, |writer| writer.write_all(bytes)).map_err(Error::file(path, "written"))
}
