//! "Dalitz plot, uniform test set": where the autoencoder puts events that are uniform on the Dalitz triangle.
//!
//! Points are drawn at the *reconstructed* s_YY and s_YZ, coloured by the loss, as in the published plot of this title. The
//! events at the corners have one soft particle and are as ordinary as any other ones, yet their loss is the largest. What
//! the published network saw, and what it was trained on, is not known here, but the plot tells something. A test set that
//! is called uniform implies another training set; uniform on S^5 is one. And its losses end at ln loss = -4.49, below the
//! -3.58 = ln 1/36 that some event of every network with d_l <= 5 has (Borsuk-Ulam, 12 components): unless the published
//! loss is normalised otherwise, or its 5000 events miss the tear, its network has d_l >= 6. So the main picture is of a
//! network trained on S^5 with d_l = 6, and the others show what depends on that. The table `by_variant` holds each of
//! them against the published plot. Losses are means over components.

use crate::claims::{Claim, Origin};
use crate::config::{Density, Experiment, Inputs, Variant};
use crate::figure::{Ensemble, Evaluator, Figure, Member, Palette};
use crate::label;
use crate::plot::{
    Axis, Colour, ColourMap, ColourScale, Guide, Label, LegendPlace, Marker, Page, Panel, Points, Ticks,
};
use crate::rows::Rows;
use crate::tables::{Table, Tables};
use crate::topology::dalitz::{
    Region, TestSet, WITH_ROOM, axes, boundary, invariant_masses, is_three_body, logarithms, mean_where, seen,
    uniform_test_set,
};
use crate::topology::parity_bound::{bound_claim, largest_squared_errors};
use crate::{Error, Result};

/// The figure.
pub struct DalitzPlot;

/// Density of the training set, inputs and d_l of each variant.
const VARIANTS: [(Density, Inputs, i64); 6] = [
    (Density::Sphere, Inputs::FourVectors, 6),
    (Density::Sphere, Inputs::FourVectors, 5),
    (Density::Flat, Inputs::FourVectors, 6),
    (Density::Flat, Inputs::FourVectors, 5),
    (Density::Flat, Inputs::Momenta, 6),
    (Density::Flat, Inputs::Momenta, 5),
];
/// The variants drawn, with the share of the test set that is drawn of each.
const DRAWN: [(usize, f64); 3] = [(0, 1.0), (1, 0.3), (2, 0.3)];
/// The variant drawn that cannot be without a tear.
const TORN: usize = 1;
/// A reconstructed point is near the corner s_YY = 1 if it is closer: among 5000 true points about 10 are.
const NEAR: f64 = 0.05;
/// Lowest and highest ln loss of the published plot.
const PUBLISHED: [f64; 2] = [-13.62, -4.49];
/// Smallest reconstructed s_YY of the published plot.
const PUBLISHED_LEAST: f64 = -0.09;
/// Corners count as worse than the centre if their mean ln loss is larger by this.
const WORSE: f64 = 1.0;
/// What is measured of each seed.
const MEASURED: [&str; 12] = [
    "seed",
    "centre",
    "between",
    "edges",
    "soft_z",
    "soft_first_y",
    "soft_second_y",
    "corners",
    "lowest_ln_loss",
    "highest_ln_loss",
    "near_s_yy_corner",
    "least_s_yy",
];

/// What one member makes of the test set.
struct Picture {
    ln_loss: Vec<f64>,
    /// Reconstructed s_YY and s_YZ.
    masses: [Vec<f64>; 2],
}

