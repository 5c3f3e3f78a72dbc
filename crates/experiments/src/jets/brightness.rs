//! The pixels of an image in the order of their brightness.

/// So many of an image's pixels are called bright, all other active ones dim; the number is ours.
pub const BRIGHT: usize = 5;

/// The active pixels, those above 0, the brightest first; of equally bright ones in the order of the image.
pub fn active_by_brightness(image: &[f64]) -> Vec<usize> {
    let mut pixels: Vec<usize> = (0..image.len()).filter(|&pixel| image[pixel] > 0.0).collect();
    pixels.sort_by(|&one, &other| image[other].total_cmp(&image[one]));
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_pixels_are_left_out_and_equal_ones_keep_their_order() {
        assert_eq!(active_by_brightness(&[0.0, 1.0, 3.0, 0.0, 1.0, 2.0]), [2, 5, 1, 4]);
        assert!(active_by_brightness(&[0.0; 4]).is_empty());
    }
}
