//! The colour bar on the right of a panel.

use super::canvas::{Anchor, Canvas};
use super::frame::{self, Side};
use super::geometry::Rect;
use super::text::{CAPITAL, Typeset};
use super::{Colour, ColourScale, Dash, Label, Result, Stroke, Ticks, style};

/// A colour bar, which shows the colours of the first layer of the panel that has some.
#[derive(Clone, Debug, PartialEq)]
pub struct ColourBar {
    /// Name and unit of the coloured quantity.
    pub label: Label,
    /// Which ticks.
    pub ticks: Ticks,
}

impl ColourBar {
    /// A colour bar with ticks chosen by the program.
    pub fn new(label: impl Into<Label>) -> Self {
        Self { label: label.into(), ticks: Ticks::Automatic }
    }
}

/// Side of the box of values at or below zero, and its distance from the bar.
const ZERO_BOX: f64 = style::BAR_WIDTH;
const ZERO_GAP: f64 = 4.0;
/// Distance from the panel's frame.
const DISTANCE: f64 = 7.0;
const SHADES: usize = 128;

/// A colour bar with its ticks chosen.
pub(super) struct Bar<'a> {
    scale: &'a ColourScale,
    side: Side,
    zero: Option<(Colour, Typeset)>,
}

impl<'a> Bar<'a> {
    /// Chooses the ticks for a panel of the given height in points.
    pub fn new(bar: &ColourBar, scale: &'a ColourScale, height: f64) -> Result<Self> {
        let zero = match scale.zero {
            Some(colour) => Some((colour, Typeset::new("0", style::TICK_SIZE)?)),
            None => None,
        };
        let length = height - if zero.is_some() { ZERO_BOX + ZERO_GAP } else { 0.0 };
        let side = Side::vertical(&bar.ticks, scale.scale, scale.limits, &bar.label, length)?;
        Ok(Self { scale, side, zero })
    }

    /// Width from the panel's frame to the end of the label.
    pub fn width(&self) -> f64 {
        let power = self.side.power.as_ref().map_or(0.0, |power| power.width - style::BAR_WIDTH);
        let side = self.side.width().max(self.zero.as_ref().map_or(0.0, |(_, zero)| style::GAP + zero.width));
        DISTANCE + style::BAR_WIDTH + side.max(power)
    }

    /// Height of what stands above the bar.
    pub fn above(&self) -> f64 {
        self.side.power.as_ref().map_or(0.0, |power| power.ascent + style::GAP)
    }

    /// Draws the bar beside a panel.
    pub fn draw(&self, canvas: &mut Canvas, panel: &Rect) -> Result<()> {
        let mut bar = Rect::of_size(panel.right + DISTANCE, panel.top, style::BAR_WIDTH, panel.height());
        if let Some((colour, zero)) = &self.zero {
            bar.bottom -= ZERO_BOX + ZERO_GAP;
            let below = Rect::of_size(bar.left, panel.bottom - ZERO_BOX, style::BAR_WIDTH, ZERO_BOX);
            canvas.rectangle(&below, *colour, 1.0)?;
            canvas.outline(&below, &outline())?;
            let line = below.centre().1 + 0.5 * CAPITAL * style::TICK_SIZE;
            canvas.text(zero, (bar.right + style::GAP, line), Anchor::Start, Colour::BLACK)?;
        }
        self.shades(canvas, &bar)?;
        self.ticks(canvas, &bar)?;
        canvas.outline(&bar, &outline())?;
        match &self.side.label {
            Some(label) => {
                let x = bar.right + self.side.width() - label.descent;
                canvas.upward_text(label, (x, panel.centre().1), Anchor::Middle, Colour::BLACK)
            }
            None => Ok(()),
        }
    }

    fn shades(&self, canvas: &mut Canvas, bar: &Rect) -> Result<()> {
        for shade in 0..SHADES {
            let fraction = (shade as f64 + 0.5) / SHADES as f64;
            let bottom = bar.bottom - bar.height() * shade as f64 / SHADES as f64;
            // Each shade reaches up to the end, so that no seam shows between two of them.
            canvas.rectangle(&Rect { bottom, ..*bar }, self.scale.map.colour(fraction), 1.0)?;
        }
        Ok(())
    }

    fn ticks(&self, canvas: &mut Canvas, bar: &Rect) -> Result<()> {
        let place = |at: f64| bar.bottom - bar.height() * self.scale.scale.fraction(self.scale.limits, at);
        let stroke = Stroke { width: style::TICK_WIDTH, ..outline() };
        for (at, length) in frame::lengths(&self.side.marks) {
            let (y, length) = (place(at), 0.7 * length);
            canvas.line(&[(bar.right, y), (bar.right - length, y)], &stroke)?;
        }
        for (tick, number) in self.side.marks.major.iter().zip(&self.side.numbers) {
            let line = place(tick.at) + 0.5 * CAPITAL * style::TICK_SIZE;
            canvas.text(number, (bar.right + style::GAP, line), Anchor::Start, Colour::BLACK)?;
        }
        match &self.side.power {
            Some(power) => canvas.text(power, (bar.left, bar.top - style::GAP), Anchor::Start, Colour::BLACK),
            None => Ok(()),
        }
    }
}

fn outline() -> Stroke {
    Stroke { colour: Colour::BLACK, width: style::FRAME_WIDTH, dash: Dash::Solid }
}
