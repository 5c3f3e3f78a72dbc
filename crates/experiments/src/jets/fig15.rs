//! AUC and background rejection of several setups in both directions: a table as a heat map.
//!
//! Losses with remappings, judged as a tagger that should not care what the signal is: trained on either
//! class, it has to find the other one. Blue is better than random and red is worse; a row that is blue twice is a
//! setup for both directions. The best common setup is that with the largest AUC in its worse direction.

use metrics::TwoSided;

use super::Direction;
use super::baselines::Baseline;
use super::both_ways::measured_both_ways;
use super::cell_grid::CellGrid;
use super::floor::{Floor, floor};
use super::measure::{Measure, mean_and_spread};
use super::reference::deciding;
use super::sample::samples_text;
use super::setup::{Setup, kernels_text, loss_changes, plain};
use super::taggers::runs_both_ways;
use super::undertrained::{marked, resting_on};
use crate::claims::{Claim, LEAST_SEEDS, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{ColourMap, ColourScale, Label, Page, Panel};
use crate::run::RunSpec;
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// The figure.
pub struct TableOfSetups;

/// What is tabulated.
const MEASURES: [Measure; 3] = [Measure::Auc, Measure::RejectionAt02, Measure::RejectionAt05];
impl Figure for TableOfSetups {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig15"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.replicas", "evaluate.reference", "draw.colour_map"]
    }

    fn version(&self) -> u32 {
        3
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        plain(&Setup::all(experiment)?).map(drop)
    }

    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        runs_both_ways(experiment)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let shared = measured_both_ways(experiment, with, &mut |_| Ok(()))?;
        let summary = summary(&Tables::new(shared.clone()))?;
        Ok(Tables::new([summary].into_iter().chain(shared)))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("data")?;
        let setups = Setup::read(tables)?;
        let both = both_ways(tables, &setups)?;
        let mut best = best_is_improved(&both, &plain(&setups)?.name);
        if let Some(name) = best_name(&both) {
            let [direct, inverse] = Direction::BOTH.map(|direction| deciding(tables, name, direction));
            best.value = format!("{name}: AUC direct {}, inverse {}", direct?.text, inverse?.text);
        }
        let pca = better_than_pca(&own_both_ways(table, &setups)?, &pca_both_ways(tables, &setups)?);
        let claims = [some_tags_both_ways(&both), best, pca];
        let seeds = table.numbers("seeds")?[0] as usize;
        let claims = claims.map(|claim| claim.decided_with(experiment.tier, seeds, LEAST_SEEDS, "seeds"));
        // A setup that is best may have been found so only because another is undertrained: all claims rest on all setups.
        let all: Vec<(&str, Direction)> =
            setups.iter().flat_map(|s| Direction::BOTH.map(|direction| (s.name.as_str(), direction))).collect();
        resting_on(claims, tables, &all)
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let table = tables.get("data")?;
        let setups = Setup::read(tables)?;
        let names: Vec<String> = setups.iter().map(|setup| setup.name.clone()).collect();
        let lines = loss_changes(&setups);
        let [auc, rejection] = [auc_scale(tables)?, rejection_scale(table, palette.map)?];
        let panel = |measure: Measure, scale: &ColourScale, title: &'static str| -> Result<Panel> {
            Ok(grid(table, measure, &names, &lines, scale)?.panel(title, measure != Measure::RejectionAt05))
        };
        let panels = [
            panel(Measure::Auc, &auc, "AUC")?,
            floor_grid(tables, &names, &lines, &auc)?.panel("AUC of PCA", false).colour_bar("AUC (0.5: random)"),
            panel(Measure::RejectionAt02, &rejection, "$1/ε_B$ at $ε_S = 0.2$")?,
            panel(Measure::RejectionAt05, &rejection, "$1/ε_B$ at $ε_S = 0.5$")?.colour_bar("$1/ε_B$"),
        ];
        let footer = label!(
            "{}; {}direct: trained on QCD, signal top; inverse: trained on top, signal QCD; mean ± standard deviation of {} seeds; PCA: with as many components as the latent space has dimensions, no network; a random tagger has $1/ε_B$ = 5 and 2; >: no background jet passes with some seed, hence a lower limit",
            samples_text(tables)?,
            kernels_text(&setups),
            table.numbers("seeds")?[0]
        );
        let page =
            Page::new(panels).columns(2).frame(130.0, 175.0).title("Loss, remapping and direction").footer(footer);
        marked(page, tables)
    }
}

