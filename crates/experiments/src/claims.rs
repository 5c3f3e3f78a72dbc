//! Claims: statements with the value measured, the bar and the verdict.

use crate::Tier;

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "verdict", content = "reason")]
pub enum Verdict {
    /// The value is on the side of the bar that the statement says.
    Holds,
    /// It is not.
    Fails,
    /// Not enough was run to say.
    NotDecided(String),
}

/// One statement about a figure. It is a finding, not a test: one that fails is shown as such.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Claim {
    /// What is claimed.
    pub statement: String,
    /// What was measured, with its unit or spread.
    pub value: String,
    /// The bar, in words.
    pub bar: String,
    /// The verdict.
    #[serde(flatten)]
    pub verdict: Verdict,
}

impl Claim {
    /// A claim that holds if `holds`.
    pub fn new(statement: impl Into<String>, value: impl Into<String>, bar: impl Into<String>, holds: bool) -> Self {
        let verdict = if holds { Verdict::Holds } else { Verdict::Fails };
        Self { statement: statement.into(), value: value.into(), bar: bar.into(), verdict }
    }

    /// A claim about seeds: holds if it is true in more than half of them.
    pub fn most_seeds(statement: impl Into<String>, holds: &[bool], bar: impl Into<String>) -> Self {
        let count = holds.iter().filter(|&&holds| holds).count();
        let value = format!("{count} of {} seeds", holds.len());
        Self::new(statement, value, format!("{} in most seeds", bar.into()), 2 * count > holds.len())
    }

    /// A claim about seeds: holds if it is true in each of them.
    pub fn every_seed(statement: impl Into<String>, holds: &[bool], bar: impl Into<String>) -> Self {
        let count = holds.iter().filter(|&&holds| holds).count();
        let value = format!("{count} of {} seeds", holds.len());
        Self::new(statement, value, format!("{} in every seed", bar.into()), count == holds.len() && count > 0)
    }

    /// The same claim, not decided at tier smoke or with fewer than `least` of `what` ("seeds", "jets").
    #[must_use]
    pub fn decided_with(mut self, tier: Tier, count: usize, least: usize, what: &str) -> Self {
        if tier == Tier::Smoke {
            self.verdict = Verdict::NotDecided("tier smoke trains too little".to_owned());
        } else if count < least {
            self.verdict = Verdict::NotDecided(format!("{count} {what}, at least {least} are needed"));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_is_more_than_half_and_every_needs_one() {
        assert_eq!(Claim::most_seeds("", &[true, false], "").verdict, Verdict::Fails);
        assert_eq!(Claim::most_seeds("", &[true, true, false], "").verdict, Verdict::Holds);
        assert_eq!(Claim::every_seed("", &[true, true], "").verdict, Verdict::Holds);
        assert_eq!(Claim::every_seed("", &[true, false], "").verdict, Verdict::Fails);
        assert_eq!(Claim::every_seed("", &[], "").verdict, Verdict::Fails);
    }

    #[test]
    fn too_little_leaves_a_claim_undecided() {
        let claim = || Claim::new("", "", "", true);
        assert!(matches!(claim().decided_with(Tier::Smoke, 100, 1, "seeds").verdict, Verdict::NotDecided(_)));
        assert!(matches!(claim().decided_with(Tier::Cpu, 2, 3, "seeds").verdict, Verdict::NotDecided(_)));
        assert_eq!(claim().decided_with(Tier::Cpu, 3, 3, "seeds").verdict, Verdict::Holds);
    }
}
