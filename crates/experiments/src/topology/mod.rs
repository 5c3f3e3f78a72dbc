//! Figures of "Topological Obstructions to Autoencoding", arXiv 2102.08380.

pub mod bump_hunt;
pub mod fig04;
pub mod fig07;
pub mod fig24;
