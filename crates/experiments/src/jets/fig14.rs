//! The ROC of the improved autoencoder beside that of the mean squared error, in both directions.
//!
//! The paper's improvement: a remapping lifts the dim pixels, and a kernel makes near misses cheaper than far ones. The
//! same setup then has to tag tops when it is trained on QCD and QCD jets when it is trained on tops; a score that
//! merely calls complex jets anomalous is good in one direction and worse than random in the other.

use metrics::TwoSided;

use super::Direction;
use super::both_ways::{curve_name, measured_both_ways};
use super::floor::{above_floor, floor_text};
use super::performance::{by_seed, quote, spread_of};
use super::reference::{Deciding, deciding};
use super::roc_curves::{Quantity, RocCurves, roc_panel, with_curve};
use super::sample::samples_text;
use super::setup::{Setup, kernels_text, plain};
use super::taggers::runs_both_ways;
use super::undertrained::{marked, undertrained};
use crate::claims::{Claim, LEAST_SEEDS, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{ColourMap, Label, LegendPlace, Page, Panel};
use crate::run::RunSpec;
use crate::tables::Tables;
use crate::{Error, Result};

/// The figure.
pub struct ImprovedBothWays;

impl Figure for ImprovedBothWays {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig14"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.replicas", "evaluate.reference", "draw.colours"]
    }

    fn version(&self) -> u32 {
        3
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        let setups = Setup::all(experiment)?;
        plain(&setups).and_then(|_| improved(&setups)).map(drop)
    }

    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        runs_both_ways(experiment)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let mut curves = RocCurves::default();
        let shared = measured_both_ways(experiment, with, &mut |taggers| {
            curves.add(&curve_name(&taggers.setup.name, taggers.direction), &taggers.rocs)
        })?;
        Ok(Tables::new([curves.table()].into_iter().chain(shared)))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let setups = Setup::read(tables)?;
        let auc = |setup: &Setup, direction| deciding(tables, &setup.name, direction);
        let (improved, plain) = (improved(&setups)?, plain(&setups)?);
        let (direct, inverse) = (auc(improved, Direction::Direct)?, auc(improved, Direction::Inverse)?);
        let of_plain = auc(plain, Direction::Inverse)?;
        let difference = metrics::mean(&inverse.aucs)? - metrics::mean(&of_plain.aucs)?;
        let spread = spread_of(&[&inverse.aucs, &of_plain.aucs])?;
        let claims = [
            both_tag(&improved.name, &direct, &inverse)?,
            Claim::new(
                Origin::published("arXiv 2104.09051, abstract: the improved autoencoder tags in both directions, the plain one fails in this"),
                format!("inverse: {} tags better than {}", improved.name, plain.name),
                format!("AUC {} against {}", inverse.text, of_plain.text),
                "the larger mean AUC",
                difference > 0.0,
            )
            .comparing(difference, spread, inverse.aucs.len()),
        ];
        let of = |direction| by_seed(tables, "auc", &improved.name, direction);
        let floors = Direction::BOTH.map(|direction| above_floor(tables, &improved.name, direction, &of(direction)?));
        let claims = claims.into_iter().map(Ok).chain(floors).collect::<Result<Vec<_>>>()?;
        let seeds = direct.aucs.len();
        let (improved, plain) = (improved.name.as_str(), plain.name.as_str());
        let [both, inverse] = [Direction::Direct, Direction::Inverse].map(|direction| (improved, direction));
        let rests_on = [vec![both, inverse], vec![inverse, (plain, Direction::Inverse)], vec![both], vec![inverse]];
        let decided = |(claim, taggers): (Claim, Vec<(&str, Direction)>)| {
            let claim = claim.decided_with(experiment.tier, seeds, LEAST_SEEDS, "seeds");
            Ok(claim.unless(undertrained(tables, &taggers)?))
        };
        claims.into_iter().zip(rests_on).map(decided).collect()
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let setups = Setup::read(tables)?;
        let panels = Direction::BOTH.map(|direction| direction_panel(tables, &setups, direction, &palette));
        let seeds = by_seed(tables, "auc", &setups[0].name, Direction::Direct)?.len();
        let floors = setups.iter().map(|setup| Ok(format!("{}: {}", setup.name, floor_text(tables, &setup.name)?)));
        let footer = label!(
            "{}; {}line and band: median and range of {} seeds; AUC: mean ± standard deviation of seeds; where no background jet passes, $1/ε_B$ is drawn at their number; AUC without a network (direct / inverse): {}",
            samples_text(tables)?,
            kernels_text(&setups),
            seeds,
            floors.collect::<Result<Vec<_>>>()?.join("; ")
        );
        let panels = panels.into_iter().collect::<Result<Vec<_>>>()?;
        let page = Page::new(panels).frame(185.0, 160.0).title("The improved autoencoder in both directions");
        marked(page.footer(footer), tables)
    }
}

/// The first setup that is not the plain one.
fn improved(setups: &[Setup]) -> Result<&Setup> {
    let missing = || Error::setting("variant", "none but the plain one", "add the improved setup");
    setups.iter().find(|setup| !setup.is_plain()).ok_or_else(missing)
}

/// That one setup is better than random in both directions.
fn both_tag(name: &str, direct: &Deciding, inverse: &Deciding) -> Result<Claim> {
    let means = TwoSided { direct: metrics::mean(&direct.aucs)?, inverse: metrics::mean(&inverse.aucs)? };
    Ok(Claim::new(
        Origin::published(
            "arXiv 2104.09051, abstract: the improved autoencoder tags in both directions with one setup",
        ),
        format!("{name}: one setup tags in both directions"),
        format!("AUC direct {}, inverse {}", direct.text, inverse.text),
        "both mean AUCs > 0.5",
        means.both_above(0.5),
    ))
}

fn direction_panel(tables: &Tables, setups: &[Setup], direction: Direction, palette: &Palette) -> Result<Panel> {
    let mut panel = roc_panel(1000.0).title(Label::plain(direction.label()));
    for (index, setup) in setups.iter().enumerate() {
        let aucs = by_seed(tables, "auc", &setup.name, direction)?;
        let label = label!("{} (AUC {})", setup.name, quote(&aucs)?);
        let curve = curve_name(&setup.name, direction);
        panel = with_curve(panel, tables, (&curve, label), Quantity::Rejection, (palette, index))?;
    }
    Ok(panel.legend(LegendPlace::Above))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;

    #[test]
    fn a_setup_that_fails_in_one_direction_does_not_tag_in_both() {
        let of = |aucs: &[f64]| Deciding { aucs: aucs.to_vec(), text: String::new() };
        let verdict = |direct: &[f64], inverse: &[f64]| both_tag("KMSE", &of(direct), &of(inverse)).unwrap().verdict;
        assert_eq!(verdict(&[0.9, 0.8], &[0.49, 0.53]), Verdict::Holds);
        assert_eq!(verdict(&[0.9, 0.9], &[0.5, 0.5]), Verdict::Fails);
        assert_eq!(verdict(&[0.4], &[0.9]), Verdict::Fails);
    }
}
