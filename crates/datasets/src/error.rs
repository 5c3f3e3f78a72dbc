//! What can go wrong with a data set, with what to do about it.

use std::path::{Path, PathBuf};

/// The result of everything in this crate that can fail.
pub type Result<T> = std::result::Result<T, Error>;

/// What can go wrong with a data set. Jets, rows and constituents are counted from 0.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A band of excluded events that leaves none.
    #[error("the excluded band from {} to {} leaves (almost) no events; give a narrower one", band[0], band[1])]
    Band {
        /// Its ends, in s_YY.
        band: [f64; 2],
    },
    /// A sample of no points was asked for.
    #[error("a sample of 0 {what} was asked for; ask for at least 1")]
    EmptySample {
        /// What was to be drawn.
        what: &'static str,
    },

    /// A length, an energy or a width that must be positive and finite is not.
    #[error("{what} is {value}; it must be a positive, finite number")]
    NotPositive {
        /// The name of the quantity.
        what: &'static str,
        /// Its value.
        value: f64,
    },

    /// A parameter outside of the range in which it makes sense.
    #[error("{what} is {value}; it must be {needed}")]
    OutOfRange {
        /// The name of the parameter.
        what: &'static str,
        /// Its value.
        value: f64,
        /// The range that is allowed.
        needed: String,
    },

    /// Fewer jets of one class than a sample takes.
    #[error(
        "{}{wanted} {class} jets are wanted, but there are {found}; lower the number of jets or the top fraction, or give a \
         larger file",
        before(file)
    )]
    TooFewOfClass {
        /// The file of the jets, if they come from one.
        file: Option<PathBuf>,
        /// The class.
        class: &'static str,
        /// Jets there.
        found: usize,
        /// Jets wanted.
        wanted: usize,
    },

    /// Phase space of fewer than two particles.
    #[error("phase space of {particles} particle(s) does not exist; ask for at least 2")]
    TooFewParticles {
        /// The number asked for.
        particles: usize,
    },

    /// Particles that are together as heavy as their total energy, or heavier.
    #[error("more mass ({mass}) than energy ({sqrt_s}), or as much; raise the energy or lower the masses")]
    TooMuchMass {
        /// The sum of the masses.
        mass: f64,
        /// The total energy.
        sqrt_s: f64,
    },

    /// So many particles that events are hardly ever accepted.
    #[error(
        "none of {trials} trials of {particles} massive particles was accepted; ask for fewer or heavier particles"
    )]
    TrialsRefused {
        /// The number of particles.
        particles: usize,
        /// The number of trials.
        trials: usize,
    },

    /// An array with another length along an axis than its meaning demands.
    #[error("{what} have {found} numbers each, but {expected} are needed; pass an array of that shape")]
    WrongWidth {
        /// What the array holds.
        what: &'static str,
        /// The length that is needed.
        expected: usize,
        /// The length that is there.
        found: usize,
    },

    /// A row that should be a direction.
    #[error("row {row} has no direction, all of it is 0 or some of it is not finite; remove the row")]
    NoDirection {
        /// The row of the array.
        row: usize,
    },

    /// Invariant masses that no three massless particles have.
    #[error("row {row} is ({s12}, {s23}), outside of the Dalitz triangle; keep s12, s23 and 1 - s12 - s23 above 0")]
    OutsideDalitz {
        /// The row of the array.
        row: usize,
        /// The squared mass of the first two particles.
        s12: f64,
        /// The squared mass of the last two particles.
        s23: f64,
    },

    /// The file is not there.
    #[error("{path} does not exist; check the path, or make or download the file first")]
    Missing {
        /// The path that was asked for.
        path: PathBuf,
    },

    /// The file is there but the system does not let us read it.
    #[error("{path} cannot be read: {source}; {}", files::remedy(source))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },

    /// The file is no HDF5 file, or a damaged one.
    #[error("{path} is not a complete HDF5 file ({cause}); if it was downloaded or copied, fetch it again")]
    NotHdf5 {
        /// The file.
        path: PathBuf,
        /// What HDF5 said.
        cause: String,
    },

    /// An HDF5 file, but of none of the three layouts.
    #[error(
        "{path} holds none of the known layouts of jets (found: {found}); it needs `constituents` and `label`, \
         or `offsets`, `pt`, `eta`, `phi` and `label`, or a table written by pandas with format \"table\""
    )]
    UnknownLayout {
        /// The file.
        path: PathBuf,
        /// The members of the file's root.
        found: String,
    },

    /// A column that the reader needs is not in the table.
    #[error("{path} has no column {column}; write the table with the columns of the top tagging reference data")]
    MissingColumn {
        /// The file.
        path: PathBuf,
        /// The column's name.
        column: String,
    },

    /// A column that the reference data do not have. It would not matter by itself, but it changes its whole block.
    #[error(
        "{path} has the column {column}, which is none of the 806 of the top tagging reference data; write the table \
         again without it (in pandas `frame.drop`)"
    )]
    UnknownColumn {
        /// The file.
        path: PathBuf,
        /// The column's name.
        column: String,
    },

    /// A column of another type than the other columns of its kind.
    #[error(
        "{path}: column {column} is of type {found}, but {expected} is needed; write the table again with ttv and \
         is_signal_new as int64 and all other columns as float32 (in pandas `frame.astype`)"
    )]
    ColumnType {
        /// The file.
        path: PathBuf,
        /// The column's name.
        column: String,
        /// The type of the reference data.
        expected: &'static str,
        /// The type that is there.
        found: String,
    },

    /// A data set of the file has another type or shape than the layout says.
    #[error("{path}: `{dataset}` is {found}, but {expected} is needed; convert the file to that")]
    WrongType {
        /// The file.
        path: PathBuf,
        /// The data set, field or attribute.
        dataset: String,
        /// What the layout says.
        expected: String,
        /// What is there.
        found: String,
    },

    /// The names of a table's columns could not be understood.
    #[error(
        "{path}: the column names in attribute `{attribute}` cannot be read ({cause}); write the table again with pandas"
    )]
    ColumnNames {
        /// The file.
        path: PathBuf,
        /// The attribute.
        attribute: String,
        /// Why.
        cause: String,
    },

    /// The offsets of a compact file do not describe consecutive jets.
    #[error(
        "{path}: `offsets` does not fit at jet {jet} (from {from} to {to}, of {total} constituents); write the file again"
    )]
    Offsets {
        /// The file.
        path: PathBuf,
        /// The jet.
        jet: usize,
        /// Its first constituent.
        from: i64,
        /// One past its last constituent.
        to: i64,
        /// The number of constituents in the file.
        total: usize,
    },

    /// A constituent with a NaN or an infinity.
    #[error(
        "{path}: constituent {constituent} of jet {jet} has a component that is not finite; remove the jet or make the file again"
    )]
    NotFinite {
        /// The file.
        path: PathBuf,
        /// The jet.
        jet: usize,
        /// The constituent.
        constituent: usize,
    },

    /// A jet without any constituent: it has no image.
    #[error("{path}: jet {jet} has no constituents; remove the jet from the file")]
    EmptyJet {
        /// The file.
        path: PathBuf,
        /// The jet.
        jet: usize,
    },

    /// A label other than 0 (QCD) and 1 (top).
    #[error("{path}: jet {jet} has the label {label}; only 0 (QCD) and 1 (top) are known")]
    UnknownLabel {
        /// The file.
        path: PathBuf,
        /// The jet.
        jet: usize,
        /// The label found.
        label: i64,
    },

    /// HDF5 failed in the middle of a file.
    #[error(
        "{path}: reading `{dataset}` failed ({cause}); the file or its disk may be damaged, fetch or make the file again"
    )]
    Read {
        /// The file.
        path: PathBuf,
        /// The data set or attribute.
        dataset: String,
        /// What HDF5 said.
        cause: String,
    },

    /// A jet whose image would be empty.
    #[error("{}jet {jet} has no transverse momentum inside the image; remove the jet from the sample", before(file))]
    EmptyImage {
        /// The file of the jet, if it comes from one.
        file: Option<PathBuf>,
        /// The jet, counted from the start of the sample.
        jet: usize,
    },

    /// The cache could not be written.
    #[error("{path} cannot be written: {source}; {}", files::remedy(source))]
    CacheWrite {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },

    /// Another program holds the lock of the file.
    #[error(
        "{path} is in use by another program (open for writing): close it, or set HDF5_USE_FILE_LOCKING=FALSE if nothing \
         writes to it"
    )]
    InUse {
        /// The file.
        path: PathBuf,
    },

    /// The file says itself that it is open for writing: a program writes to it, or ended without closing it.
    #[error(
        "{path} is marked as open for writing: close it in the program that writes it, or remove the mark with \
         `h5clear -s` if that program has ended"
    )]
    LeftOpen {
        /// The file.
        path: PathBuf,
    },

    /// Something in the file is in another file, whose content the fingerprint does not cover.
    #[error(
        "{path}: {what} points at {target}, but a sample must lie in one file, by whose content it is known; write the \
         data into one file (`h5repack`, or copy them with h5py)"
    )]
    OutsideFile {
        /// The file.
        path: PathBuf,
        /// The link or the data set.
        what: String,
        /// The other file.
        target: String,
    },

    /// So many groups, data sets and links that the file is no file of jets.
    #[error("{path} holds more than {most} groups, data sets and links; write the jets into a file of their own")]
    TooManyObjects {
        /// The file.
        path: PathBuf,
        /// How many are allowed.
        most: usize,
    },

    /// A file of more than one pandas table, and no word on which one is meant.
    #[error("{path} holds several tables: {found}; set `data.table` to the one to read")]
    SeveralTables {
        /// The file.
        path: PathBuf,
        /// The keys of the tables.
        found: String,
    },

    /// A table that the file does not hold.
    #[error("{path} holds no table `{table}`, but {found}; set `data.table` to one of these")]
    NoSuchTable {
        /// The file.
        path: PathBuf,
        /// The key that was asked for.
        table: String,
        /// The keys of the tables.
        found: String,
    },

    /// A table was named for a file without tables.
    #[error(
        "{path} is in the {layout} layout, which has no tables; remove `data.table`, which is `{table}`, for this file"
    )]
    TableOfOtherLayout {
        /// The file.
        path: PathBuf,
        /// The key that was asked for.
        table: String,
        /// The name of the layout.
        layout: &'static str,
    },

    /// A data set packed by a filter that is not built in.
    #[error(
        "{path}: `{dataset}` is packed by the HDF5 {filter}, which cannot be unpacked here; pack it again with blosc or \
         zlib (in pandas `complib=\"blosc\"`, in h5py `compression=\"gzip\"`, or `h5repack -f GZIP=5`)"
    )]
    Filter {
        /// The file.
        path: PathBuf,
        /// The data set.
        dataset: String,
        /// The filter or filters, by name and number.
        filter: String,
    },

    /// A file that asks for more memory than any file of jets needs.
    #[error("{path} {what}, more than {most}; {remedy}")]
    Oversized {
        /// The file.
        path: PathBuf,
        /// What it holds or declares.
        what: String,
        /// What is allowed.
        most: String,
        /// What to do.
        remedy: &'static str,
    },

    /// A file without jets.
    #[error("{path} holds no jets; give a file with jets of both classes")]
    NoJets {
        /// The file.
        path: PathBuf,
    },

    /// A constituent with a momentum that no particle has.
    #[error(
        "{path}: constituent {constituent} of jet {jet} has {fault}; {question} Write the file again with momenta that particles can have"
    )]
    Unphysical {
        /// The file.
        path: PathBuf,
        /// The jet.
        jet: usize,
        /// The constituent.
        constituent: usize,
        /// What is wrong with it.
        fault: String,
        /// What may be the cause.
        question: &'static str,
    },

    /// The jets of a compact file do not own all of its constituents.
    #[error(
        "{path}: `offsets` goes from {first} to {last}, but must go from 0 to {total}, the number of constituents; write \
         the file again"
    )]
    OffsetEnds {
        /// The file.
        path: PathBuf,
        /// The first offset.
        first: i64,
        /// The last offset.
        last: i64,
        /// The number of constituents in the file.
        total: usize,
    },
}

