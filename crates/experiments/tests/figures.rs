//! Each figure's program at tier smoke: what it leaves, what it reuses, and that its bytes are the command's alone.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use support::whole::assert_whole;
use support::{assert_same_files, files, reproducible, run_folders, smoke, smoke_with_threads, succeed};

/// What a figure is expected to leave at tier smoke.
struct Expected {
    program: &'static str,
    source: &'static str,
    id: &'static str,
    /// Tables and their columns.
    tables: &'static [(&'static str, &'static str)],
    /// Rows of the table `data`.
    rows: usize,
    runs: usize,
    claims: usize,
    /// Whether its claims need no training, so that even tier smoke decides them.
    decided: bool,
    /// A setting that changes nothing but the drawing.
    redraw: &'static str,
}

const TOPOLOGY_FIG04: Expected = Expected {
    program: support::TOPOLOGY_FIG04,
    source: "topology",
    id: "fig04",
    tables: &[
        ("data", "angle,first_seed,median,low,high"),
        ("around_tear", "degrees,loss_seed_0,loss_seed_1"),
        ("by_seed", "seed,largest,median,mean,tear_angle,tear_width_degrees"),
    ],
    rows: 720,
    runs: 1,
    claims: 3,
    decided: false,
    redraw: "draw.colours=[\"#009e73\"]",
};

const TOPOLOGY_FIG07: Expected = Expected {
    program: support::TOPOLOGY_FIG07,
    source: "topology",
    id: "fig07",
    tables: &[
        ("data", "x,y,loss"),
        ("by_radius", "r_low,r_high,mean_loss_first_seed,mean_loss_median_of_seeds,mean_loss_published"),
        ("by_seed", "seed,circle,inside,corners,centre,largest"),
    ],
    rows: 600,
    runs: 1,
    claims: 5,
    decided: false,
    redraw: "draw.colour_map=viridis",
};

const JETS_FIG03: Expected = Expected {
    program: support::JETS_FIG03,
    source: "jets",
    id: "fig03",
    tables: &[
        ("data", "class,x,y,fraction_of_pt"),
        ("active_pixels", "class,jets,mean,error,largest"),
        ("sample", "name,half_width"),
    ],
    rows: 2 * 40 * 40,
    runs: 0,
    claims: 3,
    decided: true,
    redraw: "draw.colour_map=inferno",
};

const JETS_FIG07: Expected = Expected {
    program: support::JETS_FIG07,
    source: "jets",
    id: "fig07",
    tables: &[
        (
            "data",
            "curve,signal_efficiency,median_background_rejection,lowest_background_rejection,\
             highest_background_rejection,median_significance_improvement,lowest_significance_improvement,\
             highest_significance_improvement",
        ),
        (
            "by_seed",
            "tagger,direction,seed,auc,auc_low_68_percent,auc_high_68_percent,rejection_at_0.2,rejection_error_at_0.2,\
             rejection_is_lower_limit_at_0.2,rejection_at_0.3,rejection_error_at_0.3,rejection_is_lower_limit_at_0.3,\
             rejection_at_0.5,rejection_error_at_0.5,rejection_is_lower_limit_at_0.5,background_jets,\
             validation_loss,pca_validation_loss",
        ),
        ("baselines", "tagger,direction,baseline,auc"),
        ("training", "tagger,direction,loss,seed,validation_loss,pca_validation_loss"),
        ("samples", "use,name"),
    ],
    rows: 2 * 200,
    runs: 2,
    claims: 3,
    decided: false,
    redraw: "draw.colours=[\"#009e73\", \"#56b4e9\"]",
};

const TALK_SLIDE03: Expected = Expected {
    program: support::TALK_SLIDE03,
    source: "talk",
    id: "slide03",
    tables: &[
        ("data", "epoch,lowest,median,highest"),
        ("axes", "feature,pca,seed_0,seed_1"),
        ("by_seed", "seed,loss,pca_loss,angle_degrees"),
    ],
    rows: 3,
    runs: 1,
    claims: 2,
    decided: false,
    redraw: "draw.colours=[\"#009e73\"]",
};

/// The three tests of one figure, in a module of its name.
macro_rules! tests_of {
    ($($figure:ident: $expected:expr;)*) => {$(
        mod $figure {
            #[test]
            fn leaves_its_picture_numbers_claims_and_origin() {
                super::leaves_everything(&$expected);
            }

            #[test]
            fn trains_nothing_again_and_evaluates_nothing_for_a_new_drawing() {
                super::reuses(&$expected);
            }

            #[test]
            fn has_the_same_bytes_in_another_folder_with_another_number_of_threads() {
                super::same_bytes(&$expected);
            }
        }
    )*};
}

tests_of! {
    topology_fig04: super::TOPOLOGY_FIG04;
    topology_fig07: super::TOPOLOGY_FIG07;
    jets_fig03: super::JETS_FIG03;
    jets_fig07: super::JETS_FIG07;
    talk_slide03: super::TALK_SLIDE03;
}

