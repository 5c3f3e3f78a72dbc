//! Background rejection 1/ε_B at a signal efficiency, with its error.

use crate::error::Result;
use crate::roc::Roc;

/// The confidence of [`Rejection::AtLeast`].
pub const LIMIT_CONFIDENCE: f64 = 0.95;

/// The background rejection 1/ε_B at some signal efficiency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rejection {
    /// Some background passes the cut.
    Measured {
        /// 1/ε_B, at least 1.
        value: f64,
        /// One standard deviation, from the binomial spread of ε_B in a sample of N_B events:
        /// σ(1/ε_B) = √(ε_B (1 − ε_B) / N_B) / ε_B².
        ///
        /// The cut is taken as fixed: that the signal sample sets it is not in the error.
        error: f64,
    },
    /// No background passes the cut: the sample sets a lower limit only.
    AtLeast {
        /// The limit at a confidence of [`LIMIT_CONFIDENCE`]: with none of N_B passing, ε_B is below
        /// 1 − 0.05^(1/N_B) ≈ 3/N_B (Clopper and Pearson, Biometrika 26 (1934) 404).
        limit: f64,
    },
}

impl Rejection {
    /// The measured value, or the lower limit.
    pub fn value(&self) -> f64 {
        match *self {
            Self::Measured { value, .. } => value,
            Self::AtLeast { limit } => limit,
        }
    }

    /// Whether no background passed, so that [`value`](Self::value) is a lower limit.
    pub fn is_lower_limit(&self) -> bool {
        matches!(self, Self::AtLeast { .. })
    }

    fn new(background_efficiency: f64, background_count: u64) -> Self {
        let n = background_count as f64;
        if background_efficiency == 0.0 {
            // 1 − 0.05^(1/n), without the cancellation at large n.
            let largest_efficiency = -((1.0 - LIMIT_CONFIDENCE).ln() / n).exp_m1();
            return Self::AtLeast { limit: 1.0 / largest_efficiency };
        }
        let spread = (background_efficiency * (1.0 - background_efficiency) / n).sqrt();
        Self::Measured { value: 1.0 / background_efficiency, error: spread / background_efficiency.powi(2) }
    }
}

impl Roc {
    /// The background rejection 1/ε_B at `signal_efficiency` in `[0, 1]`, ε_B being that of
    /// [`background_efficiency_at`](Self::background_efficiency_at).
    ///
    /// # Errors
    /// An efficiency outside `[0, 1]`, or NaN.
    pub fn rejection_at(&self, signal_efficiency: f64) -> Result<Rejection> {
        let background_efficiency = self.background_efficiency_at(signal_efficiency)?;
        Ok(Rejection::new(background_efficiency, self.background_count()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_quarter_of_the_background_passing_is_a_rejection_of_four() {
        let roc = Roc::new(&[5.0, 2.5], &[4.0, 3.0, 2.0, 1.0, 0.0, 0.0, 0.0, 0.0]).unwrap();
        let Rejection::Measured { value, error } = roc.rejection_at(1.0).unwrap() else {
            panic!("two background events pass");
        };
        assert_eq!(value, 4.0);
        // √(0.25 · 0.75 / 8) / 0.25²
        assert!((error - 2.449_489_742_783_178).abs() < 1e-14, "{error}");
    }

    #[test]
    fn without_passing_background_the_limit_follows_the_rule_of_three() {
        let background = vec![0.0; 30_000];
        let rejection = Roc::new(&[1.0], &background).unwrap().rejection_at(1.0).unwrap();
        assert!(rejection.is_lower_limit());
        // −ln 0.05 = 2.9957, and 1/(1 − e^(−x)) = 1/x + 1/2 + ...
        assert!((rejection.value() - (30_000.0 / 2.995_732_273_553_991 + 0.5)).abs() < 1e-3);
    }

    #[test]
    fn a_cut_that_all_background_passes_rejects_nothing_and_has_no_error() {
        let rejection = Roc::new(&[0.0], &[1.0, 2.0]).unwrap().rejection_at(1.0).unwrap();
        assert_eq!(rejection, Rejection::Measured { value: 1.0, error: 0.0 });
        assert!(!rejection.is_lower_limit());
    }

    #[test]
    fn an_efficiency_given_in_per_cent_is_refused() {
        assert!(Roc::new(&[0.0], &[1.0]).unwrap().rejection_at(20.0).is_err());
    }
}
