//! What is drawn in a panel, one kind a file.

mod annotation;
mod arrow;
mod band;
mod check;
mod error_bars;
mod guide;
mod image;
mod line;
mod points;
mod region;
mod steps;

pub use annotation::Annotation;
pub use arrow::Arrow;
pub use band::Band;
pub use error_bars::ErrorBars;
pub use guide::Guide;
pub use image::Image;
pub use line::Line;
pub use points::{Fill, Marker, Points};
pub use region::Region;
pub use steps::Steps;

use super::canvas::Canvas;
use super::clip;
use super::frame::Frame;
use super::geometry::{Point, Rect};
use super::legend::Key;
use super::{ColourScale, Label, Result, Stroke};

/// One thing drawn in a panel.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// A line through points.
    Line(Line),
    /// The surface between two lines.
    Band(Band),
    /// Markers, of one colour or coloured by value.
    Points(Points),
    /// A grid of coloured cells.
    Image(Image),
    /// A straight line across the panel.
    Guide(Guide),
    /// A text.
    Annotation(Annotation),
    /// An arrow.
    Arrow(Arrow),
    /// A closed curve, filled or not.
    Region(Region),
    /// A histogram.
    Steps(Steps),
    /// Vertical error bars.
    ErrorBars(ErrorBars),
}

macro_rules! layers {
    ($($kind:ident),*) => {
        $(impl From<$kind> for Layer {
            fn from(layer: $kind) -> Self {
                Self::$kind(layer)
            }
        })*

        impl Layer {
            fn inner(&self) -> &dyn Draw {
                match self {
                    $(Self::$kind(layer) => layer,)*
                }
            }
        }
    };
}
layers!(Line, Band, Points, Image, Guide, Annotation, Arrow, Region, Steps, ErrorBars);

/// What every layer can do.
trait Draw {
    /// Refuses values that cannot be drawn.
    fn check(&self) -> Result<()>;

    /// Draws the part inside the frame.
    fn draw(&self, canvas: &mut Canvas, frame: &Frame) -> Result<()>;

    /// The points that the axes are to hold; `None` of what is no data, such as a guide or a text.
    fn data(&self) -> Option<Vec<(f64, f64)>> {
        None
    }

    /// Whether there is something to see in it besides lines across the panel.
    fn shows(&self) -> bool {
        self.data().is_none_or(|points| !points.is_empty())
    }

    /// Label and sample for the legend.
    fn key(&self) -> Option<(&Label, Key)> {
        None
    }

    /// Places that a legend should not hide.
    fn covered(&self, _frame: &Frame) -> Vec<Point> {
        Vec::new()
    }

    /// Colours of its values.
    fn colours(&self) -> Option<&ColourScale> {
        None
    }
}

impl Layer {
    pub(super) fn check(&self) -> Result<()> {
        self.inner().check()
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, frame: &Frame) -> Result<()> {
        self.inner().draw(canvas, frame)
    }

    pub(super) fn data(&self) -> Option<Vec<(f64, f64)>> {
        self.inner().data()
    }

    pub(super) fn shows(&self) -> bool {
        self.inner().shows()
    }

    pub(super) fn key(&self) -> Option<(&Label, Key)> {
        self.inner().key()
    }

    pub(super) fn covered(&self, frame: &Frame) -> Vec<Point> {
        self.inner().covered(frame)
    }

    pub(super) fn colours(&self) -> Option<&ColourScale> {
        self.inner().colours()
    }
}

/// The points of two lists.
fn pairs(x: &[f64], y: &[f64]) -> Vec<(f64, f64)> {
    x.iter().copied().zip(y.iter().copied()).collect()
}

/// Draws the part of a line inside the frame.
fn draw_clipped(canvas: &mut Canvas, frame: &Frame, line: &[Point], stroke: &Stroke) -> Result<()> {
    clip::polyline(&frame.rect, line).iter().try_for_each(|part| canvas.line(part, stroke))
}

/// Places along a line, close enough that no legend slips between.
fn along(frame: &Frame, line: &[Point]) -> Vec<Point> {
    const SPACING: f64 = 3.0;
    let segments = line.windows(2).filter_map(|pair| clip::segment(&frame.rect, pair[0], pair[1]));
    let places = segments.flat_map(|(from, to)| {
        let steps = ((to.0 - from.0).hypot(to.1 - from.1) / SPACING).ceil().max(1.0) as usize;
        (0..=steps).map(move |step| {
            let part = step as f64 / steps as f64;
            (from.0 + part * (to.0 - from.0), from.1 + part * (to.1 - from.1))
        })
    });
    places.collect()
}

/// Places along the sides of a rectangle.
fn around(frame: &Frame, rect: &Rect) -> Vec<Point> {
    let [a, b, c, d] = rect.corners();
    along(frame, &[a, b, c, d, a])
}