impl Error {
    /// The same error, of jets in the file at `path`.
    #[must_use]
    pub fn in_file(self, path: &Path) -> Self {
        let file = Some(path.to_owned());
        match self {
            Self::EmptyImage { jet, .. } => Self::EmptyImage { file, jet },
            Self::TooFewOfClass { class, found, wanted, .. } => Self::TooFewOfClass { file, class, found, wanted },
            other => other,
        }
    }

    /// HDF5's failure at `dataset` of the file at `path`.
    pub(crate) fn read(path: &Path, dataset: &str, cause: impl ToString) -> Self {
        Self::Read { path: path.to_owned(), dataset: dataset.to_owned(), cause: cause.to_string() }
    }

    /// A data set that is not what the layout says.
    pub(crate) fn wrong_type(path: &Path, dataset: &str, expected: impl ToString, found: impl ToString) -> Self {
        Self::WrongType {
            path: path.to_owned(),
            dataset: dataset.to_owned(),
            expected: expected.to_string(),
            found: found.to_string(),
        }
    }

    /// The system's failure to read the file at `path`.
    pub(crate) fn unreadable(path: &Path, source: std::io::Error) -> Self {
        match source.kind() {
            std::io::ErrorKind::NotFound => Self::Missing { path: path.to_owned() },
            _ => Self::Unreadable { path: path.to_owned(), source },
        }
    }
}

/// The file's name as the beginning of a message; nothing where there is no file.
fn before(file: &Option<PathBuf>) -> String {
    file.as_ref().map_or_else(String::new, |path| format!("{}: ", path.display()))
}

/// `value` if it is `allowed`, which `needed` says in words.
pub(crate) fn within(what: &'static str, value: f64, allowed: bool, needed: impl ToString) -> Result<f64> {
    if allowed { Ok(value) } else { Err(Error::OutOfRange { what, value, needed: needed.to_string() }) }
}

/// `value` if it is positive and finite.
pub(crate) fn positive(what: &'static str, value: f64) -> Result<f64> {
    if value.is_finite() && value > 0.0 { Ok(value) } else { Err(Error::NotPositive { what, value }) }
}
