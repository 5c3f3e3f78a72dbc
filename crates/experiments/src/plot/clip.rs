//! Cutting of lines and surfaces at the frame of a panel.

use super::geometry::{Point, Rect};

/// The part of a segment inside the rectangle (Liang and Barsky, 1984).
pub(super) fn segment(rect: &Rect, from: Point, to: Point) -> Option<(Point, Point)> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let edges =
        [(-dx, from.0 - rect.left), (dx, rect.right - from.0), (-dy, from.1 - rect.top), (dy, rect.bottom - from.1)];
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    for (speed, distance) in edges {
        if speed == 0.0 && distance < 0.0 {
            return None;
        } else if speed < 0.0 {
            enter = enter.max(distance / speed);
        } else if speed > 0.0 {
            leave = leave.min(distance / speed);
        }
    }
    let at = |t: f64| if t == 1.0 { to } else { (from.0 + t * dx, from.1 + t * dy) };
    (enter <= leave).then(|| (at(enter), at(leave)))
}

/// The parts of a connected line inside the rectangle, in order.
pub(super) fn polyline(rect: &Rect, line: &[Point]) -> Vec<Vec<Point>> {
    let mut parts: Vec<Vec<Point>> = Vec::new();
    let mut connected = false;
    for pair in line.windows(2) {
        let Some((from, to)) = segment(rect, pair[0], pair[1]) else {
            connected = false;
            continue;
        };
        match parts.last_mut() {
            Some(part) if connected && from == pair[0] => part.push(to),
            _ => parts.push(vec![from, to]),
        }
        connected = to == pair[1];
    }
    parts
}

/// The part of a filled polygon inside the rectangle (Sutherland and Hodgman, 1974).
pub(super) fn polygon(rect: &Rect, corners: &[Point]) -> Vec<Point> {
    let horizontal = |a: Point, b: Point, x: f64| (x, a.1 + (b.1 - a.1) * (x - a.0) / (b.0 - a.0));
    let vertical = |a: Point, b: Point, y: f64| (a.0 + (b.0 - a.0) * (y - a.1) / (b.1 - a.1), y);
    let mut kept = corners.to_vec();
    kept = cut(&kept, |p| p.0 >= rect.left, |a, b| horizontal(a, b, rect.left));
    kept = cut(&kept, |p| p.0 <= rect.right, |a, b| horizontal(a, b, rect.right));
    kept = cut(&kept, |p| p.1 >= rect.top, |a, b| vertical(a, b, rect.top));
    cut(&kept, |p| p.1 <= rect.bottom, |a, b| vertical(a, b, rect.bottom))
}

fn cut(corners: &[Point], inside: impl Fn(Point) -> bool, crossing: impl Fn(Point, Point) -> Point) -> Vec<Point> {
    let mut kept = Vec::with_capacity(corners.len() + 4);
    for (i, &to) in corners.iter().enumerate() {
        let from = corners[(i + corners.len() - 1) % corners.len()];
        if inside(from) != inside(to) {
            kept.push(crossing(from, to));
        }
        if inside(to) {
            kept.push(to);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const UNIT: Rect = Rect { left: 0.0, top: 0.0, right: 1.0, bottom: 1.0 };

    #[test]
    fn segment_through_the_frame_is_cut_at_both_sides() {
        assert_eq!(segment(&UNIT, (-1.0, 0.5), (3.0, 0.5)), Some(((0.0, 0.5), (1.0, 0.5))));
        assert_eq!(segment(&UNIT, (-1.0, 2.0), (3.0, 2.0)), None);
        assert_eq!(segment(&UNIT, (-1.0, 0.5), (0.5, 2.0)), None);
    }

    #[test]
    fn line_that_leaves_and_returns_gives_two_parts() {
        let line = [(0.2, 0.5), (0.4, 0.5), (0.4, 2.5), (0.6, 2.5), (0.6, 0.5)];
        let parts = polyline(&UNIT, &line);
        assert_eq!(parts, vec![vec![(0.2, 0.5), (0.4, 0.5), (0.4, 1.0)], vec![(0.6, 1.0), (0.6, 0.5)]]);
    }

    #[test]
    fn triangle_across_a_side_becomes_a_quadrilateral() {
        let kept = polygon(&UNIT, &[(0.5, 0.0), (0.5, 1.0), (2.5, 0.5)]);
        let area: f64 = (0..kept.len())
            .map(|i| {
                let (a, b) = (kept[i], kept[(i + 1) % kept.len()]);
                0.5 * (a.0 * b.1 - b.0 * a.1)
            })
            .sum();
        // Triangle of base 1 and height 2 less the similar one beyond x = 1 (3/4 of the size): 1 - 9/16.
        assert_eq!(kept.len(), 4);
        assert!((area.abs() - 7.0 / 16.0).abs() < 1e-12);
    }

    #[test]
    fn polygon_outside_vanishes_and_inside_is_kept() {
        assert!(polygon(&UNIT, &[(2.0, 2.0), (3.0, 2.0), (3.0, 3.0)]).is_empty());
        let inside = vec![(0.1, 0.1), (0.9, 0.1), (0.5, 0.9)];
        assert_eq!(polygon(&UNIT, &inside), inside);
    }

    proptest! {
        #[test]
        fn nothing_is_left_outside_the_frame(line in prop::collection::vec((-5.0f64..5.0, -5.0f64..5.0), 2..20)) {
            let frame = UNIT.grown(1e-9);
            prop_assert!(polyline(&UNIT, &line).iter().flatten().all(|p| frame.contains(*p)));
            prop_assert!(polygon(&UNIT, &line).iter().all(|p| frame.contains(*p)));
        }
    }
}
