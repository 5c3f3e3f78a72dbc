//! The layout of the top tagging reference data: a table of 806 columns written by pandas (`to_hdf`, format "table").
//!
//! Inside, a row is {index, values_block_0: 804 floats, values_block_1: 2 integers}. Which column is which is said
//! by the attributes `values_block_*_kind`: E_i, PX_i, PY_i, PZ_i for 200 constituents in order of pT, padded with
//! zeros, the true momentum of the top, `ttv`, and the label `is_signal_new`. Columns are found by name.

use super::columns::{Column, is_integer};
use super::deflated_chunks::{DeflatedChunks, Unpacker};
use super::limits::ROW_BYTES;
use super::{Jets, attribute, column_names, table_columns};
use crate::{Error, Result};
use hdf5::Dataset;
use hdf5::datatype::Conversion;
use hdf5::types::TypeDescriptor;
use rayon::prelude::*;
use std::collections::HashMap;
use std::mem::offset_of;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Columns in the block of floats: four for each of 200 constituents and four of the true top quark.
const FLOATS: usize = 804;
/// Columns in the block of integers: `ttv` and `is_signal_new`.
const INTEGERS: usize = 2;
const LABEL: &str = "is_signal_new";

/// A row as it lies in the file, so that HDF5 has nothing to convert (unless the file has other widths).
#[derive(Clone, Copy, hdf5::H5Type)]
#[repr(C)]
struct Row {
    index: i64,
    values_block_0: [f32; FLOATS],
    values_block_1: [i64; INTEGERS],
}

/// An open file of the pandas layout.
pub(super) struct PandasTable {
    path: PathBuf,
    table: Column,
    /// Where E, px, py, pz of each constituent stand in the block of floats.
    constituents: Vec<[usize; 4]>,
    /// Where the label stands in the block of integers.
    label: usize,
    len: usize,
    /// The table's chunks, if they can be unpacked without HDF5.
    deflated: Option<DeflatedChunks>,
}

