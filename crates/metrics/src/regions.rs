//! Torn regions of a surface: the connected patches of a grid where the loss is above a threshold.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::components::Components;
use crate::error::{Error, Result, check_finite, check_threshold};

/// How the cells of a surface, given row by row, lie beside each other. All have the same area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// How many rows there are, at least 1.
    pub rows: usize,
    /// How many cells a row has, at least 1.
    pub columns: usize,
    /// Whether the last row is the neighbour of the first.
    pub wrap_rows: bool,
    /// Whether in each row the last cell is the neighbour of the first.
    pub wrap_columns: bool,
    /// Whether all cells of the first row are neighbours of each other, and all of the last row: they touch
    /// at the poles of a sphere, whose rows are slices of equal height.
    pub poles: bool,
}

/// One connected region of a surface whose losses are all above the threshold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patch {
    /// How many cells it has, at least 1.
    pub cells: usize,
    /// Its share of all cells of the grid, hence of the area, in `(0, 1]`.
    pub fraction: f64,
    /// Whether one of its loops goes round through all rows and on from the last to the first.
    pub wraps_rows: bool,
    /// Whether one of its loops goes round through all columns and on from the last to the first.
    pub wraps_columns: bool,
    /// The largest loss in it.
    pub largest: f64,
}

/// The torn regions of a surface, largest first, equally large ones by their first cell.
///
/// `losses`: `[rows · columns]`, row by row, finite. A cell is torn when `loss > threshold`, and its
/// neighbours are the four that share an edge with it, as `grid` says.
///
/// On a torus (both wraps) a region that goes round is a cut along a cycle; one that goes round askew, say
/// once in either direction, has both flags. On a sphere every loop can be drawn together: there
/// `wraps_columns` says that a region goes round the axis, as a band does and a cap round a pole, and a loop
/// through a pole does not count.
///
/// # Errors
/// No losses, another number of them than the grid has cells, one that is not finite, a threshold that is
/// not, or a grid with both poles and `wrap_rows`.
pub fn torn_regions(losses: &[f64], grid: Grid, threshold: f64) -> Result<Vec<Patch>> {
    check_finite("losses", losses)?;
    check_threshold(threshold)?;
    grid.check(losses.len())?;
    let torn: Vec<bool> = losses.iter().map(|loss| *loss > threshold).collect();
    let mut components = grid.components(&torn);
    let mut places: BTreeMap<usize, usize> = BTreeMap::new();
    let mut patches: Vec<Patch> = Vec::new();
    for cell in (0..losses.len()).filter(|cell| torn[*cell]) {
        let root = components.root(cell);
        let place = *places.entry(root).or_insert(patches.len());
        if place == patches.len() {
            patches.push(grid.patch(&components, root, losses[cell]));
        }
        patches[place].largest = patches[place].largest.max(losses[cell]);
    }
    patches.sort_by_key(|patch| Reverse(patch.cells));
    Ok(patches)
}

impl Grid {
    fn check(&self, found: usize) -> Result<()> {
        let Self { rows, columns, .. } = *self;
        if rows.checked_mul(columns) != Some(found) {
            return Err(Error::NotTheGrid { rows, columns, found });
        }
        if self.poles && self.wrap_rows {
            return Err(Error::PolesOnWrappedRows);
        }
        Ok(())
    }

    /// The torn cells, connected to their torn neighbours.
    fn components(&self, torn: &[bool]) -> Components {
        let mut components = Components::new(torn.len());
        for cell in (0..torn.len()).filter(|cell| torn[*cell]) {
            let (row, column) = (cell / self.columns, cell % self.columns);
            let below = after(row, self.rows, self.wrap_rows).map(|next| (next * self.columns + column, [1, 0]));
            let right = after(column, self.columns, self.wrap_columns).map(|next| (cell - column + next, [0, 1]));
            for (neighbour, step) in below.into_iter().chain(right).filter(|(neighbour, _)| torn[*neighbour]) {
                components.connect(cell, neighbour, step);
            }
        }
        if self.poles {
            for pole in [0..self.columns, torn.len() - self.columns..torn.len()] {
                let cells: Vec<usize> = pole.filter(|cell| torn[*cell]).collect();
                cells.windows(2).for_each(|pair| components.join(pair[0], pair[1]));
            }
        }
        components
    }

    fn patch(&self, components: &Components, root: usize, largest: f64) -> Patch {
        let cells = components.cells(root);
        let [wraps_rows, wraps_columns] = components.round(root);
        let fraction = cells as f64 / (self.rows * self.columns) as f64;
        Patch { cells, fraction, wraps_rows, wraps_columns, largest }
    }
}

