//! A set of images, of which only the pixels that are not zero are kept.

use crate::jets::Class;

/// Square images in sparse storage, each with its class: about 300 bytes an image.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageSet {
    side: usize,
    offsets: Vec<u64>,
    pixels: Vec<u16>,
    values: Vec<f32>,
    labels: Vec<Class>,
}

impl ImageSet {
    /// A set of no images of `side` × `side` pixels.
    ///
    /// # Panics
    /// If the pixels cannot be counted in 16 bits (a side above 256).
    pub fn empty(side: usize) -> Self {
        assert!(side <= 256, "an image of side {side} has too many pixels");
        Self { side, offsets: vec![0], pixels: Vec::new(), values: Vec::new(), labels: Vec::new() }
    }

    /// Adds an image: (row-major index, value) of its pixels.
    ///
    /// # Panics
    /// If a pixel lies outside of the image.
    pub fn push(&mut self, image: &[(u16, f64)], class: Class) {
        for &(pixel, value) in image {
            assert!(usize::from(pixel) < self.side * self.side, "pixel {pixel} is outside");
            self.pixels.push(pixel);
            self.values.push(value as f32);
        }
        self.offsets.push(self.pixels.len() as u64);
        self.labels.push(class);
    }

    /// Adds all images of `other`.
    ///
    /// # Panics
    /// If the sides differ.
    pub fn append(&mut self, other: &Self) {
        assert_eq!(self.side, other.side, "images of different sides do not go together");
        let start = self.pixels.len() as u64;
        self.offsets.extend(other.offsets[1..].iter().map(|offset| start + offset));
        self.pixels.extend_from_slice(&other.pixels);
        self.values.extend_from_slice(&other.values);
        self.labels.extend_from_slice(&other.labels);
    }

    /// The set of its parts, if they fit together: offsets from 0 up to the number of pixels, one more than labels;
    /// every pixel inside the image.
    pub(super) fn from_parts(
        side: usize,
        offsets: Vec<u64>,
        pixels: Vec<u16>,
        values: Vec<f32>,
        labels: Vec<Class>,
    ) -> Option<Self> {
        let fits = side <= 256
            && offsets.len() == labels.len() + 1
            && offsets.first() == Some(&0)
            && offsets.last() == Some(&(pixels.len() as u64))
            && offsets.is_sorted()
            && pixels.len() == values.len()
            && pixels.iter().all(|&pixel| usize::from(pixel) < side * side);
        fits.then_some(Self { side, offsets, pixels, values, labels })
    }

    /// Offsets, pixels and values, for the cache.
    pub(super) fn parts(&self) -> (&[u64], &[u16], &[f32]) {
        (&self.offsets, &self.pixels, &self.values)
    }

    /// The number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no images.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The pixels along each axis.
    pub fn side(&self) -> usize {
        self.side
    }

    /// The class of each image.
    pub fn labels(&self) -> &[Class] {
        &self.labels
    }

    /// The pixels of image `i` that are not zero: row-major indices and values.
    ///
    /// # Panics
    /// If there is no image `i`.
    pub fn get(&self, i: usize) -> (&[u16], &[f32]) {
        let range = self.offsets[i] as usize..self.offsets[i + 1] as usize;
        (&self.pixels[range.clone()], &self.values[range])
    }

    /// The number of pixels of image `i` that are not zero.
    ///
    /// # Panics
    /// If there is no image `i`.
    pub fn active_pixels(&self, i: usize) -> usize {
        (self.offsets[i + 1] - self.offsets[i]) as usize
    }

    /// The images `rows` with all their pixels, as one array of shape (rows, side, side) in row-major order.
    ///
    /// # Panics
    /// If a row does not exist.
    pub fn dense(&self, rows: &[usize]) -> Vec<f32> {
        let size = self.side * self.side;
        let mut array = vec![0.0; rows.len() * size];
        for (image, &row) in array.chunks_exact_mut(size.max(1)).zip(rows) {
            let (pixels, values) = self.get(row);
            for (&pixel, &value) in pixels.iter().zip(values) {
                image[usize::from(pixel)] = value;
            }
        }
        array
    }

