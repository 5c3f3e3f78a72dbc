//! What is stored is believed by its SHA-256 alone: any byte that was changed is noticed, said, and made again.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::path::{Path, PathBuf};

use support::{Files, Outcome, assert_same_files, finish, reproducible, run_folders, smoke, succeed};

fn topology(results: &Path) -> std::process::Command {
    let mut command = smoke(support::TOPOLOGY_FIG07, results);
    command.args(["--set", "train.snapshots=[0, 2]"]);
    command
}

fn jets(results: &Path) -> std::process::Command {
    let mut command = smoke(support::JETS_FIG07, results);
    command.args(["--set", support::TRAIN_ON_TEST_FILE]);
    command
}

/// The only file below `results` whose path ends like this.
fn only(results: &Path, ending: &str) -> PathBuf {
    let found: Vec<String> = support::files(results).into_keys().filter(|name| name.ends_with(ending)).collect();
    assert!(!found.is_empty(), "no {ending}");
    results.join(&found[0])
}

/// The figure is to be evaluated again, as after a new version or with other settings of the evaluation.
fn forget_evaluation(results: &Path) {
    std::fs::remove_file(only(results, "evaluation.json")).unwrap();
}

fn flip_in_the_middle(path: &Path) {
    let mut bytes = std::fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    std::fs::write(path, bytes).unwrap();
}

fn cut_off_the_last_line(path: &Path) {
    let text = std::fs::read_to_string(path).unwrap();
    let end = text.trim_end().rfind('\n').unwrap() + 1;
    std::fs::write(path, &text[..end]).unwrap();
}

/// The command after `change`: it succeeds, says which file was not what was stored, and leaves what it left before.
fn is_mended(
    command: impl Fn(&Path) -> std::process::Command,
    results: &Path,
    file: &Path,
    change: impl FnOnce(&Path),
) {
    let before: Files = reproducible(results);
    change(file);
    let Outcome { stderr, .. } = succeed(&mut command(results));
    let name = file.file_name().unwrap().to_string_lossy();
    assert!(stderr.contains(&*name) && stderr.contains("again"), "{name}: {stderr:?}");
    assert_same_files(&reproducible(results), &before);
    let again = succeed(&mut command(results)).stderr;
    assert!(again.is_empty(), "mended once is mended: {again}");
}

#[test]
fn a_changed_file_of_a_finished_run_is_trained_again_and_said() {
    let results = tempfile::tempdir().unwrap();
    succeed(&mut topology(results.path()));
    let changes: [(&str, fn(&Path)); 6] = [
        ("checkpoint.safetensors", flip_in_the_middle),
        ("snapshot-2.safetensors", flip_in_the_middle),
        ("metrics.jsonl", flip_in_the_middle),
        ("metrics.jsonl", cut_off_the_last_line),
        ("metrics.jsonl", |path| std::fs::remove_file(path).unwrap()),
        ("snapshot-0.safetensors", |path| std::fs::remove_file(path).unwrap()),
    ];
    for (file, change) in changes {
        forget_evaluation(results.path());
        is_mended(topology, results.path(), &only(results.path(), file), change);
    }
}

#[test]
fn a_changed_table_or_csv_is_made_again_and_said() {
    let results = tempfile::tempdir().unwrap();
    succeed(&mut topology(results.path()));
    for file in ["data.parquet", "by_seed.parquet", "data.csv"] {
        is_mended(topology, results.path(), &only(results.path(), file), flip_in_the_middle);
    }
    is_mended(topology, results.path(), &only(results.path(), "data.csv"), |path| std::fs::remove_file(path).unwrap());
}

#[test]
fn changed_scores_are_computed_again_and_said() {
    let results = tempfile::tempdir().unwrap();
    succeed(&mut jets(results.path()));
    let scores = run_folders(results.path()).into_iter().flat_map(|run| std::fs::read_dir(run).unwrap());
    let scores: Vec<PathBuf> = scores.map(|entry| entry.unwrap().path()).collect();
    let scores = scores.iter().find(|path| path.to_string_lossy().ends_with(".parquet")).unwrap();
    forget_evaluation(results.path());
    is_mended(jets, results.path(), scores, flip_in_the_middle);
}

#[test]
fn an_unfinished_checkpoint_that_was_changed_is_not_gone_on_from() {
    let results = tempfile::tempdir().unwrap();
    succeed(&mut topology(results.path()));
    let run = run_folders(results.path()).remove(0);
    let expected = reproducible(results.path());
    std::fs::remove_file(run.join("provenance.json")).unwrap();
    let checkpoint = run.join("checkpoint.safetensors");
    flip_in_the_middle(&checkpoint);
    let stderr = succeed(&mut topology(results.path())).stderr;
    assert!(stderr.contains("checkpoint.safetensors") && stderr.contains("from its start"), "{stderr}");
    assert_same_files(&reproducible(results.path()), &expected);
}

#[test]
fn a_configuration_that_was_edited_is_refused_with_a_remedy() {
    let results = tempfile::tempdir().unwrap();
    succeed(&mut topology(results.path()));
    let path = run_folders(results.path()).remove(0).join("config.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("epochs = ", "epochs = 1")).unwrap();
    for mut command in [topology(results.path()), topology(results.path())] {
        let Outcome { code, stderr, .. } = finish(&mut command);
        assert_eq!(code, Some(1), "{stderr}");
        assert!(stderr.contains("config.toml") && stderr.contains("deleted to train it anew"), "{stderr}");
    }
    assert!(finish(topology(results.path()).arg("--dry-run")).stderr.contains("config.toml"));
}
