//! Training samples of QCD jets of which a fraction are top jets.

use crate::error::within;
use crate::{Error, Result};

/// How many of `n` jets are top jets at a top fraction f: f n, rounded to the nearest whole number.
///
/// # Errors
/// [`Error::OutOfRange`] for a fraction outside [0, 1].
pub fn tops(n: usize, fraction: f64) -> Result<usize> {
    let fraction = within("the top fraction", fraction, (0.0..=1.0).contains(&fraction), "from 0 to 1")?;
    Ok((n as f64 * fraction).round() as usize)
}

/// Rows of `n` training jets, `tops(n, fraction)` of them from `top` and the others from `qcd`, in random order.
///
/// Both lists are first put into a random order that depends on `seed` alone; the sample takes from the start of each. So
/// samples of the same `n` are nested: the tops of a smaller fraction are among those of a larger one, and the QCD jets of
/// the larger among those of the smaller.
///
/// # Errors
/// [`Error::OutOfRange`] for a fraction outside [0, 1], [`Error::EmptySample`] for `n` = 0, [`Error::TooFewOfClass`] if a list
/// is shorter than what the sample takes from it.
pub fn contaminated(qcd: &[usize], top: &[usize], n: usize, fraction: f64, seed: u64) -> Result<Vec<usize>> {
    if n == 0 {
        return Err(Error::EmptySample { what: "training jets" });
    }
    let tops = tops(n, fraction)?;
    let taken = |class: &'static str, rows: &[usize], wanted: usize, index: u64| {
        if rows.len() < wanted {
            return Err(Error::TooFewOfClass { file: None, class, found: rows.len(), wanted });
        }
        let order = random::permutation(rows.len(), &mut random::stream(seed, "contamination", index));
        Ok(order.into_iter().take(wanted).map(|place| rows[place]).collect::<Vec<_>>())
    };
    let mut both = taken("QCD", qcd, n - tops, 0)?;
    both.extend(taken("top", top, tops, 1)?);
    let order = random::permutation(n, &mut random::stream(seed, "contamination", 2));
    Ok(order.into_iter().map(|place| both[place]).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn lists() -> (Vec<usize>, Vec<usize>) {
        ((0..1000).collect(), (1000..2000).collect())
    }

    fn set(fraction: f64, class: std::ops::Range<usize>) -> BTreeSet<usize> {
        let (qcd, top) = lists();
        contaminated(&qcd, &top, 800, fraction, 5).unwrap().into_iter().filter(|row| class.contains(row)).collect()
    }

    #[test]
    fn a_larger_fraction_contains_the_tops_of_a_smaller_one() {
        assert_eq!((set(0.05, 1000..2000).len(), set(0.1, 1000..2000).len()), (40, 80));
        assert!(set(0.1, 1000..2000).is_superset(&set(0.05, 1000..2000)));
        assert!(set(0.05, 0..1000).is_superset(&set(0.1, 0..1000)));
        assert_ne!(set(0.05, 0..1000), set(0.1, 0..1000));
    }

    proptest! {
        #[test]
        fn the_counts_are_exact_and_no_jet_is_taken_twice(n in 1usize..1000, fraction in 0.0f64..=1.0, seed in any::<u64>()) {
            let (qcd, top) = lists();
            let rows = contaminated(&qcd, &top, n, fraction, seed).unwrap();
            prop_assert_eq!(rows.len(), n);
            prop_assert_eq!(rows.iter().collect::<BTreeSet<_>>().len(), n);
            prop_assert_eq!(rows.iter().filter(|&&row| row >= 1000).count(), (n as f64 * fraction).round() as usize);
        }
    }

    #[test]
    fn a_fraction_that_is_none_and_more_tops_than_there_are_are_refused() {
        let (qcd, top) = lists();
        for fraction in [-0.1, 1.1, f64::NAN] {
            assert!(matches!(contaminated(&qcd, &top, 10, fraction, 1), Err(Error::OutOfRange { .. })));
        }
        let short = contaminated(&qcd, &top[..5], 100, 0.1, 1);
        assert!(matches!(short, Err(Error::TooFewOfClass { class: "top", found: 5, wanted: 10, .. })));
        assert!(matches!(contaminated(&qcd, &top, 0, 0.1, 1), Err(Error::EmptySample { .. })));
    }
}
