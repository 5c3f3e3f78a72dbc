//! Figures of "Topological Obstructions to Autoencoding", arXiv 2102.08380.

pub mod fig04;
pub mod fig07;
pub mod fig15;
pub mod fig16;
pub mod paraboloid;
pub mod spread;
