//! Torus T², d_l = 2, 3, 4: the loss over its two angles, for the torus embedded in R³ and the flat one in R⁴.
//!
//! No torus lies in the plane: with d_l = 2 some point is reconstructed no nearer than the reach ([`super::torus`]).
//! Cut along one cycle a torus is an annulus, which does lie in the plane, cut along two it is a square; which of the
//! two a network makes is not a matter of topology, nor that it tears at all: flattened along its axis, the embedded
//! torus has errors up to the reach at its top and its bottom, and no jump. One cut is enough. With d_l = 3 nothing is in the way of
//! either torus: the embedded one is there already, and the flat one can be bent into it. With d_l = 4 nothing need be
//! bent.

use std::f64::consts::TAU;

use super::spread::{bands, in_words, largest};
use super::torus::{Tear, Torus};
use crate::claims::{Claim, Origin};
use crate::config::{Experiment, Variant};
use crate::figure::{Ensemble, Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{
    Axis, Band, Colour, ColourMap, ColourScale, Dash, Image, LegendPlace, Line, Page, Panel, Scale, Ticks,
};
use crate::rows::Rows;
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// The figure.
pub struct LossOverTorus;

/// The latent dimensions compared, on each torus.
const LATENT: [i64; 3] = [2, 3, 4];
/// Grid points along an angle that are drawn, about.
const DRAWN: usize = 90;
/// Points of the grid from which the largest loss is sought.
const WORST: i64 = 50;
/// Shares of the grid at which the losses' distribution is given.
const SHARES: usize = 60;
/// The share of the drawn points whose losses are below the colours' lower end.
const FAINT: f64 = 0.02;
/// Grid points along an angle: their square is the number of points.
const MOST_POINTS: usize = 3000;

/// One network on one torus.
struct Seed {
    torus: Torus,
    latent: f64,
    seed: f64,
    mean: f64,
    /// Found by ascent from the grid's worst points.
    largest: f64,
    tear: Tear,
}

impl Figure for LossOverTorus {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig14"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colours", "draw.colour_map"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        experiment.with_latent(&[LATENT, LATENT].concat())?;
        for (index, variant) in experiment.variants.iter().enumerate() {
            let torus = torus(variant)?;
            if (torus == Torus::Flat) != (index >= LATENT.len()) {
                return Err(Error::setting("variant", index, "list the torus in R³ first, then the flat one"));
            }
        }
        experiment.points_up_to(MOST_POINTS).map(drop)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let side = experiment.points()?;
        let (mut seeds, mut drawn, mut shares) = (Vec::new(), Drawn::default(), Shares::default());
        for (index, variant) in experiment.variants.iter().enumerate() {
            let (torus, latent) = (torus(variant)?, variant.latent()? as f64);
            let ensemble = with.ensemble(index)?;
            let losses = ensemble.losses(&torus.grid(side)?);
            seeds.extend(of_seeds(torus, latent, &ensemble, &losses, side)?);
            drawn.extend((torus, latent), &losses[0], side);
            shares.extend((torus, latent), &losses)?;
        }
        Ok(Tables::new([drawn.table(), shares.table(), by_seed(&seeds)]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let mut claims = Vec::new();
        for torus in experiment.variants.iter().step_by(LATENT.len()).map(torus) {
            claims.extend(of_torus(torus?, table)?);
        }
        let decided = |claim: Claim| claim.decided_with(experiment.tier, experiment.seeds, 16, "seeds");
        Ok(claims.into_iter().map(decided).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let data = tables.get("data")?;
        let losses = data.numbers("loss")?;
        // The few points that are hit by chance would take half of the colours.
        let scale = ColourScale::logarithmic(palette.map, metrics::quantile(losses, FAINT)?, largest(losses).1);
        let mut panels = Vec::new();
        for torus in experiment.variants.iter().step_by(LATENT.len()).map(torus) {
            let torus = torus?;
            for latent in LATENT {
                let panel = map(torus, latent, data, &scale)?;
                panels.push(if latent == 4 { panel.colour_bar("loss") } else { panel });
            }
            panels.push(distribution(torus, tables.get("shares")?, &palette)?);
        }
        Ok(Page::new(panels).columns(4).frame(125.0, 125.0).title("Torus $T^2$: loss over its two angles, first seed"))
    }
}

fn torus(variant: &Variant) -> Result<Torus> {
    let torus = Torus::of(&variant.points()?.manifold);
    torus.ok_or_else(|| Error::setting("data.kind", "another data set", "this figure is about tori"))
}

fn of_seeds(torus: Torus, latent: f64, ensemble: &Ensemble, losses: &[Vec<f64>], side: usize) -> Result<Vec<Seed>> {
    let found = ensemble.largest_loss(&torus.grid(side)?, WORST, &|x| torus.retract(x));
    let each = losses.iter().zip(found).enumerate().map(|(seed, (losses, (found, _)))| {
        let (mean, tear) = (metrics::mean(losses)?, torus.tear(losses, side)?);
        Ok(Seed { torus, latent, seed: seed as f64, mean, largest: found.max(largest(losses).1), tear })
    });
    each.collect()
}

/// The first seed's losses on every so-manieth grid point.
struct Drawn(Rows<1, 4>);

impl Default for Drawn {
    fn default() -> Self {
        Self(Rows::new(["torus"], ["latent", "angle_round_axis", "angle_round_tube", "loss"]))
    }
}

impl Drawn {
    fn extend(&mut self, (torus, latent): (Torus, f64), losses: &[f64], side: usize) {
        let step = side.div_ceil(DRAWN);
        let angle = |index: usize| TAU * index as f64 / side as f64;
        for (row, column) in (0..side).step_by(step).flat_map(|row| (0..side).step_by(step).map(move |c| (row, c))) {
            self.0.push([torus.name()], [latent, angle(column), angle(row), losses[row * side + column]]);
        }
    }

    fn table(self) -> Table {
        self.0.table("data")
    }
}

/// Numbers of grid points, from one to all `points`, in even steps of the logarithm.
fn counts(points: usize) -> Vec<usize> {
    let count = |step: usize| (points as f64).powf(step as f64 / (SHARES - 1) as f64).round() as usize;
    (0..SHARES).map(count).collect()
}

/// The loss that a share of the grid reaches, over the seeds.
struct Shares(Rows<1, 5>);

impl Default for Shares {
    fn default() -> Self {
        Self(Rows::new(["torus"], ["latent", "share", "median", "low", "high"]))
    }
}

impl Shares {
    fn extend(&mut self, (torus, latent): (Torus, f64), losses: &[Vec<f64>]) -> Result<()> {
        let points = losses[0].len();
        let counts = counts(points);
        let of_seed = |losses: &Vec<f64>| -> Vec<f64> {
            let mut falling = losses.clone();
            falling.sort_by(|a, b| b.total_cmp(a));
            counts.iter().map(|count| falling[count - 1]).collect()
        };
        let [median, low, high] = bands(&losses.iter().map(of_seed).collect::<Vec<_>>())?;
        for (index, &count) in counts.iter().enumerate() {
            let share = count as f64 / points as f64;
            self.0.push([torus.name()], [latent, share, median[index], low[index], high[index]]);
        }
        Ok(())
    }

    fn table(self) -> Table {
        self.0.table("shares")
    }
}

fn by_seed(seeds: &[Seed]) -> Table {
    let column = |value: fn(&Seed) -> f64| -> Vec<f64> { seeds.iter().map(value).collect() };
    Table::new("by_seed")
        .with_texts("torus", seeds.iter().map(|seed| seed.torus.name()))
        .with("latent", column(|s| s.latent))
        .with("seed", column(|s| s.seed))
        .with("mean", column(|s| s.mean))
        .with("largest", column(|s| s.largest))
        .with("largest_distance", column(|s| (s.torus.features() * s.largest).sqrt()))
        .with("torn_share", column(|s| s.tear.fraction))
        .with("tear_round_tube", column(|s| f64::from(u8::from(s.tear.round_tube))))
        .with("tear_round_axis", column(|s| f64::from(u8::from(s.tear.round_axis))))
}

/// The numbers of a column on one torus with one latent dimension, seed by seed.
fn of(table: &Table, column: &str, torus: Torus, latent: i64) -> Result<Vec<f64>> {
    let (names, dimensions) = (table.texts("torus")?, table.numbers("latent")?);
    let rows = table.numbers(column)?.iter().zip(names.iter().zip(dimensions));
    let chosen = rows.filter(|(_, (name, dimension))| *name == torus.name() && **dimension == latent as f64);
    Ok(chosen.map(|(number, _)| *number).collect())
}

fn of_torus(torus: Torus, table: &Table) -> Result<Vec<Claim>> {
    let at = |column: &str, latent: i64| of(table, column, torus, latent);
    let mut claims = torn(torus, table)?;
    for latent in [3, 4] {
        let bar = 0.5 * torus.reach();
        let whole: Vec<bool> = at("largest_distance", latent)?.iter().map(|distance| *distance < bar).collect();
        let statement = format!("{}, d_l = {latent}: no tear", torus.name());
        let origin = Origin::expected(match (torus, latent) {
            (Torus::Embedded { .. }, _) => "it lies in R³: nothing obstructs; half the least of d_l = 2 is ours",
            (Torus::Flat, 3) => {
                "it can be bent into the torus in R³: nothing obstructs; half the least of d_l = 2 is ours"
            }
            (Torus::Flat, _) => "it lies in R⁴: nothing obstructs; half the least of d_l = 2 is ours",
        });
        claims.push(Claim::most_seeds(origin, statement, &whole, format!("largest |x - x'| < {bar}")));
    }
    // Retired: on the torus in R³ a fourth dimension changes the mean loss by less than a factor 10; such a factor has no
    // reason.
    if torus == Torus::Flat {
        claims.push(fourth(&at("mean", 3)?, &at("mean", 4)?)?);
    }
    Ok(claims)
}

/// What d_l = 2 makes of a torus.
fn torn(torus: Torus, table: &Table) -> Result<Vec<Claim>> {
    let (name, reach) = (torus.name(), torus.reach());
    let at = |column: &str| of(table, column, torus, 2);
    let bounded: Vec<bool> = at("largest_distance")?.iter().map(|distance| *distance >= reach).collect();
    let rounds: Vec<f64> =
        at("tear_round_tube")?.iter().zip(at("tear_round_axis")?).map(|(tube, axis)| tube + axis).collect();
    let along: Vec<bool> = rounds.iter().map(|&rounds| rounds >= 1.0).collect();
    // Retired: the tear runs along two cycles; cut along one, the torus is an annulus, which is planar. Retired in every
    // seed: along one cycle at half the reach; no theorem says so.
    Ok(vec![
        Claim::every_seed(
            Origin::theorem(
                "nearer than the reach everywhere, x' could be moved on to the nearest point of the torus: the identity \
                 would factor, up to homotopy, through an open set of the plane, which has no second homology",
            ),
            format!("{name}, d_l = 2: the largest |x - x'| is at least the reach"),
            &bounded,
            format!("|x - x'| >= {reach}"),
        ),
        Claim::most_seeds(
            Origin::expected(
                "one cut along a cycle makes the torus an annulus, which is planar; half the reach is ours",
            ),
            format!("{name}, d_l = 2: the tear runs along a cycle"),
            &along,
            format!("|x - x'| > {} round the tube or round the axis", 0.5 * reach),
        ),
    ])
}

/// What the fourth latent dimension brings to the flat torus.
fn fourth(three: &[f64], four: &[f64]) -> Result<Claim> {
    let pairs = || three.iter().zip(four);
    let ratios: Vec<f64> = pairs().map(|(three, four)| three / four).collect();
    // Retired: by a factor of at least 10, for which there was no reason; that it is lowered at all has one.
    let claim = Claim::most_seeds(
        Origin::expected("with d_l = 4 the identity is within reach, with d_l = 3 the torus has to be bent"),
        format!("{}: a fourth latent dimension lowers the mean loss", Torus::Flat.name()),
        &pairs().map(|(three, four)| three > four).collect::<Vec<_>>(),
        "mean loss with d_l = 3 > with d_l = 4, seed by seed,",
    );
    Ok(claim.quoting(format!("d_l = 3 over d_l = 4: {}", in_words(&ratios)?)))
}

/// The loss over the two angles.
fn map(torus: Torus, latent: i64, data: &Table, scale: &ColourScale) -> Result<Panel> {
    let losses = of(data, "loss", torus, latent)?;
    let side = (losses.len() as f64).sqrt().round() as usize;
    let half = 0.5 * TAU / side as f64;
    // Cells lie around their points; the seam's are drawn at both ends.
    let edges = (-half, TAU + half);
    let image = Image::new(&closed(&losses, side), side + 1, edges, edges, scale.clone());
    let angle = |label: &'static str| Axis::linear(label, 0.0, TAU).ticks(Ticks::HalfPi);
    Ok(Panel::new(angle("round the axis, $φ$"), angle("round the tube, $θ$"))
        .title(label!("{}, $d_l = {}$", torus.name(), latent))
        .with(image))
}

/// The values of a square grid with its first row and column repeated at the end.
fn closed(values: &[f64], side: usize) -> Vec<f64> {
    let place = |row: usize, column: usize| values[(row % side) * side + column % side];
    (0..=side).flat_map(|row| (0..=side).map(move |column| place(row, column))).collect()
}

/// Which share of the grid has at least a loss, over the seeds.
fn distribution(torus: Torus, table: &Table, palette: &Palette) -> Result<Panel> {
    let column = |name: &str, latent: i64| of(table, name, torus, latent);
    // Towards share 1 stand the few points that are hit by chance: the axis ends above them.
    let most: Vec<f64> = column("low", 4)?.into_iter().take(SHARES - 3).collect();
    let (low, _) = Scale::Log10.limits_covering(&most).unwrap_or((1e-9, 1.0));
    let high = table.numbers("high")?.iter().copied().fold(10.0, f64::max);
    let smallest = column("share", 2)?.first().copied().unwrap_or(0.1);
    let mut panel = Panel::new(
        Axis::logarithmic("share of the grid with at least this loss", smallest, 1.0),
        Axis::logarithmic("loss (lowest cut off)", low, high).cut(),
    );
    for (index, latent) in LATENT.into_iter().enumerate() {
        let (share, colour) = (column("share", latent)?, palette.line(index));
        let band = Band::new(&share, &column("low", latent)?, &column("high", latent)?).colour(colour);
        let line = Line::new(&share, &column("median", latent)?).colour(colour);
        panel = panel.with(band).with(line.label(label!("$d_l = {}$", latent)));
    }
    let bound = Line::new(&[smallest, 1.0], &[torus.bound(); 2]).colour(Colour::BLACK).dash(Dash::Dashed).width(0.8);
    let label = label!("largest for $d_l = 2$ is ≥ reach²/{}", torus.features());
    Ok(panel.with(bound.label(label)).legend(LegendPlace::Above))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_is_closed_by_its_first_row_and_column() {
        assert_eq!(closed(&[1.0, 2.0, 3.0, 4.0], 2), [1.0, 2.0, 1.0, 3.0, 4.0, 3.0, 1.0, 2.0, 1.0]);
    }

    #[test]
    fn all_points_have_at_least_the_smallest_loss_and_one_the_largest() {
        let mut shares = Shares::default();
        shares.extend((Torus::Flat, 2.0), &[vec![3.0, 1.0, 4.0, 2.0]]).unwrap();
        let table = shares.table();
        let (share, median) = (table.numbers("share").unwrap(), table.numbers("median").unwrap());
        assert_eq!((share[0], median[0]), (0.25, 4.0));
        assert_eq!((share[SHARES - 1], median[SHARES - 1]), (1.0, 1.0));
        let half = share.iter().position(|share| *share == 0.5).unwrap();
        assert_eq!(median[half], 3.0);
    }

    #[test]
    fn the_fourth_dimension_is_compared_seed_by_seed() {
        let claim = fourth(&[3e-4, 2e-4, 1e-4], &[1e-5, 1e-5, 1e-4]).unwrap();
        assert_eq!(claim.value, "d_l = 3 over d_l = 4: 2.0e1 (1.0e0 to 3.0e1); 2 of 3 seeds");
        assert_eq!(fourth(&[2.0; 6], &[1.0; 6]).unwrap().verdict, crate::claims::Verdict::Holds);
        assert_eq!(fourth(&[1.0; 6], &[1.0; 6]).unwrap().verdict, crate::claims::Verdict::Fails);
    }

    /// One seed on the embedded torus at each of d_l = 2, 3, 4, with d_l = 2 torn round the tube.
    fn one_seed(distance: [f64; 3]) -> Table {
        let torus = Torus::Embedded { major: 1.0, minor: 0.4 };
        let seed = |index: usize| Seed {
            torus,
            latent: LATENT[index] as f64,
            seed: 0.0,
            mean: 1e-3,
            largest: distance[index].powi(2) / 3.0,
            tear: Tear { fraction: 0.1, round_tube: index == 0, round_axis: false },
        };
        by_seed(&[seed(0), seed(1), seed(2)])
    }

    #[test]
    fn the_theorem_is_about_the_reach_and_no_second_cycle_is_claimed() {
        let torus = Torus::Embedded { major: 1.0, minor: 0.4 };
        let claims = |distance| of_torus(torus, &one_seed(distance)).unwrap();
        let found = claims([0.41, 0.1, 0.1]);
        assert_eq!(
            found.iter().map(|claim| claim.origin.name()).collect::<Vec<_>>(),
            ["theorem", "expected", "expected", "expected"]
        );
        assert_eq!(found[0].verdict, crate::claims::Verdict::Holds);
        assert_eq!(claims([0.39, 0.1, 0.1])[0].verdict, crate::claims::Verdict::Fails);
        assert_eq!([&found[1].value, &found[2].value], ["1 of 1 seeds", "1 of 1 seeds"]);
        assert_eq!(claims([0.41, 0.21, 0.1])[2].value, "0 of 1 seeds");
    }
}
