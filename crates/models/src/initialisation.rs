//! How the weights of a network start.
//!
//! A layer passes on E[x²] of its input about as it is if its weights have mean 0 and variance g²/fan_in, where the gain g
//! makes up for what the activation after the layer takes away (He et al., arXiv 1502.01852, section 2.2). With
//! `Uniform` the variance is 1/(3 fan_in) whatever the activation: a signal shrinks from layer to layer, and the biases take
//! its place.

use random::Generator;
use serde::{Deserialize, Serialize};
use tch::Tensor;

use crate::numbers::to_f64;
use crate::parameters::Start;

/// The distribution of weights and biases at the start; fan_in and fan_out count what one unit sees, and by how many
/// units one input is seen: of a convolution, channels times the kernel's pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Initialisation {
    /// Weights and biases uniform in ±1/√fan_in: PyTorch's default for dense and convolutional layers.
    #[default]
    Uniform,
    /// Weights uniform in ±g √(6/(fan_in + fan_out)), biases 0 (Glorot & Bengio, AISTATS 2010, eq. 16; the gain g is
    /// PyTorch's addition).
    Glorot,
    /// Weights normal with variance g²/fan_in, biases 0 (He et al., arXiv 1502.01852, eq. 15).
    He,
    /// Weights g times a random matrix `[units, fan_in]` with orthonormal rows, or columns where these are fewer, biases 0
    /// (Saxe et al., arXiv 1312.6120).
    Orthogonal,
}

impl Initialisation {
    /// As it is written in an experiment file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Glorot => "glorot",
            Self::He => "he",
            Self::Orthogonal => "orthogonal",
        }
    }

    /// Whether it is the default, which a layout leaves out: it is written, and hashed, as before there was a choice.
    pub fn is_uniform(&self) -> bool {
        *self == Self::Uniform
    }

    /// How the weights of a layer start whose activation has the gain `gain`.
    pub(crate) fn weight(self, [fan_in, fan_out]: [i64; 2], gain: f64) -> Start {
        let (fan_in, fan_out) = (fan_in as f64, fan_out as f64);
        match self {
            Self::Uniform => Start::Uniform { bound: 1.0 / fan_in.sqrt() },
            Self::Glorot => Start::Uniform { bound: gain * (6.0 / (fan_in + fan_out)).sqrt() },
            Self::He => Start::Normal { deviation: gain / fan_in.sqrt() },
            Self::Orthogonal => Start::Orthogonal { gain },
        }
    }

    /// How the biases of a layer start.
    pub(crate) fn bias(self, fan_in: i64) -> Start {
        match self {
            Self::Uniform => Start::Uniform { bound: 1.0 / (fan_in as f64).sqrt() },
            Self::Glorot | Self::He | Self::Orthogonal => Start::Constant(0.0),
        }
    }
}

/// The gain √(2/(1 + a²)) of a rectifier with slope a below 0 (He et al., arXiv 1502.01852, eq. 15; a = 0 is ReLU).
pub(crate) fn rectifier_gain(slope: f64) -> f64 {
    (2.0 / (1.0 + slope * slope)).sqrt()
}

/// A matrix `[rows, columns]`, row by row, with orthonormal rows, or columns where these are fewer; uniform among all such.
pub(crate) fn orthonormal(rows: i64, columns: i64, generator: &mut Generator) -> Vec<f64> {
    let normal: Vec<f64> = (0..rows * columns).map(|_| random::normal(generator)).collect();
    let tall = Tensor::from_slice(&normal).view([rows.max(columns), rows.min(columns)]);
    let (q, r) = Tensor::linalg_qr(&tall, "reduced");
    // QR leaves the sign of each column open; those that make R's diagonal positive leave one matrix, and it is uniform.
    let q = q * r.diagonal(0, 0, 1).sign();
    to_f64(&if rows < columns { q.tr() } else { q })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_or_columns_are_orthonormal_whichever_are_fewer() {
        for (rows, columns) in [(3, 7), (7, 3), (5, 5), (1, 4), (4, 1), (1, 1)] {
            let numbers = orthonormal(rows, columns, &mut random::stream(2, "orthonormal", 0));
            let matrix = Tensor::from_slice(&numbers).view([rows, columns]);
            let product = if rows < columns { matrix.matmul(&matrix.tr()) } else { matrix.tr().matmul(&matrix) };
            let identity = Tensor::eye(rows.min(columns), (tch::Kind::Double, tch::Device::Cpu));
            let difference = f64::try_from((product - identity).abs().max()).unwrap();
            assert!(difference < 1e-12, "{rows} x {columns}: {difference}");
        }
    }

    // Gram-Schmidt by hand: the first column is that of the normal numbers, divided by its length, with its own sign.
    #[test]
    fn the_signs_are_those_of_a_positive_diagonal() {
        for seed in 0..8 {
            let mut generator = random::stream(seed, "orthonormal", 0);
            let normal: Vec<f64> = (0..6).map(|_| random::normal(&mut generator)).collect();
            let length = (normal[0].powi(2) + normal[2].powi(2) + normal[4].powi(2)).sqrt();
            let found = orthonormal(3, 2, &mut random::stream(seed, "orthonormal", 0));
            for row in 0..3 {
                assert!((found[2 * row] - normal[2 * row] / length).abs() < 1e-12, "seed {seed}, row {row}");
            }
        }
    }

    #[test]
    fn the_gain_of_a_rectifier_is_that_of_its_slope() {
        assert_eq!(rectifier_gain(0.0), 2.0f64.sqrt());
        assert_eq!(rectifier_gain(1.0), 1.0);
        // 2/(1 + 1/16) = 32/17.
        assert!((rectifier_gain(0.25) - (32.0f64 / 17.0).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn each_name_is_the_one_that_is_read() {
        use Initialisation::{Glorot, He, Orthogonal, Uniform};
        for initialisation in [Uniform, Glorot, He, Orthogonal] {
            let written = serde_json::to_string(&initialisation).unwrap();
            assert_eq!(written, format!("\"{}\"", initialisation.name()));
        }
        let unknown = serde_json::from_str::<Initialisation>("\"xavier\"").unwrap_err().to_string();
        assert!(unknown.contains("`uniform`, `glorot`, `he`, `orthogonal`"), "{unknown}");
    }
}
