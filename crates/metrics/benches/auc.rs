//! Time of the measures on a million scores, half of them signal.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};

fn scores(n: usize, shift: f64, index: u64) -> Vec<f64> {
    let mut generator = random::stream(1, "benchmark scores", index);
    (0..n).map(|_| shift + random::normal(&mut generator)).collect()
}

fn measures(criterion: &mut Criterion) {
    let signal = scores(500_000, 1.0, 0);
    let background = scores(500_000, 0.0, 1);
    let mut group = criterion.benchmark_group("million scores");
    group.sample_size(10);
    group.bench_function("auc", |bencher| {
        bencher.iter(|| metrics::auc(black_box(&signal), black_box(&background)));
    });
    group.bench_function("roc", |bencher| {
        bencher.iter(|| metrics::Roc::new(black_box(&signal), black_box(&background)));
    });
    group.bench_function("sort and ten bootstrap replicas", |bencher| {
        bencher.iter(|| metrics::auc_replicas(black_box(&signal), black_box(&background), 10, 1));
    });
    group.finish();
}

criterion_group!(benches, measures);
criterion_main!(benches);
