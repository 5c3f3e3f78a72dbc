//! 3-body phase space: the loss by region of the Dalitz triangle and by the energy of the softest particle, and its bound.
//!
//! All test events are of the training measure, so that none is an anomaly. Parity, p -> -p, is the antipode of S^5: with
//! d_l <= 5 a continuous encoder gives some event and its mirror image one code (Borsuk-Ulam), and one of the two is
//! reconstructed with a squared error of at least |p|² = ΣE² >= 1/3 (√s = 1): as a mean over 12 components, 1/36. Where
//! a particle is soft the light cone has its tip, which a smooth network rounds off, whatever d_l is. With d_l = 5 the
//! tear adds events of large loss everywhere, in the centre of the triangle too: how far the corners' events pass for
//! anomalies is asked of all pairs, by the AUC of corner events against those of the centre, and not of the centre's
//! largest losses, which the tear sets.

use metrics::AucWithError;
use ndarray::Array2;

use crate::Result;
use crate::claims::{Claim, Origin};
use crate::config::{Experiment, Inputs};
use crate::figure::{Ensemble, Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{
    Axis, Band, ColourMap, ColourScale, Dash, ErrorBars, Guide, LegendPlace, Line, Marker, Page, Panel, Points, Scale,
    Ticks,
};
use crate::rows::Rows;
use crate::tables::{Table, Tables};
use crate::topology::dalitz::{
    Region, TestSet, axes, boundary, is_flat_three_body, logarithms, mean_where, uniform_test_set, values_where,
};
use crate::topology::parity_bound::{BOUND, bound_claim, largest_squared_errors};

/// The figure.
pub struct SoftCorners;

/// The latent dimensions compared: one too few for S^5, and enough.
const DIMENSIONS: [i64; 2] = [5, 6];
/// Corner events count as false anomalies from this AUC on: that of normal distributions of one width, the mean of the one
/// at the 95 % quantile of the other, Φ(1.645/√2).
const FALSE_ANOMALIES: f64 = 0.88;
/// Standard errors to both ends of an interval of 95 %.
const INTERVAL: f64 = 1.96;
/// Events drawn in the triangle.
const DRAWN: usize = 4000;
/// Bins of the softest particle's energy, from 0 to √s/3.
const BINS: usize = 16;

/// Where the regions stand along an axis, in the order of [`Region::ALL`], and what they are called there.
const PLACES: [(f64, &str); 6] =
    [(0.0, "centre"), (1.5, "between"), (2.9, "edges"), (3.9, "$Z$"), (4.7, "$Y_1$"), (5.5, "$Y_2$")];

/// The test set's losses, of the members with one latent dimension.
struct Losses {
    /// Natural logarithms, one row a seed.
    ln: Vec<Vec<f64>>,
    /// The largest squared error of each seed, by gradient ascent.
    largest: Vec<f64>,
}

impl Figure for SoftCorners {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig23"
    }

    fn version(&self) -> u32 {
        2
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colours", "draw.colour_map"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        experiment.on("flat 3-body phase space, seen as four-vectors", is_flat_three_body)?;
        experiment.with_latent(&DIMENSIONS)?;
        experiment.points().map(drop)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let points = experiment.first().points()?;
        let test = uniform_test_set(experiment.points()?, points.seed)?;
        let grid = points.test(2 * experiment.points()?)?;
        let losses: Vec<Losses> = with.ensembles()?.iter().map(|ensemble| Losses::of(ensemble, &test, &grid)).collect();
        Ok(Tables::new([
            over_triangle(&test, &losses[0]),
            by_energy(&softest(&test), &losses)?,
            by_region(&test, &losses)?,
            by_seed(&test, &losses)?,
        ]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let ranks = table.numbers_at("rank_correlation", "d_l", 5.0)?;
        let largest = table.numbers_at("largest_squared_error", "d_l", 5.0)?;
        let falls: Vec<bool> = ranks.iter().map(|&rank| rank < 0.0).collect();
        let mut softer = Claim::every_seed(
            Origin::expected("the nearer the tip of the light cone, the more a smooth network rounds it off"),
            "the softer the softest particle, the larger the loss (d_l = 5)",
            &falls,
            "rank correlation of its energy and the loss < 0",
        );
        softer.value += &format!(", median {:.2}", metrics::median(&ranks)?);
        // Retired: the mean of the corners above the 95 % quantile of the centre. With d_l = 5 that quantile is one of events
        // at the tear, and says nothing of the corners.
        let claims = [
            false_anomalies(table, 5, "the soft corners are false anomalies (d_l = 5)")?,
            false_anomalies(table, 6, "and so they are where S^5 can be embedded (d_l = 6)")?,
            softer,
            bound_claim(&largest, "d_l = 5, Borsuk-Ulam")?,
        ];
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, ranks.len(), 16, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let panels = [
            triangle(tables.get("data")?, &palette)?,
            energies(tables, &palette)?,
            regions(tables, &palette)?,
            suprema(tables.get("by_seed")?, &palette)?,
        ];
        let seeds = experiment.seeds;
        let footer = label!(
            "upper left: true positions, $d_l = 5$, mean of Log(Loss) over {} seeds; upper right: median and 16 % to 84 % of \
             events and seeds; lower left: median and range of {} seeds, median AUC of corners against centre; loss: mean \
             over 12 components",
            seeds,
            seeds
        );
        Ok(Page::new(panels).frame(180.0, 155.0).title("3-body phase space: no event is an anomaly").footer(footer))
    }
}

impl Losses {
    fn of(ensemble: &Ensemble, test: &TestSet, grid: &Array2<f64>) -> Self {
        let losses = ensemble.losses(&Inputs::FourVectors.of(&test.events));
        Self {
            ln: losses.iter().map(|losses| logarithms(losses)).collect(),
            largest: largest_squared_errors(ensemble, grid),
        }
    }
}

/// The claim that events in the corners pass for anomalies beside those of the centre.
fn false_anomalies(table: &Table, latent: i64, statement: &str) -> Result<Claim> {
    let column = |name: &str| table.numbers_at(name, "d_l", latent as f64);
    let (aucs, errors) = (column("corner_auc")?, column("corner_auc_error")?);
    let pairs = aucs.iter().zip(&errors);
    let mut claim = Claim::most_seeds(
        Origin::expected(
            "a soft particle is at the tip of the light cone, which a smooth network rounds off; 0.88 is where the mean of one \
             normal distribution is at the 95 % quantile of another one",
        ),
        statement,
        &pairs.map(|(auc, error)| auc - INTERVAL * error > FALSE_ANOMALIES).collect::<Vec<_>>(),
        format!("AUC of corner events against centre events above {FALSE_ANOMALIES} with its 95 % interval"),
    );
    let (auc, error) = (metrics::median(&aucs)?, metrics::median(&errors)?);
    claim.value += &format!(", median AUC {auc:.3} ± {:.3} (95 %)", INTERVAL * error);
    Ok(claim)
}

/// Twice the energy of each event's softest particle, in units of √s: 0 to 2/3.
fn softest(test: &TestSet) -> Vec<f64> {
    let [s_yy, s_yz] = &test.masses;
    s_yy.iter().zip(s_yz).map(|(s_yy, s_yz)| 1.0 - s_yy.max(*s_yz).max(1.0 - s_yy - s_yz)).collect()
}

/// True positions with the mean over seeds of ln loss.
fn over_triangle(test: &TestSet, losses: &Losses) -> Table {
    let n = DRAWN.min(test.regions.len());
    let mean = |event: usize| losses.ln.iter().map(|ln| ln[event]).sum::<f64>() / losses.ln.len() as f64;
    let [s_yy, s_yz] = &test.masses;
    Table::new("data")
        .with("s_yy", &s_yy[..n])
        .with("s_yz", &s_yz[..n])
        .with("mean_ln_loss", (0..n).map(mean).collect::<Vec<_>>())
}

/// Quantiles of ln loss over the events and seeds of each bin of the softest particle's energy; empty bins are left out.
fn by_energy(twice_energy: &[f64], losses: &[Losses]) -> Result<Table> {
    let width = 2.0 / 3.0 / BINS as f64;
    let mut rows = Rows::new([], ["d_l", "twice_softest_energy", "median", "low", "high", "events"]);
    for (latent, losses) in DIMENSIONS.iter().zip(losses) {
        for bin in 0..BINS {
            let inside = |event: &usize| (twice_energy[*event] / width) as usize == bin;
            let events: Vec<usize> = (0..twice_energy.len()).filter(inside).collect();
            if events.is_empty() {
                continue;
            }
            let ln: Vec<f64> = losses.ln.iter().flat_map(|ln| events.iter().map(|&event| ln[event])).collect();
            let [low, median, high] = [0.16, 0.5, 0.84].map(|level| metrics::quantile(&ln, level));
            let row = [*latent as f64, (bin as f64 + 0.5) * width, median?, low?, high?, events.len() as f64];
            rows.push([], row);
        }
    }
    Ok(rows.table("by_energy"))
}

/// Mean ln loss in each region: median and range over seeds.
fn by_region(test: &TestSet, losses: &[Losses]) -> Result<Table> {
    let mut rows = Rows::new(["region"], ["d_l", "median", "lowest", "highest"]);
    for (latent, losses) in DIMENSIONS.iter().zip(losses) {
        for region in Region::ALL.into_iter().filter(|region| test.regions.contains(region)) {
            let means = losses.ln.iter().map(|ln| mean_where(&test.regions, ln, |other| other == region));
            let means: Vec<f64> = means.collect();
            let [median, lowest, highest] = [0.5, 0.0, 1.0].map(|level| metrics::quantile(&means, level));
            rows.push([region.name()], [*latent as f64, median?, lowest?, highest?]);
        }
    }
    Ok(rows.table("by_region"))
}

/// What the claims use, of each seed.
fn by_seed(test: &TestSet, losses: &[Losses]) -> Result<Table> {
    let twice_energy = softest(test);
    let names = [
        "d_l",
        "seed",
        "centre_median",
        "corner_median",
        "corner_auc",
        "corner_auc_error",
        "rank_correlation",
        "largest_squared_error",
    ];
    let mut rows = Rows::new([], names);
    for (latent, losses) in DIMENSIONS.iter().zip(losses) {
        for (seed, (ln, largest)) in losses.ln.iter().zip(&losses.largest).enumerate() {
            let centre = values_where(&test.regions, ln, |region| region == Region::Centre);
            let corners = values_where(&test.regions, ln, Region::is_corner);
            let AucWithError { auc, error } = metrics::auc_with_error(&corners, &centre)?;
            let rank = metrics::rank_correlation(&twice_energy, ln)?;
            let (centre, corners) = (metrics::median(&centre)?, metrics::median(&corners)?);
            rows.push([], [*latent as f64, seed as f64, centre, corners, auc, error, rank, *largest]);
        }
    }
    Ok(rows.table("by_seed"))
}

/// Where in the triangle the loss is large.
fn triangle(data: &Table, palette: &Palette) -> Result<Panel> {
    let ln_loss = data.numbers("mean_ln_loss")?;
    let (low, high) = ln_loss.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &x| (l.min(x), h.max(x)));
    let points = Points::new(data.numbers("s_yy")?, data.numbers("s_yz")?).radius(1.1);
    let [x, y] = axes([-0.05, 1.05]);
    let panel = Panel::new(x, y).with(points.by_value(ln_loss, ColourScale::linear(palette.map, low, high)));
    Ok(panel.with(boundary()).colour_bar("Log(Loss)").equal_aspect())
}

/// The loss against the energy of the softest particle.
fn energies(tables: &Tables, palette: &Palette) -> Result<Panel> {
    let [table, seeds] = [tables.get("by_energy")?, tables.get("by_seed")?];
    let shown = [table.numbers("low")?, table.numbers("high")?].concat();
    let (bottom, top) = Scale::Linear.limits_covering(&shown).unwrap_or((-15.0, 0.0));
    let mut panel = Panel::new(Axis::linear("$2E$_{min}$/√s$", 0.0, 2.0 / 3.0), Axis::linear("Log(Loss)", bottom, top));
    for (index, latent) in DIMENSIONS.into_iter().enumerate() {
        let column = |name| table.numbers_at(name, "d_l", latent as f64);
        let (x, colour, dash) = (column("twice_softest_energy")?, palette.line(index), Dash::of_series(index));
        let centre = metrics::median(&seeds.numbers_at("centre_median", "d_l", latent as f64)?)?;
        panel = panel
            .with(Band::new(&x, &column("low")?, &column("high")?).colour(colour).opacity(0.2))
            .with(Line::new(&x, &column("median")?).colour(colour).dash(dash).label(label!("$d_l = {}$", latent)))
            .with(Guide::horizontal(centre).colour(colour).dash(Dash::Dotted).label("median of the centre"));
    }
    Ok(panel.legend(LegendPlace::Above))
}

/// The mean loss by region.
fn regions(tables: &Tables, palette: &Palette) -> Result<Panel> {
    let [table, seeds] = [tables.get("by_region")?, tables.get("by_seed")?];
    let shown = [table.numbers("lowest")?, table.numbers("highest")?].concat();
    let (bottom, top) = Scale::Linear.limits_covering(&shown).unwrap_or((-15.0, 0.0));
    let place = |name: &str| Region::ALL.iter().position(|region| region.name() == name).map_or(0.0, |i| PLACES[i].0);
    let major = PLACES.map(|(place, label)| (place, label.into())).to_vec();
    let label = "region (corners: the soft particle)";
    let x = Axis::linear(label, -0.7, 6.0).ticks(Ticks::At { major, minor: Vec::new() });
    let mut panel = Panel::new(x, Axis::linear("mean Log(Loss)", bottom, top));
    let all = table.numbers("d_l")?;
    for (index, latent) in DIMENSIONS.into_iter().enumerate() {
        let column = |name| table.numbers_at(name, "d_l", latent as f64);
        let names = table.texts("region")?.iter().zip(all).filter(|(_, d_l)| **d_l == latent as f64);
        let x: Vec<f64> = names.map(|(name, _)| place(name) + 0.2 * index as f64 - 0.1).collect();
        let points = Points::new(&x, &column("median")?).marker(Marker::of_series(index)).radius(2.4);
        let auc = metrics::median(&seeds.numbers_at("corner_auc", "d_l", latent as f64)?)?;
        panel = panel
            .with(ErrorBars::new(&x, &column("lowest")?, &column("highest")?).colour(palette.line(index)))
            .with(points.colour(palette.line(index)).label(label!("$d_l = {}$: AUC {:.3}", latent, auc)));
    }
    Ok(panel.legend(LegendPlace::Above))
}

/// The largest squared error of each seed, with the theorem's bound.
fn suprema(table: &Table, palette: &Palette) -> Result<Panel> {
    let largest = table.numbers("largest_squared_error")?;
    let shown = [largest, &[BOUND]].concat();
    let (bottom, top) = Scale::Log10.limits_covering(&shown).unwrap_or((1e-3, 1.0));
    let seeds = table.numbers_at("seed", "d_l", DIMENSIONS[0] as f64)?;
    let mut panel = Panel::new(
        Axis::linear("seed", -0.8, seeds.len() as f64 - 0.2),
        Axis::logarithmic("largest squared error", bottom, 2.0 * top),
    );
    for (index, latent) in DIMENSIONS.into_iter().enumerate() {
        let largest = table.numbers_at("largest_squared_error", "d_l", latent as f64)?;
        let points = Points::new(&seeds, &largest).marker(Marker::of_series(index)).radius(2.2);
        panel = panel.with(points.colour(palette.line(index)).label(label!("$d_l = {}$", latent)));
    }
    let bound = Guide::horizontal(BOUND).label("Borsuk–Ulam: ≥ 1/3 for $d_l ≤ 5$");
    Ok(panel.with(bound).legend(LegendPlace::Above))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;

    #[test]
    fn the_softest_particle_has_the_least_energy() {
        let test = uniform_test_set(100, 2).unwrap();
        for (event, twice) in test.events.outer_iter().zip(softest(&test)) {
            let least = event.column(0).iter().copied().fold(f64::INFINITY, f64::min);
            assert!((2.0 * least - twice).abs() < 1e-12);
        }
    }

    #[test]
    fn the_bins_of_the_energy_hold_every_event_once() {
        let test = uniform_test_set(500, 3).unwrap();
        let losses = || Losses { ln: vec![vec![-9.0; 500]; 2], largest: vec![1.0; 2] };
        let table = by_energy(&softest(&test), &[losses(), losses()]).unwrap();
        assert_eq!(table.numbers_at("events", "d_l", 5.0).unwrap().iter().sum::<f64>(), 500.0);
        assert!(table.numbers("median").unwrap().iter().all(|&median| median == -9.0));
    }

    #[test]
    fn corners_are_held_against_the_centre_in_pairs() {
        let test = uniform_test_set(500, 4).unwrap();
        let ln: Vec<f64> = softest(&test).iter().map(|twice| -10.0 - twice).collect();
        let losses = || Losses { ln: vec![ln.clone()], largest: vec![0.5] };
        let table = by_seed(&test, &[losses(), losses()]).unwrap();
        assert_eq!(table.numbers("rank_correlation").unwrap(), [-1.0, -1.0]);
        // Every event of a corner is softer than every one of the centre.
        assert_eq!(table.numbers("corner_auc").unwrap(), [1.0, 1.0]);
        // A tear through an eighth of the centre moves its 95 % quantile above all corners, and the AUC by an eighth.
        let mut centre = (0..500).filter(|&event| test.regions[event] == Region::Centre);
        let mut torn = ln.clone();
        let count = test.regions.iter().filter(|&&region| region == Region::Centre).count() / 8;
        centre.by_ref().take(count).for_each(|event| torn[event] = 0.0);
        let of = || Losses { ln: vec![torn.clone()], largest: vec![0.5] };
        let auc = by_seed(&test, &[of(), of()]).unwrap().numbers("corner_auc").unwrap()[0];
        let all = test.regions.iter().filter(|&&region| region == Region::Centre).count();
        assert!((auc - (1.0 - count as f64 / all as f64)).abs() < 1e-12, "{auc}");
    }

    #[test]
    fn the_lower_end_of_the_interval_decides() {
        let verdict = |auc: f64, error: f64| {
            let table = Table::new("by_seed")
                .with("d_l", vec![5.0; 6])
                .with("corner_auc", vec![auc; 6])
                .with("corner_auc_error", vec![error; 6]);
            false_anomalies(&table, 5, "").unwrap().verdict
        };
        // 0.9 - 1.96 · 0.01 = 0.8804 and 0.9 - 1.96 · 0.011 = 0.8784.
        assert_eq!(verdict(0.9, 0.01), Verdict::Holds);
        assert_eq!(verdict(0.9, 0.011), Verdict::Fails);
    }
}
