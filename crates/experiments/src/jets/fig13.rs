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
use super::floor::{Floor, Floored};
use super::image_grid::{ImageGrid, LEAST_SHOWN, grid_page};
use super::image_panel::half_width;
use super::performance::spread_of;
use super::sample::{samples_table, samples_text};
use super::shown_jet::shown_row;
use super::taggers::{Taggers, jets_of, runs_both_ways};
use super::undertrained::{marked, resting_on};
use crate::claims::{Claim, LEAST_SEEDS, Origin};
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

    fn version(&self) -> u32 {
        2
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
        let (mut measured, mut training) = (Measured::default(), Floor::new(with.project));
        for direction in Direction::BOTH {
            let class = direction.trained_on();
            let rows = &plain.rows[usize::from(class == Class::Top)];
            let rows = &rows[..MEASURED.min(rows.len())];
            let inputs = Taggers::inputs(&plain, rows);
            let mean: Vec<f64> = plain.images.mean_image(class).into_iter().map(f64::from).collect();
            let mean_images = Array2::from_shape_fn(inputs.dim(), |(_, pixel)| mean[pixel]);
            let floor = dim_correlations(&inputs, &mean_images)?;
            for (number, variant) in experiment.variants.iter().enumerate() {
                let runs = taggers.both_ways(number, direction);
                training.add_training(&Floored::of_class(&variant.name, variant, direction, runs))?;
                for run in runs {
                    let images = taggers.reconstructions(run, None, &jets[number], rows)?;
                    measured.add((&variant.name, class), run.seed(), &dim_correlations(&inputs, &images)?, &floor)?;
                }
            }
            measured.add((MEAN_IMAGE, class), 0, &floor, &floor)?;
        }
        let [images, window] = shown(experiment, &taggers, &jets)?.tables();
        let samples = samples_table(files, with.project)?;
        Ok(Tables::new([images, window, measured.table(), training.training_table(), samples]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("dim_structure")?;
        let jets = table.numbers("jets")?.iter().copied().fold(f64::INFINITY, f64::min) as usize;
        let first = &experiment.first().name;
        let decided = |claim: Claim| {
            let claim = claim.decided_with(experiment.tier, experiment.seeds, LEAST_SEEDS, "seeds");
            claim.unless((jets < LEAST_JETS).then(|| format!("{jets} jets, at least {LEAST_JETS} are needed")))
        };
        let of = |name| Direction::BOTH.map(|direction| (name, direction));
        let mut claims = Vec::new();
        for variant in &experiment.variants[1..] {
            let gains = gains(table, &variant.name, "gain_over_first")?;
            let claim = Claim::new(
                Origin::published(
                    "arXiv 2104.09051: a remapping and a kernel are there to reconstruct more than the brightest pixels",
                ),
                format!("{}: dim structure appears, more than with {first}", variant.name),
                format!("rank correlation over the dim pixels: {}", in_words(&gains)),
                "higher mean over seeds, for both classes",
                is_gain(&gains),
            );
            let rests_on = [of(first.as_str()), of(variant.name.as_str())].concat();
            claims.extend(resting_on([decided(compared(claim, &gains))], tables, &rests_on)?);
        }
        let all: Vec<_> = experiment.variants.iter().flat_map(|variant| of(variant.name.as_str())).collect();
        claims.extend(resting_on([decided(against_mean_image(table, &experiment.variants)?)], tables, &all)?);
        Ok(claims)
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
            "{}; jet number {} of its class, network of seed 0 trained on that class; $ρ$: rank correlation of input and reconstruction over the active pixels beyond the {} brightest, mean over at least {} jets and {} seeds (the mean image of the class: QCD {:.2}, top {:.2}); white: below {} of the input's sum",
            samples_text(tables)?,
            experiment.evaluate.jet.unwrap_or(0),
            BRIGHT,
            jets,
            experiment.seeds,
            qcd?,
            top?,
            LEAST_SHOWN
        );
        let page =
            grid_page(tables, palette.map, 60.0, &title)?.title("Dim structure in reconstructions").footer(footer);
        marked(page, tables)
    }
}

