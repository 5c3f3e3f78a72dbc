//! Colours of the angle along a circle, in degrees.

use crate::label;
use crate::plot::{ColourBar, ColourMap, ColourScale, Ticks};

/// A map over the whole circle, 0° to 360°; it starts anew where the circle closes.
pub fn scale(map: ColourMap) -> ColourScale {
    ColourScale::linear(map, 0.0, 360.0)
}

/// The bar of [`scale`], with labels at the quarters.
pub fn bar(label: &'static str) -> ColourBar {
    let major = [0, 90, 180, 270, 360].map(|degrees| (f64::from(degrees), label!("{}", degrees))).to_vec();
    let minor = (0..=12).map(|step| 30.0 * f64::from(step)).collect();
    ColourBar { label: label.into(), ticks: Ticks::At { major, minor } }
}
