//! Markers at points.

use super::super::canvas::Canvas;
use super::super::clip;
use super::super::frame::Frame;
use super::super::geometry::{Point, Rect};
use super::super::legend::Key;
use super::super::{Colour, ColourScale, Label, Result, Stroke};
use super::{Draw, check, pairs};

/// Shape of a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// Filled circle.
    Circle,
    /// Filled square.
    Square,
    /// Filled triangle.
    Triangle,
    /// Filled diamond.
    Diamond,
    /// Cross of two lines.
    Cross,
}

impl Marker {
    /// The marker of series `index`, from 0.
    pub const fn of_series(index: usize) -> Self {
        [Self::Circle, Self::Square, Self::Triangle, Self::Diamond, Self::Cross][index % 5]
    }

    /// Draws the part of a marker inside a rectangle.
    pub(in super::super) fn draw(
        self,
        canvas: &mut Canvas,
        inside: &Rect,
        at: Point,
        radius: f64,
        colour: Colour,
    ) -> Result<()> {
        let whole = inside.grown(-1.2 * radius).contains(at);
        if self == Self::Circle && whole {
            return canvas.disc(at, radius, colour, 1.0);
        }
        let corners: Vec<Point> =
            self.corners().into_iter().map(|(x, y)| (at.0 + radius * x, at.1 + radius * y)).collect();
        if self != Self::Cross {
            return canvas.surface(&clip::polygon(inside, &corners), colour, 1.0);
        }
        let stroke = Stroke { width: 0.4 * radius, ..Stroke::solid(colour) };
        corners
            .chunks(2)
            .filter_map(|ends| clip::segment(inside, ends[0], ends[1]))
            .try_for_each(|(from, to)| canvas.line(&[from, to], &stroke))
    }

    /// Corners of a marker of radius 1, for the cross the ends of its two lines.
    fn corners(self) -> Vec<Point> {
        match self {
            Self::Circle => {
                let angles = (0..24).map(|i| std::f64::consts::TAU * f64::from(i) / 24.0);
                angles.map(|angle| (angle.cos(), angle.sin())).collect()
            }
            Self::Square => vec![(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)],
            Self::Triangle => vec![(0.0, -1.15), (1.0, 0.6), (-1.0, 0.6)],
            Self::Diamond => vec![(0.0, -1.2), (1.0, 0.0), (0.0, 1.2), (-1.0, 0.0)],
            Self::Cross => vec![(-0.8, -0.8), (0.8, 0.8), (-0.8, 0.8), (0.8, -0.8)],
        }
    }
}

/// Colour of points.
#[derive(Clone, Debug, PartialEq)]
pub enum Fill {
    /// One colour for all.
    Fixed(Colour),
    /// A colour for each point's value.
    ByValue {
        /// One value a point.
        values: Vec<f64>,
        /// How values become colours.
        scale: ColourScale,
    },
}

/// Markers at points, cut at the frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Points {
    /// Horizontal values, as many as `y`.
    pub x: Vec<f64>,
    /// Vertical values.
    pub y: Vec<f64>,
    /// Half the size of a marker in points.
    pub radius: f64,
    /// Colour or colours.
    pub fill: Fill,
    /// Shape.
    pub marker: Marker,
    /// Name in the legend.
    pub label: Option<Label>,
    /// Whether the points stand for their name in the legend alone, so that their lack is no lack of data.
    pub is_key: bool,
}

impl Points {
    /// Black circles of radius 1.5 points.
    pub fn new(x: &[f64], y: &[f64]) -> Self {
        let fill = Fill::Fixed(Colour::BLACK);
        Self { x: x.to_vec(), y: y.to_vec(), radius: 1.5, fill, marker: Marker::Circle, label: None, is_key: false }
    }

    /// A key of the legend without a point in the panel.
    pub fn key() -> Self {
        Self { is_key: true, ..Self::new(&[], &[]) }
    }

    /// Takes colour and shape of series `index`, from 0.
    pub fn series(mut self, index: usize) -> Self {
        self.fill = Fill::Fixed(Colour::of_series(index));
        self.marker = Marker::of_series(index);
        self
    }

    /// Sets one colour for all points.
    pub fn colour(mut self, colour: Colour) -> Self {
        self.fill = Fill::Fixed(colour);
        self
    }

    /// Colours each point by its value.
    pub fn by_value(mut self, values: &[f64], scale: ColourScale) -> Self {
        self.fill = Fill::ByValue { values: values.to_vec(), scale };
        self
    }

    /// Sets the radius in points.
    pub fn radius(mut self, radius: f64) -> Self {
        self.radius = radius;
        self
    }

    /// Sets the shape.
    pub fn marker(mut self, marker: Marker) -> Self {
        self.marker = marker;
        self
    }

    /// Names the points in the legend.
    pub fn label(mut self, label: impl Into<Label>) -> Self {
        self.label = Some(label.into());
        self
    }

    fn colour_of(&self, index: usize) -> Colour {
        match &self.fill {
            Fill::Fixed(colour) => *colour,
            Fill::ByValue { values, scale } => scale.colour(values[index]),
        }
    }
}

impl Draw for Points {
    fn check(&self) -> Result<()> {
        let name = check::name("points", self.label.as_ref());
        check::together(&name, &[("x", &self.x), ("y", &self.y)])?;
        match &self.fill {
            Fill::Fixed(_) => Ok(()),
            Fill::ByValue { values, scale } => {
                check::together(&name, &[("x", &self.x), ("values", values)])?;
                scale.check(&name, values)
            }
        }
    }

    fn draw(&self, canvas: &mut Canvas, frame: &Frame) -> Result<()> {
        for (index, at) in frame.line(&self.x, &self.y).into_iter().enumerate() {
            if frame.rect.grown(1.2 * self.radius).contains(at) {
                self.marker.draw(canvas, &frame.rect, at, self.radius, self.colour_of(index))?;
            }
        }
        Ok(())
    }

    fn data(&self) -> Option<Vec<(f64, f64)>> {
        (!self.is_key).then(|| pairs(&self.x, &self.y))
    }

    fn shows(&self) -> bool {
        !self.x.is_empty()
    }

    fn key(&self) -> Option<(&Label, Key)> {
        let colour = match &self.fill {
            Fill::Fixed(colour) => *colour,
            Fill::ByValue { scale, .. } => scale.map.colour(0.6),
        };
        Some((self.label.as_ref()?, Key::Marker { marker: self.marker, radius: self.radius, colour }))
    }

    fn covered(&self, frame: &Frame) -> Vec<Point> {
        frame.line(&self.x, &self.y)
    }

    fn colours(&self) -> Option<&ColourScale> {
        match &self.fill {
            Fill::Fixed(_) => None,
            Fill::ByValue { scale, .. } => Some(scale),
        }
    }
}
