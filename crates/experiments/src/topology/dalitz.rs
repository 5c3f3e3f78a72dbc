//! The Dalitz triangle of X -> Y Y Z, massless, √s = 1: which events lie where in it, before and after the autoencoder.
//!
//! The axes are s_YY = s_12 and s_YZ = s_23. s_ij = 1 - 2 E_k, so that each corner is where one particle is soft: the
//! light cone has its tip there, at which the events are no smooth surface.

use datasets::phase_space;
use ndarray::{Array2, Array3, s};

use crate::config::{Density, Inputs, Manifold, Variant};
use crate::plot::{Axis, Line};
use crate::{Error, Result};

/// The three invariant masses of a point of a region's definition: a corner begins where one of them is above this.
const CORNER: f64 = 0.8;
/// The centre is where all of them are above this.
const CENTRE: f64 = 0.2;
/// The edges are where one of them is below this, and none above [`CORNER`].
const EDGE: f64 = 0.05;
/// Ends of both axes of a plot, with room for reconstructed points outside of the triangle.
pub const WITH_ROOM: [f64; 2] = [-0.25, 1.25];

/// A region of the triangle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Region {
    /// All three masses are above 0.2.
    Centre,
    /// None of the others.
    Between,
    /// One mass is below 0.05, and none above 0.8.
    Edges,
    /// s_YY > 0.8, the corner (1, 0).
    SoftZ,
    /// s_YZ > 0.8, the corner (0, 1).
    SoftFirstY,
    /// The third mass is above 0.8, the corner (0, 0).
    SoftSecondY,
}

impl Region {
    /// Every region, from the centre outwards.
    pub const ALL: [Self; 6] =
        [Self::Centre, Self::Between, Self::Edges, Self::SoftZ, Self::SoftFirstY, Self::SoftSecondY];

    /// The region of a point inside of the triangle.
    pub fn of(s_yy: f64, s_yz: f64) -> Self {
        let third = 1.0 - s_yy - s_yz;
        let smallest = s_yy.min(s_yz).min(third);
        match (s_yy, s_yz) {
            (s_yy, _) if s_yy > CORNER => Self::SoftZ,
            (_, s_yz) if s_yz > CORNER => Self::SoftFirstY,
            _ if third > CORNER => Self::SoftSecondY,
            _ if smallest < EDGE => Self::Edges,
            _ if smallest > CENTRE => Self::Centre,
            _ => Self::Between,
        }
    }

    /// Whether it is one of the three corners.
    pub fn is_corner(self) -> bool {
        matches!(self, Self::SoftZ | Self::SoftFirstY | Self::SoftSecondY)
    }

    /// What tables call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Centre => "centre",
            Self::Between => "between",
            Self::Edges => "edges",
            Self::SoftZ => "soft Z",
            Self::SoftFirstY => "soft first Y",
            Self::SoftSecondY => "soft second Y",
        }
    }
}

/// Whether a data set is phase space of three massless particles.
pub fn is_three_body(manifold: &Manifold) -> bool {
    matches!(manifold, Manifold::PhaseSpace { masses, .. } if masses[..] == [0.0; 3])
}

/// Whether it is, sampled flat, and the network sees the four-vectors.
pub fn is_flat_three_body(manifold: &Manifold) -> bool {
    let seen = matches!(manifold, Manifold::PhaseSpace { density: Density::Flat, inputs: Inputs::FourVectors, .. });
    seen && is_three_body(manifold)
}

/// Density and inputs of a variant's training set.
///
/// # Errors
/// [`Error::Setting`] if it is not phase space.
pub fn seen(variant: &Variant) -> Result<(Density, Inputs)> {
    match variant.points()?.manifold {
        Manifold::PhaseSpace { density, inputs, .. } => Ok((density, inputs)),
        _ => Err(Error::setting("data.kind", "another data set", "this figure is about 3-body phase space")),
    }
}

/// A test set that is uniform on the triangle.
pub struct TestSet {
    /// Events of shape (n, 3, 4), turned at random.
    pub events: Array3<f64>,
    /// s_YY and s_YZ of each.
    pub masses: [Vec<f64>; 2],
    /// The region of each.
    pub regions: Vec<Region>,
}

/// `n` events, uniform on the triangle and in their orientation.
///
/// # Errors
/// [`crate::Error::Data`] for `n` = 0.
pub fn uniform_test_set(n: usize, seed: u64) -> Result<TestSet> {
    let mut generator = random::stream(seed, "uniform test set", 0);
    let points = phase_space::triangle_sample(n, &mut generator)?;
    let events = phase_space::from_dalitz(&points, &mut generator)?;
    let masses = [points.column(0).to_vec(), points.column(1).to_vec()];
    let regions = points.rows().into_iter().map(|point| Region::of(point[0], point[1])).collect();
    Ok(TestSet { events, masses, regions })
}

