//! Whether a network is trained enough for anything to be concluded from it: the rule of the floor.
//!
//! PCA with as many components as the latent space has dimensions reconstructs the validation jets with some mean loss. The
//! network could do the same and more, so that one with a larger validation loss, in the mean over its seeds, is undertrained:
//! what it scores says how far its training has come and nothing about autoencoders. The rule takes no label. PCA is fitted for
//! the mean squared error of what the network sees; by another loss a linear autoencoder could do better still, so that PCA's
//! is a floor there too, though not the lowest.

use models::loss::Loss;

use crate::Result;
use crate::claims::Claim;
use crate::label;
use crate::plot::Page;
use crate::rows::Rows;
use crate::run::TrainedRun;
use crate::tables::{Table, Tables};

use super::Direction;

/// Name of the table with both losses, a row for each network.
pub const TABLE: &str = "training";
/// Its columns of losses, those by which a table of measures by seed is widened.
const COLUMNS: [&str; 2] = ["validation_loss", "pca_validation_loss"];

/// The validation losses of networks and of PCA, gathered.
#[derive(Debug, Clone)]
pub struct Training(Rows<3, 3>);

impl Default for Training {
    fn default() -> Self {
        Self(Rows::new(["tagger", "direction", "loss"], ["seed", COLUMNS[0], COLUMNS[1]]))
    }
}

impl Training {
    /// Adds the runs of the tagger called `name`, one a seed, beside PCA's loss on the same validation jets.
    ///
    /// # Errors
    /// [`crate::Error::Model`] if a run's log cannot be read.
    pub fn add(
        &mut self,
        (name, direction): (&str, Direction),
        runs: &[TrainedRun],
        loss: Loss,
        pca: f64,
    ) -> Result<()> {
        for run in runs {
            self.0.push([name, direction.name(), loss.name()], [run.seed() as f64, run.validation_loss()?, pca]);
        }
        Ok(())
    }

    /// The table, called [`TABLE`]: `tagger`, `direction`, `loss`, `seed`, `validation_loss` and `pca_validation_loss`.
    pub fn table(self) -> Table {
        self.0.table(TABLE)
    }
}

/// A table with the columns `tagger`, `direction` and `seed`, and beside each row the losses of its network; NaN where there
/// is none of that name, which a name on another sample is not.
///
/// # Errors
/// [`crate::Error::Column`] if a column is missing.
pub fn with_losses(by_seed: Table, training: &Table) -> Result<Table> {
    let rows = by_seed.texts("tagger")?.iter().zip(by_seed.texts("direction")?).zip(by_seed.numbers("seed")?);
    let (names, directions, seeds) =
        (training.texts("tagger")?, training.texts("direction")?, training.numbers("seed")?);
    let place = |((name, direction), seed): ((&String, &String), &f64)| {
        let own = name.split(super::reference::REFERENCE).next().unwrap_or(name);
        (0..seeds.len()).find(|&row| names[row] == own && directions[row] == *direction && seeds[row] == *seed)
    };
    let places: Vec<Option<usize>> = rows.map(place).collect();
    COLUMNS.iter().try_fold(by_seed, |table, column| {
        let values = training.numbers(column)?;
        Ok(table.with(column, places.iter().map(|place| place.map_or(f64::NAN, |row| values[row])).collect::<Vec<_>>()))
    })
}

/// The mean validation loss of a tagger's networks, and PCA's.
struct Losses {
    tagger: String,
    direction: String,
    loss: String,
    network: f64,
    pca: f64,
}

impl Losses {
    /// Every tagger and direction of the table, in its order.
    fn all(table: &Table) -> Result<Vec<Self>> {
        let (names, directions, losses) = (table.texts("tagger")?, table.texts("direction")?, table.texts("loss")?);
        let mut all: Vec<Self> = Vec::new();
        for row in 0..names.len() {
            let (tagger, direction) = (&names[row], &directions[row]);
            if all.iter().any(|known| known.tagger == *tagger && known.direction == *direction) {
                continue;
            }
            let mean = |column: &str| -> Result<f64> {
                let key = [("tagger", tagger.as_str()), ("direction", direction.as_str())];
                Ok(metrics::mean(&table.numbers_where_both(column, key)?)?)
            };
            let (network, pca) = (mean(COLUMNS[0])?, mean(COLUMNS[1])?);
            all.push(Self {
                tagger: tagger.clone(),
                direction: direction.clone(),
                loss: losses[row].clone(),
                network,
                pca,
            });
        }
        Ok(all)
    }

    fn is_undertrained(&self) -> bool {
        self.network > self.pca
    }

    fn name(&self) -> String {
        if self.tagger.is_empty() { self.direction.clone() } else { format!("{}, {}", self.tagger, self.direction) }
    }

    /// "loss 0.0380 above PCA's 0.0136".
    fn against(&self) -> String {
        let fitted = if self.loss == Loss::MeanSquared.name() { "" } else { ", fitted for the MSE" };
        format!("{} {} above PCA's {}{fitted}", self.loss, three_digits(self.network), three_digits(self.pca))
    }
}

