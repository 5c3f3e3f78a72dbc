//! One panel of a page.

use super::{Annotation, Axis, Colour, ColourBar, ColourScale, Error, Label, Layer, LegendPlace, Result, Scale, reach};

/// Two axes with what is drawn between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// Drawn above the panel; empty for none.
    pub title: Label,
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
            title: Label::default(),
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
    pub fn title(mut self, title: impl Into<Label>) -> Self {
        self.title = title.into();
        self
    }

    /// Adds a layer above those there are.
    pub fn with(mut self, layer: impl Into<Layer>) -> Self {
        self.layers.push(layer.into());
        self
    }

    /// Adds a colour bar with a label.
    pub fn colour_bar(mut self, label: impl Into<Label>) -> Self {
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

    /// The panel as it is drawn: its axes hold its data, and where there are none it says so.
    pub(super) fn settled(&self) -> Self {
        let mut panel = self.clone();
        let points: Vec<_> = self.layers.iter().filter_map(Layer::data).flatten().collect();
        (panel.x, panel.y) = reach::holding(&self.x, &self.y, &points);
        if self.framed && !self.layers.iter().any(Layer::shows) {
            let middle = (panel.x.middle(), panel.y.middle());
            panel.layers.push(Annotation::new(middle.0, middle.1, "no data").colour(Colour::GREY).into());
        }
        panel
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
    use super::super::{Band, Guide, Line, Points};
    use super::*;

    #[test]
    fn equal_aspect_keeps_circles_round() {
        let panel = Panel::new(Axis::linear("x", -1.0, 1.0), Axis::linear("y", 0.0, 4.0)).equal_aspect();
        assert_eq!(panel.size_in((170.0, 140.0)), (70.0, 140.0));
    }

    #[test]
    fn axes_hold_the_data_of_every_layer_but_not_its_guides() {
        let panel = Panel::new(Axis::linear("x", 0.0, 1.0), Axis::logarithmic("y", 1.0, 1000.0))
            .with(Line::new(&[0.5, 1.0], &[2.0, 1001.0]))
            .with(Band::new(&[0.5], &[0.2], &[3.0]))
            .with(Guide::horizontal(1e7))
            .settled();
        assert_eq!((panel.x.limits, panel.y.limits), ((0.0, 1.0), (0.1, 1e4)));
    }

    #[test]
    fn a_panel_without_data_says_so() {
        let empty = Panel::new(Axis::linear("x", 0.0, 1.0), Axis::logarithmic("y", 1.0, 100.0))
            .with(Guide::horizontal(10.0))
            .with(Points::new(&[], &[]));
        let Some(Layer::Annotation(said)) = empty.settled().layers.pop() else { panic!("nothing is said") };
        assert_eq!((said.text, said.x, said.y), ("no data".into(), 0.5, 10.0));
        let full = empty.with(Points::new(&[0.5], &[5.0])).settled();
        assert!(!full.layers.iter().any(|layer| matches!(layer, Layer::Annotation(_))));
    }

    #[test]
    fn colour_bar_needs_coloured_values() {
        let panel = Panel::new(Axis::linear("x", 0.0, 1.0), Axis::linear("y", 0.0, 1.0)).colour_bar("loss");
        assert!(matches!(panel.check(), Err(Error::ColourBarWithoutValues)));
    }
}
