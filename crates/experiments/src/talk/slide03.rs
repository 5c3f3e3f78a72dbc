//! PCA: the best linear encoder and decoder, and a linear autoencoder that learns it (d = 4, c = 1).
//!
//! Of all linear maps to one number and back, PCA's loses least; an autoencoder without activation functions, trained on
//! the same points, reaches that loss, and its decoder spans PCA's first axis.

use models::numbers::to_f64;
use models::pca::Pca;
use models::training::Stopping;
use tch::{Kind, Tensor};

use crate::claims::{Claim, Origin};
use crate::config::{Data, Experiment, Learning, Manifold, Model};
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{Axis, Band, Colour, ColourMap, Dash, LegendPlace, Line, Page, Panel, Points, Ticks};
use crate::samples::tensor;
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// The figure.
pub struct LinearAndPca;

/// Name of the decoder's only weight.
const DECODER: &str = "decoder.dense1.weight";

impl Figure for LinearAndPca {
    fn source(&self) -> &'static str {
        "talk"
    }

    fn id(&self) -> &'static str {
        "slide03"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["draw.colours"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        let linear = "this figure needs a linear network trained to a fixed length on a normal distribution: `hidden = []`, \
                      `activation = \"identity\"`, `latent = 1`, no `patience`";
        let Learning { model, stopping, .. } = experiment.learning()?;
        match (experiment.data(), model, stopping) {
            (Data::Points(points), Model::Dense(layout), Stopping::FixedLength)
                if matches!(points.manifold, Manifold::Gaussian { .. })
                    && layout.hidden.is_empty()
                    && layout.latent == 1 =>
            {
                Ok(())
            }
            _ => Err(Error::setting("model", "another one", linear)),
        }
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let [training, validation] =
            experiment.first().points()?.sample()?.map(|points| tensor(&points).to_kind(Kind::Double));
        let pca = Pca::fit(&training)?;
        let kept = (&validation - pca.reconstruct(&validation, 1)).square().mean(Kind::Double);
        let pca_loss = f64::try_from(kept).map_err(|error| models::Error::Libtorch(error.to_string()))?;
        let mut members = Members::default();
        let mut epochs = Vec::new();
        for run in with.runs {
            let rows: Vec<_> = run.metrics()?.into_iter().filter(|row| !row.validation_loss.is_empty()).collect();
            epochs = rows.iter().map(|row| row.epoch as f64).collect();
            let network = run.network(with.machine.device)?;
            let directions = decoder_directions(network.parameters().named())?;
            for (member, direction) in directions.iter().enumerate() {
                let losses = rows.iter().map(|row| row.validation_loss[member]).collect();
                members.push(losses, direction, &pca);
            }
        }
        members.truncate(experiment.seeds);
        Ok(Tables::new([members.curves(&epochs)?, members.axes(&pca), members.by_seed(pca_loss)]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let (loss, pca, angle) = (table.numbers("loss")?, table.numbers("pca_loss")?, table.numbers("angle_degrees")?);
        let reached: Vec<bool> = loss.iter().zip(pca).map(|(loss, pca)| loss / pca < 1.01).collect();
        let spanned: Vec<bool> = angle.iter().map(|&angle| angle < 1.0).collect();
        let claims = [
            Claim::every_seed(
                Origin::expected(
                    "no linear map loses less than PCA, and the loss of a linear autoencoder has no other minimum (Baldi and \
                     Hornik, Neural Networks 2 (1989) 53)",
                ),
                "a linear autoencoder reaches PCA's loss",
                &reached,
                "within 1 % of it",
            ),
            Claim::every_seed(
                Origin::expected("at that minimum the decoder's column is the first axis, whose variance stands apart"),
                "its decoder spans PCA's first axis",
                &spanned,
                "angle below 1 degree",
            ),
        ];
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, loss.len(), 3, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let features = tables.get("axes")?.numbers("feature")?.len();
        Ok(Page::new([draw_curves(tables, &palette)?, draw_axes(tables, &palette)?])
            .title(label!("PCA and the linear autoencoder, $d = {}$, $c = 1$", features)))
    }
}

fn draw_curves(tables: &Tables, palette: &Palette) -> Result<Panel> {
    let curves = tables.get("data")?;
    let pca_loss = tables.get("by_seed")?.numbers("pca_loss")?[0];
    let (epoch, low, high) = (curves.numbers("epoch")?, curves.numbers("lowest")?, curves.numbers("highest")?);
    let last = epoch.last().copied().unwrap_or(1.0).max(2.0);
    let pca = Line::new(&[0.0, last], &[pca_loss, pca_loss]).colour(Colour::BLACK).dash(Dash::Dashed).width(0.8);
    let pca = pca.label("PCA, fitted to the training points");
    let top = high.iter().copied().fold(pca_loss, f64::max);
    Ok(Panel::new(Axis::linear("epoch", 0.0, last), Axis::linear("loss (mean squared error)", 0.0, 1.1 * top))
        .with(Band::new(epoch, low, high).colour(palette.line(0)).opacity(0.3).label("range of seeds"))
        .with(Line::new(epoch, curves.numbers("median")?).colour(palette.line(0)).label("linear autoencoder, median"))
        .with(pca)
        .legend(LegendPlace::Above))
}

fn draw_axes(tables: &Tables, palette: &Palette) -> Result<Panel> {
    let axes = tables.get("axes")?;
    let feature = axes.numbers("feature")?;
    let seeds = tables.get("by_seed")?.numbers("seed")?.len();
    let ticks = Ticks::At {
        major: feature.iter().map(|&feature| (feature, label!("{}", feature))).collect(),
        minor: Vec::new(),
    };
    let range = (0.5, feature.len() as f64 + 0.5);
    let mut panel = Panel::new(
        Axis::linear("feature", range.0, range.1).ticks(ticks),
        Axis::linear("component of the unit vector", -1.0, 1.0),
    );
    panel = panel
        .with(Points::new(feature, axes.numbers("pca")?).colour(Colour::BLACK).radius(5.0).label("first axis of PCA"));
    for seed in 0..seeds {
        let shift = if seeds > 1 { 0.4 * (seed as f64 / (seeds - 1) as f64 - 0.5) } else { 0.0 };
        let x: Vec<f64> = feature.iter().map(|feature| feature + shift).collect();
        let mut layer = Points::new(&x, axes.numbers(&format!("seed_{seed}"))?).colour(palette.line(1)).radius(1.4);
        if seed == 0 {
            layer = layer.label(label!("decoder of each of {} seeds", seeds));
        }
        panel = panel.with(layer);
    }
    Ok(panel.legend(LegendPlace::Above))
}

/// The decoder's weight of each member, `[features]` each.
fn decoder_directions(named: Vec<(String, Tensor)>) -> Result<Vec<Tensor>> {
    let missing = || Error::setting("model.kind", "without a dense decoder", "this figure needs `dense`");
    let (_, weight) = named.into_iter().find(|(name, _)| name == DECODER).ok_or_else(missing)?;
    Ok((0..weight.size()[0]).map(|member| weight.get(member).squeeze_dim(0)).collect())
}

/// What is kept of each member.
#[derive(Default)]
struct Members {
    losses: Vec<Vec<f64>>,
    directions: Vec<Vec<f64>>,
    angles: Vec<f64>,
}

impl Members {
    fn push(&mut self, losses: Vec<f64>, direction: &Tensor, pca: &Pca) {
        let unit = direction.to_kind(Kind::Double);
        let unit = &unit / unit.norm();
        let along = unit.dot(&pca.axes.select(1, 0)).sign();
        self.angles.push(pca.largest_angle(&unit.unsqueeze(1)).to_degrees());
        self.directions.push(to_f64(&(unit * along)));
        self.losses.push(losses);
    }

    fn truncate(&mut self, seeds: usize) {
        self.losses.truncate(seeds);
        self.directions.truncate(seeds);
        self.angles.truncate(seeds);
    }

    /// Validation loss against the epoch: lowest, median and highest of the seeds.
    fn curves(&self, epochs: &[f64]) -> Result<Table> {
        let (mut low, mut median, mut high) = (Vec::new(), Vec::new(), Vec::new());
        for index in 0..epochs.len() {
            let at: Vec<f64> = self.losses.iter().map(|losses| losses[index]).collect();
            low.push(metrics::quantile(&at, 0.0)?);
            median.push(metrics::median(&at)?);
            high.push(metrics::quantile(&at, 1.0)?);
        }
        Ok(Table::new("data").with("epoch", epochs).with("lowest", low).with("median", median).with("highest", high))
    }

    fn axes(&self, pca: &Pca) -> Table {
        let axis = to_f64(&pca.axes.select(1, 0));
        let features: Vec<f64> = (1..=axis.len()).map(|feature| feature as f64).collect();
        let table = Table::new("axes").with("feature", features).with("pca", axis);
        self.directions
            .iter()
            .enumerate()
            .fold(table, |table, (seed, direction)| table.with(&format!("seed_{seed}"), direction.clone()))
    }

    fn by_seed(&self, pca_loss: f64) -> Table {
        let last: Vec<f64> = self.losses.iter().map(|losses| losses.last().copied().unwrap_or(f64::NAN)).collect();
        let seeds = last.len();
        Table::new("by_seed")
            .with("seed", (0..seeds).map(|seed| seed as f64).collect::<Vec<_>>())
            .with("loss", last)
            .with("pca_loss", vec![pca_loss; seeds])
            .with("angle_degrees", self.angles.clone())
    }
}
