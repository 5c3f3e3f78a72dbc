//! Measures of an anomaly score (ROC, AUC, background rejection, significance improvement, sculpting of the
//! background), and of how an autoencoder maps a curve or a surface (torn regions, winding, jumps, trends).
//!
//! Everything here sees slices of numbers.
//!
//! # Scores
//!
//! A sample is a pair `(signal, background)` of score slices,
//! in that order and of any two lengths. Conventions, the same in every function:
//!
//! - a **larger** score is more anomalous, and a jet passes a cut when `score >= threshold`;
//! - the **signal efficiency** ε_S and the **background efficiency** ε_B are the fractions of the two
//!   samples that pass, in `[0, 1]`;
//! - the **background rejection** is 1/ε_B, the **significance improvement** is ε_S/√ε_B;
//! - equal scores are one step of the curve, and `-0.0` equals `0.0`;
//! - an infinite or NaN score is an error, never dropped and never sorted to one end.
//!
//! An AUC below 0.5 is reported as it is: that the inverse tagger fails is a result.
//!
//! ```
//! let signal = [0.9, 0.7, 0.4];
//! let background = [0.8, 0.3, 0.2, 0.1];
//! assert_eq!(metrics::auc(&signal, &background)?, 10.0 / 12.0);
//!
//! let roc = metrics::Roc::new(&signal, &background)?;
//! assert_eq!(roc.background_efficiency_at(0.5)?, 0.25);
//! assert_eq!(roc.rejection_at(0.5)?.value(), 4.0);
//! # Ok::<(), metrics::Error>(())
//! ```
//!
//! Two scores of the same events are compared with [`auc_difference`], an autoencoder's two directions with
//! [`TwoSided`]. What a cut does to a spectrum of the background is the [`Sculpting`].
//!
//! ```
//! let masses = [60.0, 80.0, 90.0, 120.0, 140.0, 170.0];
//! let scores = [0.1, 0.2, 0.1, 0.3, 0.8, 0.9];
//! let choices = metrics::RandomChoices { replicas: 100, seed: 1 };
//! let found = metrics::mass_sculpting(&masses, &scores, 0.5, &[50.0, 100.0, 150.0, 200.0], &choices)?;
//! assert_eq!((found.before, found.after), (vec![3, 2, 1], vec![0, 2, 1]));
//! assert!(found.divergence > found.expected_by_chance);
//! # Ok::<(), metrics::Error>(())
//! ```
//!
//! # Curves and surfaces
//!
//! A closed curve is given by samples in its order, spaced evenly; the last one is the neighbour of the first,
//! which is not repeated at the end. A surface is a grid, row by row. Both are **torn** where the loss is above
//! a threshold.
//!
//! ```
//! let losses = [2.0, 0.1, 0.1, 0.1, 1.5, 1.8];
//! let arcs = metrics::torn_arcs(&losses, 0.5)?;
//! assert_eq!((arcs.len(), arcs[0].first, arcs[0].length, arcs[0].peak), (1, 4, 3, 0));
//!
//! let square = [[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]];
//! assert_eq!(metrics::winding_number(&square, [0.0, 0.0])?, 1);
//! assert!(metrics::is_embedded(&square)?);
//! # Ok::<(), metrics::Error>(())
//! ```

mod arcs;
mod auc;
mod binomial;
mod bootstrap;
mod components;
mod delong;
mod divergence;
mod error;
mod grouped_law;
mod homology;
mod monotone;
mod orientation;
mod ranks;
mod regions;
mod rejection;
mod roc;
mod sculpting;
mod significance;
mod summary;
mod ties;
mod trend;
mod two_sided;
mod winding;

pub use arcs::{Arc, torn_arcs};
pub use auc::auc;
pub use binomial::binomial_interval;
pub use bootstrap::{AucInterval, Bootstrap, auc_replicas, bootstrap_auc};
pub use delong::{AucDifference, AucWithError, auc_difference, auc_with_error};
pub use divergence::jensen_shannon;
pub use error::{Error, Result};
pub use grouped_law::{PowerLawInterval, power_law_of_groups};
pub use homology::{Bar, barcode};
pub use monotone::{Jump, jump};
pub use ranks::{Order, ranks};
pub use regions::{Grid, Patch, torn_regions};
pub use rejection::{LIMIT_CONFIDENCE, Rejection};
pub use roc::Roc;
pub use sculpting::{RandomChoices, Sculpting, mass_sculpting};
pub use significance::WorkingPoint;
pub use summary::{mean, median, quantile, standard_deviation};
pub use trend::{PowerLaw, correlation, power_law, rank_correlation, rank_correlation_interval};
pub use two_sided::TwoSided;
pub use winding::{is_embedded, self_intersections, turning_number, winding_number};
