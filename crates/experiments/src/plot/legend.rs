//! Legends: names of layers beside samples of their look.

use super::canvas::{Anchor, Canvas};
use super::frame::Frame;
use super::geometry::{Point, Rect};
use super::layer::{Layer, Marker};
use super::text::{self, CAPITAL, Typeset};
use super::{Colour, Dash, Label, Result, Stroke, style};

/// Where the legend stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegendPlace {
    /// The first corner, from the upper right on, in which it hides nothing; above the panel where there is none.
    Best,
    /// Upper left corner.
    UpperLeft,
    /// Upper right corner.
    UpperRight,
    /// Lower left corner.
    LowerLeft,
    /// Lower right corner.
    LowerRight,
    /// Outside, on the right of the panel and of its colour bar.
    Right,
    /// Outside, above the panel, in rows.
    Above,
}

/// The look of a layer in a legend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Key {
    Line(Stroke),
    Patch { colour: Colour, opacity: f64, outline: Option<Stroke> },
    Marker { marker: Marker, radius: f64, colour: Colour },
}

const SAMPLE: f64 = 18.0;
const SAMPLE_GAP: f64 = 5.0;
const COLUMN_GAP: f64 = 10.0;
const BORDER: f64 = 4.0;
/// From the frame of the panel.
const DISTANCE: f64 = 6.0;
const ROW: f64 = 1.35 * style::LEGEND_SIZE;

/// A legend with its texts set.
pub(super) struct Legend {
    pub place: LegendPlace,
    entries: Vec<(Typeset, Key)>,
    columns: usize,
    column_width: f64,
}

impl Legend {
    /// The legend of the layers that have a label; the frame may stand anywhere on the page.
    pub fn new(layers: &[Layer], place: LegendPlace, frame: &Frame) -> Result<Option<Self>> {
        let labelled = layers.iter().filter_map(|layer| layer.key().map(|(label, key)| (layer, label, key)));
        let entry = |(layer, label, key): (&Layer, &Label, Key)| {
            let missing = if layer.data().is_some_and(|points| points.is_empty()) { " (no data)" } else { "" };
            let text = format!("{}{missing}", label.markup());
            Ok((Typeset::within(&text, style::LEGEND_SIZE, style::LONGEST_ENTRY)?, key))
        };
        let entries = labelled.map(entry).collect::<Result<Vec<_>>>()?;
        if entries.is_empty() {
            return Ok(None);
        }
        let column_width = SAMPLE + SAMPLE_GAP + text::widest(entries.iter().map(|(label, _)| label));
        let mut legend = Self { place, entries, columns: 1, column_width };
        if place == LegendPlace::Best {
            let covered: Vec<Point> = layers.iter().flat_map(|layer| layer.covered(frame)).collect();
            legend.place = legend.free_place(&frame.rect, &covered);
        }
        if legend.place == LegendPlace::Above {
            let fitting = ((frame.rect.width() + COLUMN_GAP) / (column_width + COLUMN_GAP)).floor().max(1.0);
            legend.columns = (fitting as usize).min(legend.entries.len());
        }
        Ok(Some(legend))
    }

    /// Width of the legend with its border.
    pub fn width(&self) -> f64 {
        let columns = self.columns as f64;
        columns * self.column_width + (columns - 1.0) * COLUMN_GAP + 2.0 * BORDER
    }

    /// Height of the legend with its border.
    pub fn height(&self) -> f64 {
        self.entries.len().div_ceil(self.columns) as f64 * ROW + 2.0 * BORDER - 2.0
    }

    /// Draws the legend in a panel, `above` points above it, or `beside` points to its right.
    pub fn draw(&self, canvas: &mut Canvas, panel: &Rect, above: f64, beside: f64) -> Result<()> {
        let (rect, inside) = match self.place {
            LegendPlace::Right => (self.rect(panel.right + beside + DISTANCE, panel.top), false),
            LegendPlace::Above => {
                let left = panel.centre().0 - 0.5 * self.width();
                (self.rect(left, panel.top - above - self.height()), false)
            }
            corner => (self.corner(panel, corner), true),
        };
        if inside {
            canvas.rectangle(&rect, Colour::WHITE, 0.85)?;
            let stroke = Stroke { colour: Colour::GREY, width: 0.4, dash: Dash::Solid };
            canvas.outline(&rect, &stroke)?;
        }
        for (index, entry) in self.entries.iter().enumerate() {
            let (row, column) = (index / self.columns, index % self.columns);
            let x = rect.left + BORDER + column as f64 * (self.column_width + COLUMN_GAP);
            let y = rect.top + BORDER - 1.0 + (row as f64 + 0.5) * ROW;
            self.entry(canvas, (x, y), entry)?;
        }
        Ok(())
    }

