//! What a cut on an anomaly score does to a spectrum of the background, say of the jet mass.
//!
//! A score that follows the mass cuts a peak out of a falling background, which then looks like a signal.

use random::Generator;

use crate::divergence::jensen_shannon;
use crate::error::{Error, Result, check_finite, check_same_length};

/// How to draw the random choices that a cut is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RandomChoices {
    /// How many choices; at least 1. The relative error of their mean is about √(2/bins/replicas).
    pub replicas: usize,
    /// The seed of the random numbers.
    pub seed: u64,
}

/// A background's spectrum before and after a cut.
#[derive(Debug, Clone, PartialEq)]
pub struct Sculpting {
    /// The smallest score that passes. Others of the same score may fail: see [`mass_sculpting`].
    pub threshold: f64,
    /// How many jets pass, inside the edges or not; at least 1.
    pub passing: u64,
    /// How many jets each bin holds before the cut; one bin fewer than edges.
    pub before: Vec<u64>,
    /// How many jets each bin holds after the cut.
    pub after: Vec<u64>,
    /// How many jets are outside of the edges, before the cut; they are in neither histogram.
    pub outside: u64,
    /// The Jensen-Shannon divergence of `after` from `before`, in bits; in `[0, 1]`.
    pub divergence: f64,
    /// What the divergence is on average if as many jets as `after` holds are chosen at random from those of
    /// `before`: finite counts alone give this much.
    pub expected_by_chance: f64,
}

/// The spectrum of `masses` before and after the cut that keeps the fraction `background_efficiency`, in
/// `(0, 1]`, of the jets of largest `scores`.
///
/// Exactly round(ε_B · n) jets pass, but at least one. Of equal scores at the cut, the jets of smaller index
/// pass: a score with many ties, constant say, keeps the first jets, whose order should then not depend on
/// the mass. A bin holds its lower edge and not its upper one; the last bin holds both.
///
/// Choice k takes its random numbers from the stream `(seed, "mass sculpting", k)` and is without replacement.
///
/// # Shapes
/// `masses`, `scores`: `[n]`, finite, n at least 1, one pair a background jet. `edges`: `[bins + 1]`, finite,
/// rising, at least two.
///
/// # Errors
/// Masses and scores of different numbers or none, a number that is not finite, an efficiency outside
/// `(0, 1]`, fewer than two edges or some that do not rise, no replicas, or no passing jet inside the edges.
pub fn mass_sculpting(
    masses: &[f64],
    scores: &[f64],
    background_efficiency: f64,
    edges: &[f64],
    choices: &RandomChoices,
) -> Result<Sculpting> {
    check_jets(masses, scores)?;
    check_edges(edges)?;
    let passing = largest(scores, background_efficiency)?;
    let bins: Vec<Option<usize>> = masses.iter().map(|mass| bin(edges, *mass)).collect();
    let inside: Vec<usize> = bins.iter().flatten().copied().collect();
    let before = histogram(inside.iter().copied(), edges.len() - 1);
    let after = histogram(passing.iter().filter_map(|jet| bins[*jet]), edges.len() - 1);
    if after.iter().all(|count| *count == 0) {
        return Err(Error::NoCounts { which: "counts of the masses that pass the cut" });
    }
    Ok(Sculpting {
        threshold: passing.iter().map(|jet| scores[*jet]).fold(f64::INFINITY, f64::min),
        passing: passing.len() as u64,
        outside: (masses.len() - inside.len()) as u64,
        divergence: divergence(&before, &after)?,
        expected_by_chance: expected_by_chance(&inside, &before, &after, choices)?,
        before,
        after,
    })
}

fn check_jets(masses: &[f64], scores: &[f64]) -> Result<()> {
    check_finite("masses", masses)?;
    check_finite("scores", scores)?;
    check_same_length("masses and scores", masses, scores)
}

fn check_edges(edges: &[f64]) -> Result<()> {
    check_finite("edges", edges)?;
    if edges.len() < 2 {
        return Err(Error::TooFew { which: "edges", needed: 2, found: edges.len() });
    }
    match edges.windows(2).position(|pair| pair[0] >= pair[1]) {
        Some(before) => Err(Error::EdgesNotRising { index: before + 1 }),
        None => Ok(()),
    }
}

