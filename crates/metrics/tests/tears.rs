//! Properties of the torn arcs of any closed curve, the torn regions of any grid, and of jumps and trends.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use metrics::{Grid, Jump, jump, power_law, rank_correlation, torn_arcs, torn_regions};
use proptest::collection::vec;
use proptest::prelude::*;

/// Losses of a few values around the threshold 1, so that regions are of all shapes and peaks are tied.
fn losses(count: impl Into<proptest::collection::SizeRange>) -> impl Strategy<Value = Vec<f64>> {
    vec((0_u8..=4).prop_map(|half| f64::from(half) * 0.5), count)
}

fn grids() -> impl Strategy<Value = (Grid, Vec<f64>)> {
    let sides = (1_usize..=4, 1_usize..=4, any::<bool>(), any::<bool>(), any::<bool>());
    sides.prop_flat_map(|(rows, columns, wrap_rows, wrap_columns, poles)| {
        let grid = Grid { rows, columns, wrap_rows, wrap_columns, poles: poles && !wrap_rows };
        (Just(grid), losses(rows * columns))
    })
}

fn rotated<T: Clone>(values: &[T], by: usize) -> Vec<T> {
    let mut rotated = values.to_vec();
    rotated.rotate_left(by % values.len());
    rotated
}

/// A place on the unrolled grid.
type Place = (i64, i64);

/// The cell of the grid at a place on its unrolled copy, if the grid goes on that far.
fn cell(grid: &Grid, (row, column): Place) -> Option<(usize, usize)> {
    let along = |index: i64, count: usize, wrap: bool| {
        let folded = index.rem_euclid(count as i64);
        (wrap || folded == index).then_some(folded as usize)
    };
    Some((along(row, grid.rows, grid.wrap_rows)?, along(column, grid.columns, grid.wrap_columns)?))
}

/// Every place that a walk over torn cells reaches from `start`, no further than a loop can need.
fn reached(grid: &Grid, torn: &[bool], start: Place) -> BTreeSet<Place> {
    let farthest = torn.len() as i64;
    let mut reached = BTreeSet::from([start]);
    let mut next = vec![start];
    while let Some((row, column)) = next.pop() {
        for place in [(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)] {
            let near = (place.0 - start.0).abs() <= farthest && (place.1 - start.1).abs() <= farthest;
            let is_torn = cell(grid, place).is_some_and(|(row, column)| torn[row * grid.columns + column]);
            if near && is_torn && reached.insert(place) {
                next.push(place);
            }
        }
    }
    reached
}

/// A region found by walking: its cells, and whether a walk comes back to its start elsewhere.
struct Walked {
    cells: BTreeSet<(usize, usize)>,
    wraps_rows: bool,
    wraps_columns: bool,
}

impl Walked {
    fn from(grid: &Grid, torn: &[bool], start: (usize, usize)) -> Self {
        let (row, column) = (start.0 as i64, start.1 as i64);
        let places = reached(grid, torn, (row, column));
        let again = || places.iter().filter(|place| cell(grid, **place) == Some(start));
        Self {
            cells: places.iter().filter_map(|place| cell(grid, *place)).collect(),
            wraps_rows: again().any(|place| place.0 != row),
            wraps_columns: again().any(|place| place.1 != column),
        }
    }

    fn touches(&self, other: &Self, grid: &Grid) -> bool {
        let both_in = |row| [self, other].iter().all(|region| region.cells.iter().any(|cell| cell.0 == row));
        !self.cells.is_disjoint(&other.cells) || grid.poles && (both_in(0) || both_in(grid.rows - 1))
    }

    fn merged(self, other: Self) -> Self {
        Self {
            cells: &self.cells | &other.cells,
            wraps_rows: self.wraps_rows || other.wraps_rows,
            wraps_columns: self.wraps_columns || other.wraps_columns,
        }
    }
}

