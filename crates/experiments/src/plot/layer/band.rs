//! The surface between two lines.

use super::super::canvas::Canvas;
use super::super::clip;
use super::super::frame::Frame;
use super::super::geometry::Point;
use super::super::legend::Key;
use super::super::{Colour, Label, Result};
use super::{Draw, along, check, pairs};

/// The surface between a lower and an upper line, such as the spread of repeated trainings.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Horizontal values.
    pub x: Vec<f64>,
    /// Lower line, as many values as `x`.
    pub low: Vec<f64>,
    /// Upper line, as many values as `x`.
    pub high: Vec<f64>,
    /// Colour.
    pub colour: Colour,
    /// 0 (invisible) to 1 (opaque).
    pub opacity: f64,
    /// Name in the legend.
    pub label: Option<Label>,
}

/// Half the width of a band at one place, in points.
const ONLY_PLACE: f64 = 2.0;

impl Band {
    /// A translucent grey band.
    pub fn new(x: &[f64], low: &[f64], high: &[f64]) -> Self {
        let [x, low, high] = [x, low, high].map(<[f64]>::to_vec);
        Self { x, low, high, colour: Colour::GREY, opacity: 0.25, label: None }
    }

    /// Takes the colour of series `index`, from 0.
    pub fn series(self, index: usize) -> Self {
        self.colour(Colour::of_series(index))
    }

    /// Sets the colour.
    pub fn colour(mut self, colour: Colour) -> Self {
        self.colour = colour;
        self
    }

    /// Sets the opacity, 0 to 1.
    pub fn opacity(mut self, opacity: f64) -> Self {
        self.opacity = opacity;
        self
    }

    /// Names the band in the legend.
    pub fn label(mut self, label: impl Into<Label>) -> Self {
        self.label = Some(label.into());
        self
    }
}

impl Draw for Band {
    fn check(&self) -> Result<()> {
        let name = check::name("band", self.label.as_ref());
        check::together(&name, &[("x", &self.x), ("low", &self.low), ("high", &self.high)])
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame) -> Result<()> {
        let mut outline = frame.line(&self.x, &self.high);
        outline.extend(frame.line(&self.x, &self.low).into_iter().rev());
        if let [high, low] = outline[..] {
            // A band at one place has no width of its own.
            outline = vec![(low.0 - ONLY_PLACE, low.1), (low.0 + ONLY_PLACE, low.1)];
            outline.extend([(high.0 + ONLY_PLACE, high.1), (high.0 - ONLY_PLACE, high.1)]);
        }
        canvas.surface(&clip::polygon(&frame.rect, &outline), self.colour, self.opacity)
    }

    fn data(&self) -> Option<Vec<(f64, f64)>> {
        Some([pairs(&self.x, &self.low), pairs(&self.x, &self.high)].concat())
    }

    fn key(&self) -> Option<(&Label, Key)> {
        Some((self.label.as_ref()?, Key::Patch { colour: self.colour, opacity: self.opacity, outline: None }))
    }

    fn covered(&self, frame: &Frame) -> Vec<Point> {
        let mut edges = along(frame, &frame.line(&self.x, &self.high));
        edges.extend(along(frame, &frame.line(&self.x, &self.low)));
        edges
    }
}
