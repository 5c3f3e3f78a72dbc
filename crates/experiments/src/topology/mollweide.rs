//! Mollweide's map of the sphere: equal areas stay equal, and the whole sphere is an ellipse twice as wide as high.
//!
//! The point at latitude β and longitude λ is at x = (2√2/π) λ cos θ, y = √2 sin θ, with 2θ + sin 2θ = π sin β.

use std::f64::consts::{PI, SQRT_2};

use crate::plot::{Colour, Line, Region, Stroke};

/// Half the width of the ellipse.
pub const HALF_WIDTH: f64 = 2.0 * SQRT_2;
/// Half its height.
pub const HALF_HEIGHT: f64 = SQRT_2;

/// One cell of a raster over the map.
#[derive(Debug, Clone, PartialEq)]
pub struct Pixel {
    /// Its row, the lowest 0.
    pub row: usize,
    /// Its column, the leftmost 0.
    pub column: usize,
    /// The point of the unit sphere that it shows.
    pub direction: [f64; 3],
}

/// The pixels that show some of the sphere, of a raster of `rows` rows and twice as many columns over the rectangle
/// around the ellipse. A pixel whose middle lies outside shows a point of the rim beside it.
pub fn raster(rows: usize) -> Vec<Pixel> {
    let middle = |index: usize, count: usize| (2 * index + 1) as f64 / count as f64 - 1.0;
    let pixel = |row: usize, column: usize| {
        let (x, y) = (middle(column, 2 * rows), middle(row, rows));
        let outside = x.hypot(y);
        let inwards = outside.max(1.0);
        let direction = direction(HALF_WIDTH * x / inwards, HALF_HEIGHT * y / inwards);
        (outside < 1.0 + 2.0 / rows as f64).then_some(Pixel { row, column, direction })
    };
    (0..rows).flat_map(|row| (0..2 * rows).filter_map(move |column| pixel(row, column))).collect()
}

/// The point of the unit sphere at (x, y) of the map: (1, 0, 0) in the centre, (0, 0, 1) at the top, (0, 1, 0) on the
/// right. A point outside the ellipse is taken for one on its rim.
pub fn direction(x: f64, y: f64) -> [f64; 3] {
    let theta = (y / HALF_HEIGHT).clamp(-1.0, 1.0).asin();
    let sine = ((2.0 * theta + (2.0 * theta).sin()) / PI).clamp(-1.0, 1.0);
    let width = HALF_WIDTH * theta.cos();
    let longitude = if width > 0.0 { PI * (x / width).clamp(-1.0, 1.0) } else { 0.0 };
    let cosine = (1.0 - sine * sine).sqrt();
    [cosine * longitude.cos(), cosine * longitude.sin(), sine]
}

/// Where the map shows a point of the unit sphere: the inverse of [`direction`].
pub fn place([x, y, z]: [f64; 3]) -> (f64, f64) {
    const HALVINGS: u32 = 60;
    // 2θ + sin 2θ grows with θ: bisection also finds the poles, where it grows as slowly as can be.
    let wanted = PI * z.clamp(-1.0, 1.0);
    let (mut low, mut high) = (-PI / 2.0, PI / 2.0);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if 2.0 * middle + (2.0 * middle).sin() < wanted { low = middle } else { high = middle }
    }
    let theta = 0.5 * (low + high);
    (HALF_WIDTH * y.atan2(x) / PI * theta.cos(), HALF_HEIGHT * theta.sin())
}

/// The rotation, by its columns, that takes (1, 0, 0) to the unit vector `ahead` and keeps (0, 0, 1) as high as it can:
/// a map turned by it has `ahead` in its centre.
pub fn facing(ahead: [f64; 3]) -> [[f64; 3]; 3] {
    let pole = if ahead[2].abs() < 0.999 { [0.0, 0.0, 1.0] } else { [-ahead[2].signum(), 0.0, 0.0] };
    let along: f64 = (0..3).map(|axis| pole[axis] * ahead[axis]).sum();
    let up: [f64; 3] = std::array::from_fn(|axis| pole[axis] - along * ahead[axis]);
    let length = up.iter().map(|x| x * x).sum::<f64>().sqrt();
    let up = up.map(|x| x / length);
    let left = std::array::from_fn(|axis| {
        let (next, last) = ((axis + 1) % 3, (axis + 2) % 3);
        up[next] * ahead[last] - up[last] * ahead[next]
    });
    [ahead, left, up]
}

/// The `point` after the rotation with these columns.
pub fn turned(columns: &[[f64; 3]; 3], point: [f64; 3]) -> [f64; 3] {
    std::array::from_fn(|axis| (0..3).map(|column| columns[column][axis] * point[column]).sum())
}

/// The `point` before the rotation with these columns: the inverse of [`turned`].
pub fn turned_back(columns: &[[f64; 3]; 3], point: [f64; 3]) -> [f64; 3] {
    columns.map(|column| (0..3).map(|axis| column[axis] * point[axis]).sum())
}

