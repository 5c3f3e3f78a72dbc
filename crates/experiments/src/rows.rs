//! The rows of a table, gathered one by one.

use crate::tables::Table;

/// Rows of `K` texts, the row's keys, and `N` numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows<const K: usize, const N: usize> {
    key_names: [&'static str; K],
    number_names: [&'static str; N],
    keys: [Vec<String>; K],
    numbers: [Vec<f64>; N],
}

impl<const K: usize, const N: usize> Rows<K, N> {
    /// No rows yet of columns with these names, first those of texts.
    pub fn new(keys: [&'static str; K], numbers: [&'static str; N]) -> Self {
        let (no_texts, no_numbers) = ([const { Vec::new() }; K], [const { Vec::new() }; N]);
        Self { key_names: keys, number_names: numbers, keys: no_texts, numbers: no_numbers }
    }

    /// Adds a row.
    pub fn push(&mut self, keys: [&str; K], numbers: [f64; N]) {
        self.keys.iter_mut().zip(keys).for_each(|(column, key)| column.push(key.to_owned()));
        self.numbers.iter_mut().zip(numbers).for_each(|(column, number)| column.push(number));
    }

    /// The table called `name` of all rows.
    pub fn table(self, name: &str) -> Table {
        let texts = self.key_names.into_iter().zip(self.keys);
        let table = texts.fold(Table::new(name), |table, (name, column)| table.with_texts(name, column));
        let numbers = self.number_names.into_iter().zip(self.numbers);
        numbers.fold(table, |table, (name, column)| table.with(name, column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_columns_in_order_texts_first() {
        let mut rows = Rows::new(["class", "step"], ["eta"]);
        rows.push(["QCD", "raw"], [0.5]);
        rows.push(["top", "centred"], [-1.0]);
        let expected = Table::new("data")
            .with_texts("class", ["QCD", "top"])
            .with_texts("step", ["raw", "centred"])
            .with("eta", vec![0.5, -1.0]);
        assert_eq!(rows.table("data"), expected);
    }
}