impl PandasTable {
    /// Checks types and finds the columns; the numbers are read later.
    pub(super) fn open(table: Dataset, path: &Path) -> Result<Self> {
        check_types(&table, path)?;
        let floats = names(&table, path, "values_block_0_kind", FLOATS)?;
        let integers = names(&table, path, "values_block_1_kind", INTEGERS)?;
        let row_bytes = table.dtype().map_err(|cause| Error::read(path, "table", cause))?.size();
        if row_bytes > ROW_BYTES {
            return Err(Error::Oversized {
                path: path.to_owned(),
                what: format!("has rows of {row_bytes} bytes in `table`"),
                most: format!("the {ROW_BYTES} that a row may have"),
                remedy: "write the table again with pandas",
            });
        }
        let len = table.shape()[0];
        let constituents = constituent_columns(&floats, path)?;
        let label = integers.iter().position(|name| name == LABEL);
        let label = label.ok_or_else(|| Error::MissingColumn { path: path.to_owned(), column: LABEL.to_owned() })?;
        let deflated = if is_row(&table) { DeflatedChunks::find(&table, path) } else { None };
        let table = Column::new(table, path, "table")?;
        Ok(Self { path: path.to_owned(), table, constituents, label, len, deflated })
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn chunk_rows(&self) -> usize {
        self.table.chunk_rows()
    }

    /// Bytes of a jet in memory.
    pub(super) fn row_bytes(&self) -> usize {
        size_of::<Row>()
    }

    pub(super) fn read(&mut self, rows: Range<usize>) -> Result<Jets> {
        // Where a part of a chunk is wanted, HDF5 keeps the rest of it unpacked for the next time.
        if let Some(deflated) = &self.deflated
            && let Some(chunks) = deflated.covering(&rows)
        {
            return self.read_deflated(deflated, chunks);
        }
        self.read_by_hdf5(rows)
    }

    fn read_deflated(&self, deflated: &DeflatedChunks, chunks: Range<usize>) -> Result<Jets> {
        let unpack = |unpacker: &mut Unpacker, chunk| self.unpack(deflated, chunk, unpacker);
        // An error for each chunk: the one reported is the first in the file, however the threads run.
        let parts: Vec<Result<Jets>> = chunks.into_par_iter().map_init(Unpacker::default, unpack).collect();
        let mut jets = Jets::default();
        for part in parts {
            jets.append(&part?);
        }
        Ok(jets)
    }

    /// The jets of one chunk.
    fn unpack(&self, deflated: &DeflatedChunks, chunk: usize, unpacker: &mut Unpacker) -> Result<Jets> {
        let table = deflated.unpack(chunk, unpacker).map_err(|cause| Error::read(&self.path, "table", cause))?;
        let rows = deflated.rows(chunk);
        // Constituent by constituent, as the columns are: number i of row r is at i * rows + r.
        let mut momenta = vec![[0.0; 4]; self.constituents.len() * rows.len()];
        for (constituent, columns) in momenta.chunks_exact_mut(rows.len()).zip(&self.constituents) {
            for (component, column) in columns.iter().enumerate() {
                let values = table.column(offset_of!(Row, values_block_0) + size_of::<f32>() * column);
                constituent.iter_mut().zip(values).for_each(|(p, value)| p[component] = f32::from_ne_bytes(value));
            }
        }
        let labels = table.column(offset_of!(Row, values_block_1) + size_of::<i64>() * self.label);
        let mut jets = Jets::default();
        for ((row, jet), label) in rows.clone().enumerate().zip(labels) {
            let constituents = momenta.iter().skip(row).step_by(rows.len()).copied();
            jets.push_checked(constituents, i64::from_ne_bytes(label), &self.path, jet)?;
        }
        Ok(jets)
    }

    fn read_by_hdf5(&mut self, rows: Range<usize>) -> Result<Jets> {
        let table: Vec<Row> = self.table.read_rows(rows.clone())?;
        let mut jets = Jets::default();
        for (jet, row) in rows.zip(&table) {
            let values = &row.values_block_0;
            let constituents = self.constituents.iter().map(|columns| columns.map(|column| values[column]));
            jets.push_checked(constituents, row.values_block_1[self.label], &self.path, jet)?;
        }
        Ok(jets)
    }
}

/// The columns of E_i, PX_i, PY_i, PZ_i for i = 0, 1, ... as far as any of them goes.
fn constituent_columns(names: &[String], path: &Path) -> Result<Vec<[usize; 4]>> {
    let places: HashMap<&str, usize> = names.iter().enumerate().map(|(place, name)| (name.as_str(), place)).collect();
    let count = |component: &str| {
        let is_own = |name: &&String| {
            let number = name.strip_prefix(component).and_then(|rest| rest.strip_prefix('_'));
            number.is_some_and(|number| number.parse::<usize>().is_ok())
        };
        names.iter().filter(is_own).count()
    };
    let find = |column: String| {
        let place = places.get(column.as_str()).copied();
        place.ok_or_else(|| Error::MissingColumn { path: path.to_owned(), column })
    };
    let columns = |i: usize| {
        let of = |component: &str| find(format!("{component}_{i}"));
        Ok([of("E")?, of("PX")?, of("PY")?, of("PZ")?])
    };
    let n = ["E", "PX", "PY", "PZ"].map(count).into_iter().fold(1, usize::max);
    (0..n).map(columns).collect()
}

/// The `n` column names in the pickled attribute of the table.
fn names(table: &Dataset, path: &Path, name: &str, n: usize) -> Result<Vec<String>> {
    let failed = |cause: String| Error::ColumnNames { path: path.to_owned(), attribute: name.to_owned(), cause };
    let pickle = attribute::bytes(table, name).ok_or_else(|| failed("it is missing or no text".to_owned()))?;
    let names = column_names::unpickle(&pickle).map_err(failed)?;
    if names.len() == n {
        return Ok(names);
    }
    Err(failed(format!("{} names for {n} columns", names.len())))
}

/// Demands the two blocks; HDF5 converts other widths of float and integer.
fn check_types(table: &Dataset, path: &Path) -> Result<()> {
    let descriptor = table.dtype().and_then(|dtype| dtype.to_descriptor());
    if table.ndim() == 1 && descriptor.as_ref().is_ok_and(has_both_blocks) {
        return Ok(());
    }
    let found = match descriptor {
        Ok(descriptor) => format!("of type {}", in_words(&descriptor)),
        // The bindings have no name for half floats and for the truth values that pandas writes.
        Err(cause) => format!("of a type that is not known here ({cause})"),
    };
    let expected = "a table of {index: integer, values_block_0: [float; 804], values_block_1: [integer; 2]}";
    let fault = table_columns::fault(table, path);
    Err(fault.unwrap_or_else(|| Error::wrong_type(path, "table", expected, found)))
}

fn has_both_blocks(descriptor: &TypeDescriptor) -> bool {
    let TypeDescriptor::Compound(row) = descriptor else { return false };
    let field = |name: &str| row.fields.iter().find(|field| field.name == name).map(|field| &field.ty);
    let block = |name: &str, n: usize, fits: fn(&TypeDescriptor) -> bool| match field(name) {
        Some(TypeDescriptor::FixedArray(ty, len)) => *len == n && fits(ty),
        _ => false,
    };
    block("values_block_0", FLOATS, |ty| matches!(ty, TypeDescriptor::Float(_)))
        && block("values_block_1", INTEGERS, is_integer)
        && field("index").is_some_and(is_integer)
}

/// The type, that of rows field by field.
fn in_words(descriptor: &TypeDescriptor) -> String {
    let TypeDescriptor::Compound(row) = descriptor else { return descriptor.to_string() };
    let fields: Vec<String> = row.fields.iter().map(|field| format!("{}: {}", field.name, field.ty)).collect();
    format!("{{{}}}", fields.join(", "))
}

/// Whether the table's rows are [`Row`]s, byte for byte.
fn is_row(table: &Dataset) -> bool {
    table.dtype().is_ok_and(|dtype| matches!(dtype.conv_to::<Row>(), Some(Conversion::NoOp)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use hdf5::File;
    use rand::Rng as _;

    fn golden(name: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name)
    }

    #[test]
    fn hdf5_has_nothing_to_convert_in_a_row_of_the_reference_layout() {
        for name in ["pandas_blosc.h5", "pandas_zlib.h5"] {
            assert!(is_row(&File::open(golden(name)).unwrap().dataset("table/table").unwrap()));
        }
    }

    #[test]
    fn rows_of_other_widths_or_in_another_order_are_for_hdf5_to_convert() {
        #[derive(Clone, hdf5::H5Type)]
        #[repr(C)]
        struct Wide {
            index: i64,
            values_block_0: [f64; FLOATS],
            values_block_1: [i64; INTEGERS],
        }
        #[derive(Clone, hdf5::H5Type)]
        #[repr(C)]
        struct Swapped {
            index: i64,
            values_block_1: [i64; INTEGERS],
            values_block_0: [f32; FLOATS],
        }
        let folder = tempfile::tempdir().unwrap();
        let file = File::create(folder.path().join("others.h5")).unwrap();
        assert!(!is_row(&file.new_dataset::<Wide>().shape(1).create("wide").unwrap()));
        assert!(!is_row(&file.new_dataset::<Swapped>().shape(1).create("swapped").unwrap()));
        assert!(is_row(&file.new_dataset::<Row>().shape(1).create("row").unwrap()));
    }

    /// A table of 10 random jets in chunks of 4, as pandas packs it, after `change`.
    fn random_table(folder: &Path, change: impl FnOnce(&mut [Row])) -> PandasTable {
        let mut generator = random::stream(1, "deflated jets", 0);
        let mut rows = [Row { index: 0, values_block_0: [0.0; FLOATS], values_block_1: [0; INTEGERS] }; 10];
        for row in &mut rows {
            let constituents = generator.random_range(1..=200);
            for p in row.values_block_0[..4 * constituents].as_chunks_mut().0 {
                let [px, py, pz] = std::array::from_fn(|_| generator.random::<f32>() - 0.5);
                *p = [(px * px + py * py + pz * pz).sqrt(), px, py, pz];
            }
            row.values_block_1[1] = generator.random_range(0..2);
        }
        change(&mut rows);
        let path = folder.join("random.h5");
        let file = File::create(&path).unwrap();
        let builder = file.new_dataset_builder().with_data(&rows).chunk(4).shuffle().deflate(5);
        let table = builder.create("table").unwrap();
        file.flush().unwrap();
        let constituents = (0..200).map(|i| [4 * i, 4 * i + 1, 4 * i + 2, 4 * i + 3]).collect();
        let deflated = DeflatedChunks::find(&table, &path);
        let table = Column::new(table, &path, "table").unwrap();
        PandasTable { path, table, constituents, label: 1, len: 10, deflated }
    }

    #[test]
    fn chunks_unpacked_without_hdf5_hold_the_jets_that_hdf5_reads() {
        let folder = tempfile::tempdir().unwrap();
        let path = golden("pandas_zlib.h5");
        let table = File::open(&path).unwrap().dataset("table/table").unwrap();
        let written_by_pandas = PandasTable::open(table, &path).unwrap();
        for mut table in [written_by_pandas, random_table(folder.path(), |_| {})] {
            for start in (0..table.len).step_by(table.chunk_rows()) {
                let deflated = table.deflated.as_ref().unwrap();
                let chunks = deflated.covering(&(start..table.len)).unwrap();
                let jets = table.read_deflated(deflated, chunks).unwrap();
                assert_eq!(jets, table.read_by_hdf5(start..table.len).unwrap());
                assert_eq!(jets.len(), table.len - start);
            }
        }
    }

    #[test]
    fn of_several_bad_jets_the_first_in_the_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let mut table = random_table(folder.path(), |rows| {
            rows[9].values_block_0[1] = f32::NAN;
            rows[5].values_block_1[1] = 7;
            rows[6].values_block_0.fill(0.0);
        });
        assert!(table.deflated.is_some());
        for _ in 0..20 {
            let error = table.read(0..10).unwrap_err();
            assert!(matches!(error, Error::UnknownLabel { jet: 5, label: 7, .. }), "{error}");
        }
    }

    #[test]
    fn a_flipped_byte_anywhere_in_a_chunk_is_an_error_that_names_its_rows() {
        let folder = tempfile::tempdir().unwrap();
        let whole = std::fs::read(golden("pandas_zlib.h5")).unwrap();
        let table = File::open(golden("pandas_zlib.h5")).unwrap().dataset("table/table").unwrap();
        let chunk = table.chunk_info(0).unwrap();
        for byte in (0..chunk.size).step_by(61).chain([chunk.size - 1]) {
            let mut bytes = whole.clone();
            bytes[(chunk.addr + byte) as usize] ^= 0xff;
            let path = folder.path().join("flipped.h5");
            std::fs::write(&path, bytes).unwrap();
            let table = File::open(&path).unwrap().dataset("table/table").unwrap();
            let error = PandasTable::open(table, &path).unwrap().read(0..7).unwrap_err().to_string();
            for part in [path.to_str().unwrap(), "`table`", "rows 0 to 6", "do not unpack", "damaged"] {
                assert!(error.contains(part), "{byte}: {error}");
            }
        }
    }

    fn texts(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn constituents_are_found_by_name_in_any_order() {
        let names = texts(&["truthE", "PZ_1", "E_1", "PX_1", "PY_1", "E_0", "PX_0", "PY_0", "PZ_0"]);
        let columns = constituent_columns(&names, Path::new("file")).unwrap();
        assert_eq!(columns, [[5, 6, 7, 8], [2, 3, 4, 1]]);
    }

    #[test]
    fn a_missing_component_is_named() {
        for (names, missing) in [(&["E_0", "PX_0", "PY_0"][..], "PZ_0"), (&["truthE"][..], "E_0")] {
            let error = constituent_columns(&texts(names), Path::new("file"));
            assert!(matches!(&error, Err(Error::MissingColumn { column, .. }) if column == missing), "{error:?}");
        }
    }
}
