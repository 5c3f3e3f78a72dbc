//! Squared invariant masses of pairs of particles, and the three-body events that have given ones.

use super::decay::direction;
use super::{FourVector, stack};
use crate::{Error, Result};
use ndarray::{Array2, Array3, ArrayView1, ArrayView2};
use random::Generator;
use std::f64::consts::TAU;

/// How far outside of the triangle rounding may put a point.
const ROUNDING: f64 = 1e-12;

/// s_ij = (p_i + p_j)² of every event, `events` of shape (events, particles, 4).
///
/// It is computed from the energies as they are, not from momenta put on their mass shell: four-vectors that a network
/// made may have a negative one.
///
/// # Panics
/// If the events have no particle `i` or `j`, counted from 0.
pub fn dalitz(events: &Array3<f64>, i: usize, j: usize) -> Vec<f64> {
    let square = |event: ArrayView2<f64>| {
        let component = |k: usize| event[[i, k]] + event[[j, k]];
        component(0).powi(2) - component(1).powi(2) - component(2).powi(2) - component(3).powi(2)
    };
    events.outer_iter().map(square).collect()
}

/// `n` points of the triangle s12 >= 0, s23 >= 0, s12 + s23 <= 1, of shape (n, 2) with columns s12 and s23. Measure:
/// uniform in area, which is also that of flat massless three-body phase space.
///
/// # Errors
/// [`Error::EmptySample`] for `n` = 0.
pub fn triangle_sample(n: usize, generator: &mut Generator) -> Result<Array2<f64>> {
    if n == 0 {
        return Err(Error::EmptySample { what: "points of the Dalitz triangle" });
    }
    let mut points = Array2::zeros((n, 2));
    for mut point in points.rows_mut() {
        let [x, y] = std::array::from_fn(|_| random::uniform(0.0, 1.0, generator));
        // The other half of the square, turned about its centre, is the triangle again.
        (point[0], point[1]) = if x + y <= 1.0 { (x, y) } else { (1.0 - x, 1.0 - y) };
    }
    Ok(points)
}

/// Massless three-body events at √s = 1 with the invariant masses `s`, of shape (n, 2) with columns s12 and s23: of shape
/// (n, 3, 4). Measure: the orientation is uniform in SO(3), independently for each event.
///
/// The particles are in the order Y, Y, Z, so that s12 is s_YY and s23 is s_YZ (of the second Y).
///
/// # Errors
/// [`Error::EmptySample`] for no rows, [`Error::WrongWidth`] for rows that are not (s12, s23),
/// [`Error::OutsideDalitz`] for a row outside of the triangle of [`triangle_sample`].
pub fn from_dalitz(s: &Array2<f64>, generator: &mut Generator) -> Result<Array3<f64>> {
    if s.ncols() != 2 {
        return Err(Error::WrongWidth { what: "points of the Dalitz triangle", expected: 2, found: s.ncols() });
    }
    for (row, s) in s.rows().into_iter().enumerate() {
        let (s12, s23) = (s[0], s[1]);
        let inside = s12 >= -ROUNDING && s23 >= -ROUNDING && s12 + s23 <= 1.0 + ROUNDING;
        if !inside {
            return Err(Error::OutsideDalitz { row, s12, s23 });
        }
    }
    stack(3, s.rows().into_iter().map(|s| oriented(s, generator)))
}

/// The event with the invariant masses (s12, s23), turned at random.
fn oriented(s: ArrayView1<f64>, generator: &mut Generator) -> [FourVector; 3] {
    let [along, across] = orthonormal_pair(generator);
    in_its_plane(s[0].max(0.0), s[1].max(0.0)).map(|[energy, x, y]| {
        let component = |i: usize| x * along[i] + y * across[i];
        [energy, component(0), component(1), component(2)]
    })
}

/// (E, x, y) of the three particles, the most energetic one along x.
fn in_its_plane(s12: f64, s23: f64) -> [[f64; 3]; 3] {
    let s13 = (1.0 - s12 - s23).max(0.0);
    // s_ij = 1 - 2 E_k, and by the particle that is not in the pair.
    let energies = [s12 + s13, s12 + s23, s13 + s23].map(|twice| twice / 2.0);
    let without = [s23, s13, s12];
    let hardest = (0..3).fold(0, |best, i| if energies[i] > energies[best] { i } else { best });
    let (i, j) = ((hardest + 1) % 3, (hardest + 2) % 3);
    let energy = energies[hardest];
    // s_ih = 2 E_h (E_i - x_i); Heron's formula gives the area of the momenta's triangle, √(s12 s13 s23) / 4.
    let x = energies[i] - without[j] / (2.0 * energy);
    let y = (s12 * s13 * s23).sqrt() / (2.0 * energy);
    let mut event = [[0.0; 3]; 3];
    event[hardest] = [energy, energy, 0.0];
    event[i] = [energies[i], x, y];
    event[j] = [energies[j], -energy - x, -y];
    event
}

