//! The general program: what it lists, plans and finds out, and that it trains only when told to.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use support::{LAB, files, finish, lab, planned, project, quiet, run_folders, smoke, succeed};

/// The figures of the catalogue that are there, in its order.
fn figures() -> Vec<String> {
    let topology = (1..=26).map(|number| format!("topology/fig{number:02}"));
    let jets = (1..=20).map(|number| format!("jets/fig{number:02}"));
    let named = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    let (of_topology, of_jets) = (named(&["topology/start"]), named(&["jets/start", "jets/schedule", "talk/slide03"]));
    topology.chain(of_topology).chain(jets).chain(of_jets).collect()
}

/// The planning of both figures 7, of few jets.
fn plan<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [words, &["--tier", "smoke", "--set", "data.training=200"]].concat()
}

#[test]
fn every_figure_is_listed_with_what_it_shows() {
    let results = tempfile::tempdir().unwrap();
    let list = succeed(&mut lab(&["list"], results.path())).stdout;
    let lines: Vec<(&str, &str)> = list.lines().map(|line| line.split_once("  ").unwrap()).collect();
    assert_eq!(lines.iter().map(|(name, _)| *name).collect::<Vec<_>>(), figures());
    assert!(lines.iter().all(|(_, title)| title.len() > 10), "{list}");
}

#[test]
fn a_plan_gives_each_run_with_its_reason_and_writes_none() {
    let results = tempfile::tempdir().unwrap();
    for (figure, latent) in [("topology/fig04", "d_l = 1"), ("topology/fig07", "d_l = 2")] {
        for words in [["plan", figure].as_slice(), &["reproduce", figure, "--dry-run"]] {
            let said = succeed(&mut lab(&plan(words), results.path())).stdout;
            let lines: Vec<&str> = said.lines().collect();
            assert_eq!(lines[0], format!("{figure} at tier smoke: 1 runs"));
            for part in [latent, "200 points of the circle", "seeds 0 to 15", "3 epochs", "(runs: nothing is stored"] {
                assert!(lines[1].contains(part), "`{part}` is not in {}", lines[1]);
            }
            assert!(files(results.path()).is_empty());
        }
    }
}

#[test]
fn a_plan_names_the_runs_and_of_jets_their_class_and_file() {
    let results = tempfile::tempdir().unwrap();
    let said = [&["plan", "topology-fig7"][..], &["plan", "jets/fig7", "--set", support::TRAIN_ON_TEST_FILE]]
        .map(|words| succeed(&mut lab(&plan(words), results.path())).stdout)
        .concat();
    for part in [
        "topology/fig07 at tier smoke: 1 runs",
        "jets/fig07 at tier smoke: 2 runs",
        "200 QCD jets of data/generated_test.h5, seed 0",
        "200 top jets of data/generated_test.h5, seed 0",
    ] {
        assert!(said.contains(part), "`{part}` is not in {said}");
    }
    assert!(run_folders(results.path()).is_empty());
}

#[test]
fn a_plan_tells_absent_started_and_finished_runs_apart() {
    let results = tempfile::tempdir().unwrap();
    let reason = || {
        let plan = succeed(smoke(support::TALK_SLIDE03, results.path()).arg("--dry-run")).stdout;
        plan.rsplit('(').next().unwrap().trim_end().to_owned()
    };
    assert_eq!(reason(), "runs: nothing is stored for these settings)");
    succeed(&mut smoke(support::TALK_SLIDE03, results.path()));
    assert_eq!(reason(), "reused: finished with the same settings, data and code version)");
    std::fs::remove_file(run_folders(results.path())[0].join("provenance.json")).unwrap();
    assert_eq!(reason(), "goes on: it has a checkpoint)");
}

#[test]
fn a_seed_has_the_same_run_whatever_the_number_of_seeds() {
    let results = tempfile::tempdir().unwrap();
    let hashes = |seeds: &str| planned(smoke(support::TALK_SLIDE03, results.path()).args(["--seeds", seeds]));
    let [one, sixteen, seventeen] = ["1", "16", "17"].map(hashes);
    assert_eq!(one, sixteen);
    assert_eq!((seventeen.len(), &seventeen[..1]), (2, &one[..]));
}

