//! Golden values from scikit-learn, SciPy and NumPy; scripts/reference/metrics_golden.py makes those of one score,
//! scripts/reference/comparisons_golden.py those of histograms and of two scores.
#![allow(clippy::unwrap_used)]

use metrics::{Order, RandomChoices, Rejection, Roc};
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("golden/metrics.json")).unwrap()
}

fn comparisons() -> Value {
    serde_json::from_str(include_str!("golden/comparisons.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    let numbers = value.as_array().unwrap().iter();
    numbers.map(|number| number.as_f64().unwrap()).collect()
}

/// Each ROC case: its name, its own object, its signal and its background scores.
fn for_each_case(golden: &Value, mut check: impl FnMut(&str, &Value, &[f64], &[f64])) {
    for case in golden["roc"].as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        check(name, case, &numbers(&case["signal"]), &numbers(&case["background"]));
    }
}

#[track_caller]
fn assert_close(found: f64, expected: &Value, what: &str) {
    let expected = expected.as_f64().unwrap();
    assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0), "{what}: {found}, expected {expected}");
}

#[test]
fn auc_agrees_with_scikit_learn() {
    for_each_case(&golden(), |name, case, signal, background| {
        let value = metrics::auc(signal, background).unwrap();
        assert_close(value, &case["auc"], name);
    });
}

#[test]
fn every_point_of_the_curve_agrees_with_scikit_learn() {
    for_each_case(&golden(), |name, case, signal, background| {
        let roc = Roc::new(signal, background).unwrap();
        let thresholds = case["thresholds"].as_array().unwrap();
        // JSON has no infinity: the first threshold is null there.
        let thresholds: Vec<f64> = thresholds[1..].iter().map(|t| t.as_f64().unwrap()).collect();
        assert_eq!(roc.thresholds()[1..], thresholds, "{name}");
        let columns =
            [(roc.signal_efficiency(), "signal_efficiency"), (roc.background_efficiency(), "background_efficiency")];
        for (found, column) in columns {
            let expected = case[column].as_array().unwrap();
            assert_eq!(found.len(), expected.len(), "{name}, {column}");
            for (found, expected) in found.iter().zip(expected) {
                assert_close(*found, expected, &format!("{name}, {column}"));
            }
        }
    });
}

#[test]
fn efficiency_rejection_and_significance_at_a_point_agree() {
    for_each_case(&golden(), |name, case, signal, background| {
        let roc = Roc::new(signal, background).unwrap();
        for point in case["at"].as_array().unwrap() {
            let efficiency = point["signal_efficiency"].as_f64().unwrap();
            let what = format!("{name}, at {efficiency}");
            let passing = roc.background_efficiency_at(efficiency).unwrap();
            assert_close(passing, &point["background_efficiency"], &what);
            let improvement = roc.significance_improvement_at(efficiency).unwrap();
            match roc.rejection_at(efficiency).unwrap() {
                Rejection::Measured { value, error } => {
                    assert_close(value, &point["rejection"], &what);
                    assert_close(error, &point["rejection_error"], &what);
                    let expected = &point["significance_improvement"];
                    assert_close(improvement.unwrap(), expected, &what);
                }
                Rejection::AtLeast { limit } => {
                    assert_close(limit, &point["lower_limit"], &what);
                    assert_eq!(improvement, None, "{what}");
                }
            }
        }
    });
}

#[test]
fn the_best_cut_agrees_with_a_search_over_the_curve() {
    let golden = golden();
    let minimum = golden["minimum_background"].as_u64().unwrap();
    let range = numbers(&golden["best_range"]);
    for_each_case(&golden, |name, case, signal, background| {
        let roc = Roc::new(signal, background).unwrap();
        let best = roc.best_significance_improvement(range[0]..=range[1], minimum);
        let Ok(best) = best else {
            assert!(case["best"].is_null(), "{name}");
            return;
        };
        assert_close(best.significance_improvement, &case["best"]["value"], name);
        assert_close(best.threshold, &case["best"]["threshold"], name);
    });
}

