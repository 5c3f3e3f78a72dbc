//! AUC and loss against the latent dimension, in both directions.
//!
//! A larger latent space reconstructs everything better, the jets that are to be found as well: under each training the loss
//! is expected to fall for both classes, and whether the AUC rises with it is open: its rank correlation with the dimension is
//! quoted, and nothing is claimed of it.

use datasets::jets::Class;

use super::Direction;
use super::against_setting::{AgainstSetting, auc_panel, setting_axis, variants, with_seeds};
use super::floor::{Floor, Floored};
use super::median_losses::{MedianLosses, column, median_losses};
use super::performance::{Performance, by_seed, of_tagger, replicas, spread_of};
use super::reference::reference_jets;
use super::sample::{samples_table, samples_text};
use super::taggers::{Taggers, runs_both_ways};
use super::undertrained::{marked, resting_on};
use crate::claims::{Claim, LEAST_SEEDS, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{Axis, ColourMap, Label, LegendPlace, Page, Panel};
use crate::rows::Rows;
use crate::run::RunSpec;
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// The figure.
pub struct LatentDimension;

/// The setting in which the variants differ.
const SETTING: &str = "latent_dimension";
/// What is measured at each.
const MEASURES: [&str; 3] = ["auc", "median_loss_qcd", "median_loss_top"];
/// The classes, in the order of the legend.
const CLASSES: [Class; 2] = [Class::Qcd, Class::Top];

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
        5
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
                floor.add_both(&Floored::of_class(&variant.name, variant, direction, runs), &jets)?;
            }
        }
        let samples = samples_table(experiment.jets()?, with.project)?;
        let measured = floor.tables_beside(measured.table())?;
        let correlations = correlations(&variants_of(experiment)?, &measured[0])?;
        Ok(Tables::new([against.table(), losses.table(), correlations, samples].into_iter().chain(measured)))
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
            let claim = losses_fall(direction, (smallest, by_class(smallest)?), (largest, by_class(largest)?))?;
            let claim = claim.decided_with(experiment.tier, of(Class::Qcd, smallest)?.len(), LEAST_SEEDS, "seeds");
            claims.extend(resting_on([claim], tables, &[(smallest, direction), (largest, direction)])?);
        }
        // That the AUC need not rise was claimed until now; "need not" is met by whatever is found.
        Ok(claims)
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let ticks: Vec<(f64, Label)> =
            variants(tables, SETTING)?.into_iter().map(|(at, _)| (at, label!("{}", at))).collect();
        let axis = || setting_axis("latent dimension", &ticks);
        let seeds = by_seed(tables, "auc", &experiment.first().name, Direction::Direct)?.len();
        let footer = label!(
            "{}; lines: mean of {} seeds, each of which is a marker; loss: median over the test jets of the class; rank correlation of AUC and latent dimension: {}",
            samples_text(tables)?,
            seeds,
            correlations_text(tables)?
        );
        let panels = [auc_panel(tables, SETTING, axis(), &palette)?, loss_panel(tables, axis(), &palette)?];
        marked(Page::new(panels).footer(footer), tables)
    }
}

/// That both classes are reconstructed better in the largest latent space than in the smallest; median losses by class and seed.
fn losses_fall(direction: Direction, smallest: (&str, [Vec<f64>; 2]), largest: (&str, [Vec<f64>; 2])) -> Result<Claim> {
    let (mut values, mut falls, mut nearest, mut spread) = (Vec::new(), true, f64::INFINITY, f64::NAN);
    for (index, class) in CLASSES.into_iter().enumerate() {
        let seeds = [smallest.1[index].as_slice(), largest.1[index].as_slice()];
        let [small, large] = [metrics::mean(seeds[0])?, metrics::mean(seeds[1])?];
        if (small - large).abs() < nearest {
            (nearest, spread) = ((small - large).abs(), spread_of(&seeds)?);
        }
        values.push(format!("{} {small:.4} at {}, {large:.4} at {}", class.name(), smallest.0, largest.0));
        falls = falls && large < small;
    }
    let claim = Claim::new(
        Origin::expected("what a narrow latent space holds, a wider one can hold too"),
        format!(
            "trained on {}, the loss of both classes falls with the latent dimension",
            direction.trained_on().name()
        ),
        values.join("; "),
        "lower at the largest than at the smallest for both",
        falls,
    );
    Ok(claim.comparing(nearest, spread, smallest.1[0].len().min(largest.1[0].len())))
}

