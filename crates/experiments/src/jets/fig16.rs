//! Measures of performance: rejection and significance improvement at low signal efficiency, ranks of setups by each.
//!
//! A search cuts hard, so that the AUC, which averages over all signal efficiencies, may rank setups otherwise than the
//! rejection at a tight cut does. Whether it does, and whether a setup that is good in one direction is good in the
//! other, is read off Spearman's rank correlations between the measures, with their intervals over so few setups.

use metrics::{Order, TwoSided};

use super::Direction;
use super::both_ways::{curve_name, measured_both_ways};
use super::cell_grid::CellGrid;
use super::measure::Measure;
use super::roc_curves::{Quantity, RocCurves, improvement_panel, roc_panel, with_curve};
use super::sample::samples_text;
use super::setup::{Setup, kernels_text, loss_changes, plain};
use super::significance::{Significance, improvement_limit};
use super::taggers::runs_both_ways;
use super::undertrained::{marked, resting_on};
use crate::claims::{Claim, LEAST_SEEDS, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{Axis, ColourMap, ColourScale, Label, LegendPlace, Page, Panel};
use crate::rows::Rows;
use crate::run::RunSpec;
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// The figure.
pub struct RanksByMeasure;

/// Largest signal efficiency drawn: a search cuts below it.
const LARGEST_EFFICIENCY: f64 = 0.5;
/// Setups whose ranks are worth comparing: with fewer a rank correlation has no interval.
const LEAST_SETUPS: usize = 4;
/// In which directions setups are ranked: either one, and the one in which a setup is worse.
const SIDES: [&str; 3] = ["direct", "inverse", "worse of both"];

impl Figure for RanksByMeasure {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig16"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.replicas", "evaluate.reference", "draw.colours", "draw.colour_map"]
    }

    fn version(&self) -> u32 {
        3
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        let setups = Setup::all(experiment)?;
        if setups.len() < LEAST_SETUPS {
            return Err(Error::setting("variant", format!("{} setups", setups.len()), "ranks need at least four"));
        }
        plain(&setups).map(drop)
    }

    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        runs_both_ways(experiment)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let (mut curves, mut significance) = (RocCurves::default(), Significance::default());
        let shared = measured_both_ways(experiment, with, &mut |taggers| {
            let (name, direction) = (&taggers.setup.name, taggers.direction);
            for (seed, roc) in taggers.seeds.iter().zip(&taggers.rocs) {
                significance.add(name, direction, *seed, roc)?;
            }
            curves.add(&curve_name(name, direction), &taggers.rocs)
        })?;
        let measured: Vec<Table> = [curves.table(), significance.table()].into_iter().chain(shared).collect();
        let means = Means::read(&Tables::new(measured.clone()))?;
        Ok(Tables::new(measured.into_iter().chain([means.rank_table()?, means.correlations()?])))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let means = Means::read(tables)?;
        // That the best setup is not the same by every measure was claimed until now: the best of many is the luckiest too, and
        // whether two measures agree is seen in all ranks.
        let claims = [means.within(0)?, means.within(1)?, means.between()?];
        let claims = claims.map(|claim| claim.decided_with(experiment.tier, means.seeds, LEAST_SEEDS, "seeds"));
        let all: Vec<(&str, Direction)> =
            means.names.iter().flat_map(|name| Direction::BOTH.map(|direction| (name.as_str(), direction))).collect();
        resting_on(claims, tables, &all)
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let (setups, means) = (Setup::read(tables)?, Means::read(tables)?);
        let (shown, lines) = (shown(&setups, &means)?, loss_changes(&setups));
        let curves = shown.iter().flat_map(|name| Direction::BOTH.map(|direction| curve_name(name, direction)));
        let highest = improvement_limit(tables, &curves.collect::<Vec<_>>(), LARGEST_EFFICIENCY)?;
        let mut panels = Vec::new();
        for quantity in [Quantity::Rejection, Quantity::Improvement] {
            for direction in Direction::BOTH {
                panels.push(curve_panel(tables, &shown, (quantity, highest), direction, &palette)?);
            }
        }
        for side in 0..SIDES.len() {
            panels.push(rank_panel(&means, side, &lines, palette.map)?);
        }
        panels.push(correlation_panel(&means)?);
        let footer = label!(
            "{}; {}line and band: median and range of {} seeds; ranks: of the means over seeds, 1 is best; largest SIC: over all cuts with $ε_S$ up to one half that at least ten background jets pass, with fewer its curve ends; $ρ$ over {} setups: an interval of 68 % around 0 reaches to ±{:.2}; the SIC at $ε_S = 0.2$ is 0.2 times the root of $1/ε_B$(0.2) and ranks as that does; where no background jet passes, $1/ε_B$ is their number; curves up to $ε_S$ = {}",
            samples_text(tables)?,
            kernels_text(&setups),
            means.seeds,
            means.names.len(),
            metrics::rank_correlation_interval(0.0, means.names.len())?[1],
            LARGEST_EFFICIENCY
        );
        marked(Page::new(panels).frame(172.0, 118.0).title("Measures of performance").footer(footer), tables)
    }
}

