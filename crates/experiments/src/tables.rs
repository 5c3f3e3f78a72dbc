//! Tables of results: the numbers of a figure, as CSV for people and Parquet for programs. The only module that knows Polars.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use polars::prelude::{
    Column as Series, CsvWriter, DataFrame, DataType, ParquetReader, ParquetWriter, PolarsError, PolarsResult,
    SerReader as _, SerWriter as _,
};

use crate::{Error, Result};

/// A named table whose columns have the same length.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    name: String,
    columns: Vec<(String, Column)>,
}

/// One column.
#[derive(Debug, Clone, PartialEq)]
enum Column {
    Numbers(Vec<f64>),
    Texts(Vec<String>),
}

impl Table {
    /// A table without columns.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), columns: Vec::new() }
    }

    /// The table and one column of numbers more.
    #[must_use]
    pub fn with(mut self, column: &str, numbers: impl Into<Vec<f64>>) -> Self {
        self.columns.push((column.to_owned(), Column::Numbers(numbers.into())));
        self
    }

    /// The table and one column of texts more.
    #[must_use]
    pub fn with_texts(mut self, column: &str, texts: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let texts = texts.into_iter().map(Into::into).collect();
        self.columns.push((column.to_owned(), Column::Texts(texts)));
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A column of numbers.
    ///
    /// # Errors
    /// [`Error::Column`] if there is none of that name.
    pub fn numbers(&self, column: &str) -> Result<&[f64]> {
        match self.column(column) {
            Some(Column::Numbers(numbers)) => Ok(numbers),
            _ => Err(self.missing(column)),
        }
    }

    /// A column of texts.
    ///
    /// # Errors
    /// [`Error::Column`] if there is none of that name.
    pub fn texts(&self, column: &str) -> Result<&[String]> {
        match self.column(column) {
            Some(Column::Texts(texts)) => Ok(texts),
            _ => Err(self.missing(column)),
        }
    }

    /// The numbers of `column` in the rows where `key` is `value`.
    ///
    /// # Errors
    /// [`Error::Column`] if one of them is missing.
    pub fn numbers_where(&self, column: &str, key: &str, value: &str) -> Result<Vec<f64>> {
        let keys = self.texts(key)?;
        Ok(self.numbers(column)?.iter().zip(keys).filter(|(_, key)| *key == value).map(|(number, _)| *number).collect())
    }

    /// The numbers of `column` in the rows where each of two keys has its value: `[(key, value), (key, value)]`.
    ///
    /// # Errors
    /// [`Error::Column`] if one of them is missing.
    pub fn numbers_where_both(&self, column: &str, wanted: [(&str, &str); 2]) -> Result<Vec<f64>> {
        let [first, second] = wanted.map(|(key, _)| self.texts(key));
        let keys = first?.iter().zip(second?);
        let rows = self.numbers(column)?.iter().zip(keys);
        Ok(rows.filter(|(_, (a, b))| *a == wanted[0].1 && *b == wanted[1].1).map(|(number, _)| *number).collect())
    }

    /// The numbers of `column` in the rows where the number `key` is `value`.
    ///
    /// # Errors
    /// [`Error::Column`] if one of them is missing.
    pub fn numbers_at(&self, column: &str, key: &str, value: f64) -> Result<Vec<f64>> {
        let keys = self.numbers(key)?;
        Ok(self
            .numbers(column)?
            .iter()
            .zip(keys)
            .filter(|(_, key)| **key == value)
            .map(|(number, _)| *number)
            .collect())
    }

    fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|(column, _)| column == name).map(|(_, column)| column)
    }

    fn missing(&self, column: &str) -> Error {
        Error::Column { table: self.name.clone(), column: column.to_owned() }
    }

    fn frame(&self) -> PolarsResult<DataFrame> {
        let series = |(name, column): &(String, Column)| match column {
            Column::Numbers(numbers) => Series::new(name.as_str().into(), numbers),
            Column::Texts(texts) => Series::new(name.as_str().into(), texts),
        };
        DataFrame::new(self.columns.iter().map(series).collect())
    }

    /// Writes the table as Parquet, as a whole.
    ///
    /// # Errors
    /// [`Error::File`]; nothing half-written is left.
    pub fn write_parquet(&self, path: &Path) -> Result<()> {
        self.write(path, |file, frame| ParquetWriter::new(file).finish(frame).map(|_| ()))
    }

    /// Writes the table as CSV with a header line, as a whole.
    ///
    /// # Errors
    /// [`Error::File`]; nothing half-written is left.
    pub fn write_csv(&self, path: &Path) -> Result<()> {
        self.write(path, |file, frame| CsvWriter::new(file).finish(frame))
    }

    fn write(
        &self,
        path: &Path,
        writer: impl FnOnce(&mut BufWriter<File>, &mut DataFrame) -> PolarsResult<()>,
    ) -> Result<()> {
        let mut frame = self.frame().map_err(|error| Error::file(path, "written")(system_error(error)))?;
        files::write_whole(path, |file| writer(file, &mut frame).map_err(system_error))
            .map_err(Error::file(path, "written"))
    }

    /// Reads a table as [`Self::write_parquet`] wrote it; its name is that of the file.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be read, [`Error::Table`] if it is damaged.
    pub fn read_parquet(path: &Path) -> Result<Self> {
        let fail = |reason: String| Error::Table { path: path.to_path_buf(), reason };
        let file = File::open(path).map_err(Error::file(path, "read"))?;
        let frame = ParquetReader::new(file).finish().map_err(|error| fail(error.to_string()))?;
        let mut table =
            Self::new(&path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default());
        for series in frame.get_columns() {
            let column = read_column(series).map_err(|error| fail(error.to_string()))?;
            table.columns.push((series.name().to_string(), column));
        }
        Ok(table)
    }
}

