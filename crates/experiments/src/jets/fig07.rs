//! The ROC of the direct tagger (trained on QCD, top is the signal) and of the inverse one (trained on top, QCD is the signal).
//!
//! The paper's finding: the convolutional autoencoder with the mean squared error finds tops when it knows QCD only, but
//! trained on tops it fails to tag QCD jets, because they are simpler. Whether that shows here, at this size and length of
//! training, is what the claims measure. Beside it stand scores that need no autoencoder.

use models::loss::Loss;

use super::Direction;
use super::baselines::{Baseline, Baselines};
use super::performance::{Performance, by_seed, quote, replicas};
use super::reference::{deciding, reference_jets};
use super::roc_curves::{Quantity, RocCurves, roc_panel, with_curve};
use super::sample::{samples_table, samples_text};
use super::taggers::{Taggers, runs_both_ways};
use crate::Result;
use crate::claims::Claim;
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::plot::{ColourMap, LegendPlace, Page};
use crate::run::RunSpec;
use crate::tables::{Table, Tables};

/// The figure.
pub struct RocBothWays;

/// Name of the autoencoder in the tables.
const AUTOENCODER: &str = "autoencoder";
/// Seeds that a claim about a mean needs.
const LEAST_SEEDS: usize = 3;

impl Figure for RocBothWays {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig07"
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
        let replicas = replicas(experiment);
        let (mut curves, mut measured) = (RocCurves::default(), Performance::default());
        let mut floor = Floor::default();
        let reference = reference_jets(experiment, experiment.first(), with.project)?;
        for direction in Direction::BOTH {
            let runs = taggers.both_ways(0, direction);
            if let Some(reference) = &reference {
                measured.add_reference(AUTOENCODER, direction, runs, &taggers.scores(runs, reference)?, replicas)?;
            }
            let mut rocs = Vec::new();
            for (run, scores) in runs.iter().zip(taggers.scores(runs, &jets)?) {
                rocs.push(measured.add(AUTOENCODER, direction, run.seed(), &scores, replicas)?);
            }
            curves.add(direction.name(), &rocs)?;
            let latent = experiment.first().latent()?;
            let baselines = Baselines::fit(&jets, direction, latent, Loss::MeanSquared, with.project)?;
            for baseline in Baseline::ALL {
                let scores = baselines.scores(baseline, &jets);
                let (signal, background) = direction.signal_and_background(&scores);
                floor.add(direction, baseline, metrics::auc(signal, background)?);
            }
        }
        Ok(Tables::new([curves.table(), measured.table(), floor.table(), samples_table(&jets.files, with.project)?]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let [direct, inverse] = Direction::BOTH.map(|direction| deciding(tables, AUTOENCODER, direction));
        let (direct, inverse) = (direct?, inverse?);
        let own = by_seed(tables, "auc", AUTOENCODER, Direction::Direct)?;
        let best = best_floor(tables, Direction::Direct)?;
        let claims = [
            Claim::new(
                "direct: trained on QCD, tops are tagged",
                direct.text,
                "mean AUC > 0.8",
                metrics::mean(&direct.aucs)? > 0.8,
            ),
            Claim::new(
                "inverse: trained on top, QCD is not tagged",
                inverse.text,
                "mean AUC < 0.5",
                metrics::mean(&inverse.aucs)? < 0.5,
            ),
            Claim::new(
                "direct: the autoencoder tags better than any score that needs none",
                quote(&own)?,
                format!("mean AUC above {:.3} ({})", best.1, best.0),
                metrics::mean(&own)? > best.1,
            ),
        ];
        let decided = |claim: Claim| claim.decided_with(experiment.tier, own.len(), LEAST_SEEDS, "seeds");
        Ok(claims.into_iter().map(decided).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let mut panel = roc_panel(1000.0);
        for (index, direction) in Direction::BOTH.into_iter().enumerate() {
            let aucs = by_seed(tables, "auc", AUTOENCODER, direction)?;
            let label = format!("{} (AUC {})", direction.label(), quote(&aucs)?);
            panel = with_curve(panel, tables, (direction.name(), &label), Quantity::Rejection, (&palette, index))?;
        }
        let seeds = by_seed(tables, "auc", AUTOENCODER, Direction::Direct)?.len();
        let footer = format!(
            "{}; line and band: median and range of {seeds} seeds; AUC: mean ± standard deviation of seeds; where no background jet passes, $1/ε_B$ is drawn at their number; AUC without a network (direct / inverse): {}",
            samples_text(tables)?,
            floor_text(tables)?
        );
        Ok(Page::new([panel.legend(LegendPlace::Above)]).title("Autoencoder, mean squared error").footer(footer))
    }
}

/// AUC of scores that need no autoencoder.
#[derive(Default)]
struct Floor {
    directions: Vec<&'static str>,
    baselines: Vec<&'static str>,
    aucs: Vec<f64>,
}

impl Floor {
    fn add(&mut self, direction: Direction, baseline: Baseline, auc: f64) {
        self.directions.push(direction.name());
        self.baselines.push(baseline.name());
        self.aucs.push(auc);
    }

    fn table(self) -> Table {
        Table::new("baselines")
            .with_texts("direction", self.directions)
            .with_texts("baseline", self.baselines)
            .with("auc", self.aucs)
    }
}

/// Name and AUC of the best score without an autoencoder.
fn best_floor(tables: &Tables, direction: Direction) -> Result<(&'static str, f64)> {
    let aucs = tables.get("baselines")?.numbers_where("auc", "direction", direction.name())?;
    let named = Baseline::ALL.map(Baseline::name).into_iter().zip(aucs);
    Ok(named.fold(("none", f64::NEG_INFINITY), |best, next| if next.1 > best.1 { next } else { best }))
}

/// "zero image 0.61 / 0.39, ...".
fn floor_text(tables: &Tables) -> Result<String> {
    let table = tables.get("baselines")?;
    let [direct, inverse] = Direction::BOTH.map(|direction| table.numbers_where("auc", "direction", direction.name()));
    let rows = Baseline::ALL.into_iter().zip(direct?).zip(inverse?);
    let texts = rows.map(|((baseline, direct), inverse)| format!("{} {direct:.2} / {inverse:.2}", baseline.name()));
    Ok(texts.collect::<Vec<_>>().join(", "))
}
