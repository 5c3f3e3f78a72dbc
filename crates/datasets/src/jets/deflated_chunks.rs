//! The chunks of a table packed with zlib, read and unpacked without HDF5, so that each core can unpack its own.
//!
//! HDF5 does one call at a time, and on such a table it does little but unpack. It is asked once where the chunks lie
//! in the file. A chunk is the bytes of its rows, transposed by the filter `shuffle` (the first byte of every row, then
//! the second of every row, ...) and packed by `deflate` as one zlib stream, which ends with a checksum.

use super::chunk_places::{Place, places};
use super::limits::CHUNK_BYTES_A_THREAD;
use hdf5::Dataset;
use hdf5::dataset::ChunkOpts;
use hdf5::filters::Filter;
use libdeflater::Decompressor;
use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// A table of one dimension whose chunks are all shuffled and deflated, as pandas writes it for "zlib".
pub(super) struct DeflatedChunks {
    file: File,
    places: Vec<Place>,
    /// Rows in a chunk. The last chunk has as many, some of them beyond the table's end.
    chunk_rows: usize,
    /// Bytes in a row.
    row_size: usize,
    /// Rows in the table.
    len: usize,
}

impl DeflatedChunks {
    /// The chunks of `table`, which is in the file at `path`.
    ///
    /// There are none if it has other filters, or a chunk that is missing, not filtered, not inside the file or larger
    /// than each thread may unpack: that is for HDF5 to read or to refuse.
    pub(super) fn find(table: &Dataset, path: &Path) -> Option<Self> {
        let properties = table.dcpl().ok()?;
        let all_filtered = properties.chunk_opts() == Some(ChunkOpts::empty());
        if !all_filtered || !matches!(properties.filters()[..], [Filter::Shuffle, Filter::Deflate(_)]) {
            return None;
        }
        let [chunk_rows] = table.chunk()?[..] else { return None };
        let (len, row_size) = (table.size(), table.dtype().ok()?.size());
        let chunk_bytes = chunk_rows.checked_mul(row_size).filter(|&bytes| bytes <= CHUNK_BYTES_A_THREAD)?;
        let file = File::open(path).ok()?;
        let places = places(table, chunk_bytes, file.metadata().ok()?.len()).ok()?;
        let all_filtered = places.iter().all(|place| place.filter_mask == 0);
        let complete = places.iter().map(|place| place.row).eq((0..len).step_by(chunk_rows));
        (all_filtered && complete).then_some(Self { file, places, chunk_rows, row_size, len })
    }

    /// The numbers of the chunks that make up `rows`, if these are whole chunks.
    pub(super) fn covering(&self, rows: &Range<usize>) -> Option<Range<usize>> {
        let at_chunk = |row: usize| row.is_multiple_of(self.chunk_rows);
        let whole = at_chunk(rows.start) && (at_chunk(rows.end) || rows.end == self.len);
        whole.then(|| rows.start / self.chunk_rows..rows.end.div_ceil(self.chunk_rows))
    }

    /// The table's rows in chunk `chunk`.
    pub(super) fn rows(&self, chunk: usize) -> Range<usize> {
        let start = chunk * self.chunk_rows;
        start..self.len.min(start + self.chunk_rows)
    }

    /// Reads and unpacks chunk `chunk`, or says what stands in the way.
    pub(super) fn unpack<'a>(&self, chunk: usize, unpacker: &'a mut Unpacker) -> Result<Columns<'a>, String> {
        let Place { address, size, .. } = self.places[chunk];
        let rows = self.rows(chunk);
        let failed = |cause: &str| {
            format!("rows {} to {}, {size} bytes from byte {address} on, {cause}", rows.start, rows.end - 1)
        };
        let Unpacker { inflate, packed, bytes } = unpacker;
        packed.resize(size, 0);
        bytes.resize(self.chunk_rows * self.row_size, 0);
        self.file.read_exact_at(packed, address).map_err(|cause| failed(&format!("cannot be read: {cause}")))?;
        match inflate.zlib_decompress(packed, bytes) {
            Ok(size) if size == bytes.len() => Ok(Columns { bytes, chunk_rows: self.chunk_rows, rows: rows.len() }),
            _ => Err(failed(&format!("do not unpack to {} bytes", bytes.len()))),
        }
    }
}

/// The buffers of one thread, kept from chunk to chunk.
#[derive(Default)]
pub(super) struct Unpacker {
    inflate: Decompressor,
    packed: Vec<u8>,
    bytes: Vec<u8>,
}

