//! Runs: what a training is identified by, where it is stored, and how many are trained side by side.

mod lock;
mod memory;
mod progress;
mod provenance;
mod schedule;
mod scores;
mod spec;
mod store;

pub use lock::Lock;
pub use memory::check_memory;
pub use provenance::{COMMIT, Listed, Provenance, changed, listed, versions};
pub use schedule::{Machine, TRAINING_THREAD, train_missing};
pub use scores::{SCORES_VERSION, Scores, TestJets, score_jets};
pub use spec::{RunSpec, TrainedOn, TrainingSource, blocks, point_runs, short_hash};
pub use store::{State, Store, TrainedRun};
