//! Properties that hold for every pair of samples, and for every pair of scores of the same events.
#![allow(clippy::unwrap_used)]

use metrics::{
    Order, RandomChoices, Rejection, Roc, auc, auc_difference, auc_with_error, correlation, jensen_shannon,
    mass_sculpting, rank_correlation, ranks,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// Scores on a coarse grid: most samples have ties, within and between signal and background.
fn tied_scores() -> impl Strategy<Value = Vec<f64>> {
    vec((-6_i32..=6).prop_map(f64::from), 1..60)
}

/// Any finite scores, of all magnitudes, both zeros included.
fn any_scores() -> impl Strategy<Value = Vec<f64>> {
    let finite = proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL | proptest::num::f64::ZERO;
    vec(finite, 1..60)
}

fn samples() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    prop_oneof![(tied_scores(), tied_scores()), (any_scores(), any_scores()), (any_scores(), tied_scores()),]
}

/// Two scores of each of some events, mostly with ties.
fn paired_scores() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    let score = || prop_oneof![(-4_i32..=4).prop_map(f64::from), -4.0..4.0];
    vec((score(), score()), 2..40).prop_map(|pairs| pairs.into_iter().unzip())
}

/// Two histograms with the same bins, each with some count, of all magnitudes.
fn histograms() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    let small = || (0_u32..5).prop_map(f64::from);
    let any = || (proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL).prop_map(f64::abs);
    let count = move || prop_oneof![small(), any()];
    let some = |counts: &[f64]| counts.iter().any(|count| *count > 0.0);
    let pairs = vec((count(), count()), 1..20).prop_map(|pairs| pairs.into_iter().unzip());
    pairs.prop_filter("no counts", move |(a, b): &(Vec<f64>, Vec<f64>)| some(a) && some(b))
}

/// 1 where a signal score is above a background score, 1/2 where they are tied; one row a signal event.
fn wins(signal: &[f64], background: &[f64]) -> Vec<Vec<f64>> {
    let win = |s: f64, b: f64| f64::from(u8::from(s > b) + u8::from(s >= b)) / 2.0;
    signal.iter().map(|s| background.iter().map(|b| win(*s, *b)).collect()).collect()
}

/// The definition: the covariance of the rows' means over the number of rows, and that of the columns' alike.
fn delong_of_all_pairs(a: &[Vec<f64>], b: &[Vec<f64>]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let rows = |wins: &[Vec<f64>]| -> Vec<f64> { wins.iter().map(|row| mean(row)).collect() };
    let columns = |wins: &[Vec<f64>]| -> Vec<f64> {
        (0..wins[0].len()).map(|k| mean(&wins.iter().map(|row| row[k]).collect::<Vec<_>>())).collect()
    };
    let part = |a: Vec<f64>, b: Vec<f64>| {
        let products = a.iter().zip(&b).map(|(x, y)| (x - mean(&a)) * (y - mean(&b)));
        products.sum::<f64>() / ((a.len() - 1) * a.len()) as f64
    };
    part(rows(a), rows(b)) + part(columns(a), columns(b))
}

/// The definition: the fraction of pairs in which the signal is above, a tie counting one half.
fn auc_of_all_pairs(signal: &[f64], background: &[f64]) -> f64 {
    let mut won = 0.0;
    for s in signal {
        for b in background {
            won += if s > b {
                1.0
            } else if s == b {
                0.5
            } else {
                0.0
            };
        }
    }
    won / (signal.len() * background.len()) as f64
}

/// The fraction of `scores` that pass `threshold`, counted one by one.
fn passing(scores: &[f64], threshold: f64) -> f64 {
    scores.iter().filter(|score| **score >= threshold).count() as f64 / scores.len() as f64
}

