//! The observables of a file, in the order of its images.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use datasets::Error;
use datasets::image::{Recipe, cached_images};
use datasets::jets::{Class, Observables, observables, open};
use hdf5::File;
use ndarray::{Array3, arr1};
use std::path::{Path, PathBuf};
use support::golden;

/// More than are in memory at a time.
const JETS: usize = 5000;

/// The number of constituents of jet `i`, 1 to 8, without a short period.
fn multiplicity(i: usize) -> usize {
    1 + (i * i + i / 7) % 8
}

fn label(i: usize) -> u8 {
    u8::from(i.is_multiple_of(3))
}

/// A padded file of jets at η = 0 whose constituents lie 0.1 apart in φ, more than the 0.04 of a pixel.
fn padded(folder: &Path) -> PathBuf {
    let path = folder.join("jets.h5");
    let mut momenta = Array3::<f32>::zeros((JETS, 8, 4));
    for i in 0..JETS {
        for constituent in 0..multiplicity(i) {
            let (pt, phi) = (100.0 / (1.0 + constituent as f32), 0.1 * constituent as f32);
            for (axis, component) in [pt, pt * phi.cos(), pt * phi.sin(), 0.0].into_iter().enumerate() {
                momenta[[i, constituent, axis]] = component;
            }
        }
    }
    let labels: Vec<u8> = (0..JETS).map(label).collect();
    let file = File::create(&path).unwrap();
    file.new_dataset_builder().with_data(&momenta).create("constituents").unwrap();
    file.new_dataset_builder().with_data(&arr1(&labels)).create("label").unwrap();
    path
}

#[test]
fn rows_are_those_of_the_cached_images() {
    let folder = tempfile::tempdir().unwrap();
    let path = padded(folder.path());
    let observables = observables(&path, None).unwrap();
    assert_eq!(observables.len(), JETS);
    for recipe in [Recipe::PrincipalAxis, Recipe::MacalusoShih] {
        let images = cached_images(&path, None, recipe, folder.path()).unwrap();
        assert_eq!(images.labels(), observables.labels);
        // Each constituent has a pixel of its own.
        let active: Vec<usize> = (0..images.len()).map(|i| images.active_pixels(i)).collect();
        assert_eq!(active, observables.constituents);
    }
    for (i, class) in observables.labels.iter().enumerate() {
        assert_eq!((observables.constituents[i], class.label()), (multiplicity(i), label(i)), "jet {i}");
    }
}

#[test]
fn a_file_gives_what_its_jets_give() {
    for name in ["compact.h5", "pandas_blosc.h5", "pandas_zlib.h5"] {
        let jets = open(golden(name), None).unwrap().read_all().unwrap();
        let observables = observables(&golden(name), None).unwrap();
        assert_eq!(observables, Observables::from(&jets), "{name}");
        assert!(observables.mass.iter().all(|mass| mass.is_finite()), "{name}");
        assert_eq!(observables.constituents, [3, 1, 12, 7, 2, 9, 5]);
        assert!(observables.labels[..2] == [Class::Qcd, Class::Top], "{name}");
    }
}

#[test]
fn a_file_that_is_not_there_is_an_error() {
    assert!(matches!(observables(Path::new("missing.h5"), None), Err(Error::Missing { .. })));
}
