//! What can be wrong with a sample or with the question asked of it.

/// The result of a measure.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a measure has no value; each message names the cause and the remedy.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// A sample holds no number.
    #[error("the {which} are empty: give at least one, or leave this measure out")]
    EmptySample {
        /// Which slice, in the plural: "signal scores", "losses", "points of the curve", "values".
        which: &'static str,
    },

    /// A sample holds NaN or an infinity.
    #[error(
        "number {index} of the {which} (counted from 0) is {value}: find why (a diverged \
         training, an empty image) and mend that; dropping it would bias the measure"
    )]
    NotFinite {
        /// Which slice, in the plural: "signal scores", "losses", "points of the curve", "values".
        which: &'static str,
        /// Position in the slice, from 0.
        index: usize,
        /// The number found there.
        value: f64,
    },

    /// A sample is too short for the measure.
    #[error("the {which} number {found}, but at least {needed} are needed: give more")]
    TooFew {
        /// What is counted, in the plural: "values", "pairs", "bootstrap replicas".
        which: &'static str,
        /// How many the measure needs.
        needed: usize,
        /// How many there are.
        found: usize,
    },

    /// A signal efficiency outside `[0, 1]`.
    #[error("the signal efficiency {value} is outside [0, 1]: give a fraction, 0.2 for 20 %")]
    EfficiencyOutOfRange {
        /// The efficiency asked for.
        value: f64,
    },

    /// A quantile level outside `[0, 1]`.
    #[error("the quantile level {value} is outside [0, 1]: give a fraction, 0.16 for 16 %")]
    LevelOutOfRange {
        /// The level asked for.
        value: f64,
    },

    /// A confidence that is not strictly between 0 and 1.
    #[error("the confidence {value} is not between 0 and 1: give a fraction, 0.68 for 68 %")]
    ConfidenceOutOfRange {
        /// The confidence asked for.
        value: f64,
    },

    /// No point of the curve leaves enough background in the range of signal efficiencies.
    #[error(
        "no cut with a signal efficiency in [{low}, {high}] leaves {minimum_background} background \
         events: widen the range, lower the minimum, or evaluate more background"
    )]
    NoWorkingPoint {
        /// Lower end of the range of signal efficiencies.
        low: f64,
        /// Upper end of the range of signal efficiencies.
        high: f64,
        /// The number of background events that had to pass the cut.
        minimum_background: u64,
    },

    /// A threshold that is NaN or an infinity.
    #[error("the threshold {value} is not finite: give the loss above which a sample counts as torn")]
    ThresholdNotFinite {
        /// The threshold given.
        value: f64,
    },

    /// Losses that do not fill a grid.
    #[error("{found} losses do not fill {rows} rows of {columns}: give one for each cell, row by row")]
    NotTheGrid {
        /// The rows of the grid.
        rows: usize,
        /// The columns of the grid.
        columns: usize,
        /// How many losses there are.
        found: usize,
    },

    /// A grid whose first and last row are poles and neighbours at the same time.
    #[error("a grid with poles cannot wrap its rows: choose a sphere (poles) or a torus (both wraps)")]
    PolesOnWrappedRows,

    /// A curve that passes through the point that it should go round.
    #[error("the curve passes through the point at its edge {edge} (counted from 0): choose a point off the curve")]
    PointOnCurve {
        /// The first edge that has the point, from point `edge` of the curve to the next one.
        edge: usize,
    },

    /// A curve that turns by a straight angle, to either side.
    #[error("the curve goes straight back at ({}, {}): sample it more finely, or at other points", point[0], point[1])]
    StraightBack {
        /// Where it does.
        point: [f64; 2],
    },

    /// Values without any spread, where the measure asks how they vary.
    #[error("the {which} are all equal: give some that differ, or leave this measure out")]
    Constant {
        /// Which slice, in the plural: "values", "values of x" or "values of y".
        which: &'static str,
    },

    /// Two samples that should come in pairs and differ in length.
    #[error("there are {x} values of x and {y} of y: give one y for each x")]
    NotPaired {
        /// How many x there are.
        x: usize,
        /// How many y there are.
        y: usize,
    },

    /// Two slices that should be equally long.
    #[error("the {which} number {first} and {second}: give as many of the one as of the other")]
    DifferentLengths {
        /// Which two, in the plural: "masses and scores", "counts of the two histograms".
        which: &'static str,
        /// How many the first slice holds.
        first: usize,
        /// How many the second slice holds.
        second: usize,
    },

    /// A count below zero.
    #[error("number {index} of the {which} (counted from 0) is {value}: give counts of zero or more")]
    Negative {
        /// Which slice, in the plural: "counts of the first histogram".
        which: &'static str,
        /// Position in the slice, from 0.
        index: usize,
        /// The number found there.
        value: f64,
    },

    /// A histogram without any count, which has no shape.
    #[error("the {which} are all zero: give more, or bins that hold some of them")]
    NoCounts {
        /// Which slice, in the plural: "counts of the first histogram".
        which: &'static str,
    },

    /// Edges of bins that do not rise.
    #[error("edge {index} of the bins (counted from 0) is not above the one before it: give rising edges, each once")]
    EdgesNotRising {
        /// The first such edge, from 0.
        index: usize,
    },

    /// A background efficiency outside `(0, 1]`.
    #[error("the background efficiency {value} is outside (0, 1]: give a fraction, 0.1 for 10 %")]
    BackgroundEfficiencyOutOfRange {
        /// The efficiency asked for.
        value: f64,
    },

    /// Points of which the persistent homology cannot be computed.
    #[error("the points have no barcode: {reason}; give points with the same number of coordinates")]
    Homology {
        /// The library's answer.
        reason: String,
    },

    /// A number without a logarithm.
    #[error(
        "number {index} of the {which} (counted from 0) is {value}, which no power law can reach: give positive \
         numbers only"
    )]
    NotPositive {
        /// Which slice, in the plural: "values of x" or "values of y".
        which: &'static str,
        /// Position in the slice, from 0.
        index: usize,
        /// The number found there.
        value: f64,
    },
}

/// Checks that a threshold on the loss is finite.
pub(crate) fn check_threshold(value: f64) -> Result<()> {
    if value.is_finite() { Ok(()) } else { Err(Error::ThresholdNotFinite { value }) }
}

/// Checks that `values` holds at least one number, and finite ones only.
pub(crate) fn check_finite(which: &'static str, values: &[f64]) -> Result<()> {
    if values.is_empty() {
        return Err(Error::EmptySample { which });
    }
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(Error::NotFinite { which, index, value: values[index] }),
        None => Ok(()),
    }
}

/// Checks that two slices are equally long; `which` names both, in the plural.
pub(crate) fn check_same_length(which: &'static str, first: &[f64], second: &[f64]) -> Result<()> {
    let (first, second) = (first.len(), second.len());
    if first == second { Ok(()) } else { Err(Error::DifferentLengths { which, first, second }) }
}
