//! Places and labels of ticks.

use super::{Label, Scale, Ticks};

/// A labelled tick.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tick {
    pub at: f64,
    /// Markup.
    pub label: String,
}

/// The ticks of one axis or colour bar.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Marks {
    pub major: Vec<Tick>,
    pub minor: Vec<f64>,
    /// The labels are to be read times ten to this power.
    pub power: i32,
    /// Whether the labels stand alone, without a mark on the frame.
    pub unmarked: bool,
}

/// What decides how many labels fit: the length of the axis, and the length along it that a label takes with its space.
pub(super) struct Room<'a> {
    pub length: f64,
    pub extent: &'a dyn Fn(&str) -> f64,
}

impl Room<'_> {
    fn takes(&self, ticks: &[Tick], spacing: f64) -> bool {
        ticks.iter().all(|tick| (self.extent)(&tick.label) <= spacing)
    }
}

/// Ticks of an axis.
pub(super) fn marks(ticks: &Ticks, scale: Scale, limits: (f64, f64), room: &Room) -> Marks {
    match (ticks, scale) {
        (Ticks::None, _) => Marks::default(),
        (Ticks::At { major, minor }, _) => {
            Marks { major: labelled(major), minor: minor.clone(), ..Marks::default() }.within(limits)
        }
        (Ticks::Names(names), _) => Marks { major: labelled(names), unmarked: true, ..Marks::default() }.within(limits),
        (Ticks::HalfPi, _) => half_pi(limits).within(limits),
        (Ticks::Automatic, Scale::Linear) => linear(limits, room),
        (Ticks::Automatic, Scale::Log10) => logarithmic(limits, room),
    }
}

fn labelled(places: &[(f64, Label)]) -> Vec<Tick> {
    places.iter().map(|(at, label)| Tick { at: *at, label: label.markup().to_owned() }).collect()
}

impl Marks {
    fn within(mut self, (low, high): (f64, f64)) -> Self {
        let spare = 1e-9 * (high - low);
        let inside = |at: f64| (low - spare..=high + spare).contains(&at);
        self.major.retain(|tick| inside(tick.at));
        self.minor.retain(|at| inside(*at));
        self
    }
}

/// A step of `mantissa` times ten to the `exponent`.
#[derive(Clone, Copy)]
struct Step {
    mantissa: i64,
    exponent: i32,
}

impl Step {
    fn times(self, count: i64) -> f64 {
        let whole = (count * self.mantissa) as f64;
        // Dividing by a power of ten is rounded correctly, multiplying by a negative one is not.
        if self.exponent < 0 { whole / 10f64.powi(-self.exponent) } else { whole * 10f64.powi(self.exponent) }
    }

    fn counts(self, (low, high): (f64, f64)) -> std::ops::RangeInclusive<i64> {
        let size = self.times(1);
        (low / size - 1e-9).ceil() as i64..=(high / size + 1e-9).floor() as i64
    }

    /// Step of the small ticks, and how many of them make a large one.
    fn divided(self) -> (Self, i64) {
        match self.mantissa {
            1 => (Self { mantissa: 2, exponent: self.exponent - 1 }, 5),
            2 => (Self { mantissa: 5, exponent: self.exponent - 1 }, 4),
            _ => (Self { mantissa: 1, exponent: self.exponent }, 5),
        }
    }
}

fn linear(limits: (f64, f64), room: &Room) -> Marks {
    let range = limits.1 - limits.0;
    let magnitude = range.log10().floor() as i32;
    let steps =
        (magnitude - 2..=magnitude + 1).flat_map(|exponent| [1, 2, 5].map(|mantissa| Step { mantissa, exponent }));
    let mut marks = Marks::default();
    for step in steps {
        marks = linear_with(limits, step);
        if room.takes(&marks.major, step.times(1) / range * room.length) {
            break;
        }
    }
    marks
}

fn linear_with(limits: (f64, f64), step: Step) -> Marks {
    let largest = limits.0.abs().max(limits.1.abs());
    let long = largest >= 1e5 || (largest < 1e-2 && step.exponent < -3);
    let power = if long { largest.log10().floor() as i32 } else { 0 };
    let decimals = (power - step.exponent).max(0) as usize;
    let major = step.counts(limits).map(|count| {
        let digits = Step { mantissa: step.mantissa, exponent: step.exponent - power }.times(count.abs());
        let sign = if count < 0 { "−" } else { "" };
        Tick { at: step.times(count), label: format!("{sign}{digits:.decimals$}") }
    });
    let (small, share) = step.divided();
    let minor = small.counts(limits).filter(|count| count % share != 0).map(|count| small.times(count));
    Marks { major: major.collect(), minor: minor.collect(), power, ..Marks::default() }
}

