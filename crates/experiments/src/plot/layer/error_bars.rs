//! Vertical error bars.

use super::super::canvas::Canvas;
use super::super::frame::Frame;
use super::super::geometry::Point;
use super::super::{Colour, Result, Stroke};
use super::{Draw, along, check, draw_clipped, pairs};

/// Vertical bars with short ends, drawn below or above `Points` of the same values.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorBars {
    /// Horizontal values.
    pub x: Vec<f64>,
    /// Lower ends, as many as `x`.
    pub low: Vec<f64>,
    /// Upper ends, as many as `x`.
    pub high: Vec<f64>,
    /// Colour and width; the pattern is usually solid.
    pub stroke: Stroke,
}

impl ErrorBars {
    /// Thin black bars.
    pub fn new(x: &[f64], low: &[f64], high: &[f64]) -> Self {
        let [x, low, high] = [x, low, high].map(<[f64]>::to_vec);
        Self { x, low, high, stroke: Stroke { width: 0.8, ..Stroke::solid(Colour::BLACK) } }
    }

    /// Takes the colour of series `index`, from 0.
    pub fn series(self, index: usize) -> Self {
        self.colour(Colour::of_series(index))
    }

    /// Sets the colour.
    pub fn colour(mut self, colour: Colour) -> Self {
        self.stroke.colour = colour;
        self
    }

    fn bars<'a>(&'a self, frame: &'a Frame) -> impl Iterator<Item = [Point; 2]> + 'a {
        let ends = self.low.iter().zip(&self.high);
        self.x.iter().zip(ends).map(|(x, (low, high))| [frame.at(*x, *low), frame.at(*x, *high)])
    }
}

impl Draw for ErrorBars {
    fn check(&self) -> Result<()> {
        check::together("error bars", &[("x", &self.x), ("low", &self.low), ("high", &self.high)])
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame) -> Result<()> {
        const HALF_END: f64 = 1.8;
        for bar in self.bars(frame) {
            draw_clipped(canvas, frame, &bar, &self.stroke)?;
            for (x, y) in bar {
                draw_clipped(canvas, frame, &[(x - HALF_END, y), (x + HALF_END, y)], &self.stroke)?;
            }
        }
        Ok(())
    }

    fn data(&self) -> Option<Vec<(f64, f64)>> {
        Some([pairs(&self.x, &self.low), pairs(&self.x, &self.high)].concat())
    }

    fn covered(&self, frame: &Frame) -> Vec<Point> {
        self.bars(frame).flat_map(|bar| along(frame, &bar)).collect()
    }
}
