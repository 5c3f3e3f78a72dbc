//! The loop over epochs.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use files::Digest;
use tch::{Kind, Tensor};

use super::checkpoint::{self, Point, Restored};
use super::gradient::loss_and_gradient;
use super::log::{self, EpochRow, Log};
use super::minibatch::Epoch;
use super::selection::Selection;
use super::{Settings, Stopping, snapshot};
use crate::adam::Adam;
use crate::network::Autoencoder;
use crate::numbers::to_f64;
use crate::{Error, Result, evaluation};

/// Raised whenever the same settings and samples would end in other weights.
pub const VERSION: u32 = 1;

/// Training and validation samples, f32, on the network's device.
///
/// # Shapes
/// Of each `[n, sample shape...]`, the same for all members, or each member's own, `[members, n, sample shape...]`.
#[derive(Debug)]
pub struct Samples {
    /// What the weights are fitted to.
    pub training: Tensor,
    /// What decides on early stopping, and is logged.
    pub validation: Tensor,
}

/// How far a training has come since it last asked whether to go on.
#[derive(Debug, Clone, Copy)]
pub enum Progress<'a> {
    /// By one minibatch.
    Minibatch,
    /// To the end of an epoch: its row of the log.
    Epoch(&'a EpochRow),
}

/// Trains `network` to reconstruct, with the loss of the settings, and stores it in `folder`, which must exist.
///
/// If the folder holds a checkpoint, the training goes on from there, and on the CPU ends in the same bytes as one that
/// was never interrupted: every epoch's random numbers depend on the seed and the epoch alone. `go_on` is asked after every
/// minibatch and every epoch; if it returns false, the training stops at once, with a checkpoint of the last whole epoch.
/// The weights after each epoch of [`Settings::snapshots`] stay in the folder, for [`super::read_snapshot`].
///
/// # Errors
/// [`Error::TooFewSamples`], [`Error::Shape`], [`Error::NotFinite`] for samples that do not fit; [`Error::Diverged`];
/// [`Error::SnapshotOrder`], [`Error::SnapshotAfterEnd`], [`Error::SnapshotsWithEarlyStopping`] for snapshots that
/// cannot be taken; [`Error::Interrupted`] if `go_on` said so; [`Error::Checkpoint`] if the folder's files are not what a
/// training left there, and then nothing has been changed; [`Error::File`] if they cannot be read or written.
///
/// # Panics
/// If libtorch refuses an operation, for want of memory for instance: [`crate::catch`] makes an error of it.
pub fn train(
    network: &mut dyn Autoencoder,
    samples: &Samples,
    settings: &Settings,
    folder: &Path,
    go_on: &mut dyn FnMut(Progress) -> bool,
) -> Result<()> {
    check(network, samples, settings)?;
    Trainer::open(network, samples, settings, folder)?.run(go_on)
}

fn check(network: &dyn Autoencoder, samples: &Samples, settings: &Settings) -> Result<()> {
    for (what, tensor) in [("the training set", &samples.training), ("the validation set", &samples.validation)] {
        let (shape, members, found) = (network.sample_shape(), network.members(), tensor.size());
        let fits = match found.strip_suffix(shape.as_slice()) {
            Some([_]) => true,
            Some([first, _]) => *first == members,
            _ => false,
        };
        if !fits {
            return Err(Error::Shape { what, found, expected: format!("[n, {shape:?}] or [{members}, n, {shape:?}]") });
        }
        if !bool::try_from(tensor.isfinite().all()).unwrap_or(false) {
            return Err(Error::NotFinite { what });
        }
    }
    let (samples, batch_size) = (of_member(network, &samples.training), settings.batch_size);
    let positive = [("batch_size", batch_size), ("epochs", i64::try_from(settings.epochs).unwrap_or(i64::MAX))];
    if let Some((what, value)) = positive.into_iter().find(|&(_, value)| value < 1) {
        return Err(Error::Size { what, value });
    }
    if samples < batch_size { Err(Error::TooFewSamples { samples, batch_size }) } else { snapshot::check(settings) }
}

