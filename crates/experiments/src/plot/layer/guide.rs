//! A straight line across the panel.

use super::super::canvas::{Anchor, Canvas};
use super::super::clip;
use super::super::frame::Frame;
use super::super::geometry::{Point, Rect};
use super::super::text::Typeset;
use super::super::{Colour, Dash, Label, Result, Stroke, style};
use super::{Draw, along, around, check};

/// A straight line across the panel at one value, with its name written on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Guide {
    /// Value of the axis that the line crosses.
    pub at: f64,
    /// Whether the line is horizontal (at a value of y) or vertical (at a value of x).
    pub horizontal: bool,
    /// Colour, width and pattern.
    pub stroke: Stroke,
    /// Name, written beside the line in its colour.
    pub label: Option<Label>,
    /// Where the name stands: 0 at the lower end of the axis along the line, 1 at the upper.
    pub label_at: f64,
}

impl Guide {
    /// A dashed grey line at a value of y; its name stands at the right.
    pub fn horizontal(at: f64) -> Self {
        let stroke = Stroke { colour: Colour::GREY, width: 0.9, dash: Dash::Dashed };
        Self { at, horizontal: true, stroke, label: None, label_at: 1.0 }
    }

    /// A dashed grey line at a value of x; its name stands at the top.
    pub fn vertical(at: f64) -> Self {
        Self { horizontal: false, ..Self::horizontal(at) }
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

    /// Writes a name on the line.
    pub fn label(mut self, label: impl Into<Label>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Moves the name along the line, 0 to 1.
    pub fn label_at(mut self, fraction: f64) -> Self {
        self.label_at = fraction;
        self
    }

    fn ends(&self, frame: &Frame) -> [Point; 2] {
        let rect = &frame.rect;
        if self.horizontal {
            let y = frame.at_y(self.at);
            [(rect.left, y), (rect.right, y)]
        } else {
            let x = frame.at_x(self.at);
            [(x, rect.bottom), (x, rect.top)]
        }
    }

    /// Where the name starts on its line, and the box that it takes.
    fn label_place(&self, frame: &Frame, label: &Typeset) -> (Point, Rect) {
        const FROM_FRAME: f64 = 8.0;
        const FROM_LINE: f64 = 2.5;
        let [from, to] = self.ends(frame);
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let free = (length - label.width - 2.0 * FROM_FRAME).max(0.0);
        let start = FROM_FRAME + free * self.label_at.clamp(0.0, 1.0);
        // Above (left of) the line, or beyond it where there is no room.
        let (line, edge) = if self.horizontal { (from.1, frame.rect.top) } else { (from.0, frame.rect.left) };
        let before = line - FROM_LINE - label.descent;
        let baseline = if before - label.ascent > edge { before } else { line + FROM_LINE + label.ascent };
        let top = baseline - label.ascent;
        if self.horizontal {
            ((from.0 + start, baseline), Rect::of_size(from.0 + start, top, label.width, label.height()))
        } else {
            let below = from.1 - start;
            ((baseline, below), Rect::of_size(top, below - label.width, label.height(), label.width))
        }
    }

    /// The name, no longer than the line.
    fn typeset(&self, frame: &Frame) -> Result<Option<Typeset>> {
        let length = if self.horizontal { frame.rect.width() } else { frame.rect.height() };
        let label = self.label.as_ref();
        label.map(|label| Typeset::within(label.markup(), style::LEGEND_SIZE, length)).transpose()
    }

    fn draw_label(&self, canvas: &mut Canvas, frame: &Frame, label: &Typeset) -> Result<()> {
        let (start, _) = self.label_place(frame, label);
        if self.horizontal {
            canvas.text(label, start, Anchor::Start, self.stroke.colour)
        } else {
            canvas.upward_text(label, start, Anchor::Start, self.stroke.colour)
        }
    }
}

impl Draw for Guide {
    fn check(&self) -> Result<()> {
        check::finite(&check::name("guide", self.label.as_ref()), "at", &[self.at, self.label_at])
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame) -> Result<()> {
        let [from, to] = self.ends(frame);
        let Some((from, to)) = clip::segment(&frame.rect, from, to) else {
            return Ok(());
        };
        canvas.line(&[from, to], &self.stroke)?;
        self.typeset(frame)?.map_or(Ok(()), |label| self.draw_label(canvas, frame, &label))
    }

    fn shows(&self) -> bool {
        false
    }

    fn covered(&self, frame: &Frame) -> Vec<Point> {
        let mut places = along(frame, &self.ends(frame));
        if let Ok(Some(label)) = self.typeset(frame) {
            places.extend(around(frame, &self.label_place(frame, &label).1));
        }
        places
    }
}
