//! Unsupervised: trained on the mixture itself, QCD with a few top jets in it, then used to find them.
//!
//! A model-independent search has no pure background to train on: the signal is in the training data. At S/B of a few
//! per cent and below it should hardly hurt, since the autoencoder sees too few signal jets to learn them; ROC and
//! significance improvement of the tops say whether that holds, for the mean squared error and for the improved setup.

use datasets::contamination::tops;

use super::Direction;
use super::baselines::Baseline;
use super::floor::{Floor, Floored, floor};
use super::performance::{Performance, by_seed, quote, replicas};
use super::reference::{Deciding, decide, deciding, on_reference, reference_jets};
use super::roc_curves::{Quantity, RocCurves, improvement_panel, roc_panel, with_curve};
use super::sample::{samples_table, samples_text};
use super::setup::{Setup, kernels_text};
use super::significance::{Significance, background_jets, improvement_limit, largest_improvement};
use super::taggers::{Taggers, jets_of, runs_on_mixtures, top_fraction};
use super::undertrained::{marked, resting_on};
use crate::claims::{Claim, LEAST_SEEDS, Origin};
use crate::config::{Experiment, Variant};
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{ColourMap, Label, LegendPlace, Page, Panel};
use crate::run::RunSpec;
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// The figure.
pub struct Unsupervised;

/// No cut at all has a significance improvement of 1; so much more is none of chance, whose largest over all cuts exceeds 1.
const IMPROVED: f64 = 1.1;
/// Two AUCs nearer than this count as alike.
const ALIKE: f64 = 0.05;

impl Figure for Unsupervised {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig18"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.replicas", "evaluate.reference", "draw.colours"]
    }

    fn version(&self) -> u32 {
        4
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        let mixtures = Mixture::all(experiment)?;
        match mixtures.iter().find(|mixture| mixture.signal_to_background <= 0.0) {
            Some(_) => {
                Err(Error::setting("data.top_fraction", 0, "this figure needs signal in each sample: more than 0"))
            }
            None => Ok(()),
        }
    }

    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        runs_on_mixtures(experiment)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let (taggers, mixtures) = (Taggers::new(experiment, with), Mixture::all(experiment)?);
        let replicas = replicas(experiment);
        let (mut curves, mut measured) = (RocCurves::default(), Performance::default());
        let (mut significance, mut floor) = (Significance::default(), Floor::new(with.project));
        // Top jets are the signal and QCD jets the background, as of a direct tagger.
        let direction = Direction::Direct;
        for (index, Mixture { setup, .. }) in mixtures.iter().enumerate() {
            let (jets, runs) = (taggers.test_jets(index)?, taggers.on_mixture(index));
            let mut rocs = Vec::new();
            for (run, scores) in runs.iter().zip(taggers.scores(runs, &jets)?) {
                let roc = measured.add(&setup.name, direction, run.seed(), &scores, replicas)?;
                significance.add(&setup.name, direction, run.seed(), &roc)?;
                rocs.push(roc);
            }
            curves.add(&setup.name, &rocs)?;
            if let Some(reference) = reference_jets(experiment, &experiment.variants[index], with.project)? {
                let name = on_reference(&setup.name);
                for (run, scores) in runs.iter().zip(taggers.scores(runs, &reference)?) {
                    let roc = measured.add(&name, direction, run.seed(), &scores, replicas)?;
                    significance.add(&name, direction, run.seed(), &roc)?;
                }
            }
            floor.add_both(&Floored::of_mixture(&setup.name, &experiment.variants[index], runs)?, &jets)?;
        }
        let setups: Vec<Setup> = mixtures.iter().map(|mixture| mixture.setup.clone()).collect();
        let samples = samples_table(experiment.jets()?, with.project)?;
        let of_mixtures = [Setup::table(&setups), Mixture::table(&mixtures)];
        Ok(Tables::new(
            [curves.table(), significance.table(), samples]
                .into_iter()
                .chain(floor.tables_beside(measured.table())?)
                .chain(of_mixtures),
        ))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let mixtures = Mixture::read(tables)?;
        let mut claims = Vec::new();
        for (label, mixtures) in by_setup(&mixtures) {
            let seeds = by_seed(tables, "auc", &mixtures[0].setup.name, Direction::Direct)?.len();
            let of_setup = [hardly_hurt(&label, &mixtures, tables)?, improves(&label, &mixtures, tables)?];
            let of_setup = of_setup.map(|claim| claim.decided_with(experiment.tier, seeds, LEAST_SEEDS, "seeds"));
            let taggers: Vec<(&str, Direction)> =
                mixtures.iter().map(|mixture| (mixture.setup.name.as_str(), Direction::Direct)).collect();
            claims.extend(resting_on(of_setup, tables, &taggers)?);
        }
        Ok(claims)
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let mixtures = Mixture::read(tables)?;
        let setups = by_setup(&mixtures);
        let all: Vec<Setup> = mixtures.iter().map(|mixture| mixture.setup.clone()).collect();
        let curves: Vec<String> = all.iter().map(|setup| setup.name.clone()).collect();
        let highest = improvement_limit(tables, &curves, 1.0)?;
        let mut panels = Vec::new();
        for quantity in [Quantity::Rejection, Quantity::Improvement] {
            for (label, mixtures) in &setups {
                panels.push(setup_panel(tables, label, mixtures, (quantity, highest), &palette)?);
            }
        }
        let seeds = by_seed(tables, "auc", &all[0].name, Direction::Direct)?.len();
        let footer = label!(
            "{}; {}{} training jets in all, of which as many as the legend says are tops; line and band: median and range of {} seeds; AUC: mean ± standard deviation of seeds, and of PCA with as many components as the latent space has dimensions; the SIC is left out where fewer than ten background jets pass",
            samples_text(tables)?,
            kernels_text(&all),
            mixtures[0].training_jets,
            seeds
        );
        let title = "Unsupervised: the signal is in the training sample";
        marked(Page::new(panels).columns(setups.len()).frame(190.0, 150.0).title(title).footer(footer), tables)
    }
}

