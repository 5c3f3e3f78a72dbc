//! A point of the sphere that is reconstructed at or beyond the centre: x' = -t x with t >= 0.
//!
//! Every autoencoder of Sⁿ with d_l <= n has one. Were there none, the straight line from x to x' would nowhere pass through
//! 0, and x'/|x'| would be homotopic to x, a map of degree 1. But it factors through a compact part of R^{d_l}, from which
//! every map to Sⁿ can be contracted to a point: its degree is 0. There |x - x'| = 1 + |x'|, and no point has a larger one
//! (triangle inequality). Borsuk and Ulam give |x - x'| >= 1 alone; where the decoder's image lies near the sphere, t is near
//! 1, and the squared error near 4.

use ndarray::{Array2, ArrayView1};

use crate::Result;
use crate::claims::{Claim, Origin};
use crate::figure::Ensemble;
use crate::tables::Table;

/// A point counts as found if its defect is at least minus this. With x' at a distance δ beside the ray of the points -t x
/// the defect is about -δ²/(2t(1 + t)), so that at t = 1 this is δ = 0.002. Rounding leaves less: f32 knows x to 6e-8, which
/// a tear that stretches lengths by 1000 makes δ = 6e-5, a defect of 1e-9. Where nothing is torn the defect is about -2.
const TOLERANCE: f64 = 1e-6;
/// Points of the grid from which one is sought.
const STARTS: i64 = 64;
/// Names of the coordinates.
const AXES: [&str; 3] = ["x", "y", "z"];

/// The point of one network.
#[derive(Debug, Clone, PartialEq)]
pub struct Opposite {
    /// x, on the unit sphere.
    point: Vec<f64>,
    /// x'.
    reconstruction: Vec<f64>,
    /// |x - x'| - |x| - |x'|, at most 0 but for rounding.
    defect: f64,
    /// |x'|.
    t: f64,
}

/// The point of each member, sought from a dense `grid` of the unit sphere S¹ or S², `[n, 2]` or `[n, 3]`.
pub fn opposites(ensemble: &Ensemble, grid: &Array2<f64>) -> Vec<Opposite> {
    ensemble.opposites(grid, STARTS).iter().map(|[points, reconstructions]| best(points, reconstructions)).collect()
}

/// Of the points found, `[n, features]` with n of at least 1, that of the largest t; if there is none, that whose defect is
/// nearest to 0.
fn best(points: &Array2<f64>, reconstructions: &Array2<f64>) -> Opposite {
    let all = points.rows().into_iter().zip(reconstructions.rows()).map(|(x, y)| opposite(x, y));
    let rank = |one: &Opposite| if found(one.defect) { (1, one.t) } else { (0, one.defect) };
    let later = |one: Opposite, other: Opposite| if rank(&other) > rank(&one) { other } else { one };
    let none = Opposite { point: Vec::new(), reconstruction: Vec::new(), defect: f64::NAN, t: f64::NAN };
    all.reduce(later).unwrap_or(none)
}

fn opposite(x: ArrayView1<f64>, y: ArrayView1<f64>) -> Opposite {
    let length = |vector: &[f64]| vector.iter().map(|entry| entry * entry).sum::<f64>().sqrt();
    let apart: Vec<f64> = x.iter().zip(y).map(|(x, y)| x - y).collect();
    let (point, reconstruction) = (x.to_vec(), y.to_vec());
    let t = length(&reconstruction);
    let defect = length(&apart) - length(&point) - t;
    Opposite { point, reconstruction, defect, t }
}

fn found(defect: f64) -> bool {
    defect >= -TOLERANCE
}

/// The table `by_seed` with columns for the point of each seed, at least one: `opposite_x`, ..., its reconstruction
/// `opposite_reconstructed_x`, ..., `opposite_t` and `opposite_defect`.
pub fn with_columns(mut table: Table, opposites: &[Opposite]) -> Table {
    let column = |value: &dyn Fn(&Opposite) -> f64| -> Vec<f64> { opposites.iter().map(value).collect() };
    for (axis, name) in AXES.iter().enumerate().take(opposites[0].point.len()) {
        table = table
            .with(&format!("opposite_{name}"), column(&|one| one.point[axis]))
            .with(&format!("opposite_reconstructed_{name}"), column(&|one| one.reconstruction[axis]));
    }
    table.with("opposite_t", column(&|one| one.t)).with("opposite_defect", column(&|one| one.defect))
}

