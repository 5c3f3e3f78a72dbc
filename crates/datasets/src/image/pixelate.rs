//! From particles to pixels.

/// A square grid of `side` × `side` pixels over (-`half_width`, `half_width`)².
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    /// Pixels along each axis.
    pub side: u16,
    /// Half the length of each axis.
    pub half_width: f64,
}

impl Grid {
    /// The row or column of a coordinate: none outside. A pixel owns its lower edge.
    fn bin(&self, x: f64) -> Option<u16> {
        let side = f64::from(self.side);
        // This order of the operations puts x = 0 exactly on the middle edge of an even grid.
        let position = x * (0.5 * side / self.half_width) + 0.5 * side;
        (position >= 0.0 && position < side).then_some(position as u16)
    }
}

/// The sums of the weights in each pixel, from (row coordinate, column coordinate, weight).
///
/// Gives (row-major index, sum) of the pixels with a positive sum, sorted by index. What lies outside is dropped.
pub fn pixelate(points: impl Iterator<Item = (f64, f64, f64)>, grid: Grid) -> Vec<(u16, f64)> {
    let pixel = |(x, y, weight)| Some((grid.bin(x)? * grid.side + grid.bin(y)?, weight));
    let mut pixels: Vec<(u16, f64)> = points.filter_map(pixel).filter(|&(_, weight)| weight > 0.0).collect();
    // A stable sort: the sums do not depend on anything but the order of the points.
    pixels.sort_by_key(|&(pixel, _)| pixel);
    pixels.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
    pixels
}

/// The pixels divided by their sum: none if the sum is zero.
pub fn normalised(mut pixels: Vec<(u16, f64)>) -> Option<Vec<(u16, f64)>> {
    let sum: f64 = pixels.iter().map(|&(_, value)| value).sum();
    for (_, value) in &mut pixels {
        *value /= sum;
    }
    (sum > 0.0).then_some(pixels)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    const GRID: Grid = Grid { side: 40, half_width: 0.8 };

    #[test]
    fn points_go_to_the_pixel_they_lie_in() {
        // 0.05 is in the second pixel above the middle, -0.79 in the first of all.
        let points = [(0.05, -0.79, 2.0), (0.0, 0.0, 1.0), (0.07, -0.77, 3.0)];
        let pixels = pixelate(points.into_iter(), GRID);
        assert_eq!(pixels, [(20 * 40 + 20, 1.0), (21 * 40, 5.0)]);
    }

    #[test]
    fn points_outside_and_points_without_weight_are_dropped() {
        let points = [(0.81, 0.0, 1.0), (0.0, -0.81, 1.0), (0.8, 0.0, 1.0), (0.0, 0.0, 0.0), (3e9, 0.0, 1.0)];
        assert!(pixelate(points.into_iter(), GRID).is_empty());
    }

    #[test]
    fn an_image_adds_up_to_one_or_is_none() {
        assert_eq!(normalised(vec![(3, 1.0), (7, 3.0)]), Some(vec![(3, 0.25), (7, 0.75)]));
        assert_eq!(normalised(Vec::new()), None);
    }
}