/// What follows `index` of `count`, if anything does.
fn after(index: usize, count: usize, wrap: bool) -> Option<usize> {
    if index + 1 < count { Some(index + 1) } else { wrap.then_some(0) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Losses and grid of a picture: a digit is a loss, a dot is 0; no side is joined to another.
    fn picture(lines: &[&str]) -> (Vec<f64>, Grid) {
        let digit = |c: char| f64::from(c.to_digit(10).unwrap_or(0));
        let losses = lines.iter().flat_map(|line| line.chars().map(digit)).collect();
        let grid =
            Grid { rows: lines.len(), columns: lines[0].len(), wrap_rows: false, wrap_columns: false, poles: false };
        (losses, grid)
    }

    fn regions(lines: &[&str], shape: fn(Grid) -> Grid) -> Vec<Patch> {
        let (losses, grid) = picture(lines);
        torn_regions(&losses, shape(grid), 1.0).unwrap()
    }

    fn sheet(grid: Grid) -> Grid {
        grid
    }

    fn torus(grid: Grid) -> Grid {
        Grid { wrap_rows: true, wrap_columns: true, ..grid }
    }

    fn sphere(grid: Grid) -> Grid {
        Grid { wrap_columns: true, poles: true, ..grid }
    }

    fn wraps(patches: &[Patch]) -> Vec<(usize, bool, bool)> {
        patches.iter().map(|patch| (patch.cells, patch.wraps_rows, patch.wraps_columns)).collect()
    }

    #[test]
    fn corners_do_not_connect_and_the_largest_region_is_first() {
        let patches = regions(&["3...", ".25.", "1.9."], sheet);
        let patch = |cells, largest| Patch {
            cells,
            fraction: cells as f64 / 12.0,
            wraps_rows: false,
            wraps_columns: false,
            largest,
        };
        assert_eq!(patches, [patch(3, 9.0), patch(1, 3.0)]);
    }

    #[test]
    fn opposite_sides_connect_only_where_they_are_joined() {
        let lines = ["2..3", "....", "4..."];
        assert_eq!(regions(&lines, sheet).len(), 3);
        let joined = regions(&lines, torus);
        assert_eq!(wraps(&joined), [(3, false, false)]);
        assert_eq!(joined[0].largest, 4.0);
        assert_eq!(
            wraps(&regions(&lines, |grid| Grid { wrap_rows: true, ..grid })),
            [(2, false, false), (1, false, false)]
        );
    }

    #[test]
    fn a_cut_along_a_cycle_is_told_from_a_patch_across_the_seam() {
        assert_eq!(wraps(&regions(&["....", "2222", "...."], torus)), [(4, false, true)]);
        assert_eq!(wraps(&regions(&[".2..", ".2..", ".2.."], torus)), [(3, true, false)]);
        assert_eq!(wraps(&regions(&["22.2", "....", "22.2"], torus)), [(6, false, false)]);
        assert_eq!(wraps(&regions(&["....", "2222", "...."], sheet)), [(4, false, false)]);
    }

    #[test]
    fn a_cut_askew_goes_round_both_ways_and_a_winding_one_only_where_it_closes() {
        assert_eq!(wraps(&regions(&["22..", ".22.", "..22", "2..2"], torus)), [(8, true, true)]);
        assert_eq!(wraps(&regions(&["2.222", "222.2", "....."], torus)), [(8, false, true)]);
        assert_eq!(wraps(&regions(&["2.22.", "222.2", "....."], torus)), [(7, false, false)]);
    }

    #[test]
    fn two_cuts_that_cross_are_one_region_that_goes_round_both_ways() {
        assert_eq!(wraps(&regions(&[".2..", "2222", ".2.."], torus)), [(6, true, true)]);
        assert_eq!(wraps(&regions(&["2222", "....", "2222", "...."], torus)), [(4, false, true), (4, false, true)]);
    }

    #[test]
    fn a_pole_connects_its_row_and_a_loop_through_it_goes_round_nothing() {
        let lines = ["2.2.", "2.2.", "2.2."];
        assert_eq!(wraps(&regions(&lines, |grid| Grid { wrap_columns: true, ..grid })), [(3, false, false); 2]);
        assert_eq!(wraps(&regions(&lines, sphere)), [(6, false, false)]);
        assert_eq!(wraps(&regions(&["....", "2222", "...."], sphere)), [(4, false, true)]);
        assert_eq!(wraps(&regions(&["2...", "....", "..2."], sphere)), [(1, false, false); 2]);
    }

    #[test]
    fn a_surface_torn_all_over_is_one_region_and_one_torn_nowhere_none() {
        let patches = regions(&["22", "22"], torus);
        assert_eq!(wraps(&patches), [(4, true, true)]);
        assert_eq!(patches[0].fraction, 1.0);
        assert!(regions(&["11", "1."], torus).is_empty());
    }

    #[test]
    fn losses_that_do_not_fill_the_grid_are_refused() {
        let (losses, grid) = picture(&["22", "22"]);
        let error = torn_regions(&losses[..3], grid, 1.0).unwrap_err();
        assert_eq!(error, Error::NotTheGrid { rows: 2, columns: 2, found: 3 });
        let endless = Grid { rows: usize::MAX, columns: 2, ..grid };
        assert!(matches!(torn_regions(&losses, endless, 1.0).unwrap_err(), Error::NotTheGrid { .. }));
        let both = Grid { wrap_rows: true, poles: true, ..grid };
        assert_eq!(torn_regions(&losses, both, 1.0).unwrap_err(), Error::PolesOnWrappedRows);
        assert_eq!(torn_regions(&[], grid, 1.0).unwrap_err(), Error::EmptySample { which: "losses" });
        assert!(matches!(torn_regions(&losses, grid, f64::NAN).unwrap_err(), Error::ThresholdNotFinite { .. }));
        let error = torn_regions(&[0.0, 0.0, f64::NAN, 0.0], grid, 1.0).unwrap_err();
        assert!(matches!(error, Error::NotFinite { index: 2, .. }));
    }
}
