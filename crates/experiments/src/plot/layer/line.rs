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
        draw_clipped(canvas, frame, &frame.line(&self.x, &self.y), &self.stroke)
    }

    fn data(&self) -> Option<Vec<(f64, f64)>> {
        Some(pairs(&self.x, &self.y))
    }

    fn key(&self) -> Option<(&Label, Key)> {
        Some((self.label.as_ref()?, Key::Line(self.stroke)))
    }

    fn covered(&self, frame: &Frame) -> Vec<Point> {
        along(frame, &frame.line(&self.x, &self.y))
    }
}
