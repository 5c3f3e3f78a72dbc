//! Every figure at tier smoke, from nothing: it leaves pictures, numbers and claims, and a second time does no work.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use experiments::figure::FIGURES;
use serde_json::Value;
use support::whole::assert_whole;
use support::{assert_same_files, files, lab, succeed};

/// A test for each figure, and the list of all of them.
macro_rules! figures {
    ($($test:ident: $source:literal $id:literal;)*) => {
        $(#[test]
        fn $test() {
            check($source, $id);
        })*

        #[test]
        fn no_figure_is_left_out() {
            let tested: Vec<(&str, &str)> = vec![$(($source, $id)),*];
            let all: Vec<(&str, &str)> = FIGURES.iter().map(|figure| (figure.source(), figure.id())).collect();
            assert_eq!(tested, all);
        }
    };
}

figures! {
    topology_fig01: "topology" "fig01";
    topology_fig02: "topology" "fig02";
    topology_fig03: "topology" "fig03";
    topology_fig04: "topology" "fig04";
    topology_fig05: "topology" "fig05";
    topology_fig06: "topology" "fig06";
    topology_fig07: "topology" "fig07";
    topology_fig08: "topology" "fig08";
    topology_fig09: "topology" "fig09";
    topology_fig10: "topology" "fig10";
    topology_fig11: "topology" "fig11";
    topology_fig12: "topology" "fig12";
    topology_fig13: "topology" "fig13";
    topology_fig14: "topology" "fig14";
    topology_fig15: "topology" "fig15";
    topology_fig16: "topology" "fig16";
    topology_fig17: "topology" "fig17";
    topology_fig18: "topology" "fig18";
    topology_fig19: "topology" "fig19";
    topology_fig20: "topology" "fig20";
    topology_fig21: "topology" "fig21";
    topology_fig22: "topology" "fig22";
    topology_fig23: "topology" "fig23";
    topology_fig24: "topology" "fig24";
    topology_fig25: "topology" "fig25";
    topology_fig26: "topology" "fig26";
    topology_start: "topology" "start";
    jets_fig01: "jets" "fig01";
    jets_fig02: "jets" "fig02";
    jets_fig03: "jets" "fig03";
    jets_fig04: "jets" "fig04";
    jets_fig05: "jets" "fig05";
    jets_fig06: "jets" "fig06";
    jets_fig07: "jets" "fig07";
    jets_fig08: "jets" "fig08";
    jets_fig09: "jets" "fig09";
    jets_fig10: "jets" "fig10";
    jets_fig11: "jets" "fig11";
    jets_fig12: "jets" "fig12";
    jets_fig13: "jets" "fig13";
    jets_fig14: "jets" "fig14";
    jets_fig15: "jets" "fig15";
    jets_fig16: "jets" "fig16";
    jets_fig17: "jets" "fig17";
    jets_fig18: "jets" "fig18";
    jets_fig19: "jets" "fig19";
    jets_fig20: "jets" "fig20";
    jets_start: "jets" "start";
    jets_schedule: "jets" "schedule";
    talk_slide03: "talk" "slide03";
}

fn check(source: &str, id: &str) {
    let results = tempfile::tempdir().unwrap();
    let results = results.path();
    let figure = format!("{source}/{id}");
    let command = || lab(&["reproduce", &figure, "--tier", "smoke", "--threads", "1"], results);
    let outcome = succeed(&mut command());
    assert_eq!(outcome.stderr, "");
    let before = files(results);
    assert_whole(&before);
    let folder = results.join("figures").join(source).join(id);
    let announced: Vec<PathBuf> = outcome.stdout.lines().map(|line| PathBuf::from(line.trim())).collect();
    for name in ["figure.svg", "figure.pdf", "figure.png", "claims.json", "data.csv"] {
        assert!(announced.contains(&folder.join(name)), "{name} is not announced:\n{}", outcome.stdout);
    }
    check_claims(&folder, &figure);
    check_data(&folder);
    let written = times(results);
    succeed(&mut command());
    assert_same_files(&files(results), &before);
    let again: Vec<String> =
        times(results).into_iter().filter(|(name, time)| written[name] != *time).map(|(name, _)| name).collect();
    let drawn = |name: &String| {
        ["figure.svg", "figure.pdf", "figure.png", "claims.json", "lock"].iter().any(|end| name.ends_with(end))
    };
    assert!(again.iter().all(drawn), "done again: {again:?}");
}

/// Every claim says why it is made, and what was measured against which bar.
fn check_claims(folder: &Path, figure: &str) {
    let record: Value = serde_json::from_slice(&std::fs::read(folder.join("claims.json")).unwrap()).unwrap();
    assert_eq!((&record["figure"], &record["tier"]), (&Value::from(figure), &Value::from("smoke")));
    for claim in record["claims"].as_array().unwrap() {
        for key in ["origin", "ground", "statement", "value", "bar", "verdict"] {
            assert!(claim[key].as_str().is_some_and(|text| !text.is_empty()), "{key} of {claim}");
        }
    }
}

/// The plotted numbers have a name for every column, as many cells in every row, and at least one number in each.
fn check_data(folder: &Path) {
    let csv = std::fs::read_to_string(folder.join("data.csv")).unwrap();
    let mut lines = csv.lines().map(cells);
    let names = lines.next().unwrap();
    assert!(names.iter().all(|name| !name.is_empty()), "{names:?}");
    let mut rows = 0;
    for row in lines {
        rows += 1;
        assert_eq!(row.len(), names.len(), "row {rows}");
        assert!(row.iter().any(|cell| cell.parse::<f64>().is_ok_and(f64::is_finite)), "row {rows}: {row:?}");
    }
    assert!(rows > 0, "no rows");
}

/// The cells of a row; a comma within quotes is part of a text.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            other => cells.last_mut().unwrap().push(other),
        }
    }
    cells
}

fn times(folder: &Path) -> BTreeMap<String, std::time::SystemTime> {
    let time = |name: &String| std::fs::metadata(folder.join(name)).unwrap().modified().unwrap();
    files(folder).keys().map(|name| (name.clone(), time(name))).collect()
}