/// A row for every setup and direction: mean and spread over seeds of what is tabulated.
fn summary(tables: &Tables) -> Result<Table> {
    let setups = Setup::read(tables)?;
    let rows: Vec<(&Setup, Direction)> =
        setups.iter().flat_map(|setup| Direction::BOTH.map(|direction| (setup, direction))).collect();
    let texts = |text: fn(&(&Setup, Direction)) -> String| rows.iter().map(text).collect::<Vec<_>>();
    let mut table = Table::new("data")
        .with_texts("setup", texts(|(setup, _)| setup.name.clone()))
        .with_texts("loss", texts(|(setup, _)| setup.loss.clone()))
        .with_texts("remapping", texts(|(setup, _)| setup.remapping.clone()))
        .with_texts("direction", texts(|(_, direction)| direction.name().to_owned()));
    let seeds = |(setup, direction): &(&Setup, Direction)| Measure::Auc.by_seed(tables, &setup.name, *direction);
    table = table.with("seeds", rows.iter().map(|row| Ok(seeds(row)?.len() as f64)).collect::<Result<Vec<_>>>()?);
    for measure in MEASURES {
        let (mut means, mut spreads, mut limits) = (Vec::new(), Vec::new(), Vec::new());
        for (setup, direction) in &rows {
            let (mean, spread) = mean_and_spread(&measure.by_seed(tables, &setup.name, *direction)?)?;
            means.push(mean);
            spreads.push(spread);
            limits.push(measure.lower_limits(tables, &setup.name, *direction)?.iter().sum());
        }
        let column = |suffix: &str| format!("{}{suffix}", measure.name());
        table = table.with(&column(""), means).with(&column("_spread"), spreads);
        if measure != Measure::Auc {
            table = table.with(&column("_lower_limits"), limits);
        }
    }
    Ok(table)
}

/// Name and mean AUCs of a setup.
type Named = (String, TwoSided);

/// The mean AUCs of every setup on the jets that decide.
fn both_ways(tables: &Tables, setups: &[Setup]) -> Result<Vec<Named>> {
    let of = |setup: &Setup| {
        let auc = |direction| Ok::<_, Error>(metrics::mean(&deciding(tables, &setup.name, direction)?.aucs)?);
        Ok((setup.name.clone(), TwoSided { direct: auc(Direction::Direct)?, inverse: auc(Direction::Inverse)? }))
    };
    setups.iter().map(of).collect()
}

/// The mean AUCs of every setup on the experiment's own test jets, those that PCA is tested on.
fn own_both_ways(table: &Table, setups: &[Setup]) -> Result<Vec<Named>> {
    // The rows of a setup stand in the order of the directions.
    let of = |setup: &Setup| {
        let aucs = table.numbers_where("auc", "setup", &setup.name)?;
        Ok((setup.name.clone(), TwoSided { direct: aucs[0], inverse: aucs[1] }))
    };
    setups.iter().map(of).collect()
}

fn some_tags_both_ways(setups: &[Named]) -> Claim {
    let tagging = setups.iter().filter(|(_, aucs)| aucs.both_above(0.5)).count();
    Claim::new(
        Origin::published(
            "arXiv 2104.09051, abstract: the improved autoencoder tags in both directions with one setup",
        ),
        "a setup tags in both directions",
        format!("{tagging} of {} setups", setups.len()),
        "at least one with both mean AUCs > 0.5",
        tagging > 0,
    )
}

/// The setup with the largest AUC in its worse direction.
fn best_name(setups: &[Named]) -> Option<&str> {
    let best = setups.iter().max_by(|(_, a), (_, b)| a.worse().total_cmp(&b.worse()));
    best.map(|(name, _)| name.as_str())
}

