//! Setting of texts: where each piece of a marked-up text stands.

use super::fonts::{self, Face};
use super::markup::{self, Node};
use super::{Result, style};

/// Size of a script, and how far it is raised or lowered, in units of the size around it.
const SCRIPT_SIZE: f64 = 0.7;
const RAISED: f64 = 0.37;
const LOWERED: f64 = 0.18;
/// White after a script, and width of a space.
const AFTER_SCRIPT: f64 = 0.05;
const SPACE: f64 = 1.0 / 3.0;
/// Reach of letters above and below the line.
const ASCENT: f64 = 0.7;
const DESCENT: f64 = 0.22;
/// Height of digits and capitals.
pub(super) const CAPITAL: f64 = 0.68;

/// Characters of one font and size.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    /// From the start of the text, in points.
    pub x: f64,
    /// Above the line, in points.
    pub rise: f64,
    pub size: f64,
    pub face: Face,
    pub text: String,
}

/// A text ready to be drawn, in points from the start of its line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Typeset {
    pub pieces: Vec<Piece>,
    pub size: f64,
    pub width: f64,
    pub ascent: f64,
    pub descent: f64,
}

impl Typeset {
    /// Sets a marked-up text on one line.
    pub fn new(text: &str, size: f64) -> Result<Self> {
        let mut typeset = Self { size, ..Self::default() };
        typeset.width = typeset.place(&markup::parse(text)?, 0.0, 0.0, size)?;
        Ok(typeset)
    }

    /// Sets a marked-up text on one line no wider than `width`, in points: a longer one has "…" in its middle, so that
    /// names which differ at one end are told apart.
    pub fn within(text: &str, size: f64, width: f64) -> Result<Self> {
        let whole = Self::new(text, size)?;
        if whole.width <= width {
            return Ok(whole);
        }
        let nodes = markup::parse(text)?;
        let length = markup::length(&nodes);
        let keeping = |kept: usize| {
            let removed = kept.div_ceil(2)..length - kept / 2;
            let mut set = Self { size, ..Self::default() };
            set.width = set.place(&markup::shortened(&nodes, &removed), 0.0, 0.0, size)?;
            Ok(set)
        };
        let (mut fits, mut too_long) = (0, length);
        while too_long - fits > 1 {
            let middle = (fits + too_long) / 2;
            if keeping(middle)?.width <= width {
                fits = middle;
            } else {
                too_long = middle;
            }
        }
        keeping(fits)
    }

    pub fn height(&self) -> f64 {
        self.ascent + self.descent
    }

    /// Places nodes from `x` on and gives where they end.
    fn place(&mut self, nodes: &[Node], x: f64, rise: f64, size: f64) -> Result<f64> {
        let mut end = x;
        for node in nodes {
            end = match node {
                Node::Text(text) => self.place_text(text, end, rise, size)?,
                Node::Script { lower, upper } => {
                    let small = SCRIPT_SIZE * size;
                    // A lower script beside an upper one hangs lower, as in TeX.
                    let drop = if upper.is_empty() { LOWERED } else { LOWERED + 0.07 };
                    let below = self.place(lower, end, rise - drop * size, small)?;
                    let above = self.place(upper, end, rise + RAISED * size, small)?;
                    below.max(above) + AFTER_SCRIPT * size
                }
            };
        }
        Ok(end)
    }

    fn place_text(&mut self, text: &str, x: f64, rise: f64, size: f64) -> Result<f64> {
        let mut end = x;
        for (face, run) in runs(text)? {
            let words = run.trim_matches(' ');
            // SVG drops spaces at the ends of a text, so that they become distance.
            let before = run.len() - run.trim_start_matches(' ').len();
            let after = if words.is_empty() { 0 } else { run.len() - run.trim_end_matches(' ').len() };
            end += before as f64 * SPACE * size;
            if !words.is_empty() {
                self.pieces.push(Piece { x: end, rise, size, face, text: words.to_string() });
                end += size * fonts::width(face, words)?;
                self.ascent = self.ascent.max(rise + ASCENT * size);
                self.descent = self.descent.max(DESCENT * size - rise);
            }
            end += after as f64 * SPACE * size;
        }
        Ok(end)
    }
}

/// Splits a text where the font changes.
fn runs(text: &str) -> Result<Vec<(Face, String)>> {
    let mut runs: Vec<(Face, String)> = Vec::new();
    for character in text.chars() {
        let face = fonts::face_of(character, text)?;
        match runs.last_mut() {
            Some((last, run)) if *last == face => run.push(character),
            _ => runs.push((face, character.to_string())),
        }
    }
    Ok(runs)
}

/// Breaks a text at its spaces (outside `$...$` and braces) into at most `most` lines no wider than `width`; what is left
/// out, of a long word or in the middle of a long text, is "…".
pub(super) fn wrapped(text: &str, size: f64, width: f64, most: usize) -> Result<Vec<Typeset>> {
    let words = words(text);
    let lines = broken(&words, size, width)?;
    if lines.len() <= most {
        return Ok(lines);
    }
    let keeping = |kept: usize| {
        let (start, end) = (&words[..kept.div_ceil(2)], &words[words.len() - kept / 2..]);
        broken(&[start, &["…".to_owned()], end].concat(), size, width)
    };
    let (mut fits, mut too_many) = (0, words.len());
    while too_many - fits > 1 {
        let middle = (fits + too_many) / 2;
        if keeping(middle)?.len() <= most {
            fits = middle;
        } else {
            too_many = middle;
        }
    }
    keeping(fits)
}

