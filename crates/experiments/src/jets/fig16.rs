//! Measures of performance: rejection and significance improvement at low signal efficiency, ranks of setups by each.
//!
//! A search cuts hard, so that the AUC, which averages over all signal efficiencies, may prefer another setup than the
//! rejection at a tight cut does. Whether it does, and whether a setup that is good in one direction is good in the
//! other, is read off the ranks and off Spearman's rank correlations between the measures.

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
use crate::claims::{Claim, Origin};
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
/// A rank correlation at or above this tells the rank in one direction from that in the other.
const CORRELATED: f64 = 0.5;
/// Seeds that a claim about means needs.
const LEAST_SEEDS: usize = 2;
/// Setups whose ranks are worth comparing.
const LEAST_SETUPS: usize = 3;
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
        2
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        let setups = Setup::all(experiment)?;
        if setups.len() < LEAST_SETUPS {
            return Err(Error::setting("variant", format!("{} setups", setups.len()), "ranks need at least three"));
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
        let mut claims = (0..SIDES.len()).map(|side| means.best_differs(side)).collect::<Result<Vec<_>>>()?;
        claims.push(across_directions(means.correlation((Measure::Auc, 0), (Measure::Auc, 1))?));
        let decided = |claim: Claim| claim.decided_with(experiment.tier, means.seeds, LEAST_SEEDS, "seeds");
        Ok(claims.into_iter().map(decided).collect())
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
            "{}; {}line and band: median and range of {} seeds; ranks: of the means over seeds, 1 is best; largest SIC: over all cuts that at least ten background jets pass, with fewer its curve ends; the SIC at $ε_S = 0.2$ is 0.2 times the root of $1/ε_B$(0.2) and ranks as that does; where no background jet passes, $1/ε_B$ is their number; curves up to $ε_S$ = {}",
            samples_text(tables)?,
            kernels_text(&setups),
            means.seeds,
            LARGEST_EFFICIENCY
        );
        Ok(Page::new(panels).frame(172.0, 118.0).title("Measures of performance").footer(footer))
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

    /// The setup of the first rank, or the setups that share it.
    fn best(&self, measure: Measure, side: usize) -> Result<Vec<usize>> {
        let ranks = self.ranks(measure, side)?;
        let first = ranks.iter().copied().fold(f64::INFINITY, f64::min);
        Ok((0..ranks.len()).filter(|&setup| ranks[setup] == first).collect())
    }

    /// The best setup by name; of several only their number.
    fn named(&self, best: &[usize]) -> String {
        match best {
            [only] => self.names[*only].clone(),
            several => format!("{} setups alike", several.len()),
        }
    }

    /// That no setup is the best by every measure.
    fn best_differs(&self, side: usize) -> Result<Claim> {
        let best = Measure::ALL.iter().map(|measure| self.best(*measure, side)).collect::<Result<Vec<_>>>()?;
        let named =
            Measure::ALL.iter().zip(&best).map(|(m, best)| format!("{}: {}", m.plain_label(), self.named(best)));
        let by_all = (0..self.names.len()).any(|setup| best.iter().all(|best| best.contains(&setup)));
        Ok(Claim::new(
            Origin::expected(""),
            format!("{}: the best setup is not the same by every measure", SIDES[side]),
            named.collect::<Vec<_>>().join("; "),
            "none is best by all",
            !by_all,
        ))
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

/// That a rank in one direction does not tell that in the other.
fn across_directions(correlation: f64) -> Claim {
    Claim::new(
        Origin::expected(""),
        "the rank by AUC in one direction does not tell that in the other",
        format!("Spearman's ρ = {correlation:.2}"),
        format!("ρ < {CORRELATED}"),
        correlation < CORRELATED,
    )
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

    /// Three setups by four measures: the first two are best by the AUC of either direction.
    fn means() -> Means {
        let auc = [vec![0.9, 0.8, 0.7], vec![0.4, 0.6, 0.5], vec![0.4, 0.6, 0.5]];
        let same = [vec![3.0, 2.0, 1.0], vec![1.0, 2.0, 3.0], vec![1.0, 2.0, 1.0]];
        let equal = [vec![1.0; 3], vec![1.0; 3], vec![1.0; 3]];
        Means { names: ["a", "b", "c"].map(str::to_owned).into(), seeds: 2, values: [auc, same.clone(), same, equal] }
    }

    #[test]
    fn measures_that_agree_on_the_best_setup_fail_the_claim() {
        let means = means();
        assert_eq!(means.best_differs(0).unwrap().verdict, Verdict::Fails);
        let claim = means.best_differs(1).unwrap();
        assert_eq!(claim.verdict, Verdict::Holds);
        assert_eq!(claim.value, "AUC: b; 1/ε_B(0.2): c; 1/ε_B(0.5): c; largest SIC: 3 setups alike");
    }

    #[test]
    fn correlations_are_spearmans_and_unknown_without_order() {
        let means = means();
        assert_eq!(means.correlation((Measure::Auc, 0), (Measure::RejectionAt02, 0)).unwrap(), 1.0);
        // Ranks 1, 2, 3 and 3, 1, 2: 1 - 6 (4 + 1 + 1) / (3 · 8).
        assert!((means.correlation((Measure::Auc, 0), (Measure::Auc, 1)).unwrap() + 0.5).abs() < 1e-12);
        assert!(means.correlation((Measure::Auc, 0), (Measure::LargestImprovement, 0)).unwrap().is_nan());
        assert_eq!(means.correlations().unwrap().numbers("rank_correlation").unwrap().len(), 28);
        assert_eq!((across_directions(0.49).verdict, across_directions(0.5).verdict), (Verdict::Holds, Verdict::Fails));
        assert_eq!(across_directions(f64::NAN).verdict, Verdict::Fails);
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
