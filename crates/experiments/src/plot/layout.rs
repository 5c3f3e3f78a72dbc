//! Arrangement of one panel: what stands around its frame, and how much room that takes.

use super::canvas::{Anchor, Canvas};
use super::colour_bar::Bar;
use super::frame::{self, Frame, Side};
use super::geometry::{Point, Rect};
use super::legend::Legend;
use super::text::{self, Typeset};
use super::{Colour, LegendPlace, Panel, Result, style};

/// Room around a frame, in points.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Margins {
    pub left: f64,
    pub right: f64,
    pub top: f64,
    pub bottom: f64,
}

/// A panel with its texts set and its ticks chosen.
pub(super) struct Arranged<'a> {
    panel: &'a Panel,
    /// Width and height of the frame.
    pub size: (f64, f64),
    pub margins: Margins,
    title: Vec<Typeset>,
    below: Side,
    left: Side,
    bar: Option<Bar<'a>>,
    legend: Option<Legend>,
}

impl<'a> Arranged<'a> {
    /// Arranges a panel whose frame may take the size of `cell`.
    pub fn new(panel: &'a Panel, cell: (f64, f64)) -> Result<Self> {
        let size = panel.size_in(cell);
        let bar = match (&panel.colour_bar, panel.colours()) {
            (Some(bar), Some(colours)) => Some(Bar::new(bar, colours, size.1)?),
            _ => None,
        };
        let legend = match panel.legend {
            Some(place) => {
                let rect = Rect::of_size(0.0, 0.0, size.0, size.1);
                Legend::new(&panel.layers, place, &Frame::new(rect, &panel.x, &panel.y))?
            }
            None => None,
        };
        let y = &panel.y;
        let mut arranged = Self {
            panel,
            size,
            margins: Margins::default(),
            title: text::wrapped(panel.title.markup(), style::LABEL_SIZE, 1.1 * cell.0, style::TITLE_LINES)?,
            below: Side::horizontal(&panel.x, size.0)?,
            left: Side::vertical(&y.ticks, y.scale, y.limits, &y.label, size.1)?,
            bar,
            legend,
        };
        arranged.margins = arranged.measured();
        Ok(arranged)
    }

    fn measured(&self) -> Margins {
        let (width, height) = self.size;
        let half_number = 0.5 * text::widest(&self.below.numbers);
        let overhang = |text: &Typeset, length: f64| (0.5 * (text.width - length)).max(0.0);
        let of_title = self.title.iter().map(|line| overhang(line, width)).fold(0.0, f64::max);
        let of_label = self.below.label.as_ref().map_or(0.0, |label| overhang(label, width));
        let across = half_number.max(of_title).max(of_label).max(self.legend_overhang());
        let up = self.left.label.as_ref().map_or(0.0, |label| overhang(label, height));
        let beside = self.beside() + self.legend_at(LegendPlace::Right).map_or(0.0, |l| l.width() + style::GAP);
        Margins {
            left: self.left.width().max(across),
            right: beside.max(across),
            top: self.above_frame() + text::height_of(&self.title) + up.max(0.35 * style::TICK_SIZE),
            bottom: self.below.height().max(up),
        }
    }

    fn legend_at(&self, place: LegendPlace) -> Option<&Legend> {
        self.legend.as_ref().filter(|legend| legend.place == place)
    }

    fn legend_overhang(&self) -> f64 {
        self.legend_at(LegendPlace::Above).map_or(0.0, |legend| (0.5 * (legend.width() - self.size.0)).max(0.0))
    }

    /// Width of the colour bar with its label.
    fn beside(&self) -> f64 {
        self.bar.as_ref().map_or(0.0, Bar::width)
    }

    /// Height of the powers of ten above the frame and the colour bar.
    fn powers(&self) -> f64 {
        let power = self.left.power.as_ref().map_or(0.0, |power| power.ascent + style::GAP);
        power.max(self.bar.as_ref().map_or(0.0, Bar::above))
    }

    /// Height between frame and title.
    fn above_frame(&self) -> f64 {
        let gap = if self.title.is_empty() { 0.0 } else { style::GAP };
        self.powers() + self.legend_at(LegendPlace::Above).map_or(0.0, Legend::height) + gap
    }

    /// Draws the panel with its frame's upper left corner at a place of the page.
    pub fn draw(&self, canvas: &mut Canvas, (left, top): Point) -> Result<()> {
        let rect = Rect::of_size(left, top, self.size.0, self.size.1);
        let frame = Frame::new(rect, &self.panel.x, &self.panel.y);
        for layer in &self.panel.layers {
            layer.draw(canvas, &frame)?;
        }
        if self.panel.framed {
            frame::draw(canvas, &frame, &self.below, &self.left)?;
        }
        if let Some(bar) = &self.bar {
            bar.draw(canvas, &rect)?;
        }
        self.draw_title(canvas, &rect)?;
        match &self.legend {
            Some(legend) => legend.draw(canvas, &rect, self.powers(), self.beside()),
            None => Ok(()),
        }
    }

    fn draw_title(&self, canvas: &mut Canvas, rect: &Rect) -> Result<()> {
        let mut bottom = rect.top - self.above_frame();
        for line in self.title.iter().rev() {
            canvas.text(line, (rect.centre().0, bottom - 0.5 * line.descent), Anchor::Middle, Colour::BLACK)?;
            bottom -= style::LINE_SPACING * line.size;
        }
        Ok(())
    }
}
