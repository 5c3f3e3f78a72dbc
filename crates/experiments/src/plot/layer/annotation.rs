//! A text in a panel.

use super::super::canvas::{Anchor, Canvas};
use super::super::frame::Frame;
use super::super::geometry::{Point, Rect};
use super::super::text::{CAPITAL, Typeset};
use super::super::{Colour, Label, Result, style};
use super::{Draw, around, check};

/// A text centred at a point, moved inwards where it would come near the frame; outside the frame it is left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    /// Horizontal value.
    pub x: f64,
    /// Vertical value.
    pub y: f64,
    /// The text.
    pub text: Label,
    /// Colour.
    pub colour: Colour,
    /// Whether it stays at its point however near the frame is.
    pub fixed: bool,
}

impl Annotation {
    /// A black text.
    pub fn new(x: f64, y: f64, text: impl Into<Label>) -> Self {
        Self { x, y, text: text.into(), colour: Colour::BLACK, fixed: false }
    }

    /// Keeps the text at its point however near the frame is, as in a cell of a table.
    pub fn fixed(mut self) -> Self {
        self.fixed = true;
        self
    }

    /// Sets the colour.
    pub fn colour(mut self, colour: Colour) -> Self {
        self.colour = colour;
        self
    }

    /// The text, no wider than the frame.
    fn typeset(&self, frame: &Frame) -> Result<Typeset> {
        Typeset::within(self.text.markup(), style::LEGEND_SIZE, frame.rect.width())
    }

    /// Middle of the text, moved inwards.
    fn middle(&self, frame: &Frame, text: &Typeset) -> Point {
        const FROM_FRAME: f64 = 6.0;
        let (x, y) = frame.at(self.x, self.y);
        if self.fixed {
            return (x, y);
        }
        let inwards = |at: f64, low: f64, high: f64| at.min(high).max(low);
        let (across, up) = (0.5 * text.width + FROM_FRAME, 0.5 * text.height() + FROM_FRAME);
        (
            inwards(x, frame.rect.left + across, frame.rect.right - across),
            inwards(y, frame.rect.top + up, frame.rect.bottom - up),
        )
    }
}

impl Draw for Annotation {
    fn check(&self) -> Result<()> {
        check::finite(&check::name("annotation", Some(&self.text)), "x, y", &[self.x, self.y])
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame) -> Result<()> {
        if !frame.rect.grown(1e-6).contains(frame.at(self.x, self.y)) {
            return Ok(());
        }
        let text = self.typeset(frame)?;
        let (x, y) = self.middle(frame, &text);
        canvas.text(&text, (x, y + 0.5 * CAPITAL * text.size), Anchor::Middle, self.colour)
    }

    fn covered(&self, frame: &Frame) -> Vec<Point> {
        let Ok(text) = self.typeset(frame) else {
            return Vec::new();
        };
        let (x, y) = self.middle(frame, &text);
        let (width, height) = (text.width, text.height());
        let rect = Rect::of_size(x - 0.5 * width, y - 0.5 * height, width, height);
        around(frame, &rect)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Axis;
    use super::*;

    #[test]
    fn a_text_is_moved_from_the_frame_unless_it_is_fixed() {
        let axis = Axis::linear("", 0.0, 10.0);
        let frame = Frame::new(Rect::of_size(0.0, 0.0, 100.0, 100.0), &axis, &axis);
        let text = Typeset::new("0.5", style::LEGEND_SIZE).unwrap();
        let corner = Annotation::new(0.0, 10.0, "0.5");
        assert_eq!(corner.clone().fixed().middle(&frame, &text), (0.0, 0.0));
        assert_eq!(corner.middle(&frame, &text), (6.0 + 0.5 * text.width, 6.0 + 0.5 * text.height()));
    }
}
