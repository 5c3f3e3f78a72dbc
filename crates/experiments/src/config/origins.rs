//! Where each value of an experiment was set, so that a message about it can say so.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use crate::Error;
use crate::error::{OF_VALUE, shortened};

/// Places that one message names at most.
const NAMED: usize = 3;

/// Where a value was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a file.
    File {
        /// The file.
        path: Arc<Path>,
        /// The line, from 1.
        line: usize,
        /// Whether all figures of a source share the file.
        shared: bool,
    },
    /// By an option of the command line, as it was given.
    Option(Arc<str>),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::File { path, line, .. } => write!(f, "{}, line {line}", path.display()),
            Self::Option(option) => f.write_str(&shortened(option, OF_VALUE)),
        }
    }
}

/// The place of every key of a table, by its dotted name; tables in a list are `list[0]`, `list[1]`, ...
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places(BTreeMap<String, Place>);

impl Places {
    /// The places of a file's keys.
    ///
    /// # Errors
    /// If the text is not TOML.
    pub fn of_file(text: &str, path: &Path, shared: bool) -> Result<Self, toml::de::Error> {
        let parsed = DeTable::parse(text)?;
        let ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
        let path: Arc<Path> = path.into();
        let place = |start| {
            let line = 1 + ends.partition_point(|&end| end < start);
            Place::File { path: Arc::clone(&path), line, shared }
        };
        let mut places = Self::default();
        places.add(parsed.get_ref(), "", &place);
        Ok(places)
    }

