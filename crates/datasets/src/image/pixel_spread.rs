//! The spread of each pixel over a set of images, and images divided by it.

use super::ImageSet;

/// What is added to the spread before dividing, against noise in dark pixels: the value in the public code of
/// Macaluso and Shih (arXiv 1803.00107).
pub const SPREAD_BIAS: f64 = 2e-2;

/// The standard deviation of each pixel over the images `rows`: side² numbers in row-major order.
///
/// Take the rows of the training set. Without rows all are zero.
///
/// # Panics
/// If a row does not exist.
pub fn pixel_spread(images: &ImageSet, rows: &[usize]) -> Vec<f64> {
    let n = rows.len().max(1) as f64;
    let size = images.side() * images.side();
    let (mut sum, mut squares) = (vec![0.0; size], vec![0.0; size]);
    for &row in rows {
        let (pixels, values) = images.get(row);
        for (&pixel, &value) in pixels.iter().zip(values) {
            sum[usize::from(pixel)] += f64::from(value);
            squares[usize::from(pixel)] += f64::from(value) * f64::from(value);
        }
    }
    let spread = |(sum, square): (f64, f64)| (square / n - (sum / n) * (sum / n)).max(0.0).sqrt();
    sum.into_iter().zip(squares).map(spread).collect()
}

/// Divides each pixel by its `spread` plus `bias` (say [`SPREAD_BIAS`]). Zeros stay zeros.
///
/// # Panics
/// If there are not side² spreads.
pub fn divide_by_spread(images: &mut ImageSet, spread: &[f64], bias: f64) {
    assert_eq!(spread.len(), images.side() * images.side(), "one spread a pixel is needed");
    images.map_values(|pixel, value| (f64::from(value) / (spread[pixel] + bias)) as f32);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::jets::Class;

    #[test]
    fn the_spread_is_that_over_the_rows_with_zeros_counted() {
        let mut set = ImageSet::empty(2);
        set.push(&[(0, 0.25), (3, 0.75)], Class::Top);
        set.push(&[(0, 0.25), (1, 1.0)], Class::Qcd);
        set.push(&[(2, 100.0)], Class::Qcd);
        let spread = pixel_spread(&set, &[0, 1]);
        assert_eq!(spread, [0.0, 0.5, 0.0, 0.375]);
        divide_by_spread(&mut set, &spread, 0.125);
        assert_eq!(set.dense(&[0, 1]), [2.0, 0.0, 0.0, 1.5, 2.0, 1.6, 0.0, 0.0]);
        assert_eq!(pixel_spread(&set, &[]), [0.0; 4]);
    }
}
