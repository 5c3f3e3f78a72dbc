//! On which side of a line a point lies, without rounding errors.

use std::cmp::Ordering;

/// A point of the plane: x and y.
pub(crate) type Point = [f64; 2];

/// The relative error that rounding can make in the determinant of `side`, (3 + 16ε)ε with ε = 2⁻⁵³
/// (Shewchuk, Discrete Comput. Geom. 18 (1997) 305, section 4.2).
const ROUNDING: f64 = (3.0 + 8.0 * f64::EPSILON) * (f64::EPSILON / 2.0);

/// The side of the line from `a` to `b` where `c` lies: `Greater` to the left, `Less` to the right, `Equal`
/// on it. Exact for finite coordinates that are 0 or of a magnitude between 1e-140 and 1e150.
pub(crate) fn side(a: Point, b: Point, c: Point) -> Ordering {
    let rising = (a[0] - c[0]) * (b[1] - c[1]);
    let falling = (a[1] - c[1]) * (b[0] - c[0]);
    let determinant = rising - falling;
    if determinant.abs() > ROUNDING * (rising.abs() + falling.abs()) { sign(determinant) } else { exact_side(a, b, c) }
}

/// Whether `point` lies on the straight line from `a` to `b`, ends included.
pub(crate) fn is_on_edge(a: Point, b: Point, point: Point) -> bool {
    let between = |axis: usize| (a[axis].min(b[axis])..=a[axis].max(b[axis])).contains(&point[axis]);
    between(0) && between(1) && side(a, b, point) == Ordering::Equal
}

/// The sign of a × b + b × c + c × a: the six products and their rounding errors, summed without error.
fn exact_side(a: Point, b: Point, c: Point) -> Ordering {
    let cross = |p: Point, q: Point| [(p[0], q[1]), (-p[1], q[0])];
    let mut sum: Vec<f64> = Vec::with_capacity(12);
    for (p, q) in [cross(a, b), cross(b, c), cross(c, a)].concat() {
        let product = p * q;
        for mut term in [p.mul_add(q, -product), product] {
            for part in &mut sum {
                (term, *part) = exact_sum(term, *part);
            }
            sum.push(term);
        }
    }
    // The parts rise in magnitude and do not overlap: the last one that is not 0 has the sign of the sum.
    sign(sum.into_iter().rfind(|part| *part != 0.0).unwrap_or(0.0))
}

/// The rounded sum of two numbers, and what rounding took from it (Knuth's two-sum).
fn exact_sum(x: f64, y: f64) -> (f64, f64) {
    let sum = x + y;
    let y_taken = sum - x;
    let x_taken = sum - y_taken;
    (sum, (x - x_taken) + (y - y_taken))
}

fn sign(value: f64) -> Ordering {
    value.partial_cmp(&0.0).unwrap_or(Ordering::Equal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn left_is_greater_and_right_is_less() {
        let (a, b) = ([0.0, 0.0], [2.0, 1.0]);
        assert_eq!(side(a, b, [1.0, 1.0]), Ordering::Greater);
        assert_eq!(side(a, b, [1.0, 0.0]), Ordering::Less);
        assert_eq!(side(a, b, [4.0, 2.0]), Ordering::Equal);
        assert_eq!(side(a, a, [4.0, 2.0]), Ordering::Equal);
    }

    #[test]
    fn points_that_rounding_confuses_are_told_apart() {
        // Kettner et al., Comput. Geom. 40 (2008) 61, figure 2: points next to (1/2, 1/2) and the diagonal.
        let place = |steps: i32| 0.5 + f64::from(steps) * 2.0_f64.powi(-53);
        let mut confused = 0;
        for (i, j) in (0..256).flat_map(|i| (0..256).map(move |j| (i, j))) {
            let (p, q, r) = ([place(i), place(j)], [12.0, 12.0], [24.0, 24.0]);
            assert_eq!(side(p, q, r), i.cmp(&j).reverse(), "{i}, {j}");
            let rounded = (p[0] - r[0]) * (q[1] - r[1]) - (p[1] - r[1]) * (q[0] - r[0]);
            confused += usize::from(sign(rounded) != i.cmp(&j).reverse());
        }
        assert!(confused > 0, "no point needed exact arithmetic");
    }

    #[test]
    fn products_that_do_not_fit_a_number_are_exact() {
        // Cassini: F(n) F(n+2) - F(n+1)² = ±1, of products of up to 1e31.
        let mut fibonacci = [1.0, 1.0, 2.0];
        for n in 1..72 {
            let [a, b, c] = fibonacci;
            let expected = if n % 2 == 1 { Ordering::Greater } else { Ordering::Less };
            assert_eq!(side([0.0, 0.0], [a, b], [b, c]), expected, "{n}");
            fibonacci = [b, c, b + c];
        }
    }

    #[test]
    fn the_exact_and_the_rounded_side_agree_on_integers() {
        let grid = || (-2..=2).flat_map(|x| (-2..=2).map(move |y| (x, y)));
        let point = |(x, y): (i64, i64)| [x as f64, y as f64];
        for (p, q, r) in grid().flat_map(|p| grid().flat_map(move |q| grid().map(move |r| (p, q, r)))) {
            let determinant = (p.0 - r.0) * (q.1 - r.1) - (p.1 - r.1) * (q.0 - r.0);
            assert_eq!(side(point(p), point(q), point(r)), determinant.cmp(&0));
            assert_eq!(exact_side(point(p), point(q), point(r)), determinant.cmp(&0));
        }
    }

    #[test]
    fn an_edge_holds_its_ends_and_nothing_beyond() {
        let (a, b) = ([0.0, 0.0], [2.0, 4.0]);
        for inside in [a, b, [1.0, 2.0]] {
            assert!(is_on_edge(a, b, inside));
            assert!(is_on_edge(b, a, inside));
        }
        for outside in [[3.0, 6.0], [-1.0, -2.0], [1.0, 2.0 + f64::EPSILON * 2.0]] {
            assert!(!is_on_edge(a, b, outside));
        }
        assert!(is_on_edge(a, a, a));
        assert!(!is_on_edge(a, a, b));
    }
}
