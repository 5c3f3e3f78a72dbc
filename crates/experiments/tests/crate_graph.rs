//! The invariants of the crates that can be read off their sources.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use support::project;
use toml::{Table, Value};

/// Every crate of the workspace with the packages that it depends on, by their own names.
fn graph() -> BTreeMap<String, BTreeSet<String>> {
    let root = manifest(&project());
    let shared = root["workspace"]["dependencies"].as_table().unwrap();
    let crates = std::fs::read_dir(project().join("crates")).unwrap().map(|entry| manifest(&entry.unwrap().path()));
    crates
        .map(|manifest| (manifest["package"]["name"].as_str().unwrap().to_owned(), packages(&manifest, shared)))
        .collect()
}

fn manifest(folder: &Path) -> Table {
    std::fs::read_to_string(folder.join("Cargo.toml")).unwrap().parse().unwrap()
}

/// Dependencies of every kind, under conditions too.
fn packages(manifest: &Table, shared: &Table) -> BTreeSet<String> {
    let targets = manifest.get("target").and_then(Value::as_table).into_iter().flatten();
    let conditional = targets.filter_map(|(_, target)| target.as_table());
    let sections = std::iter::once(manifest)
        .chain(conditional)
        .flat_map(|table| ["dependencies", "dev-dependencies", "build-dependencies"].map(|section| table.get(section)));
    let dependencies = sections.flatten().flat_map(|section| section.as_table().unwrap());
    dependencies
        .map(|(name, here)| renamed(here).or_else(|| renamed(shared.get(name)?)).unwrap_or(name.clone()))
        .collect()
}

/// The package that a dependency means, if it goes by another name.
fn renamed(dependency: &Value) -> Option<String> {
    dependency.get("package")?.as_str().map(str::to_owned)
}

/// Everything of the workspace that `start` depends on in the end, and `start`.
fn reached(graph: &BTreeMap<String, BTreeSet<String>>, start: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::from([start.to_owned()]);
    let mut next = vec![start.to_owned()];
    while let Some(name) = next.pop() {
        let inside = graph[&name].iter().filter(|package| graph.contains_key(*package));
        let new: Vec<String> = inside.filter(|package| reached.insert((*package).clone())).cloned().collect();
        next.extend(new);
    }
    reached
}

/// The crates that name `package` among their dependencies.
fn users_of(graph: &BTreeMap<String, BTreeSet<String>>, package: &str) -> Vec<String> {
    graph.iter().filter(|(_, packages)| packages.contains(package)).map(|(name, _)| name.clone()).collect()
}

#[test]
fn datasets_metrics_and_models_do_not_know_each_other_or_the_experiments() {
    let graph = graph();
    let apart = ["datasets", "metrics", "models"];
    for name in apart {
        let reached = reached(&graph, name);
        assert!(!reached.contains("experiments"), "{name} depends on experiments");
        for other in apart.iter().filter(|other| **other != name) {
            assert!(!reached.contains(*other), "{name} depends on {other}");
        }
    }
}

#[test]
fn only_models_and_experiments_know_libtorch_and_only_experiments_the_tables_and_drawings() {
    let graph = graph();
    let who = |package: &str| users_of(&graph, package);
    assert_eq!(who("tch"), ["experiments", "models"]);
    for package in ["polars", "plotters", "clap", "resvg", "toml"] {
        assert_eq!(who(package), ["experiments"], "{package}");
    }
    assert_eq!(who("hdf5-metno"), ["datasets", "experiments"]);
    assert_eq!(who("hdf5"), [""; 0], "the fork goes by its own name");
}

#[test]
fn every_random_number_comes_from_the_one_crate() {
    assert_eq!(users_of(&graph(), "rand_chacha"), ["random"]);
    // `rand` has the traits that draw from a generator; these make numbers without a seed.
    let unseeded = ["thread_rng", "rand::rng()", "from_os_rng", "from_entropy", "Tensor::rand", "manual_seed"];
    for (path, text) in sources(&project().join("crates")) {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let is_program = path.components().any(|part| part.as_os_str() == "src");
        let found = unseeded.iter().find(|source| is_program && code.contains(**source));
        assert_eq!(found, None, "in {}", path.display());
    }
}

