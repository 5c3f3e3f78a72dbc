//! The idea, drawn from a trained network: the circle, the line of its one latent dimension, the torn circle.
//!
//! The encoder lays the circle onto an interval, and the decoder bends the interval back: what it gives is an arc. A
//! continuous encoder has to run back over the whole interval somewhere. It does so along a short piece of the circle,
//! the tear, whose points are reconstructed all over the arc; at the arc's two ends a gap is left.

use std::f64::consts::TAU;

use datasets::circle;
use ndarray::Array2;

use super::angle_colours;
use super::circle_tear::{TORN, Tear, distance, tear};
use super::latent_line::{ends, evenly};
use crate::Result;
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Member, Palette};
use crate::plot::{Annotation, Arrow, Axis, Colour, ColourMap, Label, LegendPlace, Line, Page, Panel, Points, Ticks};
use crate::tables::{Table, Tables};

/// The figure.
pub struct TheIdea;

/// A gap between neighbouring reconstructed angles counts if it is wider, in degrees: a hundred steps of the grid, and
/// half the width of the narrowest tear that this network made in trials with other code.
const GAP: f64 = 5.0;
/// Points that are drawn.
const SHOWN: usize = 720;
/// Points of the decoder's curve, and how far it goes on beyond the latent interval, as a share of it.
const CURVE: usize = 600;
const BEYOND: f64 = 0.5;
/// Horizontal places of the circle, of the latent line and of the reconstruction, whose radius or half length is 1.
const PLACES: [f64; 3] = [0.0, 2.75, 5.5];
/// Distance of the torn points' latent values from the line.
const BESIDE: f64 = 0.13;

/// The gaps between the reconstructed angles of one network.
#[derive(Debug, PartialEq)]
struct Gaps {
    /// How many are wider than [`GAP`].
    count: usize,
    /// Width of the widest, in radians.
    widest: f64,
    /// Its middle, in [0, 2π).
    centre: f64,
}

