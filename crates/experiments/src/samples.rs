//! From data sets, plain arrays, to the tensors that a network is trained on.

use std::path::{Path, PathBuf};

use datasets::contamination::{contaminated, tops};
use datasets::image::{ImageSet, Remapping, cached_images, fingerprint};
use datasets::jets::Class;
use models::training::Samples;
use ndarray::Array2;
use serde_json::{Value, json};
use tch::{Device, Tensor};

use crate::config::{Data, Experiment, ImageView, JetFiles, PointSet};
use crate::run::{TrainedOn, TrainingSource};
use crate::{Error, Project, Result};

/// Where `just data jets` puts the top tagging reference data, relative to the project.
pub const REFERENCE_FOLDER: &str = "data/reference";

/// The list of the reference files by their content, which the script that fetches them writes there once it has verified
/// them: the SHA-256 as 64 hexadecimal digits, two spaces and the name, a file a line.
pub const VERIFIED: &str = "SHA256SUMS";

/// Raised whenever the same settings would give other samples.
pub const VERSION: u32 = 1;

/// What identifies the samples of a source: settings, and for a file the fingerprint of its content.
///
/// # Errors
/// [`Error::Data`] if a file cannot be read.
pub fn identity(source: &TrainingSource, project: &Project) -> Result<Value> {
    Ok(match source {
        TrainingSource::Points(points) => point_identity(points)?,
        TrainingSource::Jets(files, trained_on) => jet_identity(files, *trained_on, project)?,
    })
}

fn jet_identity(files: &JetFiles, trained_on: TrainedOn, project: &Project) -> Result<Value> {
    let mut identity = json!({
        "kind": "jets", "sizes": files.sizes, "seed": files.seed, "fingerprint": content(&files.train_file, project)?,
        "recipe": files.recipe.name(), "recipe_version": files.recipe.version(), "image_sum": files.image_sum,
    });
    match trained_on {
        TrainedOn::Class(class) => identity["class"] = json!(class.name()),
        TrainedOn::Mixture(fraction) => identity["top_fraction"] = json!(fraction),
    }
    if files.view != ImageView::default() {
        identity["view"] = view_identity(files.view);
    }
    if let Some(table) = &files.train_table {
        identity["table"] = json!(table);
    }
    Ok(identity)
}

/// The parts of a view that are set: a TOML file, where a run's identity is kept, has no empty value.
fn view_identity(view: ImageView) -> Value {
    let mut identity = json!({"remapping": view.remapping.name(), "renormalised": !view.not_renormalised});
    if let Some(brightest) = view.brightest {
        identity["brightest"] = json!(brightest);
    }
    identity
}

/// Kind, sizes and seed first, then what the kind needs.
fn point_identity(points: &PointSet) -> Result<Value> {
    let manifold = serde_json::to_value(&points.manifold);
    let manifold = manifold.map_err(|error| Error::setting("data", "not to be written down", &error.to_string()))?;
    let mut identity = json!({"kind": manifold["kind"], "sizes": points.sizes, "seed": points.seed});
    // Left out where it is true: runs are named as before there was a choice.
    if !points.shared {
        identity["shared"] = json!(false);
    }
    for (key, value) in manifold.as_object().into_iter().flatten() {
        identity[key] = value.clone();
    }
    Ok(identity)
}

/// The source in a few words.
pub fn describe(source: &TrainingSource) -> String {
    match source {
        TrainingSource::Points(points) => {
            let own = if points.shared { "" } else { ", other ones for each seed" };
            format!("{} points of {}{own}", points.sizes[0], points.manifold.describe())
        }
        TrainingSource::Jets(files, trained_on) => {
            let view = describe_view(files.view);
            format!("{} {} of {}{view}", files.sizes[0], trained_on.describe(), files.train_file.display())
        }
    }
}

/// What a view changes, with a comma before it; nothing for whole images as they are.
fn describe_view(view: ImageView) -> String {
    let brightest = view.brightest.map_or_else(String::new, |n| format!(", {n} brightest pixels"));
    let remapping = match view.remapping {
        Remapping::None => String::new(),
        other => format!(", {}", other.name().replace('_', " ")),
    };
    brightest + &remapping
}

/// Training and validation samples on `device`, of networks with these seeds.
///
/// # Errors
/// [`Error::Data`] if the samples cannot be made or read, [`Error::TooFewJets`] if a file holds fewer than asked for.
pub fn load(source: &TrainingSource, seeds: &[u64], project: &Project, device: Device) -> Result<Samples> {
    let [training, validation] = match source {
        TrainingSource::Points(points) if points.shared => points.sample()?.map(|points| tensor(&points)),
        TrainingSource::Points(points) => own_points(points, seeds)?,
        TrainingSource::Jets(files, trained_on) => training_images(files, *trained_on, project)?,
    };
    Ok(Samples { training: training.to_device(device), validation: validation.to_device(device) })
}

