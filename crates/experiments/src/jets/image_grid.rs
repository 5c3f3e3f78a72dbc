//! Jet images in rows and columns: as a table of pixels, and as a page with one colour scale for all.

use super::image_panel::{image_panel, image_scale};
use crate::Result;
use crate::label;
use crate::plot::{ColourBar, ColourMap, Label, Page, Panel, Ticks};
use crate::rows::Rows;
use crate::tables::{Table, Tables};

/// Pixels below this fraction of an image's sum are drawn white, as those are that hold nothing.
pub const LEAST_SHOWN: f64 = 1e-3;

/// Images, each of which has a row and a column of the grid.
#[derive(Debug)]
pub struct ImageGrid {
    half_width: f64,
    pixels: Rows<2, 3>,
}

impl ImageGrid {
    /// Name of the table that holds the pixels.
    pub const TABLE: &str = "data";

    /// An empty grid of images whose window reaches to `half_width` on each side.
    pub fn new(half_width: f64) -> Self {
        Self { half_width, pixels: Rows::new(["row", "column"], ["x", "y", "fraction_of_sum"]) }
    }

    /// Adds an image, row-major with rows along φ', in fractions of the input's sum.
    pub fn add(&mut self, row: &str, column: &str, image: &[f64]) {
        let side = (image.len() as f64).sqrt() as usize;
        let centre = |index: usize| -self.half_width + (index as f64 + 0.5) * 2.0 * self.half_width / side as f64;
        for (pixel, &value) in image.iter().enumerate() {
            self.pixels.push([row, column], [centre(pixel % side), centre(pixel / side), value]);
        }
    }

    /// The pixels, and the window that they fill.
    pub fn tables(self) -> [Table; 2] {
        [self.pixels.table(Self::TABLE), Table::new("window").with("half_width", vec![self.half_width])]
    }
}

/// The grid as a page of frames with the given side in points; `title` gives that of the image at a row and a column.
///
/// # Errors
/// [`crate::Error::Column`] if the tables hold no grid, or what `title` gives.
pub fn grid_page(
    tables: &Tables,
    map: ColourMap,
    side: f64,
    title: &dyn Fn(&str, &str) -> Result<Label>,
) -> Result<Page> {
    let table = tables.get(ImageGrid::TABLE)?;
    let half_width = tables.get("window")?.numbers("half_width")?[0];
    let (rows, columns) = (in_order(table.texts("row")?), in_order(table.texts("column")?));
    let scale = image_scale(map, LEAST_SHOWN, table.numbers("fraction_of_sum")?.iter().copied().fold(0.0, f64::max));
    let mut panels = Vec::new();
    for (below, row) in rows.iter().enumerate() {
        for (right, column) in columns.iter().enumerate() {
            let image: Vec<f64> = image(table, row, column)?
                .into_iter()
                .map(|value| if value < LEAST_SHOWN { 0.0 } else { value })
                .collect();
            let mut panel = image_panel(&image, half_width, &scale, title(row, column)?);
            if right + 1 == columns.len() {
                panel.colour_bar = Some(ColourBar { ticks: decades(), ..ColourBar::new("fraction of the sum") });
            }
            panels.push(with_outer_axes(panel, half_width, right == 0, below + 1 == rows.len()));
        }
    }
    Ok(Page::new(panels).columns(columns.len()).frame(side, side))
}

/// The names in the order in which they first appear.
fn in_order(names: &[String]) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for name in names {
        if !found.contains(&name.as_str()) {
            found.push(name);
        }
    }
    found
}

/// The pixels of the image at a row and a column.
fn image(table: &Table, row: &str, column: &str) -> Result<Vec<f64>> {
    let places = table.texts("row")?.iter().zip(table.texts("column")?);
    let values = places.zip(table.numbers("fraction_of_sum")?);
    Ok(values.filter(|((r, c), _)| *r == row && *c == column).map(|(_, value)| *value).collect())
}

/// The panel with numbers and labels only where it stands at the grid's left or lower side.
fn with_outer_axes(mut panel: Panel, half_width: f64, left: bool, lowest: bool) -> Panel {
    let half = 0.5 * half_width;
    let major = vec![(-half, label!("−{}", half)), (0.0, "0".into()), (half, label!("{}", half))];
    for (axis, outer) in [(&mut panel.y, left), (&mut panel.x, lowest)] {
        if outer {
            axis.ticks = Ticks::At { major: major.clone(), minor: Vec::new() };
        } else {
            axis.label = Label::default();
            axis.ticks = Ticks::None;
        }
    }
    panel
}

/// A tick with its number at every decade, however small the panel.
fn decades() -> Ticks {
    let major = (-3..=0).map(|power| (10f64.powi(power), label!("10^{{{}}}", power))).collect();
    let minor = (-3..0).flat_map(|power| (2..10).map(move |digit| f64::from(digit) * 10f64.powi(power))).collect();
    Ticks::At { major, minor }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_comes_back_from_its_place_in_the_grid() {
        let mut grid = ImageGrid::new(1.0);
        grid.add("top", "input", &[0.1, 0.2, 0.3, 0.4]);
        grid.add("QCD", "input", &[1.0, 0.0, 0.0, 0.0]);
        grid.add("top", "output", &[0.0, 0.0, 0.0, 1.0]);
        let [pixels, window] = grid.tables();
        assert_eq!(in_order(pixels.texts("row").unwrap()), ["top", "QCD"]);
        assert_eq!(image(&pixels, "top", "input").unwrap(), [0.1, 0.2, 0.3, 0.4]);
        assert_eq!(image(&pixels, "top", "output").unwrap(), [0.0, 0.0, 0.0, 1.0]);
        assert_eq!(pixels.numbers("x").unwrap()[..4], [-0.5, 0.5, -0.5, 0.5]);
        assert_eq!(pixels.numbers("y").unwrap()[..4], [-0.5, -0.5, 0.5, 0.5]);
        assert_eq!(window.numbers("half_width").unwrap(), [1.0]);
    }
}
