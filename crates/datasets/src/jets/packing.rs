//! How the chunks of a data set are packed, and a check of each before HDF5 unpacks it.
//!
//! HDF5 allocates what a packed chunk unpacks to, however much that is. Here a chunk is refused unless it unpacks to the
//! bytes of its elements, and a data set unless its chunks are small enough and its filters are among the four that are
//! built in: shuffle, fletcher32, zlib (deflate) and blosc.

use super::chunk_places::{Place, places};
use super::limits::CHUNK_BYTES;
use crate::Error;
use hdf5::Dataset;
use hdf5::filters::Filter;
use libdeflater::Decompressor;
use std::fs::File;
use std::ops::AddAssign;
use std::os::unix::fs::FileExt;
use std::path::Path;

/// The program that packs a chunk into fewer bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packer {
    Zlib,
    Blosc,
}

/// The filters of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pipeline {
    packer: Packer,
    /// Its place among the filters.
    place: usize,
    /// Bytes that filters before it add to a chunk.
    before: usize,
    /// Bytes that filters after it add to the packed chunk.
    after: usize,
}

/// Bytes of the checksum that fletcher32 adds.
const CHECKSUM: usize = 4;
/// Bytes at the start of a chunk packed by blosc; those from 4 to 7 are the bytes that it unpacks to.
const BLOSC_HEADER: usize = 16;

/// The packed chunks of a data set that is read from its start to its end.
pub(super) struct PackedChunks {
    file: File,
    pipeline: Pipeline,
    places: Vec<Place>,
    /// The first of them that has not been checked.
    next: usize,
    /// Bytes of an unpacked chunk.
    chunk_bytes: usize,
}

impl PackedChunks {
    /// Checks filters and chunks of the data set `name`; none if its chunks are not packed.
    ///
    /// # Errors
    /// [`Error::Filter`] for a filter that is not built in, [`Error::Oversized`] for chunks that are too large,
    /// [`Error::Read`] for chunks that do not lie in the file.
    pub(super) fn find(dataset: &Dataset, path: &Path, name: &str) -> Result<Option<Self>, Error> {
        let failed = |cause: hdf5::Error| Error::read(path, name, cause);
        let Some(chunk) = dataset.chunk() else { return Ok(None) };
        // The filters first: a table packed by one that is not here (blosc2) often has a single chunk, too, and is packed again.
        let filters = dataset.dcpl().and_then(|properties| properties.get_filters()).map_err(failed)?;
        let pipeline = pipeline(&filters).map_err(|filter| Error::Filter {
            path: path.to_owned(),
            dataset: name.to_owned(),
            filter,
        })?;
        let element = dataset.dtype().map_err(failed)?.size();
        let chunk_bytes = chunk_bytes(&chunk, element, path, name)?;
        if filters.is_empty() {
            return Ok(None);
        }
        let file = File::open(path).map_err(|source| Error::unreadable(path, source))?;
        let file_bytes = file.metadata().map_err(|source| Error::unreadable(path, source))?.len();
        let places = places(dataset, chunk_bytes, file_bytes).map_err(|cause| Error::read(path, name, cause))?;
        Ok(pipeline.map(|pipeline| Self { file, pipeline, places, next: 0, chunk_bytes }))
    }

    /// Checks the chunks that begin before row `end` and have not been checked, or says what is wrong with one.
    pub(super) fn check_until(&mut self, end: usize) -> Result<(), String> {
        let mut unpacked = Vec::new();
        while let Some(place) = self.places.get(self.next).filter(|place| place.row < end) {
            self.check(place, &mut unpacked).map_err(|cause| {
                let Place { row, address, size, .. } = place;
                format!("the chunk of row {row}, {size} bytes from byte {address} on, {cause}")
            })?;
            self.next += 1;
        }
        Ok(())
    }