/// Training and validation points of each seed's own, `[seeds, n, features]`.
fn own_points(points: &PointSet, seeds: &[u64]) -> Result<[Tensor; 2]> {
    let drawn = seeds.iter().map(|&seed| points.sample_of(seed)).collect::<Result<Vec<_>>>()?;
    let all = |part: usize| Tensor::stack(&drawn.iter().map(|parts| tensor(&parts[part])).collect::<Vec<_>>(), 0);
    Ok([all(0), all(1)])
}

/// Points `[n, features]` as an f32 tensor on the CPU.
pub fn tensor(points: &Array2<f64>) -> Tensor {
    let numbers: Vec<f32> = points.iter().map(|&x| x as f32).collect();
    Tensor::from_slice(&numbers).view([points.nrows() as i64, points.ncols() as i64])
}

/// The fingerprint of a jet file's content.
///
/// # Errors
/// As [`images`].
pub fn content(file: &Path, project: &Project) -> Result<String> {
    Ok(fingerprint(&existing(file, project)?, &project.cache())?)
}

/// The path of a jet file; a reference file that is missing has a remedy of its own.
fn existing(file: &Path, project: &Project) -> Result<PathBuf> {
    let path = project.data(file);
    if file.starts_with(REFERENCE_FOLDER) && !path.exists() { Err(Error::NoReferenceData { path }) } else { Ok(path) }
}

/// All images of a jet file, or of its pandas table `table`, as the experiment shows them, from the cache if they are there.
///
/// # Errors
/// [`Error::Data`] if the file cannot be read, [`Error::NoReferenceData`] if it is one of the reference files and missing.
pub fn images(file: &Path, table: Option<&str>, files: &JetFiles, project: &Project) -> Result<ImageSet> {
    Ok(files.view.of(cached_images(&existing(file, project)?, table, files.recipe, &project.cache())?))
}

/// Images of the jets that a network is trained on: `[n, 1, side, side]` for training, then for validation.
///
/// Of each class they are the first in a seeded order, so that a mixture takes from the jets that each class alone gives.
///
/// # Errors
/// As [`load`].
pub fn training_images(files: &JetFiles, trained_on: TrainedOn, project: &Project) -> Result<[Tensor; 2]> {
    let images = images(&files.train_file, files.train_table.as_deref(), files, project)?;
    let rows = training_rows(&images, files, trained_on, project)?;
    Ok(rows.map(|rows| image_tensor(&images, &rows, files.image_sum)))
}

/// The rows of the training and of the validation jets among `images`, those of the file to train on.
///
/// # Errors
/// [`Error::TooFewJets`] if there are fewer than asked for.
pub fn training_rows(
    images: &ImageSet,
    files: &JetFiles,
    trained_on: TrainedOn,
    project: &Project,
) -> Result<[Vec<usize>; 2]> {
    let of = |class, wanted| class_rows(images, files, class, wanted, project);
    match trained_on {
        TrainedOn::Class(class) => of(class, files.sizes),
        TrainedOn::Mixture(fraction) => {
            let [training, validation] = files.sizes;
            let [top_training, top_validation] = [tops(training, fraction)?, tops(validation, fraction)?];
            let [qcd, qcd_validation] = of(Class::Qcd, [training - top_training, validation - top_validation])?;
            let [top, top_rows_validation] = of(Class::Top, [top_training, top_validation])?;
            Ok([
                contaminated(&qcd, &top, training, fraction, files.seed)?,
                contaminated(&qcd_validation, &top_rows_validation, validation, fraction, files.seed)?,
            ])
        }
    }
}

/// Rows of one class to train and to validate on: at least as many as are wanted, and no more than `data.training` and
/// `data.validation`.
fn class_rows(
    images: &ImageSet,
    files: &JetFiles,
    class: Class,
    wanted: [usize; 2],
    project: &Project,
) -> Result<[Vec<usize>; 2]> {
    let rows = images.rows_of(class);
    let all = wanted[0] + wanted[1];
    if rows.len() < all {
        let path = project.data(&files.train_file);
        return Err(Error::TooFewJets { path, class: class.name(), found: rows.len(), wanted: all });
    }
    let order =
        random::permutation(rows.len(), &mut random::stream(files.seed, "choice of jets", u64::from(class.label())));
    let ordered: Vec<usize> = order.into_iter().map(|index| rows[index]).collect();
    let (training, validation) = ordered.split_at(files.sizes[0].min(rows.len() - wanted[1]));
    Ok([training.to_vec(), validation[..files.sizes[1].min(validation.len())].to_vec()])
}

