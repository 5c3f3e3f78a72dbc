//! SIGINT and SIGTERM: the trainings stop with a checkpoint, and the program ends within two seconds in any case.

use std::sync::atomic::{AtomicI32, Ordering};
use std::time::Duration;

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// How long the program has to end by itself; what it does not finish by then is as if it had been killed.
const GRACE: Duration = Duration::from_millis(1500);

static RECEIVED: AtomicI32 = AtomicI32::new(0);

/// The signal that asked the program to end, if one has come.
pub fn signal() -> Option<i32> {
    match RECEIVED.load(Ordering::Relaxed) {
        0 => None,
        signal => Some(signal),
    }
}

/// Begins to listen; every program calls it once, at its start.
pub fn listen() {
    // Without the listener a signal ends the program at once, which harms no file.
    let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) else { return };
    let wait = move || {
        for signal in signals.forever() {
            // A second signal need not be waited for: the user is in a hurry.
            if RECEIVED.swap(signal, Ordering::Relaxed) != 0 || std::thread::Builder::new().spawn(end_later).is_err() {
                end_at_once();
            }
        }
    };
    let _ = std::thread::Builder::new().name("signals".to_owned()).spawn(wait);
}

/// "SIGINT" or "SIGTERM".
pub fn name(signal: i32) -> &'static str {
    if signal == SIGINT { "SIGINT" } else { "SIGTERM" }
}

/// The exit code of a program that a signal ended, by the shell's convention: 130 or 143.
pub fn exit_code(signal: i32) -> u8 {
    128 + u8::try_from(signal).unwrap_or(0)
}

fn end_later() {
    std::thread::sleep(GRACE);
    end_at_once();
}

/// Ends without waiting for what other threads are doing: every file is there as a whole or not at all.
fn end_at_once() {
    let signal = signal().unwrap_or(SIGTERM);
    crate::output::complain(format_args!("{}", crate::Error::Signal(signal)));
    // SAFETY: `_exit` ends the process and runs nothing of it any more.
    unsafe { libc::_exit(i32::from(exit_code(signal))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_those_of_the_shell() {
        assert_eq!((name(SIGINT), exit_code(SIGINT)), ("SIGINT", 130));
        assert_eq!((name(SIGTERM), exit_code(SIGTERM)), ("SIGTERM", 143));
    }
}
