//! Principal components of training images, and how many of them a share of the variance takes.

use models::pca::Pca;

use crate::config::JetFiles;
use crate::run::TrainedOn;
use crate::{Project, Result, samples};

/// Mean and principal components of training images, each image a vector of its pixels.
///
/// # Errors
/// [`crate::Error::Data`] if the jets cannot be read, [`crate::Error::Model`] if they hold NaN.
pub fn principal_components(files: &JetFiles, trained_on: TrainedOn, project: &Project) -> Result<Pca> {
    let [training, _] = samples::training_images(files, trained_on, project)?;
    Ok(Pca::fit(&training.flatten(1, -1))?)
}

/// Share of the variance that the first 1, 2, ... components explain.
pub fn explained_variance(variances: &[f64]) -> Vec<f64> {
    let all: f64 = variances.iter().sum();
    let mut explained = 0.0;
    variances
        .iter()
        .map(|variance| {
            explained += variance;
            explained / all.max(f64::MIN_POSITIVE)
        })
        .collect()
}

/// The least number of components that explain at least `share` of the variance; all of them if rounding leaves none.
pub fn components_for(share: f64, explained: &[f64]) -> usize {
    explained.iter().position(|&explained| explained >= share).map_or(explained.len(), |place| place + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_and_the_first_that_suffices_counts() {
        let explained = explained_variance(&[4.0, 2.0, 1.0, 1.0]);
        assert_eq!(explained, [0.5, 0.75, 0.875, 1.0]);
        let needed = [0.4, 0.5, 0.51, 0.75, 0.9, 1.0].map(|share| components_for(share, &explained));
        assert_eq!(needed, [1, 1, 2, 2, 4, 4]);
        assert_eq!(components_for(0.9, &[0.5, 0.8]), 2);
    }

    #[test]
    fn images_that_are_all_the_same_have_nothing_to_explain() {
        assert_eq!(explained_variance(&[0.0, 0.0]), [0.0, 0.0]);
    }
}
