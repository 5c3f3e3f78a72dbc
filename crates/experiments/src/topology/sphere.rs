//! The sphere S² in R³ with its cells of equal area, the theorem's bound, and what a tear looks like on it.
//!
//! A continuous encoder from S² to R² takes some pair of antipodes to one latent point (Borsuk-Ulam), so that one of
//! the two is reconstructed with a squared error of at least 1: as a mean over the three components, the largest loss
//! is at least 1/3.

use datasets::sphere;
use metrics::Grid;
use models::ascent::onto_sphere;
use ndarray::{Array2, ArrayView1, Axis};

use crate::config::{Experiment, Manifold};
use crate::figure::Ensemble;
use crate::{Error, Result};

/// The largest loss of any continuous autoencoder of S² with d_l = 2 is at least this.
pub const BOUND: f64 = 1.0 / 3.0;
/// A cell belongs to the tear if its loss is larger, which is a squared error of 0.15.
pub const TORN: f64 = 0.05;
/// Worst cells from which the largest loss is sought by gradient ascent.
const STARTS: i64 = 16;
/// At most about as many torn cells are compared in pairs, to find how far a tear extends.
const COMPARED: usize = 1000;

/// Checks that every variant learns S² in a flat latent space of this dimension, of which a figure speaks.
///
/// # Errors
/// [`Error::Setting`] if not.
pub fn check(experiment: &Experiment, latent: i64) -> Result<()> {
    experiment.on("the sphere S²", |manifold| matches!(manifold, Manifold::Sphere { dimension: 2 }))?;
    experiment.with_latent(&vec![latent; experiment.variants.len()])
}

/// Cells of equal area that cover S², row by row from the north pole on, twice as many in a row as there are rows.
pub struct Cells {
    rows: usize,
    /// Their centres, `[cells, 3]`.
    pub centres: Array2<f64>,
}

/// Where one network tears the sphere.
#[derive(Debug, Clone, PartialEq)]
pub struct Tear {
    /// Its share of the sphere's area, 0 to 1.
    pub share: f64,
    /// Connected regions that it has.
    pub regions: usize,
    /// The largest region's share of the tear, 0 to 1; 0 if nothing is torn.
    pub largest_region: f64,
    /// Connected regions that the rest of the sphere has.
    pub untorn_regions: usize,
    /// How far it extends: the largest angle between two of its cells, in radians, 0 to π.
    pub extent: f64,
}

impl Cells {
    /// As many cells as the experiment evaluates points: see [`Self::of`].
    ///
    /// # Errors
    /// [`Error::Setting`] if there are no points or fewer than 8.
    pub fn new(experiment: &Experiment) -> Result<Self> {
        Self::of(experiment.points()?)
    }

    /// About as many cells as `points`: the nearest 2 · rows² that is no larger.
    ///
    /// # Errors
    /// [`Error::Setting`] if they are fewer than 8.
    pub fn of(points: usize) -> Result<Self> {
        let rows = (points as f64 / 2.0).sqrt() as usize;
        if rows < 2 {
            return Err(Error::setting("evaluate.points", points, "the sphere needs at least 8 cells"));
        }
        Ok(Self { rows, centres: sphere::grid(rows, 2 * rows)? })
    }

    /// The tear of a network with these losses, one a cell.
    ///
    /// # Errors
    /// [`Error::Metric`] if a loss is not finite.
    pub fn tear(&self, losses: &[f64]) -> Result<Tear> {
        let grid = Grid { rows: self.rows, columns: 2 * self.rows, wrap_rows: false, wrap_columns: true, poles: true };
        let regions = metrics::torn_regions(losses, grid, TORN)?;
        let opposite: Vec<f64> = losses.iter().map(|loss| -loss).collect();
        let torn: Vec<usize> = (0..losses.len()).filter(|&cell| losses[cell] > TORN).collect();
        Ok(Tear {
            share: torn.len() as f64 / losses.len() as f64,
            regions: regions.len(),
            largest_region: regions.first().map_or(0.0, |region| region.cells as f64 / torn.len() as f64),
            untorn_regions: metrics::torn_regions(&opposite, grid, -TORN)?.len(),
            extent: self.extent(&torn),
        })
    }

    /// The centres of the `count` cells of largest loss, the worst first, `[count, 3]`; of all if there are fewer.
    pub fn worst(&self, losses: &[f64], count: usize) -> Array2<f64> {
        let mut order: Vec<usize> = (0..losses.len()).collect();
        order.sort_by(|&a, &b| losses[b].total_cmp(&losses[a]));
        order.truncate(count);
        self.centres.select(Axis(0), &order)
    }

