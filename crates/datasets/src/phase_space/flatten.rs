//! Events as rows of numbers: what a network sees of them.

use ndarray::{Array2, Array3};

/// Which components of each particle a row has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inputs {
    /// (E, px, py, pz).
    FourVectors,
    /// (px, py, pz).
    Momenta,
}

impl Inputs {
    /// The number of components of one particle.
    pub fn components(self) -> usize {
        match self {
            Self::FourVectors => 4,
            Self::Momenta => 3,
        }
    }
}

/// The `inputs` of `events`, of shape (events, n, 4), particle by particle: of shape (events, 4n) or (events, 3n).
///
/// # Panics
/// If the particles have fewer than four components.
pub fn flatten(events: &Array3<f64>, inputs: Inputs) -> Array2<f64> {
    let (rows, particles, _) = events.dim();
    let components = inputs.components();
    let first = 4 - components;
    Array2::from_shape_fn((rows, particles * components), |(row, column)| {
        events[[row, column / components, first + column % components]]
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{arr2, arr3};

    #[test]
    fn particles_follow_each_other_with_or_without_their_energies() {
        let events = arr3(&[[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]]);
        let all = arr2(&[[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]]);
        assert_eq!(flatten(&events, Inputs::FourVectors), all);
        assert_eq!(flatten(&events, Inputs::Momenta), arr2(&[[2.0, 3.0, 4.0, 6.0, 7.0, 8.0]]));
    }
}
