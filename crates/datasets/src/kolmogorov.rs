//! The Kolmogorov-Smirnov test, for the tests of what a sample follows.

/// The largest [`distance`] that a test accepts: the probability of a larger one by chance is 1e-5.
pub(crate) const LIMIT: f64 = 2.47;

/// Largest distance between the empirical and the given cumulative distribution, times √n.
pub(crate) fn distance(mut sample: Vec<f64>, cumulative: impl Fn(f64) -> f64) -> f64 {
    sample.sort_by(f64::total_cmp);
    let n = sample.len() as f64;
    let steps = sample.iter().enumerate().map(|(i, &x)| {
        let expected = cumulative(x);
        (expected - i as f64 / n).abs().max((expected - (i + 1) as f64 / n).abs())
    });
    steps.fold(0.0, f64::max) * n.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_of_two_points_is_that_of_the_hand_computation() {
        // The empirical steps are 0, 1/2, 1 at 0.1 and 0.7: the largest gap is 0.4, above 0.1.
        assert!((distance(vec![0.7, 0.1], |x| x) - 0.4 * 2f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn a_slightly_tilted_density_is_found_out() {
        let tilted = (0..10_000).map(|i| ((f64::from(i) + 0.5) / 10_000.0).powf(1.1)).collect();
        assert!(distance(tilted, |x| x) > LIMIT);
    }
}
