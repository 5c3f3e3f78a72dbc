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
const REFERENCE: &str = ", reference jets";
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
    let files = JetFiles { test_file: path, test: None, ..jets_of(variant)?.clone() };
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
    let own = by_seed(tables, "auc", tagger, direction)?;
    let reference = by_seed(tables, "auc", &on_reference(tagger), direction)?;
    if reference.is_empty() {
        return Ok(Deciding { text: quote(&own)?, aucs: own });
    }
    let jets = by_seed(tables, "background_jets", &on_reference(tagger), direction)?;
    let enough = jets.iter().all(|&jets| jets >= ENOUGH);
    let [own_text, reference_text] = [quote(&own)?, quote(&reference)?];
    Ok(if enough {
        Deciding { text: format!("reference jets {reference_text}; generated {own_text}"), aucs: reference }
    } else {
        let count = jets.first().copied().unwrap_or(0.0);
        Deciding { text: format!("{own_text}; on {count} reference jets a class {reference_text}"), aucs: own }
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
