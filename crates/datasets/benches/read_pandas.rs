//! Reading jets from a table written by pandas. Compare with scripts/reference/read_pandas.py on the same file.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use datasets::jets::open;
use std::hint::black_box;
use std::path::PathBuf;

fn bench(criterion: &mut Criterion) {
    // As the programs do.
    memory::keep_freed_memory();
    let Some(folder) = std::env::var_os("AUTOENCODER_LAB_DATA").map(PathBuf::from) else {
        eprintln!("skipped: AUTOENCODER_LAB_DATA is not set");
        return;
    };
    let mut group = criterion.benchmark_group("read a pandas table");
    for name in ["pandas_layout_sample.h5", "pandas_layout_sample_zlib.h5"] {
        let path = folder.join("jets").join(name);
        group.throughput(Throughput::Elements(open(&path, None).unwrap().len() as u64));
        group
            .bench_function(name, |bencher| bencher.iter(|| open(black_box(&path), None).unwrap().read_all().unwrap()));
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
