//! The generated data sets: which points a seed draws, checked.

use datasets::bump_hunt::BumpHunt;
use datasets::circles::Pair;
use datasets::cone::DoubleCone;
use datasets::paraboloid::Paraboloid;
use datasets::{circle, gaussian, phase_space, sphere, torus, trefoil};
use ndarray::{Array2, Array3};
use random::Generator;
use serde::Serialize;

use super::check::{between, count, required, short, size, whole};
use super::file::{DataKind, DataSection, Density, Inputs};
use super::limits;
use crate::{Error, Result};

/// Events of more massive particles take seconds each to draw.
const MOST_MASSIVE: usize = 10;
/// Particles of an event.
const MOST_PARTICLES: usize = 100;

/// Points of a manifold that a seed draws.
#[derive(Debug, Clone, PartialEq)]
pub struct PointSet {
    /// The manifold, with the measure on it.
    pub manifold: Manifold,
    /// Training and validation points.
    pub sizes: [usize; 2],
    /// Seed of the points.
    pub seed: u64,
    /// Whether networks of all seeds are trained and validated on the same points, and not each on its own.
    pub shared: bool,
}

/// A set that points are drawn from; each sampler of `datasets` states the measure.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Manifold {
    /// The unit circle in R².
    Circle,
    /// Two unit circles in R³, their centres at a distance.
    Circles {
        /// Distance of the centres.
        distance: f64,
    },
    /// Two linked unit circles in R³.
    HopfLink,
    /// The trefoil knot in R³.
    Trefoil,
    /// The unit sphere.
    Sphere {
        /// Its dimension.
        dimension: usize,
    },
    /// A torus in R³.
    Torus {
        /// Radius of the circle that the tube's centre runs along.
        major: f64,
        /// Radius of the tube.
        minor: f64,
    },
    /// The flat torus in R⁴.
    FlatTorus,
    /// A paraboloid in R³.
    Paraboloid {
        /// Radius of the rim.
        radius: f64,
        /// Radius of the hole, 0 for none.
        hole: f64,
        /// z = height (x² + y²).
        height: f64,
    },
    /// Two cones in R³ that share their apex.
    DoubleCone {
        /// |z| has a density that grows as this power of |z|.
        power: f64,
    },
    /// Events of n particles at √s = 1.
    PhaseSpace {
        /// Their masses.
        masses: Vec<f64>,
        /// The measure.
        density: Density,
        /// What the network sees.
        inputs: Inputs,
    },
    /// Events X -> Y Y Z at √s = 1, with a share of X -> Z W, W -> Y Y.
    BumpHunt {
        /// Mass of W.
        mass: f64,
        /// Width of W.
        width: f64,
        /// Share of signal events.
        signal_fraction: f64,
        /// Events with s_YY in this band are left out.
        // TOML, in which a run's identity is written down, has no null.
        #[serde(skip_serializing_if = "Option::is_none")]
        excluded_band: Option<[f64; 2]>,
        /// What the network sees.
        inputs: Inputs,
    },
    /// A normal distribution.
    Gaussian {
        /// Standard deviation along each axis.
        standard_deviations: Vec<f64>,
    },
}

impl PointSet {
    /// Training and validation points that all seeds share, `[n, features]` each.
    ///
    /// # Errors
    /// [`Error::Setting`] if they share none, [`Error::Data`] for an empty sample or a parameter that the sampler refuses.
    pub fn sample(&self) -> Result<[Array2<f64>; 2]> {
        if !self.shared {
            return Err(Error::setting(
                "data.shared",
                "false",
                "this figure is about points that all seeds share: remove it",
            ));
        }
        self.sample_of(0)
    }

    /// Training and validation points of a network with this seed, `[n, features]` each: where they are not shared, an
    /// independent draw for each seed, of which seed 0 has that of shared points.
    ///
    /// # Errors
    /// [`Error::Data`] for an empty sample or a parameter that the sampler refuses.
    pub fn sample_of(&self, seed: u64) -> Result<[Array2<f64>; 2]> {
        let draw = if self.shared { 0 } else { seed };
        Ok([self.part(0, "training points", draw)?, self.part(1, "validation points", draw)?])
    }

