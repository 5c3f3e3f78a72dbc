//! The two tori of fig14, and the tear of a network on one of them.
//!
//! *Bound.* Let M be a closed surface with reach τ, and let an autoencoder with d_l = 2 reconstruct every point within
//! less than τ. Going along the straight line to its reconstruction and on to the nearest point of M, each point could
//! be moved back continuously, so that the identity of M would factor, up to homotopy, through an open set of the
//! plane; such a set has no second homology (mod 2), and M has. Hence |x - x'| >= τ somewhere.

use datasets::torus::{embedded_grid, flat_grid};
use metrics::{Grid, torn_regions};
use ndarray::Array2;
use tch::Tensor;

use super::retraction::{onto_flat_torus, onto_torus};
use crate::Result;
use crate::config::Manifold;

/// A torus.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Torus {
    /// About the z axis in R³.
    Embedded {
        /// Radius of the circle that the tube's centre runs along.
        major: f64,
        /// Radius of the tube.
        minor: f64,
    },
    /// In R⁴, both radii 1.
    Flat,
}

/// Where the reconstructions of one network are far off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tear {
    /// Share of the grid of angles that is torn, 0 to 1.
    pub fraction: f64,
    /// Whether a torn region goes round the tube, through all θ.
    pub round_tube: bool,
    /// Whether a torn region goes round the axis, through all φ.
    pub round_axis: bool,
}

impl Torus {
    /// The torus that is this manifold, if it is one.
    pub fn of(manifold: &Manifold) -> Option<Self> {
        match *manifold {
            Manifold::Torus { major, minor } => Some(Self::Embedded { major, minor }),
            Manifold::FlatTorus => Some(Self::Flat),
            _ => None,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Embedded { .. } => "torus in R³",
            Self::Flat => "flat torus in R⁴",
        }
    }

    /// Numbers in one point.
    pub fn features(self) -> f64 {
        match self {
            Self::Embedded { .. } => 3.0,
            Self::Flat => 4.0,
        }
    }

    /// The reach: within less than this distance every point has one nearest point of the torus. The embedded one's is
    /// the tube's radius, or that of the hole in the middle; the flat one's that of its circles.
    pub fn reach(self) -> f64 {
        match self {
            Self::Embedded { major, minor } => minor.min(major - minor),
            Self::Flat => 1.0,
        }
    }

    /// The largest loss (mean squared error) of any continuous autoencoder with d_l = 2 is at least this.
    pub fn bound(self) -> f64 {
        self.reach().powi(2) / self.features()
    }

    /// A point is torn if its loss is larger: it is reconstructed farther off than half the reach.
    pub fn torn(self) -> f64 {
        0.25 * self.bound()
    }

    /// `side` angles θ by `side` angles φ, as in [`datasets::torus`].
    ///
    /// # Errors
    /// [`crate::Error::Data`] for no angles.
    pub fn grid(self, side: usize) -> Result<Array2<f64>> {
        Ok(match self {
            Self::Embedded { major, minor } => embedded_grid(side, side, major, minor)?,
            Self::Flat => flat_grid(side, side)?,
        })
    }

    /// Points `[..., features]` brought back onto the torus.
    pub fn retract(self, x: &Tensor) -> Tensor {
        match self {
            Self::Embedded { major, minor } => onto_torus(x, major, minor),
            Self::Flat => onto_flat_torus(x),
        }
    }

    /// The tear of a network with these losses on [`Self::grid`].
    ///
    /// # Errors
    /// [`crate::Error::Metric`] if a loss is not finite or one is missing.
    pub fn tear(self, losses: &[f64], side: usize) -> Result<Tear> {
        let grid = Grid { rows: side, columns: side, wrap_rows: true, wrap_columns: true, poles: false };
        let patches = torn_regions(losses, grid, self.torn())?;
        Ok(Tear {
            // A sum of nothing would be -0.
            fraction: patches.iter().fold(0.0, |sum, patch| sum + patch.fraction),
            round_tube: patches.iter().any(|patch| patch.wraps_rows),
            round_axis: patches.iter().any(|patch| patch.wraps_columns),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMBEDDED: Torus = Torus::Embedded { major: 1.0, minor: 0.4 };

    #[test]
    fn bounds_are_the_squared_reach_over_the_components() {
        assert!((EMBEDDED.bound() - 0.16 / 3.0).abs() < 1e-15);
        assert_eq!(Torus::Flat.bound(), 0.25);
        // A fat tube: the hole in the middle is narrower.
        assert!((Torus::Embedded { major: 1.0, minor: 0.75 }.reach() - 0.25).abs() < 1e-15);
    }

    #[test]
    fn a_point_half_the_reach_off_is_at_the_edge_of_the_tear() {
        assert!((EMBEDDED.torn() - 0.2f64.powi(2) / 3.0).abs() < 1e-15);
        assert!((Torus::Flat.torn() - 0.5f64.powi(2) / 4.0).abs() < 1e-15);
    }

    #[test]
    fn rows_go_round_the_tube_and_columns_round_the_axis() {
        // θ runs over rows, φ over columns: a torn column is a cut through all θ.
        let column = [0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0];
        let tear = Torus::Flat.tear(&column, 3).unwrap();
        assert!((tear.fraction - 1.0 / 3.0).abs() < 1e-15 && tear.round_tube && !tear.round_axis, "{tear:?}");
        let row = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0];
        let tear = Torus::Flat.tear(&row, 3).unwrap();
        assert!(!tear.round_tube && tear.round_axis, "{tear:?}");
        let none = Torus::Flat.tear(&[0.0; 9], 3).unwrap().fraction;
        assert!(none == 0.0 && none.is_sign_positive());
    }
}
