//! Distributions of the loss of QCD and top jets, for the autoencoders trained on each.
//!
//! The paper's reading: top jets, with more structure, are harder to reconstruct than QCD jets whatever the network has been
//! trained on, so that the inverse tagger fails and a large loss alone is no sign of an anomaly. The claims measure whether
//! that is so here.

use datasets::jets::Class;

use super::Direction;
use super::floor::{Floor, Floored};
use super::median_losses::{MedianLosses, median_losses, tested_jets};
use super::reference::{decide, on_reference, reference_jets};
use super::sample::{samples_table, samples_text};
use super::taggers::{Taggers, runs_both_ways};
use super::undertrained::{marked, undertrained};
use crate::claims::{Claim, LEAST_SEEDS, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{Axis, ColourMap, Dash, LegendPlace, Page, Panel, Steps, Ticks};
use crate::rows::Rows;
use crate::run::{RunSpec, Scores};
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// The figure.
pub struct LossDistributions;

/// The tagger's name in the tables.
const AUTOENCODER: &str = "autoencoder";
/// The classes, in the order of the legends.
const CLASSES: [Class; 2] = [Class::Qcd, Class::Top];
/// Bins of a histogram.
const BINS: usize = 40;

impl Figure for LossDistributions {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig08"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.reference", "draw.colours"]
    }

    fn version(&self) -> u32 {
        3
    }

    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        runs_both_ways(experiment)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let taggers = Taggers::new(experiment, with);
        let jets = taggers.test_jets(0)?;
        let reference = reference_jets(experiment, experiment.first(), with.project)?;
        let mut medians = MedianLosses::default();
        let (mut first, mut floor) = (Vec::new(), Floor::new(with.project));
        for direction in Direction::BOTH {
            let runs = taggers.both_ways(0, direction);
            floor.add_training(&Floored::of_class(AUTOENCODER, experiment.first(), direction, runs))?;
            let scores = taggers.scores(runs, &jets)?;
            for (run, scores) in runs.iter().zip(&scores) {
                medians.add(AUTOENCODER, direction, run.seed(), scores)?;
            }
            if let Some(reference) = &reference {
                for (run, scores) in runs.iter().zip(taggers.scores(runs, reference)?) {
                    medians.add(&on_reference(AUTOENCODER), direction, run.seed(), &scores)?;
                }
            }
            first.extend(scores.into_iter().take(1).map(|scores| (direction, scores)));
        }
        let samples = samples_table(&jets.files, with.project)?;
        Ok(Tables::new([histograms(&first)?, medians.table(), floor.training_table(), samples]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let mut claims = Vec::new();
        for direction in Direction::BOTH {
            let reference = on_reference(AUTOENCODER);
            let jets = tested_jets(tables, &reference, direction)?;
            let reference =
                jets.map(|jets| Ok::<_, Error>((ratios(tables, &reference, direction)?, jets))).transpose()?;
            let own = ratios(tables, AUTOENCODER, direction)?;
            let (ratios, value) = decide(own, reference, &|ratios| in_words(ratios))?;
            let statement = format!("trained on {}, top jets have the larger loss", direction.trained_on().name());
            let larger: Vec<bool> = ratios.iter().map(|&ratio| ratio > 1.0).collect();
            let origin = Origin::published(match direction {
                Direction::Direct => "arXiv 2104.09051, abstract: trained on QCD it tags tops",
                Direction::Inverse => {
                    "T. Finke, Autoencoder (2023): trained on tops only, these are still reconstructed worse"
                }
            });
            let mut claim = Claim::every_seed(origin, statement, &larger, "median loss of top above that of QCD");
            claim.value = value;
            let claim = claim.decided_with(experiment.tier, ratios.len(), LEAST_SEEDS, "seeds");
            claims.push(claim.unless(undertrained(tables, &[(AUTOENCODER, direction)])?));
        }
        Ok(claims)
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let [direct, inverse] = Direction::BOTH.map(|direction| panel(tables, direction, &palette));
        let seeds = median_losses(tables, AUTOENCODER, Direction::Direct, Class::Qcd)?.len();
        let footer = label!("{}; the first of {} seeds; loss: mean squared error", samples_text(tables)?, seeds);
        marked(Page::new([direct?, inverse?]).footer(footer), tables)
    }
}

/// Median loss of top jets over that of QCD jets, one number a seed of the tagger called `name`.
fn ratios(tables: &Tables, name: &str, direction: Direction) -> Result<Vec<f64>> {
    let [qcd, top] = CLASSES.map(|class| median_losses(tables, name, direction, class));
    Ok(qcd?.into_iter().zip(top?).map(|(qcd, top)| top / qcd).collect())
}

