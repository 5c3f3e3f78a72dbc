//! Autoencoders on libtorch and the engine that trains them.
//!
//! Only this crate touches libtorch's gradients. Every network is an ensemble: its tensors begin with a dimension that
//! counts members, each with its own seed, trained as if alone but in one batched program ([`network`]). [`training`]
//! runs epochs that can each be started again alone, so that a run killed at any moment ends in the same weights.

pub mod adam;
pub mod ascent;
mod catch;
pub mod device;
mod error;
pub mod evaluation;
pub mod initialisation;
pub mod jacobian;
pub mod kernel;
pub mod loss;
pub mod network;
pub mod numbers;
pub mod opposite;
pub mod parameters;
pub mod pca;
pub mod training;

pub use catch::{catch, is_catching};
pub use error::{Error, Result};
