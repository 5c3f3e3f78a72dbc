//! From tensors to plain numbers.

use tch::{Device, Kind, Tensor};

/// The numbers of `tensor`, of any shape, as f32 in row-major order.
///
/// # Panics
/// If libtorch cannot copy them; [`crate::catch`] makes an error of it.
pub fn to_f32(tensor: &Tensor) -> Vec<f32> {
    Vec::try_from(&flat(tensor, Kind::Float)).unwrap_or_else(refused)
}

/// The numbers of `tensor`, of any shape, as f64 in row-major order.
///
/// # Panics
/// If libtorch cannot copy them; [`crate::catch`] makes an error of it.
pub fn to_f64(tensor: &Tensor) -> Vec<f64> {
    Vec::try_from(&flat(tensor, Kind::Double)).unwrap_or_else(refused)
}

fn flat(tensor: &Tensor, kind: Kind) -> Tensor {
    tensor.to_device(Device::Cpu).to_kind(kind).contiguous().view([-1])
}

/// Losing numbers without a word would pass for "no losses"; so it is a panic, as every refusal in tch.
fn refused<T>(error: tch::TchError) -> Vec<T> {
    panic!("{error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_in_the_order_of_the_shape_whatever_the_memory_order() {
        let tensor = Tensor::from_slice(&[1i64, 2, 3, 4, 5, 6]).view([2, 3]).tr();
        assert_eq!(to_f32(&tensor), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
        assert_eq!(to_f64(&tensor.get(1)), [2.0, 5.0]);
    }
}
