//! From a figure's name to its picture: train what is missing, evaluate, draw, claim.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use super::{Evaluator, Figure, Report, prepare};
use crate::config::{Choices, Data, Experiment};
use crate::plot::Page;
use crate::project::{make_folder, write_whole};
use crate::run::{
    Lock, Machine, Provenance, RunSpec, State, Store, TrainingSource, changed, listed, short_hash, train_missing,
};
use crate::tables::Tables;
use crate::{Error, Project, Result, Tier, samples};

/// Name of the file with a figure's claims.
const CLAIMS_FILE: &str = "claims.json";

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
        models::device::check_libtorch()?;
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
    let (experiment, specs) = prepare(figure, project, choices)?;
    let store = Store::new(project);
    check_first(&experiment, &specs, &store)?;
    let planned = |spec: RunSpec| {
        let hash = spec.hash(project)?;
        store.check_configuration(&spec, &hash)?;
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
/// Results in a folder that cannot be written are shown as they are.
///
/// # Errors
/// The first thing that goes wrong; finished runs stay and are reused.
pub fn reproduce(figure: &dyn Figure, project: &Project, options: &Options) -> Result<Report> {
    let (experiment, specs) = prepare(figure, project, &options.choices)?;
    let machine = options.machine()?;
    let store = Store::new(project);
    check_first(&experiment, &specs, &store)?;
    let folder = project.figure(figure.source(), figure.id());
    let evaluation = Evaluation::new(figure, &experiment, &specs, &store, &folder)?;
    train_missing(&specs, &store, &machine)?;
    let lock = make_folder(&folder).and_then(|()| Lock::take(&folder));
    let _lock = match lock {
        Err(error) if error.is_for_reading_only() => return shown(&experiment, &evaluation, error),
        lock => lock?,
    };
    files::remove_parts(&folder).map_err(Error::file(&folder, "written"))?;
    let tables = match evaluation.stored() {
        Some(tables) => tables,
        None => {
            store.distrust_changed(&specs)?;
            train_missing(&specs, &store, &machine)?;
            evaluation.made(&experiment, &specs, &store, &machine)?
        }
    };
    let claims = figure.claims(&experiment, &tables)?;
    let path = folder.join(CLAIMS_FILE);
    write_whole(&path, &pretty(&json!({"figure": name(figure), "tier": experiment.tier, "claims": claims})))?;
    let page = marked(figure.draw(&experiment, &tables)?, experiment.tier);
    let files = [page.save(&folder, "figure")?, csv_files(&folder, &tables.names()), vec![path]].concat();
    Ok(Report { figure: name(figure), title: experiment.title, claims, files })
}

/// What is stored of a figure whose folder cannot be written, which `error` says.
fn shown(experiment: &Experiment, evaluation: &Evaluation, error: Error) -> Result<Report> {
    let Evaluation { figure, folder, .. } = evaluation;
    let Some(tables) = evaluation.stored() else { return Err(error) };
    tracing::warn!("{} cannot be written: what is stored there is shown, and not drawn anew", folder.display());
    let claims = figure.claims(experiment, &tables)?;
    let pictures = ["svg", "pdf", "png"].map(|ending| folder.join(format!("figure.{ending}")));
    let all = pictures.into_iter().chain(csv_files(folder, &tables.names())).chain([folder.join(CLAIMS_FILE)]);
    let files = all.filter(|file| file.exists()).collect();
    Ok(Report { figure: name(*figure), title: experiment.title.clone(), claims, files })
}

/// Finds before the training what would otherwise be found wrong after hours of it: files of jets, and too few jets in them.
fn check_first(experiment: &Experiment, specs: &[RunSpec], store: &Store) -> Result<()> {
    let hashes = specs.iter().map(|spec| spec.hash(store.project())).collect::<Result<Vec<_>>>()?;
    if hashes.iter().all(|hash| store.state(hash) == State::Finished) {
        return Ok(());
    }
    for variant in &experiment.variants {
        if let Data::Jets(files) = &variant.data {
            samples::test_images(files, store.project())?;
            // Made here once, not by every training thread.
            let images = samples::images(&files.train_file, files.train_table.as_deref(), files, store.project())?;
            for spec in specs {
                if let TrainingSource::Jets(own, trained_on) = &spec.source
                    && own == files
                {
                    samples::training_rows(&images, files, *trained_on, store.project())?;
                }
            }
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

/// The tables of one figure, made or to be made: `evaluation.json` says from what, and what their files are known by.
struct Evaluation<'a> {
    figure: &'a dyn Figure,
    folder: &'a Path,
    identity: Value,
}

impl<'a> Evaluation<'a> {
    fn new(
        figure: &'a dyn Figure,
        experiment: &Experiment,
        specs: &[RunSpec],
        store: &Store,
        folder: &'a Path,
    ) -> Result<Self> {
        let project = store.project();
        let hashes = specs.iter().map(|spec| spec.hash(project)).collect::<Result<Vec<_>>>()?;
        let names: Vec<&str> = experiment.variants.iter().map(|variant| variant.name.as_str()).collect();
        let mut identity = json!({
            "figure": name(figure), "version": figure.version(), "runs": hashes, "seeds": experiment.seeds,
            "evaluate": experiment.evaluate, "tier": experiment.tier,
            "data": samples::evaluation_identity(experiment, project)?,
        });
        if names != [""] {
            identity["variants"] = json!(names);
        }
        Ok(Self { figure, folder, identity })
    }

    fn record(&self) -> PathBuf {
        self.folder.join("evaluation.json")
    }

    /// The tables in the folder, if they were made from the same runs and settings and every file of them is the one that
    /// was written.
    fn stored(&self) -> Option<Tables> {
        let record: Record = serde_json::from_slice(&std::fs::read(self.record()).ok()?).ok()?;
        let files = &record.provenance.files;
        if record.key != short_hash(&self.identity)
            || !Tables::files(&record.tables).all(|name| files.contains_key(&name))
        {
            return None;
        }
        if let Some(name) = changed(self.folder, files) {
            let path = self.folder.join(name);
            tracing::warn!("{} is not what was stored there: the figure is evaluated again", path.display());
            return None;
        }
        Tables::read(self.folder, &record.tables).ok()
    }

    /// The tables made anew, and stored.
    fn made(&self, experiment: &Experiment, specs: &[RunSpec], store: &Store, machine: &Machine) -> Result<Tables> {
        let runs = specs.iter().map(|spec| store.trained(spec)).collect::<Result<Vec<_>>>()?;
        let evaluator = Evaluator::new(experiment, store.project(), machine, &runs);
        let tables = models::catch(|| self.figure.evaluate(experiment, &evaluator))?;
        // Tables of which only some were replaced when the program was stopped must not pass for those of the old record.
        forget(&self.record())?;
        tables.write(self.folder)?;
        let files = listed(self.folder, Tables::files(&tables.names()))?;
        let provenance = Provenance::now(self.identity.clone(), &machine.name, files);
        let record = Record { key: short_hash(&self.identity), tables: tables.names(), provenance };
        write_whole(&self.record(), &pretty(&record))?;
        Ok(tables)
    }
}

/// What `evaluation.json` holds.
#[derive(serde::Serialize, serde::Deserialize)]
struct Record {
    key: String,
    tables: Vec<String>,
    provenance: Provenance,
}

/// Removes the record of an evaluation, if there is one.
fn forget(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::file(path, "written")(error)),
        _ => Ok(()),
    }
}

fn csv_files(folder: &Path, names: &[String]) -> Vec<PathBuf> {
    names.iter().map(|name| folder.join(format!("{name}.csv"))).collect()
}

fn pretty(value: &impl serde::Serialize) -> Vec<u8> {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text.into_bytes()
}
