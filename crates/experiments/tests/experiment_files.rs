//! Experiment files and `--set` as anybody might write them: an experiment, or an error that says what is wrong and where.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::path::Path;

use experiments::config::{Choices, resolve};
use experiments::figure::{FIGURES, Figure, find, prepare};
use experiments::run::TrainingSource;
use experiments::{Error, Project, Tier};
use proptest::collection::vec;
use proptest::prelude::*;

/// A project of its own that holds a copy of the experiment files.
fn copied_project() -> (tempfile::TempDir, Project) {
    let copy = tempfile::tempdir().unwrap();
    support::copy_folder(&support::project().join("experiments"), &copy.path().join("experiments"));
    let project = Project::find(Some(copy.path()), None).unwrap();
    (copy, project)
}

/// A project with the files of one figure alone.
fn project_of(figure: &dyn Figure) -> (tempfile::TempDir, Project) {
    let folder = tempfile::tempdir().unwrap();
    let [from, to] =
        [support::project(), folder.path().to_path_buf()].map(|root| Project { results: root.clone(), root });
    for name in ["base", figure.id()] {
        let path = to.experiment(figure.source(), name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::copy(from.experiment(figure.source(), name), path).unwrap();
    }
    (folder, to)
}

fn choices(tier: Tier, set: &[&str]) -> Choices {
    Choices { tier, set: set.iter().map(|&text| text.to_owned()).collect(), ..Choices::default() }
}

fn figure(name: &str) -> &'static dyn Figure {
    find(name, &Project::find(Some(&support::project()), None).unwrap()).unwrap()[0]
}

/// What preparing a figure says, with its file and the settings replaced.
fn message(name: &str, text: Option<&str>, set: &[&str]) -> String {
    let (_copy, project) = copied_project();
    let figure = figure(name);
    if let Some(text) = text {
        std::fs::write(project.experiment(figure.source(), figure.id()), text).unwrap();
    }
    prepare(figure, &project, &choices(Tier::Cpu, set)).unwrap_err().to_string()
}

