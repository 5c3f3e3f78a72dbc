//! One axis of a panel: label, limits, scale and the choice of ticks.

use super::{Error, Label, Result};

/// How a value becomes a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Proportional to the value.
    Linear,
    /// Proportional to the decadic logarithm; values at or below zero lie far below the lower limit.
    Log10,
}

impl Scale {
    /// Place of `value` between the limits: 0 at the lower, 1 at the upper.
    pub(super) fn fraction(self, (low, high): (f64, f64), value: f64) -> f64 {
        match self {
            Self::Linear => (value - low) / (high - low),
            Self::Log10 if value <= 0.0 => -10.0,
            Self::Log10 => (value / low).log10() / (high / low).log10(),
        }
    }

    /// Limits that hold every finite value (on a logarithmic scale: every positive one) with 5 % to spare on both
    /// sides; `None` where there is no such value.
    pub fn limits_covering(self, values: &[f64]) -> Option<(f64, f64)> {
        let shown = values.iter().copied().filter(|v| v.is_finite() && (self == Self::Linear || *v > 0.0));
        let along = shown.map(|v| if self == Self::Linear { v } else { v.log10() });
        let (low, high) = along.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        if low > high {
            return None;
        }
        let spare = if high > low { 0.05 * (high - low) } else { 0.5 * low.abs().max(1.0) };
        Some(match self {
            Self::Linear => (low - spare, high + spare),
            Self::Log10 => (10f64.powf(low - spare), 10f64.powf(high + spare)),
        })
    }

    pub(super) fn check_limits(self, of: &str, (low, high): (f64, f64)) -> Result<()> {
        let refuse = |remedy| Err(Error::Limits { of: of.to_string(), low, high, remedy });
        if !(low.is_finite() && high.is_finite() && low < high) {
            return refuse("give finite limits, the lower first");
        }
        if self == Self::Log10 && low <= 0.0 {
            return refuse("a logarithmic scale needs positive limits: raise the lower one or use a linear scale");
        }
        Ok(())
    }
}

/// Which ticks an axis has.
#[derive(Clone, Debug, PartialEq)]
pub enum Ticks {
    /// Steps of 1, 2 or 5 times a power of ten; on a logarithmic scale the decades.
    Automatic,
    /// Multiples of π/2, with smaller ticks every π/8.
    HalfPi,
    /// Given places with their labels, and places of smaller ticks.
    At {
        /// Labelled ticks.
        major: Vec<(f64, Label)>,
        /// Ticks without label.
        minor: Vec<f64>,
    },
    /// Names at given places without tick marks, as of the rows of a table.
    Names(Vec<(f64, Label)>),
    /// No ticks.
    None,
}

/// One axis of a panel.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Name and unit, drawn along the axis.
    pub label: Label,
    /// Values at the two ends, the lower first.
    pub limits: (f64, f64),
    /// Linear or logarithmic.
    pub scale: Scale,
    /// Which ticks.
    pub ticks: Ticks,
    /// Whether data beyond the limits are left out; else the limits move to hold them.
    pub cut: bool,
}

impl Axis {
    /// Linear axis at least from `low` to `high`; limits from no data or from one value become some that can be drawn.
    pub fn linear(label: impl Into<Label>, low: f64, high: f64) -> Self {
        Self::new(label.into(), (low, high), Scale::Linear)
    }

    /// Logarithmic axis at least from `low` to `high`, both positive; limits from no data or from one value become some
    /// that can be drawn.
    pub fn logarithmic(label: impl Into<Label>, low: f64, high: f64) -> Self {
        Self::new(label.into(), (low, high), Scale::Log10)
    }

    fn new(label: Label, limits: (f64, f64), scale: Scale) -> Self {
        Self { label, limits: scale.settled(limits), scale, ticks: Ticks::Automatic, cut: false }
    }

    /// Leaves data beyond the limits out, as the picture's texts say.
    pub fn cut(mut self) -> Self {
        self.cut = true;
        self
    }

    /// The same axis with other ticks.
    pub fn ticks(mut self, ticks: Ticks) -> Self {
        self.ticks = ticks;
        self
    }

    /// The value in its middle.
    pub(super) fn middle(&self) -> f64 {
        match self.scale {
            Scale::Linear => 0.5 * self.limits.0 + 0.5 * self.limits.1,
            Scale::Log10 => self.limits.0.sqrt() * self.limits.1.sqrt(),
        }
    }

    pub(super) fn check(&self, name: &str) -> Result<()> {
        self.scale.check_limits(&format!("the {name} axis {:?}", self.label.markup()), self.limits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_of_both_scales() {
        assert_eq!(Scale::Linear.fraction((-1.0, 3.0), 0.0), 0.25);
        assert!((Scale::Log10.fraction((1e-3, 1e1), 1e-2) - 0.25).abs() < 1e-12);
        assert!(Scale::Log10.fraction((1e-3, 1e1), 0.0) < -1.0);
    }

    #[test]
    fn covering_limits_leave_one_twentieth_to_spare() {
        assert_eq!(Scale::Linear.limits_covering(&[0.0, f64::NAN, 10.0]), Some((-0.5, 10.5)));
        let (low, high) = Scale::Log10.limits_covering(&[0.0, 1.0, 100.0]).unwrap();
        assert!((low.log10() + 0.1).abs() < 1e-12 && (high.log10() - 2.1).abs() < 1e-12);
        assert_eq!(Scale::Log10.limits_covering(&[0.0, -1.0]), None);
        assert_eq!(Scale::Linear.limits_covering(&[4.0]), Some((2.0, 6.0)));
    }

    #[test]
    fn logarithmic_axis_refuses_limits_that_are_not_positive() {
        let axis = |limits| Axis { limits, ..Axis::logarithmic("loss", 0.1, 1.0) };
        let text = axis((0.0, 1.0)).check("y").unwrap_err().to_string();
        assert!(text.contains("y axis \"loss\"") && text.contains("positive"), "{text}");
        assert!(axis((1.0, 1.0)).check("x").is_err());
        assert!(axis((f64::NAN, 1.0)).check("x").is_err());
    }
}
