//! The mock bump hunt: the loss of signal and background for three latent dimensions and three trainings.
//!
//! Trained on background, an autoencoder is hoped to reconstruct the signal worse. But signal events lie on the same
//! sphere S⁵, among background events that look like them, and what sets the loss of an event is where it lies on that
//! sphere. Networks that saw signal, and networks that never saw an event of the signal's mass, are compared to that.
//! Inside the mass window signal and background differ in nothing but the shape of s_YY, both decays being isotropic.

use metrics::{Bootstrap, bootstrap_auc};

use super::bump_hunt::{Hunt, Scores, Training};
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{
    Annotation, Axis, Colour, ColourMap, Dash, ErrorBars, Guide, Label, LegendPlace, Marker, Page, Panel, Points,
    Steps, Ticks,
};
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// The figure.
pub struct LossOfSignal;

/// The latent dimensions, in the order of the panels.
const LATENT: [i64; 3] = [4, 5, 6];
/// Bins of ln loss, from, to and how many; the first and the last one hold what lies beyond.
const LN_LOSS: (f64, f64, usize) = (-16.0, -2.0, 56);
/// The largest density that is shown.
const DENSEST: f64 = 0.75;
/// The classes of events whose losses are shown.
const CLASSES: [&str; 3] = ["background", "background_in_window", "signal"];
/// What is measured of each network.
const MEASURED: [&str; 5] =
    ["auc", "auc_in_window", "median_loss_background", "median_loss_background_in_window", "median_loss_signal"];

impl Figure for LossOfSignal {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig25"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "evaluate.replicas", "draw.colours"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        let hunt = Hunt::of(experiment)?;
        experiment.with_latent(&Training::ALL.map(|_| LATENT).concat())?;
        for (index, variant) in experiment.variants.iter().enumerate() {
            if Training::of(&variant.points()?.manifold)? != Training::ALL[index / LATENT.len()] {
                return Err(Error::setting("variant", &variant.name, "list background, with signal, band cut out"));
            }
        }
        check_band(experiment, &hunt)?;
        experiment.points().map(drop)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let events = Hunt::of(experiment)?.test(experiment.points()?)?;
        let replicas = experiment.evaluate.replicas.unwrap_or(200);
        let mut measured = Measured::default();
        for (index, ensemble) in with.ensembles()?.iter().enumerate() {
            let variant = (Training::ALL[index / LATENT.len()], LATENT[index % LATENT.len()]);
            measured.add(variant, &events.scores(ensemble), replicas)?;
        }
        Ok(measured.tables())
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let by_seed = tables.get("by_seed")?;
        let mut claims = vec![
            no_anomaly(
                Origin::expected(
                    "the place on S^5 sets the loss; the mock bump hunt of arXiv 2102.08380 fails too (abstract, no value known \
                     here: 0.1 above random is ours)",
                ),
                "AUC of signal against all background",
                by_seed.numbers("auc")?,
            ),
            no_anomaly(
                Origin::identity(
                    "AUC 0.5: at one s_YY signal and background are the same distribution, both decays being isotropic, and \
                     the window leaves only the shape of s_YY",
                ),
                "AUC of signal against background of the same mass window",
                by_seed.numbers("auc_in_window")?,
            ),
        ];
        let by_variant = tables.get("by_variant")?;
        let rise = |training| change(by_variant, training, |other, plain| other - plain, "auc");
        claims.push(bounded(
            "one event in a hundred, among background like it, adds little to the training; 0.05 is half of what counts above",
            "signal in the training moves the AUC little",
            rise(Training::WithSignal)?,
            0.05,
        ));
        claims.push(bounded(
            "networks interpolate locally (arXiv 2102.08380, abstract); 0.05 is half of what counts above",
            "a mass band cut out of the training moves the AUC little",
            rise(Training::BandCut)?,
            0.05,
        ));
        let ratio =
            change(by_variant, Training::BandCut, |other, plain| other / plain, "median_loss_background_in_window")?;
        let largest = ratio.iter().copied().fold(0.0, f64::max);
        claims.push(Claim::new(
            Origin::expected(
                "networks interpolate locally, so that a region without events is reconstructed too (arXiv 2102.08380, \
                 abstract); the factor is ours",
            ),
            "the band that was cut out is interpolated: median loss in it, cut out over not",
            quoted(&ratio),
            "below 2 for each d_l",
            largest < 2.0,
        ));
        let seeds = experiment.seeds;
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, seeds, 16, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let mut panels = Vec::new();
        for training in Training::ALL {
            for latent in LATENT {
                panels.push(distributions(tables, (training, latent), &palette)?);
            }
        }
        panels.push(summary(tables, "auc", "AUC, all events", &palette)?);
        panels.push(summary(tables, "auc_in_window", "AUC, window", &palette)?);
        panels.push(loss_summary(tables, &palette)?);
        let footer = label!(
            "loss: mean over the 12 components, mean of {} seeds; in the window: background only; AUC (of the larger \
             loss): mean ± standard deviation of the seeds; {}",
            experiment.seeds,
            Hunt::of(experiment)?.quoted()
        );
        Ok(Page::new(panels)
            .columns(3)
            .frame(150.0, 100.0)
            .title("Bump hunt: loss of signal and background")
            .footer(footer))
    }
}

