//! Drawing in points on the page, through plotters' SVG backend.

use std::fmt::Display;

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{
    Color, FontDesc, FontFamily, FontStyle, FontTransform, RGBAColor, RGBColor, ShapeStyle, TextStyle,
};

use super::dash::dashes;
use super::fonts::escaped;
use super::geometry::{Point, Rect};
use super::text::Typeset;
use super::{Colour, Error, Result, Stroke};

/// The backend counts in whole units: a hundredth of a point keeps lines smooth.
const UNITS: f64 = 100.0;

/// Which part of a text stands at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    fn before(self, width: f64) -> f64 {
        match self {
            Self::Start => 0.0,
            Self::Middle => 0.5 * width,
            Self::End => width,
        }
    }
}

/// A page being drawn.
pub(super) struct Canvas<'a> {
    backend: SVGBackend<'a>,
}

impl<'a> Canvas<'a> {
    /// Starts a drawing of `width` by `height` points in `svg`.
    pub fn new(svg: &'a mut String, width: f64, height: f64) -> Self {
        Self { backend: SVGBackend::with_string(svg, (units(width) as u32, units(height) as u32)) }
    }

    /// Ends the drawing.
    pub fn finish(mut self) -> Result<()> {
        drawn(self.backend.present())
    }

    /// Draws a connected line, dashed as its stroke says.
    pub fn line(&mut self, points: &[Point], stroke: &Stroke) -> Result<()> {
        let style = shape(stroke.colour, 1.0, stroke.width);
        for piece in dashes(points, stroke) {
            let mut piece: Vec<(i32, i32)> = piece.into_iter().map(place).collect();
            piece.dedup();
            if piece.len() > 1 {
                drawn(self.backend.draw_path(piece, &style))?;
            }
        }
        Ok(())
    }

    /// Fills a polygon.
    pub fn surface(&mut self, corners: &[Point], colour: Colour, opacity: f64) -> Result<()> {
        if corners.len() < 3 {
            return Ok(());
        }
        drawn(self.backend.fill_polygon(corners.iter().copied().map(place), &shape(colour, opacity, 0.0)))
    }

    /// Fills a rectangle.
    pub fn rectangle(&mut self, rect: &Rect, colour: Colour, opacity: f64) -> Result<()> {
        let (from, to) = (place((rect.left, rect.top)), place((rect.right, rect.bottom)));
        drawn(self.backend.draw_rect(from, to, &shape(colour, opacity, 0.0), true))
    }

    /// Draws the outline of a rectangle.
    pub fn outline(&mut self, rect: &Rect, stroke: &Stroke) -> Result<()> {
        let [a, b, c, d] = rect.corners();
        // The first side is drawn twice, so that the last corner is joined like the others.
        self.line(&[a, b, c, d, a, b], stroke)
    }

    /// Fills a circle.
    pub fn disc(&mut self, centre: Point, radius: f64, colour: Colour, opacity: f64) -> Result<()> {
        let radius = units(radius).max(1) as u32;
        drawn(self.backend.draw_circle(place(centre), radius, &shape(colour, opacity, 0.0), true))
    }

    /// Draws a text with its line through `at`.
    pub fn text(&mut self, text: &Typeset, at: Point, anchor: Anchor, colour: Colour) -> Result<()> {
        let start = at.0 - anchor.before(text.width);
        for piece in &text.pieces {
            // The backend shifts by a quarter of the size below.
            let at = (start + piece.x, at.1 - piece.rise + 0.25 * piece.size);
            self.piece(piece, at, colour, FontTransform::None)?;
        }
        Ok(())
    }

    /// Draws a text that reads upwards, its line through `at`.
    pub fn upward_text(&mut self, text: &Typeset, at: Point, anchor: Anchor, colour: Colour) -> Result<()> {
        let start = at.1 + anchor.before(text.width);
        for piece in &text.pieces {
            let at = (at.0 - piece.rise + 0.25 * piece.size, start - piece.x);
            self.piece(piece, at, colour, FontTransform::Rotate270)?;
        }
        Ok(())
    }

    fn piece(&mut self, piece: &super::text::Piece, at: Point, colour: Colour, turn: FontTransform) -> Result<()> {
        // The backend divides sizes by 1.24.
        let size = 1.24 * UNITS * piece.size;
        let font = FontDesc::new(FontFamily::Name(piece.face.family()), size, FontStyle::Normal).transform(turn);
        let colour = rgb(colour);
        let style = TextStyle::from(font).color(&colour).pos(Pos::new(HPos::Left, VPos::Bottom));
        drawn(self.backend.draw_text(&piece.text, &style, place(at)))
    }
}

/// Gives the drawing its size in points, round joins, and a note across the page.
pub(super) fn finished(svg: &str, (width, height): (f64, f64), note: Option<&Typeset>) -> String {
    let units = format!(r#"width="{}" height="{}""#, units(width), units(height));
    let points = format!(r#"width="{width:.2}" height="{height:.2}" stroke-linejoin="round""#);
    let sized = svg.replacen(&units, &points, 1);
    match (note, sized.rfind("</svg>")) {
        (Some(note), Some(end)) => format!("{}{}{}", &sized[..end], across(note, (width, height)), &sized[end..]),
        _ => sized,
    }
}

/// A text along the diagonal of the page, grey and translucent.
fn across(text: &Typeset, (width, height): (f64, f64)) -> String {
    let angle = -height.atan2(width).to_degrees();
    let mut group = format!(
        r##"<g transform="scale({UNITS}) translate({:.2} {:.2}) rotate({angle:.3})" fill="#999999" opacity="0.25">"##,
        0.5 * width,
        0.5 * height,
    );
    for piece in &text.pieces {
        group += &format!(
            r#"<text x="{:.3}" y="{:.3}" font-family="{}" font-size="{:.3}">{}</text>"#,
            piece.x - 0.5 * text.width,
            0.35 * text.size - piece.rise,
            piece.face.family(),
            piece.size,
            escaped(&piece.text),
        );
    }
    group + "</g>\n"
}

fn units(points: f64) -> i32 {
    (UNITS * points).round() as i32
}

fn place((x, y): Point) -> (i32, i32) {
    (units(x), units(y))
}

fn rgb(colour: Colour) -> RGBColor {
    RGBColor(colour.red, colour.green, colour.blue)
}

fn shape(colour: Colour, opacity: f64, width: f64) -> ShapeStyle {
    let color: RGBAColor = rgb(colour).mix(opacity);
    ShapeStyle { color, filled: true, stroke_width: units(width) as u32 }
}

fn drawn<E: Display>(outcome: std::result::Result<(), E>) -> Result<()> {
    outcome.map_err(|error| Error::Rendering { format: "SVG", cause: error.to_string() })
}
