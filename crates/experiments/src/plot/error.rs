//! What can be wrong with a figure.

use std::path::PathBuf;

/// Why a figure was not drawn or not written, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A layer holds NaN or an infinity.
    #[error("{layer}: {quantity}[{index}] is {value}: leave out values that are not finite before plotting")]
    NotFinite {
        /// Kind and label of the layer.
        layer: String,
        /// Which of its lists.
        quantity: &'static str,
        /// Place in the list, from 0.
        index: usize,
        /// The value found.
        value: f64,
    },
    /// Two lists of a layer do not belong together.
    #[error("{layer}: {quantity} has {length} values where {expected} are needed: give lists that belong together")]
    Length {
        /// Kind and label of the layer.
        layer: String,
        /// Which of its lists.
        quantity: &'static str,
        /// Length found.
        length: usize,
        /// Length needed.
        expected: usize,
    },
    /// Axis or colour limits that are not finite, not increasing, or not positive on a logarithmic scale.
    #[error("limits ({low}, {high}) of {of}: {remedy}")]
    Limits {
        /// The axis or the colour scale.
        of: String,
        /// Lower limit.
        low: f64,
        /// Upper limit.
        high: f64,
        /// What is needed.
        remedy: &'static str,
    },
    /// A value without place on a logarithmic colour scale.
    #[error(
        "{layer}: values[{index}] = {value} has no colour on a logarithmic scale: give ColourScale::zero a colour or \
         leave such values out"
    )]
    ColourOfZero {
        /// Kind and label of the layer.
        layer: String,
        /// Place in the list, from 0.
        index: usize,
        /// The value found.
        value: f64,
    },
    /// A colour bar without coloured values.
    #[error(
        "a colour bar in a panel without coloured values: add an Image or Points coloured by value, or leave it out"
    )]
    ColourBarWithoutValues,
    /// A text that cannot be read.
    #[error("text {text:?}: {cause}: balance $...$ and {{...}}, and write \\$ or \\{{ for the characters themselves")]
    Markup {
        /// The whole text.
        text: String,
        /// What is unbalanced.
        cause: &'static str,
    },
    /// A character that the carried fonts lack.
    #[error("text {text:?}: New Computer Modern has no glyph for {character:?} (U+{:04X}): write it in another way", *.character as u32)]
    Glyph {
        /// The piece of text.
        text: String,
        /// The character.
        character: char,
    },
    /// A page that cannot be arranged.
    #[error("page of {panels} panels in {columns} columns: at least one panel and one column are needed")]
    Grid {
        /// Number of panels.
        panels: usize,
        /// Number of columns.
        columns: usize,
    },
    /// Something is wrong inside one panel.
    #[error("panel {number} ({title}): {cause}")]
    Panel {
        /// Place on the page, from 1.
        number: usize,
        /// Its title.
        title: String,
        /// What is wrong.
        #[source]
        cause: Box<Error>,
    },
    /// One of the drawing libraries refused the figure.
    #[error("rendering as {format}: {cause}: check the sizes of the page and of its texts")]
    Rendering {
        /// The format.
        format: &'static str,
        /// The library's message.
        cause: String,
    },
    /// A file could not be written.
    #[error("{} could not be written: {source}; {remedy}", .path.display(), remedy = files::remedy(source))]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's message.
        #[source]
        source: std::io::Error,
    },
}

/// Result of the plot module.
pub type Result<T> = std::result::Result<T, Error>;
