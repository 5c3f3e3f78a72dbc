//! Reconstruction losses.

use tch::{Kind, Tensor};

/// Mean squared error of each sample: the mean over its entries of (x - x')².
///
/// # Shapes
/// `x`, `reconstruction`: `[members, n, ...]`; result `[members, n]`, in the square of x's unit.
pub fn mean_squared_error(x: &Tensor, reconstruction: &Tensor) -> Tensor {
    let dimensions: Vec<i64> = (2..i64::try_from(x.dim()).unwrap_or(2)).collect();
    (x - reconstruction).square().mean_dim(dimensions.as_slice(), false, Kind::Float)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::to_f32;

    #[test]
    fn the_mean_is_over_the_entries_of_one_sample() {
        let x = Tensor::from_slice(&[1.0f32, 2.0, 0.0, 0.0]).view([1, 2, 2]);
        let y = Tensor::from_slice(&[1.0f32, 0.0, 3.0, 1.0]).view([1, 2, 2]);
        assert_eq!(to_f32(&mean_squared_error(&x, &y)), [2.0, 5.0]);
    }
}
