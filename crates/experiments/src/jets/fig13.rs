//! Reconstructions with the MSE and the kernel MSE, of images as they are and remapped.
//!
//! A remapping lifts the dim pixels, a kernel forgives near misses: with either the network may spend its latent space
//! on more than the brightest pixels. Whether dim structure appears is measured by ranks, which no remapping changes:
//! over the active pixels of an image beyond its brightest ones, are those brighter in the reconstruction that are
//! brighter in the input? The mean image of the class answers that without having seen the jet, and is the floor.

use datasets::jets::Class;
use ndarray::Array2;

use super::Direction;
use super::brightness::{BRIGHT, active_by_brightness};
use super::image_grid::{ImageGrid, LEAST_SHOWN, grid_page};
use super::image_panel::half_width;
use super::sample::{samples_table, samples_text};
use super::shown_jet::shown_row;
use super::taggers::{Taggers, jets_of, runs_both_ways};
use crate::claims::{Claim, Origin};
use crate::config::{Experiment, ImageView, JetFiles, Variant};
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{ColourMap, Label, Page};
use crate::rows::Rows;
use crate::run::{RunSpec, TestJets};
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// The figure.
pub struct DimStructure;

/// Test jets of each class that are measured.
const MEASURED: usize = 500;
/// An image with fewer dim pixels is left out: their order would be chance.
const LEAST_DIM: usize = 5;
/// Jets that a claim about a mean needs.
const LEAST_JETS: usize = 100;
/// The mean image of the class's test jets in the table of measures.
const MEAN_IMAGE: &str = "mean image";

impl Figure for DimStructure {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig13"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.jet", "draw.colour_map"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        if experiment.first().name.is_empty() {
            return Err(Error::setting(
                "variant",
                "missing",
                "this figure compares others with the first one: list them",
            ));
        }
        Ok(())
    }

    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        runs_both_ways(experiment)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let taggers = Taggers::new(experiment, with);
        let files = experiment.jets()?;
        let jets =
            (0..experiment.variants.len()).map(|number| taggers.test_jets(number)).collect::<Result<Vec<_>>>()?;
        let plain = TestJets::open(&JetFiles { view: ImageView::default(), ..files.clone() }, with.project)?;
        let mut measured = Measured::default();
        for direction in Direction::BOTH {
            let class = direction.trained_on();
            let rows = &plain.rows[usize::from(class == Class::Top)];
            let rows = &rows[..MEASURED.min(rows.len())];
            let inputs = Taggers::inputs(&plain, rows);
            let mean: Vec<f64> = plain.images.mean_image(class).into_iter().map(f64::from).collect();
            let mean_images = Array2::from_shape_fn(inputs.dim(), |(_, pixel)| mean[pixel]);
            let floor = dim_correlations(&inputs, &mean_images)?;
            for (number, variant) in experiment.variants.iter().enumerate() {
                let run = &taggers.both_ways(number, direction)[0];
                let images = taggers.reconstructions(run, None, &jets[number], rows)?;
                measured.add(&variant.name, class, &dim_correlations(&inputs, &images)?, &floor)?;
            }
            measured.add(MEAN_IMAGE, class, &floor, &floor)?;
        }
        let [images, window] = shown(experiment, &taggers, &jets)?.tables();
        Ok(Tables::new([images, window, measured.table(), samples_table(files, with.project)?]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("dim_structure")?;
        let jets = table.numbers("jets")?.iter().copied().fold(f64::INFINITY, f64::min) as usize;
        let first = &experiment.first().name;
        let mut claims = Vec::new();
        for variant in &experiment.variants[1..] {
            let gains = gains(table, &variant.name, "gain_over_first")?;
            claims.push(Claim::new(
                Origin::expected(""),
                format!("{}: dim structure appears, more than with {first}", variant.name),
                format!("rank correlation over the dim pixels: {}", in_words(&gains)),
                "higher by more than 3 standard errors, for both classes",
                is_gain(&gains),
            ));
        }
        claims.push(against_mean_image(table, &experiment.variants)?);
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, jets, LEAST_JETS, "jets")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let title = |row: &str, column: &str| -> Result<Label> {
            let measured = correlation(tables, column, row)?;
            Ok(measured.map_or_else(
                || label!("{}: {}", row, column),
                |value| label!("{} ($ρ$\u{2009}=\u{2009}{:.2})", column, value),
            ))
        };
        let jets = tables.get("dim_structure")?.numbers("jets")?.iter().copied().fold(f64::INFINITY, f64::min);
        let floor = Direction::BOTH.map(|direction| correlation(tables, MEAN_IMAGE, direction.trained_on().name()));
        let [qcd, top] = floor.map(|value| value.map(|value| value.unwrap_or(f64::NAN)));
        let footer = label!(
            "{}; jet number {} of its class, network of seed 0 trained on that class; $ρ$: rank correlation of input and reconstruction over the active pixels beyond the {} brightest, mean over at least {} jets (the mean image of the class: QCD {:.2}, top {:.2}); white: below {} of the input's sum",
            samples_text(tables)?,
            experiment.evaluate.jet.unwrap_or(0),
            BRIGHT,
            jets,
            qcd?,
            top?,
            LEAST_SHOWN
        );
        Ok(grid_page(tables, palette.map, 60.0, &title)?.title("Dim structure in reconstructions").footer(footer))
    }
}

