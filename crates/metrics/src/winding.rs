//! How a closed curve in the plane winds: round a point, round itself, and through itself.
//!
//! A curve is the polygon through its points, `[n]` of x and y, in their order and from the last one back to
//! the first. Winding number, crossings and embedding are exact for it, without rounding, while coordinates
//! are 0 or of a magnitude between 1e-140 and 1e150.

use std::cmp::Ordering;
use std::f64::consts::TAU;

use crate::error::{Error, Result, check_finite};
use crate::orientation::{Point, is_on_edge, side};

/// How often the closed `curve`, `[n]` of x and y, goes round the point `around`; anticlockwise is positive.
///
/// Counts the edges that cross the ray from `around` to the right, upwards less downwards.
///
/// # Errors
/// No points, a coordinate that is not finite, or a curve that passes through `around`.
pub fn winding_number(curve: &[[f64; 2]], around: [f64; 2]) -> Result<i64> {
    check_points(curve)?;
    check_finite("coordinates of the point", &around)?;
    let mut winding = 0;
    for (edge, (a, b)) in edges(curve).enumerate() {
        if is_on_edge(a, b, around) {
            return Err(Error::PointOnCurve { edge });
        }
        let upwards = a[1] <= around[1] && around[1] < b[1];
        let downwards = b[1] <= around[1] && around[1] < a[1];
        match side(a, b, around) {
            Ordering::Greater if upwards => winding += 1,
            Ordering::Less if downwards => winding -= 1,
            _ => {}
        }
    }
    Ok(winding)
}

/// How often the tangent of the closed `curve`, `[n]` of x and y, turns round; anticlockwise is positive.
///
/// The sum of the angles between consecutive edges, each between −π and π, over 2π: ±1 of a curve without
/// crossings (Hopf's Umlaufsatz). A point that repeats the one before it is skipped.
///
/// # Errors
/// No points, a coordinate that is not finite, fewer than three points that differ from the one before, or
/// an edge that goes straight back on the one before, whose angle might be π or −π.
pub fn turning_number(curve: &[[f64; 2]]) -> Result<i64> {
    check_points(curve)?;
    let points = moving(curve);
    let n = points.len();
    if n < 3 {
        return Err(Error::TooFew { which: "points that differ from the one before", needed: 3, found: n });
    }
    let mut turning = 0.0;
    for index in 0..n {
        let corner = [points[index], points[(index + 1) % n], points[(index + 2) % n]];
        turning += turn(corner).ok_or(Error::StraightBack { point: corner[1] })?;
    }
    Ok((turning / TAU).round() as i64)
}

/// How many pairs of edges of the closed `curve`, `[n]` of x and y, cross each other inside both; O(n²).
///
/// Edges that only touch, at an end or along a stretch, do not count; `is_embedded` sees these too.
///
/// # Errors
/// No points, or a coordinate that is not finite.
pub fn self_intersections(curve: &[[f64; 2]]) -> Result<usize> {
    check_points(curve)?;
    let edges: Vec<(Point, Point)> = edges(curve).collect();
    let pairs =
        edges.iter().enumerate().flat_map(|(index, first)| edges[..index].iter().map(move |other| (first, other)));
    // Neighbours share an end, so that they never cross inside.
    Ok(pairs.filter(|(first, other)| cross(**first, **other)).count())
}

/// Whether the closed `curve`, `[n]` of x and y, is embedded: no two edges meet but neighbours at the point
/// between them; O(n²). A point that repeats the one before it is skipped; a curve that is a single point,
/// or goes straight back, is not embedded.
///
/// # Errors
/// No points, or a coordinate that is not finite.
pub fn is_embedded(curve: &[[f64; 2]]) -> Result<bool> {
    check_points(curve)?;
    let points = moving(curve);
    let n = points.len();
    let edges: Vec<(Point, Point)> = edges(&points).collect();
    let apart = |i: usize, j: usize| match (j - i, n - (j - i)) {
        (1, _) => !fold(edges[i], edges[j]),
        (_, 1) => !fold(edges[j], edges[i]),
        _ => !meet(edges[i], edges[j]),
    };
    Ok(n >= 3 && (0..n).all(|i| (i + 1..n).all(|j| apart(i, j))))
}

