//! From experiment files to a checked experiment: raw sections as serde reads them, then values that can run.

mod experiment;
mod file;
mod resolve;

pub use experiment::{Data, Experiment, JetFiles, Learning, Model};
pub use file::{
    DataKind, DataSection, DrawSection, EvaluateSection, ExperimentFile, ModelKind, ModelSection, TrainSection,
};
pub use resolve::{Choices, resolve};
