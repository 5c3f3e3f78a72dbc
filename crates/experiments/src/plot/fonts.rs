//! The fonts that the program carries: New Computer Modern, for text and for mathematics.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use resvg::usvg::{self, fontdb};

use super::{Error, Result};

/// A carried font.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Face {
    Text,
    Math,
}

impl Face {
    pub fn family(self) -> &'static str {
        match self {
            Self::Text => "NewComputerModern10",
            Self::Math => "NewComputerModernMath",
        }
    }

    fn postscript_name(self) -> &'static str {
        match self {
            Self::Text => "NewCM10-Regular",
            Self::Math => "NewCMMath-Regular",
        }
    }
}

struct Fonts {
    database: Arc<fontdb::Database>,
    faces: [ttf_parser::Face<'static>; 2],
    /// Widths in units of the size, kept because the same numbers stand at many ticks.
    widths: Mutex<HashMap<(Face, String), f64>>,
}

static FONTS: LazyLock<std::result::Result<Fonts, String>> = LazyLock::new(load);

fn load() -> std::result::Result<Fonts, String> {
    let (text, math) = (find(Face::Text)?, find(Face::Math)?);
    let mut database = fontdb::Database::new();
    for data in [text.0, math.0] {
        database.load_font_source(fontdb::Source::Binary(Arc::new(data)));
    }
    database.set_serif_family(Face::Text.family());
    Ok(Fonts { database: Arc::new(database), faces: [text.1, math.1], widths: Mutex::default() })
}

fn find(face: Face) -> std::result::Result<(&'static [u8], ttf_parser::Face<'static>), String> {
    let named = |font: &ttf_parser::Face| {
        font.names()
            .into_iter()
            .filter(|name| name.name_id == ttf_parser::name_id::POST_SCRIPT_NAME)
            .any(|name| name.to_string().as_deref() == Some(face.postscript_name()))
    };
    let parsed = typst_assets::fonts().filter_map(|data| Some((data, ttf_parser::Face::parse(data, 0).ok()?)));
    parsed
        .into_iter()
        .find(|(_, font)| named(font))
        .ok_or_else(|| format!("font {} is not in the program", face.postscript_name()))
}

fn fonts() -> Result<&'static Fonts> {
    FONTS.as_ref().map_err(|cause| Error::Rendering { format: "text", cause: cause.clone() })
}

/// Options of the SVG reader that know the carried fonts and no others.
pub(super) fn options() -> Result<usvg::Options<'static>> {
    Ok(usvg::Options {
        font_family: Face::Text.family().to_string(),
        fontdb: Arc::clone(&fonts()?.database),
        ..usvg::Options::default()
    })
}

/// The font for a character: letters of mathematics from the font of mathematics, all else from the font of text where
/// that has it. `text` is named in the error.
pub(super) fn face_of(character: char, text: &str) -> Result<Face> {
    let fonts = fonts()?;
    let mathematical = matches!(character, '\u{1d400}'..='\u{1d7ff}' | '\u{210e}');
    let order = if mathematical { [Face::Math, Face::Text] } else { [Face::Text, Face::Math] };
    order
        .into_iter()
        .find(|face| fonts.faces[*face as usize].glyph_index(character).is_some())
        .ok_or_else(|| Error::Glyph { text: text.to_string(), character })
}

/// Whether a carried font has a character; true where the fonts cannot be read, which is found when a text is set.
pub(super) fn has(character: char) -> bool {
    fonts().map_or(true, |fonts| fonts.faces.iter().any(|face| face.glyph_index(character).is_some()))
}

/// Width of a text in units of its size, with kerning and ligatures as the renderer sets them.
pub(super) fn width(face: Face, text: &str) -> Result<f64> {
    let fonts = fonts()?;
    let key = (face, text.to_string());
    let known = fonts.widths.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
    if let Some(width) = known {
        return Ok(width);
    }
    let width = measured(face, text)?;
    fonts.widths.lock().unwrap_or_else(PoisonError::into_inner).insert(key, width);
    Ok(width)
}

fn measured(face: Face, text: &str) -> Result<f64> {
    const SIZE: f64 = 1000.0;
    let family = face.family();
    let content = escaped(text);
    let svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text font-family="{family}" font-size="{SIZE}">{content}</text></svg>"#
    );
    let tree = usvg::Tree::from_str(&svg, &options()?)
        .map_err(|error| Error::Rendering { format: "text", cause: error.to_string() })?;
    // The box of a text is made of its advances, not of its ink.
    Ok(first_text(tree.root()).map_or(0.0, |node| f64::from(node.bounding_box().right()) / SIZE))
}

fn first_text(group: &usvg::Group) -> Option<&usvg::Text> {
    group.children().iter().find_map(|node| match node {
        usvg::Node::Text(text) => Some(&**text),
        usvg::Node::Group(group) => first_text(group),
        _ => None,
    })
}

/// A text with the characters that XML reserves written as entities.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_agree_with_the_font_tables() {
        // Digits of Computer Modern are half the size wide; there is no kerning among them.
        assert!((width(Face::Text, "2024").unwrap() - 2.0).abs() < 1e-3);
        let font = &fonts().unwrap().faces[Face::Text as usize];
        let advance = |c: char| f64::from(font.glyph_hor_advance(font.glyph_index(c).unwrap()).unwrap()) / 1000.0;
        assert!((width(Face::Text, "m").unwrap() - advance('m')).abs() < 1e-3);
        // "AV" is kerned together.
        assert!(width(Face::Text, "AV").unwrap() < advance('A') + advance('V') - 0.05);
    }

    #[test]
    fn letters_of_mathematics_come_from_the_font_of_mathematics() {
        assert_eq!(face_of('d', "").unwrap(), Face::Text);
        assert_eq!(face_of('𝑑', "").unwrap(), Face::Math);
        assert_eq!(face_of('𝜀', "").unwrap(), Face::Math);
    }

    #[test]
    fn characters_of_physics_labels_are_all_carried() {
        for character in "αβγδεζηθλμνξπρστφχψωΓΔΘΛΞΠΣΦΨΩϵϕ−×·±≤≥≈≠∞→√∂∇∈∥⟨⟩°–—’“”†ℓ…′".chars()
        {
            assert!(face_of(character, "").is_ok(), "{character}");
        }
    }

    #[test]
    fn missing_glyph_is_named_with_its_text() {
        let message = face_of('漢', "label 漢").unwrap_err().to_string();
        assert!(message.contains("U+6F22") && message.contains("label 漢"), "{message}");
    }
}
