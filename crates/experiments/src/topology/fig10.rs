//! S², d_l = 2: the loss over the sphere in Mollweide's map, with the theorem's bound on its largest value.
//!
//! The sphere cannot be embedded in the plane, and no continuous encoder avoids that: some point has a loss of at least
//! 1/3 (Borsuk-Ulam). The network opens the sphere along a tear and is good elsewhere, so that the mean loss, which is
//! what it is trained on, says nothing of the obstruction. That the largest loss is nearly 4/3, a squared error of 4, has a
//! reason of its own: some point is reconstructed at or beyond the centre, and what the decoder gives lies near the sphere.

use ndarray::Array2;

use super::degree::{self, opposites};
use super::{mollweide, sphere};
use crate::Result;
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{
    Axis, Colour, ColourMap, ColourScale, Dash, Image, LegendPlace, Line, Marker, Page, Panel, Points, Ticks,
};
use crate::tables::{Table, Tables};

/// The figure.
pub struct LossOverSphere;

/// Rows of the map's pixels.
const ROWS: usize = 110;
/// Loss of a point that is taken for the opposite one, a squared error of 4; no point of the sphere is farther away.
const OPPOSITE: f64 = 4.0 / 3.0;
/// Losses at the ends of the colours.
const COLOURS: (f64, f64) = (1e-6, OPPOSITE);

/// The losses of one seed's network over the sphere.
struct Losses {
    /// By gradient ascent from the worst cells.
    largest: f64,
    /// Where, on the unit sphere.
    at: [f64; 3],
    /// Of the cells.
    largest_cell: f64,
    median: f64,
    mean: f64,
    /// Share of the area that is torn.
    torn: f64,
}

