//! SIGINT and SIGTERM: a sentence, the shell's exit code, a checkpoint, and the same bytes in the end.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::path::Path;
use std::process::{Command, Stdio};

use support::{Outcome, assert_same_files, reproducible, run_folders, smoke, succeed, wait_until};

/// Bytes in all logs.
fn logged(results: &Path) -> u64 {
    let length = |run: &std::path::PathBuf| std::fs::metadata(run.join("metrics.jsonl")).map_or(0, |data| data.len());
    run_folders(results).iter().map(length).sum()
}

/// Starts a command, sends `signal` when its runs' logs have grown, and waits for its end.
fn signalled(mut command: Command, results: &Path, signal: i32) -> Outcome {
    let before = logged(results);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    assert!(wait_until(&mut child, || logged(results) > before), "the program ended before the signal");
    // SAFETY: the process is our child and has not been waited for.
    assert_eq!(unsafe { libc::kill(i32::try_from(child.id()).unwrap(), signal) }, 0);
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Outcome { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

fn goes_on_after(command: impl Fn(&Path) -> Command) {
    let undisturbed = tempfile::tempdir().unwrap();
    succeed(&mut command(undisturbed.path()));
    let results = tempfile::tempdir().unwrap();
    for (signal, code, name) in [(libc::SIGINT, 130, "SIGINT"), (libc::SIGTERM, 143, "SIGTERM")] {
        let Outcome { code: found, stderr, .. } = signalled(command(results.path()), results.path(), signal);
        assert_eq!(found, Some(code), "{stderr}");
        assert!(
            stderr.contains(name) && stderr.contains("goes on from there") && !stderr.contains("panicked"),
            "{stderr}"
        );
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
        assert!(run_folders(results.path()).iter().any(|run| run.join("checkpoint.safetensors").exists()));
    }
    succeed(&mut command(results.path()));
    assert_same_files(&reproducible(results.path()), &reproducible(undisturbed.path()));
}

#[test]
fn a_dense_training_ended_by_a_signal_goes_on_from_its_checkpoint() {
    goes_on_after(|results| {
        let mut command = smoke(support::TOPOLOGY_FIG07, results);
        command.args(["--checkpoint-seconds", "3600", "--set", "train.epochs=2000", "--set", "data.training=512"]);
        command
    });
}

#[test]
fn a_convolutional_training_ended_within_an_epoch_goes_on_from_its_checkpoint() {
    goes_on_after(|results| {
        let mut command = smoke(support::JETS_FIG07, results);
        command.args([
            "--checkpoint-seconds",
            "3600",
            "--set",
            "train.epochs=12",
            "--set",
            support::TRAIN_ON_TEST_FILE,
        ]);
        command
    });
}
