//! A checked experiment: every value is there and in its range.

use super::check::{between, count, file_path, missing, positive, required, short, whole};
use super::data::{Data, JetFiles};
use super::file::{DrawSection, EvaluateSection, ExperimentFile};
use super::learning::{Learning, Model};
use super::origins::Origins;
use super::points::{Manifold, PointSet};
use super::{limits, loss};
use crate::{Error, Result, Tier};

/// Named together with the test file, whether or not a figure trains.
const TRAIN_FILE: &str = "data.train_file";

/// An experiment that can run.
#[derive(Debug, Clone)]
pub struct Experiment {
    /// What the figure shows.
    pub title: String,
    /// The published figure number; empty if nobody entered it.
    pub source_figure: String,
    /// The tier that it was resolved for.
    pub tier: Tier,
    /// Number of seeds of each variant.
    pub seeds: usize,
    /// What the figure compares, at least one.
    pub variants: Vec<Variant>,
    /// What is evaluated.
    pub evaluate: EvaluateSection,
    /// How it is drawn.
    pub draw: DrawSection,
    /// Where its values were set.
    pub origins: Origins,
}

/// One of the networks or data sets that a figure compares.
#[derive(Debug, Clone, PartialEq)]
pub struct Variant {
    /// What the figure calls it; empty for the only one.
    pub name: String,
    /// The data set.
    pub data: Data,
    learning: Option<Learning>,
}

impl Variant {
    fn check(name: String, file: &ExperimentFile) -> Result<Self> {
        let data = Data::check(&file.data)?;
        let learning = match file.model.kind {
            Some(kind) => Some(Learning::check(kind, &file.model, &file.train, &data)?),
            None => None,
        };
        Ok(Self { name, data, learning })
    }

    /// The network and its training.
    ///
    /// # Errors
    /// [`Error::Setting`] if the experiment has no `[model]`.
    pub fn learning(&self) -> Result<&Learning> {
        self.learning.as_ref().ok_or_else(|| missing("model.kind"))
    }

    /// The generated points.
    ///
    /// # Errors
    /// [`Error::Setting`] if the data set is made of jets.
    pub fn points(&self) -> Result<&PointSet> {
        match &self.data {
            Data::Points(points) => Ok(points),
            Data::Jets(_) => Err(Error::setting("data.kind", "jets", "this figure needs generated points")),
        }
    }

    /// The latent dimension d_l.
    ///
    /// # Errors
    /// [`Error::Setting`] if the experiment has no `[model]`.
    pub fn latent(&self) -> Result<i64> {
        Ok(match &self.learning()?.model {
            Model::Dense(layout) => layout.latent,
            Model::Convolutional(layout) => layout.latent,
        })
    }
}

impl Experiment {
    /// Checks a file whose layers have been put together: `variants` are its variants by name, the file itself laid
    /// below each; `file` gives the rest.
    ///
    /// # Errors
    /// [`Error::Setting`] with the key, its value and what is allowed.
    pub(super) fn check(
        file: ExperimentFile,
        variants: impl Iterator<Item = Result<(String, ExperimentFile)>>,
        tier: Tier,
        origins: Origins,
    ) -> Result<Self> {
        let checked = variants.map(|variant| {
            let (name, file) = variant?;
            Variant::check(name.clone(), &file).map_err(|error| error.of(&name))
        });
        let variants = checked.collect::<Result<Vec<_>>>()?;
        check_different(&variants)?;
        let losses = variants.iter().filter_map(|variant| variant.learning.as_ref().map(|learning| learning.loss));
        loss::refuse_unused(&losses.collect::<Vec<_>>(), &origins)?;
        let seeds = count("seeds", file.seeds.unwrap_or(1), limits::SEEDS)?;
        check_blocks(&variants, seeds)?;
        Ok(Self {
            title: required("title", file.title)?,
            source_figure: file.source_figure.unwrap_or_default(),
            tier,
            seeds,
            variants,
            evaluate: check_evaluate(file.evaluate)?,
            draw: check_draw(file.draw)?,
            origins,
        })
    }

    /// Refuses what was set of this figure alone, and not of all of its source, and is not used: `reads` are the keys and
    /// sections that it reads itself, beside what its runs are made of if it `trains` any.
    ///
    /// # Errors
    /// [`Error::Setting`] with the first such key.
    pub fn refuse_unused(&self, reads: &[&str], trains: bool) -> Result<()> {
        let section_of = |key: &str| key.split('.').next().unwrap_or_default().to_owned();
        let is_read = |key: &str| reads.iter().any(|read| key == *read || section_of(key) == *read);
        for (key, place) in self.origins.own_of_all_tiers() {
            let (section, is_value) = (section_of(key), key.contains('.') || key == "seeds");
            let of_run = ["seeds", "data", "model", "train"].contains(&section.as_str());
            let own = ["evaluate", "draw"].contains(&section.as_str());
            if !is_value || is_read(key) || !(own || of_run && !trains) || key == TRAIN_FILE {
                continue;
            }
            let read: Vec<String> = reads.iter().map(|read| format!("`{read}`")).collect();
            let allowed = match read.is_empty() {
                true => "this figure does not use it: remove it".to_owned(),
                false => format!("this figure does not use it, but {}: remove it", read.join(", ")),
            };
            return Err(Error::setting(key, "set", &allowed).at(place));
        }
        Ok(())
    }

    /// The error with the place where the value that it is about was set.
    #[must_use]
    pub fn locate(&self, error: Error) -> Error {
        self.origins.locate(error)
    }

    /// The first variant, the only one of most figures.
    pub fn first(&self) -> &Variant {
        &self.variants[0]
    }

