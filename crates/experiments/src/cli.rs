//! The command line of the figures' programs and of `lab reproduce`.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use crate::config::Choices;
use crate::figure::{self, Figure, Options};
use crate::output::{complain, say};
use crate::run::State;
use crate::{Error, Project, Result, Tier, interrupt};

/// Runs side by side: more threads than any machine has cores.
const MOST_THREADS: i64 = 1024;
/// A year between two checkpoints.
const MOST_SECONDS: u64 = 31_557_600;

/// How to reproduce a figure.
#[derive(Debug, Clone, clap::Args)]
pub struct ReproduceArguments {
    /// How much work: smoke (seconds, a test), cpu (minutes on two cores), paper (full size, a GPU).
    #[arg(long, value_enum, default_value_t)]
    pub tier: Tier,
    /// Device: cpu, or cuda:0 for the first GPU.
    #[arg(long, default_value = "cpu")]
    pub device: String,
    /// Change a setting of the experiment, as in `--set train.learning_rate=1e-3`; may be given again.
    #[arg(long, value_name = "SECTION.KEY=VALUE")]
    pub set: Vec<String>,
    /// Number of seeds; figures that train nothing leave it aside.
    #[arg(long)]
    pub seeds: Option<usize>,
    /// Jets to train and test on: the generated sample in data/, or the reference files in data/reference/ [default: what
    /// the experiment names, the generated sample but at tier paper].
    #[arg(long, value_enum)]
    pub data: Option<JetSample>,
    /// Say what would run and what would be reused, and run nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Runs trained side by side, one thread each [default: the number of cores].
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=MOST_THREADS))]
    pub threads: Option<u16>,
    /// Seconds between two checkpoints of a run; 0 writes one after every epoch.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(..=MOST_SECONDS))]
    pub checkpoint_seconds: u64,
    /// Folders.
    #[command(flatten)]
    pub folders: Folders,
}

/// Where to read and write.
#[derive(Debug, Clone, clap::Args)]
pub struct Folders {
    /// The folder that holds experiments/ and data/ [default: the one around the working folder].
    #[arg(long)]
    pub project: Option<PathBuf>,
    /// The folder for results [default: results/ of the project].
    #[arg(long)]
    pub results: Option<PathBuf>,
}

impl Folders {
    /// The project that they name.
    ///
    /// # Errors
    /// [`crate::Error::NoProject`] if there is none.
    pub fn project(&self) -> Result<Project> {
        Project::find(self.project.as_deref(), self.results.as_deref())
    }
}

/// Which jets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum JetSample {
    /// The generated sample of this project.
    Generated,
    /// The top tagging reference data.
    Reference,
}

impl JetSample {
    /// The files to train and to test on, relative to the project.
    fn files(self) -> [&'static str; 2] {
        match self {
            Self::Generated => ["data/generated_train.h5", "data/generated_test.h5"],
            Self::Reference => ["data/reference/train.h5", "data/reference/test.h5"],
        }
    }
}

impl ReproduceArguments {
    /// Refuses what none of the figures asked for would use.
    ///
    /// # Errors
    /// [`crate::Error::Setting`] for jets where no figure is about jets.
    fn used_by(&self, figures: &[&dyn Figure]) -> Result<()> {
        match self.data {
            Some(_) if figures.iter().all(|figure| figure.source() != "jets") => {
                Err(Error::setting("--data", "given", "only figures of `jets` read jets: leave it out"))
            }
            _ => Ok(()),
        }
    }

    fn choices(&self, source: &str) -> Choices {
        let mut set = Vec::new();
        if let (Some(sample), "jets") = (self.data, source) {
            let [train, test] = sample.files();
            set = vec![format!("data.train_file={train}"), format!("data.test_file={test}")];
        }
        set.extend(self.set.iter().cloned());
        Choices { tier: self.tier, set, seeds: self.seeds, threads: self.threads(), gpu: self.device != "cpu" }
    }

    fn threads(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.map_or_else(cores, usize::from)
    }

    fn options(&self, source: &str) -> Options {
        Options {
            choices: self.choices(source),
            device: self.device.clone(),
            threads: self.threads(),
            checkpoint_every: Duration::from_secs(self.checkpoint_seconds),
        }
    }
}

/// Reproduces one figure, or says what that would do.
///
/// # Errors
/// Whatever goes wrong on the way.
pub fn reproduce(figure: &dyn Figure, arguments: &ReproduceArguments) -> Result<()> {
    let project = arguments.folders.project()?;
    if arguments.dry_run {
        return print_plan(figure, &project, &arguments.choices(figure.source()));
    }
    let report = figure::reproduce(figure, &project, &arguments.options(figure.source()))?;
    say(format_args!("{report}"))
}

