//! Figures in the look of a physics paper, described as data: a [`Page`] of [`Panel`]s, each with two [`Axis`] and [`Layer`]s.
//!
//! Numbers come in as `f64`, lengths on the page are typographic points (1/72 inch), and texts are Unicode with the
//! marks `$...$` (mathematical italics), `^{...}` and `_{...}`. [`Page::save`] writes one drawing as SVG, PDF and PNG;
//! the fonts are carried by the program, so that every machine gives the same bytes.
//!
//! ```no_run
//! use experiments::plot::{Axis, Line, Page, Panel};
//!
//! let radius = vec![0.0, 0.5, 1.0];
//! let loss = vec![0.0019, 0.0024, 0.0002];
//! let panel = Panel::new(Axis::linear("$r$", 0.0, 1.0), Axis::logarithmic("loss", 1e-4, 1e-2))
//!     .with(Line::new(&radius, &loss).series(0).label("$d_l = 2$"));
//! Page::new([panel]).save("results/figures", "loss_by_radius")?;
//! # Ok::<(), experiments::plot::Error>(())
//! ```

mod axis;
mod canvas;
mod clip;
mod colour;
mod colour_bar;
mod colour_map;
mod dash;
mod error;
mod export;
mod fonts;
mod frame;
mod geometry;
mod label;
mod layer;
mod layout;
mod legend;
mod markup;
mod page;
mod panel;
mod reach;
mod style;
#[cfg(test)]
mod tests;
mod text;
mod ticks;

pub use axis::{Axis, Scale, Ticks};
pub use colour::Colour;
pub use colour_bar::ColourBar;
pub use colour_map::{ColourMap, ColourScale};
pub use dash::{Dash, Stroke};
pub use error::{Error, Result};
pub use label::{Argument, InLabel, Label};
pub use layer::{Annotation, Arrow, Band, ErrorBars, Fill, Guide, Image, Layer, Line, Marker, Points, Region, Steps};
pub use legend::LegendPlace;
pub use page::Page;
pub use panel::Panel;
