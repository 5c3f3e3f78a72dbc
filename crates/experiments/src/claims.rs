//! Claims: statements with their origin, the value measured, the bar and the verdict.

use std::borrow::Cow;

use crate::Tier;

/// The confidence with which a share of the seeds must differ from one half.
const CONFIDENCE: f64 = 0.95;

/// Why a claim is made, and where its bar comes from; each with its ground in words.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "origin", content = "ground")]
pub enum Origin {
    /// It can be proved for every network that the figure may have: the theorem. One that fails is a fault of the measurement.
    Theorem(Cow<'static, str>),
    /// A source states it: which, and the value.
    Published(Cow<'static, str>),
    /// It is ours, set before the run: the reason.
    Expected(Cow<'static, str>),
    /// It holds by construction, so that it checks the program and is no finding: why.
    Identity(Cow<'static, str>),
}

impl Origin {
    /// A theorem.
    pub fn theorem(ground: impl Into<Cow<'static, str>>) -> Self {
        Self::Theorem(ground.into())
    }

    /// What a source states.
    pub fn published(ground: impl Into<Cow<'static, str>>) -> Self {
        Self::Published(ground.into())
    }

    /// What we expect.
    pub fn expected(ground: impl Into<Cow<'static, str>>) -> Self {
        Self::Expected(ground.into())
    }

    /// What holds by construction.
    pub fn identity(ground: impl Into<Cow<'static, str>>) -> Self {
        Self::Identity(ground.into())
    }

    /// Its name in tables: "theorem", "published", "expected", "identity".
    pub fn name(&self) -> &'static str {
        match self {
            Self::Theorem(_) => "theorem",
            Self::Published(_) => "published",
            Self::Expected(_) => "expected",
            Self::Identity(_) => "identity",
        }
    }

    /// The theorem, the source and its value, or the reason.
    pub fn ground(&self) -> &str {
        match self {
            Self::Theorem(ground) | Self::Published(ground) | Self::Expected(ground) | Self::Identity(ground) => ground,
        }
    }
}

/// Seeds that a claim about trained networks needs.
pub const LEAST_SEEDS: usize = 3;
/// Seeds that a claim needs which compares means that lie within each other's spread.
pub const LEAST_SEEDS_WITHIN_SPREAD: usize = 5;

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
    /// Why it is claimed.
    #[serde(flatten)]
    pub origin: Origin,
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
    pub fn new(
        origin: Origin,
        statement: impl Into<String>,
        value: impl Into<String>,
        bar: impl Into<String>,
        holds: bool,
    ) -> Self {
        let verdict = if holds { Verdict::Holds } else { Verdict::Fails };
        Self { origin, statement: statement.into(), value: value.into(), bar: bar.into(), verdict }
    }

    /// A claim about seeds: holds if it is true in most of them, fails if it is true in few.
    ///
    /// Seeds are a sample: the share of all seeds in which it is true is known within the two-sided exact binomial interval
    /// at 95 %. The claim is decided only where that excludes one half, of 16 seeds from 13 or up to 3 on, of fewer than 6
    /// never. 95 %, because a source has some fifty such claims: at 68 %, one in five that is true in just half of all seeds
    /// would be decided by the choice of 16.
    pub fn most_seeds(origin: Origin, statement: impl Into<String>, holds: &[bool], bar: impl Into<String>) -> Self {
        let (count, all) = (holds.iter().filter(|&&holds| holds).count(), holds.len());
        // An interval that cannot be had excludes nothing.
        let [low, high] = metrics::binomial_interval(count, all, CONFIDENCE).unwrap_or([0.0, 1.0]);
        let value = format!("{count} of {all} seeds");
        let mut claim = Self::new(origin, statement, value, format!("{} in most seeds", bar.into()), low > 0.5);
        if low <= 0.5 && high >= 0.5 {
            let share = format!("a share of {:.0} % to {:.0} % at 95 % confidence", 100.0 * low, 100.0 * high);
            claim.verdict = Verdict::NotDecided(format!("{count} of {all} seeds are {share}, which may be one half"));
        }
        claim
    }

    /// A claim about seeds: holds if it is true in each of them.
    pub fn every_seed(origin: Origin, statement: impl Into<String>, holds: &[bool], bar: impl Into<String>) -> Self {
        let count = holds.iter().filter(|&&holds| holds).count();
        let value = format!("{count} of {} seeds", holds.len());
        Self::new(origin, statement, value, format!("{} in every seed", bar.into()), count == holds.len() && count > 0)
    }

    /// The same claim, `measured` standing before its value: numbers before a count of seeds.
    #[must_use]
    pub fn quoting(mut self, measured: impl std::fmt::Display) -> Self {
        self.value = format!("{measured}; {}", self.value);
        self
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

    /// The same claim, which compares means over `seeds` that are `difference` apart, each with a standard deviation of at most
    /// `spread`: not decided by a few seeds if the means lie within the spread. NaN is within it.
    #[must_use]
    pub fn comparing(self, difference: f64, spread: f64, seeds: usize) -> Self {
        let apart = difference.abs() > spread;
        let few = seeds < LEAST_SEEDS_WITHIN_SPREAD && !apart;
        self.unless(few.then(|| {
            format!("means within each other's spread: {seeds} seeds, at least {LEAST_SEEDS_WITHIN_SPREAD} are needed")
        }))
    }

    /// The same claim, not decided for a `reason` that concerns what it rests on, if there is one and nothing else keeps it
    /// from being decided.
    #[must_use]
    pub fn unless(mut self, reason: Option<String>) -> Self {
        if let Some(reason) = reason
            && !matches!(self.verdict, Verdict::NotDecided(_))
        {
            self.verdict = Verdict::NotDecided(reason);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> Origin {
        Origin::expected("a reason")
    }

    #[test]
    fn a_claim_is_written_with_its_origin_and_its_ground() {
        let written = serde_json::to_value(Claim::new(Origin::theorem("Borsuk-Ulam"), "s", "v", "b", true)).unwrap();
        let expected = serde_json::json!({
            "origin": "theorem", "ground": "Borsuk-Ulam", "statement": "s", "value": "v", "bar": "b", "verdict": "holds",
        });
        assert_eq!(written, expected);
        for origin in [Origin::theorem, Origin::published, Origin::expected, Origin::identity] {
            let origin = origin("a ground");
            assert_eq!(serde_json::to_value(&origin).unwrap()["origin"], origin.name());
            assert_eq!(origin.ground(), "a ground");
        }
    }

    #[test]
    fn a_reason_against_what_a_claim_rests_on_comes_after_the_others() {
        let claim = |least| Claim::new(ours(), "", "", "", true).decided_with(Tier::Cpu, 3, least, "seeds");
        let reason = || Some("undertrained".to_owned());
        assert_eq!(claim(3).unless(None).verdict, Verdict::Holds);
        assert_eq!(claim(3).unless(reason()).verdict, Verdict::NotDecided("undertrained".to_owned()));
        assert_eq!(claim(4).unless(reason()).verdict, claim(4).verdict);
    }

    /// A claim about 16 seeds that is true in `count` of them.
    fn most(count: usize) -> Claim {
        Claim::most_seeds(ours(), "", &std::array::from_fn::<bool, 16, _>(|seed| seed < count), "x > 0")
    }

    #[test]
    fn means_within_their_spread_need_five_seeds() {
        let verdict =
            |difference, seeds| Claim::new(ours(), "", "", "", true).comparing(difference, 0.1, seeds).verdict;
        assert_eq!(verdict(-0.11, 3), Verdict::Holds);
        assert!(matches!(verdict(0.1, 4), Verdict::NotDecided(reason) if reason.contains("4 seeds, at least 5")));
        assert!(matches!(verdict(f64::NAN, 4), Verdict::NotDecided(_)));
        assert_eq!(verdict(0.05, 5), Verdict::Holds);
    }

    #[test]
    fn most_is_decided_where_the_share_differs_from_one_half() {
        assert_eq!((most(13).verdict, most(3).verdict), (Verdict::Holds, Verdict::Fails));
        for count in [4, 7, 8, 12] {
            assert!(matches!(most(count).verdict, Verdict::NotDecided(_)), "{count}");
        }
        // Of five seeds that all agree, one half is still 1 in 32 on either side, more than 2.5 %.
        assert!(matches!(Claim::most_seeds(ours(), "", &[true; 5], "").verdict, Verdict::NotDecided(_)));
        assert_eq!(Claim::most_seeds(ours(), "", &[true; 6], "").verdict, Verdict::Holds);
        assert!(matches!(Claim::most_seeds(ours(), "", &[], "").verdict, Verdict::NotDecided(_)));
    }

    #[test]
    fn a_share_near_one_half_is_quoted_with_its_interval() {
        // 19.75 % and 70.12 %, where an independent sum of the binomial terms is 2.5 %.
        let reason = "7 of 16 seeds are a share of 20 % to 70 % at 95 % confidence, which may be one half";
        assert_eq!(most(7).verdict, Verdict::NotDecided(reason.to_owned()));
        assert_eq!(most(7).quoting("x 0.5").value, "x 0.5; 7 of 16 seeds");
        assert_eq!(most(7).bar, "x > 0 in most seeds");
    }

    #[test]
    fn every_seed_needs_one() {
        assert_eq!(Claim::every_seed(ours(), "", &[true, true], "").verdict, Verdict::Holds);
        assert_eq!(Claim::every_seed(ours(), "", &[true, false], "").verdict, Verdict::Fails);
        assert_eq!(Claim::every_seed(ours(), "", &[], "").verdict, Verdict::Fails);
    }

    #[test]
    fn too_little_leaves_a_claim_undecided() {
        let claim = || Claim::new(ours(), "", "", "", true);
        assert!(matches!(claim().decided_with(Tier::Smoke, 100, 1, "seeds").verdict, Verdict::NotDecided(_)));
        assert!(matches!(claim().decided_with(Tier::Cpu, 2, 3, "seeds").verdict, Verdict::NotDecided(_)));
        assert_eq!(claim().decided_with(Tier::Cpu, 3, 3, "seeds").verdict, Verdict::Holds);
    }
}
