//! The loops of a set of points and of its reconstructions: bars of persistent homology, as a table and as a panel.

use metrics::barcode;
use ndarray::Array2;

use crate::Result;
use crate::figure::Palette;
use crate::label;
use crate::plot::{Axis, Colour, Dash, Label, Line, Panel, Ticks};
use crate::tables::{Table, Tables};

/// Name of the table.
const TABLE: &str = "loops";
/// Points that a barcode is made of, at most: its time grows fast with them.
const POINTS: usize = 120;
/// Shorter bars are the points' spacing.
const SHORTEST: f64 = 0.05;
/// Room for one set of points in the panel.
const ROOM: f64 = 1.0;

/// A loop of a set, or of its reconstruction from `latent` dimensions (0: the set itself): it is seen when points nearer to
/// each other than `birth` are joined, and until they are joined up to `death`.
#[derive(Debug, Clone, PartialEq)]
pub struct Loop {
    set: &'static str,
    latent: i64,
    birth: f64,
    death: f64,
}

/// The loops of `points`, `[n, features]`, of which evenly many are left out.
///
/// # Errors
/// [`crate::Error::Metric`] for points that are not finite or too few.
pub fn loops(set: &'static str, latent: i64, points: &Array2<f64>) -> Result<Vec<Loop>> {
    let step = points.nrows().div_ceil(POINTS).max(1);
    let some: Vec<Vec<f64>> = points.rows().into_iter().step_by(step).map(|row| row.to_vec()).collect();
    let bars = barcode(&some, 1)?.into_iter().filter(|bar| bar.dimension == 1 && bar.length() > SHORTEST);
    Ok(bars.map(|bar| Loop { set, latent, birth: bar.birth, death: bar.death }).collect())
}

/// All loops as a table.
pub fn table(loops: &[Loop]) -> Table {
    let column = |value: &dyn Fn(&Loop) -> f64| -> Vec<f64> { loops.iter().map(value).collect() };
    Table::new(TABLE)
        .with_texts("set", loops.iter().map(|found| found.set))
        .with("latent", column(&|found| found.latent as f64))
        .with("birth", column(&|found| found.birth))
        .with("death", column(&|found| found.death))
}

/// The bars of a set (at the top, green) and of its reconstructions, over the distance up to which points are joined.
///
/// # Errors
/// [`crate::Error::Column`] if the tables are of another version.
pub fn panel(set: &str, dimensions: &[i64], tables: &Tables, palette: &Palette) -> Result<Panel> {
    let table = tables.get(TABLE)?;
    let [latent, birth, death] = ["latent", "birth", "death"].map(|name| table.numbers_where(name, "set", set));
    let (latent, birth, death) = (latent?, birth?, death?);
    let groups = dimensions.len() as f64 + 1.0;
    let named = |(index, name): (usize, Label)| (groups - index as f64 - 0.5, name);
    let names = std::iter::once("set".into()).chain(dimensions.iter().map(|d_l| label!("{}", d_l)));
    let ticks = Ticks::At { major: names.enumerate().map(named).collect(), minor: Vec::new() };
    let far = death.iter().copied().fold(0.0, f64::max).max(1.0) * 1.1;
    let mut panel = Panel::new(
        Axis::linear("loops: seen from distance to distance", 0.0, far),
        Axis::linear("set, and $d_l$", 0.0, groups).ticks(ticks),
    );
    for (group, wanted) in std::iter::once(0).chain(dimensions.iter().copied()).enumerate() {
        let own: Vec<usize> = (0..latent.len()).filter(|&row| latent[row] == wanted as f64).collect();
        let colour = if group == 0 { Colour::GREEN } else { palette.line(group - 1) };
        for (place, &row) in own.iter().enumerate() {
            let y = groups - group as f64 - ROOM * (place as f64 + 1.0) / (own.len() as f64 + 1.0);
            let bar = Line::new(&[birth[row], death[row]], &[y, y]).colour(colour).dash(Dash::Solid).width(1.8);
            panel = panel.with(bar);
        }
    }
    Ok(panel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use datasets::circle;

    #[test]
    fn a_circle_has_one_loop_and_a_line_has_none() {
        let circle = circle::grid(720).unwrap().1;
        let found = loops("circle", 0, &circle).unwrap();
        assert_eq!(found.len(), 1);
        assert!((found[0].death - 3f64.sqrt()).abs() < 1e-9, "{found:?}");
        let line = Array2::from_shape_fn((720, 1), |(row, _)| row as f64 / 720.0);
        assert_eq!(loops("line", 1, &line).unwrap(), []);
    }
}
