//! The largest numbers that an experiment may ask for: far above what any figure needs, and low enough that counting with
//! them cannot overflow. What a machine's memory holds is another question, see [`crate::run::check_memory`].

/// Seeds of a variant.
pub const SEEDS: usize = 100_000;
/// Blocks of seeds of all variants together.
pub const BLOCKS: usize = 10_000;
/// Variants, and combinations of a sweep.
pub const VARIANTS: usize = 1000;
/// Characters of a variant's name.
pub const NAME: usize = 300;
/// Training, validation or test samples.
pub const SAMPLES: usize = 1_000_000_000;
/// Numbers in one point, of a sphere or a normal distribution.
pub const DIMENSION: usize = 1000;
/// Hidden layers of an encoder.
pub const LAYERS: usize = 100;
/// Units in one layer, latent dimensions, channels of a convolution.
pub const UNITS: i64 = 65536;
/// Factors of a latent space.
pub const HEADS: usize = 100;
/// Epochs of a training.
pub const EPOCHS: usize = 10_000_000;
/// Epochs after which weights are kept.
pub const SNAPSHOTS: usize = 1000;
/// Points at which losses are evaluated.
pub const POINTS: usize = 10_000_000;
/// Bootstrap replicas.
pub const REPLICAS: usize = 1_000_000;
/// Widths of kernels.
pub const WIDTHS: usize = 100;
/// Colours of lines.
pub const COLOURS: usize = 1000;
