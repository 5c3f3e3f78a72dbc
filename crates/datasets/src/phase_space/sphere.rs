//! Phase space of n particles is a sphere of dimension 3n - 4: the map onto it and back.
//!
//! The momenta with Σp = 0 are a space of dimension 3n - 3. On every ray of it from the origin Σ√(t²p² + m²) grows from
//! Σm on, so that it is √s exactly once: dividing by the norm is a homeomorphism onto the unit sphere, and p -> -p
//! (parity) becomes the antipode.

use super::massive::available_energy;
use super::{FourVector, stack};
use crate::{Error, Result};
use ndarray::{Array2, Array3, ArrayView1, s};

/// Steps of Newton's method that are never needed: it converges within a few.
const MOST_STEPS: usize = 200;

/// The events, of shape (events, n, 4), as unit vectors of shape (events, 3(n - 1)): the momenta in Helmert's
/// orthonormal basis of Σp = 0, divided by their norm.
///
/// Coordinates 3(k - 1) to 3k - 1, k from 1 on, are those of (p_1 + ... + p_k - k p_(k+1)) / √(k(k+1)). Energies are not
/// looked at, and what the momenta add up to is projected out.
///
/// # Errors
/// [`Error::WrongWidth`] for particles that are not four-vectors, [`Error::TooFewParticles`] for fewer than two,
/// [`Error::NoDirection`] for an event whose momenta are all the same or not finite.
pub fn to_sphere(events: &Array3<f64>) -> Result<Array2<f64>> {
    let (rows, particles, components) = events.dim();
    if components != 4 {
        return Err(Error::WrongWidth { what: "particles", expected: 4, found: components });
    }
    if particles < 2 {
        return Err(Error::TooFewParticles { particles });
    }
    let basis = helmert(particles);
    let mut points = Array2::zeros((rows, 3 * (particles - 1)));
    for (row, (event, mut point)) in events.outer_iter().zip(points.rows_mut()).enumerate() {
        let coordinates = basis.dot(&event.slice(s![.., 1..]));
        for (value, coordinate) in point.iter_mut().zip(&coordinates) {
            *value = *coordinate;
        }
        let norm = norm(point.view(), row)?;
        point.mapv_inplace(|coordinate| coordinate / norm);
    }
    Ok(points)
}

/// The events of particles of the given `masses` at the total energy `sqrt_s` in the given `directions`, of shape
/// (events, 3(n - 1)): of shape (events, n, 4). The inverse of [`to_sphere`]; directions need not be normalised.
///
/// The uniform measure of the sphere does not become flat phase space, but a measure that is positive wherever that is.
///
/// # Errors
/// Those of [`massive`](super::massive), [`Error::WrongWidth`] for directions of another number of particles,
/// [`Error::NoDirection`] for one that is 0 or not finite.
pub fn from_sphere(directions: &Array2<f64>, masses: &[f64], sqrt_s: f64) -> Result<Array3<f64>> {
    available_energy(masses, sqrt_s)?;
    let expected = 3 * (masses.len() - 1);
    if directions.ncols() != expected {
        return Err(Error::WrongWidth { what: "directions", expected, found: directions.ncols() });
    }
    for (row, direction) in directions.rows().into_iter().enumerate() {
        norm(direction, row)?;
    }
    let basis = helmert(masses.len());
    stack(masses.len(), directions.rows().into_iter().map(|direction| event(direction, &basis, masses, sqrt_s)))
}

/// The event on the ray through one direction.
fn event(direction: ArrayView1<f64>, basis: &Array2<f64>, masses: &[f64], sqrt_s: f64) -> Vec<FourVector> {
    let norm = direction.dot(&direction).sqrt();
    let component = |particle: usize, i: usize| {
        basis.column(particle).iter().enumerate().map(|(k, b)| b * direction[3 * k + i] / norm).sum()
    };
    let rays: Vec<[f64; 3]> =
        (0..masses.len()).map(|particle| std::array::from_fn(|i| component(particle, i))).collect();
    let lengths: Vec<f64> = rays.iter().map(|u| (u[0] * u[0] + u[1] * u[1] + u[2] * u[2]).sqrt()).collect();
    let scale = scale(&lengths, masses, sqrt_s);
    let momenta = rays.iter().zip(lengths).zip(masses);
    momenta.map(|((u, length), mass)| [mass.hypot(scale * length), scale * u[0], scale * u[1], scale * u[2]]).collect()
}

/// The t at which Σ√(t²u² + m²) = √s, for the lengths u.
///
/// Newton's method from √s / Σu, the solution without masses. The sum is convex and too large there, so that every step
/// goes down towards the solution, until rounding stops it.
fn scale(lengths: &[f64], masses: &[f64], sqrt_s: f64) -> f64 {
    let mut t = sqrt_s / lengths.iter().sum::<f64>();
    for _ in 0..MOST_STEPS {
        let (mut energy, mut slope) = (0.0, 0.0);
        for (u, mass) in lengths.iter().zip(masses).filter(|(u, mass)| **u > 0.0 || **mass > 0.0) {
            let one = mass.hypot(t * u);
            energy += one;
            slope += t * u * u / one;
        }
        let next = t - (energy - sqrt_s) / slope;
        // A comparison that a NaN fails ends the search too.
        if !(next > 0.0 && next < t) {
            break;
        }
        t = next;
    }
    t
}

/// The norm of a row that has a direction.
fn norm(vector: ArrayView1<f64>, row: usize) -> Result<f64> {
    let norm = vector.dot(&vector).sqrt();
    if norm.is_finite() && norm > 0.0 { Ok(norm) } else { Err(Error::NoDirection { row }) }
}

