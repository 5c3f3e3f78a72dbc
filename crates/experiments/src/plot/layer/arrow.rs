//! An arrow.

use super::super::canvas::Canvas;
use super::super::clip;
use super::super::frame::Frame;
use super::super::geometry::Point;
use super::super::{Colour, Result, Stroke};
use super::{Draw, along, check, draw_clipped};

/// A straight arrow from one point to another, both in the values of the axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrow {
    /// Where it starts: x, y.
    pub from: (f64, f64),
    /// Where its tip is: x, y.
    pub to: (f64, f64),
    /// Colour, width and pattern of the shaft.
    pub stroke: Stroke,
}

/// Length of the head, and half its width, in points.
const HEAD: (f64, f64) = (5.0, 2.0);

impl Arrow {
    /// A thin black arrow.
    pub fn new(from: (f64, f64), to: (f64, f64)) -> Self {
        Self { from, to, stroke: Stroke { width: 0.8, ..Stroke::solid(Colour::BLACK) } }
    }

    /// Sets the colour.
    pub fn colour(mut self, colour: Colour) -> Self {
        self.stroke.colour = colour;
        self
    }
}

impl Draw for Arrow {
    fn check(&self) -> Result<()> {
        check::finite("arrow", "ends", &[self.from.0, self.from.1, self.to.0, self.to.1])
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame) -> Result<()> {
        let (from, tip) = (frame.at(self.from.0, self.from.1), frame.at(self.to.0, self.to.1));
        let length = (tip.0 - from.0).hypot(tip.1 - from.1);
        if length == 0.0 {
            return Ok(());
        }
        let along = ((tip.0 - from.0) / length, (tip.1 - from.1) / length);
        let head = HEAD.0.min(length);
        let neck = (tip.0 - head * along.0, tip.1 - head * along.1);
        let side = (-along.1 * HEAD.1, along.0 * HEAD.1);
        let corners = [tip, (neck.0 + side.0, neck.1 + side.1), (neck.0 - side.0, neck.1 - side.1)];
        draw_clipped(canvas, frame, &[from, neck], &self.stroke)?;
        canvas.surface(&clip::polygon(&frame.rect, &corners), self.stroke.colour, 1.0)
    }

    fn covered(&self, frame: &Frame) -> Vec<Point> {
        along(frame, &[frame.at(self.from.0, self.from.1), frame.at(self.to.0, self.to.1)])
    }
}
