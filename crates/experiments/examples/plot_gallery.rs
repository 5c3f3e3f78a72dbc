//! Draws one figure of every kind with made-up numbers, to look at the pictures:
//! `cargo run --release -p experiments --example plot_gallery -- <folder>`.

use std::f64::consts::TAU;

use experiments::label;
use experiments::plot::{
    Annotation, Arrow, Axis, Band, Colour, ColourMap, ColourScale, Dash, ErrorBars, Guide, Image, LegendPlace, Line,
    Page, Panel, Points, Region, Result, Steps, Stroke, Ticks,
};
use random::{normal, uniform};

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "gallery".to_string());
    let pages = [
        ("circle", circle()),
        ("angle", angle()),
        ("images", images()),
        ("roc", roc()),
        ("grid", grid()),
        ("histograms", histograms()),
    ];
    for (name, page) in pages {
        for path in page.save(&folder, name)? {
            println!("{}", path.display());
        }
    }
    Ok(())
}

fn range(from: f64, to: f64, count: usize) -> Vec<f64> {
    (0..count).map(|i| from + (to - from) * i as f64 / (count - 1) as f64).collect()
}

fn each(values: &[f64], function: impl Fn(f64) -> f64) -> Vec<f64> {
    values.iter().map(|value| function(*value)).collect()
}

/// Loss over the plane of an autoencoder trained on the circle.
fn circle() -> Page {
    let mut generator = random::stream(1, "gallery circle", 0);
    let mut coordinate = || -> Vec<f64> { (0..3000).map(|_| uniform(-1.0, 1.0, &mut generator)).collect() };
    let (x, y) = (coordinate(), coordinate());
    let loss = |x: f64, y: f64| 0.02 * (x.hypot(y) - 1.0).powi(2) + 1.2e-3 * (x * (3.0 * y).sin()).abs() + 4.8e-6;
    let losses: Vec<f64> = x.iter().zip(&y).map(|(x, y)| loss(*x, *y)).collect();
    let highest = losses.iter().copied().fold(0.0, f64::max);
    let panel = Panel::new(Axis::linear("$x$", -1.05, 1.05), Axis::linear("$y$", -1.05, 1.05))
        .title("$S^1$ autoencoder, $d_l = 2$")
        .with(Points::new(&x, &y).radius(1.6).by_value(&losses, ColourScale::linear(ColourMap::Reds, 4.8e-6, highest)))
        .with(
            Region::circle(0.0, 0.0, 1.0)
                .outline(Stroke { width: 1.6, ..Stroke::solid(Colour::GREEN) })
                .label("Training set"),
        )
        .colour_bar("Losses")
        .equal_aspect();
    Page::new([panel]).frame(220.0, 220.0)
}

/// Loss along the circle, with its spread, beside the same on a linear axis.
fn angle() -> Page {
    let angle = range(0.0, TAU, 3000);
    let loss = each(&angle, |a| 2e-4 * (1.0 + 0.6 * (3.0 * a).sin()) + 0.3 * (-((a - 2.1) / 0.05).powi(2)).exp());
    let (low, high) = (each(&loss, |l| l / 2.0), each(&loss, |l| l * 2.2));
    let panel = |label: &'static str, y: Axis| {
        Panel::new(Axis::linear(label, 0.0, TAU).ticks(Ticks::HalfPi), y)
            .with(Band::new(&angle, &low, &high).series(0).label("10 to 90 % of trainings"))
            .with(Line::new(&angle, &loss).series(0).label("median"))
    };
    let left = panel("angle $φ$", Axis::logarithmic("loss $L(φ)$", 1e-5, 1.0))
        .with(Guide::horizontal(2e-3).label("mean over $S^1$"))
        .with(Annotation::new(2.7, 0.3, "tear"));
    let right = panel("angle $φ$", Axis::linear("loss $L(φ)$", 0.0, 9e-4))
        .legend(LegendPlace::Above)
        .with(Guide::vertical(4.0).label("$φ = 4$"));
    Page::new([left, right])
}

/// Two averaged jet images with a shared colour scale.
fn images() -> Page {
    let image = |width: f64, second: f64| -> Vec<f64> {
        let spot = |x: f64, y: f64, at: f64| (-((x - at).powi(2) + y * y) / (2.0 * width * width)).exp();
        let value = |i: usize| {
            let (x, y) = ((i % 40) as f64 - 19.5, (i / 40) as f64 - 19.5);
            let sum = 0.08 * (spot(x, y, -3.0) + second * spot(x, y, 6.0));
            if sum < 1e-6 || x.hypot(y) > 19.5 { 0.0 } else { sum }
        };
        (0..1600).map(value).collect()
    };
    let scale = ColourScale::logarithmic(ColourMap::Viridis, 1e-6, 1e-1).zero(Colour::WHITE);
    let panel = |title: &'static str, values: &[f64]| {
        let side = (-1.6, 1.6);
        Panel::new(Axis::linear("$φ$", side.0, side.1), Axis::linear("$η$", side.0, side.1))
            .title(title)
            .with(Image::new(values, 40, side, side, scale.clone()))
            .equal_aspect()
    };
    let left = panel("QCD jets", &image(3.0, 0.0));
    let right = panel("top jets", &image(4.0, 0.7)).colour_bar("fraction of $p_T$");
    Page::new([left, right]).footer("made-up numbers; 40 × 40 cells of 0.08")
}

