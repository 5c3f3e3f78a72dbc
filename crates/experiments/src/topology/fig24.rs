//! The mock bump hunt: the mass spectrum s_YY of background and signal, and the signal in the Dalitz plot.
//!
//! A resonance shows as a bump in one invariant mass. For an autoencoder it is no anomaly by its topology: the signal's
//! events are points of the same phase space, the sphere S⁵, as the background's. These are the very events that
//! networks are trained on when they are trained with signal. X -> Y Y Z is the paper's process; the signal's mass
//! and width and all counts are ours.

use datasets::phase_space::{dalitz, from_sphere, to_sphere};
use ndarray::{Array3, Axis as Along};

use super::bump_hunt::Hunt;
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{
    Axis, Colour, ColourMap, Dash, ErrorBars, Guide, LegendPlace, Line, Page, Panel, Points, Region, Steps,
};
use crate::run::RunSpec;
use crate::tables::{Table, Tables};
use crate::{Result, Tier};

/// The figure.
pub struct MassSpectrum;

/// Bins of the spectrum, from 0 to 1.
const BINS: usize = 50;
/// Background events in the Dalitz plot.
const SHOWN: usize = 3000;
/// Events that the claims need.
const LEAST_EVENTS: usize = 10_000;
const PROCESSES: [&str; 2] = ["background", "signal"];

