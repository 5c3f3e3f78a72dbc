//! Figures: what each one is made of, how it is found by name, and how it is reproduced.

mod palette;
mod registry;
mod report;
mod reproduce;

pub use palette::Palette;
pub use registry::{FIGURES, find};
pub use report::Report;
pub use reproduce::{Options, plan, reproduce};

use models::evaluation::evaluate;
use ndarray::Array2;

use crate::claims::Claim;
use crate::config::Experiment;
use crate::plot::Page;
use crate::run::{Machine, RunSpec, TrainedRun};
use crate::samples::tensor;
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
    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables>;

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
pub struct Evaluator<'a> {
    /// The folders.
    pub project: &'a Project,
    /// The device.
    pub machine: &'a Machine,
    /// The trained runs, in the order of [`Figure::runs`].
    pub runs: &'a [TrainedRun],
}

impl Evaluator<'_> {
    /// Mean squared error of the first `seeds` members of all runs at `points`, `[n, features]`: n numbers a member.
    ///
    /// # Errors
    /// [`crate::Error::Model`] if a checkpoint is damaged.
    pub fn losses(&self, seeds: usize, points: &Array2<f64>) -> Result<Vec<Vec<f64>>> {
        let mut losses = Vec::new();
        for run in self.runs {
            let network = run.network(self.machine.device)?;
            let evaluation = evaluate(network.as_ref(), &tensor(points), false);
            losses.extend(evaluation.losses.into_iter().map(|row| row.into_iter().map(f64::from).collect()));
        }
        losses.truncate(seeds);
        Ok(losses)
    }
}
