//! Where the chunks of a data set lie in its file.

use hdf5::Dataset;

/// Where a chunk lies in the file, in bytes.
pub(super) struct Place {
    /// The row of the data set that it begins with.
    pub(super) row: usize,
    pub(super) address: u64,
    pub(super) size: usize,
    /// The filters that were left out for it, one a bit.
    pub(super) filter_mask: u32,
}

/// The places of the chunks of `dataset` by rows, each of `chunk_bytes` when unpacked, or what is wrong with one.
///
/// Each must lie within `file_bytes` and be little larger than it is unpacked: that much and no more is read for it.
pub(super) fn places(dataset: &Dataset, chunk_bytes: usize, file_bytes: u64) -> Result<Vec<Place>, String> {
    let most = 2 * chunk_bytes as u64 + 4096;
    let mut places = Vec::new();
    let mut fault = None;
    let visited = dataset.chunks_visit(|chunk| {
        let row = chunk.offset.first().map_or(0, |&row| row as usize);
        let inside = chunk.addr.checked_add(chunk.size).is_some_and(|end| end <= file_bytes);
        // A chunk takes at least a byte, so that more of them than bytes is damage.
        if !inside || chunk.size > most || places.len() as u64 >= file_bytes {
            fault =
                Some(format!("the chunk of row {row}, {} bytes from byte {} on, cannot be", chunk.size, chunk.addr));
            return 1;
        }
        places.push(Place { row, address: chunk.addr, size: chunk.size as usize, filter_mask: chunk.filter_mask });
        0
    });
    visited.map_err(|cause| cause.to_string())?;
    match fault {
        Some(fault) => Err(fault),
        None => {
            places.sort_by_key(|place| place.row);
            Ok(places)
        }
    }
}
