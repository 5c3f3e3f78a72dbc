//! Figures of "Topological Obstructions to Autoencoding", arXiv 2102.08380.

pub mod bump_hunt;
pub mod fig04;
pub mod fig07;
pub mod fig24;
pub mod fig25;
pub mod fig26;
pub mod loss_cut;
