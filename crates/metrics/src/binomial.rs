//! How well a count out of a number of trials tells a probability.

use crate::error::{Error, Result};

/// Halvings of [0, 1]: the ends are right to the last bits.
const HALVINGS: usize = 60;

/// The two-sided exact interval `[low, high]`, in `[0, 1]`, of the probability of which `count` out of `trials` are seen
/// (Clopper & Pearson, Biometrika 26 (1934) 404).
///
/// Whatever the probability is, the interval holds it with at least `confidence`. Without trials it is `[0, 1]`.
///
/// # Errors
/// A confidence not between 0 and 1, or a count above the number of trials.
pub fn binomial_interval(count: usize, trials: usize, confidence: f64) -> Result<[f64; 2]> {
    if !(confidence > 0.0 && confidence < 1.0) {
        return Err(Error::ConfidenceOutOfRange { value: confidence });
    }
    if count > trials {
        return Err(Error::TooFew { which: "trials", needed: count, found: trials });
    }
    let tail = (1.0 - confidence) / 2.0;
    // The upper end is the lower one of what did not happen.
    Ok([lower_end(count, trials, tail), 1.0 - lower_end(trials - count, trials, tail)])
}

/// The probability at which at least `count` of `trials` have the chance `tail`; 0 for a count of 0.
fn lower_end(count: usize, trials: usize, tail: f64) -> f64 {
    if count == 0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if at_least(count, trials, middle) < tail { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// The chance of at least `count` of `trials` at a probability between 0 and 1.
fn at_least(count: usize, trials: usize, probability: f64) -> f64 {
    let odds = probability.ln() - (-probability).ln_1p();
    let mut logarithm = trials as f64 * (-probability).ln_1p();
    let mut sum = 0.0;
    for number in 0..=trials {
        if number >= count {
            sum += logarithm.exp();
        }
        logarithm += ((trials - number) as f64 / (number + 1) as f64).ln() + odds;
    }
    sum
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn assert_near(found: [f64; 2], expected: [f64; 2]) {
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?} instead of {expected:?}");
    }

    #[test]
    fn the_ends_are_those_of_the_closed_forms() {
        // At least one of n has the chance 1 - (1 - p)^n, all of n have p^n.
        assert_near(binomial_interval(1, 1, 0.95).unwrap(), [0.025, 1.0]);
        assert_near(binomial_interval(1, 2, 0.95).unwrap(), [1.0 - 0.975f64.sqrt(), 0.975f64.sqrt()]);
        assert_near(binomial_interval(6, 6, 0.95).unwrap(), [0.025f64.powf(1.0 / 6.0), 1.0]);
        assert_near(binomial_interval(0, 300, 0.9).unwrap(), [0.0, 1.0 - 0.05f64.powf(1.0 / 300.0)]);
        assert_near(binomial_interval(0, 0, 0.95).unwrap(), [0.0, 1.0]);
    }

    #[test]
    fn one_half_is_excluded_when_the_tail_of_fair_coins_is_thin() {
        // Of 2^16 = 65536 throws of 16 coins 2517 have at least 12 heads (3.8 %) and 697 at least 13 (1.1 %).
        assert!((at_least(12, 16, 0.5) - 2517.0 / 65536.0).abs() < 1e-14);
        assert!(binomial_interval(12, 16, 0.95).unwrap()[0] < 0.5);
        assert!(binomial_interval(13, 16, 0.95).unwrap()[0] > 0.5);
        assert!(binomial_interval(3, 16, 0.95).unwrap()[1] < 0.5);
    }

    #[test]
    fn what_is_no_count_or_no_confidence_is_refused() {
        assert_eq!(binomial_interval(3, 2, 0.95), Err(Error::TooFew { which: "trials", needed: 3, found: 2 }));
        for value in [0.0, 1.0, 95.0] {
            assert_eq!(binomial_interval(1, 2, value), Err(Error::ConfidenceOutOfRange { value }));
        }
    }
}
