//! What a figure evaluates with: its trained runs, as ensembles.

use super::Ensemble;
use crate::config::Experiment;
use crate::run::{Machine, TrainedRun};
use crate::{Error, Project, Result};

/// What a figure evaluates with.
pub struct Evaluator<'a> {
    /// The folders.
    pub project: &'a Project,
    /// The device.
    pub machine: &'a Machine,
    /// The trained runs, in the order of [`super::Figure::runs`].
    pub runs: &'a [TrainedRun],
    seeds: usize,
    variants: usize,
}

impl<'a> Evaluator<'a> {
    /// The trained `runs` of `experiment`.
    pub fn new(experiment: &Experiment, project: &'a Project, machine: &'a Machine, runs: &'a [TrainedRun]) -> Self {
        Self { project, machine, runs, seeds: experiment.seeds, variants: experiment.variants.len() }
    }

    /// The members of variant number `index`, if the figure's runs are those of its variants' points.
    ///
    /// # Errors
    /// [`Error::Setting`] if there is no such variant, [`Error::Model`] if a checkpoint is damaged.
    pub fn ensemble(&self, index: usize) -> Result<Ensemble<'a>> {
        let blocks = self.runs.len() / self.variants.max(1);
        let runs = self.runs.get(index * blocks..(index + 1) * blocks).filter(|runs| !runs.is_empty());
        let runs = runs.ok_or_else(|| Error::setting("variant", index, "this figure needs more variants"))?;
        Ensemble::open(runs, self.seeds, self.machine.device)
    }

    /// The members of every variant, in their order.
    ///
    /// # Errors
    /// As [`Self::ensemble`].
    pub fn ensembles(&self) -> Result<Vec<Ensemble<'a>>> {
        (0..self.variants).map(|index| self.ensemble(index)).collect()
    }
}
