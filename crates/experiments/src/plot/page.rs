//! A page of panels.

use std::path::{Path, PathBuf};

use super::canvas::{self, Anchor, Canvas};
use super::export;
use super::layout::Arranged;
use super::text::{self, Typeset};
use super::{Colour, Error, Label, Panel, Result, style};

/// A figure: panels in rows and columns, with shared size and look.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Drawn above all panels.
    pub title: Option<Label>,
    /// The panels, row by row.
    pub panels: Vec<Panel>,
    /// Number of columns.
    pub columns: usize,
    /// Width and height of the frame of a panel in points (1/72 inch).
    pub frame: (f64, f64),
    /// A word drawn large and grey across the page, such as "SMOKE" on the output of a trial run.
    pub note: Option<Label>,
    /// Drawn small at the bottom: where the numbers come from.
    pub footer: Option<Label>,
}

impl Page {
    /// A page with up to two columns and frames of 165 by 140 points, so that two panels are about 6 inches wide.
    pub fn new(panels: impl IntoIterator<Item = Panel>) -> Self {
        let panels: Vec<Panel> = panels.into_iter().collect();
        let columns = panels.len().min(2);
        Self { title: None, panels, columns, frame: (165.0, 140.0), note: None, footer: None }
    }

    /// Sets the title.
    pub fn title(mut self, title: impl Into<Label>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Sets the number of columns.
    pub fn columns(mut self, columns: usize) -> Self {
        self.columns = columns;
        self
    }

    /// Sets width and height of the panels' frames in points.
    pub fn frame(mut self, width: f64, height: f64) -> Self {
        self.frame = (width, height);
        self
    }

    /// Sets the word across the page.
    pub fn note(mut self, note: impl Into<Label>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Sets the small text at the bottom.
    pub fn footer(mut self, footer: impl Into<Label>) -> Self {
        self.footer = Some(footer.into());
        self
    }

    /// Writes the page as `<name>.svg`, `<name>.pdf` and `<name>.png` (300 pixels an inch) into a folder, which is made
    /// if need be, and gives the paths in that order.
    ///
    /// The same page gives the same bytes on every machine. All three are drawn before the first is put in place, and
    /// each is put in place whole.
    ///
    /// # Errors
    /// Values or limits that cannot be drawn, texts that cannot be read, and files that cannot be written.
    pub fn save(&self, folder: impl AsRef<Path>, name: &str) -> Result<Vec<PathBuf>> {
        export::write(&self.svg()?, folder.as_ref(), name)
    }

    /// The drawing, with texts that still need the carried fonts.
    pub(super) fn svg(&self) -> Result<String> {
        let page = Self { panels: self.panels.iter().map(Panel::settled).collect(), ..self.clone() };
        let grid = Grid::new(&page)?;
        let (width, height) = (grid.width(), grid.height());
        let mut svg = String::new();
        let mut canvas = Canvas::new(&mut svg, width, height);
        grid.draw(&mut canvas)?;
        canvas.finish()?;
        let note = self.note.as_ref().filter(|note| !note.is_empty());
        let note = note.map(|note| across(note, (width, height))).transpose()?;
        Ok(canvas::finished(&svg, (width, height), note.as_ref()))
    }
}

/// A note that takes two thirds of the diagonal, yet no more than half the height.
fn across(note: &Label, (width, height): (f64, f64)) -> Result<Typeset> {
    let natural = Typeset::new(note.markup(), 1.0)?.width.max(1e-3);
    Typeset::new(note.markup(), (0.66 * width.hypot(height) / natural).min(0.5 * height))
}

/// The panels of a page with the room of each column and row.
struct Grid<'a> {
    panels: Vec<Arranged<'a>>,
    columns: Vec<Track>,
    rows: Vec<Track>,
    title: Vec<Typeset>,
    footer: Vec<Typeset>,
}

/// A column or a row: room before the frames, length of the largest frame, room after.
#[derive(Clone, Copy, Debug, Default)]
struct Track {
    before: f64,
    length: f64,
    after: f64,
}

impl Track {
    fn holding(self, before: f64, length: f64, after: f64) -> Self {
        Self { before: self.before.max(before), length: self.length.max(length), after: self.after.max(after) }
    }
}

fn total(tracks: &[Track], gap: f64) -> f64 {
    let lengths: f64 = tracks.iter().map(|track| track.before + track.length + track.after).sum();
    lengths + gap * tracks.len().saturating_sub(1) as f64
}

/// Where the frames of each track start, if the first track starts at `from`.
fn starts(tracks: &[Track], gap: f64, from: f64) -> Vec<f64> {
    let mut next = from;
    let start = |track: &Track| {
        let start = next + track.before;
        next = start + track.length + track.after + gap;
        start
    };
    tracks.iter().map(start).collect()
}

impl<'a> Grid<'a> {
    fn new(page: &'a Page) -> Result<Self> {
        if page.panels.is_empty() || page.columns == 0 {
            return Err(Error::Grid { panels: page.panels.len(), columns: page.columns });
        }
        let panels: Result<Vec<_>> =
            page.panels.iter().enumerate().map(|(i, panel)| arranged(i, panel, page)).collect();
        let panels = panels?;
        let count = page.columns.min(panels.len());
        let mut columns = vec![Track::default(); count];
        let mut rows = vec![Track::default(); panels.len().div_ceil(count)];
        for (index, panel) in panels.iter().enumerate() {
            let (row, column, margins) = (index / count, index % count, panel.margins);
            columns[column] = columns[column].holding(margins.left, panel.size.0, margins.right);
            rows[row] = rows[row].holding(margins.top, panel.size.1, margins.bottom);
        }
        let width = total(&columns, style::COLUMN_GAP);
        let lines = |text: &Option<Label>, size, most| {
            text::wrapped(text.as_ref().map_or("", Label::markup), size, width, most)
        };
        let title = lines(&page.title, style::TITLE_SIZE, style::TITLE_LINES)?;
        let footer = lines(&page.footer, style::FOOTER_SIZE, style::FOOTER_LINES)?;
        Ok(Self { panels, columns, rows, title, footer })
    }

