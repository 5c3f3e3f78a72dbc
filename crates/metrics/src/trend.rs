//! How one measure follows another: as a power, on a straight line, or in rank only.

use crate::error::{Error, Result, check_finite};
use crate::ranks::midranks;
use crate::summary::mean;

/// The law y = amplitude · x^exponent that fits best.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PowerLaw {
    /// The slope of ln y over ln x.
    pub exponent: f64,
    /// Standard error of the exponent, at least 0, from the scatter of ln y about the law with n − 2 degrees
    /// of freedom; it takes the scatter as independent and equally wide everywhere.
    pub exponent_error: f64,
    /// The law's y at x = 1, positive.
    pub amplitude: f64,
}

/// The power law of least squares of ln y on ln x; `x` and `y`: `[n]`, positive, n at least 3.
///
/// # Errors
/// Samples of different lengths or fewer than three, a number that is not finite or not positive, or values
/// of x that are all equal.
pub fn power_law(x: &[f64], y: &[f64]) -> Result<PowerLaw> {
    check_pairs(x, y, 3)?;
    let (x, y) = (logarithms("values of x", x)?, logarithms("values of y", y)?);
    let moments = Moments::new(&x, &y)?;
    let exponent = moments.xy / moments.xx;
    let residual = |x: &f64, y: &f64| (y - moments.mean_y) - exponent * (x - moments.mean_x);
    let squares: f64 = x.iter().zip(&y).map(|(x, y)| residual(x, y).powi(2)).sum();
    let exponent_error = (squares / (x.len() - 2) as f64 / moments.xx).sqrt();
    Ok(PowerLaw { exponent, exponent_error, amplitude: (moments.mean_y - exponent * moments.mean_x).exp() })
}

/// Pearson's correlation of `x` and `y`: `[n]`, finite, n at least 2; in `[-1, 1]`.
///
/// 1 if y lies on a rising straight line over x, -1 on a falling one; 0 does not mean that they are
/// independent. Magnitudes above 1e300 may overflow in the mean, and there the answer is NaN.
///
/// # Errors
/// Samples of different lengths or fewer than two, a number that is not finite, or a sample whose numbers
/// are all equal.
pub fn correlation(x: &[f64], y: &[f64]) -> Result<f64> {
    check_pairs(x, y, 2)?;
    check_varied("values of x", x)?;
    check_varied("values of y", y)?;
    pearson(&scaled_deviations(x)?, &scaled_deviations(y)?)
}

/// Spearman's rank correlation of `x` and `y`: `[n]`, finite, n at least 2; in `[-1, 1]`.
///
/// Pearson's correlation of the ranks, equal numbers sharing the mean of theirs; 1 if y rises with x
/// wherever x rises, and the other way round.
///
/// # Errors
/// Samples of different lengths or fewer than two, a number that is not finite, or a sample whose numbers
/// are all equal.
pub fn rank_correlation(x: &[f64], y: &[f64]) -> Result<f64> {
    check_pairs(x, y, 2)?;
    pearson(&midranks(x), &midranks(y))
}

/// The 68 % interval of a rank correlation of `n` pairs, `[low, high]` within `[-1, 1]`: Fisher's transformation with the variance
/// 1.06/(n - 3) of Spearman's ρ (Fieller, Hartley & Pearson, Biometrika 44 (1957) 470).
///
/// # Errors
/// A correlation outside of `[-1, 1]` or NaN, or fewer than four pairs.
pub fn rank_correlation_interval(correlation: f64, n: usize) -> Result<[f64; 2]> {
    check_finite("the correlation", &[correlation])?;
    if n < 4 {
        return Err(Error::TooFew { which: "pairs", needed: 4, found: n });
    }
    let transformed = correlation.clamp(-1.0, 1.0).atanh();
    let error = (1.06 / (n - 3) as f64).sqrt();
    Ok([(transformed - error).tanh(), (transformed + error).tanh()])
}

/// Pearson's correlation of pairs whose squares and their sums neither overflow nor vanish.
///
/// # Errors
/// A sample whose numbers are all equal.
fn pearson(x: &[f64], y: &[f64]) -> Result<f64> {
    let moments = Moments::new(x, y)?;
    check_varied("values of y", y)?;
    Ok((moments.xy / (moments.xx * moments.yy).sqrt()).clamp(-1.0, 1.0))
}

/// Means of two samples, and sums of products of the deviations from them.
struct Moments {
    mean_x: f64,
    mean_y: f64,
    xx: f64,
    xy: f64,
    yy: f64,
}

