//! Whether a text of variable length, which HDF5 keeps in a global heap, can be read.
//!
//! HDF5 goes through a heap object by object. Free space of 0 bytes, as in a file with a block of zeros in place of its own
//! bytes, keeps it at the same place for ever. And it takes as much memory as a text is declared to be long before it finds
//! that the heap holds a shorter one. Both are looked for here, in the bytes of the file, before HDF5 meets them.

use hdf5::Location;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

/// What a heap begins with: its signature, version 1 and three zeros; the bytes that it has in all follow.
const START: [u8; 8] = *b"GCOL\x01\0\0\0";
/// Bytes before the first object of a heap, and before the content of an object, where lengths have 8 bytes.
const HEADER: u64 = 16;
/// Bytes that are searched at a time.
const BLOCK: usize = 1 << 20;

/// Whether HDF5 comes to an end with every heap of the file that holds `location`, and with the text attribute `name` of
/// variable length within `most` bytes.
pub(super) fn can_be_read(location: &Location, name: &str, most: usize) -> bool {
    let Ok(file) = location.file() else { return false };
    let sizes = file.fcpl().and_then(|properties| properties.get_sizes());
    let usual = sizes.is_ok_and(|sizes| (usize::from(sizes.sizeof_size), usize::from(sizes.sizeof_addr)) == (8, 8));
    let search = || {
        let bytes = File::open(PathBuf::from(file.filename()))?;
        Search { length: bytes.metadata()?.len(), bytes }.finds_no_fault(name, most)
    };
    usual && search().unwrap_or(false)
}

/// The bytes of a file.
struct Search {
    bytes: File,
    length: u64,
}

impl Search {
    fn finds_no_fault(&self, name: &str, most: usize) -> io::Result<bool> {
        let name = [name.as_bytes(), &[0]].concat();
        let overlap = name.len().max(START.len()) - 1;
        let mut block = vec![0; BLOCK];
        let mut start = 0;
        loop {
            let bytes = (self.length - start).min(BLOCK as u64) as usize;
            let block = &mut block[..bytes];
            self.bytes.read_exact_at(block, start)?;
            let places = |sought: &[u8]| -> Vec<u64> {
                let found = block.windows(sought.len()).enumerate().filter(|(_, window)| *window == sought);
                found.map(|(place, _)| start + place as u64).collect()
            };
            for heap in places(&START) {
                if !self.ends(heap)? {
                    return Ok(false);
                }
            }
            for place in places(&name) {
                if self.is_too_long(place, name.len(), most)? {
                    return Ok(false);
                }
            }
            if start + bytes as u64 == self.length {
                return Ok(true);
            }
            // The next block begins with the last bytes of this one, in which something may begin.
            start += (bytes - overlap) as u64;
        }
    }

