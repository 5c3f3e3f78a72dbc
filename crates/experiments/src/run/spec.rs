//! What identifies a run: its resolved configuration, the data's fingerprint and the versions of the code's parts.

use datasets::jets::Class;
use models::initialisation::Initialisation;
use models::loss::Loss;
use models::network::{
    Autoencoder, CONVOLUTIONAL_VERSION, ConvolutionalAutoencoder, DENSE_VERSION, DenseAutoencoder, Precision,
};
use models::training::{Settings, Stopping};
use serde_json::{Value, json};

use crate::config::{Experiment, JetFiles, Learning, Model, PointSet, Variant};
use crate::samples;
use crate::{Project, Result};

/// One training: a data set, a network, a block of seeds.
#[derive(Debug, Clone, PartialEq)]
pub struct RunSpec {
    /// What it is trained on.
    pub source: TrainingSource,
    /// The network and its training.
    pub learning: Learning,
    /// The seeds of its members.
    pub seeds: Vec<u64>,
}

/// What a run is trained on.
#[derive(Debug, Clone, PartialEq)]
pub enum TrainingSource {
    /// Points that a seed generates.
    Points(PointSet),
    /// Images of jets.
    Jets(JetFiles, TrainedOn),
}

/// Which jets of a file a network is trained on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TrainedOn {
    /// Those of one class.
    Class(Class),
    /// QCD jets of which this fraction, above 0 and below 1, are top jets.
    Mixture(f64),
}

impl TrainedOn {
    /// A sample with this fraction of top jets, from 0 to 1: at the ends one class alone, whose runs it shares.
    pub fn with_tops(fraction: f64) -> Self {
        match fraction {
            f if f <= 0.0 => Self::Class(Class::Qcd),
            f if f >= 1.0 => Self::Class(Class::Top),
            f => Self::Mixture(f),
        }
    }

    /// In a few words: "QCD jets", "jets, 10 % top".
    pub fn describe(self) -> String {
        match self {
            Self::Class(class) => format!("{} jets", class.name()),
            Self::Mixture(fraction) => format!("jets, {:.3} % top", 100.0 * fraction),
        }
    }
}

/// The runs of every variant on its generated points, in the order of the variants.
///
/// # Errors
/// [`crate::Error::Setting`] if a variant has no network or is about jets.
pub fn point_runs(experiment: &Experiment) -> Result<Vec<RunSpec>> {
    let of = |variant: &Variant| {
        let source = TrainingSource::Points(variant.points()?.clone());
        Ok(blocks(variant.learning()?, experiment.seeds, &source))
    };
    Ok(experiment.variants.iter().map(of).collect::<Result<Vec<_>>>()?.concat())
}

/// The runs that hold the seeds from 0 to `seeds`, trained on `source`.
pub fn blocks(learning: &Learning, seeds: usize, source: &TrainingSource) -> Vec<RunSpec> {
    let size = learning.model.seeds_of_block();
    let block = |index: usize| RunSpec {
        source: source.clone(),
        learning: learning.clone(),
        seeds: (index * size..(index + 1) * size).map(|seed| seed as u64).collect(),
    };
    (0..learning.model.blocks(seeds)).map(block).collect()
}

impl RunSpec {
    /// Everything that the run's numbers depend on, in a fixed order.
    ///
    /// # Errors
    /// [`crate::Error::Data`] if a data file cannot be read.
    pub fn identity(&self, project: &Project) -> Result<Value> {
        let Learning { model, epochs, batch_size, learning_rate, schedule, stopping, .. } = &self.learning;
        let mut train = json!({
            "epochs": epochs, "batch_size": batch_size, "learning_rate": learning_rate, "schedule": schedule,
            "patience": patience(*stopping), "validate_every": self.learning.validate_every,
        });
        if !self.learning.snapshots.is_empty() {
            train["snapshots"] = json!(self.learning.snapshots);
        }
        if self.learning.loss != Loss::MeanSquared {
            train["loss"] = json!(self.learning.loss);
        }
        let model_version = match model {
            Model::Dense(_) => DENSE_VERSION,
            Model::Convolutional(_) => CONVOLUTIONAL_VERSION,
        };
        Ok(json!({
            "versions": {"data": samples::VERSION, "model": model_version, "training": models::training::VERSION},
            "data": samples::identity(&self.source, project)?,
            "model": model,
            "train": train,
            "seeds": self.seeds,
        }))
    }

