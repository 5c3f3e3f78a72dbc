//! ROC and significance improvement over seeds, as tables and as lines.

use metrics::Roc;

use super::seed_band::SeedBand;
use crate::Result;
use crate::figure::Palette;
use crate::plot::{Axis, Colour, Dash, Label, Line, Panel};
use crate::tables::{Table, Tables};

/// Steps of the signal efficiency at which the curves are tabulated.
const STEPS: usize = 200;
/// With fewer background jets above the cut the significance improvement is mere chance.
pub const LEAST_BACKGROUND_JETS: u64 = 10;

/// Signal efficiency of step `step`, from 1/STEPS to 1.
fn grid(step: usize) -> f64 {
    (step + 1) as f64 / STEPS as f64
}

/// Median, lowest and highest over seeds of background rejection 1/ε_B and significance improvement ε_S/√ε_B, at each of
/// 200 signal efficiencies; one or more named curves.
#[derive(Debug, Default)]
pub struct RocCurves {
    names: Vec<String>,
    signal_efficiency: Vec<f64>,
    rejection: SeedBand,
    improvement: SeedBand,
}

impl RocCurves {
    /// Name of the table that holds the curves.
    pub const TABLE: &str = "data";

    /// Adds the curve called `name` of one or more seeds' ROCs, the same jets scored by each.
    ///
    /// Where no background jet passes, 1/ε_B is their number; the improvement is NaN where fewer than ten pass.
    ///
    /// # Errors
    /// [`crate::Error::Metric`] if there is no ROC.
    pub fn add(&mut self, name: &str, rocs: &[Roc]) -> Result<()> {
        let efficiencies: Vec<f64> = (0..STEPS).map(grid).collect();
        let backgrounds =
            rocs.iter().map(|roc| roc.background_efficiency_on(&efficiencies)).collect::<metrics::Result<Vec<_>>>()?;
        let jets = rocs.first().map_or(1.0, |roc| roc.background_count() as f64);
        let rejection = |at: &f64| 1.0 / at.max(1.0 / jets);
        let improvement = |(efficiency, at): (&f64, &f64)| efficiency / at.max(1.0 / jets).sqrt();
        let rejections: Vec<Vec<f64>> = backgrounds.iter().map(|at| at.iter().map(rejection).collect()).collect();
        let improvements: Vec<Vec<f64>> =
            backgrounds.iter().map(|at| efficiencies.iter().zip(at).map(improvement).collect()).collect();
        let few = |step: usize| backgrounds.iter().any(|at| at[step] * jets < LEAST_BACKGROUND_JETS as f64);
        self.rejection.append(SeedBand::of(&rejections)?);
        self.improvement.append(SeedBand::of(&improvements)?.blank_where(few));
        self.names.extend(vec![name.to_owned(); STEPS]);
        self.signal_efficiency.extend(efficiencies);
        Ok(())
    }

    /// The table of all curves, `curve` and seven columns of numbers.
    pub fn table(self) -> Table {
        let table =
            Table::new(Self::TABLE).with_texts("curve", self.names).with("signal_efficiency", self.signal_efficiency);
        let table = self.rejection.in_table(table, Quantity::Rejection.name());
        self.improvement.in_table(table, Quantity::Improvement.name())
    }
}

/// The panel of ε_S against 1/ε_B, up to `highest`, with the line of a random tagger.
pub fn roc_panel(highest: f64) -> Panel {
    let x: Vec<f64> = (0..STEPS).map(grid).collect();
    let random: Vec<f64> = x.iter().map(|x| 1.0 / x).collect();
    Panel::new(
        Axis::linear("signal efficiency $ε_S$", 0.0, 1.0),
        Axis::logarithmic("background rejection $1/ε_B$", 1.0, highest),
    )
    .with(Line::new(&x, &random).colour(Colour::GREY).dash(Dash::Dotted).label("random, $1/ε_S$"))
}

/// The panel of ε_S against the significance improvement ε_S/√ε_B, with the line of no cut.
pub fn improvement_panel(highest: f64) -> Panel {
    let x: Vec<f64> = (0..STEPS).map(grid).collect();
    let random: Vec<f64> = x.iter().map(|x| x.sqrt()).collect();
    Panel::new(
        Axis::linear("signal efficiency $ε_S$", 0.0, 1.0),
        Axis::linear("significance improvement $ε_S$/√$ε_B$", 0.0, highest),
    )
    .with(Line::new(&x, &random).colour(Colour::GREY).dash(Dash::Dotted).label("random, √$ε_S$"))
}

/// What of a curve is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quantity {
    /// Background rejection.
    Rejection,
    /// Significance improvement.
    Improvement,
}

impl Quantity {
    /// Its name in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rejection => "background_rejection",
            Self::Improvement => "significance_improvement",
        }
    }
}

/// Adds the curve called `name` to a panel: the median as a line, the range of the seeds as a band.
///
/// # Errors
/// [`crate::Error::Column`] if the tables have no curves.
pub fn with_curve(
    panel: Panel,
    tables: &Tables,
    (name, label): (&str, impl Into<Label>),
    quantity: Quantity,
    look: (&Palette, usize),
) -> Result<Panel> {
    let table = tables.get(RocCurves::TABLE)?;
    let x = table.numbers_where("signal_efficiency", "curve", name)?;
    let band = SeedBand::read(table, quantity.name(), "curve", name)?;
    let shown = |values: &[f64]| -> Vec<f64> {
        values.iter().zip(&band.median).filter(|(_, median)| median.is_finite()).map(|(value, _)| *value).collect()
    };
    let [median, lowest, highest] = [&band.median, &band.lowest, &band.highest].map(|values| shown(values));
    Ok(SeedBand { median, lowest, highest }.on(panel, &shown(&x), label, look))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_is_the_median_and_the_range_of_its_seeds() {
        let background: Vec<f64> = (0..100).map(f64::from).collect();
        let rocs: Vec<Roc> = [49.5, 89.5, 79.5].map(|s| Roc::new(&[s, s], &background).unwrap()).into();
        let mut curves = RocCurves::default();
        curves.add("direct", &rocs).unwrap();
        let table = curves.table();
        // 50, 10 and 20 of the 100 background jets lie above the signal's score.
        let at = |column: &str| *table.numbers(column).unwrap().last().unwrap();
        assert_eq!((at("signal_efficiency"), at("median_background_rejection")), (1.0, 5.0));
        assert_eq!((at("lowest_background_rejection"), at("highest_background_rejection")), (2.0, 10.0));
        assert!((at("median_significance_improvement") - 1.0 / 0.2f64.sqrt()).abs() < 1e-12);
        assert_eq!(table.texts("curve").unwrap().len(), STEPS);
    }

    #[test]
    fn an_improvement_over_a_handful_of_jets_is_left_out() {
        let background: Vec<f64> = (0..100).map(f64::from).collect();
        let mut curves = RocCurves::default();
        curves.add("inverse", &[Roc::new(&[95.5], &background).unwrap()]).unwrap();
        let table = curves.table();
        assert!(table.numbers("median_significance_improvement").unwrap().iter().all(|value| value.is_nan()));
        assert!(table.numbers("median_background_rejection").unwrap().iter().all(|&value| value == 25.0));
    }
}
