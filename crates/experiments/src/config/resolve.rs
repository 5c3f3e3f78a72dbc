//! The layers of an experiment: the source's base file, the figure's file, its variant, the tier, then the command line.

use toml::{Table, Value};

use super::layer::{Layer, merge};
use super::origins::{Origins, Place};
use super::{Experiment, ExperimentFile, variants};
use crate::{Error, Project, Result, Tier};

/// What the command line changes of an experiment, and what it runs on.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// The tier.
    pub tier: Tier,
    /// `section.key=value`, in order.
    pub set: Vec<String>,
    /// Number of seeds.
    pub seeds: Option<usize>,
    /// Runs trained side by side, at least one: how often their memory is needed.
    pub threads: usize,
    /// Whether the networks are on a GPU, whose memory is not this machine's.
    pub gpu: bool,
}

/// Reads, layers and checks the experiment of figure `id` of `source`.
///
/// # Errors
/// [`Error::ExperimentFile`] with file, line, key and what is allowed; [`Error::Assignment`] for a `--set`;
/// [`Error::Setting`] for a value out of its range, with the place where it was set.
pub fn resolve(project: &Project, source: &str, id: &str, choices: &Choices) -> Result<Experiment> {
    let files = ["base", id].map(|name| project.experiment(source, name));
    let mut below = Layer::read(&files[0], true)?;
    below.lay(Layer::read(&files[1], false)?);
    // The tier comes after both files, so that a figure's own setting does not cancel the tier of its base.
    let (mut above, aside) = below.take_tier(choices.tier.name());
    ["variant", "sweep"].into_iter().for_each(|key| above.move_to(key, &mut below));
    for assignment in &choices.set {
        above.lay(Layer::of_assignment(assignment)?);
    }
    if let Some(seeds) = choices.seeds {
        above.table.insert("seeds".to_owned(), Value::Integer(i64::try_from(seeds).unwrap_or(i64::MAX)));
        above.places.set("seeds", Place::Option(format!("--seeds {seeds}").into()));
    }
    let overlays = variants::take(&mut below);
    let mut origins = Origins { files, above: above.places, variants: Vec::new(), below: below.places, aside };
    let overlays = overlays.map_err(|error| origins.locate(error))?;
    let layers = Layers { below: below.table, above: above.table };
    origins.variants = overlays.iter().map(|overlay| (overlay.name.clone(), overlay.places.clone())).collect();
    let variants = overlays.into_iter().map(|overlay| Ok((overlay.name, layers.with(overlay.table, &origins)?)));
    let experiment = layers
        .with(Table::new(), &origins)
        .and_then(|file| Experiment::check(file, variants, choices.tier, origins.clone()));
    experiment.map_err(|error| origins.locate(error))
}

/// What lies below and above the variants.
struct Layers {
    below: Table,
    above: Table,
}

impl Layers {
    /// All layers with that of one variant between them.
    fn with(&self, variant: Table, origins: &Origins) -> Result<ExperimentFile> {
        let mut table = self.below.clone();
        merge(&mut table, variant);
        merge(&mut table, self.above.clone());
        // Each layer alone was read before: only what they are together can be refused here.
        let [base, own] = &origins.files;
        let fail = |error: toml::de::Error| Error::ExperimentFile {
            path: own.clone(),
            message: format!("together with {} and the command line: {}", base.display(), error.message()),
        };
        Value::Table(table).try_into().map_err(fail)
    }
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
            resolve(&project, "topology", "fig01", &Choices { tier, set, ..Choices::default() }).unwrap()
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
    fn the_initialisation_is_part_of_a_network_only_where_it_is_not_uniform() {
        let model = |set: &[&str]| {
            let (_folder, project) = project("title = \"t\"");
            let choices = Choices { set: set.iter().map(|&text| text.to_owned()).collect(), ..Choices::default() };
            let experiment = resolve(&project, "topology", "fig01", &choices).unwrap();
            serde_json::to_string(&experiment.learning().unwrap().model).unwrap()
        };
        let absent = model(&[]);
        assert!(!absent.contains("initialisation"), "{absent}");
        assert_eq!(model(&["model.initialisation=uniform"]), absent);
        assert_eq!(model(&["model.initialisation=he"]), absent.replace('}', ",\"initialisation\":\"he\"}"));
        let unknown = message("title = \"t\"\n[model]\ninitialisation = \"xavier\"\n", &[]);
        for part in ["fig01.toml", "line 3", "xavier", "`uniform`, `glorot`, `he`, `orthogonal`"] {
            assert!(unknown.contains(part), "{part} in {unknown}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let (_folder, project) = project("title = \"t\"");
        let error = resolve(&project, "topology", "fig02", &Choices::default()).unwrap_err();
        assert!(error.to_string().contains("fig02.toml"), "{error}");
    }
}
