//! S¹, d_l = 1: the loss over the circle's angle, over many seeds, with the theorem's bound.
//!
//! A continuous encoder from the circle to a line takes some pair of antipodes to one latent value (Borsuk-Ulam), so
//! that one of the two is reconstructed with a squared error of at least 1: as a mean over the two components, the
//! largest loss is at least 1/2. The network tears the circle at one angle and is good elsewhere. Where it does so is
//! compared between seeds that share nothing but their settings: each draws its weights, its minibatches and its training
//! points (`data.shared = false`), for one sample of points could prefer the same places in every seed.

use std::f64::consts::TAU;

use datasets::circle;

use super::circle_tear::{TORN, bound, distance, largest};
use super::spread::bands;
use crate::Result;
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{Axis, Band, ColourMap, Dash, LegendPlace, Line, Page, Panel, Ticks};
use crate::tables::{Table, Tables};

/// The figure.
pub struct LossOverAngle;

/// Degrees to both sides of a tear that are shown.
const AROUND: f64 = 20.0;
/// Two tears are apart if their angles differ by more, in radians.
const APART: f64 = 0.1;

/// The loss of one seed's network over the circle, and its tear.
struct Profile {
    losses: Vec<f64>,
    /// Index of the largest loss.
    tear: usize,
}

impl Figure for LossOverAngle {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig04"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colours"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        experiment.on_circle(1)?;
        experiment.points().map(drop)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let (angles, points) = circle::grid(experiment.points()?)?;
        let profiles: Vec<Profile> = with.ensemble(0)?.losses(&points).into_iter().map(profile).collect();
        Ok(Tables::new([
            over_angle(&angles, &profiles)?,
            around_tear(angles.len(), &profiles),
            by_seed(&angles, &profiles)?,
        ]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let (largest, median, angle) =
            (table.numbers("largest")?, table.numbers("median")?, table.numbers("tear_angle")?);
        let ratios: Vec<bool> = largest.iter().zip(median).map(|(largest, median)| largest / median >= 100.0).collect();
        let squared: Vec<bool> = largest.iter().map(|largest| 2.0 * largest >= 1.0).collect();
        let moved: Vec<bool> = angle.iter().skip(1).map(|&other| distance(other, angle[0]) > APART).collect();
        let claims = [
            Claim::every_seed(
                Origin::theorem(
                    "Borsuk-Ulam: a map of the circle to the line takes some antipodes, 2 apart, to one point",
                ),
                "the largest squared error is at least 1 (Borsuk-Ulam)",
                &squared,
                "|x - x'|² >= 1",
            ),
            Claim::every_seed(
                Origin::expected("the tear cannot be trained away, and the rest of the circle fits an interval"),
                "the largest loss is far above the median",
                &ratios,
                "ratio >= 100",
            ),
            Claim::most_seeds(
                Origin::expected(
                    "no point of the circle is preferred, so that initial weights, minibatches and points decide; of angles \
                     drawn at random 3 % are within 0.1 rad of the first",
                ),
                "the tear moves with the seed, which draws weights, minibatches and training points",
                &moved,
                "more than 0.1 rad from the first seed's tear",
            ),
        ];
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, largest.len(), 16, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let data = tables.get("data")?;
        let angle = data.numbers("angle")?;
        let (low, high) = (data.numbers("low")?, data.numbers("high")?);
        let bottom = 10f64.powf(low.iter().copied().fold(f64::INFINITY, f64::min).max(1e-12).log10().floor());
        let loss_axis = || Axis::logarithmic("loss", bottom, 10.0);
        let over = Panel::new(Axis::linear("angle $φ$", 0.0, TAU).ticks(Ticks::HalfPi), loss_axis())
            .with(Band::new(angle, low, high).colour(palette.line(0)).opacity(0.3).label("16 % to 84 % of seeds"))
            .with(Line::new(angle, data.numbers("median")?).colour(palette.line(0)).label("median of seeds"))
            .with(Line::new(angle, data.numbers("first_seed")?).colour(palette.line(1)).width(0.8).label("first seed"))
            .with(bound(0.0, TAU))
            .legend(LegendPlace::Above);
        let torn = tables.get("around_tear")?;
        let offset = torn.numbers("degrees")?;
        let seeds = tables.get("by_seed")?.numbers("seed")?.len();
        let mut around =
            Panel::new(Axis::linear("angle from the tear, $φ - φ$_{tear} (degrees)", -AROUND, AROUND), loss_axis());
        for seed in 0..seeds {
            let mut line = Line::new(offset, torn.numbers(&format!("loss_seed_{seed}"))?)
                .colour(palette.line(0))
                .dash(Dash::Solid)
                .width(0.5);
            if seed == 0 {
                line = line.label(label!("each of {} seeds", seeds));
            }
            around = around.with(line);
        }
        let around = around.with(bound(-AROUND, AROUND)).legend(LegendPlace::Above);
        Ok(Page::new([over, around]).title("$S^1$ autoencoder, $d_l = 1$"))
    }
}

fn profile(losses: Vec<f64>) -> Profile {
    let tear = largest(&losses);
    Profile { losses, tear }
}

/// First seed, median and band over seeds at each angle.
fn over_angle(angles: &[f64], profiles: &[Profile]) -> Result<Table> {
    let losses: Vec<Vec<f64>> = profiles.iter().map(|profile| profile.losses.clone()).collect();
    let [median, low, high] = bands(&losses)?;
    Ok(Table::new("data")
        .with("angle", angles)
        .with("first_seed", profiles[0].losses.clone())
        .with("median", median)
        .with("low", low)
        .with("high", high))
}

/// Each seed's loss around its own tear.
fn around_tear(points: usize, profiles: &[Profile]) -> Table {
    let reach = (AROUND / 360.0 * points as f64).floor() as usize;
    let degrees: Vec<f64> = (0..=2 * reach).map(|step| 360.0 * (step as f64 - reach as f64) / points as f64).collect();
    let mut table = Table::new("around_tear").with("degrees", degrees);
    for (seed, profile) in profiles.iter().enumerate() {
        let losses: Vec<f64> =
            (0..=2 * reach).map(|step| profile.losses[(profile.tear + points + step - reach) % points]).collect();
        table = table.with(&format!("loss_seed_{seed}"), losses);
    }
    table
}

fn by_seed(angles: &[f64], profiles: &[Profile]) -> Result<Table> {
    let column = |value: &dyn Fn(&Profile) -> f64| -> Vec<f64> { profiles.iter().map(value).collect() };
    let median =
        profiles.iter().map(|profile| metrics::median(&profile.losses)).collect::<std::result::Result<Vec<_>, _>>()?;
    let torn = |profile: &Profile| profile.losses.iter().filter(|&&loss| loss > TORN).count() as f64;
    Ok(Table::new("by_seed")
        .with("seed", (0..profiles.len()).map(|seed| seed as f64).collect::<Vec<_>>())
        .with("largest", column(&|profile| profile.losses[profile.tear]))
        .with("median", median)
        .with("mean", column(&|profile| profile.losses.iter().sum::<f64>() / profile.losses.len() as f64))
        .with("tear_angle", column(&|profile| angles[profile.tear]))
        .with("tear_width_degrees", column(&|profile| 360.0 * torn(profile) / angles.len() as f64)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tear_at_the_seam_is_shown_whole() {
        let mut losses = vec![0.0; 36];
        losses[0] = 2.0;
        losses[35] = 1.0;
        let table = around_tear(36, &[profile(losses)]);
        assert_eq!(table.numbers("degrees").unwrap(), [-20.0, -10.0, 0.0, 10.0, 20.0]);
        assert_eq!(table.numbers("loss_seed_0").unwrap(), [0.0, 1.0, 2.0, 0.0, 0.0]);
    }
}
