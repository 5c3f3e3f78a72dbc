//! Two processes that are asked for the same run or figure at the same time.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;

use support::whole::assert_whole;
use support::{DEADLINE, assert_same_files, files, planned, reproducible, run_folders, smoke, succeed};

/// Takes the lock in `folder`, which is made if need be, as a process at work there does.
fn hold(folder: &Path) -> File {
    std::fs::create_dir_all(folder).unwrap();
    let lock = File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    lock
}

/// A program that has said that it waits.
struct Waiting {
    child: Child,
    rest: mpsc::Receiver<String>,
}

impl Waiting {
    /// Starts a program and reads its standard error until it says that it waits for `folder`.
    fn start(mut command: Command, folder: &Path) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, rest) = mpsc::channel();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            let mut line = String::new();
            stderr.read_line(&mut line).unwrap();
            sender.send(line).unwrap();
            let mut all = String::new();
            stderr.read_to_string(&mut all).unwrap();
            sender.send(all).unwrap();
        });
        let line = rest.recv_timeout(DEADLINE).expect("the program does not say that it waits");
        assert!(line.contains("another process") && line.contains("waiting"), "{line}");
        assert!(line.contains(&folder.display().to_string()), "{line}");
        assert!(!line.contains('\x1b'), "colours in a file: {line:?}");
        Self { child, rest }
    }

    /// The program's end, which must be a good one.
    fn succeed(mut self) {
        let rest = self.rest.recv_timeout(DEADLINE).expect("the program does not end");
        assert!(self.child.wait().unwrap().success(), "{rest}");
    }
}

/// Results of one process alone.
fn alone(command: impl Fn(&Path) -> Command) -> tempfile::TempDir {
    let results = tempfile::tempdir().unwrap();
    succeed(&mut command(results.path()));
    results
}

fn topology(results: &Path) -> Command {
    smoke(support::TOPOLOGY_FIG07, results)
}

#[test]
fn a_process_waits_for_the_one_that_trains_its_run_and_says_so() {
    let results = tempfile::tempdir().unwrap();
    let hashes = planned(&mut topology(results.path()));
    assert_eq!(hashes.len(), 1);
    let run = results.path().join("runs").join(&hashes[0]);
    let lock = hold(&run);
    let waiting = Waiting::start(topology(results.path()), &run);
    assert!(!run.join("checkpoint.safetensors").exists());
    drop(lock);
    waiting.succeed();
    assert_same_files(&reproducible(results.path()), &reproducible(alone(topology).path()));
}

#[test]
fn a_process_trains_what_no_other_one_is_at_before_it_waits() {
    let command = |results: &Path| {
        let mut command = smoke(support::JETS_FIG07, results);
        command.args(["--set", support::TRAIN_ON_TEST_FILE]);
        command
    };
    let results = tempfile::tempdir().unwrap();
    let runs = planned(&mut command(results.path()));
    let run = |hash: &String| results.path().join("runs").join(hash);
    assert!(runs.len() > 1);
    let lock = hold(&run(&runs[0]));
    let waiting = Waiting::start(command(results.path()), &run(&runs[0]));
    assert!(!run(&runs[0]).join("checkpoint.safetensors").exists());
    assert!(
        runs[1..].iter().all(|hash| run(hash).join("provenance.json").exists()),
        "it waits before it has done the rest"
    );
    drop(lock);
    waiting.succeed();
    assert_same_files(&reproducible(results.path()), &reproducible(alone(command).path()));
}

#[test]
fn a_run_that_was_finished_meanwhile_is_taken_as_it_is() {
    let finished = alone(topology);
    let trained = run_folders(finished.path()).remove(0);
    let results = tempfile::tempdir().unwrap();
    let run = results.path().join("runs").join(trained.file_name().unwrap());
    let lock = hold(&run);
    let waiting = Waiting::start(topology(results.path()), &run);
    support::copy_folder(&trained, &run);
    // The process that trained it may be writing scores there, without the lock.
    let scores = run.join("scores-0.parquet.4194304-0.part");
    std::fs::write(&scores, "not yet whole").unwrap();
    let provenance = std::fs::read(run.join("provenance.json")).unwrap();
    let written = |name: &str| std::fs::metadata(run.join(name)).unwrap().modified().unwrap();
    let before = ["checkpoint.safetensors", "metrics.jsonl", "provenance.json"].map(written);
    drop(lock);
    waiting.succeed();
    assert_eq!(["checkpoint.safetensors", "metrics.jsonl", "provenance.json"].map(written), before);
    assert_eq!(std::fs::read(run.join("provenance.json")).unwrap(), provenance);
    assert!(scores.exists(), "another process's file was removed under its hands");
}

#[test]
fn a_process_waits_for_the_one_that_writes_its_figure_and_says_so() {
    let results = tempfile::tempdir().unwrap();
    let figure = results.path().join("figures/topology/fig07");
    let lock = hold(&figure);
    let waiting = Waiting::start(topology(results.path()), &figure);
    assert!(!figure.join("data.csv").exists());
    drop(lock);
    waiting.succeed();
    assert_same_files(&reproducible(results.path()), &reproducible(alone(topology).path()));
}

/// Waits for the end of a program, which must be a good one.
fn end_well(child: Child) {
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Two processes of the same command at once, and one in a folder of its own.
fn at_once(command: impl Fn(&Path) -> Command) {
    let results = tempfile::tempdir().unwrap();
    let start = |_| command(results.path()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    [0, 1].map(start).into_iter().for_each(end_well);
    assert_whole(&files(results.path()));
    assert_same_files(&reproducible(results.path()), &reproducible(alone(command).path()));
}

#[test]
fn two_processes_at_once_leave_the_same_bytes_as_one() {
    at_once(|results| {
        let mut command = topology(results);
        command.args(["--checkpoint-seconds", "0", "--set", "train.epochs=30"]);
        command
    });
}

#[test]
fn two_processes_at_once_that_share_images_and_scores_leave_the_same_bytes_as_one() {
    at_once(|results| {
        let mut command = smoke(support::JETS_FIG07, results);
        command.args(["--set", support::TRAIN_ON_TEST_FILE]);
        command
    });
}

#[test]
fn two_settings_of_one_figure_at_once_end_as_one_of_them() {
    let results = tempfile::tempdir().unwrap();
    let with = |points: &str, results: &Path| {
        let mut command = topology(results);
        command.args(["--set", &format!("evaluate.points={points}")]);
        command
    };
    let start = |points| with(points, results.path()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    ["500", "700"].map(start).into_iter().for_each(end_well);
    let found = reproducible(results.path());
    let either = ["500", "700"].map(|points| reproducible(alone(|results| with(points, results)).path()));
    let rows = found["figures/topology/fig07/data.csv"].split(|byte| *byte == b'\n').count();
    assert_same_files(&found, &either[usize::from(rows > 600)]);
}

#[test]
fn a_plan_names_the_folders_of_the_runs() {
    let results = alone(topology);
    let names: Vec<PathBuf> = run_folders(results.path());
    let hashes = planned(&mut topology(results.path()));
    let expected: Vec<PathBuf> = hashes.iter().map(|hash| results.path().join("runs").join(hash)).collect();
    assert_eq!(names, expected);
}
