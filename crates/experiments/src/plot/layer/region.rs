//! A closed curve.

use super::super::canvas::Canvas;
use super::super::clip;
use super::super::frame::Frame;
use super::super::geometry::Point;
use super::super::legend::Key;
use super::super::{Colour, Dash, Label, Result, Stroke};
use super::{Draw, along, check, draw_clipped};

/// A closed curve, with or without an outline and a filling.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// Horizontal values of the corners, as many as `y`; the last corner is joined to the first.
    pub x: Vec<f64>,
    /// Vertical values.
    pub y: Vec<f64>,
    /// Outline.
    pub outline: Option<Stroke>,
    /// Colour and opacity (0 to 1) of the filling.
    pub filling: Option<(Colour, f64)>,
    /// Name in the legend.
    pub label: Option<Label>,
}

impl Region {
    /// A curve with a solid black outline.
    pub fn new(x: &[f64], y: &[f64]) -> Self {
        let outline = Some(Stroke::solid(Colour::BLACK));
        Self { x: x.to_vec(), y: y.to_vec(), outline, filling: None, label: None }
    }

    /// A circle around (`x`, `y`), in the values of the axes.
    pub fn circle(x: f64, y: f64, radius: f64) -> Self {
        const CORNERS: u32 = 240;
        let angles = (0..CORNERS).map(|i| std::f64::consts::TAU * f64::from(i) / f64::from(CORNERS));
        let (xs, ys): (Vec<f64>, Vec<f64>) =
            angles.map(|angle| (x + radius * angle.cos(), y + radius * angle.sin())).unzip();
        Self::new(&xs, &ys)
    }

    /// Sets colour, width and pattern of the outline.
    pub fn outline(mut self, stroke: Stroke) -> Self {
        self.outline = Some(stroke);
        self
    }

    /// Sets the colour of a solid outline.
    pub fn colour(self, colour: Colour) -> Self {
        self.outline(Stroke::solid(colour))
    }

    /// Sets the pattern of the outline.
    pub fn dash(mut self, dash: Dash) -> Self {
        self.outline = self.outline.map(|stroke| Stroke { dash, ..stroke });
        self
    }

    /// Leaves the outline out.
    pub fn without_outline(mut self) -> Self {
        self.outline = None;
        self
    }

    /// Fills the inside.
    pub fn filled(mut self, colour: Colour, opacity: f64) -> Self {
        self.filling = Some((colour, opacity));
        self
    }

    /// Names the curve in the legend.
    pub fn label(mut self, label: impl Into<Label>) -> Self {
        self.label = Some(label.into());
        self
    }

    fn closed(&self, frame: &Frame) -> Vec<Point> {
        let mut line = frame.line(&self.x, &self.y);
        line.extend(line.first().copied());
        line
    }
}

impl Draw for Region {
    fn check(&self) -> Result<()> {
        check::together(&check::name("region", self.label.as_ref()), &[("x", &self.x), ("y", &self.y)])
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame) -> Result<()> {
        if let Some((colour, opacity)) = self.filling {
            let corners = frame.line(&self.x, &self.y);
            canvas.surface(&clip::polygon(&frame.rect, &corners), colour, opacity)?;
        }
        match &self.outline {
            Some(stroke) => draw_clipped(canvas, frame, &self.closed(frame), stroke),
            None => Ok(()),
        }
    }

    fn key(&self) -> Option<(&Label, Key)> {
        let key = match (&self.outline, self.filling) {
            (outline, Some((colour, opacity))) => Key::Patch { colour, opacity, outline: *outline },
            (outline, None) => Key::Line((*outline)?),
        };
        Some((self.label.as_ref()?, key))
    }

    fn covered(&self, frame: &Frame) -> Vec<Point> {
        along(frame, &self.closed(frame))
    }
}