    /// Whether there is an attribute of the name at byte `place`, of `name_size` bytes with its 0, whose value begins with a
    /// number above `most`: the length of a text, if it is one of variable length.
    fn is_too_long(&self, place: u64, name_size: usize, most: usize) -> io::Result<bool> {
        // Before the name: a version, a byte, the sizes of name, type and shape; in version 3 a byte more.
        for (version, before) in [(1, 8), (2, 8), (3, 9)] {
            let Some(start) = place.checked_sub(before) else { continue };
            let Some([header, _]) = self.header(start)? else { continue };
            let [name, ty, shape] = [16, 32, 48].map(|shift| header >> shift & 0xffff);
            if header & 0xff != version || name != name_size as u64 {
                continue;
            }
            let padded = |size: u64| if version == 1 { size.next_multiple_of(8) } else { size };
            let value = place + padded(name) + padded(ty) + padded(shape);
            if let Some([length, _]) = self.header(value)?
                && (length & 0xffff_ffff) as usize > most
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The two numbers at byte `place`, if the file goes that far.
    fn header(&self, place: u64) -> io::Result<Option<[u64; 2]>> {
        if place.saturating_add(HEADER) > self.length {
            return Ok(None);
        }
        let mut header = [0; HEADER as usize];
        self.bytes.read_exact_at(&mut header, place)?;
        Ok(Some([0, 8].map(|from| u64::from_le_bytes(std::array::from_fn(|i| header[from + i])))))
    }

    /// Whether the heap at byte `heap` comes to an end, as HDF5 goes through it; one that it refuses does.
    fn ends(&self, heap: u64) -> io::Result<bool> {
        let Some([_, size]) = self.header(heap)? else { return Ok(true) };
        let end = heap.saturating_add(size).min(self.length);
        let mut at = heap + HEADER;
        while at.saturating_add(HEADER) <= end {
            let Some([index, size]) = self.header(at)? else { return Ok(true) };
            // Number 0, of 16 bits, is the free space, whose size counts its header and is not rounded.
            let taken = match index & 0xffff {
                0 => size,
                // Rounded up to 8 bytes as HDF5 does it, where too large a size begins at 0 again.
                _ => HEADER.wrapping_add(8u64.wrapping_mul(size.wrapping_add(7) / 8)),
            };
            if taken == 0 {
                return Ok(false);
            }
            at = at.saturating_add(taken);
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    /// A heap of 64 bytes after some others: an object of 5 bytes, and free space of `free` bytes.
    fn file(before: usize, free: u64) -> (tempfile::TempDir, Search) {
        let folder = tempfile::tempdir().unwrap();
        let object = [&1u64.to_le_bytes()[..], &5u64.to_le_bytes(), b"jets\0\0\0\0"].concat();
        let rest = [&[0; 8][..], &free.to_le_bytes(), &[0; 8]].concat();
        let heap = [&START[..], &64u64.to_le_bytes(), &object, &rest].concat();
        let bytes = [&vec![b'G'; before][..], &heap, b"after"].concat();
        let path = folder.path().join("heap");
        std::fs::write(&path, &bytes).unwrap();
        (folder, Search { bytes: File::open(path).unwrap(), length: bytes.len() as u64 })
    }

    #[test]
    fn free_space_of_no_bytes_is_found_wherever_the_heap_lies() {
        for before in [0, 1, 100, BLOCK - 4, BLOCK, 2 * BLOCK - 9] {
            for (free, sound) in [(24, true), (0, false), (u64::MAX, true)] {
                let (_folder, search) = file(before, free);
                assert_eq!(search.finds_no_fault("sample", 64).unwrap(), sound, "{before} {free}");
            }
        }
    }

    /// A file with the text attribute `sample`, "jets", and its bytes.
    fn named_file(path: &PathBuf, user_block: u64, recent: bool) -> Vec<u8> {
        let text: hdf5::types::VarLenUnicode = "jets".parse().unwrap();
        let mut options = hdf5::File::with_options();
        options.with_fcpl(|creation| creation.userblock(user_block));
        if recent {
            options.with_fapl(|access| access.libver_latest());
        }
        let file = options.create(path).unwrap();
        file.new_attr::<hdf5::types::VarLenUnicode>().create("sample").unwrap().write_scalar(&text).unwrap();
        drop(file);
        std::fs::read(path).unwrap()
    }

    fn name_in(path: &PathBuf) -> Option<String> {
        super::super::attribute::text(&hdf5::File::open(path).unwrap(), "sample")
    }

    #[test]
    fn a_text_in_a_heap_without_end_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("text.h5");
        let mut bytes = named_file(&path, 0, false);
        assert_eq!(name_in(&path).as_deref(), Some("jets"));
        // The heap without what it holds: its objects are all zeros.
        let heap = bytes.windows(8).position(|window| window == START).unwrap();
        bytes[heap + 16..heap + 4096].fill(0);
        let damaged = folder.path().join("damaged.h5");
        std::fs::write(&damaged, bytes).unwrap();
        assert_eq!(name_in(&damaged), None);
    }

    #[test]
    fn a_text_that_is_declared_gigabytes_long_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        for (user_block, recent) in [(0, false), (512, false), (0, true)] {
            let path = folder.path().join("text.h5");
            let mut bytes = named_file(&path, user_block, recent);
            assert_eq!(name_in(&path).as_deref(), Some("jets"));
            let heap = bytes.windows(8).position(|window| window == START).unwrap() as u64 - user_block;
            let value = [&4u32.to_le_bytes()[..], &heap.to_le_bytes()].concat();
            let place = bytes.windows(12).position(|window| window == value).unwrap();
            assert!(can_be_read(&hdf5::File::open(&path).unwrap(), "sample", 64), "{user_block}");
            bytes[place + 3] = 0x40;
            let damaged = folder.path().join("damaged.h5");
            std::fs::write(&damaged, &bytes).unwrap();
            assert!(!can_be_read(&hdf5::File::open(&damaged).unwrap(), "sample", 64), "{user_block}");
            // An address where there is no heap does not keep HDF5 from taking the memory first.
            bytes[place + 4] += 1;
            std::fs::write(&damaged, &bytes).unwrap();
            assert!(!can_be_read(&hdf5::File::open(&damaged).unwrap(), "sample", 64), "{user_block}");
        }
    }
}