/// Why nothing can be concluded from these taggers: the first of them that is undertrained; none if all are trained.
///
/// # Errors
/// [`crate::Error::Column`] if the tables do not say.
pub fn undertrained(tables: &Tables, taggers: &[(&str, Direction)]) -> Result<Option<String>> {
    let all = Losses::all(tables.get(TABLE)?)?;
    let rests_on = |losses: &&Losses| {
        taggers.iter().any(|(name, direction)| *name == losses.tagger && direction.name() == losses.direction)
    };
    let found = all.iter().filter(rests_on).find(|losses| losses.is_undertrained());
    Ok(found.map(|losses| format!("undertrained: {}: validation {}", losses.name(), losses.against())))
}

/// Claims that rest on these taggers, not decided if one of them is undertrained.
///
/// # Errors
/// As [`undertrained`].
pub fn resting_on(
    claims: impl IntoIterator<Item = Claim>,
    tables: &Tables,
    taggers: &[(&str, Direction)],
) -> Result<Vec<Claim>> {
    let reason = undertrained(tables, taggers)?;
    Ok(claims.into_iter().map(|claim| claim.unless(reason.clone())).collect())
}

/// The page, with the taggers that are undertrained named in its footer.
///
/// # Errors
/// As [`undertrained`].
pub fn marked(page: Page, tables: &Tables) -> Result<Page> {
    let all = Losses::all(tables.get(TABLE)?)?;
    let names: Vec<String> = all
        .iter()
        .filter(|losses| losses.is_undertrained())
        .map(|losses| format!("{} ({} > {})", losses.name(), three_digits(losses.network), three_digits(losses.pca)))
        .collect();
    if names.is_empty() {
        return Ok(page);
    }
    let said = label!("UNDERTRAINED (validation loss above PCA's, nothing is concluded): {}", names.join("; "));
    let footer = match page.footer.clone() {
        Some(footer) => label!("{}; {}", footer, said),
        None => said,
    };
    Ok(page.footer(footer))
}

/// Three significant digits: "0.0136", "1.52", "148".
pub fn three_digits(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let decimals = (2.0 - value.abs().log10().floor()).clamp(0.0, 12.0) as usize;
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tier;
    use crate::claims::{Origin, Verdict};
    use crate::plot::Label;

    /// Losses 1 and 3 against PCA's 2.5 (their mean, 2, is below it); 2 and 4 against PCA's 2.5 (3 is above it).
    fn training() -> Table {
        let mut rows = Training::default().0;
        for (direction, losses) in [(Direction::Direct, [1.0, 3.0]), (Direction::Inverse, [2.0, 4.0])] {
            for (seed, loss) in losses.into_iter().enumerate() {
                rows.push(["net", direction.name(), "MSE"], [seed as f64, loss, 2.5]);
            }
        }
        rows.table(TABLE)
    }

    #[test]
    fn a_network_whose_mean_loss_is_above_that_of_pca_is_undertrained() {
        let tables = Tables::new([training()]);
        let of = |taggers: &[(&str, Direction)]| undertrained(&tables, taggers).unwrap();
        assert_eq!(of(&[("net", Direction::Direct)]), None);
        assert_eq!(of(&[("other", Direction::Inverse)]), None);
        let reason = of(&[("net", Direction::Direct), ("net", Direction::Inverse)]).unwrap();
        assert_eq!(reason, "undertrained: net, inverse: validation MSE 3.00 above PCA's 2.50");
    }

    #[test]
    fn what_rests_on_an_undertrained_network_is_not_decided() {
        let tables = Tables::new([training()]);
        let claim =
            || Claim::new(Origin::expected("a reason"), "", "", "", true).decided_with(Tier::Cpu, 3, 3, "seeds");
        let verdict = |direction| resting_on([claim()], &tables, &[("net", direction)]).unwrap()[0].verdict.clone();
        assert_eq!(verdict(Direction::Direct), Verdict::Holds);
        assert!(matches!(verdict(Direction::Inverse), Verdict::NotDecided(reason) if reason.contains("undertrained")));
    }

    #[test]
    fn the_picture_names_the_undertrained_alone() {
        let tables = Tables::new([training()]);
        let footer = marked(Page::new([]).footer("sample"), &tables).unwrap().footer.unwrap();
        let expected =
            "sample; UNDERTRAINED (validation loss above PCA's, nothing is concluded): net, inverse (3.00 > 2.50)";
        assert_eq!(footer, Label::from(expected));
    }

    #[test]
    fn each_row_gets_the_losses_of_its_own_network() {
        let by_seed = Table::new("by_seed")
            .with_texts("tagger", ["net", "net, reference jets", "PCA"])
            .with_texts("direction", ["inverse", "direct", "direct"])
            .with("seed", vec![1.0, 0.0, 0.0]);
        let table = with_losses(by_seed, &training()).unwrap();
        assert_eq!(table.numbers("validation_loss").unwrap()[..2], [4.0, 1.0]);
        assert!(table.numbers("pca_validation_loss").unwrap()[2].is_nan());
    }

    #[test]
    fn three_digits_are_three_whatever_the_size() {
        let texts = [0.013_62, 1.518, 148.2, 0.0, 0.000_123_4].map(three_digits);
        assert_eq!(texts, ["0.0136", "1.52", "148", "0", "0.000123"]);
    }
}
