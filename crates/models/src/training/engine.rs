//! The loop over epochs.

use std::path::Path;
use std::time::Instant;

use tch::{Kind, Tensor};

use super::checkpoint::{self, Restored};
use super::gradient::loss_and_gradient;
use super::log::{EpochRow, Log};
use super::minibatch::Epoch;
use super::selection::Selection;
use super::{Settings, Stopping, snapshot};
use crate::adam::Adam;
use crate::network::Autoencoder;
use crate::numbers::to_f64;
use crate::{Error, Result, evaluation};

/// Raised whenever the same settings and samples would end in other weights.
pub const VERSION: u32 = 1;

/// Training and validation samples, `[n, sample shape...]`, f32, on the network's device.
#[derive(Debug)]
pub struct Samples {
    /// What the weights are fitted to.
    pub training: Tensor,
    /// What decides on early stopping, and is logged.
    pub validation: Tensor,
}

/// Trains `network` to reconstruct, with the loss of the settings, and stores it in `folder`, which must exist.
///
/// If the folder holds a checkpoint, the training goes on from there, and on the CPU ends in the same bytes as one that
/// was never interrupted: every epoch's random numbers depend on the seed and the epoch alone. `after_epoch` sees
/// each new row of the log; if it returns false, the training stops, with a checkpoint. The weights after each epoch of
/// [`Settings::snapshots`] stay in the folder, for [`super::read_snapshot`].
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NotFinite`] for samples that do not fit; [`Error::Diverged`];
/// [`Error::SnapshotOrder`], [`Error::SnapshotAfterEnd`], [`Error::SnapshotsWithEarlyStopping`] for snapshots that
/// cannot be taken; [`Error::Interrupted`] if `after_epoch` said so; [`Error::Checkpoint`] and [`Error::File`] for the
/// folder's files.
///
/// # Panics
/// If libtorch refuses an operation, for want of memory for instance: [`crate::catch`] makes an error of it.
pub fn train(
    network: &mut dyn Autoencoder,
    samples: &Samples,
    settings: &Settings,
    folder: &Path,
    after_epoch: &mut dyn FnMut(&EpochRow) -> bool,
) -> Result<()> {
    check(network, samples, settings)?;
    Trainer::open(network, samples, settings, folder)?.run(after_epoch)
}

fn check(network: &dyn Autoencoder, samples: &Samples, settings: &Settings) -> Result<()> {
    for (what, tensor) in [("the training set", &samples.training), ("the validation set", &samples.validation)] {
        let shape = network.sample_shape();
        if tensor.dim() != shape.len() + 1 || tensor.size()[1..] != shape {
            return Err(Error::Shape { what, found: tensor.size(), expected: format!("[n, {shape:?}]") });
        }
        if !bool::try_from(tensor.isfinite().all()).unwrap_or(false) {
            return Err(Error::NotFinite { what });
        }
    }
    let (samples, batch_size) = (samples.training.size()[0], settings.batch_size);
    let positive = [("batch_size", batch_size), ("epochs", i64::try_from(settings.epochs).unwrap_or(i64::MAX))];
    if let Some((what, value)) = positive.into_iter().find(|&(_, value)| value < 1) {
        return Err(Error::Size { what, value });
    }
    if samples < batch_size { Err(Error::TooFewSamples { samples, batch_size }) } else { snapshot::check(settings) }
}

/// A training on its way.
struct Trainer<'a> {
    network: &'a mut dyn Autoencoder,
    samples: &'a Samples,
    settings: &'a Settings,
    folder: &'a Path,
    adam: Adam,
    selection: Selection,
    log: Log,
    epoch: usize,
    complete: bool,
}

impl<'a> Trainer<'a> {
    /// A new training, or the one whose checkpoint is in the folder.
    fn open(
        network: &'a mut dyn Autoencoder,
        samples: &'a Samples,
        settings: &'a Settings,
        folder: &'a Path,
    ) -> Result<Self> {
        let mut adam = Adam::new(network.parameters().flat());
        let mut selection = Selection::new(settings.stopping, network.parameters().flat());
        let (mut epoch, mut complete) = (0, false);
        if let Some(Restored { point, adam: stored, kept }) = checkpoint::restore(folder, network.parameters_mut())? {
            (epoch, complete) = (point.epoch, point.complete);
            selection.restore(&point, kept);
            adam = stored.unwrap_or(adam);
            snapshot::all_taken(folder, &settings.snapshots, epoch)?;
        } else if settings.snapshots.contains(&0) {
            snapshot::write(folder, 0, network.parameters())?;
        }
        let log = Log::open(folder, epoch)?;
        Ok(Self { network, samples, settings, folder, adam, selection, log, epoch, complete })
    }

    fn run(mut self, after_epoch: &mut dyn FnMut(&EpochRow) -> bool) -> Result<()> {
        let mut written = Instant::now();
        while !self.complete {
            let row = self.next_epoch()?;
            self.log.append(&row)?;
            // Before the checkpoint: from there on the epoch is not trained again.
            if self.settings.snapshots.contains(&self.epoch) {
                snapshot::write(self.folder, self.epoch, self.network.parameters())?;
            }
            let stop = !after_epoch(&row);
            if self.complete || stop || written.elapsed() >= self.settings.checkpoint_every {
                self.write_checkpoint()?;
                written = Instant::now();
            }
            if stop && !self.complete {
                return Err(Error::Interrupted { epoch: self.epoch });
            }
        }
        Ok(())
    }

    /// One epoch: its steps, its validation, and whether it was the last.
    fn next_epoch(&mut self) -> Result<EpochRow> {
        self.epoch += 1;
        let (training_loss, learning_rate) = self.steps();
        self.finite(&training_loss)?;
        let last = self.epoch >= self.settings.epochs;
        let mut validation_loss = Vec::new();
        if last || self.epoch.is_multiple_of(self.settings.validate_every.max(1)) {
            validation_loss =
                to_f64(&evaluation::mean_loss(self.network, &self.samples.validation, &self.settings.loss));
            self.finite(&validation_loss)?;
            let weights = self.network.parameters().flat();
            self.complete = self.selection.validated(self.epoch, &validation_loss, weights);
        }
        self.complete |= last;
        Ok(EpochRow { epoch: self.epoch, learning_rate, training_loss, validation_loss })
    }

    /// All minibatches of the epoch: the mean training loss of each member and the last learning rate.
    fn steps(&mut self) -> (Vec<f64>, f64) {
        let Settings { seeds, batch_size, learning_rate, schedule, epochs, loss, .. } = self.settings;
        let training = &self.samples.training;
        let order = Epoch::new(seeds, training.size()[0], *batch_size, self.epoch, training.device());
        let mut total = Tensor::zeros([self.network.members()], (Kind::Double, training.device()));
        let mut rate = *learning_rate;
        let steps = epochs * usize::try_from(order.batches).unwrap_or(0);
        for batch in 0..order.batches {
            rate = schedule.rate(*learning_rate, usize::try_from(self.adam.step()).unwrap_or(0), steps);
            let x = order.minibatch(training, batch);
            let (losses, gradient) = loss_and_gradient(self.network, &x, loss);
            self.adam.update(self.network.parameters().flat(), &gradient, rate);
            total += losses;
        }
        (to_f64(&(total / order.batches as f64)), rate)
    }

    fn finite(&self, losses: &[f64]) -> Result<()> {
        match losses.iter().position(|loss| !loss.is_finite()) {
            Some(member) => {
                Err(Error::Diverged { seed: self.settings.seeds[member], epoch: self.epoch, loss: losses[member] })
            }
            None => Ok(()),
        }
    }

    /// Writes the state; at the end, the weights that the training keeps.
    fn write_checkpoint(&mut self) -> Result<()> {
        self.log.sync()?;
        let point = checkpoint::point(self.epoch, self.adam.step(), self.complete, &self.selection);
        if !self.complete {
            let kept = self.selection.weights.as_ref();
            return checkpoint::write(self.folder, self.network.parameters(), &point, Some(&self.adam), kept);
        }
        if let (Stopping::Early { .. }, Some(kept)) = (self.settings.stopping, &self.selection.weights) {
            self.network.parameters_mut().set_flat(kept);
        }
        checkpoint::write(self.folder, self.network.parameters(), &point, None, None)
    }
}