    /// The data set of the first variant.
    pub fn data(&self) -> &Data {
        &self.first().data
    }

    /// The network and the training of the first variant.
    ///
    /// # Errors
    /// [`Error::Setting`] if the experiment has no `[model]`.
    pub fn learning(&self) -> Result<&Learning> {
        self.first().learning()
    }

    /// The jet files.
    ///
    /// # Errors
    /// [`Error::Setting`] if the data set is another one.
    pub fn jets(&self) -> Result<&JetFiles> {
        match self.data() {
            Data::Jets(files) => Ok(files),
            Data::Points(_) => Err(Error::setting("data.kind", "not `jets`", "this figure needs `jets`")),
        }
    }

    /// Checks that every variant's data set is one of which a figure speaks, `what` in words.
    ///
    /// # Errors
    /// [`Error::Setting`] if not.
    pub fn on(&self, what: &str, fits: impl Fn(&Manifold) -> bool) -> Result<()> {
        for variant in &self.variants {
            if !matches!(&variant.data, Data::Points(points) if fits(&points.manifold)) {
                return Err(Error::setting("data", "another data set", &format!("this figure is about {what}"))
                    .of(&variant.name));
            }
        }
        Ok(())
    }

    /// Checks that the variants' networks are dense, their latent spaces R^{d_l} with these dimensions, in this order, of
    /// which a figure speaks.
    ///
    /// # Errors
    /// [`Error::Setting`] if not.
    pub fn with_latent(&self, dimensions: &[i64]) -> Result<()> {
        for variant in &self.variants {
            if !matches!(&variant.learning()?.model, Model::Dense(layout) if layout.heads.is_empty()) {
                return Err(Error::setting("model.heads", "set", "this figure is about R^{d_l}: remove it"));
            }
        }
        let found = self.variants.iter().map(Variant::latent).collect::<Result<Vec<_>>>()?;
        if found == dimensions {
            return Ok(());
        }
        let list = |numbers: &[i64]| numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        let allowed = format!("this figure is about d_l = {}", list(dimensions));
        Err(Error::setting("model.latent", list(&found), &allowed))
    }

    /// Checks that the data set is the circle and the network dense with this latent dimension, of which a figure speaks.
    ///
    /// # Errors
    /// [`Error::Setting`] if not.
    pub fn on_circle(&self, latent: i64) -> Result<()> {
        self.on("the circle", |manifold| matches!(manifold, Manifold::Circle))?;
        self.with_latent(&[latent])
    }

    /// Points at which the loss is evaluated.
    ///
    /// # Errors
    /// [`Error::Setting`] if it is missing, 0 or too large.
    pub fn points(&self) -> Result<usize> {
        self.points_up_to(limits::POINTS)
    }

    /// The same for a figure whose work grows faster than the number of points.
    ///
    /// # Errors
    /// [`Error::Setting`] if it is missing, 0 or above `most`.
    pub fn points_up_to(&self, most: usize) -> Result<usize> {
        count("evaluate.points", required("evaluate.points", self.evaluate.points)?, most)
    }
}

/// Two variants that are the same are a slip: a `--set` overrode what told them apart.
fn check_different(variants: &[Variant]) -> Result<()> {
    for (index, one) in variants.iter().enumerate() {
        let same = |other: &&Variant| one.data == other.data && one.learning == other.learning;
        if let Some(other) = variants[..index].iter().find(same) {
            let names = format!("`{}` and `{}`", other.name, one.name);
            let error = Error::setting("variant", names, "they are the same run: change or remove one of them");
            return Err(error.of(&one.name));
        }
    }
    Ok(())
}

/// The number of runs must be one that can be counted and listed.
fn check_blocks(variants: &[Variant], seeds: usize) -> Result<()> {
    let blocks = |variant: &Variant| variant.learning.as_ref().map_or(0, |learning| learning.model.blocks(seeds));
    let all = variants.iter().map(blocks).fold(0, usize::saturating_add);
    if all <= limits::BLOCKS {
        return Ok(());
    }
    let most = limits::BLOCKS;
    let allowed =
        format!("with {} variants these are {all} runs, and at most {most} are allowed: give less", variants.len());
    Err(Error::setting("seeds", seeds, &allowed))
}

/// The bounds of what can be evaluated, if it is given.
fn check_evaluate(section: EvaluateSection) -> Result<EvaluateSection> {
    section.points.map(|points| count("evaluate.points", points, limits::POINTS)).transpose()?;
    section.replicas.map(|replicas| whole("evaluate.replicas", replicas, 2, limits::REPLICAS)).transpose()?;
    section.reference.clone().map(|path| file_path("evaluate.reference", path)).transpose()?;
    section.jet.map(|jet| whole("evaluate.jet", jet, 0, limits::SAMPLES)).transpose()?;
    if section.widths.as_ref().is_some_and(Vec::is_empty) {
        return Err(Error::setting("evaluate.widths", "an empty list", "give at least one width"));
    }
    section.widths.as_ref().map(|widths| short("evaluate.widths", widths, limits::WIDTHS)).transpose()?;
    section.widths.iter().flatten().try_for_each(|&width| loss::kernel_width("evaluate.widths", width).map(drop))?;
    let efficiency = section.background_efficiency.map(|value| positive("evaluate.background_efficiency", value));
    efficiency.map(|value| between("evaluate.background_efficiency", value?, 0.0, 1.0)).transpose()?;
    Ok(section)
}

/// The bounds of what can be drawn; colours themselves are checked where they are read.
fn check_draw(section: DrawSection) -> Result<DrawSection> {
    section.colours.as_ref().map(|colours| short("draw.colours", colours, limits::COLOURS)).transpose()?;
    Ok(section)
}
