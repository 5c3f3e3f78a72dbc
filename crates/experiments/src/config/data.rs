//! The data set of an experiment, checked.

use std::path::PathBuf;

use datasets::image::Recipe;

use super::check::{at_least_one, positive, required};
use super::file::{DataKind, DataSection};
use super::points::{Manifold, PointSet};
use crate::{Error, Result};

/// A data set.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Points that a seed generates.
    Points(PointSet),
    /// Jet images.
    Jets(JetFiles),
}

/// Jet files and what is taken from them.
#[derive(Debug, Clone, PartialEq)]
pub struct JetFiles {
    /// File to train on.
    pub train_file: PathBuf,
    /// File to test on.
    pub test_file: PathBuf,
    /// Training and validation jets of one class.
    pub sizes: [usize; 2],
    /// Test jets of each class; all if none is given.
    pub test: Option<usize>,
    /// Seed of the choice of jets.
    pub seed: u64,
    /// How an image is made.
    pub recipe: Recipe,
    /// The sum of an image's pixels as the network sees it.
    pub image_sum: f64,
}

impl Data {
    /// Checks `[data]`.
    ///
    /// # Errors
    /// [`Error::Setting`] with the key, its value and what is allowed.
    pub(super) fn check(section: &DataSection) -> Result<Self> {
        let kind = required("data.kind", section.kind)?;
        refuse_unused(section, used_keys(kind))?;
        let size = |key: &str, value| -> Result<usize> { at_least_one(key, required(key, value)?) };
        let sizes = [size("data.training", section.training)?, size("data.validation", section.validation)?];
        let seed = section.seed.unwrap_or(0);
        match kind {
            DataKind::Jets => check_jets(section, sizes, seed),
            kind => Ok(Self::Points(PointSet { manifold: Manifold::check(kind, section)?, sizes, seed })),
        }
    }
}

/// The keys that a kind uses beside `kind`, `training`, `validation` and `seed`.
fn used_keys(kind: DataKind) -> &'static [&'static str] {
    match kind {
        DataKind::Circle | DataKind::HopfLink | DataKind::Trefoil | DataKind::FlatTorus => &[],
        DataKind::Gaussian => &["standard_deviations"],
        DataKind::Circles => &["distance"],
        DataKind::Sphere => &["dimension"],
        DataKind::Torus => &["major", "minor"],
        DataKind::Paraboloid => &["radius", "hole", "height"],
        DataKind::DoubleCone => &["power"],
        DataKind::PhaseSpace => &["particles", "masses", "density", "inputs"],
        DataKind::BumpHunt => &["mass", "width", "signal_fraction", "excluded_band", "inputs"],
        DataKind::Jets => &["train_file", "test_file", "test", "recipe", "image_sum"],
    }
}

/// A key that would change nothing is an error: whoever set it believes that it did.
fn refuse_unused(section: &DataSection, used: &[&str]) -> Result<()> {
    let set = toml::Table::try_from(section).unwrap_or_default();
    let of_all = ["kind", "training", "validation", "seed"];
    match set.keys().find(|key| !of_all.contains(&key.as_str()) && !used.contains(&key.as_str())) {
        Some(key) => Err(Error::setting(&format!("data.{key}"), "set", "this kind does not use it; remove it")),
        None => Ok(()),
    }
}

fn check_jets(section: &DataSection, sizes: [usize; 2], seed: u64) -> Result<Data> {
    let name = required("data.recipe", section.recipe.clone())?;
    let recipes = [Recipe::PrincipalAxis, Recipe::MacalusoShih];
    let recipe = recipes.into_iter().find(|recipe| recipe.name() == name).ok_or_else(|| {
        let names = recipes.map(|recipe| format!("`{}`", recipe.name())).join(" or ");
        Error::setting("data.recipe", format!("`{name}`"), &format!("give {names}"))
    })?;
    Ok(Data::Jets(JetFiles {
        train_file: required("data.train_file", section.train_file.clone())?,
        test_file: required("data.test_file", section.test_file.clone())?,
        sizes,
        test: section.test.map(|test| at_least_one("data.test", test)).transpose()?,
        seed,
        recipe,
        image_sum: positive("data.image_sum", section.image_sum.unwrap_or(1.0))?,
    }))
}
