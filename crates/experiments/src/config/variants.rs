//! The variants of an experiment: what `[[variant]]` lists, times every combination of `[sweep]`.

use toml::{Table, Value};

use super::resolve::merge;
use crate::{Error, Result};

/// More variants are taken for a slip.
const MOST: usize = 1000;

/// A variant's name and what it lays over the experiment.
#[derive(Debug, Clone, Default)]
pub struct Overlay {
    /// What the figure calls it; empty for the only one.
    pub name: String,
    /// The sections that differ.
    pub table: Table,
}

/// Takes `variant` and `sweep` out of an experiment's table; one empty overlay if there is neither.
///
/// # Errors
/// [`Error::Setting`] for a variant without a name, an empty list, or more than a thousand variants.
pub fn take(experiment: &mut Table) -> Result<Vec<Overlay>> {
    let mut overlays = match experiment.remove("variant") {
        Some(Value::Array(variants)) => variants.into_iter().map(listed).collect::<Result<Vec<_>>>()?,
        _ => vec![Overlay::default()],
    };
    if overlays.is_empty() {
        return Err(Error::setting("variant", "an empty list", "list a variant or remove the key"));
    }
    if let Some(Value::Table(sweep)) = experiment.remove("sweep") {
        for (key, values) in sweep {
            overlays = combined(&overlays, &key, values)?;
        }
    }
    Ok(overlays)
}

fn listed(variant: Value) -> Result<Overlay> {
    let Value::Table(mut table) = variant else {
        return Err(Error::setting("variant", variant, "write `[[variant]]` sections"));
    };
    match table.remove("name") {
        Some(Value::String(name)) if !name.is_empty() => Ok(Overlay { name, table }),
        _ => Err(Error::setting("variant.name", "missing", "name every variant")),
    }
}

/// Every overlay with every one of `values` at `key`.
fn combined(overlays: &[Overlay], key: &str, values: Value) -> Result<Vec<Overlay>> {
    let name = format!("sweep.{key}");
    let Value::Array(values) = values else {
        return Err(Error::setting(&name, values, "give a list of values"));
    };
    if values.is_empty() || overlays.len() * values.len() > MOST {
        let found = format!("{} values", values.len());
        return Err(Error::setting(
            &name,
            found,
            &format!("give at least one, and at most {MOST} combinations in all"),
        ));
    }
    let mut all = Vec::with_capacity(overlays.len() * values.len());
    for overlay in overlays {
        for value in &values {
            let assignment = format!("{key} = {value}");
            let over = toml::from_str::<Table>(&assignment);
            let over = over.map_err(|error| Error::setting(&name, &assignment, error.message()))?;
            let mut table = overlay.table.clone();
            merge(&mut table, over);
            let parts = [overlay.name.as_str(), &assignment];
            let name = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
            all.push(Overlay { name, table });
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        take(&mut text.parse().unwrap()).unwrap().into_iter().map(|overlay| overlay.name).collect()
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
        let overlays = take(&mut text.parse().unwrap()).unwrap();
        assert_eq!(overlays[3].table, "model.latent = 2".parse::<Table>().unwrap());
    }

    #[test]
    fn what_cannot_be_a_variant_is_refused() {
        for text in ["[[variant]]\nmodel.latent = 2", "variant = []", "sweep.x = []", "sweep.x = 3"] {
            assert!(take(&mut text.parse().unwrap()).is_err(), "{text}");
        }
        let many = format!("[sweep]\n\"model.latent\" = {:?}", (0..1001).collect::<Vec<_>>());
        assert!(take(&mut many.parse().unwrap()).is_err());
    }
}
