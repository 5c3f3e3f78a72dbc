//! How far the trainings have come: a bar on a terminal, a line every 30 seconds elsewhere.

use std::io::IsTerminal as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressStyle};

/// Time between two lines where there is no terminal.
const EVERY: Duration = Duration::from_secs(30);

/// Progress over the epochs of all runs.
pub struct Progress {
    bar: ProgressBar,
    last_line: Option<Mutex<Instant>>,
}

impl Progress {
    /// Progress over `epochs` epochs in all.
    pub fn new(epochs: u64) -> Self {
        if std::io::stderr().is_terminal() {
            let bar = ProgressBar::new(epochs);
            let style =
                ProgressStyle::with_template("training {bar:30} {pos}/{len} epochs, {elapsed} gone, {eta} left {msg}");
            if let Ok(style) = style {
                bar.set_style(style);
            }
            return Self { bar, last_line: None };
        }
        let bar = ProgressBar::hidden();
        bar.set_length(epochs);
        Self { bar, last_line: Some(Mutex::new(Instant::now())) }
    }

    /// Some epochs more are done.
    pub fn advance(&self, epochs: u64) {
        self.bar.inc(epochs);
        let Some(last_line) = &self.last_line else { return };
        let Ok(mut last_line) = last_line.lock() else { return };
        if last_line.elapsed() >= EVERY {
            *last_line = Instant::now();
            let (done, all) = (self.bar.position(), self.bar.length().unwrap_or(0));
            eprintln!("training: {done} of {all} epochs, about {} left", HumanDuration(self.bar.eta()));
        }
    }

    /// All is done, or given up.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