/// Latent dimension and name of each variant.
fn variants_of(experiment: &Experiment) -> Result<Vec<(f64, &str)>> {
    experiment.variants.iter().map(|variant| Ok((variant.latent()? as f64, variant.name.as_str()))).collect()
}

/// Spearman's correlation of AUC and latent dimension over all networks of a direction, with its standard error without a
/// correlation, 1/√(n - 1).
fn correlations(variants: &[(f64, &str)], by_seed: &Table) -> Result<Table> {
    let mut rows = Rows::new(["direction"], ["rank_correlation", "standard_error_without_correlation", "networks"]);
    for direction in Direction::BOTH {
        let (mut dimensions, mut aucs) = (Vec::new(), Vec::new());
        for (dimension, name) in variants {
            let seeds = of_tagger(by_seed, "auc", name, direction)?;
            dimensions.extend(vec![*dimension; seeds.len()]);
            aucs.extend(seeds);
        }
        let correlation = match metrics::rank_correlation(&dimensions, &aucs) {
            Err(metrics::Error::Constant { .. }) => f64::NAN,
            correlation => correlation?,
        };
        let networks = aucs.len() as f64;
        rows.push([direction.name()], [correlation, 1.0 / (networks - 1.0).sqrt(), networks]);
    }
    Ok(rows.table("correlations"))
}

/// "direct 0.31 ± 0.30, inverse ...".
fn correlations_text(tables: &Tables) -> Result<String> {
    let table = tables.get("correlations")?;
    let (values, errors) = (table.numbers("rank_correlation")?, table.numbers("standard_error_without_correlation")?);
    let rows = table.texts("direction")?.iter().zip(values).zip(errors);
    Ok(rows
        .map(|((name, value), error)| format!("{name} {value:.2} ± {error:.2}").replace('-', "−"))
        .collect::<Vec<_>>()
        .join(", "))
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
    fn the_auc_is_correlated_with_the_dimension_over_all_networks() {
        let mut rows = Rows::new(["tagger", "direction"], ["auc"]);
        for (name, aucs) in [("2", [0.5, 0.6]), ("8", [0.7, 0.8]), ("32", [0.9, 1.0])] {
            for auc in aucs {
                rows.push([name, "direct"], [auc]);
                rows.push([name, "inverse"], [0.5]);
            }
        }
        let table = correlations(&[(2.0, "2"), (8.0, "8"), (32.0, "32")], &rows.table("by_seed")).unwrap();
        let values = table.numbers("rank_correlation").unwrap();
        // Ranks 1.5, 1.5, 3.5, 3.5, 5.5, 5.5 and 1 to 6: covariance 16, squares 16 and 17.5; the inverse AUCs have no order.
        assert!((values[0] - (16.0f64 / 17.5).sqrt()).abs() < 1e-12 && values[1].is_nan(), "{values:?}");
        assert_eq!(table.numbers("standard_error_without_correlation").unwrap()[0], 1.0 / 5f64.sqrt());
    }

    #[test]
    fn losses_fall_if_those_of_both_classes_do() {
        let smallest = || ("2", [vec![0.4, 0.4, 0.7], vec![0.8; 3]]);
        let fall = |qcd: f64, top: f64| {
            losses_fall(Direction::Inverse, smallest(), ("32", [vec![qcd; 3], vec![top; 3]])).unwrap()
        };
        assert_eq!(fall(0.1, 0.7).value, "QCD 0.5000 at 2, 0.1000 at 32; top 0.8000 at 2, 0.7000 at 32");
        assert_eq!(fall(0.1, 0.7).verdict, Verdict::Holds);
        assert_eq!(fall(0.1, 0.9).verdict, Verdict::Fails);
        // The QCD losses at 2 have a standard deviation of 0.17: 0.4 is within it.
        assert!(matches!(fall(0.4, 0.5).verdict, Verdict::NotDecided(_)));
    }
}
