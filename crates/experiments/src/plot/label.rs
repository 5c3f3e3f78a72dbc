//! Labels: the program's own texts are markup, names that users give are plain.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{fonts, markup};

/// Drawn in place of a character that the carried fonts lack.
pub(super) const REPLACEMENT: char = '□';
/// Characters of a plain text beyond which it is cut.
const LONGEST: usize = 4000;

/// A text of a figure: title, name in a legend, label of an axis or a tick, footer.
///
/// A literal of the program is markup (`$...$`, `^{...}`, `_{...}`; see [`super`]). Everything that is put together at
/// run time goes through the macro `label!` or [`Label::plain`], so that a file's or a variant's name is drawn as
/// it is, whatever characters it has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Label(String);

impl Label {
    /// A plain text, drawn character by character as it is: `$`, `^`, `_`, `{`, `}` and `\` mean themselves.
    ///
    /// Combining characters are composed with their letters. What the fonts lack or what has no shape (control
    /// characters, line breaks, marks that no letter takes) is drawn as □, and a text of more than 4000 characters ends
    /// with "…". Every text can be drawn.
    pub fn plain(text: impl AsRef<str>) -> Self {
        Self(escaped(text.as_ref()))
    }

    /// What the macro `label!` makes of its format and [`Argument`]s.
    pub fn formatted(markup: fmt::Arguments) -> Self {
        Self(markup.to_string())
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The markup.
    pub(super) fn markup(&self) -> &str {
        &self.0
    }
}

impl From<&'static str> for Label {
    fn from(markup: &'static str) -> Self {
        Self(markup.to_owned())
    }
}

impl From<&Label> for Label {
    fn from(label: &Label) -> Self {
        label.clone()
    }
}

/// A [`Label`] from a format and its arguments: the format is markup, and every text among the arguments is plain, unless
/// it is a `Label` itself. Arguments are listed after the format, as `{name}` in it would not be told apart.
///
/// ```
/// use experiments::label;
/// use experiments::plot::Label;
///
/// assert_eq!(label!("{}, $d_l = {}$", "a_{b}", 2), label!("{}, $d_l = 2$", Label::plain("a_{b}")));
/// ```
#[macro_export]
macro_rules! label {
    ($format:literal $(, $argument:expr)* $(,)?) => {
        $crate::plot::Label::formatted(format_args!(concat!($format), $($crate::plot::Argument(&$argument)),*))
    };
}

/// An argument of the macro `label!`.
#[derive(Debug)]
pub struct Argument<'a, T: ?Sized>(pub &'a T);

/// What can be an argument of the macro `label!`: numbers, labels, and plain texts.
pub trait InLabel {
    /// Writes it as markup.
    ///
    /// # Errors
    /// That of the formatter.
    fn write(&self, f: &mut fmt::Formatter) -> fmt::Result;
}

impl<T: InLabel + ?Sized> fmt::Display for Argument<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.0.write(f)
    }
}

impl<T: InLabel + ?Sized> InLabel for &T {
    fn write(&self, f: &mut fmt::Formatter) -> fmt::Result {
        (**self).write(f)
    }
}

impl InLabel for str {
    fn write(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&escaped(self))
    }
}

impl InLabel for String {
    fn write(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.as_str().write(f)
    }
}

impl InLabel for Label {
    fn write(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! numbers {
    ($($number:ty),*) => {
        $(impl InLabel for $number {
            fn write(&self, f: &mut fmt::Formatter) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        })*
    };
}
numbers!(f64, i32, i64, u8, u32, u64, usize);

fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for (place, character) in text.nfc().enumerate() {
        if place == LONGEST {
            written.push('…');
            break;
        }
        match character {
            '\\' | '$' | '^' | '_' | '{' | '}' => written.extend(['\\', character]),
            _ if markup::is_script(character) => written.push(character),
            _ if shapeless(character) || !fonts::has(character) => written.push(REPLACEMENT),
            _ => written.push(character),
        }
    }
    written
}

/// Characters without a shape of their own: controls, marks of direction and joining, and marks on a letter that makes no
/// composed character with them.
fn shapeless(character: char) -> bool {
    let steers = matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}');
    steers || character.is_control() || is_combining_mark(character)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::style;
    use super::super::text::{Typeset, wrapped};
    use super::*;

    fn drawn(label: &Label) -> String {
        Typeset::new(label.markup(), 10.0).unwrap().pieces.iter().map(|piece| piece.text.as_str()).collect()
    }

    #[test]
    fn a_name_is_drawn_as_it_is() {
        for name in
            ["test_$v2.h5", "wjets{new.h5", "a_{b}^{c}.h5", r"KMSE$sigma=2\", "_x", "10^-3", "$$", "élan", "Данные"]
        {
            assert_eq!(drawn(&Label::plain(name)), name);
        }
    }

    #[test]
    fn raised_digits_of_a_name_stay_raised() {
        let text = Typeset::new(Label::plain("in R⁴").markup(), 10.0).unwrap();
        assert_eq!(text.pieces[1].text, "4");
        assert!(text.pieces[1].rise > 0.0);
    }

    #[test]
    fn what_the_fonts_lack_is_replaced_visibly() {
        assert_eq!(drawn(&Label::plain("核.h5")), "□.h5");
        assert_eq!(drawn(&Label::plain("a😀b")), "a□b");
        assert_eq!(drawn(&Label::plain("a\nb\tc\u{0}\u{202e}")), "a□b□c□□");
        assert!(fonts::has(REPLACEMENT) && fonts::has('…'));
    }

    #[test]
    fn decomposed_letters_are_composed() {
        assert_eq!(drawn(&Label::plain("donne\u{301}es")), "données");
        assert_eq!(drawn(&Label::plain("q\u{301}")), "q□", "no letter has that accent");
    }

    #[test]
    fn a_format_is_markup_and_its_texts_are_plain() {
        let label = label!("{}, $d_l = {}$, {:.2}", "$x_{1}", 2, 0.125);
        assert_eq!(label.markup(), r"\$x\_\{1\}, $d_l = 2$, 0.12");
        assert_eq!(label!("{}: {}", Label::from("$α$"), String::from("^")).markup(), r"$α$: \^");
    }

    #[test]
    fn a_text_without_end_is_cut() {
        let label = Label::plain("x".repeat(1_000_000));
        assert_eq!(label.markup().chars().count(), LONGEST + 1);
    }

    proptest! {
        #[test]
        fn every_plain_text_can_be_drawn(text in any::<String>(), more in "[\\PC\u{300}-\u{36f}$^_{}\\\\]{0,40}") {
            for text in [&text, &more] {
                let label = Label::plain(text);
                let set = Typeset::new(label.markup(), style::LEGEND_SIZE);
                prop_assert!(set.as_ref().is_ok_and(|set| set.width.is_finite()), "{text:?}: {set:?}");
                prop_assert!(wrapped(label.markup(), style::FOOTER_SIZE, 60.0, 9).is_ok(), "{text:?}");
            }
        }
    }
}