proptest! {
    #[test]
    fn auc_is_its_definition((signal, background) in samples()) {
        let value = auc(&signal, &background).unwrap();
        prop_assert!((0.0..=1.0).contains(&value));
        prop_assert_eq!(value, auc_of_all_pairs(&signal, &background));
    }

    #[test]
    fn exchanging_the_samples_mirrors_the_auc((signal, background) in samples()) {
        let sum = auc(&signal, &background).unwrap() + auc(&background, &signal).unwrap();
        prop_assert!((sum - 1.0).abs() < 1e-15, "{sum}");
    }

    #[test]
    fn a_sample_against_itself_is_random(scores in any_scores()) {
        prop_assert_eq!(auc(&scores, &scores).unwrap(), 0.5);
    }

    #[test]
    fn a_constant_score_is_random(n in 1_usize..50, m in 1_usize..50, score in -1e9..1e9) {
        prop_assert_eq!(auc(&vec![score; n], &vec![score; m]).unwrap(), 0.5);
    }

    #[test]
    fn only_the_order_of_the_scores_matters(signal in tied_scores(), background in tied_scores()) {
        let roc = Roc::new(&signal, &background).unwrap();
        let maps: [fn(f64) -> f64; 3] = [f64::exp, |x| x.powi(3) + x - 100.0, |x| 1e-300 * x];
        for map in maps {
            let mapped = |scores: &[f64]| scores.iter().map(|x| map(*x)).collect::<Vec<_>>();
            let other = Roc::new(&mapped(&signal), &mapped(&background)).unwrap();
            prop_assert_eq!(other.signal_passing(), roc.signal_passing());
            prop_assert_eq!(other.background_passing(), roc.background_passing());
            prop_assert_eq!(mapped(&roc.thresholds()[1..]), &other.thresholds()[1..]);
        }
    }

    #[test]
    fn the_order_of_the_events_does_not_matter((signal, background) in samples()) {
        let turned: Vec<f64> = signal.iter().rev().copied().collect();
        prop_assert_eq!(
            Roc::new(&signal, &background).unwrap(),
            Roc::new(&turned, &background).unwrap()
        );
    }

    #[test]
    fn the_trapezoids_of_the_curve_are_the_auc((signal, background) in samples()) {
        let roc = Roc::new(&signal, &background).unwrap();
        let value = auc(&signal, &background).unwrap();
        prop_assert_eq!(roc.area().to_bits(), value.to_bits());
        let columns = roc.background_efficiency().windows(2).zip(roc.signal_efficiency().windows(2));
        let trapezoids: f64 = columns.map(|(b, s)| (b[1] - b[0]) * (s[0] + s[1]) / 2.0).sum();
        prop_assert!((trapezoids - value).abs() < 1e-13);
    }

    #[test]
    fn the_curve_runs_from_corner_to_corner_and_never_back((signal, background) in samples()) {
        let roc = Roc::new(&signal, &background).unwrap();
        let (s, b) = (roc.signal_efficiency(), roc.background_efficiency());
        prop_assert_eq!((s[0], b[0]), (0.0, 0.0));
        prop_assert_eq!((s.last(), b.last()), (Some(&1.0), Some(&1.0)));
        prop_assert!(roc.thresholds().windows(2).all(|pair| pair[0] > pair[1]));
        prop_assert!(s.is_sorted() && b.is_sorted());
    }

    #[test]
    fn each_point_is_what_its_threshold_passes((signal, background) in samples()) {
        let roc = Roc::new(&signal, &background).unwrap();
        for (index, threshold) in roc.thresholds().iter().enumerate() {
            prop_assert_eq!(roc.signal_efficiency()[index], passing(&signal, *threshold));
            prop_assert_eq!(roc.background_efficiency()[index], passing(&background, *threshold));
        }
    }

    #[test]
    fn the_interpolated_background_never_falls_with_the_signal(
        (signal, background) in samples(),
        mut grid in vec(0.0..=1.0, 2..20),
    ) {
        grid.sort_by(f64::total_cmp);
        let roc = Roc::new(&signal, &background).unwrap();
        let efficiencies = roc.background_efficiency_on(&grid).unwrap();
        prop_assert!(efficiencies.windows(2).all(|pair| pair[1] >= pair[0] - 1e-15));
        prop_assert!(efficiencies.iter().all(|value| (0.0..=1.0).contains(value)));
    }

    #[test]
    fn at_a_point_of_the_curve_the_tightest_cut_answers((signal, background) in samples()) {
        let roc = Roc::new(&signal, &background).unwrap();
        let points = roc.signal_efficiency().iter().zip(roc.background_efficiency());
        for (s, _) in points.clone() {
            let smallest = points
                .clone()
                .filter(|(other, _)| *other == s)
                .map(|(_, b)| *b)
                .fold(1.0, f64::min);
            prop_assert_eq!(roc.background_efficiency_at(*s).unwrap(), smallest);
        }
    }

    #[test]
    fn rejection_and_significance_follow_from_the_curve(
        (signal, background) in samples(),
        efficiency in 0.0..=1.0,
    ) {
        let roc = Roc::new(&signal, &background).unwrap();
        let passing = roc.background_efficiency_at(efficiency).unwrap();
        let improvement = roc.significance_improvement_at(efficiency).unwrap();
        match roc.rejection_at(efficiency).unwrap() {
            Rejection::Measured { value, error } => {
                prop_assert!((value * passing - 1.0).abs() < 1e-12);
                let relative = ((1.0 - passing) / (passing * background.len() as f64)).sqrt();
                prop_assert!((error - value * relative).abs() <= 1e-12 * error);
                let expected = efficiency * value.sqrt();
                prop_assert!((improvement.unwrap() - expected).abs() <= 1e-12 * expected);
            }
            Rejection::AtLeast { limit } => {
                prop_assert_eq!(passing, 0.0);
                prop_assert_eq!(improvement, None);
                // Were the rejection at its limit, none passing would have a chance of 5 %.
                let chance = (1.0 - 1.0 / limit).powi(background.len() as i32);
                prop_assert!((chance - 0.05).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn no_cut_beats_the_best_one(
        (signal, background) in samples(),
        ends in (0.0..=1.0, 0.0..=1.0),
        minimum in 1_u64..10,
    ) {
        let range = f64::min(ends.0, ends.1)..=f64::max(ends.0, ends.1);
        let roc = Roc::new(&signal, &background).unwrap();
        let mut largest = None;
        for threshold in signal.iter().chain(&background) {
            let (s, b) = (passing(&signal, *threshold), passing(&background, *threshold));
            let enough = (b * background.len() as f64).round() as u64 >= minimum;
            if range.contains(&s) && enough {
                largest = Some(f64::max(s / b.sqrt(), largest.unwrap_or(0.0)));
            }
        }
        let best = roc.best_significance_improvement(range, minimum).ok();
        prop_assert_eq!(best.map(|point| point.significance_improvement), largest);
        prop_assert!(best.is_none_or(|point| point.background_passing >= minimum));
    }

    #[test]
    fn a_quantile_lies_between_the_extremes_and_rises(
        values in vec(-1e6..1e6, 1..40),
        levels in (0.0..=1.0, 0.0..=1.0),
    ) {
        let low = metrics::quantile(&values, f64::min(levels.0, levels.1)).unwrap();
        let high = metrics::quantile(&values, f64::max(levels.0, levels.1)).unwrap();
        prop_assert!(low <= high);
        prop_assert!(metrics::quantile(&values, 0.0).unwrap() <= low);
        prop_assert!(high <= metrics::quantile(&values, 1.0).unwrap());
    }

    #[test]
    fn the_errors_of_aucs_are_their_definition(signal in paired_scores(), background in paired_scores()) {
        let a = wins(&signal.0, &background.0);
        let b = wins(&signal.1, &background.1);
        let (of_a, of_b) = (delong_of_all_pairs(&a, &a), delong_of_all_pairs(&b, &b));
        let common = delong_of_all_pairs(&a, &b);
        let alone = auc_with_error(&signal.0, &background.0).unwrap();
        prop_assert_eq!(alone.auc, auc(&signal.0, &background.0).unwrap());
        prop_assert!((alone.error.powi(2) - of_a).abs() < 1e-14, "{alone:?}, {of_a}");
        let found = auc_difference(&signal.0, &background.0, &signal.1, &background.1).unwrap();
        prop_assert_eq!(found.difference, alone.auc - auc(&signal.1, &background.1).unwrap());
        prop_assert!((found.covariance - common).abs() < 1e-14, "{found:?}, {common}");
        prop_assert!((found.error.powi(2) - (of_a + of_b - 2.0 * common)).abs() < 1e-14, "{found:?}");
    }

    #[test]
    fn the_error_of_an_auc_is_that_of_its_mirror(signal in paired_scores(), background in paired_scores()) {
        let found = auc_with_error(&signal.0, &background.0).unwrap();
        let mirrored = auc_with_error(&background.0, &signal.0).unwrap();
        prop_assert!((found.error - mirrored.error).abs() < 1e-14);
        // Against its own negative a score has twice its distance from 1/2, and twice its error.
        let minus = |scores: &[f64]| scores.iter().map(|score| -score).collect::<Vec<_>>();
        let both = auc_difference(&signal.0, &background.0, &minus(&signal.0), &minus(&background.0)).unwrap();
        prop_assert!((both.difference - (2.0 * found.auc - 1.0)).abs() < 1e-14);
        prop_assert!((both.error - 2.0 * found.error).abs() < 1e-14);
    }

    #[test]
    fn a_divergence_is_symmetric_and_at_most_one_bit((a, b) in histograms()) {
        let found = jensen_shannon(&a, &b).unwrap();
        prop_assert!((0.0..=1.0).contains(&found));
        prop_assert_eq!(found, jensen_shannon(&b, &a).unwrap());
        prop_assert_eq!(jensen_shannon(&a, &a).unwrap(), 0.0);
        let empty = vec![0.0; a.len()];
        let apart = jensen_shannon(&[&a[..], &empty].concat(), &[&empty[..], &b].concat()).unwrap();
        prop_assert!(apart > 1.0 - 1e-14);
    }

    #[test]
    fn merging_bins_never_raises_the_divergence((a, b) in histograms()) {
        let merged = |counts: &[f64]| -> Vec<f64> {
            // Over the largest, so that no sum overflows.
            let largest = counts.iter().copied().fold(0.0, f64::max);
            counts.chunks(2).map(|pair| pair.iter().map(|count| count / largest).sum()).collect()
        };
        let coarse = jensen_shannon(&merged(&a), &merged(&b)).unwrap();
        prop_assert!(coarse <= jensen_shannon(&a, &b).unwrap() + 1e-14);
    }

    #[test]
    fn a_correlation_depends_on_neither_unit((x, y) in paired_scores(), scale in 0.1..10.0, shift in -5.0..5.0) {
        if let Ok(found) = correlation(&x, &y) {
            prop_assert!((-1.0..=1.0).contains(&found));
            prop_assert_eq!(found, correlation(&y, &x).unwrap());
            let other: Vec<f64> = x.iter().map(|x| shift - scale * x).collect();
            prop_assert!((correlation(&other, &y).unwrap() + found).abs() < 1e-9);
            let of_ranks = |values: &[f64]| ranks(values, Order::LargestFirst).unwrap();
            let by_ranks = correlation(&of_ranks(&x), &of_ranks(&y)).unwrap();
            prop_assert!((by_ranks - rank_correlation(&x, &y).unwrap()).abs() < 1e-13);
        }
    }

    #[test]
    fn a_rank_counts_the_better_and_half_of_the_equal(values in prop_oneof![tied_scores(), any_scores()]) {
        let [best, worst] = [Order::LargestFirst, Order::SmallestFirst].map(|order| ranks(&values, order).unwrap());
        for ((value, best), worst) in values.iter().zip(&best).zip(&worst) {
            let better = values.iter().filter(|other| *other > value).count() as f64;
            let equal = values.iter().filter(|other| *other == value).count() as f64;
            prop_assert_eq!(*best, better + (equal + 1.0) / 2.0);
            prop_assert_eq!(best + worst, values.len() as f64 + 1.0);
        }
    }

    #[test]
    fn a_cut_keeps_the_largest_scores_and_loses_no_jet(
        (masses, scores) in paired_scores(),
        efficiency in 0.001..=1.0,
    ) {
        let choices = RandomChoices { replicas: 3, seed: 1 };
        let edges = [-3.0, -1.5, 0.0, 2.0, 3.0];
        if let Ok(found) = mass_sculpting(&masses, &scores, efficiency, &edges, &choices) {
            let n = masses.len() as u64;
            prop_assert_eq!(found.before.iter().sum::<u64>() + found.outside, n);
            prop_assert!(found.before.iter().zip(&found.after).all(|(before, after)| after <= before));
            prop_assert_eq!(found.passing, ((efficiency * n as f64).round() as u64).max(1));
            let above = scores.iter().filter(|score| **score > found.threshold).count() as u64;
            let not_below = scores.iter().filter(|score| **score >= found.threshold).count() as u64;
            prop_assert!(above < found.passing && found.passing <= not_below);
            let all = n - found.outside == found.after.iter().sum::<u64>();
            prop_assert!(!all || found.divergence == 0.0 && found.expected_by_chance == 0.0);
        }
    }
}
