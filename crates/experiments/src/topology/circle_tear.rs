//! The tear of the circle in one latent dimension: where a network cuts it open, and how widely.

use std::f64::consts::{PI, TAU};

use crate::Result;
use crate::plot::{Colour, Dash, Line};

/// The largest loss of any continuous autoencoder with d_l = 1 is at least this (Borsuk-Ulam: a squared error of 1, as
/// a mean over the two components).
pub const BOUND: f64 = 0.5;
/// A point of the circle is torn if its loss is larger.
pub const TORN: f64 = 0.1;

/// The longest torn arc of one network; angles in radians.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tear {
    /// Number of torn arcs.
    pub arcs: usize,
    /// Middle of the longest, in [0, 2π).
    pub centre: f64,
    /// Angle that it covers, in [0, 2π]; 0 where nothing is torn.
    pub width: f64,
    /// Angle that all torn arcs cover together, in [0, 2π].
    pub torn: f64,
}

/// The tear of the losses at evenly spaced angles from 0 on, `[n]`.
///
/// Where nothing is torn, it has no width, and its centre is the point of the largest loss.
///
/// # Errors
/// [`crate::Error::Metric`] for no losses, or one that is not finite.
pub fn tear(losses: &[f64]) -> Result<Tear> {
    let step = TAU / losses.len() as f64;
    let arcs = metrics::torn_arcs(losses, TORN)?;
    let torn = step * arcs.iter().map(|arc| arc.length).sum::<usize>() as f64;
    Ok(match arcs.first() {
        Some(arc) => Tear { arcs: arcs.len(), centre: step * arc.centre, width: step * arc.length as f64, torn },
        None => Tear { arcs: 0, centre: step * largest(losses) as f64, width: 0.0, torn },
    })
}

/// Index of the largest of `losses`, the last of equal ones; 0 of none.
pub fn largest(losses: &[f64]) -> usize {
    losses.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(index, _)| index)
}

/// Distance of two angles along the circle, 0 to π.
pub fn distance(a: f64, b: f64) -> f64 {
    let difference = (a - b).rem_euclid(TAU);
    if difference > PI { TAU - difference } else { difference }
}

/// The theorem's line, from one horizontal value to another.
pub fn bound(from: f64, to: f64) -> Line {
    let label = "Borsuk–Ulam: the largest loss is ≥ 1/2";
    Line::new(&[from, to], &[BOUND, BOUND]).colour(Colour::BLACK).dash(Dash::Dashed).width(0.8).label(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_of_angles_goes_the_short_way() {
        assert!((distance(0.1, TAU - 0.1) - 0.2).abs() < 1e-12);
        assert!((distance(PI, 0.0) - PI).abs() < 1e-12);
    }

    #[test]
    fn the_tear_is_the_longest_arc_also_across_the_seam() {
        let found = tear(&[0.5, 0.0, 0.0, 0.2, 0.0, 0.0, 0.0, 1.5]).unwrap();
        assert_eq!(found.arcs, 2);
        assert!((found.centre - 7.5 * TAU / 8.0).abs() < 1e-12);
        assert!((found.width - TAU / 4.0).abs() < 1e-12 && (found.torn - 3.0 * TAU / 8.0).abs() < 1e-12);
    }

    #[test]
    fn a_circle_that_is_not_torn_has_a_tear_without_width_at_its_largest_loss() {
        let found = tear(&[0.0, 0.01, 0.05, 0.0]).unwrap();
        assert_eq!(found, Tear { arcs: 0, centre: PI, width: 0.0, torn: 0.0 });
    }
}
