//! How far an axis or a colour scale reaches: limits that can be drawn, and that hold the data.

use super::{Axis, Scale};

/// Magnitudes that can be drawn; their ratios and the steps between ticks stay finite and above zero.
const SMALLEST: f64 = 1e-150;
const LARGEST: f64 = 1e150;
/// Shortest range, in units of the larger limit.
const SHORTEST: f64 = 1e-12;
/// Share of the range by which a value may lie beyond a limit before the limit moves.
const TOLERANCE: f64 = 1e-6;

impl Scale {
    /// `limits` where they can be drawn, else the nearest that can, whatever the data were that they come from:
    ///
    /// | limits from | linear | logarithmic |
    /// |---|---|---|
    /// | no data, NaN, infinities | 0 to 1 | 0.1 to 1 |
    /// | zeros | 0 to 1 | 0.1 to 1 |
    /// | one value v | v ± v/2 | v/√10 to v·√10 |
    /// | one limit that can be drawn | from it over its own size (at least 1) | a decade from it |
    pub(super) fn settled(self, (low, high): (f64, f64)) -> (f64, f64) {
        match self {
            Self::Linear => linear(low, high),
            Self::Log10 => logarithmic(low, high),
        }
    }

    /// `limits`, moved where `values` lie beyond them: on a linear scale by a twentieth of the range farther than the
    /// values, on a logarithmic one to the next decade. Values without a place on the scale move nothing.
    fn holding(self, (low, high): (f64, f64), values: impl Iterator<Item = f64>) -> (f64, f64) {
        let drawable = |value: &f64| value.abs() <= LARGEST && (self == Self::Linear || *value >= SMALLEST);
        let (least, most) =
            values.filter(drawable).fold((f64::INFINITY, f64::NEG_INFINITY), |(l, m), v| (l.min(v), m.max(v)));
        let beyond = |value: f64| {
            let place = self.fraction((low, high), value);
            value.is_finite() && !(-TOLERANCE..=1.0 + TOLERANCE).contains(&place)
        };
        let (down, up) = (beyond(least) && least < low, beyond(most) && most > high);
        match self {
            Self::Linear => {
                let spare = 0.05 * (if up { most } else { high } - if down { least } else { low });
                (if down { least - spare } else { low }, if up { most + spare } else { high })
            }
            Self::Log10 => (
                if down { 10f64.powf(least.log10().floor()) } else { low },
                if up { 10f64.powf(most.log10().ceil()) } else { high },
            ),
        }
    }
}

fn linear(low: f64, high: f64) -> (f64, f64) {
    let drawable = |value: f64| value.abs() <= LARGEST;
    let size = |value: f64| value.abs().max(1.0);
    match (drawable(low), drawable(high)) {
        (true, true) => {
            let (low, high) = (low.min(high), low.max(high));
            let largest = low.abs().max(high.abs());
            if high - low >= (SHORTEST * largest).max(SMALLEST) {
                (low, high)
            } else if largest < SMALLEST {
                (0.0, 1.0)
            } else {
                (low - 0.5 * largest, high + 0.5 * largest)
            }
        }
        (true, false) => (low, low + size(low)),
        (false, true) => (high - size(high), high),
        (false, false) => (0.0, 1.0),
    }
}

fn logarithmic(low: f64, high: f64) -> (f64, f64) {
    let drawable = |value: f64| (SMALLEST..=LARGEST).contains(&value);
    match (drawable(low), drawable(high)) {
        (true, true) => {
            let (low, high) = (low.min(high), low.max(high));
            if high / low >= 1.0 + SHORTEST { (low, high) } else { (low / 10f64.sqrt(), high * 10f64.sqrt()) }
        }
        (true, false) => (low, 10.0 * low),
        (false, true) => (0.1 * high, high),
        (false, false) => (0.1, 1.0),
    }
}

