//! The snapshots of a figure that follows the training from its start to its end.

use crate::config::Experiment;
use crate::{Error, Result};

/// The epochs of the snapshots, rising; the start and the end of the training are among them.
///
/// # Errors
/// [`Error::Setting`] if they are not, or there is no `[model]`.
pub fn epochs(experiment: &Experiment) -> Result<&[usize]> {
    let learning = experiment.learning()?;
    match learning.snapshots.as_slice() {
        epochs @ [0, .., last] if *last == learning.epochs => Ok(epochs),
        other => {
            let allowed = format!("this figure needs the start and the end, 0 and {}, among them", learning.epochs);
            Err(Error::setting("train.snapshots", format!("{other:?}"), &allowed))
        }
    }
}

/// Which of `count` snapshots, at least one, are drawn: the first, the last, and evenly between, `most` in all, at
/// least two.
pub fn shown(count: usize, most: usize) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..most).map(|index| index * (count - 1) / (most - 1)).collect();
    rows.dedup();
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_snapshots_shown_run_from_the_first_to_the_last() {
        assert_eq!(shown(9, 4), [0, 2, 5, 8]);
        assert_eq!(shown(2, 4), [0, 1]);
    }
}
