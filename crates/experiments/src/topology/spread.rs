//! What several seeds gave, as one line of text or as a band.

use crate::Result;

/// Median, 16 % and 84 % quantile of the numbers that all `seeds` have at each index; the seeds' lists are equally
/// long.
///
/// # Errors
/// [`crate::Error::Metric`] for no seeds or a number that is not finite.
pub fn bands(seeds: &[Vec<f64>]) -> Result<[Vec<f64>; 3]> {
    let mut bands: [Vec<f64>; 3] = Default::default();
    for index in 0..seeds.first().map_or(0, Vec::len) {
        let numbers: Vec<f64> = seeds.iter().map(|seed| seed[index]).collect();
        for (band, level) in bands.iter_mut().zip([0.5, 0.16, 0.84]) {
            band.push(metrics::quantile(&numbers, level)?);
        }
    }
    Ok(bands)
}

/// Median and range of one number a seed, in words.
///
/// # Errors
/// As [`bands`].
pub fn in_words(values: &[f64]) -> Result<String> {
    let level = |level: f64| metrics::quantile(values, level);
    Ok(format!("{:.1e} ({:.1e} to {:.1e})", level(0.5)?, level(0.0)?, level(1.0)?))
}

/// The largest of `values`, and its index.
pub fn largest(values: &[f64]) -> (usize, f64) {
    values.iter().copied().enumerate().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, f64::NAN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_band_is_taken_across_the_seeds_at_each_index() {
        let [median, low, high] = bands(&[vec![0.0, 5.0], vec![100.0, 5.0]]).unwrap();
        assert_eq!(median, [50.0, 5.0]);
        assert!((low[0] - 16.0).abs() < 1e-12 && (high[0] - 84.0).abs() < 1e-12, "{low:?} {high:?}");
    }

    #[test]
    fn the_words_are_median_and_range() {
        assert_eq!(in_words(&[2e-6, 1e-6, 4e-5]).unwrap(), "2.0e-6 (1.0e-6 to 4.0e-5)");
        assert!(in_words(&[]).is_err());
    }

    #[test]
    fn the_largest_is_found_with_its_place() {
        assert_eq!(largest(&[1.0, 3.0, 2.0]), (1, 3.0));
    }
}