    fn check(&self, place: &Place, unpacked: &mut Vec<u8>) -> Result<(), String> {
        let Pipeline { packer, before, after, .. } = self.pipeline;
        if place.filter_mask & (1 << self.pipeline.place) != 0 {
            // This chunk was left unpacked, as one that would only have grown.
            return Ok(());
        }
        let expected = self.chunk_bytes + before;
        let wrong = || format!("does not unpack to {expected} bytes");
        let packed_bytes = place.size.checked_sub(after).ok_or_else(wrong)?;
        let read = |bytes: usize| {
            let mut packed = vec![0; bytes];
            let read = self.file.read_exact_at(&mut packed, place.address);
            read.map(|()| packed).map_err(|cause| format!("cannot be read: {cause}"))
        };
        match packer {
            Packer::Blosc if packed_bytes < BLOSC_HEADER => Err(wrong()),
            Packer::Blosc => match read(BLOSC_HEADER)?[..] {
                [_, _, _, _, a, b, c, d, ..] if u32::from_le_bytes([a, b, c, d]) as usize == expected => Ok(()),
                _ => Err(wrong()),
            },
            Packer::Zlib => {
                unpacked.resize(expected, 0);
                match Decompressor::new().zlib_decompress(&read(packed_bytes)?, unpacked) {
                    Ok(size) if size == expected => Ok(()),
                    _ => Err(wrong()),
                }
            }
        }
    }
}

/// The bytes of an unpacked chunk, which must not be too many.
fn chunk_bytes(chunk: &[usize], element: usize, path: &Path, name: &str) -> Result<usize, Error> {
    let bytes = chunk.iter().try_fold(element, |bytes, &length| bytes.checked_mul(length));
    match bytes {
        Some(bytes) if bytes <= CHUNK_BYTES => Ok(bytes),
        _ => Err(Error::Oversized {
            path: path.to_owned(),
            what: format!("has chunks of {chunk:?} elements of {element} bytes in `{name}`"),
            most: format!("the {} MiB that a chunk may have", CHUNK_BYTES >> 20),
            remedy: "write it with smaller chunks (`h5repack -l NAME:CHUNK=...`)",
        }),
    }
}

/// What the filters do; nothing where none of them packs; in words what stands in the way if they are not the known ones.
///
/// Known are any number of shuffle and fletcher32, then zlib or blosc, then any number of fletcher32.
fn pipeline(filters: &[Filter]) -> Result<Option<Pipeline>, String> {
    let mut found: Option<Pipeline> = None;
    let mut before = 0;
    for (place, filter) in filters.iter().enumerate() {
        let packer = match filter {
            Filter::Fletcher32 => {
                found.as_mut().map_or(&mut before, |pipeline| &mut pipeline.after).add_assign(CHECKSUM);
                continue;
            }
            Filter::Shuffle if found.is_none() => continue,
            Filter::Deflate(_) if found.is_none() => Packer::Zlib,
            Filter::Blosc(..) if found.is_none() => Packer::Blosc,
            Filter::Shuffle | Filter::Deflate(_) | Filter::Blosc(..) => {
                let names: Vec<String> = filters.iter().map(filter_name).collect();
                return Err(format!("filters {} one after the other", names.join(", ")));
            }
            other => return Err(format!("filter {}", filter_name(other))),
        };
        found = Some(Pipeline { packer, place, before, after: 0 });
    }
    Ok(found)
}

