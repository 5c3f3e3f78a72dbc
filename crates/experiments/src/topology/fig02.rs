//! S¹, d_l = 1: the reconstructed curve over the circle, of several seeds, with the tear marked.
//!
//! Whatever the seed, the reconstruction is an arc, and the torn points of the circle are sent all along it. Some point
//! of the circle has a squared error of at least 1 (Borsuk-Ulam); the largest is found by a dense grid and gradient ascent.
//! That it is nearly 4 has a reason of its own: some point is reconstructed at or beyond the centre, and as the arc lies
//! near the circle, that is nearly the antipode. The arrows show that point.

use datasets::circle;
use models::ascent::onto_sphere;
use ndarray::Array2;

use super::circle_tear::{TORN, tear};
use super::degree::{self, opposites};
use super::latent_line::evenly;
use crate::Result;
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Member, Palette};
use crate::label;
use crate::plot::{Arrow, Axis, Colour, ColourMap, Label, LegendPlace, Line, Page, Panel, Points, Region};
use crate::tables::{Table, Tables};

/// The figure.
pub struct ReconstructedCurves;

/// The squared error of a point that is taken to its antipode is 4; nine tenths of it count as nearly so.
const NEARLY_ANTIPODAL: f64 = 3.6;
/// Seeds that are drawn, in rows of so many; points of each, and of its decoder's curve.
const SEEDS: usize = 8;
const COLUMNS: usize = 4;
const SHOWN: usize = 720;
const CURVE: usize = 360;
/// Points of the grid from which the loss is followed uphill.
const KEEP: i64 = 16;

/// The point of the circle with the largest loss of one network.
struct Worst {
    squared_error: f64,
    point: [f64; 2],
    reconstruction: [f64; 2],
}

