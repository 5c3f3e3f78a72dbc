//! From constituents to images. Compare with scripts/reference/image_script.py on the same file.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use datasets::image::{Recipe, images};
use datasets::jets::{Jets, open};
use std::hint::black_box;
use std::path::{Path, PathBuf};

/// The generated test jets of the repository, else a file of AUTOENCODER_LAB_DATA.
fn file() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
    let generated = root.join("data").join("generated_test.h5");
    if generated.exists() {
        return Some(generated);
    }
    Some(PathBuf::from(std::env::var_os("AUTOENCODER_LAB_DATA")?).join("jets").join("reference_subset.h5"))
}

fn bench(criterion: &mut Criterion) {
    // As the programs do.
    memory::keep_freed_memory();
    let Some(path) = file() else {
        eprintln!("skipped: data/generated_test.h5 is not there and AUTOENCODER_LAB_DATA is not set");
        return;
    };
    let jets: Jets = open(path, None).unwrap().read_all().unwrap();
    let mut group = criterion.benchmark_group("constituents to images");
    group.throughput(Throughput::Elements(jets.len() as u64));
    for recipe in [Recipe::PrincipalAxis, Recipe::MacalusoShih] {
        group.bench_function(recipe.name(), |bencher| bencher.iter(|| images(black_box(&jets), recipe).unwrap()));
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
