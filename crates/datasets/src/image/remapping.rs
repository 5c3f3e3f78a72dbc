//! Intensity remappings: a function of each pixel that lifts the dim ones, before the image is scaled to its sum again.

use super::ImageSet;
use serde::{Deserialize, Serialize};

/// A function of the pixels x of an image whose sum is 1. Source: arXiv 2104.09051, section 3, and later public code of
/// its authors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remapping {
    /// x: the image as it is.
    #[default]
    None,
    /// √x.
    SquareRoot,
    /// The fourth root of x.
    FourthRoot,
    /// ln(1000 x + 1).
    Logarithm,
    /// 1 where x > 0.
    Heaviside,
    /// x², which lifts the bright pixels.
    Square,
}

impl Remapping {
    /// Every remapping, in the order of the docs.
    pub const ALL: [Self; 6] =
        [Self::None, Self::SquareRoot, Self::FourthRoot, Self::Logarithm, Self::Heaviside, Self::Square];

    /// The name, as in an experiment's file.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::SquareRoot => "square_root",
            Self::FourthRoot => "fourth_root",
            Self::Logarithm => "logarithm",
            Self::Heaviside => "heaviside",
            Self::Square => "square",
        }
    }

    /// The new value of a pixel, before the image is scaled; 0 stays 0 and negative values count as 0.
    pub fn apply(self, x: f64) -> f64 {
        let x = x.max(0.0);
        match self {
            Self::None => x,
            Self::SquareRoot => x.sqrt(),
            Self::FourthRoot => x.sqrt().sqrt(),
            Self::Logarithm => (1000.0 * x).ln_1p(),
            Self::Heaviside => f64::from(u8::from(x > 0.0)),
            Self::Square => x * x,
        }
    }

    /// The images of `set` with every pixel remapped and, if `renormalise`, each image divided by its new sum.
    ///
    /// An image whose pixels are all 0 stays as it is: it has no sum to be divided by.
    pub fn remap(self, set: &ImageSet, renormalise: bool) -> ImageSet {
        let mut remapped = ImageSet::empty(set.side());
        for index in 0..set.len() {
            let (pixels, values) = set.get(index);
            let values: Vec<f64> = values.iter().map(|&x| self.apply(f64::from(x))).collect();
            let sum: f64 = values.iter().sum();
            let scale = if renormalise && sum > 0.0 { sum } else { 1.0 };
            let image: Vec<(u16, f64)> = pixels.iter().zip(&values).map(|(&pixel, x)| (pixel, x / scale)).collect();
            remapped.push(&image, set.labels()[index]);
        }
        remapped
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::jets::Class;
    use proptest::prelude::*;

    #[test]
    fn each_function_has_its_value_at_a_sixteenth() {
        let expected = [0.0625, 0.25, 0.5, 63.5f64.ln(), 1.0, 0.00390625];
        for (remapping, expected) in Remapping::ALL.into_iter().zip(expected) {
            assert!((remapping.apply(0.0625) - expected).abs() < 1e-12, "{remapping:?}");
            assert_eq!(remapping.apply(0.0), 0.0);
            assert_eq!(remapping.apply(-1.0), 0.0);
        }
    }

    #[test]
    fn the_square_root_of_an_image_by_hand() {
        let mut set = ImageSet::empty(2);
        set.push(&[(0, 0.64), (3, 0.36)], Class::Qcd);
        assert_eq!(Remapping::SquareRoot.remap(&set, false).dense(&[0]), [0.8, 0.0, 0.0, 0.6]);
        let scaled = Remapping::SquareRoot.remap(&set, true).dense(&[0]);
        assert!((scaled[0] - 0.8 / 1.4).abs() < 1e-6 && (scaled[3] - 0.6 / 1.4).abs() < 1e-6);
    }

    proptest! {
        #[test]
        fn a_remapped_image_has_the_sum_1_the_same_pixels_and_the_same_order_of_brightness(
            values in prop::collection::vec(1e-6f64..1.0, 1..50), choice in 0usize..6
        ) {
            let sum: f64 = values.iter().sum();
            let image: Vec<(u16, f64)> = (0u16..).zip(values.iter().map(|x| x / sum)).collect();
            let mut set = ImageSet::empty(10);
            set.push(&image, Class::Top);
            let remapped = Remapping::ALL[choice].remap(&set, true);
            prop_assert_eq!(remapped.get(0).0, set.get(0).0);
            prop_assert!((remapped.get(0).1.iter().map(|&x| f64::from(x)).sum::<f64>() - 1.0).abs() < 1e-4);
            let (old, new) = (set.get(0).1, remapped.get(0).1);
            for (a, b) in (0..old.len()).zip(1..old.len()) {
                prop_assert!(old[a] >= old[b] || new[a] <= new[b]);
            }
        }
    }
}
