//! The interval of the one latent dimension that a network uses.

use ndarray::Array2;

/// The least and the largest of at least one latent value.
pub fn ends(latent: impl IntoIterator<Item = f64>) -> (f64, f64) {
    latent.into_iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), z| (low.min(z), high.max(z)))
}

/// `count` evenly spaced values, at least two, `[count, 1]`, from one end of the latent values to the other, and on
/// both sides by the share `beyond` of their range further.
pub fn evenly(latent: impl IntoIterator<Item = f64>, count: usize, beyond: f64) -> Array2<f64> {
    let (low, high) = ends(latent);
    let spare = beyond * (high - low);
    let step = (high - low + 2.0 * spare) / (count - 1) as f64;
    Array2::from_shape_fn((count, 1), |(row, _)| low - spare + row as f64 * step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_values_go_on_beyond_both_ends() {
        let latent = evenly([1.0, -1.0, 0.5], 5, 0.5);
        assert_eq!(latent, Array2::from_shape_vec((5, 1), vec![-2.0, -1.0, 0.0, 1.0, 2.0]).unwrap());
    }
}
