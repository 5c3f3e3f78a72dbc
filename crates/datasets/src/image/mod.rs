//! Jet images: from constituents to a sparse set of images, one step a function, and their cache.

mod brightest;
mod cache;
mod centre;
mod coordinates;
mod fingerprint;
mod flip;
mod pixel_spread;
mod pixelate;
mod recipe;
mod remapping;
mod rotate;
mod sparse;
mod store_whole;

pub use cache::cached_images;
pub use coordinates::{Particle, coordinates};
pub use fingerprint::fingerprint;
pub use pixel_spread::{SPREAD_BIAS, divide_by_spread, pixel_spread};
pub use recipe::{Recipe, images};
pub use remapping::Remapping;
pub use sparse::ImageSet;

/// The single steps of the recipes.
pub mod steps {
    pub use super::centre::{centre_on_centroid, centre_on_hardest};
    pub use super::flip::{flip_halves, flip_to_heaviest_quadrant};
    pub use super::pixelate::{Grid, normalised, pixelate};
    pub use super::rotate::{Axis, rotate_principal_axis};
}
