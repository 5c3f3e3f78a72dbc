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
/// Bytes after an attribute's name in which its type, its shape and its value lie, if that is a text of variable length.
const AFTER_NAME: usize = 80;

/// Whether HDF5 comes to an end with every heap of the file that holds `location`, and with the text attribute `name` of
/// variable length within `most` bytes.
pub(super) fn can_be_read(location: &Location, name: &str, most: usize) -> bool {
    let Ok(file) = location.file() else { return false };
    let sizes = file.fcpl().and_then(|properties| properties.get_sizes());
    let usual = sizes.is_ok_and(|sizes| (usize::from(sizes.sizeof_size), usize::from(sizes.sizeof_addr)) == (8, 8));
    let search = || {
        let bytes = File::open(PathBuf::from(file.filename()))?;
        Search { length: bytes.metadata()?.len(), bytes, base: file.userblock() }.finds_no_fault(name, most)
    };
    usual && search().unwrap_or(false)
}

/// The bytes of a file.
struct Search {
    bytes: File,
    length: u64,
    /// Where the addresses in the file are counted from.
    base: u64,
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
                if self.is_too_long(place + name.len() as u64, most)? {
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

    /// Whether a text of more than `most` bytes is declared shortly after byte `place`: its length in 4 bytes, the address of
    /// its heap in 8.
    fn is_too_long(&self, place: u64, most: usize) -> io::Result<bool> {
        let mut after = [0; AFTER_NAME];
        let bytes = self.length.saturating_sub(place).min(AFTER_NAME as u64) as usize;
        self.bytes.read_exact_at(&mut after[..bytes], place)?;
        for text in after[..bytes].windows(12) {
            let declared = u32::from_le_bytes([text[0], text[1], text[2], text[3]]) as usize;
            let address = u64::from_le_bytes(std::array::from_fn(|i| text[4 + i]));
            if declared > most && self.is_heap(self.base.saturating_add(address))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn is_heap(&self, place: u64) -> io::Result<bool> {
        Ok(self.header(place)?.is_some_and(|[start, _]| start == u64::from_le_bytes(START)))
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
        (folder, Search { bytes: File::open(path).unwrap(), length: bytes.len() as u64, base: 0 })
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
    fn named_file(path: &PathBuf, user_block: u64) -> Vec<u8> {
        let text: hdf5::types::VarLenUnicode = "jets".parse().unwrap();
        let mut options = hdf5::File::with_options();
        options.with_fcpl(|creation| creation.userblock(user_block));
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
        let mut bytes = named_file(&path, 0);
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
        for user_block in [0, 512] {
            let path = folder.path().join("text.h5");
            let mut bytes = named_file(&path, user_block);
            assert_eq!(name_in(&path).as_deref(), Some("jets"));
            let heap = bytes.windows(8).position(|window| window == START).unwrap() as u64 - user_block;
            let value = [&4u32.to_le_bytes()[..], &heap.to_le_bytes()].concat();
            let place = bytes.windows(12).position(|window| window == value).unwrap();
            bytes[place + 3] = 0x40;
            let damaged = folder.path().join("damaged.h5");
            std::fs::write(&damaged, bytes).unwrap();
            assert!(!can_be_read(&hdf5::File::open(&damaged).unwrap(), "sample", 64), "{user_block}");
            assert!(can_be_read(&hdf5::File::open(&path).unwrap(), "sample", 64), "{user_block}");
        }
    }
}
