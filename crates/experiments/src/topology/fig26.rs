//! The mock bump hunt: S/√B against a cut on the loss, with latent spaces R^{d_l} and with topology-aware ones.
//!
//! A cut that keeps the events with the largest losses helps if S/√B grows. The plain autoencoder's loss is set by
//! where an event lies in phase space, S⁵, and not by its being signal. Latent spaces with the topology of the data (arXiv
//! 2502.10163: S⁵, or a product of spheres) remove the obstruction to encoding it; they do not take the signal off it.
//! In the mass window there is nothing to be found: both decays being isotropic, signal at one s_YY is distributed as
//! background there, and the random line is what any loss must give that does not vary across the window.

use std::ops::RangeInclusive;

use metrics::quantile;

use super::bump_hunt::{Hunt, Scores, Training};
use super::loss_cut::{LossCut, best, loss_cuts};
use crate::claims::{Claim, Origin};
use crate::config::{Experiment, Model, Variant};
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{Axis, Band, Colour, ColourMap, Dash, Guide, Label, LegendPlace, Line, Page, Panel};
use crate::rows::Rows;
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// The figure.
pub struct CutOnLoss;

/// The smallest fraction of the background that a drawn cut keeps, and the number of cuts.
const CUTS: (f64, usize) = (0.01, 41);
/// What the best cut may keep of the background: enough events to see a bump in, and not all of them.
const KEPT: RangeInclusive<f64> = 0.02..=0.9;
/// A cut helps if it raises S/√B by this factor.
const HELPS: f64 = 1.1;
/// Steps of the background efficiency along the ROC.
const STEPS: usize = 50;
/// Which events: of all phase space, or of the mass window.
const REGIONS: [&str; 2] = ["all phase space", "mass window"];

const KEYS: [&str; 2] = ["network", "events"];
const OF_CURVE: [&str; 6] = [
    "background_efficiency",
    "signal_efficiency",
    "improvement",
    "improvement_low",
    "improvement_high",
    "improvement_sampling_error",
];
const OF_SEED: [&str; 7] = [
    "seed",
    "auc",
    "mean_loss_background",
    "best_improvement",
    "best_improvement_sampling_error",
    "best_background_efficiency",
    "best_improvement_of_smallest_losses",
];

/// What kind of network a variant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A latent space R^{d_l}, trained on background.
    Plain,
    /// A latent space with a topology, trained on background.
    Heads,
    /// A latent space R^{d_l}, trained on background and signal.
    WithSignal,
}

impl Kind {
    fn of(variant: &Variant) -> Result<Self> {
        let heads = matches!(&variant.learning()?.model, Model::Dense(layout) if !layout.heads.is_empty());
        match (Training::of(&variant.points()?.manifold)?, heads) {
            (Training::Background, false) => Ok(Self::Plain),
            (Training::Background, true) => Ok(Self::Heads),
            (Training::WithSignal, false) => Ok(Self::WithSignal),
            _ => Err(Error::setting("variant", &variant.name, "give heads to background alone, and cut no band out")),
        }
    }

    /// What is claimed of it.
    fn statement(self) -> &'static str {
        match self {
            Self::Plain => "no cut helps the plain autoencoder",
            Self::Heads => "no cut helps topology-aware latents",
            Self::WithSignal => "no cut helps if the training has signal",
        }
    }

    /// Why no cut helps in one of the [`REGIONS`].
    fn origin(self, region: &str) -> Origin {
        if region == REGIONS[1] {
            return Origin::identity(
                "at one s_YY signal and background are the same distribution, both decays being isotropic, so that a cut \
                 keeps one share of both: S/√B goes with its root",
            );
        }
        Origin::expected(match self {
            Self::Plain => {
                "the place on S^5 sets the loss; the mock bump hunt of arXiv 2102.08380 fails too (abstract, no value known \
                 here: that 10 % more is a gain is ours)"
            }
            Self::Heads => {
                "a latent space like phase space removes the obstruction, and leaves the signal on S^5; 10 % is ours"
            }
            Self::WithSignal => "a network that is shown the signal has less reason to miss it; 10 % is ours",
        })
    }
}

