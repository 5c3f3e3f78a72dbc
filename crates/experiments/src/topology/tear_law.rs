//! The power law of the sphere's torn area over the Lipschitz constant, and what is claimed of its exponent.

use metrics::{Bootstrap, Error as Unmeasurable, PowerLawInterval};

use crate::Result;
use crate::claims::{Claim, Origin, Verdict};
use crate::tables::Table;

/// The exponent of the area over L that is claimed.
const PUNCTURE: f64 = -2.0;
/// Those from which it must be told apart: of a seam, whose width goes as 1/L, and of a tear that L has nothing to do with.
const ALTERNATIVES: [f64; 2] = [-1.0, 0.0];
/// Replicas of settings and networks that give the exponent's interval.
const REPLICAS: Bootstrap = Bootstrap { replicas: 1000, confidence: 0.95, seed: 1 };

/// The power law of the area over the Lipschitz constant, of networks by setting; empty where there is none.
///
/// # Errors
/// [`crate::Error::Metric`] if a number is not finite.
pub fn fit(settings: &[Vec<[f64; 2]>]) -> Result<Table> {
    let law = match metrics::power_law_of_groups(settings, &REPLICAS) {
        Ok(law) => vec![law],
        Err(Unmeasurable::TooFew { .. } | Unmeasurable::NotPositive { .. } | Unmeasurable::Constant { .. }) => vec![],
        Err(error) => return Err(error.into()),
    };
    let column = |value: fn(&PowerLawInterval) -> f64| -> Vec<f64> { law.iter().map(value).collect() };
    let networks = settings.iter().map(Vec::len).sum::<usize>() as f64;
    Ok(Table::new("fit")
        .with("exponent", column(|found| found.law.exponent))
        .with("exponent_low_95_percent", column(|found| found.low))
        .with("exponent_high_95_percent", column(|found| found.high))
        .with("amplitude", column(|found| found.law.amplitude))
        .with("networks", law.iter().map(|_| networks).collect::<Vec<_>>()))
}

/// A claim about the exponent and its interval, undecided where there is none.
fn of_exponent(
    fit: &Table,
    (origin, statement, bar): (Origin, &'static str, &'static str),
    judge: fn([f64; 2]) -> Verdict,
) -> Result<Claim> {
    let column = |name: &str| fit.numbers(name);
    let ends = [column("exponent_low_95_percent")?, column("exponent_high_95_percent")?];
    let ([exponent], [networks], [[low], [high]]) = (column("exponent")?, column("networks")?, ends) else {
        let reason = "fewer than 3 settings have 5 networks that converged, or one of these has no torn cell";
        return Ok(Claim::new(origin, statement, "no power law", bar, false).unless(Some(reason.to_owned())));
    };
    let value = format!("{exponent:.2} ({low:.2} to {high:.2}), {networks} converged networks");
    let mut claim = Claim::new(origin, statement, value, bar, false);
    claim.verdict = judge([*low, *high]);
    Ok(claim)
}

/// The exponent itself.
///
/// # Errors
/// [`crate::Error::Column`] if a column is missing.
pub fn exponent_claim(fit: &Table) -> Result<Claim> {
    let origin = Origin::expected(
        "a puncture stays near the area that the theorem leaves, L to the power -2; a seam of width 1/L would give -1, a \
         tear that L has nothing to do with 0",
    );
    let statement = "the torn area of converged networks falls as the Lipschitz constant L to the power -2";
    let bar = "the exponent's 95 % interval (settings and networks drawn anew) contains -2, neither -1 nor 0";
    of_exponent(fit, (origin, statement, bar), is_puncture)
}

/// Whether an interval of the exponent is that of a puncture, is not, or does not tell.
fn is_puncture([low, high]: [f64; 2]) -> Verdict {
    let contains = |exponent: f64| low <= exponent && exponent <= high;
    let others: Vec<f64> = ALTERNATIVES.into_iter().filter(|&exponent| contains(exponent)).collect();
    match (contains(PUNCTURE), others.first()) {
        (false, _) => Verdict::Fails,
        (true, None) => Verdict::Holds,
        (true, Some(other)) => Verdict::NotDecided(format!("the exponent may be {other} as well")),
    }
}

/// The trend without its power. Retired: a rank correlation of the settings' medians of at most -0.8, for which there was no
/// reason.
///
/// # Errors
/// [`crate::Error::Column`] if a column is missing.
pub fn falling_claim(fit: &Table) -> Result<Claim> {
    let origin =
        Origin::expected("the least area falls as L grows, whatever the shape of the tear; 0 would be no trend");
    let statement = "the torn area of converged networks falls as the Lipschitz constant grows";
    of_exponent(fit, (origin, statement, "the exponent's 95 % interval lies below 0"), is_falling)
}

/// Whether an interval of the exponent is that of a falling law, is not, or does not tell.
fn is_falling([low, high]: [f64; 2]) -> Verdict {
    if high < 0.0 {
        Verdict::Holds
    } else if low > 0.0 {
        Verdict::Fails
    } else {
        Verdict::NotDecided("the exponent may be 0".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_power_law_nothing_is_decided() {
        let torn = |area: f64| vec![[1.0 + area, area]; 5];
        for settings in [vec![torn(0.1), torn(0.2)], vec![torn(0.0), torn(0.1), torn(0.2)]] {
            let fit = fit(&settings).unwrap();
            assert!(fit.numbers("exponent").unwrap().is_empty());
            for claim in [exponent_claim(&fit).unwrap(), falling_claim(&fit).unwrap()] {
                assert!(matches!(claim.verdict, Verdict::NotDecided(_)), "{claim:?}");
            }
        }
    }

    #[test]
    fn an_exponent_is_decided_where_its_interval_tells_it_from_the_alternatives() {
        assert_eq!(is_puncture([-2.2, -1.8]), Verdict::Holds);
        assert_eq!(is_puncture([-2.2, -2.1]), Verdict::Fails);
        assert_eq!(is_puncture([-1.9, -0.5]), Verdict::Fails);
        assert_eq!([is_falling([-0.5, -0.1]), is_falling([0.1, 0.5])], [Verdict::Holds, Verdict::Fails]);
        assert_eq!(is_falling([-0.5, 0.1]), Verdict::NotDecided("the exponent may be 0".to_owned()));
        assert_eq!(is_puncture([-2.5, -0.9]), Verdict::NotDecided("the exponent may be -1 as well".to_owned()));
    }
}
