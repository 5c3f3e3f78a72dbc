//! The loss against jet mass and multiplicity, and what a cut on it makes of the background's mass spectrum.
//!
//! A heavy jet spreads over more pixels and is harder to reconstruct, so that the anomaly score is a measure of mass and of
//! multiplicity too. Who cuts on it and then looks for a bump in the mass finds one that the cut has made.

use std::collections::BTreeSet;

use datasets::jets::{Observables, observables};
use metrics::{RandomChoices, mass_sculpting, rank_correlation};

use super::Direction;
use super::floor::{Floor, Floored};
use super::performance::quote;
use super::sample::{samples_table, samples_text};
use super::taggers::{Taggers, runs_both_ways};
use super::undertrained::{marked, resting_on};
use crate::Result;
use crate::claims::{Claim, LEAST_SEEDS, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{Axis, Band, Colour, ColourMap, Dash, Label, LegendPlace, Line, Page, Panel, Steps};
use crate::rows::Rows;
use crate::run::RunSpec;
use crate::tables::{Table, Tables};

/// The figure.
pub struct MassAndMultiplicity;

/// Background efficiency of the cut where the experiment names none.
const BACKGROUND_EFFICIENCY: f64 = 0.1;
/// Bins of the mass spectrum, in GeV.
const MASS_EDGES: (f64, f64, usize) = (0.0, 400.0, 20);
/// Jets in one point of a profile.
const JETS_A_POINT: usize = 200;
/// Jets that a claim needs.
const LEAST_JETS: usize = 1000;
/// The bar of a rank correlation, with its reason.
const SHARED: &str = "mean above 0.3: below it they share less than a tenth of their ranks' variance";
/// A divergence this many times that of a random choice is no chance.
const ABOVE_CHANCE: f64 = 3.0;

impl Figure for MassAndMultiplicity {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig20"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.replicas", "evaluate.background_efficiency", "draw.colours"]
    }

    fn version(&self) -> u32 {
        2
    }

    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        runs_both_ways(experiment)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let taggers = Taggers::new(experiment, with);
        let files = experiment.jets()?;
        let observed = observables(&with.project.data(&files.test_file), files.test_table.as_deref())?;
        let efficiency = experiment.evaluate.background_efficiency.unwrap_or(BACKGROUND_EFFICIENCY);
        let choices = RandomChoices { replicas: experiment.evaluate.replicas.unwrap_or(200), seed: 0 };
        let (mut rows, mut floor) = (OfCurves::default(), Floor::new(with.project));
        for (index, variant) in experiment.variants.iter().enumerate() {
            let jets = taggers.test_jets(index)?;
            for direction in Direction::BOTH {
                let runs = taggers.both_ways(index, direction);
                floor.add_training(&Floored::of_class(&variant.name, variant, direction, runs))?;
                let background = &jets.rows[usize::from(direction == Direction::Inverse)];
                for (run, scores) in runs.iter().zip(taggers.scores(runs, &jets)?) {
                    let (_, losses) = direction.signal_and_background(&scores);
                    let background = Background::of(&observed, background, losses);
                    rows.add(&curve(&variant.name, direction), run.seed(), &background, (efficiency, &choices))?;
                }
            }
        }
        let [data, profiles, spectra, summary] = rows.tables();
        let samples = samples_table(files, with.project)?;
        Ok(Tables::new([data, profiles, spectra, summary, floor.training_table(), samples]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let summary = tables.get("summary")?;
        let setup = &experiment.first().name;
        let of = |column: &str| summary.numbers_where(column, "curve", &curve(setup, Direction::Direct));
        let (mass, constituents) = (of("correlation_with_mass")?, of("correlation_with_constituents")?);
        let (divergence, chance) = (of("divergence")?, metrics::mean(&of("divergence_by_chance")?)?);
        let claims = [
            Claim::new(
                Origin::expected("a heavy jet spreads over more pixels, which are more to reconstruct"),
                format!("{setup}, trained on QCD: the loss follows the mass of QCD jets"),
                format!("rank correlation {}", quote(&mass)?),
                SHARED,
                metrics::mean(&mass)? > 0.3,
            ),
            Claim::new(
                Origin::expected("more constituents light more pixels, which are more to reconstruct"),
                format!("{setup}, trained on QCD: the loss follows their multiplicity"),
                format!("rank correlation {}", quote(&constituents)?),
                SHARED,
                metrics::mean(&constituents)? > 0.3,
            ),
            Claim::new(
                Origin::expected("a score that follows the mass changes the mass spectrum of what passes a cut on it"),
                format!("{setup}, trained on QCD: a cut on the loss sculpts the mass spectrum"),
                format!("Jensen–Shannon divergence {} bits", quote(&divergence)?),
                format!("mean above {ABOVE_CHANCE} × {chance:.4}, that of as many jets chosen at random"),
                metrics::mean(&divergence)? > ABOVE_CHANCE * chance,
            ),
        ];
        let (seeds, jets) = (mass.len(), of("jets")?.into_iter().fold(f64::INFINITY, f64::min) as usize);
        let enough = |claim: Claim| {
            let claim = claim.decided_with(experiment.tier, seeds, LEAST_SEEDS, "seeds");
            claim.unless((jets < LEAST_JETS).then(|| format!("{jets} jets, at least {LEAST_JETS} are needed")))
        };
        resting_on(claims.map(enough), tables, &[(setup, Direction::Direct)])
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let names: Vec<&str> = experiment.variants.iter().map(|variant| variant.name.as_str()).collect();
        let mut panels = Vec::new();
        for quantity in Quantity::BOTH {
            panels.push(profile_panel(tables, &names, quantity, &palette)?);
        }
        for direction in Direction::BOTH {
            panels.push(spectrum_panel(tables, &names, direction, &palette)?);
        }
        let efficiency = experiment.evaluate.background_efficiency.unwrap_or(BACKGROUND_EFFICIENCY);
        let footer = label!(
            "{}; curves: the first of {} seeds; rank correlation: mean of all; above: background jets, line and band: median and quartiles of {} neighbouring jets, of the median loss of all; below: background's mass spectrum before and after a cut that {:.0} % of it pass",
            samples_text(tables)?,
            experiment.seeds,
            JETS_A_POINT,
            100.0 * efficiency
        );
        marked(Page::new(panels).footer(footer), tables)
    }
}