    /// `n` further points of the same measure, other than those of training and validation.
    ///
    /// # Errors
    /// As [`Self::sample`].
    pub fn test(&self, n: usize) -> Result<Array2<f64>> {
        self.manifold.sample(n, self.seed, &mut random::stream(self.seed, "test points", 0))
    }

    fn part(&self, index: usize, purpose: &str, draw: u64) -> Result<Array2<f64>> {
        self.manifold.sample(self.sizes[index], self.seed, &mut random::stream(self.seed, purpose, draw))
    }
}

impl Manifold {
    pub(super) fn check(kind: DataKind, section: &DataSection) -> Result<Self> {
        let size_of = |key: &str, value: Option<f64>| -> Result<f64> {
            let key = format!("data.{key}");
            size(&key, required(&key, value)?)
        };
        Ok(match kind {
            DataKind::Circle => Self::Circle,
            DataKind::Circles => Self::Circles { distance: size_of("distance", section.distance)? },
            DataKind::HopfLink => Self::HopfLink,
            DataKind::Trefoil => Self::Trefoil,
            DataKind::Sphere => Self::Sphere {
                dimension: count("data.dimension", required("data.dimension", section.dimension)?, limits::DIMENSION)?,
            },
            DataKind::Torus => {
                Self::Torus { major: size_of("major", section.major)?, minor: size_of("minor", section.minor)? }
            }
            DataKind::FlatTorus => Self::FlatTorus,
            DataKind::Paraboloid => Self::Paraboloid {
                radius: size_of("radius", section.radius)?,
                hole: between("data.hole", section.hole.unwrap_or(0.0), 0.0, section.radius.unwrap_or(0.0))?,
                height: size_of("height", section.height)?,
            },
            DataKind::DoubleCone => {
                Self::DoubleCone { power: between("data.power", required("data.power", section.power)?, 0.0, 100.0)? }
            }
            DataKind::PhaseSpace => Self::PhaseSpace {
                masses: masses(section)?,
                density: section.density.unwrap_or_default(),
                inputs: section.inputs.unwrap_or_default(),
            },
            DataKind::BumpHunt => Self::BumpHunt {
                mass: of_resonance("data.mass", section.mass, 0.999999)?,
                width: of_resonance("data.width", section.width, 1000.0)?,
                signal_fraction: between("data.signal_fraction", section.signal_fraction.unwrap_or(0.0), 0.0, 1.0)?,
                excluded_band: band(section)?,
                inputs: section.inputs.unwrap_or_default(),
            },
            DataKind::Gaussian => {
                let key = "standard_deviations";
                let given = required("data.standard_deviations", section.standard_deviations.clone())?;
                short("data.standard_deviations", &given, limits::DIMENSION)?;
                if given.is_empty() {
                    return Err(Error::setting("data.standard_deviations", "an empty list", "give at least one"));
                }
                let each = given.into_iter().map(|value| size_of(key, Some(value)));
                Self::Gaussian { standard_deviations: each.collect::<Result<_>>()? }
            }
            DataKind::Jets => return Err(Error::setting("data.kind", "jets", "points are needed here")),
        })
    }

    /// Draws a point, so that what a sampler refuses is found before anything is trained.
    ///
    /// # Errors
    /// [`Error::Setting`] with the sampler's reason.
    pub fn try_out(&self) -> Result<()> {
        let mut tried = vec![self.clone()];
        if let Self::BumpHunt { signal_fraction, .. } = &mut tried[0]
            && *signal_fraction > 0.0
        {
            // One event of signal, and one that is background where signal is rare.
            *signal_fraction = 1.0;
            tried.push(self.clone());
        }
        for manifold in tried {
            manifold.sample(1, 0, &mut random::stream(0, "a point tried out", 0)).map_err(|error| {
                let of_band = matches!(error, Error::Data(datasets::Error::Band { .. }));
                let key = if of_band { "data.excluded_band" } else { "data" };
                Error::setting(key, "not possible", &error.to_string())
            })?;
        }
        Ok(())
    }

