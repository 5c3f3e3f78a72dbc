//! The mock bump hunt: its process, its mass window and the events on which networks are tested.
//!
//! X -> Y Y Z at M_X = 1, all final particles massless. The background is flat in phase space, so that s_YY has the
//! density 2 (1 - s); the signal is the cascade X -> Z W, W -> Y Y, a Breit-Wigner peak at s_YY = m_W².

use datasets::bump_hunt::BumpHunt;
use datasets::phase_space::{dalitz, rambo};
use ndarray::{Array2, Array3, Axis, concatenate};

use crate::config::{Data, Density, Experiment, Inputs, Manifold, PointSet};
use crate::figure::Ensemble;
use crate::label;
use crate::plot::Label;
use crate::{Error, Result};

/// The window reaches this many m_W Γ_W to both sides of m_W²: it holds 84 % of a narrow signal.
const HALF_WINDOW: f64 = 4.0;

/// A bump hunt with the numbers that a physicist would quote.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hunt {
    /// The events that are looked at: background with a small share of signal.
    pub process: BumpHunt,
    /// How many there are.
    pub events: usize,
    seed: u64,
}

impl Hunt {
    /// That of an experiment: of the first variant with a share of signal, looking at its training events.
    ///
    /// # Errors
    /// [`Error::Setting`] if no variant has signal, if one is about other events, or if they differ in mass or width.
    pub fn of(experiment: &Experiment) -> Result<Self> {
        for variant in &experiment.variants {
            Training::of(&variant.points()?.manifold)?;
        }
        let sets = experiment.variants.iter().filter_map(|variant| match &variant.data {
            Data::Points(points) => of_points(points),
            Data::Jets(_) => None,
        });
        let sets: Vec<Self> = sets.collect();
        let hunt = sets.iter().find(|hunt| hunt.process.signal_fraction > 0.0);
        let hunt = hunt.ok_or_else(|| Error::setting("data.signal_fraction", "0", "give one variant signal events"))?;
        let same = |other: &&Self| [other.process.mass, other.process.width] == [hunt.process.mass, hunt.process.width];
        match sets.iter().find(|other| !same(other)) {
            Some(other) => Err(Error::setting("data.mass", other.process.mass, "give all variants one mass and width")),
            None => Ok(*hunt),
        }
    }

    /// The mass window: s_YY from and to.
    pub fn window(&self) -> [f64; 2] {
        let BumpHunt { mass, width, .. } = self.process;
        [-1.0, 1.0].map(|side| mass * mass + side * HALF_WINDOW * mass * width)
    }

    /// Share of the background with s_YY in a range, of 0 to 1 at most.
    pub fn background_share(&self, [low, high]: [f64; 2]) -> f64 {
        let below = |s: f64| 1.0 - (1.0 - s).powi(2);
        below(high) - below(low)
    }

    /// Share of the signal with s_YY in a range, of 0 to 1 at most: of the Breit-Wigner distribution, truncated there.
    pub fn signal_share(&self, [low, high]: [f64; 2]) -> f64 {
        let BumpHunt { mass, width, .. } = self.process;
        let integral = |s: f64| ((s - mass * mass) / (mass * width)).atan();
        (integral(high) - integral(low)) / (integral(1.0) - integral(0.0))
    }

    /// Numbers of signal and background events.
    pub fn counts(&self) -> [f64; 2] {
        let signal = (self.events as f64 * self.process.signal_fraction).round();
        [signal, self.events as f64 - signal]
    }

    /// Expected numbers of signal and background events in the window.
    pub fn expected_in_window(&self) -> [f64; 2] {
        let [signal, background] = self.counts();
        [signal * self.signal_share(self.window()), background * self.background_share(self.window())]
    }

    /// The events, `[events, 3, 4]`, and which are signal: those that a network sees that is trained on them.
    ///
    /// # Errors
    /// [`Error::Data`] for a mass or width that is not possible.
    pub fn sample(&self) -> Result<(Array3<f64>, Vec<bool>)> {
        Ok(self.process.sample(self.events, &mut random::stream(self.seed, "training points", 0))?)
    }

