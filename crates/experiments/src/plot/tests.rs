//! Tests of whole pages.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::fs;

use resvg::usvg;

use super::*;

/// A page that holds every kind of layer, long texts, both scales, a colour bar and a note.
fn full_page() -> Page {
    let x: Vec<f64> = (0..200).map(|i| f64::from(i) / 199.0).collect();
    let y: Vec<f64> = x.iter().map(|x| (20.0 * x).sin()).collect();
    let spread = |by: f64| y.iter().map(|y| y + by).collect::<Vec<_>>();
    let colours = ColourScale::linear(ColourMap::Reds, 0.0, 4.88e-4);
    let first =
        Panel::new(Axis::linear("$x$", 0.0, 1.0), Axis::linear("a rather long name of the axis $y_i^2$", -1.0, 1.0))
            .title("$S^1$ autoencoder with a title that is too long for its panel, $d_l = 2$")
            .with(Points::new(&x, &y).by_value(&x, colours).label("points"))
            .with(Band::new(&x, &spread(-0.1), &spread(0.1)).series(0))
            .with(Line::new(&x, &y).series(1).label("line"))
            .with(Region::circle(0.5, 0.0, 0.3).filled(Colour::GREEN, 0.2).label("region"))
            .with(Guide::horizontal(0.5).label("mean"))
            .with(Guide::vertical(0.5).label("middle"))
            .with(Annotation::new(1.0, 1.0, "corner"))
            .with(Arrow::new((0.1, 0.1), (0.4, 0.8)))
            .with(ErrorBars::new(&x[..5], &spread(-0.2)[..5], &spread(0.2)[..5]))
            .legend(LegendPlace::Above)
            .colour_bar("Losses");
    let cells: Vec<f64> = (0..1600).map(|i| f64::from(i % 41) * 1e-3).collect();
    let fractions = ColourScale::logarithmic(ColourMap::Viridis, 1e-3, 1e-1).zero(Colour::WHITE);
    let second = Panel::new(Axis::linear("$φ$", -1.0, 1.0), Axis::linear("$η$", -1.0, 1.0))
        .with(Image::new(&cells, 40, (-1.0, 1.0), (-1.0, 1.0), fractions))
        .colour_bar("fraction of $p$_{T}")
        .equal_aspect();
    let third = Panel::new(Axis::linear("loss", 0.0, 3e-7), Axis::logarithmic("events", 0.5, 1e4))
        .with(Steps::new(&[0.0, 1e-7, 2e-7, 3e-7], &[10.0, 0.0, 1e3]).series(0).filled(0.2).label("events"))
        .legend(LegendPlace::Right);
    Page::new([first, second, third])
        .title("A page")
        .footer(Label::plain("data: none; seed 1; a footer long enough to be broken into several lines ".repeat(4)))
        .note("SMOKE")
}

fn simple(line: Line) -> Page {
    Page::new([Panel::new(Axis::linear("x", 0.0, 1.0), Axis::linear("y", 0.0, 1.0)).with(line)])
}

fn boxes_of_texts(group: &usvg::Group, boxes: &mut Vec<usvg::Rect>) {
    for node in group.children() {
        match node {
            usvg::Node::Text(text) => boxes.push(text.abs_stroke_bounding_box()),
            usvg::Node::Group(group) => boxes_of_texts(group, boxes),
            _ => {}
        }
    }
}

#[test]
fn every_text_stays_inside_the_page() {
    let tree = export::parsed(&full_page().svg().unwrap()).unwrap();
    let (width, height) = (tree.size().width(), tree.size().height());
    let mut boxes = Vec::new();
    boxes_of_texts(tree.root(), &mut boxes);
    assert!(boxes.len() > 60, "only {} texts", boxes.len());
    for text in boxes {
        assert!(text.left() >= 0.0 && text.top() >= 0.0, "{text:?}");
        assert!(text.right() <= width && text.bottom() <= height, "{text:?} on a page of {width} by {height}");
    }
}