/// A setup trained on a mixture.
#[derive(Debug, Clone, PartialEq)]
struct Mixture {
    setup: Setup,
    signal_to_background: f64,
    signal_jets: f64,
    training_jets: f64,
}

impl Mixture {
    const TABLE: &str = "mixtures";

    fn of(variant: &Variant, setup: Setup) -> Result<Self> {
        let (fraction, jets) = (top_fraction(variant)?, jets_of(variant)?.sizes[0]);
        if fraction >= 1.0 {
            let allowed = "this figure needs QCD jets in each sample: less than 1";
            return Err(Error::setting("data.top_fraction", fraction, allowed).of(&variant.name));
        }
        let signal_jets = tops(jets, fraction)? as f64;
        Ok(Self { setup, signal_to_background: fraction / (1.0 - fraction), signal_jets, training_jets: jets as f64 })
    }

    fn all(experiment: &Experiment) -> Result<Vec<Self>> {
        experiment
            .variants
            .iter()
            .zip(Setup::all(experiment)?)
            .map(|(variant, setup)| Self::of(variant, setup))
            .collect()
    }

    fn table(mixtures: &[Self]) -> Table {
        let column = |part: fn(&Self) -> f64| mixtures.iter().map(part).collect::<Vec<_>>();
        Table::new(Self::TABLE)
            .with_texts("curve", mixtures.iter().map(|mixture| &mixture.setup.name))
            .with("signal_to_background", column(|mixture| mixture.signal_to_background))
            .with("signal_training_jets", column(|mixture| mixture.signal_jets))
            .with("training_jets", column(|mixture| mixture.training_jets))
    }