impl Figure for ReconstructedCurves {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig02"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colours"]
    }

    fn version(&self) -> u32 {
        2
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        experiment.on_circle(1)?;
        experiment.points().map(drop)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let (angles, points) = circle::grid(experiment.points()?)?;
        let ensemble = with.ensemble(0)?;
        let members = ensemble.members(&points);
        let largest = ensemble.largest_loss(&points, KEEP, &onto_sphere);
        let places = Array2::from_shape_fn((largest.len(), 2), |(seed, axis)| largest[seed].1[axis]);
        let there = ensemble.members(&places);
        let worst: Vec<Worst> = (0..members.len())
            .map(|seed| Worst {
                // The loss is a mean over two components.
                squared_error: 2.0 * largest[seed].0,
                point: [places[[seed, 0]], places[[seed, 1]]],
                reconstruction: [there[seed].reconstructions[[seed, 0]], there[seed].reconstructions[[seed, 1]]],
            })
            .collect();
        let latent: Vec<_> = members.iter().map(|member| evenly(member.latent.iter().copied(), CURVE, 0.0)).collect();
        let curves = ensemble.decoded(&latent);
        let by_seed = degree::with_columns(by_seed(&members, &worst)?, &opposites(&ensemble, &points));
        Ok(Tables::new([data(&angles, &members), decoder(&latent, &curves), by_seed]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let largest = tables.get("by_seed")?.numbers("largest_squared_error")?;
        let least = largest.iter().copied().fold(f64::INFINITY, f64::min);
        let each = |bar: f64| -> Vec<bool> { largest.iter().map(|&error| error >= bar).collect() };
        let bound = Claim::every_seed(
            Origin::theorem("Borsuk-Ulam: a map of the circle to the line takes some antipodes, 2 apart, to one point"),
            "the largest squared error is at least 1 (Borsuk-Ulam)",
            &each(1.0),
            "sup |x - x'|² >= 1, by a grid and gradient ascent",
        );
        let claims = [
            Claim { value: format!("{}, the least is {least:.2}", bound.value), ..bound },
            degree::claim(tables.get("by_seed")?)?,
            Claim::most_seeds(
                Origin::expected(
                    "some point has |x - x'| = 1 + |x'|, and x' lies on the decoder's arc, which is trained to be the circle",
                ),
                "some point is taken nearly to its antipode, far beyond the bound",
                &each(NEARLY_ANTIPODAL),
                "sup |x - x'|² >= 3.6",
            ),
        ];
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, largest.len(), 16, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let shown = tables.get("by_seed")?.numbers("seed")?.len().min(SEEDS);
        let mut panels = (0..shown).map(|seed| panel(seed, tables, &palette)).collect::<Result<Vec<_>>>()?;
        // The last of the first row has room for a legend on its right.
        for (index, panel) in panels.iter_mut().enumerate() {
            panel.legend = (index + 1 == shown.min(COLUMNS)).then_some(LegendPlace::Right);
        }
        let page = Page::new(panels).columns(COLUMNS).frame(112.0, 112.0);
        Ok(page.title("$S^1$ autoencoder, $d_l = 1$: reconstructed circles"))
    }
}

/// One seed's circle, reconstruction and tear.
fn panel(seed: usize, tables: &Tables, palette: &Palette) -> Result<Panel> {
    let (data, curve, by_seed) = (tables.get("data")?, tables.get("decoder")?, tables.get("by_seed")?);
    let column = |name: &str| data.numbers_at(name, "seed", seed as f64);
    let (angle, x, y, loss) = (column("angle")?, column("x")?, column("y")?, column("loss")?);
    let axis = |name: &'static str| Axis::linear(name, -1.35, 1.35);
    let mut panel = Panel::new(axis("$x$"), axis(if seed.is_multiple_of(COLUMNS) { "$y$" } else { "" }))
        .with(Region::circle(0.0, 0.0, 1.0).colour(Colour::GREEN).label("training set"));
    let mut name = Some(Label::from("torn: $x$ to $x′$"));
    for row in (0..angle.len()).filter(|&row| loss[row] > TORN) {
        let mut chord = Line::new(&[angle[row].cos(), x[row]], &[angle[row].sin(), y[row]]);
        chord.label = name.take();
        panel = panel.with(chord.colour(palette.line(1)).width(0.35));
    }
    let [x, y] = ["x", "y"].map(|name| curve.numbers_at(name, "seed", seed as f64));
    let of_seed = |name: &str| -> Result<f64> { Ok(by_seed.numbers(name)?[seed]) };
    let from = (of_seed("opposite_x")?, of_seed("opposite_y")?);
    let to = (of_seed("opposite_reconstructed_x")?, of_seed("opposite_reconstructed_y")?);
    let opposite = Line::new(&[from.0, to.0], &[from.1, to.1]).colour(Colour::BLACK).width(0.8).label("$x′ = -t x$");
    let title = label!("seed {}: $|x - x′|$ = 1 + {:.2}", seed, of_seed("opposite_t")?);
    Ok(panel
        .with(Line::new(&x?, &y?).colour(palette.line(0)).width(1.4).label("reconstruction"))
        .with(opposite)
        .with(Arrow::new(from, to))
        .with(Points::new(&[0.0], &[0.0]).radius(1.3))
        .title(title)
        .equal_aspect())
}

/// What the decoder makes of each of the first seeds' latent intervals, one after the other.
fn decoder(latent: &[Array2<f64>], curves: &[Array2<f64>]) -> Table {
    let shown = curves.len().min(SEEDS);
    let column = |arrays: &[Array2<f64>], axis: usize| -> Vec<f64> {
        arrays[..shown].iter().flat_map(|array| array.column(axis).to_vec()).collect()
    };
    Table::new("decoder")
        .with("seed", (0..shown).flat_map(|seed| vec![seed as f64; CURVE]).collect::<Vec<_>>())
        .with("latent", column(latent, 0))
        .with("x", column(curves, 0))
        .with("y", column(curves, 1))
}

/// The reconstructed points of the first seeds, one after the other, one point in so many that about [`SHOWN`] stay.
fn data(angles: &[f64], members: &[Member]) -> Table {
    let rows: Vec<usize> = (0..angles.len()).step_by((angles.len() / SHOWN).max(1)).collect();
    let shown = members.len().min(SEEDS);
    let column = |value: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
        (0..shown)
            .flat_map(|seed| rows.iter().map(move |&row| (seed, row)))
            .map(|(seed, row)| value(seed, row))
            .collect()
    };
    Table::new("data")
        .with("seed", column(&|seed, _| seed as f64))
        .with("angle", column(&|_, row| angles[row]))
        .with("x", column(&|seed, row| members[seed].reconstructions[[row, 0]]))
        .with("y", column(&|seed, row| members[seed].reconstructions[[row, 1]]))
        .with("loss", column(&|seed, row| members[seed].losses[row]))
}

fn by_seed(members: &[Member], worst: &[Worst]) -> Result<Table> {
    let tears = members.iter().map(|member| tear(&member.losses)).collect::<Result<Vec<_>>>()?;
    let column = |value: &dyn Fn(&Worst) -> f64| -> Vec<f64> { worst.iter().map(value).collect() };
    Ok(Table::new("by_seed")
        .with("seed", (0..members.len()).map(|seed| seed as f64).collect::<Vec<_>>())
        .with("largest_squared_error", column(&|worst| worst.squared_error))
        .with("x_worst", column(&|worst| worst.point[0]))
        .with("y_worst", column(&|worst| worst.point[1]))
        .with("x_worst_reconstructed", column(&|worst| worst.reconstruction[0]))
        .with("y_worst_reconstructed", column(&|worst| worst.reconstruction[1]))
        .with("tear_angle", tears.iter().map(|tear| tear.centre).collect::<Vec<_>>())
        .with("tear_width_degrees", tears.iter().map(|tear| tear.width.to_degrees()).collect::<Vec<_>>()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curves_of_the_seeds_follow_each_other() {
        let member = |value: f64| Member {
            losses: vec![value; 2],
            latent: Array2::zeros((2, 1)),
            reconstructions: Array2::from_elem((2, 2), value),
        };
        let table = data(&[0.0, 3.0], &[member(1.0), member(2.0)]);
        assert_eq!(table.numbers("seed").unwrap(), [0.0, 0.0, 1.0, 1.0]);
        assert_eq!(table.numbers("angle").unwrap(), [0.0, 3.0, 0.0, 3.0]);
        assert_eq!(table.numbers("x").unwrap(), [1.0, 1.0, 2.0, 2.0]);
    }
}
