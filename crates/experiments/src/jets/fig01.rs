//! The autoencoder's layers, with shapes and weights, drawn from the network that the other figures train.
//!
//! The dense layer behind the last convolution of the encoder holds nearly all weights; the image goes through 32 numbers.

use models::network::{ConvolutionalAutoencoder, Layer};

use crate::claims::{Claim, Origin};
use crate::config::{Experiment, Model};
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{Annotation, Axis, Colour, ColourMap, Label, Page, Panel, Region};
use crate::run::RunSpec;
use crate::tables::{Table, Tables};
use crate::{Error, Result, Tier};

/// The figure.
pub struct Layers;

/// Weights that the facts about the published network give, in thousands.
const PUBLISHED_THOUSANDS: f64 = 892.0;
/// Height of a layer's bar, where the next one is 1 below.
const HEIGHT: f64 = 0.72;
/// Half the width of the widest bar.
const WIDEST: f64 = 1.0;

impl Figure for Layers {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig01"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["model", "draw.colours"]
    }

    fn runs(&self, _experiment: &Experiment) -> Result<Vec<RunSpec>> {
        Ok(Vec::new())
    }

    fn evaluate(&self, experiment: &Experiment, _with: &Evaluator) -> Result<Tables> {
        let Model::Convolutional(layout) = &experiment.learning()?.model else {
            return Err(Error::setting("model.kind", "another one", "this figure needs `convolutional`"));
        };
        let network = ConvolutionalAutoencoder::new(layout.clone(), 0, tch::Device::Cpu)?;
        let input = Layer { kind: "input".to_owned(), shape: vec![1, layout.side, layout.side], weights: 0 };
        let layers: Vec<Layer> = std::iter::once(input).chain(layout.layers()).collect();
        let total = models::network::Autoencoder::parameters(&network).weights() as f64;
        Ok(Tables::new([table(&layers), Table::new("network").with("weights", vec![total])]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let total = tables.get("network")?.numbers("weights")?[0];
        let summed: f64 = tables.get("data")?.numbers("weights")?.iter().sum();
        let claims = [
            Claim::new(
                Origin::published(
                    "a public re-implementation that mostly follows arXiv 2104.09051: with latent 32 about 892 thousand",
                ),
                "as many weights as the re-implementation of the published network",
                format!("{total}"),
                format!("{PUBLISHED_THOUSANDS} thousand to the thousand"),
                (total / 1000.0).round() == PUBLISHED_THOUSANDS,
            ),
            Claim::new(
                Origin::identity("both count the same network"),
                "the layers shown hold every weight of the network",
                format!("{summed}"),
                format!("{total}"),
                summed == total,
            ),
        ];
        // Counting weights takes no training, so that the tier does not matter.
        let tier = experiment.tier.max(Tier::Cpu);
        Ok(claims.into_iter().map(|claim| claim.decided_with(tier, 1, 1, "networks")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let data = tables.get("data")?;
        let (kinds, shapes) = (data.texts("layer")?, data.texts("shape")?);
        let (values, weights) = (data.numbers("values")?, data.numbers("weights")?);
        let most = values.iter().copied().fold(2.0, f64::max).ln();
        let narrowest = (0..values.len()).fold(0, |best, row| if values[row] < values[best] { row } else { best });
        let rows = values.len() as f64;
        let mut panel = Panel::new(Axis::linear("", -3.0, 3.0), Axis::linear("", -rows, 1.3)).without_frame();
        for row in 0..values.len() {
            let (y, half) = (-(row as f64), WIDEST * values[row].ln() / most);
            let colour = match row.cmp(&narrowest) {
                std::cmp::Ordering::Less => palette.line(0),
                std::cmp::Ordering::Equal => Colour::VERMILION,
                std::cmp::Ordering::Greater => palette.line(2),
            };
            let (x, ys) = ([-half, half, half, -half], [0.0, 0.0, -HEIGHT, -HEIGHT].map(|dy| y + dy));
            let latent = if row == narrowest { " (latent space)" } else { "" };
            panel = panel
                .with(Region::new(&x, &ys).without_outline().filled(colour, 0.35))
                .with(Annotation::new(-2.0, y - 0.5 * HEIGHT, label!("{}{}", kinds[row], latent)))
                .with(Annotation::new(0.0, y - 0.5 * HEIGHT, Label::plain(&shapes[row])))
                .with(Annotation::new(2.0, y - 0.5 * HEIGHT, Label::plain(grouped(weights[row]))));
        }
        for (x, text) in [(-2.0, "layer"), (0.0, "shape of what it gives"), (2.0, "weights")] {
            panel = panel.with(Annotation::new(x, 0.65, text).colour(Colour::GREY));
        }
        let total = grouped(tables.get("network")?.numbers("weights")?[0]);
        let footer = label!(
            "{} weights in all; length of a bar: logarithm of the numbers that the layer gives; every layer but the latent and the last one is followed by a PReLU",
            total
        );
        Ok(Page::new([panel]).frame(400.0, 19.0 * rows).title("The convolutional autoencoder").footer(footer))
    }
}

/// One row a layer, from the image to its reconstruction.
fn table(layers: &[Layer]) -> Table {
    let numbers = |of: &dyn Fn(&Layer) -> i64| -> Vec<f64> { layers.iter().map(|layer| of(layer) as f64).collect() };
    let shape = |layer: &Layer| layer.shape.iter().map(i64::to_string).collect::<Vec<_>>().join(" × ");
    Table::new("data")
        .with_texts("layer", layers.iter().map(|layer| layer.kind.clone()))
        .with_texts("shape", layers.iter().map(shape))
        .with("values", numbers(&|layer| layer.shape.iter().product()))
        .with("weights", numbers(&|layer| layer.weights))
}

/// A whole number with a thin space between thousands; nothing for 0.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    if digits == "0" {
        return "–".to_owned();
    }
    let parts: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|part| std::str::from_utf8(part).ok()).collect();
    parts.join("\u{2009}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(grouped(891_894.0), "891\u{2009}894");
        assert_eq!(grouped(1_000.0), "1\u{2009}000");
        assert_eq!((grouped(32.0).as_str(), grouped(0.0).as_str()), ("32", "–"));
    }
}
