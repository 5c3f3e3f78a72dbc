//! Times training steps: `throughput dense` or `throughput convolutional`, a JSON line each.
//!
//! The counterparts in Python are `scripts/reference/dense_loop.py` and `scripts/reference/convolutional_step.py`.

use std::time::{Duration, Instant};

use models::adam::Schedule;
use models::network::{
    Activation, Autoencoder, ConvolutionalAutoencoder, ConvolutionalLayout, DenseAutoencoder, DenseLayout,
};
use models::training::{Samples, Settings, Stopping, loss_and_gradient, train};
use tch::{Device, Kind, Tensor};

/// Seeds in one block of a dense ensemble.
const BLOCK: u64 = 16;

fn main() -> models::Result<()> {
    memory::keep_freed_memory();
    match std::env::args().nth(1).as_deref() {
        Some("dense") => dense(64, 125),
        Some("convolutional") => convolutional(10),
        _ => {
            eprintln!("usage: throughput dense | convolutional");
            std::process::exit(2)
        }
    }
}

fn settings(seeds: Vec<u64>, epochs: usize, batch_size: i64) -> Settings {
    Settings {
        seeds,
        epochs,
        batch_size,
        learning_rate: 1e-3,
        schedule: Schedule::Constant,
        stopping: Stopping::FixedLength,
        validate_every: epochs,
        checkpoint_every: Duration::from_secs(3600),
    }
}

/// `seeds` members of 2-32-32-1-32-32-2 for `epochs` of 32 steps of 128 samples, two blocks at a time.
fn dense(seeds: u64, epochs: usize) -> models::Result<()> {
    let start = Instant::now();
    let blocks: Vec<u64> = (0..seeds / BLOCK).collect();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2u64)
            .map(|worker| {
                let mine: Vec<u64> = blocks.iter().copied().filter(|block| block % 2 == worker).collect();
                scope.spawn(move || mine.into_iter().try_for_each(|block| dense_block(block, epochs)))
            })
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or(Ok(())))
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let steps = seeds as f64 * epochs as f64 * 32.0;
    println!(
        "{{\"case\": \"dense\", \"seconds\": {seconds:.3}, \"seeds_per_second\": {:.3}, \"ms_per_seed_step\": {:.5}}}",
        seeds as f64 / seconds,
        1e3 * seconds / steps
    );
    Ok(())
}

fn dense_block(block: u64, epochs: usize) -> models::Result<()> {
    models::device::set_threads(1);
    let seeds: Vec<u64> = (BLOCK * block..BLOCK * (block + 1)).collect();
    let layout = DenseLayout { features: 2, hidden: vec![32, 32], latent: 1, activation: Activation::Elu };
    let mut network = DenseAutoencoder::new(layout, &seeds, Device::Cpu)?;
    let angle = Tensor::arange(4096, (Kind::Float, Device::Cpu)) * (std::f64::consts::TAU / 4096.0);
    let circle = Tensor::stack(&[angle.cos(), angle.sin()], 1);
    let samples = Samples { training: circle.shallow_clone(), validation: circle.narrow(0, 0, 256) };
    let folder = tempfile::tempdir().map_err(|source| models::Error::File {
        path: "a temporary folder".into(),
        action: "written",
        source,
    })?;
    train(&mut network, &samples, &settings(seeds, epochs, 128), folder.path(), &mut |_| true)
}

/// `steps` steps at batch 500, with two threads inside each operation.
fn convolutional(steps: i64) -> models::Result<()> {
    models::device::set_threads(2);
    let layout = ConvolutionalLayout { side: 40, latent: 32 };
    let mut network = ConvolutionalAutoencoder::new(layout, 1, Device::Cpu)?;
    let images = Tensor::rand([500, 1, 40, 40], (Kind::Float, Device::Cpu));
    let mut adam = models::adam::Adam::new(network.parameters().flat());
    let mut step = || {
        let (_, gradient) = loss_and_gradient(&network, &images.unsqueeze(0));
        adam.update(network.parameters_mut().flat(), &gradient, 1e-3);
    };
    (0..3).for_each(|_| step());
    let start = Instant::now();
    (0..steps).for_each(|_| step());
    println!(
        "{{\"case\": \"convolutional\", \"ms_per_step\": {:.1}}}",
        1e3 * start.elapsed().as_secs_f64() / steps as f64
    );
    Ok(())
}