/// The band that is cut out must be the mass window of which the figure speaks.
fn check_band(experiment: &Experiment, hunt: &Hunt) -> Result<()> {
    let [low, high] = hunt.window();
    for variant in &experiment.variants {
        if let crate::config::Manifold::BumpHunt { excluded_band: Some(band), .. } = variant.points()?.manifold
            && (band[0] - low).abs().max((band[1] - high).abs()) > 1e-9
        {
            let allowed = format!("give the mass window, [{low:.4}, {high:.4}]");
            return Err(Error::setting("data.excluded_band", format!("{band:?}"), &allowed));
        }
    }
    Ok(())
}

/// What is measured of every network, and the distributions of their losses.
#[derive(Default)]
struct Measured {
    histograms: Columns,
    by_seed: Columns,
    by_variant: Columns,
}

/// Rows of a table, each of a training and a latent dimension.
#[derive(Default)]
struct Columns {
    training: Vec<&'static str>,
    latent: Vec<f64>,
    rows: Vec<Vec<f64>>,
}

impl Columns {
    fn add(&mut self, (training, latent): (Training, i64), row: Vec<f64>) {
        self.training.push(training.name());
        self.latent.push(latent as f64);
        self.rows.push(row);
    }

    fn table(&self, name: &str, columns: &[&str]) -> Table {
        let keys = Table::new(name)
            .with_texts("training", self.training.iter().copied())
            .with("latent_dimension", self.latent.clone());
        columns.iter().enumerate().fold(keys, |table, (index, column)| {
            table.with(column, self.rows.iter().map(|row| row[index]).collect::<Vec<_>>())
        })
    }
}

impl Measured {
    /// Adds the members of one variant.
    fn add(&mut self, variant: (Training, i64), members: &[Scores], replicas: usize) -> Result<()> {
        let mut rows = Vec::new();
        for (seed, scores) in members.iter().enumerate() {
            let row = measures(scores)?;
            self.by_seed.add(variant, [vec![seed as f64], row.clone()].concat());
            rows.push(row);
        }
        let mut over_seeds = Vec::new();
        for index in 0..MEASURED.len() {
            let values: Vec<f64> = rows.iter().map(|row| row[index]).collect();
            over_seeds.push(metrics::mean(&values)?);
            over_seeds.push(metrics::standard_deviation(&values).unwrap_or(0.0));
        }
        over_seeds.extend(sampling_errors(&members[0], replicas)?);
        self.by_variant.add(variant, over_seeds);
        let shares = members.iter().map(|scores| {
            [&scores.background, &scores.background_in_window, &scores.signal].map(|losses| histogram(losses))
        });
        let shares: Vec<[Vec<f64>; 3]> = shares.collect();
        let (low, high, bins) = LN_LOSS;
        for bin in 0..bins {
            let edge = |edge: usize| low + (high - low) * edge as f64 / bins as f64;
            let mean = |class: usize| shares.iter().map(|each| each[class][bin]).sum::<f64>() / shares.len() as f64;
            self.histograms.add(variant, vec![edge(bin), edge(bin + 1), mean(0), mean(1), mean(2)]);
        }
        Ok(())
    }