#[test]
fn same_page_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let first = full_page().save(folder.path(), "first").unwrap();
    for attempt in 0..4 {
        let again = full_page().save(folder.path(), &format!("again{attempt}")).unwrap();
        for (a, b) in first.iter().zip(&again) {
            assert!(fs::read(a).unwrap() == fs::read(b).unwrap(), "{} differs", b.display());
        }
    }
}

#[test]
fn three_complete_files_are_written_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let paths = full_page().save(folder.path().join("new"), "figure").unwrap();
    let names: Vec<_> = paths.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["figure.svg", "figure.pdf", "figure.png"]);
    assert_eq!(fs::read_dir(folder.path().join("new")).unwrap().count(), 3);
    let [svg, pdf, png] = [0, 1, 2].map(|i| fs::read(&paths[i]).unwrap());
    assert!(svg.starts_with(b"<svg") && svg.ends_with(b"</svg>") && !svg.windows(5).any(|w| w == b"<text"));
    assert!(pdf.starts_with(b"%PDF") && pdf.ends_with(b"%%EOF"));
    assert!(!pdf.windows(12).any(|w| w == b"CreationDate"));
    // Width and height stand in bytes 16 to 24 of a PNG.
    let size = |from: usize| u32::from_be_bytes(png[from..from + 4].try_into().unwrap());
    assert!((1700..2600).contains(&size(16)) && size(20) > 1000, "{} by {}", size(16), size(20));
}

#[test]
fn wrong_values_leave_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = simple(Line::new(&[0.0, 1.0], &[0.0, f64::NAN]).label("signal"));
    let message = wrong.save(folder.path(), "figure").unwrap_err().to_string();
    assert!(message.contains("panel 1") && message.contains("line \"signal\": y[1] is NaN"), "{message}");
    let mut unreadable = simple(Line::new(&[0.0], &[0.0]));
    unreadable.title = Some("$x".into());
    assert!(matches!(unreadable.save(folder.path(), "figure"), Err(Error::Markup { .. })));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_failed_write_keeps_the_figure_that_was_there() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("taken"), "not a folder").unwrap();
    let page = simple(Line::new(&[0.0, 1.0], &[0.0, 1.0]));
    let message = page.save(folder.path().join("taken"), "figure").unwrap_err().to_string();
    assert!(message.contains("taken") && message.contains("a folder is needed"), "{message}");
    assert_eq!(fs::read_to_string(folder.path().join("taken")).unwrap(), "not a folder");
}

#[test]
fn a_panel_without_frame_shows_its_layers_alone() {
    let strokes = |page: &Page| page.svg().unwrap().matches("stroke=").count();
    let framed = simple(Line::new(&[0.0, 1.0], &[0.0, 1.0]));
    let mut bare = framed.clone();
    bare.panels[0] = bare.panels[0].clone().without_frame();
    let mut empty = bare.clone();
    empty.panels[0].layers.clear();
    assert!(strokes(&framed) > strokes(&bare) && strokes(&bare) == strokes(&empty) + 1);
    let mut texts = Vec::new();
    boxes_of_texts(export::parsed(&bare.svg().unwrap()).unwrap().root(), &mut texts);
    assert!(texts.is_empty(), "{texts:?}");
}

#[test]
fn a_page_needs_panels() {
    assert!(matches!(Page::new([]).svg(), Err(Error::Grid { panels: 0, .. })));
}

#[test]
fn impossible_limits_and_lost_zeros_are_refused() {
    let colours = ColourScale::logarithmic(ColourMap::Reds, 1e-3, 1.0);
    let y = Axis { limits: (-1.0, 1.0), ..Axis::logarithmic("y", 0.1, 1.0) };
    let panel = Panel::new(Axis::linear("x", 0.0, 1.0), y);
    assert!(Page::new([panel]).svg().unwrap_err().to_string().contains("positive limits"));
    let panel = Panel::new(Axis::linear("x", 0.0, 1.0), Axis::linear("y", 0.0, 1.0))
        .with(Points::new(&[0.5], &[0.5]).by_value(&[0.0], colours));
    assert!(Page::new([panel]).svg().unwrap_err().to_string().contains("ColourScale::zero"));
}

