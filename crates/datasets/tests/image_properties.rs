//! What must hold for the image of any jet.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use datasets::image::Recipe;
use proptest::prelude::*;

/// A constituent by pT (GeV), φ and η.
fn massless((pt, phi, eta): (f64, f64, f64)) -> [f32; 4] {
    [pt * eta.cosh(), pt * phi.cos(), pt * phi.sin(), pt * eta.sinh()].map(|x| x as f32)
}

fn spread_out_jet() -> impl Strategy<Value = Vec<(f64, f64, f64)>> {
    prop::collection::vec((1.0..100.0f64, -0.3..0.3f64, -0.3..0.3f64), 3..30)
}

fn image(recipe: Recipe, jet: &[(f64, f64, f64)]) -> Vec<(u16, f64)> {
    recipe.image(&jet.iter().copied().map(massless).collect::<Vec<_>>()).unwrap()
}

/// The sum of the absolute differences of two images.
fn distance(a: &[(u16, f64)], b: &[(u16, f64)]) -> f64 {
    let mut difference = std::collections::HashMap::new();
    for (image, sign) in [(a, 1.0), (b, -1.0)] {
        for &(pixel, value) in image {
            *difference.entry(pixel).or_insert(0.0) += sign * value;
        }
    }
    difference.values().map(|d: &f64| d.abs()).sum()
}

proptest! {
    #[test]
    fn an_image_is_sorted_positive_and_adds_up_to_one(jet in spread_out_jet()) {
        for recipe in [Recipe::PrincipalAxis, Recipe::MacalusoShih] {
            let image = image(recipe, &jet);
            prop_assert!(image.is_sorted_by(|a, b| a.0 < b.0));
            prop_assert!(image.iter().all(|&(pixel, value)| usize::from(pixel) < recipe.side().pow(2) && value > 0.0));
            // Only the first recipe divides by what is inside the image.
            let sum: f64 = image.iter().map(|&(_, value)| value).sum();
            prop_assert!((sum - 1.0).abs() < 1e-9 || recipe == Recipe::MacalusoShih && sum < 1.0, "{}", sum);
        }
    }

    #[test]
    fn the_momentum_scale_and_the_place_of_the_jet_do_not_matter(
        jet in spread_out_jet(), phi in -3.1..3.1f64, eta in -1.5..1.5f64, scale in 0.1..10.0f64
    ) {
        let moved: Vec<_> = jet.iter().map(|p| (scale * p.0, p.1 + phi, p.2 + eta)).collect();
        for recipe in [Recipe::PrincipalAxis, Recipe::MacalusoShih] {
            // A constituent close to an edge may change its pixel by rounding: that moves at most its own weight.
            let total: f64 = jet.iter().map(|p| p.0).sum();
            let largest = jet.iter().map(|p| p.0).fold(0.0, f64::max) / total;
            let distance = distance(&image(recipe, &jet), &image(recipe, &moved));
            prop_assert!(distance < 2.0 * largest + 1e-4, "{}", distance);
        }
    }
}