impl Figure for LossOverSphere {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig10"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colours", "draw.colour_map"]
    }

    fn version(&self) -> u32 {
        2
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        sphere::check(experiment, 2)?;
        sphere::Cells::new(experiment).map(drop)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let cells = sphere::Cells::new(experiment)?;
        let ensemble = with.ensemble(0)?;
        let largest = sphere::largest_losses(&ensemble, &cells);
        let losses = ensemble.losses(&cells.centres);
        let seeds = losses.iter().zip(largest).map(|(losses, (value, at))| over_sphere(losses, value, &at));
        let seeds = seeds.collect::<Result<Vec<_>>>()?;
        let columns = mollweide::facing(seeds[0].at);
        let pixels = mollweide::raster(ROWS);
        let directions: Vec<[f64; 3]> =
            pixels.iter().map(|pixel| mollweide::turned(&columns, pixel.direction)).collect();
        let points = Array2::from_shape_fn((pixels.len(), 3), |(row, axis)| directions[row][axis]);
        let map = map(&pixels, &points, &ensemble.losses(&points)[0]);
        let opposites = opposites(&ensemble, &cells.centres);
        Ok(Tables::new([map, degree::with_columns(by_seed(&seeds), &opposites)]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let (largest, median) = (table.numbers("largest")?, table.numbers("median")?);
        let bounded: Vec<bool> = largest.iter().map(|largest| 3.0 * largest >= 1.0).collect();
        let ratios: Vec<bool> = largest.iter().zip(median).map(|(largest, median)| largest / median >= 100.0).collect();
        let claims = [
            Claim::every_seed(
                Origin::theorem(
                    "Borsuk-Ulam: a map of the sphere to the plane takes some antipodes, 2 apart, to one point",
                ),
                "the largest loss is at least 1/3 (Borsuk-Ulam)",
                &bounded,
                "loss >= 1/3, which is |x - x'|² >= 1,",
            ),
            degree::claim(table)?,
            Claim::every_seed(
                Origin::expected("the tear cannot be trained away, and the rest of the sphere fits into the plane"),
                "the largest loss is far above the median",
                &ratios,
                "ratio >= 100",
            ),
        ];
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, largest.len(), 16, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let by_seed = tables.get("by_seed")?;
        let map = map_panel(tables.get("data")?, ColourScale::logarithmic(palette.map, COLOURS.0, COLOURS.1))?;
        let map = opposite_point(map, by_seed)?;
        let seeds = seeds_panel(by_seed, &palette)?;
        Ok(Page::new([map, seeds]).columns(1).frame(300.0, 150.0).title("$S^2$ autoencoder, $d_l = 2$"))
    }
}

fn over_sphere(losses: &[f64], largest: f64, at: &[f64]) -> Result<Losses> {
    Ok(Losses {
        largest,
        at: [at[0], at[1], at[2]],
        largest_cell: losses.iter().copied().fold(0.0, f64::max),
        median: metrics::median(losses)?,
        mean: metrics::mean(losses)?,
        torn: losses.iter().filter(|&&loss| loss > sphere::TORN).count() as f64 / losses.len() as f64,
    })
}

/// Each pixel of the map, the point of the sphere that it shows, and the first seed's loss there.
fn map(pixels: &[mollweide::Pixel], points: &Array2<f64>, losses: &[f64]) -> Table {
    Table::new("data")
        .with("row", pixels.iter().map(|pixel| pixel.row as f64).collect::<Vec<_>>())
        .with("column", pixels.iter().map(|pixel| pixel.column as f64).collect::<Vec<_>>())
        .with("x", points.column(0).to_vec())
        .with("y", points.column(1).to_vec())
        .with("z", points.column(2).to_vec())
        .with("loss", losses)
}

fn by_seed(seeds: &[Losses]) -> Table {
    let column = |value: &dyn Fn(&Losses) -> f64| -> Vec<f64> { seeds.iter().map(value).collect() };
    Table::new("by_seed")
        .with("seed", (0..seeds.len()).map(|seed| seed as f64).collect::<Vec<_>>())
        .with("largest", column(&|losses| losses.largest))
        .with("largest_at_x", column(&|losses| losses.at[0]))
        .with("largest_at_y", column(&|losses| losses.at[1]))
        .with("largest_at_z", column(&|losses| losses.at[2]))
        .with("largest_of_cells", column(&|losses| losses.largest_cell))
        .with("median", column(&|losses| losses.median))
        .with("mean", column(&|losses| losses.mean))
        .with("torn_share", column(&|losses| losses.torn))
}

/// The first seed's loss over the sphere.
fn map_panel(data: &Table, scale: ColourScale) -> Result<Panel> {
    let (width, height) = (mollweide::HALF_WIDTH, mollweide::HALF_HEIGHT);
    let mut values = vec![COLOURS.0; 2 * ROWS * ROWS];
    let places = data.numbers("row")?.iter().zip(data.numbers("column")?);
    for ((row, column), loss) in places.zip(data.numbers("loss")?) {
        values[*row as usize * 2 * ROWS + *column as usize] = loss.clamp(COLOURS.0, COLOURS.1);
    }
    let axis = |half: f64| Axis::linear("", -1.005 * half, 1.005 * half).ticks(Ticks::None);
    let mut panel = Panel::new(axis(width), axis(height))
        .title("first seed, Mollweide's map, centred on the largest loss")
        .with(Image::new(&values, 2 * ROWS, (-width, width), (-height, height), scale))
        .colour_bar("loss (mean over components)")
        .equal_aspect()
        .without_frame();
    for meridian in mollweide::meridians() {
        panel = panel.with(meridian);
    }
    for region in mollweide::outside() {
        panel = panel.with(region);
    }
    Ok(panel.with(mollweide::outline()))
}

/// The map with the first seed's point that is reconstructed at or beyond the centre.
fn opposite_point(map: Panel, by_seed: &Table) -> Result<Panel> {
    let of_first = |name: &str| -> Result<f64> { Ok(by_seed.numbers(name)?[0]) };
    let ahead = [of_first("largest_at_x")?, of_first("largest_at_y")?, of_first("largest_at_z")?];
    let point = [of_first("opposite_x")?, of_first("opposite_y")?, of_first("opposite_z")?];
    let (x, y) = mollweide::place(mollweide::turned_back(&mollweide::facing(ahead), point));
    let marker = Points::new(&[x], &[y]).marker(Marker::Diamond);
    let name = label!("reconstructed at $x′ = -t x$, $t$ = {:.2}", of_first("opposite_t")?);
    Ok(map
        .with(marker.clone().colour(Colour::WHITE).radius(3.6))
        .with(marker.colour(Colour::VERMILION).radius(2.4).label(name))
        .legend(LegendPlace::Above))
}

/// Largest and median loss of every seed, in the order of the largest.
fn seeds_panel(table: &Table, palette: &Palette) -> Result<Panel> {
    let (largest, median) = (table.numbers("largest")?, table.numbers("median")?);
    let mut order: Vec<usize> = (0..largest.len()).collect();
    order.sort_by(|&a, &b| largest[a].total_cmp(&largest[b]));
    let ordered = |values: &[f64]| -> Vec<f64> { order.iter().map(|&seed| values[seed]).collect() };
    let rank: Vec<f64> = (1..=order.len()).map(|rank| rank as f64).collect();
    let last = order.len() as f64 + 1.0;
    let bottom = 10f64.powf(median.iter().copied().fold(1.0, f64::min).max(1e-12).log10().floor());
    let level = |loss: f64, label: &'static str| {
        Line::new(&[0.0, last], &[loss; 2]).colour(Colour::BLACK).width(0.8).label(label)
    };
    Ok(Panel::new(
        Axis::linear("seeds, in the order of their largest loss", 0.0, last),
        Axis::logarithmic("loss (mean over components)", bottom, 10.0),
    )
    .with(level(OPPOSITE, "the opposite point: 4/3").dash(Dash::Dotted))
    .with(level(sphere::BOUND, "Borsuk–Ulam: largest ≥ 1/3").dash(Dash::Dashed))
    .with(Points::new(&rank, &ordered(largest)).radius(2.2).colour(palette.line(1)).label("largest loss"))
    .with(
        Points::new(&rank, &ordered(median))
            .radius(2.2)
            .marker(Marker::Square)
            .colour(palette.line(0))
            .label("median loss"),
    )
    .legend(LegendPlace::Above))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_summed_up_by_its_cells_and_its_ascent() {
        let found = over_sphere(&[0.0, 0.04, 0.06, 0.3], 0.4, &[0.0, 0.6, 0.8]).unwrap();
        assert_eq!((found.largest, found.largest_cell, found.torn), (0.4, 0.3, 0.5));
        assert!((found.median - 0.05).abs() < 1e-15 && (found.mean - 0.1).abs() < 1e-15);
        assert_eq!(found.at, [0.0, 0.6, 0.8]);
    }
}
