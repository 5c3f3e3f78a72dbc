//! A power law of points that come in groups, such as the networks of several settings, with its interval.

use rand::Rng as _;
use random::Generator;

use crate::bootstrap::Bootstrap;
use crate::error::{Error, Result};
use crate::summary::quantile;
use crate::trend::{PowerLaw, power_law};

/// A power law with the interval of its exponent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PowerLawInterval {
    /// The law of all points.
    pub law: PowerLaw,
    /// Lower end of the exponent's interval.
    pub low: f64,
    /// Upper end of it.
    pub high: f64,
}

/// The power law of all points of `groups`, each a list of `[x, y]`, positive, with the percentile bootstrap interval of
/// its exponent (Davison & Hinkley, *Bootstrap Methods and their Application*, 1997, section 3.8).
///
/// Points of one group share what is not in x, so that they are no independent witnesses of the law: each replica draws
/// as many groups as there are, and in each as many points as it has, both with replacement. Replica k takes its random
/// numbers from the stream `(seed, "groups of a power law", k)`.
///
/// # Errors
/// As [`power_law`] of all points; fewer than three groups or than two replicas, an empty group, or a confidence not
/// between 0 and 1.
pub fn power_law_of_groups(groups: &[Vec<[f64; 2]>], bootstrap: &Bootstrap) -> Result<PowerLawInterval> {
    crate::bootstrap::check(bootstrap)?;
    if groups.len() < 3 {
        return Err(Error::TooFew { which: "groups", needed: 3, found: groups.len() });
    }
    if groups.iter().any(Vec::is_empty) {
        return Err(Error::EmptySample { which: "points of a group" });
    }
    let law = law(groups.iter().flatten().copied())?;
    let mut exponents = Vec::with_capacity(bootstrap.replicas);
    for replica in 0..bootstrap.replicas as u64 {
        let mut generator = random::stream(bootstrap.seed, "groups of a power law", replica);
        match self::law(resample(groups, &mut generator)) {
            Ok(law) => exponents.push(law.exponent),
            // A replica of one point, drawn again and again, has no exponent.
            Err(Error::Constant { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    let tail = (1.0 - bootstrap.confidence) / 2.0;
    Ok(PowerLawInterval { law, low: quantile(&exponents, tail)?, high: quantile(&exponents, 1.0 - tail)? })
}

fn law(points: impl IntoIterator<Item = [f64; 2]>) -> Result<PowerLaw> {
    let (x, y): (Vec<f64>, Vec<f64>) = points.into_iter().map(|[x, y]| (x, y)).unzip();
    power_law(&x, &y)
}

/// As many groups as there are, each with as many points as it has, drawn with replacement.
fn resample(groups: &[Vec<[f64; 2]>], generator: &mut Generator) -> Vec<[f64; 2]> {
    let mut points = Vec::new();
    for _ in 0..groups.len() {
        let group = &groups[generator.random_range(0..groups.len())];
        points.extend((0..group.len()).map(|_| group[generator.random_range(0..group.len())]));
    }
    points
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SETTINGS: Bootstrap = Bootstrap { replicas: 500, confidence: 0.95, seed: 1 };

    /// Groups at x = 1 to 64, of twenty points each, whose y is x^-2 times one factor a group and one a point.
    fn groups(of_group: f64, of_point: f64) -> Vec<Vec<[f64; 2]>> {
        let mut generator = random::stream(2, "groups", 0);
        let mut factor = |spread: f64| (spread * random::normal(&mut generator)).exp();
        let group = |index: i32| {
            let (x, shared) = (2f64.powi(index), factor(of_group));
            (0..20).map(|_| [x, x.powi(-2) * shared * factor(of_point)]).collect()
        };
        (0..7).map(group).collect()
    }

    #[test]
    fn an_exact_law_has_an_interval_of_no_width() {
        let found = power_law_of_groups(&groups(0.0, 0.0), &SETTINGS).unwrap();
        for exponent in [found.law.exponent, found.low, found.high] {
            assert!((exponent + 2.0).abs() < 1e-12, "{found:?}");
        }
        assert!((found.law.amplitude - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_a_group_shares_widens_the_interval_though_its_points_agree() {
        let width = |found: PowerLawInterval| found.high - found.low;
        let points = power_law_of_groups(&groups(0.0, 0.5), &SETTINGS).unwrap();
        let shared = power_law_of_groups(&groups(0.5, 0.0), &SETTINGS).unwrap();
        assert!(points.low < -2.0 && -2.0 < points.high, "{points:?}");
        // With 20 points a group its mean scatters √20 = 4.5 times less than a point.
        assert!(width(shared) > 2.0 * width(points), "{points:?} {shared:?}");
        // The error of the regression takes all points as independent, and is the narrower for it.
        assert!(width(shared) > 2.0 * 2.0 * 1.96 * shared.law.exponent_error, "{shared:?}");
    }

    #[test]
    fn too_few_groups_and_what_has_no_law_are_refused() {
        let all = groups(0.0, 0.0);
        let refused = |groups: &[Vec<[f64; 2]>]| power_law_of_groups(groups, &SETTINGS).unwrap_err();
        assert_eq!(refused(&all[..2]), Error::TooFew { which: "groups", needed: 3, found: 2 });
        let with = |last: Vec<[f64; 2]>| [all[..2].to_vec(), vec![last]].concat();
        assert_eq!(refused(&with(vec![])), Error::EmptySample { which: "points of a group" });
        assert!(matches!(refused(&with(vec![[1.0, 0.0]])), Error::NotPositive { which: "values of y", .. }));
        assert!(matches!(refused(&vec![vec![[2.0, 1.0]]; 3]), Error::Constant { .. }));
    }
}