/// Whether the setup that gains most over the mean image, in the class where it gains less, gains at all.
fn against_mean_image(table: &Table, variants: &[Variant]) -> Result<Claim> {
    let mut best = (String::new(), f64::NEG_INFINITY, false);
    for variant in variants {
        let gains = gains(table, &variant.name, "gain_over_mean_image")?;
        let least = gains[0].0.min(gains[1].0);
        if least > best.1 {
            best = (format!("{}: {}", variant.name, in_words(&gains)), least, is_gain(&gains));
        }
    }
    Ok(Claim::new(
        Origin::expected(""),
        "the best setup follows the dim pixels of a jet better than the mean image of its class does",
        best.0,
        "rank correlation higher by more than 3 standard errors, for both classes",
        best.2,
    ))
}

/// The image of each class as each view shows it, followed by the reconstructions of the variants with this view.
fn shown(experiment: &Experiment, taggers: &Taggers, jets: &[TestJets]) -> Result<ImageGrid> {
    let mut grid = ImageGrid::new(half_width(experiment.jets()?));
    for direction in Direction::BOTH {
        let class = direction.trained_on();
        for group in by_view(&experiment.variants)? {
            for (place, &number) in group.iter().enumerate() {
                let jets = &jets[number];
                let rows = [shown_row(jets, class, experiment.evaluate.jet.unwrap_or(0))?];
                let scaled = |images: Array2<f64>| (images / jets.files.image_sum).into_iter().collect::<Vec<_>>();
                if place == 0 {
                    grid.add(class.name(), &input_name(jets.files.view), &scaled(Taggers::inputs(jets, &rows)));
                }
                let run = &taggers.both_ways(number, direction)[0];
                let image = scaled(taggers.reconstructions(run, None, jets, &rows)?);
                grid.add(class.name(), &experiment.variants[number].name, &image);
            }
        }
    }
    Ok(grid)
}

/// Numbers of the variants, those with the same view of an image together.
fn by_view(variants: &[Variant]) -> Result<Vec<Vec<usize>>> {
    let mut groups: Vec<(ImageView, Vec<usize>)> = Vec::new();
    for (number, variant) in variants.iter().enumerate() {
        let view = jets_of(variant)?.view;
        match groups.iter_mut().find(|(other, _)| *other == view) {
            Some((_, group)) => group.push(number),
            None => groups.push((view, vec![number])),
        }
    }
    Ok(groups.into_iter().map(|(_, group)| group).collect())
}

/// "input", "input, fourth root".
fn input_name(view: ImageView) -> String {
    let brightest = view.brightest.map_or_else(String::new, |n| format!(", {n} brightest pixels"));
    let remapping = match view.remapping {
        datasets::image::Remapping::None => String::new(),
        other => format!(", {}", other.name().replace('_', " ")),
    };
    let renormalised = if view.not_renormalised { ", not renormalised" } else { "" };
    format!("input{brightest}{remapping}{renormalised}")
}

