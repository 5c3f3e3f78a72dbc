//! libtorch's refusals, which tch answers with a panic, as errors.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::Error;

/// Calls of [`catch`] that are under way.
static UNDER_WAY: AtomicUsize = AtomicUsize::new(0);

/// Whether a panic would become an error: then its own text need not be shown.
pub fn is_catching() -> bool {
    UNDER_WAY.load(Ordering::Relaxed) > 0
}

/// Runs `work`; a panic in it becomes [`Error::Libtorch`] or [`Error::OutOfMemory`] if it is tch's answer to a failed
/// operation, and else [`Error::Fault`].
///
/// # Errors
/// That of `work`, or the one made of its panic.
pub fn catch<T, E: From<Error>>(work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    UNDER_WAY.fetch_add(1, Ordering::Relaxed);
    let outcome = std::panic::catch_unwind(AssertUnwindSafe(work));
    UNDER_WAY.fetch_sub(1, Ordering::Relaxed);
    outcome.unwrap_or_else(|panic| Err(error(panic.as_ref()).into()))
}

fn error(panic: &(dyn std::any::Any + Send)) -> Error {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned()));
    let text = text.unwrap_or_else(|| "a panic without a message".to_owned());
    // tch unwraps its errors, or displays them: the first shows their kind, the second libtorch's own trace.
    let of_libtorch = text.contains("Torch(\"") || text.contains("Exception raised from");
    let message = essence(&text).to_owned();
    match of_libtorch {
        true if is_about_memory(&message) => Error::OutOfMemory(message),
        true => Error::Libtorch(message),
        false => Error::Fault(message),
    }
}

fn is_about_memory(message: &str) -> bool {
    ["not enough memory", "can't allocate memory", "out of memory"].iter().any(|words| message.contains(words))
}

/// The first sentence of libtorch's message, without the stack of calls that follows it.
fn essence(text: &str) -> &str {
    let text = text.split_once("Torch(\"").map_or(text, |(_, rest)| rest);
    let text = text.split("\\nException raised").next().unwrap_or(text);
    text.split("\nException raised").next().unwrap_or(text)
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

    #[test]
    fn a_want_of_memory_is_told_from_other_refusals() {
        let refused: Result<Tensor, Error> = catch(|| Ok(Tensor::zeros([1 << 50], tch::kind::FLOAT_CPU)));
        assert!(matches!(&refused, Err(Error::OutOfMemory(_))), "{refused:?}");
        assert!(refused.unwrap_err().to_string().contains("--threads"));
    }

    #[test]
    fn a_panic_of_the_program_itself_is_not_called_a_refusal_of_libtorch() {
        let numbers = [1, 2, 3];
        let fault: Result<i32, Error> = catch(|| Ok(numbers[std::hint::black_box(3)]));
        assert!(matches!(&fault, Err(Error::Fault(message)) if message.contains("index out of bounds")), "{fault:?}");
    }
}
