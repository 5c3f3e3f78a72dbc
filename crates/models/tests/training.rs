//! The engine's promises: exact resume, members as if alone, stopping, and errors.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::time::Duration;

use models::adam::Schedule;
use models::initialisation::Initialisation;
use models::loss::Loss;
use models::network::{
    Activation, Autoencoder, ConvolutionalAutoencoder, ConvolutionalLayout, DenseAutoencoder, DenseLayout,
};
use models::numbers::to_f32;
use models::training::{CHECKPOINT_FILE, METRICS_FILE, Progress, Samples, Settings, Stopping, read_metrics, train};
use models::{Error, Result};
use tch::{Device, Kind, Tensor};

fn dense(seeds: &[u64]) -> DenseAutoencoder {
    let layout = DenseLayout {
        features: 2,
        hidden: vec![8, 8],
        latent: 1,
        activation: Activation::Elu,
        heads: vec![],
        initialisation: Initialisation::Uniform,
    };
    DenseAutoencoder::new(layout, seeds, Device::Cpu).unwrap()
}

/// Points on the unit circle.
fn circle(n: i64) -> Tensor {
    let angle = Tensor::arange(n, (Kind::Float, Device::Cpu)) * (std::f64::consts::TAU / n as f64);
    Tensor::stack(&[angle.cos(), angle.sin()], 1)
}

fn samples() -> Samples {
    Samples { training: circle(70), validation: circle(13) }
}

fn settings(seeds: &[u64]) -> Settings {
    Settings {
        name: "test".to_owned(),
        seeds: seeds.to_vec(),
        epochs: 6,
        batch_size: 16,
        learning_rate: 1e-2,
        schedule: Schedule::Cosine,
        stopping: Stopping::FixedLength,
        validate_every: 1,
        checkpoint_every: Duration::ZERO,
        snapshots: Vec::new(),
        loss: Loss::MeanSquared,
    }
}

fn run(network: &mut dyn Autoencoder, samples: &Samples, settings: &Settings, folder: &Path) -> Result<()> {
    train(network, samples, settings, folder, &mut |_| true)
}

/// Stops after each epoch and opens the training anew, as a process that is killed and started again would.
fn run_in_pieces(new: &dyn Fn() -> Box<dyn Autoencoder>, samples: &Samples, settings: &Settings, folder: &Path) {
    for _ in 1..settings.epochs {
        let stopped =
            train(new().as_mut(), samples, settings, folder, &mut |progress| matches!(progress, Progress::Minibatch));
        assert!(matches!(stopped, Err(Error::Interrupted { .. }) | Ok(())));
    }
    run(new().as_mut(), samples, settings, folder).unwrap();
}

fn bytes(folder: &Path) -> (Vec<u8>, Vec<u8>) {
    let read = |file| std::fs::read(folder.join(file)).unwrap();
    (read(CHECKPOINT_FILE), read(METRICS_FILE))
}

fn assert_resume_is_exact(new: &dyn Fn() -> Box<dyn Autoencoder>, samples: &Samples, settings: &Settings) {
    let (whole, pieces) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run(new().as_mut(), samples, settings, whole.path()).unwrap();
    run_in_pieces(new, samples, settings, pieces.path());
    assert_eq!(bytes(whole.path()), bytes(pieces.path()));
}

#[test]
fn a_training_stopped_after_every_epoch_ends_in_the_same_bytes() {
    assert_resume_is_exact(&|| Box::new(dense(&[1, 2, 3])), &samples(), &settings(&[1, 2, 3]));
}

#[test]
fn a_training_stopped_in_the_middle_of_any_epoch_ends_in_the_same_bytes() {
    let (samples, settings) =
        (samples(), Settings { checkpoint_every: Duration::from_secs(3600), ..settings(&[1, 2]) });
    let (whole, pieces) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run(&mut dense(&[1, 2]), &samples, &settings, whole.path()).unwrap();
    // 70 samples in minibatches of 16 are 4 steps an epoch: each piece goes one epoch and some steps further.
    for steps in [1, 5, 6, 7, 5] {
        let mut left = steps;
        let stopped = train(&mut dense(&[1, 2]), &samples, &settings, pieces.path(), &mut |progress| {
            left -= usize::from(matches!(progress, Progress::Minibatch));
            left > 0
        });
        assert!(matches!(stopped, Err(Error::Interrupted { .. })), "{stopped:?}");
    }
    run(&mut dense(&[1, 2]), &samples, &settings, pieces.path()).unwrap();
    assert_eq!(bytes(whole.path()), bytes(pieces.path()));
}

