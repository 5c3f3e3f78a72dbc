//! The anomaly score of test jets, kept beside the run that gave it.

use datasets::image::ImageSet;
use models::evaluation::evaluate;
use serde_json::json;

use super::spec::short_hash;
use super::{Machine, TrainedRun};
use crate::config::JetFiles;
use crate::samples::{content, image_tensor};
use crate::tables::Table;
use crate::{Project, Result};

/// Raised whenever the same network would give the same jets other scores.
pub const SCORES_VERSION: u32 = 1;
/// Jets whose dense images are in memory at once.
const CHUNK: usize = 2000;

/// Loss of each test jet, by class, in the order of the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// QCD jets.
    pub qcd: Vec<f64>,
    /// Top jets.
    pub top: Vec<f64>,
}

/// Mean squared error of each test jet under the run's first member; read from the run's folder if it is there.
///
/// # Errors
/// [`crate::Error::Model`] for a damaged checkpoint, [`crate::Error::Table`] for a table that cannot be read or written.
pub fn score_jets(
    run: &TrainedRun,
    files: &JetFiles,
    (images, rows): (&ImageSet, &[Vec<usize>; 2]),
    project: &Project,
    machine: &Machine,
) -> Result<Scores> {
    let identity = json!({
        "version": SCORES_VERSION, "fingerprint": content(&files.test_file, project)?,
        "rows": rows.each_ref().map(Vec::len), "recipe": files.recipe.name(), "recipe_version": files.recipe.version(),
    });
    let path = run.folder.join(format!("scores-{}.parquet", short_hash(&identity)));
    if path.exists() {
        let table = Table::read_parquet(&path)?;
        let (loss, is_top) = (table.numbers("loss")?, table.numbers("is_top")?);
        let of = |class: f64| {
            loss.iter().zip(is_top).filter(|(_, is_top)| **is_top == class).map(|(loss, _)| *loss).collect()
        };
        return Ok(Scores { qcd: of(0.0), top: of(1.0) });
    }
    let network = run.network(machine.device)?;
    let losses = |rows: &[usize]| -> Vec<f64> {
        let chunk =
            |rows: &[usize]| evaluate(network.as_ref(), &image_tensor(images, rows, files.image_sum), false).losses;
        rows.chunks(CHUNK).flat_map(|rows| chunk(rows).into_iter().take(1).flatten()).map(f64::from).collect()
    };
    let scores = Scores { qcd: losses(&rows[0]), top: losses(&rows[1]) };
    let is_top = [vec![0.0; scores.qcd.len()], vec![1.0; scores.top.len()]].concat();
    Table::new("scores")
        .with("is_top", is_top)
        .with("loss", [scores.qcd.as_slice(), &scores.top].concat())
        .write_parquet(&path)?;
    Ok(scores)
}
