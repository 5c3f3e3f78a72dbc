//! Figures: what each one is made of, how it is found by name, and how it is reproduced.

mod palette;
mod registry;
mod report;
mod reproduce;

pub use palette::Palette;
pub use registry::{FIGURES, find};
pub use report::Report;
pub use reproduce::{Options, plan, reproduce};

use crate::claims::Claim;
use crate::config::Experiment;
use crate::plot::Page;
use crate::run::{Machine, RunSpec, TrainedRun};
use crate::tables::Tables;
use crate::{Project, Result};

/// A figure of one of the three sources, from data to claim; each is one file.
pub trait Figure: Sync {
    /// `topology`, `jets` or `talk`.
    fn source(&self) -> &'static str;

    /// `fig07`, `slide03`.
    fn id(&self) -> &'static str;

    /// Raised whenever [`Self::evaluate`] would give other tables from the same runs.
    fn version(&self) -> u32 {
        1
    }

    /// Whether the settings are those of which the figure's words and claims are true.
    ///
    /// # Errors
    /// [`crate::Error::Setting`] if not.
    fn check(&self, _experiment: &Experiment) -> Result<()> {
        Ok(())
    }

    /// The runs that it needs.
    ///
    /// # Errors
    /// [`crate::Error::Setting`] if the experiment lacks a section.
    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>>;

    /// Plain tables from trained runs and data.
    ///
    /// # Errors
    /// Whatever reading data, applying networks and measuring may give.
    fn evaluate(&self, experiment: &Experiment, bench: &Bench) -> Result<Tables>;

    /// Statements about the tables.
    ///
    /// # Errors
    /// [`crate::Error::Column`] if the tables are of another version.
    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>>;

    /// The picture, from the tables alone.
    ///
    /// # Errors
    /// [`crate::Error::Column`] if the tables are of another version, [`crate::Error::Plot`] if they cannot be drawn.
    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page>;
}

/// What a figure evaluates with.
pub struct Bench<'a> {
    /// The folders.
    pub project: &'a Project,
    /// The device.
    pub machine: &'a Machine,
    /// The trained runs, in the order of [`Figure::runs`].
    pub runs: &'a [TrainedRun],
}