impl Expected {
    fn folder(&self, results: &Path) -> PathBuf {
        results.join("figures").join(self.source).join(self.id)
    }

    fn read(&self, results: &Path, name: &str) -> Vec<u8> {
        std::fs::read(self.folder(results).join(name)).unwrap()
    }

    fn json(&self, results: &Path, name: &str) -> Value {
        serde_json::from_slice(&self.read(results, name)).unwrap()
    }
}

fn leaves_everything(figure: &Expected) {
    let results = tempfile::tempdir().unwrap();
    let results = results.path();
    let outcome = succeed(&mut smoke(figure.program, results));
    assert_eq!(outcome.stderr, "");
    assert_whole(&files(results));
    let written: Vec<PathBuf> = outcome.stdout.lines().map(|line| PathBuf::from(line.trim())).collect();
    for name in ["figure.svg", "figure.pdf", "figure.png", "claims.json", "data.csv"] {
        assert!(written.contains(&figure.folder(results).join(name)), "{name} is not announced:\n{}", outcome.stdout);
    }
    check_pictures(figure, results);
    check_tables(figure, results);
    check_claims(figure, results, &outcome.stdout);
    check_evaluation(figure, results);
    let runs = run_folders(results);
    assert_eq!(runs.len(), figure.runs);
    runs.iter().for_each(|run| check_run(run));
}

fn check_pictures(figure: &Expected, results: &Path) {
    let png = resvg::tiny_skia::Pixmap::decode_png(&figure.read(results, "figure.png")).unwrap();
    assert!(png.width() > 500 && png.height() > 500, "{} x {}", png.width(), png.height());
    let colours: std::collections::BTreeSet<_> = png.pixels().iter().map(|p| (p.red(), p.green(), p.blue())).collect();
    assert!(colours.len() > 20, "{} colours", colours.len());
    assert!(figure.read(results, "figure.pdf").len() > 10_000);
    let svg = String::from_utf8(figure.read(results, "figure.svg")).unwrap();
    assert!(svg.matches("<path").count() > 50);
    assert!(!svg.contains("<text"), "a text that needs a font of the reader's machine");
    assert!(is_marked(&svg), "tier smoke is not marked as such");
}

/// Whether there is a word across the page: the only thing that is drawn this translucent.
fn is_marked(svg: &str) -> bool {
    svg.contains("opacity=\"0.25\"")
}

fn check_tables(figure: &Expected, results: &Path) {
    for (table, columns) in figure.tables {
        let csv = String::from_utf8(figure.read(results, &format!("{table}.csv"))).unwrap();
        assert_eq!(csv.lines().next().unwrap(), *columns, "{table}.csv");
        assert!(figure.folder(results).join(format!("{table}.parquet")).exists());
    }
    let csv = String::from_utf8(figure.read(results, "data.csv")).unwrap();
    let names: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    let rows: Vec<Vec<&str>> = csv.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), figure.rows);
    // A significance improvement over fewer than ten background jets is left out.
    let always = |name: &str| !name.contains("improvement");
    let cells = rows.iter().flat_map(|row| names.iter().zip(row)).filter(|(name, _)| always(name));
    let numbers = cells.filter_map(|(_, cell)| cell.parse::<f64>().ok());
    assert!(numbers.clone().all(f64::is_finite));
    assert!(numbers.count() >= 3 * figure.rows);
}

fn check_claims(figure: &Expected, results: &Path, stdout: &str) {
    let record = figure.json(results, "claims.json");
    assert_eq!(record["figure"], format!("{}/{}", figure.source, figure.id));
    assert_eq!(record["tier"], "smoke");
    let claims = record["claims"].as_array().unwrap();
    assert_eq!(claims.len(), figure.claims);
    for claim in claims {
        for key in ["statement", "value", "bar"] {
            let text = claim[key].as_str().unwrap();
            assert!(!text.is_empty() && stdout.contains(text), "{key} of {claim}");
        }
        let decided = claim["verdict"] == "holds" || claim["verdict"] == "fails";
        assert_eq!(decided, figure.decided, "{claim}");
        assert_eq!(claim["reason"].is_string(), !figure.decided, "{claim}");
    }
}

fn check_evaluation(figure: &Expected, results: &Path) {
    let record = figure.json(results, "evaluation.json");
    let names: Vec<&str> = figure.tables.iter().map(|(name, _)| *name).collect();
    assert_eq!(record["tables"], serde_json::json!(names));
    let provenance = &record["provenance"];
    check_origin(provenance);
    assert_eq!(record["key"], hash(&provenance["configuration"]));
    let runs: Vec<String> = run_folders(results).iter().map(|run| name_of(run)).collect();
    let mut used: Vec<String> = serde_json::from_value(provenance["configuration"]["runs"].clone()).unwrap();
    used.sort();
    assert_eq!(used, runs);
}

