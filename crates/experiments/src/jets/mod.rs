//! Figures of "Autoencoders for unsupervised anomaly detection in high energy physics", arXiv 2104.09051.

mod along_training;
mod baselines;
mod brightness;
mod direction;
pub mod fig01;
pub mod fig02;
pub mod fig03;
pub mod fig04;
pub mod fig05;
pub mod fig07;
pub mod fig11;
pub mod fig12;
pub mod fig13;
pub mod fig19;
mod image_grid;
mod image_panel;
mod performance;
mod roc_curves;
pub mod sample;
mod seed_band;
mod shown_jet;
mod taggers;

pub use direction::Direction;
