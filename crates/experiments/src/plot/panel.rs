//! One panel of a page.

use super::{Axis, ColourBar, ColourScale, Error, Layer, LegendPlace, Result, Scale};

/// Two axes with what is drawn between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// Drawn above the panel; empty for none.
    pub title: String,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    /// What is drawn, the first at the bottom.
    pub layers: Vec<Layer>,
    /// A colour bar on the right, for the first layer with coloured values.
    pub colour_bar: Option<ColourBar>,
    /// Where the legend of the labelled layers stands; `None` leaves it out.
    pub legend: Option<LegendPlace>,
    /// Gives equal lengths to equal differences of x and y; for linear axes.
    pub equal_aspect: bool,
    /// Draws the frame with its ticks, numbers and labels; a map or a sketch goes without.
    pub framed: bool,
}

impl Panel {
    /// An empty panel with the legend in the best corner.
    pub fn new(x: Axis, y: Axis) -> Self {
        Self {
            title: String::new(),
            x,
            y,
            layers: Vec::new(),
            colour_bar: None,
            legend: Some(LegendPlace::Best),
            equal_aspect: false,
            framed: true,
        }
    }

    /// Sets the title.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Adds a layer above those there are.
    pub fn with(mut self, layer: impl Into<Layer>) -> Self {
        self.layers.push(layer.into());
        self
    }

    /// Adds a colour bar with a label.
    pub fn colour_bar(mut self, label: impl Into<String>) -> Self {
        self.colour_bar = Some(ColourBar::new(label));
        self
    }

    /// Places the legend.
    pub fn legend(mut self, place: LegendPlace) -> Self {
        self.legend = Some(place);
        self
    }

    /// Gives equal lengths to equal differences of x and y.
    pub fn equal_aspect(mut self) -> Self {
        self.equal_aspect = true;
        self
    }

    /// Leaves the frame out, with its ticks, numbers and labels.
    pub fn without_frame(mut self) -> Self {
        self.framed = false;
        self
    }

    /// The colours that the colour bar shows.
    pub(super) fn colours(&self) -> Option<&ColourScale> {
        self.layers.iter().find_map(Layer::colours)
    }

    pub(super) fn check(&self) -> Result<()> {
        self.x.check("x")?;
        self.y.check("y")?;
        self.layers.iter().try_for_each(Layer::check)?;
        if self.colour_bar.is_some() && self.colours().is_none() {
            return Err(Error::ColourBarWithoutValues);
        }
        Ok(())
    }

    /// Size of the frame inside a cell of the page, in points.
    pub(super) fn size_in(&self, (width, height): (f64, f64)) -> (f64, f64) {
        if !self.equal_aspect || self.x.scale == Scale::Log10 || self.y.scale == Scale::Log10 {
            return (width, height);
        }
        let across = self.x.limits.1 - self.x.limits.0;
        let up = self.y.limits.1 - self.y.limits.0;
        let unit = (width / across).min(height / up);
        (unit * across, unit * up)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_aspect_keeps_circles_round() {
        let panel = Panel::new(Axis::linear("x", -1.0, 1.0), Axis::linear("y", 0.0, 4.0)).equal_aspect();
        assert_eq!(panel.size_in((170.0, 140.0)), (70.0, 140.0));
    }

    #[test]
    fn colour_bar_needs_coloured_values() {
        let panel = Panel::new(Axis::linear("x", 0.0, 1.0), Axis::linear("y", 0.0, 1.0)).colour_bar("loss");
        assert!(matches!(panel.check(), Err(Error::ColourBarWithoutValues)));
    }
}