    /// `n` further events of each kind.
    ///
    /// # Errors
    /// As [`Self::sample`].
    pub fn test(&self, n: usize) -> Result<TestEvents> {
        let stream = |purpose| random::stream(self.seed, purpose, 0);
        let only = |signal_fraction| BumpHunt { signal_fraction, excluded_band: None, ..self.process };
        let (signal, _) = only(1.0).sample(n, &mut stream("test signal"))?;
        let (background, _) = only(0.0).sample(n, &mut stream("test background"))?;
        let window = self.background_in_window(n)?;
        let [low, high] = self.window();
        Ok(TestEvents {
            in_window: dalitz(&signal, 0, 1).into_iter().map(|s| (low..=high).contains(&s)).collect(),
            points: Inputs::FourVectors.of(&concatenate![Axis(0), signal, background, window]),
        })
    }

    /// `n` background events with s_YY in the window.
    fn background_in_window(&self, n: usize) -> Result<Array3<f64>> {
        let [low, high] = self.window();
        let mut generator = random::stream(self.seed, "test background in the window", 0);
        let mut events = Array3::zeros((0, 3, 4));
        while events.len_of(Axis(0)) < n {
            let part = rambo(3, 1.0, n, &mut generator)?;
            let s = dalitz(&part, 0, 1);
            let inside: Vec<usize> = (0..n).filter(|&event| (low..=high).contains(&s[event])).collect();
            events = concatenate![Axis(0), events, part.select(Axis(0), &inside)];
        }
        Ok(events.select(Axis(0), &(0..n).collect::<Vec<_>>()))
    }

    /// Mass, width, counts and window, for the footers.
    pub fn quoted(&self) -> Label {
        let ([signal, background], [low, high]) = (self.counts(), self.window());
        let [in_signal, in_background] = self.expected_in_window();
        let BumpHunt { mass, width, .. } = self.process;
        label!(
            "$M_X$ = 1, $m_W$ = {}, Γ_{{W}} = {}; {} background and {} signal events, S/B = \
            {:.3}; in the window {:.2} < s_{{YY}} < {:.2}: {:.0} and {:.0} expected, \
            S/B = {:.3}, S/√B = {:.1}",
            mass,
            width,
            background,
            signal,
            signal / background,
            low,
            high,
            in_background,
            in_signal,
            in_signal / in_background,
            in_signal / in_background.sqrt()
        )
    }
}

fn of_points(points: &PointSet) -> Option<Hunt> {
    match points.manifold {
        Manifold::BumpHunt { mass, width, signal_fraction, excluded_band, .. } => Some(Hunt {
            process: BumpHunt { mass, width, signal_fraction, excluded_band },
            events: points.sizes[0],
            seed: points.seed,
        }),
        _ => None,
    }
}

/// What a network of the bump hunt was trained on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Training {
    /// Background from all of phase space.
    Background,
    /// Background with its share of signal.
    WithSignal,
    /// Background without the events of a mass band.
    BandCut,
}

impl Training {
    /// Every one, in the order of the figures.
    pub const ALL: [Self; 3] = [Self::Background, Self::WithSignal, Self::BandCut];

    /// That on a manifold.
    ///
    /// # Errors
    /// [`Error::Setting`] if it is none of these, or if the events are not given as four-vectors.
    pub fn of(manifold: &Manifold) -> Result<Self> {
        match manifold {
            Manifold::PhaseSpace { masses, density: Density::Flat, inputs: Inputs::FourVectors }
                if masses.as_slice() == [0.0; 3] =>
            {
                Ok(Self::Background)
            }
            Manifold::BumpHunt { signal_fraction, excluded_band, inputs: Inputs::FourVectors, .. } => {
                match (*signal_fraction > 0.0, excluded_band) {
                    (true, None) => Ok(Self::WithSignal),
                    (false, Some(_)) => Ok(Self::BandCut),
                    _ => Err(Error::setting("data", "signal and excluded band", "give one of the two")),
                }
            }
            _ => Err(Error::setting("data", "other events", "this figure is about the four-vectors of X -> Y Y Z")),
        }
    }

    /// Its name in tables and legends.
    pub fn name(self) -> &'static str {
        match self {
            Self::Background => "background only",
            Self::WithSignal => "background + signal",
            Self::BandCut => "mass band cut out",
        }
    }
}

