//! Opening a file of jets in whichever layout it has, and reading it chunk by chunk.

use super::compact::Compact;
use super::padded::Padded;
use super::pandas_table::PandasTable;
use super::{Jets, attribute, compact};
use crate::{Error, Result};
use hdf5::File;
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

/// An open file of jets, read from its start to its end in chunks.
///
/// The file is never held in memory as a whole: a chunk of n jets of the widest layout takes about 4 kB · n.
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

/// Opens the file at `path` and finds out its layout.
///
/// # Errors
/// [`Error::Missing`], [`Error::Unreadable`] or [`Error::NotHdf5`] if it is no readable HDF5 file,
/// [`Error::UnknownLayout`] if it is none of the three layouts, and [`Error::MissingColumn`], [`Error::UnknownColumn`],
/// [`Error::ColumnType`], [`Error::WrongType`] or [`Error::ColumnNames`] if it is one of them in part.
pub fn open(path: impl AsRef<Path>) -> Result<JetReader> {
    let path = path.as_ref();
    let file = open_hdf5(path)?;
    let source = find_source(&file, path)?;
    let sample_name = attribute::text(&file, "sample").unwrap_or_else(|| match source {
        Source::PandasTable(_) => "top tagging data".to_owned(),
        _ => path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
    });
    Ok(JetReader { source, sample_name, next: 0 })
}

fn open_hdf5(path: &Path) -> Result<File> {
    // HDF5 says little about why it cannot open a file; the system says it well.
    std::fs::File::open(path).map_err(|source| Error::unreadable(path, source))?;
    File::open(path).map_err(|cause| Error::NotHdf5 { path: path.to_owned(), cause: cause.to_string() })
}

fn find_source(file: &File, path: &Path) -> Result<Source> {
    if file.link_exists("constituents") {
        return Padded::open(file, path).map(Source::Padded);
    }
    if file.link_exists("offsets") || attribute::text(file, "layout").as_deref() == Some(compact::MARK) {
        return Compact::open(file, path).map(Source::Compact);
    }
    if let Some(table) = PandasTable::find(file) {
        return PandasTable::open(table, path).map(Source::PandasTable);
    }
    let found = file.member_names().unwrap_or_default();
    let found = if found.is_empty() { "nothing".to_owned() } else { found.join(", ") };
    Err(Error::UnknownLayout { path: PathBuf::from(path), found })
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

    /// Whether the file holds no jets.
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

    /// The name of the sample: the root attribute `sample`, else "top tagging data" for a pandas table, else the
    /// file's name without its ending.
    pub fn sample_name(&self) -> &str {
        &self.sample_name
    }

    /// The next jets of the file, at least one and at most `max_rows`, or nothing at the end of the file.
    ///
    /// Where possible the number is a multiple of the file's own chunks, so that each of them is unpacked once.
    ///
    /// # Errors
    /// [`Error::EmptySample`] for `max_rows` = 0, [`Error::NotFinite`], [`Error::EmptyJet`], [`Error::UnknownLabel`]
    /// or [`Error::Offsets`] for a bad jet, [`Error::Read`] if HDF5 fails.
    pub fn next_chunk(&mut self, max_rows: usize) -> Result<Option<Jets>> {
        if max_rows == 0 {
            return Err(Error::EmptySample { what: "jets at a time" });
        }
        let rows = self.next_rows(max_rows);
        if rows.is_empty() {
            return Ok(None);
        }
        let jets = match &self.source {
            Source::PandasTable(table) => table.read(rows.clone()),
            Source::Padded(arrays) => arrays.read(rows.clone()),
            Source::Compact(lists) => lists.read(rows.clone()),
        }?;
        self.next = rows.end;
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
        let chunk = match &self.source {
            Source::PandasTable(table) => table.chunk_rows(),
            Source::Padded(arrays) => arrays.chunk_rows(),
            Source::Compact(_) => 1,
        };
        let limit = self.next.saturating_add(max_rows);
        let aligned = limit - limit % chunk.max(1);
        let end = if aligned > self.next { aligned } else { limit };
        self.next..end.min(self.len())
    }
}