/// The indices of the fraction `efficiency` of largest scores, at least one; of equal scores, the first ones.
fn largest(scores: &[f64], efficiency: f64) -> Result<Vec<usize>> {
    if !(efficiency > 0.0 && efficiency <= 1.0) {
        return Err(Error::BackgroundEfficiencyOutOfRange { value: efficiency });
    }
    let mut falling: Vec<usize> = (0..scores.len()).collect();
    // A stable sort; adding 0.0 turns -0.0 into 0.0.
    falling.sort_by(|a, b| (scores[*b] + 0.0).total_cmp(&(scores[*a] + 0.0)));
    falling.truncate(((efficiency * scores.len() as f64).round() as usize).max(1));
    Ok(falling)
}

/// The bin of a mass, if the edges hold it.
fn bin(edges: &[f64], mass: f64) -> Option<usize> {
    let (bins, not_above) = (edges.len() - 1, edges.partition_point(|edge| *edge <= mass));
    if mass == edges[bins] { Some(bins - 1) } else { not_above.checked_sub(1).filter(|bin| *bin < bins) }
}

fn histogram(bins: impl Iterator<Item = usize>, n: usize) -> Vec<u64> {
    let mut counts = vec![0; n];
    bins.for_each(|bin| counts[bin] += 1);
    counts
}

fn divergence(before: &[u64], after: &[u64]) -> Result<f64> {
    let numbers = |counts: &[u64]| -> Vec<f64> { counts.iter().map(|count| *count as f64).collect() };
    jensen_shannon(&numbers(before), &numbers(after))
}

/// The mean divergence of random choices of the jets in `inside`, given by their bins, as large as `after`.
fn expected_by_chance(inside: &[usize], before: &[u64], after: &[u64], choices: &RandomChoices) -> Result<f64> {
    let &RandomChoices { replicas, seed } = choices;
    if replicas == 0 {
        return Err(Error::TooFew { which: "replicas of the random choice", needed: 1, found: 0 });
    }
    let size = after.iter().sum::<u64>() as usize;
    let of_replica = |replica: u64| {
        let mut generator = random::stream(seed, "mass sculpting", replica);
        divergence(before, &histogram(choice(inside, size, &mut generator), before.len()))
    };
    let divergences: Vec<f64> = (0..replicas as u64).map(of_replica).collect::<Result<_>>()?;
    crate::mean(&divergences)
}