    fn tables(&self) -> Tables {
        let of_variant: Vec<String> =
            MEASURED.iter().flat_map(|name| [format!("{name}_mean"), format!("{name}_spread")]).collect();
        let mut of_variant: Vec<&str> = of_variant.iter().map(String::as_str).collect();
        of_variant.extend(["auc_sampling_error", "auc_in_window_sampling_error"]);
        let of_bin = [&["ln_loss_low", "ln_loss_high"][..], &CLASSES[..]].concat();
        Tables::new([
            self.histograms.table("data", &of_bin),
            self.by_seed.table("by_seed", &[&["seed"][..], &MEASURED[..]].concat()),
            self.by_variant.table("by_variant", &of_variant),
        ])
    }
}

/// [`MEASURED`] of one network.
fn measures(scores: &Scores) -> Result<Vec<f64>> {
    Ok(vec![
        metrics::auc(&scores.signal, &scores.background)?,
        metrics::auc(&scores.signal_in_window, &scores.background_in_window)?,
        metrics::median(&scores.background)?,
        metrics::median(&scores.background_in_window)?,
        metrics::median(&scores.signal)?,
    ])
}

/// Standard errors of the two AUCs that come from the number of test events, by bootstrap.
fn sampling_errors(scores: &Scores, replicas: usize) -> Result<[f64; 2]> {
    let bootstrap = Bootstrap { replicas, confidence: 0.68, seed: 0 };
    Ok([
        bootstrap_auc(&scores.signal, &scores.background, &bootstrap)?.standard_error,
        bootstrap_auc(&scores.signal_in_window, &scores.background_in_window, &bootstrap)?.standard_error,
    ])
}

/// Density of ln loss in each bin of [`LN_LOSS`].
fn histogram(losses: &[f64]) -> Vec<f64> {
    let (low, high, bins) = LN_LOSS;
    let width = (high - low) / bins as f64;
    let mut density = vec![0.0; bins];
    for loss in losses {
        // A loss of 0 lies below every bin.
        let bin = ((loss.max(f64::MIN_POSITIVE).ln() - low) / width).floor().clamp(0.0, bins as f64 - 1.0);
        density[bin as usize] += 1.0 / (losses.len() as f64 * width);
    }
    density
}

/// The claim that no network takes the signal for an anomaly.
fn no_anomaly(origin: Origin, statement: &str, aucs: &[f64]) -> Claim {
    let (low, high) = aucs.iter().fold((1.0f64, 0.0f64), |(low, high), &auc| (low.min(auc), high.max(auc)));
    let value = format!("{low:.3} to {high:.3} in {} networks", aucs.len());
    Claim::new(origin, statement, value, "below 0.6 in every training and every seed", high < 0.6)
}

/// A claim, expected on some `ground`, that changes, one for each latent dimension, are small in size.
fn bounded(ground: &'static str, statement: &str, changes: Vec<f64>, bar: f64) -> Claim {
    let largest = changes.iter().fold(0.0f64, |largest, change| largest.max(change.abs()));
    Claim::new(
        Origin::expected(ground),
        statement,
        quoted(&changes),
        format!("by less than {bar} for each d_l"),
        largest < bar,
    )
}

/// One number for each latent dimension.
fn quoted(values: &[f64]) -> String {
    let parts: Vec<String> =
        LATENT.iter().zip(values).map(|(d_l, value)| format!("{value:.3} (d_l = {d_l})")).collect();
    parts.join(", ")
}

