//! From experiment files to a checked experiment: raw sections as serde reads them, then values that can run.

mod check;
mod data;
mod experiment;
mod file;
mod layer;
mod learning;
pub mod limits;
mod loss;
mod origins;
mod points;
mod resolve;
mod variants;

pub use data::{Data, ImageView, JetFiles};
pub use experiment::{Experiment, Variant};
pub use file::{
    DataKind, DataSection, Density, DrawSection, EvaluateSection, ExperimentFile, Inputs, KernelSection, LossKind,
    ModelKind, ModelSection, TrainSection, VariantSection,
};
pub use learning::{Learning, Model};
pub use points::{Manifold, PointSet};
pub use resolve::{Choices, resolve};
