//! Where links and virtual data sets point to outside of their file.
//!
//! The bindings say that a link leaves the file and not where it goes, so that HDF5 itself is asked.

use hdf5::Group;
use hdf5::plist::DatasetCreate;
use hdf5_sys::h5l::H5Lget_val;
use hdf5_sys::h5p::{H5P_DEFAULT, H5Pget_virtual_filename};
use std::ffi::CString;

/// Bytes of a link's target or of a file's name, at most; what is longer is cut.
const BYTES: usize = 4096;

/// The file that the external link `name` of `group` points at, if it can be told.
pub(super) fn link_target(group: &Group, name: &str) -> Option<String> {
    let name = CString::new(name).ok()?;
    let mut value = [0u8; BYTES];
    let status = hdf5::sync::sync(|| {
        // SAFETY: the group is open, `name` ends with a 0, and HDF5 writes at most `BYTES` bytes to `value`.
        unsafe { H5Lget_val(group.id(), name.as_ptr(), value.as_mut_ptr().cast(), BYTES, H5P_DEFAULT) }
    });
    // A byte of version and flags, then the file's name and the object's, each with a 0 at its end.
    if status < 0 { None } else { text(value.get(1..)?) }
}

/// The first file that a virtual data set with these properties is made of, if it can be told.
pub(super) fn virtual_source(properties: &DatasetCreate) -> Option<String> {
    let mut name = [0u8; BYTES];
    let length = hdf5::sync::sync(|| {
        // SAFETY: the property list is open, and HDF5 writes at most `BYTES` bytes to `name`.
        unsafe { H5Pget_virtual_filename(properties.id(), 0, name.as_mut_ptr().cast(), BYTES) }
    });
    if length < 0 { None } else { text(&name) }
}

/// The text up to the first 0, if there is any.
fn text(bytes: &[u8]) -> Option<String> {
    let text = bytes.split(|&byte| byte == 0).next().filter(|text| !text.is_empty())?;
    Some(String::from_utf8_lossy(text).into_owned())
}
