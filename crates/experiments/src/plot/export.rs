//! Writing of a drawing as SVG, PDF and PNG.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{self, Tree};

use super::{Error, Result, fonts};

/// Pixels per point: 300 an inch.
const PIXELS_PER_POINT: f32 = 300.0 / 72.0;

/// Writes `<name>.svg`, `<name>.pdf` and `<name>.png` from one drawing.
pub(super) fn write(svg: &str, folder: &Path, name: &str) -> Result<Vec<PathBuf>> {
    let tree = parsed(svg)?;
    let contents = [("svg", outlined(&tree).into_bytes()), ("pdf", pdf(&tree)?), ("png", png(&tree)?)];
    let failed = |path: &Path| {
        let path = path.to_path_buf();
        move |source: io::Error| Error::Write { path, source }
    };
    fs::create_dir_all(folder).map_err(failed(folder))?;
    let write = |(extension, bytes): (&str, Vec<u8>)| {
        let path = folder.join(format!("{name}.{extension}"));
        files::write_whole(&path, |writer| writer.write_all(&bytes)).map_err(failed(&path))?;
        Ok(path)
    };
    contents.into_iter().map(write).collect()
}

/// The drawing with its texts set in the carried fonts.
pub(super) fn parsed(svg: &str) -> Result<Tree> {
    Tree::from_str(svg, &fonts::options()?)
        .map_err(|error| Error::Rendering { format: "SVG", cause: error.to_string() })
}

/// The drawing with its texts as outlines, which needs no font.
fn outlined(tree: &Tree) -> String {
    let options =
        usvg::WriteOptions { coordinates_precision: 2, indent: usvg::Indent::None, ..usvg::WriteOptions::default() };
    tree.to_string(&options)
}

fn pdf(tree: &Tree) -> Result<Vec<u8>> {
    // Embedded fonts are written in an order that changes from run to run; outlines are not.
    let options = svg2pdf::ConversionOptions { embed_text: false, ..svg2pdf::ConversionOptions::default() };
    let mut bytes = svg2pdf::to_pdf(tree, options, svg2pdf::PageOptions { dpi: 72.0 })
        .map_err(|error| Error::Rendering { format: "PDF", cause: error.to_string() })?;
    sort_resources(&mut bytes);
    Ok(bytes)
}

/// Sorts the entries of the resource dictionaries of a PDF, which the library lists in an order that changes from run to
/// run. The entries keep their lengths together, so that the table of offsets stays right.
fn sort_resources(pdf: &mut [u8]) {
    for opening in [&b"/XObject <<\n"[..], b"/ExtGState <<\n", b"/Pattern <<\n", b"/Shading <<\n"] {
        let mut from = 0;
        while let Some(start) = position(&pdf[from..], opening).map(|at| from + at + opening.len()) {
            let length = position(&pdf[start..], b">>").unwrap_or(0);
            // The indentation of the closing mark belongs to no entry.
            let end =
                pdf[start..start + length].iter().rposition(|byte| *byte == b'\n').map_or(start, |at| start + at + 1);
            let mut entries: Vec<Vec<u8>> =
                pdf[start..end].split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
            entries.sort();
            pdf[start..end].copy_from_slice(&entries.concat());
            from = start;
        }
    }
}

fn position(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    bytes.windows(pattern.len()).position(|window| window == pattern)
}

fn png(tree: &Tree) -> Result<Vec<u8>> {
    let pixels = |points: f32| (points * PIXELS_PER_POINT).ceil() as u32;
    let (width, height) = (pixels(tree.size().width()), pixels(tree.size().height()));
    let refused = |cause: String| Error::Rendering { format: "PNG", cause };
    let mut picture =
        Pixmap::new(width, height).ok_or_else(|| refused(format!("no picture of {width} by {height} pixels")))?;
    picture.fill(Color::WHITE);
    resvg::render(tree, Transform::from_scale(PIXELS_PER_POINT, PIXELS_PER_POINT), &mut picture.as_mut());
    picture.encode_png().map_err(|error| refused(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_resources_are_sorted_in_place() {
        let mut pdf = b"  /ExtGState <<\n    /gs1 5 0 R\n    /gs0 12 0 R\n  >>\n/Font <<\n/b 1\n/a 2\n>>".to_vec();
        sort_resources(&mut pdf);
        let sorted = b"  /ExtGState <<\n    /gs0 12 0 R\n    /gs1 5 0 R\n  >>\n/Font <<\n/b 1\n/a 2\n>>";
        assert_eq!(pdf, sorted);
    }
}
