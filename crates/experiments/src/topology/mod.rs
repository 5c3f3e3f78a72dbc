//! Figures of "Topological Obstructions to Autoencoding", arXiv 2102.08380.

pub mod double_cone;
pub mod fig04;
pub mod fig07;
pub mod fig14;
pub mod fig15;
pub mod fig16;
pub mod fig17;
pub mod fig18;
pub mod paraboloid;
pub mod retraction;
pub mod spread;
pub mod torus;
