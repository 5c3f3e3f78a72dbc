//! Snapshots of the weights: taken when they are asked for, and the same after an interruption.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::time::Duration;

use models::adam::Schedule;
use models::initialisation::Initialisation;
use models::loss::Loss;
use models::network::{Activation, Autoencoder, DenseAutoencoder, DenseLayout, Head};
use models::numbers::to_f32;
use models::training::{Progress, Samples, Settings, Stopping, read_snapshot, read_weights, train};
use models::{Error, Result};
use tch::{Device, Kind, Tensor};

fn network() -> DenseAutoencoder {
    let (heads, activation) = (vec![Head::Sphere(1)], Activation::Gelu);
    let layout = DenseLayout {
        features: 2,
        hidden: vec![8],
        latent: 1,
        activation,
        heads,
        initialisation: Initialisation::Uniform,
    };
    DenseAutoencoder::new(layout, &[1, 2], Device::Cpu).unwrap()
}

/// Trains, stopping where `after_epoch` says so.
fn run(folder: &Path, settings: &Settings, after_epoch: &mut dyn FnMut(usize) -> bool) -> Result<()> {
    let angle = Tensor::arange(50, (Kind::Float, Device::Cpu)) * (std::f64::consts::TAU / 50.0);
    let circle = Tensor::stack(&[angle.cos(), angle.sin()], 1);
    let samples = Samples { training: circle.shallow_clone(), validation: circle };
    train(&mut network(), &samples, settings, folder, &mut |progress| match progress {
        Progress::Minibatch => true,
        Progress::Epoch(row) => after_epoch(row.epoch),
    })
}

fn settings(snapshots: &[usize]) -> Settings {
    Settings {
        name: "test".to_owned(),
        seeds: vec![1, 2],
        epochs: 5,
        batch_size: 16,
        learning_rate: 1e-2,
        schedule: Schedule::Cosine,
        stopping: Stopping::FixedLength,
        validate_every: 1,
        checkpoint_every: Duration::from_secs(3600),
        snapshots: snapshots.to_vec(),
        loss: Loss::MeanSquared,
    }
}

/// All files of a folder, by name.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let mut files: Vec<_> = entries.map(|path| (name(&path), std::fs::read(&path).unwrap())).collect();
    files.sort();
    files
}

fn weights(folder: &Path, epoch: usize) -> Vec<f32> {
    let mut network = network();
    let zeros = network.parameters().flat().zeros_like();
    network.parameters_mut().set_flat(&zeros);
    read_snapshot(folder, epoch, network.parameters_mut()).unwrap();
    to_f32(network.parameters().flat())
}

#[test]
fn snapshots_hold_the_weights_of_their_epochs_from_the_start_to_the_end() {
    let (whole, short) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run(whole.path(), &settings(&[0, 2, 5]), &mut |_| true).unwrap();
    assert_eq!(weights(whole.path(), 0), to_f32(network().parameters().flat()));
    let mut last = network();
    read_weights(whole.path(), last.parameters_mut()).unwrap();
    assert_eq!(weights(whole.path(), 5), to_f32(last.parameters().flat()));
    // A constant rate does not know the training's length: two epochs alone end in the snapshot of epoch 2.
    let constant = Settings { schedule: Schedule::Constant, ..settings(&[2]) };
    let long = tempfile::tempdir().unwrap();
    run(long.path(), &constant, &mut |_| true).unwrap();
    run(short.path(), &Settings { epochs: 2, snapshots: vec![], ..constant }, &mut |_| true).unwrap();
    let mut ended = network();
    read_weights(short.path(), ended.parameters_mut()).unwrap();
    assert_eq!(weights(long.path(), 2), to_f32(ended.parameters().flat()));
}

#[test]
fn a_training_killed_and_resumed_leaves_the_same_files() {
    let settings = settings(&[0, 1, 3, 5]);
    let (whole, pieces) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run(whole.path(), &settings, &mut |_| true).unwrap();
    for _ in 1..settings.epochs {
        assert!(matches!(run(pieces.path(), &settings, &mut |_| false), Err(Error::Interrupted { .. })));
    }
    run(pieces.path(), &settings, &mut |_| true).unwrap();
    assert_eq!(files(whole.path()), files(pieces.path()));
}

#[test]
fn a_training_killed_between_checkpoints_leaves_the_same_files() {
    let settings = settings(&[0, 2, 3]);
    let (whole, killed) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    run(whole.path(), &settings, &mut |_| true).unwrap();
    // A panic leaves epoch 3 with its snapshot and without any checkpoint, as a kill does.
    let panicked =
        models::catch(|| run(killed.path(), &settings, &mut |epoch| if epoch == 3 { panic!() } else { true }));
    assert!(panicked.is_err());
    assert!(files(killed.path()).iter().any(|(name, _)| name == "snapshot-3.safetensors"));
    run(killed.path(), &settings, &mut |_| true).unwrap();
    assert_eq!(files(whole.path()), files(killed.path()));
}

#[test]
fn a_snapshot_lost_or_changed_before_a_resume_is_named() {
    let folder = tempfile::tempdir().unwrap();
    assert!(run(folder.path(), &settings(&[1]), &mut |epoch| epoch < 2).is_err());
    let path = folder.path().join("snapshot-1.safetensors");
    let refused = || run(folder.path(), &settings(&[1]), &mut |_| true).unwrap_err().to_string();
    let mut bytes = std::fs::read(&path).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let changed = refused();
    std::fs::remove_file(&path).unwrap();
    for refused in [changed, refused()] {
        assert!(refused.contains("snapshot-1.safetensors") && refused.contains("epoch 2"), "{refused}");
    }
    assert!(matches!(read_snapshot(folder.path(), 1, network().parameters_mut()), Err(Error::File { .. })));
}

#[test]
fn snapshots_that_cannot_be_taken_are_refused_before_the_training() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |settings: &Settings| run(folder.path(), settings, &mut |_| true).unwrap_err().to_string();
    let late = refused(&settings(&[0, 6]));
    assert!(late.contains("epoch 6") && late.contains("5 epochs"), "{late}");
    for unordered in [[3, 1], [2, 2]] {
        assert!(refused(&settings(&unordered)).contains("rising order"));
    }
    let early = Settings { stopping: Stopping::Early { patience: 2 }, ..settings(&[1]) };
    assert!(refused(&early).contains("snapshots need a training of fixed length"));
    assert!(files(folder.path()).is_empty());
}

#[test]
fn a_damaged_snapshot_and_one_of_another_network_are_refused_and_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &settings(&[5]), &mut |_| true).unwrap();
    let layout = DenseLayout { hidden: vec![9], ..network().layout().clone() };
    let mut wider = DenseAutoencoder::new(layout, &[1, 2], Device::Cpu).unwrap();
    let before = to_f32(wider.parameters().flat());
    let refused = read_snapshot(folder.path(), 5, wider.parameters_mut()).unwrap_err().to_string();
    assert!(refused.contains("shape"), "{refused}");
    assert_eq!(to_f32(wider.parameters().flat()), before);
    let path = folder.path().join("snapshot-5.safetensors");
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(matches!(read_snapshot(folder.path(), 5, network().parameters_mut()), Err(Error::Checkpoint { .. })));
}
