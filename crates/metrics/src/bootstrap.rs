//! Bootstrap interval of the AUC.

use rand::Rng as _;
use random::Generator;

use crate::auc::auc_from_ranks;
use crate::error::{Error, Result};
use crate::summary::{quantile, standard_deviation};
use crate::ties::{TieGroup, tie_groups};

/// How to draw a bootstrap interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    /// How many resampled data sets; at least 2, and 1000 for a steady 95 % interval.
    pub replicas: usize,
    /// The part of the replicas inside the interval, between 0 and 1: 0.68 or 0.95, say.
    pub confidence: f64,
    /// The seed of the random numbers.
    pub seed: u64,
}

/// An AUC with its bootstrap interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AucInterval {
    /// The AUC of the samples themselves.
    pub auc: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Standard deviation of the replicas: the standard error of the AUC.
    pub standard_error: f64,
}

/// The AUC with its percentile bootstrap interval (Efron, Ann. Stat. 7 (1979) 1).
///
/// Each replica draws signal and background anew, each with replacement and with its own size kept
/// (stratified). The interval holds the middle `confidence` of the replicas. It is the spread of the test
/// samples alone: that of the training is the spread over seeds. A perfect score has an interval of no
/// width, whatever the size of the samples.
///
/// # Shapes
/// `signal`: `[n_S]`, `background`: `[n_B]`, any finite scores.
///
/// # Errors
/// An empty sample, a score that is not finite, fewer than two replicas, or a confidence not between 0
/// and 1.
pub fn bootstrap_auc(signal: &[f64], background: &[f64], bootstrap: &Bootstrap) -> Result<AucInterval> {
    let &Bootstrap { replicas, confidence, seed } = bootstrap;
    check(bootstrap)?;
    let values = auc_replicas(signal, background, replicas, seed)?;
    let tail = (1.0 - confidence) / 2.0;
    Ok(AucInterval {
        auc: crate::auc(signal, background)?,
        low: quantile(&values, tail)?,
        high: quantile(&values, 1.0 - tail)?,
        standard_error: standard_deviation(&values)?,
    })
}

/// The AUC of each of `replicas` stratified resamples of the two samples; each number is in `[0, 1]`.
///
/// Replica k takes its random numbers from the stream `(seed, "bootstrap", k)`, so it is the same however
/// many are asked for. The scores are sorted once; a replica is then a count of draws at each distinct
/// score, O(n_S + n_B).
///
/// # Errors
/// An empty sample, or a score that is not finite.
pub fn auc_replicas(signal: &[f64], background: &[f64], replicas: usize, seed: u64) -> Result<Vec<f64>> {
    let groups = tie_groups(signal, background)?;
    let signal_groups = group_of_each_event(&groups, |group| group.signal);
    let background_groups = group_of_each_event(&groups, |group| group.background);
    let mut counts = vec![(0_u64, 0_u64); groups.len()];
    let values = (0..replicas as u64).map(|replica| {
        let mut generator = random::stream(seed, "bootstrap", replica);
        counts.fill((0, 0));
        resample(&signal_groups, &mut generator, |group| counts[group].0 += 1);
        resample(&background_groups, &mut generator, |group| counts[group].1 += 1);
        auc_from_ranks(counts.iter().copied())
    });
    Ok(values.collect())
}

pub(crate) fn check(bootstrap: &Bootstrap) -> Result<()> {
    let value = bootstrap.confidence;
    if !(value > 0.0 && value < 1.0) {
        return Err(Error::ConfidenceOutOfRange { value });
    }
    if bootstrap.replicas < 2 {
        return Err(Error::TooFew { which: "bootstrap replicas", needed: 2, found: bootstrap.replicas });
    }
    Ok(())
}

/// For each event of one sample, in ascending score, the index of its tie group.
fn group_of_each_event(groups: &[TieGroup], count: impl Fn(&TieGroup) -> u64) -> Vec<usize> {
    groups.iter().enumerate().flat_map(|(index, group)| std::iter::repeat_n(index, count(group) as usize)).collect()
}

