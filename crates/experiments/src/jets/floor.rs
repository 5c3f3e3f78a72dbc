//! The floor beside an AUC: those of scores that need no network, on the same images and by the same loss.

use models::loss::Loss;
use models::pca::Pca;
use tch::Tensor;

use super::Direction;
use super::baselines::{Baseline, Baselines};
use super::performance::quote;
use super::taggers::{jets_of, top_fraction};
use super::undertrained::{Training, with_losses};
use crate::claims::{Claim, Origin};
use crate::config::{JetFiles, Variant};
use crate::figure::Palette;
use crate::label;
use crate::plot::{Dash, Line, Panel};
use crate::rows::Rows;
use crate::run::{TestJets, TrainedOn, TrainedRun};
use crate::tables::{Table, Tables};
use crate::{Project, Result, samples};

/// A tagger that a floor is laid under.
pub struct Floored<'a> {
    /// Its name in the tables.
    pub name: &'a str,
    /// Which class is its signal.
    pub direction: Direction,
    /// What its networks were trained on.
    pub trained_on: TrainedOn,
    /// The variant of the experiment that it is.
    pub variant: &'a Variant,
    /// Its networks, one a seed.
    pub runs: &'a [TrainedRun],
}

impl<'a> Floored<'a> {
    /// A variant that is trained on one class.
    pub fn of_class(name: &'a str, variant: &'a Variant, direction: Direction, runs: &'a [TrainedRun]) -> Self {
        Self { name, direction, trained_on: TrainedOn::Class(direction.trained_on()), variant, runs }
    }

    /// A variant that is trained on a mixture; its signal are the top jets.
    ///
    /// # Errors
    /// [`crate::Error::Setting`] if it sets no fraction of top jets.
    pub fn of_mixture(name: &'a str, variant: &'a Variant, runs: &'a [TrainedRun]) -> Result<Self> {
        let trained_on = TrainedOn::with_tops(top_fraction(variant)?);
        Ok(Self { name, direction: Direction::Direct, trained_on, variant, runs })
    }
}

/// AUCs of the baselines by tagger and direction, and the validation losses of networks and PCA.
#[derive(Debug)]
pub struct Floor<'a> {
    project: &'a Project,
    fitted: Vec<Fitted>,
    rows: Rows<3, 1>,
    training: Training,
}

/// Principal components of training jets, and the validation jets beside them.
#[derive(Debug)]
struct Fitted {
    files: JetFiles,
    trained_on: TrainedOn,
    pca: Pca,
    validation: Tensor,
}

impl<'a> Floor<'a> {
    /// Name of the table that holds the AUCs.
    pub const TABLE: &'static str = "baselines";

    /// No rows yet.
    pub fn new(project: &'a Project) -> Self {
        let rows = Rows::new(["tagger", "direction", "baseline"], ["auc"]);
        Self { project, fitted: Vec::new(), rows, training: Training::default() }
    }

    /// Adds the AUCs of the baselines of a tagger on test jets, fitted to its training jets, with the latent dimension and the
    /// loss of its network.
    ///
    /// # Errors
    /// [`crate::Error::Data`] if the jets cannot be read, [`crate::Error::Model`] if they hold NaN, and
    /// [`crate::Error::Setting`] if the variant has no network.
    pub fn add(&mut self, tagger: &Floored, jets: &TestJets) -> Result<()> {
        self.add_scored_by(tagger.variant.learning()?.loss, tagger, jets)
    }

    /// The same, scored by another loss than that of the network.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn add_scored_by(&mut self, loss: Loss, tagger: &Floored, jets: &TestJets) -> Result<()> {
        let fitted = self.fit(&jets.files, tagger.trained_on)?;
        let baselines = Baselines::new(&fitted.pca, tagger.variant.latent()?, loss);
        let mut aucs = Vec::new();
        for baseline in Baseline::ALL {
            let scores = baselines.scores(baseline, jets);
            let (signal, background) = tagger.direction.signal_and_background(&scores);
            aucs.push((baseline, metrics::auc(signal, background)?));
        }
        for (baseline, auc) in aucs {
            self.rows.push([tagger.name, tagger.direction.name(), baseline.name()], [auc]);
        }
        Ok(())
    }

    /// Adds the validation losses of a tagger's networks and of PCA with as many components, by the same loss.
    ///
    /// # Errors
    /// As [`Self::add`], and [`crate::Error::Model`] if a run's log cannot be read.
    pub fn add_training(&mut self, tagger: &Floored) -> Result<()> {
        let pca = self.validation_loss(tagger, Baseline::Pca)?;
        self.training.add((tagger.name, tagger.direction), tagger.runs, tagger.variant.learning()?.loss, pca)
    }

    /// The mean loss of a baseline on the validation jets of a tagger, by the loss of its networks.
    ///
    /// # Errors
    /// As [`Self::add`].
    pub fn validation_loss(&mut self, tagger: &Floored, baseline: Baseline) -> Result<f64> {
        let (loss, latent) = (tagger.variant.learning()?.loss, tagger.variant.latent()?);
        let fitted = self.fit(jets_of(tagger.variant)?, tagger.trained_on)?;
        Ok(Baselines::new(&fitted.pca, latent, loss).mean_loss(baseline, &fitted.validation))
    }

    /// Adds both.
    ///
    /// # Errors
    /// As [`Self::add_training`].
    pub fn add_both(&mut self, tagger: &Floored, jets: &TestJets) -> Result<()> {
        self.add(tagger, jets)?;
        self.add_training(tagger)
    }

    /// The principal components of these jets, found once for all losses.
    fn fit(&mut self, files: &JetFiles, trained_on: TrainedOn) -> Result<&Fitted> {
        let files = JetFiles { top_fraction: None, ..files.clone() };
        let known = self.fitted.iter().position(|fitted| fitted.files == files && fitted.trained_on == trained_on);
        let place = match known {
            Some(place) => place,
            None => {
                let [training, validation] = samples::training_images(&files, trained_on, self.project)?;
                let pca = Pca::fit(&training.flatten(1, -1))?;
                self.fitted.push(Fitted { files, trained_on, pca, validation });
                self.fitted.len() - 1
            }
        };
        Ok(&self.fitted[place])
    }

    /// The table of the AUCs and that of the validation losses.
    pub fn tables(self) -> [Table; 2] {
        [self.rows.table(Self::TABLE), self.training.table()]
    }

    /// The table of the validation losses, of a figure that shows no AUCs of baselines.
    pub fn training_table(self) -> Table {
        self.training.table()
    }

    /// The table of the AUCs, that of the validation losses, and a table of measures by seed with these losses beside them.
    ///
    /// # Errors
    /// [`crate::Error::Column`] if `by_seed` lacks the columns `tagger`, `direction` and `seed`.
    pub fn tables_beside(self, by_seed: Table) -> Result<[Table; 3]> {
        let [baselines, training] = self.tables();
        Ok([with_losses(by_seed, &training)?, baselines, training])
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
        Origin::expected(
            "what a linear map or no map at all gives needs no network: it should do better to be worth its training",
        ),
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
