//! Double cone, d_l = 2: the loss over both sheets.
//!
//! Each sheet alone is a disc. Both together are no part of the plane: round the apex's image the one sheet fills a
//! disc, and the other, which begins at the disc's centre, must cross it.
//!
//! *Bound.* For a continuous encoder with d_l = 2 two points at a distance of at least √2 have one latent value, so
//! that one of them is reconstructed with |x - x'|² >= 1/2, a loss of at least 1/6. To see this take the pairs (x, y)
//! that go from antipodes of the upper rim, (c, -c), through (c, apex) to (c, b), with b on the lower rim, and on to
//! (apex, b): a disc of pairs whose boundary is the circle of the antipodes, and with the same pairs in the other order
//! a sphere. The difference of the two encoded points is odd on it, hence zero somewhere (Borsuk-Ulam), and no pair is
//! closer than √2. The theorem does not say where; the bound holds for the part |z| <= h of the cone too, with h² in
//! front.

use super::double_cone::{APEX, Heights, angle, cone};
use super::retraction::onto_double_cone;
use super::spread::{bands, in_words};
use crate::Result;
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Member, Palette};
use crate::plot::{Axis, Band, Colour, ColourMap, ColourScale, Dash, LegendPlace, Line, Page, Panel, Points, Scale};
use crate::tables::{Table, Tables};

/// The figure.
pub struct LossOverDoubleCone;

/// The largest loss of any continuous autoencoder with d_l = 2 is at least this.
const BOUND: f64 = 1.0 / 6.0;
/// Points round the axis at each height.
const ANGLES: usize = 180;
/// Points of the grid from which the largest loss is sought.
const WORST: i64 = 50;
/// Points drawn, of both sheets.
const DRAWN: usize = 6000;
/// Heights, each of 180 points.
const MOST_HEIGHTS: usize = 50_000;

/// One seed's losses.
struct Seed {
    apex: f64,
    rest: f64,
    median: f64,
    /// Found by ascent from the grid's worst points, and the |z| and angle where it is.
    largest: f64,
    largest_height: f64,
    largest_angle: f64,
}

impl Figure for LossOverDoubleCone {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig17"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colours", "draw.colour_map"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        experiment.with_latent(&[2])?;
        let power = cone(experiment.first())?.power;
        if power != 1.0 {
            let allowed = "this figure is about a cone sampled evenly in area: give 1";
            return Err(crate::Error::setting("data.power", power, allowed));
        }
        Heights::check(experiment.points_up_to(MOST_HEIGHTS)?)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let heights = Heights::new(experiment.points()?, ANGLES)?;
        let ensemble = with.ensemble(0)?;
        let losses = ensemble.losses(&heights.points);
        let largest = ensemble.largest_loss(&heights.points, WORST, &onto_double_cone);
        let seeds: Result<Vec<Seed>> =
            losses.iter().zip(largest).map(|(losses, (loss, at))| seed(&heights, losses, loss, &at)).collect();
        let points = experiment.first().points()?.test(DRAWN)?;
        let first = ensemble.members(&points).swap_remove(0);
        Ok(Tables::new([data(&points, &first), by_height(&heights, &losses)?, by_seed(&seeds?)]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let column = |name: &str| table.numbers(name);
        let [apex, rest, largest, at] =
            [column("apex")?, column("rest")?, column("largest")?, column("largest_height")?];
        let each = |holds: &dyn Fn(usize) -> bool| -> Vec<bool> { (0..apex.len()).map(holds).collect() };
        let claims = [
            Claim::every_seed(
                Origin::theorem(
                    "Borsuk-Ulam, on a sphere of pairs at a distance of at least √2: one pair has one latent value, and one \
                     of its two points is reconstructed at least √2/2 away",
                ),
                "the largest squared error is at least 1/2 (Borsuk-Ulam)",
                &each(&|i| 3.0 * largest[i] >= 0.5),
                "|x - x'|² >= 1/2",
            ),
            Claim::most_seeds(
                Origin::expected(
                    "without the apex the sheets are two annuli, which lie in the plane: only there is an obstruction",
                ),
                "the apex has a larger mean loss than the rest",
                &each(&|i| apex[i] > rest[i]),
                "|z| < 0.1 > rest",
            )
            .quoting(format!("apex {}, rest {}", in_words(apex)?, in_words(rest)?)),
            Claim::most_seeds(
                Origin::expected(
                    "without the apex the sheets are two annuli, which lie in the plane: only there is an obstruction",
                ),
                "the largest loss is at the apex",
                &each(&|i| at[i] < APEX),
                "|z| < 0.1",
            ),
        ];
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, apex.len(), 16, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Reds)?;
        let data = tables.get("data")?;
        let (low, high) = Scale::Log10.limits_covering(data.numbers("loss")?).unwrap_or((1e-9, 1.0));
        let scale = ColourScale::logarithmic(palette.map, low, high);
        let upper = sheet(data, 1.0, &scale)?.title("upper sheet, first seed");
        let lower = sheet(data, -1.0, &scale)?.title("lower sheet, first seed").colour_bar("loss");
        let profile = profile(tables.get("by_height")?, &palette)?;
        let page = Page::new([upper, lower, latent(data, &palette)?, profile]);
        Ok(page.frame(150.0, 150.0).title("Double cone, $d_l = 2$"))
    }
}

