//! Complexity bias: the AUC on images cut to their brightest pixels, in both directions.
//!
//! Top jets fill more pixels than QCD jets. Cut to as many of the brightest pixels, both are as complex to reconstruct, and
//! what the two directions gain or lose by it is the part that complexity had in them. Networks are trained on the cut images
//! and tested on them.

use datasets::jets::Class;

use super::Direction;
use super::against_setting::{AgainstSetting, auc_panel, setting_axis, variants, with_seeds};
use super::floor::{Floor, Floored};
use super::performance::{Performance, by_seed, replicas, spread_of};
use super::reference::{Deciding, deciding, reference_jets};
use super::sample::{samples_table, samples_text};
use super::taggers::{Taggers, jets_of, runs_both_ways};
use super::undertrained::{marked, resting_on};
use crate::claims::{Claim, LEAST_SEEDS, Origin};
use crate::config::{Experiment, Variant};
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{Axis, ColourMap, Label, LegendPlace, Page, Panel};
use crate::rows::Rows;
use crate::run::RunSpec;
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// The figure.
pub struct ComplexityBias;

/// The setting in which the variants differ; that of whole images is the most active pixels of a test jet, where no cut is.
const SETTING: &str = "brightest_pixels";
/// The classes, in the order of the legend.
const CLASSES: [Class; 2] = [Class::Qcd, Class::Top];

impl Figure for ComplexityBias {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig09"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.replicas", "evaluate.reference", "draw.colours"]
    }

    fn version(&self) -> u32 {
        5
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        let mut cuts =
            experiment.variants.iter().map(|v| Ok(jets_of(v)?.view.brightest)).collect::<Result<Vec<_>>>()?;
        cuts.sort_unstable();
        if cuts.len() < 2 || cuts[0].is_some() || cuts.windows(2).any(|pair| pair[0] == pair[1]) {
            let allowed = "this figure needs one variant without it, and others each with another number";
            return Err(Error::setting("data.brightest", format!("{cuts:?}"), allowed));
        }
        Ok(())
    }

    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        runs_both_ways(experiment)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let taggers = Taggers::new(experiment, with);
        let (mut against, mut measured) = (AgainstSetting::new(SETTING, &["auc"]), Performance::default());
        let (mut images, mut floor) = (CutImages::default(), Floor::new(with.project));
        for (index, variant) in experiment.variants.iter().enumerate() {
            let jets = taggers.test_jets(index)?;
            let reference = reference_jets(experiment, variant, with.project)?;
            let at = images.add(variant, &CLASSES.map(|class| jets.active_pixels(class)))?;
            for direction in Direction::BOTH {
                let runs = taggers.both_ways(index, direction);
                let mut aucs = Vec::new();
                for (run, scores) in runs.iter().zip(taggers.scores(runs, &jets)?) {
                    let roc = measured.add(&variant.name, direction, run.seed(), &scores, replicas(experiment))?;
                    aucs.push(roc.area());
                }
                against.add(&variant.name, at, direction, &[&aucs])?;
                if let Some(reference) = &reference {
                    let scores = taggers.scores(runs, reference)?;
                    measured.add_reference(&variant.name, direction, runs, &scores, replicas(experiment))?;
                }
                floor.add_both(&Floored::of_class(&variant.name, variant, direction, runs), &jets)?;
            }
        }
        let samples = samples_table(experiment.jets()?, with.project)?;
        let measured = floor.tables_beside(measured.table())?;
        Ok(Tables::new([against.table(), images.table(), samples].into_iter().chain(measured)))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let (fewest, whole) = fewest_and_whole(tables)?;
        let of = |variant: &str, direction| deciding(tables, variant, direction);
        let mut claims = Vec::new();
        for (direction, falls) in [(Direction::Direct, true), (Direction::Inverse, false)] {
            let (few, all) = (of(&fewest, direction)?, of(&whole, direction)?);
            let claim = changes(direction, falls, (&fewest, &few), (&whole, &all))?;
            let claim = claim.decided_with(experiment.tier, all.aucs.len(), LEAST_SEEDS, "seeds");
            claims.extend(resting_on([claim], tables, &[(&fewest, direction), (&whole, direction)])?);
        }
        Ok(claims)
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let (_, whole) = fewest_and_whole(tables)?;
        let named = |(at, variant): (f64, String)| (at, if variant == whole { "all".into() } else { label!("{}", at) });
        let ticks: Vec<(f64, Label)> = variants(tables, SETTING)?.into_iter().map(named).collect();
        let axis = || setting_axis("brightest pixels of each image", &ticks);
        let seeds = by_seed(tables, "auc", &whole, Direction::Direct)?.len();
        let footer = label!(
            "{}; trained and tested on cut images, each divided by its sum; left: mean of {} seeds, each of which is a marker; whole images are drawn at the most active pixels of a test jet",
            samples_text(tables)?,
            seeds
        );
        let panels = [auc_panel(tables, SETTING, axis(), &palette)?, pixels_panel(tables, axis(), &palette)?];
        marked(Page::new(panels).footer(footer), tables)
    }
}

/// What each variant leaves of the test jets' images.
struct CutImages(Rows<1, 4>);

impl Default for CutImages {
    fn default() -> Self {
        Self(Rows::new(["variant"], Self::COLUMNS))
    }
}

