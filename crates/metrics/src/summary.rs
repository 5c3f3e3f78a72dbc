//! Mean, spread and quantiles of a few numbers, say one measure over the seeds of a run.

use crate::error::{Error, Result, check_finite};
use crate::ties::ascending;

/// The mean of `values`: `[n]`, finite, n at least 1.
///
/// # Errors
/// No values, or one that is not finite.
pub fn mean(values: &[f64]) -> Result<f64> {
    check_finite("values", values)?;
    Ok(values.iter().sum::<f64>() / values.len() as f64)
}

/// The standard deviation of `values`: `[n]`, finite, n at least 2; divided by n − 1, hence the spread of
/// the seeds themselves. The error of their mean is this over √n.
///
/// # Errors
/// Fewer than two values, or one that is not finite.
pub fn standard_deviation(values: &[f64]) -> Result<f64> {
    let mean = mean(values)?;
    if values.len() < 2 {
        return Err(Error::TooFew { which: "values", needed: 2, found: values.len() });
    }
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Ok((squares / (values.len() - 1) as f64).sqrt())
}

/// The median of `values`: `[n]`, finite, n at least 1; of an even number, the mean of the middle two.
///
/// # Errors
/// No values, or one that is not finite.
pub fn median(values: &[f64]) -> Result<f64> {
    quantile(values, 0.5)
}

/// The quantile of `values`: `[n]`, finite, n at least 1, at `level` in `[0, 1]`.
///
/// Linear between order statistics, at position (n − 1) · level (type 7 of Hyndman and Fan,
/// Am. Stat. 50 (1996) 361; NumPy's default).
///
/// # Errors
/// No values, one that is not finite, or a level outside `[0, 1]`.
pub fn quantile(values: &[f64], level: f64) -> Result<f64> {
    check_finite("values", values)?;
    if !(0.0..=1.0).contains(&level) {
        return Err(Error::LevelOutOfRange { value: level });
    }
    let sorted = ascending(values);
    let position = (sorted.len() - 1) as f64 * level;
    let below = sorted[position.floor() as usize];
    let above = sorted[position.ceil() as usize];
    Ok(below + (above - below) * position.fract())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const VALUES: [f64; 4] = [4.0, 1.0, 3.0, 2.0];

    #[test]
    fn mean_and_spread_of_one_to_four() {
        assert_eq!(mean(&VALUES).unwrap(), 2.5);
        assert_eq!(standard_deviation(&VALUES).unwrap(), (5.0_f64 / 3.0).sqrt());
    }

    #[test]
    fn quantiles_lie_on_straight_lines_between_the_sorted_values() {
        let cases = [(0.0, 1.0), (0.25, 1.75), (0.5, 2.5), (0.9, 3.7), (1.0, 4.0)];
        for (level, expected) in cases {
            let found = quantile(&VALUES, level).unwrap();
            assert!((found - expected).abs() < 1e-15, "{level}: {found}");
        }
        assert_eq!(median(&VALUES).unwrap(), 2.5);
        assert_eq!(median(&[3.0, 1.0, 2.0]).unwrap(), 2.0);
        assert_eq!(median(&[5.0]).unwrap(), 5.0);
    }

    #[test]
    fn one_value_has_a_mean_but_no_spread() {
        assert_eq!(mean(&[3.0]).unwrap(), 3.0);
        let error = standard_deviation(&[3.0]).unwrap_err();
        assert!(matches!(error, Error::TooFew { found: 1, .. }));
    }

    #[test]
    fn empty_and_not_finite_values_are_refused_by_all() {
        let measures = [mean, standard_deviation, median, |v: &[f64]| quantile(v, 0.1)];
        for measure in measures {
            assert_eq!(measure(&[]).unwrap_err(), Error::EmptySample { which: "values" });
            let error = measure(&[0.0, f64::NAN]).unwrap_err();
            assert!(matches!(error, Error::NotFinite { index: 1, .. }));
        }
    }

    #[test]
    fn a_level_outside_zero_to_one_is_refused() {
        for level in [-0.1, 1.1, f64::NAN] {
            let error = quantile(&VALUES, level).unwrap_err();
            assert!(matches!(error, Error::LevelOutOfRange { .. }));
        }
    }
}
