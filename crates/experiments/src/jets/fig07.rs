//! The ROC of the direct tagger (trained on QCD, top is the signal) and of the inverse one (trained on top, QCD is the signal).
//!
//! The paper's finding: the convolutional autoencoder with the mean squared error finds tops when it knows QCD only, but
//! trained on tops it fails to tag QCD jets, because they are simpler. Whether that shows here, at this size and length of
//! training, is what the claims measure. Beside it stand scores that need no autoencoder.

use super::Direction;
use super::floor::{Floor, Floored, above_floor, floor_text};
use super::performance::{Performance, by_seed, quote, replicas};
use super::reference::{deciding, reference_jets};
use super::roc_curves::{Quantity, RocCurves, roc_panel, with_curve};
use super::sample::{samples_table, samples_text};
use super::taggers::{Taggers, runs_both_ways};
use super::undertrained::{marked, undertrained};
use crate::Result;
use crate::claims::{Claim, LEAST_SEEDS, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{ColourMap, LegendPlace, Page};
use crate::run::RunSpec;
use crate::tables::Tables;

/// The figure.
pub struct RocBothWays;

/// Name of the autoencoder in the tables.
const AUTOENCODER: &str = "autoencoder";

impl Figure for RocBothWays {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig07"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.replicas", "evaluate.reference", "draw.colours"]
    }

    fn version(&self) -> u32 {
        4
    }

    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        runs_both_ways(experiment)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let taggers = Taggers::new(experiment, with);
        let jets = taggers.test_jets(0)?;
        let replicas = replicas(experiment);
        let (mut curves, mut measured) = (RocCurves::default(), Performance::default());
        let mut floor = Floor::new(with.project);
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
            floor.add_both(&Floored::of_class(AUTOENCODER, experiment.first(), direction, runs), &jets)?;
        }
        let samples = samples_table(&jets.files, with.project)?;
        let measured = floor.tables_beside(measured.table())?;
        Ok(Tables::new([curves.table()].into_iter().chain(measured).chain([samples])))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let [direct, inverse] = Direction::BOTH.map(|direction| deciding(tables, AUTOENCODER, direction));
        let (direct, inverse) = (direct?, inverse?);
        let own = by_seed(tables, "auc", AUTOENCODER, Direction::Direct)?;
        let claims = [
            Claim::new(
                Origin::published(
                    "arXiv 2104.09051, abstract: trained on QCD it tags tops; AUCs of 0.84 to 0.90 elsewhere",
                ),
                "direct: trained on QCD, tops are tagged",
                direct.text,
                "mean AUC > 0.8",
                metrics::mean(&direct.aucs)? > 0.8,
            ),
            Claim::new(
                Origin::published("arXiv 2104.09051, abstract: trained on top jets it fails to tag QCD jets"),
                "inverse: trained on top, QCD is not tagged",
                inverse.text,
                "mean AUC < 0.5",
                metrics::mean(&inverse.aucs)? < 0.5,
            ),
            above_floor(tables, AUTOENCODER, Direction::Direct, &own)?,
        ];
        let rests_on = [Direction::Direct, Direction::Inverse, Direction::Direct];
        let decided = |(claim, direction): (Claim, Direction)| {
            let claim = claim.decided_with(experiment.tier, own.len(), LEAST_SEEDS, "seeds");
            Ok(claim.unless(undertrained(tables, &[(AUTOENCODER, direction)])?))
        };
        claims.into_iter().zip(rests_on).map(decided).collect()
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let mut panel = roc_panel(1000.0);
        for (index, direction) in Direction::BOTH.into_iter().enumerate() {
            let aucs = by_seed(tables, "auc", AUTOENCODER, direction)?;
            let label = label!("{} (AUC {})", direction.label(), quote(&aucs)?);
            panel = with_curve(panel, tables, (direction.name(), label), Quantity::Rejection, (&palette, index))?;
        }
        let seeds = by_seed(tables, "auc", AUTOENCODER, Direction::Direct)?.len();
        let footer = label!(
            "{}; line and band: median and range of {} seeds; AUC: mean ± standard deviation of seeds; where no background jet passes, $1/ε_B$ is drawn at their number; AUC without a network (direct / inverse): {}",
            samples_text(tables)?,
            seeds,
            floor_text(tables, AUTOENCODER)?
        );
        let page =
            Page::new([panel.legend(LegendPlace::Above)]).title("Autoencoder, mean squared error").footer(footer);
        marked(page, tables)
    }
}