fn logarithmic((low, high): (f64, f64), room: &Room) -> Marks {
    let decade = |exponent: i32| Tick { at: 10f64.powi(exponent), label: format!("10^{{{exponent}}}") };
    let first = (low.log10() - 1e-9).ceil() as i32;
    let last = (high.log10() + 1e-9).floor() as i32;
    let per_decade = room.length / (high / low).log10();
    let fits = |stride: i32| {
        let labelled: Vec<Tick> = (first..=last).filter(|e| e % stride == 0).map(decade).collect();
        room.takes(&labelled, per_decade * f64::from(stride))
    };
    let stride = (1..=last - first).find(|stride| fits(*stride)).unwrap_or((last - first).max(1));
    let (labelled, small): (Vec<i32>, Vec<i32>) = (first..=last).partition(|e| e % stride == 0);
    let mut marks = Marks { major: labelled.into_iter().map(decade).collect(), ..Marks::default() };
    if stride > 1 {
        marks.minor = small.into_iter().map(|e| 10f64.powi(e)).collect();
    } else {
        marks = with_multiples(marks, (low, high), (first - 1, last), room);
    }
    marks.within((low, high))
}

/// Adds 2 to 9 times every decade: as small ticks, or labelled where fewer than two decades are.
fn with_multiples(mut marks: Marks, limits: (f64, f64), (first, last): (i32, i32), room: &Room) -> Marks {
    let labels: &[i32] = match marks.major.len() {
        2.. => &[],
        _ => [&[2, 3, 4, 6][..], &[2, 5], &[3]].into_iter().find(|l| multiples_fit(l, limits, room)).unwrap_or(&[]),
    };
    if !labels.is_empty() {
        for tick in &mut marks.major {
            tick.label = multiple(1, tick.at.log10().round() as i32);
        }
    }
    for exponent in first..=last {
        for factor in 2..=9 {
            let step = Step { mantissa: i64::from(factor), exponent };
            if labels.contains(&factor) {
                marks.major.push(Tick { at: step.times(1), label: multiple(factor, exponent) });
            } else {
                marks.minor.push(step.times(1));
            }
        }
    }
    marks.major.sort_by(|a, b| a.at.total_cmp(&b.at));
    marks
}

/// A factor times a power of ten, written out where that is short.
fn multiple(factor: i32, exponent: i32) -> String {
    match exponent {
        -2..=2 => format!("{}", Step { mantissa: i64::from(factor), exponent }.times(1)),
        _ if factor == 1 => format!("10^{{{exponent}}}"),
        _ => format!("{factor}×10^{{{exponent}}}"),
    }
}

/// Whether 1, the given factors and 10 stand far enough apart on the axis.
fn multiples_fit(factors: &[i32], (low, high): (f64, f64), room: &Room) -> bool {
    let exponent = low.log10().floor() as i32;
    let places: Vec<f64> = [1].iter().chain(factors).chain(&[10]).map(|f| f64::from(*f).log10()).collect();
    let closest = places.windows(2).map(|w| w[1] - w[0]).fold(f64::INFINITY, f64::min);
    (room.extent)(&multiple(2, exponent)) <= closest * room.length / (high / low).log10()
}

fn half_pi((low, high): (f64, f64)) -> Marks {
    let quarter = std::f64::consts::FRAC_PI_2;
    let range = |step: f64| (low / step - 1e-9).ceil() as i64..=(high / step + 1e-9).floor() as i64;
    let major = range(quarter).map(|n| Tick { at: n as f64 * quarter, label: half_pi_label(n) });
    let minor = range(quarter / 4.0).filter(|n| n % 4 != 0).map(|n| n as f64 * quarter / 4.0);
    Marks { major: major.collect(), minor: minor.collect(), ..Marks::default() }
}

