//! The data set of an experiment, checked.

use std::path::PathBuf;

use datasets::image::{ImageSet, Recipe, Remapping};

use super::check::{between, count, file_path, not_used, required, size};
use super::file::{DataKind, DataSection, EachTable, TableNames};
use super::limits;
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
    /// The pandas table to train on, if one is named.
    pub train_table: Option<String>,
    /// The pandas table to test on, if one is named.
    pub test_table: Option<String>,
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
    /// What is shown of an image.
    pub view: ImageView,
    /// The fraction of top jets in the training and validation samples, in a figure about contamination.
    pub top_fraction: Option<f64>,
}

/// What is shown of an image: how many of its pixels, and which function of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct ImageView {
    /// Only so many of the brightest pixels.
    pub brightest: Option<usize>,
    /// The function of each pixel.
    pub remapping: Remapping,
    /// Whether the image is then not divided by its new sum.
    pub not_renormalised: bool,
}

impl ImageView {
    /// The images as this view shows them.
    pub fn of(&self, images: ImageSet) -> ImageSet {
        if *self == Self::default() {
            return images;
        }
        let images = self.brightest.map_or_else(|| images.clone(), |n| images.brightest(n));
        self.remapping.remap(&images, !self.not_renormalised)
    }
}

impl Data {
    /// Samples to train on; jets of one class.
    pub fn training(&self) -> usize {
        match self {
            Self::Points(points) => points.sizes[0],
            Self::Jets(files) => files.sizes[0],
        }
    }

    /// Checks `[data]`.
    ///
    /// # Errors
    /// [`Error::Setting`] with the key, its value and what is allowed.
    pub(super) fn check(section: &DataSection) -> Result<Self> {
        let kind = required("data.kind", section.kind)?;
        refuse_unused(section, used_keys(kind))?;
        let samples = |key: &str, value| -> Result<usize> { count(key, required(key, value)?, limits::SAMPLES) };
        let sizes = [samples("data.training", section.training)?, samples("data.validation", section.validation)?];
        let seed = section.seed.unwrap_or(0);
        match kind {
            DataKind::Jets => check_jets(section, sizes, seed),
            kind => {
                let manifold = Manifold::check(kind, section)?;
                manifold.try_out()?;
                Ok(Self::Points(PointSet { manifold, sizes, seed, shared: section.shared.unwrap_or(true) }))
            }
        }
    }
}

/// The keys that a kind uses beside `kind`, `training`, `validation`, `seed` and `shared`.
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
        DataKind::Jets => &[
            "train_file",
            "test_file",
            "table",
            "test",
            "recipe",
            "image_sum",
            "brightest",
            "remapping",
            "renormalise",
            "top_fraction",
        ],
    }
}

fn refuse_unused(section: &DataSection, used: &[&str]) -> Result<()> {
    let set = toml::Table::try_from(section).unwrap_or_default();
    let of_all = ["kind", "training", "validation", "seed", "shared"];
    match set.keys().find(|key| !of_all.contains(&key.as_str()) && !used.contains(&key.as_str())) {
        Some(key) => not_used(&format!("data.{key}"), true),
        None => Ok(()),
    }
}

fn check_jets(section: &DataSection, sizes: [usize; 2], seed: u64) -> Result<Data> {
    if section.shared.is_some() {
        let allowed = "jets come from a file, the same for all seeds: remove it";
        return Err(Error::setting("data.shared", "set", allowed));
    }
    let name = required("data.recipe", section.recipe.clone())?;
    let recipes = [Recipe::PrincipalAxis, Recipe::MacalusoShih];
    let recipe = recipes.into_iter().find(|recipe| recipe.name() == name).ok_or_else(|| {
        let names = recipes.map(|recipe| format!("`{}`", recipe.name())).join(" or ");
        Error::setting("data.recipe", format!("`{name}`"), &format!("give {names}"))
    })?;
    let [train_table, test_table] = check_tables(section)?;
    Ok(Data::Jets(JetFiles {
        train_file: file_path("data.train_file", required("data.train_file", section.train_file.clone())?)?,
        test_file: file_path("data.test_file", required("data.test_file", section.test_file.clone())?)?,
        train_table,
        test_table,
        sizes,
        test: section.test.map(|test| count("data.test", test, limits::SAMPLES)).transpose()?,
        seed,
        recipe,
        image_sum: size("data.image_sum", section.image_sum.unwrap_or(1.0))?,
        view: check_view(section, recipe.side() * recipe.side())?,
        top_fraction: section.top_fraction.map(|f| between("data.top_fraction", f, 0.0, 1.0)).transpose()?,
    }))
}

/// The tables to train and to test on, as pandas names them: without a slash at the ends.
fn check_tables(section: &DataSection) -> Result<[Option<String>; 2]> {
    let (train, test) = match section.table.clone() {
        None => (None, None),
        Some(TableNames::Both(name)) => (Some(name.clone()), Some(name)),
        Some(TableNames::Each(EachTable { train, test })) => (train, test),
    };
    let check = |name: Option<String>| match name.map(|name| name.trim_matches('/').to_owned()) {
        Some(name) if name.is_empty() => Err(Error::setting("data.table", "empty", "give the key of a table")),
        name => Ok(name),
    };
    Ok([check(train)?, check(test)?])
}

/// What is shown of an image of so many pixels.
fn check_view(section: &DataSection, pixels: usize) -> Result<ImageView> {
    let brightest = section.brightest.map(|n| count("data.brightest", n, pixels)).transpose()?;
    let remapping = section.remapping.unwrap_or_default();
    if brightest.is_none() && remapping == Remapping::None {
        not_used("data.renormalise", section.renormalise == Some(false))?;
    }
    Ok(ImageView { brightest, remapping, not_renormalised: section.renormalise == Some(false) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn jets(table: &str) -> std::result::Result<JetFiles, String> {
        let text = format!(
            "kind = \"jets\"\ntrain_file = \"a.h5\"\ntest_file = \"b.h5\"\ntraining = 4\nvalidation = 2\n\
             recipe = \"principal-axis\"\n{table}"
        );
        let section: DataSection = toml::from_str(&text).map_err(|error| error.to_string())?;
        match Data::check(&section).map_err(|error| error.to_string())? {
            Data::Jets(files) => Ok(files),
            Data::Points(_) => Err("no jets".to_owned()),
        }
    }

    #[test]
    fn jets_of_each_seeds_own_are_refused_in_words() {
        for value in ["true", "false"] {
            let error = jets(&format!("shared = {value}")).unwrap_err();
            assert!(error.contains("`data.shared` is set") && error.contains("come from a file"), "{error}");
        }
    }

    #[test]
    fn a_table_is_named_for_both_files_or_for_each() {
        let tables = |table: &str| {
            let files = jets(table).unwrap();
            [files.train_table, files.test_table].map(|name| name.unwrap_or_default())
        };
        assert_eq!(tables(""), ["", ""]);
        assert_eq!(tables("table = \"a/b\""), ["a/b", "a/b"]);
        assert_eq!(tables("table = \"/a/\""), ["a", "a"]);
        assert_eq!(tables("table = { train = \"a\", test = \"b\" }"), ["a", "b"]);
        assert_eq!(tables("table.test = \"b\""), ["", "b"]);
    }

    #[test]
    fn a_table_that_is_no_name_says_what_to_write() {
        for table in ["table = 3", "table = { trian = \"a\" }"] {
            let error = jets(table).unwrap_err();
            assert!(error.contains("give the table's key as a text"), "{error}");
        }
        assert!(jets("table = \"/\"").unwrap_err().contains("`data.table` is empty"));
    }
}
