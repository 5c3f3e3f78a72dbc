//! Demonstrations of the talk "Autoencoder", T. Finke, Dortmund, 19.06.2023.

pub mod slide03;