/// How many of `samples` each member sees.
fn of_member(network: &dyn Autoencoder, samples: &Tensor) -> i64 {
    samples.size()[usize::from(evaluation::are_own(network, samples))]
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
    /// Snapshots taken so far, by name.
    snapshots: BTreeMap<String, Digest>,
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
        let Some(Restored { point, adam: stored, kept }) = checkpoint::restore(folder, network.parameters_mut())?
        else {
            let mut snapshots = BTreeMap::new();
            let log = Log::new(folder)?;
            if settings.snapshots.contains(&0) {
                snapshots.insert(snapshot::name(0), snapshot::write(folder, 0, network.parameters())?);
            }
            let (epoch, complete) = (0, false);
            return Ok(Self { network, samples, settings, folder, adam, selection, log, snapshots, epoch, complete });
        };
        if point.name != settings.name {
            let reason = format!("it belongs to the training `{}`, not to `{}`", point.name, settings.name);
            return Err(Error::Checkpoint { path: folder.join(checkpoint::FILE), reason });
        }
        selection.restore(&point, kept);
        adam = stored.unwrap_or(adam);
        let Point { epoch, complete, beside: mut snapshots, .. } = point;
        snapshot::all_taken(folder, &settings.snapshots, epoch, &snapshots)?;
        let log = Log::cut_back(folder, snapshots.remove(log::FILE).as_ref())?;
        Ok(Self { network, samples, settings, folder, adam, selection, log, snapshots, epoch, complete })
    }

    fn run(mut self, go_on: &mut dyn FnMut(Progress) -> bool) -> Result<()> {
        let mut written = Instant::now();
        while !self.complete {
            let Some(row) = self.next_epoch(go_on)? else { return self.interrupted() };
            self.log.append(&row)?;
            // Before the checkpoint: from there on the epoch is not trained again.
            if self.settings.snapshots.contains(&self.epoch) {
                let digest = snapshot::write(self.folder, self.epoch, self.network.parameters())?;
                self.snapshots.insert(snapshot::name(self.epoch), digest);
            }
            let stop = !go_on(Progress::Epoch(&row));
            if stop && !self.complete {
                return self.interrupted();
            }
            if self.complete || written.elapsed() >= self.settings.checkpoint_every {
                self.write_checkpoint()?;
                written = Instant::now();
            }
        }
        Ok(())
    }

    /// Ends with a checkpoint of the last whole epoch.
    fn interrupted(mut self) -> Result<()> {
        self.write_checkpoint()?;
        Err(Error::Interrupted { epoch: self.epoch })
    }

    /// One epoch: its steps, its validation, and whether it was the last; none if `go_on` ended it, and then all is as it
    /// was before.
    fn next_epoch(&mut self, go_on: &mut dyn FnMut(Progress) -> bool) -> Result<Option<EpochRow>> {
        let before = [self.network.parameters().flat(), self.adam.mean(), self.adam.square()];
        let [weights, mean, square] = before.map(|tensor| tensor.detach().copy());
        let step = self.adam.step();
        self.epoch += 1;
        let Some((training_loss, learning_rate)) = self.steps(go_on) else {
            self.epoch -= 1;
            self.network.parameters_mut().set_flat(&weights);
            self.adam = Adam::restored(step, mean, square);
            return Ok(None);
        };
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
        Ok(Some(EpochRow { epoch: self.epoch, learning_rate, training_loss, validation_loss }))
    }

    /// All minibatches of the epoch: the mean training loss of each member and the last learning rate; none if `go_on` ended
    /// them.
    fn steps(&mut self, go_on: &mut dyn FnMut(Progress) -> bool) -> Option<(Vec<f64>, f64)> {
        let Settings { seeds, batch_size, learning_rate, schedule, epochs, loss, .. } = self.settings;
        let (training, order) = self.order(seeds, *batch_size);
        let mut total = Tensor::zeros([self.network.members()], (Kind::Double, training.device()));
        let mut rate = *learning_rate;
        let steps = epochs * usize::try_from(order.batches).unwrap_or(0);
        for batch in 0..order.batches {
            rate = schedule.rate(*learning_rate, usize::try_from(self.adam.step()).unwrap_or(0), steps);
            let x = order.minibatch(&training, batch);
            let (losses, gradient) = loss_and_gradient(self.network, &x, loss);
            self.adam.update(self.network.parameters().flat(), &gradient, rate);
            total += losses;
            if !go_on(Progress::Minibatch) {
                return None;
            }
        }
        Some((to_f64(&(total / order.batches as f64)), rate))
    }

    /// The training samples as rows, and the order in which this epoch shows them to each member.
    fn order(&self, seeds: &[u64], batch_size: i64) -> (Tensor, Epoch) {
        let training = &self.samples.training;
        let samples = of_member(self.network, training);
        let order = Epoch::new(seeds, samples, batch_size, self.epoch, training.device());
        if evaluation::are_own(self.network, training) {
            return (training.flatten(0, 1), order.among_own(samples));
        }
        (training.shallow_clone(), order)
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
        let mut beside = self.snapshots.clone();
        beside.insert(log::FILE.to_owned(), self.log.digest());
        let name = &self.settings.name;
        let point = checkpoint::point(name, self.epoch, self.adam.step(), self.complete, &self.selection, beside);
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
