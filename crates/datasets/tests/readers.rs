//! The three layouts of file, each made by h5py or pandas, and what is wrong with broken ones.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use datasets::Error;
use datasets::jets::{Class, Jets, Layout, open};
use hdf5::File;
use hdf5::types::{FixedAscii, VarLenUnicode};
use ndarray::{Array3, arr1};
use std::path::{Path, PathBuf};
use support::{golden, golden_json, jets_of, pickled};

fn assert_close(jets: &Jets, expected: &[Vec<[f64; 4]>], tolerance: f64) {
    assert_eq!(jets.len(), expected.len());
    for (i, expected) in expected.iter().enumerate() {
        assert_eq!(jets.get(i).len(), expected.len(), "jet {i}");
        for (p, q) in jets.get(i).iter().zip(expected) {
            for (x, y) in p.iter().zip(q) {
                assert!((f64::from(*x) - y).abs() <= tolerance * y.abs().max(1e-3), "jet {i}: {p:?} {q:?}");
            }
        }
    }
}

fn golden_labels() -> Vec<Class> {
    let labels: Vec<i64> = serde_json::from_value(golden_json("files.json")["labels"].clone()).unwrap();
    labels.into_iter().map(|label| Class::from_label(label).unwrap()).collect()
}

#[test]
fn tables_written_by_pandas_are_read_with_blosc_and_zlib() {
    let expected = jets_of(&golden_json("files.json")["jets"]);
    for name in ["pandas_blosc.h5", "pandas_zlib.h5"] {
        let mut reader = open(golden(name), None).unwrap();
        assert_eq!((reader.layout(), reader.len()), (Layout::PandasTable, 7));
        assert_eq!(Some(reader.sample_name()), name.strip_suffix(".h5"));
        let jets = reader.read_all().unwrap();
        assert_close(&jets, &expected, 0.0);
        assert_eq!(jets.labels, golden_labels());
    }
}

#[test]
fn a_compact_file_written_by_h5py_is_read() {
    let mut reader = open(golden("compact.h5"), None).unwrap();
    assert_eq!((reader.layout(), reader.len(), reader.sample_name()), (Layout::Compact, 7, "golden jets"));
    let jets = reader.read_all().unwrap();
    assert_close(&jets, &jets_of(&golden_json("files.json")["compact jets"]), 1e-6);
    assert_eq!(jets.labels, golden_labels());
}

#[test]
fn chunks_of_any_size_give_the_same_jets() {
    for name in ["compact.h5", "pandas_zlib.h5"] {
        let whole = open(golden(name), None).unwrap().read_all().unwrap();
        for rows in [1, 2, 3, 7, 100] {
            let mut reader = open(golden(name), None).unwrap();
            let mut jets = Jets::default();
            while let Some(chunk) = reader.next_chunk(rows).unwrap() {
                assert!((1..=rows).contains(&chunk.len()));
                jets.append(&chunk);
            }
            assert_eq!(jets, whole, "{name} by {rows}");
            assert!(reader.next_chunk(rows).unwrap().is_none());
        }
    }
    assert!(matches!(open(golden("compact.h5"), None).unwrap().next_chunk(0), Err(Error::EmptySample { .. })));
}

/// A padded file of 5 jets with 3 places in chunks of 2; the first component of constituent c of jet j is 10 j + c + 1.
fn padded(folder: &Path, change: impl FnOnce(&mut Array3<f32>, &mut Vec<u8>)) -> PathBuf {
    let path = folder.join("padded jets.h5");
    let mut array = Array3::zeros((5, 3, 4));
    for jet in 0..5 {
        for constituent in 0..=jet.min(2) {
            array[[jet, constituent, 0]] = (10 * jet + constituent + 1) as f32;
            array[[jet, constituent, 1]] = 1.0;
        }
    }
    let mut labels = vec![0, 1, 0, 1, 1];
    change(&mut array, &mut labels);
    let file = File::create(&path).unwrap();
    file.new_dataset_builder()
        .with_data(&array)
        .chunk((2, array.dim().1, 4))
        .deflate(4)
        .create("constituents")
        .unwrap();
    file.new_dataset_builder().with_data(&arr1(&labels)).create("label").unwrap();
    path
}

