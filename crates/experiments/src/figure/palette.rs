//! The colours that `[draw]` of an experiment asks for.

use crate::config::Experiment;
use crate::plot::{Colour, ColourMap};
use crate::{Error, Result};

/// Colours of lines and of values.
#[derive(Debug, Clone)]
pub struct Palette {
    lines: Vec<Colour>,
    /// Colour map of values.
    pub map: ColourMap,
}

impl Palette {
    /// The palette of an experiment; `map` where it names none.
    ///
    /// # Errors
    /// [`Error::Setting`] for an unknown colour map or a colour that is not `#rrggbb`.
    pub fn new(experiment: &Experiment, map: ColourMap) -> Result<Self> {
        let map = match experiment.draw.colour_map.as_deref() {
            None => map,
            Some("reds") => ColourMap::Reds,
            Some("viridis") => ColourMap::Viridis,
            Some("inferno") => ColourMap::Inferno,
            Some(other) => {
                return Err(Error::setting(
                    "draw.colour_map",
                    format!("`{other}`"),
                    "give `reds`, `viridis` or `inferno`",
                ));
            }
        };
        let lines = experiment.draw.colours.iter().flatten().map(|text| parse(text)).collect::<Result<_>>()?;
        Ok(Self { lines, map })
    }

    /// Colour of line number `index`: the experiment's, or the next of a set that colour-blind eyes tell apart.
    pub fn line(&self, index: usize) -> Colour {
        self.lines.get(index).copied().unwrap_or_else(|| Colour::of_series(index))
    }
}

fn parse(text: &str) -> Result<Colour> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && !digits.starts_with('+'));
    let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    number
        .map(Colour::hex)
        .ok_or_else(|| Error::setting("draw.colours", format!("`{text}`"), "give colours as `#rrggbb`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_six_hexadecimal_digits() {
        assert_eq!(parse("#0072b2").unwrap(), Colour::BLUE);
        for text in ["0072b2", "#0072b", "#gggggg", "blue", "#+072b2"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
