//! Barcodes against those of ripser, an independent implementation (`scripts/reference/homology_golden.py`).
#![allow(clippy::unwrap_used, clippy::expect_used)]

use metrics::{Bar, barcode};
use serde_json::Value;

/// ripser computes in single precision.
const TOLERANCE: f64 = 1e-5;

/// Finite bars shorter than the precision may be there or not; what never dies is infinite.
fn seen(bars: impl Iterator<Item = Bar>) -> Vec<Bar> {
    let mut bars: Vec<Bar> = bars.filter(|bar| bar.length() > 10.0 * TOLERANCE).collect();
    bars.sort_by(|a, b| {
        (a.dimension.cmp(&b.dimension)).then(a.birth.total_cmp(&b.birth)).then(a.death.total_cmp(&b.death))
    });
    bars
}

#[test]
fn the_barcodes_are_those_of_ripser() {
    let golden: Value = serde_json::from_str(include_str!("golden/homology.json")).unwrap();
    for case in golden["cases"].as_array().unwrap() {
        let points: Vec<Vec<f64>> = serde_json::from_value(case["points"].clone()).unwrap();
        let bar = |bar: &Value| Bar {
            dimension: bar[0].as_u64().unwrap() as usize,
            birth: bar[1].as_f64().unwrap(),
            death: bar[2].as_f64().unwrap_or(f64::INFINITY),
        };
        let expected = seen(case["bars"].as_array().unwrap().iter().map(bar));
        let found = seen(barcode(&points, case["highest"].as_u64().unwrap() as usize).unwrap().into_iter());
        assert_eq!(found.len(), expected.len(), "{}", case["name"]);
        let close = |a: f64, b: f64| a == b || (a - b).abs() < TOLERANCE;
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found.dimension, expected.dimension, "{}", case["name"]);
            assert!(
                close(found.birth, expected.birth) && close(found.death, expected.death),
                "{}: {found:?} {expected:?}",
                case["name"]
            );
        }
    }
}