impl Figure for DalitzPlot {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig21"
    }

    fn version(&self) -> u32 {
        2
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colours", "draw.colour_map"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        experiment.on("3-body phase space", is_three_body)?;
        experiment.with_latent(&VARIANTS.map(|(_, _, latent)| latent))?;
        for (variant, expected) in experiment.variants.iter().zip(VARIANTS) {
            if seen(variant)? != (expected.0, expected.1) {
                let allowed = "this figure compares densities and inputs in a fixed order";
                return Err(Error::setting("variant", &variant.name, allowed));
            }
        }
        experiment.points().map(drop)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let test = uniform_test_set(experiment.points()?, experiment.first().points()?.seed)?;
        let mut drawn = Rows::new(["variant"], ["s_yy", "s_yz", "ln_loss"]);
        let mut measured = Rows::new(["variant"], MEASURED);
        for (index, variant) in experiment.variants.iter().enumerate() {
            let pictures = pictures(&with.ensemble(index)?, &test, seen(variant)?.1);
            for (seed, picture) in pictures.iter().enumerate() {
                measured.push([&variant.name], measures(seed, &test, picture));
            }
            if let Some((_, share)) = DRAWN.iter().find(|(drawn, _)| *drawn == index) {
                let Picture { ln_loss, masses: [s_yy, s_yz] } = &pictures[0];
                for event in 0..(share * ln_loss.len() as f64).ceil() as usize {
                    drawn.push([&variant.name], [s_yy[event], s_yz[event], ln_loss[event]]);
                }
            }
        }
        let by_seed = measured.table("by_seed");
        let torn = experiment.variants[TORN].points()?.test(2 * experiment.points()?)?;
        let largest = largest_squared_errors(&with.ensemble(TORN)?, &torn);
        let bound = Table::new("bound").with("largest_squared_error", largest);
        Ok(Tables::new([drawn.table("data"), by_variant(experiment, &by_seed)?, by_seed, bound]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let main = &experiment.first().name;
        let above = corners_above_centre(table, main)?;
        let near = table.numbers_where("near_s_yy_corner", "variant", main)?;
        let of = |variant: &Variant| Ok(metrics::median(&corners_above_centre(table, &variant.name)?)?);
        let medians = experiment.variants.iter().map(of).collect::<Result<Vec<f64>>>()?;
        let mut worse = Claim::most_seeds(
            Origin::expected(
                "a soft particle is at the tip of the light cone, which a smooth network rounds off; in trial runs of another \
                 program the corners were 0.7 to 2.1 above the centre",
            ),
            "the corners are worse than the centre",
            &above.iter().map(|&by| by >= WORSE).collect::<Vec<_>>(),
            "mean ln loss larger by at least 1",
        );
        worse.value += &format!(", median {:.2}", medians[0]);
        let mut empty = Claim::most_seeds(
            Origin::expected("a smooth network rounds off the tip of the light cone, which this corner is"),
            "no reconstructed point is near the corner s_YY = 1",
            &near.iter().map(|&near| near == 0.0).collect::<Vec<_>>(),
            "none closer than 0.05 (of the true points 1 in 500 is)",
        );
        empty.value += &format!(", median {} points", metrics::median(&near)?);
        let [range, least] = as_published(table, main)?;
        let decided = |claim: Claim| claim.decided_with(experiment.tier, above.len(), 16, "seeds");
        let bound = bound_claim(tables.get("bound")?.numbers("largest_squared_error")?, "trained on S^5, d_l = 5")?;
        Ok([worse, empty, range, least, whatever_is_seen(&medians), bound].map(decided).to_vec())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Reds)?;
        let data = tables.get("data")?;
        let ln_loss = data.numbers("ln_loss")?;
        let (low, high) = ln_loss.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &x| (l.min(x), h.max(x)));
        let scale = ColourScale::linear(palette.map, low, high);
        let mut panels = Vec::new();
        for (index, _) in DRAWN {
            let column = |column: &str| data.numbers_where(column, "variant", &experiment.variants[index].name);
            let mut points =
                Points::new(&column("s_yy")?, &column("s_yz")?).by_value(&column("ln_loss")?, scale.clone());
            let mut edge = boundary();
            // The first picture has all points and names them for all three.
            if index == 0 {
                points = points.radius(1.1).label("Model prediction (uniform test set)");
                edge = edge.label("Test set boundary");
            }
            let [x, y] = axes(WITH_ROOM);
            let title = if index == 0 { "Dalitz plot, uniform test set".into() } else { label(index) };
            let panel = Panel::new(x, y).title(title).with(points).with(edge);
            panels.push(panel.colour_bar("Log(Loss)").legend(LegendPlace::Above).equal_aspect());
        }
        panels.push(summary(experiment, tables, &palette)?);
        Ok(Page::new(panels).frame(180.0, 180.0).footer(footer(data, experiment.seeds)?))
    }
}

/// What the main picture is, whose the pictures are, and what they leave out.
fn footer(data: &Table, seeds: usize) -> Result<Label> {
    let [x, y] = ["s_yy", "s_yz"].map(|column| data.numbers(column));
    let shown = WITH_ROOM[0]..=WITH_ROOM[1];
    let beyond = x?.iter().zip(y?).filter(|(x, y)| !shown.contains(x) || !shown.contains(y)).count();
    let main = label(0);
    Ok(label!("upper left: {}; pictures: the first of {} seeds, {} points are beyond the frames", main, seeds, beyond))
}

/// What axes and titles call a variant.
fn label(index: usize) -> Label {
    let (density, inputs, latent) = VARIANTS[index];
    let seen = match (density, inputs) {
        (Density::Flat, Inputs::FourVectors) => "trained flat",
        (Density::Flat, Inputs::Momenta) => "flat, momenta",
        (Density::Sphere, _) => "trained on $S^5$",
    };
    label!("{}, $d_l = {}$", Label::from(seen), latent)
}

