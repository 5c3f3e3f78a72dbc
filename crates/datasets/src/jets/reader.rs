//! Opening a file of jets in whichever layout it has, and reading it chunk by chunk.

use super::compact::Compact;
use super::opening::open_hdf5;
use super::padded::Padded;
use super::pandas_table::PandasTable;
use super::{Jets, attribute, compact, contents, limits};
use crate::{Error, Result};
use hdf5::{Dataset, File};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Jets in memory at a time where a whole file is gone through: about 16 MB of the widest layout.
pub(crate) const JETS_AT_A_TIME: usize = 4096;

/// How a file stores its jets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A table written by pandas, as the top tagging reference data are.
    PandasTable,
    /// `constituents` of shape (jets, constituents, 4), padded with zeros.
    Padded,
    /// One list of constituents with offsets.
    Compact,
}

impl Layout {
    /// The layout in words.
    pub fn name(self) -> &'static str {
        match self {
            Self::PandasTable => "pandas",
            Self::Padded => "padded",
            Self::Compact => "compact",
        }
    }
}

/// An open file of jets, read from its start to its end in chunks.
///
/// The file is never held in memory as a whole: a chunk of n jets of the widest layout takes about 4 kB · n. What a file
/// declares is not believed: at most 64 MiB of jets are read at a time, and more only where a chunk of the file, which is
/// unpacked as a whole, is larger. A chunk may have 256 MiB when unpacked, a jet 10 000 constituents, a file as many jets as
/// bytes and 4096 groups, data sets and links; all that is more is refused before memory is taken for it.
pub struct JetReader {
    source: Source,
    sample_name: String,
    next: usize,
}

enum Source {
    PandasTable(PandasTable),
    Padded(Padded),
    Compact(Compact),
}

/// Opens the file at `path` and finds out its layout; of several pandas tables, `table` names the one to read.
///
/// A table is named by its key, as it was given to `to_hdf`: `train`, or `toptag/train`.
///
/// # Errors
/// [`Error::Missing`], [`Error::Unreadable`], [`Error::InUse`], [`Error::LeftOpen`] or [`Error::NotHdf5`] if it is no
/// readable HDF5 file, [`Error::OutsideFile`] if not all of it lies in the file, [`Error::UnknownLayout`] if it is none of
/// the three layouts; [`Error::SeveralTables`], [`Error::NoSuchTable`] or [`Error::TableOfOtherLayout`] if `table` does not
/// fit; [`Error::MissingColumn`], [`Error::UnknownColumn`], [`Error::ColumnType`], [`Error::WrongType`],
/// [`Error::ColumnNames`] or [`Error::OffsetEnds`] if it is one of the layouts in part; [`Error::Filter`] if it is packed by
/// a filter that is not built in, [`Error::Oversized`] or [`Error::TooManyObjects`] if it asks for too much, and
/// [`Error::NoJets`] if there are no jets in it.
pub fn open(path: impl AsRef<Path>, table: Option<&str>) -> Result<JetReader> {
    let path = path.as_ref();
    let file = open_hdf5(path)?;
    let source = find_source(&file, path, table)?;
    let stem = || path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let sample_name = attribute::text(&file, "sample").unwrap_or_else(stem);
    let reader = JetReader { source, sample_name, next: 0 };
    let file_bytes = std::fs::metadata(path).map_err(|source| Error::unreadable(path, source))?.len();
    limits::check_jets(path, reader.len(), file_bytes)?;
    Ok(reader)
}

fn find_source(file: &File, path: &Path, table: Option<&str>) -> Result<Source> {
    let tables = contents::tables(file, path)?;
    let layout = if file.link_exists("constituents") {
        Layout::Padded
    } else if file.link_exists("offsets") || attribute::text(file, "layout").as_deref() == Some(compact::MARK) {
        Layout::Compact
    } else if !tables.is_empty() {
        Layout::PandasTable
    } else {
        return Err(unknown_layout(file, path));
    };
    match (layout, table) {
        (Layout::PandasTable, table) => PandasTable::open(choose(tables, table, path)?, path).map(Source::PandasTable),
        (layout, Some(table)) => {
            Err(Error::TableOfOtherLayout { path: path.to_owned(), table: table.to_owned(), layout: layout.name() })
        }
        (Layout::Padded, None) => Padded::open(file, path).map(Source::Padded),
        (Layout::Compact, None) => Compact::open(file, path).map(Source::Compact),
    }
}