/// The name and the number by which HDF5 knows a filter.
fn filter_name(filter: &Filter) -> String {
    let name = match filter.id() {
        1 => "zlib",
        2 => "shuffle",
        3 => "fletcher32",
        4 => "szip",
        5 => "nbit",
        6 => "scaleoffset",
        305 => "lzo",
        307 => "bzip2",
        32000 => "lzf",
        32001 => "blosc",
        32004 => "lz4",
        32008 => "bitshuffle",
        32013 => "zfp",
        32015 => "zstd",
        32017 => "sz",
        32024 => "sz3",
        32026 => "blosc2",
        _ => "of unknown name",
    };
    format!("{name} (number {})", filter.id())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use hdf5::DatasetBuilderEmptyShape as Builder;
    use hdf5::filters::{Blosc, BloscShuffle};
    use hdf5_sys::h5d::H5Dwrite_chunk;
    use libdeflater::{CompressionLvl, Compressor};

    /// A data set of 16 bytes in one chunk, with `packed` as the packed chunk.
    fn dataset(path: &Path, pack: impl FnOnce(Builder) -> Builder, packed: &[u8], mask: u32) -> Dataset {
        let file = hdf5::File::create(path).unwrap();
        let dataset = pack(file.new_dataset::<u8>().shape(16).chunk(16)).create("data").unwrap();
        // SAFETY: the data set is open, has one dimension, and `packed` has as many bytes as are said.
        let status = hdf5::sync::sync(|| unsafe {
            H5Dwrite_chunk(dataset.id(), 0, mask, [0].as_ptr(), packed.len(), packed.as_ptr().cast())
        });
        assert!(status >= 0);
        file.flush().unwrap();
        dataset
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut compressor = Compressor::new(CompressionLvl::default());
        let mut packed = vec![0; compressor.zlib_compress_bound(bytes.len())];
        let size = compressor.zlib_compress(bytes, &mut packed).unwrap();
        packed.truncate(size);
        packed
    }

    fn check(pack: impl FnOnce(Builder) -> Builder, packed: &[u8], mask: u32) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data.h5");
        let dataset = dataset(&path, pack, packed, mask);
        PackedChunks::find(&dataset, &path, "data").map_err(|error| error.to_string())?.unwrap().check_until(16)
    }

    #[test]
    fn a_chunk_that_unpacks_to_more_than_its_elements_is_refused() {
        let deflate = |builder: Builder| builder.deflate(5);
        assert_eq!(check(deflate, &zlib(&[7; 16]), 0), Ok(()));
        let bomb = zlib(&vec![0; 3 << 20]);
        // Three megabytes in a thousandth of them, which is not too much for the chunk to be looked at.
        assert!(bomb.len() < 4128, "{}", bomb.len());
        for bad in [&bomb[..], &zlib(&[7; 17]), &zlib(&[7; 15]), b"no zlib"] {
            let error = check(deflate, bad, 0).unwrap_err();
            assert!(error.contains("does not unpack to 16 bytes"), "{error}");
        }
        // Left unpacked, as the mask says.
        assert_eq!(check(deflate, &[7; 16], 1), Ok(()));
        let error =
            check(deflate, &zlib(&(0..u16::MAX).flat_map(u16::to_le_bytes).collect::<Vec<_>>()), 0).unwrap_err();
        assert!(error.contains("cannot be"), "{error}");
    }

    #[test]
    fn a_blosc_chunk_is_held_against_the_size_in_its_header() {
        let blosc = |builder: Builder| builder.blosc(Blosc::LZ4, 5, BloscShuffle::None);
        // Version 2, and stored without being packed: the header, then the bytes.
        let chunk =
            |bytes: u32| [&[2, 1, 2, 1], &bytes.to_le_bytes()[..], &[16, 0, 0, 0, 32, 0, 0, 0], &[7; 16]].concat();
        assert_eq!(check(blosc, &chunk(16), 0), Ok(()));
        for bad in [&chunk(15)[..], &chunk(u32::MAX), &chunk(16)[..15]] {
            let error = check(blosc, bad, 0).unwrap_err();
            assert!(error.contains("does not unpack to 16 bytes"), "{error}");
        }
    }

    #[test]
    fn checksums_beside_the_packer_are_allowed_for() {
        let after = |builder: Builder| builder.deflate(5).fletcher32();
        let packed = [&zlib(&[7; 16])[..], &[0; 4]].concat();
        assert_eq!(check(after, &packed, 0), Ok(()));
        let before = |builder: Builder| builder.fletcher32().deflate(5);
        assert_eq!(check(before, &zlib(&[7; 20]), 0), Ok(()));
        assert!(check(before, &zlib(&[7; 16]), 0).is_err());
    }

    #[test]
    fn filters_that_are_not_built_in_are_named() {
        let named = |filters: &[Filter]| pipeline(filters).unwrap_err();
        for (number, name) in [(307, "bzip2"), (32_000, "lzf"), (32_015, "zstd"), (32_026, "blosc2")] {
            let filters = [Filter::Shuffle, Filter::User(number, Vec::new().into())];
            assert_eq!(named(&filters), format!("filter {name} (number {number})"));
        }
        assert_eq!(named(&[Filter::NBit]), "filter nbit (number 5)");
        let twice = named(&[Filter::Deflate(1), Filter::Deflate(1)]);
        assert_eq!(twice, "filters zlib (number 1), zlib (number 1) one after the other");
        let pipeline = |filters: &[Filter]| pipeline(filters).unwrap();
        assert_eq!(pipeline(&[Filter::Shuffle, Filter::Fletcher32]), None);
        let packed = Pipeline { packer: Packer::Zlib, place: 2, before: 4, after: 4 };
        let filters = [Filter::Shuffle, Filter::Fletcher32, Filter::Deflate(5), Filter::Fletcher32];
        assert_eq!(pipeline(&filters), Some(packed));
    }
}
