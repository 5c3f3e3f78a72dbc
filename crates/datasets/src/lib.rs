//! The data sets: toy manifolds, phase space, jets and their images.
//!
//! Everything here gives plain arrays (`ndarray` or `Vec`); tensors are made elsewhere.
//!
//! - [`circle`], [`square`]: points of the toy examples in the plane.
//! - [`phase_space`]: massless n-particle events, flat in phase space.
//! - [`jets`]: jet constituents read chunk by chunk from three layouts of HDF5 file.
//! - [`image`]: sparse jet images, made step by step from constituents and kept in a cache.

pub mod circle;
mod error;
pub mod gaussian;
pub mod image;
pub mod jets;
pub mod phase_space;
pub mod square;

pub use error::{Error, Result};
