//! n-body phase space is the sphere S^{3n-4}: the map onto it, checked on RAMBO events, and the loss against d_l.
//!
//! In the space of momenta that add up to zero, R^{3n-3}, the total energy grows along every ray, so that each ray holds
//! one event: p -> p/|p| is a homeomorphism onto S^{3n-4}. That sphere is embedded in 3n - 3 dimensions and not in its
//! own 3n - 4, so that the loss should drop when d_l reaches 3n - 3. For massless particles |p|² = ΣE², between 1/n, all
//! energies equal, and 1/2, two particles back to back (√s = 1). Losses are means over the 4n components.
//!
//! The four-vectors of n > 2 particles span 4n - 4 dimensions, n - 1 of them for the energies, so that the step to
//! 3n - 3 is one of topology and not of linear algebra; with n = 2 the energies are fixed, and the two agree.

use std::fmt::Write as _;

use datasets::{phase_space, sphere};

use crate::claims::{Claim, Origin};
use crate::config::{Density, Experiment, Inputs, Manifold, Variant};
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{
    Axis, Band, Colour, ColourMap, Dash, Guide, LegendPlace, Line, Marker, Page, Panel, Points, Scale, Steps,
};
use crate::rows::Rows;
use crate::tables::{Table, Tables};
use crate::topology::latent_steps::largest_step;
use crate::{Error, Result};

/// The figure.
pub struct SphereOfEvents;

/// Numbers of particles, each with the latent dimensions that are compared.
const CASES: [(usize, &[i64]); 3] = [(2, &[1, 2, 3, 4]), (3, &[1, 2, 3, 4, 5, 6, 7, 8, 9]), (4, &[7, 8, 9, 10])];
/// An event comes back from the sphere within this, in units of √s.
const ROUND_TRIP: f64 = 1e-10;
/// Least round-trip error shown; smaller ones, such as 0, are counted with it.
const LEAST_ERROR: f64 = 1e-17;
/// Bins of |p|, and bins per decade of the round-trip error.
const BINS: [usize; 2] = [40, 4];