/// Draws as many events as there are, with replacement, and hands over the tie group of each.
fn resample(group_of_event: &[usize], generator: &mut Generator, mut draw: impl FnMut(usize)) {
    for _ in 0..group_of_event.len() {
        draw(group_of_event[generator.random_range(0..group_of_event.len())]);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SETTINGS: Bootstrap = Bootstrap { replicas: 500, confidence: 0.9, seed: 3 };

    fn normal_sample(n: usize, shift: f64, index: u64) -> Vec<f64> {
        let mut generator = random::stream(11, "scores", index);
        (0..n).map(|_| shift + random::normal(&mut generator)).collect()
    }

    #[test]
    fn a_replica_is_the_auc_of_the_events_it_draws() {
        let (signal, background) = (normal_sample(40, 0.7, 0), normal_sample(30, 0.0, 1));
        let replicas = auc_replicas(&signal, &background, 3, 5).unwrap();
        // The same draws, made on sorted copies and measured anew.
        let draw = |values: &[f64], generator: &mut Generator| -> Vec<f64> {
            let sorted = crate::ties::ascending(values);
            let n = sorted.len();
            (0..n).map(|_| sorted[generator.random_range(0..n)]).collect()
        };
        for (index, value) in replicas.iter().enumerate() {
            let mut generator = random::stream(5, "bootstrap", index as u64);
            let drawn_signal = draw(&signal, &mut generator);
            let drawn_background = draw(&background, &mut generator);
            assert_eq!(crate::auc(&drawn_signal, &drawn_background).unwrap(), *value);
        }
    }

    #[test]
    fn a_replica_does_not_depend_on_how_many_are_drawn() {
        let (signal, background) = (normal_sample(40, 0.7, 0), normal_sample(30, 0.0, 1));
        let few = auc_replicas(&signal, &background, 3, 5).unwrap();
        let many = auc_replicas(&signal, &background, 8, 5).unwrap();
        assert_eq!(few, many[..3]);
        assert_ne!(few, auc_replicas(&signal, &background, 3, 6).unwrap());
    }

    #[test]
    fn of_two_signal_events_a_replica_takes_none_one_or_both() {
        // AUC 0, 1/2 or 1 by the number of draws above the background: chances 1/4, 1/2, 1/4.
        let values = auc_replicas(&[0.0, 2.0], &[1.0], 4000, 1).unwrap();
        for (auc, chance) in [(0.0, 0.25), (0.5, 0.5), (1.0, 0.25)] {
            let part = values.iter().filter(|v| **v == auc).count() as f64 / 4000.0;
            assert!((part - chance).abs() < 0.03, "{auc}: {part}");
        }
    }

    #[test]
    fn a_wider_confidence_contains_the_narrower_interval() {
        let (signal, background) = (normal_sample(200, 1.0, 0), normal_sample(300, 0.0, 1));
        let wide = bootstrap_auc(&signal, &background, &SETTINGS).unwrap();
        let narrow = Bootstrap { confidence: 0.5, ..SETTINGS };
        let narrow = bootstrap_auc(&signal, &background, &narrow).unwrap();
        assert!(wide.low < narrow.low && narrow.low < wide.auc);
        assert!(wide.auc < narrow.high && narrow.high < wide.high);
        assert_eq!(wide.standard_error, narrow.standard_error);
    }

    #[test]
    fn a_perfect_score_has_no_spread() {
        let interval = bootstrap_auc(&[3.0, 4.0], &[1.0, 2.0], &SETTINGS).unwrap();
        assert_eq!((interval.low, interval.high), (1.0, 1.0));
        assert_eq!(interval.standard_error, 0.0);
    }

    #[test]
    fn settings_without_meaning_are_refused() {
        let refused = |bootstrap| bootstrap_auc(&[1.0], &[0.0], &bootstrap).unwrap_err();
        for confidence in [0.0, 1.0, 95.0, f64::NAN] {
            let error = refused(Bootstrap { confidence, ..SETTINGS });
            assert!(matches!(error, Error::ConfidenceOutOfRange { .. }));
        }
        let error = refused(Bootstrap { replicas: 1, ..SETTINGS });
        assert!(matches!(error, Error::TooFew { found: 1, .. }));
    }
}
