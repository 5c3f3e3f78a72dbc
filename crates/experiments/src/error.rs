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
    #[error("{}`{key}` is {found}: {allowed}{}", before(place.as_ref()), of_variant(variant.as_ref()))]
    Setting {
        /// Section and key.
        key: String,
        /// Its value, or "missing".
        found: String,
        /// What is allowed.
        allowed: String,
        /// The variant whose setting it is, if it is that of one alone.
        variant: Option<String>,
        /// Where the value that took effect stands: file and line, or the option of the command line.
        place: Option<String>,
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
    #[error("{} could not be {action}: {source}; {remedy}", path.display(), remedy = files::remedy(source))]
    File {
        /// The file.
        path: PathBuf,
        /// What was tried: "read", "written", "locked", "removed".
        action: &'static str,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A lock that is a symbolic link, as no program of this project makes one.
    #[error("{} is a symbolic link, and what it points at is not touched: remove it", path.display())]
    LockIsLink {
        /// The file.
        path: PathBuf,
    },
    /// A run's folder with another configuration than its name stands for.
    #[error(
        "{} is not the configuration that the folder's name stands for: it was edited, or copied from another run; \
         settings are changed in `experiments/` or by `--set`, and this folder can be deleted to train it anew",
        path.display()
    )]
    ForeignConfiguration {
        /// The file.
        path: PathBuf,
    },
    /// A stored table of results that is not one.
    #[error("{} is no table of results ({reason}): delete it to make it anew", path.display())]
    Table {
        /// The file.
        path: PathBuf,
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
    #[error("{} has {found} {class} jets, but {wanted} are asked for: {}", path.display(), remedy_for_jets(*found))]
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
    /// Runs or an evaluation that do not fit into this machine's memory.
    #[error("{what} would need {needed:.1} GB of memory, and this machine has {there:.1} GB: lower {lower}")]
    Memory {
        /// What needs it.
        what: String,
        /// Gigabytes needed.
        needed: f64,
        /// Gigabytes there.
        there: f64,
        /// The settings to lower.
        lower: &'static str,
    },
    /// A worker thread that ended without a result.
    #[error(
        "a training thread ended without a result: run the same command again, it goes on from the last checkpoint"
    )]
    Worker,
    /// A signal that ended the program.
    #[error(
        "stopped by {}: finished runs and the checkpoints of the others are kept, and the same command goes on from there",
        crate::interrupt::name(*.0)
    )]
    Signal(i32),
    /// Standard output that nobody reads any more.
    #[error("nobody reads the output any more")]
    ClosedPipe,
    /// Standard output that could not be written.
    #[error("the output could not be written: {source}; results are stored all the same, send the output elsewhere")]
    Output {
        /// The system's answer.
        source: std::io::Error,
    },
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
    #[error(transparent)]
    Metric(#[from] metrics::Error),
    /// From the drawing.
    #[error(transparent)]
    Plot(#[from] crate::plot::Error),
}

/// The result of this crate's functions.
pub type Result<T> = std::result::Result<T, Error>;

/// Characters of a value that a message repeats at most.
pub const OF_VALUE: usize = 200;
/// Characters of another library's message, which may list all that is allowed.
pub const OF_MESSAGE: usize = 1000;

/// A text that may be long, cut after `most` characters.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{} ... ({} bytes)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}

fn before(place: Option<&String>) -> String {
    place.map_or_else(String::new, |place| format!("{place}: "))
}

fn of_variant(variant: Option<&String>) -> String {
    variant.map_or_else(String::new, |name| format!(" (in the variant `{name}`)"))
}

/// What to do about too few jets of a class: no size is small enough where there are none.
fn remedy_for_jets(found: usize) -> &'static str {
    match found {
        0 => {
            "a file to test on needs jets of both classes, a file to train on those of the class that is trained on; give \
             another file, or mind that the label is 0 for QCD and 1 for top"
        }
        _ => "lower `data.training`, `data.validation` or `data.test`",
    }
}

impl Error {
    /// A function that makes [`Error::File`] of an I/O error, for `map_err`.
    pub fn file(path: &std::path::Path, action: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { path, action, source }
    }

    /// Whether the file system does not let anything be written.
    pub fn is_for_reading_only(&self) -> bool {
        use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem};
        matches!(self, Self::File { source, action: "written", .. }
            if matches!(source.kind(), PermissionDenied | ReadOnlyFilesystem))
    }

    /// The same error, of a setting of the variant `name`.
    #[must_use]
    pub fn of(mut self, name: &str) -> Self {
        if let Self::Setting { variant, .. } = &mut self
            && !name.is_empty()
        {
            *variant = Some(name.to_owned());
        }
        self
    }

    /// The same error, of a setting that was set there.
    #[must_use]
    pub fn at(mut self, there: &dyn std::fmt::Display) -> Self {
        if let Self::Setting { place, .. } = &mut self {
            *place = Some(there.to_string());
        }
        self
    }

    /// A setting that is not allowed.
    pub fn setting(key: &str, found: impl std::fmt::Display, allowed: &str) -> Self {
        let (found, allowed) = (shortened(&found.to_string(), OF_VALUE), allowed.to_owned());
        Self::Setting { key: key.to_owned(), found, allowed, variant: None, place: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_size_is_lowered_where_there_are_no_jets_of_a_class() {
        let message = |found| Error::TooFewJets { path: "jets.h5".into(), class: "top", found, wanted: 8 }.to_string();
        assert!(message(3).contains("has 3 top jets, but 8 are asked for: lower `data.training`"), "{}", message(3));
        assert!(message(0).contains("jets of both classes") && !message(0).contains("lower"), "{}", message(0));
    }
}
