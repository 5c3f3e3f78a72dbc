//! A line through points.

use super::super::canvas::Canvas;
use super::super::frame::Frame;
use super::super::geometry::Point;
use super::super::legend::Key;
use super::super::{Colour, Dash, Label, Result, Stroke};
use super::{Draw, along, check, draw_clipped, pairs};

/// A line through points in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Horizontal values, as many as `y`.
    pub x: Vec<f64>,
    /// Vertical values.
    pub y: Vec<f64>,
    /// Colour, width and pattern.
    pub stroke: Stroke,
    /// Name in the legend.
    pub label: Option<Label>,
}

/// Radius of a line's only point.
const ONLY_POINT: f64 = 1.6;

impl Line {
    /// A solid black line.
    pub fn new(x: &[f64], y: &[f64]) -> Self {
        Self { x: x.to_vec(), y: y.to_vec(), stroke: Stroke::solid(Colour::BLACK), label: None }
    }

    /// Takes colour and pattern of series `index`, from 0.
    pub fn series(mut self, index: usize) -> Self {
        self.stroke = Stroke { width: self.stroke.width, ..Stroke::of_series(index) };
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

    /// Sets the width in points.
    pub fn width(mut self, width: f64) -> Self {
        self.stroke.width = width;
        self
    }

    /// Names the line in the legend.
    pub fn label(mut self, label: impl Into<Label>) -> Self {
        self.label = Some(label.into());
        self
    }
}

impl Draw for Line {
    fn check(&self) -> Result<()> {
        check::together(&check::name("line", self.label.as_ref()), &[("x", &self.x), ("y", &self.y)])
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame) -> Result<()> {
        let points = frame.line(&self.x, &self.y);
        match points.as_slice() {
            // A line through one point is that point.
            [only] if frame.rect.contains(*only) => canvas.disc(*only, ONLY_POINT, self.stroke.colour, 1.0),
            points => draw_clipped(canvas, frame, points, &self.stroke),
        }
    }

    fn data(&self) -> Option<Vec<(f64, f64)>> {
        Some(pairs(&self.x, &self.y))
    }

    fn key(&self) -> Option<(&Label, Key)> {
        Some((self.label.as_ref()?, Key::Line(self.stroke)))
    }

    fn covered(&self, frame: &Frame) -> Vec<Point> {
        let points = frame.line(&self.x, &self.y);
        if points.len() == 1 { points } else { along(frame, &points) }
    }
}
