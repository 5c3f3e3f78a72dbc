//! A setup of the autoencoder: the loss that it is trained with and what it is shown of an image, the same in both
//! directions.

use datasets::image::Remapping;
use models::kernel::{Kernel, Shape};
use models::loss::Loss;

use super::taggers::jets_of;
use crate::config::{Experiment, ImageView, Variant};
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// What stands for no remapping and for no kernel.
const NONE: &str = "none";

/// A setup, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// What the figure calls it.
    pub name: String,
    /// Its loss: "MSE", "KMSE".
    pub loss: String,
    /// What is done to the pixels: "none", "fourth root".
    pub remapping: String,
    /// The kernel of its loss, "none" of a loss without.
    pub kernel: String,
}

impl Setup {
    /// Name of the table that holds setups.
    pub const TABLE: &str = "setups";

    /// The setup of a variant; without a name it is called by its loss and remapping.
    ///
    /// # Errors
    /// [`Error::Setting`] if the variant has no network or is not about jets.
    pub fn of(variant: &Variant) -> Result<Self> {
        let loss = variant.learning()?.loss;
        let (remapping, kernel) = (in_words(jets_of(variant)?.view), kernel_in_words(loss));
        let mut setup = Self { name: variant.name.clone(), loss: loss.name().to_owned(), remapping, kernel };
        if setup.name.is_empty() {
            setup.name = setup.label();
        }
        Ok(setup)
    }

    /// The setups of all variants, whose names differ.
    ///
    /// # Errors
    /// As [`Self::of`]; [`Error::Setting`] for two of one name.
    pub fn all(experiment: &Experiment) -> Result<Vec<Self>> {
        let setups = experiment.variants.iter().map(Self::of).collect::<Result<Vec<_>>>()?;
        for (index, setup) in setups.iter().enumerate() {
            if setups[..index].iter().any(|other| other.name == setup.name) {
                return Err(Error::setting("variant.name", format!("`{}` twice", setup.name), "name them apart"));
            }
        }
        Ok(setups)
    }

    /// Loss and remapping: "MSE", "KMSE, fourth root".
    pub fn label(&self) -> String {
        if self.remapping == NONE { self.loss.clone() } else { format!("{}, {}", self.loss, self.remapping) }
    }

    /// Whether it is the mean squared error of images as they are, with which the others are compared.
    pub fn is_plain(&self) -> bool {
        self.loss == Loss::MeanSquared.name() && self.remapping == NONE
    }

    /// Whether it has a kernel's loss, of images as they are.
    pub fn is_kernel_alone(&self) -> bool {
        self.kernel != NONE && self.remapping == NONE
    }

    /// The table of these setups, a row each.
    pub fn table(setups: &[Self]) -> Table {
        let column = |part: fn(&Self) -> &String| setups.iter().map(part).cloned().collect::<Vec<_>>();
        Table::new(Self::TABLE)
            .with_texts("setup", column(|setup| &setup.name))
            .with_texts("loss", column(|setup| &setup.loss))
            .with_texts("remapping", column(|setup| &setup.remapping))
            .with_texts("kernel", column(|setup| &setup.kernel))
    }

    /// The setups of a figure's tables.
    ///
    /// # Errors
    /// [`Error::Column`] if the tables have none.
    pub fn read(tables: &Tables) -> Result<Vec<Self>> {
        let table = tables.get(Self::TABLE)?;
        let column = |name: &str| table.texts(name);
        let (names, losses, remappings) = (column("setup")?, column("loss")?, column("remapping")?);
        let kernels = column("kernel")?;
        let setup = |row: usize| Self {
            name: names[row].clone(),
            loss: losses[row].clone(),
            remapping: remappings[row].clone(),
            kernel: kernels[row].clone(),
        };
        Ok((0..names.len()).map(setup).collect())
    }
}

/// The plain setup, with which a figure compares.
///
/// # Errors
/// [`Error::Setting`] if it is not among the setups.
pub fn plain(setups: &[Setup]) -> Result<&Setup> {
    let missing =
        || Error::setting("variant", "no mean squared error without remapping", "this figure compares with it");
    setups.iter().find(|setup| setup.is_plain()).ok_or_else(missing)
}

