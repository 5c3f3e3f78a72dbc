//! Colour maps and their scales.

use super::{Colour, Error, Result, Scale};

/// A colour map: all but the last are sequential, with monotone lightness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColourMap {
    /// Dark violet to yellow, perceptually uniform (van der Walt and Smith; in the public domain).
    Viridis,
    /// Black to light yellow, perceptually uniform (van der Walt and Smith; in the public domain).
    Inferno,
    /// White to dark red, the nine classes "Reds" of ColorBrewer.
    Reds,
    /// Dark red over near white to dark blue, the eleven classes "RdBu" of ColorBrewer: for values on both sides of a
    /// middle.
    RedBlue,
}

// Every eighth of the 256 published colours: linear interpolation is within 2/255 of the rest.
const VIRIDIS: [u32; 33] = [
    0x440154, 0x470d60, 0x48186a, 0x482374, 0x472d7b, 0x453681, 0x424086, 0x3f4989, 0x3b528b, 0x375a8d, 0x33638d,
    0x2f6a8e, 0x2c728e, 0x297a8e, 0x26818e, 0x23898e, 0x21908c, 0x1f988b, 0x1f9f88, 0x21a685, 0x28ae80, 0x31b57b,
    0x3ebc74, 0x4cc26c, 0x5dc963, 0x6ece58, 0x82d34c, 0x96d83f, 0xabdc32, 0xc0df24, 0xd5e21a, 0xeae51a, 0xfde725,
];
const INFERNO: [u32; 33] = [
    0x000004, 0x040312, 0x0b0724, 0x150b37, 0x210c4a, 0x2e0a5a, 0x3c0965, 0x4a0c6b, 0x57106d, 0x63146e, 0x70196e,
    0x7d1e6d, 0x89226a, 0x962766, 0xa32b61, 0xaf315c, 0xbb3755, 0xc63e4d, 0xd14644, 0xdb4f3b, 0xe35932, 0xeb6528,
    0xf1711e, 0xf67f14, 0xf98d0a, 0xfb9c06, 0xfcab0f, 0xfbba1f, 0xf9ca32, 0xf5d949, 0xf2e865, 0xf3f586, 0xfcffa4,
];
const REDS: [u32; 9] = [0xfff5f0, 0xfee0d2, 0xfcbba1, 0xfc9272, 0xfb6a4a, 0xef3b2c, 0xcb181d, 0xa50f15, 0x67000d];
const RED_BLUE: [u32; 11] =
    [0x67001f, 0xb2182b, 0xd6604d, 0xf4a582, 0xfddbc7, 0xf7f7f7, 0xd1e5f0, 0x92c5de, 0x4393c3, 0x2166ac, 0x053061];

impl ColourMap {
    /// Colour at `fraction` of the map; fractions outside 0 to 1 take the colour of the end.
    pub fn colour(self, fraction: f64) -> Colour {
        let table: &[u32] = match self {
            Self::Viridis => &VIRIDIS,
            Self::Inferno => &INFERNO,
            Self::Reds => &REDS,
            Self::RedBlue => &RED_BLUE,
        };
        let position = fraction.clamp(0.0, 1.0) * (table.len() - 1) as f64;
        let below = (position.floor() as usize).min(table.len() - 2);
        Colour::hex(table[below]).mixed(Colour::hex(table[below + 1]), position - below as f64)
    }
}

/// How values become colours.
#[derive(Clone, Debug, PartialEq)]
pub struct ColourScale {
    /// The map.
    pub map: ColourMap,
    /// Values at the ends of the map; values beyond take the colour of the end.
    pub limits: (f64, f64),
    /// Linear, or logarithmic in the value.
    pub scale: Scale,
    /// Colour of values at or below zero, shown apart in the colour bar; required where such values meet a logarithmic
    /// scale.
    pub zero: Option<Colour>,
}

impl ColourScale {
    /// Colours linear in the value from `low` to `high`.
    pub fn linear(map: ColourMap, low: f64, high: f64) -> Self {
        Self { map, limits: Scale::Linear.settled((low, high)), scale: Scale::Linear, zero: None }
    }

