//! The trained networks of a figure about jets: which runs each variant has, and the scores that they give.

use ndarray::Array2;
use tch::Device;

use super::Direction;
use crate::config::{Data, Experiment, JetFiles, Variant};
use crate::figure::Evaluator;
use crate::run::{RunSpec, Scores, TestJets, TrainedOn, TrainedRun, TrainingSource, blocks, score_jets};
use crate::samples::image_tensor;
use crate::{Error, Project, Result};

/// The jet files of a variant.
///
/// # Errors
/// [`Error::Setting`] if its data set is another one.
pub fn jets_of(variant: &Variant) -> Result<&JetFiles> {
    match &variant.data {
        Data::Jets(files) => Ok(files),
        Data::Points(_) => Err(Error::setting("data.kind", "not `jets`", "this figure needs `jets`")),
    }
}

/// The runs of every variant: for each direction one a seed.
///
/// # Errors
/// [`Error::Setting`] if a variant has no network, is not about jets, or sets a fraction of top jets.
pub fn runs_both_ways(experiment: &Experiment) -> Result<Vec<RunSpec>> {
    let mut specs = Vec::new();
    for variant in &experiment.variants {
        if jets_of(variant)?.top_fraction.is_some() {
            let allowed = "this figure trains on each class alone; remove it";
            return Err(Error::setting("data.top_fraction", "set", allowed));
        }
        for direction in Direction::BOTH {
            specs.extend(runs_of(variant, TrainedOn::Class(direction.trained_on()), experiment.seeds)?);
        }
    }
    Ok(specs)
}

/// The runs of every variant on its mixture of QCD and top jets, one a seed; at the fractions 0 and 1 they are those on one
/// class alone.
///
/// # Errors
/// [`Error::Setting`] if a variant has no network, is not about jets, or sets no fraction of top jets.
pub fn runs_on_mixtures(experiment: &Experiment) -> Result<Vec<RunSpec>> {
    let mut specs = Vec::new();
    for variant in &experiment.variants {
        specs.extend(runs_of(variant, TrainedOn::with_tops(top_fraction(variant)?), experiment.seeds)?);
    }
    Ok(specs)
}

/// The fraction of top jets that a variant is trained on.
///
/// # Errors
/// [`Error::Setting`] if it sets none.
pub fn top_fraction(variant: &Variant) -> Result<f64> {
    let missing = || Error::setting("data.top_fraction", "missing", "this figure needs it for every variant");
    jets_of(variant)?.top_fraction.ok_or_else(missing)
}

fn runs_of(variant: &Variant, trained_on: TrainedOn, seeds: usize) -> Result<Vec<RunSpec>> {
    // What a run is does not depend on how it was asked for.
    let files = JetFiles { top_fraction: None, ..jets_of(variant)?.clone() };
    Ok(blocks(variant.learning()?, seeds, &TrainingSource::Jets(files, trained_on)))
}

/// The trained runs of a figure, by variant.
pub struct Taggers<'a> {
    variants: &'a [Variant],
    runs: &'a [TrainedRun],
    seeds: usize,
    project: &'a Project,
    device: Device,
}

impl<'a> Taggers<'a> {
    /// The runs of `experiment`, in the order of [`runs_both_ways`] or [`runs_on_mixtures`].
    pub fn new(experiment: &'a Experiment, with: &'a Evaluator) -> Self {
        let (variants, seeds) = (experiment.variants.as_slice(), experiment.seeds);
        Self { variants, runs: with.runs, seeds, project: with.project, device: with.machine.device }
    }

    /// The test jets of variant number `variant`, shown as its training jets are.
    ///
    /// # Errors
    /// As [`TestJets::open`].
    pub fn test_jets(&self, variant: usize) -> Result<TestJets> {
        TestJets::open(jets_of(&self.variants[variant])?, self.project)
    }

    /// The runs of one variant, one a seed, if the figure trains in both directions.
    pub fn both_ways(&self, variant: usize, direction: Direction) -> &'a [TrainedRun] {
        let place = 2 * variant + usize::from(direction == Direction::Inverse);
        &self.runs[place * self.seeds..(place + 1) * self.seeds]
    }

    /// The runs of one variant, one a seed, if the figure trains on mixtures.
    pub fn on_mixture(&self, variant: usize) -> &'a [TrainedRun] {
        &self.runs[variant * self.seeds..(variant + 1) * self.seeds]
    }

    /// Scores of the test jets under each run.
    ///
    /// # Errors
    /// As [`score_jets`].
    pub fn scores(&self, runs: &[TrainedRun], jets: &TestJets) -> Result<Vec<Scores>> {
        runs.iter().map(|run| score_jets(run, jets, None, None, self.device)).collect()
    }

    /// Scores of the test jets under one run, with the weights of its end or of the snapshot after `epoch`.
    ///
    /// # Errors
    /// As [`score_jets`].
    pub fn scores_after(&self, run: &TrainedRun, epoch: Option<usize>, jets: &TestJets) -> Result<Scores> {
        score_jets(run, jets, None, epoch, self.device)
    }

    /// The reconstructed images of `rows` of the test file under one run, with the weights of its end or of a snapshot:
    /// `[rows, pixels]`, row-major, with the sum that the network sees.
    ///
    /// # Errors
    /// [`Error::Model`] if the checkpoint or the snapshot is missing or damaged.
    pub fn reconstructions(
        &self,
        run: &TrainedRun,
        epoch: Option<usize>,
        jets: &TestJets,
        rows: &[usize],
    ) -> Result<Array2<f64>> {
        let network = match epoch {
            Some(epoch) => run.network_after(epoch, self.device)?,
            None => run.network(self.device)?,
        };
        let images = image_tensor(&jets.images, rows, jets.files.image_sum);
        let evaluation = models::evaluation::evaluate(network.as_ref(), &images, true);
        let pixels = jets.images.side() * jets.images.side();
        Ok(Array2::from_shape_fn((rows.len(), pixels), |(row, pixel)| {
            f64::from(evaluation.reconstructions[0][row * pixels + pixel])
        }))
    }

    /// The images of `rows` of the test file as the network sees them: `[rows, pixels]`, row-major.
    pub fn inputs(jets: &TestJets, rows: &[usize]) -> Array2<f64> {
        let pixels = jets.images.side() * jets.images.side();
        let dense = jets.images.dense(rows);
        Array2::from_shape_fn((rows.len(), pixels), |(row, pixel)| {
            f64::from(dense[row * pixels + pixel]) * jets.files.image_sum
        })
    }
}
