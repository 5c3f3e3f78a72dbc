//! An experiment file as it is written: every key optional, every unknown key an error.

use std::collections::BTreeMap;
use std::path::PathBuf;

use datasets::image::Remapping;
use models::adam::Schedule;
use models::initialisation::Initialisation;
use models::kernel::Shape;
use models::network::{Activation, Head, Output, Pooling, Precision};
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
    /// Networks or data sets that the figure compares: each lays its sections over those above.
    pub variant: Option<Vec<VariantSection>>,
    /// Lists of values for keys such as `"model.latent"`: every combination is one more variant.
    pub sweep: Option<BTreeMap<String, Vec<toml::Value>>>,
    /// What differs in each tier.
    pub tier: Option<Tiers>,
}

/// One `[[variant]]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VariantSection {
    /// What the figure calls it.
    pub name: Option<String>,
    /// What differs of the data set.
    pub data: DataSection,
    /// What differs of the network.
    pub model: ModelSection,
    /// What differs of the training.
    pub train: TrainSection,
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

impl Tiers {
    /// The tiers that are there, by name.
    pub fn by_name(&self) -> impl Iterator<Item = (&'static str, &ExperimentFile)> {
        let all = [("smoke", &self.smoke), ("cpu", &self.cpu), ("paper", &self.paper)];
        all.into_iter().filter_map(|(name, tier)| Some((name, tier.as_deref()?)))
    }
}

/// The kind of data set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataKind {
    /// The unit circle in R².
    Circle,
    /// Two unit circles in R³, side by side.
    Circles,
    /// Two linked unit circles in R³.
    HopfLink,
    /// The trefoil knot in R³.
    Trefoil,
    /// The unit sphere of any dimension.
    Sphere,
    /// A torus in R³.
    Torus,
    /// The flat torus in R⁴.
    FlatTorus,
    /// A paraboloid in R³, with or without a hole.
    Paraboloid,
    /// Two cones in R³ that share their apex.
    DoubleCone,
    /// Events of n particles in their rest frame.
    PhaseSpace,
    /// X -> Y Y Z, with a share of X -> Z W, W -> Y Y.
    BumpHunt,
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
    /// Generated points: whether all seeds are trained and validated on the same ones; `true` if absent.
    pub shared: Option<bool>,
    /// Gaussian: standard deviation along each axis.
    pub standard_deviations: Option<Vec<f64>>,
    /// Circles: distance of the centres.
    pub distance: Option<f64>,
    /// Sphere: its dimension, 1 for the circle.
    pub dimension: Option<usize>,
    /// Torus: radius of the circle that the tube's centre runs along.
    pub major: Option<f64>,
    /// Torus: radius of the tube.
    pub minor: Option<f64>,
    /// Paraboloid: radius of the rim.
    pub radius: Option<f64>,
    /// Paraboloid: radius of the hole; none if absent.
    pub hole: Option<f64>,
    /// Paraboloid: z = height (x² + y²).
    pub height: Option<f64>,
    /// Double cone: |z| has a density that grows as this power of |z|; 1 is even in area.
    pub power: Option<f64>,
    /// Phase space: number of massless particles.
    pub particles: Option<usize>,
    /// Phase space: masses of the particles, in units of √s; instead of `particles`.
    pub masses: Option<Vec<f64>>,
    /// Phase space: which measure is sampled.
    pub density: Option<Density>,
    /// Phase space and bump hunt: what the network sees of an event.
    pub inputs: Option<Inputs>,
    /// Bump hunt: mass of W, in units of √s.
    pub mass: Option<f64>,
    /// Bump hunt: width of W, in units of √s.
    pub width: Option<f64>,
    /// Bump hunt: share of signal events in the training and validation samples.
    pub signal_fraction: Option<f64>,
    /// Bump hunt: events with s_YY between these two are left out of the training and validation samples.
    pub excluded_band: Option<[f64; 2]>,
    /// Jets: file to train on, relative to the project.
    pub train_file: Option<PathBuf>,
    /// Jets: file to test on.
    pub test_file: Option<PathBuf>,
    /// Jets: the pandas table to read, of a file with several: one name for both files, or `train` and `test`.
    pub table: Option<TableNames>,
    /// Jets: test jets of each class; all if absent.
    pub test: Option<usize>,
    /// Jets: how an image is made, `principal-axis` or `macaluso-shih`.
    pub recipe: Option<String>,
    /// Jets: the sum of an image's pixels as the network sees it.
    pub image_sum: Option<f64>,
    /// Jets: images are cut to so many of their brightest pixels; whole images if absent.
    pub brightest: Option<usize>,
    /// Jets: the function of each pixel, `none`, `square_root`, `fourth_root`, `logarithm`, `heaviside` or `square`.
    pub remapping: Option<Remapping>,
    /// Jets: whether cut or remapped images are divided by their new sum; `true` if absent.
    pub renormalise: Option<bool>,
    /// Jets: the fraction of top jets in the training and validation samples, in a figure about contamination.
    pub top_fraction: Option<f64>,
}

