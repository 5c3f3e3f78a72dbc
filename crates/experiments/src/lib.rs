//! Every figure as a program: configuration, run store, evaluation, drawing, claims.
//!
//! A figure asks for [`run`]s, evaluates them into plain [`tables`], draws from those alone with [`plot`], and states its
//! [`claims`]. Each figure's science is one file in [`topology`], [`jets`] or [`talk`]; what they share has a module here.

pub mod claims;
pub mod cli;
pub mod config;
pub mod doctor;
mod error;
pub mod figure;
pub mod interrupt;
pub mod jets;
pub mod mean_ranks;
pub mod output;
pub mod plot;
pub mod project;
pub mod rows;
pub mod run;
pub mod samples;
pub mod tables;
pub mod talk;
mod tier;
pub mod topology;

pub use error::{Error, Result};
pub use project::Project;
pub use tier::Tier;
