//! How far the trainings have come: a bar on a terminal, a line every 30 seconds elsewhere.

use std::io::IsTerminal as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressStyle};

use crate::output::remark;

/// Time between two lines where there is no terminal.
const EVERY: Duration = Duration::from_secs(30);
/// Steps of the bar.
const STEPS: f64 = 1000.0;

/// Progress over all runs, each counted by the work that it is.
pub struct Progress {
    bar: ProgressBar,
    start: Instant,
    work: f64,
    state: Mutex<State>,
    on_terminal: bool,
}

/// What is done, and when it was last said.
struct State {
    done: f64,
    last_line: Instant,
}

impl Progress {
    /// Progress over so much `work` in all, in any unit.
    pub fn new(work: f64) -> Self {
        let on_terminal = std::io::stderr().is_terminal();
        let bar = if on_terminal { ProgressBar::new(STEPS as u64) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("training {bar:30} {percent} %, {elapsed} gone, {msg}") {
            bar.set_style(style);
        }
        let now = Instant::now();
        Self { bar, start: now, work, state: Mutex::new(State { done: 0.0, last_line: now }), on_terminal }
    }

    /// So much work more is done.
    pub fn advance(&self, work: f64) {
        let Ok(mut state) = self.state.lock() else { return };
        state.done += work;
        let fraction = (state.done / self.work.max(f64::MIN_POSITIVE)).min(1.0);
        let left = left(self.start.elapsed(), fraction).map(|left| format!("about {} left", HumanDuration(left)));
        if self.on_terminal {
            self.bar.set_position((STEPS * fraction) as u64);
            self.bar.set_message(left.unwrap_or_default());
        } else if state.last_line.elapsed() >= EVERY {
            state.last_line = Instant::now();
            let left = left.unwrap_or_default();
            remark(format_args!("training: {:.0} % done, {left}", 100.0 * fraction));
        }
    }

    /// All is done, or given up.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// The time that is left if what is left goes on as fast as what is done; none before anything is.
fn left(gone: Duration, fraction: f64) -> Option<Duration> {
    (fraction > 0.0).then(|| gone.mul_f64((1.0 - fraction) / fraction))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_done_in_a_minute_leaves_three() {
        assert_eq!(left(Duration::from_secs(60), 0.25), Some(Duration::from_secs(180)));
        assert_eq!(left(Duration::from_secs(60), 1.0), Some(Duration::ZERO));
        assert_eq!(left(Duration::from_secs(60), 0.0), None);
    }
}
