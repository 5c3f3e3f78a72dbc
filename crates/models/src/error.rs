use std::path::PathBuf;

/// What can go wrong while a network is built, trained, stored or evaluated.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A size that no network can have.
    #[error("{what} is {value}: give a whole number of at least 1")]
    Size {
        /// The setting.
        what: &'static str,
        /// The value that was given.
        value: i64,
    },
    /// A name of a latent head that is unknown.
    #[error(
        "`{name}` is no latent head: \
             write \"S<n>\" with n of at least 1 for a sphere, such as \"S1\", or \"RP2\""
    )]
    Head {
        /// The name that was given.
        name: String,
    },
    /// A latent dimension that is not that of the latent heads.
    #[error(
        "`latent` is {latent}, but the heads {heads} have dimension {dimension}: \
             set `latent = {dimension}`, or change `heads`"
    )]
    LatentDimension {
        /// The latent dimension that was given.
        latent: i64,
        /// The heads, by name.
        heads: String,
        /// The sum of their dimensions.
        dimension: i64,
    },
    /// A kernel that images cannot be smeared with.
    #[error("the kernel cannot be used: {reason}")]
    Kernel {
        /// Cause and remedy.
        reason: String,
    },
    /// A data set whose shape is not what the network takes.
    #[error(
        "{what} has shape {found:?}, but the network takes {expected}: check the data set and the sizes of the layers"
    )]
    Shape {
        /// The tensor.
        what: &'static str,
        /// Its shape.
        found: Vec<i64>,
        /// The shape wanted, in words.
        expected: String,
    },
    /// A data set that holds a value which is not a number.
    #[error("{what} holds a value that is not finite: remove the damaged samples from the data set")]
    NotFinite {
        /// The data set.
        what: &'static str,
    },
    /// A training set smaller than one minibatch.
    #[error(
        "the training set has {samples} samples, fewer than one minibatch of {batch_size}: take more samples or a smaller `batch_size`"
    )]
    TooFewSamples {
        /// Samples in the training set.
        samples: i64,
        /// Samples in a minibatch.
        batch_size: i64,
    },
    /// A snapshot of an epoch that the training does not reach.
    #[error(
        "a snapshot is to be taken after epoch {epoch}, but the training has {epochs} epochs: \
             leave it out of `snapshots`, or raise `epochs`"
    )]
    SnapshotAfterEnd {
        /// The epoch of the snapshot.
        epoch: usize,
        /// Epochs of the training.
        epochs: usize,
    },
    /// Snapshots that do not follow each other.
    #[error("`snapshots` names epoch {epoch} after epoch {before}: give each epoch once, in rising order")]
    SnapshotOrder {
        /// The epoch before it in the list.
        before: usize,
        /// The epoch that is out of order.
        epoch: usize,
    },
    /// Snapshots of a training whose length is not known.
    #[error("snapshots need a training of fixed length: switch early stopping off, or leave `snapshots` empty")]
    SnapshotsWithEarlyStopping,
    /// The loss left the numbers.
    #[error("the loss of seed {seed} is {loss} after epoch {epoch}: the training diverged; lower `learning_rate`")]
    Diverged {
        /// The seed of the member.
        seed: u64,
        /// The epoch, from 1.
        epoch: usize,
        /// The loss.
        loss: f64,
    },
    /// A device that this machine, or this libtorch, does not have.
    #[error("device `{device}` cannot be used: {reason}")]
    Device {
        /// As it was asked for.
        device: String,
        /// Cause and remedy.
        reason: String,
    },
    /// A file of a training that cannot be used.
    #[error("{} cannot be used: {reason}; delete its folder to train anew", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A line of a finished training's log that is no row.
    #[error("{}, line {line}: {reason}; delete its folder to train anew", path.display())]
    Log {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Why.
        reason: String,
    },
    /// A file that could not be written or read.
    #[error("{} could not be {action}: {source}; {remedy}", path.display(), remedy = files::remedy(source))]
    File {
        /// The file.
        path: PathBuf,
        /// What was tried: "read", "written".
        action: &'static str,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A libtorch that the program is not made for.
    #[error(
        "the libtorch in use is {version}, from {}, but this program is made for {}: unset LD_LIBRARY_PATH and LD_PRELOAD, \
         and run `just doctor`", folder.display(), crate::device::LIBTORCH
    )]
    OtherLibtorch {
        /// Its version.
        version: String,
        /// Its folder.
        folder: PathBuf,
    },
    /// An error inside libtorch.
    #[error("libtorch refused an operation: {0}")]
    Libtorch(String),
    /// libtorch found no memory.
    #[error(
        "memory ran out: {0}; lower `train.batch_size`, `evaluate.points` or `--threads`, or take a larger machine"
    )]
    OutOfMemory(String),
    /// A fault of the program itself.
    #[error("the program has a fault: {0}; please report it with the command and the experiment file")]
    Fault(String),
    /// The training was interrupted on purpose by the caller.
    #[error("the training was stopped after epoch {epoch}; the same command goes on from there")]
    Interrupted {
        /// The last epoch that was finished.
        epoch: usize,
    },
    /// Principal components that were not found.
    #[error(
        "the principal components of {what} were not found: {reason}; leave out samples that repeat or are constant, or take more of them"
    )]
    PrincipalComponents {
        /// The samples.
        what: String,
        /// Why not.
        reason: String,
    },
}

/// The result of this crate's functions.
pub type Result<T> = std::result::Result<T, Error>;