#[test]
fn the_bootstrap_error_agrees_with_that_of_delong() {
    let mut compared = 0;
    for_each_case(&golden(), |name, case, signal, background| {
        // The two agree for samples that are not tiny.
        if signal.len() < 50 {
            return;
        }
        let expected = case["delong_standard_error"].as_f64().unwrap();
        let replicas = metrics::auc_replicas(signal, background, 4000, 1).unwrap();
        let found = metrics::standard_deviation(&replicas).unwrap();
        assert!((found / expected - 1.0).abs() < 0.06, "{name}: {found}, expected {expected}");
        let centre = metrics::mean(&replicas).unwrap() - case["auc"].as_f64().unwrap();
        assert!(centre.abs() < 0.1 * expected, "{name}: off by {centre}");
        compared += 1;
    });
    assert_eq!(compared, 6);
}

#[test]
fn summaries_agree_with_numpy() {
    for case in golden()["summary"].as_array().unwrap() {
        let values = numbers(&case["values"]);
        assert_close(metrics::mean(&values).unwrap(), &case["mean"], "mean");
        let spread = metrics::standard_deviation(&values).unwrap();
        assert_close(spread, &case["standard_deviation"], "standard deviation");
        assert_close(metrics::median(&values).unwrap(), &case["median"], "median");
        for pair in case["quantiles"].as_array().unwrap() {
            let level = pair[0].as_f64().unwrap();
            let found = metrics::quantile(&values, level).unwrap();
            assert_close(found, &pair[1], &format!("quantile {level}"));
        }
    }
}

#[test]
fn the_error_of_an_auc_agrees_with_all_pairs() {
    for_each_case(&golden(), |name, case, signal, background| match metrics::auc_with_error(signal, background) {
        Ok(found) => assert_close(found.error, &case["delong_standard_error"], name),
        Err(_) => assert!(case["delong_standard_error"].is_null(), "{name}"),
    });
}

#[test]
fn the_difference_of_two_aucs_agrees_with_all_pairs() {
    for case in comparisons()["taggers"].as_array().unwrap() {
        let sample = |which: &str, score: usize| numbers(&case[which][score]);
        let (signal, background) =
            ([sample("signal", 0), sample("signal", 1)], [sample("background", 0), sample("background", 1)]);
        for score in 0..2 {
            let alone = metrics::auc_with_error(&signal[score], &background[score]).unwrap();
            assert_close(alone.auc, &case["auc"][score], "AUC");
            assert_close(alone.error, &case["error"][score], "error of the AUC");
        }
        let found = metrics::auc_difference(&signal[0], &background[0], &signal[1], &background[1]).unwrap();
        assert_close(found.difference, &case["difference"], "difference");
        assert_close(found.error, &case["difference_error"], "error of the difference");
        assert_close(found.covariance, &case["covariance"], "covariance");
    }
}

#[test]
fn divergences_correlations_and_ranks_agree_with_scipy() {
    let golden = comparisons();
    for case in golden["divergence"].as_array().unwrap() {
        let found = metrics::jensen_shannon(&numbers(&case["a"]), &numbers(&case["b"])).unwrap();
        assert_close(found, &case["value"], "divergence");
    }
    for case in golden["correlation"].as_array().unwrap() {
        let found = metrics::correlation(&numbers(&case["x"]), &numbers(&case["y"])).unwrap();
        assert_close(found, &case["value"], "correlation");
    }
    for case in golden["ranks"].as_array().unwrap() {
        let values = numbers(&case["values"]);
        let ranks = |order| metrics::ranks(&values, order).unwrap();
        assert_eq!(ranks(Order::SmallestFirst), numbers(&case["smallest_first"]));
        assert_eq!(ranks(Order::LargestFirst), numbers(&case["largest_first"]));
    }
}

#[test]
fn sculpting_agrees_with_numpy_and_with_the_exact_mean_of_chance() {
    let choices = RandomChoices { replicas: 4000, seed: 1 };
    for case in comparisons()["sculpting"].as_array().unwrap() {
        let [masses, scores, edges] = ["masses", "scores", "edges"].map(|column| numbers(&case[column]));
        let efficiency = case["efficiency"].as_f64().unwrap();
        let found = metrics::mass_sculpting(&masses, &scores, efficiency, &edges, &choices).unwrap();
        assert_close(found.threshold, &case["threshold"], "threshold");
        assert_eq!(Value::from(found.passing), case["passing"]);
        assert_eq!(Value::from(found.before), case["before"]);
        assert_eq!(Value::from(found.after), case["after"]);
        assert_eq!(Value::from(found.outside), case["outside"]);
        assert_close(found.divergence, &case["divergence"], "divergence");
        let ratio = found.expected_by_chance / case["by_chance"].as_f64().unwrap();
        assert!((ratio - 1.0).abs() < 0.03, "{ratio}");
    }
}
