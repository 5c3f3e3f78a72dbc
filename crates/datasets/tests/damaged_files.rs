//! Files with any damage are read or refused by name: never a panic, a crash, or memory without bound.
//!
//! A few hundred damaged files in a test; PROPTEST_CASES gives another number.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use datasets::jets::open;
use hdf5::File;
use ndarray::{Array3, arr1};
use proptest::prelude::*;
use std::path::Path;
use std::sync::OnceLock;
use support::golden;

/// What happens to a file; places and lengths are fractions of it.
#[derive(Clone, Debug)]
enum Damage {
    /// It ends here.
    Cut(f64),
    /// A bit is another one.
    Flip(f64, u8),
    /// These bytes stand here.
    Write(f64, Vec<u8>),
    /// The bytes from the first place stand at the second.
    Copy(f64, f64, usize),
    /// This many bytes are missing here, and the rest comes earlier.
    Remove(f64, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    // Numbers of a header that are as large as can be, a power of two, or small.
    let number = prop_oneof![
        Just(u64::MAX),
        Just(0),
        (0..64u32).prop_map(|power| 1 << power),
        (0..64u32).prop_map(|power| (1u64 << power) - 1),
        any::<u64>(),
        0..20u64
    ];
    let bytes = (number, prop::sample::select(vec![1usize, 2, 4, 8]))
        .prop_map(|(number, width)| number.to_le_bytes()[..width].to_vec());
    prop_oneof![
        1 => (0.0..1.0).prop_map(Damage::Cut),
        6 => (place(), 0..8u8).prop_map(|(place, bit)| Damage::Flip(place, bit)),
        8 => (place(), bytes).prop_map(|(place, bytes)| Damage::Write(place, bytes)),
        2 => (place(), prop::collection::vec(any::<u8>(), 1..40)).prop_map(|(place, bytes)| Damage::Write(place, bytes)),
        2 => (place(), place(), 1..600usize).prop_map(|(from, to, length)| Damage::Copy(from, to, length)),
        1 => (place(), 1..64usize).prop_map(|(place, length)| Damage::Remove(place, length)),
    ]
}

/// Anywhere, or near the start, where headers are.
fn place() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..1.0, 0.0..0.1, 0.0..0.02]
}

impl Damage {
    fn apply(&self, bytes: &mut Vec<u8>) {
        let length = bytes.len();
        let at = |place: f64| (place * length as f64) as usize;
        match self {
            Self::Cut(place) => bytes.truncate(at(*place)),
            Self::Flip(place, bit) => bytes.iter_mut().skip(at(*place)).take(1).for_each(|byte| *byte ^= 1 << bit),
            Self::Write(place, new) => {
                bytes.iter_mut().skip(at(*place)).zip(new).for_each(|(byte, &new)| *byte = new);
            }
            Self::Copy(from, to, count) => {
                let copied: Vec<u8> = bytes.iter().skip(at(*from)).take(*count).copied().collect();
                bytes.iter_mut().skip(at(*to)).zip(copied).for_each(|(byte, new)| *byte = new);
            }
            Self::Remove(place, count) => drop(bytes.drain(at(*place)..(at(*place) + count).min(length))),
        }
    }
}

/// Small whole files of the three layouts, packed by zlib, by blosc and not at all, in the old and the new format.
fn whole_files() -> &'static [Vec<u8>] {
    static FILES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    FILES.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("padded.h5");
        let mut files: Vec<Vec<u8>> =
            ["pandas_zlib.h5", "pandas_blosc.h5", "compact.h5"].map(|name| std::fs::read(golden(name)).unwrap()).into();
        for (recent, packed) in [(false, true), (true, true), (false, false)] {
            padded(&path, recent, packed);
            files.push(std::fs::read(&path).unwrap());
        }
        files
    })
}

fn padded(path: &Path, recent: bool, packed: bool) {
    let mut options = File::with_options();
    if recent {
        options.with_fapl(|access| access.libver_latest());
    }
    let file = options.create(path).unwrap();
    let array = Array3::from_shape_fn((40, 6, 4), |(jet, i, axis)| match axis {
        0 => (jet + i + 1) as f32,
        1 => (jet + i) as f32,
        _ => 0.0,
    });
    let constituents = file.new_dataset_builder().with_data(&array).chunk((8, 6, 4));
    let constituents = if packed { constituents.shuffle().deflate(4) } else { constituents };
    constituents.create("constituents").unwrap();
    let labels: Vec<u8> = (0..40).map(|jet| jet % 2).collect();
    file.new_dataset_builder().with_data(&arr1(&labels)).create("label").unwrap();
}

/// Reads the file to its end, with the table that the golden files hold or without.
fn read(path: &Path, table: Option<&str>) -> datasets::Result<usize> {
    let mut reader = open(path, table)?;
    let mut jets = 0;
    while let Some(chunk) = reader.next_chunk(5)? {
        jets += chunk.len();
    }
    Ok(jets)
}

/// The most memory that this process had at a time, in bytes; nothing where the system does not say it.
fn most_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(1024 * line.trim().strip_suffix(" kB")?.parse::<u64>().ok()?)
}

fn config() -> ProptestConfig {
    let mut config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 400;
    }
    config
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_damaged_file_is_read_or_refused_by_name(
        file in 0..6usize, damages in prop::collection::vec(damage(), 1..5), named in any::<bool>(),
    ) {
        let mut bytes = whole_files()[file].clone();
        damages.iter().for_each(|damage| damage.apply(&mut bytes));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("damaged.h5");
        std::fs::write(&path, &bytes).unwrap();
        // A crash leaves the file and what was done to it for whoever looks for its cause.
        if let Some(kept) = std::env::var_os("KEEP_DAMAGED_FILE") {
            std::fs::write(kept, &bytes).unwrap();
        }
        if let Err(error) = read(&path, named.then_some("table")) {
            let text = error.to_string();
            prop_assert!(text.contains(path.to_str().unwrap()), "{}", text);
        }
        // The largest chunk that is allowed, packed and unpacked, and as much again to check it.
        prop_assert!(most_memory().is_none_or(|bytes| bytes < 1 << 30));
    }
}
