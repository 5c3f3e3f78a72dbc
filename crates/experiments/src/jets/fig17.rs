//! Contamination: the AUC of top jets as signal against their fraction in the training sample, from none to all.
//!
//! Of a score that learns its training sample one would expect that the AUC falls to 0.5 where half of the jets are
//! tops, and below 0.5 beyond. The authors find instead that even an autoencoder trained on top jets alone reconstructs
//! them worse than QCD jets: what is scored is how complex a jet is, not how rare.

use datasets::contamination::tops;

use super::Direction;
use super::baselines::Baseline;
use super::floor::{Floor, Floored};
use super::performance::{Performance, replicas};
use super::reference::{decide, reference_jets};
use super::sample::{samples_table, samples_text};
use super::setup::{Setup, kernels_text};
use super::taggers::{Taggers, jets_of, runs_on_mixtures, top_fraction};
use super::undertrained::{marked, undertrained};
use crate::claims::{Claim, LEAST_SEEDS, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{Axis, ColourMap, Dash, ErrorBars, Guide, LegendPlace, Line, Marker, Page, Panel, Points, Scale};
use crate::rows::Rows;
use crate::run::RunSpec;
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// The figure.
pub struct Contamination;

/// What the authors say of it.
const TALK: &str = "T. Finke, Autoencoder (2023): even trained on tops only, top jets are reconstructed worse";

impl Figure for Contamination {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig17"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.replicas", "evaluate.reference", "draw.colours"]
    }

    fn version(&self) -> u32 {
        3
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        one_setup(experiment)?;
        let fractions = experiment.variants.iter().map(top_fraction).collect::<Result<Vec<_>>>()?;
        if fractions.len() < 2 || fractions.windows(2).any(|pair| pair[0] >= pair[1]) {
            let allowed = "this figure needs at least two, each variant with more than the one before";
            return Err(Error::setting("data.top_fraction", format!("{fractions:?}"), allowed));
        }
        Ok(())
    }

    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        runs_on_mixtures(experiment)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let taggers = Taggers::new(experiment, with);
        let replicas = replicas(experiment);
        let (mut measured, mut curve) = (Performance::default(), Curve::default());
        let mut floor = Floor::new(with.project);
        for (index, variant) in experiment.variants.iter().enumerate() {
            let jets = taggers.test_jets(index)?;
            let runs = taggers.on_mixture(index);
            let mut aucs = Vec::new();
            for (run, scores) in runs.iter().zip(taggers.scores(runs, &jets)?) {
                // Top jets are the signal whatever the training sample is.
                aucs.push(measured.add(&variant.name, Direction::Direct, run.seed(), &scores, replicas)?.area());
            }
            floor.add_both(&Floored::of_mixture(&variant.name, variant, runs)?, &jets)?;
            let mut on_reference = (0, Vec::new());
            if let Some(reference) = reference_jets(experiment, variant, with.project)? {
                let scores = taggers.scores(runs, &reference)?;
                measured.add_reference(&variant.name, Direction::Direct, runs, &scores, replicas)?;
                let aucs = scores.iter().map(|s| metrics::auc(&s.top, &s.qcd)).collect::<metrics::Result<_>>()?;
                on_reference = (reference.rows[0].len(), aucs);
            }
            curve.add(top_fraction(variant)?, jets_of(variant)?.sizes[0], &aucs, (on_reference.0, &on_reference.1))?;
        }
        let setup = Setup::table(&[one_setup(experiment)?]);
        let samples = samples_table(experiment.jets()?, with.project)?;
        let measured = floor.tables_beside(measured.table())?;
        Ok(Tables::new([curve.table(), setup, samples].into_iter().chain(measured)))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let (table, setup) = (tables.get("data")?, Setup::read(tables)?[0].label());
        let seeds = table.numbers("seeds")?[0] as usize;
        let claims = [above_random(&setup, table)?, worst_contaminated(table)?];
        let all: Vec<(&str, Direction)> =
            experiment.variants.iter().map(|variant| (variant.name.as_str(), Direction::Direct)).collect();
        let rests_on = [all.as_slice(), &all[all.len() - 1..]];
        let decided = |(claim, taggers): (Claim, &[(&str, Direction)])| {
            let claim = claim.decided_with(experiment.tier, seeds, LEAST_SEEDS, "seeds");
            Ok(claim.unless(undertrained(tables, taggers)?))
        };
        claims.into_iter().zip(rests_on).map(decided).collect()
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let (table, setups) = (tables.get("data")?, Setup::read(tables)?);
        let footer = label!(
            "{}; {}{} training jets in all; mean and range of {} seeds",
            samples_text(tables)?,
            kernels_text(&setups),
            table.numbers("training_jets")?[0],
            table.numbers("seeds")?[0]
        );
        let panel = fraction_panel(tables, &setups[0].label(), &palette)?;
        let page = Page::new([panel]).frame(250.0, 170.0).title("Trained on a mixture of QCD and top jets");
        marked(page.footer(footer), tables)
    }
}

