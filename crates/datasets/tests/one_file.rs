//! What is read of a file lies in the file, and of its tables the one that is meant.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use datasets::Error;
use datasets::image::{Recipe, cached_images};
use datasets::jets::{Class, Layout, open};
use hdf5::File;
use ndarray::{Array3, arr1};
use std::path::{Path, PathBuf};
use support::golden;

/// Two jets in the padded layout.
fn padded(path: &Path) -> PathBuf {
    let file = File::create(path).unwrap();
    let array = Array3::from_shape_fn((2, 1, 4), |(_, _, axis)| if axis < 2 { 5.0f32 } else { 0.0 });
    file.new_dataset_builder().with_data(&array).create("constituents").unwrap();
    file.new_dataset_builder().with_data(&arr1(&[0u8, 1])).create("label").unwrap();
    path.to_owned()
}

/// What is said when the file is opened, after `change` of a whole one beside a second whole one called part.h5.
fn refused(change: impl FnOnce(&File)) -> (Error, String) {
    let folder = tempfile::tempdir().unwrap();
    padded(&folder.path().join("part.h5"));
    let path = padded(&folder.path().join("jets.h5"));
    change(&File::append(&path).unwrap());
    let error = open(&path, None).err().unwrap();
    let text = error.to_string();
    assert!(text.starts_with(path.to_str().unwrap()), "{text}");
    (error, text)
}

#[test]
fn a_link_to_another_file_is_refused_by_name_wherever_it_stands() {
    let link = |file: &File, at: &str| file.link_external("part.h5", "constituents", at).unwrap();
    let (error, text) = refused(|file| {
        file.unlink("constituents").unwrap();
        link(file, "constituents");
    });
    assert!(matches!(error, Error::OutsideFile { .. }), "{text}");
    assert!(text.contains("the link `constituents` points at the file `part.h5`"), "{text}");
    assert!(text.contains("h5repack"), "{text}");
    // Beside the jets and not read, at any depth.
    let (_, text) = refused(|file| {
        let group = file.create_group("a").unwrap().create_group("b").unwrap();
        group.link_external("nowhere.h5", "x", "c").unwrap();
    });
    assert!(text.contains("the link `a/b/c` points at the file `nowhere.h5`"), "{text}");
}

#[test]
fn a_data_set_with_its_numbers_in_another_file_is_refused_by_name() {
    let (error, text) = refused(|file| {
        file.unlink("label").unwrap();
        let label = file.new_dataset::<u8>().shape(2).external("labels.bin", 0, 2);
        label.create("label").unwrap();
    });
    assert!(matches!(error, Error::OutsideFile { .. }), "{text}");
    assert!(text.contains("the data set `label` points at the file `labels.bin`"), "{text}");
    let (error, text) = refused(|file| {
        file.unlink("label").unwrap();
        let virtual_label = file.new_dataset::<u8>().shape(2).virtual_map("part.h5", "label", 2, .., 2, ..);
        virtual_label.create("label").unwrap();
    });
    assert!(matches!(error, Error::OutsideFile { .. }), "{text}");
    assert!(text.contains("the virtual data set `label` points at the file `part.h5`"), "{text}");
}

#[test]
fn links_within_the_file_and_groups_that_hold_each_other_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = padded(&folder.path().join("jets.h5"));
    let file = File::append(&path).unwrap();
    let group = file.create_group("group").unwrap();
    file.link_hard("/", "group/root").unwrap();
    group.link_soft("/nowhere", "broken").unwrap();
    file.relink("constituents", "group/p").unwrap();
    file.link_soft("/group/p", "constituents").unwrap();
    drop((group, file));
    assert_eq!(open(&path, None).unwrap().read_all().unwrap().len(), 2);
}

#[test]
fn a_file_of_very_many_groups_is_refused() {
    let (error, text) = refused(|file| {
        for i in 0..4096 {
            file.link_hard("label", &format!("label {i}")).unwrap();
        }
    });
    assert!(matches!(error, Error::TooManyObjects { most: 4096, .. }), "{text}");
}

/// The golden table under each of these keys, with all labels those of `labels`.
fn tables(path: &Path, keys: &[(&str, i64)]) {
    std::fs::copy(golden("pandas_zlib.h5"), path).unwrap();
    let file = File::append(path).unwrap();
    for (key, label) in keys {
        if let Some((parent, _)) = key.rsplit_once('/') {
            file.create_group(parent).unwrap();
        }
        file.group("table").unwrap().copy_to(&file, key).unwrap();
        let table = file.dataset(&format!("{key}/table")).unwrap();
        let mut rows: Vec<Row> = table.read_raw().unwrap();
        rows.iter_mut().for_each(|row| row.values_block_1[1] = *label);
        table.write(&rows).unwrap();
    }
    file.unlink("table").unwrap();
}

#[derive(Clone, hdf5::H5Type)]
#[repr(C)]
struct Row {
    index: i64,
    values_block_0: [f32; 804],
    values_block_1: [i64; 2],
}

#[test]
fn of_several_tables_the_one_that_is_named_is_read_and_none_unnamed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jets.h5");
    tables(&path, &[("train", 0), ("toptag/test", 1)]);
    let text = open(&path, None).err().unwrap().to_string();
    assert!(text.contains("several tables: toptag/test, train") && text.contains("set `data.table`"), "{text}");
    let text = open(&path, Some("val")).err().unwrap().to_string();
    assert!(text.contains("no table `val`, but toptag/test, train"), "{text}");
    for (key, class) in [("train", Class::Qcd), ("toptag/test", Class::Top), ("/train", Class::Qcd)] {
        let jets = open(&path, Some(key)).unwrap().read_all().unwrap();
        assert!(jets.len() == 7 && jets.labels.iter().all(|&label| label == class), "{key}");
    }
    // Images of each are kept apart.
    let cache = folder.path().join("cache");
    for (key, class) in [("train", Class::Qcd), ("toptag/test", Class::Top), ("train", Class::Qcd)] {
        let images = cached_images(&path, Some(key), Recipe::PrincipalAxis, &cache).unwrap();
        assert_eq!(images.rows_of(class).len(), 7, "{key}");
    }
}

#[test]
fn a_single_table_needs_no_name_at_any_depth() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jets.h5");
    tables(&path, &[("toptag/train", 1)]);
    for name in [None, Some("toptag/train")] {
        let mut reader = open(&path, name).unwrap();
        assert_eq!((reader.layout(), reader.read_all().unwrap().len()), (Layout::PandasTable, 7));
    }
    assert!(matches!(open(&path, Some("train")), Err(Error::NoSuchTable { found, .. }) if found == "toptag/train"));
}

#[test]
fn a_table_named_for_a_file_without_tables_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for (path, layout) in [(padded(&folder.path().join("jets.h5")), "padded"), (golden("compact.h5"), "compact")] {
        let error = open(&path, Some("train")).err().unwrap();
        let named = matches!(error, Error::TableOfOtherLayout { layout: named, .. } if named == layout);
        assert!(named, "{error}");
    }
}