/// As many words on a line as have room.
fn broken(words: &[String], size: f64, width: f64) -> Result<Vec<Typeset>> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in words {
        let longer = if line.is_empty() { word.clone() } else { format!("{line} {word}") };
        if line.is_empty() || Typeset::new(&longer, size)?.width <= width {
            line = longer;
        } else {
            lines.push(Typeset::within(&line, size, width)?);
            line.clone_from(word);
        }
    }
    if !line.is_empty() {
        lines.push(Typeset::within(&line, size, width)?);
    }
    Ok(lines)
}

fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let (mut math, mut depth, mut taken) = (false, 0usize, false);
    for character in text.chars() {
        // After `\` a mark is a character like others.
        let mark = if taken { ' ' } else { character };
        taken = mark == '\\';
        match mark {
            '$' => math = !math,
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if character == ' ' && !math && depth == 0 {
            words.push(String::new());
        } else if let Some(word) = words.last_mut() {
            word.push(character);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Height of lines of text one below the other.
pub(super) fn height_of(lines: &[Typeset]) -> f64 {
    lines.iter().map(|line| style::LINE_SPACING * line.size).sum()
}

/// Width of the widest.
pub(super) fn widest<'a>(texts: impl IntoIterator<Item = &'a Typeset>) -> f64 {
    texts.into_iter().map(|text| text.width).fold(0.0, f64::max)
}

/// An optional text no wider than `width`; empty texts are no texts.
pub(super) fn optional(text: &str, size: f64, width: f64) -> Result<Option<Typeset>> {
    if text.is_empty() { Ok(None) } else { Typeset::within(text, size, width).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponent_is_smaller_and_raised_and_follows_the_base() {
        let text = Typeset::new("10^{-3}", 10.0).unwrap();
        let (base, exponent) = (&text.pieces[0], &text.pieces[1]);
        assert_eq!((base.x, base.rise, base.size), (0.0, 0.0, 10.0));
        assert!((exponent.x - 10.0).abs() < 0.01, "two digits of half the size");
        assert!((exponent.size - 7.0).abs() < 1e-12 && (exponent.rise - 3.7).abs() < 1e-12);
        assert_eq!(exponent.text, "−3");
        // The minus is 0.778 wide, the digit 0.5, both at size 7; half a point follows.
        assert!((text.width - 10.0 - 7.0 * 1.278 - 0.5).abs() < 0.02 && text.ascent > 8.0, "{}", text.width);
    }

    #[test]
    fn spaces_at_a_change_of_font_keep_their_width() {
        let text = Typeset::new("$d = 2$", 12.0).unwrap();
        let end_of_d = 12.0 * fonts::width(Face::Math, "𝑑").unwrap();
        assert_eq!(text.pieces[1].text, "= 2");
        assert!((text.pieces[1].x - end_of_d - 4.0).abs() < 1e-9);
    }

    #[test]
    fn stacked_scripts_start_at_the_same_place() {
        let text = Typeset::new("$x_i^2$", 10.0).unwrap();
        assert_eq!(text.pieces[1].x, text.pieces[2].x);
        assert!(text.pieces[1].rise < 0.0 && text.pieces[2].rise > 0.0);
    }

    #[test]
    fn lines_are_broken_between_words_but_not_in_mathematics() {
        let lines = wrapped("loss at $d_l = 2$ and beyond", 10.0, 60.0, 9).unwrap();
        assert!(lines.len() > 1 && lines.iter().all(|line| line.width <= 60.0));
        assert_eq!(words("a $d_l = 2$ b^{x y} c"), ["a", "$d_l = 2$", "b^{x y}", "c"]);
        assert!(wrapped("", 10.0, 60.0, 9).unwrap().is_empty());
    }

    #[test]
    fn marks_after_a_backslash_break_no_word() {
        assert_eq!(words(r"a\$ b\{ c"), [r"a\$", r"b\{", "c"]);
        assert_eq!(words(r"a\\ $b c$"), [r"a\\", "$b c$"]);
    }

    #[test]
    fn a_long_text_keeps_both_ends_and_its_width() {
        let long = format!("{}1.h5", "directory".repeat(100));
        let set = Typeset::within(&long, 10.0, 80.0).unwrap();
        let drawn: String = set.pieces.iter().map(|piece| piece.text.as_str()).collect();
        assert!(drawn.starts_with("dir") && drawn.contains('…') && drawn.ends_with("1.h5"), "{drawn}");
        assert!(set.width <= 80.0 && set.width > 60.0, "{}", set.width);
        assert_eq!(Typeset::within("short", 10.0, 80.0).unwrap(), Typeset::new("short", 10.0).unwrap());
    }

    #[test]
    fn lines_without_end_are_cut() {
        let lines = wrapped(&format!("{}end", "word ".repeat(500)), 10.0, 60.0, 3).unwrap();
        assert_eq!(lines.len(), 3);
        assert!(lines.iter().all(|line| line.width <= 60.0));
        assert!(lines[1].pieces.iter().any(|piece| piece.text.contains('…')));
        assert!(lines[2].pieces.iter().any(|piece| piece.text.ends_with("end")));
        assert!(wrapped(&"w".repeat(500), 10.0, 60.0, 3).unwrap()[0].width <= 60.0);
    }
}