/// Whether the setup that gains most over the mean image, in the class where it gains less, gains at all.
fn against_mean_image(table: &Table, variants: &[Variant]) -> Result<Claim> {
    let mut best: Option<(&str, [Gain; 2])> = None;
    for variant in variants {
        let gains = gains(table, &variant.name, "gain_over_mean_image")?;
        if best.as_ref().is_none_or(|(_, other)| least(&gains).mean > least(other).mean) {
            best = Some((&variant.name, gains));
        }
    }
    let (name, gains) = best.unwrap_or(("", [Gain { mean: f64::NAN, spread: f64::NAN, seeds: 0 }; 2]));
    let claim = Claim::new(
        Origin::expected("the mean image follows dim pixels without having seen the jet"),
        "the best setup follows the dim pixels of a jet better than the mean image of its class does",
        format!("{name}: {}", in_words(&gains)),
        "higher mean rank correlation over seeds, for both classes",
        is_gain(&gains),
    );
    Ok(compared(claim, &gains))
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

/// What is measured of each setup, class and seed.
struct Measured {
    rows: Rows<2, 5>,
    /// The correlations of the first setup by class and seed.
    first: Vec<((Class, u64), Vec<f64>)>,
}

impl Default for Measured {
    fn default() -> Self {
        let numbers = ["seed", "jets", "mean_rank_correlation", "gain_over_first", "gain_over_mean_image"];
        Self { rows: Rows::new(["setup", "class"], numbers), first: Vec::new() }
    }
}

impl Measured {
    /// Adds a seed of a setup; it is compared, jet by jet, with that of the first setup of its class and with the mean image,
    /// `floor`.
    fn add(&mut self, (setup, class): (&str, Class), seed: u64, correlations: &[f64], floor: &[f64]) -> Result<()> {
        let known = self.first.iter().position(|(key, _)| *key == (class, seed));
        let place = known.unwrap_or_else(|| {
            self.first.push(((class, seed), correlations.to_vec()));
            self.first.len() - 1
        });
        let mean_over = |others: &[f64]| -> Result<f64> {
            let gains: Vec<f64> = correlations.iter().zip(others).map(|(value, other)| value - other).collect();
            Ok(metrics::mean(&gains)?)
        };
        let gains = [mean_over(&self.first[place].1)?, mean_over(floor)?];
        let jets = correlations.len() as f64;
        self.rows.push([setup, class.name()], [seed as f64, jets, metrics::mean(correlations)?, gains[0], gains[1]]);
        Ok(())
    }

    fn table(self) -> Table {
        self.rows.table("dim_structure")
    }
}

/// A gain in rank correlation: mean and standard deviation over seeds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Gain {
    mean: f64,
    spread: f64,
    seeds: usize,
}

/// A setup's gain for QCD and for top.
fn gains(table: &Table, setup: &str, column: &str) -> Result<[Gain; 2]> {
    let of = |direction: Direction| -> Result<Gain> {
        let key = [("setup", setup), ("class", direction.trained_on().name())];
        let seeds = table.numbers_where_both(column, key)?;
        Ok(Gain { mean: metrics::mean(&seeds)?, spread: spread_of(&[&seeds])?, seeds: seeds.len() })
    };
    let [qcd, top] = Direction::BOTH.map(of);
    Ok([qcd?, top?])
}

fn is_gain(gains: &[Gain; 2]) -> bool {
    gains.iter().all(|gain| gain.mean > 0.0)
}

/// The smaller of two gains.
fn least(gains: &[Gain; 2]) -> Gain {
    if gains[1].mean < gains[0].mean { gains[1] } else { gains[0] }
}

/// The claim, as far as the smaller gain is known.
fn compared(claim: Claim, gains: &[Gain; 2]) -> Claim {
    let Gain { mean, spread, seeds } = least(gains);
    claim.comparing(mean, spread, seeds)
}

