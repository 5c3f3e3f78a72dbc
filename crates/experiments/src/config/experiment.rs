//! A checked experiment: every value is there and in its range.

use super::check::{at_least_one, between, missing, positive, required};
use super::data::{Data, JetFiles};
use super::file::{DrawSection, EvaluateSection, ExperimentFile};
use super::learning::{Learning, Model};
use super::points::{Manifold, PointSet};
use crate::{Error, Result, Tier};

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
    pub fn check(file: ExperimentFile, variants: Vec<(String, ExperimentFile)>, tier: Tier) -> Result<Self> {
        let checked = variants.into_iter().map(|(name, file)| {
            Variant::check(name.clone(), &file).map_err(|error| if name.is_empty() { error } else { error.of(&name) })
        });
        let variants = checked.collect::<Result<Vec<_>>>()?;
        check_different(&variants)?;
        Ok(Self {
            title: required("title", file.title)?,
            source_figure: file.source_figure.unwrap_or_default(),
            tier,
            seeds: at_least_one("seeds", file.seeds.unwrap_or(1))?,
            variants,
            evaluate: check_evaluate(file.evaluate)?,
            draw: file.draw,
        })
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
                return Err(Error::setting("data", "another data set", &format!("this figure is about {what}")));
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
    /// [`Error::Setting`] if it is missing or 0.
    pub fn points(&self) -> Result<usize> {
        at_least_one("evaluate.points", required("evaluate.points", self.evaluate.points)?)
    }
}

/// Two variants that are the same are a slip: a `--set` overrode what told them apart.
fn check_different(variants: &[Variant]) -> Result<()> {
    for (index, one) in variants.iter().enumerate() {
        let same = |other: &&Variant| one.data == other.data && one.learning == other.learning;
        if let Some(other) = variants[..index].iter().find(same) {
            let names = format!("`{}` and `{}`", other.name, one.name);
            return Err(Error::setting("variant", names, "they are the same run: change or remove one of them"));
        }
    }
    Ok(())
}

/// The bounds of what can be evaluated, if it is given.
fn check_evaluate(section: EvaluateSection) -> Result<EvaluateSection> {
    section.points.map(|points| at_least_one("evaluate.points", points)).transpose()?;
    if section.widths.as_ref().is_some_and(Vec::is_empty) {
        return Err(Error::setting("evaluate.widths", "an empty list", "give at least one width"));
    }
    section.widths.iter().flatten().try_for_each(|&width| positive("evaluate.widths", width).map(drop))?;
    let efficiency = section.background_efficiency.map(|value| positive("evaluate.background_efficiency", value));
    efficiency.map(|value| between("evaluate.background_efficiency", value?, 0.0, 1.0)).transpose()?;
    match section.replicas {
        Some(replicas @ 0..2) => {
            Err(Error::setting("evaluate.replicas", replicas, "give a whole number of at least 2"))
        }
        _ => Ok(section),
    }
}
