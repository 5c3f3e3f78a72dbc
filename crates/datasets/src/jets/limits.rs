//! How much a file may ask for before anything is allocated for it.
//!
//! A few bytes of a file are enough to declare terabytes. What a file declares is held against these bounds first, so that
//! reading takes at most a few times [`CHUNK_BYTES`] whatever the file says.

use crate::{Error, Result};
use std::path::Path;

/// Constituents of one jet. The reference data have 200, the hardest jets of collisions of lead some thousands.
pub(super) const CONSTITUENTS: usize = 10_000;

/// Bytes of one chunk of a data set, unpacked: HDF5 unpacks a chunk as a whole. pandas and h5py make chunks of about 1 MB.
pub(super) const CHUNK_BYTES: usize = 256 << 20;

/// Bytes of one chunk that is unpacked beside those of the other threads.
pub(super) const CHUNK_BYTES_A_THREAD: usize = 32 << 20;

/// Bytes of the jets that are read at a time, if the chunks of the file allow it.
pub(super) const READ_BYTES: usize = 64 << 20;

/// Bytes of one row of a pandas table: 6.5 kB with all numbers in double precision.
pub(super) const ROW_BYTES: usize = 64 << 10;

/// Groups, data sets and links of a file.
pub(super) const OBJECTS: usize = 4096;

/// Demands a number of jets that can be in a file of `file_bytes`.
///
/// Packed as well as can be, a jet takes some bytes; data sets that were declared and never written take none.
pub(super) fn check_jets(path: &Path, jets: usize, file_bytes: u64) -> Result<()> {
    if jets == 0 {
        return Err(Error::NoJets { path: path.to_owned() });
    }
    if jets as u64 <= file_bytes {
        return Ok(());
    }
    let what = format!("declares {jets} jets");
    let most = format!("there are bytes in it ({file_bytes})");
    Err(Error::Oversized {
        path: path.to_owned(),
        what,
        most,
        remedy: "the file is damaged or was never filled, make it again",
    })
}

/// Demands a number of constituents that a jet can have; `what` says whose they are.
pub(super) fn check_constituents(path: &Path, what: &str, constituents: usize) -> Result<()> {
    if constituents <= CONSTITUENTS {
        return Ok(());
    }
    Err(Error::Oversized {
        path: path.to_owned(),
        what: format!("{what} {constituents} constituents"),
        most: format!("the {CONSTITUENTS} that a jet may have"),
        remedy: "write the file with the constituents that there are, and with no more padding than they need",
    })
}
