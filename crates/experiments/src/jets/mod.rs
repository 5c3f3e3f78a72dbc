//! Figures of "Autoencoders for unsupervised anomaly detection in high energy physics", arXiv 2104.09051.

mod against_setting;
mod baselines;
mod both_ways;
mod cell_grid;
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
pub mod fig14;
pub mod fig15;
pub mod fig16;
pub mod fig17;
pub mod fig18;
pub mod fig20;
mod image_panel;
mod measure;
mod median_losses;
mod performance;
mod performance;
mod principal_components;
mod reference;
mod roc_curves;
pub mod sample;
mod setup;
mod shown_jet;
mod significance;
mod taggers;

pub use direction::Direction;
