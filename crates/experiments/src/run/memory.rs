//! The memory that runs need, from their sizes alone, against what this machine has.
//!
//! An estimate from below: what it refuses cannot fit, and what it lets pass may still be too much beside other programs.

use super::{RunSpec, TrainingSource};
use crate::config::{Choices, Experiment, Model};
use crate::{Error, Result};

/// Bytes of an f32, of an f64 or row number.
const SINGLE: f64 = 4.0;
const DOUBLE: f64 = 8.0;
/// Copies of the weights: themselves, their gradient, Adam's two moments, and those that a checkpoint is written from.
const COPIES: f64 = 5.0;
/// Samples that go through a network at once where it is evaluated.
const CHUNK: usize = 1000;
/// Images that go through the jets' network at once while it is trained.
const IMAGES: usize = 100;
/// Bytes in a gigabyte, as in the message.
const GIGABYTE: f64 = 1e9;

/// Refuses runs, or an evaluation, that need more memory than this machine has.
///
/// # Errors
/// [`Error::Memory`] with what is needed, what there is, and the settings to lower.
pub fn check_memory(experiment: &Experiment, specs: &[RunSpec], choices: &Choices) -> Result<()> {
    machine_bytes().map_or(Ok(()), |there| check_against(there, experiment, specs, choices))
}

fn check_against(there: f64, experiment: &Experiment, specs: &[RunSpec], choices: &Choices) -> Result<()> {
    let refuse = |what: String, needed: f64, lower: &'static str| {
        let [needed, there] = [needed, there].map(|bytes| bytes / GIGABYTE);
        Err(Error::Memory { what, needed, there, lower })
    };
    let mut needs: Vec<(f64, &RunSpec)> = specs.iter().map(|spec| (bytes_of(spec, choices.gpu), spec)).collect();
    needs.sort_by(|one, other| other.0.total_cmp(&one.0));
    if let Some((needed, spec)) = needs.first().filter(|(needed, _)| *needed > there) {
        return refuse(format!("one run ({})", spec.describe()), *needed, largest_part(spec, choices.gpu));
    }
    // A GPU trains one run after the other.
    let threads = if choices.gpu { 1 } else { choices.threads.max(1) };
    let side_by_side: f64 = needs.iter().take(threads).map(|(needed, _)| needed).sum();
    if side_by_side > there {
        return refuse(format!("{} runs side by side", threads.min(specs.len())), side_by_side, "`--threads`");
    }
    let evaluation = evaluation_bytes(experiment, specs);
    if evaluation > there {
        return refuse("the evaluation".to_owned(), evaluation, "`evaluate.points` or `seeds`");
    }
    Ok(())
}

/// Bytes of one run: those of its samples, and on this machine those of its network.
fn bytes_of(spec: &RunSpec, gpu: bool) -> f64 {
    sample_bytes(spec) + if gpu { 0.0 } else { weight_bytes(spec) + activation_bytes(spec) }
}

/// The settings that make the largest part of a run's memory.
fn largest_part(spec: &RunSpec, gpu: bool) -> &'static str {
    let (samples, weights, activations) = (sample_bytes(spec), weight_bytes(spec), activation_bytes(spec));
    if gpu || samples >= weights.max(activations) {
        "`data.training` or `data.validation`"
    } else if weights >= activations {
        "`model.hidden`, `model.filters` or `model.latent`"
    } else {
        "`train.batch_size`, `model.hidden` or `model.filters`"
    }
}

/// Samples as they are drawn and as the network sees them, and each member's order of them.
fn sample_bytes(spec: &RunSpec) -> f64 {
    let members = spec.seeds.len() as f64;
    let (sizes, of_sample) = match &spec.source {
        TrainingSource::Points(points) => {
            let draws = if points.shared { 1.0 } else { members };
            (points.sizes, draws * points.manifold.features() as f64 * (DOUBLE + SINGLE))
        }
        TrainingSource::Jets(files, _) => (files.sizes, (files.recipe.side() * files.recipe.side()) as f64 * SINGLE),
    };
    let all = sizes.map(|size| size as f64);
    (all[0] + all[1]) * of_sample + members * all[0] * DOUBLE
}

