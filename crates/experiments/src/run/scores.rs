//! The anomaly score of test jets, kept beside the run that gave it.

use std::path::PathBuf;

use datasets::image::ImageSet;
use datasets::jets::Class;
use files::Digest;
use models::evaluation::evaluate_with;
use models::loss::Loss;
use models::network::Autoencoder;
use serde_json::{Value, json};
use tch::Device;

use super::TrainedRun;
use super::spec::short_hash;
use crate::config::{ImageView, JetFiles};
use crate::project::write_whole;
use crate::samples::{content, image_tensor, test_images};
use crate::tables::Table;
use crate::{Error, Project, Result};

/// Raised whenever the same network would give the same jets other scores.
pub const SCORES_VERSION: u32 = 1;
/// Jets whose dense images are in memory at once.
const CHUNK: usize = 2000;

/// Score of each test jet, by class, in the order of the rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// QCD jets.
    pub qcd: Vec<f64>,
    /// Top jets.
    pub top: Vec<f64>,
}

impl Scores {
    /// Those of one class.
    pub fn of(&self, class: Class) -> &[f64] {
        match class {
            Class::Qcd => &self.qcd,
            Class::Top => &self.top,
        }
    }
}

/// The jets that a variant is tested on.
#[derive(Debug)]
pub struct TestJets {
    /// Where they come from, and how they are shown.
    pub files: JetFiles,
    /// All images of the file, as the network's training images are shown.
    pub images: ImageSet,
    /// Rows of the QCD and of the top jets that are tested.
    pub rows: [Vec<usize>; 2],
    fingerprint: String,
}

impl TestJets {
    /// The test jets of `files`.
    ///
    /// # Errors
    /// As [`test_images`].
    pub fn open(files: &JetFiles, project: &Project) -> Result<Self> {
        let (images, rows) = test_images(files, project)?;
        Ok(Self { files: files.clone(), images, rows, fingerprint: content(&files.test_file, project)? })
    }

    /// Rows of the jets of one class that are tested.
    pub fn rows_of(&self, class: Class) -> &[usize] {
        &self.rows[usize::from(class == Class::Top)]
    }

    /// Number of active pixels of each test jet of one class, in the order of the scores.
    pub fn active_pixels(&self, class: Class) -> Vec<f64> {
        self.rows_of(class).iter().map(|&row| self.images.active_pixels(row) as f64).collect()
    }

    /// A score of each jet, from a function of images `[n, 1, side, side]` that gives a score for each.
    pub fn each(&self, score: &dyn Fn(&tch::Tensor) -> Vec<f64>) -> Scores {
        let of = |rows: &[usize]| -> Vec<f64> {
            rows.chunks(CHUNK).flat_map(|rows| score(&image_tensor(&self.images, rows, self.files.image_sum))).collect()
        };
        Scores { qcd: of(&self.rows[0]), top: of(&self.rows[1]) }
    }
}

/// Score of each test jet under the run's first member, read from the run's folder if it is there: the loss that the run was
/// trained with, or `loss`; with the weights of the end, or of the snapshot after `epoch`.
///
/// # Errors
/// [`crate::Error::Model`] for a damaged checkpoint, [`crate::Error::File`] for a table that cannot be written.
pub fn score_jets(
    run: &TrainedRun,
    jets: &TestJets,
    loss: Option<Loss>,
    epoch: Option<usize>,
    device: Device,
) -> Result<Scores> {
    let files = &jets.files;
    // The run's own loss by name gives the scores that are there already.
    let loss = loss.filter(|loss| *loss != run.spec.learning.loss);
    let mut identity = json!({
        "version": SCORES_VERSION, "fingerprint": jets.fingerprint,
        "rows": jets.rows.each_ref().map(Vec::len), "recipe": files.recipe.name(), "recipe_version": files.recipe.version(),
    });
    if files.view != ImageView::default() {
        identity["view"] = json!(files.view);
    }
    if let Some(table) = &files.test_table {
        identity["table"] = json!(table);
    }
    if let Some(loss) = loss {
        identity["loss"] = json!(loss);
    }
    if let Some(epoch) = epoch {
        identity["epoch"] = json!(epoch);
    }
    let stored = Stored::new(run, identity);
    if let Some(scores) = stored.read()? {
        return Ok(scores);
    }
    let network = match epoch {
        Some(epoch) => run.network_after(epoch, device)?,
        None => run.network(device)?,
    };
    let scores = of_network(network.as_ref(), jets, &loss.unwrap_or(run.spec.learning.loss));
    stored.write(&scores)?;
    Ok(scores)
}

/// The loss of each test jet under the network's first member.
fn of_network(network: &dyn Autoencoder, jets: &TestJets, loss: &Loss) -> Scores {
    jets.each(&|images| {
        let losses = evaluate_with(network, images, loss, false).losses;
        losses.into_iter().take(1).flatten().map(f64::from).collect()
    })
}

/// Where scores are kept: `scores-<key>.parquet`, and beside it `scores-<key>.json`, which says what they are and what the
/// table is known by. It is written last.
struct Stored {
    identity: Value,
    table: PathBuf,
    record: PathBuf,
}

impl Stored {
    fn new(run: &TrainedRun, identity: Value) -> Self {
        let path = |ending: &str| run.folder.join(format!("scores-{}.{ending}", short_hash(&identity)));
        Self { table: path("parquet"), record: path("json"), identity }
    }

    /// The scores, if they are there and are those that were written.
    fn read(&self) -> Result<Option<Scores>> {
        // Another process may have written the table and not yet its record.
        let Ok(text) = std::fs::read(&self.record) else { return Ok(None) };
        let record = serde_json::from_slice::<Value>(&text).ok();
        let digest = record.filter(|record| record["identity"] == self.identity);
        let digest = digest.and_then(|record| serde_json::from_value::<Digest>(record["table"].clone()).ok());
        if !digest.is_some_and(|digest| digest.is_of_file(&self.table)) {
            tracing::warn!("{} is not what was stored there: the scores are computed again", self.table.display());
            return Ok(None);
        }
        let table = Table::read_parquet(&self.table)?;
        let (loss, is_top) = (table.numbers("loss")?, table.numbers("is_top")?);
        let of = |class: f64| loss.iter().zip(is_top).filter(|(_, is)| **is == class).map(|(loss, _)| *loss).collect();
        Ok(Some(Scores { qcd: of(0.0), top: of(1.0) }))
    }

    fn write(&self, scores: &Scores) -> Result<()> {
        let is_top = [vec![0.0; scores.qcd.len()], vec![1.0; scores.top.len()]].concat();
        let loss = [scores.qcd.as_slice(), &scores.top].concat();
        Table::new("scores").with("is_top", is_top).with("loss", loss).write_parquet(&self.table)?;
        let digest = Digest::of_file(&self.table).map_err(Error::file(&self.table, "read"))?;
        let record = json!({"identity": self.identity, "table": digest});
        write_whole(&self.record, format!("{record:#}\n").as_bytes())
    }
}
