//! One jump and otherwise monotone: how a closed curve is mapped to a line.
//!
//! A continuous map of a closed curve to a line cannot be one to one. What comes closest is monotone along
//! the curve but for one jump, where it runs back over all its values.

use crate::error::{Error, Result, check_finite};

/// The largest step of values along a closed curve of n samples, and how monotone the rest is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Jump {
    /// The step is from sample `at` to the next one, in `[0, n)`; from n − 1 it is to 0.
    pub at: usize,
    /// The value after the step less that before; signed, never 0.
    pub size: f64,
    /// The share, in `[1/2, 1]`, of the total variation outside the jump that runs against it. As the steps sum
    /// to 0 it is above 1/2; 1 is monotone but for the jump.
    pub monotone_share: f64,
}

/// The largest step of `values`, `[n]`, finite, n at least 2, along a closed curve whose sample n − 1 is the
/// neighbour of sample 0; of equally large ones, the first.
///
/// # Errors
/// Fewer than two values, one that is not finite, or values that are all equal.
pub fn jump(values: &[f64]) -> Result<Jump> {
    check_finite("values", values)?;
    let n = values.len();
    if n < 2 {
        return Err(Error::TooFew { which: "values", needed: 2, found: n });
    }
    let steps: Vec<f64> = (0..n).map(|index| values[(index + 1) % n] - values[index]).collect();
    let mut at = 0;
    for index in 1..n {
        if steps[index].abs() > steps[at].abs() {
            at = index;
        }
    }
    let size = steps[at];
    if size == 0.0 {
        return Err(Error::Constant { which: "values" });
    }
    let (mut against, mut along) = (0.0, 0.0);
    for (_, step) in steps.iter().enumerate().filter(|(index, _)| *index != at) {
        let variation = if step.signum() == size.signum() { &mut along } else { &mut against };
        *variation += step.abs();
    }
    Ok(Jump { at, size, monotone_share: against / (against + along) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_ramp_is_monotone_but_for_its_jump() {
        let rising = jump(&[2.0, 3.0, 0.0, 0.5, 1.0]).unwrap();
        assert_eq!(rising, Jump { at: 1, size: -3.0, monotone_share: 1.0 });
        let falling = jump(&[1.0, 0.0, 4.0, 2.0]).unwrap();
        assert_eq!(falling, Jump { at: 1, size: 4.0, monotone_share: 1.0 });
    }

    #[test]
    fn the_jump_may_be_from_the_last_sample_to_the_first() {
        assert_eq!(jump(&[0.0, 1.0, 2.0, 3.0]).unwrap(), Jump { at: 3, size: -3.0, monotone_share: 1.0 });
    }

    #[test]
    fn a_detour_lowers_the_share() {
        // Steps 2, -1, 3, 1, -5: of the 7 outside the jump, 6 run against it.
        let found = jump(&[0.0, 2.0, 1.0, 4.0, 5.0]).unwrap();
        assert_eq!(found, Jump { at: 4, size: -5.0, monotone_share: 6.0 / 7.0 });
    }

    #[test]
    fn a_level_stretch_is_no_detour() {
        assert_eq!(jump(&[0.0, 1.0, 1.0, 1.0, 3.0]).unwrap().monotone_share, 1.0);
        assert_eq!(jump(&[3.0, 1.0, 1.0, 1.0, 0.0]).unwrap().monotone_share, 1.0);
    }

    #[test]
    fn a_smooth_wave_is_hardly_more_than_half_monotone() {
        // Steps 1, 1, -1, -1: of the 3 outside the first, 2 run against it.
        let found = jump(&[0.0, 1.0, 2.0, 1.0]).unwrap();
        assert_eq!(found, Jump { at: 0, size: 1.0, monotone_share: 2.0 / 3.0 });
        let wave: Vec<f64> = (0..720).map(|k| (f64::from(k) / 360.0 * std::f64::consts::PI).sin()).collect();
        assert!((jump(&wave).unwrap().monotone_share - 0.5).abs() < 0.002);
    }

    #[test]
    fn values_without_a_jump_are_refused_with_their_cause() {
        assert_eq!(jump(&[]).unwrap_err(), Error::EmptySample { which: "values" });
        assert!(matches!(jump(&[1.0]).unwrap_err(), Error::TooFew { needed: 2, found: 1, .. }));
        assert_eq!(jump(&[1.0; 4]).unwrap_err(), Error::Constant { which: "values" });
        assert!(matches!(jump(&[1.0, f64::NAN]).unwrap_err(), Error::NotFinite { index: 1, .. }));
    }
}