/// `measure` of a training compared with the background-only one, means over seeds, for each latent dimension.
fn change(table: &Table, training: Training, compare: fn(f64, f64) -> f64, measure: &str) -> Result<Vec<f64>> {
    let means = |training: Training| table.numbers_where(&format!("{measure}_mean"), "training", training.name());
    let (other, plain) = (means(training)?, means(Training::Background)?);
    Ok(other.into_iter().zip(plain).map(|(other, plain)| compare(other, plain)).collect())
}

/// Rows of one training and latent dimension.
fn rows(table: &Table, column: &str, (training, latent): (Training, i64)) -> Result<Vec<f64>> {
    let (names, dimensions) = (table.texts("training")?, table.numbers("latent_dimension")?);
    let own = |row: &usize| names[*row] == training.name() && dimensions[*row] == latent as f64;
    let values = table.numbers(column)?;
    Ok((0..values.len()).filter(own).map(|row| values[row]).collect())
}

/// The losses of the three classes for one training and latent dimension.
fn distributions(tables: &Tables, variant: (Training, i64), palette: &Palette) -> Result<Panel> {
    let table = tables.get("data")?;
    let column = |name: &str| rows(table, name, variant);
    let mut edges = column("ln_loss_low")?;
    edges.extend(column("ln_loss_high")?.last());
    let x = if variant.0 == Training::BandCut { "ln loss" } else { "" };
    let y = if variant.1 == LATENT[0] { "density" } else { "" };
    let mean =
        |measure: &str| -> Result<f64> { Ok(rows(tables.get("by_variant")?, &format!("{measure}_mean"), variant)?[0]) };
    let (low, high) = (LN_LOSS.0, LN_LOSS.1);
    let densest = CLASSES.iter().map(|class| table.numbers(class)).collect::<Result<Vec<_>>>()?.concat();
    let top = densest.into_iter().map(|density| 1.05 * density).fold(DENSEST, f64::max);
    let text = |height: f64, text: Label| Annotation::new(high, height * top, text);
    let panel = Panel::new(Axis::linear(x, low, high), Axis::linear(y, 0.0, top))
        .title(label!("{}, $d_l = {}$", variant.0.name(), variant.1))
        .with(Steps::new(&edges, &column(CLASSES[0])?).colour(palette.line(0)).filled(0.15).label("background"))
        .with(Steps::new(&edges, &column(CLASSES[1])?).colour(Colour::BLACK).dash(Dash::Dashed).label("in the window"))
        .with(Steps::new(&edges, &column(CLASSES[2])?).colour(palette.line(1)).label("signal"))
        .with(text(0.93, label!("AUC {:.2}", mean("auc")?)))
        .with(text(0.8, label!("window {:.2}", mean("auc_in_window")?)));
    let first = variant == (Training::Background, LATENT[0]);
    Ok(if first { panel.legend(LegendPlace::UpperLeft) } else { Panel { legend: None, ..panel } })
}

/// Places of a training's points beside their latent dimension.
fn places(training: usize) -> Vec<f64> {
    LATENT.iter().map(|&d_l| d_l as f64 + 0.18 * (training as f64 - 1.0)).collect()
}

fn latent_axis() -> Axis {
    let major = LATENT.iter().map(|d_l| (*d_l as f64, label!("{}", d_l))).collect();
    Axis::linear("latent dimension $d_l$", 3.5, 6.5).ticks(Ticks::At { major, minor: Vec::new() })
}

/// Mean and spread over seeds of a measure, by latent dimension and training.
fn summary(tables: &Tables, measure: &str, label: &'static str, palette: &Palette) -> Result<Panel> {
    let table = tables.get("by_variant")?;
    // The names of the lines and of the trainings stand where no points are.
    let (first, bar) = (measure == MEASURED[0], "the claim's bar");
    let named = |line: Guide, name: &'static str| if first { line.label(name).label_at(1.0) } else { line };
    let mut panel = Panel::new(latent_axis(), Axis::linear(label, 0.3, 0.7))
        .with(named(Guide::horizontal(0.5), "random"))
        .with(named(Guide::horizontal(0.6).dash(Dash::Dotted), bar));
    for (index, training) in Training::ALL.into_iter().enumerate() {
        panel = with_points(panel, table, (measure, training), index, palette)?;
    }
    Ok(if first { Panel { legend: None, ..panel } } else { panel.legend(LegendPlace::LowerRight) })
}