impl Moments {
    /// # Errors
    /// Values of x that are all equal.
    fn new(x: &[f64], y: &[f64]) -> Result<Self> {
        check_varied("values of x", x)?;
        let (mean_x, mean_y) = (mean(x)?, mean(y)?);
        let sum = |product: fn(f64, f64) -> f64| -> f64 {
            x.iter().zip(y).map(|(x, y)| product(x - mean_x, y - mean_y)).sum()
        };
        Ok(Self { mean_x, mean_y, xx: sum(|x, _| x * x), xy: sum(|x, y| x * y), yy: sum(|_, y| y * y) })
    }
}

fn check_pairs(x: &[f64], y: &[f64], needed: usize) -> Result<()> {
    check_finite("values of x", x)?;
    check_finite("values of y", y)?;
    if x.len() != y.len() {
        return Err(Error::NotPaired { x: x.len(), y: y.len() });
    }
    if x.len() < needed {
        return Err(Error::TooFew { which: "pairs", needed, found: x.len() });
    }
    Ok(())
}

fn logarithms(which: &'static str, values: &[f64]) -> Result<Vec<f64>> {
    match values.iter().position(|value| *value <= 0.0) {
        Some(index) => Err(Error::NotPositive { which, index, value: values[index] }),
        None => Ok(values.iter().map(|value| value.ln()).collect()),
    }
}

/// The deviations from the mean over the largest one, of values that are not all equal: their squares neither
/// overflow nor vanish.
fn scaled_deviations(values: &[f64]) -> Result<Vec<f64>> {
    let mean = mean(values)?;
    let largest = values.iter().map(|value| (value - mean).abs()).fold(0.0, f64::max);
    Ok(values.iter().map(|value| (value - mean) / largest).collect())
}

