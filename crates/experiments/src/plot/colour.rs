//! Colours of lines: the palette of Okabe and Ito, told apart by colour-blind readers.

/// A colour in sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    /// Red, 0 to 255.
    pub red: u8,
    /// Green, 0 to 255.
    pub green: u8,
    /// Blue, 0 to 255.
    pub blue: u8,
}

impl Colour {
    /// Black.
    pub const BLACK: Self = Self::hex(0x000000);
    /// White.
    pub const WHITE: Self = Self::hex(0xffffff);
    /// Middle grey, for references such as a random classifier.
    pub const GREY: Self = Self::hex(0x777777);
    /// Light grey, for empty cells.
    pub const LIGHT_GREY: Self = Self::hex(0xdddddd);
    /// Okabe and Ito's orange.
    pub const ORANGE: Self = Self::hex(0xe69f00);
    /// Okabe and Ito's sky blue.
    pub const SKY_BLUE: Self = Self::hex(0x56b4e9);
    /// Okabe and Ito's bluish green.
    pub const GREEN: Self = Self::hex(0x009e73);
    /// Okabe and Ito's yellow.
    pub const YELLOW: Self = Self::hex(0xf0e442);
    /// Okabe and Ito's blue.
    pub const BLUE: Self = Self::hex(0x0072b2);
    /// Okabe and Ito's vermilion.
    pub const VERMILION: Self = Self::hex(0xd55e00);
    /// Okabe and Ito's reddish purple.
    pub const PURPLE: Self = Self::hex(0xcc79a7);

    /// The palette in the order of a figure's series; yellow is left out, being faint on white paper.
    pub const SERIES: [Self; 7] =
        [Self::BLUE, Self::VERMILION, Self::GREEN, Self::PURPLE, Self::ORANGE, Self::SKY_BLUE, Self::BLACK];

    /// Colour `0xRRGGBB`.
    pub const fn hex(rgb: u32) -> Self {
        Self { red: (rgb >> 16) as u8, green: (rgb >> 8) as u8, blue: rgb as u8 }
    }

    /// The colour of series `index`, from 0; the palette repeats after 7.
    pub const fn of_series(index: usize) -> Self {
        Self::SERIES[index % Self::SERIES.len()]
    }

    /// Mixture in sRGB: `self` at 0, `other` at 1.
    pub(super) fn mixed(self, other: Self, fraction: f64) -> Self {
        let mix = |a: u8, b: u8| (f64::from(a) + fraction * (f64::from(b) - f64::from(a))).round() as u8;
        Self { red: mix(self.red, other.red), green: mix(self.green, other.green), blue: mix(self.blue, other.blue) }
    }

    /// CIE lightness L*, 0 (black) to 100 (white), D65.
    pub fn lightness(self) -> f64 {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        let luminance = 0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue);
        if luminance > 216.0 / 24389.0 { 116.0 * luminance.cbrt() - 16.0 } else { luminance * 24389.0 / 27.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_digits_are_red_green_blue() {
        assert_eq!(Colour::hex(0x0072b2), Colour { red: 0, green: 0x72, blue: 0xb2 });
    }

    #[test]
    fn lightness_of_black_white_and_middle_grey() {
        assert!(Colour::BLACK.lightness().abs() < 1e-9);
        assert!((Colour::WHITE.lightness() - 100.0).abs() < 1e-9);
        // sRGB 119 has linear luminance 0.18447, hence L* = 116 * 0.18447^(1/3) - 16 = 50.03.
        assert!((Colour::GREY.lightness() - 50.03).abs() < 0.01);
    }

    #[test]
    fn series_differ_from_each_other_and_from_paper() {
        for (i, a) in Colour::SERIES.iter().enumerate() {
            assert!(a.lightness() < 75.0, "{a:?} is faint on white");
            assert!(Colour::SERIES[i + 1..].iter().all(|b| a != b));
        }
        assert_eq!(Colour::of_series(7), Colour::of_series(0));
    }
}
