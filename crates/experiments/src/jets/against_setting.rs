//! Measures against the setting in which a figure's variants differ: mean and spread over seeds, drawn with every seed.

use super::Direction;
use super::baselines::Baseline;
use super::floor::{floor, with_pca};
use super::performance::by_seed;
use crate::Result;
use crate::figure::Palette;
use crate::plot::{Axis, Colour, Dash, Guide, Label, LegendPlace, Line, Marker, Panel, Points, Scale, Ticks};
use crate::tables::{Table, Tables};

/// Mean and spread over seeds, one row a variant and direction.
pub struct AgainstSetting {
    setting: &'static str,
    measures: &'static [&'static str],
    variants: Vec<String>,
    directions: Vec<&'static str>,
    at: Vec<f64>,
    rows: Vec<Vec<f64>>,
}

impl AgainstSetting {
    /// Name of the table that holds them.
    pub const TABLE: &str = "data";

    /// No rows yet, with a column for the setting, and for each measure its mean and its spread.
    pub fn new(setting: &'static str, measures: &'static [&'static str]) -> Self {
        Self { setting, measures, variants: vec![], directions: vec![], at: vec![], rows: vec![] }
    }

    /// Adds what one variant, at the value `at` of the setting, gives in one direction: the numbers of each measure by seed.
    ///
    /// # Errors
    /// [`crate::Error::Metric`] for numbers that are missing or NaN.
    pub fn add(&mut self, variant: &str, at: f64, direction: Direction, measured: &[&[f64]]) -> Result<()> {
        let mut row = Vec::new();
        for seeds in measured {
            let spread = if seeds.len() > 1 { metrics::standard_deviation(seeds)? } else { f64::NAN };
            row.extend([metrics::mean(seeds)?, spread]);
        }
        self.variants.push(variant.to_owned());
        self.directions.push(direction.name());
        self.at.push(at);
        self.rows.push(row);
        Ok(())
    }

    /// The table: `variant`, `direction`, the setting, and `<measure>_mean` and `<measure>_spread` of each measure; the
    /// spread is the standard deviation of the seeds, NaN if there is one only.
    pub fn table(self) -> Table {
        let names = self.measures.iter().flat_map(|measure| [format!("{measure}_mean"), format!("{measure}_spread")]);
        let keys = Table::new(Self::TABLE)
            .with_texts("variant", self.variants)
            .with_texts("direction", self.directions)
            .with(self.setting, self.at);
        names.enumerate().fold(keys, |table, (index, name)| {
            table.with(&name, self.rows.iter().map(|row| row[index]).collect::<Vec<_>>())
        })
    }
}

/// Names of the variants with their values of the setting, in rising order.
///
/// # Errors
/// [`crate::Error::Column`] if the tables have none.
pub fn variants(tables: &Tables, setting: &str) -> Result<Vec<(f64, String)>> {
    let data = tables.get(AgainstSetting::TABLE)?;
    let at = data.numbers_where(setting, "direction", Direction::Direct.name())?;
    let names = data.texts("variant")?.iter().zip(data.texts("direction")?);
    let names = names.filter(|(_, direction)| *direction == Direction::Direct.name()).map(|(name, _)| name.clone());
    let mut variants: Vec<(f64, String)> = at.into_iter().zip(names).collect();
    variants.sort_by(|one, other| one.0.total_cmp(&other.0));
    Ok(variants)
}

/// A logarithmic axis with a tick at each given value of the setting.
pub fn setting_axis(label: &'static str, ticks: &[(f64, Label)]) -> Axis {
    let ends = ticks.iter().fold((f64::INFINITY, 0.0f64), |(low, high), (at, _)| (low.min(*at), high.max(*at)));
    let ticks = Ticks::At { major: ticks.to_vec(), minor: Vec::new() };
    Axis::logarithmic(label, ends.0 / 1.3, ends.1 * 1.3).ticks(ticks)
}

/// Adds a measure to a panel: every seed as a marker, the mean over seeds as a line; colour, and number of marker and dash.
pub fn with_seeds(
    panel: Panel,
    seeds: (&[f64], &[f64]),
    mean: (&[f64], &[f64]),
    label: impl Into<Label>,
    (colour, series): (Colour, usize),
) -> Panel {
    let mut order: Vec<usize> = (0..mean.0.len()).collect();
    order.sort_by(|&one, &other| mean.0[one].total_cmp(&mean.0[other]));
    let rising = |values: &[f64]| -> Vec<f64> { order.iter().map(|&row| values[row]).collect() };
    let points = Points::new(seeds.0, seeds.1).colour(colour).marker(Marker::of_series(series)).radius(2.0);
    panel
        .with(Line::new(&rising(mean.0), &rising(mean.1)).colour(colour).dash(Dash::of_series(series)).label(label))
        .with(points)
}

/// The panel of the AUC against the setting, in both directions, and that of PCA.
///
/// # Errors
/// [`crate::Error::Column`] if the tables have no such setting or measure.
pub fn auc_panel(tables: &Tables, setting: &str, axis: Axis, palette: &Palette) -> Result<Panel> {
    let data = tables.get(AgainstSetting::TABLE)?;
    let (mut curves, mut shown) = (Vec::new(), vec![0.5]);
    for direction in Direction::BOTH {
        let (mut x, mut y) = (Vec::new(), Vec::new());
        let mut pca = (Vec::new(), Vec::new());
        for (at, variant) in variants(tables, setting)? {
            let aucs = by_seed(tables, "auc", &variant, direction)?;
            x.extend(vec![at; aucs.len()]);
            y.extend(aucs);
            pca.0.push(at);
            pca.1.push(floor(tables, &variant, direction, Baseline::Pca)?);
        }
        shown.extend(y.iter().chain(&pca.1));
        curves.push((direction, x, y, pca));
    }
    let (low, high) = Scale::Linear.limits_covering(&shown).unwrap_or((0.0, 1.0));
    let mut panel = Panel::new(axis, Axis::linear("AUC", low, high)).with(Guide::horizontal(0.5).dash(Dash::Dotted));
    for (index, (direction, x, y, pca)) in curves.iter().enumerate() {
        let mean = |column| data.numbers_where(column, "direction", direction.name());
        let (at, mean) = (mean(setting)?, mean("auc_mean")?);
        panel = with_seeds(panel, (x, y), (&at, &mean), Label::plain(direction.label()), (palette.line(index), index));
        panel = with_pca(panel, (&pca.0, &pca.1), *direction, palette);
    }
    Ok(panel.legend(LegendPlace::Above))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mean_and_spread_over_seeds_are_those_by_hand() {
        let mut against = AgainstSetting::new("latent_dimension", &["auc", "loss"]);
        against.add("8", 8.0, Direction::Direct, &[&[0.7, 0.9], &[2.0, 2.0]]).unwrap();
        against.add("2", 2.0, Direction::Direct, &[&[0.5], &[4.0]]).unwrap();
        against.add("2", 2.0, Direction::Inverse, &[&[0.4], &[4.0]]).unwrap();
        let tables = Tables::new([against.table()]);
        let table = tables.get("data").unwrap();
        assert!((table.numbers("auc_mean").unwrap()[0] - 0.8).abs() < 1e-12);
        // Two values 0.2 apart: √(2 · 0.1²).
        assert!((table.numbers("auc_spread").unwrap()[0] - 0.1 * 2f64.sqrt()).abs() < 1e-12);
        assert!(table.numbers("auc_spread").unwrap()[1].is_nan());
        assert_eq!(table.numbers("loss_mean").unwrap(), [2.0, 4.0, 4.0]);
        let rising = variants(&tables, "latent_dimension").unwrap();
        assert_eq!(rising, [(2.0, "2".to_owned()), (8.0, "8".to_owned())]);
    }

    #[test]
    fn a_mean_is_drawn_in_rising_order() {
        let panel = Panel::new(Axis::linear("x", 0.0, 4.0), Axis::linear("y", 0.0, 4.0));
        let (x, y) = ([3.0, 1.0, 2.0], [0.3, 0.1, 0.2]);
        let panel = with_seeds(panel, (&x, &y), (&x, &y), "a", (Colour::BLUE, 0));
        let crate::plot::Layer::Line(line) = &panel.layers[0] else { panic!("{:?}", panel.layers) };
        assert_eq!((line.x.as_slice(), line.y.as_slice()), ([1.0, 2.0, 3.0].as_slice(), [0.1, 0.2, 0.3].as_slice()));
    }
}