#[test]
fn a_checkpoint_of_another_training_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    run(&mut dense(&[1]), &samples(), &settings(&[1]), folder.path()).unwrap();
    let before = bytes(folder.path());
    let other = Settings { name: "another".to_owned(), ..settings(&[1]) };
    let refused = run(&mut dense(&[1]), &samples(), &other, folder.path()).unwrap_err();
    assert!(matches!(&refused, Error::Checkpoint { .. }) && refused.to_string().contains("`another`"), "{refused}");
    assert_eq!(bytes(folder.path()), before);
}

#[test]
fn early_stopping_is_resumed_in_the_same_bytes() {
    let settings =
        Settings { stopping: Stopping::Early { patience: 2 }, learning_rate: 0.3, epochs: 12, ..settings(&[1, 2]) };
    assert_resume_is_exact(&|| Box::new(dense(&[1, 2])), &samples(), &settings);
}

#[test]
fn a_convolutional_training_is_resumed_in_the_same_bytes() {
    let image = |n| Tensor::arange(n * 64, (Kind::Float, Device::Cpu)).sin().view([n, 1, 8, 8]);
    let samples = Samples { training: image(20), validation: image(5) };
    let settings = Settings { epochs: 3, batch_size: 5, ..settings(&[4]) };
    let new = || -> Box<dyn Autoencoder> {
        Box::new(ConvolutionalAutoencoder::new(ConvolutionalLayout::new(8, 3), 4, Device::Cpu).unwrap())
    };
    assert_resume_is_exact(&new, &samples, &settings);
}

#[test]
fn a_member_of_an_ensemble_is_trained_as_if_alone() {
    let seeds: Vec<u64> = (0..5).collect();
    let mut together = dense(&seeds);
    run(&mut together, &samples(), &settings(&seeds), tempfile::tempdir().unwrap().path()).unwrap();
    for seed in seeds {
        let mut alone = dense(&[seed]);
        run(&mut alone, &samples(), &settings(&[seed]), tempfile::tempdir().unwrap().path()).unwrap();
        let difference = together.parameters().flat().get(seed as i64) - alone.parameters().flat().get(0);
        let largest = f64::try_from(difference.abs().max()).unwrap();
        assert!(largest < 1e-5, "seed {seed}: {largest}");
    }
}

/// Samples of each member's own: member k's are the circle's, turned by k + 1 radians, with other radii.
fn own_samples(members: &[u64]) -> Samples {
    let turned = |n, member: u64| {
        let angle =
            Tensor::arange(n, (Kind::Float, Device::Cpu)) * (std::f64::consts::TAU / n as f64) + (member + 1) as f64;
        Tensor::stack(&[angle.cos(), angle.sin()], 1) * (1.0 + 0.1 * member as f64)
    };
    let all = |n| Tensor::stack(&members.iter().map(|&member| turned(n, member)).collect::<Vec<_>>(), 0);
    Samples { training: all(70), validation: all(13) }
}

#[test]
fn a_member_with_samples_of_its_own_is_trained_as_if_alone_on_them() {
    let seeds: Vec<u64> = (0..5).collect();
    let (mut together, folder) = (dense(&seeds), tempfile::tempdir().unwrap());
    run(&mut together, &own_samples(&seeds), &settings(&seeds), folder.path()).unwrap();
    let log = read_metrics(folder.path()).unwrap();
    for seed in seeds {
        let (mut alone, folder) = (dense(&[seed]), tempfile::tempdir().unwrap());
        // The only member's own samples, given as those that all members share.
        let Samples { training, validation } = own_samples(&[seed]);
        let shared = Samples { training: training.get(0), validation: validation.get(0) };
        run(&mut alone, &shared, &settings(&[seed]), folder.path()).unwrap();
        let difference = together.parameters().flat().get(seed as i64) - alone.parameters().flat().get(0);
        let largest = f64::try_from(difference.abs().max()).unwrap();
        assert!(largest < 1e-5, "seed {seed}: {largest}");
        for (row, expected) in log.iter().zip(read_metrics(folder.path()).unwrap()) {
            let apart = (row.validation_loss[seed as usize] - expected.validation_loss[0]).abs();
            assert!(apart < 1e-5, "seed {seed}: {apart}");
        }
    }
}