fn read_error(path: &Path) -> Error {
    open(path, None).and_then(|mut reader| reader.read_all()).unwrap_err()
}

#[test]
fn padded_jets_lose_their_padding_and_come_in_whole_chunks() {
    let folder = tempfile::tempdir().unwrap();
    let mut reader = open(padded(folder.path(), |_, _| {}), None).unwrap();
    assert_eq!((reader.layout(), reader.len(), reader.sample_name()), (Layout::Padded, 5, "padded jets"));
    let first = reader.next_chunk(3).unwrap().unwrap();
    assert_eq!(first.len(), 2);
    assert_eq!(first.get(1), [[11.0, 1.0, 0.0, 0.0], [12.0, 1.0, 0.0, 0.0]]);
    assert_eq!(first.labels, [Class::Qcd, Class::Top]);
    let rest = reader.next_chunk(100).unwrap().unwrap();
    assert_eq!((rest.len(), rest.get(2).len()), (3, 3));
}

#[test]
fn the_sample_is_named_by_the_files_attribute() {
    let folder = tempfile::tempdir().unwrap();
    let path = padded(folder.path(), |_, _| {});
    let name: VarLenUnicode = "generated jets".parse().unwrap();
    let file = File::append(&path).unwrap();
    file.new_attr::<VarLenUnicode>().create("sample").unwrap().write_scalar(&name).unwrap();
    drop(file);
    assert_eq!(open(&path, None).unwrap().sample_name(), "generated jets");
}

#[test]
fn a_file_that_is_missing_or_no_hdf5_or_cut_says_so_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.h5");
    assert!(matches!(open(&missing, None), Err(Error::Missing { path }) if path == missing));
    let text = folder.path().join("text.h5");
    std::fs::write(&text, "E,px,py,pz\n").unwrap();
    assert!(matches!(open(&text, None), Err(Error::NotHdf5 { path, .. }) if path == text));
    assert!(matches!(open(folder.path(), None), Err(Error::NotHdf5 { .. } | Error::Unreadable { .. })));
    let whole = std::fs::read(golden("pandas_zlib.h5")).unwrap();
    for length in [0, 100, 5_000, whole.len() - 1] {
        let cut = folder.path().join("cut.h5");
        std::fs::write(&cut, &whole[..length]).unwrap();
        let error = read_error(&cut);
        assert!(matches!(&error, Error::NotHdf5 { path, .. } if *path == cut), "{length}: {error}");
    }
}

#[test]
fn damage_inside_a_file_is_an_error_and_no_crash() {
    let folder = tempfile::tempdir().unwrap();
    let golden_file = golden("pandas_zlib.h5");
    let chunk = File::open(&golden_file).unwrap().dataset("table/table").unwrap().chunk_info(0).unwrap();
    let mut bytes = std::fs::read(&golden_file).unwrap();
    bytes[chunk.addr as usize + 200..][..100].fill(0x55);
    let path = folder.path().join("damaged.h5");
    std::fs::write(&path, bytes).unwrap();
    let error = read_error(&path);
    assert!(matches!(&error, Error::Read { .. }), "{error}");
}

#[test]
fn an_unknown_layout_lists_what_the_file_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.h5");
    let file = File::create(&path).unwrap();
    file.new_dataset_builder().with_data(&arr1(&[1.0])).create("jets").unwrap();
    drop(file);
    assert!(matches!(open(&path, None), Err(Error::UnknownLayout { found, .. }) if found == "jets"));
}

#[test]
fn a_bad_jet_is_named_by_its_place_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let error = |change: fn(&mut Array3<f32>, &mut Vec<u8>)| read_error(&padded(folder.path(), change));
    let nan = error(|array, _| array[[4, 1, 3]] = f32::NAN);
    assert!(matches!(nan, Error::NotFinite { jet: 4, constituent: 1, .. }), "{nan}");
    let infinite = error(|array, _| array[[2, 0, 0]] = f32::INFINITY);
    assert!(matches!(infinite, Error::NotFinite { jet: 2, constituent: 0, .. }), "{infinite}");
    let empty = error(|array, _| array.index_axis_mut(ndarray::Axis(0), 3).fill(0.0));
    assert!(matches!(empty, Error::EmptyJet { jet: 3, .. }), "{empty}");
    let label = error(|_, labels| labels[1] = 7);
    assert!(matches!(label, Error::UnknownLabel { jet: 1, label: 7, .. }), "{label}");
}