/// Helmert's orthonormal basis of the n-vectors that add up to zero, of shape (n - 1, n).
fn helmert(n: usize) -> Array2<f64> {
    Array2::from_shape_fn((n - 1, n), |(row, column)| {
        let k = (row + 1) as f64;
        let entry = match column {
            _ if column <= row => 1.0,
            _ if column == row + 1 => -k,
            _ => 0.0,
        };
        entry / (k * (k + 1.0)).sqrt()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::super::tests::is_conserved;
    use super::super::{massive, rambo};
    use super::*;
    use crate::sphere::sample;
    use proptest::prelude::*;

    /// Masses of 2 to 5 particles, some of them 0, and a total energy above them.
    fn kinematics() -> impl Strategy<Value = (Vec<f64>, f64)> {
        let masses = prop::collection::vec(prop_oneof![Just(0.0), 0.0f64..1.0], 2..=5);
        (masses, -3.0f64..2.0).prop_map(|(masses, above)| {
            let sqrt_s = masses.iter().sum::<f64>() + 10f64.powf(above);
            (masses, sqrt_s)
        })
    }

    fn largest_difference<'a>(a: impl IntoIterator<Item = &'a f64>, b: impl IntoIterator<Item = &'a f64>) -> f64 {
        a.into_iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
    }

    proptest! {
        #[test]
        fn a_point_of_the_sphere_is_an_event_and_comes_back((masses, sqrt_s) in kinematics(), seed in any::<u64>()) {
            let n = masses.len();
            let points = sample(10, 3 * n - 4, &mut random::stream(seed, "sphere", 0)).unwrap();
            let events = from_sphere(&points, &masses, sqrt_s).unwrap();
            for event in events.outer_iter() {
                prop_assert!(is_conserved(event, &masses, sqrt_s), "{event}");
            }
            prop_assert!(largest_difference(&to_sphere(&events).unwrap(), &points) < 1e-10);
        }

        #[test]
        fn an_event_is_a_unit_vector_and_comes_back((masses, sqrt_s) in kinematics(), seed in any::<u64>()) {
            let events = massive(&masses, sqrt_s, 10, &mut random::stream(seed, "events", 0)).unwrap();
            let points = to_sphere(&events).unwrap();
            prop_assert!(points.rows().into_iter().all(|p| (p.dot(&p) - 1.0).abs() < 1e-14));
            let back = from_sphere(&points, &masses, sqrt_s).unwrap();
            prop_assert!(largest_difference(&back, &events) < 1e-10 * sqrt_s);
        }

        #[test]
        fn the_antipode_is_parity((masses, sqrt_s) in kinematics(), seed in any::<u64>()) {
            let points = sample(5, 3 * masses.len() - 4, &mut random::stream(seed, "antipode", 0)).unwrap();
            let [events, opposite] =
                [points.clone(), -points].map(|points| from_sphere(&points, &masses, sqrt_s).unwrap());
            prop_assert_eq!(events.slice(s![.., .., 0]), opposite.slice(s![.., .., 0]));
            prop_assert_eq!(events.slice(s![.., .., 1..]), -&opposite.slice(s![.., .., 1..]));
        }
    }

    #[test]
    fn two_massless_particles_are_the_direction_of_the_first() {
        let event = ndarray::arr3(&[[[0.5, 0.3, 0.0, 0.4], [0.5, -0.3, 0.0, -0.4]]]);
        let point = to_sphere(&event).unwrap();
        assert!(largest_difference(&point, &[0.6, 0.0, 0.8]) < 1e-15);
    }

    #[test]
    fn the_basis_is_orthonormal_and_adds_up_to_zero() {
        for n in 2..7 {
            let basis = helmert(n);
            for ((i, j), value) in basis.dot(&basis.t()).indexed_iter() {
                assert!((value - f64::from(u8::from(i == j))).abs() < 1e-15);
            }
            assert!(basis.rows().into_iter().all(|row| row.sum().abs() < 1e-15));
        }
    }

    #[test]
    fn the_norm_of_the_directions_does_not_matter() {
        let events = rambo(3, 1.0, 20, &mut random::stream(1, "norm", 0)).unwrap();
        let longer = to_sphere(&events).unwrap() * 7.0;
        assert!(largest_difference(&from_sphere(&longer, &[0.0; 3], 1.0).unwrap(), &events) < 1e-12);
    }

    #[test]
    fn what_is_no_direction_and_no_event_is_an_error() {
        let two = [0.0; 2];
        let mut points = Array2::ones((3, 3));
        points.row_mut(2).fill(0.0);
        assert!(matches!(from_sphere(&points, &two, 1.0), Err(Error::NoDirection { row: 2 })));
        points[[1, 1]] = f64::NAN;
        assert!(matches!(from_sphere(&points, &two, 1.0), Err(Error::NoDirection { row: 1 })));
        assert!(matches!(from_sphere(&points, &[0.0; 3], 1.0), Err(Error::WrongWidth { expected: 6, .. })));
        assert!(matches!(from_sphere(&points, &[0.6; 2], 1.0), Err(Error::TooMuchMass { .. })));
        assert!(matches!(from_sphere(&Array2::zeros((0, 3)), &two, 1.0), Err(Error::EmptySample { .. })));
        assert!(matches!(to_sphere(&Array3::zeros((2, 3, 4))), Err(Error::NoDirection { row: 0 })));
        assert!(matches!(to_sphere(&Array3::zeros((2, 3, 3))), Err(Error::WrongWidth { found: 3, .. })));
        assert!(matches!(to_sphere(&Array3::zeros((2, 1, 4))), Err(Error::TooFewParticles { particles: 1 })));
    }
}
