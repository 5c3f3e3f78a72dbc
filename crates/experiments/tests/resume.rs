//! Programs killed at many moments: the same command, given again, ends in the bytes of one that was never interrupted.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use support::whole::assert_whole;
use support::{Files, assert_same_files, files, reproducible, run_folders, smoke, succeed, wait_until};

/// The moments at which a program is killed, counted from its start.
#[derive(Debug, Clone, Copy)]
enum Moment {
    /// At once, before it can have done anything.
    Start,
    /// When its logs have grown by this many bytes, often within a row.
    Logged(u64),
    /// When its checkpoints have been replaced this often.
    Checkpoints(usize),
    /// While a file is being written under its temporary name.
    Writing,
}

impl Moment {
    /// Moment number `index` of the sequence of `seed`.
    fn random(seed: u64, index: u64) -> Self {
        let mut generator = random::stream(seed, "moment of a kill", index);
        let mut below = |end: f64| random::uniform(0.0, end, &mut generator) as u64;
        match below(10.0) {
            0 => Self::Start,
            1..=4 => Self::Logged(1 + below(2500.0)),
            5..=7 => Self::Checkpoints(1 + below(3.0) as usize),
            _ => Self::Writing,
        }
    }
}

/// What a watcher sees of the runs in a folder of results.
#[derive(Default)]
struct Watch {
    logged: u64,
    checkpoints: Vec<(u64, i64)>,
    replaced: usize,
}

impl Watch {
    fn start(results: &Path) -> Self {
        Self { logged: logged(results), checkpoints: checkpoints(results), replaced: 0 }
    }

    /// Whether `moment` has come.
    fn has_come(&mut self, moment: Moment, results: &Path) -> bool {
        match moment {
            Moment::Start => true,
            Moment::Logged(bytes) => logged(results) >= self.logged + bytes,
            Moment::Checkpoints(count) => {
                let now = checkpoints(results);
                self.replaced += usize::from(now != self.checkpoints);
                self.checkpoints = now;
                self.replaced >= count
            }
            Moment::Writing => run_folders(results).iter().any(|run| !parts(run).is_empty()),
        }
    }
}

/// Bytes in all logs.
fn logged(results: &Path) -> u64 {
    let length = |run: &PathBuf| std::fs::metadata(run.join("metrics.jsonl")).map_or(0, |data| data.len());
    run_folders(results).iter().map(length).sum()
}

/// What tells one checkpoint from the one that replaced it.
fn checkpoints(results: &Path) -> Vec<(u64, i64)> {
    let state = |run: &PathBuf| std::fs::metadata(run.join("checkpoint.safetensors")).ok();
    run_folders(results).iter().filter_map(state).map(|data| (data.ino(), data.mtime_nsec())).collect()
}

/// Names of the files that are being written, or were left so.
fn parts(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    entries.map(|entry| entry.file_name().into_string().unwrap()).filter(|name| name.ends_with(".part")).collect()
}

/// Starts the program and kills it at `moment`; false if it had come to its end before.
fn kill_at(moment: Moment, mut command: Command, results: &Path) -> bool {
    let mut watch = Watch::start(results);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let came = wait_until(&mut child, || watch.has_come(moment, results));
    child.kill().unwrap();
    let status = child.wait().unwrap();
    came && status.code().is_none()
}

/// Everything that the finished command leaves, without what killed writers of the cache may have left.
fn finished(mut command: Command, results: &Path) -> Files {
    succeed(&mut command);
    let mut found = reproducible(results);
    found.retain(|name, _| !name.starts_with("cache/"));
    found
}

/// Kills the command `kills` times in all, in as many folders as that takes, and compares each folder's end with the
/// files of an undisturbed run, which are given back.
fn survives(kills: usize, seed: u64, command: impl Fn(&Path) -> Command) -> Files {
    let undisturbed = tempfile::tempdir().unwrap();
    let expected = finished(command(undisturbed.path()), undisturbed.path());
    assert!(expected.keys().any(|name| name.ends_with("checkpoint.safetensors")));
    let (mut killed, mut index) = (0, 0);
    while killed < kills {
        let results = tempfile::tempdir().unwrap();
        let mut in_this_folder = 0;
        while killed < kills && kill_at(Moment::random(seed, index), command(results.path()), results.path()) {
            (killed, index, in_this_folder) = (killed + 1, index + 1, in_this_folder + 1);
        }
        index += 1;
        assert!(index < 10 * kills as u64, "the programs end before they can be killed");
        assert_same_files(&finished(command(results.path()), results.path()), &expected);
        println!("killed {in_this_folder} times on the way to the end");
    }
    expected
}