/// The claim that every seed has its point, from the table `by_seed`.
///
/// # Errors
/// [`crate::Error::Column`] if the table is of another version.
pub fn claim(by_seed: &Table) -> Result<Claim> {
    let (t, defect) = (by_seed.numbers("opposite_t")?, by_seed.numbers("opposite_defect")?);
    let ends =
        |values: &[f64]| values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &v| (l.min(v), h.max(v)));
    let claim = Claim::every_seed(
        Origin::theorem(
            "degree: were x' nowhere -t x with t >= 0, x'/|x'| would be homotopic to the identity, of degree 1; but it \
             factors through a compact part of R^{d_l}, d_l <= n, and has degree 0",
        ),
        "some point is reconstructed at or beyond the centre: x' = -t x with t >= 0",
        &defect.iter().map(|&defect| found(defect)).collect::<Vec<_>>(),
        "|x - x'| >= 1 + |x'| - 1e-6, by a grid and damped Gauss-Newton steps,",
    );
    let ((low, high), (worst, _)) = (ends(t), ends(defect));
    Ok(Claim {
        value: format!("{}, t from {low:.2} to {high:.2}, short by {:.0e} at most", claim.value, worst.abs()),
        ..claim
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;
    use ndarray::array;

    #[test]
    fn the_farthest_of_the_points_found_is_taken_and_else_the_nearest_to_one() {
        // Defects 0 at t = 1/2, 0 at t = 2, and √2 - 2 beside the centre.
        let points = array![[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]];
        let reconstructions = array![[-0.5, 0.0], [0.0, -2.0], [0.0, 1.0]];
        let taken = best(&points, &reconstructions);
        assert_eq!((taken.point, taken.t, taken.defect), (vec![0.0, 1.0], 2.0, 0.0));
        let none = best(&array![[1.0, 0.0], [1.0, 0.0]], &array![[1.0, 0.0], [0.0, 1.0]]);
        assert!((none.defect - (2f64.sqrt() - 2.0)).abs() < 1e-12);
    }

    #[test]
    fn a_point_beside_the_ray_falls_short_by_the_square_of_its_distance() {
        let at = |beside: f64| opposite(array![1.0, 0.0].view(), array![-1.0, beside].view()).defect;
        // √(4 + δ²) - 1 - √(1 + δ²) is -δ²/4 to second order.
        assert!((at(0.01) + 2.5e-5).abs() < 1e-8);
        assert!(found(at(0.001)) && !found(at(0.003)));
    }

    #[test]
    fn one_seed_without_a_point_fails_the_claim() {
        let table = |defects: Vec<f64>| {
            Table::new("by_seed").with("opposite_t", vec![0.9, 1.0]).with("opposite_defect", defects)
        };
        let holds = claim(&table(vec![-1e-9, 0.0])).unwrap();
        assert_eq!(holds.verdict, Verdict::Holds);
        assert_eq!(holds.value, "2 of 2 seeds, t from 0.90 to 1.00, short by 1e-9 at most");
        assert_eq!(claim(&table(vec![-1e-9, -0.1])).unwrap().verdict, Verdict::Fails);
        assert_eq!(claim(&table(vec![-1e-9, f64::NAN])).unwrap().verdict, Verdict::Fails);
    }

    #[test]
    fn the_columns_are_those_of_the_points() {
        let one = opposite(array![0.0, 1.0].view(), array![0.25, -1.0].view());
        let table = with_columns(Table::new("by_seed"), &[one]);
        assert_eq!(table.numbers("opposite_y").unwrap(), [1.0]);
        assert_eq!(table.numbers("opposite_reconstructed_x").unwrap(), [0.25]);
        assert!(table.numbers("opposite_z").is_err());
    }
}
