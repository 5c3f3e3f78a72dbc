//! Images against those of scripts/reference/datasets_golden.py, which takes the same steps by other means.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use datasets::image::{ImageSet, Recipe, images, pixel_spread};
use datasets::jets::{Class, Jets};
use support::{golden_json, jets_of};

const RECIPES: [Recipe; 2] = [Recipe::PrincipalAxis, Recipe::MacalusoShih];

fn golden_jets() -> Jets {
    let mut jets = Jets::default();
    for (i, jet) in jets_of(&golden_json("images.json")["jets"]).into_iter().enumerate() {
        let class = if i % 2 == 0 { Class::Qcd } else { Class::Top };
        jets.push(jet.into_iter().map(|p| p.map(|x| x as f32)), class);
    }
    jets
}

fn golden_set(recipe: Recipe) -> (ImageSet, Vec<Vec<(u16, f64)>>) {
    let expected = serde_json::from_value(golden_json("images.json")[recipe.name()].clone()).unwrap();
    (images(&golden_jets(), recipe).unwrap(), expected)
}

#[test]
fn images_agree_with_numpy_pixel_by_pixel() {
    for recipe in RECIPES {
        let (set, expected) = golden_set(recipe);
        assert_eq!((set.len(), set.side()), (12, recipe.side()));
        for (i, expected) in expected.iter().enumerate() {
            let (pixels, values) = set.get(i);
            let expected_pixels: Vec<u16> = expected.iter().map(|&(pixel, _)| pixel).collect();
            assert_eq!(pixels, expected_pixels, "{} jet {i}", recipe.name());
            for (value, (pixel, expected)) in values.iter().zip(expected) {
                let difference = (f64::from(*value) - expected).abs();
                assert!(difference < 1e-7, "{} jet {i} pixel {pixel}: {value} {expected}", recipe.name());
            }
        }
    }
}

#[test]
fn the_spread_of_a_pixel_agrees_with_numpy() {
    let (set, _) = golden_set(Recipe::MacalusoShih);
    let expected: Vec<f64> =
        serde_json::from_value(golden_json("images.json")["macaluso-shih spread"].clone()).unwrap();
    let rows: Vec<usize> = (0..set.len()).collect();
    let spread = pixel_spread(&set, &rows);
    assert_eq!(spread.len(), expected.len());
    for (spread, expected) in spread.iter().zip(&expected) {
        assert!((spread - expected).abs() < 1e-7, "{spread} {expected}");
    }
}

#[test]
fn the_images_do_not_depend_on_the_number_of_threads() {
    let mut many = Jets::default();
    for _ in 0..100 {
        many.append(&golden_jets());
    }
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| images(&many, Recipe::PrincipalAxis).unwrap())
    };
    assert_eq!(with(1), with(3));
}
