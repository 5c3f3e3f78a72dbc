//! A grid of coloured cells.

use super::super::canvas::Canvas;
use super::super::clip;
use super::super::frame::Frame;
use super::super::{Colour, ColourScale, Error, Result};
use super::{Draw, check};

/// A grid of coloured cells, such as a calorimeter image.
#[derive(Clone, Debug, PartialEq)]
pub struct Image {
    /// Values row by row, the lowest row first: `values[row * columns + column]`.
    pub values: Vec<f64>,
    /// Number of columns; the number of values is a multiple of it.
    pub columns: usize,
    /// Outer edges of the first and the last column.
    pub x: (f64, f64),
    /// Outer edges of the first and the last row.
    pub y: (f64, f64),
    /// How values become colours.
    pub scale: ColourScale,
}

impl Image {
    /// An image of `values` in rows of `columns`, stretched over `x` and `y`.
    pub fn new(values: &[f64], columns: usize, x: (f64, f64), y: (f64, f64), scale: ColourScale) -> Self {
        Self { values: values.to_vec(), columns, x, y, scale }
    }

    fn rows(&self) -> usize {
        self.values.len() / self.columns.max(1)
    }

    /// The cell at a row and, for equal neighbours, a range of columns.
    fn cell(&self, frame: &Frame, row: usize, columns: std::ops::Range<usize>) -> Vec<(f64, f64)> {
        let along =
            |(from, to): (f64, f64), index: usize, count: usize| from + (to - from) * index as f64 / count as f64;
        let left = frame.at_x(along(self.x, columns.start, self.columns));
        let right = frame.at_x(along(self.x, columns.end, self.columns));
        let bottom = frame.at_y(along(self.y, row, self.rows()));
        let top = frame.at_y(along(self.y, row + 1, self.rows()));
        vec![(left, top), (right, top), (right, bottom), (left, bottom)]
    }
}

/// Ranges of neighbours of the same colour.
fn equal_neighbours(colours: &[Colour]) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for end in 1..=colours.len() {
        if end == colours.len() || colours[end] != colours[start] {
            ranges.push(start..end);
            start = end;
        }
    }
    ranges
}

/// Moves the right and the upper side of a cell outwards, so that no seam shows where the next one covers them.
fn overlapping(cell: &[(f64, f64)]) -> Vec<(f64, f64)> {
    const OVERLAP: f64 = 0.3;
    let middle = (0.5 * (cell[0].0 + cell[2].0), 0.5 * (cell[0].1 + cell[2].1));
    let moved =
        |(x, y): (f64, f64)| (if x > middle.0 { x + OVERLAP } else { x }, if y < middle.1 { y - OVERLAP } else { y });
    cell.iter().copied().map(moved).collect()
}

impl Draw for Image {
    fn check(&self) -> Result<()> {
        if self.values.is_empty() {
            return Ok(());
        }
        check::finite("image", "values", &self.values)?;
        check::finite("image", "extent", &[self.x.0, self.x.1, self.y.0, self.y.1])?;
        if self.columns == 0 || !self.values.len().is_multiple_of(self.columns) {
            let expected = self.columns * self.values.len().div_ceil(self.columns.max(1));
            let (layer, length) = ("image".to_string(), self.values.len());
            return Err(Error::Length { layer, quantity: "values", length, expected });
        }
        self.scale.check("image", &self.values)
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame) -> Result<()> {
        for (row, values) in self.values.chunks(self.columns.max(1)).enumerate() {
            let colours: Vec<Colour> = values.iter().map(|value| self.scale.colour(*value)).collect();
            for columns in equal_neighbours(&colours) {
                let colour = colours[columns.start];
                let cell = overlapping(&self.cell(frame, row, columns));
                canvas.surface(&clip::polygon(&frame.rect, &cell), colour, 1.0)?;
            }
        }
        Ok(())
    }

    fn shows(&self) -> bool {
        !self.values.is_empty()
    }

    fn covered(&self, frame: &Frame) -> Vec<(f64, f64)> {
        let cells = (0..self.rows()).flat_map(|row| (0..self.columns).map(move |column| (row, column)));
        cells.map(|(row, column)| self.cell(frame, row, column..column + 1)[3]).collect()
    }

    fn colours(&self) -> Option<&ColourScale> {
        Some(&self.scale)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::ColourMap;
    use super::super::super::geometry::Rect;
    use super::super::super::{Axis, Scale};
    use super::*;

    fn image(values: &[f64], columns: usize) -> Image {
        Image::new(values, columns, (0.0, 2.0), (0.0, 2.0), ColourScale::linear(ColourMap::Reds, 0.0, 1.0))
    }

    #[test]
    fn first_row_is_the_lowest() {
        let axis = Axis { scale: Scale::Linear, ..Axis::linear("", 0.0, 2.0) };
        let frame = Frame::new(Rect::of_size(0.0, 0.0, 20.0, 20.0), &axis, &axis);
        let image = image(&[0.0, 0.0, 1.0, 1.0], 2);
        assert_eq!(image.cell(&frame, 0, 0..1), [(0.0, 10.0), (10.0, 10.0), (10.0, 20.0), (0.0, 20.0)]);
        assert_eq!(image.cell(&frame, 1, 0..2)[0], (0.0, 0.0));
    }

    #[test]
    fn equal_neighbours_are_drawn_as_one() {
        let (a, b) = (Colour::BLACK, Colour::WHITE);
        assert_eq!(equal_neighbours(&[a, a, b, a]), [0..2, 2..3, 3..4]);
    }

    #[test]
    fn rows_must_be_complete() {
        assert!(matches!(image(&[0.0; 5], 2).check(), Err(Error::Length { length: 5, expected: 6, .. })));
        assert!(image(&[0.0; 5], 0).check().is_err());
        assert!(image(&[0.0; 6], 2).check().is_ok());
    }
}
