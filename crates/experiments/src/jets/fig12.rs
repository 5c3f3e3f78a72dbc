//! The kernel MSE: its kernel, smeared images, and what a shift of a pixel costs.
//!
//! To the mean squared error a pixel reconstructed one place beside the true one is as wrong as one on the other side of the
//! image. Smeared with a kernel first, near misses cost less than far ones. Whether that helps to tag is asked of the networks
//! trained with the mean squared error, scored again with kernels of several widths.

use datasets::jets::Class;
use models::kernel::{Kernel, Shape};
use models::loss::Loss;
use models::numbers::to_f64;
use tch::{Device, Kind, Tensor};

use super::Direction;
use super::baselines::Baseline;
use super::floor::{Floor, Floored, floor, with_pca};
use super::image_panel::{half_width, image_panel, image_scale};
use super::sample::{samples_table, samples_text};
use super::seed_band::SeedBand;
use super::shown_jet::shown_row;
use super::taggers::{Taggers, runs_both_ways};
use super::undertrained::marked;
use crate::Result;
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{Axis, ColourMap, Dash, Label, LegendPlace, Line, Page, Panel, Points};
use crate::rows::Rows;
use crate::run::{RunSpec, TestJets, score_jets};
use crate::samples::image_tensor;
use crate::tables::{Table, Tables};

/// The figure.
pub struct KernelMeanSquaredError;

/// Pixels along a side of the image with one lit pixel, large enough for a shift out of any kernel.
const SIDE: i64 = 61;
/// Largest shift in pixels.
const FARTHEST: i64 = 20;
/// The tagger's name in the tables.
const AUTOENCODER: &str = "autoencoder";
/// Kernel widths σ in pixels where the experiment names none.
const WIDTHS: [f64; 3] = [1.0, 2.0, 3.0];
/// The classes whose images are shown.
const CLASSES: [Class; 2] = [Class::Qcd, Class::Top];