/// Both axes of a panel with limits that hold the points drawn between them, where an axis is not [`Axis::cut`]; a point
/// beyond a cut axis moves no limit of the other.
pub(super) fn holding(x: &Axis, y: &Axis, points: &[(f64, f64)]) -> (Axis, Axis) {
    let inside = |axis: &Axis, value: f64| !axis.cut || (0.0..=1.0).contains(&axis.scale.fraction(axis.limits, value));
    let shown = || points.iter().filter(|(across, up)| inside(x, *across) && inside(y, *up));
    let extended = |axis: &Axis, limits| if axis.cut { axis.clone() } else { Axis { limits, ..axis.clone() } };
    (
        extended(x, x.scale.holding(x.limits, shown().map(|point| point.0))),
        extended(y, y.scale.holding(y.limits, shown().map(|point| point.1))),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn limits_that_can_be_drawn_stay() {
        for limits in [(0.0, 1.0), (-3.0, 2e5), (1e-7, 1.1e-7), (-1e-140, 0.0)] {
            assert_eq!(Scale::Linear.settled(limits), limits);
        }
        for limits in [(1.0, 1000.0), (1e-12, 1e12)] {
            assert_eq!(Scale::Log10.settled(limits), limits);
        }
    }

    #[test]
    fn limits_from_nothing_zeros_and_one_value_become_an_axis() {
        let (nan, inf) = (f64::NAN, f64::INFINITY);
        for nothing in [(nan, nan), (inf, -inf), (0.0, 0.0), (0.0, 1.1 * f64::MIN_POSITIVE), (nan, inf)] {
            assert_eq!(Scale::Linear.settled(nothing), (0.0, 1.0), "{nothing:?}");
            assert_eq!(Scale::Log10.settled(nothing), (0.1, 1.0), "{nothing:?}");
        }
        assert_eq!(Scale::Linear.settled((4.0, 4.0)), (2.0, 6.0));
        assert_eq!(Scale::Linear.settled((-4.0, -4.0)), (-6.0, -2.0));
        let (low, high) = Scale::Log10.settled((100.0, 100.0));
        assert!((low.log10() - 1.5).abs() < 1e-12 && (high.log10() - 2.5).abs() < 1e-12);
        assert_eq!(Scale::Linear.settled((0.0, nan)), (0.0, 1.0));
        assert_eq!(Scale::Linear.settled((inf, 5.0)), (0.0, 5.0));
        assert_eq!(Scale::Log10.settled((0.0, 50.0)), (5.0, 50.0));
        assert_eq!(Scale::Log10.settled((-1.0, 0.0)), (0.1, 1.0));
        assert_eq!(Scale::Linear.settled((1.0, 0.0)), (0.0, 1.0));
    }

    #[test]
    fn a_logarithmic_axis_reaches_the_next_decade() {
        let hold = |limits, value: f64| Scale::Log10.holding(limits, [value].into_iter());
        assert_eq!(hold((1.0, 1000.0), 1001.0), (1.0, 1e4));
        assert_eq!(hold((1.0, 1000.0), 1000.0), (1.0, 1000.0));
        assert_eq!(hold((1.0, 1000.0), 3e-3), (1e-3, 1000.0));
        for nowhere in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-200, 1e200] {
            assert_eq!(hold((1.0, 1000.0), nowhere), (1.0, 1000.0), "{nowhere}");
        }
    }

    #[test]
    fn a_linear_axis_reaches_a_little_beyond_its_data() {
        let hold = |values: [f64; 2]| Scale::Linear.holding((0.0, 1.0), values.into_iter());
        assert_eq!(hold([0.0, 1.0]), (0.0, 1.0));
        assert_eq!(hold([0.5, 2.0]), (0.0, 2.1));
        assert_eq!(hold([-1.0, 0.5]), (-1.1, 1.0));
        assert_eq!(hold([f64::NAN, 1.0 + 1e-9]), (0.0, 1.0));
    }

    #[test]
    fn what_lies_beyond_a_cut_axis_moves_nothing() {
        let (x, y) = (Axis::linear("", 0.0, 1.0), Axis::linear("", 0.0, 1.0));
        let points = [(0.5, 2.0), (3.0, 9.0)];
        assert_eq!(holding(&x, &y, &points).1.limits, (0.0, 9.45));
        let (across, up) = holding(&x.clone().cut(), &y, &points);
        assert_eq!((across.limits, up.limits), ((0.0, 1.0), (0.0, 2.1)));
        assert_eq!(holding(&x, &y.cut(), &points), (x, Axis::linear("", 0.0, 1.0).cut()));
    }

    proptest! {
        #[test]
        fn every_pair_of_limits_becomes_an_axis(low in any::<f64>(), high in any::<f64>(), value in any::<f64>()) {
            for scale in [Scale::Linear, Scale::Log10] {
                for limits in [(low, high), (low, low), (low, low.next_up())] {
                    let settled = scale.settled(limits);
                    let held = scale.settled(scale.holding(settled, [value].into_iter()));
                    for (low, high) in [settled, held] {
                        prop_assert!(low < high && (high - low).is_finite(), "{scale:?} {limits:?} {value}: {low} {high}");
                        prop_assert!(scale == Scale::Linear || low > 0.0);
                        prop_assert!(scale.fraction((low, high), 0.5 * low + 0.5 * high).is_finite());
                    }
                }
            }
        }
    }
}