#[test]
fn a_dense_ensemble_killed_at_any_moment_ends_in_the_same_bytes() {
    survives(20, 1, |results| {
        let mut command = smoke(support::TOPOLOGY_FIG07, results);
        command.args(["--checkpoint-seconds", "0", "--set", "train.epochs=60", "--set", "data.training=512"]);
        command
    });
}

#[test]
fn early_stopping_with_its_kept_weights_survives_kills_too() {
    let epochs = 200;
    let expected = survives(8, 2, |results| {
        let mut command = smoke(support::TOPOLOGY_FIG07, results);
        command.args(["--checkpoint-seconds", "0", "--set", "data.training=512", "--set", "train.patience=2"]);
        command.args(["--set", "train.learning_rate=0.05", "--set", "train.schedule=constant"]);
        command.args(["--set", &format!("train.epochs={epochs}")]);
        command
    });
    let (_, log) = expected.iter().find(|(name, _)| name.ends_with("metrics.jsonl")).unwrap();
    assert!(log.iter().filter(|byte| **byte == b'\n').count() < epochs, "the training was not stopped early");
}

#[test]
fn convolutional_networks_trained_side_by_side_survive_kills() {
    survives(6, 3, |results| {
        let mut command = support::smoke_with_threads(2, support::JETS_FIG07, results);
        command.args(["--checkpoint-seconds", "0", "--set", "train.epochs=6", "--set", support::TRAIN_ON_TEST_FILE]);
        command
    });
}

#[test]
fn what_a_killed_program_left_is_removed_and_disturbs_nothing() {
    let undisturbed = tempfile::tempdir().unwrap();
    let expected = finished(smoke(support::TOPOLOGY_FIG07, undisturbed.path()), undisturbed.path());
    let results = tempfile::tempdir().unwrap();
    for run in run_folders(undisturbed.path()) {
        let run = results.path().join("runs").join(run.file_name().unwrap());
        std::fs::create_dir_all(&run).unwrap();
        std::fs::write(run.join("checkpoint.safetensors.4194304-7.part"), "half a checkpoint").unwrap();
        // Rows of epochs that no checkpoint holds, the last of them cut off.
        std::fs::write(run.join("metrics.jsonl"), "{\"epoch\":1,\"learning_rate\":1.0,\"training_loss\":[").unwrap();
    }
    let figure = results.path().join("figures/topology/fig07");
    std::fs::create_dir_all(&figure).unwrap();
    std::fs::write(figure.join("figure.png.4194304-8.part"), "half a picture").unwrap();
    assert_same_files(&finished(smoke(support::TOPOLOGY_FIG07, results.path()), results.path()), &expected);
    assert_whole(&files(results.path()));
}

#[test]
fn a_run_without_its_last_file_is_completed_and_not_trained_again() {
    let results = tempfile::tempdir().unwrap();
    let command = || smoke(support::TOPOLOGY_FIG07, results.path());
    let expected = finished(command(), results.path());
    let run = run_folders(results.path()).remove(0);
    let checkpoint = run.join("checkpoint.safetensors");
    let written = std::fs::metadata(&checkpoint).unwrap().modified().unwrap();
    std::fs::remove_file(run.join("provenance.json")).unwrap();
    assert_same_files(&finished(command(), results.path()), &expected);
    assert_eq!(std::fs::metadata(&checkpoint).unwrap().modified().unwrap(), written);
    assert!(run.join("provenance.json").exists());
}

#[test]
fn a_figure_killed_between_two_of_its_files_is_never_taken_for_a_whole_one() {
    let results = tempfile::tempdir().unwrap();
    let with = |points: &str| {
        let mut command = smoke(support::TOPOLOGY_FIG07, results.path());
        command.args(["--set", &format!("evaluate.points={points}")]);
        command
    };
    let expected = finished(with("600"), results.path());
    let mut killed = 0;
    for name in ["data.parquet", "by_radius.csv", "evaluation.json", "figure.svg"] {
        let path = results.path().join("figures/topology/fig07").join(name);
        let state = || std::fs::metadata(&path).ok().map(|data| (data.ino(), data.mtime_nsec()));
        let before = state();
        let mut child = with("700").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let came = wait_until(&mut child, || state().is_some_and(|now| Some(now) != before));
        child.kill().unwrap();
        killed += usize::from(came && child.wait().unwrap().code().is_none());
        assert_same_files(&finished(with("600"), results.path()), &expected);
    }
    assert!(killed > 0, "the program ended before it could be killed");
}
