//! The frame of a panel: where values lie, ticks on four sides, numbers and labels.

use super::canvas::{Anchor, Canvas};
use super::geometry::{Point, Rect};
use super::text::{self, CAPITAL, Typeset};
use super::ticks::{self, Marks, Room, Tick};
use super::{Axis, Colour, Dash, Label, Result, Scale, Stroke, Ticks, style};

/// Where values lie on the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub rect: Rect,
    pub x: (Scale, (f64, f64)),
    pub y: (Scale, (f64, f64)),
}

impl Frame {
    pub fn new(rect: Rect, x: &Axis, y: &Axis) -> Self {
        Self { rect, x: (x.scale, x.limits), y: (y.scale, y.limits) }
    }

    pub fn at_x(&self, x: f64) -> f64 {
        self.rect.left + self.rect.width() * self.x.0.fraction(self.x.1, x)
    }

    pub fn at_y(&self, y: f64) -> f64 {
        self.rect.bottom - self.rect.height() * self.y.0.fraction(self.y.1, y)
    }

    pub fn at(&self, x: f64, y: f64) -> Point {
        (self.at_x(x), self.at_y(y))
    }

    /// Places of two lists of values.
    pub fn line(&self, x: &[f64], y: &[f64]) -> Vec<Point> {
        x.iter().zip(y).map(|(x, y)| self.at(*x, *y)).collect()
    }
}

/// Ticks with their numbers, and the label, of one axis or colour bar.
pub(super) struct Side {
    pub marks: Marks,
    pub numbers: Vec<Typeset>,
    pub label: Option<Typeset>,
    /// "×10ⁿ", where the numbers are to be multiplied.
    pub power: Option<Typeset>,
}

impl Side {
    /// Chooses the ticks of a horizontal axis of the given length in points.
    pub fn horizontal(axis: &Axis, length: f64) -> Result<Self> {
        // Eight tenths of a label's width stay free, at least three digits.
        let extent = |label: &str| width(label) + (0.8 * width(label)).max(1.5 * style::TICK_SIZE);
        let room = Room { length, extent: &extent };
        let marks = ticks::marks(&axis.ticks, axis.scale, axis.limits, &room);
        let widest = match axis.ticks {
            Ticks::At { .. } | Ticks::Names(_) => widest(&marks, &|at| length * axis.scale.fraction(axis.limits, at))?,
            _ => f64::INFINITY,
        };
        Self::new(marks, &axis.label, widest)
    }

    /// Chooses the ticks of a vertical axis of the given length in points.
    pub fn vertical(ticks: &Ticks, scale: Scale, limits: (f64, f64), label: &Label, length: f64) -> Result<Self> {
        let room = Room { length, extent: &|_| 2.6 * style::TICK_SIZE };
        Self::new(ticks::marks(ticks, scale, limits, &room), label, style::LONGEST_ROW)
    }

    /// A side whose numbers and names are no wider than `widest`.
    fn new(marks: Marks, label: &Label, widest: f64) -> Result<Self> {
        let set = |tick: &Tick| Typeset::within(&tick.label, style::TICK_SIZE, widest);
        let numbers: Result<_> = marks.major.iter().map(set).collect();
        let power = match marks.power {
            0 => None,
            power => Some(Typeset::new(&format!("×10^{{{power}}}"), style::TICK_SIZE)?),
        };
        let label = text::optional(label.markup(), style::LABEL_SIZE, style::LONGEST_AXIS)?;
        Ok(Self { numbers: numbers?, label, power, marks })
    }

    /// Height of the numbers and the label below a frame.
    pub fn height(&self) -> f64 {
        let numbers = self.numbers.iter().map(|n| style::GAP + n.ascent + 0.1 * n.size).fold(0.0, f64::max);
        numbers + self.label.as_ref().map_or(0.0, |label| style::GAP + label.height())
    }

    /// Width of the numbers and the label beside a frame.
    pub fn width(&self) -> f64 {
        let numbers = if self.numbers.is_empty() { 0.0 } else { style::GAP + text::widest(&self.numbers) };
        numbers + self.label.as_ref().map_or(0.0, |label| style::GAP + label.height())
    }
}

/// The width to which names below a frame are shortened so that none overlaps the next; `place` gives where a tick is, in
/// points.
fn widest(marks: &Marks, place: &dyn Fn(f64) -> f64) -> Result<f64> {
    let names = marks.major.iter().map(|tick| Ok((place(tick.at), Typeset::new(&tick.label, style::TICK_SIZE)?.width)));
    let mut names = names.collect::<Result<Vec<_>>>()?;
    names.sort_by(|one, other| one.0.total_cmp(&other.0));
    // Names at one place overlap whatever their width.
    let apart = || names.windows(2).map(|pair| (pair[1].0 - pair[0].0, pair)).filter(|(apart, _)| *apart > 1.0);
    let free = apart().all(|(apart, pair)| 0.5 * (pair[0].1 + pair[1].1) < apart);
    let closest = apart().map(|(apart, _)| 0.9 * apart).fold(style::LONGEST_ROW, f64::min);
    Ok(if free { style::LONGEST_ROW } else { closest })
}

/// Width of a label of ticks; a label that cannot be read is refused where it is set, not here.
fn width(label: &str) -> f64 {
    Typeset::new(label, style::TICK_SIZE).map_or(0.0, |label| label.width)
}

fn tick_stroke() -> Stroke {
    Stroke { colour: Colour::BLACK, width: style::TICK_WIDTH, dash: Dash::Solid }
}