/// The setups whose loss is another than that of the one before: a table has a line above them.
pub fn loss_changes(setups: &[Setup]) -> Vec<usize> {
    (1..setups.len()).filter(|&row| setups[row].loss != setups[row - 1].loss).collect()
}

/// What the kernels of these setups are, for the footer: "KMSE: Gaussian with σ = 2 pixels, cut at 7 pixels; ", empty
/// if none has one.
pub fn kernels_text(setups: &[Setup]) -> String {
    let mut kernels: Vec<String> =
        setups.iter().filter(|s| s.kernel != NONE).map(|s| format!("{}: {}; ", s.loss, s.kernel)).collect();
    kernels.sort();
    kernels.dedup();
    kernels.concat()
}

/// What a view does to the pixels.
fn in_words(view: ImageView) -> String {
    let mut parts = Vec::new();
    if view.remapping != Remapping::None {
        parts.push(view.remapping.name().replace('_', " "));
    }
    if view.not_renormalised {
        parts.push("not renormalised".to_owned());
    }
    if let Some(brightest) = view.brightest {
        parts.push(format!("{brightest} brightest pixels"));
    }
    if parts.is_empty() { NONE.to_owned() } else { parts.join(", ") }
}

fn kernel_in_words(loss: Loss) -> String {
    match loss {
        Loss::KernelMeanSquared(Kernel { shape, sigma, cutoff }) => {
            let shape = match shape {
                Shape::Gaussian => "Gaussian",
                Shape::Exponential => "exponential",
            };
            format!("{shape} kernel, σ = {sigma} pixels, cut at {cutoff} pixels")
        }
        _ => NONE.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup(loss: &str, remapping: &str, kernel: &str) -> Setup {
        let [loss, remapping, kernel] = [loss, remapping, kernel].map(str::to_owned);
        Setup { name: format!("{loss} {remapping}"), loss, remapping, kernel }
    }

    #[test]
    fn the_plain_setup_has_neither_a_kernel_nor_a_remapping() {
        let setups = [setup("MSE", "fourth root", NONE), setup("KMSE", NONE, "Gaussian"), setup("MSE", NONE, NONE)];
        assert_eq!(plain(&setups).unwrap(), &setups[2]);
        assert!(plain(&setups[..2]).is_err());
        assert!(setups[1].is_kernel_alone() && !setups[0].is_kernel_alone() && !setups[2].is_kernel_alone());
        assert_eq!(setups[0].label(), "MSE, fourth root");
        assert_eq!(setups[2].label(), "MSE");
    }

    #[test]
    fn setups_come_back_from_their_table() {
        let setups = vec![setup("MSE", NONE, NONE), setup("KMSE", "logarithm", "Gaussian")];
        assert_eq!(Setup::read(&Tables::new([Setup::table(&setups)])).unwrap(), setups);
    }

    #[test]
    fn what_is_done_to_an_image_is_said_in_full() {
        assert_eq!(in_words(ImageView::default()), "none");
        let view = ImageView { brightest: Some(20), remapping: Remapping::FourthRoot, not_renormalised: true };
        assert_eq!(in_words(view), "fourth root, not renormalised, 20 brightest pixels");
    }

    #[test]
    fn a_kernel_is_named_once_whatever_has_it() {
        let kernel = Loss::KernelMeanSquared(Kernel { shape: Shape::Gaussian, sigma: 2.0, cutoff: 7 });
        let setups = [
            setup("MSE", NONE, NONE),
            setup("KMSE", NONE, &kernel_in_words(kernel)),
            setup("KMSE", "logarithm", &kernel_in_words(kernel)),
        ];
        assert_eq!(kernels_text(&setups), "KMSE: Gaussian kernel, σ = 2 pixels, cut at 7 pixels; ");
        assert_eq!(kernels_text(&setups[..1]), "");
        assert_eq!(loss_changes(&setups), [1]);
    }
}
