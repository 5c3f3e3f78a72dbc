//! n-particle events in their rest frame: flat in Lorentz-invariant phase space, of a resonance, and as points of a sphere.
//!
//! Events are arrays of shape (events, particles, 4) with components (E, px, py, pz).

mod cascade;
mod dalitz;
mod decay;
mod flatten;
mod massive;
mod rambo;
mod sphere;

pub use cascade::cascade;
pub use dalitz::{dalitz, from_dalitz, triangle_sample};
pub use flatten::{Inputs, flatten};
pub use massive::massive;
pub use rambo::rambo;
pub use sphere::{from_sphere, to_sphere};

use crate::{Error, Result};
use ndarray::{Array3, aview1};

/// (E, px, py, pz).
type FourVector = [f64; 4];

/// The array of events of `particles` each.
fn stack<Event: AsRef<[FourVector]>>(
    particles: usize,
    events: impl ExactSizeIterator<Item = Event>,
) -> Result<Array3<f64>> {
    if events.len() == 0 {
        return Err(Error::EmptySample { what: "phase-space events" });
    }
    let mut array = Array3::zeros((events.len(), particles, 4));
    for (mut rows, event) in array.outer_iter_mut().zip(events) {
        for (mut row, momentum) in rows.rows_mut().into_iter().zip(event.as_ref()) {
            row.assign(&aview1(momentum));
        }
    }
    Ok(array)
}

/// What the tests of several generators need.
#[cfg(test)]
mod tests {
    use ndarray::ArrayView2;

    /// Whether the momenta add up to zero and the energies to `sqrt_s`, and each particle has its mass, within 1e-12 `sqrt_s`.
    pub(super) fn is_conserved(event: ArrayView2<f64>, masses: &[f64], sqrt_s: f64) -> bool {
        let totals = (0..4).all(|i| {
            let expected = if i == 0 { sqrt_s } else { 0.0 };
            (event.column(i).sum() - expected).abs() <= 1e-12 * sqrt_s
        });
        let on_shell = event.rows().into_iter().zip(masses).all(|(p, mass)| {
            let energy = (mass * mass + p[1] * p[1] + p[2] * p[2] + p[3] * p[3]).sqrt();
            (p[0] - energy).abs() <= 1e-12 * sqrt_s
        });
        totals && on_shell && event.nrows() == masses.len()
    }
}
