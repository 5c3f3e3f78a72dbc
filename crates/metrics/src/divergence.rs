//! How far two histograms are apart.

use crate::error::{Error, Result, check_finite, check_same_length};

/// The Jensen-Shannon divergence of two histograms with the same bins, in bits; in `[0, 1]`.
///
/// The mean of the Kullback-Leibler divergences of the two from their average (Lin, IEEE Trans. Inf. Theory 37
/// (1991) 145): 0 of one shape, 1 of histograms without a common bin, and symmetric. It is also the mutual
/// information of the bin with the fair choice of one of the two.
///
/// Finite counts of one and the same spectrum give a positive divergence, the larger the fewer they are.
///
/// # Shapes
/// `counts_a`, `counts_b`: `[n]`, finite, not negative, not all zero; they need not be whole, and each is
/// divided by its sum.
///
/// # Errors
/// Histograms of different lengths or without bins, a count that is negative or not finite, or counts that are
/// all zero.
pub fn jensen_shannon(counts_a: &[f64], counts_b: &[f64]) -> Result<f64> {
    let first = shares("counts of the first histogram", counts_a)?;
    let second = shares("counts of the second histogram", counts_b)?;
    check_same_length("counts of the two histograms", counts_a, counts_b)?;
    let bits: f64 = first.iter().zip(&second).map(|(p, q)| excess(*p, *q) + excess(*q, *p)).sum();
    // Rounding may leave [0, 1] by its last digits.
    Ok((bits / 2.0).clamp(0.0, 1.0))
}

/// One bin of the divergence of a share `p` from its average with `q`.
fn excess(p: f64, q: f64) -> f64 {
    // p over p + q, so that the average of the smallest numbers does not vanish.
    if p == 0.0 { 0.0 } else { p * (2.0 * (p / (p + q))).log2() }
}

/// Counts over their sum.
fn shares(which: &'static str, counts: &[f64]) -> Result<Vec<f64>> {
    check_finite(which, counts)?;
    if let Some(index) = counts.iter().position(|count| *count < 0.0) {
        return Err(Error::Negative { which, index, value: counts[index] });
    }
    let largest = counts.iter().copied().fold(0.0, f64::max);
    if largest == 0.0 {
        return Err(Error::NoCounts { which });
    }
    // Over the largest first: the sum cannot overflow.
    let sum: f64 = counts.iter().map(|count| count / largest).sum();
    Ok(counts.iter().map(|count| count / largest / sum).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_shape_has_no_divergence_and_no_common_bin_a_whole_bit() {
        assert_eq!(jensen_shannon(&[1.0, 2.0, 1.0], &[10.0, 20.0, 10.0]).unwrap(), 0.0);
        assert_eq!(jensen_shannon(&[3.0, 1.0, 0.0, -0.0], &[0.0, 0.0, 2.0, 2.0]).unwrap(), 1.0);
        assert_eq!(jensen_shannon(&[5.0], &[0.1]).unwrap(), 0.0);
    }

    #[test]
    fn half_of_the_bins_alone_is_a_third_of_a_bit() {
        // Shares 1/2, 1/2 and 1, 0; average 3/4, 1/4: (log₂ 2/3 + log₂ 2) / 4 + log₂(4/3) / 2.
        let expected = 0.25 * (2.0_f64 / 3.0).log2() + 0.25 + 0.5 * (4.0_f64 / 3.0).log2();
        let found = jensen_shannon(&[7.0, 7.0], &[3.0, 0.0]).unwrap();
        assert!((found - expected).abs() < 1e-15, "{found}");
        assert!((found - 0.311_278_124_459_132_8).abs() < 1e-15, "{found}");
    }

    #[test]
    fn counts_of_any_size_have_a_shape() {
        let expected = jensen_shannon(&[1.0, 1.0], &[1.0, 0.0]).unwrap();
        for size in [f64::MAX, 1e300, 1e-300, 5e-324] {
            assert_eq!(jensen_shannon(&[size, size], &[size, 0.0]).unwrap(), expected, "{size}");
        }
        assert_eq!(jensen_shannon(&[1.0, 5e-324], &[1.0, 0.0]).unwrap(), 0.0);
    }

    #[test]
    fn what_is_no_histogram_is_refused_with_its_cause() {
        let good = [1.0, 2.0];
        let refused = |counts: &[f64]| {
            let first = jensen_shannon(counts, &good).unwrap_err();
            (first, jensen_shannon(&good, counts).unwrap_err().to_string())
        };
        let (first, second) = refused(&[]);
        assert_eq!(first, Error::EmptySample { which: "counts of the first histogram" });
        assert!(second.contains("second histogram are empty"), "{second}");
        let (first, second) = refused(&[0.0, -0.0]);
        assert_eq!(first, Error::NoCounts { which: "counts of the first histogram" });
        assert!(second.contains("second histogram are all zero"), "{second}");
        let (first, _) = refused(&[1.0, -1.0]);
        assert!(matches!(first, Error::Negative { index: 1, value: -1.0, .. }));
        for value in [f64::NAN, f64::INFINITY] {
            assert!(matches!(refused(&[value, 1.0]).0, Error::NotFinite { index: 0, .. }));
        }
        let (first, _) = refused(&[1.0]);
        assert_eq!(first, Error::DifferentLengths { which: "counts of the two histograms", first: 1, second: 2 });
    }
}
