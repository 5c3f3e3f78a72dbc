//! Extrinsic topology: a circle, two circles apart, the Hopf link and the trefoil, each in d_l = 1, 2 and 3.
//!
//! The two pairs of circles are the same in themselves, and so are circle and trefoil; what differs is how they lie in
//! space. On a line each closed curve must be torn (Borsuk-Ulam). In the plane none of them need be: all four have continuous
//! injections into it, and a decoder can undo those, so that no theorem forbids d_l = 2. What is shown there is what
//! gradient descent finds, no obstruction: a network starts from an almost linear projection, in which link and knot cross
//! themselves. In three dimensions nothing need be undone. Persistent homology says which loops of a set are in its
//! reconstruction, and from which distance between points on. Losses are squared errors |x - x'|², so that the circle of
//! two components compares with the rest.

use std::collections::BTreeMap;

use datasets::circles::Pair;
use datasets::{circle, trefoil};
use metrics::torn_arcs;
use ndarray::Array2;

use super::loops::{self, loops};
use crate::claims::{Claim, Origin};
use crate::config::{Experiment, Manifold};
use crate::figure::{Evaluator, Figure, Member, Palette};
use crate::label;
use crate::plot::{Axis, Colour, ColourMap, Dash, Guide, LegendPlace, Line, Page, Panel, Points, Ticks};
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// The figure.
pub struct ExtrinsicTopology;

/// A set is torn where the squared error is larger. Two strands of the trefoil come as near as 0.405 (those of the link
/// 1), and of two points with one latent value one has a squared error of at least a quarter of their distance squared.
const TORN: f64 = 0.04;
/// The latent dimensions, in the order of the variants of each set.
const DIMENSIONS: [i64; 3] = [1, 2, 3];
/// Stretches of a curve that are drawn.
const STRETCHES: usize = 240;
/// Squared errors at the ends of the axes.
const SHOWN: (f64, f64) = (1e-8, 10.0);

/// One of the sets.
struct Set {
    name: &'static str,
    /// Azimuth and height of the view, in degrees.
    view: [f64; 2],
    /// Closed curves that it has.
    curves: usize,
    /// The largest squared error is at least this with d_l = 1.
    bound: f64,
}

/// The sets in the order of the variants. Borsuk-Ulam gives a pair of one latent value: on a unit circle two points 2
/// apart, on the trefoil those of some parameters t and t + π, which are (2/3) √(1 + sin² 3t) >= 2/3 apart.
const SETS: [Set; 4] = [
    Set { name: "circle", view: [-90.0, 90.0], curves: 1, bound: 1.0 },
    Set { name: "two circles apart", view: [-80.0, 35.0], curves: 2, bound: 1.0 },
    Set { name: "Hopf link", view: [-55.0, 25.0], curves: 2, bound: 1.0 },
    Set { name: "trefoil", view: [-90.0, 70.0], curves: 1, bound: 1.0 / 9.0 },
];

