//! S¹, d_l = 1: the latent coordinate z(φ) over the circle's angle, with its jump, and the loss below it.
//!
//! A continuous z(φ) takes every value between its two extremes on both ways from one to the other. The network uses
//! one way to lay the points out in order, and hurries back on the other: that is the jump. It has a width, so it is
//! taken as the shorter way between the extremes, and the rest of the circle is judged as the longer way. The jump may
//! be wider than the tear, as z is free up to a change of scale that the decoder undoes: where it overshoots, the
//! decoder hardly moves. The reconstruction knows no scale of z, but its own speed: to run back over the arc, some 2π, it
//! needs an angle of about 2π/L if it moves at most L times as fast as the point.

use std::f64::consts::{PI, TAU};

use datasets::circle;

use super::circle_tear::{BOUND, distance, largest, tear};
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Member, Palette};
use crate::label;
use crate::plot::{Axis, Colour, ColourMap, Guide, Line, Page, Panel, Scale, Ticks};
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// The figure.
pub struct LatentOverAngle;

/// Share of the variation outside the jump that runs against it, from which on the rest counts as monotone.
const MONOTONE: f64 = 0.95;
/// Torn angle over 2π/L: the claim allows this factor to both sides, as fig06 does for the mean loss.
const FACTOR: f64 = 2.0;
/// Seeds and points of each that are drawn.
const SEEDS: usize = 4;
const SHOWN: usize = 900;

/// How one network's latent coordinate runs back.
#[derive(Debug, PartialEq)]
struct Return {
    /// The share, in [1/2, 1], of the variation on the longer way that runs against the jump; NaN of a constant.
    monotone_share: f64,
    /// Last value on the shorter way less the first.
    size: f64,
    /// Index before the steepest step; the first where z is constant.
    steepest: usize,
}

