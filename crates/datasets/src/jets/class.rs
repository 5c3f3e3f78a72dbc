//! The two classes of jets.

use serde::{Deserialize, Serialize};

/// What a jet comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// A light quark or a gluon (label 0).
    Qcd,
    /// A hadronically decaying top quark (label 1).
    Top,
}

impl Class {
    /// The class of a label as the files have it: 0 is QCD, 1 is top, anything else is nothing.
    pub fn from_label(label: i64) -> Option<Self> {
        match label {
            0 => Some(Self::Qcd),
            1 => Some(Self::Top),
            _ => None,
        }
    }

    /// The label: 0 for QCD, 1 for top.
    pub fn label(self) -> u8 {
        match self {
            Self::Qcd => 0,
            Self::Top => 1,
        }
    }

    /// The name for a legend: "QCD" or "top".
    pub fn name(self) -> &'static str {
        match self {
            Self::Qcd => "QCD",
            Self::Top => "top",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_classes_are_the_same_thing() {
        for class in [Class::Qcd, Class::Top] {
            assert_eq!(Class::from_label(i64::from(class.label())), Some(class));
        }
        assert_eq!(Class::from_label(2), None);
        assert_eq!(Class::from_label(-1), None);
    }
}