#[test]
fn padded_files_of_wrong_shape_or_type_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let labels = padded(folder.path(), |_, labels| labels.truncate(4));
    assert!(matches!(open(&labels, None), Err(Error::WrongType { dataset, .. }) if dataset == "label"));
    let path = folder.path().join("wrong.h5");
    let file = File::create(&path).unwrap();
    file.new_dataset_builder().with_data(&Array3::<f32>::zeros((2, 3, 5))).create("constituents").unwrap();
    drop(file);
    assert!(matches!(open(&path, None), Err(Error::MissingColumn { column, .. }) if column == "label"));
    let file = File::append(&path).unwrap();
    file.new_dataset_builder().with_data(&arr1(&[0.5f32, 1.0])).create("label").unwrap();
    drop(file);
    assert!(matches!(open(&path, None), Err(Error::WrongType { dataset, .. }) if dataset == "constituents"));
    let file = File::append(&path).unwrap();
    file.unlink("constituents").unwrap();
    file.new_dataset_builder().with_data(&Array3::<f32>::zeros((2, 3, 4))).create("constituents").unwrap();
    drop(file);
    assert!(matches!(open(&path, None), Err(Error::WrongType { dataset, .. }) if dataset == "label"));
}

/// The golden compact file with a change.
fn compact(folder: &Path, change: impl FnOnce(&File)) -> PathBuf {
    let path = folder.join("compact.h5");
    std::fs::copy(golden("compact.h5"), &path).unwrap();
    change(&File::append(&path).unwrap());
    path
}

fn replace<T: hdf5::H5Type>(file: &File, name: &str, data: &[T]) {
    file.unlink(name).unwrap();
    file.new_dataset_builder().with_data(data).create(name).unwrap();
}

#[test]
fn broken_compact_files_say_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let error = |change: fn(&File)| read_error(&compact(folder.path(), change));
    let offsets = error(|file| replace(file, "offsets", &[0u64, 3, 4, 16, 15, 25, 34, 39]));
    assert!(matches!(offsets, Error::Offsets { jet: 3, from: 16, to: 15, total: 39, .. }), "{offsets}");
    let beyond = error(|file| replace(file, "offsets", &[0u64, 3, 4, 40, 23, 25, 34, 39]));
    assert!(matches!(beyond, Error::Offsets { jet: 2, from: 4, to: 40, .. }), "{beyond}");
    for (ends, first, last) in [([0u64, 3, 4, 16, 23, 25, 34, 40], 0, 40), ([2, 3, 4, 16, 23, 25, 34, 39], 2, 39)] {
        let path = compact(folder.path(), |file| replace(file, "offsets", &ends));
        let error = open(&path, None).err().unwrap();
        let named = matches!(error, Error::OffsetEnds { first: f, last: l, total: 39, .. } if (f, l) == (first, last));
        assert!(named, "{error}");
    }
    let short = error(|file| replace(file, "offsets", &[0u64, 3, 4, 16, 23, 25, 34, 38]));
    assert!(matches!(short, Error::OffsetEnds { last: 38, .. }), "{short}");
    let negative = error(|file| replace(file, "offsets", &[0i64, 3, -4, 16, 23, 25, 34, 39]));
    assert!(matches!(negative, Error::Offsets { jet: 1, to: -4, .. }), "{negative}");
    let empty = error(|file| replace(file, "offsets", &[0u64, 3, 3, 16, 23, 25, 34, 39]));
    assert!(matches!(empty, Error::EmptyJet { jet: 1, .. }), "{empty}");
    let few = error(|file| replace(file, "offsets", &[0u64, 39]));
    assert!(matches!(&few, Error::WrongType { dataset, .. } if dataset == "offsets"), "{few}");
    let angle = error(|file| replace(file, "eta", &[0.5f32; 39]));
    assert!(matches!(&angle, Error::WrongType { dataset, .. } if dataset == "eta"), "{angle}");
    let momentum = error(|file| replace(file, "pt", &[5i16; 39]));
    assert!(matches!(&momentum, Error::WrongType { dataset, .. } if dataset == "pt"), "{momentum}");
    let unit = error(|file| replace(file, "phi", &[5i16; 39]));
    assert!(matches!(&unit, Error::WrongType { dataset, .. } if dataset.contains("unit")), "{unit}");
    let column = error(|file| file.unlink("phi").unwrap());
    assert!(matches!(&column, Error::MissingColumn { column, .. } if column == "phi"), "{column}");
    let mark = error(|file| file.delete_attr("layout").unwrap());
    assert!(matches!(&mark, Error::WrongType { dataset, .. } if dataset.contains("layout")), "{mark}");
    let infinite = error(|file| replace(file, "pt", &[f32::INFINITY; 39]));
    assert!(matches!(infinite, Error::NotFinite { jet: 0, constituent: 0, .. }), "{infinite}");
    let mut pt = [5.0f32; 39];
    pt[4] = -5.0;
    let negative = read_error(&compact(folder.path(), |file| replace(file, "pt", &pt)));
    assert!(matches!(negative, Error::Unphysical { jet: 2, constituent: 0, .. }), "{negative}");
    assert!(negative.to_string().contains("transverse momenta?"), "{negative}");
}