#[test]
fn the_same_samples_given_to_each_member_as_its_own_end_in_the_same_bytes_as_shared_ones() {
    let (shared, own) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run(&mut dense(&[1, 2]), &samples(), &settings(&[1, 2]), shared.path()).unwrap();
    let twice = |one: Tensor| Tensor::stack(&[&one, &one], 0);
    let each = Samples { training: twice(samples().training), validation: twice(samples().validation) };
    run(&mut dense(&[1, 2]), &each, &settings(&[1, 2]), own.path()).unwrap();
    assert_eq!(bytes(own.path()), bytes(shared.path()));
}

#[test]
fn a_training_on_own_samples_is_resumed_in_the_same_bytes() {
    assert_resume_is_exact(&|| Box::new(dense(&[1, 2])), &own_samples(&[1, 2]), &settings(&[1, 2]));
}

#[test]
fn training_lowers_the_loss_and_changes_every_layer() {
    let mut network = dense(&[7]);
    let before = network.parameters().named();
    let folder = tempfile::tempdir().unwrap();
    run(&mut network, &samples(), &Settings { epochs: 60, ..settings(&[7]) }, folder.path()).unwrap();
    let rows = read_metrics(folder.path()).unwrap();
    assert!(rows[59].validation_loss[0] < 0.5 * rows[0].validation_loss[0], "{rows:?}");
    for ((name, old), (_, new)) in before.iter().zip(network.parameters().named()) {
        assert_ne!(to_f32(old), to_f32(&new), "{name}");
    }
}

#[test]
fn early_stopping_keeps_the_weights_of_the_lowest_validation_loss() {
    let mut network = dense(&[1]);
    let folder = tempfile::tempdir().unwrap();
    let settings =
        Settings { stopping: Stopping::Early { patience: 3 }, learning_rate: 0.3, epochs: 200, ..settings(&[1]) };
    run(&mut network, &samples(), &settings, folder.path()).unwrap();
    let rows = read_metrics(folder.path()).unwrap();
    let lowest = rows.iter().map(|row| row.validation_loss[0]).fold(f64::INFINITY, f64::min);
    assert!(rows.len() < 200, "patience never ended");
    let kept = f64::try_from(models::evaluation::mean_loss(&network, &samples().validation, &Loss::MeanSquared).get(0))
        .unwrap();
    assert!((kept - lowest).abs() < 1e-9, "{kept} {lowest}");
}

#[test]
fn a_learning_rate_that_diverges_is_named() {
    let settings = Settings { learning_rate: 1e30, ..settings(&[1]) };
    let result = run(&mut dense(&[1]), &samples(), &settings, tempfile::tempdir().unwrap().path());
    assert!(matches!(result, Err(Error::Diverged { seed: 1, .. })), "{result:?}");
}

#[test]
fn samples_that_do_not_fit_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let with = |training: Tensor| {
        run(&mut dense(&[1]), &Samples { training, validation: circle(4) }, &settings(&[1]), folder.path())
    };
    assert!(matches!(with(circle(8)), Err(Error::TooFewSamples { .. })));
    assert!(matches!(with(Tensor::zeros([70, 3], (Kind::Float, Device::Cpu))), Err(Error::Shape { .. })));
    assert!(matches!(with(circle(70) * f64::NAN), Err(Error::NotFinite { .. })));
    // Own samples of two members for a network of one, and of too few for a minibatch.
    assert!(matches!(with(own_samples(&[1, 2]).training), Err(Error::Shape { .. })));
    assert!(matches!(with(circle(8).unsqueeze(0)), Err(Error::TooFewSamples { .. })));
}

#[test]
fn a_folder_that_does_not_exist_is_an_error_with_its_name() {
    let result = run(&mut dense(&[1]), &samples(), &settings(&[1]), Path::new("/nonexistent/run"));
    assert!(result.unwrap_err().to_string().contains("/nonexistent/run"));
}
