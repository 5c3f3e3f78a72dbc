//! The jet that a figure shows as an example: a number within its class, chosen in the experiment's file.

use std::path::Path;

use datasets::jets::Class;

use crate::run::TestJets;
use crate::{Error, Result};

/// Constituents of jet number `index` of a class, in the order of the file or of its pandas table `table`.
///
/// # Errors
/// [`Error::Data`] if the file cannot be read, [`Error::Setting`] if it holds fewer jets of the class.
pub fn shown_jet(path: &Path, table: Option<&str>, class: Class, index: usize) -> Result<Vec<[f32; 4]>> {
    let mut reader = datasets::jets::open(path, table)?;
    let mut left = index;
    while let Some(jets) = reader.next_chunk(4096)? {
        for (constituents, label) in jets.iter() {
            if label == class {
                if left == 0 {
                    return Ok(constituents.to_vec());
                }
                left -= 1;
            }
        }
    }
    Err(too_large(class, index, index - left))
}

/// Row in the test file of jet number `index` of a class.
///
/// # Errors
/// [`Error::Setting`] if fewer jets of the class are tested.
pub fn shown_row(jets: &TestJets, class: Class, index: usize) -> Result<usize> {
    let rows = &jets.rows[usize::from(class == Class::Top)];
    rows.get(index).copied().ok_or_else(|| too_large(class, index, rows.len()))
}

fn too_large(class: Class, index: usize, found: usize) -> Error {
    Error::setting("evaluate.jet", index, &format!("the test jets hold {found} of class {}: give less", class.name()))
}