/// Events on which networks are tested, as many of signal, of background and of background in the window.
#[derive(Clone, Debug)]
pub struct TestEvents {
    /// Four-vectors `[3 n, 12]`: signal, background, background in the window.
    pub points: Array2<f64>,
    in_window: Vec<bool>,
}

/// What one network scores, larger for more anomalous.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// All signal events.
    pub signal: Vec<f64>,
    /// Background of all phase space.
    pub background: Vec<f64>,
    /// The signal events in the mass window.
    pub signal_in_window: Vec<f64>,
    /// Background in the mass window.
    pub background_in_window: Vec<f64>,
}

impl TestEvents {
    /// The losses of every member of `ensemble`.
    pub fn scores(&self, ensemble: &Ensemble) -> Vec<Scores> {
        ensemble.losses(&self.points).iter().map(|losses| self.apart(losses)).collect()
    }

    fn apart(&self, losses: &[f64]) -> Scores {
        let n = self.in_window.len();
        let part = |index: usize| losses[index * n..(index + 1) * n].to_vec();
        let chosen = losses.iter().zip(&self.in_window).filter(|(_, inside)| **inside);
        Scores {
            signal: part(0),
            background: part(1),
            signal_in_window: chosen.map(|(loss, _)| *loss).collect(),
            background_in_window: part(2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hunt() -> Hunt {
        let process = BumpHunt { mass: 0.5, width: 0.02, signal_fraction: 0.01, excluded_band: None };
        Hunt { process, events: 40_000, seed: 1 }
    }

    #[test]
    fn the_window_and_the_counts_are_those_by_hand() {
        let hunt = hunt();
        let [low, high] = hunt.window();
        assert!((low - 0.21).abs() < 1e-15 && (high - 0.29).abs() < 1e-15);
        assert_eq!(hunt.counts(), [400.0, 39_600.0]);
        // 2 (1 - 0.25) 0.08 of the background, (2/π) atan 4 = 0.8440 of an untruncated peak, which loses 1.7 %.
        assert!((hunt.background_share(hunt.window()) - 0.12).abs() < 1e-12);
        assert!((hunt.signal_share(hunt.window()) - 0.8440 / 0.9830).abs() < 1e-3);
        assert!((hunt.background_share([0.0, 1.0]) - 1.0).abs() < 1e-15);
        assert!((hunt.signal_share([0.0, 1.0]) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn the_sample_has_the_expected_counts_in_the_window() {
        let hunt = hunt();
        let (events, is_signal) = hunt.sample().unwrap();
        let [low, high] = hunt.window();
        for (signal, expected) in [true, false].into_iter().zip(hunt.expected_in_window()) {
            let s = dalitz(&events, 0, 1);
            let inside = |event: &usize| is_signal[*event] == signal && (low..=high).contains(&s[*event]);
            let found = (0..s.len()).filter(inside).count() as f64;
            // Five standard deviations.
            assert!((found - expected).abs() < 5.0 * expected.sqrt(), "{found} against {expected}");
        }
    }

    #[test]
    fn the_scores_of_the_four_samples_are_kept_apart() {
        let events = TestEvents { points: Array2::zeros((6, 12)), in_window: vec![false, true] };
        let scores = events.apart(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(scores.signal, [1.0, 2.0]);
        assert_eq!(scores.signal_in_window, [2.0]);
        assert_eq!(scores.background, [3.0, 4.0]);
        assert_eq!(scores.background_in_window, [5.0, 6.0]);
    }

    #[test]
    fn the_test_events_of_the_window_lie_in_it() {
        let hunt = hunt();
        let test = hunt.test(500).unwrap();
        assert_eq!(test.points.dim(), (1500, 12));
        let [low, high] = hunt.window();
        // s_YY = 1 - 2 E_Z, the third particle's energy being the ninth number.
        let s: Vec<f64> = test.points.column(8).iter().map(|energy| 1.0 - 2.0 * energy).collect();
        assert!(s[1000..].iter().all(|s| (low - 1e-12..=high + 1e-12).contains(s)));
        let near = s[..500].iter().filter(|s| (low..=high).contains(*s)).count();
        assert_eq!(near, test.in_window.iter().filter(|inside| **inside).count());
    }
}
