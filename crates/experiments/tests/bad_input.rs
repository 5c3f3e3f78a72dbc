//! Input that cannot be used: each case ends with exit code 1, a message that names cause and remedy, and no part of a file.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::path::{Path, PathBuf};

use hdf5::File;
use ndarray::{Array3, arr1};
use support::whole::assert_whole;
use support::{Outcome, files, finish, lab, project, quiet, smoke};

/// Asserts that the program refused, said all of `parts`, and left neither a result nor a part of one in `results`.
fn assert_refused(case: &str, outcome: &Outcome, parts: &[&str], results: &Path) {
    assert_eq!(outcome.code, Some(1), "{case}: {outcome:?}");
    assert!(outcome.stderr.starts_with("error: "), "{case}: {}", outcome.stderr);
    assert!(!outcome.stderr.contains("panicked"), "{case}: {}", outcome.stderr);
    for part in parts {
        assert!(outcome.stderr.contains(part), "{case}: `{part}` is not in {}", outcome.stderr);
    }
    let left = files(results);
    assert_whole(&left);
    let kinds = ["/lock", "/config.toml"];
    let odd = left.keys().find(|name| !name.starts_with("cache/") && !kinds.iter().any(|kind| name.ends_with(kind)));
    assert_eq!(odd, None, "{case} left a result");
}

#[test]
fn a_setting_that_cannot_be_applied_names_itself_and_what_is_allowed() {
    let cases: [(&str, &[&str]); 15] = [
        ("train.epochs", &["no `=`", "--set section.key=value"]),
        ("", &["no `=`", "--set section.key=value"]),
        ("=3", &["--set =3", "--set section.key=value"]),
        ("train..epochs=3", &["--set train..epochs=3", "--set section.key=value"]),
        ("nonsense=1", &["unknown field `nonsense`", "expected one of", "`train`"]),
        ("train.epoch=3", &["unknown field `epoch`", "expected one of", "`epochs`"]),
        ("train.epochs=many", &["string \"many\"", "--set section.key=value"]),
        ("train.epochs=-1", &["-1", "--set section.key=value"]),
        ("tier.smoke.train.epochs=5", &["--set tier.smoke.train.epochs=5", "`--tier`"]),
        ("model.hidden=[-3]", &["`model.hidden` is -3", "from 1 to"]),
        ("model.activation=swish", &["swish", "`elu`"]),
        ("train.learning_rate=nan", &["`train.learning_rate` is NaN", "above 0"]),
        ("evaluate.points=0", &["--set evaluate.points=0: `evaluate.points` is 0", "from 1 to"]),
        ("evaluate.replicas=1", &["`evaluate.replicas` is 1", "from 2 to"]),
        ("draw.colour_map=jet", &["`draw.colour_map` is `jet`", "`viridis`"]),
    ];
    for (set, parts) in cases {
        let results = tempfile::tempdir().unwrap();
        let outcome = finish(smoke(support::TOPOLOGY_FIG07, results.path()).args(["--set", set]));
        assert_refused(set, &outcome, parts, results.path());
        assert!(files(results.path()).is_empty(), "{set} left something");
    }
}

#[test]
fn a_manifold_network_or_snapshot_that_is_not_possible_is_refused_before_anything_is_trained() {
    let events = ["data.kind=phase_space", "model.latent=2"];
    let cases: [(&[&str], &[&str]); 11] = [
        (&["model.latent=0"], &["`model.latent` is 0", "from 1 to"]),
        (&["model.latent=33"], &["`model.latent` is 33", "narrowest of `model.hidden` has 32", "widen"]),
        (&["data.training=0"], &["`data.training` is 0", "from 1 to"]),
        (&["data.validation=0"], &["`data.validation` is 0", "from 1 to"]),
        (&["train.snapshots=[0, 4]"], &["`train.snapshots` is 4", "3 epochs", "0 to 3"]),
        (&["train.snapshots=[1]", "train.patience=2"], &["`train.snapshots`", "`patience`"]),
        (&["model.heads=[\"S3\"]"], &["`model.latent` is 2", "heads have 3"]),
        (&["model.heads=[\"X2\"]"], &["X2", "RP2"]),
        (&["data.dimension=3"], &["`data.dimension`", "remove it"]),
        (&["data.masses=[0.5, 0.6]"], &["`data.masses` is 1.1", "below √s = 1"]),
        (&["data.particles=1"], &["`data.particles` is 1", "from 2 to"]),
    ];
    for (set, parts) in cases {
        let results = tempfile::tempdir().unwrap();
        let of_events = set[0].starts_with("data.masses") || set[0].starts_with("data.particles");
        let all = if of_events { &events[..] } else { &[] }.iter().chain(set);
        let outcome = finish(smoke(support::TOPOLOGY_FIG07, results.path()).args(all.flat_map(|set| ["--set", set])));
        assert_refused(set[0], &outcome, parts, results.path());
        assert!(files(results.path()).is_empty(), "{set:?} left something");
    }
}