impl Figure for ExtrinsicTopology {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig09"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colours"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        experiment.points()?;
        experiment.with_latent(&DIMENSIONS.repeat(SETS.len()))?;
        for (index, variant) in experiment.variants.iter().enumerate() {
            let expected = SETS[index / DIMENSIONS.len()].name;
            if set_name(&variant.points()?.manifold) != Some(expected) {
                return Err(Error::setting("data.kind", "another set", &format!("here this figure needs: {expected}")));
            }
        }
        Ok(())
    }

    fn version(&self) -> u32 {
        2
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let per_curve = experiment.points()?.div_ceil(STRETCHES) * STRETCHES;
        let (mut drawn, mut seeds, mut bars) = (Vec::new(), Vec::new(), Vec::new());
        for (index, variant) in experiment.variants.iter().enumerate() {
            let (set, latent) = (&SETS[index / DIMENSIONS.len()], DIMENSIONS[index % DIMENSIONS.len()]);
            let points = curve(&variant.points()?.manifold, per_curve)?;
            let members = with.ensemble(index)?.members(&points);
            drawn.extend(stretches(set, latent, &points, &members[0]));
            if latent == DIMENSIONS[0] {
                bars.extend(loops(set.name, 0, &points)?);
            }
            bars.extend(loops(set.name, latent, &members[0].reconstructions)?);
            for member in &members {
                seeds.push(tear(set, latent, &squared_errors(&points, member), per_curve)?);
            }
        }
        Ok(Tables::new([along(&drawn), by_seed(&seeds, experiment.seeds), loops::table(&bars)]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let untorn: BTreeMap<&str, Vec<usize>> =
            SETS.iter().map(|set| Ok((set.name, untorn_seeds(table, set.name)?))).collect::<Result<_>>()?;
        let seeds = experiment.seeds;
        let bounded: Vec<bool> = bounded(table)?;
        let in_space: usize = untorn.values().map(|counts| counts[2]).sum();
        let claims = [
            different("two circles apart", "Hopf link", &untorn, seeds),
            different("circle", "trefoil", &untorn, seeds),
            Claim::every_seed(
                Origin::theorem(
                    "Borsuk-Ulam: a map of a closed curve to the line takes some opposite points to one, on a unit circle 2 \
                     apart, on the trefoil at least 2/3",
                ),
                "with d_l = 1 every set is torn (Borsuk-Ulam)",
                &bounded,
                "largest |x - x'|² >= 1 (trefoil: 1/9), on a grid to a thousandth,",
            ),
            Claim::new(
                Origin::expected(
                    "every set lies in R³ as it is: nothing has to be undone, and the identity is within reach",
                ),
                "with d_l = 3 no set is torn",
                format!("{in_space} of {} networks without a tear", SETS.len() * seeds),
                "every seed of every set",
                in_space == SETS.len() * seeds,
            ),
        ];
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, seeds, 16, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let (data, seeds) = (tables.get("data")?, tables.get("by_seed")?);
        let mut panels = Vec::new();
        for set in &SETS {
            panels.push(projection_panel(set, data, &palette)?);
        }
        for set in &SETS {
            panels.push(along_panel(set, data, &palette)?);
        }
        for set in &SETS {
            panels.push(loops::panel(set.name, &DIMENSIONS, tables, &palette)?);
        }
        for set in &SETS {
            panels.push(seeds_panel(set, seeds, &palette)?);
        }
        let title = "Sets in space, reconstructed from $d_l$ = 1, 2, 3 (above: first seed; bottom row: every seed)";
        let footer = "All four have continuous injections into the plane, so that no theorem forbids $d_l = 2$: what is shown \
                      there is what gradient descent finds.";
        Ok(Page::new(panels).columns(SETS.len()).frame(135.0, 110.0).title(title).footer(footer))
    }
}

fn set_name(manifold: &Manifold) -> Option<&'static str> {
    match manifold {
        Manifold::Circle => Some("circle"),
        Manifold::Circles { .. } => Some("two circles apart"),
        Manifold::HopfLink => Some("Hopf link"),
        Manifold::Trefoil => Some("trefoil"),
        _ => None,
    }
}

/// `n` points on each closed curve of a set, one curve after the other, `[curves · n, features]`.
fn curve(manifold: &Manifold, n: usize) -> Result<Array2<f64>> {
    Ok(match manifold {
        Manifold::Circles { distance } => Pair::Apart { distance: *distance }.grid(n)?.2,
        Manifold::HopfLink => Pair::HopfLink.grid(n)?.2,
        Manifold::Trefoil => trefoil::grid(n)?.1,
        _ => circle::grid(n)?.1,
    })
}

/// |x - x'|² at each point.
fn squared_errors(points: &Array2<f64>, member: &Member) -> Vec<f64> {
    member.losses.iter().map(|loss| points.ncols() as f64 * loss).collect()
}

/// One stretch of a curve, as the first seed reconstructs it.
struct Stretch {
    set: &'static str,
    latent: i64,
    /// Where it begins, in turns; the second curve is from 1 to 2.
    position: f64,
    /// Its largest squared error.
    squared_error: f64,
    /// Where it begins, in space.
    point: [f64; 3],
    reconstruction: [f64; 3],
}

/// A point of the plane is one of space with z = 0.
fn in_space(points: &Array2<f64>, row: usize) -> [f64; 3] {
    std::array::from_fn(|axis| points.get((row, axis)).copied().unwrap_or(0.0))
}

fn stretches(set: &Set, latent: i64, points: &Array2<f64>, member: &Member) -> Vec<Stretch> {
    let errors = squared_errors(points, member);
    let length = errors.len() / (set.curves * STRETCHES);
    let stretch = |(index, errors): (usize, &[f64])| Stretch {
        set: set.name,
        latent,
        position: index as f64 / STRETCHES as f64,
        squared_error: errors.iter().copied().fold(0.0, f64::max),
        point: in_space(points, index * length),
        reconstruction: in_space(&member.reconstructions, index * length),
    };
    errors.chunks(length).enumerate().map(stretch).collect()
}

