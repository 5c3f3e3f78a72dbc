//! Images cut to their brightest pixels.

use super::ImageSet;

impl ImageSet {
    /// The set with only the `n` brightest pixels of each image, as they were; of equal ones those of smaller index.
    ///
    /// Nothing is scaled: the sum falls by what was cut. An image with `n` pixels or fewer stays whole.
    #[must_use]
    pub fn brightest(&self, n: usize) -> Self {
        let mut cut = Self::empty(self.side());
        for index in 0..self.len() {
            let (pixels, values) = self.get(index);
            let mut order: Vec<usize> = (0..values.len()).collect();
            order.sort_by(|&a, &b| values[b].total_cmp(&values[a]).then(pixels[a].cmp(&pixels[b])));
            order.truncate(n);
            order.sort_unstable_by_key(|&place| pixels[place]);
            let image: Vec<(u16, f64)> = order.iter().map(|&place| (pixels[place], f64::from(values[place]))).collect();
            cut.push(&image, self.labels()[index]);
        }
        cut
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::jets::Class;

    #[test]
    fn the_brightest_pixels_stay_where_they_are() {
        let mut set = ImageSet::empty(2);
        set.push(&[(0, 0.1), (1, 0.4), (2, 0.2), (3, 0.3)], Class::Top);
        set.push(&[(2, 1.0)], Class::Qcd);
        let cut = set.brightest(2);
        assert_eq!(cut.dense(&[0, 1]), [0.0, 0.4, 0.0, 0.3, 0.0, 0.0, 1.0, 0.0]);
        assert_eq!(cut.labels(), set.labels());
        assert_eq!(set.brightest(0).active_pixels(0), 0);
        assert_eq!(set.brightest(9), set);
    }

    #[test]
    fn of_equal_pixels_the_first_ones_stay() {
        let mut set = ImageSet::empty(2);
        set.push(&[(0, 0.25), (1, 0.25), (2, 0.25), (3, 0.25)], Class::Qcd);
        assert_eq!(set.brightest(3).get(0).0, [0, 1, 2]);
    }
}
