//! Properties that hold for every closed curve in the plane.
#![allow(clippy::unwrap_used)]

use std::f64::consts::TAU;

use metrics::{is_embedded, self_intersections, turning_number, winding_number};
use proptest::collection::vec;
use proptest::prelude::*;

type Curve = Vec<[f64; 2]>;

/// Points all over the square: the curve crosses itself often, and never in one of its points.
fn tangled() -> impl Strategy<Value = Curve> {
    vec((-1.0..1.0, -1.0..1.0).prop_map(|(x, y)| [x, y]), 3..25)
}

/// Points of a coarse lattice: repeated points, touching and overlapping edges.
fn degenerate() -> impl Strategy<Value = Curve> {
    vec((-2_i32..=2, -2_i32..=2).prop_map(|(x, y)| [f64::from(x), f64::from(y)]), 1..10)
}

/// A curve seen in all directions from the origin, at some distance in each.
fn star() -> impl Strategy<Value = Curve> {
    vec(0.1..2.0, 3..50).prop_map(|radii: Vec<f64>| {
        let angle = |index: usize| TAU * index as f64 / radii.len() as f64;
        radii
            .iter()
            .enumerate()
            .map(|(index, radius)| [radius * angle(index).cos(), radius * angle(index).sin()])
            .collect()
    })
}

fn rotated(curve: &[[f64; 2]], by: usize) -> Curve {
    let mut rotated = curve.to_vec();
    rotated.rotate_left(by % curve.len());
    rotated
}

fn reversed(curve: &[[f64; 2]]) -> Curve {
    curve.iter().rev().copied().collect()
}

/// A quarter turn anticlockwise, which rounds nothing.
fn quarter([x, y]: [f64; 2]) -> [f64; 2] {
    [-y, x]
}

/// The definition: the angle by which the direction from `around` to the curve turns, over 2π.
fn winding_by_angles(curve: &[[f64; 2]], around: [f64; 2]) -> f64 {
    let seen = |point: [f64; 2]| [point[0] - around[0], point[1] - around[1]];
    let next = curve.iter().cycle().skip(1);
    let angles = curve.iter().zip(next).map(|(a, b)| {
        let (a, b) = (seen(*a), seen(*b));
        (a[0] * b[1] - a[1] * b[0]).atan2(a[0] * b[0] + a[1] * b[1])
    });
    angles.sum::<f64>() / TAU
}

proptest! {
    #[test]
    fn the_winding_number_is_its_definition(curve in tangled(), x in -1.0..1.0, y in -1.0..1.0) {
        let found = winding_number(&curve, [x, y]).unwrap();
        prop_assert!((found as f64 - winding_by_angles(&curve, [x, y])).abs() < 1e-6);
    }

    #[test]
    fn the_winding_number_on_a_lattice_is_its_definition_or_the_point_is_on_the_curve(
        curve in degenerate(),
        x in -2_i32..=2,
        y in -2_i32..=2,
    ) {
        let around = [f64::from(x), f64::from(y)];
        if let Ok(found) = winding_number(&curve, around) {
            prop_assert!((found as f64 - winding_by_angles(&curve, around)).abs() < 1e-9);
        }
        let touched = curve.contains(&around);
        prop_assert!(!touched || winding_number(&curve, around).is_err());
    }

    #[test]
    fn where_a_curve_begins_and_how_it_is_turned_does_not_matter(curve in tangled(), by in 0_usize..25) {
        let turned: Curve = rotated(&curve, by).into_iter().map(quarter).collect();
        let around = [0.1, 0.2];
        prop_assert_eq!(winding_number(&curve, around), winding_number(&turned, quarter(around)));
        prop_assert_eq!(turning_number(&curve), turning_number(&turned));
        prop_assert_eq!(self_intersections(&curve), self_intersections(&turned));
        prop_assert_eq!(is_embedded(&curve), is_embedded(&turned));
    }

    #[test]
    fn a_curve_run_backwards_winds_and_turns_backwards(curve in tangled()) {
        let back = reversed(&curve);
        let around = [0.1, 0.2];
        prop_assert_eq!(winding_number(&back, around).unwrap(), -winding_number(&curve, around).unwrap());
        prop_assert_eq!(turning_number(&back).unwrap(), -turning_number(&curve).unwrap());
        prop_assert_eq!(self_intersections(&back), self_intersections(&curve));
    }

    #[test]
    fn a_curve_run_twice_winds_and_turns_twice(curve in tangled()) {
        let twice = [curve.clone(), curve.clone()].concat();
        let around = [0.1, 0.2];
        prop_assert_eq!(winding_number(&twice, around).unwrap(), 2 * winding_number(&curve, around).unwrap());
        prop_assert_eq!(turning_number(&twice).unwrap(), 2 * turning_number(&curve).unwrap());
        prop_assert!(!is_embedded(&twice).unwrap());
    }

    #[test]
    fn each_crossing_changes_the_turning_number_by_one(curve in tangled()) {
        // Whitney, Compos. Math. 4 (1937) 276: of a curve in general position their sum is odd.
        let sum = turning_number(&curve).unwrap() + self_intersections(&curve).unwrap() as i64;
        prop_assert_eq!(sum.rem_euclid(2), 1);
    }

    #[test]
    fn a_tangle_is_embedded_where_it_does_not_cross(curve in tangled()) {
        prop_assert_eq!(is_embedded(&curve).unwrap(), self_intersections(&curve).unwrap() == 0);
    }

    #[test]
    fn a_star_is_embedded_and_goes_round_once(curve in star()) {
        prop_assert!(is_embedded(&curve).unwrap());
        prop_assert_eq!(self_intersections(&curve).unwrap(), 0);
        prop_assert_eq!(turning_number(&curve).unwrap(), 1);
        prop_assert_eq!(winding_number(&curve, [0.0, 0.0]).unwrap(), 1);
        prop_assert_eq!(winding_number(&curve, [3.0, 0.0]).unwrap(), 0);
    }

    #[test]
    fn an_embedded_curve_turns_once_and_goes_round_no_point_twice(curve in degenerate()) {
        if is_embedded(&curve).unwrap() {
            prop_assert_eq!(self_intersections(&curve).unwrap(), 0);
            prop_assert_eq!(turning_number(&curve).unwrap().abs(), 1);
            for index in 0..64_u8 {
                let around = [f64::from(index % 8) / 2.0 - 1.7, f64::from(index / 8) / 2.0 - 1.9];
                let winding = winding_number(&curve, around).map_or(0, i64::abs);
                prop_assert!(winding <= 1, "{winding} round {around:?}");
            }
        }
    }

    #[test]
    fn repeating_points_of_a_curve_changes_nothing(curve in tangled(), times in vec(1_usize..4, 25)) {
        let repeated: Curve =
            curve.iter().zip(times).flat_map(|(point, times)| std::iter::repeat_n(*point, times)).collect();
        prop_assert_eq!(turning_number(&curve), turning_number(&repeated));
        prop_assert_eq!(self_intersections(&curve), self_intersections(&repeated));
        prop_assert_eq!(is_embedded(&curve), is_embedded(&repeated));
        prop_assert_eq!(winding_number(&curve, [0.1, 0.2]), winding_number(&repeated, [0.1, 0.2]));
    }
}
