//! The trained members of one variant, and what a figure asks of them.
//!
//! Points go in as arrays `[n, features]`, one number or array comes out for each member; no tensor leaves.

use models::ascent::largest_by_ascent;
use models::evaluation::{evaluate, shared_by_members};
use models::jacobian;
use models::network::Autoencoder;
use models::numbers::{to_f32, to_f64};
use models::opposite;
use ndarray::Array2;
use tch::{Device, Tensor};

use crate::Result;
use crate::run::TrainedRun;
use crate::samples::tensor;

/// Points whose Jacobians are in memory at once.
const CHUNK: i64 = 1000;
/// Power iterations of a Lipschitz constant.
const ITERATIONS: usize = 30;
/// Steps of the search for a point that is reconstructed opposite to itself.
const SEARCH: usize = 60;

/// The members of one variant, one a seed, in the order of the seeds.
pub struct Ensemble<'a> {
    runs: &'a [TrainedRun],
    networks: Vec<Box<dyn Autoencoder>>,
    seeds: usize,
}

/// What one member makes of a set of points.
#[derive(Debug, Clone)]
pub struct Member {
    /// Mean squared error of each point.
    pub losses: Vec<f64>,
    /// Latent coordinates `[n, d_l]` (with heads, the coordinates that the decoder sees).
    pub latent: Array2<f64>,
    /// Reconstructed points `[n, features]`.
    pub reconstructions: Array2<f64>,
}

/// The training of one member, where it was validated.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Epochs, from 1.
    pub epochs: Vec<f64>,
    /// Mean loss over the epoch's minibatches, while the weights moved.
    pub training: Vec<f64>,
    /// Mean loss over the validation points after the epoch.
    pub validation: Vec<f64>,
}

impl<'a> Ensemble<'a> {
    /// The first `seeds` members of `runs`, with the weights at the end of their training.
    ///
    /// # Errors
    /// [`crate::Error::Model`] if a checkpoint is damaged.
    pub fn open(runs: &'a [TrainedRun], seeds: usize, device: Device) -> Result<Self> {
        let networks = runs.iter().map(|run| run.network(device)).collect::<Result<Vec<_>>>()?;
        Ok(Self { runs, networks, seeds })
    }

    /// The same members as they were after `epoch` epochs, one of the training's snapshots.
    ///
    /// # Errors
    /// [`crate::Error::Model`] if there is no such snapshot or it is damaged.
    pub fn at_epoch(&self, epoch: usize) -> Result<Self> {
        let device = self.device();
        let networks = self.runs.iter().map(|run| run.network_after(epoch, device)).collect::<Result<Vec<_>>>()?;
        Ok(Self { runs: self.runs, networks, seeds: self.seeds })
    }

    /// Number of members.
    pub fn seeds(&self) -> usize {
        self.seeds
    }

    fn device(&self) -> Device {
        self.networks.first().map_or(Device::Cpu, |network| network.parameters().device())
    }

    /// Mean squared error of each member at `points`, `[n, features]`: n numbers a member.
    pub fn losses(&self, points: &Array2<f64>) -> Vec<Vec<f64>> {
        let points = tensor(points);
        self.each(|network| {
            let losses = evaluate(network, &points, false).losses;
            losses.into_iter().map(|row| row.into_iter().map(f64::from).collect()).collect()
        })
    }

    /// Losses, latent coordinates and reconstructions of `points`, `[n, features]`, for each member.
    pub fn members(&self, points: &Array2<f64>) -> Vec<Member> {
        let (n, points) = (points.nrows(), tensor(points));
        self.each(|network| {
            let found = evaluate(network, &points, true);
            let parts = found.losses.into_iter().zip(found.latent).zip(found.reconstructions);
            parts
                .map(|((losses, latent), reconstructions)| Member {
                    losses: losses.into_iter().map(f64::from).collect(),
                    latent: array(n, &latent),
                    reconstructions: array(n, &reconstructions),
                })
                .collect()
        })
    }

    /// What each member's decoder makes of the latent points of that member, `[n, d_l]`, one array a member.
    pub fn decoded(&self, latent: &[Array2<f64>]) -> Vec<Array2<f64>> {
        let mut first = 0;
        self.each(|network| {
            let members = network.members();
            let z = own(latent, first, members).to_device(network.parameters().device());
            first += members as usize;
            let points = tch::no_grad(|| network.decode(&z));
            (0..members).map(|member| array(z.size()[1] as usize, &to_f32(&points.get(member)))).collect()
        })
    }

