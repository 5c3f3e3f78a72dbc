//! Against jets of the top tagging reference data, where the folder AUTOENCODER_LAB_DATA has them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use datasets::image::{Recipe, images};
use datasets::jets::{Class, Jets, Layout, open};
use std::collections::HashSet;
use support::lab_data;

fn bits(jet: &[[f32; 4]]) -> Vec<[u32; 4]> {
    jet.iter().map(|p| p.map(f32::to_bits)).collect()
}

fn read(name: &str, layout: Layout) -> Option<Jets> {
    let mut reader = open(lab_data(name)?, None).unwrap();
    assert_eq!(reader.layout(), layout);
    Some(reader.read_all().unwrap())
}

#[test]
fn the_pandas_table_holds_jets_of_the_padded_file_bit_for_bit() {
    let Some(padded) = read("jets/reference_subset.h5", Layout::Padded) else { return };
    let known: HashSet<_> = padded.iter().map(|(jet, class)| (bits(jet), class)).collect();
    let blosc = read("jets/pandas_layout_sample.h5", Layout::PandasTable).unwrap();
    let zlib = read("jets/pandas_layout_sample_zlib.h5", Layout::PandasTable).unwrap();
    assert_eq!((padded.len(), blosc.len()), (1498, 600));
    assert_eq!(blosc, zlib);
    for (i, (jet, class)) in blosc.iter().enumerate() {
        assert!(known.contains(&(bits(jet), class)), "jet {i}");
    }
}

#[test]
fn reference_images_have_the_known_numbers_of_active_pixels() {
    let Some(jets) = read("jets/reference_subset.h5", Layout::Padded) else { return };
    let set = images(&jets, Recipe::PrincipalAxis).unwrap();
    // By NumPy, with principal_axis of scripts/reference/datasets_golden.py on the same jets.
    for (class, expected) in [(Class::Qcd, 35.270), (Class::Top, 45.915)] {
        let rows = set.rows_of(class);
        assert_eq!(rows.len(), 749);
        let mean = rows.iter().map(|&row| set.active_pixels(row)).sum::<usize>() as f64 / rows.len() as f64;
        assert!((mean - expected).abs() < 0.01, "{class:?}: {mean}");
        assert!(rows.iter().all(|&row| set.active_pixels(row) <= 200));
    }
}

#[test]
fn a_mean_reference_image_lies_along_the_first_axis_in_the_positive_quadrant() {
    let Some(jets) = read("jets/reference_subset.h5", Layout::Padded) else { return };
    let set = images(&jets, Recipe::PrincipalAxis).unwrap();
    for class in [Class::Qcd, Class::Top] {
        let mean = set.mean_image(class);
        let moment = |power_of_row: i32, power_of_column: i32| -> f64 {
            let centre = |i: usize| i as f64 - 19.5;
            let term = |(pixel, &value): (usize, &f32)| {
                f64::from(value) * centre(pixel / 40).powi(power_of_row) * centre(pixel % 40).powi(power_of_column)
            };
            mean.iter().enumerate().map(term).sum()
        };
        assert!((moment(0, 0) - 1.0).abs() < 1e-5);
        assert!(moment(2, 0) > 1.5 * moment(0, 2), "{class:?}: {} {}", moment(2, 0), moment(0, 2));
        // The centroid is at the origin, half a pixel at most from the middle.
        assert!(moment(1, 0).abs() < 0.5 && moment(0, 1).abs() < 0.5);
    }
}
