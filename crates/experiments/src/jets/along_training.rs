//! The points in time of a figure that follows the training: its snapshots and its end.

use crate::config::Experiment;
use crate::{Error, Result};

/// A point in time of a training.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stage {
    /// Epochs trained so far.
    pub epoch: usize,
    /// The snapshot that holds the weights; none at the end, whose weights are the run's own.
    pub snapshot: Option<usize>,
}

/// The snapshots of the first variant in order, then the end of its training.
///
/// # Errors
/// [`Error::Setting`] if there is no snapshot before the end, or no `[model]`.
pub fn stages(experiment: &Experiment) -> Result<Vec<Stage>> {
    let learning = experiment.learning()?;
    let stages = with_end(&learning.snapshots, learning.epochs);
    if stages.len() < 2 {
        let allowed = format!("this figure needs one before the end: give epochs below {}", learning.epochs);
        return Err(Error::setting("train.snapshots", format!("{:?}", learning.snapshots), &allowed));
    }
    Ok(stages)
}

fn with_end(snapshots: &[usize], epochs: usize) -> Vec<Stage> {
    let before = snapshots.iter().filter(|&&epoch| epoch < epochs);
    let before = before.map(|&epoch| Stage { epoch, snapshot: Some(epoch) });
    before.chain([Stage { epoch: epochs, snapshot: None }]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_comes_once_and_last() {
        let epochs = |snapshots: &[usize]| -> Vec<(usize, Option<usize>)> {
            with_end(snapshots, 6).into_iter().map(|stage| (stage.epoch, stage.snapshot)).collect()
        };
        assert_eq!(epochs(&[0, 3]), [(0, Some(0)), (3, Some(3)), (6, None)]);
        assert_eq!(epochs(&[1, 6]), [(1, Some(1)), (6, None)]);
        assert_eq!(epochs(&[]), [(6, None)]);
    }
}