/// White surfaces that hide what a rectangular image shows outside the ellipse.
pub fn outside() -> [Region; 2] {
    [1.0, -1.0].map(|side| {
        let (mut x, mut y): (Vec<f64>, Vec<f64>) = rim(0.0, PI).map(|(x, y)| (x, side * y)).unzip();
        x.extend([-1.1 * HALF_WIDTH, -1.1 * HALF_WIDTH, 1.1 * HALF_WIDTH, 1.1 * HALF_WIDTH]);
        y.extend([0.0, 1.1 * side * HALF_HEIGHT, 1.1 * side * HALF_HEIGHT, 0.0]);
        Region::new(&x, &y).without_outline().filled(Colour::WHITE, 1.0)
    })
}

/// The rim of the ellipse.
pub fn outline() -> Region {
    let (x, y): (Vec<f64>, Vec<f64>) = rim(0.0, 2.0 * PI).unzip();
    Region::new(&x, &y).outline(Stroke { width: 0.8, ..Stroke::solid(Colour::BLACK) })
}

/// Meridians 60° apart.
pub fn meridians() -> Vec<Line> {
    let quarters: Vec<f64> = (-30..=30).map(|step| PI / 2.0 * f64::from(step) / 30.0).collect();
    let y: Vec<f64> = quarters.iter().map(|theta| HALF_HEIGHT * theta.sin()).collect();
    let meridian = |third: i32| {
        let x: Vec<f64> = quarters.iter().map(|theta| HALF_WIDTH * f64::from(third) / 3.0 * theta.cos()).collect();
        Line::new(&x, &y).colour(Colour::LIGHT_GREY).width(0.3)
    };
    (-2..=2).map(meridian).collect()
}

/// Points of the rim at angles `from` to `to`.
fn rim(from: f64, to: f64) -> impl Iterator<Item = (f64, f64)> {
    const STEPS: u32 = 180;
    (0..=STEPS).map(move |step| {
        let angle = from + (to - from) * f64::from(step) / f64::from(STEPS);
        (HALF_WIDTH * angle.cos(), HALF_HEIGHT * angle.sin())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: [f64; 3], b: [f64; 3]) {
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12), "{a:?} instead of {b:?}");
    }

    #[test]
    fn centre_top_and_side_of_the_map_are_the_axes() {
        near(direction(0.0, 0.0), [1.0, 0.0, 0.0]);
        near(direction(0.0, HALF_HEIGHT), [0.0, 0.0, 1.0]);
        near(direction(HALF_WIDTH / 2.0, 0.0), [0.0, 1.0, 0.0]);
        near(direction(HALF_WIDTH, 0.0), [-1.0, 0.0, 0.0]);
        near(direction(9.0, 0.0), [-1.0, 0.0, 0.0]);
    }

    #[test]
    fn a_point_is_shown_where_the_map_says_that_it_is() {
        for (x, y) in [(0.3, 0.2), (-1.7, 0.9), (2.0, -0.5), (0.0, 0.0)] {
            let (found_x, found_y) = place(direction(x, y));
            assert!((found_x - x).abs() < 1e-9 && (found_y - y).abs() < 1e-9, "({found_x}, {found_y})");
        }
        let (x, y) = place([0.0, 0.0, 1.0]);
        assert!(x.abs() < 1e-3 && (y - HALF_HEIGHT).abs() < 1e-6, "({x}, {y})");
    }

    #[test]
    fn the_map_keeps_areas() {
        // Every pixel has the same area, so the mean of z² over the inner ones is that over the sphere, 1/3; the rim's
        // pixels, a share of about 1/rows, are off by their size.
        let pixels = raster(200);
        let mean = pixels.iter().map(|pixel| pixel.direction[2].powi(2)).sum::<f64>() / pixels.len() as f64;
        assert!((mean - 1.0 / 3.0).abs() < 0.01, "{mean}");
        // The ellipse fills π/4 of its rectangle.
        let share = pixels.len() as f64 / (200.0 * 400.0);
        assert!((share - PI / 4.0).abs() < 0.03, "{share}");
    }

    #[test]
    fn a_turned_map_has_its_point_in_the_centre_and_stays_a_rotation() {
        for ahead in [[0.6, 0.0, 0.8], [0.0, -1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, -1.0]] {
            let columns = facing(ahead);
            near(turned(&columns, [1.0, 0.0, 0.0]), ahead);
            near(turned_back(&columns, turned(&columns, [0.36, 0.48, 0.8])), [0.36, 0.48, 0.8]);
            let dot = |a: [f64; 3], b: [f64; 3]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            for (i, j) in [(0, 1), (0, 2), (1, 2)] {
                assert!(dot(columns[i], columns[j]).abs() < 1e-12);
            }
            let [a, b, c] = columns;
            let determinant = a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
                + a[2] * (b[0] * c[1] - b[1] * c[0]);
            assert!((determinant - 1.0).abs() < 1e-12);
        }
        near(facing([1.0, 0.0, 0.0])[1], [0.0, 1.0, 0.0]);
    }
}