impl Figure for CutOnLoss {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig26"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colours"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        Hunt::of(experiment)?;
        let kinds = experiment.variants.iter().map(Kind::of).collect::<Result<Vec<_>>>()?;
        let of = |kind: Kind, name: &str| match kinds.contains(&kind) {
            true => Ok(()),
            false => Err(Error::setting("variant", "too few", &format!("give one variant {name}"))),
        };
        of(Kind::Plain, "of background in R^d_l")?;
        of(Kind::Heads, "with heads")?;
        of(Kind::WithSignal, "with signal")?;
        experiment.points().map(drop)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let hunt = Hunt::of(experiment)?;
        let events = hunt.test(experiment.points()?)?;
        let (mut curves, mut by_seed) = (Rows::new(KEYS, OF_CURVE), Rows::new(KEYS, OF_SEED));
        let mut rocs = Rows::new(KEYS, [OF_CURVE[0], OF_CURVE[1]]);
        for (variant, ensemble) in experiment.variants.iter().zip(with.ensembles()?) {
            let members = events.scores(&ensemble);
            for region in REGIONS {
                let name = [variant.name.as_str(), region];
                let cuts = cuts_of(&members, region, &fractions())?;
                over_seeds(&cuts)?.into_iter().for_each(|row| curves.push(name, row));
                for [background, signal, ..] in over_seeds(&cuts_of(&members, region, &steps())?)? {
                    rocs.push(name, [background, signal]);
                }
                for (seed, (scores, cuts)) in members.iter().zip(&cuts).enumerate() {
                    by_seed.push(name, measures(seed, scores, cuts, region)?);
                }
            }
        }
        Ok(Tables::new([curves.table("data"), rocs.table("roc"), by_seed.table("by_seed")]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let mut claims = Vec::new();
        for kind in [Kind::Plain, Kind::Heads, Kind::WithSignal] {
            for region in REGIONS {
                claims.push(no_help(kind, region, &best_cuts(experiment, table, kind, region)?)?);
            }
        }
        claims.push(sphere_claim(experiment, table)?);
        let seeds = experiment.seeds;
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, seeds, 16, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let hunt = Hunt::of(experiment)?;
        let panels = [
            roc_panel(experiment, tables, &palette)?,
            improvement_panel(experiment, tables, &palette)?,
            significance_panel(experiment, tables, &hunt, &palette)?,
        ];
        let footer = label!(
            "the largest losses are kept; mean of {} seeds, bands: 16 % to 84 % of the seeds; mean AUC in all phase \
            space (in the window); trained on background unless said; {}",
            experiment.seeds,
            hunt.quoted()
        );
        Ok(Page::new(panels)
            .columns(3)
            .frame(160.0, 150.0)
            .title("Bump hunt: what a cut on the loss does to S/√B")
            .footer(footer))
    }
}

/// Fractions of the background that the drawn cuts keep, even in their logarithm, up to no cut at all.
fn fractions() -> Vec<f64> {
    let (least, count) = CUTS;
    (0..count).map(|step| least.powf((count - 1 - step) as f64 / (count - 1) as f64)).collect()
}

/// Fractions of the background along the ROC, even.
fn steps() -> Vec<f64> {
    (1..=STEPS).map(|step| step as f64 / STEPS as f64).collect()
}

/// Signal and background of one region.
fn of_region<'a>(scores: &'a Scores, region: &str) -> (&'a [f64], &'a [f64]) {
    if region == REGIONS[0] {
        (&scores.signal, &scores.background)
    } else {
        (&scores.signal_in_window, &scores.background_in_window)
    }
}

