//! `lab doctor`: whether a run could work on this machine, and the remedy if not.

use std::path::Path;
use std::process::Command;

use crate::output::say;
use crate::{Error, Project, Result};

/// Free disk below which a run may fail, in bytes.
const LEAST_DISK: u64 = 1 << 30;

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    found: String,
    /// What to do, if a run could not work like this.
    remedy: Option<String>,
}

/// Prints what this machine has.
///
/// # Errors
/// [`Error::Setting`] naming the first thing without which a run could not work.
pub fn examine(project: &Project) -> Result<()> {
    let findings =
        [toolchain(), commit(), processor(), libtorch(), cuda(), hdf5(), threads(), data(project), disk(project)];
    for Finding { what, found, remedy } in &findings {
        say(format_args!("{what:<10} {found}"))?;
        if let Some(remedy) = remedy {
            say(format_args!("{:<10} -> {remedy}", ""))?;
        }
    }
    match findings.into_iter().find(|finding| finding.remedy.is_some()) {
        Some(Finding { what, found, remedy }) => Err(Error::setting(what, found, &remedy.unwrap_or_default())),
        None => Ok(()),
    }
}

fn fine(what: &'static str, found: impl Into<String>) -> Finding {
    Finding { what, found: found.into(), remedy: None }
}

fn toolchain() -> Finding {
    let output = Command::new("rustc").arg("--version").output().ok().filter(|output| output.status.success());
    let version = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    fine(
        "toolchain",
        version.unwrap_or_else(|| "no rustc on the PATH; this program is built already and runs without".to_owned()),
    )
}

fn commit() -> Finding {
    fine("commit", crate::run::COMMIT)
}

fn libtorch() -> Finding {
    let fits = models::device::check_libtorch();
    let version = models::device::libtorch_version().unwrap_or_else(|| "of unknown version".to_owned());
    let Some(folder) = models::device::libtorch_folder() else {
        let remedy = Some("run `just bootstrap`".to_owned());
        return Finding { what: "libtorch", found: "not loaded".to_owned(), remedy };
    };
    let capability = models::device::libtorch_capability();
    let mut found = format!("{version} ({capability}), from {}", folder.display());
    let built = Path::new(env!("AUTOENCODER_LAB_LIBTORCH")).join("lib");
    if folder.canonicalize().ok() != built.canonicalize().ok() {
        found = format!("{found}; built with that in {}", built.display());
    }
    Finding { what: "libtorch", found, remedy: fits.err().map(|error| error.to_string()) }
}

fn processor() -> Finding {
    fine("processor", models::device::processor())
}

fn cuda() -> Finding {
    match models::device::cuda_devices() {
        Ok(count) => fine("CUDA", format!("yes, {count} GPU(s)")),
        Err(reason) => fine("CUDA", format!("no: {reason}")),
    }
}

fn hdf5() -> Finding {
    let (major, minor, release) = hdf5::library_version();
    fine("HDF5", format!("{major}.{minor}.{release}, built in"))
}

fn threads() -> Finding {
    fine("threads", std::thread::available_parallelism().map_or(1, usize::from).to_string())
}

fn data(project: &Project) -> Finding {
    let missing: Vec<_> = DATA.iter().filter(|file| file.needed && !project.root.join(file.path).exists()).collect();
    match missing.first() {
        None => fine("data", "the generated jets are here; `lab data` lists all"),
        Some(file) => Finding {
            what: "data",
            found: format!("{} is missing", file.path),
            remedy: Some("restore it with `git checkout data`".to_owned()),
        },
    }
}

fn disk(project: &Project) -> Finding {
    let existing = project.results.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("/"));
    match free_bytes(existing) {
        None => fine("disk", "free space unknown: there is no `df`"),
        Some(free) => Finding {
            what: "disk",
            found: format!("{:.1} GiB free for results", free as f64 / (1u64 << 30) as f64),
            remedy: (free < LEAST_DISK)
                .then(|| "free some space, or give `--results FOLDER` on another disk".to_owned()),
        },
    }
}

/// Bytes that may still be written below `folder`.
fn free_bytes(folder: &Path) -> Option<u64> {
    let output = Command::new("df").args(["--output=avail", "-B1"]).arg(folder).output().ok()?;
    String::from_utf8_lossy(&output.stdout).lines().nth(1)?.trim().parse().ok()
}

/// A data file of the project.
struct DataFile {
    path: &'static str,
    what: &'static str,
    /// Whether the default figures need it.
    needed: bool,
}

/// All data files.
const DATA: [DataFile; 4] = [
    DataFile {
        path: "data/generated_train.h5",
        what: "generated sample: 10 000 QCD and 10 000 top jets",
        needed: true,
    },
    DataFile { path: "data/generated_test.h5", what: "generated sample: 4 000 QCD and 4 000 top jets", needed: true },
    DataFile {
        path: "data/reference/train.h5",
        what: "top tagging reference data, 1.2 M jets; `just data jets`",
        needed: false,
    },
    DataFile {
        path: "data/reference/test.h5",
        what: "top tagging reference data, 404 k jets; `just data jets`",
        needed: false,
    },
];

/// Prints every data file and whether it is here.
///
/// # Errors
/// [`Error::Output`] if it cannot be printed.
pub fn list_data(project: &Project) -> Result<()> {
    for file in DATA {
        let here = if project.root.join(file.path).exists() { "here" } else { "absent" };
        say(format_args!("{here:<7} {}  {}", file.path, file.what))?;
    }
    Ok(())
}
