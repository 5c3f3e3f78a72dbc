//! S¹, d_l = 2: the image of the circle in latent space along the training, and how often it winds.
//!
//! Two latent dimensions leave room for the whole circle, and nothing has to tear: the encoder's image can be a closed
//! curve without crossings, whose tangent turns round once. Gradient descent need not find it: a curve with another
//! turning number crosses itself (Whitney), and two points of the circle that share a latent value cannot both be
//! reconstructed.

use datasets::circle;

use super::along_training::{epochs, shown};
use super::angle_colours;
use crate::Result;
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Member, Palette};
use crate::label;
use crate::plot::{Axis, Band, Colour, ColourMap, Label, Line, Page, Panel, Points, Scale, Steps, Ticks};
use crate::tables::{Table, Tables};

/// The figure.
pub struct CircleInLatentSpace;

/// Epochs of the first seed that are drawn.
const SHOWN: usize = 4;
/// Turning numbers of the histogram.
const LARGEST: i64 = 3;
/// Points of a curve: crossings are looked for among all pairs of edges.
const MOST_POINTS: usize = 10_000;

/// The closed curve that one encoder makes of the circle.
#[derive(Debug, Clone, PartialEq)]
struct Image {
    curve: Vec<[f64; 2]>,
    /// No two parts of it meet.
    embedded: bool,
    /// Turns of its tangent; none if it goes straight back somewhere.
    turning: Option<i64>,
    /// Turns about its mean point; none if it passes through it.
    winding: Option<i64>,
    mean_loss: f64,
}

impl Image {
    /// Whether it is a circle up to a deformation: embedded, its tangent turning once, either way.
    fn is_circle(&self) -> bool {
        self.embedded && self.turning.is_some_and(|turning| turning.abs() == 1)
    }
}

impl Figure for CircleInLatentSpace {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig08"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colours", "draw.colour_map"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        experiment.on_circle(2)?;
        experiment.points_up_to(MOST_POINTS)?;
        epochs(experiment).map(drop)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let (angles, points) = circle::grid(experiment.points()?)?;
        let epochs = epochs(experiment)?;
        let ensemble = with.ensemble(0)?;
        let mut images = Vec::new();
        for &epoch in epochs {
            let members = ensemble.at_epoch(epoch)?.members(&points);
            images.push(members.iter().map(image).collect::<Result<Vec<_>>>()?);
        }
        let last = &images[images.len() - 1];
        Ok(Tables::new([
            data(&angles, epochs, &images),
            other_seed(&angles, last),
            by_epoch(epochs, &images)?,
            by_seed(last),
        ]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let (circles, turning) = (circles(table)?, table.numbers("turning_number")?);
        let good = Claim::most_seeds(
            Origin::expected(
                "the plane holds the circle, and the nearly linear map that a training starts from embeds it already",
            ),
            "the circle's image in latent space is a circle",
            &circles,
            "embedded, with a turning number of ±1,",
        );
        let claims = [Claim { value: format!("{}; {}", good.value, orientations(&circles, turning)), ..good }];
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, circles.len(), 16, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let epochs = epochs(experiment)?;
        let data = tables.get("data")?;
        let mut panels = Vec::new();
        for index in shown(epochs.len(), SHOWN) {
            let epoch = epochs[index] as f64;
            let [z1, z2, angle] = ["z_1", "z_2", "angle"].map(|name| data.numbers_at(name, "epoch", epoch));
            panels.push(latent_panel(&z1?, &z2?, &angle?, &palette).title(label!("seed 0, epoch {}", epoch)));
        }
        if let Some(last) = panels.last_mut() {
            last.colour_bar = Some(angle_colours::bar("angle $φ$ (degrees)"));
        }
        let (other, by_epoch, by_seed) = (tables.get("other_seed")?, tables.get("by_epoch")?, tables.get("by_seed")?);
        let [z1, z2, angle] = ["z_1", "z_2", "angle"].map(|name| other.numbers(name));
        let title = other_title(other.numbers("seed")?[0] as usize, by_seed)?;
        panels.push(latent_panel(z1?, z2?, angle?, &palette).title(title));
        panels.push(share_panel(by_epoch, &palette)?);
        panels.push(turning_panel(by_seed, &palette)?);
        panels.push(loss_panel(by_epoch, &palette)?);
        let page = Page::new(panels).columns(4).frame(112.0, 112.0);
        Ok(page.title("$S^1$ autoencoder, $d_l = 2$: the circle in latent space"))
    }
}

/// How many seeds keep and how many reverse the circle's orientation, and how many do neither.
fn orientations(circles: &[bool], turning: &[f64]) -> String {
    let of = |sign: f64| circles.iter().zip(turning).filter(|(circle, turning)| **circle && **turning == sign).count();
    let (kept, reversed) = (of(1.0), of(-1.0));
    format!("+1 in {kept}, −1 in {reversed}, neither in {}", circles.len() - kept - reversed)
}

/// A closed curve in the latent plane, coloured by the circle's angle.
fn latent_panel(z1: &[f64], z2: &[f64], angles: &[f64], palette: &Palette) -> Panel {
    let closed = |z: &[f64]| [z, &z[..1]].concat();
    let [(left, right), (bottom, top)] = square(z1, z2);
    let degrees: Vec<f64> = angles.iter().map(|angle| angle.to_degrees()).collect();
    Panel::new(Axis::linear("$z_1$", left, right), Axis::linear("$z_2$", bottom, top))
        .with(Line::new(&closed(z1), &closed(z2)).colour(Colour::GREY).width(0.6))
        .with(Points::new(z1, z2).by_value(&degrees, angle_colours::scale(palette.map)).radius(1.3))
}

/// The smallest square around a curve, with a tenth of its side to spare on each; its lower and upper limits in z_1,
/// z_2.
fn square(z1: &[f64], z2: &[f64]) -> [(f64, f64); 2] {
    let ends = |z: &[f64]| z.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &z| (l.min(z), h.max(z)));
    let [first, second] = [ends(z1), ends(z2)];
    let half = 0.6 * (first.1 - first.0).max(second.1 - second.0).max(1e-6);
    [first, second].map(|(low, high)| (0.5 * (low + high) - half, 0.5 * (low + high) + half))
}

