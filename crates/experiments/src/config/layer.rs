//! One layer of an experiment: a file, or an option of the command line, as a table with the place of each key.

use std::io::Read as _;
use std::path::Path;

use toml::{Table, Value};

use super::ExperimentFile;
use super::origins::{Place, Places};
use crate::error::{OF_MESSAGE, OF_VALUE, shortened};
use crate::{Error, Result};

/// Bytes of an experiment file at most: more are taken for another kind of file.
const LARGEST: u64 = 1 << 20;
/// Characters of a line that a message shows; of longer ones it gives the number alone.
const SHOWN: usize = 300;

/// A table and where its keys were set.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    /// The keys and values.
    pub table: Table,
    /// Where each key was set.
    pub places: Places,
}

impl Layer {
    /// Reads one file, first strictly (for an error with line and key), then as a table to be layered; `shared` says whether
    /// it is that of all figures of a source.
    ///
    /// # Errors
    /// [`Error::File`] if it cannot be read, [`Error::ExperimentFile`] with the line for what cannot stand in it.
    pub fn read(path: &Path, shared: bool) -> Result<Self> {
        let text = read_text(path)?;
        let fail = |error: toml::de::Error| refused(path, in_words(&error, &text));
        let file = toml::from_str::<ExperimentFile>(&text).map_err(fail)?;
        let table = toml::from_str::<Table>(&text).map_err(fail)?;
        let places = Places::of_file(&text, path, shared).map_err(fail)?;
        for (name, tier) in file.tier.iter().flat_map(super::file::Tiers::by_name) {
            if let (Some(_), Some(place)) = (&tier.tier, places.get(&format!("tier.{name}.tier"))) {
                let error = Error::setting(&format!("tier.{name}.tier"), "set", "a tier has no tiers: remove it");
                return Err(error.at(place));
            }
        }
        Ok(Self { table, places })
    }

    /// `train.learning_rate=1e-3` as a layer; a value that is not TOML is taken as text.
    ///
    /// # Errors
    /// [`Error::Assignment`] if it is not the assignment of a setting.
    pub fn of_assignment(assignment: &str) -> Result<Self> {
        let fail = |message: &str| Error::Assignment {
            assignment: shortened(assignment, OF_VALUE),
            message: shortened(message, OF_MESSAGE),
        };
        let (key, value) = assignment.split_once('=').ok_or_else(|| fail("there is no `=`"))?;
        if assignment.contains(['\n', '\r']) {
            return Err(fail("there is a line break in it: give one setting at a time"));
        }
        let quoted = || format!("{key} = {:?}", value.trim());
        let table = toml::from_str::<Table>(&format!("{key} = {value}"))
            .or_else(|_| toml::from_str::<Table>(&quoted()))
            .map_err(|error| fail(error.message()))?;
        let not_here = [
            ("tier", "the tiers are laid below what is set here: choose one by `--tier` and set the key itself"),
            ("variant", "variants are listed in the experiment's file: set the key itself for all of them"),
            ("sweep", "a sweep is listed in the experiment's file: set the key itself for all variants"),
        ];
        if let Some((_, message)) = not_here.iter().find(|(key, _)| table.contains_key(*key)) {
            return Err(fail(message));
        }
        Value::Table(table.clone()).try_into::<ExperimentFile>().map_err(|error| fail(error.message()))?;
        let place = Place::Option(format!("--set {assignment}").into());
        Ok(Self { places: Places::all_at(&table, &place), table })
    }

    /// Lays `over` on this, key by key.
    pub fn lay(&mut self, over: Self) {
        merge(&mut self.table, over.table);
        self.places.lay(over.places);
    }

    /// Takes the tiers out: that of this name, as a layer, and the places of what the others set, named as in a file.
    pub fn take_tier(&mut self, name: &str) -> (Self, Places) {
        let tier = match self.table.remove("tier") {
            Some(Value::Table(mut tiers)) => tiers.remove(name),
            _ => None,
        };
        let mut places = self.places.take("tier").take_below("tier");
        let own = places.take_below(name);
        let others = ["smoke", "cpu", "paper"].map(|other| places.take_below(other));
        let layer = match tier {
            Some(Value::Table(table)) => Self { table, places: own },
            _ => Self::default(),
        };
        (layer, Places::together(others))
    }

    /// Moves a key with all that is in it onto `other`, where it replaces what was there.
    pub fn move_to(&mut self, key: &str, other: &mut Self) {
        if let Some(value) = self.table.remove(key) {
            other.table.insert(key.to_owned(), value);
            drop(other.places.take(key));
            other.places.lay(self.places.take(key));
        }
    }
}

/// Lays `over` on `under`, key by key.
pub fn merge(under: &mut Table, over: Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => merge(below, above),
            (_, value) => drop(under.insert(key, value)),
        }
    }
}

/// The text of an experiment file.
fn read_text(path: &Path) -> Result<String> {
    let fail = || Error::file(path, "read");
    let file = std::fs::File::open(path).map_err(fail())?;
    if !file.metadata().map_err(fail())?.is_file() {
        return Err(refused(path, "it is a folder or a device: put a text file in its place".to_owned()));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(fail())?;
    if bytes.len() as u64 > LARGEST {
        let message = format!("it has more than {LARGEST} bytes: an experiment file is a short text in TOML");
        return Err(refused(path, message));
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        refused(path, format!("line {line} is not UTF-8: save the file as UTF-8 text"))
    })
}

/// What is wrong with a text, with its line; the line itself only if it is not too long to be read.
fn in_words(error: &toml::de::Error, text: &str) -> String {
    let start = error.span().map_or(0, |span| span.start.min(text.len()));
    let before = &text.as_bytes()[..start];
    let line = before.iter().filter(|&&byte| byte == b'\n').count();
    if error.message().len() > OF_MESSAGE || text.lines().nth(line).is_some_and(|line| line.len() > SHOWN) {
        return format!("line {}: {}", line + 1, shortened(error.message(), OF_MESSAGE));
    }
    error.to_string().trim_end().to_owned()
}

fn refused(path: &Path, message: String) -> Error {
    Error::ExperimentFile { path: path.to_path_buf(), message }
}