#[test]
fn the_shipped_files_pass_at_every_tier_and_set_nothing_that_their_figure_does_not_use() {
    let project = Project::find(Some(&support::project()), None).unwrap();
    for figure in FIGURES {
        for tier in [Tier::Smoke, Tier::Cpu, Tier::Paper] {
            let prepared = prepare(*figure, &project, &Choices { gpu: true, ..choices(tier, &[]) });
            let name = format!("{}/{} at tier {}", figure.source(), figure.id(), tier.name());
            prepared.map(drop).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

#[test]
fn a_value_out_of_its_range_names_the_place_of_the_layer_that_took_effect() {
    let own = "title = \"t\"\n[model]\nlatent = 2\n[evaluate]\npoints = 0\n";
    let tier = "title = \"t\"\n[evaluate]\npoints = 5\n[model]\nlatent = 2\n[tier.cpu.evaluate]\npoints = 0\n";
    let variant = "title = \"t\"\n[evaluate]\npoints = 5\n[[variant]]\nname = \"a\"\nmodel.latent = 2\n[[variant]]\n\
        name = \"b\"\nmodel.latent = 0\n";
    let sweep = "title = \"t\"\n[evaluate]\npoints = 5\n[sweep]\n\"model.latent\" = [2, 0]\n";
    let cases: [(&str, &[&str], &[&str]); 6] = [
        (own, &[], &["topology/fig07.toml, line 5: `evaluate.points` is 0"]),
        (tier, &[], &["topology/fig07.toml, line 7: `evaluate.points` is 0"]),
        (variant, &[], &["topology/fig07.toml, line 9: `model.latent` is 0", "(in the variant `b`)"]),
        (sweep, &[], &["topology/fig07.toml, line 5: `model.latent` is 0", "(in the variant `model.latent = 0`)"]),
        (own, &["evaluate.points=-0"], &["--set evaluate.points=-0: `evaluate.points` is 0"]),
        (own, &["evaluate.points=5", "data.validation=0"], &["--set data.validation=0: `data.validation` is 0"]),
    ];
    for (text, set, parts) in cases {
        let message = message("topology/fig07", Some(text), set);
        for part in parts {
            assert!(message.contains(part), "`{part}` is not in {message}");
        }
    }
}

#[test]
fn a_value_of_the_base_file_the_seeds_and_a_missing_key_have_their_place_too() {
    let (_copy, project) = copied_project();
    let base = project.experiment("topology", "base");
    let text = std::fs::read_to_string(&base).unwrap();
    std::fs::write(&base, text.replace("batch_size = 128", "batch_size = 0")).unwrap();
    let prepared = |choices: &Choices| prepare(figure("topology/fig07"), &project, choices).unwrap_err().to_string();
    let line = 1 + text.lines().position(|line| line.starts_with("batch_size")).unwrap();
    let message = prepared(&Choices::default());
    assert!(message.contains(&format!("topology/base.toml, line {line}: `train.batch_size` is 0")), "{message}");
    std::fs::write(&base, text.replace("batch_size = 128", "")).unwrap();
    let message = prepared(&Choices::default());
    assert!(
        message.contains("fig07.toml and ") && message.contains("base.toml: `train.batch_size` is missing"),
        "{message}"
    );
    std::fs::write(&base, text).unwrap();
    let message = prepared(&Choices { seeds: Some(0), ..Choices::default() });
    assert!(message.starts_with("--seeds 0: `seeds` is 0: give a whole number from 1 to 100000"), "{message}");
}

#[test]
fn a_setting_of_which_a_figure_is_not_true_has_its_place() {
    let message = message("topology/fig07", None, &["model.latent=1"]);
    assert!(message.starts_with("--set model.latent=1: `model.latent` is 1"), "{message}");
    let (_copy, project) = copied_project();
    let path = project.experiment("topology", "fig17");
    let text = std::fs::read_to_string(&path).unwrap().replace("power = 1.0", "power = 2.0");
    std::fs::write(&path, &text).unwrap();
    let line = 1 + text.lines().position(|line| line.starts_with("power")).unwrap();
    let message = prepare(figure("topology/fig17"), &project, &Choices::default()).unwrap_err().to_string();
    assert!(message.contains(&format!("fig17.toml, line {line}: `data.power` is 2")), "{message}");
}

#[test]
fn sizes_that_cannot_be_counted_with_or_cannot_fit_are_refused_before_anything_is_made() {
    let cases: [(&str, &str, &str); 24] = [
        ("topology/fig07", "seeds=9223372036854775807", "from 1 to 100000"),
        ("topology/fig07", "data.training=1000000000000000000", "from 1 to 1000000000"),
        ("topology/fig07", "data.validation=9223372036854775807", "from 1 to 1000000000"),
        ("topology/fig07", "evaluate.points=1000000000000000", "from 1 to 10000000"),
        ("topology/fig14", "evaluate.points=1000000", "from 1 to 3000"),
        ("topology/fig08", "evaluate.points=1000000", "from 1 to 10000"),
        ("topology/fig25", "evaluate.replicas=1000000000000", "from 2 to 1000000"),
        ("topology/fig07", "model.hidden=[65536, 65536, 65536, 65536, 65536, 65536, 65536, 65536]", "GB of memory"),
        ("topology/fig07", "model.hidden=[65537]", "from 1 to 65536"),
        ("topology/fig07", "model.heads=[\"S65536\", \"RP2\"]", "at most 65536 dimensions"),
        ("topology/fig07", "train.epochs=9223372036854775807", "from 1 to 10000000"),
        ("topology/fig07", "train.patience=9223372036854775807", "from 1 to 10000000"),
        ("topology/fig07", "train.validate_every=9223372036854775807", "from 1 to 10000000"),
        ("topology/fig07", "train.batch_size=9223372036854775807", "fewer than one minibatch"),
        ("topology/fig07", "train.batch_size=-9223372036854775808", "from 1 to"),
        ("topology/fig10", "data.dimension=9223372036854775807", "from 1 to 1000"),
        ("topology/fig20", "data.particles=9223372036854775807", "from 2 to 100"),
        ("topology/fig20", "data.masses=[0.1]", "give one of the two"),
        ("talk/slide03", "data.standard_deviations=[]", "at least one"),
        ("jets/fig07", "data.test=9223372036854775807", "from 1 to 1000000000"),
        ("jets/fig07", "model.kernel=9223372036854775807", "from 1 to 20"),
        ("jets/fig13", "train.kernel.cutoff=9223372036854775807", "from 0 to 19"),
        ("jets/fig12", "evaluate.widths=[1e-300]", "from 0.01 to 1000"),
        ("jets/fig12", "evaluate.jet=9223372036854775807", "from 0 to 1000000000"),
    ];
    for (name, set, part) in cases {
        let message = message(name, None, &[set]);
        assert!(message.contains(part), "{name} with {set}: `{part}` is not in {message}");
    }
    let many = format!("model.hidden={:?}", [8; 101]);
    assert!(message("topology/fig07", None, &[&many]).contains("at most 100 values"));
    let runs = message("topology/fig06", None, &["seeds=100000"]);
    assert!(runs.contains("with 21 variants these are 131250 runs"), "{runs}");
}

#[test]
fn a_data_set_that_cannot_be_drawn_is_refused_before_anything_is_trained() {
    let cases: [(&str, &str, &str); 9] = [
        ("topology/fig24", "data.excluded_band=[0.3, 0.2]", "the smaller one first"),
        ("topology/fig24", "data.excluded_band=[0.0, 1.0]", "--set data.excluded_band=[0.0, 1.0]"),
        ("topology/fig24", "data.mass=1.0", "`data.mass` is 1: give a number from 0.000001 to 0.999999"),
        ("topology/fig24", "data.mass=1e-200", "from 0.000000001 to"),
        ("topology/fig24", "data.width=1e300", "from 0.000000001 to"),
        ("topology/fig14", "data.major=1e308", "from 0.000000001 to"),
        ("jets/fig07", "data.image_sum=1e308", "from 0.000000001 to"),
        ("jets/fig07", "data.test_file=", "`data.test_file` is \"\": give the path of a file"),
        ("jets/fig07", "data.train_file=\"a\\u0000b\"", "give the path of a file"),
    ];
    for (name, set, part) in cases {
        let message = message(name, None, &[set]);
        assert!(message.contains(part), "{name} with {set}: `{part}` is not in {message}");
    }
}

#[test]
fn a_setting_that_a_figure_does_not_use_is_refused_where_it_is_its_own() {
    let cases: [(&str, &str, &str); 12] = [
        ("topology/fig07", "evaluate.replicas=20", "but `evaluate.points`, `draw.colour_map`: remove it"),
        ("topology/fig07", "draw.colours=[\"#000000\"]", "`draw.colours` is set: this figure does not use it"),
        ("topology/fig20", "evaluate.points=20", "`evaluate.points` is set: this figure does not use it"),
        ("jets/fig05", "evaluate.reference=x.h5", "`evaluate.reference` is set: this figure does not use it"),
        ("jets/fig03", "seeds=2", "`seeds` is set: this figure does not use it"),
        ("jets/fig03", "train.epochs=9", "`train.epochs` is set: this figure does not use it"),
        ("jets/fig03", "data.brightest=20", "`data.brightest` is set: this figure does not use it"),
        ("jets/fig07", "train.kernel.sigma=3.0", "only `train.loss = \"kernel_mean_squared\"` has a kernel"),
        ("jets/fig07", "train.active_weight=3.0", "only `train.loss = \"weighted_mean_squared\"`"),
        ("topology/fig07", "sweep.x=[1]", "--set sweep.x=[1]: a sweep is listed in the experiment's file"),
        ("topology/fig07", "variant=[]", "variants are listed in the experiment's file"),
        ("topology/fig07", "data.kind=\"circle\"\n[train]\nepochs=3", "line break"),
    ];
    for (name, set, part) in cases {
        let message = message(name, None, &[set]);
        assert!(message.contains(part), "{name} with {set}: `{part}` is not in {message}");
    }
    let own = std::fs::read_to_string(support::project().join("experiments/topology/fig07.toml")).unwrap();
    let with = |more: &str| message("topology/fig07", Some(&format!("{own}{more}")), &[]);
    assert!(
        with("replicas = 20\n").contains(&format!("fig07.toml, line {}: `evaluate.replicas`", 1 + own.lines().count()))
    );
    assert!(with("[tier.paper.evaluate]\njet = 1\n").contains("`evaluate.jet` is set"));
    assert!(with("[tier.cpu.evaluate]\njet = 1\n").contains("`evaluate.jet` is set"));
    assert!(with("[tier.paper.evaluate]\njet = 1\n").contains("`evaluate.jet` is set"));
    assert!(with("[tier.cpu.tier.smoke]\nseeds = 1\n").contains("`tier.cpu.tier` is set: a tier has no tiers"));
    assert!(with("[sweep]\n\"evaluate.points\" = [1, 2]\n").contains("sweep keys of `data`, `model` or `train`"));
}

#[test]
fn what_all_figures_of_a_source_share_may_be_of_no_use_to_one() {
    let project = Project::find(Some(&support::project()), None).unwrap();
    let experiment = resolve(&project, "jets", "fig05", &Choices::default()).unwrap();
    assert!(experiment.evaluate.reference.is_some());
    assert!(prepare(figure("jets/fig05"), &project, &Choices::default()).is_ok());
}

#[cfg(unix)]
#[test]
fn a_folder_whose_name_is_not_utf_8_is_refused_where_jets_are_read_from_it() {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join(std::ffi::OsStr::from_bytes(b"p\xff"));
    support::copy_folder(&support::project().join("experiments"), &root.join("experiments"));
    let project = Project::find(Some(&root), None).unwrap();
    assert!(prepare(figure("topology/fig07"), &project, &Choices::default()).is_ok());
    let message = prepare(figure("jets/fig03"), &project, &Choices::default()).unwrap_err().to_string();
    assert!(message.contains("`--project` is") && message.contains("rename the folder"), "{message}");
}

/// Replaces the figure's file by these bytes, or something else, and gives the error.
fn refused(change: impl FnOnce(&Path)) -> Error {
    let (_copy, project) = copied_project();
    let path = project.experiment("topology", "fig07");
    std::fs::remove_file(&path).unwrap();
    change(&path);
    resolve(&project, "topology", "fig07", &Choices::default()).unwrap_err()
}

#[test]
fn what_is_no_short_text_is_refused_with_a_remedy() {
    let message = |bytes: &[u8]| refused(|path| std::fs::write(path, bytes).unwrap()).to_string();
    assert!(refused(|path| std::fs::create_dir(path).unwrap()).to_string().contains("folder"));
    assert!(message(b"title = \"t\"\n# \xff\n").contains("fig07.toml: line 2 is not UTF-8"));
    assert!(message(&vec![b'#'; 2 << 20]).contains("more than 1048576 bytes"));
    let long = format!("title = \"t\"\nx = \"{}\"\n", "a".repeat(100_000));
    let long = message(long.as_bytes());
    assert!(long.len() < 1500 && long.contains("line 2: unknown field `x`"), "{long}");
}

#[test]
fn deep_nesting_is_an_error_and_no_overflow() {
    let deep = 100_000;
    let [open, close] = ["[".repeat(deep), "]".repeat(deep)];
    let tables = format!("{}1{}", "{ a = ".repeat(deep), " }".repeat(deep));
    let dotted = vec!["a"; deep].join(".");
    for text in [
        format!("x = {open}{close}\n"),
        format!("x = {tables}\n"),
        format!("{dotted} = 1\n"),
        format!("[{dotted}]\n"),
        format!("x = {open}\n"),
    ] {
        assert!(matches!(refused(|path| std::fs::write(path, &text).unwrap()), Error::ExperimentFile { .. }));
    }
    for set in [format!("x={open}{close}"), format!("x={tables}"), format!("{dotted}=1"), open] {
        let message = message("topology/fig07", None, &[&set]);
        assert!(message.starts_with("--set ") && message.len() < 3000, "{}", &message[..200]);
    }
}

/// Values at the ends of what can be written.
const EXTREMES: [&str; 24] = [
    "0",
    "-1",
    "1",
    "2",
    "40",
    "65536",
    "1000",
    "1000000000",
    "9223372036854775807",
    "-9223372036854775808",
    "99999999999999999999",
    "0x7fffffffffffffff",
    "1e308",
    "-1e308",
    "1e-320",
    "nan",
    "inf",
    "-0.0",
    "[]",
    "\"\"",
    "true",
    "[[[]]]",
    "{}",
    "1979-05-27",
];

/// Lines that are at home somewhere.
const LINES: [&str; 24] = [
    "[data]",
    "[model]",
    "[train]",
    "[evaluate]",
    "[draw]",
    "[sweep]",
    "[[variant]]",
    "[tier.cpu]",
    "[tier.smoke.data]",
    "[tier.paper.tier.cpu]",
    "[[tier.smoke.variant]]",
    "name = \"x\"",
    "title = \"x\"",
    "seeds = 100000",
    "\"model.latent\" = [1, 2, 3]",
    "\"data.training\" = [1000000000, 2]",
    "model.heads = [\"S9223372036854775807\", \"RP2\"]",
    "kind = \"sphere\"",
    "dimension = 1000",
    "kind = \"phase_space\"",
    "data = 3",
    "variant = []",
    "points = 10000000",
    "hidden = [65536, 65536, 65536]",
];

/// Keys for `--set`.
const KEYS: [&str; 24] = [
    "seeds",
    "title",
    "data.kind",
    "data.training",
    "data.validation",
    "data.seed",
    "data.test",
    "data.dimension",
    "data.particles",
    "data.masses",
    "data.excluded_band",
    "data.brightest",
    "data.image_sum",
    "model.kind",
    "model.hidden",
    "model.latent",
    "model.heads",
    "model.filters",
    "train.batch_size",
    "train.epochs",
    "train.snapshots",
    "evaluate.points",
    "evaluate.widths",
    "draw.colours",
];

/// One change of a file.
#[derive(Debug, Clone)]
enum Change {
    Character(prop::sample::Index, char),
    Number(prop::sample::Index, usize),
    Delete(prop::sample::Index),
    Double(prop::sample::Index),
    Swap(prop::sample::Index, prop::sample::Index),
    Insert(prop::sample::Index, usize),
    Cut(prop::sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        (at(), any::<char>()).prop_map(|(at, new)| Change::Character(at, new)),
        (at(), 0..EXTREMES.len()).prop_map(|(at, new)| Change::Number(at, new)),
        (at(), 0..EXTREMES.len()).prop_map(|(at, new)| Change::Number(at, new)),
        at().prop_map(Change::Delete),
        at().prop_map(Change::Double),
        (at(), at()).prop_map(|(one, other)| Change::Swap(one, other)),
        (at(), 0..LINES.len()).prop_map(|(at, new)| Change::Insert(at, new)),
        at().prop_map(Change::Cut),
    ]
}

impl Change {
    fn of(&self, text: &str) -> String {
        let mut lines: Vec<&str> = text.lines().collect();
        let number = lines.len();
        if lines.is_empty() {
            return String::new();
        }
        match self {
            Self::Character(at, new) => {
                let mut characters: Vec<char> = text.chars().collect();
                let at = at.index(characters.len());
                characters[at] = *new;
                return characters.into_iter().collect();
            }
            Self::Number(at, new) => return with_number(text, at, EXTREMES[*new]),
            Self::Delete(at) => drop(lines.remove(at.index(number))),
            Self::Double(at) => lines.insert(at.index(number), lines[at.index(number)]),
            Self::Swap(one, other) => lines.swap(one.index(number), other.index(number)),
            Self::Insert(at, new) => lines.insert(at.index(number), LINES[*new]),
            Self::Cut(at) => return text.chars().take(at.index(text.len())).collect(),
        }
        lines.join("\n")
    }
}

/// The text with the value of one `key = value` replaced.
fn with_number(text: &str, at: &prop::sample::Index, new: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let assigned: Vec<usize> = (0..lines.len()).filter(|&line| lines[line].contains(" = ")).collect();
    if assigned.is_empty() {
        return new.to_owned();
    }
    let chosen = assigned[at.index(assigned.len())];
    let replaced = |(line, text): (usize, &&str)| match text.split_once(" = ") {
        Some((key, _)) if line == chosen => format!("{key} = {new}"),
        _ => (*text).to_owned(),
    };
    lines.iter().enumerate().map(replaced).collect::<Vec<_>>().join("\n")
}

fn tiers() -> impl Strategy<Value = Tier> {
    prop_oneof![Just(Tier::Smoke), Just(Tier::Cpu), Just(Tier::Paper)]
}

/// Prepares the figure; what is accepted has runs with a name, and what is refused says so in a message of bounded length.
fn survives(figure: &dyn Figure, project: &Project, choices: &Choices) {
    match prepare(figure, project, choices) {
        Ok((experiment, specs)) => {
            assert!(experiment.seeds >= 1 && !experiment.variants.is_empty());
            for spec in specs.iter().filter(|spec| matches!(spec.source, TrainingSource::Points(_))) {
                assert_eq!(spec.hash(project).unwrap().len(), 16);
                assert!(!spec.describe().is_empty() && spec.work_of_epoch().is_finite());
            }
        }
        Err(error @ Error::Setting { place: None, .. }) => panic!("no place: {error}"),
        Err(error) => assert!(error.to_string().len() < 5000, "{error}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_file_is_an_experiment_or_an_error(
        number in any::<prop::sample::Index>(), of_base in prop::bool::weighted(0.3), changes in vec(change(), 1..5), tier in tiers(),
    ) {
        let figure = FIGURES[number.index(FIGURES.len())];
        let (_copy, project) = project_of(figure);
        let path = project.experiment(figure.source(), if of_base { "base" } else { figure.id() });
        let text = std::fs::read_to_string(&path).unwrap();
        let text = changes.iter().fold(text, |text, change| change.of(&text));
        std::fs::write(&path, text).unwrap();
        survives(figure, &project, &choices(tier, &[]));
    }

    #[test]
    fn an_arbitrary_file_is_an_experiment_or_an_error(bytes in vec(any::<u8>(), 0..300), lines in vec(0..LINES.len(), 0..20)) {
        let (_copy, project) = project_of(figure("topology/fig07"));
        let lines: Vec<&str> = lines.into_iter().map(|line| LINES[line]).collect();
        let path = project.experiment("topology", "fig07");
        std::fs::write(&path, lines.join("\n")).unwrap();
        survives(figure("topology/fig07"), &project, &Choices::default());
        std::fs::write(&path, bytes).unwrap();
        survives(figure("topology/fig07"), &project, &Choices::default());
    }

    #[test]
    fn a_set_of_any_text_is_an_experiment_or_an_error(
        number in any::<prop::sample::Index>(),
        set in vec((0..KEYS.len(), 0..EXTREMES.len()), 0..4),
        any_text in vec(any::<char>(), 0..40),
        any_value in vec(any::<char>(), 0..20),
        tier in tiers(),
    ) {
        let project = Project::find(Some(&support::project()), None).unwrap();
        let figure = FIGURES[number.index(FIGURES.len())];
        let mut all: Vec<String> = set.iter().map(|(key, value)| format!("{}={}", KEYS[*key], EXTREMES[*value])).collect();
        survives(figure, &project, &Choices { tier, set: all.clone(), ..Choices::default() });
        all.push(any_text.into_iter().collect());
        survives(figure, &project, &Choices { tier, set: all.clone(), ..Choices::default() });
        let last = set.first().map_or("title", |(key, _)| KEYS[*key]);
        all.pop();
        all.push(format!("{last}={}", any_value.into_iter().collect::<String>()));
        survives(figure, &project, &Choices { tier, set: all, ..Choices::default() });
    }
}