/// "QCD +0.120 ± 0.010, top +0.080 ± 0.009".
fn in_words(gains: &[Gain; 2]) -> String {
    let text = |(direction, gain): (Direction, &Gain)| {
        format!("{} {:+.3} ± {:.3}", direction.trained_on().name(), gain.mean, gain.spread)
    };
    Direction::BOTH.into_iter().zip(gains).map(text).collect::<Vec<_>>().join(", ")
}

/// The mean rank correlation of a setup and a class over its seeds, if it is measured.
fn correlation(tables: &Tables, setup: &str, class: &str) -> Result<Option<f64>> {
    let keys = [("setup", setup), ("class", class)];
    let seeds = tables.get("dim_structure")?.numbers_where_both("mean_rank_correlation", keys)?;
    Ok(if seeds.is_empty() { None } else { Some(metrics::mean(&seeds)?) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;

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
    fn a_setup_is_compared_with_the_first_of_its_class_jet_by_jet_and_seed_by_seed() {
        let mut measured = Measured::default();
        for (class, seed, first, other) in [
            (Class::Qcd, 0, [0.0, 0.2], [0.1, 0.5]),
            (Class::Qcd, 1, [0.1, 0.3], [0.4, 0.4]),
            (Class::Top, 0, [0.6, 0.6], [0.7, 0.9]),
            (Class::Top, 1, [0.6, 0.6], [0.5, 0.5]),
        ] {
            measured.add(("MSE", class), seed, &first, &[0.0, 0.4]).unwrap();
            measured.add(("KMSE", class), seed, &other, &[0.0, 0.4]).unwrap();
        }
        let tables = Tables::new([measured.table()]);
        let gains = |column| gains(tables.get("dim_structure").unwrap(), "KMSE", column).unwrap();
        let close = |gain: Gain, mean: f64, spread: f64| {
            (gain.mean - mean).abs() < 1e-12 && (gain.spread - spread).abs() < 1e-12 && gain.seeds == 2
        };
        // Over the first setup 0.2 and 0.2 for QCD, 0.2 and -0.1 for top: mean 0.05, standard deviation 0.3/√2.
        let [qcd, top] = gains("gain_over_first");
        assert!(close(qcd, 0.2, 0.0) && close(top, 0.05, 0.3 / 2f64.sqrt()), "{qcd:?} {top:?}");
        assert_eq!(least(&[qcd, top]), top);
        // Over the mean image 0.1 and 0.2 for QCD.
        assert!(close(gains("gain_over_mean_image")[0], 0.15, 0.1 / 2f64.sqrt()));
        assert!((correlation(&tables, "KMSE", "QCD").unwrap().unwrap() - 0.35).abs() < 1e-12);
        assert_eq!(correlation(&tables, "input", "top").unwrap(), None);
    }

    #[test]
    fn a_gain_within_the_spread_of_a_few_seeds_is_not_decided() {
        let gain = |mean, seeds| Gain { mean, spread: 0.1, seeds };
        let verdict = |gains: [Gain; 2]| {
            compared(Claim::new(Origin::expected("a reason"), "", "", "", is_gain(&gains)), &gains).verdict
        };
        assert_eq!(verdict([gain(0.2, 3), gain(0.3, 3)]), Verdict::Holds);
        assert!(matches!(verdict([gain(0.2, 3), gain(0.05, 3)]), Verdict::NotDecided(_)));
        assert_eq!(verdict([gain(-0.2, 3), gain(0.3, 3)]), Verdict::Fails);
        assert_eq!(verdict([gain(0.2, 5), gain(-0.05, 5)]), Verdict::Fails);
    }

    #[test]
    fn an_input_is_called_by_its_view() {
        assert_eq!(input_name(ImageView::default()), "input");
        let remapping = datasets::image::Remapping::FourthRoot;
        let view = ImageView { brightest: Some(20), remapping, not_renormalised: false };
        assert_eq!(input_name(view), "input, 20 brightest pixels, fourth root");
    }
}
