//! S², d_l = 3: the loss on the sphere and off it, in a slice through the ball.
//!
//! With as many latent dimensions as the surrounding space has, nothing need be torn, and the network learns more than
//! the sphere: the ball inside is reconstructed too, far from every training point.

use datasets::sphere::fibonacci;
use ndarray::Array2;

use super::sphere::{self, Cells};
use super::spread::bands;
use crate::Result;
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Ensemble, Evaluator, Figure, Palette};
use crate::plot::{
    Axis, Band, Colour, ColourMap, ColourScale, Dash, Guide, Image, LegendPlace, Line, Page, Panel, Region, Stroke,
};
use crate::tables::{Table, Tables};

/// The figure.
pub struct BallAndSphere;

/// Half the side of the slice.
const HALF_WIDTH: f64 = 1.5;
/// Cells along a side of the slice.
const SIDE: usize = 100;
/// Directions over which the loss is averaged at one radius.
const DIRECTIONS: usize = 500;
/// Radii from 0 to [`HALF_WIDTH`] at which it is.
const RADII: usize = 61;
/// Points with a smaller radius lie inside.
const INSIDE: f64 = 0.9;
/// The inside is reconstructed if its loss is below this share of what projecting onto the sphere would give.
const RECONSTRUCTED: f64 = 0.1;
/// Losses at the ends of the colours.
const COLOURS: (f64, f64) = (1e-6, 1e-1);

/// The losses of one seed's network.
struct Losses {
    /// On the sphere, by gradient ascent.
    largest: f64,
    /// On the sphere.
    median: f64,
    centre: f64,
    /// Mean over the ball r < 0.9.
    inside: f64,
}

