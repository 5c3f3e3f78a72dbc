//! What brings points beside a surface back onto it, for the ascent to the surface's largest loss.
//!
//! Each takes points `[..., features]` and gives as many, of the same shape.

use models::ascent::onto_sphere;
use tch::Tensor;

/// A length below every one that counts, which gives a direction to a point on the axis.
const SMALLEST: f64 = 1e-12;

/// Onto the torus about the z axis in R³, a tube of radius `minor` about a circle of radius `major`: the nearest point,
/// unless the given one lies on the axis or in the middle of the tube.
pub fn onto_torus(x: &Tensor, major: f64, minor: f64) -> Tensor {
    let middle = onto_sphere(&x.narrow(-1, 0, 2)) * major;
    let middle = Tensor::cat(&[&middle, &x.narrow(-1, 2, 1).zeros_like()], -1);
    &middle + onto_sphere(&(x - &middle)) * minor
}

/// Onto the flat torus (cos φ, sin φ, cos θ, sin θ) in R⁴: the nearest point, unless either pair is zero.
pub fn onto_flat_torus(x: &Tensor) -> Tensor {
    Tensor::cat(&[onto_sphere(&x.narrow(-1, 0, 2)), onto_sphere(&x.narrow(-1, 2, 2))], -1)
}

/// Onto the double cone x² + y² = z², |z| <= 1: the nearest point on the sheet of the given one's half space, which of
/// the circle of nearest points of one on the axis is that at angle 0.
pub fn onto_double_cone(x: &Tensor) -> Tensor {
    let (plane, z) = (x.narrow(-1, 0, 2), x.narrow(-1, 2, 1));
    let radius = plane.square().sum_dim_intlist(-1, true, tch::Kind::Float).sqrt();
    let height = ((radius + z.abs()) * 0.5).clamp(0.0, 1.0);
    let sheet = z.ge(0.0).to_kind(tch::Kind::Float) * 2.0 - 1.0;
    let aside = Tensor::from_slice(&[SMALLEST as f32, 0.0]).to_device(x.device());
    Tensor::cat(&[onto_sphere(&(plane + aside)) * &height, sheet * &height], -1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use models::numbers::to_f64;

    fn moved(points: &[f32], features: i64, onto: impl Fn(&Tensor) -> Tensor) -> Vec<f64> {
        to_f64(&onto(&Tensor::from_slice(points).view([-1, features])))
    }

    fn assert_near(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{found:?} instead of {expected:?}");
    }

    #[test]
    fn a_point_beside_the_torus_goes_to_the_nearest_of_its_tube() {
        // From above the tube's middle, and from inside the tube on the far side.
        let found = moved(&[1.0, 0.0, 3.0, -0.9, 0.0, 0.0], 3, |x| onto_torus(x, 1.0, 0.4));
        assert_near(&found, &[1.0, 0.0, 0.4, -0.6, 0.0, 0.0]);
    }

    #[test]
    fn each_pair_of_the_flat_torus_is_normalised() {
        assert_near(&moved(&[3.0, 4.0, 0.0, -0.1], 4, onto_flat_torus), &[0.6, 0.8, 0.0, -1.0]);
    }

    #[test]
    fn a_point_goes_to_its_sheet_of_the_double_cone_and_not_beyond_the_rim() {
        let beside = [0.6, 0.8, 0.5, 0.0, 0.2, -0.4, 9.0, 0.0, 9.0, 0.0, 0.0, -0.5, 0.0, 0.0, 0.0];
        let found = moved(&beside, 3, onto_double_cone);
        let expected = [0.45, 0.6, 0.75, 0.0, 0.3, -0.3, 1.0, 0.0, 1.0, 0.25, 0.0, -0.25, 0.0, 0.0, 0.0];
        assert_near(&found, &expected);
    }

    #[test]
    fn points_on_a_surface_stay() {
        let torus = datasets::torus::embedded_grid(5, 7, 1.0, 0.4).unwrap();
        let cone = datasets::cone::DoubleCone { power: 1.0 }.grid(5, 7).unwrap();
        let tensor = crate::samples::tensor;
        assert_near(&to_f64(&onto_torus(&tensor(&torus), 1.0, 0.4)), &torus.iter().copied().collect::<Vec<_>>());
        assert_near(&to_f64(&onto_double_cone(&tensor(&cone))), &cone.iter().copied().collect::<Vec<_>>());
    }
}
