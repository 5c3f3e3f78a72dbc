//! Line styles: colour, width and dashes.

use super::geometry::Point;
use super::{Colour, style};

/// Pattern of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dash {
    /// Without gap.
    Solid,
    /// Short dashes.
    Dashed,
    /// Dots.
    Dotted,
    /// Dash and dot in turn.
    DashDotted,
    /// Long dashes.
    LongDashed,
}

impl Dash {
    /// The pattern of series `index`, from 0, so that series differ also in a black-and-white print.
    pub const fn of_series(index: usize) -> Self {
        [Self::Solid, Self::Dashed, Self::DashDotted, Self::Dotted, Self::LongDashed][index % 5]
    }

    /// Lengths drawn and left out in turn, in units of the line's width.
    fn pattern(self) -> &'static [f64] {
        match self {
            Self::Solid => &[],
            Self::Dashed => &[4.0, 2.0],
            Self::Dotted => &[1.0, 1.6],
            Self::DashDotted => &[6.0, 1.8, 1.0, 1.8],
            Self::LongDashed => &[9.0, 2.5],
        }
    }
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Colour.
    pub colour: Colour,
    /// Width in points.
    pub width: f64,
    /// Pattern.
    pub dash: Dash,
}

impl Stroke {
    /// A solid line of the usual width (1.1 points).
    pub const fn solid(colour: Colour) -> Self {
        Self { colour, width: style::LINE_WIDTH, dash: Dash::Solid }
    }

    /// Colour and pattern of series `index`, from 0.
    pub const fn of_series(index: usize) -> Self {
        Self { colour: Colour::of_series(index), width: style::LINE_WIDTH, dash: Dash::of_series(index) }
    }
}

/// Cuts a connected line into the dashes of `stroke`.
pub(super) fn dashes(line: &[Point], stroke: &Stroke) -> Vec<Vec<Point>> {
    let pattern: Vec<f64> = stroke.dash.pattern().iter().map(|length| length * stroke.width).collect();
    if pattern.is_empty() || line.len() < 2 {
        return vec![line.to_vec()];
    }
    let mut pieces = Vec::new();
    let mut current = vec![line[0]];
    let (mut element, mut left) = (0, pattern[0]);
    for pair in line.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        let mut length = (to.0 - from.0).hypot(to.1 - from.1);
        while length > left {
            let part = left / length;
            from = (from.0 + part * (to.0 - from.0), from.1 + part * (to.1 - from.1));
            length -= left;
            current.push(from);
            if element % 2 == 0 {
                pieces.push(std::mem::take(&mut current));
            }
            current = vec![from];
            element = (element + 1) % pattern.len();
            left = pattern[element];
        }
        left -= length;
        current.push(to);
    }
    if element % 2 == 0 && current.len() > 1 {
        pieces.push(current);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_go_round_corners_and_add_up() {
        let stroke = Stroke { colour: Colour::BLACK, width: 1.0, dash: Dash::Dashed };
        // 12 long: 4 drawn, 2 left out, 4 drawn (round the corner at 8), 2 left out.
        let pieces = dashes(&[(0.0, 0.0), (8.0, 0.0), (8.0, 4.0)], &stroke);
        assert_eq!(pieces, vec![vec![(0.0, 0.0), (4.0, 0.0)], vec![(6.0, 0.0), (8.0, 0.0), (8.0, 2.0)]]);
    }

    #[test]
    fn solid_lines_are_left_whole() {
        let line = [(0.0, 0.0), (3.0, 1.0)];
        assert_eq!(dashes(&line, &Stroke::solid(Colour::BLACK)), vec![line.to_vec()]);
    }

    #[test]
    fn first_five_series_have_five_patterns() {
        let patterns: Vec<Dash> = (0..5).map(Dash::of_series).collect();
        assert!((0..5).all(|i| !patterns[i + 1..].contains(&patterns[i])));
    }
}
