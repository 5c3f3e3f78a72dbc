//! Parity of three massless particles, p -> -p, and the bound that it sets on a network with d_l <= 5.
//!
//! Parity is the antipode of phase space, S^5: a continuous encoder to R^{d_l} with d_l <= 5 gives some event and its mirror
//! image one code (Borsuk-Ulam). They differ by 2p, their energies being the same, so that one of the two is reconstructed
//! with a squared error of at least |p|² = ΣE² >= (ΣE)²/3 = 1/3 (√s = 1): as a mean over the 12 components, 1/36.

use models::ascent::Retraction;
use ndarray::Array2;
use tch::{Kind, Tensor};

use crate::Result;
use crate::claims::{Claim, Origin};
use crate::figure::Ensemble;

/// The largest squared error of any continuous autoencoder with d_l <= 5, a sum over components, is at least this.
pub const BOUND: f64 = 1.0 / 3.0;
/// Components of three four-vectors, of which a loss is the mean.
pub const COMPONENTS: f64 = 12.0;
/// Worst events from which the largest loss is looked for.
const STARTS: i64 = 32;

/// The largest squared error of each member on phase space, a sum over components: by gradient ascent from the worst events
/// of `grid`, `[n, 12]`. From below: a tear that no event of the grid is near is missed.
pub fn largest_squared_errors(ensemble: &Ensemble, grid: &Array2<f64>) -> Vec<f64> {
    let largest = ensemble.largest_loss(grid, STARTS, ONTO_EVENTS);
    largest.into_iter().map(|(loss, _)| COMPONENTS * loss).collect()
}

/// The claim that the `largest` squared error of each seed reaches [`BOUND`], for networks with d_l = 5 that are named in
/// `of`.
///
/// # Errors
/// [`crate::Error::Metric`] for no seeds.
pub fn bound_claim(largest: &[f64], of: &str) -> Result<Claim> {
    let torn: Vec<bool> = largest.iter().map(|&largest| largest >= BOUND).collect();
    let mut claim = Claim::every_seed(
        Origin::theorem(
            "Borsuk-Ulam: S^5 to R^5 takes some event and its mirror image, 2|p| >= 2/√3 away, to one code, so that the \
             error of one of the two is at least |p|",
        ),
        format!("the largest squared error is at least 1/3 ({of})"),
        &torn,
        "|x - x'|² >= 1/3 (mean over 12 components >= 1/36, ln loss >= -3.58), found by gradient ascent",
    );
    claim.value += &format!(", median {:.2}", metrics::median(largest)?);
    Ok(claim)
}

/// The retraction onto massless 3-body events at √s = 1.
const ONTO_EVENTS: Retraction<'static> = &onto_events;

/// Rows beside phase space, `[..., 12]`, as events: each particle to the nearest point of its light cone, the total
/// momentum taken off in equal parts, and the event scaled along its ray to Σ|p| = 1. An event stays.
fn onto_events(x: &Tensor) -> Tensor {
    let shape = x.size();
    let particles = x.view([-1, 3, 4]);
    let (energy, momentum) = (particles.narrow(2, 0, 1), particles.narrow(2, 1, 3));
    let length = |p: &Tensor| p.square().sum_dim_intlist(2, true, Kind::Float).sqrt();
    // A particle at rest has no nearest point; it stays where it is.
    let norm = length(&momentum).clamp_min(1e-12);
    let nearest = &momentum * (energy / &norm + 1.0) * 0.5;
    let balanced = &nearest - nearest.mean_dim(1, true, Kind::Float);
    let lengths = length(&balanced);
    let total = lengths.sum_dim_intlist(1, true, Kind::Float);
    (Tensor::cat(&[lengths, balanced], 2) / total).view(shape.as_slice())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;
    use crate::config::Inputs;
    use crate::samples::tensor;
    use crate::topology::dalitz::uniform_test_set;

    fn largest_difference(a: &Tensor, b: &Tensor) -> f64 {
        f64::try_from((a - b).abs().max()).unwrap()
    }

    #[test]
    fn an_event_stays_and_what_is_beside_becomes_one() {
        let events = tensor(&Inputs::FourVectors.of(&uniform_test_set(200, 1).unwrap().events));
        assert!(largest_difference(&onto_events(&events), &events) < 1e-6);
        let beside = onto_events(&(&events + 0.1 * (&events * 37.0).sin()));
        let particles = beside.view([-1, 3, 4]);
        let (energy, momentum) = (particles.select(2, 0), particles.narrow(2, 1, 3));
        let lengths = momentum.square().sum_dim_intlist(2, false, Kind::Float).sqrt();
        assert!(largest_difference(&energy, &lengths) < 1e-6);
        assert!(largest_difference(&energy.sum_dim_intlist(1, false, Kind::Float), &Tensor::from(1.0f32)) < 1e-6);
        assert!(f64::try_from(momentum.sum_dim_intlist(1, false, Kind::Float).abs().max()).unwrap() < 1e-6);
    }

    #[test]
    fn no_event_is_nearer_to_its_mirror_image_than_the_bound_needs() {
        // |p|² = ΣE² is 1/3 where all energies are equal, and half the distance of the two, squared, anywhere.
        let test = uniform_test_set(2000, 5).unwrap();
        let least =
            test.events.outer_iter().map(|event| event.column(0).iter().map(|energy| energy * energy).sum::<f64>());
        let least = least.fold(f64::INFINITY, f64::min);
        assert!((BOUND..BOUND + 0.01).contains(&least), "{least}");
    }

    #[test]
    fn one_seed_below_the_bound_is_a_fault() {
        assert_eq!(bound_claim(&[0.4, 1.5], "").unwrap().verdict, Verdict::Holds);
        assert_eq!(bound_claim(&[0.3, 1.5], "").unwrap().verdict, Verdict::Fails);
    }
}