fn check_points(curve: &[Point]) -> Result<()> {
    if curve.is_empty() {
        return Err(Error::EmptySample { which: "points of the curve" });
    }
    let broken = |point: &Point| point.iter().copied().find(|coordinate| !coordinate.is_finite());
    match curve.iter().enumerate().find_map(|(index, point)| Some((index, broken(point)?))) {
        Some((index, value)) => Err(Error::NotFinite { which: "points of the curve", index, value }),
        None => Ok(()),
    }
}

/// The edges of a closed curve, the one from the last point to the first at the end.
fn edges(curve: &[Point]) -> impl Iterator<Item = (Point, Point)> {
    curve.iter().copied().zip(curve.iter().copied().cycle().skip(1))
}

/// The points of a closed curve that differ from the one before.
fn moving(curve: &[Point]) -> Vec<Point> {
    edges(curve).filter(|(a, b)| a != b).map(|(_, b)| b).collect()
}

/// The angle from the first to the second edge of a corner, in (−π, π), or `None` if it goes straight back.
fn turn([a, b, c]: [Point; 3]) -> Option<f64> {
    let (first, second) = ([b[0] - a[0], b[1] - a[1]], [c[0] - b[0], c[1] - b[1]]);
    let along = first[0] * second[0] + first[1] * second[1];
    let across = first[0] * second[1] - first[1] * second[0];
    // Next to π rounding may give `across` the wrong sign, which would be a whole turn.
    match side(a, b, c) {
        Ordering::Greater => Some(across.abs().atan2(along)),
        Ordering::Less => Some(-across.abs().atan2(along)),
        Ordering::Equal => (along > 0.0).then_some(0.0),
    }
}

/// Whether two edges cross at a point inside both.
fn cross((a, b): (Point, Point), (c, d): (Point, Point)) -> bool {
    let divides = |a, b, c, d| match side(a, b, c) {
        Ordering::Equal => false,
        of_c => side(a, b, d) == of_c.reverse(),
    };
    divides(a, b, c, d) && divides(c, d, a, b)
}

/// Whether two edges have a point in common.
fn meet(first: (Point, Point), second: (Point, Point)) -> bool {
    let (a, b) = first;
    let (c, d) = second;
    cross(first, second) || is_on_edge(a, b, c) || is_on_edge(a, b, d) || is_on_edge(c, d, a) || is_on_edge(c, d, b)
}