    fn width(&self) -> f64 {
        let widest = text::widest(self.title.iter().chain(&self.footer));
        total(&self.columns, style::COLUMN_GAP).max(widest) + 2.0 * style::PAGE_BORDER
    }

    fn height(&self) -> f64 {
        self.above() + total(&self.rows, style::ROW_GAP) + self.below() + 2.0 * style::PAGE_BORDER
    }

    fn above(&self) -> f64 {
        if self.title.is_empty() { 0.0 } else { text::height_of(&self.title) + style::GAP }
    }

    fn below(&self) -> f64 {
        if self.footer.is_empty() { 0.0 } else { text::height_of(&self.footer) + style::GAP }
    }

    fn draw(&self, canvas: &mut Canvas) -> Result<()> {
        let (width, height) = (self.width(), self.height());
        let lefts = starts(&self.columns, style::COLUMN_GAP, 0.5 * (width - total(&self.columns, style::COLUMN_GAP)));
        let tops = starts(&self.rows, style::ROW_GAP, style::PAGE_BORDER + self.above());
        for (index, panel) in self.panels.iter().enumerate() {
            let (row, column) = (index / lefts.len(), index % lefts.len());
            let spare = (self.columns[column].length - panel.size.0, self.rows[row].length - panel.size.1);
            panel.draw(canvas, (lefts[column] + 0.5 * spare.0, tops[row] + 0.5 * spare.1))?;
        }
        let mut line = style::PAGE_BORDER;
        for title in &self.title {
            line += style::LINE_SPACING * title.size;
            canvas.text(title, (0.5 * width, line - title.descent), Anchor::Middle, Colour::BLACK)?;
        }
        line = height - style::PAGE_BORDER - text::height_of(&self.footer);
        for footer in &self.footer {
            line += style::LINE_SPACING * footer.size;
            canvas.text(footer, (style::PAGE_BORDER, line - footer.descent), Anchor::Start, Colour::GREY)?;
        }
        Ok(())
    }
}

fn arranged<'a>(index: usize, panel: &'a Panel, page: &Page) -> Result<Arranged<'a>> {
    let arranged = panel.check().and_then(|()| Arranged::new(panel, page.frame));
    arranged.map_err(|cause| Error::Panel {
        number: index + 1,
        title: panel.title.markup().to_owned(),
        cause: Box::new(cause),
    })
}
