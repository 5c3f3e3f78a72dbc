//! Persistent homology of a set of points: how many pieces, loops and voids it has, and at which scales.
//!
//! Computed by the library `cocycle` on the Vietoris-Rips complex over the field of two elements.

use cocycle::diagram::IntervalEnd;
use cocycle::filtration::RipsBuilder;
use cocycle::geometry::PointCloudView;
use cocycle::persistence::PersistenceExt as _;

use crate::{Error, Result};

/// A feature of the set: a piece (dimension 0), a loop (1) or a void (2).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bar {
    /// Dimension of the feature.
    pub dimension: usize,
    /// Distance from which on the points show it.
    pub birth: f64,
    /// Distance from which on it is filled; infinite for what is never filled.
    pub death: f64,
}

impl Bar {
    /// Range of distances over which the feature is seen.
    pub fn length(&self) -> f64 {
        self.death - self.birth
    }
}

/// The barcode of `points` (each a slice of as many coordinates) up to homology of dimension `highest`, the longest bar of each
/// dimension first.
///
/// Time and memory grow fast with the number of points: some hundreds are meant, drawn evenly from the set.
///
/// # Errors
/// [`Error::TooFew`] for fewer than two points, [`Error::NotFinite`] for a coordinate that is not finite,
/// [`Error::Homology`] if the library refuses the points, as it does when they differ in dimension.
pub fn barcode(points: &[Vec<f64>], highest: usize) -> Result<Vec<Bar>> {
    let which = "points of the set";
    if points.len() < 2 {
        return Err(Error::TooFew { which, needed: 2, found: points.len() });
    }
    for (index, point) in points.iter().enumerate() {
        if let Some(&value) = point.iter().find(|x| !x.is_finite()) {
            return Err(Error::NotFinite { which, index, value });
        }
    }
    let refused = |error: cocycle::Error| Error::Homology { reason: error.to_string() };
    let columns = points[0].len();
    if points.iter().any(|point| point.len() != columns) {
        return Err(Error::Homology { reason: "they differ in dimension".to_owned() });
    }
    let coordinates = points.concat();
    let cloud = PointCloudView::new(&coordinates, points.len(), columns).map_err(refused)?;
    let rips = RipsBuilder::from_points(cloud);
    let result = rips.persistence().max_homology_dimension(highest).compute().map_err(refused)?;
    let mut bars: Vec<Bar> = result
        .diagram()
        .intervals()
        .map(|interval| Bar {
            dimension: interval.dimension(),
            birth: interval.birth(),
            death: match interval.end() {
                IntervalEnd::Finite(death) => death,
                _ => f64::INFINITY,
            },
        })
        .collect();
    bars.sort_by(|a, b| {
        a.dimension.cmp(&b.dimension).then(b.length().total_cmp(&a.length())).then(a.birth.total_cmp(&b.birth))
    });
    Ok(bars)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn on_circle(from: f64, to: f64, n: usize) -> Vec<Vec<f64>> {
        let angle = |i: usize| from + (to - from) * i as f64 / n as f64;
        (0..n).map(|i| vec![angle(i).cos(), angle(i).sin()]).collect()
    }

    fn longest(bars: &[Bar], dimension: usize) -> f64 {
        bars.iter()
            .filter(|bar| bar.dimension == dimension)
            .map(Bar::length)
            .filter(|l| l.is_finite())
            .fold(0.0, f64::max)
    }

    #[test]
    fn a_square_has_one_loop_from_its_side_to_its_diagonal() {
        let square = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]].map(|p| p.to_vec());
        let bars = barcode(&square, 1).unwrap();
        let loops: Vec<&Bar> = bars.iter().filter(|bar| bar.dimension == 1).collect();
        assert_eq!(loops.len(), 1);
        assert!((loops[0].birth - 1.0).abs() < 1e-6 && (loops[0].death - 2f64.sqrt()).abs() < 1e-6, "{loops:?}");
        assert_eq!(bars.iter().filter(|bar| bar.dimension == 0 && bar.death.is_infinite()).count(), 1);
    }

    #[test]
    fn a_circle_has_a_long_loop_and_an_arc_with_a_wide_gap_has_none() {
        let circle = barcode(&on_circle(0.0, std::f64::consts::TAU, 99), 1).unwrap();
        // The loop is born at the distance of neighbours and filled by triangles of side √3.
        let expected = 3f64.sqrt() - 2.0 * (std::f64::consts::PI / 99.0).sin();
        assert!((longest(&circle, 1) - expected).abs() < 1e-9, "{} {expected}", longest(&circle, 1));
        let arc = barcode(&on_circle(0.0, 3.0, 100), 1).unwrap();
        assert!(longest(&arc, 1) < 0.05, "{arc:?}");
    }

    #[test]
    fn points_that_cannot_have_a_barcode_are_refused() {
        assert!(matches!(barcode(&[vec![0.0]], 1), Err(Error::TooFew { .. })));
        assert!(matches!(barcode(&[vec![0.0], vec![f64::NAN]], 1), Err(Error::NotFinite { index: 1, .. })));
        assert!(matches!(barcode(&[vec![0.0], vec![0.0, 1.0]], 1), Err(Error::Homology { .. })));
    }
}
