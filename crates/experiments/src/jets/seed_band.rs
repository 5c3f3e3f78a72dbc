//! A curve over seeds: its median as a line, its range as a band.

use crate::Result;
use crate::figure::Palette;
use crate::plot::{Band, Dash, Label, Line, Panel};
use crate::tables::Table;

/// Median, lowest and highest over seeds at each point of a curve.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SeedBand {
    /// Median.
    pub median: Vec<f64>,
    /// Lowest.
    pub lowest: Vec<f64>,
    /// Highest.
    pub highest: Vec<f64>,
}

impl SeedBand {
    /// The band of curves with the same points, one a seed.
    ///
    /// # Errors
    /// [`crate::Error::Metric`] for a number that is not finite.
    pub fn of(seeds: &[Vec<f64>]) -> Result<Self> {
        let mut band = Self::default();
        for point in 0..seeds.first().map_or(0, Vec::len) {
            let values: Vec<f64> = seeds.iter().map(|curve| curve[point]).collect();
            band.median.push(metrics::median(&values)?);
            band.lowest.push(metrics::quantile(&values, 0.0)?);
            band.highest.push(metrics::quantile(&values, 1.0)?);
        }
        Ok(band)
    }

    /// NaN at the points where `blank` is true.
    #[must_use]
    pub fn blank_where(mut self, blank: impl Fn(usize) -> bool) -> Self {
        for column in [&mut self.median, &mut self.lowest, &mut self.highest] {
            column.iter_mut().enumerate().filter(|(point, _)| blank(*point)).for_each(|(_, value)| *value = f64::NAN);
        }
        self
    }

    /// The points of `other` after those there are.
    pub fn append(&mut self, other: Self) {
        self.median.extend(other.median);
        self.lowest.extend(other.lowest);
        self.highest.extend(other.highest);
    }

    /// `table` with the band of the quantity `name` in three columns more.
    pub fn in_table(self, table: Table, name: &str) -> Table {
        let [median, lowest, highest] = columns(name);
        table.with(&median, self.median).with(&lowest, self.lowest).with(&highest, self.highest)
    }

    /// The band of the quantity `name` in the rows of a table where `key` is `value`.
    ///
    /// # Errors
    /// [`crate::Error::Column`] if it is not there.
    pub fn read(table: &Table, name: &str, key: &str, value: &str) -> Result<Self> {
        let [median, lowest, highest] = columns(name).map(|column| table.numbers_where(&column, key, value));
        Ok(Self { median: median?, lowest: lowest?, highest: highest? })
    }

    /// Adds band and median, as series `index`, to a panel.
    pub fn on(&self, panel: Panel, x: &[f64], label: impl Into<Label>, (palette, index): (&Palette, usize)) -> Panel {
        let colour = palette.line(index);
        panel
            .with(Band::new(x, &self.lowest, &self.highest).colour(colour).opacity(0.3))
            .with(Line::new(x, &self.median).colour(colour).dash(Dash::of_series(index)).label(label))
    }
}

fn columns(name: &str) -> [String; 3] {
    [format!("median_{name}"), format!("lowest_{name}"), format!("highest_{name}")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_is_taken_across_the_seeds_and_comes_back_from_a_table() {
        let mut band = SeedBand::of(&[vec![1.0, 7.0], vec![5.0, 7.0], vec![2.0, 8.0]]).unwrap();
        assert_eq!((band.median.as_slice(), band.lowest.as_slice()), ([2.0, 7.0].as_slice(), [1.0, 7.0].as_slice()));
        assert_eq!(band.highest, [5.0, 8.0]);
        let first = band.clone();
        band.append(SeedBand::of(&[vec![0.5]]).unwrap());
        let table = band.in_table(Table::new("t").with_texts("class", ["QCD", "QCD", "top"]), "error");
        assert_eq!(SeedBand::read(&table, "error", "class", "QCD").unwrap(), first);
        assert_eq!(SeedBand::read(&table, "error", "class", "top").unwrap().highest, [0.5]);
    }

    #[test]
    fn blank_points_are_nan_in_all_three() {
        let band = SeedBand::of(&[vec![1.0, 7.0]]).unwrap().blank_where(|point| point == 0);
        for column in [band.median, band.lowest, band.highest] {
            assert!(column[0].is_nan() && column[1] == 7.0);
        }
    }
}
