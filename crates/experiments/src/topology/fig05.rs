//! S¹, d_l = 1: how the tear comes about. The latent coordinate and the loss over the angle at epochs of the training.
//!
//! The network first finds the best linear map, the projection onto some diameter: with (sin² of the angle from it)/2
//! as the loss, two arcs of 127° are torn. Then it unfolds the projection on one side, and the torn part shrinks to one
//! arc; what comes after narrows that arc, and hardly moves it.

use std::f64::consts::TAU;

use datasets::circle;

use super::along_training::{epochs, shown};
use super::circle_tear::{Tear, bound, distance, tear};
use crate::Result;
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Member, Palette};
use crate::label;
use crate::plot::{Axis, Colour, ColourMap, Guide, LegendPlace, Line, Page, Panel, Scale, Ticks};
use crate::tables::{Table, Tables};

/// The figure.
pub struct TearInTraining;

/// A tear has formed when it is the only torn arc and narrower than this, in radians (45 degrees).
const FORMED: f64 = TAU / 8.0;
/// The tear is early if it has formed within this share of the training.
const EARLY: f64 = 0.25;
/// Degrees torn by the projection onto a diameter: its loss is above 0.1 where sin² of the angle from it is above 0.2.
const PROJECTION: f64 = 253.74;
/// Angles and epochs that are drawn.
const SHOWN: usize = 480;
const LINES: usize = 7;

/// The tear of one seed's network, from the epoch on at which it has formed.
#[derive(Debug, PartialEq)]
struct Formation {
    /// First snapshot from which on the tear is formed in every snapshot.
    epoch: usize,
    /// Its width there, in radians.
    width: f64,
    /// How far its centre is from there at most in later snapshots, in radians.
    moved: f64,
}

