//! Figures of "Topological Obstructions to Autoencoding", arXiv 2102.08380.

pub mod bump_hunt;
pub mod dalitz;
pub mod fig04;
pub mod fig07;
pub mod fig09;
pub mod fig10;
pub mod fig11;
pub mod fig12;
pub mod fig20;
pub mod fig22;
pub mod fig23;
pub mod fig24;
mod mollweide;
mod sphere;