#[test]
fn a_run_is_another_one_when_its_training_changes_and_the_same_when_only_the_drawing_does() {
    let results = tempfile::tempdir().unwrap();
    let hashes = |set: &str| planned(smoke(support::TOPOLOGY_FIG07, results.path()).args(["--set", set]));
    let plain = planned(&mut smoke(support::TOPOLOGY_FIG07, results.path()));
    for set in ["draw.colour_map=viridis", "evaluate.points=7", "title=\"another\""] {
        assert_eq!(hashes(set), plain, "{set}");
    }
    for set in
        ["train.epochs=4", "train.learning_rate=2e-3", "data.seed=2", "model.hidden=[32, 33]", "train.patience=9"]
    {
        assert_ne!(hashes(set), plain, "{set}");
    }
}

#[test]
fn lab_reproduces_what_the_figures_own_program_does() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    succeed(&mut smoke(support::TALK_SLIDE03, one.path()));
    let said = succeed(&mut lab(&["reproduce", "talk", "--tier", "smoke"], other.path())).stdout;
    assert!(said.contains("talk/slide03"), "{said}");
    support::assert_same_files(&support::reproducible(other.path()), &support::reproducible(one.path()));
}

#[test]
fn a_figure_that_does_not_exist_is_an_error_in_every_command_that_takes_one() {
    let results = tempfile::tempdir().unwrap();
    for command in ["reproduce", "plan"] {
        let outcome = finish(&mut lab(&[command, "fig99"], results.path()));
        assert_eq!(outcome.code, Some(1), "{outcome:?}");
        assert_eq!(outcome.stdout, "");
        assert!(outcome.stderr.contains("there is no figure `fig99`"), "{}", outcome.stderr);
    }
}

#[test]
fn doctor_gives_a_line_for_everything_that_a_run_needs() {
    let results = tempfile::tempdir().unwrap();
    let said = succeed(&mut lab(&["doctor"], results.path())).stdout;
    let first: Vec<&str> = said.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(
        first,
        ["toolchain", "commit", "processor", "libtorch", "CUDA", "HDF5", "threads", "data", "disk"],
        "{said}"
    );
    assert!(said.contains("libtorch_") || said.contains("from /"), "the folder of libtorch is not named: {said}");
    assert!(files(results.path()).is_empty());
}

#[test]
fn doctor_gives_the_remedy_where_data_are_missing() {
    let copy = tempfile::tempdir().unwrap();
    support::copy_folder(&project().join("experiments"), &copy.path().join("experiments"));
    let mut command = std::process::Command::new(LAB);
    command.arg("doctor").arg("--project").arg(copy.path());
    quiet(&mut command);
    let outcome = finish(&mut command);
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    assert!(outcome.stdout.contains("-> restore it with `git checkout data`"), "{}", outcome.stdout);
    assert!(outcome.stdout.lines().any(|line| line.starts_with("disk")), "what follows is not examined");
    assert!(outcome.stderr.contains("data/generated_train.h5 is missing"), "{}", outcome.stderr);
}

#[test]
fn data_lists_each_file_and_whether_it_is_here() {
    let results = tempfile::tempdir().unwrap();
    let said = succeed(&mut lab(&["data"], results.path())).stdout;
    for line in said.lines() {
        let mut words = line.split_whitespace();
        let (here, path) = (words.next().unwrap(), words.next().unwrap());
        assert_eq!(here == "here", project().join(path).exists(), "{line}");
        assert!(here == "here" || here == "absent", "{line}");
    }
    for path in
        ["data/generated_train.h5", "data/generated_test.h5", "data/reference/train.h5", "data/reference/test.h5"]
    {
        assert!(said.contains(path), "{path} is not in {said}");
    }
}
