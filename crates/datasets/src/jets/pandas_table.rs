//! The layout of the top tagging reference data: a table of 806 columns written by pandas (`to_hdf`, format "table").
//!
//! Inside, a row is {index, values_block_0: 804 floats, values_block_1: 2 integers}. Which column is which is said
//! by the attributes `values_block_*_kind`: E_i, PX_i, PY_i, PZ_i for 200 constituents in order of pT, padded with
//! zeros, the true momentum of the top, `ttv`, and the label `is_signal_new`. Columns are found by name.

use super::columns::is_integer;
use super::{Jets, attribute, column_names};
use crate::{Error, Result};
use hdf5::types::TypeDescriptor;
use hdf5::{Dataset, File, Group};
use std::collections::HashMap;
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
    table: Dataset,
    /// Where E, px, py, pz of each constituent stand in the block of floats.
    constituents: Vec<[usize; 4]>,
    /// Where the label stands in the block of integers.
    label: usize,
    len: usize,
}

impl PandasTable {
    /// The table of `file`, if it holds one (pandas puts it into a group named after the key).
    pub(super) fn find(file: &File) -> Option<Dataset> {
        let holds_table = |group: &Group| group.dataset("table").ok();
        let groups = file.groups().ok()?;
        groups.iter().filter(|group| group.attr("pandas_type").is_ok()).find_map(holds_table)
    }

    /// Checks types and finds the columns; the numbers are read later.
    pub(super) fn open(table: Dataset, path: &Path) -> Result<Self> {
        check_types(&table, path)?;
        let floats = names(&table, path, "values_block_0_kind", FLOATS)?;
        let integers = names(&table, path, "values_block_1_kind", INTEGERS)?;
        let len = table.size();
        let constituents = constituent_columns(&floats, path)?;
        let label = integers.iter().position(|name| name == LABEL);
        let label = label.ok_or_else(|| Error::MissingColumn { path: path.to_owned(), column: LABEL.to_owned() })?;
        Ok(Self { path: path.to_owned(), table, constituents, label, len })
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn chunk_rows(&self) -> usize {
        self.table.chunk().map_or(1, |chunk| chunk[0])
    }

    pub(super) fn read(&self, rows: Range<usize>) -> Result<Jets> {
        let table = self.table.read_slice_1d::<Row, _>(rows.clone());
        let table = table.map_err(|cause| Error::read(&self.path, "table", cause))?;
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
    let descriptor = descriptor.map_err(|cause| Error::read(path, "table", cause))?;
    let field = |name: &str| match &descriptor {
        TypeDescriptor::Compound(row) => row.fields.iter().find(|field| field.name == name).map(|field| &field.ty),
        _ => None,
    };
    let of = |name: &str, n: usize, fits: fn(&TypeDescriptor) -> bool| matches!(field(name), Some(TypeDescriptor::FixedArray(ty, len)) if *len == n && fits(ty));
    let floats = of("values_block_0", FLOATS, |ty| matches!(ty, TypeDescriptor::Float(_)));
    let integers = of("values_block_1", INTEGERS, is_integer);
    let index = field("index").is_some_and(is_integer);
    if floats && integers && index && table.ndim() == 1 {
        return Ok(());
    }
    let expected = "a table of {index: integer, values_block_0: [float; 804], values_block_1: [integer; 2]}";
    Err(Error::wrong_type(path, "table", expected, format!("of type {descriptor}")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn hdf5_has_nothing_to_convert_in_a_row_of_the_reference_layout() {
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/pandas_blosc.h5");
        let table = PandasTable::find(&File::open(golden).unwrap()).unwrap();
        let conversion = table.dtype().unwrap().conv_to::<Row>();
        assert_eq!(conversion, Some(hdf5::datatype::Conversion::NoOp));
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