/// `size` of the jets, each at most once.
fn choice(inside: &[usize], size: usize, generator: &mut Generator) -> impl Iterator<Item = usize> {
    rand::seq::index::sample(generator, inside.len(), size).into_iter().map(|jet| inside[jet])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const CHOICES: RandomChoices = RandomChoices { replicas: 50, seed: 3 };
    const EDGES: [f64; 4] = [0.0, 1.0, 2.0, 3.0];

    fn sculpting(masses: &[f64], scores: &[f64], efficiency: f64) -> Sculpting {
        mass_sculpting(masses, scores, efficiency, &EDGES, &CHOICES).unwrap()
    }

    #[test]
    fn bins_hold_their_lower_edge_and_the_last_one_both() {
        let found = sculpting(&[-0.1, 0.0, 0.5, 1.0, 2.0, 3.0, 3.1], &[9.0, 1.0, 4.0, 5.0, 2.0, 6.0, 3.0], 0.5);
        // round(3.5) = 4 pass: the masses -0.1, 3, 1 and 0.5.
        assert_eq!((found.passing, found.threshold), (4, 4.0));
        assert_eq!((found.before, found.after, found.outside), (vec![2, 1, 2], vec![1, 1, 1], 2));
        let expected = jensen_shannon(&[2.0, 1.0, 2.0], &[1.0; 3]).unwrap();
        assert_eq!(found.divergence, expected);
    }

    #[test]
    fn of_equal_scores_the_first_jets_pass() {
        let found = sculpting(&[0.5, 1.5, 2.5, 0.5], &[-0.0, 0.0, 0.0, -1.0], 0.5);
        assert_eq!((found.passing, found.threshold, found.after), (2, 0.0, vec![1, 1, 0]));
    }

    #[test]
    fn at_least_one_jet_passes_and_at_full_efficiency_all_do() {
        let (masses, scores) = ([0.5, 1.5, 2.5, 0.5], [1.0, 4.0, 3.0, 2.0]);
        let tight = sculpting(&masses, &scores, 1e-9);
        assert_eq!((tight.passing, tight.threshold, tight.after), (1, 4.0, vec![0, 1, 0]));
        let open = sculpting(&masses, &scores, 1.0);
        assert_eq!((open.passing, open.threshold), (4, 1.0));
        assert_eq!(open.before, open.after);
        assert_eq!((open.divergence, open.expected_by_chance), (0.0, 0.0));
    }

    #[test]
    fn what_chance_gives_is_the_mean_over_all_choices() {
        // Two of four: one of each bin in 4 of 6 choices; in the others one bin is alone, 0.3113 bits.
        let choices = RandomChoices { replicas: 4000, seed: 1 };
        let masses = [0.5, 0.5, 1.5, 1.5];
        let found = mass_sculpting(&masses, &[3.0, 4.0, 1.0, 2.0], 0.5, &EDGES[..3], &choices).unwrap();
        assert!((found.divergence - 0.311_278_124_459_132_8).abs() < 1e-15, "{found:?}");
        assert!((found.expected_by_chance - found.divergence / 3.0).abs() < 0.006, "{found:?}");
        let seeds = [1, 2].map(|seed| RandomChoices { replicas: 3, seed });
        let of = |choices| mass_sculpting(&[0.5, 0.6, 1.5, 1.6, 2.5], &[1.0; 5], 0.6, &EDGES, choices).unwrap();
        assert_eq!(of(&seeds[0]), of(&seeds[0]));
    }

    #[test]
    fn a_score_that_follows_the_mass_sculpts_and_one_that_does_not_stays_at_chance() {
        let mut generator = random::stream(7, "masses", 0);
        let masses: Vec<f64> = (0..3000).map(|_| random::uniform(0.0, 3.0, &mut generator)).collect();
        let blind: Vec<f64> = masses.iter().map(|_| random::normal(&mut generator)).collect();
        let following: Vec<f64> = masses.iter().zip(&blind).map(|(mass, noise)| mass + 0.5 * noise).collect();
        let (blind, following) = (sculpting(&masses, &blind, 0.1), sculpting(&masses, &following, 0.1));
        assert!(following.divergence > 100.0 * following.expected_by_chance, "{following:?}");
        assert!(blind.divergence < 4.0 * blind.expected_by_chance, "{blind:?}");
    }

    #[test]
    fn settings_without_meaning_are_refused_with_their_cause() {
        let (masses, scores) = ([0.5, 1.5], [1.0, 2.0]);
        for value in [0.0, -0.1, 1.1, f64::NAN] {
            let error = mass_sculpting(&masses, &scores, value, &EDGES, &CHOICES).unwrap_err();
            assert!(matches!(error, Error::BackgroundEfficiencyOutOfRange { .. }));
        }
        let edges = |edges: &[f64]| mass_sculpting(&masses, &scores, 0.5, edges, &CHOICES).unwrap_err();
        assert_eq!(edges(&[]), Error::EmptySample { which: "edges" });
        assert_eq!(edges(&[1.0]), Error::TooFew { which: "edges", needed: 2, found: 1 });
        assert_eq!(edges(&[0.0, 1.0, 1.0]), Error::EdgesNotRising { index: 2 });
        assert!(matches!(edges(&[0.0, f64::INFINITY]), Error::NotFinite { which: "edges", index: 1, .. }));
        assert_eq!(edges(&[0.0, 1.0]), Error::NoCounts { which: "counts of the masses that pass the cut" });
        let none = RandomChoices { replicas: 0, seed: 1 };
        let error = mass_sculpting(&masses, &scores, 0.5, &EDGES, &none).unwrap_err();
        assert!(matches!(error, Error::TooFew { needed: 1, found: 0, .. }));
    }

    #[test]
    fn jets_without_a_mass_or_a_score_are_refused_with_their_cause() {
        let refused =
            |masses: &[f64], scores: &[f64]| mass_sculpting(masses, scores, 0.5, &EDGES, &CHOICES).unwrap_err();
        assert_eq!(refused(&[], &[]), Error::EmptySample { which: "masses" });
        let different = Error::DifferentLengths { which: "masses and scores", first: 2, second: 1 };
        assert_eq!(refused(&[1.0, 2.0], &[1.0]), different);
        assert!(matches!(refused(&[f64::NAN], &[1.0]), Error::NotFinite { which: "masses", index: 0, .. }));
        assert!(matches!(refused(&[1.0], &[f64::INFINITY]), Error::NotFinite { which: "scores", index: 0, .. }));
    }
}
