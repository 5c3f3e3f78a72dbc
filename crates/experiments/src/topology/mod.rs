//! Figures of "Topological Obstructions to Autoencoding", arXiv 2102.08380.

pub mod dalitz;
pub mod fig04;
pub mod fig07;
pub mod fig19;
pub mod fig20;
pub mod fig21;
pub mod fig22;
pub mod fig23;