    /// The largest angle between two of the `torn` cells; of many cells, only some are compared.
    fn extent(&self, torn: &[usize]) -> f64 {
        let compared: Vec<ArrayView1<f64>> =
            torn.iter().step_by(torn.len().div_ceil(COMPARED).max(1)).map(|&cell| self.centres.row(cell)).collect();
        let mut least = 1.0f64;
        for (index, one) in compared.iter().enumerate() {
            for other in &compared[..index] {
                least = least.min(one.dot(other));
            }
        }
        least.clamp(-1.0, 1.0).acos()
    }
}

impl Tear {
    /// How many times farther it extends than a disc of its area on the sphere; at least about 1, and 0 if nothing is
    /// torn.
    pub fn elongation(&self) -> f64 {
        if self.share > 0.0 { self.extent / disc_extent(self.share) } else { 0.0 }
    }
}

/// The angle in radians across a disc on the sphere with this share of its area, (1 - cos(angle/2)) / 2.
fn disc_extent(share: f64) -> f64 {
    2.0 * (1.0 - 2.0 * share).clamp(-1.0, 1.0).acos()
}

/// The largest loss of each member on S², and where: by gradient ascent from the worst of the `cells`.
pub fn largest_losses(ensemble: &Ensemble, cells: &Cells) -> Vec<(f64, Vec<f64>)> {
    ensemble.largest_loss(&cells.centres, STARTS, &onto_sphere)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_PI_2, PI};

    fn cells(rows: usize) -> Cells {
        Cells::of(2 * rows * rows).unwrap()
    }

    fn losses(cells: &Cells, torn: impl Fn(ArrayView1<f64>) -> bool) -> Vec<f64> {
        cells.centres.rows().into_iter().map(|point| if torn(point) { 1.0 } else { 0.0 }).collect()
    }

    #[test]
    fn a_cap_is_one_region_that_leaves_one() {
        let cells = cells(20);
        let tear = cells.tear(&losses(&cells, |point| point[2] > 0.8)).unwrap();
        // Rows are slices of equal height 0.1: two of twenty are above 0.8.
        assert_eq!((tear.share, tear.regions, tear.largest_region, tear.untorn_regions), (0.1, 1, 1.0, 1));
        // The cap's cells lie at cos θ = 0.95 and 0.85, the outer ones opposite each other.
        assert!((tear.extent - 2.0 * 0.85f64.acos()).abs() < 1e-12);
        assert!((tear.elongation() - 0.85f64.acos() / 0.8f64.acos()).abs() < 1e-12);
    }

    #[test]
    fn a_band_divides_the_rest_and_two_patches_are_two() {
        let cells = cells(20);
        let band = cells.tear(&losses(&cells, |point| point[2].abs() < 0.1)).unwrap();
        assert_eq!((band.regions, band.untorn_regions), (1, 2));
        assert!((band.extent - PI).abs() < 0.2);
        let caps = cells.tear(&losses(&cells, |point| point[2].abs() > 0.7)).unwrap();
        assert_eq!((caps.regions, caps.largest_region, caps.untorn_regions), (2, 0.5, 1));
    }

    #[test]
    fn an_untorn_sphere_has_no_tear() {
        let cells = cells(4);
        let tear = cells.tear(&[0.0; 32]).unwrap();
        let expected = Tear { share: 0.0, regions: 0, largest_region: 0.0, untorn_regions: 1, extent: 0.0 };
        assert_eq!((tear.elongation(), tear), (0.0, expected));
    }

    #[test]
    fn the_cells_are_no_more_than_the_points() {
        for (points, expected) in [(8, 8), (17, 8), (18, 18), (80_000, 80_000)] {
            assert_eq!(Cells::of(points).unwrap().centres.nrows(), expected);
        }
        assert!(Cells::of(7).is_err());
    }

    #[test]
    fn the_worst_cells_come_in_the_order_of_their_losses() {
        let cells = cells(2);
        let worst = cells.worst(&[0.0, 0.1, 0.5, 0.2, 0.0, 0.3, 0.0, 0.0], 3);
        assert_eq!(worst, cells.centres.select(Axis(0), &[2, 5, 3]));
        assert_eq!(cells.worst(&[0.0; 8], 100).nrows(), 8);
    }

    #[test]
    fn half_a_sphere_is_a_disc_a_half_turn_across() {
        assert!((disc_extent(0.5) - PI).abs() < 1e-12);
        assert!((disc_extent((1.0 - 0.5f64.sqrt()) / 2.0) - FRAC_PI_2).abs() < 1e-12);
    }
}
