//! A cut on the loss: what it keeps of signal and background, and what becomes of S/√B.

use std::ops::RangeInclusive;

use crate::{Error, Result};

/// The events with the largest losses, kept by a cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LossCut {
    /// Share of the background that is kept, in (0, 1].
    pub background: f64,
    /// Share of the signal that is kept, in [0, 1].
    pub signal: f64,
    /// S/√B over that without the cut: ε_S/√ε_B.
    pub improvement: f64,
    /// Its standard error from the numbers of test events.
    pub error: f64,
}

/// The cuts that keep each of `fractions`, in (0, 1], of the background, to the nearest event (and those that tie with
/// it).
///
/// The error is binomial: (δ/value)² = (1 - ε_S)/(n_S ε_S) + (1 - ε_B)/(4 n_B ε_B) for independent counts, the second
/// term being what the uncertain place of the quantile amounts to.
///
/// # Errors
/// [`Error::Metric`] for losses that are empty or not finite.
pub fn loss_cuts(signal: &[f64], background: &[f64], fractions: &[f64]) -> Result<Vec<LossCut>> {
    // Refuses what cannot be ordered.
    metrics::mean(signal)?;
    metrics::mean(background)?;
    let [signal, background] = [signal, background].map(descending);
    Ok(fractions.iter().map(|&fraction| cut(&signal, &background, fraction)).collect())
}

fn descending(losses: &[f64]) -> Vec<f64> {
    let mut losses = losses.to_vec();
    losses.sort_by(|a, b| b.total_cmp(a));
    losses
}

/// The cut of losses in falling order.
fn cut(signal: &[f64], background: &[f64], fraction: f64) -> LossCut {
    let last = (fraction * background.len() as f64).round().max(1.0) as usize;
    let threshold = background[last.min(background.len()) - 1];
    // Without a cut every signal event is kept, whatever its loss.
    let passing = |losses: &[f64]| match fraction {
        1.0 => losses.len(),
        _ => losses.partition_point(|loss| *loss >= threshold),
    };
    let share = |losses: &[f64]| passing(losses) as f64 / losses.len() as f64;
    let (kept_signal, kept_background) = (share(signal), share(background));
    let improvement = kept_signal / kept_background.sqrt();
    let variance = |share: f64, n: usize| (1.0 - share) / (n as f64 * share);
    // Without a signal event the error is that of one event.
    let of_signal = variance(kept_signal.max(1.0 / signal.len() as f64), signal.len());
    let of_background = 0.25 * variance(kept_background, background.len());
    let scale = kept_signal.max(1.0 / signal.len() as f64) / kept_background.sqrt();
    LossCut {
        background: kept_background,
        signal: kept_signal,
        improvement,
        error: scale * (of_signal + of_background).sqrt(),
    }
}

/// The cut with the largest S/√B among those that keep a share of the background in `kept`.
///
/// # Errors
/// [`Error::Setting`] if none does.
pub fn best(cuts: &[LossCut], kept: &RangeInclusive<f64>) -> Result<LossCut> {
    let fitting = cuts.iter().filter(|cut| kept.contains(&cut.background));
    let best = fitting.copied().max_by(|a, b| a.improvement.total_cmp(&b.improvement));
    best.ok_or_else(|| Error::setting("evaluate.points", "too few", "no cut keeps enough background: give more"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_and_the_improvement_are_those_by_hand() {
        let signal = [9.0, 7.0, 3.0, 1.0];
        let background = [8.0, 6.0, 5.0, 4.0];
        let cuts = loss_cuts(&signal, &background, &[0.25, 0.5, 1.0]).unwrap();
        // At or above 8: one of four signal events, one of four background events.
        assert_eq!((cuts[0].signal, cuts[0].background, cuts[0].improvement), (0.25, 0.25, 0.5));
        assert_eq!((cuts[1].signal, cuts[1].background), (0.5, 0.5));
        // No cut keeps everything, the signal below the smallest background loss too, and has no error.
        assert_eq!((cuts[2].signal, cuts[2].background, cuts[2].improvement, cuts[2].error), (1.0, 1.0, 1.0, 0.0));
        // (3/4)/(4/4) of the signal, a quarter of (3/4)/(4/4) of the background.
        assert!((cuts[0].error - 0.5 * (0.75f64 + 0.1875).sqrt()).abs() < 1e-15);
        assert_eq!(best(&cuts, &(0.1..=1.0)).unwrap().improvement, 1.0);
        assert_eq!(best(&cuts, &(0.1..=0.9)).unwrap().background, 0.5);
        assert!(best(&cuts, &(0.6..=0.9)).is_err());
    }

    #[test]
    fn ties_pass_together_and_nothing_to_cut_is_an_error() {
        let cuts = loss_cuts(&[1.0, 2.0], &[1.0, 1.0, 1.0, 2.0], &[0.5]).unwrap();
        assert_eq!((cuts[0].signal, cuts[0].background), (1.0, 1.0));
        assert!(loss_cuts(&[], &[1.0], &[0.5]).is_err());
        assert!(loss_cuts(&[f64::NAN], &[1.0], &[0.5]).is_err());
    }

    #[test]
    fn a_cut_that_no_signal_passes_has_the_error_of_one_event() {
        let cuts = loss_cuts(&[0.0, 0.0], &[1.0, 2.0, 3.0, 4.0], &[0.25]).unwrap();
        assert_eq!(cuts[0].improvement, 0.0);
        // One of two signal events: (1/2)/(1/2 · 2) + (3/4)/4, times 0.5/0.5.
        assert!((cuts[0].error - (0.5f64 + 0.1875).sqrt()).abs() < 1e-15);
    }
}