fn other_title(seed: usize, by_seed: &Table) -> Result<Label> {
    let wrong = circles(by_seed)?.get(seed) == Some(&false);
    Ok(label!("{} seed {}", if wrong { "a wrong one:" } else { "largest loss:" }, seed))
}

/// Whether each seed's last image is a circle.
fn circles(by_seed: &Table) -> Result<Vec<bool>> {
    let images = by_seed.numbers("embedded")?.iter().zip(by_seed.numbers("turning_number")?);
    Ok(images.map(|(&embedded, turning)| embedded == 1.0 && turning.abs() == 1.0).collect())
}

/// The axis of the snapshots, evenly spaced and named by their epochs, and their places on it.
fn epoch_axis(by_epoch: &Table) -> Result<(Axis, Vec<f64>)> {
    let epochs = by_epoch.numbers("epoch")?;
    let places: Vec<f64> = (0..epochs.len()).map(|place| place as f64).collect();
    let axis = Axis::linear("epoch", -0.5, epochs.len() as f64 - 0.5);
    // Every other one, from the first on, so that the names stay apart.
    let major = places.iter().zip(epochs).step_by(2).map(|(place, epoch)| (*place, label!("{}", epoch))).collect();
    Ok((axis.ticks(Ticks::At { major, minor: places.clone() }), places))
}

/// The share of seeds whose image is a circle, along the training.
fn share_panel(by_epoch: &Table, palette: &Palette) -> Result<Panel> {
    let (axis, places) = epoch_axis(by_epoch)?;
    let share = by_epoch.numbers("share_of_circles")?;
    Ok(Panel::new(axis, Axis::linear("share of seeds", 0.0, 1.05))
        .with(Line::new(&places, share).colour(palette.line(0)))
        .with(Points::new(&places, share).colour(palette.line(0)).radius(1.8))
        .title("embedded, turning once"))
}

