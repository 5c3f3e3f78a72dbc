//! Whether the global heaps of a file, where HDF5 keeps texts of variable length, can be read.
//!
//! HDF5 goes through a heap object by object. Free space of 0 bytes, as in a file with a block of zeros in place of its own
//! bytes, keeps it at the same place for ever. Such a heap is looked for here before HDF5 meets it.

use hdf5::Location;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// What a heap begins with: its signature, version 1 and three zeros; the bytes that it has in all follow.
const START: [u8; 8] = *b"GCOL\x01\0\0\0";
/// Bytes before the first object of a heap, and before the content of an object, where lengths have 8 bytes.
const HEADER: u64 = 16;
/// Bytes that are searched at a time.
const BLOCK: usize = 1 << 20;

/// Whether HDF5 comes to an end with every heap of the file that holds `location`.
pub(super) fn can_be_read(location: &Location) -> bool {
    let Ok(file) = location.file() else { return false };
    let sizes = file.fcpl().and_then(|properties| properties.get_sizes());
    let usual_lengths = sizes.is_ok_and(|sizes| usize::from(sizes.sizeof_size) == 8);
    usual_lengths && all_end(PathBuf::from(file.filename())).unwrap_or(false)
}

/// Whether every heap of the file at `path` comes to an end; the last answer is kept, for the texts of a file are several.
fn all_end(path: PathBuf) -> io::Result<bool> {
    static LAST: Mutex<Option<(PathBuf, u64, SystemTime, bool)>> = Mutex::new(None);
    let file = File::open(&path)?;
    let metadata = file.metadata()?;
    let (length, changed) = (metadata.len(), metadata.modified()?);
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((known, bytes, time, answer)) = &*last
        && (known, *bytes, *time) == (&path, length, changed)
    {
        return Ok(*answer);
    }
    let answer = search(&file, length)?;
    *last = Some((path, length, changed, answer));
    Ok(answer)
}

fn search(file: &File, length: u64) -> io::Result<bool> {
    let mut block = vec![0; BLOCK];
    let mut start = 0;
    while start + HEADER <= length {
        let bytes = (length - start).min(BLOCK as u64) as usize;
        file.read_exact_at(&mut block[..bytes], start)?;
        for (place, _) in block[..bytes].windows(START.len()).enumerate().filter(|(_, window)| *window == START) {
            if !ends(file, start + place as u64, length)? {
                return Ok(false);
            }
        }
        // The next block begins with the last bytes of this one, in which a heap may begin.
        start += (bytes - (START.len() - 1)) as u64;
    }
    Ok(true)
}

/// Whether the heap at byte `heap` comes to an end, as HDF5 goes through it; one that it refuses does.
fn ends(file: &File, heap: u64, length: u64) -> io::Result<bool> {
    let number = |bytes: [u8; 8]| u64::from_le_bytes(bytes);
    let mut header = [0; HEADER as usize];
    let mut read = |at: u64| -> io::Result<Option<[u64; 2]>> {
        if at.saturating_add(HEADER) > length {
            return Ok(None);
        }
        file.read_exact_at(&mut header, at)?;
        let [first, second] = [0, 8].map(|from| std::array::from_fn(|i| header[from + i]));
        Ok(Some([number(first), number(second)]))
    };
    let Some([_, size]) = read(heap)? else { return Ok(true) };
    let end = heap.saturating_add(size).min(length);
    let mut at = heap + HEADER;
    while at.saturating_add(HEADER) <= end {
        let Some([index, size]) = read(at)? else { return Ok(true) };
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    /// A heap of 64 bytes after some others: an object of 5 bytes, and free space of `free` bytes.
    fn file(before: usize, free: u64) -> (tempfile::TempDir, File, u64) {
        let folder = tempfile::tempdir().unwrap();
        let object = [&1u64.to_le_bytes()[..], &5u64.to_le_bytes(), b"jets\0\0\0\0"].concat();
        let rest = [&[0; 8][..], &free.to_le_bytes(), &[0; 8]].concat();
        let heap = [&START[..], &64u64.to_le_bytes(), &object, &rest].concat();
        let bytes = [&vec![b'G'; before][..], &heap, b"after"].concat();
        let path = folder.path().join("heap");
        std::fs::write(&path, &bytes).unwrap();
        (folder, File::open(path).unwrap(), bytes.len() as u64)
    }

    #[test]
    fn free_space_of_no_bytes_is_found_wherever_the_heap_lies() {
        for before in [0, 1, 100, BLOCK - 4, BLOCK, 2 * BLOCK - 9] {
            for (free, sound) in [(24, true), (0, false), (u64::MAX, true)] {
                let (_folder, file, length) = file(before, free);
                assert_eq!(search(&file, length).unwrap(), sound, "{before} {free}");
            }
        }
    }

    #[test]
    fn a_text_in_a_heap_without_end_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("text.h5");
        let text: hdf5::types::VarLenUnicode = "jets".parse().unwrap();
        let file = hdf5::File::create(&path).unwrap();
        file.new_attr::<hdf5::types::VarLenUnicode>().create("sample").unwrap().write_scalar(&text).unwrap();
        drop(file);
        let named = |path: &PathBuf| super::super::attribute::text(&hdf5::File::open(path).unwrap(), "sample");
        assert_eq!(named(&path).as_deref(), Some("jets"));
        // The heap without what it holds: its objects are all zeros.
        let mut bytes = std::fs::read(&path).unwrap();
        let heap = bytes.windows(8).position(|window| window == START).unwrap();
        bytes[heap + 16..heap + 4096].fill(0);
        let damaged = folder.path().join("damaged.h5");
        std::fs::write(&damaged, bytes).unwrap();
        assert_eq!(named(&damaged), None);
    }
}
