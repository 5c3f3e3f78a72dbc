//! S¹, d_l = 1: width of the tear and mean loss against the network's capacity.
//!
//! Within the tear the reconstruction runs back over nearly the whole circle. If decoder after encoder stretches no
//! length by more than L, its Lipschitz constant, it needs an angle of about 2π/L for that. There the loss, 1 - cos of
//! the angle between a point and its reconstruction, has a mean of about 1; elsewhere it is small. So the mean loss is
//! about the tear's share of the circle, and both fall as 1/L.

use std::f64::consts::TAU;

use datasets::circle;

use super::circle_tear::tear;
use crate::claims::{Claim, Origin};
use crate::config::{Experiment, Manifold, Model, Variant};
use crate::figure::{Ensemble, Evaluator, Figure, Palette};
use crate::plot::{
    Axis, Band, Colour, ColourMap, Dash, ErrorBars, Label, LegendPlace, Line, Marker, Page, Panel, Points, Scale,
};
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// The figure.
pub struct TearAgainstCapacity;

/// Points of the circle at which the Jacobian is taken, every quarter of a degree.
const JACOBIANS: usize = 1440;
/// Mean loss over tear's share of the circle: the claim allows this factor to both sides.
const FACTOR: f64 = 2.0;
/// Rank correlations with the Lipschitz constant are below this.
const FALLS: f64 = -0.5;
/// How far the exponent of the tear's width may be from -1.
const EXPONENT: f64 = 0.25;
/// Seeds at each point, fewer leave the claims undecided.
const SEEDS: usize = 64;

/// What is measured of each seed of one network.
struct Measured {
    /// All torn angle, in radians.
    width: Vec<f64>,
    mean_loss: Vec<f64>,
    lipschitz: Vec<f64>,
}

/// Columns of the table `data` with median and 16 % and 84 % quantiles over seeds.
const MEASURES: [&str; 3] = ["torn_radians", "mean_loss", "lipschitz"];