/// Draws the frame, its ticks on four sides, and the numbers and labels below and on the left.
pub(super) fn draw(canvas: &mut Canvas, frame: &Frame, below: &Side, left: &Side) -> Result<()> {
    let rect = &frame.rect;
    for (at, length) in lengths(&below.marks) {
        let x = frame.at_x(at);
        canvas.line(&[(x, rect.bottom), (x, rect.bottom - length)], &tick_stroke())?;
        canvas.line(&[(x, rect.top), (x, rect.top + length)], &tick_stroke())?;
    }
    for (at, length) in lengths(&left.marks) {
        let y = frame.at_y(at);
        canvas.line(&[(rect.left, y), (rect.left + length, y)], &tick_stroke())?;
        canvas.line(&[(rect.right, y), (rect.right - length, y)], &tick_stroke())?;
    }
    let stroke = Stroke { width: style::FRAME_WIDTH, ..tick_stroke() };
    canvas.outline(rect, &stroke)?;
    draw_below(canvas, frame, below)?;
    draw_left(canvas, frame, left)
}

/// Places of ticks with their lengths in points.
pub(super) fn lengths(marks: &Marks) -> impl Iterator<Item = (f64, f64)> {
    let marked = marks.major.iter().filter(|_| !marks.unmarked);
    let major = marked.map(|tick| (tick.at, style::MAJOR_TICK));
    major.chain(marks.minor.iter().map(|at| (*at, style::MINOR_TICK)))
}

fn draw_below(canvas: &mut Canvas, frame: &Frame, side: &Side) -> Result<()> {
    let mut line = frame.rect.bottom;
    if !side.numbers.is_empty() {
        line += style::GAP + side.numbers.iter().map(|number| number.ascent).fold(0.0, f64::max);
    }
    for (tick, number) in side.marks.major.iter().zip(&side.numbers) {
        canvas.text(number, (frame.at_x(tick.at), line), Anchor::Middle, Colour::BLACK)?;
    }
    let below = line + 0.1 * style::TICK_SIZE + style::GAP + side.label.as_ref().map_or(0.0, |label| label.ascent);
    let mut middle = frame.rect.centre().0;
    if let Some(power) = &side.power {
        canvas.text(power, (frame.rect.right, below), Anchor::End, Colour::BLACK)?;
        let half = 0.5 * side.label.as_ref().map_or(0.0, |label| label.width);
        middle = middle.min(frame.rect.right - power.width - style::GAP - half);
    }
    match &side.label {
        Some(label) => canvas.text(label, (middle, below), Anchor::Middle, Colour::BLACK),
        None => Ok(()),
    }
}

fn draw_left(canvas: &mut Canvas, frame: &Frame, side: &Side) -> Result<()> {
    for (tick, number) in side.marks.major.iter().zip(&side.numbers) {
        let line = frame.at_y(tick.at) + 0.5 * CAPITAL * style::TICK_SIZE;
        canvas.text(number, (frame.rect.left - style::GAP, line), Anchor::End, Colour::BLACK)?;
    }
    if let Some(power) = &side.power {
        let at = (frame.rect.left, frame.rect.top - style::GAP);
        canvas.text(power, at, Anchor::Start, Colour::BLACK)?;
    }
    match &side.label {
        Some(label) => {
            let x = frame.rect.left - side.width() + label.ascent;
            canvas.upward_text(label, (x, frame.rect.centre().1), Anchor::Middle, Colour::BLACK)
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_right_and_up() {
        let (x, y) = (Axis::linear("", 0.0, 10.0), Axis::logarithmic("", 1.0, 100.0));
        let frame = Frame::new(Rect::of_size(20.0, 30.0, 100.0, 80.0), &x, &y);
        assert_eq!(frame.at(0.0, 1.0), (20.0, 110.0));
        assert_eq!(frame.at(5.0, 10.0), (70.0, 70.0));
        assert_eq!(frame.at(10.0, 100.0), (120.0, 30.0));
    }

    #[test]
    fn names_have_no_marks_on_the_frame() {
        let names = vec![(0.5, "direct".into()), (1.5, "inverse".into())];
        let axis = Axis::linear("", 0.0, 2.0);
        let sides = [Ticks::Names(names.clone()), Ticks::At { major: names, minor: vec![1.0] }]
            .map(|ticks| Side::horizontal(&axis.clone().ticks(ticks), 100.0).unwrap());
        assert_eq!(sides.each_ref().map(|side| side.numbers.len()), [2, 2]);
        assert_eq!(sides.each_ref().map(|side| lengths(&side.marks).count()), [0, 3]);
    }

    #[test]
    fn long_names_below_are_shortened_until_none_overlaps() {
        let name = |at: f64| (at, crate::label!("{}", "a_very_long_name_of_a_variant ".repeat(9)));
        let axis = Axis::linear("", 0.0, 3.0).ticks(Ticks::Names(vec![name(0.5), name(1.5), name(2.5)]));
        let side = Side::horizontal(&axis, 180.0).unwrap();
        assert!(text::widest(&side.numbers) < 60.0 && text::widest(&side.numbers) > 40.0);
        let side = Side::vertical(&axis.ticks, axis.scale, axis.limits, &axis.label, 180.0).unwrap();
        assert!(text::widest(&side.numbers) <= style::LONGEST_ROW);
    }

    #[test]
    fn numbers_below_never_touch() {
        for high in [1.0, 0.37, 25.0, 12_345.0, 3e-7] {
            let side = Side::horizontal(&Axis::linear("", 0.0, high), 60.0).unwrap();
            let spacing = 60.0 * (side.marks.major[1].at - side.marks.major[0].at) / high;
            assert!(text::widest(&side.numbers) < spacing, "upper limit {high}");
        }
    }
}
