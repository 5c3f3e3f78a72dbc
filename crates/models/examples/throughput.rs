//! Times training steps: `throughput dense`, `sphere`, `three-body`, `convolutional`, `convolutional-kernel` (kernel MSE) or
//! `convolutional-bf16`, a JSON line each.
//!
//! The counterparts in Python are `scripts/reference/dense_loop.py` and `scripts/reference/convolutional_step.py`.

use std::time::{Duration, Instant};

use models::adam::Schedule;
use models::initialisation::Initialisation;
use models::kernel::{Kernel, Shape};
use models::loss::Loss;
use models::network::{
    Activation, Autoencoder, ConvolutionalAutoencoder, ConvolutionalLayout, DenseAutoencoder, DenseLayout, Precision,
};
use models::training::{Samples, Settings, Stopping, loss_and_gradient, train};
use tch::{Device, Kind, Tensor};

/// Seeds in one block of a dense ensemble.
const BLOCK: u64 = 16;
/// Steps that `seeds_per_second` counts as one training, whatever is measured.
const STEPS: f64 = 4000.0;

/// A dense autoencoder and how long it is trained here.
struct Dense {
    name: &'static str,
    layout: [i64; 3],
    samples: i64,
    batch_size: i64,
    seeds: u64,
    epochs: usize,
}

/// features, width of both hidden layers, latent dimension.
const DENSE: [Dense; 3] = [
    Dense { name: "dense", layout: [2, 32, 1], samples: 4096, batch_size: 128, seeds: 64, epochs: 125 },
    Dense { name: "sphere", layout: [3, 64, 2], samples: 16384, batch_size: 128, seeds: 32, epochs: 8 },
    Dense { name: "three-body", layout: [12, 128, 5], samples: 16384, batch_size: 256, seeds: 32, epochs: 6 },
];

/// The kernel MSE of the jets' experiment files.
const KERNEL: Loss = Loss::KernelMeanSquared(Kernel { shape: Shape::Gaussian, sigma: 2.0, cutoff: 7 });

fn main() -> models::Result<()> {
    memory::keep_freed_memory();
    let wanted = std::env::args().nth(1).unwrap_or_default();
    match DENSE.iter().find(|case| case.name == wanted) {
        Some(case) => dense(case),
        None => match wanted.as_str() {
            "convolutional" => convolutional(&wanted, &Loss::MeanSquared, Precision::F32, 10),
            "convolutional-kernel" => convolutional(&wanted, &KERNEL, Precision::F32, 10),
            "convolutional-bf16" => convolutional(&wanted, &Loss::MeanSquared, Precision::Bf16, 10),
            _ => {
                let convolutional = "convolutional | convolutional-kernel | convolutional-bf16";
                eprintln!("usage: throughput dense | sphere | three-body | {convolutional}");
                std::process::exit(2)
            }
        },
    }
}

fn settings(seeds: Vec<u64>, epochs: usize, batch_size: i64) -> Settings {
    Settings {
        name: "throughput".to_owned(),
        seeds,
        epochs,
        batch_size,
        learning_rate: 1e-3,
        schedule: Schedule::Constant,
        stopping: Stopping::FixedLength,
        validate_every: epochs,
        checkpoint_every: Duration::from_secs(3600),
        snapshots: Vec::new(),
        loss: Loss::MeanSquared,
    }
}

/// Two blocks at a time, each on one thread.
fn dense(case: &Dense) -> models::Result<()> {
    let start = Instant::now();
    let blocks: Vec<u64> = (0..case.seeds / BLOCK).collect();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2u64)
            .map(|worker| {
                let mine: Vec<u64> = blocks.iter().copied().filter(|block| block % 2 == worker).collect();
                scope.spawn(move || mine.into_iter().try_for_each(|block| dense_block(case, block)))
            })
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Ok(())))
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let steps = case.seeds as f64 * case.epochs as f64 * (case.samples / case.batch_size) as f64;
    println!(
        "{{\"case\": \"{}\", \"seconds\": {seconds:.3}, \"seeds_per_second\": {:.4}, \"ms_per_seed_step\": {:.5}}}",
        case.name,
        steps / STEPS / seconds,
        1e3 * seconds / steps
    );
    Ok(())
}

fn dense_block(case: &Dense, block: u64) -> models::Result<()> {
    models::device::set_threads(1);
    let seeds: Vec<u64> = (BLOCK * block..BLOCK * (block + 1)).collect();
    let [features, width, latent] = case.layout;
    let layout = DenseLayout {
        features,
        hidden: vec![width, width],
        latent,
        activation: Activation::Elu,
        heads: vec![],
        initialisation: Initialisation::Uniform,
    };
    let mut network = DenseAutoencoder::new(layout, &seeds, Device::Cpu)?;
    let points = unit_vectors(case.samples, features);
    let samples = Samples { training: points.shallow_clone(), validation: points.narrow(0, 0, 256) };
    let folder = tempfile::tempdir().map_err(|source| models::Error::File {
        path: "a temporary folder".into(),
        action: "written",
        source,
    })?;
    let settings = settings(seeds, case.epochs, case.batch_size);
    train(&mut network, &samples, &settings, folder.path(), &mut |_| true)
}

/// `n` random points of the unit sphere in R^`features`; the time of a step does not depend on where they lie.
fn unit_vectors(n: i64, features: i64) -> Tensor {
    let points = Tensor::randn([n, features], (Kind::Float, Device::Cpu));
    let norms = points.square().sum_dim_intlist(1, true, Kind::Float).sqrt();
    points / norms
}

/// `steps` steps at batch 500, with two threads inside each operation.
fn convolutional(name: &str, loss: &Loss, precision: Precision, steps: i64) -> models::Result<()> {
    models::device::set_threads(2);
    let layout = ConvolutionalLayout { precision, ..ConvolutionalLayout::new(40, 32) };
    let mut network = ConvolutionalAutoencoder::new(layout, 1, Device::Cpu)?;
    let images = Tensor::rand([500, 1, 40, 40], (Kind::Float, Device::Cpu));
    let mut adam = models::adam::Adam::new(network.parameters().flat());
    let mut step = || {
        let (_, gradient) = loss_and_gradient(&network, &images.unsqueeze(0), loss);
        adam.update(network.parameters_mut().flat(), &gradient, 1e-3);
    };
    (0..3).for_each(|_| step());
    let start = Instant::now();
    (0..steps).for_each(|_| step());
    println!("{{\"case\": \"{name}\", \"ms_per_step\": {:.1}}}", 1e3 * start.elapsed().as_secs_f64() / steps as f64);
    Ok(())
}
