//! Figures of "Topological Obstructions to Autoencoding", arXiv 2102.08380.

mod along_training;
mod angle_colours;
pub mod bump_hunt;
mod circle_tear;
pub mod dalitz;
pub mod fig01;
pub mod fig02;
pub mod fig03;
pub mod fig04;
pub mod fig05;
pub mod fig06;
pub mod fig07;
pub mod fig08;
pub mod fig09;
pub mod fig10;
pub mod fig11;
pub mod fig12;
pub mod fig13;
pub mod fig20;
pub mod fig22;
pub mod fig23;
pub mod fig24;
mod latent_line;
mod loops;
mod mollweide;
mod sphere;