    /// Numbers in one point.
    pub fn features(&self) -> i64 {
        let features = match self {
            Self::Circle => 2,
            Self::Circles { .. } | Self::HopfLink | Self::Trefoil | Self::Torus { .. } => 3,
            Self::Paraboloid { .. } | Self::DoubleCone { .. } => 3,
            Self::FlatTorus => 4,
            Self::Sphere { dimension } => dimension + 1,
            Self::PhaseSpace { masses, inputs, .. } => masses.len() * inputs.of_a_particle(),
            Self::BumpHunt { inputs, .. } => 3 * inputs.of_a_particle(),
            Self::Gaussian { standard_deviations } => standard_deviations.len(),
        };
        i64::try_from(features).unwrap_or(i64::MAX)
    }

    /// `n` points, `[n, features]`; `seed` fixes what all samples share (the axes of a normal distribution).
    ///
    /// # Errors
    /// [`Error::Data`] for an empty sample or a parameter that the sampler refuses.
    pub fn sample(&self, n: usize, seed: u64, generator: &mut Generator) -> Result<Array2<f64>> {
        Ok(match self {
            Self::Circle => circle::sample(n, generator)?,
            Self::Circles { distance } => Pair::Apart { distance: *distance }.sample(n, generator)?,
            Self::HopfLink => Pair::HopfLink.sample(n, generator)?,
            Self::Trefoil => trefoil::sample(n, generator)?,
            Self::Sphere { dimension } => sphere::sample(n, *dimension, generator)?,
            Self::Torus { major, minor } => torus::embedded(n, *major, *minor, generator)?,
            Self::FlatTorus => torus::flat(n, generator)?,
            &Self::Paraboloid { radius, hole, height } => Paraboloid { radius, hole, height }.sample(n, generator)?,
            &Self::DoubleCone { power } => DoubleCone { power }.sample(n, generator)?,
            Self::PhaseSpace { masses, density, inputs } => inputs.of(&events(n, masses, *density, generator)?),
            &Self::BumpHunt { mass, width, signal_fraction, excluded_band, inputs } => {
                inputs.of(&BumpHunt { mass, width, signal_fraction, excluded_band }.sample(n, generator)?.0)
            }
            Self::Gaussian { standard_deviations } => {
                gaussian::sample(n, standard_deviations, &mut random::stream(seed, "axes", 0), generator)?
            }
        })
    }

    /// A few words.
    pub fn describe(&self) -> String {
        match self {
            Self::Circle => "the circle".to_owned(),
            Self::Circles { .. } => "two circles apart".to_owned(),
            Self::HopfLink => "two linked circles".to_owned(),
            Self::Trefoil => "the trefoil".to_owned(),
            Self::Sphere { dimension } => format!("the sphere S^{dimension}"),
            Self::Torus { .. } => "the torus in R³".to_owned(),
            Self::FlatTorus => "the flat torus".to_owned(),
            Self::Paraboloid { hole, .. } if *hole > 0.0 => format!("a paraboloid without r < {hole}"),
            Self::Paraboloid { .. } => "a paraboloid".to_owned(),
            Self::DoubleCone { power } => format!("the double cone (|z| to the power {power})"),
            Self::PhaseSpace { masses, .. } => format!("{}-body phase space", masses.len()),
            Self::BumpHunt { signal_fraction, .. } => format!("3-body events, {} % signal", 100.0 * signal_fraction),
            Self::Gaussian { .. } => "a normal distribution".to_owned(),
        }
    }
}

impl Inputs {
    fn of_a_particle(self) -> usize {
        match self {
            Self::FourVectors => 4,
            Self::Momenta => 3,
        }
    }

    /// What the network sees of `events`, `[n, particles, 4]`: `[n, numbers]`.
    pub fn of(self, events: &Array3<f64>) -> Array2<f64> {
        let inputs = match self {
            Self::FourVectors => phase_space::Inputs::FourVectors,
            Self::Momenta => phase_space::Inputs::Momenta,
        };
        phase_space::flatten(events, inputs)
    }
}

