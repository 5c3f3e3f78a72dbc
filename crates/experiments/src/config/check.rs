//! The checks of single values.

use std::path::PathBuf;

use crate::{Error, Result};

/// The error of a key that is not there.
pub fn missing(key: &str) -> Error {
    Error::setting(key, "missing", "add it to the figure's file or to its source's base.toml")
}

/// A value that must be there.
pub fn required<T>(key: &str, value: Option<T>) -> Result<T> {
    value.ok_or_else(|| missing(key))
}

/// A whole number in `[low, high]`.
pub fn whole<T: PartialOrd + std::fmt::Display>(key: &str, value: T, low: T, high: T) -> Result<T> {
    if low <= value && value <= high {
        return Ok(value);
    }
    Err(Error::setting(key, value, &format!("give a whole number from {low} to {high}")))
}

/// A count from 1 to `most`.
pub fn count(key: &str, value: usize, most: usize) -> Result<usize> {
    whole(key, value, 1, most)
}

/// A finite number above 0.
pub fn positive(key: &str, value: f64) -> Result<f64> {
    let fine = value.is_finite() && value > 0.0;
    if fine { Ok(value) } else { Err(Error::setting(key, value, "give a finite number above 0")) }
}

/// A number above 0 that can be squared and divided by in f32.
pub fn size(key: &str, value: f64) -> Result<f64> {
    between(key, positive(key, value)?, 1e-9, 1e9)
}

/// A number in `[low, high]`.
pub fn between(key: &str, value: f64, low: f64, high: f64) -> Result<f64> {
    let fine = (low..=high).contains(&value);
    if fine { Ok(value) } else { Err(Error::setting(key, value, &format!("give a number from {low} to {high}"))) }
}

/// The path of a file.
pub fn file_path(key: &str, path: PathBuf) -> Result<PathBuf> {
    let text = path.to_string_lossy();
    if path.file_name().is_some() && !text.contains('\0') {
        return Ok(path);
    }
    Err(Error::setting(key, format!("{text:?}"), "give the path of a file, from the project's folder on"))
}

/// A list of at most `most` values.
pub fn short<T>(key: &str, list: &[T], most: usize) -> Result<()> {
    if list.len() <= most {
        return Ok(());
    }
    Err(Error::setting(key, format!("a list of {}", list.len()), &format!("give at most {most} values")))
}

/// A key that would change nothing is an error: whoever set it believes that it did.
pub fn not_used(key: &str, set: bool) -> Result<()> {
    if set { Err(Error::setting(key, "set", "this kind does not use it; remove it")) } else { Ok(()) }
}
