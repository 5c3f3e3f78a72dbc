//! Which weights a training keeps, member by member, by the validation loss alone.

use tch::Tensor;

use super::Stopping;
use super::checkpoint::Point;

/// The lowest validation loss of each member so far, and the weights it had then.
#[derive(Debug)]
pub struct Selection {
    stopping: Stopping,
    /// Lowest validation loss of each member.
    pub lowest: Vec<f64>,
    /// The epoch of that loss, from 1; 0 before the first validation.
    pub epoch: Vec<usize>,
    /// Members whose patience has ended; their weights are settled.
    pub ended: Vec<bool>,
    /// Weights at those epochs, `[members, weights]`; none with a fixed length.
    pub weights: Option<Tensor>,
}

impl Selection {
    /// Before the first epoch.
    pub fn new(stopping: Stopping, weights: &Tensor) -> Self {
        let members = usize::try_from(weights.size()[0]).unwrap_or(0);
        Self {
            stopping,
            lowest: vec![f64::INFINITY; members],
            epoch: vec![0; members],
            ended: vec![false; members],
            weights: matches!(stopping, Stopping::Early { .. }).then(|| weights.detach().copy()),
        }
    }

    /// Takes the validation losses after `epoch`; true when no member goes on.
    pub fn validated(&mut self, epoch: usize, losses: &[f64], weights: &Tensor) -> bool {
        for (member, &loss) in losses.iter().enumerate() {
            if self.ended[member] {
                continue;
            }
            if loss < self.lowest[member] {
                self.lowest[member] = loss;
                self.epoch[member] = epoch;
                self.keep(member, weights);
            }
            if let Stopping::Early { patience } = self.stopping {
                self.ended[member] = epoch - self.epoch[member] >= patience;
            }
        }
        self.ended.iter().all(|&ended| ended)
    }

    /// Goes on from a stored point.
    pub fn restore(&mut self, point: &Point, kept: Option<Tensor>) {
        self.lowest = point.lowest.iter().map(|loss| loss.unwrap_or(f64::INFINITY)).collect();
        self.epoch.clone_from(&point.kept_epoch);
        self.ended.clone_from(&point.ended);
        self.weights = kept.or(self.weights.take());
    }

    fn keep(&mut self, member: usize, weights: &Tensor) {
        if let Some(kept) = &self.weights {
            let row = i64::try_from(member).unwrap_or(0);
            tch::no_grad(|| kept.get(row).copy_(&weights.get(row)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numbers::to_f32;

    #[test]
    fn each_member_keeps_the_weights_of_its_own_lowest_loss() {
        let weights = |a: f32, b: f32| Tensor::from_slice(&[a, b]).view([2, 1]);
        let mut selection = Selection::new(Stopping::Early { patience: 2 }, &weights(0.0, 0.0));
        assert!(!selection.validated(1, &[1.0, 1.0], &weights(1.0, 1.0)));
        assert!(!selection.validated(2, &[2.0, 0.5], &weights(2.0, 2.0)));
        assert!(!selection.validated(3, &[2.0, 0.6], &weights(3.0, 3.0)));
        // The first member ended at epoch 3: a lower loss afterwards is not its own any more.
        assert!(selection.validated(4, &[0.1, 0.7], &weights(4.0, 4.0)));
        assert_eq!(selection.epoch, [1, 2]);
        assert_eq!(to_f32(&selection.weights.unwrap()), [1.0, 2.0]);
    }

    #[test]
    fn a_fixed_length_never_ends_early() {
        let weights = Tensor::from_slice(&[0.0f32]).view([1, 1]);
        let mut selection = Selection::new(Stopping::FixedLength, &weights);
        assert!((1..100).all(|epoch| !selection.validated(epoch, &[epoch as f64], &weights)));
        assert!(selection.weights.is_none());
    }
}