impl CutImages {
    const TABLE: &str = "images";
    const COLUMNS: [&str; 4] = [SETTING, "is_whole", "mean_active_pixels_qcd", "mean_active_pixels_top"];

    /// Adds a variant with the active pixels of its test jets by class, and gives its value of the setting.
    fn add(&mut self, variant: &Variant, active: &[Vec<f64>; 2]) -> Result<f64> {
        let brightest = jets_of(variant)?.view.brightest;
        let most = active.iter().flatten().copied().fold(1.0, f64::max);
        let at = brightest.map_or(most, |n| n as f64);
        let row = [at, f64::from(brightest.is_none()), metrics::mean(&active[0])?, metrics::mean(&active[1])?];
        self.0.push([&variant.name], row);
        Ok(at)
    }

    fn table(self) -> Table {
        self.0.table(Self::TABLE)
    }
}

/// Names of the variants with the fewest pixels and with whole images.
fn fewest_and_whole(tables: &Tables) -> Result<(String, String)> {
    let table = tables.get(CutImages::TABLE)?;
    let (names, is_whole) = (table.texts("variant")?, table.numbers("is_whole")?);
    let whole = names.iter().zip(is_whole).find(|(_, is_whole)| **is_whole == 1.0).map(|(name, _)| name.clone());
    let cut = variants(tables, SETTING)?.into_iter().map(|(_, name)| name).find(|name| Some(name) != whole.as_ref());
    let missing = || Error::Column { table: CutImages::TABLE.to_owned(), column: "variant".to_owned() };
    Ok((cut.ok_or_else(missing)?, whole.ok_or_else(missing)?))
}

/// Mean active pixels that a cut leaves, by class.
fn pixels_panel(tables: &Tables, axis: Axis, palette: &Palette) -> Result<Panel> {
    let table = tables.get(CutImages::TABLE)?;
    let at = table.numbers(SETTING)?;
    let columns = CutImages::COLUMNS[2..].iter().map(|name| table.numbers(name)).collect::<Result<Vec<_>>>()?;
    let high = columns.iter().copied().flatten().copied().fold(1.0, f64::max);
    let mut panel = Panel::new(axis, Axis::linear("mean active pixels", 0.0, 1.1 * high));
    for (index, (class, mean)) in CLASSES.into_iter().zip(columns).enumerate() {
        let label = label!("{} jets", class.name());
        let look = (palette.line(index + 2), index + 2);
        panel = with_seeds(panel, (at, mean), (at, mean), label, look);
    }
    Ok(panel.legend(LegendPlace::Above))
}

/// That the bias towards complex jets shrinks as they are cut: the direct AUC falls, the inverse one rises.
fn changes(direction: Direction, falls: bool, fewest: (&str, &Deciding), whole: (&str, &Deciding)) -> Result<Claim> {
    let (few_aucs, all_aucs) = (&fewest.1.aucs, &whole.1.aucs);
    let [few, all] = [metrics::mean(few_aucs)?, metrics::mean(all_aucs)?];
    let (word, bar, holds) = if falls { ("lower", "below", few < all) } else { ("higher", "above", few > all) };
    let spread = spread_of(&[few_aucs, all_aucs])?;
    let claim = Claim::new(
        Origin::expected("cut to as many pixels both classes are as complex: what complexity gave or took goes"),
        format!("{}: the AUC is {word} on images cut to few pixels", direction.name()),
        format!("with {} {}; with {} {}", fewest.0, fewest.1.text, whole.0, whole.1.text),
        format!("mean {bar} that with {}", whole.0),
        holds,
    );
    Ok(claim.comparing(few - all, spread, few_aucs.len().min(all_aucs.len())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;

    #[test]
    fn the_bias_shrinks_if_the_direct_auc_falls_and_the_inverse_one_rises() {
        let verdict = |direction, falls, few: f64, all: f64| {
            let [few, all] = [few, all].map(|auc| Deciding { aucs: vec![auc; 5], text: String::new() });
            changes(direction, falls, ("5 brightest", &few), ("all pixels", &all)).unwrap().verdict
        };
        assert_eq!(verdict(Direction::Direct, true, 0.7, 0.8), Verdict::Holds);
        assert_eq!(verdict(Direction::Direct, true, 0.9, 0.8), Verdict::Fails);
        assert_eq!(verdict(Direction::Inverse, false, 0.7, 0.6), Verdict::Holds);
        assert_eq!(verdict(Direction::Inverse, false, 0.5, 0.6), Verdict::Fails);
    }

    #[test]
    fn the_fewest_pixels_are_those_of_the_hardest_cut_and_whole_images_have_none() {
        let mut against = AgainstSetting::new(SETTING, &["auc"]);
        for (name, at) in [("all pixels", 90.0), ("40 brightest", 40.0), ("5 brightest", 5.0)] {
            against.add(name, at, Direction::Direct, &[&[0.8]]).unwrap();
        }
        let mut images = CutImages::default();
        images.0.push(["all pixels"], [90.0, 1.0, 30.0, 45.0]);
        images.0.push(["40 brightest"], [40.0, 0.0, 28.0, 39.0]);
        images.0.push(["5 brightest"], [5.0, 0.0, 5.0, 5.0]);
        let tables = Tables::new([against.table(), images.table()]);
        assert_eq!(fewest_and_whole(&tables).unwrap(), ("5 brightest".to_owned(), "all pixels".to_owned()));
    }
}
