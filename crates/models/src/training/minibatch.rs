//! The order of the training samples: for each member and epoch its own permutation.

use tch::{Device, Kind, Tensor};

/// Row numbers of every minibatch of one epoch.
#[derive(Debug)]
pub struct Epoch {
    /// `[members, batches * batch_size]`, i64, on the device of the samples.
    rows: Tensor,
    batch_size: i64,
    /// Number of whole minibatches.
    pub batches: i64,
}

impl Epoch {
    /// The order of epoch `epoch`, from each member's seed and the epoch alone.
    pub fn new(seeds: &[u64], samples: i64, batch_size: i64, epoch: usize, device: Device) -> Self {
        let batches = samples / batch_size;
        let used = usize::try_from(batches * batch_size).unwrap_or(0);
        let mut rows: Vec<i64> = Vec::with_capacity(seeds.len() * used);
        for &seed in seeds {
            let mut generator = random::stream(seed, "minibatch order", epoch as u64);
            let order = random::permutation(usize::try_from(samples).unwrap_or(0), &mut generator);
            rows.extend(order.iter().take(used).map(|&row| i64::try_from(row).unwrap_or(0)));
        }
        let members = i64::try_from(seeds.len()).unwrap_or(0);
        Self { rows: Tensor::from_slice(&rows).view([members, -1]).to_device(device), batch_size, batches }
    }

    /// The same order among samples of each member's own, `samples` of them, one member's after the other's:
    /// `[members * samples, ...]`.
    #[must_use]
    pub fn among_own(mut self, samples: i64) -> Self {
        let first_rows = Tensor::arange(self.rows.size()[0], (Kind::Int64, self.rows.device())) * samples;
        self.rows = &self.rows + first_rows.unsqueeze(1);
        self
    }

    /// Minibatch `batch` of `samples` `[n, ...]`: `[members, batch_size, ...]`.
    pub fn minibatch(&self, samples: &Tensor, batch: i64) -> Tensor {
        let rows = self.rows.narrow(1, batch * self.batch_size, self.batch_size);
        let members = rows.size()[0];
        let shape = [&[members, self.batch_size], &samples.size()[1..]].concat();
        samples.index_select(0, &rows.reshape([-1])).view(shape.as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_epoch_shows_each_sample_at_most_once_and_drops_only_the_rest() {
        let samples = Tensor::arange(10, (Kind::Float, Device::Cpu)).view([10, 1]);
        let epoch = Epoch::new(&[3, 4], 10, 3, 1, Device::Cpu);
        assert_eq!(epoch.batches, 3);
        let mut seen: Vec<i64> = (0..3)
            .flat_map(|batch| crate::numbers::to_f32(&epoch.minibatch(&samples, batch).get(1)))
            .map(|value| value as i64)
            .collect();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 9);
    }

    #[test]
    fn own_samples_come_in_the_order_of_shared_ones_from_the_members_own_part() {
        let samples = Tensor::arange(20, (Kind::Float, Device::Cpu)).view([20, 1]);
        let shared = Epoch::new(&[3, 4], 10, 3, 1, Device::Cpu);
        let own = Epoch::new(&[3, 4], 10, 3, 1, Device::Cpu).among_own(10);
        for batch in 0..3 {
            let [shared, own] = [&shared, &own].map(|epoch| crate::numbers::to_f32(&epoch.minibatch(&samples, batch)));
            assert_eq!(own[..3], shared[..3]);
            let moved: Vec<f32> = shared[3..].iter().map(|row| row + 10.0).collect();
            assert_eq!(own[3..], moved);
        }
    }

    #[test]
    fn an_epochs_order_is_its_own_and_known_without_the_ones_before() {
        let order = |seed, epoch| {
            Vec::<i64>::try_from(&Epoch::new(&[seed], 50, 10, epoch, Device::Cpu).rows.view([-1])).unwrap()
        };
        assert_eq!(order(1, 7), order(1, 7));
        assert_ne!(order(1, 7), order(1, 8));
        assert_ne!(order(1, 7), order(2, 7));
    }
}
