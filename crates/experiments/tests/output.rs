//! What the programs print: a reader that goes away ends them quietly, a full disk is an error, and no panic is shown.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs::OpenOptions;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use support::{lab, smoke, succeed};

/// Commands that print on standard output.
fn printing(results: &Path) -> [Command; 4] {
    let commands: [&[&str]; 3] = [&["list"], &["plan", "topology/fig07", "--tier", "smoke"], &["data"]];
    let [list, plan, data] = commands.map(|arguments| lab(arguments, results));
    [list, plan, data, smoke(support::TOPOLOGY_FIG07, results)]
}

#[test]
fn a_closed_pipe_ends_a_program_quietly() {
    let results = tempfile::tempdir().unwrap();
    for mut command in printing(results.path()) {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = command.stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{command:?}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{command:?}");
    }
}

#[test]
fn a_full_standard_output_is_an_error_and_no_panic() {
    let results = tempfile::tempdir().unwrap();
    for mut command in printing(results.path()) {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = command.stdout(full).stderr(Stdio::piped()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{command:?}: {stderr}");
        assert!(stderr.contains("output could not be written") && !stderr.contains("panicked"), "{stderr}");
    }
}

#[test]
fn a_closed_standard_error_does_not_end_a_program() {
    let results = tempfile::tempdir().unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = smoke(support::TOPOLOGY_FIG07, results.path());
    command.args(["--set", "train.epochs=0"]);
    assert_eq!(command.stdout(Stdio::null()).stderr(writer).status().unwrap().code(), Some(1));
}

/// Takes from everybody the right to write in `folder` and below it.
fn make_read_only(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            make_read_only(&entry);
        } else {
            std::fs::set_permissions(entry, Permissions::from_mode(0o444)).unwrap();
        }
    }
    std::fs::set_permissions(folder, Permissions::from_mode(0o555)).unwrap();
}

/// The command as a user who is not allowed to write everywhere, which root is.
fn as_a_plain_user(command: &mut Command) -> &mut Command {
    // SAFETY: asks only for the number of the user.
    if unsafe { libc::geteuid() } == 0 { command.uid(65534).gid(65534) } else { command }
}

#[test]
fn results_that_can_only_be_read_are_shown() {
    let results = tempfile::tempdir().unwrap();
    let command = |points: &str| {
        let mut command = smoke(support::TOPOLOGY_FIG07, results.path());
        command.args(["--set", &format!("evaluate.points={points}")]);
        command
    };
    let expected = succeed(&mut command("600")).stdout;
    make_read_only(results.path());
    let shown = as_a_plain_user(&mut command("600")).output().unwrap();
    let other = as_a_plain_user(&mut command("700")).output().unwrap();
    std::fs::set_permissions(results.path(), Permissions::from_mode(0o755)).unwrap();
    let stderr = String::from_utf8(shown.stderr).unwrap();
    assert_eq!(shown.status.code(), Some(0), "{stderr}");
    assert!(stderr.contains("cannot be written") && stderr.contains("is shown"), "{stderr}");
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&String::from_utf8(shown.stdout).unwrap()), sorted(&expected));
    let stderr = String::from_utf8(other.stderr).unwrap();
    assert_eq!(other.status.code(), Some(1));
    assert!(stderr.contains("could not be written") && stderr.contains("who may"), "{stderr}");
}
