//! Checks that layers share.

use super::super::{Error, Label, Result};

/// Kind and label of a layer, for messages.
pub(super) fn name(kind: &str, label: Option<&Label>) -> String {
    label.map_or_else(|| kind.to_string(), |label| format!("{kind} {:?}", label.markup()))
}

/// Refuses values that are not finite.
pub(super) fn finite(layer: &str, quantity: &'static str, values: &[f64]) -> Result<()> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(Error::NotFinite { layer: layer.to_string(), quantity, index, value: values[index] }),
        None => Ok(()),
    }
}

/// Refuses a list of another length than needed.
pub(super) fn length(layer: &str, quantity: &'static str, values: &[f64], expected: usize) -> Result<()> {
    if values.len() == expected {
        return Ok(());
    }
    Err(Error::Length { layer: layer.to_string(), quantity, length: values.len(), expected })
}

/// Refuses lists that are not finite or not as long as the first.
pub(super) fn together(layer: &str, lists: &[(&'static str, &[f64])]) -> Result<()> {
    let expected = lists.first().map_or(0, |(_, values)| values.len());
    for (quantity, values) in lists {
        finite(layer, quantity, values)?;
        length(layer, quantity, values, expected)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_name_layer_list_and_place() {
        let layer = name("line", Some(&"signal".into()));
        let text = finite(&layer, "y", &[1.0, f64::NAN]).unwrap_err().to_string();
        assert!(text.starts_with("line \"signal\": y[1] is NaN") && text.contains("leave out"), "{text}");
        assert!(matches!(finite("line", "x", &[f64::INFINITY]), Err(Error::NotFinite { index: 0, .. })));
        assert!(finite("line", "x", &[]).is_ok());
    }

    #[test]
    fn lists_that_belong_together_have_one_length() {
        assert!(together("band", &[("x", &[1.0, 2.0]), ("low", &[0.0, 0.0])]).is_ok());
        let wrong = together("band", &[("x", &[1.0, 2.0]), ("low", &[0.0])]);
        assert!(matches!(wrong, Err(Error::Length { quantity: "low", length: 1, expected: 2, .. })));
    }
}