#[test]
fn a_network_loss_or_view_of_jets_that_is_not_possible_is_refused_before_anything_is_trained() {
    let kernel = "train.loss=kernel_mean_squared";
    let cases: [(&[&str], &[&str]); 15] = [
        (&["data.top_fraction=1.5"], &["`data.top_fraction` is 1.5", "from 0 to 1"]),
        (&["data.top_fraction=nan"], &["`data.top_fraction` is NaN", "from 0 to 1"]),
        (&["data.top_fraction=0.5"], &["`data.top_fraction` is set", "each class alone"]),
        (&["data.brightest=0"], &["`data.brightest` is 0", "from 1 to 1600"]),
        (&["data.remapping=cube_root"], &["cube_root", "`fourth_root`"]),
        (&["data.renormalise=false"], &["`data.renormalise` is set", "remove it"]),
        (&[kernel, "train.kernel.cutoff=20"], &["`train.kernel.cutoff` is 20", "from 0 to 19"]),
        (&[kernel, "train.kernel.sigma=0"], &["`train.kernel.sigma` is 0", "above 0"]),
        (&[kernel, "train.kernel.shape=box"], &["box", "`gaussian`"]),
        (&["train.loss=weighted_mean_squared"], &["`train.active_weight` is missing"]),
        (&["train.loss=binary_cross_entropy"], &["`train.loss`", "data.image_sum = 1.0", "sigmoid"]),
        (&["model.output=softmax"], &["`model.output` is softmax", "data.image_sum = 1.0"]),
        (&["model.filters=[10, 10]"], &["`model.filters` is [10, 10]", "takes 4 numbers"]),
        (&["model.kernel=21"], &["`model.kernel` is 21", "from 1 to 20"]),
        (&["model.activation=elu"], &["`model.activation` is set", "remove it"]),
    ];
    for (set, parts) in cases {
        let results = tempfile::tempdir().unwrap();
        let outcome =
            finish(smoke(support::JETS_FIG07, results.path()).args(set.iter().flat_map(|set| ["--set", set])));
        assert_refused(set[0], &outcome, parts, results.path());
        assert!(!results.path().join("runs").exists(), "{set:?} left a run");
    }
}

/// A project of its own that holds a copy of the experiment files.
fn copied_project() -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    support::copy_folder(&project().join("experiments"), &copy.path().join("experiments"));
    copy
}

/// The circle's figure of the project in `root`.
fn topology_of(root: &Path, results: &Path) -> Outcome {
    let mut command = std::process::Command::new(support::TOPOLOGY_FIG07);
    command.args(["--tier", "smoke", "--project"]).arg(root).arg("--results").arg(results);
    quiet(&mut command);
    finish(&mut command)
}

#[test]
fn an_experiment_file_with_a_mistake_names_file_line_key_and_what_is_allowed() {
    let cases: [(&str, &[&str]); 7] = [
        ("[train]\nepoch = 3\n", &["fig07.toml", "line 2", "unknown field `epoch`", "`epochs`"]),
        ("[model]\nwidht = 3\n", &["fig07.toml", "line 2", "unknown field `widht`", "`latent`"]),
        ("[tier.smoke.train]\nrate = 3\n", &["fig07.toml", "line 2", "unknown field `rate`", "`learning_rate`"]),
        ("[train]\nepochs = \"many\"\n", &["fig07.toml", "line 2", "string \"many\""]),
        ("[model\nlatent = 2\n", &["fig07.toml", "line 1", "expected `]`"]),
        ("title = \"t\"\n[model]\nlatent = -2\n", &["fig07.toml, line 3: `model.latent` is -2", "from 1 to"]),
        ("[model]\nlatent = 2\n", &["fig07.toml and ", "base.toml: `title` is missing", "add it"]),
    ];
    for (text, parts) in cases {
        let (project, results) = (copied_project(), tempfile::tempdir().unwrap());
        std::fs::write(project.path().join("experiments/topology/fig07.toml"), text).unwrap();
        assert_refused(text, &topology_of(project.path(), results.path()), parts, results.path());
    }
}

