//! Files that declare more than any file of jets needs: refused before memory is taken for it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use datasets::Error;
use datasets::jets::open;
use hdf5::File;
use hdf5::types::VarLenUnicode;
use ndarray::{Array3, arr1};
use std::path::Path;

/// What is said when a file is read to its end.
fn refused(write: impl FnOnce(&File)) -> (Error, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jets.h5");
    write(&File::create(&path).unwrap());
    let error = open(&path, None).and_then(|mut reader| reader.read_all()).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with(path.to_str().unwrap()), "{text}");
    (error, text)
}

/// Arrays that are declared and never written, and as many labels.
fn declare(file: &File, shape: (usize, usize, usize), chunk: (usize, usize, usize)) {
    file.new_dataset::<f32>().shape(shape).chunk(chunk).deflate(1).create("constituents").unwrap();
    file.new_dataset::<u8>().shape(shape.0).chunk(shape.0.min(1 << 16)).deflate(1).create("label").unwrap();
}

#[test]
fn a_padding_of_terabytes_is_refused() {
    let (error, text) = refused(|file| declare(file, (2, 1 << 38, 4), (1, 1024, 4)));
    assert!(matches!(error, Error::Oversized { .. }), "{text}");
    assert!(text.contains("has room in each jet for 274877906944 constituents, more than the 10000"), "{text}");
}

#[test]
fn more_jets_than_bytes_are_refused() {
    let (error, text) = refused(|file| declare(file, (1 << 40, 3, 4), (64, 3, 4)));
    assert!(matches!(error, Error::Oversized { .. }), "{text}");
    assert!(text.contains("declares 1099511627776 jets"), "{text}");
}

#[test]
fn a_chunk_that_unpacks_to_more_than_the_bound_is_refused() {
    let (error, text) = refused(|file| declare(file, (100_000, 200, 4), (100_000, 200, 4)));
    assert!(matches!(error, Error::Oversized { .. }), "{text}");
    assert!(text.contains("`constituents`, more than the 256 MiB") && text.contains("CHUNK="), "{text}");
}

#[test]
fn a_jet_of_very_many_constituents_is_refused() {
    let (error, text) = refused(|file| {
        let mark: VarLenUnicode = "compact constituents 1".parse().unwrap();
        file.new_attr::<VarLenUnicode>().create("layout").unwrap().write_scalar(&mark).unwrap();
        file.new_dataset_builder().with_data(&arr1(&[0u64, 2, 20_002])).create("offsets").unwrap();
        file.new_dataset_builder().with_data(&arr1(&[0u8, 1])).create("label").unwrap();
        file.new_dataset_builder().with_data(&vec![1f32; 20_002]).create("pt").unwrap();
        for angle in ["eta", "phi"] {
            let angle = file.new_dataset::<i16>().shape(20_002).create(angle).unwrap();
            angle.new_attr::<f64>().create("unit").unwrap().write_scalar(&0.001).unwrap();
        }
    });
    assert!(matches!(error, Error::Oversized { .. }), "{text}");
    assert!(text.contains("has in jet 1 20000 constituents, more than the 10000"), "{text}");
}

#[test]
fn a_filter_that_is_not_built_in_is_named_with_what_to_do() {
    let (error, text) = refused(|file| {
        let array = Array3::from_shape_fn((2, 1, 4), |(_, _, axis)| if axis < 2 { 5.0f32 } else { 0.0 });
        file.new_dataset_builder().with_data(&array).create("constituents").unwrap();
        file.new_dataset_builder().with_data(&arr1(&[0i64, 1])).chunk(2).nbit().create("label").unwrap();
    });
    assert!(matches!(&error, Error::Filter { dataset, .. } if dataset == "label"), "{text}");
    for part in ["filter nbit (number 5)", "pack it again with blosc or zlib"] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn wide_jets_are_read_fewer_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jets.h5");
    wide(&path, 1000);
    let mut reader = open(&path, None).unwrap();
    // 64 MiB of jets of 10 000 places for four numbers of 4 bytes.
    assert_eq!(reader.next_chunk(usize::MAX).unwrap().unwrap().len(), 419);
    assert_eq!(reader.read_all().unwrap().len(), 1000 - 419);
}

/// Jets with one constituent and room for 10 000.
fn wide(path: &Path, jets: usize) {
    let file = File::create(path).unwrap();
    let constituents = file.new_dataset::<f32>().shape((jets, 10_000, 4)).chunk((1, 10_000, 4)).deflate(1);
    let constituents = constituents.create("constituents").unwrap();
    let mut jet = Array3::<f32>::zeros((1, 10_000, 4));
    (jet[[0, 0, 0]], jet[[0, 0, 1]]) = (5.0, 5.0);
    for i in 0..jets {
        constituents.write_slice(&jet, (i..i + 1, .., ..)).unwrap();
    }
    file.new_dataset_builder().with_data(&vec![0u8; jets]).create("label").unwrap();
}