/// Whether an edge goes straight back on the one before it.
fn fold((a, b): (Point, Point), (_, c): (Point, Point)) -> bool {
    is_on_edge(a, b, c) || is_on_edge(b, c, a)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SQUARE: [[f64; 2]; 4] = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];

    /// A curve of `n` points at half steps, so that no point is where the curve crosses itself.
    fn sampled(n: usize, curve: impl Fn(f64) -> [f64; 2]) -> Vec<[f64; 2]> {
        (0..n).map(|index| curve(TAU * (index as f64 + 0.5) / n as f64)).collect()
    }

    fn circle(turns: f64, n: usize) -> Vec<[f64; 2]> {
        sampled(n, |t| [(turns * t).cos(), (turns * t).sin()])
    }

    #[test]
    fn a_circle_winds_once_and_run_twice_twice() {
        for turns in [1_i64, 2, 3, -1, -2] {
            let curve = circle(turns as f64, 720);
            assert_eq!(winding_number(&curve, [0.3, -0.2]).unwrap(), turns);
            assert_eq!(winding_number(&curve, [1.3, -0.2]).unwrap(), 0);
            assert_eq!(turning_number(&curve).unwrap(), turns);
        }
    }

    #[test]
    fn a_figure_eight_turns_nowhere_and_crosses_once() {
        let eight = sampled(720, |t| [t.sin(), t.sin() * t.cos()]);
        assert_eq!(turning_number(&eight).unwrap(), 0);
        assert_eq!(self_intersections(&eight).unwrap(), 1);
        let lobes = [-0.5, 0.5].map(|x| winding_number(&eight, [x, 0.0]).unwrap());
        assert_eq!((lobes[0] + lobes[1], lobes[0].abs()), (0, 1));
        assert!(!is_embedded(&eight).unwrap());
    }

    #[test]
    fn a_pentagram_crosses_five_times_and_winds_twice() {
        let star: Vec<_> = (0..5).map(|k| 2.0 * TAU * f64::from(k) / 5.0).map(|t| [t.cos(), t.sin()]).collect();
        assert_eq!(self_intersections(&star).unwrap(), 5);
        assert_eq!(turning_number(&star).unwrap(), 2);
        assert_eq!(winding_number(&star, [0.0, 0.0]).unwrap(), 2);
        // Inside a spike, near its point.
        assert_eq!(winding_number(&star, [0.9, 0.0]).unwrap(), 1);
    }

    #[test]
    fn a_square_is_embedded_and_goes_round_its_inside() {
        assert!(is_embedded(&SQUARE).unwrap());
        assert_eq!(self_intersections(&SQUARE).unwrap(), 0);
        assert_eq!(turning_number(&SQUARE).unwrap(), 1);
        assert_eq!(winding_number(&SQUARE, [0.5, 0.5]).unwrap(), 1);
        for outside in [[-1.0, 0.0], [-1.0, 1.0], [2.0, 1.0], [0.5, 2.0]] {
            assert_eq!(winding_number(&SQUARE, outside).unwrap(), 0);
        }
    }

    #[test]
    fn repeated_points_change_nothing() {
        let [a, b, c, d] = SQUARE;
        let repeated = [a, a, b, c, c, c, d, a];
        assert_eq!(turning_number(&repeated).unwrap(), 1);
        assert_eq!(winding_number(&repeated, [0.5, 0.5]).unwrap(), 1);
        assert!(is_embedded(&repeated).unwrap());
        assert_eq!(self_intersections(&repeated).unwrap(), 0);
    }

    #[test]
    fn curves_that_only_touch_themselves_do_not_cross_and_are_not_embedded() {
        let point_on_edge = [[0.0, 0.0], [4.0, 0.0], [4.0, 2.0], [2.0, 0.0], [0.0, 2.0]];
        let common_point = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0], [-1.0, 0.0], [-1.0, -1.0]];
        let common_stretch = [[0.0, 0.0], [3.0, 0.0], [3.0, 1.0], [2.0, 0.0], [1.0, 0.0], [0.0, 1.0]];
        let spike = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 0.5], [0.0, 1.0]];
        for curve in [&point_on_edge[..], &common_point, &common_stretch, &spike] {
            assert_eq!(self_intersections(curve).unwrap(), 0, "{curve:?}");
            assert!(!is_embedded(curve).unwrap(), "{curve:?}");
        }
    }

    #[test]
    fn a_curve_that_collapsed_is_not_embedded_and_has_no_turning_number() {
        for curve in [vec![[1.0, 2.0]; 5], vec![[0.0, 0.0], [1.0, 1.0]]] {
            assert!(!is_embedded(&curve).unwrap());
            assert!(matches!(turning_number(&curve).unwrap_err(), Error::TooFew { needed: 3, .. }));
            assert_eq!(self_intersections(&curve).unwrap(), 0);
            assert_eq!(winding_number(&curve, [5.0, 0.0]).unwrap(), 0);
        }
    }

    #[test]
    fn an_edge_straight_back_has_no_angle() {
        let spike = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 0.5], [0.0, 1.0]];
        assert_eq!(turning_number(&spike).unwrap_err(), Error::StraightBack { point: [1.0, 1.0] });
        let thin = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0 - f64::EPSILON, 0.5], [0.0, 1.0]];
        assert_eq!(turning_number(&thin).unwrap(), 1);
    }

    #[test]
    fn a_point_on_the_curve_has_no_winding_number() {
        for (around, edge) in [([0.5, 0.0], 0), ([1.0, 1.0], 1), ([0.0, 0.25], 3)] {
            assert_eq!(winding_number(&SQUARE, around).unwrap_err(), Error::PointOnCurve { edge });
        }
    }

    #[test]
    fn what_is_no_curve_is_refused_with_its_cause() {
        let broken = [[0.0, 0.0], [1.0, f64::NAN], [1.0, 1.0]];
        let errors = |curve: &[[f64; 2]]| {
            [
                winding_number(curve, [0.5, 0.5]).unwrap_err(),
                turning_number(curve).unwrap_err(),
                self_intersections(curve).unwrap_err(),
                is_embedded(curve).unwrap_err(),
            ]
        };
        for error in errors(&[]) {
            assert_eq!(error, Error::EmptySample { which: "points of the curve" });
        }
        for error in errors(&broken) {
            assert!(matches!(error, Error::NotFinite { which: "points of the curve", index: 1, .. }));
        }
        let error = winding_number(&SQUARE, [0.5, f64::INFINITY]).unwrap_err();
        assert!(matches!(error, Error::NotFinite { which: "coordinates of the point", index: 1, .. }));
    }
}