/// The name of a setup's direction in the tables.
fn curve(setup: &str, direction: Direction) -> String {
    format!("{setup}, {}", direction.name())
}

/// What the loss is held against.
#[derive(Clone, Copy)]
enum Quantity {
    Mass,
    Constituents,
}

impl Quantity {
    const BOTH: [Self; 2] = [Self::Mass, Self::Constituents];

    fn name(self) -> &'static str {
        match self {
            Self::Mass => "mass",
            Self::Constituents => "constituents",
        }
    }

    /// Column of the rank correlation with it.
    fn correlation(self) -> &'static str {
        match self {
            Self::Mass => "correlation_with_mass",
            Self::Constituents => "correlation_with_constituents",
        }
    }
}

/// Mass (GeV), multiplicity and loss of the background jets that are tested.
struct Background {
    mass: Vec<f64>,
    constituents: Vec<f64>,
    loss: Vec<f64>,
}

impl Background {
    fn of(observed: &Observables, rows: &[usize], losses: &[f64]) -> Self {
        Self {
            mass: rows.iter().map(|&row| observed.mass[row]).collect(),
            constituents: rows.iter().map(|&row| observed.constituents[row] as f64).collect(),
            loss: losses.to_vec(),
        }
    }

    fn quantity(&self, quantity: Quantity) -> &[f64] {
        match quantity {
            Quantity::Mass => &self.mass,
            Quantity::Constituents => &self.constituents,
        }
    }
}