impl Figure for LatentOverAngle {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig03"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colours"]
    }

    fn version(&self) -> u32 {
        2
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        experiment.on_circle(1)?;
        match experiment.points()? {
            1 => Err(Error::setting("evaluate.points", 1, "an arc needs two points: give at least 2")),
            _ => Ok(()),
        }
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let (angles, points) = circle::grid(experiment.points()?)?;
        let ensemble = with.ensemble(0)?;
        let members = ensemble.members(&points);
        let stretching = ensemble.stretching(&points);
        let lipschitz: Vec<f64> = stretching.iter().map(|values| values.iter().copied().fold(0.0, f64::max)).collect();
        Ok(Tables::new([data(&angles, &members), by_seed(&angles, &members, lipschitz)?]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let share = table.numbers("monotone_share")?;
        let apart =
            table.numbers("jump_angle")?.iter().zip(table.numbers("peak_angle")?).map(|(a, b)| distance(*a, *b));
        let at_peak: Vec<bool> =
            apart.zip(table.numbers("tear_width_degrees")?).map(|(apart, width)| apart.to_degrees() < *width).collect();
        let one_way: Vec<bool> = share.iter().map(|&share| share >= MONOTONE).collect();
        let monotone = Claim::most_seeds(
            Origin::expected(
                "a small mean loss needs the points laid out in order, and a continuous z has to run back once",
            ),
            "the latent coordinate is monotone but for one jump",
            &one_way,
            "at least 95 % of the variation outside the jump runs one way",
        );
        // Retired: "the jump is narrow", from extreme to extreme of z. Where the decoder hardly moves z may overshoot, so that
        // its extremes lie at no place that the reconstruction knows of: z is free up to a monotone map.
        let claims = [
            Claim { value: format!("{}, median share {}", monotone.value, median_share(share)?), ..monotone },
            as_wide_as_needed(table.numbers("torn_degrees")?, table.numbers("lipschitz")?)?,
            Claim::most_seeds(
                Origin::expected("where z runs back, the reconstruction does, and the loss is large there alone"),
                "the jump is where the loss peaks",
                &at_peak,
                "apart by less than the tear's width",
            ),
        ];
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, share.len(), 16, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let shown = tables.get("by_seed")?.numbers("seed")?.len().min(SEEDS);
        let latent = (0..shown).map(|seed| latent_panel(seed, tables, &palette)).collect::<Result<Vec<_>>>()?;
        let loss = (0..shown).map(|seed| loss_panel(seed, tables, &palette)).collect::<Result<Vec<_>>>()?;
        let page = Page::new(latent.into_iter().chain(loss)).columns(shown.max(1)).frame(112.0, 96.0);
        Ok(page.title("$S^1$ autoencoder, $d_l = 1$: latent coordinate and loss"))
    }
}

/// The median over seeds, in words; none if an encoder has collapsed.
fn median_share(share: &[f64]) -> Result<String> {
    if share.iter().any(|share| share.is_nan()) {
        return Ok("none".to_owned());
    }
    Ok(format!("{:.1} %", 100.0 * metrics::median(share)?))
}

/// Whether the torn angle, in degrees, is 2π/L within a factor of two.
fn as_wide_as_needed(torn: &[f64], lipschitz: &[f64]) -> Result<Claim> {
    let ratios: Vec<f64> = torn.iter().zip(lipschitz).map(|(torn, lipschitz)| torn * lipschitz / 360.0).collect();
    let near: Vec<bool> = ratios.iter().map(|ratio| (1.0 / FACTOR..=FACTOR).contains(ratio)).collect();
    let claim = Claim::most_seeds(
        Origin::expected(
            "x' runs back over the whole arc, about 2π, at most L times as fast as x; the factor is that of fig06 and allows for \
             a speed that is not the largest all along",
        ),
        "the arc with loss > 0.1 is as wide as the reconstruction needs to run back",
        &near,
        "2π/L within a factor 2, L the largest stretching of decoder after encoder,",
    );
    Ok(Claim { value: format!("{}, median ratio {:.2}", claim.value, metrics::median(&ratios)?), ..claim })
}

fn angle_axis() -> Axis {
    Axis::linear("angle $φ$", 0.0, TAU).ticks(Ticks::HalfPi)
}

/// The steepest point of z, as a line.
fn jump_line(seed: usize, tables: &Tables, palette: &Palette) -> Result<Guide> {
    Ok(Guide::vertical(tables.get("by_seed")?.numbers("jump_angle")?[seed]).colour(palette.line(1)))
}

fn latent_panel(seed: usize, tables: &Tables, palette: &Palette) -> Result<Panel> {
    let data = tables.get("data")?;
    let column = |name: &str| data.numbers_at(name, "seed", seed as f64);
    let (angle, latent) = (column("angle")?, column("latent")?);
    let (low, high) = Scale::Linear.limits_covering(&latent).unwrap_or((-1.0, 1.0));
    let label = if seed == 0 { "latent coordinate $z$" } else { "" };
    // Beside a jump that falls, the curve leaves the lower end free; beside one that rises, the upper.
    let free = if tables.get("by_seed")?.numbers("jump_size")?[seed] < 0.0 { 0.0 } else { 1.0 };
    Ok(Panel::new(angle_axis(), Axis::linear(label, low, high))
        .with(jump_line(seed, tables, palette)?.label("jump").label_at(free))
        .with(Line::new(&angle, &latent).colour(palette.line(0)))
        .title(label!("seed {}", seed)))
}

fn loss_panel(seed: usize, tables: &Tables, palette: &Palette) -> Result<Panel> {
    let data = tables.get("data")?;
    let column = |name: &str| data.numbers_at(name, "seed", seed as f64);
    let label = if seed == 0 { "loss" } else { "" };
    // The name stands on the side where the tear is not.
    let free = if tables.get("by_seed")?.numbers("jump_angle")?[seed] > PI { 0.0 } else { 1.0 };
    let of_seed = |name: &str| -> Result<f64> { Ok(tables.get("by_seed")?.numbers(name)?[seed]) };
    let needed = 360.0 / of_seed("lipschitz")?;
    let title = label!("torn {:.1}°, $2π/L$ = {:.1}°", of_seed("torn_degrees")?, needed);
    let theorem = Guide::horizontal(BOUND);
    Ok(Panel::new(angle_axis(), Axis::logarithmic(label, 1e-5, 10.0))
        .with(jump_line(seed, tables, palette)?)
        .with(Line::new(&column("angle")?, &column("loss")?).colour(palette.line(0)))
        .with(theorem.colour(Colour::BLACK).label("Borsuk–Ulam").label_at(free))
        .title(title))
}

/// z and loss of the first seeds, one after the other, one point in so many that about [`SHOWN`] stay.
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
        .with("latent", column(&|seed, row| members[seed].latent[[row, 0]]))
        .with("loss", column(&|seed, row| members[seed].losses[row]))
}