    fn rect(&self, left: f64, top: f64) -> Rect {
        Rect::of_size(left, top, self.width(), self.height())
    }

    fn corner(&self, panel: &Rect, place: LegendPlace) -> Rect {
        let left = panel.left + DISTANCE;
        let right = panel.right - DISTANCE - self.width();
        let top = panel.top + DISTANCE;
        let bottom = panel.bottom - DISTANCE - self.height();
        match place {
            LegendPlace::UpperLeft => self.rect(left, top),
            LegendPlace::LowerLeft => self.rect(left, bottom),
            LegendPlace::LowerRight => self.rect(right, bottom),
            _ => self.rect(right, top),
        }
    }

    /// The first corner that holds none of the covered places, else the place above the panel.
    fn free_place(&self, panel: &Rect, covered: &[Point]) -> LegendPlace {
        use LegendPlace::{Above, LowerLeft, LowerRight, UpperLeft, UpperRight};
        let free = |corner: &LegendPlace| {
            let rect = self.corner(panel, *corner);
            let inside = rect.corners().iter().all(|point| panel.contains(*point));
            let with_margin = rect.grown(2.0);
            inside && !covered.iter().any(|point| with_margin.contains(*point))
        };
        [UpperRight, UpperLeft, LowerRight, LowerLeft].into_iter().find(free).unwrap_or(Above)
    }

    fn entry(&self, canvas: &mut Canvas, (x, y): Point, (label, key): &(Typeset, Key)) -> Result<()> {
        match key {
            Key::Line(stroke) => canvas.line(&[(x, y), (x + SAMPLE, y)], stroke)?,
            Key::Patch { colour, opacity, outline } => {
                let rect = Rect::of_size(x, y - 3.0, SAMPLE, 6.0);
                canvas.rectangle(&rect, *colour, *opacity)?;
                if let Some(stroke) = outline {
                    canvas.outline(&rect, stroke)?;
                }
            }
            Key::Marker { marker, radius, colour } => {
                let sample = Rect::of_size(x, y - 0.5 * SAMPLE, SAMPLE, SAMPLE);
                marker.draw(canvas, &sample, sample.centre(), radius.clamp(1.5, 3.0), *colour)?;
            }
        }
        let line = y + 0.5 * CAPITAL * style::LEGEND_SIZE;
        canvas.text(label, (x + SAMPLE + SAMPLE_GAP, line), Anchor::Start, Colour::BLACK)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Axis, Line};
    use super::*;

    fn legend(place: LegendPlace, labels: &[&'static str], width: f64) -> Option<Legend> {
        let layers: Vec<Layer> =
            labels.iter().map(|label| Line::new(&[5.0, 6.0], &[5.0, 6.0]).label(*label).into()).collect();
        let axis = Axis::linear("", 0.0, 1.0);
        Legend::new(&layers, place, &Frame::new(Rect::of_size(0.0, 0.0, width, 150.0), &axis, &axis)).unwrap()
    }

    #[test]
    fn best_place_hides_nothing() {
        let panel = Rect::of_size(0.0, 0.0, 200.0, 150.0);
        let legend = legend(LegendPlace::Best, &["signal"], 200.0).unwrap();
        assert_eq!(legend.place, LegendPlace::UpperRight, "lines outside the frame hide nothing");
        let covered = [(190.0, 10.0), (10.0, 10.0), (190.0, 140.0), (10.0, 140.0)];
        assert_eq!(legend.free_place(&panel, &covered[..1]), LegendPlace::UpperLeft);
        assert_eq!(legend.free_place(&panel, &covered[..3]), LegendPlace::LowerLeft);
        assert_eq!(legend.free_place(&panel, &covered), LegendPlace::Above);
    }

    #[test]
    fn legend_above_fills_rows() {
        let legend = legend(LegendPlace::Above, &["a", "b", "c", "d", "e"], 100.0).unwrap();
        assert_eq!(legend.columns, 2, "three columns of 28 points with two gaps of 10 need 104");
        assert!((legend.height() - 3.0 * ROW - 6.0).abs() < 1e-9);
    }

    #[test]
    fn layers_without_label_have_no_legend() {
        assert!(legend(LegendPlace::Best, &[], 100.0).is_none());
    }
}