/// The cuts of every member.
fn cuts_of(members: &[Scores], region: &str, fractions: &[f64]) -> Result<Vec<Vec<LossCut>>> {
    let of = |scores: &Scores| {
        let (signal, background) = of_region(scores, region);
        loss_cuts(signal, background, fractions)
    };
    members.iter().map(of).collect()
}

/// What is measured of one member in one region, after its seed.
fn measures(seed: usize, scores: &Scores, cuts: &[LossCut], region: &str) -> Result<[f64; 7]> {
    let (signal, background) = of_region(scores, region);
    let best_cut = best(cuts, &KEPT)?;
    // The cut that nobody who looks for anomalies would make: the smallest losses are kept.
    let [less, least] = [signal, background].map(|losses| losses.iter().map(|loss| -loss).collect::<Vec<_>>());
    let opposite = best(&loss_cuts(&less, &least, &fractions())?, &KEPT)?;
    Ok([
        seed as f64,
        metrics::auc(signal, background)?,
        metrics::mean(background)?,
        best_cut.improvement,
        best_cut.error,
        best_cut.background,
        opposite.improvement,
    ])
}

/// Mean over seeds of each cut, and the band of the improvement.
fn over_seeds(members: &[Vec<LossCut>]) -> Result<Vec<[f64; 6]>> {
    let row = |step: usize| -> Result<[f64; 6]> {
        let column = |of: fn(&LossCut) -> f64| -> Vec<f64> { members.iter().map(|cuts| of(&cuts[step])).collect() };
        let improvement = column(|cut| cut.improvement);
        Ok([
            metrics::mean(&column(|cut| cut.background))?,
            metrics::mean(&column(|cut| cut.signal))?,
            metrics::mean(&improvement)?,
            quantile(&improvement, 0.16)?,
            quantile(&improvement, 0.84)?,
            metrics::mean(&column(|cut| cut.error))?,
        ])
    };
    (0..members[0].len()).map(row).collect()
}

/// The numbers of `column` of one network and region.
fn rows(table: &Table, column: &str, network: &str, region: &str) -> Result<Vec<f64>> {
    let (networks, regions, values) = (table.texts("network")?, table.texts("events")?, table.numbers(column)?);
    let own = |row: &usize| networks[*row] == network && regions[*row] == region;
    Ok((0..values.len()).filter(own).map(|row| values[row]).collect())
}

/// Each network's best S/√B over that without a cut: name, one number a seed, and the largest error of a count.
type BestCuts = Vec<(String, Vec<f64>, f64)>;

fn best_cuts(experiment: &Experiment, table: &Table, kind: Kind, region: &str) -> Result<BestCuts> {
    let mut found = Vec::new();
    for variant in &experiment.variants {
        if Kind::of(variant)? == kind {
            let column = |name| rows(table, name, &variant.name, region);
            let error = column("best_improvement_sampling_error")?.into_iter().fold(0.0, f64::max);
            found.push((variant.name.clone(), column("best_improvement")?, error));
        }
    }
    Ok(found)
}

/// The claim that the best cut of each seed, averaged over the seeds, raises S/√B by less than [`HELPS`].
fn no_help(kind: Kind, region: &str, best: &BestCuts) -> Result<Claim> {
    let (mut parts, mut largest) = (Vec::new(), 0.0f64);
    for (name, improvements, error) in best {
        let mean = metrics::mean(improvements)?;
        let spread = metrics::standard_deviation(improvements).unwrap_or(0.0);
        parts.push(format!("{mean:.3} ± {spread:.3} (seeds) ± {error:.3} (counts) for {name}"));
        largest = largest.max(mean);
    }
    let bar =
        format!("below {HELPS}, keeping {} % to {} % of the background", 100.0 * KEPT.start(), 100.0 * KEPT.end());
    Ok(Claim::new(
        kind.origin(region),
        format!("{}, {region}: best S/√B over uncut", kind.statement()),
        parts.join("; "),
        bar,
        largest < HELPS,
    ))
}

