//! Tables as pandas makes them of columns that are not those of the reference data: each refused with its reason.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use datasets::Error;
use datasets::jets::open;
use hdf5::File;
use hdf5::types::{CompoundField, CompoundType, FixedAscii, FloatSize, IntSize, TypeDescriptor};
use std::path::Path;
use support::pickled;

const FLOAT32: TypeDescriptor = TypeDescriptor::Float(FloatSize::U4);
const FLOAT64: TypeDescriptor = TypeDescriptor::Float(FloatSize::U8);
const INT64: TypeDescriptor = TypeDescriptor::Integer(IntSize::U8);
const INT32: TypeDescriptor = TypeDescriptor::Integer(IntSize::U4);
const TEXT: TypeDescriptor = TypeDescriptor::FixedAscii(3);

/// Columns of one type, which pandas keeps together as one array in each row.
struct Block {
    ty: TypeDescriptor,
    /// NumPy's name of the type.
    dtype: &'static str,
    columns: Vec<String>,
}

fn block(ty: TypeDescriptor, dtype: &'static str, columns: &[&str]) -> Block {
    Block { ty, dtype, columns: columns.iter().map(|name| (*name).to_owned()).collect() }
}

fn float32(columns: &[&str]) -> Block {
    block(FLOAT32, "float32", columns)
}

fn int64(columns: &[&str]) -> Block {
    block(INT64, "int64", columns)
}

/// The 804 columns of momenta, without those in `without`.
fn momenta(ty: TypeDescriptor, dtype: &'static str, without: &[&str]) -> Block {
    let columns = (0..200).flat_map(|i| ["E", "PX", "PY", "PZ"].map(|component| format!("{component}_{i}")));
    let truth = ["truthE", "truthPX", "truthPY", "truthPZ"].map(str::to_owned);
    let columns = columns.chain(truth).filter(|name| !without.contains(&name.as_str())).collect();
    Block { ty, dtype, columns }
}

/// A table of two rows of the blocks, and what is said when it is opened.
fn refused(blocks: &[Block]) -> (Error, String) {
    let named: Vec<_> = blocks.iter().enumerate().map(|(i, block)| (format!("values_block_{i}"), block)).collect();
    refused_as(&named, INT64)
}

fn refused_as(blocks: &[(String, &Block)], index: TypeDescriptor) -> (Error, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.h5");
    write(&path, blocks, index);
    let error = open(&path, None).err().unwrap();
    let text = error.to_string();
    assert!(text.starts_with(path.to_str().unwrap()), "{text}");
    (error, text)
}

fn write(path: &Path, blocks: &[(String, &Block)], index: TypeDescriptor) {
    let (mut fields, mut size) = (Vec::new(), 0);
    let arrays = blocks
        .iter()
        .map(|(name, b)| (name.as_str(), TypeDescriptor::FixedArray(b.ty.clone().into(), b.columns.len())));
    for (place, (name, ty)) in [("index", index)].into_iter().chain(arrays).enumerate() {
        fields.push(CompoundField::new(name, ty.clone(), size, place));
        size += ty.size();
    }
    let group = File::create(path).unwrap().create_group("table").unwrap();
    let text = |text: &str| FixedAscii::<16384>::from_ascii(text).unwrap();
    group.new_attr::<FixedAscii<16384>>().create("pandas_type").unwrap().write_scalar(&text("frame_table")).unwrap();
    let row = TypeDescriptor::Compound(CompoundType { fields, size });
    let table = group.new_dataset_builder().empty_as(&row).shape(2).create("table").unwrap();
    for (name, block) in blocks {
        for (what, content) in [("kind", pickled(&block.columns)), ("dtype", block.dtype.to_owned())] {
            let attribute = table.new_attr::<FixedAscii<16384>>().create(format!("{name}_{what}").as_str()).unwrap();
            attribute.write_scalar(&text(&content)).unwrap();
        }
    }
}

#[test]
fn a_table_that_lacks_a_column_names_it() {
    let labels = || int64(&["ttv", "is_signal_new"]);
    for column in ["E_0", "PX_17", "PZ_199", "truthPY"] {
        let (error, text) = refused(&[momenta(FLOAT32, "float32", &[column]), labels()]);
        assert!(matches!(&error, Error::MissingColumn { column: found, .. } if found == column), "{text}");
        assert!(text.contains(column) && text.contains("write the table"), "{text}");
    }
    for (there, column) in [("ttv", "is_signal_new"), ("is_signal_new", "ttv")] {
        let (error, text) = refused(&[momenta(FLOAT32, "float32", &[]), int64(&[there])]);
        assert!(matches!(&error, Error::MissingColumn { column: found, .. } if found == column), "{text}");
    }
}