#[test]
fn angles_too_large_for_narrow_integers_are_not_made_to_fit() {
    let folder = tempfile::tempdir().unwrap();
    let path = compact(folder.path(), |file| {
        replace(file, "phi", &[1i64 << 40; 39]);
        // Turned 2^40 units, that is by 1 in all.
        let attribute = file.dataset("phi").unwrap().new_attr::<f64>().create("unit").unwrap();
        attribute.write_scalar(&(1.0 / (1u64 << 40) as f64)).unwrap();
    });
    let jets = open(&path, None).unwrap().read_all().unwrap();
    let [_, px, py, _] = jets.get(0)[0];
    assert!((py.atan2(px) - 1.0).abs() < 1e-6, "{px} {py}");
}

/// A row as the reference data would have it in double precision, with the columns in another order.
#[derive(Clone, hdf5::H5Type)]
#[repr(C)]
struct WideRow {
    index: i64,
    values_block_0: [f64; 804],
    values_block_1: [i32; 2],
}

/// A table of two jets of two constituents, with PZ first and the label before `ttv`.
fn table(path: &Path, rename: impl Fn(String) -> String) {
    let columns = (0..200).flat_map(|i| ["PZ", "PY", "PX", "E"].map(|component| format!("{component}_{i}")));
    let truth = ["truthE", "truthPX", "truthPY", "truthPZ"].map(str::to_owned);
    let floats: Vec<String> = columns.chain(truth).map(&rename).collect();
    let integers: Vec<String> = ["is_signal_new", "ttv"].map(str::to_owned).into_iter().map(&rename).collect();
    let mut row = WideRow { index: 0, values_block_0: [0.0; 804], values_block_1: [1, 0] };
    row.values_block_0[..8].copy_from_slice(&[2.0, 2.0, 1.0, 3.0, 6.0, 3.0, 2.0, 7.0]);
    let file = File::create(path).unwrap();
    let group = file.create_group("jets").unwrap();
    let text = |text: &str| FixedAscii::<16384>::from_ascii(text).unwrap();
    group.new_attr::<FixedAscii<16384>>().create("pandas_type").unwrap().write_scalar(&text("frame_table")).unwrap();
    let table = group.new_dataset_builder().with_data(&[row.clone(), row]).create("table").unwrap();
    for (name, columns) in [("values_block_0_kind", &floats), ("values_block_1_kind", &integers)] {
        let attribute = table.new_attr::<FixedAscii<16384>>().create(name).unwrap();
        attribute.write_scalar(&text(&pickled(columns))).unwrap();
    }
}