fn seed(heights: &Heights, losses: &[f64], largest: f64, at: &[f64]) -> Result<Seed> {
    let means = heights.means(losses);
    Ok(Seed {
        apex: heights.area_mean(&means, 0.0, APEX),
        rest: heights.area_mean(&means, APEX, f64::INFINITY),
        median: metrics::median(losses)?,
        largest,
        largest_height: at[2].abs(),
        largest_angle: angle(at),
    })
}

/// The drawn points with the first seed's losses and latent coordinates.
fn data(points: &ndarray::Array2<f64>, first: &Member) -> Table {
    Table::new("data")
        .with("x", points.column(0).to_vec())
        .with("y", points.column(1).to_vec())
        .with("z", points.column(2).to_vec())
        .with("loss", first.losses.clone())
        .with("latent_1", first.latent.column(0).to_vec())
        .with("latent_2", first.latent.column(1).to_vec())
}

/// Mean and largest loss over the angle at each height.
fn by_height(heights: &Heights, losses: &[Vec<f64>]) -> Result<Table> {
    let of = |over: fn(&Heights, &[f64]) -> Vec<f64>| -> Vec<Vec<f64>> {
        losses.iter().map(|losses| over(heights, losses)).collect()
    };
    let (means, largest) = (of(Heights::means), of(Heights::largest));
    let [median, low, high] = bands(&means)?;
    Ok(Table::new("by_height")
        .with("z", heights.z.clone())
        .with("first_seed", means[0].clone())
        .with("median", median)
        .with("low", low)
        .with("high", high)
        .with("largest_median", bands(&largest)?[0].clone()))
}

fn by_seed(seeds: &[Seed]) -> Table {
    let column = |value: fn(&Seed) -> f64| -> Vec<f64> { seeds.iter().map(value).collect() };
    Table::new("by_seed")
        .with("seed", (0..seeds.len()).map(|seed| seed as f64).collect::<Vec<_>>())
        .with("apex", column(|s| s.apex))
        .with("rest", column(|s| s.rest))
        .with("median", column(|s| s.median))
        .with("largest", column(|s| s.largest))
        .with("largest_height", column(|s| s.largest_height))
        .with("largest_angle", column(|s| s.largest_angle))
}

/// The numbers of a column on the sheet of this sign of z.
fn on_sheet(data: &Table, column: &str, sign: f64) -> Result<Vec<f64>> {
    let rows = data.numbers(column)?.iter().zip(data.numbers("z")?);
    Ok(rows.filter(|(_, z)| **z * sign > 0.0).map(|(number, _)| *number).collect())
}

/// One sheet seen along the axis, the apex in its middle.
fn sheet(data: &Table, sign: f64, scale: &ColourScale) -> Result<Panel> {
    let column = |name: &str| on_sheet(data, name, sign);
    let points = Points::new(&column("x")?, &column("y")?).radius(1.3).by_value(&column("loss")?, scale.clone());
    Ok(Panel::new(Axis::linear("$x$", -1.0, 1.0), Axis::linear("$y$", -1.0, 1.0)).with(points).equal_aspect())
}

