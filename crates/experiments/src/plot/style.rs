//! The shared look: sizes in points, for a page printed at its natural size.

/// Size of axis labels and panel titles.
pub(super) const LABEL_SIZE: f64 = 10.0;
/// Size of numbers at ticks.
pub(super) const TICK_SIZE: f64 = 8.5;
/// Size of legends, annotations and names on lines.
pub(super) const LEGEND_SIZE: f64 = 8.5;
/// Size of the page's title.
pub(super) const TITLE_SIZE: f64 = 11.5;
/// Size of the footer.
pub(super) const FOOTER_SIZE: f64 = 6.5;

/// Most lines of a title, and of the footer.
pub(super) const TITLE_LINES: usize = 4;
pub(super) const FOOTER_LINES: usize = 24;
/// Longest name in a legend, beside a frame as of a table's row, and of an axis, in points.
pub(super) const LONGEST_ENTRY: f64 = 320.0;
pub(super) const LONGEST_ROW: f64 = 200.0;
pub(super) const LONGEST_AXIS: f64 = 400.0;

/// Width of the frame of a panel.
pub(super) const FRAME_WIDTH: f64 = 0.6;
/// Width of tick marks.
pub(super) const TICK_WIDTH: f64 = 0.5;
/// Length of labelled ticks, inwards.
pub(super) const MAJOR_TICK: f64 = 4.0;
/// Length of the ticks between.
pub(super) const MINOR_TICK: f64 = 2.2;
/// Width of data lines unless told.
pub(super) const LINE_WIDTH: f64 = 1.1;

/// Between frame and numbers, numbers and label, colour bar and frame.
pub(super) const GAP: f64 = 4.0;
/// Between the outermost texts of panels side by side.
pub(super) const COLUMN_GAP: f64 = 12.0;
/// Between the outermost texts of panels one below the other.
pub(super) const ROW_GAP: f64 = 6.0;
/// White border of the page.
pub(super) const PAGE_BORDER: f64 = 5.0;
/// Width of a colour bar.
pub(super) const BAR_WIDTH: f64 = 9.0;
/// Baselines of lines of text, in units of the size.
pub(super) const LINE_SPACING: f64 = 1.2;