/// A profile: neighbouring jets along a quantity, with quartiles of their loss over the median of all.
fn profile(x: &[f64], loss: &[f64]) -> Result<Vec<[f64; 4]>> {
    let mut order: Vec<usize> = (0..x.len()).collect();
    order.sort_by(|&a, &b| x[a].total_cmp(&x[b]).then(a.cmp(&b)));
    let all = metrics::median(loss)?;
    let point = |rows: &[usize]| -> Result<[f64; 4]> {
        let at: Vec<f64> = rows.iter().map(|&row| x[row]).collect();
        let losses: Vec<f64> = rows.iter().map(|&row| loss[row] / all).collect();
        let quartile = |level| metrics::quantile(&losses, level);
        Ok([metrics::median(&at)?, quartile(0.25)?, quartile(0.5)?, quartile(0.75)?])
    };
    order
        .chunks(JETS_A_POINT)
        .filter(|rows| rows.len() == JETS_A_POINT || order.len() < JETS_A_POINT)
        .map(point)
        .collect()
}

/// The rows of the figure's tables.
struct OfCurves {
    /// The curves that have been drawn from.
    shown: BTreeSet<String>,
    jets: Rows<1, 3>,
    profiles: Rows<2, 4>,
    spectra: Rows<1, 4>,
    summary: Rows<1, 6>,
}

impl Default for OfCurves {
    fn default() -> Self {
        let summary = [
            "seed",
            "jets",
            "correlation_with_mass",
            "correlation_with_constituents",
            "divergence",
            "divergence_by_chance",
        ];
        Self {
            shown: BTreeSet::new(),
            jets: Rows::new(["curve"], ["mass_gev", "constituents", "loss"]),
            profiles: Rows::new(["curve", "quantity"], ["at", "lower_quartile", "median", "upper_quartile"]),
            spectra: Rows::new(["curve"], ["mass_low_gev", "mass_high_gev", "before", "after"]),
            summary: Rows::new(["curve"], summary),
        }
    }
}

impl OfCurves {
    /// Adds one seed of a curve; its jets, profiles and spectra if it is the first. A cut of the given background efficiency is
    /// compared with random choices.
    fn add(
        &mut self,
        name: &str,
        seed: u64,
        background: &Background,
        (efficiency, choices): (f64, &RandomChoices),
    ) -> Result<()> {
        let Background { mass, constituents, loss } = background;
        let edges = mass_edges();
        let sculpting = mass_sculpting(mass, loss, efficiency, &edges, choices)?;
        let [with_mass, with_constituents] = [rank_correlation(mass, loss)?, rank_correlation(constituents, loss)?];
        let jets = loss.len() as f64;
        let divergences = [sculpting.divergence, sculpting.expected_by_chance];
        self.summary.push([name], [seed as f64, jets, with_mass, with_constituents, divergences[0], divergences[1]]);
        if !self.shown.insert(name.to_owned()) {
            return Ok(());
        }
        for jet in 0..loss.len() {
            self.jets.push([name], [mass[jet], constituents[jet], loss[jet]]);
        }
        for quantity in Quantity::BOTH {
            for row in profile(background.quantity(quantity), loss)? {
                self.profiles.push([name, quantity.name()], row);
            }
        }
        for (bin, pair) in edges.windows(2).enumerate() {
            let counts = [sculpting.before[bin], sculpting.after[bin]].map(|count| count as f64);
            self.spectra.push([name], [pair[0], pair[1], counts[0], counts[1]]);
        }
        Ok(())
    }

    fn tables(self) -> [Table; 4] {
        [
            self.jets.table("data"),
            self.profiles.table("profiles"),
            self.spectra.table("spectra"),
            self.summary.table("summary"),
        ]
    }
}

fn mass_edges() -> Vec<f64> {
    let (low, high, bins) = MASS_EDGES;
    (0..=bins).map(|edge| low + (high - low) * edge as f64 / bins as f64).collect()
}

