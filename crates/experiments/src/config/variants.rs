//! The variants of an experiment: what `[[variant]]` lists, times every combination of `[sweep]`.

use toml::{Table, Value};

use super::check::short;
use super::file::VariantSection;
use super::layer::{Layer, merge};
use super::limits;
use super::origins::Places;
use crate::error::{OF_VALUE, shortened};
use crate::{Error, Result};

/// A variant's name and what it lays over the experiment.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    /// What the figure calls it; empty for the only one.
    pub name: String,
    /// The sections that differ.
    pub table: Table,
    /// Where they were set; the variant itself as `variant`.
    pub places: Places,
}

/// The variants of an experiment's table, whose `variant` and `sweep` are taken out; one empty overlay if there is neither.
///
/// # Errors
/// [`Error::Setting`] for a variant without a name, an empty list, a swept key that cannot differ between variants or that
/// a variant sets, or more than a thousand variants.
pub fn take(experiment: &mut Layer) -> Result<Vec<Overlay>> {
    let mut overlays = match experiment.table.remove("variant") {
        Some(Value::Array(variants)) => listed(variants, &mut experiment.places)?,
        _ => vec![Overlay::default()],
    };
    if let Some(Value::Table(sweep)) = experiment.table.remove("sweep") {
        for (key, values) in sweep {
            let place = experiment.places.get(&format!("sweep.{key}"));
            let at = |error: Error| match place {
                Some(place) => error.at(place),
                None => error,
            };
            overlays = combined(&overlays, &key, values, &experiment.places).map_err(at)?;
        }
    }
    Ok(overlays)
}

/// The `[[variant]]` sections.
fn listed(variants: Vec<Value>, places: &mut Places) -> Result<Vec<Overlay>> {
    if variants.is_empty() {
        return Err(Error::setting("variant", "an empty list", "list a variant or remove the key"));
    }
    short("variant", &variants, limits::VARIANTS)?;
    variants.into_iter().enumerate().map(|(index, variant)| one(variant, index, places)).collect()
}

fn one(variant: Value, index: usize, places: &mut Places) -> Result<Overlay> {
    let key = format!("variant[{index}]");
    let mut own = places.take_below(&key);
    let place = places.get(&key);
    place.into_iter().for_each(|place| own.set("variant", place.clone()));
    let at = |error: Error| match place {
        Some(place) => error.at(place),
        None => error,
    };
    let Value::Table(mut table) = variant else {
        return Err(at(Error::setting("variant", variant, "write `[[variant]]` sections")));
    };
    let name = match table.remove("name") {
        Some(Value::String(name)) if !name.trim().is_empty() => name,
        _ => return Err(at(Error::setting("variant.name", "missing", "name every variant"))),
    };
    if name.chars().count() > limits::NAME || name.chars().any(char::is_control) {
        let allowed = format!("give one line of at most {} characters", limits::NAME);
        return Err(at(Error::setting("variant.name", format!("{name:?}"), &allowed)));
    }
    Ok(Overlay { name, table, places: own })
}

/// Every overlay with every one of `values` at `key`.
fn combined(overlays: &[Overlay], key: &str, values: Value, places: &Places) -> Result<Vec<Overlay>> {
    let name = format!("sweep.{key}");
    let Value::Array(values) = values else {
        return Err(Error::setting(&name, values, "give a list of values"));
    };
    let all = overlays.len().saturating_mul(values.len());
    if values.is_empty() || all > limits::VARIANTS {
        let allowed = format!("give at least one, and at most {} combinations in all", limits::VARIANTS);
        return Err(Error::setting(&name, format!("{} values", values.len()), &allowed));
    }
    if let Some(overlay) = overlays.iter().find(|overlay| overlay.places.get(key).is_some()) {
        let error = Error::setting(&name, "set", "the variant sets this key too: remove it there or here");
        return Err(error.of(&overlay.name));
    }
    let values = values.iter().map(|value| swept(&name, key, value)).collect::<Result<Vec<_>>>()?;
    let mut all = Vec::with_capacity(all);
    for overlay in overlays {
        for (assignment, over) in &values {
            let mut next = overlay.clone();
            merge(&mut next.table, over.clone());
            if let Some(place) = places.get(&name) {
                next.places.lay(Places::all_at(over, place));
                next.places.set("variant", place.clone());
            }
            let parts = [overlay.name.as_str(), assignment];
            next.name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
            all.push(next);
        }
    }
    Ok(all)
}

