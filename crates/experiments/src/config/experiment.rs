//! A checked experiment: every value is there and in its range.

use std::path::PathBuf;

use datasets::image::Recipe;
use models::adam::Schedule;
use models::network::{ConvolutionalLayout, DenseLayout};
use models::training::Stopping;

use super::file::{
    DataKind, DataSection, DrawSection, EvaluateSection, ExperimentFile, ModelKind, ModelSection, TrainSection,
};
use crate::{Error, Result, Tier};

/// More units in one layer are taken for a slip: the weights would not fit into memory.
const WIDEST: i64 = 65536;

/// An experiment that can run.
#[derive(Debug, Clone)]
pub struct Experiment {
    /// What the figure shows.
    pub title: String,
    /// The published figure number; empty if nobody entered it.
    pub source_figure: String,
    /// The tier that it was resolved for.
    pub tier: Tier,
    /// Number of seeds.
    pub seeds: usize,
    /// The data set.
    pub data: Data,
    /// What is evaluated.
    pub evaluate: EvaluateSection,
    /// How it is drawn.
    pub draw: DrawSection,
    learning: Option<Learning>,
}

/// A data set.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// The unit circle in R².
    Circle {
        /// Training and validation points.
        sizes: [usize; 2],
        /// Seed of the points.
        seed: u64,
    },
    /// A normal distribution.
    Gaussian {
        /// Training and validation points.
        sizes: [usize; 2],
        /// Seed of the points and of the axes.
        seed: u64,
        /// Standard deviation along each axis.
        standard_deviations: Vec<f64>,
    },
    /// Jet images.
    Jets(JetFiles),
}

/// Jet files and what is taken from them.
#[derive(Debug, Clone, PartialEq)]
pub struct JetFiles {
    /// File to train on.
    pub train_file: PathBuf,
    /// File to test on.
    pub test_file: PathBuf,
    /// Training and validation jets of one class.
    pub sizes: [usize; 2],
    /// Test jets of each class; all if none is given.
    pub test: Option<usize>,
    /// Seed of the choice of jets.
    pub seed: u64,
    /// How an image is made.
    pub recipe: Recipe,
    /// The sum of an image's pixels as the network sees it.
    pub image_sum: f64,
}

/// A network and its training.
#[derive(Debug, Clone, PartialEq)]
pub struct Learning {
    /// The network.
    pub model: Model,
    /// Passes over the training samples.
    pub epochs: usize,
    /// Samples in a minibatch.
    pub batch_size: i64,
    /// Adam's learning rate at the start.
    pub learning_rate: f64,
    /// How it moves.
    pub schedule: Schedule,
    /// When the training ends.
    pub stopping: Stopping,
    /// Epochs from one validation to the next.
    pub validate_every: usize,
}

/// A network.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Model {
    /// Dense layers, trained in blocks of seeds.
    Dense(DenseLayout),
    /// The convolutional autoencoder.
    Convolutional(ConvolutionalLayout),
}

impl Experiment {
    /// Checks a file whose layers have been put together.
    ///
    /// # Errors
    /// [`Error::Setting`] with the key, its value and what is allowed.
    pub fn check(file: ExperimentFile, tier: Tier) -> Result<Self> {
        let data = check_data(&file.data)?;
        let learning = match file.model.kind {
            Some(kind) => Some(check_learning(kind, &file.model, &file.train, &data)?),
            None => None,
        };
        Ok(Self {
            title: required("title", file.title)?,
            source_figure: file.source_figure.unwrap_or_default(),
            tier,
            seeds: at_least_one("seeds", file.seeds.unwrap_or(1))?,
            data,
            evaluate: check_evaluate(file.evaluate)?,
            draw: file.draw,
            learning,
        })
    }

    /// The network and its training.
    ///
    /// # Errors
    /// [`Error::Setting`] if the experiment has no `[model]`.
    pub fn learning(&self) -> Result<&Learning> {
        self.learning.as_ref().ok_or_else(|| missing("model.kind"))
    }

