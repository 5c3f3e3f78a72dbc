//! The general program: reproduce, list, plan, doctor, data.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use experiments::cli::{self, Folders, ReproduceArguments};
use experiments::figure::{FIGURES, find};
use experiments::output::say;
use experiments::{Result, config, doctor};

/// What autoencoders can and cannot do as anomaly detectors, figure by figure.
#[derive(Parser)]
#[command(version)]
struct Lab {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make figures: `fig7` of every source, `jets/fig7`, a whole source, or `all`.
    Reproduce {
        /// The figures.
        figure: String,
        #[command(flatten)]
        arguments: ReproduceArguments,
    },
    /// List the figures.
    List {
        #[command(flatten)]
        folders: Folders,
    },
    /// Say what would run for these figures and what would be reused.
    Plan {
        /// The figures.
        figure: String,
        #[command(flatten)]
        arguments: ReproduceArguments,
    },
    /// Check this machine: toolchain, libtorch, CUDA, HDF5, threads, data, disk.
    Doctor {
        #[command(flatten)]
        folders: Folders,
    },
    /// List the data files: what they are and whether they are here.
    Data {
        #[command(flatten)]
        folders: Folders,
    },
}

fn main() -> ExitCode {
    cli::start();
    cli::end(run(Lab::parse().command))
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Reproduce { figure, arguments } => reproduce(&figure, &arguments),
        Command::Plan { figure, arguments } => reproduce(&figure, &ReproduceArguments { dry_run: true, ..arguments }),
        Command::List { folders } => list(&folders),
        Command::Doctor { folders } => doctor::examine(&folders.project()?),
        Command::Data { folders } => doctor::list_data(&folders.project()?),
    }
}

fn reproduce(name: &str, arguments: &ReproduceArguments) -> Result<()> {
    cli::reproduce_all(&find(name, &arguments.folders.project()?)?, arguments)
}

fn list(folders: &Folders) -> Result<()> {
    let project = folders.project()?;
    for figure in FIGURES {
        let experiment = config::resolve(&project, figure.source(), figure.id(), &config::Choices::default())?;
        let published = match experiment.source_figure.as_str() {
            "" => String::new(),
            number => format!(" (published as {number})"),
        };
        let (source, id) = (figure.source(), figure.id());
        let alone = if figure.on_request() { " (made when it is asked for by its own name)" } else { "" };
        say(format_args!("{source}/{id}  {}{published}{alone}", experiment.title))?;
    }
    Ok(())
}