fn regions_by_walking(grid: &Grid, torn: &[bool]) -> Vec<(usize, bool, bool)> {
    let mut regions: Vec<Walked> = Vec::new();
    for index in (0..torn.len()).filter(|index| torn[*index]) {
        let region = Walked::from(grid, torn, (index / grid.columns, index % grid.columns));
        let (touching, mut apart): (Vec<_>, Vec<_>) =
            regions.into_iter().partition(|other| region.touches(other, grid));
        apart.push(touching.into_iter().fold(region, Walked::merged));
        regions = apart;
    }
    regions.into_iter().map(|region| (region.cells.len(), region.wraps_rows, region.wraps_columns)).collect()
}

proptest! {
    #[test]
    fn the_arcs_are_the_torn_samples_and_their_ends_are_not_torn(losses in losses(1..30)) {
        let n = losses.len();
        let arcs = torn_arcs(&losses, 1.0).unwrap();
        let mut covered = vec![false; n];
        for arc in &arcs {
            for index in (arc.first..arc.first + arc.length).map(|index| index % n) {
                prop_assert!(!std::mem::replace(&mut covered[index], true));
                prop_assert!(losses[index] <= arc.largest);
            }
            prop_assert!(covered[arc.peak] && losses[arc.peak] == arc.largest);
            if arc.length < n {
                prop_assert!(losses[(arc.first + n - 1) % n] <= 1.0 && losses[(arc.first + arc.length) % n] <= 1.0);
            }
        }
        let torn: Vec<bool> = losses.iter().map(|loss| *loss > 1.0).collect();
        prop_assert_eq!(covered, torn);
        prop_assert!(arcs.windows(2).all(|pair| pair[0].length >= pair[1].length));
    }

    #[test]
    fn arcs_and_jumps_move_with_the_first_sample(losses in losses(2..30), by in 0_usize..30) {
        let n = losses.len();
        let moved = rotated(&losses, by);
        let places = |losses: &[f64], by: usize| {
            let arcs = torn_arcs(losses, 1.0).unwrap().into_iter().filter(|arc| arc.length < n);
            let twice_the_centre = |centre: f64| (2.0 * centre) as usize;
            let mut places: Vec<_> = arcs
                .map(|arc| {
                    let centre = (twice_the_centre(arc.centre) + 2 * by) % (2 * n);
                    ((arc.first + by) % n, arc.length, (arc.peak + by) % n, centre)
                })
                .collect();
            places.sort_unstable();
            places
        };
        prop_assert_eq!(places(&losses, 0), places(&moved, by));
        if let (Ok(jump), Ok(moved)) = (jump(&losses), jump(&moved)) {
            prop_assert_eq!(jump.size.abs(), moved.size.abs());
        }
    }

    #[test]
    fn a_grid_of_one_row_is_a_closed_curve(losses in losses(1..30)) {
        let grid = Grid { rows: 1, columns: losses.len(), wrap_rows: false, wrap_columns: true, poles: false };
        let arcs = torn_arcs(&losses, 1.0).unwrap();
        let patches = torn_regions(&losses, grid, 1.0).unwrap();
        prop_assert_eq!(arcs.len(), patches.len());
        for (arc, patch) in arcs.iter().zip(&patches) {
            prop_assert_eq!(arc.length, patch.cells);
            prop_assert_eq!(patch.wraps_columns, arc.length == losses.len());
        }
    }

    #[test]
    fn regions_and_their_loops_are_those_of_a_walk_on_the_unrolled_grid((grid, losses) in grids()) {
        let torn: Vec<bool> = losses.iter().map(|loss| *loss > 1.0).collect();
        let patches = torn_regions(&losses, grid, 1.0).unwrap();
        let found: Vec<_> = patches.iter().map(|patch| (patch.cells, patch.wraps_rows, patch.wraps_columns)).collect();
        let mut expected = regions_by_walking(&grid, &torn);
        prop_assert!(found.is_sorted_by_key(|(cells, ..)| std::cmp::Reverse(*cells)));
        let mut sorted = found.clone();
        sorted.sort_unstable();
        expected.sort_unstable();
        prop_assert_eq!(sorted, expected);
    }

    #[test]
    fn rows_and_columns_are_alike(losses in losses(20), wraps in any::<(bool, bool)>()) {
        let grid = Grid { rows: 4, columns: 5, wrap_rows: wraps.0, wrap_columns: wraps.1, poles: false };
        let turned = Grid { rows: 5, columns: 4, wrap_rows: wraps.1, wrap_columns: wraps.0, poles: false };
        let transposed: Vec<f64> = (0..20).map(|index| losses[index % 4 * 5 + index / 4]).collect();
        let sorted = |losses: &[f64], grid, turn: bool| {
            let patches = torn_regions(losses, grid, 1.0).unwrap().into_iter();
            let wraps = |rows, columns| if turn { (columns, rows) } else { (rows, columns) };
            let mut found: Vec<_> = patches
                .map(|patch| (patch.cells, wraps(patch.wraps_rows, patch.wraps_columns), patch.largest.to_bits()))
                .collect();
            found.sort_unstable();
            found
        };
        prop_assert_eq!(sorted(&losses, grid, false), sorted(&transposed, turned, true));
    }

    #[test]
    fn a_cut_anywhere_in_a_monotone_curve_is_its_jump(
        mut values in proptest::collection::btree_set(-1000_i32..1000, 3..40),
        by in 0_usize..40,
        falls in any::<bool>(),
    ) {
        values.insert(5000);
        let sign = if falls { -1.0 } else { 1.0 };
        let sorted: Vec<f64> = values.iter().map(|value| sign * f64::from(*value)).collect();
        let (n, by) = (sorted.len(), by % sorted.len());
        let found = jump(&rotated(&sorted, by)).unwrap();
        prop_assert_eq!((found.at + by) % n, n - 1);
        prop_assert_eq!(found.size, sorted[0] - sorted[n - 1]);
        prop_assert_eq!(found.monotone_share, 1.0);
    }

    #[test]
    fn more_than_half_of_the_rest_runs_against_the_jump(values in losses(2..30)) {
        prop_assume!(values.iter().any(|value| *value != values[0]));
        let found = jump(&values).unwrap();
        prop_assert!(found.monotone_share > 0.5 && found.monotone_share <= 1.0);
        let mirrored: Vec<f64> = values.iter().map(|value| -value).collect();
        let mirrored = jump(&mirrored).unwrap();
        prop_assert_eq!(mirrored, Jump { size: -found.size, ..found });
    }

    #[test]
    fn units_change_the_amplitude_of_a_power_law_alone(
        pairs in vec((0.1..10.0, 0.1..10.0), 3..30),
        units in (0.01..100.0, 0.01..100.0),
    ) {
        let (x, y): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
        prop_assume!(x.iter().any(|value| (value / x[0]).ln().abs() > 0.1));
        let law = power_law(&x, &y).unwrap();
        let scaled = |values: &[f64], unit: f64| values.iter().map(|value| value * unit).collect::<Vec<_>>();
        let other = power_law(&scaled(&x, units.0), &scaled(&y, units.1)).unwrap();
        let expected = law.amplitude.ln() + f64::ln(units.1) - law.exponent * f64::ln(units.0);
        prop_assert!((other.exponent - law.exponent).abs() < 1e-9);
        prop_assert!((other.exponent_error - law.exponent_error).abs() < 1e-9);
        prop_assert!((other.amplitude.ln() - expected).abs() < 1e-8);
    }

    #[test]
    fn only_ranks_matter_to_the_rank_correlation(pairs in vec((0_i32..6, 0_i32..6), 2..30)) {
        let (x, y): (Vec<f64>, Vec<f64>) = pairs.iter().map(|(x, y)| (f64::from(*x), f64::from(*y))).unzip();
        let Ok(found) = rank_correlation(&x, &y) else { return Ok(()) };
        prop_assert!((-1.0..=1.0).contains(&found));
        prop_assert_eq!(found, rank_correlation(&y, &x).unwrap());
        let mapped = |map: fn(f64) -> f64| x.iter().map(|x| map(*x)).collect::<Vec<_>>();
        prop_assert_eq!(found, rank_correlation(&mapped(f64::exp), &y).unwrap());
        prop_assert_eq!(found, -rank_correlation(&mapped(|x| -x.powi(3)), &y).unwrap());
    }
}
