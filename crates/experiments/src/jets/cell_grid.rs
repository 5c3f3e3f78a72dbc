//! A table as a picture: a grid of coloured cells with a text in each.

use crate::plot::{Annotation, Axis, Colour, ColourScale, Dash, Guide, Image, Label, Panel, Region, Ticks};

/// Below this lightness of a cell its text is white: black and white contrast alike with it.
const DARK: f64 = 50.0;

/// A grid of cells, the first row at the top.
#[derive(Debug, Clone)]
pub struct CellGrid<'a> {
    /// Names of the rows.
    pub rows: Vec<Label>,
    /// Names of the columns.
    pub columns: &'a [&'static str],
    /// Values, row by row; NaN is a grey cell.
    pub values: Vec<f64>,
    /// What is written in each cell.
    pub texts: Vec<String>,
    /// How values become colours.
    pub scale: ColourScale,
    /// Rows above which a line is drawn.
    pub lines_above: Vec<usize>,
}

impl CellGrid<'_> {
    /// The grid as a panel; without `named` the rows' names are left out.
    pub fn panel(&self, title: impl Into<Label>, named: bool) -> Panel {
        let (across, up) = (self.columns.len() as f64, self.rows.len() as f64);
        let labels = self.columns.iter().enumerate().map(|(column, name)| (column as f64 + 0.5, Label::from(*name)));
        let x = Axis::linear("", 0.0, across).ticks(Ticks::Names(labels.collect()));
        let names = self.rows.iter().enumerate().map(|(row, name)| (up - row as f64 - 0.5, name.clone()));
        let names = if named { Ticks::Names(names.collect()) } else { Ticks::None };
        let mut panel = Panel::new(x, Axis::linear("", 0.0, up).ticks(names)).title(title);
        panel =
            panel.with(Image::new(&self.upwards(), self.columns.len(), (0.0, across), (0.0, up), self.scale.clone()));
        for (cell, (value, text)) in self.values.iter().zip(&self.texts).enumerate() {
            let (left, bottom) = self.corner(cell);
            if value.is_nan() {
                panel = panel.with(unknown(left, bottom));
            }
            let text = Annotation::new(left + 0.5, bottom + 0.5, Label::plain(text)).colour(self.text_colour(*value));
            panel = panel.with(text.fixed());
        }
        self.lines_above.iter().fold(panel, |panel, row| panel.with(line(up - *row as f64)))
    }

    /// The values with the lowest row first; NaN, which is drawn over, has the lowest colour.
    fn upwards(&self) -> Vec<f64> {
        let rows: Vec<&[f64]> = self.values.chunks(self.columns.len().max(1)).rev().collect();
        rows.concat().into_iter().map(|value| if value.is_nan() { self.scale.limits.0 } else { value }).collect()
    }

    /// The lower left corner of cell number `cell`.
    fn corner(&self, cell: usize) -> (f64, f64) {
        let (row, column) = (cell / self.columns.len(), cell % self.columns.len());
        (column as f64, (self.rows.len() - row - 1) as f64)
    }

    fn text_colour(&self, value: f64) -> Colour {
        let dark = !value.is_nan() && self.scale.colour(value).lightness() < DARK;
        if dark { Colour::WHITE } else { Colour::BLACK }
    }
}

fn unknown(left: f64, bottom: f64) -> Region {
    let (right, top) = (left + 1.0, bottom + 1.0);
    Region::new(&[left, right, right, left], &[bottom, bottom, top, top])
        .without_outline()
        .filled(Colour::LIGHT_GREY, 1.0)
}

fn line(at: f64) -> Guide {
    Guide::horizontal(at).colour(Colour::WHITE).dash(Dash::Solid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::ColourMap;

    fn grid(rows: &[Label]) -> CellGrid<'static> {
        CellGrid {
            rows: rows.to_vec(),
            columns: &["a", "b"],
            values: vec![0.0, 1.0, f64::NAN, 0.5],
            texts: ["0", "1", "–", "½"].map(str::to_owned).to_vec(),
            scale: ColourScale::linear(ColourMap::Viridis, 0.0, 1.0),
            lines_above: vec![1],
        }
    }

    #[test]
    fn the_first_row_is_at_the_top() {
        let rows = ["first", "second"].map(Label::from);
        let grid = grid(&rows);
        assert_eq!(grid.upwards(), [0.0, 0.5, 0.0, 1.0]);
        assert_eq!((grid.corner(0), grid.corner(3)), ((0.0, 1.0), (1.0, 0.0)));
    }

    #[test]
    fn a_text_is_white_on_a_dark_cell_only() {
        let rows = ["first", "second"].map(Label::from);
        let grid = grid(&rows);
        assert_eq!([0.0, 1.0, f64::NAN].map(|v| grid.text_colour(v)), [Colour::WHITE, Colour::BLACK, Colour::BLACK]);
    }
}
