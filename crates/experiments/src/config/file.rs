//! An experiment file as it is written: every key optional, every unknown key an error.

use std::path::PathBuf;

use models::adam::Schedule;
use models::network::Activation;
use serde::{Deserialize, Serialize};

/// One TOML file under `experiments/`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ExperimentFile {
    /// What the figure shows, one line.
    pub title: Option<String>,
    /// The published figure number, entered by whoever holds the paper.
    pub source_figure: Option<String>,
    /// Number of seeds.
    pub seeds: Option<usize>,
    /// The data set.
    pub data: DataSection,
    /// The network.
    pub model: ModelSection,
    /// The training.
    pub train: TrainSection,
    /// What is evaluated.
    pub evaluate: EvaluateSection,
    /// How it is drawn; changing it alone trains and evaluates nothing.
    pub draw: DrawSection,
    /// What differs in each tier.
    pub tier: Option<Tiers>,
}

/// Overrides for each tier.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tiers {
    /// For tests.
    pub smoke: Option<Box<ExperimentFile>>,
    /// For two cores.
    pub cpu: Option<Box<ExperimentFile>>,
    /// Full size.
    pub paper: Option<Box<ExperimentFile>>,
}

/// The kind of data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataKind {
    /// The unit circle in R².
    Circle,
    /// A normal distribution with given standard deviations along randomly turned axes.
    Gaussian,
    /// Jet images.
    Jets,
}

/// `[data]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DataSection {
    /// The kind of data set.
    pub kind: Option<DataKind>,
    /// Samples to train on; jets of one class.
    pub training: Option<usize>,
    /// Samples to validate on, drawn like the training samples.
    pub validation: Option<usize>,
    /// Seed of a generated data set, and of the split of a file.
    pub seed: Option<u64>,
    /// Gaussian: standard deviation along each axis.
    pub standard_deviations: Option<Vec<f64>>,
    /// Jets: file to train on, relative to the project.
    pub train_file: Option<PathBuf>,
    /// Jets: file to test on.
    pub test_file: Option<PathBuf>,
    /// Jets: test jets of each class; all if absent.
    pub test: Option<usize>,
    /// Jets: how an image is made, `principal-axis` or `macaluso-shih`.
    pub recipe: Option<String>,
    /// Jets: the sum of an image's pixels as the network sees it.
    pub image_sum: Option<f64>,
}

/// The kind of network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelKind {
    /// Dense layers.
    Dense,
    /// The convolutional autoencoder of jet images.
    Convolutional,
}

/// `[model]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ModelSection {
    /// The kind of network.
    pub kind: Option<ModelKind>,
    /// Dense: units of the encoder's hidden layers; the decoder mirrors them.
    pub hidden: Option<Vec<i64>>,
    /// Dense: activation of the hidden layers.
    pub activation: Option<Activation>,
    /// Latent dimension.
    pub latent: Option<i64>,
}

/// `[train]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TrainSection {
    /// Passes over the training samples.
    pub epochs: Option<usize>,
    /// Samples in a minibatch.
    pub batch_size: Option<i64>,
    /// Adam's learning rate at the start.
    pub learning_rate: Option<f64>,
    /// `constant` or `cosine`.
    pub schedule: Option<Schedule>,
    /// Epochs without a lower validation loss after which the training ends; a fixed length if absent.
    pub patience: Option<usize>,
    /// Epochs from one validation to the next.
    pub validate_every: Option<usize>,
}

/// `[evaluate]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EvaluateSection {
    /// Points at which the loss is evaluated.
    pub points: Option<usize>,
    /// Bootstrap replicas of an error.
    pub replicas: Option<usize>,
}

/// `[draw]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DrawSection {
    /// Colour map of values: `reds`, `viridis` or `inferno`.
    pub colour_map: Option<String>,
    /// Colours of lines, as `#rrggbb`, in the order of the legend.
    pub colours: Option<Vec<String>>,
}