/// How one network tears a set.
struct Tear {
    set: &'static str,
    latent: i64,
    largest: f64,
    median: f64,
    /// Torn arcs of all its curves.
    arcs: usize,
}

fn tear(set: &Set, latent: i64, errors: &[f64], per_curve: usize) -> Result<Tear> {
    let mut arcs = 0;
    for errors in errors.chunks(per_curve) {
        arcs += torn_arcs(errors, TORN)?.len();
    }
    let largest = errors.iter().copied().fold(0.0, f64::max);
    Ok(Tear { set: set.name, latent, largest, median: metrics::median(errors)?, arcs })
}

fn along(stretches: &[Stretch]) -> Table {
    let column = |value: &dyn Fn(&Stretch) -> f64| -> Vec<f64> { stretches.iter().map(value).collect() };
    let mut table = Table::new("data")
        .with_texts("set", stretches.iter().map(|stretch| stretch.set))
        .with("latent", column(&|stretch| stretch.latent as f64))
        .with("position", column(&|stretch| stretch.position))
        .with("squared_error", column(&|stretch| stretch.squared_error));
    for (axis, name) in ["x", "y", "z"].into_iter().enumerate() {
        table = table
            .with(name, column(&|stretch| stretch.point[axis]))
            .with(&format!("reconstructed_{name}"), column(&|stretch| stretch.reconstruction[axis]));
    }
    table
}

fn by_seed(tears: &[Tear], seeds: usize) -> Table {
    let column = |value: &dyn Fn(&Tear) -> f64| -> Vec<f64> { tears.iter().map(value).collect() };
    Table::new("by_seed")
        .with_texts("set", tears.iter().map(|tear| tear.set))
        .with("latent", column(&|tear| tear.latent as f64))
        .with("seed", (0..tears.len()).map(|index| (index % seeds) as f64).collect::<Vec<_>>())
        .with("largest_squared_error", column(&|tear| tear.largest))
        .with("median_squared_error", column(&|tear| tear.median))
        .with("torn_arcs", column(&|tear| tear.arcs as f64))
}

/// The values of `column` for a set with this latent dimension.
fn of_set(table: &Table, column: &str, set: &str, latent: i64) -> Result<Vec<f64>> {
    let dimensions = table.numbers_where("latent", "set", set)?;
    let values = table.numbers_where(column, "set", set)?;
    Ok(values.into_iter().zip(dimensions).filter(|(_, d)| *d == latent as f64).map(|(value, _)| value).collect())
}

/// How many seeds do not tear a set, for each latent dimension.
fn untorn_seeds(table: &Table, set: &str) -> Result<Vec<usize>> {
    let count = |latent: &i64| {
        let largest = of_set(table, "largest_squared_error", set, *latent)?;
        Ok(largest.iter().filter(|&&largest| largest <= TORN).count())
    };
    DIMENSIONS.iter().map(count).collect()
}

/// Whether the theorem's bound is kept in each network with d_l = 1.
fn bounded(table: &Table) -> Result<Vec<bool>> {
    let mut kept = Vec::new();
    for set in &SETS {
        let largest = of_set(table, "largest_squared_error", set.name, 1)?;
        // The largest error of a grid is a little below that of the curve.
        kept.extend(largest.into_iter().map(|largest| largest >= 0.999 * set.bound));
    }
    Ok(kept)
}

/// The smallest latent dimension in which most seeds do not tear a set.
fn smallest(untorn: &[usize], seeds: usize) -> Option<i64> {
    DIMENSIONS.into_iter().zip(untorn).find(|(_, untorn)| 2 * **untorn > seeds).map(|(latent, _)| latent)
}