    fn read(tables: &Tables) -> Result<Vec<Self>> {
        let table = tables.get(Self::TABLE)?;
        let (ratios, signal) = (table.numbers("signal_to_background")?, table.numbers("signal_training_jets")?);
        let training = table.numbers("training_jets")?;
        let rows = Setup::read(tables)?.into_iter().zip(ratios).zip(signal.iter().zip(training));
        let mixture = |((setup, ratio), (signal, training)): ((Setup, &f64), (&f64, &f64))| Self {
            setup,
            signal_to_background: *ratio,
            signal_jets: *signal,
            training_jets: *training,
        };
        Ok(rows.map(mixture).collect())
    }
}

/// The mixtures of each setup, by loss and remapping, from the smallest S/B to the largest.
fn by_setup(mixtures: &[Mixture]) -> Vec<(String, Vec<&Mixture>)> {
    let mut groups: Vec<(String, Vec<&Mixture>)> = Vec::new();
    for mixture in mixtures {
        let label = mixture.setup.label();
        match groups.iter_mut().find(|(of_group, _)| *of_group == label) {
            Some((_, group)) => group.push(mixture),
            None => groups.push((label, vec![mixture])),
        }
    }
    for (_, group) in &mut groups {
        group.sort_by(|a, b| a.signal_to_background.total_cmp(&b.signal_to_background));
    }
    groups
}

/// That the largest S/B costs little AUC against the smallest.
fn hardly_hurt(label: &str, mixtures: &[&Mixture], tables: &Tables) -> Result<Claim> {
    let (least, most) = (mixtures[0], mixtures[mixtures.len() - 1]);
    let [low, high] = [least, most].map(|mixture| deciding(tables, &mixture.setup.name, Direction::Direct));
    alike(label, (least.signal_to_background, &low?), (most.signal_to_background, &high?))
}

fn alike(label: &str, least: (f64, &Deciding), most: (f64, &Deciding)) -> Result<Claim> {
    let difference = metrics::mean(&most.1.aucs)? - metrics::mean(&least.1.aucs)?;
    Ok(Claim::new(
        Origin::expected("a few signal jets among thousands weigh little in what is minimised"),
        format!("{label}: contamination of S/B = {} % hardly hurts", percent(most.0)),
        format!("AUC {}, against {} at {} %", most.1.text, least.1.text, percent(least.0)),
        format!("mean AUCs within {ALIKE}"),
        difference.abs() < ALIKE,
    ))
}

/// That a cut improves the significance at each S/B.
fn improves(label: &str, mixtures: &[&Mixture], tables: &Tables) -> Result<Claim> {
    let of = |mixtures: &[&Mixture], name: &dyn Fn(&str) -> String| {
        let largest = |mixture: &&Mixture| largest_improvement(tables, &name(&mixture.setup.name), Direction::Direct);
        mixtures.iter().map(largest).collect::<Result<Vec<_>>>()
    };
    let words = |largest: &Vec<Vec<f64>>| {
        let at = |(largest, mixture): (&Vec<f64>, &&Mixture)| {
            Ok(format!("{} at {} %", quote(largest)?, percent(mixture.signal_to_background)))
        };
        Ok(largest.iter().zip(mixtures).map(at).collect::<Result<Vec<_>>>()?.join(", "))
    };
    let tested = |mixture: &&Mixture| background_jets(tables, &on_reference(&mixture.setup.name), Direction::Direct);
    let jets = mixtures.iter().map(tested).collect::<Result<Vec<_>>>()?.concat().into_iter().reduce(f64::min);
    let reference = jets.map(|jets| Ok::<_, Error>((of(mixtures, &on_reference)?, jets))).transpose()?;
    let (largest, value) = decide(of(mixtures, &str::to_owned)?, reference, &words)?;
    let means = largest.iter().map(|largest| metrics::mean(largest)).collect::<metrics::Result<Vec<_>>>()?;
    Ok(Claim::new(
        Origin::expected("a tagger for a search has to: otherwise no cut is the best cut"),
        format!("{label}: a cut improves the significance at each S/B"),
        value,
        format!("largest SIC, mean over seeds, > {IMPROVED}, at least ten background jets passing"),
        means.iter().all(|&mean| mean > IMPROVED),
    ))
}