#[test]
fn a_column_of_another_type_is_named_with_both_types() {
    let all = |labels: [Block; 2]| {
        let [a, b] = labels;
        refused(&[momenta(FLOAT32, "float32", &[]), a, b])
    };
    let one_wide = [
        momenta(FLOAT32, "float32", &["PX_17"]),
        block(FLOAT64, "float64", &["PX_17"]),
        int64(&["ttv", "is_signal_new"]),
    ];
    let mut float_label = [momenta(FLOAT32, "float32", &[]), int64(&["ttv"])];
    float_label[0].columns.push("is_signal_new".to_owned());
    let mut whole_numbers = [momenta(INT64, "int64", &[])];
    whole_numbers[0].columns.extend(["ttv", "is_signal_new"].map(str::to_owned));
    let cases = [
        (refused(&one_wide), "PX_17", "float64", "float32"),
        (refused(&float_label), "is_signal_new", "float32", "int64"),
        (refused(&whole_numbers), "E_0", "int64", "float32"),
        (all([block(INT32, "int32", &["is_signal_new"]), int64(&["ttv"])]), "is_signal_new", "int32", "int64"),
        (all([int64(&["ttv"]), block(TEXT, "bytes24", &["is_signal_new"])]), "is_signal_new", "bytes24", "int64"),
    ];
    for ((error, text), column, found, expected) in cases {
        assert!(matches!(error, Error::ColumnType { .. }), "{text}");
        for part in [format!("column {column} is of type {found}, but {expected}"), "frame.astype".to_owned()] {
            assert!(text.contains(&part), "{text}");
        }
    }
}

#[test]
fn a_column_too_many_is_named() {
    let labels = || int64(&["ttv", "is_signal_new"]);
    let mut with_mass = momenta(FLOAT32, "float32", &[]);
    with_mass.columns.push("mass".to_owned());
    for (blocks, column) in [
        (vec![with_mass, labels()], "mass"),
        (vec![momenta(FLOAT32, "float32", &[]), int64(&["ttv", "is_signal_new", "event"])], "event"),
        (vec![float32(&["extra"]), momenta(FLOAT64, "float64", &[]), labels()], "extra"),
    ] {
        let (error, text) = refused(&blocks);
        assert!(matches!(&error, Error::UnknownColumn { column: found, .. } if found == column), "{text}");
        assert!(text.contains(&format!("the column {column},")) && text.contains("frame.drop"), "{text}");
    }
}

#[test]
fn a_column_outside_of_the_blocks_and_an_index_of_texts_are_named() {
    let (floats, ttv, label) = (momenta(FLOAT32, "float32", &[]), int64(&["ttv"]), int64(&["is_signal_new"]));
    let name = |name: &str| name.to_owned();
    let blocks = [(name("values_block_0"), &floats), (name("values_block_1"), &ttv), (name("is_signal_new"), &label)];
    let (_, text) = refused_as(&blocks, INT64);
    assert!(text.contains("`is_signal_new` is a data column") && text.contains("without `data_columns`"), "{text}");
    let integers = int64(&["ttv", "is_signal_new"]);
    let blocks = [(name("values_block_0"), &floats), (name("values_block_1"), &integers)];
    let (_, text) = refused_as(&blocks, TEXT);
    assert!(text.contains("{index: string (len 3), values_block_0: [float32; 804]"), "{text}");
    assert!(text.contains("{index: integer, values_block_0: [float; 804]"), "{text}");
}

#[test]
fn a_frame_that_is_not_kept_as_a_table_says_which_format_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fixed.h5");
    let group = File::create(&path).unwrap().create_group("table").unwrap();
    let kind = FixedAscii::<8>::from_ascii("frame").unwrap();
    group.new_attr::<FixedAscii<8>>().create("pandas_type").unwrap().write_scalar(&kind).unwrap();
    group.new_dataset_builder().with_data(&[1.0f32, 2.0]).create("block0_values").unwrap();
    drop(group);
    let text = open(&path, None).err().unwrap().to_string();
    assert!(text.contains("found: table") && text.contains("pandas with format \"table\""), "{text}");
}
