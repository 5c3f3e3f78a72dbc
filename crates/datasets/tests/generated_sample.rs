//! The generated jets that come with the repository.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use datasets::image::{Recipe, images};
use datasets::jets::{Class, Jets, Layout, open};
use std::path::Path;

/// The generated test jets: says so and gives nothing where the file is not there.
fn generated() -> Option<Jets> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/generated_test.h5");
    if !path.exists() {
        eprintln!("skipped: data/generated_test.h5 is not there");
        return None;
    }
    let mut reader = open(path, None).unwrap();
    assert_eq!((reader.layout(), reader.sample_name()), (Layout::Compact, "generated sample"));
    Some(reader.read_all().unwrap())
}

#[test]
fn generated_jets_are_within_the_selection_of_the_reference_data() {
    let Some(jets) = generated() else { return };
    for (i, (jet, _)) in jets.iter().enumerate() {
        let [px, py] = [1, 2].map(|axis| jet.iter().map(|p| f64::from(p[axis])).sum::<f64>());
        // A GeV of room: constituents have lost their masses and are rounded to 11 bits.
        assert!((549.0..=651.0).contains(&px.hypot(py)), "jet {i}: {}", px.hypot(py));
        assert!(jet.len() <= 200, "jet {i}");
    }
}

#[test]
fn generated_tops_have_more_active_pixels_than_generated_qcd_jets() {
    let Some(jets) = generated() else { return };
    let set = images(&jets, Recipe::PrincipalAxis).unwrap();
    let mean = |class: Class| {
        let rows = set.rows_of(class);
        assert!(rows.len() > 100);
        rows.iter().map(|&row| set.active_pixels(row)).sum::<usize>() as f64 / rows.len() as f64
    };
    let (qcd, top) = (mean(Class::Qcd), mean(Class::Top));
    assert!((25.0..40.0).contains(&qcd), "{qcd}");
    assert!(qcd + 5.0 < top && top < 55.0, "{qcd} {top}");
}
