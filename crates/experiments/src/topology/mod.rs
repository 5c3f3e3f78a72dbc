//! Figures of "Topological Obstructions to Autoencoding", arXiv 2102.08380.

pub mod fig04;
pub mod fig07;
pub mod fig09;
pub mod fig10;
pub mod fig11;
pub mod fig12;
pub mod fig13;
mod mollweide;
mod sphere;
