use std::path::PathBuf;

/// What can go wrong between an experiment file and its picture; every message names the cause and the remedy.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file that is not TOML, or has an unknown key or a value of another type.
    #[error("{}: {message}", path.display())]
    ExperimentFile {
        /// The file.
        path: PathBuf,
        /// Line, key and what is allowed.
        message: String,
    },
    /// A `--set` that cannot be applied.
    #[error("--set {assignment}: {message}; write `--set section.key=value`, as in `--set train.learning_rate=1e-3`")]
    Assignment {
        /// As it was given.
        assignment: String,
        /// Why not.
        message: String,
    },
    /// A setting outside its range, or missing.
    #[error("`{key}` is {found}: {allowed}")]
    Setting {
        /// Section and key.
        key: String,
        /// Its value, or "missing".
        found: String,
        /// What is allowed.
        allowed: String,
    },
    /// A figure that does not exist.
    #[error("there is no figure `{name}`; the nearest are {nearest}; `lab list` shows all")]
    UnknownFigure {
        /// As it was asked for.
        name: String,
        /// Names near it.
        nearest: String,
    },
    /// No project around the working folder.
    #[error("no `experiments` folder in {} or above it: run inside the project, or give `--project FOLDER`", start.display())]
    NoProject {
        /// The working folder.
        start: PathBuf,
    },
    /// A file or folder that could not be used.
    #[error("{} could not be {action}: {source}; {remedy}", path.display(), remedy = remedy(action))]
    File {
        /// The file.
        path: PathBuf,
        /// What was tried: "read", "written", "locked".
        action: &'static str,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A table of results that could not be written or read.
    #[error("the table {} could not be {action}: {reason}; delete it to make it anew, and check that its disk is not full", path.display())]
    Table {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// Why not.
        reason: String,
    },
    /// A table without a column that the drawing needs.
    #[error("table `{table}` has no column `{column}` of that type: delete the figure's folder to make it anew")]
    Column {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// Too few jets of one class in a file.
    #[error("{} has {found} {class} jets, but {wanted} are asked for: lower `data.training`, `data.validation` or `data.test`", path.display())]
    TooFewJets {
        /// The file.
        path: PathBuf,
        /// The class.
        class: &'static str,
        /// Jets there.
        found: usize,
        /// Jets asked for.
        wanted: usize,
    },
    /// Reference data that have not been fetched.
    #[error("{} is missing: fetch the top tagging reference data with `just data jets`, or use `--data generated`", path.display())]
    NoReferenceData {
        /// The file.
        path: PathBuf,
    },
    /// A worker thread that ended without a result.
    #[error(
        "a training thread ended without a result: run the same command again, it goes on from the last checkpoint"
    )]
    Worker,
    /// At least one of several figures was not made.
    #[error("not every figure was made: see above; the same command goes on from what is there")]
    SomeFailed,
    /// From the data sets.
    #[error(transparent)]
    Data(#[from] datasets::Error),
    /// From the networks and their training.
    #[error(transparent)]
    Model(#[from] models::Error),
    /// From the measures.
    #[error("{0}; if the figure has few jets or points, raise `data.test` or `evaluate.points`: its runs are kept")]
    Metric(#[from] metrics::Error),
    /// From the drawing.
    #[error(transparent)]
    Plot(#[from] crate::plot::Error),
}

/// The result of this crate's functions.
pub type Result<T> = std::result::Result<T, Error>;

/// What to do about a file that could not be used.
fn remedy(action: &str) -> &'static str {
    match action {
        "read" => "check that it exists and may be read",
        _ => "check that its folder exists and may be written, and that its disk is not full",
    }
}

impl Error {
    /// A function that makes [`Error::File`] of an I/O error, for `map_err`.
    pub fn file(path: &std::path::Path, action: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { path, action, source }
    }

    /// The same error, of a setting of the variant `name`.
    #[must_use]
    pub fn of(self, name: &str) -> Self {
        match self {
            Self::Setting { key, found, allowed } => {
                Self::Setting { key, found, allowed: format!("{allowed} (in the variant `{name}`)") }
            }
            other => other,
        }
    }

    /// A setting that is not allowed.
    pub fn setting(key: &str, found: impl std::fmt::Display, allowed: &str) -> Self {
        Self::Setting { key: key.to_owned(), found: found.to_string(), allowed: allowed.to_owned() }
    }
}