impl Figure for BallAndSphere {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig12"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colours", "draw.colour_map"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        sphere::check(experiment, 3)?;
        Cells::new(experiment).map(drop)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let cells = Cells::new(experiment)?;
        let ensemble = with.ensemble(0)?;
        let radial = radial(&ensemble)?;
        let on_sphere = ensemble.losses(&cells.centres);
        let seeds = sphere::largest_losses(&ensemble, &cells).into_iter().zip(&on_sphere).zip(&radial).map(
            |(((largest, _), on_sphere), radial)| {
                let median = metrics::median(on_sphere)?;
                Ok(Losses { largest, median, centre: radial[0], inside: mean_in_ball(radial, INSIDE) })
            },
        );
        let seeds = seeds.collect::<Result<Vec<_>>>()?;
        let points = slice();
        let table = Table::new("data")
            .with("x", points.column(0).to_vec())
            .with("y", points.column(1).to_vec())
            .with("loss", ensemble.losses(&points)[0].clone());
        Ok(Tables::new([table, by_radius(&radial)?, by_seed(&seeds)]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let [largest, median] = [table.numbers("largest")?, table.numbers("median")?];
        let [centre, inside] = [table.numbers("centre")?, table.numbers("inside")?];
        let each = |holds: &dyn Fn(usize) -> bool| -> Vec<bool> { (0..largest.len()).map(holds).collect() };
        let claims = [
            Claim::every_seed(
                Origin::expected(
                    "S² lies in R³, so that nothing obstructs; 1 is the least that d_l = 2 forces (Borsuk-Ulam)",
                ),
                "no tear: the largest squared error is below 1",
                &each(&|i| largest[i] < sphere::BOUND),
                "< 1",
            ),
            Claim::every_seed(
                Origin::expected(
                    "trials with other code gave about 10, and above 1000 with d_l = 2: the bar is between",
                ),
                "no tear: the largest loss is near the median",
                &each(&|i| largest[i] / median[i] < 100.0),
                "ratio < 100",
            ),
            Claim::most_seeds(
                Origin::expected(
                    "three latent dimensions hold R³ itself, and a smooth network interpolates; a tenth is ours",
                ),
                "the centre, as far as can be from the sphere inside, is reconstructed",
                &each(&|i| centre[i] < RECONSTRUCTED * projection(0.0)),
                "loss < a tenth of 1/3, its squared distance from the sphere as a mean over components,",
            ),
            Claim::most_seeds(
                Origin::expected(
                    "three latent dimensions hold R³ itself, and a smooth network interpolates; a tenth is ours",
                ),
                "the ball's inside (r < 0.9) is reconstructed",
                &each(&|i| inside[i] < RECONSTRUCTED * projection_inside()),
                format!("mean loss < a tenth of {:.4}, the mean of (1 - r)²/3,", projection_inside()),
            ),
        ];
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, largest.len(), 16, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let slice = slice_panel(tables.get("data")?, ColourScale::logarithmic(palette.map, COLOURS.0, COLOURS.1))?;
        let profile = radial_panel(tables.get("by_radius")?, &palette)?;
        Ok(Page::new([slice, profile]).frame(180.0, 180.0).title("$S^2$ autoencoder, $d_l = 3$"))
    }
}

/// Loss of a network that projects the ball onto the sphere: the squared distance (1 - r)² as a mean over components.
fn projection(radius: f64) -> f64 {
    (1.0 - radius).powi(2) / 3.0
}

/// Its mean over the ball r < 0.9.
fn projection_inside() -> f64 {
    mean_in_ball(&radii().map(projection), INSIDE)
}

fn radii() -> [f64; RADII] {
    std::array::from_fn(|index| HALF_WIDTH * index as f64 / (RADII - 1) as f64)
}

/// Mean loss over the directions at each of the radii, for each member.
fn radial(ensemble: &Ensemble) -> Result<Vec<Vec<f64>>> {
    let directions = fibonacci(DIRECTIONS)?;
    let radii = radii();
    let points = Array2::from_shape_fn((RADII * DIRECTIONS, 3), |(row, axis)| {
        radii[row / DIRECTIONS] * directions[[row % DIRECTIONS, axis]]
    });
    let mean = |losses: Vec<f64>| -> Result<Vec<f64>> {
        losses.chunks(DIRECTIONS).map(|losses| Ok(metrics::mean(losses)?)).collect()
    };
    ensemble.losses(&points).into_iter().map(mean).collect()
}

/// Mean over the ball of radius `largest` of a loss given at the radii: weighted by r², by the trapezoidal rule.
fn mean_in_ball(losses: &[f64], largest: f64) -> f64 {
    let inside: Vec<(f64, f64)> =
        radii().into_iter().zip(losses.iter().copied()).filter(|(r, _)| *r <= largest + 1e-9).collect();
    let (mut sum, mut weights) = (0.0, 0.0);
    for pair in inside.windows(2) {
        let [(from, below), (to, above)] = [pair[0], pair[1]];
        sum += (to - from) * (from * from * below + to * to * above) / 2.0;
        weights += (to - from) * (from * from + to * to) / 2.0;
    }
    sum / weights
}

/// The middles of the slice's cells in the plane z = 0, the lowest row first.
fn slice() -> Array2<f64> {
    let middle = |index: usize| HALF_WIDTH * ((2 * index + 1) as f64 / SIDE as f64 - 1.0);
    Array2::from_shape_fn((SIDE * SIDE, 3), |(cell, axis)| match axis {
        0 => middle(cell % SIDE),
        1 => middle(cell / SIDE),
        _ => 0.0,
    })
}

/// Mean loss at each radius: first seed, median and band over seeds, and that of projecting onto the sphere.
fn by_radius(radial: &[Vec<f64>]) -> Result<Table> {
    let [median, low, high] = bands(radial)?;
    Ok(Table::new("by_radius")
        .with("radius", radii())
        .with("first_seed", radial[0].clone())
        .with("median", median)
        .with("low", low)
        .with("high", high)
        .with("projection", radii().map(projection)))
}

fn by_seed(seeds: &[Losses]) -> Table {
    let column = |value: fn(&Losses) -> f64| -> Vec<f64> { seeds.iter().map(value).collect() };
    Table::new("by_seed")
        .with("seed", (0..seeds.len()).map(|seed| seed as f64).collect::<Vec<_>>())
        .with("largest", column(|losses| losses.largest))
        .with("median", column(|losses| losses.median))
        .with("centre", column(|losses| losses.centre))
        .with("inside", column(|losses| losses.inside))
}

/// The first seed's loss in the plane z = 0, with the sphere's equator.
fn slice_panel(data: &Table, scale: ColourScale) -> Result<Panel> {
    let losses: Vec<f64> = data.numbers("loss")?.iter().map(|loss| loss.clamp(COLOURS.0, COLOURS.1)).collect();
    let sides = (-HALF_WIDTH, HALF_WIDTH);
    let sphere = Region::circle(0.0, 0.0, 1.0).outline(Stroke { width: 1.2, ..Stroke::solid(Colour::GREEN) });
    Ok(Panel::new(Axis::linear("$x$", sides.0, sides.1), Axis::linear("$y$", sides.0, sides.1))
        .title("first seed, slice $z = 0$")
        .with(Image::new(&losses, SIDE, sides, sides, scale))
        .with(sphere.label("sphere (training set)"))
        .colour_bar("loss (mean over components)")
        .legend(LegendPlace::Above)
        .equal_aspect())
}

/// The loss over the radius, averaged over directions.
fn radial_panel(table: &Table, palette: &Palette) -> Result<Panel> {
    let radius = table.numbers("radius")?;
    let (low, high) = (table.numbers("low")?, table.numbers("high")?);
    let projection = Line::new(radius, table.numbers("projection")?);
    let bottom = 10f64.powf(low.iter().copied().fold(1.0, f64::min).max(1e-12).log10().floor());
    Ok(Panel::new(Axis::linear("radius $r$", 0.0, HALF_WIDTH), Axis::logarithmic("mean loss at $r$", bottom, 1.0))
        .with(Band::new(radius, low, high).colour(palette.line(0)).opacity(0.3).label("16 % to 84 %"))
        .with(Line::new(radius, table.numbers("median")?).colour(palette.line(0)).label("median of seeds"))
        .with(projection.colour(Colour::BLACK).dash(Dash::Dashed).width(0.8).label("projection to $S^2$"))
        .with(Guide::vertical(1.0).colour(Colour::GREEN).dash(Dash::Solid).label("sphere"))
        .legend(LegendPlace::Above))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_in_a_ball_weighs_each_radius_by_its_sphere() {
        assert!((mean_in_ball(&[2.0; RADII], INSIDE) - 2.0).abs() < 1e-12);
        // The mean of (1 - r)² over the unit ball is 3 (1/3 - 2/4 + 1/5) = 1/10; the trapezoidal rule errs by some
        // 1e-3 of it, the square of the step.
        assert!((mean_in_ball(&radii().map(projection), 1.0) - 0.1 / 3.0).abs() < 1e-4);
    }

    #[test]
    fn the_slice_is_row_by_row_from_the_lower_left() {
        let points = slice();
        let near = |row: usize, x: f64, y: f64| (points[[row, 0]] - x).hypot(points[[row, 1]] - y) < 1e-12;
        assert!(near(0, -1.485, -1.485) && near(SIDE - 1, 1.485, -1.485) && near(SIDE * SIDE - 1, 1.485, 1.485));
        assert!(points.column(2).iter().all(|&z| z == 0.0));
    }
}