/// "3 of 3 seeds, ratio 2.36".
fn in_words(ratios: &[f64]) -> Result<String> {
    let larger = ratios.iter().filter(|&&ratio| ratio > 1.0).count();
    Ok(format!("{larger} of {} seeds, ratio {:.2}", ratios.len(), metrics::mean(ratios)?))
}

/// Fraction of the jets in each bin of log10 loss, the bins the same throughout.
fn histograms(scores: &[(Direction, Scores)]) -> Result<Table> {
    let all: Vec<f64> =
        scores.iter().flat_map(|(_, scores)| scores.qcd.iter().chain(&scores.top)).map(|loss| loss.log10()).collect();
    let [low, high] = [metrics::quantile(&all, 0.001)?, metrics::quantile(&all, 0.999)?];
    let high = if high > low { high } else { low + 1.0 };
    let edges: Vec<f64> = (0..=BINS).map(|edge| low + (high - low) * edge as f64 / BINS as f64).collect();
    let mut rows = Rows::new(["direction", "class"], ["log10_loss_low", "log10_loss_high", "fraction_of_jets"]);
    for (direction, scores) in scores {
        for class in CLASSES {
            let fractions = fractions(scores.of(class), &edges);
            for (pair, fraction) in edges.windows(2).zip(fractions) {
                rows.push([direction.name(), class.name()], [pair[0], pair[1], fraction]);
            }
        }
    }
    Ok(rows.table("data"))
}

/// Fraction of the losses in each bin of their logarithm; what lies beyond counts in the bin at the end.
fn fractions(losses: &[f64], edges: &[f64]) -> Vec<f64> {
    let bins = edges.len() - 1;
    let mut counts = vec![0.0; bins];
    for loss in losses {
        let place = (loss.log10() - edges[0]) / (edges[bins] - edges[0]) * bins as f64;
        counts[(place.max(0.0) as usize).min(bins - 1)] += 1.0 / losses.len() as f64;
    }
    counts
}

fn panel(tables: &Tables, direction: Direction, palette: &Palette) -> Result<Panel> {
    let data = tables.get("data")?;
    let column = |name: &str, class: Class| {
        data.numbers_where_both(name, [("direction", direction.name()), ("class", class.name())])
    };
    let mut edges = column("log10_loss_low", Class::Qcd)?;
    edges.extend(column("log10_loss_high", Class::Qcd)?.last());
    let high = data.numbers("fraction_of_jets")?.iter().copied().fold(0.0, f64::max);
    let x = Axis::linear("loss", edges[0], edges[edges.len() - 1]).ticks(decades(edges[0], edges[edges.len() - 1]));
    let mut panel = Panel::new(x, Axis::linear("fraction of jets per bin", 0.0, 1.15 * high))
        .title(label!("trained on {}", direction.trained_on().name()));
    for (index, class) in CLASSES.into_iter().enumerate() {
        let steps = Steps::new(&edges, &column("fraction_of_jets", class)?).colour(palette.line(index));
        panel = panel.with(steps.dash(Dash::of_series(index)).filled(0.2).label(label!("{} jets", class.name())));
    }
    Ok(panel.legend(LegendPlace::Best))
}

/// Ticks at powers of ten of an axis of logarithms, with smaller ones at 2 to 9 times.
fn decades(low: f64, high: f64) -> Ticks {
    let decades = low.floor() as i32..=high.ceil() as i32;
    let inside = |at: &f64| (low..=high).contains(at);
    let minor = decades.clone().flat_map(|decade| (2..10).map(move |by| f64::from(decade) + f64::from(by).log10()));
    let major = decades.map(|decade| (f64::from(decade), label!("10^{{{}}}", decade)));
    Ticks::At { major: major.filter(|(at, _)| inside(at)).collect(), minor: minor.filter(inside).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_with_a_larger_loss_of_tops_are_counted() {
        assert_eq!(in_words(&[1.5, 0.5, 2.5]).unwrap(), "2 of 3 seeds, ratio 1.50");
    }

    #[test]
    fn fractions_add_up_with_what_lies_beyond_in_the_last_bins() {
        // Logarithms -3, -1, 0 and 4 in the bins from -2 to 0 and from 0 to 2.
        assert_eq!(fractions(&[1e-3, 0.1, 1.0, 1e4], &[-2.0, 0.0, 2.0]), [0.5, 0.5]);
    }

    #[test]
    fn an_axis_of_logarithms_has_its_powers_of_ten() {
        let Ticks::At { major, minor } = decades(-2.1, -0.5) else { panic!() };
        assert_eq!(major, [(-2.0, "10^{-2}".into()), (-1.0, "10^{-1}".into())]);
        // 0.008 and 0.009; 0.02 to 0.09; 0.2 and 0.3.
        assert_eq!(minor.len(), 2 + 8 + 2);
    }
}