/// The system's answer inside an error of Polars, or all of that error.
fn system_error(error: PolarsError) -> std::io::Error {
    match error {
        PolarsError::IO { error, .. } => std::io::Error::new(error.kind(), error.to_string()),
        other => std::io::Error::other(other),
    }
}

fn read_column(series: &Series) -> PolarsResult<Column> {
    Ok(match series.dtype() {
        DataType::String => {
            Column::Texts(series.str()?.into_iter().map(|text| text.unwrap_or_default().to_owned()).collect())
        }
        _ => Column::Numbers(series.f64()?.into_iter().map(|number| number.unwrap_or(f64::NAN)).collect()),
    })
}

/// The tables of one figure.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tables {
    tables: Vec<Table>,
}

impl Tables {
    /// The tables given.
    pub fn new(tables: impl IntoIterator<Item = Table>) -> Self {
        Self { tables: tables.into_iter().collect() }
    }

    /// The table of that name.
    ///
    /// # Errors
    /// [`Error::Column`] if there is none.
    pub fn get(&self, name: &str) -> Result<&Table> {
        let missing = || Error::Column { table: name.to_owned(), column: "(the table itself is missing)".to_owned() };
        self.tables.iter().find(|table| table.name == name).ok_or_else(missing)
    }

    /// Names of the tables, in order.
    pub fn names(&self) -> Vec<String> {
        self.tables.iter().map(|table| table.name.clone()).collect()
    }

    /// The files of these tables in a folder: `<name>.csv` and `<name>.parquet` each.
    pub fn files(names: &[String]) -> impl Iterator<Item = String> {
        names.iter().flat_map(|name| ["csv", "parquet"].map(|ending| format!("{name}.{ending}")))
    }

    /// Writes every table into `folder`, as `<name>.csv` and `<name>.parquet`.
    ///
    /// # Errors
    /// [`Error::File`] if one cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        for table in &self.tables {
            table.write_parquet(&folder.join(format!("{}.parquet", table.name)))?;
            table.write_csv(&folder.join(format!("{}.csv", table.name)))?;
        }
        Ok(())
    }

    /// Reads the tables of these names from `folder`.
    ///
    /// # Errors
    /// [`Error::File`] or [`Error::Table`] if one cannot be read.
    pub fn read(folder: &Path, names: &[String]) -> Result<Self> {
        let read = |name: &String| Table::read_parquet(&folder.join(format!("{name}.parquet")));
        Ok(Self { tables: names.iter().map(read).collect::<Result<_>>()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_comes_back_from_parquet_bit_by_bit() {
        let folder = tempfile::tempdir().unwrap();
        let table = Table::new("data").with("x", vec![0.1, -1e-300, f64::MAX]).with_texts("class", ["QCD", "top", ""]);
        Tables::new([table.clone()]).write(folder.path()).unwrap();
        let read = Tables::read(folder.path(), &["data".to_owned()]).unwrap();
        assert_eq!(read.get("data").unwrap(), &table);
        let csv = std::fs::read_to_string(folder.path().join("data.csv")).unwrap();
        assert!(csv.starts_with("x,class\n0.1,QCD\n"), "{csv}");
    }

    #[test]
    fn rows_are_chosen_by_a_key() {
        let table = Table::new("t")
            .with("x", vec![1.0, 2.0, 3.0])
            .with("seed", vec![0.0, 1.0, 0.0])
            .with_texts("k", ["a", "b", "b"])
            .with_texts("l", ["c", "c", "d"]);
        assert_eq!(table.numbers_where("x", "k", "b").unwrap(), [2.0, 3.0]);
        assert_eq!(table.numbers_where_both("x", [("k", "b"), ("l", "c")]).unwrap(), [2.0]);
        assert_eq!(table.numbers_at("x", "seed", 0.0).unwrap(), [1.0, 3.0]);
        assert!(matches!(table.numbers("y"), Err(Error::Column { .. })));
    }

    #[test]
    fn a_damaged_table_is_an_error_with_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data.parquet");
        std::fs::write(&path, b"PAR1 no").unwrap();
        assert!(Table::read_parquet(&path).unwrap_err().to_string().contains("data.parquet"));
    }
}