    fn add(&mut self, table: &DeTable, above: &str, place: &dyn Fn(usize) -> Place) {
        for (key, value) in table.iter() {
            let name = joined(above, key.get_ref());
            self.0.insert(name.clone(), place(key.span().start));
            match value.get_ref() {
                DeValue::Table(table) => self.add(table, &name, place),
                DeValue::Array(values) => {
                    for (index, value) in values.iter().enumerate() {
                        if let DeValue::Table(table) = value.get_ref() {
                            let name = format!("{name}[{index}]");
                            self.0.insert(name.clone(), place(value.span().start));
                            self.add(table, &name, place);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// Every key of `table` at one place.
    pub fn all_at(table: &Table, place: &Place) -> Self {
        let mut places = Self::default();
        places.add_at(table, "", place);
        places
    }

    fn add_at(&mut self, table: &Table, above: &str, place: &Place) {
        for (key, value) in table {
            let name = joined(above, key);
            if let Value::Table(table) = value {
                self.add_at(table, &name, place);
            }
            self.0.insert(name, place.clone());
        }
    }

    /// Lays `over` on these, as one table is laid on another: lists are replaced as a whole.
    pub fn lay(&mut self, over: Self) {
        // A list's name comes before those of its tables.
        for (key, place) in over.0 {
            drop(self.take_list(&key));
            self.0.insert(key, place);
        }
    }

    /// Takes out the places of the tables in the list `key`.
    fn take_list(&mut self, key: &str) -> Vec<(String, Place)> {
        let start = format!("{key}[");
        let names = self.0.range(start.clone()..).map(|(name, _)| name).take_while(|name| name.starts_with(&start));
        let names: Vec<String> = names.cloned().collect();
        names.into_iter().filter_map(|name| self.0.remove_entry(&name)).collect()
    }

    /// Takes out what is below the table `key`, named from there on.
    pub fn take_below(&mut self, key: &str) -> Self {
        let start = format!("{key}.");
        let names = self.0.range(start.clone()..).map(|(name, _)| name).take_while(|name| name.starts_with(&start));
        let names: Vec<String> = names.cloned().collect();
        let taken = names.into_iter().filter_map(|name| {
            let place = self.0.remove(&name)?;
            Some((name[start.len()..].to_owned(), place))
        });
        Self(taken.collect())
    }

    /// Takes out the key with all that is in it, named as before.
    pub fn take(&mut self, key: &str) -> Self {
        let below = self.take_below(key).0.into_iter().map(|(name, place)| (joined(key, &name), place));
        let mut taken: BTreeMap<String, Place> = below.collect();
        taken.extend(self.take_list(key));
        taken.extend(self.0.remove_entry(key));
        Self(taken)
    }

    /// All of them; of a key that several set, one place.
    pub fn together(parts: impl IntoIterator<Item = Self>) -> Self {
        Self(parts.into_iter().flat_map(|part| part.0).collect())
    }

    /// Sets the place of one key.
    pub fn set(&mut self, key: &str, place: Place) {
        self.0.insert(key.to_owned(), place);
    }

    /// The place of a key.
    pub fn get(&self, key: &str) -> Option<&Place> {
        self.0.get(key)
    }
}

fn joined(above: &str, key: &str) -> String {
    if above.is_empty() { key.to_owned() } else { format!("{above}.{key}") }
}

/// Where the values of one experiment were set, by layer.
#[derive(Debug, Clone)]
pub struct Origins {
    /// The source's base file and the figure's own.
    pub files: [PathBuf; 2],
    /// The tier and the command line.
    pub above: Places,
    /// Each variant, by name.
    pub variants: Vec<(String, Places)>,
    /// Both files.
    pub below: Places,
    /// The tiers that were not chosen.
    pub aside: Places,
}

impl Origins {
    /// The error with the place of the value that took effect; as it is, if it has one or is about something else.
    #[must_use]
    pub fn locate(&self, mut error: Error) -> Error {
        if let Error::Setting { key, found, variant, place: place @ None, .. } = &mut error {
            let [base, own] = &self.files;
            let places = self.places(key, variant.as_deref());
            *place = Some(match (places.is_empty(), found.as_str()) {
                (false, _) => places.join("; "),
                (true, "missing") => format!("{} and {}", own.display(), base.display()),
                (true, _) => own.display().to_string(),
            });
        }
        error
    }

    /// Where the value of a key was set that took effect: several places if variants have one each.
    fn places(&self, key: &str, variant: Option<&str>) -> Vec<String> {
        let kind = format!("{key}.kind");
        // What a section is about is its kind.
        let names = if ["data", "model"].contains(&key) { vec![kind.as_str(), key] } else { vec![key] };
        let mut found = names.into_iter().map(|name| self.places_of(name, variant));
        found.find(|places| !places.is_empty()).unwrap_or_default()
    }

    fn places_of(&self, key: &str, variant: Option<&str>) -> Vec<String> {
        if let Some(place) = self.above.get(key) {
            return vec![place.to_string()];
        }
        let asked = |name: &str| variant.is_none_or(|variant| variant == name);
        let of_variants = self.variants.iter().filter(|(name, _)| asked(name)).filter_map(|(_, own)| own.get(key));
        let mut places: Vec<String> = Vec::new();
        for place in of_variants.map(Place::to_string) {
            if places.len() < NAMED && !places.contains(&place) {
                places.push(place);
            }
        }
        if places.is_empty() {
            places.extend(self.below.get(key).map(Place::to_string));
        }
        places
    }

    /// The keys that were set for this figure alone, with their places: in its own file, its tier or by the command line.
    pub fn own(&self) -> impl Iterator<Item = (&str, &Place)> {
        let variants = self.variants.iter().map(|(_, own)| own);
        not_shared([&self.above].into_iter().chain(variants).chain([&self.below]))
    }

    /// Those and what the other tiers of the figure's own file set.
    pub fn own_of_all_tiers(&self) -> impl Iterator<Item = (&str, &Place)> {
        self.own().chain(not_shared([&self.aside]))
    }
}

/// What does not stand in a file that figures share.
fn not_shared<'a>(layers: impl IntoIterator<Item = &'a Places>) -> impl Iterator<Item = (&'a str, &'a Place)> {
    let all = layers.into_iter().flat_map(|places| &places.0);
    all.filter(|(_, place)| !matches!(place, Place::File { shared: true, .. }))
        .map(|(key, place)| (key.as_str(), place))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "title = \"t\"\n[data]\nkind = \"circle\"\n\n[[variant]]\nname = \"a\"\nmodel = { latent = 1 }\n\
        [[variant]]\nname = \"b\"\ndata.training = 3\n[sweep]\n\"model.latent\" = [1]\n";

    fn places(text: &str) -> Places {
        Places::of_file(text, Path::new("f.toml"), false).unwrap()
    }

    fn line(places: &Places, key: &str) -> String {
        places.get(key).unwrap().to_string()
    }

    #[test]
    fn every_key_of_a_file_has_its_line() {
        let places = places(TEXT);
        for (key, expected) in [
            ("title", 1),
            ("data", 2),
            ("data.kind", 3),
            ("variant[0]", 5),
            ("variant[0].model.latent", 7),
            ("variant[1]", 8),
            ("variant[1].data.training", 10),
            ("sweep.model.latent", 12),
        ] {
            assert_eq!(line(&places, key), format!("f.toml, line {expected}"), "{key}");
        }
    }

    #[test]
    fn the_upper_layer_gives_the_place_and_a_list_is_replaced_as_a_whole() {
        let mut below = places(TEXT);
        below.lay(places("\n[data]\ntraining = 1\n[[variant]]\nname = \"c\"\n"));
        assert_eq!(line(&below, "data.kind"), "f.toml, line 3");
        assert_eq!(line(&below, "data.training"), "f.toml, line 3");
        assert_eq!(line(&below, "variant[0].name"), "f.toml, line 5");
        assert_eq!(below.get("variant[1]"), None);
        assert_eq!(below.get("variant[0].model.latent"), None);
    }

    #[test]
    fn a_part_is_taken_out_with_all_that_is_in_it() {
        let mut all =
            places("[tier.smoke.data]\ntest = 1\n[[tier.smoke.variant]]\nname = \"a\"\n[tier.cpu]\nseeds = 1\n");
        let mut smoke = all.take_below("tier.smoke");
        assert_eq!(line(&smoke, "data.test"), "f.toml, line 2");
        assert_eq!(all.get("tier.smoke.data.test"), None);
        assert!(all.get("tier.cpu.seeds").is_some());
        let variants = smoke.take("variant");
        assert_eq!(line(&variants, "variant[0].name"), "f.toml, line 4");
        assert_eq!(smoke.get("variant[0].name"), None);
    }
}