#[test]
fn columns_are_found_by_name_and_other_widths_are_converted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.h5");
    table(&path, |name| name);
    let jets = open(&path, None).unwrap().read_all().unwrap();
    assert_eq!(jets.get(1), [[3.0, 1.0, 2.0, 2.0], [7.0, 2.0, 3.0, 6.0]]);
    assert_eq!(jets.labels, [Class::Top, Class::Top]);
}

#[test]
fn a_table_without_a_needed_column_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.h5");
    for missing in ["is_signal_new", "PX_17", "E_199"] {
        table(&path, |name| if name == missing { "other".to_owned() } else { name });
        let error = read_error(&path);
        let named = matches!(&error, Error::MissingColumn { column, .. } if column == missing);
        assert!(named, "{missing}: {error}");
    }
}

#[test]
fn a_table_of_other_columns_or_without_names_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.h5");
    table(&path, |name| name);
    let file = File::append(&path).unwrap();
    file.dataset("jets/table").unwrap().delete_attr("values_block_0_kind").unwrap();
    drop(file);
    let error = read_error(&path);
    assert!(matches!(&error, Error::ColumnNames { attribute, .. } if attribute == "values_block_0_kind"), "{error}");
    let file = File::append(&path).unwrap();
    file.unlink("jets/table").unwrap();
    file.group("jets").unwrap().new_dataset_builder().with_data(&[1.0f32, 2.0]).create("table").unwrap();
    drop(file);
    let error = read_error(&path);
    assert!(matches!(&error, Error::WrongType { dataset, .. } if dataset == "table"), "{error}");
}

#[test]
fn momenta_in_another_order_are_refused_with_the_question_for_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = padded(folder.path(), |array, _| {
        for mut constituent in array.rows_mut() {
            let [energy, px, py, pz] = [0, 1, 2, 3].map(|component| constituent[component]);
            constituent.assign(&arr1(&[px, py, pz, energy]));
        }
    });
    let error = read_error(&path);
    // Jet 0 is one massless constituent along x, which is the same in both orders.
    assert!(matches!(error, Error::Unphysical { jet: 1, constituent: 0, .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("are the columns E, px, py, pz?") && text.contains("padded jets.h5"), "{text}");
    let negative = read_error(&padded(folder.path(), |array, _| array[[3, 1, 0]] = -5.0));
    assert!(matches!(negative, Error::Unphysical { jet: 3, constituent: 1, .. }), "{negative}");
}

#[test]
fn momenta_rounded_to_16_bits_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let whole = open(golden("compact.h5"), None).unwrap().read_all().unwrap();
    // Toward zero for E and away from it for the momentum: the worst that such numbers can be.
    let coarse = |x: f32, up: bool| {
        let step = 2f32.powi(x.abs().log2().floor() as i32 - 10);
        let steps = if up { (x.abs() / step).ceil() } else { (x.abs() / step).floor() };
        if x == 0.0 { 0.0 } else { steps * step * x.signum() }
    };
    let path = padded(folder.path(), |array, labels| {
        *array = Array3::zeros((5, 12, 4));
        labels.iter_mut().for_each(|label| *label = 0);
        for jet in 0..5 {
            for (constituent, p) in whole.get(jet).iter().take(12).enumerate() {
                (0..4).for_each(|axis| array[[jet, constituent, axis]] = coarse(p[axis], axis > 0));
            }
        }
    });
    assert_eq!(open(&path, None).unwrap().read_all().unwrap().len(), 5);
}

#[test]
fn a_file_without_jets_says_so_with_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = padded(folder.path(), |array, labels| {
        *array = Array3::zeros((0, 3, 4));
        labels.clear();
    });
    assert!(matches!(open(&path, None), Err(Error::NoJets { path: named }) if named == path));
}

#[test]
fn every_message_names_the_file_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let error = read_error(&padded(folder.path(), |array, _| array[[4, 1, 3]] = f32::NAN)).to_string();
    for part in ["padded jets.h5", "constituent 1 of jet 4", "remove the jet"] {
        assert!(error.contains(part), "{error}");
    }
}
