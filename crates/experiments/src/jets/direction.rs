//! The two directions in which one setup is judged: trained on QCD to tag tops, and trained on top to tag QCD.

use datasets::jets::Class;

use crate::run::Scores;

/// Which class is the background that the network is trained on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Trained on QCD jets, top is the signal.
    Direct,
    /// Trained on top jets, QCD is the signal.
    Inverse,
}

impl Direction {
    /// Both, in the order of the figures.
    pub const BOTH: [Self; 2] = [Self::Direct, Self::Inverse];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Inverse => "inverse",
        }
    }

    /// The background, which the network is trained on.
    pub fn trained_on(self) -> Class {
        match self {
            Self::Direct => Class::Qcd,
            Self::Inverse => Class::Top,
        }
    }

    /// The signal.
    pub fn signal(self) -> Class {
        match self {
            Self::Direct => Class::Top,
            Self::Inverse => Class::Qcd,
        }
    }

    /// Its name in legends.
    pub fn label(self) -> String {
        format!("{}: trained on {}, signal {}", self.name(), self.trained_on().name(), self.signal().name())
    }

    /// Scores of signal and background.
    pub fn signal_and_background(self, scores: &Scores) -> (&[f64], &[f64]) {
        match self {
            Self::Direct => (&scores.top, &scores.qcd),
            Self::Inverse => (&scores.qcd, &scores.top),
        }
    }
}
