//! AUC and loss against the latent dimension, in both directions.
//!
//! A larger latent space reconstructs everything better, the jets that are to be found as well: under each training the loss
//! is expected to fall for both classes, and the AUC need not rise.

use datasets::jets::Class;

use super::Direction;
use super::against_setting::{AgainstSetting, auc_panel, setting_axis, variants, with_seeds};
use super::floor::Floor;
use super::median_losses::{MedianLosses, column, median_losses};
use super::performance::{Performance, by_seed, replicas};
use super::reference::{Deciding, deciding, reference_jets};
use super::sample::{samples_table, samples_text};
use super::taggers::{Taggers, runs_both_ways};
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{Axis, ColourMap, Label, LegendPlace, Page, Panel};
use crate::run::RunSpec;
use crate::tables::Tables;
use crate::{Error, Result};

/// The figure.
pub struct LatentDimension;

/// The setting in which the variants differ.
const SETTING: &str = "latent_dimension";
/// What is measured at each.
const MEASURES: [&str; 3] = ["auc", "median_loss_qcd", "median_loss_top"];
/// The classes, in the order of the legend.
const CLASSES: [Class; 2] = [Class::Qcd, Class::Top];
/// Seeds that a claim needs.
const LEAST_SEEDS: usize = 2;

impl Figure for LatentDimension {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig10"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.replicas", "evaluate.reference", "draw.colours"]
    }

    fn version(&self) -> u32 {
        4
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        let dimensions = experiment.variants.iter().map(crate::config::Variant::latent).collect::<Result<Vec<_>>>()?;
        if dimensions.len() < 2 || dimensions.windows(2).any(|pair| pair[0] >= pair[1]) {
            let allowed = "this figure needs at least two variants, each with more than the one before";
            return Err(Error::setting("model.latent", format!("{dimensions:?}"), allowed));
        }
        Ok(())
    }

    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        runs_both_ways(experiment)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let taggers = Taggers::new(experiment, with);
        let (mut against, mut measured) = (AgainstSetting::new(SETTING, &MEASURES), Performance::default());
        let (mut losses, mut floor) = (MedianLosses::default(), Floor::new(with.project));
        for (index, variant) in experiment.variants.iter().enumerate() {
            let jets = taggers.test_jets(index)?;
            let reference = reference_jets(experiment, variant, with.project)?;
            for direction in Direction::BOTH {
                let runs = taggers.both_ways(index, direction);
                let mut by_measure = [const { Vec::new() }; 3];
                for (run, scores) in runs.iter().zip(taggers.scores(runs, &jets)?) {
                    let roc = measured.add(&variant.name, direction, run.seed(), &scores, replicas(experiment))?;
                    let [qcd, top] = losses.add(&variant.name, direction, run.seed(), &scores)?;
                    by_measure.iter_mut().zip([roc.area(), qcd, top]).for_each(|(seeds, value)| seeds.push(value));
                }
                let seeds = by_measure.each_ref().map(Vec::as_slice);
                against.add(&variant.name, variant.latent()? as f64, direction, &seeds)?;
                if let Some(reference) = &reference {
                    let scores = taggers.scores(runs, reference)?;
                    measured.add_reference(&variant.name, direction, runs, &scores, replicas(experiment))?;
                }
                floor.add_variant(&variant.name, variant, direction, &jets)?;
            }
        }
        let samples = samples_table(experiment.jets()?, with.project)?;
        Ok(Tables::new([against.table(), measured.table(), losses.table(), floor.table(), samples]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let variants = variants(tables, SETTING)?;
        let (Some((_, smallest)), Some((_, largest))) = (variants.first(), variants.last()) else {
            return Ok(Vec::new());
        };
        let mut claims = Vec::new();
        for direction in Direction::BOTH {
            let of = |class, variant: &str| median_losses(tables, variant, direction, class);
            let by_class =
                |variant: &str| -> Result<[Vec<f64>; 2]> { Ok([of(Class::Qcd, variant)?, of(Class::Top, variant)?]) };
            claims.push(losses_fall(direction, (smallest, by_class(smallest)?), (largest, by_class(largest)?))?);
        }
        let aucs = variants.iter().map(|(_, name)| deciding(tables, name, Direction::Direct));
        let aucs = aucs.collect::<Result<Vec<_>>>()?;
        let seeds = aucs[0].aucs.len();
        claims.push(auc_need_not_rise(&variants, &aucs)?);
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, seeds, LEAST_SEEDS, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let ticks: Vec<(f64, Label)> =
            variants(tables, SETTING)?.into_iter().map(|(at, _)| (at, label!("{}", at))).collect();
        let axis = || setting_axis("latent dimension", &ticks);
        let seeds = by_seed(tables, "auc", &experiment.first().name, Direction::Direct)?.len();
        let footer = label!(
            "{}; lines: mean of {} seeds, each of which is a marker; loss: median over the test jets of the class",
            samples_text(tables)?,
            seeds
        );
        Ok(Page::new([auc_panel(tables, SETTING, axis(), &palette)?, loss_panel(tables, axis(), &palette)?])
            .footer(footer))
    }
}

