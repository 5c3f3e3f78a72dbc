//! Figures: what each one is made of, how it is found by name, and how it is reproduced.

mod ensemble;
mod evaluator;
mod palette;
mod prepare;
mod registry;
mod report;
mod reproduce;

pub use ensemble::{Ensemble, History, Member};
pub use evaluator::Evaluator;
pub use palette::Palette;
pub use prepare::prepare;
pub use registry::{FIGURES, find};
pub use report::Report;
pub use reproduce::{Options, plan, reproduce, train_for};

use crate::Result;
use crate::claims::Claim;
use crate::config::Experiment;
use crate::plot::Page;
use crate::run::{RunSpec, point_runs};
use crate::tables::Tables;

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

    /// Whether it is made only when it is asked for by its own name, and not as part of its source or of all.
    fn on_request(&self) -> bool {
        false
    }

    /// The settings that it reads itself, beside those that its runs are made of: keys such as `evaluate.points`, or whole
    /// sections. Others are refused where they are set for it alone. A figure without runs uses nothing else of the data.
    fn reads(&self) -> &'static [&'static str];

    /// Whether the settings are those of which the figure's words and claims are true.
    ///
    /// # Errors
    /// [`crate::Error::Setting`] if not.
    fn check(&self, _experiment: &Experiment) -> Result<()> {
        Ok(())
    }

    /// The runs that it needs: those of every variant on its points, if the figure says nothing else.
    ///
    /// # Errors
    /// [`crate::Error::Setting`] if the experiment lacks a section.
    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        point_runs(experiment)
    }

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
