//! Figures of "Topological Obstructions to Autoencoding", arXiv 2102.08380.

mod along_training;
mod angle_colours;
mod circle_tear;
pub mod fig01;
pub mod fig02;
pub mod fig03;
pub mod fig04;
pub mod fig05;
pub mod fig06;
pub mod fig07;
pub mod fig08;
mod latent_line;
