//! What is wrong with the columns of a pandas table that is not made up as the reference data are.
//!
//! pandas puts all columns of one type into one block, so that a single column too few, too many or of another type
//! changes the blocks of all. Which columns there are, and of which types, is said by the attributes `<block>_kind` and
//! `<block>_dtype` of the table.

use super::{attribute, column_names};
use crate::Error;
use hdf5::Dataset;
use std::collections::HashSet;
use std::path::Path;

/// Constituents of a jet in the reference data.
const CONSTITUENTS: usize = 200;
/// The momentum of the true top quark.
const TRUTH: [&str; 4] = ["truthE", "truthPX", "truthPY", "truthPZ"];
/// The columns of integers.
const INTEGERS: [&str; 2] = ["ttv", "is_signal_new"];

/// A column as the attributes describe it.
struct Column {
    name: String,
    /// NumPy's name of its type, if it is said.
    ty: Option<String>,
    /// Whether it is in a block with others of its type; a "data column" of pandas is not.
    in_block: bool,
}

/// The first fault of the columns of `table`: one that is missing, one too many, one of a wrong type, one that stands
/// alone. None if there is no fault, or if the attributes do not say what the columns are.
pub(super) fn fault(table: &Dataset, path: &Path) -> Option<Error> {
    let columns = columns(table)?;
    missing(&columns, path)
        .or_else(|| unknown(&columns, path))
        .or_else(|| of_wrong_type(&columns, path))
        .or_else(|| alone(&columns, path))
}

fn columns(table: &Dataset) -> Option<Vec<Column>> {
    let mut columns = Vec::new();
    for kind in table.attr_names().ok()? {
        let Some(block) = kind.strip_suffix("_kind").filter(|block| *block != "index") else { continue };
        let names = column_names::unpickle(&attribute::bytes(table, &kind)?).ok()?;
        let ty = attribute::text(table, &format!("{block}_dtype"));
        let in_block = block.starts_with("values_block_");
        columns.extend(names.into_iter().map(|name| Column { name, ty: ty.clone(), in_block }));
    }
    (!columns.is_empty()).then_some(columns)
}

/// The names of the 806 columns, those of the constituents first.
fn needed() -> impl Iterator<Item = String> {
    let of_constituent = |i| ["E", "PX", "PY", "PZ"].map(|component| format!("{component}_{i}"));
    (0..CONSTITUENTS).flat_map(of_constituent).chain(TRUTH.into_iter().chain(INTEGERS).map(str::to_owned))
}

fn missing(columns: &[Column], path: &Path) -> Option<Error> {
    let there: HashSet<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let column = needed().find(|name| !there.contains(name.as_str()))?;
    Some(Error::MissingColumn { path: path.to_owned(), column })
}

fn unknown(columns: &[Column], path: &Path) -> Option<Error> {
    let needed: HashSet<String> = needed().collect();
    let column = columns.iter().find(|column| !needed.contains(&column.name))?.name.clone();
    Some(Error::UnknownColumn { path: path.to_owned(), column })
}

fn of_wrong_type(columns: &[Column], path: &Path) -> Option<Error> {
    let (integers, floats): (Vec<_>, Vec<_>) =
        columns.iter().partition(|column| INTEGERS.contains(&column.name.as_str()));
    let is_float = |ty: &str| ["float32", "float64"].contains(&ty);
    let is_integer = |ty: &str| ty.starts_with("int") || ty.starts_with("uint");
    let error = |expected: &'static str, (column, found): (&Column, &str)| Error::ColumnType {
        path: path.to_owned(),
        column: column.name.clone(),
        expected,
        found: found.to_owned(),
    };
    let float = odd_one(&floats, "float32", is_float).map(|odd| error("float32", odd));
    float.or_else(|| odd_one(&integers, "int64", is_integer).map(|odd| error("int64", odd)))
}

/// The first column that is not of type `usual`, with its type, unless all are of one type that `fits`.
fn odd_one<'a>(columns: &[&'a Column], usual: &str, fits: impl Fn(&str) -> bool) -> Option<(&'a Column, &'a str)> {
    let types: Option<Vec<&str>> = columns.iter().map(|column| column.ty.as_deref()).collect();
    let types = types?;
    if types.iter().all(|ty| *ty == types[0] && fits(ty)) {
        return None;
    }
    columns.iter().copied().zip(types).find(|(_, ty)| *ty != usual)
}

fn alone(columns: &[Column], path: &Path) -> Option<Error> {
    let column = &columns.iter().find(|column| !column.in_block)?.name;
    let (expected, found) = ("a column in a block (`to_hdf` without `data_columns`)", "a data column of its own");
    Some(Error::wrong_type(path, column, expected, found))
}