/// For each jet with enough dim pixels, [`dim_correlation`]; rows are images, the inputs as they are.
fn dim_correlations(inputs: &Array2<f64>, reconstructions: &Array2<f64>) -> Result<Vec<f64>> {
    let pairs = inputs.rows().into_iter().zip(reconstructions.rows());
    let of_jets = pairs.map(|(input, image)| dim_correlation(&input.to_vec(), &image.to_vec()));
    Ok(of_jets.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

/// Rank correlation of input and reconstruction over the dim pixels; none if they are too few, 0 if all are alike.
fn dim_correlation(input: &[f64], reconstruction: &[f64]) -> Result<Option<f64>> {
    let dim: Vec<usize> = active_by_brightness(input).into_iter().skip(BRIGHT).collect();
    if dim.len() < LEAST_DIM {
        return Ok(None);
    }
    let of = |image: &[f64]| -> Vec<f64> { dim.iter().map(|&pixel| image[pixel]).collect() };
    match metrics::rank_correlation(&of(input), &of(reconstruction)) {
        Ok(correlation) => Ok(Some(correlation)),
        Err(metrics::Error::Constant { .. }) => Ok(Some(0.0)),
        Err(error) => Err(error.into()),
    }
}

/// What is measured of each setup and class.
struct Measured {
    rows: Rows<2, 7>,
    /// Class of the last row, and the correlations of its first setup.
    class: Option<Class>,
    first: Vec<f64>,
}

impl Default for Measured {
    fn default() -> Self {
        let numbers = [
            "jets",
            "mean_rank_correlation",
            "mean_rank_correlation_error",
            "gain_over_first",
            "gain_over_first_error",
            "gain_over_mean_image",
            "gain_over_mean_image_error",
        ];
        Self { rows: Rows::new(["setup", "class"], numbers), class: None, first: Vec::new() }
    }
}

impl Measured {
    /// Adds a setup; it is compared, jet by jet, with the first setup of its class and with the mean image, `floor`.
    fn add(&mut self, setup: &str, class: Class, correlations: &[f64], floor: &[f64]) -> Result<()> {
        if self.class != Some(class) {
            (self.class, self.first) = (Some(class), correlations.to_vec());
        }
        let over = |others: &[f64]| correlations.iter().zip(others).map(|(value, other)| value - other).collect();
        let compared = [correlations.to_vec(), over(&self.first), over(floor)];
        let mut row = [correlations.len() as f64; 7];
        for (pair, values) in row[1..].chunks_exact_mut(2).zip(&compared) {
            let (mean, spread) = (metrics::mean(values)?, metrics::standard_deviation(values)?);
            pair.copy_from_slice(&[mean, spread / (values.len() as f64).sqrt()]);
        }
        self.rows.push([setup, class.name()], row);
        Ok(())
    }

    fn table(self) -> Table {
        self.rows.table("dim_structure")
    }
}

/// A setup's gain, with its standard error, for QCD and for top.
fn gains(table: &Table, setup: &str, column: &str) -> Result<[(f64, f64); 2]> {
    let values = table.numbers_where(column, "setup", setup)?;
    let errors = table.numbers_where(&format!("{column}_error"), "setup", setup)?;
    let of = |class: usize| values.get(class).copied().zip(errors.get(class).copied()).unwrap_or((f64::NAN, f64::NAN));
    Ok([of(0), of(1)])
}

fn is_gain(gains: &[(f64, f64); 2]) -> bool {
    gains.iter().all(|(gain, error)| *gain > 3.0 * error)
}

/// "QCD +0.120 ± 0.010, top +0.080 ± 0.009".
fn in_words(gains: &[(f64, f64); 2]) -> String {
    let text = |(direction, (gain, error)): (Direction, &(f64, f64))| {
        format!("{} {gain:+.3} ± {error:.3}", direction.trained_on().name())
    };
    Direction::BOTH.into_iter().zip(gains).map(text).collect::<Vec<_>>().join(", ")
}

/// The mean rank correlation of a setup and a class, if it is measured.
fn correlation(tables: &Tables, setup: &str, class: &str) -> Result<Option<f64>> {
    let table = tables.get("dim_structure")?;
    let places = table.texts("setup")?.iter().zip(table.texts("class")?);
    let mut values = places.zip(table.numbers("mean_rank_correlation")?);
    Ok(values.find(|((s, c), _)| *s == setup && *c == class).map(|(_, value)| *value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Five bright pixels, a dark one, five dim ones.
    const INPUT: [f64; 11] = [90.0, 80.0, 70.0, 60.0, 50.0, 0.0, 5.0, 4.0, 3.0, 2.0, 1.0];

    #[test]
    fn only_the_order_of_the_dim_pixels_counts() {
        let with = |dim: [f64; 5]| -> Vec<f64> { [&[1.0, 9.0, 2.0, 0.0, 4.0, 7.0], dim.as_slice()].concat() };
        let of = |dim| dim_correlation(&INPUT, &with(dim)).unwrap();
        assert_eq!(of([0.5, 0.4, 0.3, 0.2, 0.1]), Some(1.0));
        assert_eq!(of([-1.0, 0.0, 0.1, 0.2, 9.0]), Some(-1.0));
        assert_eq!(of([0.0; 5]), Some(0.0));
        // Ranks 5, 4, 3, 2, 1 and 4, 5, 2, 3, 1: 1 - 6 · 4 / (5 · 24).
        assert!((of([4.0, 5.0, 2.0, 3.0, 1.0]).unwrap() - 0.8).abs() < 1e-12);
        assert_eq!(dim_correlation(&INPUT[..10], &INPUT[..10]).unwrap(), None);
    }

    #[test]
    fn a_setup_is_compared_with_the_first_of_its_class_jet_by_jet() {
        let mut measured = Measured::default();
        measured.add("MSE", Class::Qcd, &[0.0, 0.2], &[0.0, 0.4]).unwrap();
        measured.add("KMSE", Class::Qcd, &[0.1, 0.5], &[0.0, 0.4]).unwrap();
        measured.add("MSE", Class::Top, &[0.6, 0.6], &[0.6, 0.6]).unwrap();
        measured.add("KMSE", Class::Top, &[0.7, 0.9], &[0.6, 0.6]).unwrap();
        let tables = Tables::new([measured.table()]);
        let table = tables.get("dim_structure").unwrap();
        let close = |found: [(f64, f64); 2], expected: [(f64, f64); 2]| {
            found.iter().zip(expected).all(|(a, b)| (a.0 - b.0).abs() < 1e-12 && (a.1 - b.1).abs() < 1e-12)
        };
        // Gains 0.1 and 0.3 of the two jets: mean 0.2, standard deviation √0.02, over √2; twice 0.1: no error.
        assert!(close(gains(table, "KMSE", "gain_over_first").unwrap(), [(0.2, 0.1), (0.2, 0.1)]));
        assert!(close(gains(table, "KMSE", "gain_over_mean_image").unwrap(), [(0.1, 0.0), (0.2, 0.1)]));
        assert!(close(gains(table, "MSE", "gain_over_first").unwrap(), [(0.0, 0.0), (0.0, 0.0)]));
        assert!(is_gain(&[(0.4, 0.1), (0.5, 0.1)]) && !is_gain(&[(0.4, 0.1), (0.2, 0.1)]));
        assert!((correlation(&tables, "KMSE", "QCD").unwrap().unwrap() - 0.3).abs() < 1e-12);
        assert!((correlation(&tables, "KMSE", "top").unwrap().unwrap() - 0.8).abs() < 1e-12);
        assert_eq!(correlation(&tables, "input", "top").unwrap(), None);
    }

    #[test]
    fn an_input_is_called_by_its_view() {
        assert_eq!(input_name(ImageView::default()), "input");
        let remapping = datasets::image::Remapping::FourthRoot;
        let view = ImageView { brightest: Some(20), remapping, not_renormalised: false };
        assert_eq!(input_name(view), "input, 20 brightest pixels, fourth root");
    }
}