/// The mean loss on the circle along the training.
fn loss_panel(by_epoch: &Table, palette: &Palette) -> Result<Panel> {
    let (axis, places) = epoch_axis(by_epoch)?;
    let [low, median, high] = ["mean_loss_low", "mean_loss", "mean_loss_high"].map(|name| by_epoch.numbers(name));
    let (low, high) = (low?, high?);
    let (bottom, top) = Scale::Log10.limits_covering(&[low, high].concat()).unwrap_or((1e-6, 1.0));
    Ok(Panel::new(axis, Axis::logarithmic("mean loss", bottom, top))
        .with(Band::new(&places, low, high).colour(palette.line(0)).opacity(0.3))
        .with(Line::new(&places, median?).colour(palette.line(0)))
        .title("median, 16 % to 84 %"))
}

/// How many seeds end with each turning number.
fn turning_panel(by_seed: &Table, palette: &Palette) -> Result<Panel> {
    let turning = by_seed.numbers("turning_number")?;
    let wrong = circles(by_seed)?.iter().filter(|&&circle| !circle).count();
    let numbers: Vec<i64> = (-LARGEST..=LARGEST).collect();
    let edges: Vec<f64> = (-LARGEST..=LARGEST + 1).map(|number| number as f64 - 0.5).collect();
    let heights: Vec<f64> =
        numbers.iter().map(|&number| turning.iter().filter(|&&t| t == number as f64).count() as f64).collect();
    let most = heights.iter().copied().fold(1.0, f64::max);
    let labels =
        numbers.iter().map(|number| (*number as f64, Label::plain(number.to_string().replace('-', "−")))).collect();
    let axis = Axis::linear("turning number", edges[0], edges[edges.len() - 1]);
    Ok(Panel::new(axis.ticks(Ticks::At { major: labels, minor: Vec::new() }), Axis::linear("seeds", 0.0, 1.15 * most))
        .with(Steps::new(&edges, &heights).colour(palette.line(0)).filled(0.3))
        .title(label!("at the end, {} of {} wrong", wrong, turning.len())))
}

/// The image of the circle, at evenly spaced angles.
fn image(member: &Member) -> Result<Image> {
    let curve: Vec<[f64; 2]> = member.latent.rows().into_iter().map(|z| [z[0], z[1]]).collect();
    let mean = |axis: usize| metrics::mean(&member.latent.column(axis).to_vec());
    let around = [mean(0)?, mean(1)?];
    Ok(Image {
        embedded: metrics::is_embedded(&curve)?,
        turning: metrics::turning_number(&curve).ok(),
        winding: metrics::winding_number(&curve, around).ok(),
        mean_loss: metrics::mean(&member.losses)?,
        curve,
    })
}

/// The first seed's curve at each snapshot.
fn data(angles: &[f64], epochs: &[usize], images: &[Vec<Image>]) -> Table {
    let column = |value: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
        (0..epochs.len())
            .flat_map(|at| (0..angles.len()).map(move |row| (at, row)))
            .map(|(a, row)| value(a, row))
            .collect()
    };
    Table::new("data")
        .with("epoch", column(&|at, _| epochs[at] as f64))
        .with("angle", column(&|_, row| angles[row]))
        .with("z_1", column(&|at, row| images[at][0].curve[row][0]))
        .with("z_2", column(&|at, row| images[at][0].curve[row][1]))
}

/// The last curve of a seed that is no circle, or else of the one with the largest mean loss.
fn other_seed(angles: &[f64], images: &[Image]) -> Table {
    let by_loss = |a: &usize, b: &usize| images[*a].mean_loss.total_cmp(&images[*b].mean_loss);
    let wrong = images.iter().position(|image| !image.is_circle());
    let seed = wrong.or_else(|| (0..images.len()).max_by(by_loss)).unwrap_or(0);
    let coordinate = |axis: usize| -> Vec<f64> { images[seed].curve.iter().map(|z| z[axis]).collect() };
    Table::new("other_seed")
        .with("seed", vec![seed as f64; angles.len()])
        .with("angle", angles)
        .with("z_1", coordinate(0))
        .with("z_2", coordinate(1))
}