/// That both classes are reconstructed better in the largest latent space than in the smallest; median losses by class and seed.
fn losses_fall(direction: Direction, smallest: (&str, [Vec<f64>; 2]), largest: (&str, [Vec<f64>; 2])) -> Result<Claim> {
    let (mut values, mut falls) = (Vec::new(), true);
    for (index, class) in CLASSES.into_iter().enumerate() {
        let [small, large] = [metrics::mean(&smallest.1[index])?, metrics::mean(&largest.1[index])?];
        values.push(format!("{} {small:.4} at {}, {large:.4} at {}", class.name(), smallest.0, largest.0));
        falls = falls && large < small;
    }
    Ok(Claim::new(
        Origin::expected(""),
        format!(
            "trained on {}, the loss of both classes falls with the latent dimension",
            direction.trained_on().name()
        ),
        values.join("; "),
        "lower at the largest than at the smallest for both",
        falls,
    ))
}

/// That the direct AUC is not best in the largest latent space.
fn auc_need_not_rise(variants: &[(f64, String)], aucs: &[Deciding]) -> Result<Claim> {
    let means = aucs.iter().map(|deciding| metrics::mean(&deciding.aucs)).collect::<metrics::Result<Vec<_>>>()?;
    let last = means.len() - 1;
    let best = (0..means.len()).fold(0, |best, at| if means[at] > means[best] { at } else { best });
    Ok(Claim::new(
        Origin::expected(""),
        "direct: the AUC need not rise with the latent dimension",
        format!("best at {}: {}; at {}: {}", variants[best].1, aucs[best].text, variants[last].1, aucs[last].text),
        "the best is not at the largest",
        best != last,
    ))
}

/// The median losses, in the colour of their training, with marker and dash of their class.
fn loss_panel(tables: &Tables, axis: Axis, palette: &Palette) -> Result<Panel> {
    let data = tables.get(AgainstSetting::TABLE)?;
    let mut curves = Vec::new();
    for direction in Direction::BOTH {
        for class in CLASSES {
            let (mut x, mut y) = (Vec::new(), Vec::new());
            for (at, variant) in variants(tables, SETTING)? {
                let losses = median_losses(tables, &variant, direction, class)?;
                x.extend(vec![at; losses.len()]);
                y.extend(losses);
            }
            let mean = |name: &str| data.numbers_where(name, "direction", direction.name());
            curves.push(((direction, class), [x, y, mean(SETTING)?, mean(&format!("{}_mean", column(class)))?]));
        }
    }
    let high = curves.iter().flat_map(|(_, [_, y, ..])| y).copied().fold(0.0, f64::max);
    let mut panel = Panel::new(axis, Axis::linear("median loss", 0.0, 1.1 * high));
    for (index, ((direction, class), [x, y, at, mean])) in curves.iter().enumerate() {
        let label = label!("{} jets, trained on {}", class.name(), direction.trained_on().name());
        let (training, shape) = (index / CLASSES.len(), 2 + index % CLASSES.len());
        panel = with_seeds(panel, (x, y), (at, mean), label, (palette.line(training), shape));
    }
    Ok(panel.legend(LegendPlace::Above))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;

    #[test]
    fn the_auc_rises_only_if_the_largest_latent_space_is_best() {
        let variants = [(2.0, "2".to_owned()), (8.0, "8".to_owned()), (32.0, "32".to_owned())];
        let of = |auc| Deciding { aucs: vec![auc], text: String::new() };
        let verdict = |aucs: [f64; 3]| auc_need_not_rise(&variants, &aucs.map(of)).unwrap().verdict;
        assert_eq!(verdict([0.7, 0.8, 0.75]), Verdict::Holds);
        assert_eq!(verdict([0.7, 0.8, 0.85]), Verdict::Fails);
    }

    #[test]
    fn losses_fall_if_those_of_both_classes_do() {
        let smallest = || ("2", [vec![0.4, 0.6], vec![0.8]]);
        let claim = losses_fall(Direction::Inverse, smallest(), ("32", [vec![0.3], vec![0.7]])).unwrap();
        assert_eq!(claim.value, "QCD 0.5000 at 2, 0.3000 at 32; top 0.8000 at 2, 0.7000 at 32");
        assert_eq!(claim.verdict, Verdict::Holds);
        let claim = losses_fall(Direction::Direct, smallest(), ("32", [vec![0.3], vec![0.8]])).unwrap();
        assert_eq!(claim.verdict, Verdict::Fails);
    }
}
