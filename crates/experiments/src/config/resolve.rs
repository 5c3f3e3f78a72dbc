//! The layers of an experiment: the source's base file, the figure's file, its variant, the tier, then the command line.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::{Experiment, ExperimentFile, variants};
use crate::{Error, Project, Result, Tier};

/// What the command line changes of an experiment.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// The tier.
    pub tier: Tier,
    /// `section.key=value`, in order.
    pub set: Vec<String>,
    /// Number of seeds.
    pub seeds: Option<usize>,
}

/// Reads, layers and checks the experiment of figure `id` of `source`.
///
/// # Errors
/// [`Error::ExperimentFile`] with file, line, key and what is allowed; [`Error::Assignment`] for a `--set`;
/// [`Error::Setting`] for a value out of its range.
pub fn resolve(project: &Project, source: &str, id: &str, choices: &Choices) -> Result<Experiment> {
    let mut resolved = read(&project.experiment(source, "base"))?;
    merge(&mut resolved, read(&project.experiment(source, id))?);
    let mut above = Table::new();
    // The tier comes after both files, so that a figure's own setting does not cancel the tier of its base.
    if let Some(Value::Table(mut tiers)) = resolved.remove("tier")
        && let Some(Value::Table(tier)) = tiers.remove(choices.tier.name())
    {
        merge(&mut above, tier);
    }
    for key in ["variant", "sweep"] {
        above.remove(key).map(|value| resolved.insert(key.to_owned(), value));
    }
    for assignment in &choices.set {
        merge(&mut above, parse_assignment(assignment)?);
    }
    if let Some(seeds) = choices.seeds {
        above.insert("seeds".to_owned(), Value::Integer(i64::try_from(seeds).unwrap_or(i64::MAX)));
    }
    let overlays = variants::take(&mut resolved)?;
    let path = project.experiment(source, id);
    let layered = |variant: Table| -> Result<ExperimentFile> {
        let mut table = resolved.clone();
        merge(&mut table, variant);
        merge(&mut table, above.clone());
        let fail =
            |error: toml::de::Error| Error::ExperimentFile { path: path.clone(), message: error.message().to_owned() };
        Value::Table(table).try_into().map_err(fail)
    };
    let variants = overlays.into_iter().map(|overlay| Ok((overlay.name, layered(overlay.table)?)));
    Experiment::check(layered(Table::new())?, variants.collect::<Result<_>>()?, choices.tier)
}

/// Reads one file, first strictly (for an error with line and key), then as a table to be layered.
fn read(path: &Path) -> Result<Table> {
    let text = std::fs::read_to_string(path).map_err(Error::file(path, "read"))?;
    let fail = |error: toml::de::Error| Error::ExperimentFile {
        path: PathBuf::from(path),
        message: error.to_string().trim_end().to_owned(),
    };
    toml::from_str::<ExperimentFile>(&text).map_err(fail)?;
    toml::from_str::<Table>(&text).map_err(fail)
}

/// Lays `over` on `under`, key by key.
pub(super) fn merge(under: &mut Table, over: Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => merge(below, above),
            (_, value) => drop(under.insert(key, value)),
        }
    }
}