fn pictures(ensemble: &Ensemble, test: &TestSet, inputs: Inputs) -> Vec<Picture> {
    let picture = |member: Member| Picture {
        ln_loss: logarithms(&member.losses),
        masses: invariant_masses(&member.reconstructions, inputs),
    };
    ensemble.members(&inputs.of(&test.events)).into_iter().map(picture).collect()
}

/// Medians over seeds of what was measured, and beside them what is known of the published plot.
fn by_variant(experiment: &Experiment, by_seed: &Table) -> Result<Table> {
    let names = experiment.variants.iter().map(|variant| variant.name.as_str()).chain(["published"]);
    let mut table = Table::new("by_variant").with_texts("variant", names);
    for column in &MEASURED[1..] {
        let median = |variant: &Variant| {
            let values = by_seed.numbers_where(column, "variant", &variant.name)?;
            Ok(metrics::median(&values).unwrap_or(f64::NAN))
        };
        let mut medians = experiment.variants.iter().map(median).collect::<Result<Vec<f64>>>()?;
        medians.push(match *column {
            "lowest_ln_loss" => PUBLISHED[0],
            "highest_ln_loss" => PUBLISHED[1],
            "least_s_yy" => PUBLISHED_LEAST,
            _ => f64::NAN,
        });
        table = table.with(column, medians);
    }
    Ok(table)
}

/// For each seed of a variant, the mean ln loss of the corners above that of the centre.
fn corners_above_centre(table: &Table, variant: &str) -> Result<Vec<f64>> {
    let [corners, centre] = ["corners", "centre"].map(|column| table.numbers_where(column, "variant", variant));
    Ok(corners?.iter().zip(centre?).map(|(corners, centre)| corners - centre).collect())
}

/// The claims that the colours and the spread of the points are those of the published plot.
fn as_published(table: &Table, variant: &str) -> Result<[Claim; 2]> {
    let column = |column: &str| table.numbers_where(column, "variant", variant);
    let (low, high, least) = (column("lowest_ln_loss")?, column("highest_ln_loss")?, column("least_s_yy")?);
    let within = |value: f64, published: f64| (value - published).abs() <= 1.5;
    let pairs = low.iter().zip(&high);
    let mut range = Claim::most_seeds(
        Origin::published(
            "arXiv 2102.08380, Dalitz plot: the colour bar runs from -13.62 to -4.49; the tolerance is ours",
        ),
        "the range of ln loss is that of the published plot",
        &pairs.map(|(&low, &high)| within(low, PUBLISHED[0]) && within(high, PUBLISHED[1])).collect::<Vec<_>>(),
        "lowest -13.62 and highest -4.49, each within 1.5",
    );
    range.value += &format!(", medians {:.2} and {:.2}", metrics::median(&low)?, metrics::median(&high)?);
    let factor_two = 2.0 * PUBLISHED_LEAST..=0.5 * PUBLISHED_LEAST;
    let mut outside = Claim::most_seeds(
        Origin::published("arXiv 2102.08380, Dalitz plot: points reach s_YY of about -0.09; the factor 2 is ours"),
        "reconstructed points leave the triangle as far as in the published plot",
        &least.iter().map(|least| factor_two.contains(least)).collect::<Vec<_>>(),
        "least s_YY -0.09 within a factor 2",
    );
    outside.value += &format!(", median {:.2}", metrics::median(&least)?);
    Ok([range, outside])
}

/// The claim that the inputs and the training density do not matter, from each variant's median over seeds.
fn whatever_is_seen(medians: &[f64]) -> Claim {
    let at_five = || VARIANTS.iter().zip(medians).filter(|((_, _, latent), _)| *latent == 5).map(|(_, by)| *by);
    let values: Vec<String> = at_five().map(|by| format!("{by:.2}")).collect();
    Claim::new(
        Origin::expected(
            "the surface Σ|p| = √s has a kink where a particle is soft, whatever is seen of it and however it is sampled",
        ),
        "the corners are worse trained on S^5, trained flat, and with momenta alone (d_l = 5)",
        values.join(", "),
        "mean ln loss of the corners above the centre's by at least 1 in the median seed of all three",
        at_five().all(|by| by >= WORSE),
    )
}