/// The claim that a latent S⁵ encodes the background better than R⁵.
fn sphere_claim(experiment: &Experiment, table: &Table) -> Result<Claim> {
    let mean = |kind: Kind| -> Result<f64> {
        for variant in &experiment.variants {
            if Kind::of(variant)? == kind && variant.latent()? == 5 {
                return Ok(metrics::mean(&rows(table, "mean_loss_background", &variant.name, REGIONS[0])?)?);
            }
        }
        Err(Error::setting("variant", "too few", "give one plain variant with d_l = 5 and one with the head S5"))
    };
    let (plain, sphere) = (mean(Kind::Plain)?, mean(Kind::Heads)?);
    Ok(Claim::new(
        Origin::expected("S⁵ is phase space itself, and in R⁵ it is torn (Borsuk-Ulam)"),
        "the latent space S⁵, phase space's own, encodes the background better than R⁵",
        format!("mean loss {sphere:.2e} against {plain:.2e}"),
        "the smaller mean loss",
        sphere < plain,
    ))
}

/// A variant as legends write it.
fn label(variant: &Variant) -> Result<Label> {
    let Model::Dense(layout) = &variant.learning()?.model else {
        return Ok(Label::plain(&variant.name));
    };
    let sphere = |written: String| label!("$S^{}$", written.strip_prefix('S').unwrap_or(&written));
    let spheres =
        layout.heads.iter().map(|head| sphere(head.to_string())).reduce(|all, next| label!("{} × {}", all, next));
    Ok(match Kind::of(variant)? {
        Kind::Plain => label!("$R^{}$", layout.latent),
        Kind::Heads => spheres.unwrap_or_default(),
        Kind::WithSignal => label!("$R^{}$, signal in training", layout.latent),
    })
}

/// Colour and pattern of a variant.
fn look(index: usize, palette: &Palette) -> (Colour, Dash) {
    (palette.line(index), Dash::of_series(index))
}

fn roc_panel(experiment: &Experiment, tables: &Tables, palette: &Palette) -> Result<Panel> {
    let table = tables.get("roc")?;
    let mut panel = Panel::new(
        Axis::linear("background efficiency $ε_B$", 0.0, 1.0),
        Axis::linear("signal efficiency $ε_S$", 0.0, 1.0),
    )
    .with(Line::new(&[0.0, 1.0], &[0.0, 1.0]).colour(Colour::GREY).dash(Dash::Dotted));
    for (index, variant) in experiment.variants.iter().enumerate() {
        let column =
            |name| -> Result<Vec<f64>> { Ok([vec![0.0], rows(table, name, &variant.name, REGIONS[0])?].concat()) };
        let (colour, dash) = look(index, palette);
        let line = Line::new(&column("background_efficiency")?, &column("signal_efficiency")?);
        panel = panel.with(line.colour(colour).dash(dash));
    }
    Ok(Panel { legend: None, ..panel.title("all phase space").equal_aspect() })
}

/// A curve with its band of seeds for each variant, times `scale`.
fn with_curves(
    mut panel: Panel,
    experiment: &Experiment,
    tables: &Tables,
    (region, scale): (&str, f64),
    palette: &Palette,
) -> Result<Panel> {
    let (table, by_seed) = (tables.get("data")?, tables.get("by_seed")?);
    for (index, variant) in experiment.variants.iter().enumerate() {
        let column = |name: &str, scale: f64| -> Result<Vec<f64>> {
            Ok(rows(table, name, &variant.name, region)?.into_iter().map(|value| scale * value).collect())
        };
        let kept = column("background_efficiency", 1.0)?;
        let (colour, dash) = look(index, palette);
        let band = Band::new(&kept, &column("improvement_low", scale)?, &column("improvement_high", scale)?);
        let line = Line::new(&kept, &column("improvement", scale)?).colour(colour).dash(dash);
        let auc = |region: &str| -> Result<f64> { Ok(metrics::mean(&rows(by_seed, "auc", &variant.name, region)?)?) };
        let label = label!("{}: AUC {:.2} ({:.2})", label(variant)?, auc(REGIONS[0])?, auc(REGIONS[1])?);
        panel = panel.with(band.colour(colour).opacity(0.12)).with(line.label(label));
    }
    let root: Vec<f64> = fractions().into_iter().map(|kept| scale * kept.sqrt()).collect();
    Ok(panel.with(Line::new(&fractions(), &root).colour(Colour::GREY).dash(Dash::Dotted).label("random: AUC 0.50")))
}

