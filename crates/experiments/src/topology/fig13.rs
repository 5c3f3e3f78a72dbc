//! S², d_l = 2: area of the tear and largest loss against the network's capacity, over many seeds.
//!
//! Where the theorem gives a squared error of 1, x - D(E(x)) can shrink no faster than its Lipschitz constant, at most
//! 1 + L, allows: around that point lies a disc of torn ones, and the torn share of the area is at least of the order
//! of L⁻². A network that pierces the sphere can stay near this; one that cuts it along a curve tears an area of the
//! order of the curve's length over L.
//!
//! The exponent is that of converged networks, each a point: those that have learnt the sphere but for its tear. Their mean
//! loss would not tell them, for it grows with the tear, and choosing by it would choose by what is measured; nor would a
//! validation loss that is flat, which it is at the end of any training whose learning rate ends at zero. The median loss
//! of the sphere's cells does not see a tear, and no claim here is about it.

use models::network::Activation;

use super::sphere::{self, Cells, TORN};
use super::tear_law::{exponent_claim, falling_claim, fit};
use crate::claims::{Claim, Origin};
use crate::config::{Experiment, Model, Variant};
use crate::figure::{Ensemble, Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{
    Axis, Colour, ColourMap, Dash, ErrorBars, Guide, Label, LegendPlace, Line, Marker, Page, Panel, Points, Scale,
    Ticks,
};
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// The figure.
pub struct TearAgainstCapacity;

/// A network has converged if the median loss of the sphere's cells is below this: a tenth of what a torn cell has, so that
/// half of the sphere at least is clearly not torn.
const CONVERGED: f64 = TORN / 10.0;
/// Settings with fewer converged networks are left out of the law.
const LEAST_NETWORKS: usize = 5;
/// Worst cells at which the stretching is measured; with 1000 the medians of all settings are the same.
const STRETCHED: usize = 256;

/// Cells from the worst of which the largest loss is sought: the smallest tears hold some of them.
const STARTING: usize = 3200;
/// Label of the axes of the torn area.
const AREA: &str = "torn share of the area";

/// One trained network.
#[derive(Clone)]
struct Network {
    /// Share of the sphere's area that is torn.
    area: f64,
    /// Largest loss on the sphere.
    largest: f64,
    /// Lipschitz constant of the reconstruction.
    lipschitz: f64,
    mean: f64,
    /// Median loss of the cells.
    median: f64,
}

impl Network {
    fn has_converged(&self) -> bool {
        self.median < CONVERGED
    }
}

impl Figure for TearAgainstCapacity {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig13"
    }

    fn version(&self) -> u32 {
        2
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colours"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        sphere::check(experiment, 2)?;
        experiment.variants.iter().try_for_each(|variant| capacity(variant).map(drop))?;
        Cells::new(experiment).map(drop)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let cells = Cells::new(experiment)?;
        let (mut rows, mut settings) = (Vec::new(), Vec::new());
        for (variant, ensemble) in experiment.variants.iter().zip(with.ensembles()?) {
            let (activation, width) = capacity(variant)?;
            rows.push((activation, width, networks(&ensemble, &cells)?));
        }
        for (_, _, networks) in &rows {
            settings.push(summary(networks)?);
        }
        Ok(Tables::new([by_seed(&rows), by_setting(&rows, &settings), fit(&converged(&rows))?]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let data = tables.get("data")?;
        let [area, largest, lipschitz] =
            [data.numbers("torn_share")?, data.numbers("largest")?, data.numbers("lipschitz")?];
        let bounded: Vec<bool> = largest.iter().map(|largest| 3.0 * largest >= 1.0).collect();
        let above: Vec<bool> = area.iter().zip(lipschitz).map(|(area, l)| *area >= least_area(*l)).collect();
        let claims = [
            exponent_claim(tables.get("fit")?)?,
            Claim::every_seed(
                Origin::theorem("Borsuk-Ulam: a map of S² to the plane takes some antipodes to one point"),
                "the largest loss is at least 1/3 (Borsuk-Ulam)",
                &bounded,
                "loss >= 1/3",
            ),
            Claim::every_seed(
                Origin::theorem(
                    "|x - x'| has the Lipschitz constant 1 + L at most and is 1 somewhere (Borsuk-Ulam), hence above √0.15 \
                     in a disc about that point",
                ),
                "the tear has at least the area that Borsuk-Ulam and the Lipschitz constant give",
                &above,
                "share of the area >= ((1 - √0.15) / (1 + L))² / 4",
            ),
            falling_claim(tables.get("fit")?)?,
        ];
        let seeds = experiment.seeds;
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, seeds, 64, "seeds a setting")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let settings = tables.get("by_setting")?;
        let ends = [settings.numbers("torn_share_low")?, settings.numbers("torn_share_high")?].concat();
        let area = against_width(settings, "torn_share", covering(AREA, &ends, None), &palette)?;
        let loss_axis = Axis::linear("largest loss (mean over components)", 0.0, 1.1 * highest(settings, "largest")?);
        let bound = Guide::horizontal(sphere::BOUND).colour(Colour::BLACK).label("Borsuk–Ulam: ≥ 1/3");
        let largest = against_width(settings, "largest", loss_axis, &palette)?.with(bound);
        let law = against_lipschitz(tables, &palette)?;
        let title = "$S^2$ autoencoder, $d_l = 2$: the tear against the capacity";
        Ok(Page::new([area, largest, law]).columns(3).frame(160.0, 160.0).title(title))
    }
}

/// Activation and width of a network whose hidden layers all have the same width.
fn capacity(variant: &Variant) -> Result<(String, i64)> {
    let uneven = || Error::setting("model.hidden", "uneven", "this figure is about layers of the same width");
    let Model::Dense(layout) = &variant.learning()?.model else { return Err(uneven()) };
    match layout.hidden.as_slice() {
        [width, rest @ ..] if rest.iter().all(|other| other == width) => Ok((name(layout.activation), *width)),
        _ => Err(uneven()),
    }
}

/// What the legend calls an activation.
fn name(activation: Activation) -> String {
    match activation {
        Activation::Elu => "ELU".to_owned(),
        Activation::Relu => "ReLU".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}

/// Area of the tear, largest loss and Lipschitz constant of every member.
fn networks(ensemble: &Ensemble, cells: &Cells) -> Result<Vec<Network>> {
    let losses = ensemble.losses(&cells.centres);
    let worst: Vec<_> = losses.iter().map(|losses| cells.worst(losses, STRETCHED)).collect();
    let stretched = ensemble.stretching_at(&worst);
    let largest = sphere::largest_losses(ensemble, &Cells::of(STARTING)?);
    let each = losses.iter().zip(stretched).zip(largest);
    each.map(|((losses, stretched), (largest, _))| {
        Ok(Network {
            area: losses.iter().filter(|&&loss| loss > TORN).count() as f64 / losses.len() as f64,
            largest,
            lipschitz: stretched.into_iter().fold(0.0, f64::max),
            mean: metrics::mean(losses)?,
            median: metrics::median(losses)?,
        })
    })
    .collect()
}

/// The least share of the sphere's area that can be torn at a Lipschitz constant L of the reconstruction: |x - D(E(x))|
/// is at least 1 somewhere, and above √(3 · 0.05) within a chord r = (1 - √0.15) / (1 + L), which is a share r²/4.
fn least_area(lipschitz: f64) -> f64 {
    ((1.0 - (3.0 * TORN).sqrt()) / (1.0 + lipschitz)).powi(2) / 4.0
}

/// Median, 16 % and 84 % of one measure over the networks of a setting.
type Spread = [f64; 3];

/// Area, largest loss, Lipschitz constant and mean loss of one setting.
fn summary(networks: &[Network]) -> Result<[Spread; 4]> {
    let spread = |value: fn(&Network) -> f64| -> Result<Spread> {
        let values: Vec<f64> = networks.iter().map(value).collect();
        Ok([metrics::median(&values)?, metrics::quantile(&values, 0.16)?, metrics::quantile(&values, 0.84)?])
    };
    Ok([spread(|n| n.area)?, spread(|n| n.largest)?, spread(|n| n.lipschitz)?, spread(|n| n.mean)?])
}

/// The networks of every setting: activation, width, members.
type Rows = [(String, i64, Vec<Network>)];

fn by_seed(rows: &Rows) -> Table {
    let all = || rows.iter().flat_map(|(_, width, networks)| networks.iter().map(move |network| (*width, network)));
    let column = |value: fn(&Network) -> f64| -> Vec<f64> { all().map(|(_, network)| value(network)).collect() };
    let seeds = rows.iter().flat_map(|(_, _, networks)| (0..networks.len()).map(|seed| seed as f64));
    Table::new("data")
        .with_texts("activation", rows.iter().flat_map(|(name, _, networks)| networks.iter().map(move |_| name)))
        .with("width", all().map(|(width, _)| width as f64).collect::<Vec<_>>())
        .with("seed", seeds.collect::<Vec<_>>())
        .with("torn_share", column(|network| network.area))
        .with("largest", column(|network| network.largest))
        .with("lipschitz", column(|network| network.lipschitz))
        .with("mean", column(|network| network.mean))
        .with("median", column(|network| network.median))
        .with("converged", column(|network| f64::from(u8::from(network.has_converged()))))
}

fn by_setting(rows: &Rows, settings: &[[Spread; 4]]) -> Table {
    let converged = |networks: &[Network]| networks.iter().filter(|network| network.has_converged()).count() as f64;
    let mut table = Table::new("by_setting")
        .with_texts("activation", rows.iter().map(|(name, _, _)| name))
        .with("width", rows.iter().map(|(_, width, _)| *width as f64).collect::<Vec<_>>())
        .with("converged", rows.iter().map(|(_, _, networks)| converged(networks)).collect::<Vec<_>>());
    for (index, measure) in ["torn_share", "largest", "lipschitz", "mean"].into_iter().enumerate() {
        for (level, ending) in ["", "_low", "_high"].into_iter().enumerate() {
            let column: Vec<f64> = settings.iter().map(|setting| setting[index][level]).collect();
            table = table.with(&format!("{measure}{ending}"), column);
        }
    }
    table
}

/// Lipschitz constant and torn share of the converged networks of each setting that has enough of them.
fn converged(rows: &Rows) -> Vec<Vec<[f64; 2]>> {
    let of_setting = |(_, _, networks): &(String, i64, Vec<Network>)| -> Vec<[f64; 2]> {
        let converged = networks.iter().filter(|network| network.has_converged());
        converged.map(|network| [network.lipschitz, network.area]).collect()
    };
    rows.iter().map(of_setting).filter(|networks| networks.len() >= LEAST_NETWORKS).collect()
}

/// The activations in their order, each once.
fn activations(settings: &Table) -> Result<Vec<String>> {
    let mut names = settings.texts("activation")?.to_vec();
    names.dedup();
    Ok(names)
}

/// Medians of a measure over the width, one line an activation.
fn against_width(settings: &Table, measure: &str, y: Axis, palette: &Palette) -> Result<Panel> {
    let mut panel = Panel::new(width_axis(settings.numbers("width")?), y).legend(LegendPlace::Above);
    for (index, activation) in activations(settings)?.iter().enumerate() {
        let of = |column: &str| settings.numbers_where(column, "activation", activation);
        // A little apart, so that the bars of one width do not hide each other.
        let x: Vec<f64> = of("width")?.iter().map(|width| width * 1.06f64.powi(index as i32 - 1)).collect();
        let (low, high, median) = (of(&format!("{measure}_low"))?, of(&format!("{measure}_high"))?, of(measure)?);
        let (colour, marker) = (palette.line(index), Marker::of_series(index));
        panel = panel
            .with(ErrorBars::new(&x, &low, &high).colour(colour))
            .with(Line::new(&x, &median).colour(colour).width(0.7))
            .with(Points::new(&x, &median).radius(2.2).marker(marker).colour(colour).label(Label::plain(activation)));
    }
    Ok(panel)
}

/// A logarithmic axis with a tick at each of the widths.
fn width_axis(widths: &[f64]) -> Axis {
    let mut widths = widths.to_vec();
    widths.sort_by(f64::total_cmp);
    widths.dedup();
    let (narrowest, widest) = (widths.first().copied().unwrap_or(1.0), widths.last().copied().unwrap_or(1.0));
    let major = widths.iter().map(|width| (*width, label!("{}", width))).collect();
    let label = "units in each hidden layer";
    Axis::logarithmic(label, narrowest / 1.5, widest * 1.5).ticks(Ticks::At { major, minor: vec![] })
}

/// The largest number that a panel of this measure shows.
fn highest(settings: &Table, measure: &str) -> Result<f64> {
    Ok(settings.numbers(&format!("{measure}_high"))?.iter().copied().fold(0.0, f64::max))
}

/// A logarithmic axis that holds a measure's values and `least`.
fn covering(label: &'static str, values: &[f64], least: Option<f64>) -> Axis {
    let values: Vec<f64> = values.iter().copied().chain(least).collect();
    let (low, high) = Scale::Log10.limits_covering(&values).unwrap_or((0.1, 1.0));
    Axis::logarithmic(label, low, high)
}

/// The torn area over the Lipschitz constant: every network (grey if it has not converged), the settings' medians, the power
/// law of the converged ones and the bound.
fn against_lipschitz(tables: &Tables, palette: &Palette) -> Result<Panel> {
    let (data, settings) = (tables.get("data")?, tables.get("by_setting")?);
    let x = covering("Lipschitz constant $L$", data.numbers("lipschitz")?, None);
    let (from, to) = x.limits;
    let y = covering(AREA, data.numbers("torn_share")?, Some(least_area(to)));
    let mut panel = Panel::new(x, y).legend(LegendPlace::Above);
    for (index, activation) in activations(settings)?.iter().enumerate() {
        let of = |table: &Table, column: &str| table.numbers_where(column, "activation", activation);
        let [l, area, converged] = [of(data, "lipschitz")?, of(data, "torn_share")?, of(data, "converged")?];
        let points = |wanted: f64| {
            let pairs = l.iter().zip(&area).zip(&converged).filter(|(_, converged)| **converged == wanted);
            let (l, area): (Vec<f64>, Vec<f64>) = pairs.map(|((l, area), _)| (*l, *area)).unzip();
            Points::new(&l, &area).radius(0.7)
        };
        let medians =
            Points::new(&of(settings, "lipschitz")?, &of(settings, "torn_share")?).colour(palette.line(index));
        let medians = medians.radius(3.0).marker(Marker::of_series(index));
        let rim = medians.clone().radius(4.2).colour(Colour::BLACK);
        let (others, converged) = (points(0.0).colour(Colour::GREY), points(1.0).colour(palette.line(index)));
        panel = panel.with(others).with(converged).with(rim).with(medians);
    }
    let along: Vec<f64> = (0..=40).map(|step| from * (to / from).powf(f64::from(step) / 40.0)).collect();
    let curve = |value: &dyn Fn(f64) -> f64| Line::new(&along, &along.iter().map(|l| value(*l)).collect::<Vec<_>>());
    panel = panel.with(Points::key().radius(1.2).colour(Colour::GREY).label("not converged"));
    let fit = tables.get("fit")?;
    if let ([exponent], [amplitude]) = (fit.numbers("exponent")?, fit.numbers("amplitude")?) {
        let label = label!("converged: $L$^{{{}}}", format!("{exponent:.2}").replace('-', "−"));
        panel = panel.with(curve(&|l| amplitude * l.powf(*exponent)).width(1.0).label(label).reference());
    }
    Ok(panel.with(curve(&least_area).dash(Dash::Dashed).width(0.8).label("Borsuk–Ulam: no less").reference()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;

    fn network(lipschitz: f64, area: f64, median: f64) -> Network {
        Network { area, largest: 1.0, lipschitz, mean: 0.01, median }
    }

    #[test]
    fn the_power_law_is_that_of_networks_that_have_converged() {
        let setting = |l: f64| {
            // Five that follow the law, and one that has not learnt the sphere.
            let networks = (0..5).map(|_| network(l, 0.5 * l.powi(-2), 0.004)).chain([network(l, 0.9, 0.006)]);
            ("ELU".to_owned(), 8, networks.collect::<Vec<_>>())
        };
        let few = ("tanh".to_owned(), 8, vec![network(8.0, 0.9, 0.001); 4]);
        let settings = converged(&[setting(1.0), setting(2.0), few, setting(4.0)]);
        assert_eq!(settings.iter().map(Vec::len).collect::<Vec<_>>(), [5, 5, 5]);
        let fit = fit(&settings).unwrap();
        assert!((fit.numbers("exponent").unwrap()[0] + 2.0).abs() < 1e-12);
        assert!((fit.numbers("amplitude").unwrap()[0] - 0.5).abs() < 1e-12);
        let claim = falling_claim(&fit).unwrap();
        assert_eq!(claim.value, "-2.00 (-2.00 to -2.00), 15 converged networks");
        assert_eq!(claim.verdict, Verdict::Holds);
    }

    #[test]
    fn the_least_area_is_that_by_hand() {
        // L = 0: a chord of 1 - √0.15 = 0.612702, squared over 4.
        assert!((least_area(0.0) - 0.093851).abs() < 1e-6);
        assert!((least_area(1.0) - 0.093851 / 4.0).abs() < 1e-6);
    }
}
