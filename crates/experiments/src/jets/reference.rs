//! A second sample to test on: jets of the top tagging reference data, where they have been fetched.
//!
//! What holds for generated jets need not hold for those that the paper speaks of. Where both are there both are shown, and a
//! claim about the paper is decided on reference jets if there are enough of them.

use super::Direction;
use super::performance::{by_seed, quote};
use super::taggers::jets_of;
use crate::config::{Experiment, JetFiles, Variant};
use crate::run::TestJets;
use crate::tables::Tables;
use crate::{Project, Result, samples};

/// What is added to a tagger's name in the tables where it is tested on reference jets.
pub(super) const REFERENCE: &str = ", reference jets";
/// Jets of each class that decide a claim.
pub const ENOUGH: f64 = 1000.0;
/// Jets of each class that are tested at most, so that ten setups are tested in a minute.
const MOST: usize = 5000;

/// The reference jets as a variant shows them; none if they have not been fetched or are tested on anyway.
///
/// # Errors
/// As [`TestJets::open`].
pub fn reference_jets(experiment: &Experiment, variant: &Variant, project: &Project) -> Result<Option<TestJets>> {
    let Some(path) = samples::reference_file(experiment, project) else { return Ok(None) };
    let files = JetFiles { test_file: path, test_table: None, test: None, ..jets_of(variant)?.clone() };
    let mut jets = TestJets::open(&files, project)?;
    let most = jets_of(variant)?.test.unwrap_or(MOST).min(MOST);
    jets.rows.iter_mut().for_each(|rows| rows.truncate(most));
    Ok(Some(jets))
}

/// The name in the tables of a tagger that is tested on reference jets.
pub fn on_reference(tagger: &str) -> String {
    format!("{tagger}{REFERENCE}")
}

/// The AUC of each seed that decides a claim, and how it is quoted: on reference jets if there are enough, beside those on
/// the sample that the experiment names.
#[derive(Debug, Clone, PartialEq)]
pub struct Deciding {
    /// AUC of each seed.
    pub aucs: Vec<f64>,
    /// Mean and spread, of both samples where there are two.
    pub text: String,
}

/// AUCs of a tagger in one direction, on the sample that decides.
///
/// # Errors
/// [`crate::Error::Column`] if the tables lack the tagger.
pub fn deciding(tables: &Tables, tagger: &str, direction: Direction) -> Result<Deciding> {
    let of = |column: &str, name: &str| by_seed(tables, column, name, direction);
    let (own, reference) = (of("auc", tagger)?, of("auc", &on_reference(tagger))?);
    let jets = of("background_jets", &on_reference(tagger))?.into_iter().fold(f64::INFINITY, f64::min);
    let reference = (!reference.is_empty()).then_some((reference, jets));
    let (aucs, text) = decide(own, reference, &|aucs| quote(aucs))?;
    Ok(Deciding { aucs, text })
}

/// What decides a claim, measured on the sample that the experiment names or on so many reference jets of a class if there
/// are enough; and both of them in words.
///
/// # Errors
/// Those of `words`.
pub fn decide<T>(own: T, reference: Option<(T, f64)>, words: &dyn Fn(&T) -> Result<String>) -> Result<(T, String)> {
    let own_text = words(&own)?;
    let Some((reference, jets)) = reference else { return Ok((own, own_text)) };
    let reference_text = words(&reference)?;
    Ok(if jets >= ENOUGH {
        (reference, format!("reference jets {reference_text}; generated {own_text}"))
    } else {
        (own, format!("{own_text}; on {jets} reference jets a class {reference_text}"))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::tables::Table;

    fn tables(reference: &[(f64, f64)]) -> Tables {
        let (mut taggers, mut aucs, mut jets) = (vec!["a".to_owned(); 2], vec![0.7, 0.8], vec![4000.0; 2]);
        for &(auc, count) in reference {
            taggers.push(on_reference("a"));
            aucs.push(auc);
            jets.push(count);
        }
        let directions = vec!["direct"; taggers.len()];
        Tables::new([Table::new("by_seed")
            .with_texts("tagger", taggers)
            .with_texts("direction", directions)
            .with("auc", aucs)
            .with("background_jets", jets)])
    }

    #[test]
    fn enough_reference_jets_decide_and_too_few_are_only_quoted() {
        let of = |reference: &[(f64, f64)]| deciding(&tables(reference), "a", Direction::Direct).unwrap();
        assert_eq!(of(&[]), Deciding { aucs: vec![0.7, 0.8], text: "0.750 ± 0.071".to_owned() });
        let few = of(&[(0.9, 749.0), (0.9, 749.0)]);
        assert_eq!(few.aucs, [0.7, 0.8]);
        assert!(few.text.contains("749 reference jets") && few.text.contains("0.900"), "{}", few.text);
        let enough = of(&[(0.9, 2000.0), (0.9, 2000.0)]);
        assert_eq!(enough.aucs, [0.9, 0.9]);
        assert!(enough.text.contains("generated 0.750"), "{}", enough.text);
    }
}
