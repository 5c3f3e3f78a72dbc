//! Every figure at odd small settings: it is drawn, or an error says what to change, and nothing panics.
//!
//! `just test` takes a few settings of a few figures; `ODD_SETTINGS=all` takes all of all, in some half an hour, and
//! `ODD_SETTINGS=jets/fig06` all of one figure.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use experiments::config::Choices;
use experiments::figure::{FIGURES, Figure, Options, reproduce};
use experiments::{Project, Tier};

/// Panics of this process, with their places. Those of libtorch's refusals are not among them.
static PANICS: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What every training is made cheap with.
const CHEAP: [&str; 3] = ["train.epochs=1", "train.validate_every=1", "train.snapshots=[1]"];

/// Odd settings of jets: the settings, and the seeds.
const JETS: [(&[&str], usize); 12] = [
    (&["data.test=1"], 1),
    (&["data.test=2"], 1),
    (&["data.test=3"], 2),
    (&["data.test=17"], 1),
    (&["data.test=50"], 1),
    (&["data.test=1", "evaluate.replicas=2"], 1),
    (&["data.test=17", "evaluate.replicas=2"], 2),
    (&["data.training=51"], 1),
    (&["data.training=50", "data.validation=1"], 1),
    (&["data.training=51", "data.test=50"], 2),
    (&["model.latent=1"], 1),
    (&["data.test=3", "model.latent=1"], 1),
];

/// Odd settings of generated points.
const POINTS: [(&[&str], usize); 12] = [
    (&["evaluate.points=1"], 1),
    (&["evaluate.points=2"], 1),
    (&["evaluate.points=3"], 2),
    (&["evaluate.points=10"], 1),
    (&["evaluate.points=17"], 2),
    (&["evaluate.points=3", "evaluate.replicas=2"], 1),
    (&["evaluate.points=50", "evaluate.replicas=2"], 1),
    (&["data.training=300"], 1),
    (&["data.training=300", "data.validation=1"], 1),
    (&["data.training=129", "train.batch_size=128"], 2),
    (&["model.latent=1"], 1),
    (&["evaluate.points=10", "model.hidden=[1]"], 1),
];

/// Figures and settings that every run of the tests takes: quick ones, and those that once panicked.
const ALWAYS: [(&str, usize); 3] = [("jets/fig06", 4), ("topology/fig04", 0), ("topology/fig12", 2)];

fn settings(figure: &dyn Figure) -> &'static [(&'static [&'static str], usize)] {
    if figure.source() == "jets" { &JETS } else { &POINTS }
}

fn name(figure: &dyn Figure) -> String {
    format!("{}/{}", figure.source(), figure.id())
}

fn chosen(figure: &dyn Figure) -> Vec<usize> {
    let all = (0..settings(figure).len()).collect();
    match std::env::var("ODD_SETTINGS") {
        Ok(wanted) if wanted == "all" || wanted == name(figure) => all,
        Ok(_) => Vec::new(),
        Err(_) => ALWAYS.iter().filter(|(always, _)| *always == name(figure)).map(|(_, setting)| *setting).collect(),
    }
}

/// Draws `figure` at one setting; what is wrong with the outcome, if anything.
fn tried(figure: &dyn Figure, (set, seeds): (&[&str], usize), project: &Project) -> Option<String> {
    let set = CHEAP.iter().chain(set).map(|assignment| (*assignment).to_owned()).collect();
    let choices = Choices { tier: Tier::Smoke, set, seeds: Some(seeds), ..Choices::default() };
    let options = Options { choices, device: "cpu".into(), threads: 1, checkpoint_every: Duration::from_secs(3600) };
    let outcome = reproduce(figure, project, &options);
    let panics = std::mem::take(&mut *PANICS.lock().unwrap());
    if !panics.is_empty() {
        return Some(panics.join("; "));
    }
    match outcome {
        Ok(report) => wrong_files(&report.files),
        Err(error) if std::env::var("ODD_SETTINGS").is_ok() => {
            println!("{} {:?}: {error}", name(figure), options.choices.set);
            None
        }
        Err(_) => None,
    }
}

/// Whether the picture is missing or has a place that is no number.
fn wrong_files(files: &[PathBuf]) -> Option<String> {
    let text = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
    match files.iter().find(|file| file.ends_with("figure.svg")) {
        None => Some("no picture".to_owned()),
        Some(svg) if text(svg).is_empty() || text(svg).contains("NaN") => Some("a broken picture".to_owned()),
        Some(_) => None,
    }
}

#[test]
fn no_odd_setting_of_a_figure_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let said = panic.to_string();
        if !said.contains("Torch(\"") {
            PANICS.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(said);
        }
    }));
    let results = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let project = Project { root, results: results.path().to_path_buf() };
    let mut wrong = Vec::new();
    for figure in FIGURES {
        for setting in chosen(*figure) {
            let setting = settings(*figure)[setting];
            wrong
                .extend(tried(*figure, setting, &project).map(|what| format!("{} {setting:?}: {what}", name(*figure))));
        }
    }
    drop(std::panic::take_hook());
    assert!(wrong.is_empty(), "{} outcomes:\n{}", wrong.len(), wrong.join("\n"));
}
