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
    let threads = choices.threads.max(1);
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
        TrainingSource::Points(points) => (points.sizes, points.manifold.features() as f64 * (DOUBLE + SINGLE)),
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