#[test]
fn a_missing_experiment_file_or_project_is_named() {
    let (project, results) = (copied_project(), tempfile::tempdir().unwrap());
    std::fs::remove_file(project.path().join("experiments/topology/fig07.toml")).unwrap();
    let outcome = topology_of(project.path(), results.path());
    assert_refused("no file", &outcome, &["fig07.toml could not be read", "check the path"], results.path());
    let nowhere = project.path().join("nowhere");
    let parts = ["no `experiments` folder in", "nowhere", "`--project FOLDER`"];
    assert_refused("no project", &topology_of(&nowhere, results.path()), &parts, results.path());
}

/// A file of `jets` jets of 3 constituents, every other one a top jet, with a change.
fn jet_file(path: &Path, jets: usize, change: impl FnOnce(&mut Array3<f32>, &mut Vec<u8>)) {
    let mut constituents = Array3::zeros((jets, 3, 4));
    for ((jet, constituent, component), value) in constituents.indexed_iter_mut() {
        let [px, py] = [300.0 / (constituent + 1) as f32, 20.0 * (constituent + jet) as f32];
        *value = [px.hypot(py), px, py, 0.0][component];
    }
    let mut labels: Vec<u8> = (0..jets).map(|jet| (jet % 2) as u8).collect();
    change(&mut constituents, &mut labels);
    let file = File::create(path).unwrap();
    file.new_dataset_builder().with_data(&constituents).create("constituents").unwrap();
    file.new_dataset_builder().with_data(&arr1(&labels)).create("label").unwrap();
}

/// Makes one kind of unusable file at a path.
type Damage = fn(&Path);

fn truncated(path: &Path) {
    let whole = std::fs::read(project().join("data/generated_test.h5")).unwrap();
    std::fs::write(path, &whole[..whole.len() / 2]).unwrap();
}

fn of_another_layout(path: &Path) {
    let file = File::create(path).unwrap();
    file.new_dataset_builder().with_data(&arr1(&[1.0, 2.0])).create("digits").unwrap();
}

/// What is wrong with a data file, and what the message has to say about it.
const DAMAGES: [(&str, Damage, &[&str]); 8] = [
    ("missing", |_| {}, &["does not exist", "check the path"]),
    ("truncated", truncated, &["not a complete HDF5 file", "fetch it again"]),
    ("a text", |path| std::fs::write(path, "E,px,py,pz\n").unwrap(), &["not a complete HDF5 file", "fetch it again"]),
    ("another layout", of_another_layout, &["none of the known layouts", "digits", "it needs `constituents`"]),
    (
        "not a number",
        |path| jet_file(path, 6, |constituents, _| constituents[[4, 1, 2]] = f32::NAN),
        &["constituent 1 of jet 4", "not finite", "remove the jet"],
    ),
    (
        "an empty jet",
        |path| jet_file(path, 6, |constituents, _| constituents.index_axis_mut(ndarray::Axis(0), 3).fill(0.0)),
        &["jet 3 has no constituents", "remove the jet"],
    ),
    ("one class", |path| jet_file(path, 6, |_, labels| labels.fill(1)), &["has 0 QCD jets", "both classes"]),
    ("a label", |path| jet_file(path, 6, |_, labels| labels[2] = 7), &["jet 2 has the label 7", "0 (QCD) and 1 (top)"]),
];

#[test]
fn jets_to_test_on_that_cannot_be_used_are_named_before_anything_is_trained() {
    for program in [support::JETS_FIG03, support::JETS_FIG07] {
        for (case, damage, parts) in DAMAGES {
            let folder = tempfile::tempdir().unwrap();
            let (path, results) = (folder.path().join("jets.h5"), folder.path().join("results"));
            damage(&path);
            let mut command = smoke(program, &results);
            command.args([
                "--set",
                support::TRAIN_ON_TEST_FILE,
                "--set",
                &format!("data.test_file={}", path.display()),
            ]);
            assert_refused(case, &finish(&mut command), &[&["jets.h5"], parts].concat(), &results);
        }
    }
}

