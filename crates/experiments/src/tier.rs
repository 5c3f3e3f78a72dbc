//! How much work a figure is given.

/// The tier of a reproduction.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Seconds, for tests; the picture says SMOKE and no claim is decided.
    Smoke,
    /// Minutes on two cores; the science still shows.
    #[default]
    Cpu,
    /// Full size, for a GPU.
    Paper,
}

impl Tier {
    /// Its name in a file and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Smoke => "smoke",
            Self::Cpu => "cpu",
            Self::Paper => "paper",
        }
    }
}
