//! A jet image as a panel: η' and φ' along the axes, the fraction of p_T on a logarithmic scale, dark pixels apart.

use crate::config::JetFiles;
use crate::plot::{Axis, Colour, ColourMap, ColourScale, Image, Label, Panel};

/// Smallest fraction of p_T on the colour scale.
const LEAST_FRACTION: f64 = 1e-6;

/// The colour scale of images whose brightest pixel is `high`: logarithmic from `least`, with pixels at or below 0 white.
pub fn image_scale(map: ColourMap, least: f64, high: f64) -> ColourScale {
    ColourScale::logarithmic(map, least, high.max(10.0 * least)).zero(Colour::WHITE)
}

/// The scale of average images, in fractions of p_T.
pub fn average_scale(map: ColourMap, high: f64) -> ColourScale {
    image_scale(map, LEAST_FRACTION, high)
}

/// The panel of one image, row-major with rows along φ'; `half_width` is half the side of the window.
pub fn image_panel(image: &[f64], half_width: f64, scale: &ColourScale, title: impl Into<Label>) -> Panel {
    let side = (image.len() as f64).sqrt() as usize;
    let limits = (-half_width, half_width);
    Panel::new(Axis::linear("$η'$", limits.0, limits.1), Axis::linear("$φ'$", limits.0, limits.1))
        .title(title)
        .with(Image::new(image, side, limits, limits, scale.clone()))
        .equal_aspect()
}

/// Half the side of the window that the images show.
pub fn half_width(files: &JetFiles) -> f64 {
    files.recipe.grid().half_width
}
