//! Figures of "Autoencoders for unsupervised anomaly detection in high energy physics", arXiv 2104.09051.

mod against_setting;
mod baselines;
mod direction;
pub mod fig01;
pub mod fig02;
pub mod fig03;
pub mod fig06;
pub mod fig07;
pub mod fig08;
pub mod fig09;
pub mod fig10;
pub mod fig11;
pub mod fig12;
mod image_panel;
mod median_losses;
mod performance;
mod principal_components;
mod roc_curves;
pub mod sample;
mod shown_jet;
mod taggers;

pub use direction::Direction;