/// That the best common setup is an improved one; its name is the finding.
fn best_is_improved(setups: &[Named], plain: &str) -> Claim {
    let best = best_name(setups);
    let statement = "the best common setup, with the largest AUC in its worse direction, is an improved one";
    let value = best.unwrap_or_default();
    Claim::new(
        Origin::published(
            "arXiv 2104.09051, abstract: the plain autoencoder fails in one direction, the improved one does not",
        ),
        statement,
        value,
        format!("another than {plain}"),
        best.is_some_and(|name| name != plain),
    )
}

/// The AUCs of PCA in place of each setup's network.
fn pca_both_ways(tables: &Tables, setups: &[Setup]) -> Result<Vec<Named>> {
    let of = |setup: &Setup| {
        let auc = |direction| floor(tables, &setup.name, direction, Baseline::Pca);
        Ok((setup.name.clone(), TwoSided { direct: auc(Direction::Direct)?, inverse: auc(Direction::Inverse)? }))
    };
    setups.iter().map(of).collect()
}

/// That no PCA, with whatever loss and remapping, does as well in both directions.
fn better_than_pca(setups: &[Named], pca: &[Named]) -> Claim {
    let worse = |all: &[Named]| {
        let name = best_name(all).unwrap_or_default();
        all.iter().find(|(other, _)| other == name).map_or(f64::NAN, |(_, aucs)| aucs.worse())
    };
    let (network, linear) = (worse(setups), worse(pca));
    Claim::new(
        Origin::expected("what a linear map gives needs no network: it should do better to be worth its training"),
        "the best common setup tags better in its worse direction than PCA does with any loss and remapping",
        format!("AUC {network:.3}, PCA at best {linear:.3} ({})", best_name(pca).unwrap_or_default()),
        "the larger mean AUC",
        network > linear,
    )
}

/// Red below 0.5 and blue above it, as far as the furthest AUC.
fn auc_scale(tables: &Tables) -> Result<ColourScale> {
    let pca = tables.get(Floor::TABLE)?.numbers_where("auc", "baseline", Baseline::Pca.name())?;
    let furthest =
        tables.get("data")?.numbers("auc")?.iter().chain(&pca).map(|auc| (auc - 0.5).abs()).fold(0.1, f64::max);
    let reach = ((10.0 * furthest).ceil() / 10.0).min(0.5);
    Ok(ColourScale::linear(ColourMap::RedBlue, 0.5 - reach, 0.5 + reach))
}

/// One scale for both efficiencies.
fn rejection_scale(table: &Table, map: ColourMap) -> Result<ColourScale> {
    let columns = [Measure::RejectionAt02, Measure::RejectionAt05].map(|measure| table.numbers(measure.name()));
    let mut largest: f64 = 10.0;
    for column in columns {
        largest = column?.iter().copied().fold(largest, f64::max);
    }
    Ok(ColourScale::logarithmic(map, 1.0, largest))
}

fn grid<'a>(
    table: &Table,
    measure: Measure,
    names: &'a [String],
    lines: &[usize],
    scale: &ColourScale,
) -> Result<CellGrid<'a>> {
    let values = table.numbers(measure.name())?.to_vec();
    let spreads = table.numbers(&format!("{}_spread", measure.name()))?;
    let texts = match measure {
        Measure::Auc => values.iter().zip(spreads).map(|(mean, spread)| with_spread(*mean, *spread, 3)).collect(),
        _ => {
            let limits = table.numbers(&format!("{}_lower_limits", measure.name()))?;
            let cells = values.iter().zip(spreads).zip(limits);
            cells.map(|((mean, spread), limits)| rejection_text(*mean, *spread, *limits)).collect()
        }
    };
    Ok(cells(names, lines, scale, (values, texts)))
}

/// A row for each setup, a column for each direction.
fn cells<'a>(
    names: &'a [String],
    lines: &[usize],
    scale: &ColourScale,
    (values, texts): (Vec<f64>, Vec<String>),
) -> CellGrid<'a> {
    CellGrid {
        rows: names.iter().map(Label::plain).collect(),
        columns: &["direct", "inverse"],
        values,
        texts,
        scale: scale.clone(),
        lines_above: lines.to_vec(),
    }
}