impl Figure for MassSpectrum {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig24"
    }

    fn reads(&self) -> &'static [&'static str] {
        // Nothing is trained here, and yet base.toml's network asks for a latent dimension.
        &["data", "model", "draw.colours"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        Hunt::of(experiment).map(drop)
    }

    fn runs(&self, _experiment: &Experiment) -> Result<Vec<RunSpec>> {
        Ok(Vec::new())
    }

    fn evaluate(&self, experiment: &Experiment, _with: &Evaluator) -> Result<Tables> {
        let hunt = Hunt::of(experiment)?;
        let (events, is_signal) = hunt.sample()?;
        let s_yy = dalitz(&events, 0, 1);
        let spectrum = spectrum(&hunt, &s_yy, &is_signal);
        let window = window(&hunt, &s_yy, &is_signal, &spectrum, &events)?;
        Ok(Tables::new([spectrum, dalitz_plot(&events, &s_yy, &is_signal), window]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("window")?;
        let number = |column: &str| table.numbers(column).map(|numbers| numbers[0]);
        let (significance, error) = (number("significance")?, number("significance_error")?);
        let (chi_squared, freedom) = (number("chi_squared")?, number("degrees_of_freedom")?);
        let (deviation, events) = (number("largest_deviation_from_sphere")?, number("events")? as usize);
        let claims = [
            Claim::new(
                Origin::identity("mass, width and counts are chosen for S/√B near 4.5 in the window"),
                "the bump shows in s_YY alone: excess in the window over √B, B from the sidebands",
                format!("{significance:.1} ± {error:.1}"),
                "at least 3",
                significance >= 3.0,
            ),
            Claim::new(
                Origin::identity("the events are drawn flat in phase space, where s_YY has this density"),
                "the background is flat in phase space: s_YY has the density 2 (1 - s)",
                format!("χ² = {chi_squared:.1} for {freedom} degrees of freedom"),
                "within 5 standard deviations of χ²",
                (chi_squared - freedom).abs() < 5.0 * (2.0 * freedom).sqrt(),
            ),
            Claim::new(
                Origin::identity(
                    "the decays conserve energy and momentum, and such events are the sphere: one on each ray of Σp = 0",
                ),
                "every signal event is a point of the background's sphere S⁵",
                format!("largest difference of an event from itself, to S⁵ and back: {deviation:.0e}"),
                "below 1e-9 of √s",
                deviation < 1e-9,
            ),
        ];
        // Nothing is trained, so that the tier does not matter; the number of events does.
        let tier = experiment.tier.max(Tier::Cpu);
        Ok(claims.into_iter().map(|claim| claim.decided_with(tier, events, LEAST_EVENTS, "events")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let hunt = Hunt::of(experiment)?;
        let panels = [
            spectrum_panel(&hunt, tables, &palette)?,
            excess_panel(&hunt, tables, &palette)?,
            triangle_panel(&hunt, tables, &palette)?,
        ];
        Ok(Page::new(panels)
            .columns(3)
            .frame(155.0, 155.0)
            .title("A mock bump hunt: $X → YYZ$ with a resonance $W → YY$")
            .footer(label!("{}; Dalitz plot: {} of the background", hunt.quoted(), SHOWN)))
    }
}

/// Lower edges of the bins, and 1.
fn edges() -> Vec<f64> {
    (0..=BINS).map(|edge| edge as f64 / BINS as f64).collect()
}

/// Counts in each bin of s_YY, with what is expected.
fn spectrum(hunt: &Hunt, s_yy: &[f64], is_signal: &[bool]) -> Table {
    let edges = edges();
    let mut counts = [vec![0.0; BINS], vec![0.0; BINS]];
    for (s, &signal) in s_yy.iter().zip(is_signal) {
        let bin = ((s * BINS as f64) as usize).min(BINS - 1);
        counts[usize::from(signal)][bin] += 1.0;
    }
    let [signal, background] = hunt.counts();
    let bins = || edges.windows(2).map(|edges| [edges[0], edges[1]]);
    let [of_background, of_signal] = counts;
    Table::new("data")
        .with("s_yy_low", &edges[..BINS])
        .with("s_yy_high", &edges[1..])
        .with("background", of_background)
        .with("signal", of_signal)
        .with("expected_background", bins().map(|bin| background * hunt.background_share(bin)).collect::<Vec<_>>())
        .with("expected_signal", bins().map(|bin| signal * hunt.signal_share(bin)).collect::<Vec<_>>())
}

/// The first background events and all signal events in the Dalitz plot.
fn dalitz_plot(events: &Array3<f64>, s_yy: &[f64], is_signal: &[bool]) -> Table {
    let s_yz = dalitz(events, 1, 2);
    let of = |signal: bool, most: usize| (0..s_yy.len()).filter(move |&event| is_signal[event] == signal).take(most);
    let shown: Vec<usize> = of(false, SHOWN).chain(of(true, s_yy.len())).collect();
    Table::new("dalitz")
        .with_texts("process", shown.iter().map(|&event| PROCESSES[usize::from(is_signal[event])]))
        .with("s_yy", shown.iter().map(|&event| s_yy[event]).collect::<Vec<_>>())
        .with("s_yz", shown.iter().map(|&event| s_yz[event]).collect::<Vec<_>>())
}

/// The window, its counts and what the claims use; one row.
fn window(hunt: &Hunt, s_yy: &[f64], is_signal: &[bool], spectrum: &Table, events: &Array3<f64>) -> Result<Table> {
    let [low, high] = hunt.window();
    let [expected_signal, expected_background] = hunt.expected_in_window();
    let inside = |signal: bool| {
        let found = s_yy.iter().zip(is_signal).filter(|(s, own)| **own == signal && (low..=high).contains(*s));
        found.count() as f64
    };
    let (background, signal) = (inside(false), inside(true));
    let outside = s_yy.len() as f64 - background - signal;
    let [significance, error] = excess(background + signal, outside, hunt.background_share(hunt.window()));
    let columns = [
        ("s_yy_low", low),
        ("s_yy_high", high),
        ("events", s_yy.len() as f64),
        ("background", background),
        ("signal", signal),
        ("expected_background", expected_background),
        ("expected_signal", expected_signal),
        ("significance", significance),
        ("significance_error", error),
        ("chi_squared", chi_squared(spectrum.numbers("background")?, spectrum.numbers("expected_background")?)),
        ("degrees_of_freedom", (BINS - 1) as f64),
        ("largest_deviation_from_sphere", largest_deviation(events, is_signal)?),
    ];
    Ok(columns.into_iter().fold(Table::new("window"), |table, (name, value)| table.with(name, vec![value])))
}

/// (N - B)/√B in a window and its error, with B from the events outside and the background's `share` inside.
fn excess(inside: f64, outside: f64, share: f64) -> [f64; 2] {
    let ratio = share / (1.0 - share);
    let background = outside * ratio;
    [(inside - background) / background.sqrt(), ((inside + outside * ratio * ratio) / background).sqrt()]
}

/// Σ (n - μ)²/μ.
fn chi_squared(found: &[f64], expected: &[f64]) -> f64 {
    found.iter().zip(expected).map(|(found, expected)| (found - expected).powi(2) / expected).sum()
}

/// The largest difference of a component between a signal event and the same event made anew from its point of S⁵.
fn largest_deviation(events: &Array3<f64>, is_signal: &[bool]) -> Result<f64> {
    let signal: Vec<usize> = (0..is_signal.len()).filter(|&event| is_signal[event]).collect();
    let signal = events.select(Along(0), &signal);
    let back = from_sphere(&to_sphere(&signal)?, &[0.0; 3], 1.0)?;
    Ok(signal.iter().zip(&back).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max))
}

/// The surface of the mass window from `bottom` to `top`.
fn shaded(hunt: &Hunt, bottom: f64, top: f64) -> Region {
    let [low, high] = hunt.window();
    Region::new(&[low, high, high, low], &[bottom, bottom, top, top]).without_outline().filled(Colour::ORANGE, 0.25)
}

fn spectrum_panel(hunt: &Hunt, tables: &Tables, palette: &Palette) -> Result<Panel> {
    let table = tables.get("data")?;
    let (background, signal) = (table.numbers("background")?, table.numbers("signal")?);
    let all: Vec<f64> = background.iter().zip(signal).map(|(b, s)| b + s).collect();
    let top = 1.6 * all.iter().copied().fold(1.0, f64::max);
    let centres: Vec<f64> = edges().windows(2).map(|edges| 0.5 * (edges[0] + edges[1])).collect();
    let width = 1.0 / BINS as f64;
    Ok(Panel::new(
        Axis::linear("$s_{YY}$ (units of $M_X^2$)", 0.0, 1.0),
        Axis::linear(label!("events per {}", width), 0.0, top),
    )
    .with(shaded(hunt, 0.0, top))
    .with(Steps::new(&edges(), background).colour(palette.line(0)).filled(0.15).label("background"))
    .with(Steps::new(&edges(), &all).colour(palette.line(1)).label("background + signal"))
    .with(Steps::new(&edges(), signal).colour(palette.line(1)).dash(Dash::Dashed).label("signal"))
    .with(
        Line::new(&centres, table.numbers("expected_background")?)
            .colour(Colour::BLACK)
            .dash(Dash::Dotted)
            .label("flat phase space"),
    )
    .legend(LegendPlace::UpperRight))
}

fn excess_panel(hunt: &Hunt, tables: &Tables, palette: &Palette) -> Result<Panel> {
    let table = tables.get("data")?;
    let (background, signal) = (table.numbers("background")?, table.numbers("signal")?);
    let (of_background, of_signal) = (table.numbers("expected_background")?, table.numbers("expected_signal")?);
    let centres: Vec<f64> = edges().windows(2).map(|edges| 0.5 * (edges[0] + edges[1])).collect();
    let each = |value: &dyn Fn(usize) -> f64| -> Vec<f64> { (0..BINS).map(value).collect() };
    let pull = each(&|bin| (background[bin] + signal[bin] - of_background[bin]) / of_background[bin].sqrt());
    let error = each(&|bin| ((background[bin] + signal[bin]) / of_background[bin]).sqrt());
    let expected = each(&|bin| of_signal[bin] / of_background[bin].sqrt());
    let ends = |sign: f64| each(&|bin| pull[bin] + sign * error[bin]);
    // Room for the legend above the bump.
    let (low, high) = (-5.0, 2.6 * pull.iter().copied().fold(3.0, f64::max));
    let window = tables.get("window")?;
    let quoted = label!(
        "in the window: {:.1} ± {:.1}",
        window.numbers("significance")?[0],
        window.numbers("significance_error")?[0]
    );
    Ok(Panel::new(
        Axis::linear("$s_{YY}$ (units of $M_X^2$)", 0.0, 1.0),
        Axis::linear("excess $(N - B)/√B$", low, high),
    )
    .with(shaded(hunt, low, high).label("mass window"))
    .with(Guide::horizontal(0.0).dash(Dash::Solid))
    .with(ErrorBars::new(&centres, &ends(-1.0), &ends(1.0)))
    .with(Points::new(&centres, &pull).radius(1.3).label(quoted))
    .with(Line::new(&centres, &expected).colour(palette.line(1)).label("expected signal"))
    .legend(LegendPlace::UpperRight))
}

fn triangle_panel(hunt: &Hunt, tables: &Tables, palette: &Palette) -> Result<Panel> {
    let table = tables.get("dalitz")?;
    let points = |process: &str| -> Result<Points> {
        let column = |name| table.numbers_where(name, "process", process);
        let shown = column("s_yy")?;
        Ok(Points::new(&shown, &column("s_yz")?).label(label!("{} {}", shown.len(), process)))
    };
    let [low, high] = hunt.window();
    let window = Region::new(&[low, high, high, low], &[0.0, 0.0, 1.0 - high, 1.0 - low]);
    Ok(Panel::new(
        Axis::linear("$s_{YY}$ (units of $M_X^2$)", 0.0, 1.0),
        Axis::linear("$s_{YZ}$ (units of $M_X^2$)", 0.0, 1.0),
    )
    .with(window.without_outline().filled(Colour::ORANGE, 0.25))
    .with(points(PROCESSES[0])?.radius(0.6).colour(palette.line(0)))
    .with(points(PROCESSES[1])?.radius(1.0).colour(palette.line(1)))
    .with(Line::new(&[0.0, 1.0], &[1.0, 0.0]).width(0.8))
    .equal_aspect()
    .legend(LegendPlace::UpperRight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_excess_is_that_over_the_sidebands_by_hand() {
        // 900 outside with a share of 1/10 inside are 100 of background; error √((130 + 900/81)/100).
        let [significance, error] = excess(130.0, 900.0, 0.1);
        assert!((significance - 3.0).abs() < 1e-12);
        assert!((error - (1.3f64 + 1.0 / 9.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn chi_squared_is_the_sum_over_bins() {
        assert_eq!(chi_squared(&[90.0, 120.0], &[100.0, 100.0]), 5.0);
    }

    #[test]
    fn an_event_that_breaks_momentum_conservation_is_no_point_of_the_sphere() {
        let mut events = datasets::phase_space::rambo(3, 1.0, 2, &mut random::stream(1, "events", 0)).unwrap();
        assert!(largest_deviation(&events, &[true, true]).unwrap() < 1e-12);
        events[[1, 2, 3]] += 0.1;
        assert!(largest_deviation(&events, &[true, true]).unwrap() > 0.01);
        // Background events are not asked for.
        assert!(largest_deviation(&events, &[true, false]).unwrap() < 1e-12);
    }
}