    /// The jet files.
    ///
    /// # Errors
    /// [`Error::Setting`] if the data set is another one.
    pub fn jets(&self) -> Result<&JetFiles> {
        match &self.data {
            Data::Jets(files) => Ok(files),
            _ => Err(Error::setting("data.kind", "not `jets`", "this figure needs `jets`")),
        }
    }

    /// Checks that the data set is the circle and the network dense with this latent dimension, of which a figure speaks.
    ///
    /// # Errors
    /// [`Error::Setting`] if not.
    pub fn on_circle(&self, latent: i64) -> Result<()> {
        if !matches!(self.data, Data::Circle { .. }) {
            return Err(Error::setting("data.kind", "not `circle`", "this figure is about the circle"));
        }
        match &self.learning()?.model {
            Model::Dense(layout) if layout.latent == latent => Ok(()),
            _ => Err(Error::setting("model.latent", "another one", &format!("this figure is about d_l = {latent}"))),
        }
    }

    /// Points at which the loss is evaluated.
    ///
    /// # Errors
    /// [`Error::Setting`] if it is missing or 0.
    pub fn points(&self) -> Result<usize> {
        at_least_one("evaluate.points", required("evaluate.points", self.evaluate.points)?)
    }
}

fn missing(key: &str) -> Error {
    Error::setting(key, "missing", "add it to the figure's file or to its source's base.toml")
}

fn required<T>(key: &str, value: Option<T>) -> Result<T> {
    value.ok_or_else(|| missing(key))
}

fn at_least_one(key: &str, value: usize) -> Result<usize> {
    if value >= 1 { Ok(value) } else { Err(Error::setting(key, value, "give a whole number of at least 1")) }
}

fn positive(key: &str, value: f64) -> Result<f64> {
    let fine = value.is_finite() && value > 0.0;
    if fine { Ok(value) } else { Err(Error::setting(key, value, "give a finite number above 0")) }
}

/// A key that would change nothing is an error: whoever set it believes that it did.
fn not_used(key: &str, set: bool) -> Result<()> {
    if set { Err(Error::setting(key, "set", "this kind does not use it; remove it")) } else { Ok(()) }
}

fn check_data(section: &DataSection) -> Result<Data> {
    let kind = required("data.kind", section.kind)?;
    let jets = kind == DataKind::Jets;
    not_used("data.standard_deviations", section.standard_deviations.is_some() && kind != DataKind::Gaussian)?;
    not_used("data.train_file", section.train_file.is_some() && !jets)?;
    not_used("data.test_file", section.test_file.is_some() && !jets)?;
    not_used("data.test", section.test.is_some() && !jets)?;
    not_used("data.recipe", section.recipe.is_some() && !jets)?;
    not_used("data.image_sum", section.image_sum.is_some() && !jets)?;
    let seed = section.seed.unwrap_or(0);
    let size = |key: &str, value| -> Result<usize> { at_least_one(key, required(key, value)?) };
    let sizes = || -> Result<[usize; 2]> {
        Ok([size("data.training", section.training)?, size("data.validation", section.validation)?])
    };
    match kind {
        DataKind::Circle => Ok(Data::Circle { sizes: sizes()?, seed }),
        DataKind::Gaussian => {
            let standard_deviations = required("data.standard_deviations", section.standard_deviations.clone())?;
            for &value in &standard_deviations {
                positive("data.standard_deviations", value)?;
            }
            Ok(Data::Gaussian { sizes: sizes()?, seed, standard_deviations })
        }
        DataKind::Jets => check_jets(section, sizes()?, seed),
    }
}

/// The bounds of what can be evaluated, if it is given.
fn check_evaluate(section: EvaluateSection) -> Result<EvaluateSection> {
    section.points.map(|points| at_least_one("evaluate.points", points)).transpose()?;
    match section.replicas {
        Some(replicas @ 0..2) => {
            Err(Error::setting("evaluate.replicas", replicas, "give a whole number of at least 2"))
        }
        _ => Ok(section),
    }
}