fn by_epoch(epochs: &[usize], images: &[Vec<Image>]) -> Result<Table> {
    let share = |holds: fn(&Image) -> bool| -> Vec<f64> {
        images
            .iter()
            .map(|seeds| seeds.iter().filter(|image| holds(image)).count() as f64 / seeds.len() as f64)
            .collect()
    };
    let loss = |level: f64| -> metrics::Result<Vec<f64>> {
        let of = |seeds: &Vec<Image>| seeds.iter().map(|image| image.mean_loss).collect::<Vec<_>>();
        images.iter().map(|seeds| metrics::quantile(&of(seeds), level)).collect()
    };
    Ok(Table::new("by_epoch")
        .with("epoch", epochs.iter().map(|&epoch| epoch as f64).collect::<Vec<_>>())
        .with("share_embedded", share(|image| image.embedded))
        .with("share_of_circles", share(Image::is_circle))
        .with("mean_loss", loss(0.5)?)
        .with("mean_loss_low", loss(0.16)?)
        .with("mean_loss_high", loss(0.84)?))
}

/// The last curve of each seed; a number that a curve does not have is NaN.
fn by_seed(images: &[Image]) -> Table {
    let column = |value: &dyn Fn(&Image) -> f64| -> Vec<f64> { images.iter().map(value).collect() };
    let number = |count: Option<i64>| count.map_or(f64::NAN, |count| count as f64);
    Table::new("by_seed")
        .with("seed", (0..images.len()).map(|seed| seed as f64).collect::<Vec<_>>())
        .with("embedded", column(&|image| f64::from(u8::from(image.embedded))))
        .with("turning_number", column(&|image| number(image.turning)))
        .with("winding_number", column(&|image| number(image.winding)))
        .with("mean_loss", column(&|image| image.mean_loss))
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use ndarray::Array2;

    use super::*;

    fn member(curve: impl Fn(f64) -> [f64; 2], loss: f64) -> Member {
        let angle = |row: usize| TAU * (row as f64 + 0.3) / 60.0;
        let latent = Array2::from_shape_fn((60, 2), |(row, axis)| curve(angle(row))[axis]);
        Member { losses: vec![loss; 60], reconstructions: latent.clone(), latent }
    }

    #[test]
    fn a_reversed_circle_is_a_circle_and_a_figure_of_eight_is_none() {
        let reversed = image(&member(|a| [1.0 + a.cos(), -a.sin()], 0.0)).unwrap();
        assert_eq!((reversed.turning, reversed.winding, reversed.is_circle()), (Some(-1), Some(-1), true));
        let eight = image(&member(|a| [a.sin(), (2.0 * a).sin()], 0.0)).unwrap();
        assert_eq!((eight.turning, eight.embedded, eight.is_circle()), (Some(0), false, false));
    }

    #[test]
    fn a_collapsed_encoder_makes_no_circle() {
        let point = image(&member(|_| [1.0, 2.0], 0.0)).unwrap();
        assert_eq!((point.turning, point.is_circle()), (None, false));
    }

    #[test]
    fn a_wrong_curve_is_shown_before_one_of_a_large_loss() {
        let circle = |loss| image(&member(|a| [a.cos(), a.sin()], loss)).unwrap();
        let eight = image(&member(|a| [a.sin(), (2.0 * a).sin()], 0.1)).unwrap();
        let seed = |images: &[Image]| other_seed(&[0.0; 60], images).numbers("seed").unwrap()[0];
        assert_eq!(seed(&[circle(0.2), circle(0.5), circle(0.1)]), 1.0);
        assert_eq!(seed(&[circle(0.2), circle(0.5), eight]), 2.0);
    }

    #[test]
    fn the_words_count_both_orientations_and_the_rest() {
        let words = orientations(&[true, true, false, true, false], &[1.0, -1.0, 1.0, 1.0, f64::NAN]);
        assert_eq!(words, "+1 in 2, −1 in 1, neither in 2");
    }

    #[test]
    fn the_square_around_a_curve_is_centred_and_has_a_tenth_to_spare() {
        let [first, second] = square(&[0.0, 10.0], &[1.0, 2.0]);
        assert_eq!(first, (-1.0, 11.0));
        assert_eq!(second, (-4.5, 7.5));
    }
}