/// Mass or width of a resonance, in units of √s.
fn of_resonance(key: &str, value: Option<f64>, most: f64) -> Result<f64> {
    between(key, size(key, required(key, value)?)?, 1e-6, most)
}

/// The band of s_YY that is left out, from below to above.
fn band(section: &DataSection) -> Result<Option<[f64; 2]>> {
    match section.excluded_band {
        Some([low, high]) if !(0.0 <= low && low < high && high <= 1.0) => {
            let allowed = "give two numbers from 0 to 1, the smaller one first";
            Err(Error::setting("data.excluded_band", format!("{:?}", [low, high]), allowed))
        }
        band => Ok(band),
    }
}

/// The masses of the particles: as given, or zeros.
fn masses(section: &DataSection) -> Result<Vec<f64>> {
    let masses = match (&section.masses, section.particles) {
        (Some(masses), None) => masses.clone(),
        (None, Some(particles)) => vec![0.0; whole("data.particles", particles, 2, MOST_PARTICLES)?],
        (Some(_), Some(_)) => {
            return Err(Error::setting("data.particles", "beside `data.masses`", "give one of the two"));
        }
        (None, None) => return Err(Error::setting("data.particles", "missing", "give it, or `data.masses`")),
    };
    if masses.len() < 2 || masses.len() > MOST_PARTICLES {
        let allowed = format!("give from 2 to {MOST_PARTICLES} particles");
        return Err(Error::setting("data.masses", format!("a list of {}", masses.len()), &allowed));
    }
    for &mass in &masses {
        between("data.masses", mass, 0.0, 1.0)?;
    }
    if masses.len() > MOST_MASSIVE && masses.iter().any(|&mass| mass > 0.0) {
        return Err(Error::setting(
            "data.masses",
            masses.len(),
            &format!("with masses, give at most {MOST_MASSIVE} particles"),
        ));
    }
    let sum: f64 = masses.iter().sum();
    if sum < 1.0 { Ok(masses) } else { Err(Error::setting("data.masses", sum, "their sum must be below √s = 1")) }
}

fn events(n: usize, masses: &[f64], density: Density, generator: &mut Generator) -> Result<Array3<f64>> {
    let massless = masses.iter().all(|&mass| mass == 0.0);
    Ok(match density {
        Density::Flat if massless => phase_space::rambo(masses.len(), 1.0, n, generator)?,
        Density::Flat => phase_space::massive(masses, 1.0, n, generator)?,
        Density::Sphere => {
            let directions = sphere::sample(n, 3 * masses.len() - 4, generator)?;
            phase_space::from_sphere(&directions, masses, 1.0)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_of_their_own_differ_from_seed_to_seed_and_shared_ones_do_not() {
        let of = |shared, seed| {
            PointSet { manifold: Manifold::Circle, sizes: [8, 4], seed: 1, shared }.sample_of(seed).unwrap()
        };
        assert_eq!(of(true, 0), of(true, 3));
        for part in 0..2 {
            assert_ne!(of(false, 0)[part], of(false, 3)[part]);
            assert_ne!(of(false, 3)[part], of(false, 4)[part]);
        }
        assert_eq!(of(false, 3), of(false, 3));
        assert_eq!(of(false, 0), of(true, 0));
    }

    #[test]
    fn who_asks_for_shared_points_where_there_are_none_is_told_the_setting() {
        let own = PointSet { manifold: Manifold::Circle, sizes: [8, 4], seed: 1, shared: false };
        assert!(own.sample().unwrap_err().to_string().contains("data.shared"));
    }

    #[test]
    fn events_of_all_masses_are_written_down_without_a_band() {
        let hunt = |excluded_band| Manifold::BumpHunt {
            mass: 0.5,
            width: 0.02,
            signal_fraction: 0.01,
            excluded_band,
            inputs: Inputs::FourVectors,
        };
        assert!(!toml::to_string(&hunt(None)).unwrap().contains("band"));
        assert!(toml::to_string(&hunt(Some([0.2, 0.3]))).unwrap().contains("excluded_band = [0.2, 0.3]"));
    }
}