/// One value of a sweep: how it is written, and as a table.
fn swept(name: &str, key: &str, value: &Value) -> Result<(String, Table)> {
    let of_variants = ["data", "model", "train"].iter().any(|section| key.starts_with(&format!("{section}.")));
    if !of_variants || !key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.') {
        let allowed = "sweep keys of `data`, `model` or `train`, as in `\"model.latent\" = [1, 2]`";
        return Err(Error::setting(name, "set", allowed));
    }
    let assignment = format!("{key} = {value}");
    if assignment.chars().count() > limits::NAME {
        let allowed = format!("it names a variant: give values of at most {} characters", limits::NAME);
        return Err(Error::setting(name, assignment, &allowed));
    }
    let refused = |error: toml::de::Error| Error::setting(name, &assignment, &shortened(error.message(), OF_VALUE));
    let table = toml::from_str::<Table>(&assignment).map_err(refused)?;
    Value::Table(table.clone()).try_into::<VariantSection>().map_err(refused)?;
    Ok((assignment, table))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str) -> Result<Vec<Overlay>> {
        let places = Places::of_file(text, "f.toml".as_ref(), false).unwrap();
        take(&mut Layer { table: text.parse().unwrap(), places })
    }

    fn names(text: &str) -> Vec<String> {
        taken(text).unwrap().into_iter().map(|overlay| overlay.name).collect()
    }

    #[test]
    fn an_experiment_without_variants_is_its_own_only_one() {
        assert_eq!(names("seeds = 1"), [""]);
    }

    #[test]
    fn a_sweep_is_every_combination_on_every_variant() {
        let text = "[[variant]]\nname = \"a\"\n[[variant]]\nname = \"b\"\n[sweep]\n\"model.latent\" = [1, 2]\n";
        assert_eq!(
            names(text),
            ["a, model.latent = 1", "a, model.latent = 2", "b, model.latent = 1", "b, model.latent = 2"]
        );
        let overlays = taken(text).unwrap();
        assert_eq!(overlays[3].table, "model.latent = 2".parse::<Table>().unwrap());
        assert_eq!(overlays[3].places.get("model.latent").unwrap().to_string(), "f.toml, line 6");
    }

    #[test]
    fn what_cannot_be_a_variant_is_refused() {
        for text in ["[[variant]]\nmodel.latent = 2", "variant = []", "sweep.x = []", "sweep.x = 3"] {
            assert!(taken(text).is_err(), "{text}");
        }
        let many = format!("[sweep]\n\"model.latent\" = {:?}", (0..1001).collect::<Vec<_>>());
        assert!(taken(&many).is_err());
        assert!(taken(&"[[variant]]\nname = \"a\"\n".repeat(1001)).is_err());
    }

    #[test]
    fn a_swept_key_that_would_change_nothing_or_has_another_type_is_refused_with_its_line() {
        let cases = [
            ("[sweep]\n\"evaluate.points\" = [1, 2]", "line 2: `sweep.evaluate.points` is set"),
            ("[sweep]\n\"seeds\" = [1]", "line 2: `sweep.seeds` is set"),
            ("[sweep]\n\"model.latent = 1 #\" = [1]", "line 2: `sweep.model.latent = 1 #` is set"),
            ("[sweep]\n\"model.latent\" = [1, \"a\"]", "line 2: `sweep.model.latent` is model.latent = \"a\""),
            ("[sweep]\n\"model.latnet\" = [1]", "unknown field `latnet`"),
            (
                "[[variant]]\nname = \"a\"\nmodel.latent = 2\n[sweep]\n\"model.latent\" = [1]",
                "the variant sets this key",
            ),
        ];
        for (text, part) in cases {
            let message = taken(text).unwrap_err().to_string();
            assert!(message.contains(part), "{part} in {message}");
        }
    }
}
