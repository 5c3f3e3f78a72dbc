//! What the programs print: to standard output, where a full disk is an error, and to standard error, where nothing is.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write as _};

use crate::{Error, Result};

/// Prints a line on standard output.
///
/// # Errors
/// [`Error::ClosedPipe`] if nobody reads it any more, [`Error::Output`] if it cannot be written, to a full disk for instance.
pub fn say(text: Arguments) -> Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{text}").and_then(|()| output.flush()).map_err(|source| match source.kind() {
        ErrorKind::BrokenPipe => Error::ClosedPipe,
        _ => Error::Output { source },
    })
}

/// Prints a line on standard error, if that can be written.
pub fn complain(text: Arguments) {
    let _ = writeln!(std::io::stderr().lock(), "error: {text}");
}

/// Prints a line about the work on standard error, if that can be written.
pub fn remark(text: Arguments) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
