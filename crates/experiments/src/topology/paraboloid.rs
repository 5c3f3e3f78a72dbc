//! What the figures of the paraboloid share: its losses by the distance from the axis, and its picture from above.

use datasets::paraboloid::Paraboloid;
use ndarray::Array2;

use super::spread::bands;
use crate::config::{Experiment, Manifold};
use crate::figure::Palette;
use crate::plot::{Axis, Band, ColourScale, LegendPlace, Line, Panel, Points, Scale};
use crate::tables::Table;
use crate::{Error, Result};

/// The rim begins at this share of the surface's radius.
pub const RIM: f64 = 0.9;
/// Rings of the profile.
const RINGS: usize = 40;

/// The surface that an experiment's first variant is trained on.
///
/// # Errors
/// [`Error::Setting`] if its data set is another one.
pub fn surface(experiment: &Experiment) -> Result<Paraboloid> {
    match experiment.first().points()?.manifold {
        Manifold::Paraboloid { radius, hole, height } => Ok(Paraboloid { radius, hole, height }),
        _ => Err(Error::setting("data.kind", "another data set", "this figure is about the paraboloid")),
    }
}

/// `n` points uniform in the disc r < `radius`, the hole included, lifted onto `surface`; `purpose` names their stream.
///
/// # Errors
/// [`Error::Data`] for no points.
pub fn disc(surface: &Paraboloid, radius: f64, n: usize, seed: u64, purpose: &str) -> Result<Array2<f64>> {
    Ok(surface.lift(&datasets::disc::sample(n, radius, &mut random::stream(seed, purpose, 0))?)?)
}

/// The distance of each of `points`, `[n, 3]`, from the axis.
pub fn radii(points: &Array2<f64>) -> Vec<f64> {
    points.rows().into_iter().map(|point| point[0].hypot(point[1])).collect()
}

/// The losses of the points whose distance from the axis is in `[low, high)`.
pub fn between(radii: &[f64], losses: &[f64], low: f64, high: f64) -> Vec<f64> {
    radii.iter().zip(losses).filter(|(r, _)| (low..high).contains(*r)).map(|(_, loss)| *loss).collect()
}

/// Mean loss in rings of equal width from 0 to `radius`: of the first seed, and median and band over `losses`, a list a
/// seed. A ring without a point is left out.
///
/// # Errors
/// [`Error::Metric`] if a loss is not finite.
pub fn by_radius(radius: f64, radii: &[f64], losses: &[Vec<f64>]) -> Result<Table> {
    let edge = |ring: usize| radius * ring as f64 / RINGS as f64;
    let held: Vec<usize> =
        (0..RINGS).filter(|&ring| !between(radii, radii, edge(ring), edge(ring + 1)).is_empty()).collect();
    let means = |losses: &Vec<f64>| -> Result<Vec<f64>> {
        let mean = |ring: &usize| metrics::mean(&between(radii, losses, edge(*ring), edge(*ring + 1)));
        Ok(held.iter().map(mean).collect::<std::result::Result<_, _>>()?)
    };
    let means = losses.iter().map(means).collect::<Result<Vec<_>>>()?;
    let [median, low, high] = bands(&means)?;
    let column =
        |offset: f64| -> Vec<f64> { held.iter().map(|&r| radius * (r as f64 + offset) / RINGS as f64).collect() };
    Ok(Table::new("by_radius")
        .with("r_low", column(0.0))
        .with("r_high", column(1.0))
        .with("first_seed", means[0].clone())
        .with("median", median)
        .with("low", low)
        .with("high", high))
}

/// Points of the table `data` (x, y, loss) seen along the axis, coloured by their loss.
///
/// # Errors
/// [`Error::Column`] if a column is missing.
pub fn from_above(data: &Table, radius: f64, scale: ColourScale) -> Result<Panel> {
    let points = Points::new(data.numbers("x")?, data.numbers("y")?).radius(1.3).by_value(data.numbers("loss")?, scale);
    Ok(Panel::new(Axis::linear("$x$", -radius, radius), Axis::linear("$y$", -radius, radius))
        .with(points)
        .equal_aspect())
}

/// The table of [`by_radius`]: mean loss over the distance from the axis, with the spread of the seeds.
///
/// # Errors
/// [`Error::Column`] if a column is missing.
pub fn profile(table: &Table, radius: f64, palette: &Palette) -> Result<Panel> {
    let column = |name: &str| table.numbers(name);
    let middle: Vec<f64> =
        column("r_low")?.iter().zip(column("r_high")?).map(|(low, high)| 0.5 * (low + high)).collect();
    let all = [column("low")?, column("high")?, column("first_seed")?].concat();
    let (low, high) = Scale::Log10.limits_covering(&all).unwrap_or((1e-9, 1.0));
    let band = Band::new(&middle, column("low")?, column("high")?).colour(palette.line(0)).opacity(0.3);
    let first = Line::new(&middle, column("first_seed")?).colour(palette.line(1)).width(0.8);
    Ok(Panel::new(
        Axis::linear("distance from the axis, $r$", 0.0, radius),
        Axis::logarithmic("mean loss in rings", low, high),
    )
    .with(band.label("16 % to 84 % of seeds"))
    .with(Line::new(&middle, column("median")?).colour(palette.line(0)).label("median of seeds"))
    .with(first.label("first seed"))
    .legend(LegendPlace::Above))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_of_the_disc_are_lifted_with_the_hole() {
        let surface = Paraboloid { radius: 2.0, hole: 0.2, height: 0.25 };
        let points = disc(&surface, 0.2, 50, 1, "points in the hole").unwrap();
        assert!(radii(&points).iter().all(|r| *r < 0.2));
        assert!(points.rows().into_iter().all(|p| (p[2] - 0.25 * (p[0] * p[0] + p[1] * p[1])).abs() < 1e-15));
    }

    #[test]
    fn rings_are_averaged_and_empty_ones_left_out() {
        // Rings of width 0.05: two points in the first, one in the last.
        let radii = [0.01, 0.02, 1.99];
        let table = by_radius(2.0, &radii, &[vec![1.0, 3.0, 7.0], vec![3.0, 5.0, 9.0]]).unwrap();
        assert_eq!(table.numbers("first_seed").unwrap(), [2.0, 7.0]);
        assert_eq!(table.numbers("median").unwrap(), [3.0, 8.0]);
        assert_eq!(table.numbers("r_low").unwrap(), [0.0, 1.95]);
    }
}
