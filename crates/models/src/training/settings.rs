//! What can be set about a training.

use std::time::Duration;

use crate::adam::Schedule;
use crate::loss::Loss;

/// When a training ends, and which weights it keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopping {
    /// After the last epoch, with its weights.
    FixedLength,
    /// When the validation loss has not fallen for `patience` epochs in a row, with the weights of its lowest value; at
    /// the latest after the last epoch. Decided for each member by itself.
    Early {
        /// Epochs without a lower validation loss.
        patience: usize,
    },
}

/// Settings of a training.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// What the training is called: it goes on from no checkpoint of another one.
    pub name: String,
    /// One seed a member: its initial weights and its order of the minibatches.
    pub seeds: Vec<u64>,
    /// What the training lowers.
    pub loss: Loss,
    /// Passes over the training set.
    pub epochs: usize,
    /// Samples in a minibatch. The rest of an epoch's order that fills none is left out.
    pub batch_size: i64,
    /// Adam's learning rate at the start.
    pub learning_rate: f64,
    /// How the learning rate moves.
    pub schedule: Schedule,
    /// When the training ends.
    pub stopping: Stopping,
    /// Epochs from one validation to the next, at least 1; the last epoch is always validated.
    pub validate_every: usize,
    /// Least time from one checkpoint to the next; zero writes one after every epoch.
    pub checkpoint_every: Duration,
    /// Epochs after which the weights are stored beside the checkpoint, rising, up to `epochs`; 0 is before the first
    /// step.
    pub snapshots: Vec<usize>,
}