/// The setup that all variants share; called by its settings, since the variants are named by their fractions.
fn one_setup(experiment: &Experiment) -> Result<Setup> {
    let setups = experiment.variants.iter().map(Setup::of).collect::<Result<Vec<_>>>()?;
    let first = Setup { name: setups[0].label(), ..setups[0].clone() };
    match setups.iter().find(|setup| setup.label() != first.name || setup.kernel != first.kernel) {
        Some(other) => {
            let allowed = "this figure compares fractions of top jets alone: give every variant one loss and remapping";
            Err(Error::setting("variant", format!("{} and {}", first.name, other.label()), allowed))
        }
        None => Ok(first),
    }
}

/// AUC by fraction, a row each.
struct Curve(Rows<0, 9>);

impl Default for Curve {
    fn default() -> Self {
        let numbers = [
            "reference_jets_of_a_class",
            "top_fraction",
            "training_jets",
            "top_training_jets",
            "seeds",
            "mean_auc",
            "lowest_auc",
            "highest_auc",
            "mean_auc_on_reference_jets",
        ];
        Self(Rows::new([], numbers))
    }
}

impl Curve {
    /// Adds the AUCs of the seeds at one fraction, and those on so many reference jets of a class, if there are any.
    fn add(&mut self, fraction: f64, jets: usize, aucs: &[f64], on_reference: (usize, &[f64])) -> Result<()> {
        let [low, high] = [metrics::quantile(aucs, 0.0)?, metrics::quantile(aucs, 1.0)?];
        let [reference_jets, jets, top_jets, seeds] =
            [on_reference.0, jets, tops(jets, fraction)?, aucs.len()].map(|count| count as f64);
        let reference = if on_reference.1.is_empty() { f64::NAN } else { metrics::mean(on_reference.1)? };
        let mean = metrics::mean(aucs)?;
        self.0.push([], [reference_jets, fraction, jets, top_jets, seeds, mean, low, high, reference]);
        Ok(())
    }

    fn table(self) -> Table {
        self.0.table("data")
    }
}

/// Mean AUCs on reference jets, and how many of a class those are.
type OnReference = (Vec<f64>, f64);

/// The mean AUCs of each fraction, and those on reference jets if there are any.
fn means(table: &Table) -> Result<(Vec<f64>, Option<OnReference>)> {
    let (own, reference) = (table.numbers("mean_auc")?, table.numbers("mean_auc_on_reference_jets")?);
    let jets = table.numbers("reference_jets_of_a_class")?.iter().copied().fold(f64::INFINITY, f64::min);
    let there = reference.iter().all(|auc| auc.is_finite());
    Ok((own.to_vec(), there.then(|| (reference.to_vec(), jets))))
}

/// That tops are reconstructed worse whatever their fraction.
fn above_random(setup: &str, table: &Table) -> Result<Claim> {
    let fractions = table.numbers("top_fraction")?;
    let lowest = |means: &[f64]| -> (f64, f64) {
        let rows = fractions.iter().zip(means);
        rows.fold((f64::NAN, f64::INFINITY), |low, (f, a)| if *a < low.1 { (*f, *a) } else { low })
    };
    let words = |means: &Vec<f64>| {
        let (fraction, auc) = lowest(means);
        Ok(format!("lowest mean AUC {auc:.3}, at a fraction of {fraction:.2}"))
    };
    let (own, reference) = means(table)?;
    let (means, value) = decide(own, reference, &words)?;
    Ok(Claim::new(
        Origin::published(TALK),
        format!("{setup}: top jets are reconstructed worse at every top fraction of the training sample"),
        value,
        "mean AUC > 0.5 at each",
        lowest(&means).1 > 0.5,
    ))
}

/// That the expectation fails where it is most wrong: at the largest fraction.
fn worst_contaminated(table: &Table) -> Result<Claim> {
    let fraction = table.numbers("top_fraction")?.last().copied().unwrap_or(f64::NAN);
    let last = |means: &[f64]| means.last().copied().unwrap_or(f64::NAN);
    let (own, reference) = means(table)?;
    let (means, value) = decide(own, reference, &|means| Ok(format!("mean AUC {:.3}", last(means))))?;
    let statement = if fraction == 1.0 {
        "trained on top jets alone, top jets are still reconstructed worse".to_owned()
    } else {
        format!("trained with a top fraction of {fraction:.2}, top jets are still reconstructed worse")
    };
    Ok(Claim::new(Origin::published(TALK), statement, value, "mean AUC > 0.5", last(&means) > 0.5))
}

