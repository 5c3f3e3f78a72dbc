//! A histogram.

use super::super::canvas::Canvas;
use super::super::clip;
use super::super::frame::Frame;
use super::super::geometry::Point;
use super::super::legend::Key;
use super::super::{Colour, Dash, Label, Result, Stroke};
use super::{Draw, along, check, draw_clipped};

/// The outline of a histogram, from zero up, with or without a filling.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps {
    /// Edges of the bins, one more than `heights`.
    pub edges: Vec<f64>,
    /// Heights of the bins.
    pub heights: Vec<f64>,
    /// Colour, width and pattern of the outline.
    pub stroke: Stroke,
    /// Opacity of the filling, 0 (none) to 1.
    pub opacity: f64,
    /// Name in the legend.
    pub label: Option<Label>,
}

impl Steps {
    /// A black outline.
    pub fn new(edges: &[f64], heights: &[f64]) -> Self {
        let stroke = Stroke::solid(Colour::BLACK);
        Self { edges: edges.to_vec(), heights: heights.to_vec(), stroke, opacity: 0.0, label: None }
    }

    /// Takes colour and pattern of series `index`, from 0.
    pub fn series(mut self, index: usize) -> Self {
        self.stroke = Stroke::of_series(index);
        self
    }

    /// Sets the colour.
    pub fn colour(mut self, colour: Colour) -> Self {
        self.stroke.colour = colour;
        self
    }

    /// Sets the pattern.
    pub fn dash(mut self, dash: Dash) -> Self {
        self.stroke.dash = dash;
        self
    }

    /// Fills the bins with the outline's colour.
    pub fn filled(mut self, opacity: f64) -> Self {
        self.opacity = opacity;
        self
    }

    /// Names the histogram in the legend.
    pub fn label(mut self, label: impl Into<Label>) -> Self {
        self.label = Some(label.into());
        self
    }

    fn outline(&self, frame: &Frame) -> Vec<Point> {
        let bottom = frame.rect.bottom;
        let [first, .., last] = self.edges.as_slice() else { return Vec::new() };
        // Empty bins at the bottom of the frame are moved out of it, so that they do not paint over the axis.
        let level = |height: f64| {
            let y = frame.at_y(height);
            if y >= bottom - 1e-6 { bottom + 2.0 * self.stroke.width } else { y }
        };
        let floor = level(0.0);
        let mut line = vec![(frame.at_x(*first), floor)];
        for (edges, height) in self.edges.windows(2).zip(&self.heights) {
            line.extend(edges.iter().map(|edge| (frame.at_x(*edge), level(*height))));
        }
        line.push((frame.at_x(*last), floor));
        line
    }
}

impl Draw for Steps {
    fn check(&self) -> Result<()> {
        let name = check::name("histogram", self.label.as_ref());
        check::finite(&name, "heights", &self.heights)?;
        check::finite(&name, "edges", &self.edges)?;
        if self.heights.is_empty() {
            Ok(())
        } else {
            check::length(&name, "edges", &self.edges, self.heights.len() + 1)
        }
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame) -> Result<()> {
        let outline = self.outline(frame);
        if self.opacity > 0.0 {
            canvas.surface(&clip::polygon(&frame.rect, &outline), self.stroke.colour, self.opacity)?;
        }
        draw_clipped(canvas, frame, &outline, &self.stroke)
    }

    fn data(&self) -> Option<Vec<(f64, f64)>> {
        let bins = self.edges.windows(2).zip(&self.heights);
        Some(bins.flat_map(|(edges, height)| [(edges[0], *height), (edges[1], *height)]).collect())
    }

    fn key(&self) -> Option<(&Label, Key)> {
        let key = match self.opacity > 0.0 {
            true => Key::Patch { colour: self.stroke.colour, opacity: self.opacity, outline: Some(self.stroke) },
            false => Key::Line(self.stroke),
        };
        Some((self.label.as_ref()?, key))
    }

    fn covered(&self, frame: &Frame) -> Vec<Point> {
        along(frame, &self.outline(frame))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Axis;
    use super::super::super::geometry::Rect;
    use super::*;

    #[test]
    fn outline_goes_up_and_down_from_zero() {
        let (x, y) = (Axis::linear("", 0.0, 2.0), Axis::linear("", -10.0, 10.0));
        let frame = Frame::new(Rect::of_size(0.0, 0.0, 20.0, 100.0), &x, &y);
        let outline = Steps::new(&[0.0, 1.0, 2.0], &[5.0, 10.0]).outline(&frame);
        assert_eq!(outline, [(0.0, 50.0), (0.0, 25.0), (10.0, 25.0), (10.0, 0.0), (20.0, 0.0), (20.0, 50.0)]);
    }

    #[test]
    fn empty_bins_are_not_painted_over_the_axis() {
        for y in [Axis::logarithmic("", 0.1, 10.0), Axis::linear("", 0.0, 1.0)] {
            let frame = Frame::new(Rect::of_size(0.0, 0.0, 20.0, 100.0), &Axis::linear("", 0.0, 1.0), &y);
            let outline = Steps::new(&[0.0, 1.0], &[0.0]).outline(&frame);
            assert!(outline.iter().all(|point| (101.0..105.0).contains(&point.1)), "{outline:?}");
        }
    }

    #[test]
    fn there_is_one_edge_more_than_bins() {
        assert!(Steps::new(&[0.0, 1.0], &[1.0, 2.0]).check().is_err());
    }
}