/// Median loss of the background in the window, by latent dimension and training.
fn loss_summary(tables: &Tables, palette: &Palette) -> Result<Panel> {
    let table = tables.get("by_variant")?;
    let measure = "median_loss_background_in_window";
    let means = table.numbers(&format!("{measure}_mean"))?;
    let (low, high) = means.iter().fold((f64::INFINITY, 0.0f64), |(low, high), &x| (low.min(x), high.max(x)));
    let axis = Axis::logarithmic("median loss, window", low.max(1e-12) / 3.0, high.max(1e-12) * 3.0);
    let mut panel = Panel::new(latent_axis(), axis);
    for (index, training) in Training::ALL.into_iter().enumerate() {
        panel = with_points(panel, table, (measure, training), index, palette)?;
    }
    Ok(Panel { legend: None, ..panel })
}

/// The panel with the points of one training and their spread.
fn with_points(
    panel: Panel,
    table: &Table,
    (measure, training): (&str, Training),
    index: usize,
    palette: &Palette,
) -> Result<Panel> {
    let x = places(index);
    let column = |part: &str| table.numbers_where(&format!("{measure}_{part}"), "training", training.name());
    let (mean, spread) = (column("mean")?, column("spread")?);
    let ends = |sign: f64| -> Vec<f64> { mean.iter().zip(&spread).map(|(m, s)| m + sign * s).collect() };
    let colour = palette.line(index + 2);
    Ok(panel.with(ErrorBars::new(&x, &ends(-1.0), &ends(1.0)).colour(colour)).with(
        Points::new(&x, &mean).colour(colour).marker(Marker::of_series(index)).radius(2.2).label(training.name()),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_density_of_ln_loss_adds_up_to_one_and_keeps_what_lies_beyond() {
        let density = histogram(&[0.0, 1.0, (-8.9f64).exp(), (-8.95f64).exp()]);
        let width = 0.25;
        assert!((density.iter().sum::<f64>() * width - 1.0).abs() < 1e-12);
        assert_eq!((density[0], density[55]), (1.0, 1.0));
        // -9 is the edge of bin (16 - 9)/0.25 = 28.
        assert_eq!(density[28], 2.0);
    }

    #[test]
    fn changes_are_taken_at_the_same_latent_dimension() {
        let mut columns = Columns::default();
        for (training, offset) in [(Training::Background, 0.5), (Training::WithSignal, 0.6)] {
            for latent in LATENT {
                columns.add((training, latent), vec![offset * latent as f64]);
            }
        }
        let table = columns.table("by_variant", &["auc_mean"]);
        let found = change(&table, Training::WithSignal, |other, plain| other - plain, "auc").unwrap();
        assert!(found.iter().zip([0.4, 0.5, 0.6]).all(|(found, expected)| (found - expected).abs() < 1e-12));
        assert_eq!(rows(&table, "auc_mean", (Training::Background, 5)).unwrap(), [2.5]);
    }

    #[test]
    fn one_network_that_finds_the_signal_is_enough_to_fail() {
        use crate::claims::Verdict;
        let origin = || Origin::expected("a reason");
        assert_eq!(no_anomaly(origin(), "", &[0.4, 0.59]).verdict, Verdict::Holds);
        assert_eq!(no_anomaly(origin(), "", &[0.4, 0.61]).verdict, Verdict::Fails);
        assert_eq!(bounded("", "", vec![-0.06, 0.01, 0.0], 0.05).verdict, Verdict::Fails);
    }
}
