//! Connected components of the cells of a periodic grid, with the ways their loops go round it.

/// A displacement on the unrolled grid: rows and columns.
pub(crate) type Steps = [i64; 2];

/// Sets of connected cells (union-find), where each cell knows its place on the unrolled grid relative to
/// its set's root.
///
/// Two ways from a cell to another that end in different places differ by a loop that goes round the grid:
/// this is exact, whatever the shape of the set.
#[derive(Debug)]
pub(crate) struct Components {
    parents: Vec<usize>,
    /// From the parent to the cell.
    steps: Vec<Steps>,
    /// Of a root: the cells of its set.
    cells: Vec<usize>,
    /// Of a root: whether a loop of its set goes round along the rows, along the columns.
    round: Vec<[bool; 2]>,
}

impl Components {
    /// `count` cells, each one alone.
    pub(crate) fn new(count: usize) -> Self {
        Self {
            parents: (0..count).collect(),
            steps: vec![[0, 0]; count],
            cells: vec![1; count],
            round: vec![[false; 2]; count],
        }
    }

    /// The root of the set of `cell`.
    pub(crate) fn root(&mut self, cell: usize) -> usize {
        self.locate(cell).0
    }

    /// How many cells the set of `root` has.
    pub(crate) fn cells(&self, root: usize) -> usize {
        self.cells[root]
    }

    /// Whether a loop of the set of `root` goes round along the rows, along the columns.
    pub(crate) fn round(&self, root: usize) -> [bool; 2] {
        self.round[root]
    }

    /// Makes neighbours of two cells, `step` leading from `from` to `to` on the unrolled grid.
    pub(crate) fn connect(&mut self, from: usize, to: usize, step: Steps) {
        let (from_root, from_place) = self.locate(from);
        let (to_root, to_place) = self.locate(to);
        let loop_steps = [0, 1].map(|axis| from_place[axis] + step[axis] - to_place[axis]);
        if from_root == to_root {
            self.note(from_root, loop_steps.map(|steps| steps != 0));
        } else if self.cells[from_root] >= self.cells[to_root] {
            self.attach(to_root, from_root, loop_steps);
        } else {
            self.attach(from_root, to_root, loop_steps.map(|steps| -steps));
        }
    }

    /// Makes one set of those of two cells that touch in a point without a direction, as at a pole of a
    /// sphere: a loop through it goes round nothing. Only after all calls of `connect`.
    pub(crate) fn join(&mut self, first: usize, second: usize) {
        let (first, second) = (self.root(first), self.root(second));
        if first != second {
            self.attach(second, first, [0, 0]);
        }
    }

    fn attach(&mut self, child: usize, root: usize, steps: Steps) {
        self.parents[child] = root;
        self.steps[child] = steps;
        self.cells[root] += self.cells[child];
        self.note(root, self.round[child]);
    }

    fn note(&mut self, root: usize, round: [bool; 2]) {
        self.round[root] = [0, 1].map(|axis| self.round[root][axis] || round[axis]);
    }

    /// The root of the set of `cell`, and the cell's place relative to it.
    fn locate(&mut self, mut cell: usize) -> (usize, Steps) {
        let mut place = [0, 0];
        while self.parents[cell] != cell {
            // Each cell on the way is hung to its grandparent, so that later ways are short.
            let parent = self.parents[cell];
            self.steps[cell] = [0, 1].map(|axis| self.steps[cell][axis] + self.steps[parent][axis]);
            self.parents[cell] = self.parents[parent];
            place = [0, 1].map(|axis| place[axis] + self.steps[cell][axis]);
            cell = self.parents[cell];
        }
        (cell, place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_that_closes_on_the_unrolled_grid_goes_round_nothing() {
        let mut square = Components::new(5);
        for (from, to, step) in [(0, 1, [0, 1]), (1, 2, [1, 0]), (3, 2, [0, 1]), (0, 3, [1, 0])] {
            square.connect(from, to, step);
        }
        let root = square.root(2);
        assert_eq!((square.cells(root), square.round(root)), (4, [false, false]));
        assert_ne!(square.root(4), root);
    }

    #[test]
    fn a_loop_that_does_not_close_goes_round_whatever_the_order_of_the_steps() {
        let ring = [(0, 1), (1, 2), (2, 3), (3, 0)];
        for start in 0..4 {
            let mut columns = Components::new(4);
            for index in [0, 2, 1, 3].map(|index| (start + index) % 4) {
                let (from, to) = ring[index];
                columns.connect(from, to, [0, 1]);
            }
            let root = columns.root(start);
            assert_eq!(columns.round(root), [false, true]);
        }
    }

    #[test]
    fn a_set_that_goes_round_still_does_when_joined_to_another() {
        let mut sets = Components::new(3);
        sets.connect(0, 0, [3, 0]);
        sets.connect(1, 2, [0, 1]);
        sets.join(2, 0);
        sets.join(1, 0);
        let root = sets.root(0);
        assert_eq!((sets.cells(root), sets.round(root)), (3, [true, false]));
    }
}