/// Where the two sheets lie in latent space.
fn latent(data: &Table, palette: &Palette) -> Result<Panel> {
    let axis = |label: &'static str, column: &str| -> Result<Axis> {
        let (low, high) = Scale::Linear.limits_covering(data.numbers(column)?).unwrap_or((-1.0, 1.0));
        Ok(Axis::linear(label, low, high))
    };
    let mut panel =
        Panel::new(axis("first latent coordinate", "latent_1")?, axis("second latent coordinate", "latent_2")?);
    for (index, (sign, name)) in [(1.0, "upper sheet"), (-1.0, "lower sheet")].into_iter().enumerate() {
        let points = Points::new(&on_sheet(data, "latent_1", sign)?, &on_sheet(data, "latent_2", sign)?);
        let points = points.radius(0.7).colour(palette.line(index)).label(name);
        panel = panel.with(points);
    }
    Ok(panel.title("latent space, first seed").legend(LegendPlace::Above))
}

/// Mean and largest loss over the height, over the seeds.
fn profile(table: &Table, palette: &Palette) -> Result<Panel> {
    let column = |name: &str| table.numbers(name);
    let (z, largest) = (column("z")?, column("largest_median")?);
    let all = [column("low")?, largest, &[1.0]].concat();
    let (low, high) = Scale::Log10.limits_covering(&all).unwrap_or((1e-9, 1.0));
    let band = Band::new(z, column("low")?, column("high")?).colour(palette.line(0)).opacity(0.3);
    let mean = Line::new(z, column("median")?).colour(palette.line(0)).label("mean over the angle, median of seeds");
    let largest = Line::new(z, largest).colour(palette.line(1)).label("largest over the angle, median");
    let bound = Line::new(&[-1.0, 1.0], &[BOUND; 2]).colour(Colour::BLACK).dash(Dash::Dashed).width(0.8);
    Ok(Panel::new(Axis::linear("height $z$ (apex at 0)", -1.0, 1.0), Axis::logarithmic("loss", low, high))
        .with(band.label("16 % to 84 % of seeds"))
        .with(mean)
        .with(largest)
        .with(bound.label("Borsuk–Ulam: the largest is ≥ 1/6"))
        .legend(LegendPlace::Above))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_apex_and_the_rest_are_averaged_over_their_area() {
        // Heights -1, -0.95, ..., 1; one angle; loss 5 near the apex and 1 elsewhere.
        let heights = Heights::new(41, 1).unwrap();
        let losses: Vec<f64> = heights.z.iter().map(|z| if z.abs() < 0.09 { 5.0 } else { 1.0 }).collect();
        let found = seed(&heights, &losses, 7.0, &[0.0, -0.5, -0.5]).unwrap();
        assert!((found.apex - 5.0).abs() < 1e-12 && (found.rest - 1.0).abs() < 1e-12);
        assert_eq!([found.median, found.largest, found.largest_height], [1.0, 7.0, 0.5]);
        assert!((found.largest_angle - 1.5 * std::f64::consts::PI).abs() < 1e-12);
    }

    #[test]
    fn no_pair_of_the_theorem_is_closer_than_its_distance() {
        let distance = |x: [f64; 3], y: [f64; 3]| x.iter().zip(y).map(|(x, y)| (x - y) * (x - y)).sum::<f64>().sqrt();
        let lower = [1.0, 0.0, -1.0];
        for (step, degree) in (0..=20).flat_map(|step| (0..360).map(move |degree| (step, degree))) {
            let (t, angle) = (f64::from(step) / 20.0, f64::from(degree).to_radians());
            let rim = [angle.cos(), angle.sin(), 1.0];
            let pairs =
                [(rim, [-t * rim[0], -t * rim[1], t]), (rim, lower.map(|b| t * b)), (rim.map(|c| t * c), lower)];
            assert!(pairs.iter().all(|&(x, y)| distance(x, y) > 2f64.sqrt() - 1e-12), "{t}, {degree}");
        }
        // Of two points with one reconstruction, one is at least half their distance from it.
        assert!(((0.5 * 2f64.sqrt()).powi(2) / 3.0 - BOUND).abs() < 1e-15);
    }

    #[test]
    fn sheets_are_told_by_the_sign_of_z() {
        let table = Table::new("data").with("x", vec![1.0, 2.0, 3.0]).with("z", vec![0.5, -0.5, 0.1]);
        assert_eq!(on_sheet(&table, "x", 1.0).unwrap(), [1.0, 3.0]);
        assert_eq!(on_sheet(&table, "x", -1.0).unwrap(), [2.0]);
    }
}