fn weight_bytes(spec: &RunSpec) -> f64 {
    let weights = match &spec.learning.model {
        Model::Dense(layout) => {
            let widths = [&[layout.features], layout.hidden.as_slice(), &[layout.latent]].concat();
            // The decoder mirrors the encoder.
            2.0 * widths.windows(2).map(|pair| pair[0] as f64 * pair[1] as f64).sum::<f64>()
        }
        Model::Convolutional(layout) => layout.layers().iter().map(|layer| layer.weights as f64).sum(),
    };
    weights * spec.seeds.len() as f64 * COPIES * SINGLE
}

/// What all layers give of the samples that go through at once; in a training their gradients lie beside them.
fn activation_bytes(spec: &RunSpec) -> f64 {
    let batch = usize::try_from(spec.learning.batch_size).unwrap_or(usize::MAX);
    let (units, at_once) = match &spec.learning.model {
        Model::Dense(layout) => (2.0 * layout.hidden.iter().map(|&units| units as f64).sum::<f64>(), batch),
        Model::Convolutional(layout) => {
            let of_layer = |shape: &[i64]| shape.iter().map(|&size| size as f64).product::<f64>();
            (layout.layers().iter().map(|layer| of_layer(&layer.shape)).sum(), batch.min(IMAGES))
        }
    };
    let validation = match &spec.source {
        TrainingSource::Points(points) => points.sizes[1],
        TrainingSource::Jets(files, _) => files.sizes[1],
    };
    // Without gradients a layer's numbers are freed when the next ones are there: half of all at most.
    let samples = (2.0 * at_once as f64).max(0.5 * validation.min(CHUNK) as f64);
    samples * units * spec.seeds.len() as f64 * SINGLE
}

/// The points at which losses are evaluated, and each seed's losses there.
fn evaluation_bytes(experiment: &Experiment, specs: &[RunSpec]) -> f64 {
    let points = experiment.evaluate.points.unwrap_or(0) as f64;
    let features = specs.iter().map(|spec| match &spec.source {
        TrainingSource::Points(points) => points.manifold.features() as f64,
        TrainingSource::Jets(..) => 0.0,
    });
    points * (features.fold(0.0, f64::max) + experiment.seeds as f64) * (DOUBLE + SINGLE)
}

/// The memory of this machine, or the part of it that this program may use, in bytes; none where it is not known.
fn machine_bytes() -> Option<f64> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let physical = read("/proc/meminfo").and_then(|text| total_of(&text));
    // "max" where there is no limit.
    let limit = read("/sys/fs/cgroup/memory.max").and_then(|text| text.trim().parse().ok());
    match (physical, limit) {
        (Some(physical), Some(limit)) => Some(f64::min(physical, limit)),
        (one, other) => one.or(other),
    }
}