/// The images of `rows` as the network sees them: `[n, 1, side, side]`, each with the sum `image_sum`.
pub fn image_tensor(images: &ImageSet, rows: &[usize], image_sum: f64) -> Tensor {
    let side = images.side() as i64;
    Tensor::from_slice(&images.dense(rows)).view([rows.len() as i64, 1, side, side]) * image_sum
}

/// Demands jets of both classes among the images of the file at `path`.
///
/// # Errors
/// [`Error::TooFewJets`] naming the class that is missing.
pub fn check_both_classes(images: &ImageSet, path: &Path) -> Result<()> {
    match [Class::Qcd, Class::Top].into_iter().find(|&class| images.rows_of(class).is_empty()) {
        None => Ok(()),
        Some(class) => Err(Error::TooFewJets { path: path.to_owned(), class: class.name(), found: 0, wanted: 1 }),
    }
}

/// The test images, and for each class the rows that are tested.
///
/// # Errors
/// [`Error::Data`] if the file cannot be read, [`Error::TooFewJets`] if it holds fewer than asked for.
pub fn test_images(files: &JetFiles, project: &Project) -> Result<(ImageSet, [Vec<usize>; 2])> {
    let path = project.data(&files.test_file);
    let images = images(&files.test_file, files.test_table.as_deref(), files, project)?;
    let chosen = |class: Class| {
        let mut rows = images.rows_of(class);
        let wanted = files.test.unwrap_or(rows.len().max(1));
        if rows.len() < wanted {
            return Err(Error::TooFewJets { path: path.clone(), class: class.name(), found: rows.len(), wanted });
        }
        rows.truncate(wanted);
        Ok(rows)
    };
    let rows = [chosen(Class::Qcd)?, chosen(Class::Top)?];
    Ok((images, rows))
}

/// Whether the file at `path` is one of the reference data, bit for bit.
///
/// # Errors
/// [`Error::File`] if their list cannot be read, [`Error::Data`] if the file cannot be.
pub fn is_reference(path: &Path, project: &Project) -> Result<bool> {
    let list = project.data(Path::new(REFERENCE_FOLDER)).join(VERIFIED);
    let list = match std::fs::read_to_string(&list) {
        Ok(list) => list,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(Error::file(&list, "read")(error)),
    };
    let fingerprint = fingerprint(path, &project.cache())?;
    Ok(list.lines().filter_map(|line| line.split_whitespace().next()).any(|sum| sum.eq_ignore_ascii_case(&fingerprint)))
}

/// What identifies the data that a figure is evaluated on, beside what its runs were trained on: of the first variant, and of
/// those whose test data are others.
///
/// # Errors
/// [`Error::Data`] if a file cannot be read.
pub fn evaluation_identity(experiment: &Experiment, project: &Project) -> Result<Value> {
    let first = test_identity(experiment.data(), project)?;
    let mut all = vec![first.clone()];
    if matches!(experiment.data(), Data::Jets(_)) {
        for variant in &experiment.variants {
            let identity = test_identity(&variant.data, project)?;
            if !all.contains(&identity) {
                all.push(identity);
            }
        }
    }
    if let Some(path) = reference_file(experiment, project) {
        all.push(json!({"reference": content(&path, project)?}));
    }
    Ok(if all.len() == 1 { first } else { json!(all) })
}

/// The reference jets that an experiment is tested on beside its own test file; none if they are not there, or are that file.
pub fn reference_file(experiment: &Experiment, project: &Project) -> Option<PathBuf> {
    let Data::Jets(files) = experiment.data() else { return None };
    let path = experiment.evaluate.reference.clone()?;
    (path != files.test_file && project.data(&path).exists()).then_some(path)
}