    /// The name of the run's folder: 16 hexadecimal digits of the hash of its identity.
    ///
    /// # Errors
    /// [`crate::Error::Data`] if a data file cannot be read.
    pub fn hash(&self, project: &Project) -> Result<String> {
        Ok(short_hash(&self.identity(project)?))
    }

    /// The settings of the training engine for the run `hash`.
    pub fn settings(&self, hash: &str, checkpoint_every: std::time::Duration) -> Settings {
        let Learning { loss, epochs, batch_size, learning_rate, schedule, stopping, validate_every, .. } =
            self.learning;
        let (seeds, snapshots) = (self.seeds.clone(), self.learning.snapshots.clone());
        Settings {
            name: hash.to_owned(),
            seeds,
            loss,
            epochs,
            batch_size,
            learning_rate,
            schedule,
            stopping,
            validate_every,
            checkpoint_every,
            snapshots,
        }
    }

    /// The network at the start of the training.
    ///
    /// # Errors
    /// [`crate::Error::Model`] if a size is not possible.
    pub fn network(&self, device: tch::Device) -> Result<Box<dyn Autoencoder>> {
        Ok(match &self.learning.model {
            Model::Dense(layout) => Box::new(DenseAutoencoder::new(layout.clone(), &self.seeds, device)?),
            Model::Convolutional(layout) => Box::new(ConvolutionalAutoencoder::new(
                layout.clone(),
                self.seeds.first().copied().unwrap_or(0),
                device,
            )?),
        })
    }

    /// How much work an epoch is, about, in multiplications: for the time that is left.
    pub fn work_of_epoch(&self) -> f64 {
        let samples = match &self.source {
            TrainingSource::Points(points) => points.sizes[0],
            TrainingSource::Jets(files, _) => files.sizes[0],
        };
        let of_sample = match &self.learning.model {
            Model::Dense(layout) => layout.multiplications(),
            Model::Convolutional(layout) => layout.multiplications(),
        };
        samples as f64 * self.seeds.len() as f64 * of_sample
    }

    /// What it is, in a few words.
    pub fn describe(&self) -> String {
        let network = match &self.learning.model {
            Model::Dense(layout) if layout.heads.is_empty() => {
                format!("dense {:?} {}, d_l = {}", layout.hidden, layout.activation.name(), layout.latent)
            }
            Model::Dense(layout) => {
                let heads: Vec<String> = layout.heads.iter().map(ToString::to_string).collect();
                format!("dense {:?} {}, latent {}", layout.hidden, layout.activation.name(), heads.join(" × "))
            }
            Model::Convolutional(layout) => {
                let bf16 = if layout.precision == Precision::Bf16 { " in bf16" } else { "" };
                format!("convolutional{bf16}, latent {}", layout.latent)
            }
        };
        let seeds = match self.seeds.as_slice() {
            [only] => format!("seed {only}"),
            [first, .., last] => format!("seeds {first} to {last}"),
            [] => "no seeds".to_owned(),
        };
        let loss = match self.learning.loss {
            Loss::MeanSquared => String::new(),
            loss => format!(", {}", loss.name()),
        };
        let start = match self.learning.model.initialisation() {
            Initialisation::Uniform => String::new(),
            other => format!(", {} initialisation", other.name()),
        };
        format!(
            "{network}{start}{loss} on {}, {seeds}, {} epochs",
            samples::describe(&self.source),
            self.learning.epochs
        )
    }
}

fn patience(stopping: Stopping) -> Value {
    match stopping {
        Stopping::Early { patience } => json!(patience),
        Stopping::FixedLength => json!("none"),
    }
}

/// 16 hexadecimal digits of the SHA-256 of a value's text.
pub fn short_hash(value: &Value) -> String {
    files::Digest::of(value.to_string().as_bytes()).sha256.chars().take(16).collect()
}