/// The only one of the tables, or the one that is named.
fn choose(mut tables: Vec<(String, Dataset)>, name: Option<&str>, path: &Path) -> Result<Dataset> {
    let path = path.to_owned();
    let keys: Vec<&str> = tables.iter().map(|(key, _)| key.as_str()).collect();
    let found = keys.join(", ");
    let place = match name {
        Some(name) => match keys.iter().position(|key| *key == name.trim_matches('/')) {
            Some(place) => place,
            None => return Err(Error::NoSuchTable { path, table: name.to_owned(), found }),
        },
        None if keys.len() > 1 => return Err(Error::SeveralTables { path, found }),
        None => 0,
    };
    Ok(tables.swap_remove(place).1)
}

fn unknown_layout(file: &File, path: &Path) -> Error {
    let found = file.member_names().unwrap_or_default();
    let found = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
    Error::UnknownLayout { path: PathBuf::from(path), found }
}

impl JetReader {
    /// The number of jets in the file.
    pub fn len(&self) -> usize {
        match &self.source {
            Source::PandasTable(table) => table.len(),
            Source::Padded(arrays) => arrays.len(),
            Source::Compact(lists) => lists.len(),
        }
    }

    /// Whether the file holds no jets, which [`open`] refuses.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How the file stores its jets.
    pub fn layout(&self) -> Layout {
        match &self.source {
            Source::PandasTable(_) => Layout::PandasTable,
            Source::Padded(_) => Layout::Padded,
            Source::Compact(_) => Layout::Compact,
        }
    }

    /// The name of the sample: the root attribute `sample`, else the file's name without its ending.
    pub fn sample_name(&self) -> &str {
        &self.sample_name
    }

    /// The next jets of the file, at least one and at most `max_rows`, or nothing at the end of the file.
    ///
    /// Where possible the number is a multiple of the file's own chunks, so that each of them is unpacked once.
    ///
    /// # Errors
    /// [`Error::EmptySample`] for `max_rows` = 0, [`Error::NotFinite`], [`Error::Unphysical`], [`Error::EmptyJet`],
    /// [`Error::UnknownLabel`], [`Error::Offsets`] or [`Error::Oversized`] for a bad jet, [`Error::Read`] if HDF5 fails.
    pub fn next_chunk(&mut self, max_rows: usize) -> Result<Option<Jets>> {
        if max_rows == 0 {
            return Err(Error::EmptySample { what: "jets at a time" });
        }
        let rows = self.next_rows(max_rows);
        if rows.is_empty() {
            return Ok(None);
        }
        let jets = match &mut self.source {
            Source::PandasTable(table) => table.read(rows),
            Source::Padded(arrays) => arrays.read(rows),
            Source::Compact(lists) => lists.read(rows),
        }?;
        self.next += jets.len();
        Ok(Some(jets))
    }

    /// All remaining jets at once, for files that fit into memory.
    ///
    /// # Errors
    /// As [`JetReader::next_chunk`].
    pub fn read_all(&mut self) -> Result<Jets> {
        let mut jets = Jets::default();
        while let Some(chunk) = self.next_chunk(JETS_AT_A_TIME)? {
            jets.append(&chunk);
        }
        Ok(jets)
    }

    fn next_rows(&self, max_rows: usize) -> Range<usize> {
        let (chunk, row_bytes) = match &self.source {
            Source::PandasTable(table) => (table.chunk_rows(), table.row_bytes()),
            Source::Padded(arrays) => (arrays.chunk_rows(), arrays.row_bytes()),
            // Offset and label; how many constituents are read at a time is for the layout to say.
            Source::Compact(_) => (1, 2 * size_of::<i64>()),
        };
        let max_rows = max_rows.min((limits::READ_BYTES / row_bytes.max(1)).max(1));
        let limit = self.next.saturating_add(max_rows);
        let aligned = limit - limit % chunk.max(1);
        let end = if aligned > self.next { aligned } else { limit };
        self.next..end.min(self.len())
    }
}