    /// The largest singular value of the Jacobian of decoder after encoder at `points`, `[n, features]`: n numbers a
    /// member. Its largest value over a dense grid estimates the Lipschitz constant, from below.
    pub fn stretching(&self, points: &Array2<f64>) -> Vec<Vec<f64>> {
        let points = tensor(points);
        self.each(|network| stretching(network, &shared_by_members(&points, network.members())))
    }

    /// The same at points of each member's own, `[n, features]`, one array a member; such as those in its tear.
    pub fn stretching_at(&self, points: &[Array2<f64>]) -> Vec<Vec<f64>> {
        let mut first = 0;
        self.each(|network| {
            let x = own(points, first, network.members());
            first += network.members() as usize;
            stretching(network, &x)
        })
    }

    /// The largest loss that each member has on a manifold, and where: gradient ascent from the `keep` worst points of a
    /// dense `grid`, `[n, features]`; `retraction` brings points back onto the manifold.
    pub fn largest_loss(
        &self,
        grid: &Array2<f64>,
        keep: i64,
        retraction: &dyn Fn(&Tensor) -> Tensor,
    ) -> Vec<(f64, Vec<f64>)> {
        let grid = tensor(grid);
        self.each(|network| largest_by_ascent(network, &grid, keep, retraction, 100, 1e-3))
    }

    /// Points of the unit sphere that each member reconstructs opposite to themselves, x' = -t x with t >= 0, as nearly as
    /// they were found from the `keep` points of a dense `grid`, `[n, features]`, that come nearest to it: the points and
    /// their reconstructions, `[keep, features]`.
    pub fn opposites(&self, grid: &Array2<f64>, keep: i64) -> Vec<[Array2<f64>; 2]> {
        let grid = tensor(grid);
        self.each(|network| {
            let (points, reconstructions) = opposite::opposites(network, &grid, keep, SEARCH);
            let found = points.size()[1] as usize;
            let of = |tensor: &Tensor, member| array(found, &to_f32(&tensor.get(member)));
            (0..network.members()).map(|member| [of(&points, member), of(&reconstructions, member)]).collect()
        })
    }

    /// The training of each member.
    ///
    /// # Errors
    /// [`crate::Error::Model`] if a log cannot be read.
    pub fn histories(&self) -> Result<Vec<History>> {
        let mut histories = Vec::new();
        for run in self.runs {
            let rows = run.metrics()?;
            let validated: Vec<_> = rows.iter().filter(|row| !row.validation_loss.is_empty()).collect();
            histories.extend((0..run.spec.seeds.len()).map(|member| History {
                epochs: validated.iter().map(|row| row.epoch as f64).collect(),
                training: validated.iter().map(|row| row.training_loss[member]).collect(),
                validation: validated.iter().map(|row| row.validation_loss[member]).collect(),
            }));
        }
        histories.truncate(self.seeds);
        Ok(histories)
    }

    /// `of` each network's members, one after the other, up to the number of seeds.
    fn each<T>(&self, mut of: impl FnMut(&dyn Autoencoder) -> Vec<T>) -> Vec<T> {
        let mut all: Vec<T> = self.networks.iter().flat_map(|network| of(network.as_ref())).collect();
        all.truncate(self.seeds);
        all
    }
}

/// The largest singular value of the Jacobian at `x`, `[members, n, features]`: n numbers a member.
fn stretching(network: &dyn Autoencoder, x: &Tensor) -> Vec<Vec<f64>> {
    let mut rows = vec![Vec::new(); network.members() as usize];
    for chunk in x.split(CHUNK, 1) {
        let values = jacobian::lipschitz(network, &chunk.to_device(network.parameters().device()), ITERATIONS);
        for (member, row) in rows.iter_mut().enumerate() {
            row.extend(to_f64(&values.get(member as i64)));
        }
    }
    rows
}

/// The points of `members` members from number `first` on, `[members, n, ...]`; a member that nobody asked for, because
/// its block is larger than the number of seeds, gets those of the last one.
fn own(points: &[Array2<f64>], first: usize, members: i64) -> Tensor {
    let of = |member: usize| tensor(&points[(first + member).min(points.len() - 1)]);
    Tensor::stack(&(0..members as usize).map(of).collect::<Vec<_>>(), 0)
}

/// `n` rows of numbers.
fn array(n: usize, numbers: &[f32]) -> Array2<f64> {
    let columns = numbers.len() / n.max(1);
    Array2::from_shape_fn((n, columns), |(row, column)| f64::from(numbers[row * columns + column]))
}
