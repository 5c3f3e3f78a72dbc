//! The data sets: toy manifolds, phase space, jets and their images.
//!
//! Everything here gives plain arrays (`ndarray` or `Vec`); tensors are made elsewhere.
//!
//! - [`circle`], [`square`], [`disc`]: points in the plane.
//! - [`circles`], [`trefoil`]: closed curves in space, apart, linked and knotted.
//! - [`sphere`], [`torus`], [`paraboloid`], [`cone`]: surfaces, the sphere in any dimension.
//! - [`gaussian`]: the normal distribution along turned axes.
//! - [`phase_space`]: n-particle events, flat in phase space or of a resonance, and their sphere.
//! - [`bump_hunt`]: a background of such events with a share of signal.
//! - [`jets`]: jet constituents read chunk by chunk from three layouts of HDF5 file; mass, pT and multiplicity of jets.
//! - [`image`]: sparse jet images, made step by step from constituents and kept in a cache; remappings of their pixels.
//! - [`contamination`]: training samples of QCD jets with a fraction of top jets.

pub mod bump_hunt;
pub mod circle;
pub mod circles;
pub mod cone;
pub mod contamination;
pub mod disc;
mod error;
pub mod gaussian;
pub mod image;
pub mod jets;
#[cfg(test)]
mod kolmogorov;
pub mod paraboloid;
pub mod phase_space;
pub mod sphere;
pub mod square;
pub mod torus;
pub mod trefoil;

pub use error::{Error, Result};
