//! Complexity bias: the AUC on images cut to their brightest pixels, in both directions.
//!
//! Top jets fill more pixels than QCD jets. Cut to as many of the brightest pixels, both are as complex to reconstruct, and
//! what the two directions gain or lose by it is the part that complexity had in them. Networks are trained on the cut images
//! and tested on them.

use super::Direction;
use super::against_setting::{AgainstSetting, auc_panel, setting_axis, variants};
use super::performance::{Performance, by_seed, quote, replicas};
use super::sample::{samples_table, samples_text};
use super::taggers::{Taggers, jets_of, runs_both_ways};
use crate::claims::Claim;
use crate::config::{Experiment, Variant};
use crate::figure::{Evaluator, Figure, Palette};
use crate::plot::{ColourMap, Page};
use crate::run::RunSpec;
use crate::tables::Tables;
use crate::{Error, Result};

/// The figure.
pub struct ComplexityBias;

/// The setting in which the variants differ.
const SETTING: &str = "brightest_pixels";
/// Where whole images are drawn, in pixels: beside the cut ones, as no test jet fills so many.
const WHOLE: f64 = 160.0;
/// Seeds that a claim needs.
const LEAST_SEEDS: usize = 2;

impl Figure for ComplexityBias {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig09"
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        let pixels = experiment.variants.iter().map(pixels).collect::<Result<Vec<_>>>()?;
        if !pixels.contains(&WHOLE) || pixels.iter().all(|&at| at >= WHOLE) {
            let allowed = format!(
                "this figure needs a variant without it and at least one with, from 1 to {}",
                WHOLE as usize - 1
            );
            return Err(Error::setting("data.brightest", format!("{pixels:?}"), &allowed));
        }
        Ok(())
    }

    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        runs_both_ways(experiment)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let taggers = Taggers::new(experiment, with);
        let (mut against, mut measured) = (AgainstSetting::new(SETTING, &["auc"]), Performance::default());
        for (index, variant) in experiment.variants.iter().enumerate() {
            let jets = taggers.test_jets(index)?;
            for direction in Direction::BOTH {
                let runs = taggers.both_ways(index, direction);
                let mut aucs = Vec::new();
                for (run, scores) in runs.iter().zip(taggers.scores(runs, &jets)?) {
                    let roc = measured.add(&variant.name, direction, run.seed(), &scores, replicas(experiment))?;
                    aucs.push(roc.area());
                }
                against.add(&variant.name, pixels(variant)?, direction, &[&aucs])?;
            }
        }
        Ok(Tables::new([against.table(), measured.table(), samples_table(experiment.jets()?, with.project)?]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let variants = variants(tables, SETTING)?;
        let (Some((_, fewest)), Some((_, whole))) = (variants.first(), variants.last()) else {
            return Ok(Vec::new());
        };
        let of = |variant: &str, direction| by_seed(tables, "auc", variant, direction);
        let mut claims = Vec::new();
        for (direction, falls) in [(Direction::Direct, true), (Direction::Inverse, false)] {
            claims.push(changes(direction, falls, (fewest, &of(fewest, direction)?), (whole, &of(whole, direction)?))?);
        }
        let seeds = of(whole, Direction::Direct)?.len();
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, seeds, LEAST_SEEDS, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let name = |at: f64| if at < WHOLE { format!("{at}") } else { "all".to_owned() };
        let ticks: Vec<(f64, String)> = variants(tables, SETTING)?.into_iter().map(|(at, _)| (at, name(at))).collect();
        let axis = setting_axis("brightest pixels of each image", &ticks);
        let seeds = by_seed(tables, "auc", &experiment.first().name, Direction::Direct)?.len();
        let footer = format!(
            "{}; trained and tested on cut images, each divided by its sum; line: mean of {seeds} seeds, each of which is a marker",
            samples_text(tables)?
        );
        Ok(Page::new([auc_panel(tables, SETTING, axis, &palette)?]).frame(230.0, 160.0).footer(footer))
    }
}

/// How many of the brightest pixels a variant keeps; of whole images, where they are drawn.
fn pixels(variant: &Variant) -> Result<f64> {
    Ok(jets_of(variant)?.view.brightest.map_or(WHOLE, |n| n as f64))
}

/// That the bias towards complex jets shrinks as they are cut: the direct AUC falls, the inverse one rises.
fn changes(direction: Direction, falls: bool, fewest: (&str, &[f64]), whole: (&str, &[f64])) -> Result<Claim> {
    let [few, all] = [metrics::mean(fewest.1)?, metrics::mean(whole.1)?];
    let (word, bar, holds) = if falls { ("lower", "below", few < all) } else { ("higher", "above", few > all) };
    Ok(Claim::new(
        format!("{}: the AUC is {word} on images cut to few pixels", direction.name()),
        format!("{} with {}, {} with {}", quote(fewest.1)?, fewest.0, quote(whole.1)?, whole.0),
        format!("mean {bar} that with {}", whole.0),
        holds,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;

    #[test]
    fn the_bias_shrinks_if_the_direct_auc_falls_and_the_inverse_one_rises() {
        let verdict = |direction, falls, few: f64, all: f64| {
            changes(direction, falls, ("5 brightest", &[few]), ("all pixels", &[all])).unwrap().verdict
        };
        assert_eq!(verdict(Direction::Direct, true, 0.7, 0.8), Verdict::Holds);
        assert_eq!(verdict(Direction::Direct, true, 0.9, 0.8), Verdict::Fails);
        assert_eq!(verdict(Direction::Inverse, false, 0.7, 0.6), Verdict::Holds);
        assert_eq!(verdict(Direction::Inverse, false, 0.5, 0.6), Verdict::Fails);
    }
}