fn fraction_panel(tables: &Tables, setup: &str, palette: &Palette) -> Result<Panel> {
    let table = tables.get("data")?;
    let column = |name| table.numbers(name);
    let (x, mean) = (column("top_fraction")?, column("mean_auc")?);
    let (low, high) = (column("lowest_auc")?, column("highest_auc")?);
    let reference = column("mean_auc_on_reference_jets")?;
    let pca = tables.get(Floor::TABLE)?.numbers_where("auc", "baseline", Baseline::Pca.name())?;
    let limits =
        Scale::Linear.limits_covering(&[low, high, reference, &pca, &[0.42, 0.58]].concat()).unwrap_or((0.0, 1.0));
    let colour = palette.line(0);
    let expected = Points::new(&[0.5], &[0.5]).marker(Marker::Cross).colour(palette.line(1)).radius(4.0);
    let mut panel = Panel::new(
        Axis::linear("fraction of top jets in the training sample", -0.03, 1.03),
        Axis::linear("AUC, signal top", limits.0, limits.1),
    )
    .with(Guide::horizontal(0.5).label("random").label_at(0.0))
    .with(Guide::vertical(0.5).dash(Dash::Dotted))
    .with(ErrorBars::new(x, low, high).colour(colour))
    .with(Line::new(x, mean).colour(colour))
    .with(Points::new(x, mean).colour(colour).radius(2.6).label(label!("autoencoder, {}", setup)));
    if reference.iter().all(|auc| auc.is_finite()) {
        let jets = column("reference_jets_of_a_class")?[0];
        let points = Points::new(x, reference).colour(palette.line(2)).marker(Marker::Diamond).radius(2.6);
        panel = panel.with(points.label(label!("the same, tested on {} reference jets of each class", jets)));
    }
    let floor = Line::new(x, &pca).colour(colour).dash(Dash::Dotted).label("PCA of the same latent dimension");
    Ok(panel.with(floor).with(expected.label("expectation: random at about 0.5")).legend(LegendPlace::Above))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;

    #[test]
    fn one_fraction_at_one_half_or_below_is_enough_to_fail() {
        let table = |means: [f64; 3], reference: [f64; 3], jets: f64| {
            Table::new("data")
                .with("top_fraction", [0.0, 0.5, 1.0])
                .with("mean_auc", means)
                .with("mean_auc_on_reference_jets", reference)
                .with("reference_jets_of_a_class", [jets; 3])
        };
        let alone = |means: [f64; 3]| table(means, [f64::NAN; 3], 0.0);
        let claim = above_random("MSE", &alone([0.8, 0.52, 0.6])).unwrap();
        let text = "lowest mean AUC 0.520, at a fraction of 0.50";
        assert_eq!((claim.value.as_str(), claim.verdict), (text, Verdict::Holds));
        assert_eq!(above_random("MSE", &alone([0.8, 0.6, 0.5])).unwrap().verdict, Verdict::Fails);
        assert_eq!(worst_contaminated(&alone([0.8, 0.4, 0.51])).unwrap().verdict, Verdict::Holds);
        assert_eq!(worst_contaminated(&alone([0.8, 0.6, 0.5])).unwrap().verdict, Verdict::Fails);
        let both = |jets| worst_contaminated(&table([0.8, 0.6, 0.5], [0.8, 0.6, 0.6], jets)).unwrap();
        assert_eq!((both(999.0).verdict, both(1000.0).verdict), (Verdict::Fails, Verdict::Holds));
        assert_eq!(both(999.0).value, "mean AUC 0.500; on 999 reference jets a class mean AUC 0.600");
    }

    #[test]
    fn a_point_is_the_mean_and_the_range_of_its_seeds() {
        let mut curve = Curve::default();
        curve.add(0.0999, 1000, &[0.7, 0.5, 0.9], (500, &[0.4, 0.6])).unwrap();
        let table = curve.table();
        let at = |column: &str| table.numbers(column).unwrap()[0];
        assert_eq!((at("top_training_jets"), at("training_jets"), at("seeds")), (100.0, 1000.0, 3.0));
        assert!((at("mean_auc") - 0.7).abs() < 1e-15);
        assert_eq!((at("lowest_auc"), at("highest_auc")), (0.5, 0.9));
        assert_eq!(at("mean_auc_on_reference_jets"), 0.5);
    }
}