/// Reproduces figures: first all their trainings, each run once, then one figure after the other.
///
/// A figure that fails does not keep the others from being made; the command fails all the same.
///
/// # Errors
/// [`crate::Error::SomeFailed`] if a figure was not made.
pub fn reproduce_all(figures: &[&dyn Figure], arguments: &ReproduceArguments) -> Result<()> {
    arguments.used_by(figures)?;
    let project = arguments.folders.project()?;
    if figures.len() > 1 && !arguments.dry_run {
        say(format_args!("{}", summary(figures, &project, arguments)))?;
        match figure::train_for(figures, &project, &|source| arguments.options(source)) {
            Err(error @ Error::Signal(_)) => return Err(error),
            // Any other error belongs to a figure, which meets it again and says so.
            _ => {}
        }
    }
    let mut outcome = Ok(());
    for figure in figures {
        match reproduce(*figure, arguments) {
            Ok(()) => {}
            Err(error @ (Error::Signal(_) | Error::ClosedPipe)) => return Err(error),
            Err(error) => {
                complain(format_args!("{}/{}: {error}", figure.source(), figure.id()));
                outcome = Err(Error::SomeFailed);
            }
        }
    }
    if figures.len() > 1 && arguments.dry_run {
        say(format_args!("{}", summary(figures, &project, arguments)))?;
    }
    outcome
}

/// How many runs each figure needs, how many distinct ones all need together, and how many of them are there.
fn summary(figures: &[&dyn Figure], project: &Project, arguments: &ReproduceArguments) -> String {
    let mut runs: BTreeMap<String, State> = BTreeMap::new();
    let mut lines = Vec::new();
    for figure in figures {
        let Ok(plan) = figure::plan(*figure, project, &arguments.choices(figure.source())) else { continue };
        let finished = plan.iter().filter(|run| run.state == State::Finished).count();
        lines.push(format!("  {}/{}: {} runs, {finished} finished", figure.source(), figure.id(), plan.len()));
        runs.extend(plan.into_iter().map(|run| (run.hash, run.state)));
    }
    let finished = runs.values().filter(|state| **state == State::Finished).count();
    let (figures, all, missing) = (figures.len(), runs.len(), runs.len() - finished);
    lines.push(format!(
        "{figures} figures need {all} distinct runs: {finished} are finished, {missing} will be trained, each once"
    ));
    lines.join("\n")
}

/// Prints what reproducing a figure would run and what it would reuse.
///
/// # Errors
/// Whatever is wrong with the experiment or the data.
pub fn print_plan(figure: &dyn Figure, project: &Project, choices: &Choices) -> Result<()> {
    let planned = figure::plan(figure, project, choices)?;
    let (source, id, tier) = (figure.source(), figure.id(), choices.tier.name());
    say(format_args!("{source}/{id} at tier {tier}: {} runs", planned.len()))?;
    for run in planned {
        let what = match run.state {
            State::Finished => "reused: finished with the same settings, data and code version",
            State::Started => "goes on: it has a checkpoint",
            State::Absent => "runs: nothing is stored for these settings",
        };
        say(format_args!("  {}  {}  ({what})", run.hash, run.spec.describe()))?;
    }
    Ok(())
}

/// Sets up logging, signals and threads; every program calls it first.
pub fn start() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false)
        .without_time()
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        // Otherwise a closed standard error ends the program.
        .log_internal_errors(false)
        .try_init();
    interrupt::listen();
    models::device::set_threads(1);
    memory::keep_freed_memory();
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        // It is reported as an error, once.
        if models::is_catching() { tracing::debug!("{panic}") } else { default(panic) }
    }));
}

/// The end of a program: an error goes to standard error, with a non-zero exit; a signal has its own.
pub fn end(result: Result<()>) -> ExitCode {
    match result {
        // As for every program of a pipeline whose reader has seen enough.
        Ok(()) | Err(Error::ClosedPipe) => ExitCode::SUCCESS,
        Err(error) => {
            complain(format_args!("{error}"));
            match error {
                Error::Signal(signal) => ExitCode::from(interrupt::exit_code(signal)),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

/// A figure's own program.
#[derive(clap::Parser)]
#[command(version, about = "Reproduces one figure: picture, numbers and claims.")]
struct FigureProgram {
    #[command(flatten)]
    arguments: ReproduceArguments,
}

/// The `main` of a figure's program.
pub fn figure_main(figure: &dyn Figure) -> ExitCode {
    start();
    let program = <FigureProgram as clap::Parser>::parse();
    end(program.arguments.used_by(&[figure]).and_then(|()| reproduce(figure, &program.arguments)))
}