impl Figure for TearAgainstCapacity {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig06"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colours"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        if experiment.variants.len() < 3 {
            return Err(Error::setting(
                "variant",
                experiment.variants.len(),
                "this figure compares at least 3 networks",
            ));
        }
        experiment.on("the circle", |manifold| matches!(manifold, Manifold::Circle))?;
        experiment.with_latent(&vec![1; experiment.variants.len()])?;
        experiment.points().map(drop)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let points = experiment.points()?;
        let measured =
            with.ensembles()?.iter().map(|ensemble| measure(ensemble, points)).collect::<Result<Vec<_>>>()?;
        Ok(Tables::new([data(&experiment.variants, &measured)?, by_seed(&experiment.variants, &measured)]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let data = tables.get("data")?;
        let [width, loss, lipschitz] = MEASURES.map(|name| data.numbers(name));
        let (width, loss, lipschitz) = (width?, loss?, lipschitz?);
        let ratios: Vec<f64> = loss.iter().zip(width).map(|(loss, width)| loss * TAU / width).collect();
        let claims = [
            near_share(&ratios),
            falling("the tear's width falls as the Lipschitz constant grows", lipschitz, width)?,
            falling("the mean loss falls as the Lipschitz constant grows", lipschitz, loss)?,
            inverse(lipschitz, width)?,
        ];
        Ok(claims
            .into_iter()
            .map(|claim| claim.decided_with(experiment.tier, experiment.seeds, SEEDS, "seeds"))
            .collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let data = tables.get("data")?;
        let [weights, width, loss, lipschitz] =
            ["weights", MEASURES[0], MEASURES[1], MEASURES[2]].map(|name| limits(data, name));
        let (weights, width, loss, lipschitz) = (weights?, width?, loss?, lipschitz?);
        let axis = |label: &'static str, (low, high): (f64, f64)| Axis::logarithmic(label, low, high);
        let degrees = (width.0.to_degrees(), width.1.to_degrees());
        let share = (width.0 / TAU, width.1 / TAU);
        let of_capacity = Panel::new(axis("number of weights", weights), axis("tear's width (degrees)", degrees));
        let of_share = Panel::new(axis("tear's share of the circle, width / $2π$", share), axis("mean loss", loss))
            .with(factor_two(share))
            .with(
                Line::new(&[share.0, share.1], &[share.0, share.1])
                    .dash(Dash::Dashed)
                    .width(0.8)
                    .label("equal")
                    .reference(),
            );
        let of_lipschitz =
            Panel::new(axis("Lipschitz constant $L$", lipschitz), axis("tear's width (degrees)", degrees))
                .with(two_pi_over(lipschitz));
        let (width, loss, lipschitz) = ((MEASURES[0], 360.0 / TAU), (MEASURES[1], 1.0), (MEASURES[2], 1.0));
        Ok(Page::new([
            networks(of_capacity, data, ("weights", 1.0), width, &palette, true)?.legend(LegendPlace::Above),
            networks(of_share, data, (MEASURES[0], 1.0 / TAU), loss, &palette, false)?.legend(LegendPlace::Above),
            networks(depths(of_lipschitz), data, lipschitz, width, &palette, false)?.legend(LegendPlace::Above),
        ])
        .columns(3)
        .title("$S^1$ autoencoder, $d_l = 1$: the tear against capacity"))
    }
}

/// Whether the mean loss is the tear's share of the circle within a factor of two, for each network.
fn near_share(ratios: &[f64]) -> Claim {
    let near = ratios.iter().filter(|&&ratio| (1.0 / FACTOR..=FACTOR).contains(&ratio)).count();
    let (low, high) = ratios.iter().fold((f64::INFINITY, 0.0f64), |(low, high), &r| (low.min(r), high.max(r)));
    Claim::new(
        Origin::expected(
            "in the tear the loss 1 - cos of the angle between x and x' has a mean of about 1, elsewhere it is small",
        ),
        "the mean loss is about the tear's share of the circle",
        format!("{near} of {} networks, ratios {low:.2} to {high:.2}", ratios.len()),
        "mean loss / (width/2π) within a factor 2 of 1 in every network, medians over seeds",
        near == ratios.len(),
    )
}

/// Why the tear should be as wide as 2π/L; how near the measured networks come to it is ours.
fn run_back() -> Origin {
    Origin::expected("x' runs back over about 2π, at most L times as fast as x: that takes an angle of about 2π/L")
}

/// Whether `values` fall with the Lipschitz constant.
fn falling(statement: &str, lipschitz: &[f64], values: &[f64]) -> Result<Claim> {
    let (value, holds) = match metrics::rank_correlation(lipschitz, values) {
        Ok(correlation) => {
            (format!("rank correlation {correlation:.2} over {} networks", values.len()), correlation < FALLS)
        }
        Err(metrics::Error::TooFew { .. } | metrics::Error::Constant { .. }) => {
            (format!("no rank correlation, {} networks are alike", values.len()), false)
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Claim::new(run_back(), statement, value, "< -0.5, medians over seeds", holds))
}

/// Whether the width falls as 1/L.
fn inverse(lipschitz: &[f64], width: &[f64]) -> Result<Claim> {
    let statement = "the tear's width goes as 1/L";
    let bar = "exponent between -1.25 and -0.75";
    if width.iter().any(|&width| width <= 0.0) {
        return Ok(Claim::new(run_back(), statement, "a network without a tear", bar, false));
    }
    let law = match metrics::power_law(lipschitz, width) {
        Err(metrics::Error::TooFew { .. } | metrics::Error::Constant { .. }) => {
            return Ok(Claim::new(run_back(), statement, "no power law, the networks are alike", bar, false));
        }
        law => law?,
    };
    let value = format!("exponent {:.2} ± {:.2}", law.exponent, law.exponent_error);
    Ok(Claim::new(run_back(), statement, value, bar, (law.exponent + 1.0).abs() <= EXPONENT))
}

/// Tear, mean loss and Lipschitz constant of every member.
fn measure(ensemble: &Ensemble, points: usize) -> Result<Measured> {
    let losses = ensemble.losses(&circle::grid(points)?.1);
    let stretching = ensemble.stretching(&circle::grid(JACOBIANS)?.1);
    Ok(Measured {
        width: losses.iter().map(|losses| Ok(tear(losses)?.torn)).collect::<Result<_>>()?,
        mean_loss: losses.iter().map(|losses| Ok(metrics::mean(losses)?)).collect::<Result<_>>()?,
        lipschitz: stretching.iter().map(|values| values.iter().copied().fold(0.0, f64::max)).collect(),
    })
}

/// Weights and biases of an encoder with layers of these sizes and its mirrored decoder.
fn weights(sizes: &[i64]) -> i64 {
    sizes.windows(2).map(|pair| 2 * pair[0] * pair[1] + pair[0] + pair[1]).sum()
}

/// Number of weights, number of hidden layers, and activation of a network.
fn architecture(variant: &Variant) -> Result<(i64, usize, &'static str)> {
    match &variant.learning()?.model {
        Model::Dense(layout) => {
            let sizes = [&[layout.features], layout.hidden.as_slice(), &[layout.latent]].concat();
            Ok((weights(&sizes), layout.hidden.len(), layout.activation.name()))
        }
        Model::Convolutional(_) => Err(Error::setting("model.kind", "convolutional", "this figure needs `dense`")),
    }
}

/// One row a network: its size, and each measure's median and quantiles over seeds.
fn data(variants: &[Variant], measured: &[Measured]) -> Result<Table> {
    let sizes = variants.iter().map(architecture).collect::<Result<Vec<_>>>()?;
    let mut table = Table::new("data")
        .with_texts("network", variants.iter().map(|variant| variant.name.as_str()))
        .with_texts("activation", sizes.iter().map(|(_, _, activation)| *activation))
        .with("hidden_layers", sizes.iter().map(|(_, depth, _)| *depth as f64).collect::<Vec<_>>())
        .with("weights", sizes.iter().map(|(weights, _, _)| *weights as f64).collect::<Vec<_>>());
    let values: [fn(&Measured) -> &[f64]; 3] = [|m| &m.width, |m| &m.mean_loss, |m| &m.lipschitz];
    for (name, values) in MEASURES.into_iter().zip(values) {
        for (suffix, level) in [("", 0.5), ("_low", 0.16), ("_high", 0.84)] {
            let column = measured.iter().map(|measured| metrics::quantile(values(measured), level));
            let column = column.collect::<std::result::Result<Vec<_>, _>>()?;
            table = table.with(&format!("{name}{suffix}"), column);
        }
    }
    Ok(table)
}

fn by_seed(variants: &[Variant], measured: &[Measured]) -> Table {
    let all = |value: fn(&Measured) -> &[f64]| -> Vec<f64> { measured.iter().flat_map(value).copied().collect() };
    let names = variants.iter().zip(measured).flat_map(|(variant, m)| m.width.iter().map(|_| variant.name.as_str()));
    Table::new("by_seed")
        .with_texts("network", names)
        .with("seed", measured.iter().flat_map(|m| (0..m.width.len()).map(|seed| seed as f64)).collect::<Vec<_>>())
        .with(MEASURES[0], all(|m| &m.width))
        .with(MEASURES[1], all(|m| &m.mean_loss))
        .with(MEASURES[2], all(|m| &m.lipschitz))
}

/// Limits of an axis that holds a measure with its error bars.
fn limits(data: &Table, name: &str) -> Result<(f64, f64)> {
    let mut values = data.numbers(name)?.to_vec();
    for suffix in ["_low", "_high"] {
        values.extend(data.numbers(&format!("{name}{suffix}")).unwrap_or_default());
    }
    Ok(Scale::Log10.limits_covering(&values).unwrap_or((0.1, 10.0)))
}

/// The region within a factor of two of the diagonal.
fn factor_two((low, high): (f64, f64)) -> Band {
    let around = |factor: f64| [low * factor, high * factor];
    Band::new(&[low, high], &around(1.0 / FACTOR), &around(FACTOR)).label("within a factor 2").reference()
}

/// The angle that the reconstruction needs to run back over the whole circle.
fn two_pi_over((low, high): (f64, f64)) -> Line {
    let line = Line::new(&[low, high], &[360.0 / low, 360.0 / high]);
    line.colour(Colour::BLACK).dash(Dash::Dashed).width(0.8).label("Lipschitz: $2π/L$").reference()
}

/// The networks' medians with error bars: colour by activation, marker by depth.
fn networks(
    panel: Panel,
    data: &Table,
    x: (&str, f64),
    y: (&str, f64),
    palette: &Palette,
    named: bool,
) -> Result<Panel> {
    let (activations, depths) = (data.texts("activation")?, data.numbers("hidden_layers")?);
    let column = |(name, unit): (&str, f64), suffix: &str| -> Result<Vec<f64>> {
        Ok(data.numbers(&format!("{name}{suffix}"))?.iter().map(|value| value * unit).collect())
    };
    let (x, middle, low, high) = (column(x, "")?, column(y, "")?, column(y, "_low")?, column(y, "_high")?);
    let mut names: Vec<&String> = Vec::new();
    let mut panel = panel;
    for row in 0..x.len() {
        let new = !names.contains(&&activations[row]);
        if new {
            names.push(&activations[row]);
        }
        let colour = palette.line(names.iter().position(|name| **name == activations[row]).unwrap_or(0));
        let at = |values: &[f64]| vec![values[row]];
        let mut point = Points::new(&at(&x), &at(&middle)).colour(colour).marker(marker(depths[row])).radius(2.4);
        if new && named {
            point = point.label(Label::plain(written(&activations[row])));
        }
        panel = panel.with(ErrorBars::new(&at(&x), &at(&low), &at(&high)).colour(colour)).with(point);
    }
    Ok(panel)
}

/// An activation's name in the legend.
fn written(name: &str) -> String {
    match name {
        "elu" => "ELU".to_owned(),
        "relu" => "ReLU".to_owned(),
        "leaky_relu" => "leaky ReLU".to_owned(),
        "gelu" => "GELU".to_owned(),
        other => other.to_owned(),
    }
}

/// Legend keys of the depths: black points that are nowhere in the panel.
fn depths(mut panel: Panel) -> Panel {
    for (depth, name) in [(1.0, "1 hidden layer"), (2.0, "2 hidden layers"), (3.0, "3 or more")] {
        panel = panel.with(Points::key().marker(marker(depth)).radius(2.4).label(name));
    }
    panel
}

/// Triangle, circle and square for one, two and three hidden layers.
fn marker(depth: f64) -> Marker {
    match depth as usize {
        1 => Marker::Triangle,
        2 => Marker::Circle,
        _ => Marker::Square,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;

    #[test]
    fn the_mean_loss_has_to_be_near_the_share_in_every_network() {
        assert_eq!(near_share(&[0.5, 1.0, 2.0]).verdict, Verdict::Holds);
        assert_eq!(near_share(&[1.0, 2.01]).verdict, Verdict::Fails);
        assert_eq!(near_share(&[0.49, 1.0]).verdict, Verdict::Fails);
    }

    #[test]
    fn a_width_of_two_pi_over_l_goes_as_one_over_l() {
        let lipschitz = [10.0, 20.0, 50.0, 80.0];
        let width = lipschitz.map(|l| TAU / l);
        assert_eq!(inverse(&lipschitz, &width).unwrap().verdict, Verdict::Holds);
        assert_eq!(inverse(&lipschitz, &lipschitz.map(|l| 1.0 / (l * l))).unwrap().verdict, Verdict::Fails);
        assert_eq!(inverse(&lipschitz, &[1.0, 0.5, 0.2, 0.0]).unwrap().verdict, Verdict::Fails);
    }

    #[test]
    fn what_rises_with_the_lipschitz_constant_does_not_fall() {
        assert_eq!(falling("", &[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]).unwrap().verdict, Verdict::Holds);
        assert_eq!(falling("", &[1.0, 2.0, 3.0], &[1.0, 2.0, 3.0]).unwrap().verdict, Verdict::Fails);
        assert_eq!(
            falling("", &[1.0, 2.0, 3.0], &[5.0; 3]).unwrap().value,
            "no rank correlation, 3 networks are alike"
        );
    }

    #[test]
    fn weights_are_those_of_both_halves_with_their_biases() {
        // 2-3-1-3-2: weights 6 + 3 + 3 + 6, biases 3 + 1 + 3 + 2.
        assert_eq!(weights(&[2, 3, 1]), 27);
    }
}
