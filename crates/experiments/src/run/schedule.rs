//! Trains the runs that are missing, some side by side.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use models::training::train;

use super::progress::Progress;
use super::{Provenance, RunSpec, State, Store};
use crate::project::write_whole;
use crate::{Error, Result, samples};

/// Name of the threads that train; a panic there has been turned into an error already.
pub const TRAINING_THREAD: &str = "training";

/// What the trainings run on.
#[derive(Debug, Clone)]
pub struct Machine {
    /// `cpu` or `cuda:N`, as the user named it.
    pub name: String,
    /// The device.
    pub device: tch::Device,
    /// Runs trained side by side, one thread each.
    pub threads: usize,
    /// Least time between two checkpoints of a run.
    pub checkpoint_every: Duration,
}

/// Trains every run of `specs` that is not finished yet, from its checkpoint if there is one.
///
/// Each run has one thread, so that its numbers do not depend on how many are trained side by side.
///
/// # Errors
/// The first error of any run; the others are stopped after their epoch, with a checkpoint.
pub fn train_missing(specs: &[RunSpec], store: &Store, machine: &Machine) -> Result<()> {
    let mut missing = VecDeque::new();
    for spec in specs {
        let hash = spec.hash(store.project())?;
        if store.state(&hash) != State::Finished && !missing.iter().any(|(_, other)| *other == hash) {
            missing.push_back((spec.clone(), hash));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let work: f64 = missing.iter().map(|(spec, _)| spec.work_of_epoch() * spec.learning.epochs as f64).sum();
    let runs = missing.len();
    let shared =
        Shared { progress: Progress::new(work), queue: Mutex::new(missing), failure: Mutex::new(None), store, machine };
    let workers = match machine.device {
        tch::Device::Cpu => machine.threads.clamp(1, runs),
        _ => 1,
    };
    std::thread::scope(|scope| {
        let spawn =
            |_| std::thread::Builder::new().name(TRAINING_THREAD.to_owned()).spawn_scoped(scope, || shared.work());
        let workers: Vec<_> =
            (0..workers).filter_map(|index| spawn(index).map_err(|_| shared.fail(Error::Worker)).ok()).collect();
        workers.into_iter().for_each(|worker| {
            if worker.join().is_err() {
                shared.fail(Error::Worker);
            }
        });
    });
    shared.progress.finish();
    shared.failure.into_inner().ok().flatten().map_or(Ok(()), Err)
}

/// What the workers share.
struct Shared<'a> {
    progress: Progress,
    queue: Mutex<VecDeque<(RunSpec, String)>>,
    failure: Mutex<Option<Error>>,
    store: &'a Store,
    machine: &'a Machine,
}

impl Shared<'_> {
    /// Takes runs from the queue until it is empty or a run has failed.
    fn work(&self) {
        models::device::set_threads(1);
        while !self.failed() {
            let Some((spec, hash)) = self.queue.lock().ok().and_then(|mut queue| queue.pop_front()) else { return };
            if let Err(error) = models::catch(|| self.train(&spec, &hash)) {
                self.fail(error);
            }
        }
    }

    fn failed(&self) -> bool {
        self.failure.lock().is_ok_and(|failure| failure.is_some())
    }

    /// Keeps the first failure.
    fn fail(&self, error: Error) {
        if let Ok(mut failure) = self.failure.lock() {
            failure.get_or_insert(error);
        }
    }

    fn train(&self, spec: &RunSpec, hash: &str) -> Result<()> {
        let project = self.store.project();
        let _lock = self.store.open(spec, hash)?;
        // Another process may have finished it while this one waited for the lock.
        if self.store.state(hash) == State::Finished {
            self.progress.advance(spec.work_of_epoch() * spec.learning.epochs as f64);
            return Ok(());
        }
        let samples = samples::load(&spec.source, project, self.machine.device)?;
        let mut network = spec.network(self.machine.device)?;
        let folder = self.store.folder(hash);
        let settings = spec.settings(self.machine.checkpoint_every);
        let mut seen = 0;
        let trained = train(network.as_mut(), &samples, &settings, &folder, &mut |row| {
            self.progress.advance(spec.work_of_epoch() * (row.epoch - seen) as f64);
            seen = row.epoch;
            !self.failed()
        });
        trained?;
        self.progress.advance(spec.work_of_epoch() * (spec.learning.epochs - seen) as f64);
        let provenance = Provenance::now(spec.identity(project)?, &project.root, &self.machine.name);
        write_whole(&folder.join(Provenance::FILE), &provenance.to_json())
    }
}