/// Receiver operating characteristics of two detectors.
fn roc() -> Page {
    let efficiency = range(0.01, 1.0, 400);
    let curve = |power: f64, factor: f64| each(&efficiency, |e| factor * e.powf(-power) + (1.0 - factor));
    let (first, second) = (curve(2.6, 1.0), curve(1.5, 1.0));
    let panel = Panel::new(
        Axis::linear("signal efficiency $ε_S$", 0.0, 1.0),
        Axis::logarithmic("background rejection $1/ε_B$", 1.0, 1e3),
    )
    .title("Anomaly detection with autoencoders")
    .with(Band::new(&efficiency, &curve(2.4, 1.0), &curve(2.8, 1.0)).series(0))
    .with(Line::new(&efficiency, &first).series(0).label("autoencoder, AUC = 0.89"))
    .with(Band::new(&efficiency, &curve(1.4, 1.0), &curve(1.6, 1.0)).series(1))
    .with(Line::new(&efficiency, &second).series(1).label("normalised autoencoder, AUC = 0.78"))
    .with(
        Line::new(&efficiency, &each(&efficiency, |e| 1.0 / e)).colour(Colour::GREY).dash(Dash::Dotted).label("random"),
    );
    Page::new([panel]).frame(240.0, 200.0).note("SMOKE")
}

/// Four small panels of the same look.
fn grid() -> Page {
    let time = range(0.0, 50.0, 500);
    let panel = |index: usize| {
        let rate = 0.05 + 0.06 * index as f64;
        let decay = each(&time, |t| (-rate * t).exp() + 2e-3);
        let test = each(&time, |t| (-rate * t).exp() + 2e-3 + 1.5e-3 * (t / 50.0).powi(2) * (index + 1) as f64);
        Panel::new(Axis::linear("epoch", 0.0, 50.0), Axis::logarithmic("loss", 1e-3, 1.5))
            .title(label!("$d_l = {}$", index + 1))
            .with(Line::new(&time, &decay).series(0).label("training"))
            .with(Line::new(&time, &test).series(1).label("test"))
    };
    Page::new((0..4).map(panel))
        .frame(150.0, 95.0)
        .title("Training of four autoencoders on $S^3$")
        .footer("commit 0000000; seeds 1 to 5; 20 000 events for training and 5 000 for the test; made-up numbers that only show where a long footer is broken")
}

/// Histograms, error bars, regions, arrows, and a legend on the right.
fn histograms() -> Page {
    let mut generator = random::stream(1, "gallery histogram", 0);
    let edges = range(-4.0, 4.0, 41);
    let mut counts = |mean: f64, events: usize| {
        let mut heights = vec![0.0; 40];
        for _ in 0..events {
            let bin = (normal(&mut generator) + mean + 4.0) / 0.2;
            if (0.0..40.0).contains(&bin) {
                heights[bin as usize] += 1.0;
            }
        }
        heights
    };
    let (background, signal) = (counts(-0.5, 20_000), counts(1.5, 600));
    let left = Panel::new(Axis::linear("score", -4.0, 4.0), Axis::logarithmic("events", 0.5, 1e4))
        .with(Steps::new(&edges, &background).series(0).filled(0.2).label("background"))
        .with(Steps::new(&edges, &signal).series(1).label("signal"))
        .with(Guide::vertical(2.0).label("cut").colour(Colour::BLACK))
        .with(Arrow::new((2.0, 3e3), (3.2, 3e3)));
    let dimension = range(1.0, 6.0, 6);
    let area = each(&dimension, |d| 0.95 - 0.4 / d);
    let (low, high) = (each(&area, |a| a - 0.03), each(&area, |a| a + 0.02));
    let major = dimension.iter().map(|d| (*d, label!("{}", d))).collect();
    let shifted = each(&area, |a| a - 0.1);
    let right = Panel::new(
        Axis::linear("latent dimension $d_l$", 0.5, 6.5).ticks(Ticks::At { major, minor: vec![] }),
        Axis::linear("AUC", 0.4, 1.0),
    )
    .with(
        Region::new(&[2.5, 4.5, 4.5, 2.5], &[0.4, 0.4, 1.0, 1.0])
            .without_outline()
            .filled(Colour::YELLOW, 0.3)
            .label("plateau"),
    )
    .with(ErrorBars::new(&dimension, &low, &high).series(0))
    .with(Points::new(&dimension, &area).series(0).radius(2.2).label("AE"))
    .with(Points::new(&dimension, &shifted).series(1).radius(2.2).label("VAE"))
    .with(Line::new(&[1.0, 6.0], &[0.5, 0.5]).series(2).label("$k$ nearest"))
    .legend(LegendPlace::Right);
    Page::new([left, right])
}