#[test]
fn jets_to_train_on_that_cannot_be_used_are_named() {
    for (case, damage, parts) in DAMAGES {
        let folder = tempfile::tempdir().unwrap();
        let (path, results) = (folder.path().join("jets.h5"), folder.path().join("results"));
        damage(&path);
        let mut command = smoke(support::JETS_FIG07, &results);
        command.args(["--set", &format!("data.train_file={}", path.display())]);
        assert_refused(case, &finish(&mut command), &[&["jets.h5"], parts].concat(), &results);
    }
}

#[test]
fn more_jets_than_a_file_holds_are_refused_with_both_numbers() {
    let cases: [(&str, &[&str]); 3] = [
        ("data.training=4000", &["has 4000 QCD jets, but 4020 are asked for", "lower `data.training`"]),
        ("data.test=4001", &["has 4000 QCD jets, but 4001 are asked for", "`data.test`"]),
        ("train.batch_size=101", &["100 samples", "fewer than one minibatch of 101", "smaller `batch_size`"]),
    ];
    for (set, parts) in cases {
        let results = tempfile::tempdir().unwrap();
        let mut command = smoke(support::JETS_FIG07, results.path());
        command.args(["--set", support::TRAIN_ON_TEST_FILE, "--set", set]);
        assert_refused(set, &finish(&mut command), parts, results.path());
    }
}

#[test]
fn a_training_that_diverges_says_where_and_what_to_lower() {
    let results = tempfile::tempdir().unwrap();
    let mut command = smoke(support::JETS_FIG07, results.path());
    let outcome = finish(command.args(["--set", support::TRAIN_ON_TEST_FILE, "--set", "train.learning_rate=1e30"]));
    assert_eq!(outcome.code, Some(1), "{outcome:?}");
    for part in ["seed 0", "after epoch 1", "lower `learning_rate`"] {
        assert!(outcome.stderr.contains(part), "{}", outcome.stderr);
    }
    assert!(files(results.path()).keys().all(|name| !name.ends_with("checkpoint.safetensors")));
}

#[test]
fn a_device_that_is_not_there_is_an_error_and_never_the_cpu() {
    let results = tempfile::tempdir().unwrap();
    let outcome = finish(smoke(support::TOPOLOGY_FIG07, results.path()).args(["--device", "gpu"]));
    assert_refused("gpu", &outcome, &["device `gpu`", "`cpu`", "`cuda:0`"], results.path());
    let outcome = finish(smoke(support::TOPOLOGY_FIG07, results.path()).args(["--device", "cuda:0"]));
    if outcome.code == Some(0) {
        eprintln!("skipped: CUDA works on this machine");
        return;
    }
    assert_refused("cuda:0", &outcome, &["device `cuda:0` cannot be used", "--device cpu"], results.path());
    assert!(files(results.path()).is_empty());
}

#[test]
fn an_unknown_figure_lists_the_nearest() {
    let results = tempfile::tempdir().unwrap();
    for (name, near) in [("fig99", "fig0"), ("jets/fig21", "jets/fig2"), ("slide4", "talk/slide03")] {
        let outcome = finish(&mut lab(&["reproduce", name], results.path()));
        assert_refused(name, &outcome, &[&format!("no figure `{name}`"), near, "`lab list`"], results.path());
    }
}

#[test]
fn a_word_that_the_command_line_does_not_know_is_refused_with_usage() {
    let results = tempfile::tempdir().unwrap();
    for words in [
        ["--seeds", "many"],
        ["--data", "mine"],
        ["--sett", "a=1"],
        ["--checkpoint-seconds", "-1"],
        ["--checkpoint-seconds", "18446744073709551615"],
        ["--threads", "0"],
        ["--threads", "1025"],
    ] {
        let outcome = finish(smoke(support::TOPOLOGY_FIG07, results.path()).args(words));
        assert_eq!(outcome.code, Some(2), "{words:?}: {outcome:?}");
        assert!(outcome.stderr.contains("--help"), "{}", outcome.stderr);
    }
    assert!(files(results.path()).is_empty());
}

#[test]
fn a_folder_that_cannot_hold_results_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "mine").unwrap();
    for results in [file.join("x"), file.clone(), PathBuf::from("/proc/results")] {
        for program in [support::TOPOLOGY_FIG07, support::JETS_FIG03] {
            let outcome = finish(&mut smoke(program, &results));
            let name = results.display().to_string();
            assert_refused(&name, &outcome, &[&name, "be written", "folder"], &folder.path().join("none"));
        }
    }
    assert_eq!(std::fs::read(&file).unwrap(), b"mine");
}