fn check_varied(which: &'static str, values: &[f64]) -> Result<()> {
    if values.iter().all(|value| *value == values[0]) { Err(Error::Constant { which }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_interval_of_a_rank_correlation_is_fishers() {
        // atanh 0.5 = 0.549306; √(1.06 / 7) = 0.389139; tanh 0.160168 and tanh 0.938444.
        let [low, high] = rank_correlation_interval(0.5, 10).unwrap();
        assert!((low - 0.158_812).abs() < 1e-5 && (high - 0.734_507).abs() < 1e-5, "{low} {high}");
        assert_eq!(rank_correlation_interval(1.0, 10).unwrap(), [1.0, 1.0]);
        assert!(rank_correlation_interval(0.5, 3).is_err() && rank_correlation_interval(f64::NAN, 10).is_err());
    }

    #[test]
    fn a_power_is_found_without_error() {
        let x = [1.0, 2.0, 4.0, 8.0];
        let law = power_law(&x, &x.map(|x: f64| 3.0 * x.powi(-2))).unwrap();
        assert!((law.exponent + 2.0).abs() < 1e-14, "{law:?}");
        assert!((law.amplitude - 3.0).abs() < 1e-13, "{law:?}");
        assert!(law.exponent_error < 1e-14, "{law:?}");
    }

    #[test]
    fn the_error_of_the_exponent_is_that_of_the_slope() {
        // ln x = -1, 0, 1 and ln y = 0, 3, 0: slope 0, mean 1, residuals -1, 2, -1; √(6 / (3 - 2) / 2) = √3.
        let e = std::f64::consts::E;
        let law = power_law(&[1.0 / e, 1.0, e], &[1.0, e.powi(3), 1.0]).unwrap();
        assert!(law.exponent.abs() < 1e-15, "{law:?}");
        assert!((law.amplitude - e).abs() < 1e-14, "{law:?}");
        assert!((law.exponent_error - 3.0_f64.sqrt()).abs() < 1e-14, "{law:?}");
    }

    #[test]
    fn what_has_no_power_law_is_refused_with_its_cause() {
        let x = [1.0, 2.0, 3.0];
        assert_eq!(power_law(&x, &x[..2]).unwrap_err(), Error::NotPaired { x: 3, y: 2 });
        assert!(matches!(power_law(&x[..2], &x[..2]).unwrap_err(), Error::TooFew { needed: 3, found: 2, .. }));
        assert_eq!(power_law(&[0.1; 3], &x).unwrap_err(), Error::Constant { which: "values of x" });
        for value in [0.0, -0.0, -1.0] {
            let error = power_law(&x, &[1.0, value, 1.0]).unwrap_err();
            assert!(matches!(error, Error::NotPositive { which: "values of y", index: 1, .. }));
        }
        assert!(matches!(power_law(&[1.0, 0.0, 2.0], &x).unwrap_err(), Error::NotPositive { index: 1, .. }));
        assert!(matches!(power_law(&x, &[1.0, f64::NAN, 1.0]).unwrap_err(), Error::NotFinite { index: 1, .. }));
        assert!(power_law(&x, &[2.0; 3]).unwrap().exponent.abs() < 1e-15);
    }

    #[test]
    fn a_straight_line_is_correlated_fully() {
        let x = [1.0, 5.0, 2.0, 30.0];
        assert!((correlation(&x, &x.map(|x| 2.0 * x - 7.0)).unwrap() - 1.0).abs() < 1e-15);
        assert!((correlation(&x, &x.map(|x| -0.1 * x)).unwrap() + 1.0).abs() < 1e-15);
    }

    #[test]
    fn the_correlation_is_the_covariance_over_the_spreads() {
        // Deviations -1, 0, 1 and -1, 2, -1: their products sum to 0. With -1, -1, 2: 3 / √(2 · 6).
        assert_eq!(correlation(&[1.0, 2.0, 3.0], &[0.0, 3.0, 0.0]).unwrap(), 0.0);
        let found = correlation(&[1.0, 2.0, 3.0], &[0.0, 0.0, 3.0]).unwrap();
        assert!((found - 0.75_f64.sqrt()).abs() < 1e-15, "{found}");
    }

    #[test]
    fn a_correlation_depends_neither_on_scale_nor_on_a_large_mean() {
        for scale in [1e-320, 1e-200, 1e200, 1e299] {
            let found = correlation(&[0.0, scale, 2.0 * scale], &[0.0, 0.0, 3.0]).unwrap();
            assert!((found - 0.75_f64.sqrt()).abs() < 1e-15, "{scale}: {found}");
        }
        let found = correlation(&[1e15, 1e15 + 1.0, 1e15 + 2.0], &[0.0, 0.0, 3.0]).unwrap();
        assert!((found - 0.75_f64.sqrt()).abs() < 1e-15, "{found}");
    }

    #[test]
    fn what_has_no_correlation_is_refused_with_its_cause() {
        let x = [1.0, 2.0, 4.0];
        assert_eq!(correlation(&[], &x).unwrap_err(), Error::EmptySample { which: "values of x" });
        assert_eq!(correlation(&x, &[1.0]).unwrap_err(), Error::NotPaired { x: 3, y: 1 });
        assert!(matches!(correlation(&[1.0], &[1.0]).unwrap_err(), Error::TooFew { needed: 2, .. }));
        assert_eq!(correlation(&x, &[0.1; 3]).unwrap_err(), Error::Constant { which: "values of y" });
        assert_eq!(correlation(&[0.1; 3], &x).unwrap_err(), Error::Constant { which: "values of x" });
        for value in [f64::NAN, f64::INFINITY] {
            assert!(matches!(correlation(&x, &[1.0, 2.0, value]).unwrap_err(), Error::NotFinite { index: 2, .. }));
        }
    }

    #[test]
    fn what_rises_together_is_correlated_fully() {
        let x = [1.0, 5.0, 2.0, 30.0];
        assert_eq!(rank_correlation(&x, &x.map(f64::exp)).unwrap(), 1.0);
        assert_eq!(rank_correlation(&x, &x.map(|x| -x.powi(3))).unwrap(), -1.0);
    }

    #[test]
    fn without_ties_it_is_the_sum_of_squared_differences() {
        // Ranks 1 to 5 and 2, 1, 4, 3, 5: 1 - 6 · 4 / (5 · 24) = 0.8.
        let found = rank_correlation(&[0.1, 0.2, 0.3, 0.4, 0.5], &[20.0, 10.0, 40.0, 30.0, 50.0]).unwrap();
        assert!((found - 0.8).abs() < 1e-15, "{found}");
    }

    #[test]
    fn ties_share_the_mean_of_their_ranks() {
        // Ranks 1, 2.5, 2.5, 4 and 1, 2, 3, 4: 4.5 / √(4.5 · 5).
        let found = rank_correlation(&[1.0, 2.0, 2.0, 3.0], &[1.0, 2.0, 3.0, 4.0]).unwrap();
        assert!((found - 0.9_f64.sqrt()).abs() < 1e-15, "{found}");
    }

    #[test]
    fn what_has_no_ranks_is_refused_with_its_cause() {
        let x = [1.0, 2.0];
        assert_eq!(rank_correlation(&x, &[]).unwrap_err(), Error::EmptySample { which: "values of y" });
        assert_eq!(rank_correlation(&x, &[1.0]).unwrap_err(), Error::NotPaired { x: 2, y: 1 });
        assert!(matches!(rank_correlation(&[1.0], &[1.0]).unwrap_err(), Error::TooFew { needed: 2, .. }));
        assert_eq!(rank_correlation(&x, &[0.3; 2]).unwrap_err(), Error::Constant { which: "values of y" });
        assert_eq!(rank_correlation(&[0.3; 2], &x).unwrap_err(), Error::Constant { which: "values of x" });
        assert!(matches!(rank_correlation(&x, &[f64::NAN, 1.0]).unwrap_err(), Error::NotFinite { index: 0, .. }));
    }
}
