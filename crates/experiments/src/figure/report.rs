//! What the terminal shows at the end: claims with their values and verdicts, and the files.

use std::fmt;
use std::path::PathBuf;

use crate::claims::{Claim, Verdict};

/// The outcome of one figure.
#[derive(Debug, Clone)]
pub struct Report {
    /// `source/id`.
    pub figure: String,
    /// What it shows.
    pub title: String,
    /// Its claims.
    pub claims: Vec<Claim>,
    /// The files written.
    pub files: Vec<PathBuf>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}  {}", self.figure, self.title)?;
        let rows: Vec<[String; 5]> = self.claims.iter().map(row).collect();
        if rows.is_empty() {
            writeln!(f, "  no claims")?;
            return self.files.iter().try_for_each(|file| writeln!(f, "  {}", file.display()));
        }
        let header = ["verdict", "origin", "claim", "measured", "bar"].map(str::to_owned);
        let all: Vec<&[String; 5]> = std::iter::once(&header).chain(&rows).collect();
        let width = |column: usize| all.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
        let widths = [width(0), width(1), width(2), width(3)];
        for row in all {
            let cell = |column: usize| format!("{:w$}", row[column], w = widths[column]);
            writeln!(f, "  {}  {}  {}  {}  {}", cell(0), cell(1), cell(2), cell(3), row[4])?;
        }
        for (claim, reason) in self.claims.iter().filter_map(undecided) {
            writeln!(f, "  not decided: {claim}: {reason}")?;
        }
        self.files.iter().try_for_each(|file| writeln!(f, "  {}", file.display()))
    }
}

fn row(claim: &Claim) -> [String; 5] {
    let verdict = match claim.verdict {
        Verdict::Holds => "holds",
        Verdict::Fails => "FAILS",
        Verdict::NotDecided(_) => "not decided",
    };
    [
        verdict.to_owned(),
        claim.origin.name().to_owned(),
        claim.statement.clone(),
        claim.value.clone(),
        claim.bar.clone(),
    ]
}

fn undecided(claim: &Claim) -> Option<(&str, &str)> {
    match &claim.verdict {
        Verdict::NotDecided(reason) => Some((&claim.statement, reason)),
        _ => None,
    }
}
