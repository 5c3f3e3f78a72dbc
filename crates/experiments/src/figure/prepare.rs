//! What is found wrong before anything is trained: a figure's experiment and runs, checked.

use super::{Figure, Palette};
use crate::config::{Choices, Data, Experiment, resolve};
use crate::plot::ColourMap;
use crate::run::{RunSpec, check_memory};
use crate::{Error, Project, Result};

/// The experiment of a figure and the runs that it needs, with every check that reads no data.
///
/// # Errors
/// Those of [`resolve`], and with the place of the value: keys that the figure does not use, colours that are none,
/// settings of which its words are not true. [`crate::Error::Memory`] for what cannot fit.
pub fn prepare(figure: &dyn Figure, project: &Project, choices: &Choices) -> Result<(Experiment, Vec<RunSpec>)> {
    let experiment = resolve(project, figure.source(), figure.id(), choices)?;
    let specs = checked_runs(figure, &experiment).map_err(|error| experiment.locate(error))?;
    check_memory(&experiment, &specs, choices)?;
    check_folder(&experiment, project)?;
    Ok((experiment, specs))
}

/// HDF5 takes names of files in UTF-8 alone.
fn check_folder(experiment: &Experiment, project: &Project) -> Result<()> {
    let reads_jets = experiment.variants.iter().any(|variant| matches!(variant.data, Data::Jets(_)));
    if !reads_jets || project.root.to_str().is_some() {
        return Ok(());
    }
    let allowed = "files of jets are read from folders with names in UTF-8 alone: rename the folder";
    Err(Error::setting("--project", project.root.display(), allowed))
}

fn checked_runs(figure: &dyn Figure, experiment: &Experiment) -> Result<Vec<RunSpec>> {
    let specs = figure.runs(experiment)?;
    experiment.refuse_unused(figure.reads(), !specs.is_empty())?;
    Palette::new(experiment, ColourMap::Viridis)?;
    figure.check(experiment)?;
    Ok(specs)
}