/// The claim that gradient descent leaves two sets of the same intrinsic topology whole in different latent dimensions.
fn different(one: &str, other: &str, untorn: &BTreeMap<&str, Vec<usize>>, seeds: usize) -> Claim {
    let found = [one, other].map(|set| smallest(&untorn[set], seeds));
    let words = |set: &str, found: Option<i64>| {
        let least = found.map_or("none".to_owned(), |latent| latent.to_string());
        let [a, b, c] = [0, 1, 2].map(|index| untorn[set][index]);
        format!("{set}: {least} ({a}, {b}, {c} of {seeds} seeds without a tear at d_l = 1, 2, 3)")
    };
    Claim::new(
        Origin::expected(
            "what gradient descent finds, no obstruction: a training starts from a nearly linear projection, in which one of \
             the two crosses itself, though each has a continuous injection into the plane",
        ),
        format!(
            "{one} and {other}: the same intrinsic topology, but training finds a different smallest d_l without a tear"
        ),
        format!("{}; {}", words(one, found[0]), words(other, found[1])),
        "different; no tear: |x - x'|² <= 0.04 everywhere, in most seeds",
        found[0] != found[1],
    )
}

/// Where a point is seen: to the right, up, and towards the viewer.
fn seen([azimuth, height]: [f64; 2], [x, y, z]: [f64; 3]) -> [f64; 3] {
    let (sine, cosine) = azimuth.to_radians().sin_cos();
    let (up, along) = height.to_radians().sin_cos();
    let towards = cosine * x + sine * y;
    [cosine * y - sine * x, along * z - up * towards, along * towards + up * z]
}

/// The set, its hidden strands interrupted, and the first seed's reconstruction with d_l = 2.
fn projection_panel(set: &Set, data: &Table, palette: &Palette) -> Result<Panel> {
    let columns = |names: [&str; 3]| -> Result<Vec<[f64; 3]>> {
        let [x, y, z] = names.map(|name| of_set(data, name, set.name, 2));
        let (x, y, z) = (x?, y?, z?);
        Ok((0..x.len()).map(|row| seen(set.view, [x[row], y[row], z[row]])).collect())
    };
    let points = columns(["x", "y", "z"])?;
    let reconstruction = columns(["reconstructed_x", "reconstructed_y", "reconstructed_z"])?;
    let reach = points.iter().flat_map(|[x, y, _]| [x.abs() / 1.2, y.abs()]).fold(0.0, f64::max) * 1.25;
    let axis = |factor: f64| Axis::linear("", -factor * reach, factor * reach).ticks(Ticks::None);
    let mut panel =
        Panel::new(axis(1.2), axis(1.0)).title(set.name).without_frame().equal_aspect().legend(LegendPlace::Above);
    for (order, piece) in pieces(&points).into_iter().enumerate() {
        let [x, y] = [0, 1].map(|axis| piece.iter().map(|point| point[axis]).collect::<Vec<f64>>());
        let strand = Line::new(&x, &y).colour(Colour::GREEN).width(1.8);
        let strand = if order == 0 { strand.label("training set") } else { strand };
        panel = panel.with(Line::new(&x, &y).colour(Colour::WHITE).width(5.0)).with(strand);
    }
    let [x, y] = [0, 1].map(|axis| reconstruction.iter().map(|point| point[axis]).collect::<Vec<f64>>());
    let dots = Points::new(&x, &y).radius(0.8).colour(palette.line(1)).label("reconstruction, $d_l = 2$");
    Ok(panel.with(dots))
}

/// The curves in short pieces, the farthest first.
fn pieces(points: &[[f64; 3]]) -> Vec<Vec<[f64; 3]>> {
    const PIECE: usize = 4;
    let mut pieces: Vec<Vec<[f64; 3]>> = Vec::new();
    for curve in points.chunks(STRETCHES) {
        let starts = (0..curve.len()).step_by(PIECE);
        pieces.extend(starts.map(|start| (start..=start + PIECE).map(|index| curve[index % curve.len()]).collect()));
    }
    pieces.sort_by(|a, b| a[0][2].total_cmp(&b[0][2]));
    pieces
}

/// The first seed's squared error along the set's curves.
fn along_panel(set: &Set, data: &Table, palette: &Palette) -> Result<Panel> {
    let turns = set.curves as f64;
    let label = if set.curves == 1 { "turns along the curve" } else { "turns, circle by circle" };
    let mut panel = Panel::new(Axis::linear(label, 0.0, turns), Axis::logarithmic("$|x - x'|$^{2}", SHOWN.0, SHOWN.1))
        .legend(LegendPlace::Above);
    for (index, latent) in DIMENSIONS.into_iter().enumerate() {
        let position = of_set(data, "position", set.name, latent)?;
        let error = of_set(data, "squared_error", set.name, latent)?;
        let line = Line::new(&position, &error).series(index).colour(palette.line(index)).width(0.8);
        panel = panel.with(line.dash(Dash::Solid).label(label!("$d_l = {}$", latent)));
    }
    let panel = panel.with(torn_line(0.0, turns));
    Ok(if set.curves == 2 { panel.with(Guide::vertical(1.0).dash(Dash::Dotted)) } else { panel })
}

