//! Figures of "Autoencoders for unsupervised anomaly detection in high energy physics", arXiv 2104.09051.

pub mod fig03;
pub mod fig07;
pub mod sample;