fn check_jets(section: &DataSection, sizes: [usize; 2], seed: u64) -> Result<Data> {
    let name = required("data.recipe", section.recipe.clone())?;
    let recipes = [Recipe::PrincipalAxis, Recipe::MacalusoShih];
    let recipe = recipes.into_iter().find(|recipe| recipe.name() == name).ok_or_else(|| {
        let names = recipes.map(|recipe| format!("`{}`", recipe.name())).join(" or ");
        Error::setting("data.recipe", format!("`{name}`"), &format!("give {names}"))
    })?;
    Ok(Data::Jets(JetFiles {
        train_file: required("data.train_file", section.train_file.clone())?,
        test_file: required("data.test_file", section.test_file.clone())?,
        sizes,
        test: section.test.map(|test| at_least_one("data.test", test)).transpose()?,
        seed,
        recipe,
        image_sum: positive("data.image_sum", section.image_sum.unwrap_or(1.0))?,
    }))
}

fn check_learning(kind: ModelKind, model: &ModelSection, train: &TrainSection, data: &Data) -> Result<Learning> {
    let batch_size = required("train.batch_size", train.batch_size)?;
    if batch_size < 1 {
        return Err(Error::setting("train.batch_size", batch_size, "give a whole number of at least 1"));
    }
    let stopping = match train.patience {
        Some(patience) => Stopping::Early { patience: at_least_one("train.patience", patience)? },
        None => Stopping::FixedLength,
    };
    Ok(Learning {
        model: check_model(kind, model, data)?,
        epochs: at_least_one("train.epochs", required("train.epochs", train.epochs)?)?,
        batch_size,
        learning_rate: positive("train.learning_rate", required("train.learning_rate", train.learning_rate)?)?,
        schedule: train.schedule.unwrap_or(Schedule::Constant),
        stopping,
        validate_every: at_least_one("train.validate_every", train.validate_every.unwrap_or(1))?,
    })
}

fn check_model(kind: ModelKind, section: &ModelSection, data: &Data) -> Result<Model> {
    let width = |key: &str, units: i64| {
        let allowed = "give a whole number from 1 to 65536";
        if (1..=WIDEST).contains(&units) { Ok(units) } else { Err(Error::setting(key, units, allowed)) }
    };
    let latent = width("model.latent", required("model.latent", section.latent)?)?;
    match (kind, data) {
        (ModelKind::Dense, Data::Circle { .. } | Data::Gaussian { .. }) => {
            let hidden = required("model.hidden", section.hidden.clone())?;
            for &units in &hidden {
                width("model.hidden", units)?;
            }
            let activation = required("model.activation", section.activation)?;
            Ok(Model::Dense(DenseLayout { features: features(data), hidden, latent, activation }))
        }
        (ModelKind::Convolutional, Data::Jets(files)) => {
            not_used("model.hidden", section.hidden.is_some())?;
            not_used("model.activation", section.activation.is_some())?;
            let side = i64::try_from(files.recipe.side()).unwrap_or(0);
            if side % 2 != 0 {
                return Err(Error::setting(
                    "data.recipe",
                    files.recipe.name(),
                    "a convolutional network needs an even side",
                ));
            }
            Ok(Model::Convolutional(ConvolutionalLayout { side, latent }))
        }
        _ => Err(Error::setting(
            "model.kind",
            format!("{kind:?}").to_lowercase(),
            "give `dense` for points, `convolutional` for jets",
        )),
    }
}

/// Numbers in one sample of points.
fn features(data: &Data) -> i64 {
    match data {
        Data::Gaussian { standard_deviations, .. } => i64::try_from(standard_deviations.len()).unwrap_or(0),
        Data::Circle { .. } | Data::Jets(_) => 2,
    }
}