impl Figure for SphereOfEvents {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig19"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colours"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        let fits = |manifold: &Manifold| {
            matches!(manifold, Manifold::PhaseSpace { density: Density::Flat, inputs: Inputs::FourVectors, .. })
        };
        experiment.on("flat phase space, seen as four-vectors", fits)?;
        let latent: Vec<i64> = CASES.iter().flat_map(|(_, dimensions)| dimensions.iter().copied()).collect();
        experiment.with_latent(&latent)?;
        let expected = CASES.iter().flat_map(|(n, dimensions)| dimensions.iter().map(|_| *n));
        for (variant, n) in experiment.variants.iter().zip(expected) {
            if particles(variant)? != n {
                return Err(Error::setting(
                    "data.particles",
                    &variant.name,
                    "this figure compares 2, 3 and 4 particles",
                ));
            }
        }
        experiment.points().map(drop)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let (events, seed) = (experiment.points()?, experiment.first().points()?.seed);
        let trips = CASES.map(|(n, _)| RoundTrip::of(n, events, seed));
        let trips = trips.into_iter().collect::<Result<Vec<_>>>()?;
        let mut rows = Rows::new([], ["particles", "d_l", "seed", "final_validation_loss"]);
        for (variant, ensemble) in experiment.variants.iter().zip(with.ensembles()?) {
            let (n, latent) = (particles(variant)? as f64, variant.latent()? as f64);
            for (seed, history) in ensemble.histories()?.iter().enumerate() {
                let last = history.validation.last().copied().unwrap_or(f64::NAN);
                rows.push([], [n, latent, seed as f64, last]);
            }
        }
        let by_seed = rows.table("by_seed");
        Ok(Tables::new([over_dimensions(&by_seed)?, radii(&trips), errors(&trips), homeomorphism(&trips), by_seed]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let trips = tables.get("homeomorphism")?;
        let mut largest = String::new();
        for (n, error) in trips.numbers("particles")?.iter().zip(trips.numbers("largest_error")?) {
            let _ = write!(largest, "{}n = {n}: {error:.0e}", if largest.is_empty() { "" } else { ", " });
        }
        let back = trips.numbers("largest_error")?.iter().all(|&error| error < ROUND_TRIP);
        let statement = "RAMBO events come back from the sphere";
        let mut claims = vec![Claim::new(
            Origin::identity(
                "each ray of Σp = 0 holds one event, so that the map has an inverse: what is left is rounding",
            ),
            statement,
            largest,
            "largest difference of a component < 1e-10 √s",
            back,
        )];
        let by_seed = tables.get("by_seed")?;
        for (n, dimensions) in CASES {
            let drops = drops(by_seed, n, dimensions)?;
            let expected = 3 * n as i64 - 3;
            let holds: Vec<bool> = drops.iter().map(|&at| at == expected).collect();
            let statement = format!("n = {n}: the loss drops at d_l = 3n - 3 = {expected}, not at {}", expected - 1);
            let range = format!("d_l = {} to {}", dimensions[0], dimensions[dimensions.len() - 1]);
            let bar = format!("the largest step of ln loss within {range} is that to d_l = {expected}");
            let ground = format!(
                "S^{} lies in R^{expected} and not in R^{} (Borsuk-Ulam), so that the tear goes there",
                expected - 1,
                expected - 1
            );
            let claim = Claim::most_seeds(Origin::expected(ground), statement, &holds, bar);
            claims.push(claim.decided_with(experiment.tier, holds.len(), 16, "seeds"));
        }
        Ok(claims)
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let panels = [
            radius_panel(tables.get("radius")?, &palette)?,
            error_panel(tables.get("round_trip")?, &palette)?,
            loss_panel(tables.get("data")?, &palette)?,
        ];
        let footer = label!(
            "right: median and range of {} seeds; dashed: $d_l = 3n-4$, the dimension of the sphere; dotted: $d_l = 3n-3$, where it is embedded",
            experiment.seeds
        );
        Ok(Page::new(panels).columns(3).frame(150.0, 150.0).footer(footer))
    }
}

/// The number of massless particles of a variant.
fn particles(variant: &Variant) -> Result<usize> {
    match &variant.points()?.manifold {
        Manifold::PhaseSpace { masses, .. } if masses.iter().all(|&mass| mass == 0.0) => Ok(masses.len()),
        _ => Err(Error::setting("data", "another data set", "this figure is about massless particles")),
    }
}

/// Events of n particles, taken to the sphere and back.
struct RoundTrip {
    particles: usize,
    /// Largest difference of a component of each event, in units of √s.
    errors: Vec<f64>,
    /// |p| of each event, and of events that are uniform on the sphere.
    radii: [Vec<f64>; 2],
}

impl RoundTrip {
    fn of(particles: usize, events: usize, seed: u64) -> Result<Self> {
        let mut generator = random::stream(seed, "round trip", particles as u64);
        let flat = phase_space::rambo(particles, 1.0, events, &mut generator)?;
        let masses = vec![0.0; particles];
        let back = phase_space::from_sphere(&phase_space::to_sphere(&flat)?, &masses, 1.0)?;
        let error = |(event, back): (ndarray::ArrayView2<f64>, ndarray::ArrayView2<f64>)| {
            event.iter().zip(back).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
        };
        let errors = flat.outer_iter().zip(back.outer_iter()).map(error).collect();
        let directions = sphere::sample(events, 3 * particles - 4, &mut generator)?;
        let uniform = phase_space::from_sphere(&directions, &masses, 1.0)?;
        let radius = |event: ndarray::ArrayView2<f64>| event.column(0).iter().map(|e| e * e).sum::<f64>().sqrt();
        let radii = [flat, uniform].map(|events| events.outer_iter().map(radius).collect());
        Ok(Self { particles, errors, radii })
    }
}

/// Shares of the values between each two of the edges, divided by `width`.
fn histogram(values: &[f64], edges: &[f64], width: f64) -> Vec<f64> {
    let mut counts = vec![0.0; edges.len() - 1];
    for value in values {
        let bin = edges.partition_point(|edge| edge <= value).saturating_sub(1);
        counts[bin.min(edges.len() - 2)] += 1.0 / (values.len() as f64 * width);
    }
    counts
}

/// Densities of |p|: of flat phase space, and uniform on the sphere. Two particles have |p| = 1/√2 and no width.
fn radii(trips: &[RoundTrip]) -> Table {
    let mut rows = Rows::new([], ["particles", "low", "high", "density_flat", "density_uniform_on_sphere"]);
    for RoundTrip { particles, radii: [flat, uniform], .. } in trips.iter().filter(|trip| trip.particles > 2) {
        let (low, high) = (1.0 / (*particles as f64).sqrt(), 1.0 / 2f64.sqrt());
        let width = (high - low) / BINS[0] as f64;
        let edges: Vec<f64> = (0..=BINS[0]).map(|edge| low + width * edge as f64).collect();
        let [flat, uniform] = [flat, uniform].map(|radii| histogram(radii, &edges, width));
        for bin in 0..BINS[0] {
            rows.push([], [*particles as f64, edges[bin], edges[bin + 1], flat[bin], uniform[bin]]);
        }
    }
    rows.table("radius")
}

/// Shares of events by the decadic logarithm of the round-trip error.
fn errors(trips: &[RoundTrip]) -> Table {
    let (from, to) = (LEAST_ERROR.log10(), ROUND_TRIP.log10() + 1.0);
    let bins = ((to - from) * BINS[1] as f64).round() as usize;
    let edges: Vec<f64> = (0..=bins).map(|edge| from + edge as f64 / BINS[1] as f64).collect();
    let mut rows = Rows::new([], ["particles", "low_log10", "high_log10", "share"]);
    for trip in trips {
        let logarithms: Vec<f64> = trip.errors.iter().map(|error| error.max(LEAST_ERROR).log10()).collect();
        for (bin, share) in histogram(&logarithms, &edges, 1.0).into_iter().enumerate() {
            rows.push([], [trip.particles as f64, edges[bin], edges[bin + 1], share]);
        }
    }
    rows.table("round_trip")
}

/// What the map does to the events, in numbers.
fn homeomorphism(trips: &[RoundTrip]) -> Table {
    let column = |of: &dyn Fn(&RoundTrip) -> f64| -> Vec<f64> { trips.iter().map(of).collect() };
    Table::new("homeomorphism")
        .with("particles", column(&|trip| trip.particles as f64))
        .with("dimension_of_sphere", column(&|trip| (3 * trip.particles - 4) as f64))
        .with("largest_error", column(&|trip| trip.errors.iter().copied().fold(0.0, f64::max)))
        .with("smallest_radius", column(&|trip| trip.radii[0].iter().copied().fold(f64::INFINITY, f64::min)))
        .with("largest_radius", column(&|trip| trip.radii[0].iter().copied().fold(0.0, f64::max)))
}

/// Median and range over seeds of the final loss, for each number of particles and latent dimension.
fn over_dimensions(by_seed: &Table) -> Result<Table> {
    let mut rows = Rows::new([], ["particles", "d_l", "median", "lowest", "highest"]);
    for (n, dimensions) in CASES {
        for (latent, losses) in dimensions.iter().zip(losses(by_seed, n, dimensions)?) {
            let [median, lowest, highest] = [0.5, 0.0, 1.0].map(|level| metrics::quantile(&losses, level));
            rows.push([], [n as f64, *latent as f64, median?, lowest?, highest?]);
        }
    }
    Ok(rows.table("data"))
}

/// The final losses of all seeds, one row a latent dimension.
fn losses(by_seed: &Table, n: usize, dimensions: &[i64]) -> Result<Vec<Vec<f64>>> {
    let [particles, latent, losses] =
        ["particles", "d_l", "final_validation_loss"].map(|column| by_seed.numbers(column));
    let (particles, latent, losses) = (particles?, latent?, losses?);
    let of = |dimension: &i64| {
        let wanted = |row: &usize| particles[*row] == n as f64 && latent[*row] == *dimension as f64;
        (0..losses.len()).filter(wanted).map(|row| losses[row]).collect()
    };
    Ok(dimensions.iter().map(of).collect())
}

/// For each seed, the latent dimension at which ln loss falls most from the one before.
fn drops(by_seed: &Table, n: usize, dimensions: &[i64]) -> Result<Vec<i64>> {
    let losses = losses(by_seed, n, dimensions)?;
    let of_seed = |seed: usize| -> Vec<f64> { losses.iter().map(|losses| losses[seed]).collect() };
    Ok((0..losses[0].len()).map(|seed| largest_step(dimensions, &of_seed(seed))).collect())
}

/// |p|, which is one number in each direction, between its bounds.
fn radius_panel(table: &Table, palette: &Palette) -> Result<Panel> {
    let densities = [table.numbers("density_flat")?, table.numbers("density_uniform_on_sphere")?].concat();
    let top = 1.1 * densities.into_iter().fold(0.0, f64::max);
    let mut panel = Panel::new(Axis::linear("$|p|$ ($√s$)", 0.48, 0.73), Axis::linear("density", 0.0, top))
        .title("radius of the sphere of events")
        .with(Guide::vertical(1.0 / 2f64.sqrt()).colour(palette.line(0)).label("$n = 2$"));
    for (index, n) in [(1, 3.0), (2, 4.0)] {
        let column = |name| table.numbers_at(name, "particles", n);
        let mut edges = column("low")?;
        edges.extend(column("high")?.last());
        let steps = |heights: &[f64]| Steps::new(&edges, heights).colour(palette.line(index));
        panel = panel.with(steps(&column("density_flat")?).filled(0.2).label(label!("$n = {}$, flat", n))).with(
            steps(&column("density_uniform_on_sphere")?).dash(Dash::Dashed).label(label!(
                "$n = {}$, uniform on $S^{}$",
                n,
                3.0 * n - 4.0
            )),
        );
    }
    Ok(panel.legend(LegendPlace::Above))
}

/// How far an event is from itself after the way to the sphere and back.
fn error_panel(table: &Table, palette: &Palette) -> Result<Panel> {
    let power = |logarithm: f64| 10f64.powf(logarithm);
    let top = 1.15 * table.numbers("share")?.iter().copied().fold(0.0, f64::max);
    let x = Axis::logarithmic("round-trip error ($√s$)", LEAST_ERROR, 10.0 * ROUND_TRIP);
    let mut panel = Panel::new(x, Axis::linear("share of events", 0.0, top))
        .title("to the sphere and back")
        .with(Guide::vertical(ROUND_TRIP).colour(Colour::BLACK).label("bar of the claim"));
    for (index, (n, _)) in CASES.into_iter().enumerate() {
        let column = |name| table.numbers_at(name, "particles", n as f64);
        let mut edges = column("low_log10")?;
        edges.extend(column("high_log10")?.last());
        let edges: Vec<f64> = edges.into_iter().map(power).collect();
        let steps = Steps::new(&edges, &column("share")?).series(index).colour(palette.line(index));
        panel = panel.with(steps.label(label!("$n = {}$, $S^{}$", n, 3 * n - 4)));
    }
    Ok(panel.legend(LegendPlace::Above))
}

/// The loss against d_l.
fn loss_panel(table: &Table, palette: &Palette) -> Result<Panel> {
    let shown = [table.numbers("lowest")?, table.numbers("highest")?].concat();
    let (bottom, top) = Scale::Log10.limits_covering(&shown).unwrap_or((1e-7, 1.0));
    let mut panel =
        Panel::new(Axis::linear("$d_l$", 0.5, 10.5), Axis::logarithmic("validation loss (mean)", bottom, top))
            .title("autoencoder, $4n$ inputs");
    for (index, (n, _)) in CASES.into_iter().enumerate() {
        let column = |name| table.numbers_at(name, "particles", n as f64);
        let (latent, median, colour) = (column("d_l")?, column("median")?, palette.line(index));
        let embedded = (3 * n - 3) as f64;
        panel = panel
            .with(Guide::vertical(embedded - 1.0).colour(colour).dash(Dash::Dashed))
            .with(Guide::vertical(embedded).colour(colour).dash(Dash::Dotted))
            .with(Band::new(&latent, &column("lowest")?, &column("highest")?).colour(colour).opacity(0.25))
            .with(Line::new(&latent, &median).colour(colour))
            .with(
                Points::new(&latent, &median)
                    .colour(colour)
                    .marker(Marker::of_series(index))
                    .radius(2.2)
                    .label(label!("$n = {}$", n)),
            );
    }
    Ok(panel.legend(LegendPlace::Above))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_each_value_once_and_keeps_those_at_the_ends() {
        assert_eq!(histogram(&[0.0, 0.5, 1.0, 2.0], &[0.0, 1.0, 2.0], 1.0), [0.5, 0.5]);
        assert_eq!(histogram(&[-1.0, 3.0], &[0.0, 1.0, 2.0], 0.5), [1.0, 1.0]);
    }

    #[test]
    fn the_radius_of_an_event_lies_between_its_bounds() {
        for n in [2, 3, 4] {
            let trip = RoundTrip::of(n, 500, 1).unwrap();
            let (low, high) = (1.0 / (n as f64).sqrt() - 1e-12, 1.0 / 2f64.sqrt() + 1e-12);
            assert!(trip.radii.iter().flatten().all(|radius| (low..=high).contains(radius)), "{n}");
        }
    }

    #[test]
    fn flat_events_are_softer_than_events_uniform_on_the_sphere() {
        // The flat density is that of the sphere times |p|^6 / (E_1 E_2 E_3), which grows with |p|.
        let trip = RoundTrip::of(3, 5000, 2).unwrap();
        let [flat, uniform] = trip.radii.map(|radii| metrics::mean(&radii).unwrap());
        // The spread of |p| is below 0.04: five standard deviations of a difference of means of 5000 are 0.004.
        assert!(flat > uniform + 0.004, "{flat} {uniform}");
    }

    #[test]
    fn the_drop_is_where_the_logarithm_falls_most() {
        let table = Table::new("by_seed")
            .with("particles", vec![2.0; 8])
            .with("d_l", vec![1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0])
            .with("seed", vec![0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0])
            .with("final_validation_loss", vec![1.0, 1.0, 0.1, 0.9, 0.005, 0.1, 0.004, 0.001]);
        assert_eq!(drops(&table, 2, &[1, 2, 3, 4]).unwrap(), [3, 4]);
    }
}