/// An unpacked chunk, still transposed: byte number b of all rows is one stretch.
pub(super) struct Columns<'a> {
    bytes: &'a [u8],
    chunk_rows: usize,
    rows: usize,
}

impl Columns<'_> {
    /// The `N` bytes of each row that begin with its byte number `offset`, row by row.
    pub(super) fn column<const N: usize>(&self, offset: usize) -> impl Iterator<Item = [u8; N]> {
        let stretch = |byte: usize| &self.bytes[(offset + byte) * self.chunk_rows..][..self.rows];
        let stretches: [&[u8]; N] = std::array::from_fn(stretch);
        (0..self.rows).map(move |row| stretches.map(|stretch| stretch[row]))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use hdf5::file::LibraryVersion;
    use hdf5::{DatasetBuilderEmptyShape as Builder, Extents};
    use proptest::prelude::*;
    use std::path::PathBuf;

    #[derive(Clone, hdf5::H5Type)]
    #[repr(C)]
    struct Row {
        index: i64,
        values: [f32; 2],
    }

    fn rows(len: usize) -> Vec<Row> {
        (0..len).map(|i| Row { index: 1000 - 300 * i as i64, values: [0.1 + i as f32, -(i as f32)] }).collect()
    }

    /// A table of 10 rows in chunks of 4 that `pack` packs.
    fn table(folder: &Path, pack: impl FnOnce(Builder) -> Builder) -> (Dataset, PathBuf) {
        let path = folder.join("table.h5");
        let file = hdf5::File::create(&path).unwrap();
        let table = pack(file.new_dataset::<Row>().shape(10).chunk(4)).create("table").unwrap();
        table.write(&rows(10)).unwrap();
        file.flush().unwrap();
        (table, path)
    }

    fn as_pandas_packs(builder: Builder) -> Builder {
        builder.shuffle().deflate(5)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn columns_of_all_chunks_are_the_columns_written(
            len in 1..40_usize, chunk_rows in 1..12_usize, level in 0..=9_u8,
            recent in any::<bool>(), growing in any::<bool>(), block in any::<bool>(),
        ) {
            // The format and whether rows can be added decide how chunks are indexed; a user block moves the file.
            let (shape, chunk_rows) =
                if growing { (Extents::from(len..), chunk_rows) } else { (Extents::from(len), chunk_rows.min(len)) };
            let oldest = if recent { LibraryVersion::V110 } else { LibraryVersion::Earliest };
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("table.h5");
            let mut builder = hdf5::File::with_options();
            builder.with_fapl(|access| access.libver_bounds(oldest, LibraryVersion::latest()));
            builder.with_fcpl(|creation| creation.userblock(512 * u64::from(block)));
            let file = builder.create(&path).unwrap();
            let table = file.new_dataset::<Row>().shape(shape).chunk(chunk_rows).shuffle().deflate(level);
            let table = table.create("table").unwrap();
            table.write(&rows(len)).unwrap();
            file.flush().unwrap();
            let chunks = DeflatedChunks::find(&table, &path).unwrap();
            let mut unpacker = Unpacker::default();
            let (mut indices, mut values) = (Vec::new(), Vec::new());
            for chunk in chunks.covering(&(0..len)).unwrap() {
                let columns = chunks.unpack(chunk, &mut unpacker).unwrap();
                indices.extend(columns.column(0).map(i64::from_ne_bytes));
                values.extend(columns.column(12).map(f32::from_ne_bytes));
            }
            prop_assert_eq!(indices, rows(len).iter().map(|row| row.index).collect::<Vec<_>>());
            prop_assert_eq!(values, rows(len).iter().map(|row| row.values[1]).collect::<Vec<_>>());
        }
    }

    #[test]
    fn only_whole_chunks_are_covered() {
        let folder = tempfile::tempdir().unwrap();
        let (table, path) = table(folder.path(), as_pandas_packs);
        let chunks = DeflatedChunks::find(&table, &path).unwrap();
        for (rows, covering) in [(0..4, 0..1), (4..10, 1..3), (8..10, 2..3), (0..10, 0..3)] {
            assert_eq!(chunks.covering(&rows), Some(covering), "{rows:?}");
        }
        for rows in [0..3, 1..4, 4..9, 5..10] {
            assert_eq!(chunks.covering(&rows), None, "{rows:?}");
        }
    }

    #[test]
    fn tables_packed_otherwise_are_left_to_hdf5() {
        let folder = tempfile::tempdir().unwrap();
        let others: [fn(Builder) -> Builder; 6] = [
            |builder| builder,
            |builder| builder.no_chunk(),
            |builder| builder.deflate(5),
            |builder| builder.shuffle(),
            |builder| builder.shuffle().deflate(5).fletcher32(),
            |builder| builder.shuffle().deflate(5).chunk_opts(ChunkOpts::DONT_FILTER_PARTIAL_CHUNKS),
        ];
        for (i, pack) in others.into_iter().enumerate() {
            let (table, path) = table(folder.path(), pack);
            assert!(DeflatedChunks::find(&table, &path).is_none(), "{i}");
        }
    }

    #[test]
    fn a_table_with_a_chunk_never_written_is_left_to_hdf5() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table.h5");
        let file = hdf5::File::create(&path).unwrap();
        let table = file.new_dataset::<Row>().shape(10).chunk(4).shuffle().deflate(5).create("table").unwrap();
        for (written, complete) in [(0..4, false), (8..10, false), (4..8, true)] {
            table.write_slice(&rows(10)[written.clone()], written.clone()).unwrap();
            file.flush().unwrap();
            assert_eq!(DeflatedChunks::find(&table, &path).is_some(), complete, "{written:?}");
        }
    }

    /// What is found in a table after `change` of the size, the filter mask and the address of its first chunk.
    fn find_after(change: impl FnOnce(&mut u32, &mut u32, &mut u64)) -> Option<DeflatedChunks> {
        let folder = tempfile::tempdir().unwrap();
        let (packed, path) = table(folder.path(), as_pandas_packs);
        let chunk = packed.chunk_info(0).unwrap();
        drop(packed);
        let entry = |size: u32, mask: u32, address: u64| {
            // A second dimension, of the bytes in a row, follows the row.
            [&size.to_le_bytes()[..], &mask.to_le_bytes(), &[0; 16], &address.to_le_bytes()].concat()
        };
        let (mut size, mut mask, mut address) = (chunk.size as u32, 0, chunk.addr);
        let old = entry(size, mask, address);
        change(&mut size, &mut mask, &mut address);
        let mut bytes = std::fs::read(&path).unwrap();
        let place = bytes.windows(old.len()).position(|window| window == old).unwrap();
        bytes[place..place + old.len()].copy_from_slice(&entry(size, mask, address));
        let changed = folder.path().join("changed.h5");
        std::fs::write(&changed, bytes).unwrap();
        DeflatedChunks::find(&hdf5::File::open(&changed).unwrap().dataset("table").unwrap(), &changed)
    }

    #[test]
    fn chunks_that_are_not_filtered_or_lie_beyond_the_file_are_left_to_hdf5() {
        assert!(find_after(|_, _, _| {}).is_some());
        assert!(find_after(|_, mask, _| *mask = 1).is_none());
        assert!(find_after(|_, mask, _| *mask = 2).is_none());
        assert!(find_after(|size, _, _| *size = 1 << 30).is_none());
        assert!(find_after(|_, _, address| *address = 1 << 40).is_none());
    }

    #[test]
    fn a_file_cut_while_it_is_open_is_an_error_that_names_the_rows() {
        let folder = tempfile::tempdir().unwrap();
        let (table, path) = table(folder.path(), as_pandas_packs);
        let chunks = DeflatedChunks::find(&table, &path).unwrap();
        let last = table.chunk_info(2).unwrap();
        std::fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(last.addr + last.size / 2).unwrap();
        let mut unpacker = Unpacker::default();
        assert!(chunks.unpack(0, &mut unpacker).is_ok());
        let error = chunks.unpack(2, &mut unpacker).err().unwrap();
        assert!(error.starts_with("rows 8 to 9, ") && error.contains("cannot be read"), "{error}");
    }

    #[test]
    fn a_chunk_of_another_unpacked_size_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let (table, path) = table(folder.path(), as_pandas_packs);
        for row_size in [15, 17] {
            let chunks = DeflatedChunks { row_size, ..DeflatedChunks::find(&table, &path).unwrap() };
            let error = chunks.unpack(0, &mut Unpacker::default()).err().unwrap();
            assert!(error.ends_with(&format!("do not unpack to {} bytes", 4 * row_size)), "{error}");
        }
    }
}
