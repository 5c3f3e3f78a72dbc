//! The recipes by which a jet becomes an image.

use super::centre::{centre_on_centroid, centre_on_hardest};
use super::coordinates::coordinates;
use super::flip::{flip_halves, flip_to_heaviest_quadrant};
use super::pixelate::{Grid, normalised, pixelate};
use super::rotate::{Axis, rotate_principal_axis};
use super::sparse::ImageSet;
use crate::jets::Jets;
use crate::{Error, Result};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// A way of making an image from the constituents of a jet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recipe {
    /// 40 × 40 pixels over (-0.8, 0.8)², rows along φ, columns along η.
    ///
    /// Centre on the hardest constituent and then on the pT-weighted centroid, rotate the larger principal axis onto
    /// φ, mirror so that the quadrant with the largest pT is (φ > 0, η > 0), fill with pT, divide by the sum. From the
    /// later public code of one of the authors of Finke, Krämer, Morandini, Mück, Oleksiyuk, arXiv 2104.09051.
    PrincipalAxis,
    /// 37 × 37 pixels over (-0.8, 0.8)², rows along η, columns along φ.
    ///
    /// Centre on the pT-weighted centroid, rotate the larger principal axis onto η, divide by the jet's pT, fill,
    /// mirror the pixelated image so that its upper and its right half are the heavier ones. Macaluso, Shih, arXiv
    /// 1803.00107, whose last step, [divide_by_spread](super::divide_by_spread), is one of a whole set of images. The
    /// window is that of jets of radius 0.8, ours to choose. pT outside of it is lost: an image adds up to 1 or less.
    MacalusoShih,
}

impl Recipe {
    /// The name, as in an experiment's file.
    pub fn name(self) -> &'static str {
        match self {
            Self::PrincipalAxis => "principal-axis",
            Self::MacalusoShih => "macaluso-shih",
        }
    }

    /// A number that is raised whenever the images of the recipe change.
    pub fn version(self) -> u32 {
        1
    }

    /// The pixels along each axis.
    pub fn side(self) -> usize {
        usize::from(self.grid().side)
    }

    /// The grid of the images.
    pub fn grid(self) -> Grid {
        match self {
            Self::PrincipalAxis => Grid { side: 40, half_width: 0.8 },
            Self::MacalusoShih => Grid { side: 37, half_width: 0.8 },
        }
    }

    /// The image of one jet, as (row-major index, value) sorted by index: none if no pT falls into it.
    pub fn image(self, constituents: &[[f32; 4]]) -> Option<Vec<(u16, f64)>> {
        match self {
            Self::PrincipalAxis => principal_axis(constituents, self.grid()),
            Self::MacalusoShih => macaluso_shih(constituents, self.grid()),
        }
    }
}

fn principal_axis(constituents: &[[f32; 4]], grid: Grid) -> Option<Vec<(u16, f64)>> {
    let mut particles = coordinates(constituents);
    centre_on_hardest(&mut particles);
    // Twice, because wrapping φ may have moved the centroid.
    centre_on_centroid(&mut particles);
    centre_on_centroid(&mut particles);
    rotate_principal_axis(&mut particles, Axis::Phi);
    flip_to_heaviest_quadrant(&mut particles);
    normalised(pixelate(particles.iter().map(|p| (p.phi, p.eta, p.pt)), grid))
}

fn macaluso_shih(constituents: &[[f32; 4]], grid: Grid) -> Option<Vec<(u16, f64)>> {
    let mut particles = coordinates(constituents);
    // Only a reference for φ, which has no mean across ±π.
    centre_on_hardest(&mut particles);
    centre_on_centroid(&mut particles);
    rotate_principal_axis(&mut particles, Axis::Eta);
    let total: f64 = particles.iter().map(|p| p.pt).sum();
    let mut pixels = pixelate(particles.iter().map(|p| (p.eta, p.phi, p.pt / total)), grid);
    flip_halves(&mut pixels, grid.side);
    (!pixels.is_empty()).then_some(pixels)
}

/// The images of `jets`, made in parallel, in the order of the jets.
///
/// # Errors
/// [`Error::EmptyImage`] for the first jet without transverse momentum inside the image.
pub fn images(jets: &Jets, recipe: Recipe) -> Result<ImageSet> {
    let image = |jet: usize| recipe.image(jets.get(jet)).ok_or(Error::EmptyImage { file: None, jet });
    let images: Vec<Result<Vec<(u16, f64)>>> = (0..jets.len()).into_par_iter().with_min_len(64).map(image).collect();
    let mut set = ImageSet::empty(recipe.side());
    for (image, &class) in images.into_iter().zip(&jets.labels) {
        set.push(&image?, class);
    }
    Ok(set)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::jets::Class;

    fn massless(pt: f64, phi: f64, eta: f64) -> [f32; 4] {
        [pt * eta.cosh(), pt * phi.cos(), pt * phi.sin(), pt * eta.sinh()].map(|x| x as f32)
    }

    #[test]
    fn two_particles_come_to_lie_on_the_first_axis() {
        // Distance 0.5, pT 3 and 1: at -0.125 and 0.375 of the centroid, on the φ axis (rows), η = 0 up to rounding.
        let jet = [massless(300.0, 3.1, 0.4), massless(100.0, 3.1 + 0.3, 0.4 - 0.4)];
        let image = Recipe::PrincipalAxis.image(&jet).unwrap();
        let rows: Vec<u16> = image.iter().map(|(pixel, _)| pixel / 40).collect();
        assert!(rows == [16, 29] || rows == [10, 23], "{image:?}");
        assert!(image.iter().all(|(pixel, _)| (19..=20).contains(&(pixel % 40))), "{image:?}");
        let image = Recipe::MacalusoShih.image(&jet).unwrap();
        assert!(image.iter().all(|(pixel, _)| pixel % 37 == 18), "{image:?}");
        // Upper half: rows below 18 carry the three quarters.
        let (heavy, light) = (image[0], image[1]);
        assert!(heavy.0 / 37 < 18 && (heavy.1 - 0.75).abs() < 1e-6, "{image:?}");
        assert!(light.0 / 37 > 18 && (light.1 - 0.25).abs() < 1e-6, "{image:?}");
    }

    #[test]
    fn a_jet_of_one_particle_is_one_pixel() {
        let jet = [massless(500.0, 1.0, -0.7)];
        assert_eq!(Recipe::PrincipalAxis.image(&jet), Some(vec![(20 * 40 + 20, 1.0)]));
        assert_eq!(Recipe::MacalusoShih.image(&jet), Some(vec![(18 * 37 + 18, 1.0)]));
    }

    #[test]
    fn a_jet_without_transverse_momentum_is_named() {
        let mut jets = Jets::default();
        jets.push([massless(500.0, 1.0, -0.7)], Class::Top);
        jets.push([[5.0, 0.0, 0.0, 5.0]], Class::Qcd);
        for recipe in [Recipe::PrincipalAxis, Recipe::MacalusoShih] {
            assert!(matches!(images(&jets, recipe), Err(Error::EmptyImage { file: None, jet: 1 })));
        }
    }
}
