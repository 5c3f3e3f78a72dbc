//! The floor beside an AUC: those of scores that need no network, on the same images and by the same loss.

use models::loss::Loss;
use models::pca::Pca;

use super::Direction;
use super::baselines::{Baseline, Baselines};
use super::both_ways::SetupTaggers;
use super::performance::quote;
use super::principal_components::principal_components;
use super::taggers::top_fraction;
use crate::claims::{Claim, Origin};
use crate::config::{JetFiles, Variant};
use crate::figure::Palette;
use crate::label;
use crate::plot::{Dash, Line, Panel};
use crate::rows::Rows;
use crate::run::{TestJets, TrainedOn};
use crate::tables::{Table, Tables};
use crate::{Project, Result};

/// AUCs of the baselines by tagger and direction, one row each.
#[derive(Debug)]
pub struct Floor<'a> {
    project: &'a Project,
    fitted: Vec<(JetFiles, TrainedOn, Pca)>,
    rows: Rows<3, 1>,
}

impl<'a> Floor<'a> {
    /// Name of the table that holds them.
    pub const TABLE: &'static str = "baselines";

    /// No rows yet.
    pub fn new(project: &'a Project) -> Self {
        Self { project, fitted: Vec::new(), rows: Rows::new(["tagger", "direction", "baseline"], ["auc"]) }
    }

    /// Adds the baselines of the tagger called `name`: fitted to the jets `trained_on`, with the latent dimension and the
    /// loss of the network.
    ///
    /// # Errors
    /// [`crate::Error::Data`] if the jets cannot be read, [`crate::Error::Model`] if they hold NaN.
    pub fn add(
        &mut self,
        name: &str,
        (direction, trained_on): (Direction, TrainedOn),
        (latent, loss): (i64, Loss),
        jets: &TestJets,
    ) -> Result<()> {
        let place = self.fit(&jets.files, trained_on)?;
        let baselines = Baselines::new(&self.fitted[place].2, latent, loss);
        for baseline in Baseline::ALL {
            let scores = baselines.scores(baseline, jets);
            let (signal, background) = direction.signal_and_background(&scores);
            self.rows.push([name, direction.name(), baseline.name()], [metrics::auc(signal, background)?]);
        }
        Ok(())
    }

    /// Adds the baselines of the tagger called `name`, a variant that is trained on one class.
    ///
    /// # Errors
    /// As [`Self::add`], and [`crate::Error::Setting`] if the variant has no network.
    pub fn add_variant(&mut self, name: &str, variant: &Variant, direction: Direction, jets: &TestJets) -> Result<()> {
        let trained_on = TrainedOn::Class(direction.trained_on());
        self.add(name, (direction, trained_on), (variant.latent()?, variant.learning()?.loss), jets)
    }

    /// Adds the baselines of a setup in one direction.
    ///
    /// # Errors
    /// As [`Self::add_variant`].
    pub fn add_setup(&mut self, taggers: &SetupTaggers) -> Result<()> {
        self.add_variant(&taggers.setup.name, taggers.variant, taggers.direction, taggers.jets)
    }

    /// Adds the baselines of the tagger called `name`, a variant that is trained on a mixture; its signal are the top jets.
    ///
    /// # Errors
    /// As [`Self::add_variant`], and if the variant sets no fraction of top jets.
    pub fn add_mixture(&mut self, name: &str, variant: &Variant, jets: &TestJets) -> Result<()> {
        let trained_on = TrainedOn::with_tops(top_fraction(variant)?);
        let network = (variant.latent()?, variant.learning()?.loss);
        self.add(name, (Direction::Direct, trained_on), network, jets)
    }

    /// The place of the principal components of these jets, found once for all losses.
    fn fit(&mut self, files: &JetFiles, trained_on: TrainedOn) -> Result<usize> {
        let files = JetFiles { top_fraction: None, ..files.clone() };
        let known = self.fitted.iter().position(|(other, on, _)| *other == files && *on == trained_on);
        if let Some(place) = known {
            return Ok(place);
        }
        let components = principal_components(&files, trained_on, self.project)?;
        self.fitted.push((files, trained_on, components));
        Ok(self.fitted.len() - 1)
    }

