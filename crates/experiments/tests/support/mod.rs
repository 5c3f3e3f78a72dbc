//! What the tests of the programs share: their commands, what these say, and the files that they leave.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

pub mod whole;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub const TOPOLOGY_FIG04: &str = env!("CARGO_BIN_EXE_topology_fig04");
pub const TOPOLOGY_FIG07: &str = env!("CARGO_BIN_EXE_topology_fig07");
pub const JETS_FIG03: &str = env!("CARGO_BIN_EXE_jets_fig03");
pub const JETS_FIG07: &str = env!("CARGO_BIN_EXE_jets_fig07");
pub const TALK_SLIDE03: &str = env!("CARGO_BIN_EXE_talk_slide03");
pub const LAB: &str = env!("CARGO_BIN_EXE_lab");

/// How long anything may take before a test gives up; far above what a busy machine needs.
pub const DEADLINE: Duration = Duration::from_secs(300);

/// The smaller jet file of the project, where it does not matter what is trained on.
pub const TRAIN_ON_TEST_FILE: &str = "data.train_file=data/generated_test.h5";

/// Every file of a folder and of those below it: its path from there, and its bytes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The project's folder.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The figure's program at tier smoke, one thread, with its results in `results`.
pub fn smoke(program: &str, results: &Path) -> Command {
    smoke_with_threads(1, program, results)
}

/// As [`smoke`], with as many runs trained side by side as `threads` says.
pub fn smoke_with_threads(threads: usize, program: &str, results: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["--tier", "smoke", "--threads", &threads.to_string()]);
    command.arg("--project").arg(project()).arg("--results").arg(results);
    quiet(&mut command);
    command
}

/// `lab` with a subcommand and its arguments, its results in `results`.
pub fn lab(arguments: &[&str], results: &Path) -> Command {
    let mut command = Command::new(LAB);
    command.args(arguments).arg("--project").arg(project()).arg("--results").arg(results);
    quiet(&mut command);
    command
}

/// A command that sees no terminal and none of the variables that change what is logged.
pub fn quiet(command: &mut Command) {
    command.stdin(Stdio::null()).env_remove("RUST_LOG").env_remove("RUST_BACKTRACE");
}

/// How a program ended.
#[derive(Debug)]
pub struct Outcome {
    /// Its exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

/// Runs a command to its end.
pub fn finish(command: &mut Command) -> Outcome {
    let output = command.output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Outcome { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Runs a command that must succeed.
pub fn succeed(command: &mut Command) -> Outcome {
    let outcome = finish(command);
    assert_eq!(outcome.code, Some(0), "{command:?}\n{}\n{}", outcome.stdout, outcome.stderr);
    outcome
}

/// Looks at `condition` until it holds or the program has ended: whether it came to hold.
pub fn wait_until(child: &mut Child, mut condition: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    loop {
        if condition() {
            return true;
        }
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        assert!(start.elapsed() < DEADLINE, "the program neither ended nor came to what the test waits for");
        std::thread::yield_now();
    }
}

/// The files of `folder`; none if it does not exist.
pub fn files(folder: &Path) -> Files {
    let mut found = Files::new();
    collect(folder, "", &mut found);
    found
}

fn collect(folder: &Path, prefix: &str, found: &mut Files) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.map(Result::unwrap) {
        let name = format!("{prefix}{}", entry.file_name().into_string().unwrap());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), found);
        } else {
            found.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
}

/// The files that depend on the command alone: not on the commit, and not on where the data lie.
pub fn reproducible(results: &Path) -> Files {
    let mut found = files(results);
    let changing = ["provenance.json", "evaluation.json"];
    found.retain(|name, _| !name.starts_with("cache/fingerprints/") && !changing.iter().any(|end| name.ends_with(end)));
    found
}

/// Asserts that two sets of files have the same names and bytes, and names those that differ.
pub fn assert_same_files(found: &Files, expected: &Files) {
    let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(found), names(expected));
    let differing: Vec<&String> = expected.keys().filter(|name| found[*name] != expected[*name]).collect();
    assert!(differing.is_empty(), "other bytes in {differing:?}");
}

/// The folders of the runs in `results`.
pub fn run_folders(results: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(results.join("runs")).into_iter().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

/// The hashes of the runs that a figure needs, as its program plans them.
pub fn planned(command: &mut Command) -> Vec<String> {
    let plan = succeed(command.arg("--dry-run")).stdout;
    plan.lines().skip(1).map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

/// Copies a folder and what is below it.
pub fn copy_folder(from: &Path, to: &Path) {
    for (name, bytes) in files(from) {
        let path = to.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}