    /// Colours linear in the logarithm of the value from `low` to `high`, both positive.
    pub fn logarithmic(map: ColourMap, low: f64, high: f64) -> Self {
        Self { map, limits: Scale::Log10.settled((low, high)), scale: Scale::Log10, zero: None }
    }

    /// Shows values at or below zero apart, in `colour`.
    pub fn zero(mut self, colour: Colour) -> Self {
        self.zero = Some(colour);
        self
    }

    /// Colour of a value.
    pub fn colour(&self, value: f64) -> Colour {
        match self.zero {
            Some(colour) if value <= 0.0 => colour,
            _ => self.map.colour(self.scale.fraction(self.limits, value)),
        }
    }

    /// Checks the limits, and that every value has a colour; `layer` names the layer in an error.
    pub(super) fn check(&self, layer: &str, values: &[f64]) -> Result<()> {
        self.scale.check_limits(&format!("the colours of {layer}"), self.limits)?;
        let lost = |value: &f64| self.scale == Scale::Log10 && self.zero.is_none() && *value <= 0.0;
        match values.iter().position(lost) {
            Some(index) => Err(Error::ColourOfZero { layer: layer.to_string(), index, value: values[index] }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_the_maps_are_the_published_colours() {
        assert_eq!(ColourMap::Viridis.colour(0.0), Colour::hex(0x440154));
        assert_eq!(ColourMap::Viridis.colour(1.0), Colour::hex(0xfde725));
        assert_eq!(ColourMap::Inferno.colour(-3.0), Colour::hex(0x000004));
        assert_eq!(ColourMap::Reds.colour(2.0), Colour::hex(0x67000d));
        assert_eq!(ColourMap::Reds.colour(0.5), Colour::hex(0xfb6a4a));
    }

    #[test]
    fn lightness_is_monotone_along_every_map() {
        for (map, sign) in [(ColourMap::Viridis, 1.0), (ColourMap::Inferno, 1.0), (ColourMap::Reds, -1.0)] {
            let lightness: Vec<f64> = (0..=100).map(|i| map.colour(f64::from(i) / 100.0).lightness()).collect();
            // Colours are rounded to 1/255, which moves L* by less than 0.3.
            assert!(lightness.windows(2).all(|w| sign * (w[1] - w[0]) > -0.3), "{map:?}");
            assert!((lightness[100] - lightness[0]).abs() > 60.0, "{map:?} uses little of the range");
        }
    }

    #[test]
    fn the_map_of_two_sides_is_lightest_in_the_middle_and_alike_on_both_sides() {
        let lightness = |fraction: f64| ColourMap::RedBlue.colour(fraction).lightness();
        for step in 0..50 {
            let away = |step: u32| 0.5 - 0.01 * f64::from(step);
            assert!(lightness(away(step)) > lightness(away(step + 1)) - 0.3, "{step}");
            assert!(lightness(1.0 - away(step)) > lightness(1.0 - away(step + 1)) - 0.3, "{step}");
            assert!((lightness(away(step)) - lightness(1.0 - away(step))).abs() < 10.0, "{step}");
        }
    }

    #[test]
    fn logarithmic_scale_gives_each_decade_the_same_share() {
        let scale = ColourScale::logarithmic(ColourMap::Reds, 1e-4, 1.0);
        assert_eq!(scale.colour(1e-2), ColourMap::Reds.colour(0.5));
        assert_eq!(scale.colour(1e-9), ColourMap::Reds.colour(0.0));
    }

    #[test]
    fn zero_is_shown_apart_or_refused() {
        let scale = ColourScale::logarithmic(ColourMap::Viridis, 1e-3, 1.0);
        assert!(matches!(scale.check("image", &[0.5, 0.0]), Err(Error::ColourOfZero { index: 1, .. })));
        let scale = scale.zero(Colour::WHITE);
        assert!(scale.check("image", &[0.5, 0.0]).is_ok());
        assert_eq!(scale.colour(0.0), Colour::WHITE);
    }
}
