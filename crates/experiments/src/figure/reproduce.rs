//! From a figure's name to its picture: train what is missing, evaluate, draw, claim.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Evaluator, Figure, Report, prepare};
use crate::config::{Choices, Data, Experiment};
use crate::plot::Page;
use crate::project::{make_folder, write_whole};
use crate::run::{Lock, Machine, Provenance, RunSpec, State, Store, short_hash, train_missing};
use crate::tables::Tables;
use crate::{Error, Project, Result, Tier, samples};

/// How a figure is reproduced.
#[derive(Debug, Clone)]
pub struct Options {
    /// Tier and settings.
    pub choices: Choices,
    /// `cpu` or `cuda:N`.
    pub device: String,
    /// Runs trained side by side.
    pub threads: usize,
    /// Least time between two checkpoints of a run.
    pub checkpoint_every: Duration,
}

impl Options {
    fn machine(&self) -> Result<Machine> {
        let device = models::device::parse(&self.device)?;
        Ok(Machine {
            name: self.device.clone(),
            device,
            threads: self.threads,
            checkpoint_every: self.checkpoint_every,
        })
    }
}

/// One run of a plan.
#[derive(Debug, Clone)]
pub struct Planned {
    /// The run.
    pub spec: RunSpec,
    /// Its name.
    pub hash: String,
    /// How far it has come.
    pub state: State,
}

/// What reproducing `figure` would run, and what it would reuse.
///
/// # Errors
/// Whatever is wrong with the experiment file or the data.
pub fn plan(figure: &dyn Figure, project: &Project, choices: &Choices) -> Result<Vec<Planned>> {
    let (_, specs) = prepare(figure, project, choices)?;
    let store = Store::new(project);
    let planned = |spec: RunSpec| {
        let hash = spec.hash(project)?;
        Ok(Planned { state: store.state(&hash), spec, hash })
    };
    specs.into_iter().map(planned).collect()
}

/// Trains what is missing for several figures, each run once, with as many side by side as there are threads.
///
/// A figure whose experiment cannot be read is left out here; reproducing it says why.
///
/// # Errors
/// The first error of any run.
pub fn train_for(figures: &[&dyn Figure], project: &Project, options: &dyn Fn(&str) -> Options) -> Result<()> {
    let mut specs = Vec::new();
    let mut machine = None;
    for figure in figures {
        let options = options(figure.source());
        let of_figure = || -> Result<Vec<RunSpec>> {
            let (experiment, specs) = prepare(*figure, project, &options.choices)?;
            check_first(&experiment, &specs, &Store::new(project))?;
            Ok(specs)
        };
        specs.extend(of_figure().unwrap_or_default());
        machine = Some(options.machine()?);
    }
    match machine {
        Some(machine) => train_missing(&specs, &Store::new(project), &machine),
        None => Ok(()),
    }
}

/// Reproduces `figure`: its runs, tables, picture and claims, in `results/figures/<source>/<id>/`.
///
/// # Errors
/// The first thing that goes wrong; finished runs stay and are reused.
pub fn reproduce(figure: &dyn Figure, project: &Project, options: &Options) -> Result<Report> {
    let (experiment, specs) = prepare(figure, project, &options.choices)?;
    let machine = options.machine()?;
    let store = Store::new(project);
    check_first(&experiment, &specs, &store)?;
    let folder = project.figure(figure.source(), figure.id());
    make_folder(&folder)?;
    train_missing(&specs, &store, &machine)?;
    let _lock = Lock::take(&folder)?;
    files::remove_parts(&folder).map_err(Error::file(&folder, "written"))?;
    let (tables, files) = evaluated(figure, &experiment, &store, &machine, &specs, &folder)?;
    let claims = figure.claims(&experiment, &tables)?;
    let page = marked(figure.draw(&experiment, &tables)?, experiment.tier);
    let mut files = [page.save(&folder, "figure")?, files].concat();
    let path = folder.join("claims.json");
    write_whole(&path, &pretty(&json!({"figure": name(figure), "tier": experiment.tier, "claims": claims})))?;
    files.push(path);
    Ok(Report { figure: name(figure), title: experiment.title, claims, files })
}

/// Finds before the training what would otherwise be found wrong after hours of it: test jets.
fn check_first(experiment: &Experiment, specs: &[RunSpec], store: &Store) -> Result<()> {
    let hashes = specs.iter().map(|spec| spec.hash(store.project())).collect::<Result<Vec<_>>>()?;
    if hashes.iter().all(|hash| store.state(hash) == State::Finished) {
        return Ok(());
    }
    for variant in &experiment.variants {
        if let Data::Jets(files) = &variant.data {
            samples::test_images(files, store.project())?;
            // Made here once, not by every training thread.
            samples::images(&files.train_file, files, store.project())?;
        }
    }
    Ok(())
}

fn name(figure: &dyn Figure) -> String {
    format!("{}/{}", figure.source(), figure.id())
}

/// The page, marked as a mere test at tier smoke.
fn marked(page: Page, tier: Tier) -> Page {
    if tier == Tier::Smoke { page.note("SMOKE") } else { page }
}

/// The figure's tables: those in its folder if they were made from the same runs and settings, else new ones.
fn evaluated(
    figure: &dyn Figure,
    experiment: &Experiment,
    store: &Store,
    machine: &Machine,
    specs: &[RunSpec],
    folder: &Path,
) -> Result<(Tables, Vec<PathBuf>)> {
    let project = store.project();
    let runs = specs.iter().map(|spec| store.trained(spec)).collect::<Result<Vec<_>>>()?;
    let hashes: Vec<&str> = runs.iter().map(|run| run.hash.as_str()).collect();
    let names: Vec<&str> = experiment.variants.iter().map(|variant| variant.name.as_str()).collect();
    let mut identity = json!({
        "figure": name(figure), "version": figure.version(), "runs": hashes, "seeds": experiment.seeds,
        "evaluate": experiment.evaluate, "tier": experiment.tier,
        "data": samples::evaluation_identity(experiment, project)?,
    });
    if names != [""] {
        identity["variants"] = json!(names);
    }
    let path = folder.join("evaluation.json");
    if let Some(names) = stored_names(&path, &short_hash(&identity))
        && let Ok(tables) = Tables::read(folder, &names)
    {
        return Ok((tables, csv_files(folder, &names)));
    }
    let tables = models::catch(|| figure.evaluate(experiment, &Evaluator::new(experiment, project, machine, &runs)))?;
    // Tables of which only some were replaced when the program was stopped must not pass for those of the old record.
    forget(&path)?;
    tables.write(folder)?;
    let provenance = Provenance::now(identity.clone(), &project.root, &machine.name);
    let record = json!({"key": short_hash(&identity), "tables": tables.names(), "provenance": provenance});
    write_whole(&path, &pretty(&record))?;
    let files = csv_files(folder, &tables.names());
    Ok((tables, files))
}

/// Removes the record of an evaluation, if there is one.
fn forget(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file(path, "written")(error)),
        _ => Ok(()),
    }
}

/// Names of the tables stored under `key`.
fn stored_names(path: &Path, key: &str) -> Option<Vec<String>> {
    let record: Value = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
    if record.get("key")?.as_str()? != key {
        return None;
    }
    record.get("tables")?.as_array()?.iter().map(|name| name.as_str().map(str::to_owned)).collect()
}

fn csv_files(folder: &Path, names: &[String]) -> Vec<PathBuf> {
    names.iter().map(|name| folder.join(format!("{name}.csv"))).collect()
}

fn pretty(value: &Value) -> Vec<u8> {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text.into_bytes()
}
