//! Writes that fail for want of room: whole files only, a message that says so, and the same command goes on afterwards.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::path::Path;
use std::process::Command;

use support::whole::assert_whole;
use support::{Files, Outcome, assert_same_files, files, finish, quiet, reproducible, smoke, succeed};

/// `command` where no file may grow beyond `kilobytes`.
fn with_quota(kilobytes: usize, command: &Command) -> Command {
    let mut limited = Command::new("bash");
    // Without the trap the system would end the program; so its writes fail instead, as on a full disk.
    limited.args(["-c", &format!("ulimit -f {kilobytes}; trap '' XFSZ; exec \"$@\""), "quota"]);
    limited.arg(command.get_program()).args(command.get_args());
    quiet(&mut limited);
    limited
}

/// A quota in kilobytes that keeps exactly those files from being written that are not smaller than this one.
fn quota_below(files: &Files, end: &str) -> usize {
    let (_, bytes) = files.iter().find(|(name, _)| name.ends_with(end)).unwrap();
    (bytes.len() - 1) / 1024
}

fn assert_no_room(outcome: &Outcome, file: &str) {
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    for part in [file, "writ"] {
        assert!(outcome.stderr.contains(part), "`{part}` is not in {}", outcome.stderr);
    }
    assert!(asks_for_room(&outcome.stderr), "no remedy in {}", outcome.stderr);
}

/// Whether a message says what to do about a full disk.
fn asks_for_room(message: &str) -> bool {
    ["free some space", "raise the limit on the size of files"].iter().any(|remedy| message.contains(remedy))
}

/// Runs out of room at each of `ends`, files of the undisturbed results, then goes on without a limit.
fn recovers(command: impl Fn(&Path) -> Command, ends: &[&str]) {
    let undisturbed = tempfile::tempdir().unwrap();
    succeed(&mut command(undisturbed.path()));
    let expected = reproducible(undisturbed.path());
    for end in ends {
        let results = tempfile::tempdir().unwrap();
        let quota = quota_below(&expected, end);
        assert_no_room(&finish(&mut with_quota(quota, &command(results.path()))), end);
        let left = files(results.path());
        assert_whole(&left);
        assert!(left.values().all(|bytes| bytes.len() <= 1024 * quota));
        succeed(&mut command(results.path()));
        assert_same_files(&reproducible(results.path()), &expected);
    }
}

#[test]
fn no_room_for_a_runs_files_leaves_whole_ones_and_the_same_command_goes_on() {
    let ends = ["config.toml", "metrics.jsonl", "checkpoint.safetensors", "figure.svg", "figure.png"];
    recovers(|results| smoke(support::TOPOLOGY_FIG07, results), &ends);
}

#[test]
fn no_room_for_the_cache_leaves_no_part_of_it_and_the_same_command_goes_on() {
    recovers(|results| smoke(support::JETS_FIG03, results), &[".images"]);
}

#[test]
fn no_room_for_a_table_leaves_whole_ones_and_the_same_command_goes_on() {
    let command = |results: &Path| {
        let mut command = smoke(support::TOPOLOGY_FIG07, results);
        command.args(["--set", "evaluate.points=6000"]);
        command
    };
    recovers(command, &["data.csv"]);
}

#[test]
fn tables_replaced_only_in_part_never_pass_for_the_old_ones() {
    let results = tempfile::tempdir().unwrap();
    let command = |points: &str| {
        let mut command = smoke(support::TOPOLOGY_FIG07, results.path());
        command.args(["--set", &format!("evaluate.points={points}")]);
        command
    };
    succeed(&mut command("600"));
    let expected = reproducible(results.path());
    // Room for the larger table as Parquet, which is written first, but not as CSV.
    let outcome = finish(&mut with_quota(100, &command("3000")));
    assert_no_room(&outcome, "data.csv");
    succeed(&mut command("600"));
    assert_same_files(&reproducible(results.path()), &expected);
}

/// Mounts a small disk of $1 kB at $2, runs the command, copies what is there to $3, makes room and does the same for $4.
const ON_A_SMALL_DISK: &str = r#"
    mount -t tmpfs -o size="$1"k none "$2" || exit 77
    "${@:5}" > /dev/null
    echo "code $?"
    cp -r "$2"/. "$3"
    mount -o remount,size=64m "$2"
    "${@:5}" > /dev/null
    echo "code $?"
    cp -r "$2"/. "$4"
"#;

#[test]
fn a_full_disk_leaves_whole_files_and_the_same_command_goes_on() {
    let undisturbed = tempfile::tempdir().unwrap();
    succeed(&mut smoke(support::TOPOLOGY_FIG07, undisturbed.path()));
    for kilobytes in [100, 300] {
        let [disk, full, roomy] = [(); 3].map(|()| tempfile::tempdir().unwrap());
        let program = smoke(support::TOPOLOGY_FIG07, disk.path());
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "bash", "-c", ON_A_SMALL_DISK, "disk"]);
        command.arg(kilobytes.to_string()).args([disk.path(), full.path(), roomy.path()]);
        let Ok(output) = command.arg(program.get_program()).args(program.get_args()).output() else {
            return eprintln!("skipped: there is no `unshare`");
        };
        let (said, stderr) = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).into();
        if said.is_empty() {
            return eprintln!("skipped: no disk can be mounted here: {stderr}");
        }
        assert_eq!(said, "code 1\ncode 0\n", "{stderr}");
        assert!(stderr.contains("No space left") && asks_for_room(&stderr), "{stderr}");
        assert_whole(&files(full.path()));
        assert_same_files(&reproducible(roomy.path()), &reproducible(undisturbed.path()));
    }
}
