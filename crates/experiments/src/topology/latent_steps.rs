//! The final losses of one seed against the latent dimension: where they drop, and from where on they no longer fall.

/// The latent dimension at which ln loss falls most from the one before; `losses` are in the order of `dimensions`. The
/// first of them if there is no other.
pub fn largest_step(dimensions: &[i64], losses: &[f64]) -> i64 {
    let step = |index: &usize| (losses[index - 1] / losses[*index]).ln();
    let steepest = (1..losses.len().min(dimensions.len())).max_by(|a, b| step(a).total_cmp(&step(b)));
    dimensions[steepest.unwrap_or(0)]
}

/// The smallest latent dimension from which on all `losses`, in the order of `dimensions`, lie within a factor `alike`, at
/// least 1, of each other.
pub fn saturation(dimensions: &[i64], losses: &[f64], alike: f64) -> i64 {
    let settled = (0..losses.len().min(dimensions.len())).find(|&from| spread(&losses[from..]) <= alike);
    dimensions[settled.unwrap_or(dimensions.len() - 1)]
}

/// The largest of the losses over the smallest.
fn spread(losses: &[f64]) -> f64 {
    let (low, high) = losses.iter().fold((f64::INFINITY, 0.0f64), |(l, h), &loss| (l.min(loss), h.max(loss)));
    high / low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_step_is_one_of_the_logarithm() {
        // Factors 10, 20 and 1.25; differences 0.9, 0.095 and 0.001.
        assert_eq!(largest_step(&[1, 2, 3, 4], &[1.0, 0.1, 0.005, 0.004]), 3);
        assert_eq!(largest_step(&[4, 5], &[1.0, 2.0]), 5);
        assert_eq!(largest_step(&[7], &[1.0]), 7);
    }

    #[test]
    fn losses_saturate_where_all_that_follow_are_alike() {
        let dimensions = [4, 5, 6, 7, 8];
        assert_eq!(saturation(&dimensions, &[9.0, 6.0, 3.0, 1.0, 2.0], 3.0), 6);
        // A loss that rises again is not alike either.
        assert_eq!(saturation(&dimensions, &[9.0, 1.0, 1.0, 1.0, 4.0], 3.0), 8);
        assert_eq!(saturation(&dimensions, &[1.0; 5], 3.0), 4);
    }
}