/// `train.learning_rate=1e-3` as a table; a value that is not TOML is taken as text.
fn parse_assignment(assignment: &str) -> Result<Table> {
    let fail = |message: String| Error::Assignment { assignment: assignment.to_owned(), message };
    let (key, value) = assignment.split_once('=').ok_or_else(|| fail("there is no `=`".to_owned()))?;
    let quoted = || format!("{key} = {:?}", value.trim());
    let table = toml::from_str::<Table>(&format!("{key} = {value}"))
        .or_else(|_| toml::from_str::<Table>(&quoted()))
        .map_err(|error| fail(error.message().to_owned()))?;
    if table.contains_key("tier") {
        return Err(fail(
            "the tiers are laid below what is set here: choose one by `--tier` and set the key itself".to_owned(),
        ));
    }
    if table.contains_key("variant") {
        return Err(fail(
            "variants are listed in the experiment's file: set the key itself for all of them".to_owned(),
        ));
    }
    Value::Table(table.clone()).try_into::<ExperimentFile>().map_err(|error| fail(error.message().to_owned()))?;
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tier paper of the base file, which a figure's own setting must not cancel.
    const BASE: &str = "seeds = 4\n[data]\nkind = \"circle\"\ntraining = 256\nvalidation = 32\nseed = 1\n\
        [model]\nkind = \"dense\"\nhidden = [8]\nactivation = \"elu\"\nlatent = 1\n\
        [train]\nepochs = 10\nbatch_size = 32\nlearning_rate = 0.001\nschedule = \"cosine\"\n\
        [tier.paper.train]\nepochs = 1000\n";

    fn project(figure: &str) -> (tempfile::TempDir, Project) {
        let folder = tempfile::tempdir().unwrap();
        let experiments = folder.path().join("experiments/topology");
        std::fs::create_dir_all(&experiments).unwrap();
        std::fs::write(experiments.join("base.toml"), BASE).unwrap();
        std::fs::write(experiments.join("fig01.toml"), figure).unwrap();
        let project = Project::find(Some(folder.path()), None).unwrap();
        (folder, project)
    }

    fn message(figure: &str, set: &[&str]) -> String {
        let (_folder, project) = project(figure);
        let choices = Choices { set: set.iter().map(|&text| text.to_owned()).collect(), ..Choices::default() };
        resolve(&project, "topology", "fig01", &choices).unwrap_err().to_string()
    }

    #[test]
    fn the_layers_are_base_figure_tier_and_command_line_in_this_order() {
        let figure = "title = \"t\"\n[train]\nepochs = 20\nbatch_size = 16\n[tier.smoke.train]\nepochs = 2\n[tier.smoke]\nseeds = 1";
        let (_folder, project) = project(figure);
        let with = |tier, set: &[&str]| {
            let set = set.iter().map(|&text| text.to_owned()).collect();
            resolve(&project, "topology", "fig01", &Choices { tier, set, seeds: None }).unwrap()
        };
        let cpu = with(Tier::Cpu, &[]);
        assert_eq!((cpu.learning().unwrap().epochs, cpu.learning().unwrap().batch_size, cpu.seeds), (20, 16, 4));
        assert_eq!(with(Tier::Paper, &[]).learning().unwrap().epochs, 1000);
        let smoke = with(Tier::Smoke, &["train.batch_size=8", "model.activation=tanh"]);
        assert_eq!((smoke.learning().unwrap().epochs, smoke.learning().unwrap().batch_size, smoke.seeds), (2, 8, 1));
    }

    #[test]
    fn an_unknown_key_names_file_line_key_and_what_is_allowed() {
        let text = message("title = \"t\"\n[train]\nepoch = 3\n", &[]);
        for part in ["fig01.toml", "line 3", "epoch", "epochs", "learning_rate"] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn a_wrong_type_names_file_line_and_type() {
        let text = message("title = \"t\"\n[train]\nepochs = \"many\"\n", &[]);
        for part in ["fig01.toml", "line 3", "epochs", "string"] {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn a_value_out_of_range_names_its_key_and_range() {
        assert!(message("title = \"t\"\n[model]\nhidden = [-3]", &[]).contains("model.hidden"));
        assert!(message("title = \"t\"", &["train.learning_rate=nan"]).contains("train.learning_rate"));
        assert!(message("title = \"t\"", &["train.batch_size=0"]).contains("train.batch_size"));
        assert!(message("title = \"t\"", &["seeds=0"]).contains("seeds"));
        assert!(message("title = \"t\"", &["data.training=0"]).contains("data.training"));
    }

    #[test]
    fn an_assignment_that_cannot_be_applied_says_which() {
        assert!(message("title = \"t\"", &["train.epoch=3"]).contains("--set train.epoch=3"));
        assert!(message("title = \"t\"", &["train.epochs"]).contains("no `=`"));
        assert!(message("title = \"t\"", &["train.epochs=many"]).contains("--set train.epochs=many"));
        assert!(message("title = \"t\"", &["tier.cpu.train.epochs=3"]).contains("--tier"));
    }

    #[test]
    fn a_missing_file_is_named() {
        let (_folder, project) = project("title = \"t\"");
        let error = resolve(&project, "topology", "fig02", &Choices::default()).unwrap_err();
        assert!(error.to_string().contains("fig02.toml"), "{error}");
    }
}