impl Figure for TheIdea {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig01"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colour_map"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        experiment.on_circle(1)?;
        experiment.points().map(drop)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let (angles, points) = circle::grid(experiment.points()?)?;
        let ensemble = with.ensemble(0)?;
        let members = ensemble.members(&points);
        let latent = evenly(members[0].latent.iter().copied(), CURVE, BEYOND);
        let curve = ensemble.decoded(std::slice::from_ref(&latent)).swap_remove(0);
        Ok(Tables::new([
            data(&angles, &points, &members[0])?,
            Table::new("decoder")
                .with("latent", latent.column(0).to_vec())
                .with("x", curve.column(0).to_vec())
                .with("y", curve.column(1).to_vec()),
            by_seed(&members)?,
        ]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let one: Vec<bool> = table.numbers("gaps")?.iter().map(|&gaps| gaps == 1.0).collect();
        let centres = table.numbers("gap_angle")?.iter().zip(table.numbers("tear_angle")?);
        let at_tear: Vec<bool> = centres
            .zip(table.numbers("tear_width_degrees")?)
            .map(|((gap, tear), width)| distance(*gap, *tear).to_degrees() < *width)
            .collect();
        let claims = [
            Claim::most_seeds(
                Origin::expected(
                    "the decoder bends one interval, and a small mean loss needs all of the circle but where it is torn",
                ),
                "the reconstruction is an arc with one gap",
                &one,
                "exactly one gap wider than 5°",
            ),
            Claim::most_seeds(
                Origin::expected(
                    "beside the tear the encoder reaches the interval's two ends, which the decoder does not join",
                ),
                "the gap is where the circle is torn",
                &at_tear,
                "centres apart by less than the tear",
            ),
        ];
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, one.len(), 16, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let (data, decoder) = (tables.get("data")?, tables.get("decoder")?);
        let (low, high) = ends(data.numbers("latent")?.iter().copied());
        let axis = |low, high| Axis::linear("", low, high).ticks(Ticks::None);
        let curve = Line::new(&moved(decoder.numbers("x")?, PLACES[2]), decoder.numbers("y")?);
        let mut panel = Panel::new(axis(-1.35, 6.85), axis(-1.55, 1.7))
            .with(curve.colour(Colour::GREY).width(0.8).label("decoder's curve, beyond the latent values in use"));
        let torn: Vec<bool> = data.numbers("loss")?.iter().map(|&loss| loss > TORN).collect();
        let mut label = Some("torn points (loss > 0.1), sent all along the arc");
        for [x, y] in places(data, &torn, (low, high))? {
            let (whole, torn) = parted(&x, &y, data.numbers("degrees_from_tear")?, &torn);
            let points = Points::new(&whole[0], &whole[1]).by_value(&whole[2], angle_colours::scale(palette.map));
            panel = panel.with(points.radius(1.8));
            if !torn[0].is_empty() {
                let mut points = Points::new(&torn[0], &torn[1]).colour(Colour::VERMILION).radius(1.1);
                points.label = label.take().map(Label::from);
                panel = panel.with(points);
            }
        }
        let mut panel = words(panel, low, high).legend(LegendPlace::Above).equal_aspect();
        panel.colour_bar = Some(angle_colours::bar("angle from the tear (degrees)"));
        Ok(Page::new([panel]).frame(430.0, 175.0).title("A circle through one latent dimension"))
    }
}

/// Where the points are drawn: on the circle, on the latent line (torn ones beside it), and reconstructed.
fn places(data: &Table, torn: &[bool], (low, high): (f64, f64)) -> Result<[[Vec<f64>; 2]; 3]> {
    let [circle, line, arc] = PLACES;
    let range = (high - low).max(f64::MIN_POSITIVE);
    let height = data.numbers("latent")?.iter().map(|z| 2.0 * (z - low) / range - 1.0).collect();
    let beside = torn.iter().map(|&torn| if torn { line + BESIDE } else { line }).collect();
    Ok([
        [moved(data.numbers("x")?, circle), data.numbers("y")?.to_vec()],
        [beside, height],
        [moved(data.numbers("x_reconstructed")?, arc), data.numbers("y_reconstructed")?.to_vec()],
    ])
}

fn moved(x: &[f64], by: f64) -> Vec<f64> {
    x.iter().map(|x| x + by).collect()
}

/// What is written and the arrows between the three places.
fn words(panel: Panel, low: f64, high: f64) -> Panel {
    let [circle, line, arc] = PLACES;
    let arrow = |from: f64, to: f64| Arrow::new((from + 1.2, 0.0), (to - 1.2, 0.0));
    let (encoder, decoder) = (Arrow::new((1.25, 0.0), (line - 0.3, 0.0)), arrow(line - 0.75, arc));
    panel
        .with(encoder)
        .with(decoder)
        .with(Annotation::new(0.5 * (1.25 + line - 0.3), 0.22, "encoder"))
        .with(Annotation::new(0.5 * (line + 0.45 + arc - 1.2), 0.22, "decoder"))
        .with(Annotation::new(circle, 1.45, "data $x$"))
        .with(Annotation::new(line, 1.45, "latent space $z$"))
        .with(Annotation::new(arc, 1.45, "reconstruction $x′$"))
        .with(Annotation::new(line, 1.17, number(high)))
        .with(Annotation::new(line, -1.2, number(low)))
}

/// A number with one decimal and a true minus sign.
fn number(value: f64) -> Label {
    Label::plain(format!("{value:.1}").replace('-', "−"))
}

/// The first seed's points, one in so many that about [`SHOWN`] stay.
fn data(angles: &[f64], points: &Array2<f64>, member: &Member) -> Result<Table> {
    let centre = tear(&member.losses)?.centre;
    let rows: Vec<usize> = (0..angles.len()).step_by((angles.len() / SHOWN).max(1)).collect();
    let column = |value: &dyn Fn(usize) -> f64| -> Vec<f64> { rows.iter().map(|&row| value(row)).collect() };
    Ok(Table::new("data")
        .with("angle", column(&|row| angles[row]))
        .with("degrees_from_tear", column(&|row| (angles[row] - centre).rem_euclid(TAU).to_degrees()))
        .with("x", column(&|row| points[[row, 0]]))
        .with("y", column(&|row| points[[row, 1]]))
        .with("latent", column(&|row| member.latent[[row, 0]]))
        .with("x_reconstructed", column(&|row| member.reconstructions[[row, 0]]))
        .with("y_reconstructed", column(&|row| member.reconstructions[[row, 1]]))
        .with("loss", column(&|row| member.losses[row])))
}

fn by_seed(members: &[Member]) -> Result<Table> {
    let gaps: Vec<Gaps> = members.iter().map(|member| gaps(&angles_of(&member.reconstructions))).collect();
    let tears: Vec<Tear> = members.iter().map(|member| tear(&member.losses)).collect::<Result<_>>()?;
    Ok(Table::new("by_seed")
        .with("seed", (0..members.len()).map(|seed| seed as f64).collect::<Vec<_>>())
        .with("gaps", gaps.iter().map(|gaps| gaps.count as f64).collect::<Vec<_>>())
        .with("gap_degrees", gaps.iter().map(|gaps| gaps.widest.to_degrees()).collect::<Vec<_>>())
        .with("gap_angle", gaps.iter().map(|gaps| gaps.centre).collect::<Vec<_>>())
        .with("tear_angle", tears.iter().map(|tear| tear.centre).collect::<Vec<_>>())
        .with("tear_width_degrees", tears.iter().map(|tear| tear.width.to_degrees()).collect::<Vec<_>>()))
}

/// Angles of points `[n, 2]` about the origin, in [0, 2π).
fn angles_of(points: &Array2<f64>) -> Vec<f64> {
    points.rows().into_iter().map(|point| point[1].atan2(point[0]).rem_euclid(TAU)).collect()
}

/// The gaps between neighbours of at least one angle, the last one being the neighbour of the first.
fn gaps(angles: &[f64]) -> Gaps {
    let mut sorted = angles.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut found = Gaps { count: 0, widest: 0.0, centre: 0.0 };
    for (index, angle) in sorted.iter().enumerate() {
        let next = if index + 1 < sorted.len() { sorted[index + 1] } else { sorted[0] + TAU };
        let width = next - angle;
        found.count += usize::from(width.to_degrees() > GAP);
        if width > found.widest {
            (found.widest, found.centre) = (width, (angle + 0.5 * width).rem_euclid(TAU));
        }
    }
    found
}

/// x, y and value of the points that are not torn, and of those that are.
fn parted(x: &[f64], y: &[f64], value: &[f64], torn: &[bool]) -> ([Vec<f64>; 3], [Vec<f64>; 3]) {
    let only = |wanted: bool| {
        [x, y, value]
            .map(|column| column.iter().zip(torn).filter(|(_, torn)| **torn == wanted).map(|(v, _)| *v).collect())
    };
    (only(false), only(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arc_that_ends_on_both_sides_of_zero_has_one_gap_there() {
        let angles: Vec<f64> = (10..=350).map(|degree| f64::from(degree).to_radians()).collect();
        let found = gaps(&angles);
        assert_eq!(found.count, 1);
        assert!((found.widest.to_degrees() - 20.0).abs() < 1e-9);
        assert!(distance(found.centre, 0.0) < 1e-9);
    }

    #[test]
    fn two_pieces_leave_two_gaps_and_a_whole_circle_none() {
        let pieces = |kept: &dyn Fn(i32) -> bool| -> Vec<f64> {
            (0..360).filter(|&degree| kept(degree)).map(|degree| f64::from(degree).to_radians()).collect()
        };
        let two = gaps(&pieces(&|degree| !(40..60).contains(&degree) && !(200..230).contains(&degree)));
        assert_eq!(two.count, 2);
        assert!((two.widest.to_degrees() - 31.0).abs() < 1e-9 && (two.centre.to_degrees() - 214.5).abs() < 1e-9);
        assert_eq!(gaps(&pieces(&|_| true)).count, 0);
    }

    #[test]
    fn torn_points_are_parted_from_the_others() {
        let (whole, torn) = parted(&[1.0, 2.0], &[3.0, 4.0], &[5.0, 6.0], &[false, true]);
        assert_eq!((whole, torn), ([vec![1.0], vec![3.0], vec![5.0]], [vec![2.0], vec![4.0], vec![6.0]]));
    }
}