    /// The table of all AUCs.
    pub fn table(self) -> Table {
        self.rows.table(Self::TABLE)
    }
}

/// AUC of a baseline beside the tagger called `name`.
///
/// # Errors
/// [`crate::Error::Column`] if the tables have none.
pub fn floor(tables: &Tables, name: &str, direction: Direction, baseline: Baseline) -> Result<f64> {
    let table = tables.get(Floor::TABLE)?;
    let aucs = table.numbers_where_both("auc", [("tagger", name), ("direction", direction.name())])?;
    // They stand in the order of all baselines.
    let missing = || crate::Error::Column { table: Floor::TABLE.to_owned(), column: name.to_owned() };
    aucs.get(baseline as usize).copied().ok_or_else(missing)
}

/// "zero image 0.23 / 0.77, mean image ..., PCA ...": direct and inverse.
///
/// # Errors
/// As [`floor`].
pub fn floor_text(tables: &Tables, name: &str) -> Result<String> {
    let text = |baseline: Baseline| -> Result<String> {
        let [direct, inverse] = Direction::BOTH.map(|direction| floor(tables, name, direction, baseline));
        Ok(format!("{} {:.3} / {:.3}", baseline.name(), direct?, inverse?))
    };
    Ok(Baseline::ALL.map(text).into_iter().collect::<Result<Vec<_>>>()?.join(", "))
}

/// That a tagger with these AUCs, one a seed, is better than every baseline beside it.
///
/// # Errors
/// As [`floor`], and [`crate::Error::Metric`] if there is no AUC.
pub fn above_floor(tables: &Tables, name: &str, direction: Direction, aucs: &[f64]) -> Result<Claim> {
    let mut best = (Baseline::ZeroImage, f64::NEG_INFINITY);
    for baseline in Baseline::ALL {
        let auc = floor(tables, name, direction, baseline)?;
        if auc > best.1 {
            best = (baseline, auc);
        }
    }
    Ok(Claim::new(
        Origin::expected(""),
        format!("{}: {name} tags better than the zero image, the mean image and PCA do by its loss", direction.name()),
        quote(aucs)?,
        format!("mean AUC above {:.3} ({})", best.1, best.0.name()),
        metrics::mean(aucs)? > best.1,
    ))
}

/// Adds to a panel the AUC of PCA in one direction, `auc` at each `x`: a dotted line in the colour of the direction.
pub fn with_pca(panel: Panel, (x, auc): (&[f64], &[f64]), direction: Direction, palette: &Palette) -> Panel {
    let index = usize::from(direction == Direction::Inverse);
    let line = Line::new(x, auc).colour(palette.line(index)).dash(Dash::Dotted);
    panel.with(line.label(label!("{}: PCA of the same latent dimension", direction.name())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;

    fn tables() -> Tables {
        let mut rows = Rows::new(["tagger", "direction", "baseline"], ["auc"]);
        for (direction, aucs) in Direction::BOTH.into_iter().zip([[0.2, 0.7, 0.9], [0.8, 0.3, 0.1]]) {
            for (baseline, auc) in Baseline::ALL.into_iter().zip(aucs) {
                rows.push(["MSE", direction.name(), baseline.name()], [auc]);
            }
        }
        Tables::new([rows.table(Floor::TABLE)])
    }

    #[test]
    fn a_baseline_is_found_by_its_name() {
        assert_eq!(floor(&tables(), "MSE", Direction::Inverse, Baseline::MeanImage).unwrap(), 0.3);
        assert!(floor(&tables(), "KMSE", Direction::Direct, Baseline::Pca).is_err());
        let text = floor_text(&tables(), "MSE").unwrap();
        assert_eq!(text, "zero image 0.200 / 0.800, mean image 0.700 / 0.300, PCA 0.900 / 0.100");
    }

    #[test]
    fn the_best_baseline_of_the_direction_is_the_bar() {
        let claim = |direction, auc| above_floor(&tables(), "MSE", direction, &[auc]).unwrap();
        assert_eq!(claim(Direction::Direct, 0.89).verdict, Verdict::Fails);
        assert_eq!(claim(Direction::Inverse, 0.81).verdict, Verdict::Holds);
        assert_eq!(claim(Direction::Inverse, 0.81).bar, "mean AUC above 0.800 (zero image)");
    }
}