fn by_seed(angles: &[f64], members: &[Member], lipschitz: Vec<f64>) -> Result<Table> {
    let latent = |member: &Member| member.latent.column(0).to_vec();
    let returns = members.iter().map(|member| run_back(&latent(member))).collect::<Result<Vec<_>>>()?;
    let tears = members.iter().map(|member| tear(&member.losses)).collect::<Result<Vec<_>>>()?;
    let degrees = 360.0 / angles.len() as f64;
    let peaks: Vec<f64> = members.iter().map(|member| angles[largest(&member.losses)]).collect();
    let column = |value: &dyn Fn(&Return) -> f64| -> Vec<f64> { returns.iter().map(value).collect() };
    Ok(Table::new("by_seed")
        .with("seed", (0..members.len()).map(|seed| seed as f64).collect::<Vec<_>>())
        .with("monotone_share", column(&|found| found.monotone_share))
        .with("jump_size", column(&|found| found.size))
        .with("jump_angle", column(&|found| (degrees * (found.steepest as f64 + 0.5)).to_radians()))
        .with("peak_angle", peaks)
        .with("tear_width_degrees", tears.iter().map(|tear| tear.width.to_degrees()).collect::<Vec<_>>())
        .with("torn_degrees", tears.iter().map(|tear| tear.torn.to_degrees()).collect::<Vec<_>>())
        .with("lipschitz", lipschitz))
}

/// How `latent`, at evenly spaced angles, runs back from one extreme to the other.
fn run_back(latent: &[f64]) -> Result<Return> {
    let n = latent.len();
    let (mut low, mut high) = (0, 0);
    for (index, value) in latent.iter().enumerate() {
        low = if *value < latent[low] { index } else { low };
        high = if *value > latent[high] { index } else { high };
    }
    let forward = (high + n - low) % n;
    let (steps, end) = if 2 * forward <= n { (forward, high) } else { (n - forward, low) };
    let size = latent[end] - latent[low + high - end];
    // Both extremes are kept, so that the closing step is the whole jump.
    let longer: Vec<f64> = (0..=n - steps).map(|index| latent[(end + index) % n]).collect();
    let whole = match metrics::jump(latent) {
        Err(metrics::Error::Constant { .. }) => {
            return Ok(Return { monotone_share: f64::NAN, size: 0.0, steepest: 0 });
        }
        other => other?,
    };
    Ok(Return { monotone_share: metrics::jump(&longer)?.monotone_share, size, steepest: whole.at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;

    #[test]
    fn the_shorter_way_between_the_extremes_is_the_jump() {
        // Up from 0 to 6 by 1, down by 3: the way down takes two steps, from index 7 across the seam to 1, both of 3.
        let found = run_back(&[3.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
        assert_eq!(found, Return { monotone_share: 1.0, size: -6.0, steepest: 0 });
        let falling = run_back(&[3.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 0.0]).unwrap();
        assert_eq!(falling, Return { monotone_share: 1.0, size: 6.0, steepest: 0 });
    }

    #[test]
    fn a_detour_outside_the_jump_lowers_the_share() {
        // On the way up steps 2, -1, 2, 2: 6 of 7 run against the jump of -5.
        let found = run_back(&[0.0, 2.0, 1.0, 3.0, 5.0]).unwrap();
        assert_eq!(found, Return { monotone_share: 6.0 / 7.0, size: -5.0, steepest: 4 });
    }

    #[test]
    fn a_collapsed_encoder_has_no_share() {
        let found = run_back(&[1.0; 5]).unwrap();
        assert!(found.monotone_share.is_nan() && found.size == 0.0);
    }

    #[test]
    fn a_tear_of_two_pi_over_l_is_as_wide_as_needed_and_one_of_a_third_is_not() {
        // 2π/L is 9° at L = 40.
        let verdict = |torn: f64| as_wide_as_needed(&[torn; 6], &[40.0; 6]).unwrap().verdict;
        assert_eq!(verdict(9.0), Verdict::Holds);
        assert_eq!((verdict(4.6), verdict(17.9)), (Verdict::Holds, Verdict::Holds));
        assert_eq!((verdict(4.4), verdict(18.1)), (Verdict::Fails, Verdict::Fails));
    }
}