/// Every Rust source below `folder` but this file's, which names what is forbidden.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests/crate_graph.rs") {
            found.push((path.clone(), std::fs::read_to_string(&path).unwrap()));
        }
    }
    found
}

/// Whether a line of code, not of comment, has `word` as a whole name.
fn uses(text: &str, word: &str) -> bool {
    let code = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    code.flat_map(|line| line.split(move |c: char| !is_name(c))).any(|name| name == word)
}

/// The sources of experiments that use one of `words`, from `src`.
fn users(words: &[&str]) -> Vec<String> {
    let folder = project().join("crates/experiments/src");
    let using = |(_, text): &(PathBuf, String)| words.iter().any(|word| uses(text, word));
    let name = |(path, _): (PathBuf, String)| path.strip_prefix(&folder).unwrap().display().to_string();
    sources(&folder).into_iter().filter(using).map(name).collect()
}

#[test]
fn a_renamed_or_conditional_dependency_and_a_name_in_code_alone_are_seen() {
    let shared: Table = "hdf5 = { package = \"hdf5-metno\" }".parse().unwrap();
    let manifest = "[dependencies]\nhdf5.workspace = true\n[build-dependencies]\ncc = \"1\"\n\
        [target.'cfg(unix)'.dependencies]\ntorch = { package = \"tch\", version = \"1\" }";
    let found = packages(&manifest.parse().unwrap(), &shared);
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["cc", "hdf5-metno", "tch"]);
    assert!(uses("use polars::prelude::DataFrame;", "polars"));
    assert!(!uses("let polarsish = 1; // polars", "polars"));
}

#[test]
fn polars_stays_in_one_module() {
    assert_eq!(users(&["polars"]), ["tables.rs"]);
}

#[test]
fn plotters_stays_in_the_drawing() {
    let users = users(&["plotters", "resvg", "usvg", "svg2pdf"]);
    assert!(!users.is_empty());
    assert!(users.iter().all(|name| name.starts_with("plot/")), "{users:?}");
}

#[test]
fn the_drawing_knows_no_tensor_no_network_and_nothing_else_of_the_experiments() {
    let users = users(&["tch", "models", "datasets", "Tensor"]);
    assert!(users.contains(&"samples.rs".to_owned()));
    assert!(users.iter().all(|name| !name.starts_with("plot/")), "{users:?}");
    for (path, text) in sources(&project().join("crates/experiments/src/plot")) {
        let paths = text.match_indices("crate::").map(|(at, word)| &text[at + word.len()..]);
        // Rust keeps the drawing's own macro at the root of the crate.
        let own = |path: &&str| path.starts_with("plot") || path.starts_with("label!");
        let outside = paths.filter(|path| !own(path)).map(|path| path.lines().next()).next();
        assert_eq!(outside, None, "{} knows more than the drawing", path.display());
    }
}

#[test]
fn each_figure_has_its_own_program_and_its_experiment_file() {
    let programs = project().join("crates/experiments/src/bin");
    let mut figures: Vec<String> = Vec::new();
    for source in ["jets", "talk", "topology"] {
        for entry in std::fs::read_dir(project().join("experiments").join(source)).unwrap() {
            let file = entry.unwrap().file_name().into_string().unwrap();
            let name = file.strip_suffix(".toml").unwrap();
            figures.extend((name != "base").then(|| format!("{source}_{name}.rs")));
        }
    }
    figures.push("lab.rs".to_owned());
    figures.sort();
    let mut found: Vec<String> =
        std::fs::read_dir(programs).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    found.sort();
    assert_eq!(found, figures);
}