/// A uniformly random unit vector and one across it, in a uniformly random direction: two columns of a rotation that is
/// uniform in SO(3).
fn orthonormal_pair(generator: &mut Generator) -> [[f64; 3]; 2] {
    let along = direction(generator);
    let polar = along[2].acos();
    let azimuth = along[1].atan2(along[0]);
    let (sin_polar, cos_polar) = polar.sin_cos();
    let (sin_azimuth, cos_azimuth) = azimuth.sin_cos();
    let down = [cos_polar * cos_azimuth, cos_polar * sin_azimuth, -sin_polar];
    let east = [-sin_azimuth, cos_azimuth, 0.0];
    let (sine, cosine) = random::uniform(0.0, TAU, generator).sin_cos();
    let along = [sin_polar * cos_azimuth, sin_polar * sin_azimuth, cos_polar];
    [along, std::array::from_fn(|i| cosine * down[i] + sine * east[i])]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::super::rambo;
    use super::super::tests::is_conserved;
    use super::*;
    use crate::kolmogorov;
    use ndarray::arr2;

    #[test]
    fn invariant_masses_are_those_of_the_hand_computation_on_shell_or_not() {
        let event = arr2(&[[2.0, 0.0, 0.0, 1.0], [1.0, 1.0, 0.0, 0.0], [0.5, 0.0, 2.0, 0.0]]);
        let events = event.insert_axis(ndarray::Axis(0));
        assert_eq!(dalitz(&events, 0, 1), [7.0]);
        assert_eq!(dalitz(&events, 1, 2), [2.25 - 5.0]);
    }

    #[test]
    fn pairs_of_massless_events_have_one_minus_twice_the_energy_of_the_third() {
        let events = rambo(3, 1.0, 100, &mut random::stream(2, "pairs", 0)).unwrap();
        for (event, s) in dalitz(&events, 0, 2).into_iter().enumerate() {
            assert!((s - (1.0 - 2.0 * events[[event, 1, 0]])).abs() < 1e-14);
        }
    }

    #[test]
    fn the_triangle_is_filled_evenly() {
        let n = 20_000;
        let points = triangle_sample(n, &mut random::stream(1, "triangle", 0)).unwrap();
        let share = points.rows().into_iter().map(|s| s[1] / (1.0 - s[0])).collect();
        assert!(kolmogorov::distance(points.column(0).to_vec(), |s| 1.0 - (1.0 - s).powi(2)) < kolmogorov::LIMIT);
        assert!(kolmogorov::distance(share, |u| u) < kolmogorov::LIMIT);
        // ⟨s12 s23⟩ = 1/12 and ⟨s12² s23²⟩ = 1/90; five standard deviations.
        let product = points.rows().into_iter().map(|s| s[0] * s[1]).sum::<f64>() / n as f64;
        assert!((product - 1.0 / 12.0).abs() < 5.0 * ((1.0 / 90.0 - 1.0 / 144.0) / n as f64).sqrt(), "{product}");
    }

    #[test]
    fn events_have_the_masses_that_were_asked_for_also_at_the_corners() {
        let mut generator = random::stream(1, "from dalitz", 0);
        let inner = triangle_sample(1000, &mut generator).unwrap();
        let rim = arr2(&[[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [0.0, 0.3], [0.6, 0.0], [1e-15, 1.0 - 1e-15]]);
        for s in [inner, rim] {
            let events = from_dalitz(&s, &mut generator).unwrap();
            for event in events.outer_iter() {
                assert!(is_conserved(event, &[0.0; 3], 1.0), "{event}");
            }
            for (column, (i, j)) in [(0, 1), (1, 2)].into_iter().enumerate() {
                for (found, expected) in dalitz(&events, i, j).into_iter().zip(s.column(column)) {
                    assert!((found - expected).abs() < 1e-14, "{found} for {expected}");
                }
            }
        }
    }

    #[test]
    fn the_orientation_is_uniform() {
        let n = 20_000;
        let mut generator = random::stream(1, "orientation", 0);
        let s = Array2::from_shape_fn((n, 2), |(_, column)| [0.2, 0.5][column]);
        let events = from_dalitz(&s, &mut generator).unwrap();
        for (particle, axis) in (0..3).flat_map(|particle| (1..4).map(move |axis| (particle, axis))) {
            let cosines =
                events.outer_iter().map(|event| event[[particle, axis]] / event[[particle, 0]]).collect::<Vec<_>>();
            assert!(kolmogorov::distance(cosines, |c| 0.5 * (1.0 + c)) < kolmogorov::LIMIT, "{particle}, {axis}");
        }
        // The plane's normal too: its component along z, from the first two particles.
        let area = (0.2f64 * 0.5 * 0.3).sqrt() / 2.0;
        let normals = events
            .outer_iter()
            .map(|event| (event[[0, 1]] * event[[1, 2]] - event[[0, 2]] * event[[1, 1]]) / area)
            .collect::<Vec<_>>();
        assert!(kolmogorov::distance(normals, |c| 0.5 * (1.0 + c)) < kolmogorov::LIMIT);
    }

    #[test]
    fn masses_that_no_event_has_are_errors() {
        let mut generator = random::stream(1, "errors", 0);
        for bad in [[-0.1, 0.5], [0.6, 0.5], [f64::NAN, 0.5]] {
            let s = arr2(&[[0.2, 0.2], bad]);
            assert!(matches!(from_dalitz(&s, &mut generator), Err(Error::OutsideDalitz { row: 1, .. })));
        }
        assert!(matches!(from_dalitz(&Array2::zeros((2, 3)), &mut generator), Err(Error::WrongWidth { .. })));
        assert!(matches!(from_dalitz(&Array2::zeros((0, 2)), &mut generator), Err(Error::EmptySample { .. })));
        assert!(matches!(triangle_sample(0, &mut generator), Err(Error::EmptySample { .. })));
    }
}