fn test_identity(data: &Data, project: &Project) -> Result<Value> {
    Ok(match data {
        Data::Jets(files) => {
            let mut identity = json!({
                "fingerprint": content(&files.test_file, project)?,
                "test": files.test, "recipe": files.recipe.name(), "recipe_version": files.recipe.version(),
            });
            if files.view != ImageView::default() {
                identity["view"] = view_identity(files.view);
            }
            if let Some(table) = &files.test_table {
                identity["table"] = json!(table);
            }
            // The tables say what the jets are called.
            for (key, file) in [("trained_on", &files.train_file), ("tested_on", &files.test_file)] {
                let verified = is_reference(&project.data(file), project)?;
                identity[key] =
                    json!({"file": file.file_stem().map(std::ffi::OsStr::to_string_lossy), "verified": verified});
            }
            identity
        }
        Data::Points(points) => point_identity(points)?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Six QCD and four top jets of one pixel each.
    fn images() -> ImageSet {
        let mut images = ImageSet::empty(40);
        for jet in 0..10u16 {
            images.push(&[(jet, 1.0)], if jet % 5 < 3 { Class::Qcd } else { Class::Top });
        }
        images
    }

    fn files() -> JetFiles {
        JetFiles {
            train_file: "train.h5".into(),
            test_file: "test.h5".into(),
            train_table: None,
            test_table: None,
            sizes: [4, 2],
            test: None,
            seed: 1,
            recipe: datasets::image::Recipe::PrincipalAxis,
            image_sum: 1.0,
            view: ImageView::default(),
            top_fraction: None,
        }
    }

    fn circle(shared: bool) -> PointSet {
        PointSet { manifold: crate::config::Manifold::Circle, sizes: [4, 2], seed: 1, shared }
    }

    #[test]
    fn shared_points_are_identified_as_before_they_could_be_anything_else() {
        let shared = point_identity(&circle(true)).unwrap();
        assert_eq!(shared, json!({"kind": "circle", "sizes": [4, 2], "seed": 1}));
        let own = point_identity(&circle(false)).unwrap();
        assert_eq!(own, json!({"kind": "circle", "sizes": [4, 2], "seed": 1, "shared": false}));
    }

    #[test]
    fn a_seeds_own_points_do_not_depend_on_the_seeds_beside_it() {
        let project = Project { root: "/p".into(), results: "/r".into() };
        let of = |seeds: &[u64]| {
            let source = TrainingSource::Points(circle(false));
            let Samples { training, validation } = load(&source, seeds, &project, Device::Cpu).unwrap();
            assert_eq!((training.size()[1], validation.size()[1]), (4, 2));
            [training, validation]
        };
        let [block, alone] = [of(&[16, 17, 18]), of(&[17])];
        for (block, alone) in block.iter().zip(alone) {
            assert!(block.get(1).equal(&alone.get(0)) && !block.get(0).equal(&alone.get(0)));
        }
        let source = TrainingSource::Points(circle(true));
        assert_eq!(load(&source, &[0, 1], &project, Device::Cpu).unwrap().training.size(), [4, 2]);
    }

    #[test]
    fn a_class_gives_as_many_rows_as_are_wanted_and_no_more_than_are_asked_for() {
        let project = Project { root: "/p".into(), results: "/r".into() };
        let of = |class, wanted| class_rows(&images(), &files(), class, wanted, &project);
        let [training, validation] = of(Class::Qcd, [4, 2]).unwrap();
        assert_eq!((training.len(), validation.len()), (4, 2));
        let all: std::collections::BTreeSet<usize> = training.iter().chain(&validation).copied().collect();
        assert_eq!(all.into_iter().collect::<Vec<_>>(), images().rows_of(Class::Qcd));
        // Of four tops one is kept to validate on.
        let [training, validation] = of(Class::Top, [2, 1]).unwrap();
        assert_eq!((training.len(), validation.len()), (3, 1));
        assert!(matches!(of(Class::Top, [4, 2]), Err(Error::TooFewJets { found: 4, wanted: 6, .. })));
    }

    #[test]
    fn a_table_is_part_of_what_identifies_the_samples_only_where_it_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let project = Project { root: folder.path().into(), results: folder.path().join("results") };
        for name in ["train.h5", "test.h5"] {
            std::fs::write(folder.path().join(name), "jets").unwrap();
        }
        let of = |files: JetFiles| {
            let trained = jet_identity(&files, TrainedOn::Class(Class::Qcd), &project).unwrap();
            [trained, test_identity(&Data::Jets(files), &project).unwrap()]
        };
        let unnamed = of(files());
        assert!(unnamed.iter().all(|identity| identity.get("table").is_none()));
        let named = of(JetFiles { train_table: Some("a".into()), test_table: Some("b".into()), ..files() });
        assert_eq!((&named[0]["table"], &named[1]["table"]), (&json!("a"), &json!("b")));
        let only_test = of(JetFiles { test_table: Some("b".into()), ..files() });
        assert_eq!((&only_test[0], &only_test[1]), (&unnamed[0], &named[1]));
    }

    #[test]
    fn a_file_of_one_class_is_named_with_the_class_that_is_missing() {
        let path = Path::new("jets.h5");
        assert!(check_both_classes(&images(), path).is_ok());
        let mut tops = ImageSet::empty(40);
        tops.push(&[(0, 1.0)], Class::Top);
        let text = check_both_classes(&tops, path).unwrap_err().to_string();
        assert!(text.starts_with("jets.h5 has 0 QCD jets") && text.contains("both classes"), "{text}");
    }

    #[test]
    fn a_mixture_at_its_ends_is_one_class_alone() {
        assert_eq!(TrainedOn::with_tops(0.0), TrainedOn::Class(Class::Qcd));
        assert_eq!(TrainedOn::with_tops(1.0), TrainedOn::Class(Class::Top));
        assert_eq!(TrainedOn::with_tops(0.25), TrainedOn::Mixture(0.25));
    }
}