/// Bytes of `MemTotal` in the text of `/proc/meminfo`, which gives 1024 of them.
fn total_of(meminfo: &str) -> Option<f64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kilobytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(1024.0 * kilobytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::figure::find;
    use crate::{Project, config, figure};

    /// The runs of a figure of this project with some settings.
    fn runs(name: &str, set: &[&str]) -> (Experiment, Vec<RunSpec>) {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let project = Project::find(Some(root), None).unwrap();
        let figure = find(name, &project).unwrap()[0];
        let set = set.iter().map(|&text| text.to_owned()).collect();
        let choices = Choices { set, ..Choices::default() };
        let experiment = config::resolve(&project, figure.source(), figure.id(), &choices).unwrap();
        let specs = figure::Figure::runs(figure, &experiment).unwrap();
        (experiment, specs)
    }

    fn refused(there: f64, name: &str, set: &[&str], choices: &Choices) -> String {
        let (experiment, specs) = runs(name, set);
        check_against(there, &experiment, &specs, choices).unwrap_err().to_string()
    }

    #[test]
    fn the_parts_of_a_dense_run_add_up_as_by_hand() {
        let (_, specs) = runs("topology/fig07", &["data.training=1000", "data.validation=500", "train.batch_size=100"]);
        // 1500 points of 2 numbers in f64 and f32; 16 orders of 1000 rows.
        assert_eq!(sample_bytes(&specs[0]), 1500.0 * 2.0 * 12.0 + 16.0 * 1000.0 * 8.0);
        let (_, own) = runs("topology/fig07", &["data.training=1000", "data.validation=500", "data.shared=false"]);
        assert_eq!(sample_bytes(&own[0]), 16.0 * (1500.0 * 2.0 * 12.0 + 1000.0 * 8.0));
        // 2 x 32 + 32 x 32 + 32 x 2 weights of the encoder, as many of the decoder, 16 members, 5 copies.
        assert_eq!(weight_bytes(&specs[0]), 2.0 * (64.0 + 1024.0 + 64.0) * 16.0 * 5.0 * 4.0);
        // 4 hidden layers of 32 units: 100 samples and their gradients, or the 500 of the validation halved.
        assert_eq!(activation_bytes(&specs[0]), 250.0 * 128.0 * 16.0 * 4.0);
    }

    #[test]
    fn every_shipped_figure_fits_into_two_gigabytes() {
        for figure in figure::FIGURES {
            let (experiment, specs) = runs(&format!("{}/{}", figure.source(), figure.id()), &[]);
            let choices = Choices { threads: 2, ..Choices::default() };
            check_against(2e9, &experiment, &specs, &choices).unwrap();
        }
    }

    #[test]
    fn what_cannot_fit_names_what_is_needed_and_what_to_lower() {
        let one = Choices::default();
        let samples = ["data.training=1000000000"];
        let text = refused(16e9, "topology/fig07", &samples, &one);
        assert!(text.contains("would need 152.0 GB of memory, and this machine has 16.0 GB"), "{text}");
        assert!(text.contains("lower `data.training`"), "{text}");
        let wide = ["model.hidden=[65536, 65536, 65536]"];
        assert!(refused(16e9, "topology/fig07", &wide, &one).contains("lower `model.hidden`"));
        let filters = ["model.filters=[65536, 65536, 8, 8]", "data.training=100", "data.validation=20"];
        assert!(refused(16e9, "jets/fig07", &filters, &one).contains("`model.filters`"));
        let points = ["evaluate.points=10000000"];
        assert!(refused(1e9, "topology/fig07", &points, &one).contains("lower `evaluate.points`"));
    }

    #[test]
    fn runs_side_by_side_need_the_memory_of_each_and_one_alone_may_fit() {
        let set = ["data.training=1000000"];
        let (experiment, specs) = runs("topology/fig09", &set);
        let of_one = bytes_of(&specs[0], false);
        let there = 1.5 * specs.iter().map(|spec| bytes_of(spec, false)).fold(of_one, f64::max);
        check_against(there, &experiment, &specs, &Choices::default()).unwrap();
        let text = refused(there, "topology/fig09", &set, &Choices { threads: 2, ..Choices::default() });
        assert!(text.contains("2 runs side by side") && text.contains("lower `--threads`"), "{text}");
    }

    #[test]
    fn the_network_of_a_gpu_run_is_not_in_this_machines_memory() {
        let (experiment, specs) = runs("topology/fig07", &["model.hidden=[4096, 4096]"]);
        let gpu = Choices { gpu: true, ..Choices::default() };
        assert!(check_against(1e9, &experiment, &specs, &gpu).is_ok());
        assert!(check_against(1e9, &experiment, &specs, &Choices::default()).is_err());
    }

    #[test]
    fn the_total_is_read_in_kilobytes() {
        assert_eq!(total_of("MemTotal:       16384 kB\nMemFree: 1 kB\n"), Some(16384.0 * 1024.0));
        for text in ["", "MemTotal: many kB", "MemTotal: 3 MB"] {
            assert_eq!(total_of(text), None);
        }
    }
}