/// Mean over seeds of every measure of every setup, in either direction and in the worse one.
#[derive(Debug, Clone)]
struct Means {
    names: Vec<String>,
    seeds: usize,
    /// By measure, by side, by setup.
    values: [[Vec<f64>; 3]; 4],
}

impl Means {
    fn read(tables: &Tables) -> Result<Self> {
        let names: Vec<String> = Setup::read(tables)?.into_iter().map(|setup| setup.name).collect();
        let seeds = names
            .first()
            .map_or(Ok(0), |name| Ok::<_, Error>(Measure::Auc.by_seed(tables, name, Direction::Direct)?.len()))?;
        let mut values: [[Vec<f64>; 3]; 4] = Default::default();
        for (of_measure, measure) in values.iter_mut().zip(Measure::ALL) {
            for name in &names {
                let [direct, inverse] =
                    Direction::BOTH.map(|direction| measure.ranked_by_seed(tables, name, direction));
                let means = TwoSided { direct: metrics::mean(&direct?)?, inverse: metrics::mean(&inverse?)? };
                let row = [means.direct, means.inverse, means.worse()];
                of_measure.iter_mut().zip(row).for_each(|(values, value)| values.push(value));
            }
        }
        Ok(Self { names, seeds, values })
    }

    fn of(&self, measure: Measure, side: usize) -> &[f64] {
        &self.values[measure as usize][side]
    }

    /// The rank of each setup, the largest value first.
    fn ranks(&self, measure: Measure, side: usize) -> Result<Vec<f64>> {
        Ok(metrics::ranks(self.of(measure, side), Order::LargestFirst)?)
    }

    /// That the ranks by every measure agree with those by the AUC of the same direction.
    fn within(&self, side: usize) -> Result<Claim> {
        let others = &Measure::ALL[1..];
        let correlations = others.iter().map(|other| self.correlation((Measure::Auc, side), (*other, side)));
        let correlations = correlations.collect::<Result<Vec<f64>>>()?;
        let texts = others
            .iter()
            .zip(&correlations)
            .map(|(other, value)| Ok(format!("{}: {}", other.plain_label(), self.with_interval(*value)?)));
        let lows = correlations.iter().map(|value| Ok(self.interval(*value)?[0])).collect::<Result<Vec<f64>>>()?;
        Ok(Claim::new(
            Origin::expected("all of them are larger for the same kind of score: one that separates the classes"),
            format!("{}: the ranks of the setups by each measure agree with those by AUC", SIDES[side]),
            format!("Spearman's ρ with {}", texts.collect::<Result<Vec<_>>>()?.join("; ")),
            "the 68 % interval of each ρ above 0, that of ranks without relation",
            lows.iter().all(|low| *low > 0.0),
        ))
    }

    /// That the rank in one direction does not tell that in the other.
    fn between(&self) -> Result<Claim> {
        let correlation = self.correlation((Measure::Auc, 0), (Measure::Auc, 1))?;
        Ok(Claim::new(
            Origin::expected("what makes complex jets stand out tags in one direction and fails in the other"),
            "the ranks of the setups by AUC do not agree between the directions",
            format!("Spearman's ρ = {}", self.with_interval(correlation)?),
            "the 68 % interval of ρ not above 0",
            self.interval(correlation)?[0] <= 0.0,
        ))
    }

    /// The interval of a rank correlation over the setups; NaN if that is unknown.
    fn interval(&self, correlation: f64) -> Result<[f64; 2]> {
        if correlation.is_nan() {
            return Ok([f64::NAN; 2]);
        }
        Ok(metrics::rank_correlation_interval(correlation, self.names.len())?)
    }

    /// "0.53 (0.20 to 0.75)".
    fn with_interval(&self, correlation: f64) -> Result<String> {
        let [low, high] = self.interval(correlation)?;
        Ok(format!("{correlation:.2} ({low:.2} to {high:.2})"))
    }