/// `data.table`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "give the table's key as a text, or `{ train = \"...\", test = \"...\" }`")]
pub enum TableNames {
    /// The same table of both files.
    Both(String),
    /// One of each file; the only one of a file that is left out.
    Each(EachTable),
}

/// The table of each file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EachTable {
    /// That of the file to train on.
    pub train: Option<String>,
    /// That of the file to test on.
    pub test: Option<String>,
}

/// The measure on phase space that is sampled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    /// Lorentz-invariant phase space.
    #[default]
    Flat,
    /// Uniform on the sphere S^{3n-4} that phase space is homeomorphic to.
    Sphere,
}

/// What a network sees of an event.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inputs {
    /// Energy and momentum of each particle, 4n numbers.
    #[default]
    FourVectors,
    /// Momentum of each particle, 3n numbers.
    Momenta,
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
    /// Units of the encoder's hidden dense layers; the decoder mirrors them. Two of them in a convolutional network.
    pub hidden: Option<Vec<i64>>,
    /// Dense: activation of the hidden layers.
    pub activation: Option<Activation>,
    /// Latent dimension.
    pub latent: Option<i64>,
    /// Convolutional: channels of the encoder's four convolutions; the decoder mirrors them.
    pub filters: Option<Vec<i64>>,
    /// Convolutional: height and width of a convolution's kernel.
    pub kernel: Option<i64>,
    /// Convolutional: `average` or `maximum`.
    pub pooling: Option<Pooling>,
    /// Convolutional: the function after the last convolution, `linear`, `relu`, `sigmoid` or `softmax`.
    pub output: Option<Output>,
    /// Convolutional: the numbers that convolutions are computed with, `f32` or `bf16`.
    pub precision: Option<Precision>,
    /// How weights and biases start: `uniform`, which it is if absent, `glorot`, `he` or `orthogonal`.
    pub initialisation: Option<Initialisation>,
    /// Dense: the latent space as a product of `S1`, `S2`, ... and `RP2`, instead of R^{d_l}.
    pub heads: Option<Vec<Head>>,
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
    /// Epochs after which the weights are kept, 0 for the start.
    pub snapshots: Option<Vec<usize>>,
    /// What the training lowers, and the anomaly score.
    pub loss: Option<LossKind>,
    /// The kernel of `kernel_mean_squared`; other losses leave aside what base.toml says, and refuse a figure's own.
    pub kernel: KernelSection,
    /// The weight of pixels above 0 in `weighted_mean_squared`, and of no other loss.
    pub active_weight: Option<f64>,
}

/// The kind of loss.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LossKind {
    /// The mean squared error (MSE).
    #[default]
    MeanSquared,
    /// The mean squared error of images smeared with a kernel (KMSE).
    KernelMeanSquared,
    /// The mean squared error with a weight for pixels above 0.
    WeightedMeanSquared,
    /// The binary cross-entropy.
    BinaryCrossEntropy,
}

/// `[train.kernel]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KernelSection {
    /// `gaussian` or `exponential`.
    pub shape: Option<Shape>,
    /// Width σ in pixels.
    pub sigma: Option<f64>,
    /// Pixels along an axis beyond which the kernel is 0.
    pub cutoff: Option<i64>,
}

/// `[evaluate]`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EvaluateSection {
    /// Points at which the loss is evaluated.
    pub points: Option<usize>,
    /// Bootstrap replicas of an error.
    pub replicas: Option<usize>,
    /// Jets: a second file to test on where it is there: the reference data.
    pub reference: Option<PathBuf>,
    /// Number of the jet that is shown, within its class and in the order of the test file, from 0.
    pub jet: Option<usize>,
    /// Widths σ in pixels of kernels with which trained networks are scored again.
    pub widths: Option<Vec<f64>>,
    /// Background efficiency ε_B of a cut on the score, above 0 and at most 1.
    pub background_efficiency: Option<f64>,
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
