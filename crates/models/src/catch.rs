//! libtorch's refusals, which tch answers with a panic, as errors.

use std::panic::AssertUnwindSafe;

use crate::Error;

/// Runs `work`; a panic in it, such as tch's when libtorch has no memory left, becomes [`Error::Libtorch`].
///
/// # Errors
/// That of `work`, or [`Error::Libtorch`] with the message of the panic.
pub fn catch<T, E: From<Error>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let outcome = std::panic::catch_unwind(AssertUnwindSafe(work));
    outcome.unwrap_or_else(|panic| Err(Error::Libtorch(message(panic.as_ref())).into()))
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()));
    text.map_or_else(|| "an error without a message".to_owned(), |text| essence(&text).to_owned())
}

/// The first sentence of libtorch's message, without the stack of calls that follows it.
fn essence(text: &str) -> &str {
    let text = text.split_once("Torch(\"").map_or(text, |(_, rest)| rest);
    text.split("\\nException raised").next().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Tensor;

    #[test]
    fn a_refusal_of_libtorch_becomes_an_error_with_its_message() {
        let refused: Result<Tensor, Error> = catch(|| {
            Ok(Tensor::zeros([1, 1], tch::kind::FLOAT_CPU).matmul(&Tensor::zeros([3, 3], tch::kind::FLOAT_CPU)))
        });
        let expected = "mat1 and mat2 shapes cannot be multiplied (1x1 and 3x3)";
        assert!(matches!(refused, Err(Error::Libtorch(message)) if message == expected));
    }
}