/// Corners against centre, each seed of each variant.
fn summary(experiment: &Experiment, tables: &Tables, palette: &Palette) -> Result<Panel> {
    let table = tables.get("by_seed")?;
    let rows = experiment.variants.len() as f64;
    let place = |index: usize| rows - index as f64;
    let labels = (0..experiment.variants.len()).map(|index| (place(index), label(index)));
    let y = Axis::linear("", 0.4, rows + 0.6).ticks(Ticks::At { major: labels.collect(), minor: Vec::new() });
    let mut all = Vec::new();
    let mut layers: Vec<Points> = Vec::new();
    for (index, variant) in experiment.variants.iter().enumerate() {
        let by = corners_above_centre(table, &variant.name)?;
        let (seeds, middle) = (label!("each of {} seeds", by.len()), metrics::median(&by)?);
        let each = Points::new(&by, &vec![place(index); by.len()]).colour(palette.line(0)).radius(1.6);
        let median = Points::new(&[middle], &[place(index)]).marker(Marker::Diamond).radius(3.0);
        let median = median.colour(palette.line(1));
        layers.extend(if index == 0 { [each.label(seeds), median.label("median")] } else { [each, median] });
        all.extend(by);
    }
    let (low, high) = all.iter().fold((0.0f64, 1.0f64), |(low, high), &by| (low.min(by), high.max(by)));
    let x = Axis::linear("mean Log(Loss), corners minus centre", low - 0.2, high + 0.2);
    let panel = Panel::new(x, y).title("corners against centre").legend(LegendPlace::Above);
    let panel = panel.with(Guide::vertical(0.0).colour(Colour::GREY));
    Ok(layers.into_iter().fold(panel, Panel::with))
}

/// [`MEASURED`]: mean ln loss by the true region, its range, and where the reconstructed points are.
fn measures(seed: usize, test: &TestSet, picture: &Picture) -> [f64; 12] {
    let Picture { ln_loss, masses: [s_yy, s_yz] } = picture;
    let mut row = [seed as f64; 12];
    row[1..7].copy_from_slice(&Region::ALL.map(|region| mean_where(&test.regions, ln_loss, |other| other == region)));
    row[7..].copy_from_slice(&[
        mean_where(&test.regions, ln_loss, Region::is_corner),
        ln_loss.iter().copied().fold(f64::INFINITY, f64::min),
        ln_loss.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        near_corner(s_yy, s_yz) as f64,
        s_yy.iter().copied().fold(f64::INFINITY, f64::min),
    ]);
    row
}

/// Number of points closer than [`NEAR`] to s_YY = 1, s_YZ = 0.
fn near_corner(s_yy: &[f64], s_yz: &[f64]) -> usize {
    s_yy.iter().zip(s_yz).filter(|(s_yy, s_yz)| (*s_yy - 1.0).hypot(**s_yz) < NEAR).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::parity_bound::{BOUND, COMPONENTS};

    #[test]
    fn points_near_the_corner_are_counted_within_their_distance() {
        assert_eq!(near_corner(&[1.0, 1.04, 0.97, 0.0], &[0.0, 0.02, -0.05, 1.0]), 2);
    }

    #[test]
    fn of_the_true_points_one_in_five_hundred_is_near_the_corner() {
        let test = uniform_test_set(50_000, 3).unwrap();
        let [s_yy, s_yz] = &test.masses;
        // An eighth of a disc of radius 0.05 in a triangle of area 1/2: 98 of 50 000, within five standard deviations.
        let near = near_corner(s_yy, s_yz);
        assert!((49..=148).contains(&near), "{near}");
    }

    #[test]
    fn the_published_losses_end_below_what_five_dimensions_allow() {
        let bound = (BOUND / COMPONENTS).ln();
        assert!((bound + 3.5835).abs() < 1e-4, "{bound}");
        assert!(PUBLISHED[1] < bound);
        assert_eq!(VARIANTS[TORN].2, 5);
        assert!(DRAWN.iter().any(|(index, _)| *index == TORN));
    }

    #[test]
    fn only_the_variants_of_five_dimensions_decide_whether_it_is_so_whatever_is_seen() {
        assert_eq!(whatever_is_seen(&[0.1, 1.2, 0.1, 1.1, 0.1, 1.0]).value, "1.20, 1.10, 1.00");
        assert_eq!(whatever_is_seen(&[9.0, 1.2, 9.0, 1.1, 9.0, 0.9]).verdict, crate::claims::Verdict::Fails);
    }

    #[test]
    fn the_mean_of_the_corners_is_of_all_their_points() {
        let test = uniform_test_set(1000, 1).unwrap();
        let ln_loss = test.regions.iter().map(|region| if region.is_corner() { -7.0 } else { -9.0 }).collect();
        let mut measured = Rows::new(["variant"], MEASURED);
        measured.push(["a"], measures(0, &test, &Picture { ln_loss, masses: test.masses.clone() }));
        let table = measured.table("by_seed");
        assert!((corners_above_centre(&table, "a").unwrap()[0] - 2.0).abs() < 1e-12);
    }
}