/// The squared error above which a set is torn.
fn torn_line(from: f64, to: f64) -> Line {
    Line::new(&[from, to], &[TORN, TORN]).colour(Colour::GREY).dash(Dash::Dotted).width(0.9)
}

/// Every seed's largest squared error over the latent dimension.
fn seeds_panel(set: &Set, table: &Table, palette: &Palette) -> Result<Panel> {
    let ticks = Ticks::At { major: DIMENSIONS.iter().map(|d| (*d as f64, label!("{}", d))).collect(), minor: vec![] };
    let mut panel = Panel::new(
        Axis::linear("latent dimension $d_l$", 0.5, 3.5).ticks(ticks),
        Axis::logarithmic("largest $|x - x'|$^{2}", SHOWN.0, SHOWN.1),
    )
    .with(torn_line(0.5, 3.5).label("torn above 0.04"))
    .legend(LegendPlace::Above);
    for (index, latent) in DIMENSIONS.into_iter().enumerate() {
        let largest = of_set(table, "largest_squared_error", set.name, latent)?;
        let place = |seed: usize| latent as f64 + 0.5 * ((seed as f64 + 0.5) / largest.len() as f64 - 0.5);
        let x: Vec<f64> = (0..largest.len()).map(place).collect();
        panel = panel.with(Points::new(&x, &largest).radius(1.6).colour(palette.line(index)));
    }
    let bound = Line::new(&[0.6, 1.4], &[set.bound; 2]).colour(Colour::BLACK).dash(Dash::Dashed).width(0.9);
    let words = if set.bound == 1.0 { "Borsuk–Ulam: ≥ 1" } else { "Borsuk–Ulam: ≥ 1/9" };
    Ok(panel.with(bound.label(words)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_dimension_is_the_first_that_most_seeds_leave_whole() {
        assert_eq!(smallest(&[0, 8, 16], 16), Some(3));
        assert_eq!(smallest(&[0, 9, 16], 16), Some(2));
        assert_eq!(smallest(&[0, 0, 0], 16), None);
    }

    #[test]
    fn two_sets_differ_by_their_smallest_dimension_only() {
        let untorn = BTreeMap::from([("a", vec![0, 16, 16]), ("b", vec![0, 2, 16]), ("c", vec![0, 10, 3])]);
        assert_eq!(different("a", "b", &untorn, 16).verdict, crate::claims::Verdict::Holds);
        assert_eq!(different("a", "c", &untorn, 16).verdict, crate::claims::Verdict::Fails);
    }

    #[test]
    fn opposite_points_of_the_trefoil_are_at_least_as_far_apart_as_the_bound_says() {
        let n = 3600;
        let parameters: Vec<f64> = (0..n).map(|i| std::f64::consts::TAU * i as f64 / n as f64).collect();
        let points = trefoil::points(&parameters).unwrap();
        let apart = |i: usize| (0..3).map(|axis| (points[[i, axis]] - points[[(i + n / 2) % n, axis]]).powi(2)).sum();
        let least = (0..n).map(apart).fold(f64::INFINITY, f64::min);
        assert!((least / 4.0 - SETS[3].bound).abs() < 1e-12);
    }

    #[test]
    fn a_view_from_above_shows_the_plane() {
        let from_above = seen([-90.0, 90.0], [2.0, 3.0, 5.0]);
        assert!(from_above.iter().zip([2.0, 3.0, 5.0]).all(|(a, b)| (a - b).abs() < 1e-12), "{from_above:?}");
        let along_x = seen([0.0, 0.0], [2.0, 3.0, 5.0]);
        assert!(along_x.iter().zip([3.0, 5.0, 2.0]).all(|(a, b): (&f64, f64)| (a - b).abs() < 1e-12), "{along_x:?}");
    }

    #[test]
    fn a_tear_at_the_seam_of_a_curve_is_one_arc() {
        let errors = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0];
        let tear = tear(&SETS[1], 2, &errors, 4).unwrap();
        assert_eq!((tear.arcs, tear.largest, tear.median), (2, 1.0, 0.0));
    }
}