    /// The set of the images `rows`, in that order.
    ///
    /// # Panics
    /// If a row does not exist.
    #[must_use]
    pub fn only(&self, rows: &[usize]) -> Self {
        let mut set = Self::empty(self.side);
        for &row in rows {
            let (pixels, values) = self.get(row);
            set.pixels.extend_from_slice(pixels);
            set.values.extend_from_slice(values);
            set.offsets.push(set.pixels.len() as u64);
            set.labels.push(self.labels[row]);
        }
        set
    }

    /// The indices of the images of `class`, in order.
    pub fn rows_of(&self, class: Class) -> Vec<usize> {
        (0..self.len()).filter(|&i| self.labels[i] == class).collect()
    }

    /// The mean image of `class`, of side² pixels in row-major order: zero throughout if there is none.
    pub fn mean_image(&self, class: Class) -> Vec<f32> {
        let rows = self.rows_of(class);
        let mut sum = vec![0.0f64; self.side * self.side];
        for &row in &rows {
            let (pixels, values) = self.get(row);
            for (&pixel, &value) in pixels.iter().zip(values) {
                sum[usize::from(pixel)] += f64::from(value);
            }
        }
        sum.into_iter().map(|total| (total / rows.len().max(1) as f64) as f32).collect()
    }

    /// Each value replaced by `new(pixel, value)`.
    pub(super) fn map_values(&mut self, new: impl Fn(usize, f32) -> f32) {
        for (&pixel, value) in self.pixels.iter().zip(&mut self.values) {
            *value = new(usize::from(pixel), *value);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn set() -> ImageSet {
        let mut set = ImageSet::empty(2);
        set.push(&[(0, 0.25), (3, 0.75)], Class::Top);
        set.push(&[(1, 1.0)], Class::Qcd);
        set.push(&[(0, 0.75), (1, 0.25)], Class::Top);
        set
    }

    #[test]
    fn dense_images_are_the_rows_asked_for_in_that_order() {
        assert_eq!(set().dense(&[1, 0, 1]), [0.0, 1.0, 0.0, 0.0, 0.25, 0.0, 0.0, 0.75, 0.0, 1.0, 0.0, 0.0]);
        assert!(set().dense(&[]).is_empty());
    }

    #[test]
    fn rows_active_pixels_and_means_go_by_class() {
        let set = set();
        assert_eq!(set.rows_of(Class::Top), [0, 2]);
        assert_eq!((0..3).map(|i| set.active_pixels(i)).collect::<Vec<_>>(), [2, 1, 2]);
        assert_eq!(set.mean_image(Class::Top), [0.5, 0.125, 0.0, 0.375]);
        assert_eq!(ImageSet::empty(2).mean_image(Class::Qcd), [0.0; 4]);
    }

    #[test]
    fn chosen_images_are_the_same_as_in_the_whole_set() {
        let chosen = set().only(&[2, 1]);
        assert_eq!(chosen.dense(&[0, 1]), set().dense(&[2, 1]));
        assert_eq!(chosen.labels(), [Class::Top, Class::Qcd]);
        assert!(set().only(&[]).is_empty());
    }

    #[test]
    fn appended_images_follow() {
        let mut twice = set();
        twice.append(&set());
        assert_eq!(twice.len(), 6);
        assert_eq!(twice.dense(&[3, 4, 5]), set().dense(&[0, 1, 2]));
    }

    #[test]
    fn parts_that_do_not_fit_together_make_no_set() {
        let parts = |offsets: &[u64], pixels: &[u16]| {
            let values = vec![1.0; pixels.len()];
            ImageSet::from_parts(2, offsets.to_vec(), pixels.to_vec(), values, vec![Class::Qcd; offsets.len() - 1])
        };
        assert!(parts(&[0, 1, 3], &[0, 1, 3]).is_some());
        assert!(parts(&[0, 1, 2], &[0, 1, 3]).is_none());
        assert!(parts(&[0, 4, 3], &[0, 1, 3]).is_none());
        assert!(parts(&[0, 1, 3], &[0, 1, 4]).is_none());
    }
}