    /// Spearman's correlation of two measures over the setups; NaN if all setups are equal by one of them.
    fn correlation(&self, one: (Measure, usize), other: (Measure, usize)) -> Result<f64> {
        match metrics::rank_correlation(self.of(one.0, one.1), self.of(other.0, other.1)) {
            Err(metrics::Error::Constant { .. }) => Ok(f64::NAN),
            correlation => Ok(correlation?),
        }
    }

    /// A row for every setup, side and measure.
    fn rank_table(&self) -> Result<Table> {
        let mut rows = Rows::new(["setup", "direction", "measure"], ["mean_over_seeds", "rank"]);
        for (side, name) in SIDES.into_iter().enumerate() {
            for measure in Measure::ALL {
                let (values, ranks) = (self.of(measure, side), self.ranks(measure, side)?);
                for (index, setup) in self.names.iter().enumerate() {
                    rows.push([setup, name, measure.name()], [values[index], ranks[index]]);
                }
            }
        }
        Ok(rows.table("ranks"))
    }

    /// A row for every pair of measures, each in either direction.
    fn correlations(&self) -> Result<Table> {
        let all: Vec<(Measure, usize)> = [0, 1].into_iter().flat_map(|side| Measure::ALL.map(|m| (m, side))).collect();
        let keys = ["measure", "direction", "other_measure", "other_direction"];
        let mut rows = Rows::new(keys, ["rank_correlation"]);
        for (index, &one) in all.iter().enumerate() {
            for &other in &all[index + 1..] {
                let pair = [one.0.name(), SIDES[one.1], other.0.name(), SIDES[other.1]];
                rows.push(pair, [self.correlation(one, other)?]);
            }
        }
        Ok(rows.table("correlations"))
    }
}

/// The setups whose curves are drawn: the plain one, the kernel alone, and the best of the others by the AUC in its
/// worse direction.
fn shown(setups: &[Setup], means: &Means) -> Result<Vec<String>> {
    let mut shown: Vec<&Setup> = vec![plain(setups)?];
    shown.extend(setups.iter().find(|setup| setup.is_kernel_alone()));
    let worse = means.of(Measure::Auc, 2);
    let others = (0..setups.len()).filter(|&index| !shown.contains(&&setups[index]));
    let best = others.max_by(|&a, &b| worse[a].total_cmp(&worse[b]));
    shown.extend(best.map(|index| &setups[index]));
    Ok(shown.into_iter().map(|setup| setup.name.clone()).collect())
}

fn curve_panel(
    tables: &Tables,
    shown: &[String],
    (quantity, highest): (Quantity, f64),
    direction: Direction,
    palette: &Palette,
) -> Result<Panel> {
    let mut panel = match quantity {
        Quantity::Rejection => roc_panel(1e4).title(Label::plain(direction.label())).legend(LegendPlace::Above),
        Quantity::Improvement => improvement_panel(highest),
    };
    for (index, name) in shown.iter().enumerate() {
        panel =
            with_curve(panel, tables, (&curve_name(name, direction), Label::plain(name)), quantity, (palette, index))?;
    }
    panel.x = Axis::linear(panel.x.label, 0.0, LARGEST_EFFICIENCY).cut();
    if quantity == Quantity::Improvement {
        panel.y.label = "SIC $= ε_S$/√$ε_B$".into();
        panel.legend = None;
    }
    Ok(panel)
}

/// Ranks as cells, rank 1 in the brightest colour.
fn rank_panel(means: &Means, side: usize, lines: &[usize], map: ColourMap) -> Result<Panel> {
    let count = means.names.len();
    let mut ranks = vec![[0.0; 4]; count];
    for (column, measure) in Measure::ALL.into_iter().enumerate() {
        for (row, rank) in means.ranks(measure, side)?.into_iter().enumerate() {
            ranks[row][column] = rank;
        }
    }
    let ranks = ranks.concat();
    let grid = CellGrid {
        rows: means.names.iter().map(Label::plain).collect(),
        columns: &Measure::ALL.map(Measure::label),
        values: ranks.iter().map(|rank| (count + 1) as f64 - rank).collect(),
        texts: ranks.iter().map(ToString::to_string).collect(),
        scale: ColourScale::linear(map, 1.0, count as f64),
        lines_above: lines.to_vec(),
    };
    Ok(grid.panel(label!("rank, {}", SIDES[side]), true))
}