/// s_YY and s_YZ of rows that a network reads or writes, `[n, 12]` four-vectors or `[n, 9]` momenta. Momenta are put on
/// their mass shell; four-vectors stay as they are, so that a reconstructed mass may be negative.
pub fn invariant_masses(rows: &Array2<f64>, inputs: Inputs) -> [Vec<f64>; 2] {
    let components = rows.ncols() / 3;
    let mut events = Array3::zeros((rows.nrows(), 3, 4));
    for (row, mut event) in rows.rows().into_iter().zip(events.outer_iter_mut()) {
        for (index, number) in row.iter().enumerate() {
            event[[index / components, 4 - components + index % components]] = *number;
        }
        if inputs == Inputs::Momenta {
            for mut particle in event.rows_mut() {
                particle[0] = particle.slice(s![1..]).iter().map(|p| p * p).sum::<f64>().sqrt();
            }
        }
    }
    [phase_space::dalitz(&events, 0, 1), phase_space::dalitz(&events, 1, 2)]
}

/// Mean of the `values` of the points in regions that `belongs` takes; NaN if there are none.
pub fn mean_where(regions: &[Region], values: &[f64], belongs: impl Fn(Region) -> bool) -> f64 {
    metrics::mean(&values_where(regions, values, belongs)).unwrap_or(f64::NAN)
}

/// The `values` of the points in regions that `belongs` takes.
pub fn values_where(regions: &[Region], values: &[f64], belongs: impl Fn(Region) -> bool) -> Vec<f64> {
    regions.iter().zip(values).filter(|(region, _)| belongs(**region)).map(|(_, value)| *value).collect()
}

/// Natural logarithms of losses; a loss of 0 counts as the smallest number that is not.
pub fn logarithms(losses: &[f64]) -> Vec<f64> {
    losses.iter().map(|loss| loss.max(f64::MIN_POSITIVE).ln()).collect()
}

/// The axes s_YY and s_YZ, both from `low` to `high`.
pub fn axes([low, high]: [f64; 2]) -> [Axis; 2] {
    ["$s_{YY}$ ($M_X^2$)", "$s_{YZ}$ ($M_X^2$)"].map(|label| Axis::linear(label, low, high))
}

/// The triangle's boundary.
pub fn boundary() -> Line {
    Line::new(&[0.0, 1.0, 0.0, 0.0], &[0.0, 0.0, 1.0, 0.0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::arr2;

    #[test]
    fn each_corner_is_named_by_its_soft_particle() {
        assert_eq!(Region::of(0.95, 0.02), Region::SoftZ);
        assert_eq!(Region::of(0.02, 0.95), Region::SoftFirstY);
        assert_eq!(Region::of(0.01, 0.02), Region::SoftSecondY);
        assert_eq!(Region::of(1.0 / 3.0, 1.0 / 3.0), Region::Centre);
        assert_eq!(Region::of(0.5, 0.01), Region::Edges);
        assert_eq!(Region::of(0.49, 0.49), Region::Edges);
        assert_eq!(Region::of(0.4, 0.1), Region::Between);
    }

    #[test]
    fn the_corner_of_a_soft_particle_holds_events_in_which_it_is_soft() {
        let test = uniform_test_set(2000, 7).unwrap();
        let mut found = [0; 3];
        for (event, region) in test.events.outer_iter().zip(&test.regions) {
            let soft = match region {
                Region::SoftFirstY => 0,
                Region::SoftSecondY => 1,
                Region::SoftZ => 2,
                _ => continue,
            };
            assert!(event[[soft, 0]] < 0.1, "{region:?} {event}");
            found[soft] += 1;
        }
        // Each corner has 4 % of the area: 80 of 2000, within five standard deviations.
        assert!(found.iter().all(|&count| (36..=124).contains(&count)), "{found:?}");
    }

    #[test]
    fn four_vectors_off_their_mass_shell_have_the_masses_of_the_hand_computation() {
        let row = arr2(&[[2.0, 0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.5, 0.0, 2.0, 0.0]]);
        assert_eq!(invariant_masses(&row, Inputs::FourVectors), [vec![7.0], vec![2.25 - 5.0]]);
    }

    #[test]
    fn momenta_are_put_on_their_mass_shell() {
        // |p| = 1, 2, 2: (1 + 2)² - (1 + 4) = 4 and (2 + 2)² - (2 + 0)² - 2² = 8.
        let row = arr2(&[[1.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 2.0]]);
        assert_eq!(invariant_masses(&row, Inputs::Momenta), [vec![4.0], vec![8.0]]);
    }

    #[test]
    fn a_mean_is_that_of_the_region_alone() {
        let regions = [Region::Centre, Region::SoftZ, Region::SoftFirstY];
        assert_eq!(mean_where(&regions, &[1.0, 4.0, 6.0], Region::is_corner), 5.0);
        assert!(mean_where(&regions, &[1.0, 4.0, 6.0], |region| region == Region::Edges).is_nan());
    }
}
