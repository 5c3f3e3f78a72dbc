//! A mock bump hunt: events X -> Y Y Z, flat in phase space, with a share of a cascade X -> Z W, W -> Y Y.

use crate::phase_space::{cascade, dalitz, rambo};
use crate::{Error, Result};
use ndarray::{Array3, Axis, concatenate};
use random::Generator;

/// Background events are drawn in parts of this size until enough lie outside the excluded band.
const PART: usize = 10_000;
/// A band that leaves less than this share of the events is refused: it would be drawn from forever.
const SMALLEST_SHARE: f64 = 1e-3;

/// Background and signal of one sample, at √s = 1; all final particles are massless.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BumpHunt {
    /// Mass of W, in (0, 1).
    pub mass: f64,
    /// Width of W, positive.
    pub width: f64,
    /// Share of signal events, 0 to 1; the number of signal events is exact to rounding.
    pub signal_fraction: f64,
    /// Events with s_YY in [low, high] are left out, of signal and background alike.
    pub excluded_band: Option<[f64; 2]>,
}

impl BumpHunt {
    /// `n` events in random order, of shape (n, 3, 4), with the particles in the order Y, Y, Z, and which are signal.
    ///
    /// Measure: background flat in massless 3-body phase space, which is uniform in (s_YY, s_YZ) over the Dalitz triangle;
    /// signal as in [`cascade`]; both conditioned on s_YY outside the excluded band.
    ///
    /// # Errors
    /// [`Error::EmptySample`] for no events, [`Error::Band`] for a band that leaves (almost) no events,
    /// [`Error::NotPositive`] and others of [`cascade`] for a mass or width that is not possible.
    pub fn sample(&self, n: usize, generator: &mut Generator) -> Result<(Array3<f64>, Vec<bool>)> {
        if n == 0 {
            return Err(Error::EmptySample { what: "bump-hunt events" });
        }
        let signal = ((n as f64 * self.signal_fraction).round() as usize).min(n);
        let background = self.outside(n - signal, generator, &mut |n, generator| rambo(3, 1.0, n, generator))?;
        let (mass, width) = (self.mass, self.width);
        let signal_events = self.outside(signal, generator, &mut |n, generator| cascade(mass, width, n, generator))?;
        let order = random::permutation(n, generator);
        let both = concatenate![Axis(0), background, signal_events];
        let is_signal = order.iter().map(|&event| event >= n - signal).collect();
        Ok((both.select(Axis(0), &order), is_signal))
    }

    /// `n` events of a process, none of them in the excluded band.
    fn outside(
        &self,
        n: usize,
        generator: &mut Generator,
        draw: &mut dyn FnMut(usize, &mut Generator) -> Result<Array3<f64>>,
    ) -> Result<Array3<f64>> {
        let mut events = Array3::zeros((0, 3, 4));
        let mut drawn = 0;
        while events.len_of(Axis(0)) < n {
            let part = draw(if self.excluded_band.is_some() { PART } else { n }, generator)?;
            drawn += part.len_of(Axis(0));
            let s_yy = dalitz(&part, 0, 1);
            let inside = |s: f64| self.excluded_band.is_some_and(|[low, high]| (low..=high).contains(&s));
            let kept: Vec<usize> = (0..s_yy.len()).filter(|&event| !inside(s_yy[event])).collect();
            events = concatenate![Axis(0), events, part.select(Axis(0), &kept)];
            if (events.len_of(Axis(0)) as f64) < SMALLEST_SHARE * drawn as f64 {
                return Err(Error::Band { band: self.excluded_band.unwrap_or_default() });
            }
        }
        let first: Vec<usize> = (0..n).collect();
        Ok(events.select(Axis(0), &first))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    const HUNT: BumpHunt = BumpHunt { mass: 0.5, width: 0.01, signal_fraction: 0.1, excluded_band: None };

    fn generator() -> Generator {
        random::stream(3, "bump hunt", 0)
    }

    #[test]
    fn the_number_of_signal_events_is_exact_and_they_lie_at_the_mass() {
        let (events, is_signal) = HUNT.sample(5000, &mut generator()).unwrap();
        assert_eq!(events.dim(), (5000, 3, 4));
        assert_eq!(is_signal.iter().filter(|&&signal| signal).count(), 500);
        let s = dalitz(&events, 0, 1);
        let near = |signal: bool| {
            let of: Vec<f64> = s.iter().zip(&is_signal).filter(|(_, own)| **own == signal).map(|(s, _)| *s).collect();
            of.iter().filter(|s| (s.sqrt() - 0.5).abs() < 0.05).count() as f64 / of.len() as f64
        };
        // Within five widths of a Breit-Wigner lie some 94 %; of the flat background, whose s_YY falls linearly, 15 %.
        assert!(near(true) > 0.9, "{}", near(true));
        assert!((near(false) - 0.15).abs() < 0.03, "{}", near(false));
    }

    #[test]
    fn the_excluded_band_is_empty() {
        let band = [0.2, 0.3];
        let hunt = BumpHunt { excluded_band: Some(band), ..HUNT };
        let (events, _) = hunt.sample(3000, &mut generator()).unwrap();
        assert!(dalitz(&events, 0, 1).iter().all(|s| !(band[0]..=band[1]).contains(s)));
    }

    #[test]
    fn a_band_that_leaves_nothing_and_an_empty_sample_are_refused() {
        let hunt = BumpHunt { excluded_band: Some([-1.0, 2.0]), ..HUNT };
        assert!(matches!(hunt.sample(10, &mut generator()), Err(Error::Band { .. })));
        assert!(matches!(HUNT.sample(0, &mut generator()), Err(Error::EmptySample { .. })));
    }
}