fn kept_axis(of: &str) -> Axis {
    Axis::logarithmic(label!("fraction of {} kept", of), CUTS.0, 1.0)
}

fn improvement_panel(experiment: &Experiment, tables: &Tables, palette: &Palette) -> Result<Panel> {
    let panel = Panel::new(kept_axis("the background"), Axis::linear("S/√B over uncut", 0.0, 1.3))
        .title("all phase space")
        .with(Guide::horizontal(1.0).dash(Dash::Solid).label("no cut").label_at(0.0))
        .with(Guide::horizontal(HELPS).dash(Dash::Dotted).label("the claim's bar").label_at(1.0));
    Ok(Panel { legend: None, ..with_curves(panel, experiment, tables, (REGIONS[0], 1.0), palette)? })
}

fn significance_panel(experiment: &Experiment, tables: &Tables, hunt: &Hunt, palette: &Palette) -> Result<Panel> {
    let [signal, background] = hunt.expected_in_window();
    let uncut = signal / background.sqrt();
    let panel = Panel::new(kept_axis("the window's background"), Axis::linear("S/√B in the window", 0.0, 1.3 * uncut))
        .title("mass window")
        .with(Guide::horizontal(uncut).dash(Dash::Solid).label(label!("no cut: {:.1}", uncut)).label_at(0.0));
    Ok(with_curves(panel, experiment, tables, (REGIONS[1], uncut), palette)?.legend(LegendPlace::Right))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;

    #[test]
    fn the_cuts_run_from_one_in_a_hundred_to_no_cut() {
        let fractions = fractions();
        assert!((fractions[0] - 0.01).abs() < 1e-15 && (fractions[20] - 0.1).abs() < 1e-15);
        assert_eq!(*fractions.last().unwrap(), 1.0);
        assert_eq!(*steps().last().unwrap(), 1.0);
    }

    #[test]
    fn means_over_seeds_are_those_by_hand() {
        let cut = |improvement| LossCut { background: 0.25, signal: 0.5 * improvement, improvement, error: 0.1 };
        let rows = over_seeds(&[vec![cut(1.0)], vec![cut(2.0)]]).unwrap();
        // 16 % and 84 % of the way from 1 to 2.
        for (found, expected) in rows[0].iter().zip([0.25, 0.75, 1.5, 1.16, 1.84, 0.1]) {
            assert!((found - expected).abs() < 1e-12, "{found}");
        }
    }

    #[test]
    fn the_claim_is_about_the_network_that_a_cut_helps_most() {
        let verdict = |means: [f64; 2]| {
            let best = means.map(|mean| (String::new(), vec![mean, mean], 0.0)).to_vec();
            no_help(Kind::Plain, REGIONS[0], &best).unwrap().verdict
        };
        assert_eq!(verdict([1.0, 1.05]), Verdict::Holds);
        assert_eq!(verdict([1.2, 1.0]), Verdict::Fails);
    }

    #[test]
    fn what_holds_by_construction_in_the_window_is_no_finding() {
        for kind in [Kind::Plain, Kind::Heads, Kind::WithSignal] {
            assert_eq!(REGIONS.map(|region| kind.origin(region).name()), ["expected", "identity"]);
        }
    }
}