impl Figure for KernelMeanSquaredError {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig12"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.jet", "evaluate.widths", "draw.colours", "draw.colour_map"]
    }

    fn version(&self) -> u32 {
        3
    }

    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        runs_both_ways(experiment)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let taggers = Taggers::new(experiment, with);
        let jets = taggers.test_jets(0)?;
        let widths = experiment.evaluate.widths.clone().unwrap_or_else(|| WIDTHS.to_vec());
        let (mut scored, mut floor) =
            (Rows::new(["direction"], ["kernel_width", "seed", "auc"]), Floor::new(with.project));
        for direction in Direction::BOTH {
            let runs = taggers.both_ways(0, direction);
            for width in std::iter::once(0.0).chain(widths.iter().copied()) {
                let loss = if width > 0.0 { Loss::KernelMeanSquared(gaussian(width)) } else { Loss::MeanSquared };
                for run in runs {
                    let scores = score_jets(run, &jets, Some(loss), None, with.machine.device)?;
                    let (signal, background) = direction.signal_and_background(&scores);
                    scored.push([direction.name()], [width, run.seed() as f64, metrics::auc(signal, background)?]);
                }
                let name = width.to_string();
                floor.add_scored_by(loss, &Floored::of_class(&name, experiment.first(), direction, runs), &jets)?;
            }
            floor.add_training(&Floored::of_class(AUTOENCODER, experiment.first(), direction, runs))?;
        }
        let [baselines, training] = floor.tables();
        Ok(Tables::new([
            shifts(&widths),
            profiles(&widths),
            smeared(&jets, experiment.evaluate.jet.unwrap_or(0), &widths)?,
            scored.table("scored_again"),
            baselines,
            training,
            samples_table(&jets.files, with.project)?,
            Table::new("window").with("half_width", vec![half_width(&jets.files)]),
        ]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("data")?;
        let at = |width: f64| table.numbers_at("loss_ratio", "kernel_width", width);
        let plain = at(0.0)?;
        let mut widths = table.numbers("kernel_width")?.to_vec();
        widths.dedup();
        let near: Vec<f64> =
            widths.iter().filter(|&&width| width >= 1.0).map(|&width| Ok(at(width)?[1])).collect::<Result<_>>()?;
        let largest = near.iter().copied().fold(0.0, f64::max);
        let flat = plain[1..].iter().all(|ratio| (ratio - 1.0).abs() < 1e-6);
        let claims = [
            Claim::new(
                Origin::identity("the kernels of neighbouring pixels overlap, those of far ones do not"),
                "with a kernel a shift by one pixel costs less than a far one",
                format!("at most {largest:.3} of the far one's loss, for σ of at least 1 pixel"),
                "below 1",
                largest < 1.0,
            ),
            Claim::new(
                Origin::identity("wherever the shifted pixel lies, two pixels are wrong"),
                "the mean squared error does not tell them apart",
                format!("{:.6} of the far one's loss", plain[1]),
                "1",
                flat,
            ),
        ];
        // Shifting a pixel takes no training, so that the tier does not matter.
        let tier = experiment.tier.max(crate::Tier::Cpu);
        Ok(claims.into_iter().map(|claim| claim.decided_with(tier, 1, 1, "images")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let half_width = tables.get("window")?.numbers("half_width")?[0];
        let mut panels =
            vec![profile_panel(tables, &palette)?, shift_panel(tables, &palette)?, auc_panel(tables, &palette)?];
        let images = tables.get("images")?;
        let scale = image_scale(palette.map, 1e-4, images.numbers("intensity")?.iter().copied().fold(0.0, f64::max));
        for class in CLASSES {
            for width in shown_widths(tables)? {
                let image = images.numbers_where("intensity", "image", &image_name(class, width))?;
                let title = if width > 0.0 { label!("{}, σ = {}", class.name(), width) } else { class.name().into() };
                panels.push(image_panel(&image, half_width, &scale, title).colour_bar("intensity"));
            }
        }
        let footer = label!(
            "{}; Gaussian kernels with the sum 1, cut at 7 pixels, left shown above 10^{{-4}}; right: networks trained with the MSE and scored again, median and range of {} seeds; σ = 0 is the MSE",
            samples_text(tables)?,
            experiment.seeds
        );
        marked(Page::new(panels).columns(3).frame(135.0, 115.0).title("The kernel MSE").footer(footer), tables)
    }
}

/// A Gaussian in a window of 15 × 15 pixels, as wide as the image allows.
fn gaussian(sigma: f64) -> Kernel {
    Kernel { shape: Shape::Gaussian, sigma, cutoff: 7 }
}

/// Widths of the smeared images that are shown: none, the middle one and the largest.
fn shown_widths(tables: &Tables) -> Result<[f64; 3]> {
    let mut widths = tables.get("data")?.numbers("kernel_width")?.to_vec();
    widths.dedup();
    Ok([0.0, widths[widths.len().div_ceil(2).min(widths.len() - 1)], widths[widths.len() - 1]])
}

/// An image with one lit pixel, `[1, 1, 1, side, side]`.
fn spot(column: i64) -> Tensor {
    let image = Tensor::zeros([SIDE * SIDE], (Kind::Float, Device::Cpu));
    let _ = image.get(SIDE * (SIDE / 2) + column).fill_(1.0);
    image.view([1, 1, 1, SIDE, SIDE])
}

/// Loss of a pixel reconstructed some pixels beside its place, as a ratio to the farthest shift; kernel width 0 is the MSE.
fn shifts(widths: &[f64]) -> Table {
    let (mut kernel_width, mut shift, mut ratio) = (Vec::new(), Vec::new(), Vec::new());
    for width in std::iter::once(0.0).chain(widths.iter().copied()) {
        let loss = if width > 0.0 { Loss::KernelMeanSquared(gaussian(width)) } else { Loss::MeanSquared };
        let from = SIDE / 2 - FARTHEST / 2;
        let at: Vec<f64> =
            (0..=FARTHEST).map(|by| to_f64(&loss.of(&spot(from), &spot(from + by)).view([-1]))[0]).collect();
        for (by, loss) in at.iter().enumerate() {
            kernel_width.push(width);
            shift.push(by as f64);
            ratio.push(loss / at[at.len() - 1]);
        }
    }
    Table::new("data").with("kernel_width", kernel_width).with("shift", shift).with("loss_ratio", ratio)
}

/// The kernels along a line through their middle.
fn profiles(widths: &[f64]) -> Table {
    let (mut kernel_width, mut distance, mut value) = (Vec::new(), Vec::new(), Vec::new());
    for &width in widths {
        let kernel = gaussian(width);
        let middle = to_f64(&kernel.values(Device::Cpu).get(kernel.cutoff));
        for (place, at) in middle.into_iter().enumerate() {
            kernel_width.push(width);
            distance.push(place as f64 - kernel.cutoff as f64);
            value.push(at);
        }
    }
    Table::new("kernels").with("kernel_width", kernel_width).with("distance", distance).with("value", value)
}

fn image_name(class: Class, width: f64) -> String {
    format!("{}, {width}", class.name())
}

/// One image of each class, as the network sees it and smeared with each kernel.
fn smeared(jets: &TestJets, shown: usize, widths: &[f64]) -> Result<Table> {
    let (mut names, mut intensity) = (Vec::new(), Vec::new());
    for class in CLASSES {
        let image = image_tensor(&jets.images, &[shown_row(jets, class, shown)?], jets.files.image_sum);
        for width in std::iter::once(0.0).chain(widths.iter().copied()) {
            let seen = if width > 0.0 { gaussian(width).smear(&image) } else { image.shallow_clone() };
            let values = to_f64(&seen.view([-1]));
            names.extend(vec![image_name(class, width); values.len()]);
            intensity.extend(values);
        }
    }
    Ok(Table::new("images").with_texts("image", names).with("intensity", intensity))
}

fn profile_panel(tables: &Tables, palette: &Palette) -> Result<Panel> {
    let table = tables.get("kernels")?;
    let high = table.numbers("value")?.iter().copied().fold(0.0, f64::max);
    let mut panel = Panel::new(
        Axis::linear("distance (pixels)", -7.0, 7.0),
        Axis::logarithmic("kernel through its middle", 1e-4, 2.0 * high).cut(),
    )
    .title("kernel");
    let mut widths = table.numbers("kernel_width")?.to_vec();
    widths.dedup();
    for (index, width) in widths.into_iter().enumerate() {
        let column = |name| table.numbers_at(name, "kernel_width", width);
        let line = Line::new(&column("distance")?, &column("value")?).colour(palette.line(index));
        panel = panel.with(line.dash(Dash::of_series(index)).label(label!("σ = {}", width)));
    }
    Ok(panel)
}

fn shift_panel(tables: &Tables, palette: &Palette) -> Result<Panel> {
    let table = tables.get("data")?;
    let mut panel = Panel::new(
        Axis::linear("shift of the pixel (pixels)", 0.0, FARTHEST as f64),
        Axis::linear("loss, of that of a far shift", 0.0, 1.4),
    )
    .title("loss of a shifted pixel");
    let mut widths = table.numbers("kernel_width")?.to_vec();
    widths.dedup();
    for (index, width) in widths.into_iter().enumerate() {
        let column = |name| table.numbers_at(name, "kernel_width", width);
        let label = if width > 0.0 { label!("KMSE, σ = {}", width) } else { "MSE".into() };
        let line = Line::new(&column("shift")?, &column("loss_ratio")?);
        let line =
            if width > 0.0 { line.colour(palette.line(index - 1)).dash(Dash::of_series(index - 1)) } else { line };
        panel = panel.with(line.label(label));
    }
    Ok(panel.legend(LegendPlace::Above))
}

/// The kernel widths in rising order, and the band over seeds of the AUCs there.
fn over_seeds(table: &Table, direction: Direction) -> Result<(Vec<f64>, SeedBand)> {
    let column = |name| table.numbers_where(name, "direction", direction.name());
    let (widths, seeds, aucs) = (column("kernel_width")?, column("seed")?, column("auc")?);
    let distinct = |values: &[f64]| -> Vec<f64> {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        values.dedup();
        values
    };
    let (x, all) = (distinct(&widths), distinct(&seeds));
    let at = |width: f64, seed: f64| {
        (0..aucs.len()).find(|&row| widths[row] == width && seeds[row] == seed).map_or(f64::NAN, |row| aucs[row])
    };
    let curves: Vec<Vec<f64>> = all.iter().map(|&seed| x.iter().map(|&width| at(width, seed)).collect()).collect();
    Ok((x, SeedBand::of(&curves)?))
}

fn auc_panel(tables: &Tables, palette: &Palette) -> Result<Panel> {
    let table = tables.get("scored_again")?;
    let highest = table.numbers("kernel_width")?.iter().copied().fold(0.0, f64::max);
    let floor_aucs = tables.get(Floor::TABLE)?.numbers_where("auc", "baseline", Baseline::Pca.name())?;
    let lowest =
        table.numbers("auc")?.iter().chain(&floor_aucs).fold(0.3, |lowest: f64, auc| lowest.min(auc - 0.05)).max(0.0);
    let mut panel = Panel::new(
        Axis::linear("width σ of the scoring kernel (pixels)", -0.05 * highest, 1.05 * highest),
        Axis::linear("AUC", lowest, 1.0),
    )
    .title("trained with the MSE")
    .with(crate::plot::Guide::horizontal(0.5));
    for (index, direction) in Direction::BOTH.into_iter().enumerate() {
        let (x, band) = over_seeds(table, direction)?;
        panel = band.on(panel, &x, Label::plain(direction.label()), (palette, index));
        panel = panel.with(Points::new(&x, &band.median).series(index).colour(palette.line(index)).radius(2.2));
        let pca = x.iter().map(|width| floor(tables, &width.to_string(), direction, Baseline::Pca));
        panel = with_pca(panel, (&x, &pca.collect::<Result<Vec<_>>>()?), direction, palette);
    }
    Ok(panel.legend(LegendPlace::Above))
}
