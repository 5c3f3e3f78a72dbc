//! Trains the runs that are missing, some side by side.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use models::training::{self, train};

use super::progress::Progress;
use super::{Lock, RunSpec, State, Store};
use crate::{Error, Result, interrupt, samples};

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
/// The first error of any run; the others are stopped, with a checkpoint.
pub fn train_missing(specs: &[RunSpec], store: &Store, machine: &Machine) -> Result<()> {
    let mut missing = VecDeque::new();
    for spec in specs {
        let hash = spec.hash(store.project())?;
        store.check_configuration(spec, &hash)?;
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
        let workers: Vec<_> = (0..workers).filter_map(|index| spawn(index).ok()).collect();
        // Fewer threads than asked for do the same work.
        if workers.is_empty() {
            shared.fail(Error::Worker);
        }
        workers.into_iter().for_each(|worker| {
            if worker.join().is_err() {
                shared.fail(Error::Worker);
            }
        });
    });
    shared.progress.finish();
    if let Some(signal) = interrupt::signal() {
        return Err(Error::Signal(signal));
    }
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
        // Runs in a row that another process is at: once they are all that is left, it is waited for.
        let mut busy = 0;
        while !self.stopped() {
            let Some((spec, hash, left)) = self.next() else { return };
            match models::catch(|| self.train(&spec, &hash, busy > left)) {
                Ok(true) => busy = 0,
                Ok(false) => {
                    busy += 1;
                    self.put_back(spec, hash);
                }
                Err(error) => self.fail(error),
            }
        }
    }

    /// The next run, with the number of those behind it.
    fn next(&self) -> Option<(RunSpec, String, usize)> {
        let mut queue = self.queue.lock().ok()?;
        let (spec, hash) = queue.pop_front()?;
        Some((spec, hash, queue.len()))
    }

    fn put_back(&self, spec: RunSpec, hash: String) {
        if let Ok(mut queue) = self.queue.lock() {
            queue.push_back((spec, hash));
        }
    }

    /// Whether nothing more is to be trained: a run has failed, or the user has ended the program.
    fn stopped(&self) -> bool {
        self.failed() || interrupt::signal().is_some()
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

    /// Trains a run to its end; false if another process is at it and `wait` is false.
    fn train(&self, spec: &RunSpec, hash: &str, wait: bool) -> Result<bool> {
        let Some(lock) = self.store.open(spec, hash, wait)? else { return Ok(false) };
        // Another process may have finished it while this one waited for the lock.
        if self.store.state(hash) == State::Finished {
            self.progress.advance(spec.work_of_epoch() * spec.learning.epochs as f64);
            return Ok(true);
        }
        match self.train_locked(spec, hash, &lock) {
            Err(Error::Model(models::Error::Checkpoint { path, reason })) => {
                tracing::warn!(
                    "{} cannot be gone on from ({reason}): the run is trained again from its start",
                    path.display()
                );
                self.store.start_again(hash)?;
                self.train_locked(spec, hash, &lock)?;
            }
            other => other?,
        }
        Ok(true)
    }

    fn train_locked(&self, spec: &RunSpec, hash: &str, _lock: &Lock) -> Result<()> {
        let samples = samples::load(&spec.source, &spec.seeds, self.store.project(), self.machine.device)?;
        let mut network = spec.network(self.machine.device)?;
        let settings = spec.settings(hash, self.machine.checkpoint_every);
        let mut seen = 0;
        train(network.as_mut(), &samples, &settings, &self.store.folder(hash), &mut |progress| {
            if let training::Progress::Epoch(row) = progress {
                self.progress.advance(spec.work_of_epoch() * (row.epoch - seen) as f64);
                seen = row.epoch;
            }
            !self.stopped()
        })?;
        self.progress.advance(spec.work_of_epoch() * (spec.learning.epochs - seen) as f64);
        self.store.finish(spec, hash, &self.machine.name)
    }
}