impl Figure for TearInTraining {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig05"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colours", "draw.colour_map"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        experiment.on_circle(1)?;
        experiment.points()?;
        epochs(experiment).map(drop)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let (angles, points) = circle::grid(experiment.points()?)?;
        let epochs = epochs(experiment)?;
        let ensemble = with.ensemble(0)?;
        let (mut first, mut tears) = (Vec::new(), vec![Vec::new(); ensemble.seeds()]);
        for &epoch in epochs {
            let mut members = ensemble.at_epoch(epoch)?.members(&points);
            for (tears, member) in tears.iter_mut().zip(&members) {
                tears.push(tear(&member.losses)?);
            }
            first.push(members.swap_remove(0));
        }
        Ok(Tables::new([data(&angles, epochs, &first), tear_table(epochs, &tears), by_seed(epochs, &tears)]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let latest = EARLY * experiment.learning()?.epochs as f64;
        // A tear that never forms has no number, and no number is below a bar.
        let early: Vec<bool> = table.numbers("formed_epoch")?.iter().map(|&epoch| epoch <= latest).collect();
        let moved = table.numbers("moved_degrees")?.iter().zip(table.numbers("formed_width_degrees")?);
        let stays: Vec<bool> = moved.map(|(moved, width)| moved < width).collect();
        let claims = [
            Claim::most_seeds(
                Origin::expected(
                    "the best linear map is learnt first, and bending it lowers the loss most; a quarter and 45° are ours",
                ),
                "the tear forms early",
                &early,
                "from a quarter of the training on, one torn arc narrower than 45°",
            ),
            Claim::most_seeds(
                Origin::expected("to move the tear, points that are reconstructed well would have to be torn first"),
                "the tear stays where it has formed",
                &stays,
                "its centre moves by less than the width that it had then",
            ),
        ];
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, early.len(), 16, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let epochs = epochs(experiment)?;
        let latent = tables.get("data")?.numbers("latent")?;
        let (low, high) = Scale::Linear.limits_covering(latent).unwrap_or((-1.0, 1.0));
        let z = over_angle("latent", Axis::linear("latent coordinate $z$", low, high), epochs, tables, &palette)?;
        let loss = over_angle("loss", Axis::logarithmic("loss", 1e-5, 10.0), epochs, tables, &palette)?;
        let quarter = Guide::vertical(EARLY * experiment.learning()?.epochs as f64);
        let torn_axis = Axis::logarithmic("torn angle (degrees)", 5.0, 500.0);
        let torn = along_training("torn_degrees", torn_axis, tables, &palette)?
            .with(Guide::horizontal(PROJECTION).label("onto a diameter: 254°").label_at(0.0))
            .with(Guide::horizontal(FORMED.to_degrees()).label("formed: below 45°").label_at(0.0))
            .with(quarter.clone().label("a quarter").label_at(0.0));
        let centre_axis = Axis::linear("centre, from the last (degrees)", -5.0, 185.0);
        let centre = along_training("degrees_from_last", centre_axis, tables, &palette)?.with(quarter);
        let seeds = label!("each of {} seeds", tables.get("by_seed")?.numbers("seed")?.len());
        Ok(Page::new([
            z.legend(LegendPlace::Above).title("seed 0, at epochs"),
            loss.with(bound(0.0, TAU)).legend(LegendPlace::Above).title("seed 0"),
            torn.title(&seeds),
            centre.title(&seeds),
        ])
        .title("$S^1$ autoencoder, $d_l = 1$: the tear along the training"))
    }
}

/// One column over the angle, a line a snapshot, dark to light.
fn over_angle(column: &str, axis: Axis, epochs: &[usize], tables: &Tables, palette: &Palette) -> Result<Panel> {
    let data = tables.get("data")?;
    let mut panel = Panel::new(Axis::linear("angle $φ$", 0.0, TAU).ticks(Ticks::HalfPi), axis);
    for index in shown(epochs.len(), LINES) {
        let epoch = epochs[index];
        let [angle, value] = ["angle", column].map(|name| data.numbers_at(name, "epoch", epoch as f64));
        let mut line = Line::new(&angle?, &value?).colour(shade(index, epochs.len(), palette)).width(0.9);
        if column == "latent" {
            line = line.label(label!("{}", epoch));
        }
        panel = panel.with(line);
    }
    Ok(panel)
}

/// Colour of snapshot `index` of `count`: the map but for its lightest end, which is faint on paper.
fn shade(index: usize, count: usize, palette: &Palette) -> Colour {
    palette.map.colour(0.92 * index as f64 / (count - 1).max(1) as f64)
}

/// One column of every seed over the epoch, the start left out.
fn along_training(column: &str, axis: Axis, tables: &Tables, palette: &Palette) -> Result<Panel> {
    let table = tables.get("tears")?;
    let last = table.numbers("epoch")?.iter().copied().fold(1.0, f64::max);
    let mut panel = Panel::new(Axis::logarithmic("epoch", 0.9, 1.2 * last), axis);
    for &seed in tables.get("by_seed")?.numbers("seed")? {
        let [epoch, value] = ["epoch", column].map(|name| table.numbers_at(name, "seed", seed));
        panel = panel.with(Line::new(&epoch?[1..], &value?[1..]).colour(palette.line(0)).width(0.5));
    }
    Ok(panel)
}

/// The first seed's z and loss at each snapshot, one angle in so many that about [`SHOWN`] stay.
fn data(angles: &[f64], epochs: &[usize], snapshots: &[Member]) -> Table {
    let rows: Vec<usize> = (0..angles.len()).step_by((angles.len() / SHOWN).max(1)).collect();
    let column = |value: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
        (0..epochs.len())
            .flat_map(|at| rows.iter().map(move |&row| (at, row)))
            .map(|(at, row)| value(at, row))
            .collect()
    };
    Table::new("data")
        .with("epoch", column(&|at, _| epochs[at] as f64))
        .with("angle", column(&|_, row| angles[row]))
        .with("latent", column(&|at, row| snapshots[at].latent[[row, 0]]))
        .with("loss", column(&|at, row| snapshots[at].losses[row]))
}