fn setup_panel(
    tables: &Tables,
    label: &str,
    mixtures: &[&Mixture],
    (quantity, highest): (Quantity, f64),
    palette: &Palette,
) -> Result<Panel> {
    let mut panel = match quantity {
        Quantity::Rejection => roc_panel(1000.0).title(Label::plain(label)).legend(LegendPlace::Above),
        Quantity::Improvement => improvement_panel(highest),
    };
    for (index, mixture) in mixtures.iter().enumerate() {
        let name = &mixture.setup.name;
        let aucs = quote(&by_seed(tables, "auc", name, Direction::Direct)?)?;
        let (ratio, signal) = (percent(mixture.signal_to_background), mixture.signal_jets);
        let jets = if signal == 1.0 { "top" } else { "tops" };
        let pca = floor(tables, name, Direction::Direct, Baseline::Pca)?;
        let text = label!("S/B = {} % ({} {}), AUC {} (PCA {:.3})", ratio, signal, jets, aucs, pca);
        panel = with_curve(panel, tables, (name, text), quantity, (palette, index))?;
    }
    if quantity == Quantity::Improvement {
        panel.legend = None;
    }
    Ok(panel)
}

/// Three digits of a ratio, in per cent: "0.1", "10".
fn percent(ratio: f64) -> String {
    let percent = 100.0 * ratio;
    if percent <= 0.0 {
        return "0".to_owned();
    }
    let unit = 10f64.powi(2 - percent.log10().floor() as i32);
    format!("{}", (percent * unit).round() / unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;

    #[test]
    fn a_ratio_is_said_in_per_cent() {
        for (fraction, text) in
            [(0.000999001, "0.1"), (0.00990099, "1"), (0.09090909, "10"), (0.111, "12.5"), (0.0, "0")]
        {
            assert_eq!(percent(fraction / (1.0 - fraction)), text);
        }
    }

    #[test]
    fn aucs_nearer_than_the_bar_are_alike_on_either_side() {
        let of = |auc: f64| Deciding { aucs: vec![auc, auc], text: String::new() };
        let verdict = |most: f64| alike("MSE", (0.001, &of(0.8)), (0.1, &of(most))).unwrap().verdict;
        assert_eq!((verdict(0.76), verdict(0.84)), (Verdict::Holds, Verdict::Holds));
        assert_eq!((verdict(0.74), verdict(0.86)), (Verdict::Fails, Verdict::Fails));
    }

    fn mixture(loss: &str, ratio: f64) -> Mixture {
        let [remapping, kernel] = ["none", "none"].map(str::to_owned);
        let setup = Setup { name: format!("{loss}, {ratio}"), loss: loss.to_owned(), remapping, kernel };
        Mixture { setup, signal_to_background: ratio, signal_jets: 9.0, training_jets: 9000.0 }
    }

    #[test]
    fn mixtures_are_grouped_by_setup_and_rise_within_it() {
        let all = [mixture("MSE", 0.1), mixture("KMSE", 0.1), mixture("MSE", 0.01)];
        let groups = by_setup(&all);
        assert_eq!(groups.iter().map(|(label, _)| label.as_str()).collect::<Vec<_>>(), ["MSE", "KMSE"]);
        assert_eq!(groups[0].1, [&all[2], &all[0]]);
    }

    #[test]
    fn mixtures_come_back_from_their_tables() {
        let all = vec![mixture("MSE", 0.1), mixture("KMSE", 0.01)];
        let setups: Vec<Setup> = all.iter().map(|mixture| mixture.setup.clone()).collect();
        let tables = Tables::new([Setup::table(&setups), Mixture::table(&all)]);
        assert_eq!(Mixture::read(&tables).unwrap(), all);
    }
}