/// Spearman's correlation of each measure with the AUC of the same direction, and with itself in the other direction.
fn correlation_panel(means: &Means) -> Result<Panel> {
    let mut values = Vec::new();
    for measure in Measure::ALL {
        values.push(means.correlation((measure, 0), (Measure::Auc, 0))?);
        values.push(means.correlation((measure, 1), (Measure::Auc, 1))?);
        values.push(means.correlation((measure, 0), (measure, 1))?);
    }
    let grid = CellGrid {
        rows: Measure::ALL.map(|measure| measure.label().into()).into(),
        columns: &["AUC, direct", "AUC, inverse", "itself, inverse"],
        texts: values.iter().map(|value| correlation_text(*value)).collect(),
        values,
        scale: ColourScale::linear(ColourMap::RedBlue, -1.0, 1.0),
        lines_above: Vec::new(),
    };
    Ok(grid.panel("Spearman's $ρ$ with", true))
}

fn correlation_text(value: f64) -> String {
    if value.is_nan() { "–".to_owned() } else { format!("{value:.2}").replace('-', "−") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;

    /// Four setups by four measures.
    fn means() -> Means {
        let auc = [vec![0.9, 0.8, 0.7, 0.6], vec![0.4, 0.6, 0.5, 0.7], vec![0.4, 0.6, 0.5, 0.6]];
        let same = [vec![4.0, 3.0, 2.0, 1.0], vec![1.0, 2.0, 3.0, 0.0], vec![1.0, 2.0, 1.0, 0.0]];
        let equal = [vec![1.0; 4], vec![1.0; 4], vec![1.0; 4]];
        let names = ["a", "b", "c", "d"].map(str::to_owned).into();
        Means { names, seeds: 3, values: [auc.clone(), auc, same, equal] }
    }

    #[test]
    fn measures_agree_if_the_interval_of_each_correlation_lies_above_0() {
        let mut means = means();
        // Without an order by the last measure nothing agrees with it.
        assert_eq!(means.within(0).unwrap().verdict, Verdict::Fails);
        means.values[3] = means.values[0].clone();
        let claim = means.within(0).unwrap();
        assert_eq!(claim.verdict, Verdict::Holds);
        assert!(claim.value.contains("1/ε_B(0.5): 1.00 (1.00 to 1.00)"), "{}", claim.value);
        // By the third measure the inverse ranks are 3, 2, 1, 4 against 4, 2, 3, 1.
        assert_eq!(means.within(1).unwrap().verdict, Verdict::Fails);
    }

    #[test]
    fn directions_disagree_unless_the_interval_lies_above_0() {
        let mut means = means();
        assert_eq!(means.between().unwrap().verdict, Verdict::Holds);
        means.values[0][1] = means.values[0][0].clone();
        assert_eq!(means.between().unwrap().verdict, Verdict::Fails);
    }

    #[test]
    fn correlations_are_spearmans_and_unknown_without_order() {
        let means = means();
        assert_eq!(means.correlation((Measure::Auc, 0), (Measure::RejectionAt02, 0)).unwrap(), 1.0);
        // Ranks 1, 2, 3, 4 and 4, 2, 3, 1: 1 - 6 (9 + 0 + 0 + 9) / (4 · 15).
        assert!((means.correlation((Measure::Auc, 0), (Measure::Auc, 1)).unwrap() + 0.8).abs() < 1e-12);
        assert!(means.correlation((Measure::Auc, 0), (Measure::LargestImprovement, 0)).unwrap().is_nan());
        assert_eq!(means.correlations().unwrap().numbers("rank_correlation").unwrap().len(), 28);
    }

    #[test]
    fn the_best_of_the_others_is_shown_beside_the_two_references() {
        let setup = |name: &str, loss: &str, kernel: &str, remapping: &str| Setup {
            name: name.to_owned(),
            loss: loss.to_owned(),
            remapping: remapping.to_owned(),
            kernel: kernel.to_owned(),
        };
        let mut setups = vec![setup("a", "MSE", "none", "none"), setup("b", "KMSE", "Gaussian", "none")];
        setups.push(setup("c", "KMSE", "Gaussian", "logarithm"));
        assert_eq!(shown(&setups, &means()).unwrap(), ["a", "b", "c"]);
        setups[1].remapping = "logarithm".to_owned();
        assert_eq!(shown(&setups, &means()).unwrap(), ["a", "b"]);
    }
}