/// The tear of each seed at each snapshot.
fn tear_table(epochs: &[usize], tears: &[Vec<Tear>]) -> Table {
    let column = |value: &dyn Fn(usize, usize) -> f64| -> Vec<f64> {
        (0..tears.len())
            .flat_map(|seed| (0..epochs.len()).map(move |at| (seed, at)))
            .map(|(s, at)| value(s, at))
            .collect()
    };
    let last = epochs.len() - 1;
    let from_last = |seed: usize, at: usize| distance(tears[seed][at].centre, tears[seed][last].centre).to_degrees();
    Table::new("tears")
        .with("seed", column(&|seed, _| seed as f64))
        .with("epoch", column(&|_, at| epochs[at] as f64))
        .with("arcs", column(&|seed, at| tears[seed][at].arcs as f64))
        .with("width_degrees", column(&|seed, at| tears[seed][at].width.to_degrees()))
        .with("torn_degrees", column(&|seed, at| tears[seed][at].torn.to_degrees()))
        .with("angle", column(&|seed, at| tears[seed][at].centre))
        .with("degrees_from_last", column(&from_last))
}

/// When each seed's tear has formed, and how far it has moved since; no numbers where it never did.
fn by_seed(epochs: &[usize], tears: &[Vec<Tear>]) -> Table {
    let formed: Vec<Option<Formation>> = tears.iter().map(|tears| formation(epochs, tears)).collect();
    let column = |value: &dyn Fn(&Formation) -> f64| -> Vec<f64> {
        formed.iter().map(|formed| formed.as_ref().map_or(f64::NAN, value)).collect()
    };
    Table::new("by_seed")
        .with("seed", (0..tears.len()).map(|seed| seed as f64).collect::<Vec<_>>())
        .with("formed_epoch", column(&|formed| formed.epoch as f64))
        .with("formed_width_degrees", column(&|formed| formed.width.to_degrees()))
        .with("moved_degrees", column(&|formed| formed.moved.to_degrees()))
}

/// The tear's formation along one seed's snapshots; none if it is not formed at the end.
fn formation(epochs: &[usize], tears: &[Tear]) -> Option<Formation> {
    let formed = |tear: &Tear| tear.arcs == 1 && tear.width < FORMED;
    let at = tears.iter().rposition(|tear| !formed(tear)).map_or(0, |last| last + 1);
    let first = tears.get(at)?;
    let moved = tears[at..].iter().map(|tear| distance(tear.centre, first.centre)).fold(0.0, f64::max);
    Some(Formation { epoch: epochs[at], width: first.width, moved })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn torn(arcs: usize, centre: f64, width: f64) -> Tear {
        Tear { arcs, centre, width, torn: width }
    }

    #[test]
    fn a_tear_has_formed_when_it_is_alone_and_narrow_for_good() {
        let tears =
            [torn(1, 0.0, TAU), torn(1, 1.0, 0.5), torn(2, 2.0, 0.4), torn(1, 0.1, 0.3), torn(1, TAU - 0.1, 0.2)];
        let found = formation(&[0, 1, 2, 4, 8], &tears).unwrap();
        assert_eq!((found.epoch, found.width), (4, 0.3));
        assert!((found.moved - 0.2).abs() < 1e-12);
    }

    #[test]
    fn the_projection_onto_a_diameter_tears_two_arcs_of_127_degrees() {
        let losses: Vec<f64> =
            (0..36_000).map(|step| (f64::from(step) / 100.0).to_radians().sin().powi(2) / 2.0).collect();
        let found = tear(&losses).unwrap();
        assert_eq!(found.arcs, 2);
        assert!(
            (found.torn.to_degrees() - PROJECTION).abs() < 0.02 && (found.width.to_degrees() - 126.87).abs() < 0.02
        );
    }

    #[test]
    fn a_circle_that_ends_torn_twice_or_not_at_all_has_no_tear_that_formed() {
        assert_eq!(formation(&[0, 1], &[torn(1, 0.0, 0.1), torn(2, 0.0, 0.1)]), None);
        assert_eq!(formation(&[0, 1], &[torn(1, 0.0, 0.1), torn(0, 0.0, 0.0)]), None);
    }
}
