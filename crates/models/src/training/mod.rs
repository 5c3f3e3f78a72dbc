//! Training: epochs of minibatches, each of which can be started again alone.

mod checkpoint;
mod engine;
mod gradient;
mod log;
mod minibatch;
mod selection;
mod settings;
mod snapshot;
mod weights;

pub use checkpoint::{FILE as CHECKPOINT_FILE, read_weights};
pub use engine::{Progress, Samples, VERSION, train};
pub use gradient::loss_and_gradient;
pub use log::{EpochRow, FILE as METRICS_FILE, read as read_metrics};
pub use settings::{Settings, Stopping};
pub use snapshot::{name as snapshot_name, read_snapshot};