/// The AUCs of PCA with as many components as the latent space has dimensions, by the same loss on the same images.
fn floor_grid<'a>(tables: &Tables, names: &'a [String], lines: &[usize], scale: &ColourScale) -> Result<CellGrid<'a>> {
    let both = |name: &String| Direction::BOTH.map(|direction| floor(tables, name, direction, Baseline::Pca));
    let values = names.iter().flat_map(both).collect::<Result<Vec<_>>>()?;
    let texts = values.iter().map(|auc| format!("{auc:.3}")).collect();
    Ok(cells(names, lines, scale, (values, texts)))
}

/// "0.812 ± 0.004"; of one seed the mean alone.
fn with_spread(mean: f64, spread: f64, decimals: usize) -> String {
    if spread.is_nan() { format!("{mean:.decimals$}") } else { format!("{mean:.decimals$} ± {spread:.decimals$}") }
}

/// Three digits of a rejection with its spread; "> 430" where a seed gives a lower limit only.
fn rejection_text(mean: f64, spread: f64, limits: f64) -> String {
    let decimals = match mean {
        mean if mean < 10.0 => 2,
        mean if mean < 100.0 => 1,
        _ => 0,
    };
    if limits > 0.0 { format!("> {mean:.decimals$}") } else { with_spread(mean, spread, decimals) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;

    fn setup(name: &str, direct: f64, inverse: f64) -> Named {
        (name.to_owned(), TwoSided { direct, inverse })
    }

    #[test]
    fn the_best_common_setup_is_judged_by_its_worse_direction() {
        let both = [setup("MSE", 0.9, 0.4), setup("KMSE", 0.6, 0.7), setup("other", 0.99, 0.55)];
        let claim = best_is_improved(&both, "MSE");
        assert_eq!((claim.value.as_str(), claim.verdict), ("KMSE", Verdict::Holds));
        assert_eq!(best_is_improved(&both, "KMSE").verdict, Verdict::Fails);
    }

    #[test]
    fn both_directions_have_to_be_better_than_random() {
        let claim = some_tags_both_ways(&[setup("MSE", 0.9, 0.5), setup("KMSE", 0.51, 0.6)]);
        assert_eq!((claim.value.as_str(), claim.verdict), ("1 of 2 setups", Verdict::Holds));
        assert_eq!(some_tags_both_ways(&[setup("MSE", 0.9, 0.5)]).verdict, Verdict::Fails);
    }

    #[test]
    fn networks_and_pca_are_compared_by_the_worse_direction_of_their_best_setups() {
        let networks = [setup("MSE", 0.9, 0.4), setup("KMSE", 0.6, 0.7)];
        let claim = better_than_pca(&networks, &[setup("MSE", 0.95, 0.1), setup("KMSE", 0.59, 0.8)]);
        assert_eq!((claim.value.as_str(), claim.verdict), ("AUC 0.600, PCA at best 0.590 (KMSE)", Verdict::Holds));
        assert_eq!(better_than_pca(&networks, &[setup("MSE", 0.65, 0.61)]).verdict, Verdict::Fails);
    }

    #[test]
    fn a_rejection_has_three_digits() {
        assert_eq!(rejection_text(5.123, 0.456, 0.0), "5.12 ± 0.46");
        assert_eq!(rejection_text(51.23, 4.56, 0.0), "51.2 ± 4.6");
        assert_eq!(rejection_text(512.3, f64::NAN, 0.0), "512");
        assert_eq!(rejection_text(433.7, 12.0, 1.0), "> 434");
    }

    #[test]
    fn a_half_is_in_the_middle_of_the_colours_of_an_auc() {
        let scale = |auc: f64, pca: f64| {
            let data = Table::new("data").with("auc", vec![auc, 0.55]);
            let floor = Table::new(Floor::TABLE).with_texts("baseline", ["PCA"]).with("auc", vec![pca]);
            auc_scale(&Tables::new([data, floor])).unwrap().limits
        };
        let close = |(low, high): (f64, f64), expected: f64| {
            (low - 0.5 + expected).abs() + (high - 0.5 - expected).abs() < 1e-12
        };
        assert!(close(scale(0.82, 0.6), 0.4) && close(scale(0.28, 0.6), 0.3) && close(scale(0.6, 0.97), 0.5));
    }
}