fn half_pi_label(halves: i64) -> String {
    let sign = if halves < 0 { "−" } else { "" };
    let (count, below) = if halves % 2 == 0 { (halves.abs() / 2, "") } else { (halves.abs(), "/2") };
    match count {
        0 => "0".to_string(),
        1 => format!("{sign}$π${below}"),
        _ => format!("{sign}{count}$π${below}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(marks: &Marks) -> Vec<&str> {
        marks.major.iter().map(|tick| tick.label.as_str()).collect()
    }

    fn automatic(scale: Scale, limits: (f64, f64), length: f64, extent: f64) -> Marks {
        marks(&Ticks::Automatic, scale, limits, &Room { length, extent: &|_| extent })
    }

    #[test]
    fn linear_ticks_are_round_and_exact() {
        let marks = automatic(Scale::Linear, (-1.0, 1.0), 160.0, 30.0);
        assert_eq!(labels(&marks), ["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
        assert_eq!(marks.minor.len(), 16);
        let marks = automatic(Scale::Linear, (0.0, 1.0), 160.0, 30.0);
        assert_eq!(marks.major.iter().map(|t| t.at).collect::<Vec<_>>(), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        assert_eq!(marks.minor.iter().take(3).copied().collect::<Vec<_>>(), [0.05, 0.1, 0.15]);
    }

    #[test]
    fn linear_ticks_stay_inside_limits_that_are_not_round() {
        let marks = automatic(Scale::Linear, (4.8e-6, 0.01206), 130.0, 20.0);
        assert_eq!(labels(&marks), ["0.002", "0.004", "0.006", "0.008", "0.010", "0.012"]);
    }

    #[test]
    fn long_numbers_are_written_with_a_common_power() {
        let marks = automatic(Scale::Linear, (0.0, 4.88e-4), 130.0, 20.0);
        assert_eq!((labels(&marks), marks.power), (vec!["0", "1", "2", "3", "4"], -4));
        let marks = automatic(Scale::Linear, (0.0, 2.5e5), 130.0, 20.0);
        assert_eq!((labels(&marks), marks.power), (vec!["0.0", "0.5", "1.0", "1.5", "2.0", "2.5"], 5));
    }

    #[test]
    fn decades_have_superscripts_and_eight_ticks_between() {
        let marks = automatic(Scale::Log10, (1e-3, 1e0), 150.0, 20.0);
        assert_eq!(labels(&marks), ["10^{-3}", "10^{-2}", "10^{-1}", "10^{0}"]);
        assert_eq!(marks.minor.len(), 3 * 8);
        assert_eq!(marks.minor[..2], [2e-3, 3e-3]);
    }

    #[test]
    fn crowded_decades_lose_labels_not_ticks() {
        let marks = automatic(Scale::Log10, (1e-12, 1e0), 120.0, 25.0);
        assert_eq!(labels(&marks), ["10^{-12}", "10^{-9}", "10^{-6}", "10^{-3}", "10^{0}"]);
        assert_eq!(marks.minor.len(), 8);
    }

    #[test]
    fn less_than_a_decade_has_labels_between() {
        let marks = automatic(Scale::Log10, (1.5e-4, 8e-4), 150.0, 20.0);
        assert_eq!(labels(&marks), ["2×10^{-4}", "3×10^{-4}", "4×10^{-4}", "6×10^{-4}"]);
        assert_eq!(marks.minor, [5e-4, 7e-4, 8e-4]);
        let marks = automatic(Scale::Log10, (0.9, 9.0), 100.0, 31.0);
        assert_eq!(labels(&marks), ["1", "3"]);
        let marks = automatic(Scale::Log10, (0.9, 9.0), 100.0, 25.0);
        assert_eq!(labels(&marks), ["1", "2", "5"]);
    }

    #[test]
    fn angles_have_labels_in_units_of_pi() {
        let tau = std::f64::consts::TAU;
        let room = Room { length: 100.0, extent: &|_| 10.0 };
        let marks = marks(&Ticks::HalfPi, Scale::Linear, (-tau / 2.0, tau), &room);
        assert_eq!(labels(&marks), ["−$π$", "−$π$/2", "0", "$π$/2", "$π$", "3$π$/2", "2$π$"]);
        assert_eq!(marks.minor.len(), 18);
    }

    #[test]
    fn given_ticks_outside_the_limits_are_left_out() {
        let ticks = Ticks::At { major: vec![(1.0, "a".into()), (9.0, "b".into())], minor: vec![0.5, -4.0] };
        let marks = marks(&ticks, Scale::Linear, (0.0, 2.0), &Room { length: 100.0, extent: &|_| 10.0 });
        assert_eq!((labels(&marks), &marks.minor), (vec!["a"], &vec![0.5]));
    }
}
