//! Settings of the jets' network, loss and images that no figure's file uses: each trains, scores and draws.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use support::{files, lab, succeed};

/// Reproduces a figure at tier smoke with these settings, and gives the configuration of one of its runs.
fn trained_with(set: &[&str]) -> String {
    let results = tempfile::tempdir().unwrap();
    let mut command = lab(&["reproduce", "jets/fig12", "--tier", "smoke", "--threads", "1"], results.path());
    succeed(command.args(set.iter().flat_map(|set| ["--set", set])));
    let files = files(results.path());
    let (_, bytes) = files.iter().find(|(name, _)| name.ends_with("config.toml")).unwrap();
    String::from_utf8(bytes.clone()).unwrap()
}

#[test]
fn every_loss_trains_and_is_part_of_the_run() {
    let kernel = trained_with(&["train.loss=kernel_mean_squared", "train.kernel.shape=exponential"]);
    assert!(kernel.contains("kernel_mean_squared") && kernel.contains("exponential"), "{kernel}");
    let weighted = trained_with(&["train.loss=weighted_mean_squared", "train.active_weight=10"]);
    assert!(weighted.contains("weighted_mean_squared") && weighted.contains("10.0"), "{weighted}");
    let entropy = ["train.loss=binary_cross_entropy", "data.image_sum=1.0", "model.output=sigmoid"];
    assert!(trained_with(&entropy).contains("binary_cross_entropy"));
}

#[test]
fn another_network_trains_and_is_part_of_the_run() {
    let sizes = ["model.filters=[4, 6, 3, 2]", "model.kernel=3", "model.hidden=[50, 20]", "model.pooling=maximum"];
    let config = trained_with(&sizes);
    assert!(config.contains("maximum") && config.contains("kernel = 3"), "{config}");
    assert!(trained_with(&["model.precision=bf16"]).contains("bf16"));
    assert!(trained_with(&["model.output=softmax", "data.image_sum=1.0"]).contains("softmax"));
}

#[test]
fn another_view_of_the_images_trains_and_is_part_of_the_run() {
    let config = trained_with(&["data.brightest=10", "data.remapping=logarithm", "data.renormalise=false"]);
    for part in ["brightest = 10", "logarithm", "renormalised = false"] {
        assert!(config.contains(part), "{part} is not in {config}");
    }
}
