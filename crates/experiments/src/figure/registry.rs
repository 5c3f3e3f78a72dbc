//! All figures, and the one that a name means.

use super::Figure;
use crate::{Error, Project, Result, jets, talk, topology};

/// Every figure, in the order of the catalogue.
pub static FIGURES: &[&dyn Figure] = &[
    &topology::fig01::TheIdea,
    &topology::fig02::ReconstructedCurves,
    &topology::fig03::LatentOverAngle,
    &topology::fig04::LossOverAngle,
    &topology::fig05::TearInTraining,
    &topology::fig06::TearAgainstCapacity,
    &topology::fig07::LossOverSquare,
    &topology::fig08::CircleInLatentSpace,
    &topology::fig09::ExtrinsicTopology,
    &topology::fig10::LossOverSphere,
    &topology::fig11::UnrolledSphere,
    &topology::fig12::BallAndSphere,
    &topology::fig13::TearAgainstCapacity,
    &topology::fig14::LossOverTorus,
    &topology::fig15::LossOverParaboloid,
    &topology::fig16::ExcisedParaboloid,
    &topology::fig17::LossOverDoubleCone,
    &topology::fig18::RareApex,
    &topology::fig19::SphereOfEvents,
    &topology::fig20::TrainingCurves,
    &topology::fig21::DalitzPlot,
    &topology::fig22::TrueAndReconstructed,
    &topology::fig23::SoftCorners,
    &topology::fig24::MassSpectrum,
    &topology::fig25::LossOfSignal,
    &topology::fig26::CutOnLoss,
    &topology::start::StartOfTraining,
    &jets::fig01::Layers,
    &jets::fig02::FromConstituentsToImage,
    &jets::fig03::AverageImages,
    &jets::fig04::ReconstructionInTraining,
    &jets::fig05::LimitedReconstruction,
    &jets::fig06::Complexity,
    &jets::fig07::RocBothWays,
    &jets::fig08::LossDistributions,
    &jets::fig09::ComplexityBias,
    &jets::fig10::LatentDimension,
    &jets::fig11::Remappings,
    &jets::fig12::KernelMeanSquaredError,
    &jets::fig13::DimStructure,
    &jets::fig14::ImprovedBothWays,
    &jets::fig15::TableOfSetups,
    &jets::fig16::RanksByMeasure,
    &jets::fig17::Contamination,
    &jets::fig18::Unsupervised,
    &jets::fig19::AlongTraining,
    &jets::fig20::MassAndMultiplicity,
    &jets::start::START,
    &jets::start::SCHEDULE,
    &talk::slide03::LinearAndPca,
];

/// Names shown for one that is unknown.
const NEAREST: usize = 3;

/// The figures that `name` means: `fig7`, `fig07` (of every source), `jets/fig7`, `jets-fig07`, `topology`, `all`, or a
/// published number that was entered as `source_figure` in a figure's file.
///
/// # Errors
/// [`Error::UnknownFigure`] with the nearest names.
pub fn find(name: &str, project: &Project) -> Result<Vec<&'static dyn Figure>> {
    let wanted = normalise(name);
    let own = |figure: &&&dyn Figure| {
        let (source, id) = (figure.source(), normalise(figure.id()));
        let of_several = wanted == "all" || wanted == source;
        (of_several && !figure.on_request()) || wanted == id || wanted == format!("{source}/{id}")
    };
    let mut found: Vec<&dyn Figure> = FIGURES.iter().filter(own).copied().collect();
    if found.is_empty() {
        found = FIGURES
            .iter()
            .filter(|figure| published(**figure, project).is_some_and(|number| normalise(&number) == wanted))
            .copied()
            .collect();
    }
    if found.is_empty() {
        Err(Error::UnknownFigure { name: name.to_owned(), nearest: nearest(&wanted) })
    } else {
        Ok(found)
    }
}

/// `jets-fig07`, `jets_fig07` and `jets/fig7` as `jets/fig7`.
fn normalise(name: &str) -> String {
    let name = name.trim().to_lowercase().replace(['-', '_'], "/");
    let digits = name.trim_start_matches(|c: char| !c.is_ascii_digit());
    let number = digits.trim_start_matches('0');
    if digits.is_empty() || number.is_empty() {
        name
    } else {
        format!("{}{number}", &name[..name.len() - digits.len()])
    }
}

/// The published number in a figure's file, if somebody entered one.
fn published(figure: &dyn Figure, project: &Project) -> Option<String> {
    let text = std::fs::read_to_string(project.experiment(figure.source(), figure.id())).ok()?;
    let table: toml::Table = text.parse().ok()?;
    let number = table.get("source_figure")?.as_str()?;
    (!number.is_empty()).then(|| format!("{}/{number}", figure.source()))
}

/// The names nearest to `wanted`, by the number of letters to change.
fn nearest(wanted: &str) -> String {
    let mut names: Vec<String> = FIGURES.iter().map(|figure| format!("{}/{}", figure.source(), figure.id())).collect();
    names.sort_by_key(|name| {
        let short = name.split('/').next_back().unwrap_or_default();
        distance(wanted, &normalise(name)).min(distance(wanted, &normalise(short)))
    });
    names.truncate(NEAREST);
    names.join(", ")
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (diagonal + usize::from(x != *y)).min(above + 1).min(row[j] + 1);
            diagonal = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(name: &str) -> Vec<String> {
        let project = Project { root: "/nonexistent".into(), results: "/nonexistent".into() };
        find(name, &project).unwrap().iter().map(|figure| format!("{}/{}", figure.source(), figure.id())).collect()
    }

    #[test]
    fn a_figure_is_found_by_each_way_of_writing_it() {
        for name in ["fig7", "fig07", "FIG07"] {
            assert_eq!(names(name), ["topology/fig07", "jets/fig07"], "{name}");
        }
        for name in ["jets/fig7", "jets-fig07", "jets_fig07", "jets/fig07"] {
            assert_eq!(names(name), ["jets/fig07"], "{name}");
        }
        assert_eq!(names("talk"), ["talk/slide03"]);
        assert_eq!(names("jets").len(), 20);
        assert_eq!(names("all").len(), FIGURES.iter().filter(|figure| !figure.on_request()).count());
    }

    #[test]
    fn a_study_is_made_only_if_it_is_asked_for() {
        assert_eq!(names("start"), ["topology/start", "jets/start"]);
        assert!(!names("jets").contains(&"jets/start".to_owned()) && !names("all").contains(&"jets/start".to_owned()));
    }

    #[test]
    fn an_unknown_name_lists_the_nearest() {
        let project = Project { root: "/nonexistent".into(), results: "/nonexistent".into() };
        let error = find("jets/fig21", &project).err().unwrap().to_string();
        assert!(error.contains("jets/fig02"), "{error}");
    }

    #[test]
    fn a_published_number_in_the_file_is_a_name_too() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("experiments/jets")).unwrap();
        std::fs::write(folder.path().join("experiments/jets/fig07.toml"), "source_figure = \"5\"").unwrap();
        let project = Project::find(Some(folder.path()), None).unwrap();
        let found = find("jets/5", &project).unwrap();
        assert_eq!(found.iter().map(|figure| figure.id()).collect::<Vec<_>>(), ["fig07"]);
    }
}