#[test]
fn long_names_stay_inside_a_page_of_reasonable_size() {
    let long = Label::plain("a_{very}$long^name of a variant, model.latent = 2 ".repeat(100));
    let names = Ticks::Names((0..3).map(|at| (f64::from(at), long.clone())).collect());
    let panel =
        Panel::new(Axis::linear(&long, 0.0, 2.0).ticks(names.clone()), Axis::linear(&long, 0.0, 2.0).ticks(names))
            .title(&long)
            .with(Line::new(&[0.0, 2.0], &[0.0, 2.0]).label(&long))
            .with(Guide::horizontal(1.0).label(&long))
            .with(Guide::vertical(1.0).label(&long))
            .with(Annotation::new(1.0, 1.0, &long));
    let page = Page::new([panel.clone(), panel]).title(&long).footer(&long);
    let tree = export::parsed(&page.svg().unwrap()).unwrap();
    let (width, height) = (tree.size().width(), tree.size().height());
    assert!(width < 2000.0 && height < 1000.0, "{width} by {height}");
    let mut boxes = Vec::new();
    boxes_of_texts(tree.root(), &mut boxes);
    for text in boxes {
        assert!(
            text.left() >= 0.0 && text.right() <= width && text.top() >= 0.0 && text.bottom() <= height,
            "{text:?}"
        );
    }
}

#[test]
fn layers_without_values_are_named_and_drawn_as_nothing() {
    let axis = || Axis::logarithmic("x", f64::NAN, f64::NAN);
    let colours = ColourScale::logarithmic(ColourMap::Reds, 0.0, 0.0);
    let panel = Panel::new(axis(), axis())
        .with(Line::new(&[], &[]).label("line"))
        .with(Band::new(&[], &[], &[]).label("band"))
        .with(Steps::new(&[], &[]).filled(0.2).label("steps"))
        .with(ErrorBars::new(&[], &[], &[]))
        .with(Points::new(&[], &[]).by_value(&[], colours.clone()).label("points"))
        .with(Image::new(&[], 0, (0.0, 1.0), (0.0, 1.0), colours))
        .colour_bar("loss");
    let tree = export::parsed(&Page::new([panel]).svg().unwrap()).unwrap();
    let mut texts = Vec::new();
    texts_of(tree.root(), &mut texts);
    assert!(texts.iter().any(|text| text == "no data"), "{texts:?}");
    assert!(texts.iter().any(|text| text == "points (no data)"), "{texts:?}");
}

fn texts_of(group: &usvg::Group, texts: &mut Vec<String>) {
    for node in group.children() {
        match node {
            usvg::Node::Text(text) => texts.push(text.chunks().iter().map(usvg::TextChunk::text).collect()),
            usvg::Node::Group(group) => texts_of(group, texts),
            _ => {}
        }
    }
}

#[test]
fn one_point_of_a_line_or_a_band_is_seen() {
    let panel = |layer: Layer| Panel::new(Axis::linear("x", 0.0, 1.0), Axis::linear("y", 0.0, 1.0)).with(layer);
    let shapes = |layer: Layer, shape: &str| Page::new([panel(layer)]).svg().unwrap().matches(shape).count();
    assert_eq!(shapes(Line::new(&[0.5], &[0.5]).into(), "<circle"), 1);
    assert_eq!(shapes(Line::new(&[0.5, 0.6], &[0.5, 0.5]).into(), "<circle"), 0);
    assert_eq!(shapes(Band::new(&[0.5], &[0.2], &[0.7]).into(), "<polygon"), 1);
}