/// A run says what it was made of, and its folder's name is the hash of that.
fn check_run(run: &Path) {
    let provenance: Value = serde_json::from_slice(&std::fs::read(run.join("provenance.json")).unwrap()).unwrap();
    check_origin(&provenance);
    let configuration = &provenance["configuration"];
    assert_eq!(name_of(run), hash(configuration));
    let config: toml::Table = std::fs::read_to_string(run.join("config.toml")).unwrap().parse().unwrap();
    assert_eq!(&serde_json::to_value(config).unwrap(), configuration);
    let epochs = configuration["train"]["epochs"].as_u64().unwrap();
    let members = configuration["seeds"].as_array().unwrap().len();
    let rows = std::fs::read_to_string(run.join("metrics.jsonl")).unwrap();
    let rows: Vec<Value> = rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    let logged: Vec<u64> = rows.iter().map(|row| row["epoch"].as_u64().unwrap()).collect();
    assert_eq!(logged, (1..=epochs).collect::<Vec<_>>());
    assert!(rows.iter().all(|row| row["training_loss"].as_array().unwrap().len() == members));
}

fn check_origin(provenance: &Value) {
    assert_eq!((&provenance["device"], &provenance["threads"]), (&Value::from("cpu"), &Value::from(1)));
    for part in ["program", "libtorch", "target"] {
        assert!(provenance["versions"][part].as_str().is_some_and(|version| !version.is_empty()), "{part}");
    }
    let commit = provenance["commit"].as_str().unwrap();
    let digits = commit.strip_suffix("-modified").unwrap_or(commit);
    let is_hash = digits.len() == 40 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert!(is_hash || commit == "unknown", "{commit}");
}

fn name_of(folder: &Path) -> String {
    folder.file_name().unwrap().to_str().unwrap().to_owned()
}

/// The first 16 hexadecimal digits of the SHA-256 of a value's text.
fn hash(value: &Value) -> String {
    Sha256::digest(value.to_string()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// When each file of `folder` was last written.
fn times(folder: &Path) -> BTreeMap<String, SystemTime> {
    let time = |name: &String| std::fs::metadata(folder.join(name)).unwrap().modified().unwrap();
    files(folder).keys().map(|name| (name.clone(), time(name))).collect()
}

/// Times of the runs, of the cache and of the figure's tables.
fn times_of_work(figure: &Expected, results: &Path) -> [BTreeMap<String, SystemTime>; 3] {
    let mut tables = times(&figure.folder(results));
    tables.retain(|name, _| {
        name == "evaluation.json" || figure.tables.iter().any(|(table, _)| name.starts_with(&format!("{table}.")))
    });
    assert_eq!(tables.len(), 2 * figure.tables.len() + 1);
    [times(&results.join("runs")), times(&results.join("cache")), tables]
}

fn reuses(figure: &Expected) {
    let results = tempfile::tempdir().unwrap();
    let results = results.path();
    succeed(&mut smoke(figure.program, results));
    let (before, work) = (files(results), times_of_work(figure, results));
    succeed(&mut smoke(figure.program, results));
    assert_eq!(times_of_work(figure, results), work, "work was done again");
    assert_same_files(&files(results), &before);
    succeed(smoke(figure.program, results).args(["--set", figure.redraw]));
    assert_eq!(times_of_work(figure, results), work, "work was done for a new drawing");
    let picture = format!("figures/{}/{}/figure.png", figure.source, figure.id);
    assert!(files(results)[&picture] != before[&picture], "the drawing is the old one");
}

fn same_bytes(figure: &Expected) {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    succeed(&mut smoke(figure.program, one.path()));
    succeed(&mut smoke_with_threads(2, figure.program, other.path()));
    assert_same_files(&reproducible(other.path()), &reproducible(one.path()));
}

#[test]
fn only_tier_smoke_is_marked_as_a_trial() {
    let results = tempfile::tempdir().unwrap();
    succeed(&mut smoke(support::TALK_SLIDE03, results.path()));
    let runs = run_folders(results.path());
    // The same runs at tier cpu, and too few seeds for its claims.
    let mut command = std::process::Command::new(support::TALK_SLIDE03);
    command.args(["--tier", "cpu", "--seeds", "2", "--set", "train.epochs=3", "--project"]).arg(support::project());
    succeed(command.arg("--results").arg(results.path()));
    assert_eq!(run_folders(results.path()), runs);
    let svg = String::from_utf8(TALK_SLIDE03.read(results.path(), "figure.svg")).unwrap();
    assert!(!is_marked(&svg));
    for claim in TALK_SLIDE03.json(results.path(), "claims.json")["claims"].as_array().unwrap() {
        assert_eq!(claim["reason"], "2 seeds, at least 3 are needed");
    }
}
