//! Text attributes of HDF5 files, in the several ways in which Python writes them.

use super::global_heap;
use hdf5::types::{FixedAscii, FixedUnicode, TypeDescriptor, VarLenAscii, VarLenUnicode};
use hdf5::{Attribute, Location};

/// Bytes of a text, at most.
const MOST: usize = 65_536;

/// The bytes of the text attribute `name`: none if it is missing, not a text, longer than 64 kB or in
/// a damaged heap.
pub(super) fn bytes(location: &Location, name: &str) -> Option<Vec<u8>> {
    let attribute = location.attr(name).ok()?;
    let dtype = attribute.dtype().ok()?;
    let text = match dtype.to_descriptor().ok()? {
        TypeDescriptor::VarLenUnicode | TypeDescriptor::VarLenAscii
            if !global_heap::can_be_read(location, name, MOST) =>
        {
            None
        }
        TypeDescriptor::VarLenUnicode => Some(attribute.read_scalar::<VarLenUnicode>().ok()?.as_bytes().to_vec()),
        TypeDescriptor::VarLenAscii => Some(attribute.read_scalar::<VarLenAscii>().ok()?.as_bytes().to_vec()),
        TypeDescriptor::FixedAscii(n) | TypeDescriptor::FixedUnicode(n) => match n {
            0..=64 => fixed::<64>(&attribute),
            // The names of the 804 columns of the reference data take 10 kB.
            65..=16_384 => fixed::<16_384>(&attribute),
            16_385..=MOST => fixed::<MOST>(&attribute),
            _ => None,
        },
        _ => None,
    };
    text.filter(|text| text.len() <= MOST)
}

/// A text of fixed length, of at most `N` bytes.
fn fixed<const N: usize>(attribute: &Attribute) -> Option<Vec<u8>> {
    if let Ok(text) = attribute.read_scalar::<FixedAscii<N>>() {
        return Some(text.as_bytes().to_vec());
    }
    Some(attribute.read_scalar::<FixedUnicode<N>>().ok()?.as_bytes().to_vec())
}

/// The text attribute `name`, if it is there and is UTF-8.
pub(super) fn text(location: &Location, name: &str) -> Option<String> {
    String::from_utf8(bytes(location, name)?).ok()
}