/// The loss of QCD jets under each setup trained on QCD, against mass or multiplicity.
fn profile_panel(tables: &Tables, setups: &[&str], quantity: Quantity, palette: &Palette) -> Result<Panel> {
    let table = tables.get("profiles")?;
    let column =
        |name: &str, curve: &str| table.numbers_where_both(name, [("curve", curve), ("quantity", quantity.name())]);
    let (label, high) = match quantity {
        Quantity::Mass => ("jet mass (GeV)", 300.0),
        Quantity::Constituents => ("number of constituents", 100.0),
    };
    let mut panel =
        Panel::new(Axis::linear(label, 0.0, high), Axis::linear("loss of QCD jets, of its median", 0.0, 3.0));
    for (index, setup) in setups.iter().enumerate() {
        let name = curve(setup, Direction::Direct);
        let (x, colour) = (column("at", &name)?, palette.line(index));
        let (low, high) = (column("lower_quartile", &name)?, column("upper_quartile", &name)?);
        let line = Line::new(&x, &column("median", &name)?).colour(colour).dash(Dash::of_series(index));
        let correlation = tables.get("summary")?.numbers_where(quantity.correlation(), "curve", &name)?;
        let label = label!("{} (rank correlation {})", setup, signed(metrics::mean(&correlation)?));
        panel = panel.with(Band::new(&x, &low, &high).colour(colour).opacity(0.25)).with(line.label(label));
    }
    Ok(panel.title("trained on QCD").legend(LegendPlace::Above))
}

/// A number with two decimals and a true minus sign.
fn signed(value: f64) -> String {
    format!("{value:.2}").replace('-', "−")
}

/// The background's mass spectrum before the cut and after that of each setup.
fn spectrum_panel(tables: &Tables, setups: &[&str], direction: Direction, palette: &Palette) -> Result<Panel> {
    let table = tables.get("spectra")?;
    let edges = mass_edges();
    let fractions = |column: &str, setup: &str| -> Result<Vec<f64>> {
        let counts = table.numbers_where(column, "curve", &curve(setup, direction))?;
        let all: f64 = counts.iter().sum();
        Ok(counts.into_iter().map(|count| count / all.max(1.0)).collect())
    };
    let mut layers = vec![(Label::from("all"), fractions("before", setups[0])?)];
    for setup in setups {
        layers.push((label!("after the cut, {}", setup), fractions("after", setup)?));
    }
    let high = layers.iter().flat_map(|(_, heights)| heights).copied().fold(0.0, f64::max);
    let background = direction.trained_on().name();
    let mut panel = Panel::new(
        Axis::linear("jet mass (GeV)", edges[0], edges[edges.len() - 1]),
        Axis::linear(label!("fraction of {} jets per {:.0} GeV", background, edges[1] - edges[0]), 0.0, 1.1 * high),
    )
    .title(label!("trained on {}", background));
    for (index, (label, heights)) in layers.into_iter().enumerate() {
        let steps = Steps::new(&edges, &heights);
        panel = panel.with(match index {
            0 => steps.colour(Colour::GREY).filled(0.3).label(label),
            _ => steps.colour(palette.line(index - 1)).dash(Dash::of_series(index - 1)).label(label),
        });
    }
    Ok(panel.legend(LegendPlace::Above))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_takes_neighbours_in_order_and_measures_by_the_median_of_all() {
        let x: Vec<f64> = (0..400).rev().map(f64::from).collect();
        let loss: Vec<f64> = x.iter().map(|x| if *x < 200.0 { 1.0 } else { 3.0 }).collect();
        let points = profile(&x, &loss).unwrap();
        assert_eq!(points.len(), 2);
        // Half of the jets have a loss of 1 and half of 3: the median is 2.
        assert_eq!(points[0], [99.5, 0.5, 0.5, 0.5]);
        assert_eq!(points[1], [299.5, 1.5, 1.5, 1.5]);
    }

    #[test]
    fn fewer_jets_than_a_point_holds_are_one_point() {
        assert_eq!(profile(&[1.0, 2.0, 3.0], &[4.0, 4.0, 4.0]).unwrap(), [[2.0, 1.0, 1.0, 1.0]]);
    }
}
