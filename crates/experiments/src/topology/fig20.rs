//! 3-body phase space: the training curves for d_l = 1 to 9.
//!
//! The events of three massless particles are a sphere S^5. It is embedded in six dimensions and in no fewer, so that the
//! curves should end lower and lower up to d_l = 6, and about alike from there on. What the topology does not see: the
//! momenta add up to zero and the energies to √s, so that the twelve numbers lie in a linear space of eight dimensions,
//! six of momenta and two of energies. From d_l = 8 on nothing has to be bent.

use crate::Result;
use crate::claims::{Claim, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, History, Palette};
use crate::label;
use crate::plot::{Annotation, Axis, Band, Colour, ColourMap, Guide, LegendPlace, Line, Page, Panel, Points, Scale};
use crate::rows::Rows;
use crate::tables::{Table, Tables};
use crate::topology::dalitz::is_flat_three_body;

/// The figure.
pub struct TrainingCurves;

/// The latent dimensions compared.
const DIMENSIONS: [i64; 9] = [1, 2, 3, 4, 5, 6, 7, 8, 9];
/// The fewest dimensions that S^5 is embedded in.
const EMBEDDED: i64 = 6;
/// From [`EMBEDDED`] on, the largest final loss of a seed is at most this times the smallest.
const ALIKE: f64 = 3.0;

impl Figure for TrainingCurves {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig20"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["draw.colour_map"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        experiment.on("flat 3-body phase space, seen as four-vectors", is_flat_three_body)?;
        experiment.with_latent(&DIMENSIONS)
    }

    fn evaluate(&self, _experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let ensembles = with.ensembles()?;
        let histories = ensembles.iter().map(|ensemble| ensemble.histories()).collect::<Result<Vec<_>>>()?;
        Ok(Tables::new([over_epochs(&histories)?, by_seed(&histories)]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let ends = in_order(table, "final_validation_loss")?;
        let halfway = in_order(table, "validation_loss_halfway")?;
        let falls = |losses: &Vec<f64>| losses[..EMBEDDED as usize].windows(2).all(|pair| pair[1] < pair[0]);
        let spread: Vec<f64> = ends.iter().map(|losses| spread(&losses[EMBEDDED as usize - 1..])).collect();
        let each = |curves: &[Vec<f64>]| -> Vec<bool> { curves.iter().map(falls).collect() };
        let order = "each of d_l = 2 to 6 below the one before";
        let mut alike = Claim::most_seeds(
            Origin::expected(""),
            "from d_l = 6 on the final losses are alike",
            &spread.iter().map(|&factor| factor <= ALIKE).collect::<Vec<_>>(),
            "those of d_l = 6 to 9 within a factor 3",
        );
        alike.value += &format!(", median factor {:.1}", metrics::median(&spread)?);
        let claims = [
            Claim::most_seeds(Origin::expected(""), "the final loss falls with d_l up to 6", &each(&ends), order),
            alike,
            Claim::most_seeds(
                Origin::expected(""),
                "the curves are in this order after half of the training",
                &each(&halfway),
                order,
            ),
        ];
        Ok(claims.into_iter().map(|claim| claim.decided_with(experiment.tier, ends.len(), 16, "seeds")).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let [data, ends] = [tables.get("data")?, tables.get("by_seed")?];
        let shown = [data.numbers("low")?, data.numbers("high")?].concat();
        let (bottom, top) = Scale::Log10.limits_covering(&shown).unwrap_or((1e-6, 1.0));
        let axis = |label: &'static str| Axis::logarithmic(label, bottom, top);
        let epochs = data.numbers("epoch")?.iter().copied().fold(1.0, f64::max);
        let mut curves = Panel::new(Axis::linear("epoch", 0.0, epochs), axis("validation loss"));
        let mut at_end = Panel::new(Axis::linear("$d_l$", 0.5, 9.5), axis("final validation loss"))
            .with(Guide::vertical(EMBEDDED as f64 - 0.5))
            .with(Annotation::new(7.4, 1e-2, "$S^5$ embedded").colour(Colour::GREY));
        for dimension in DIMENSIONS.map(|dimension| dimension as f64) {
            let colour = palette.map.colour(0.94 * (dimension - 1.0) / 8.0);
            let column = |name| data.numbers_at(name, "d_l", dimension);
            let epoch = column("epoch")?;
            let losses = ends.numbers_at("final_validation_loss", "d_l", dimension)?;
            curves = curves
                .with(Band::new(&epoch, &column("low")?, &column("high")?).colour(colour).opacity(0.25))
                .with(Line::new(&epoch, &column("median")?).colour(colour).label(label!("$d_l = {}$", dimension)));
            at_end = at_end.with(Points::new(&vec![dimension; losses.len()], &losses).colour(colour).radius(1.8));
        }
        let curves = curves.legend(LegendPlace::Right);
        let seeds = experiment.seeds;
        let footer = label!(
            "left: median and 16 % to 84 % of {} seeds; right: each of {} seeds; loss: mean over 12 components",
            seeds,
            seeds
        );
        Ok(Page::new([curves, at_end]).title("3-body phase space, 12 inputs").footer(footer))
    }
}

/// The largest of the losses over the smallest.
fn spread(losses: &[f64]) -> f64 {
    let (low, high) = losses.iter().fold((f64::INFINITY, 0.0f64), |(l, h), &loss| (l.min(loss), h.max(loss)));
    high / low
}

/// Median and band over seeds of the validation loss after each epoch, one latent dimension after the other.
fn over_epochs(histories: &[Vec<History>]) -> Result<Table> {
    let mut rows = Rows::new([], ["d_l", "epoch", "median", "low", "high"]);
    for (dimension, seeds) in DIMENSIONS.iter().zip(histories) {
        for (index, epoch) in seeds[0].epochs.iter().enumerate() {
            let losses: Vec<f64> = seeds.iter().map(|history| history.validation[index]).collect();
            let [low, median, high] = [0.16, 0.5, 0.84].map(|level| metrics::quantile(&losses, level));
            rows.push([], [*dimension as f64, *epoch, median?, low?, high?]);
        }
    }
    Ok(rows.table("data"))
}

/// Losses of each seed halfway and at the end, one latent dimension after the other.
fn by_seed(histories: &[Vec<History>]) -> Table {
    let names = ["d_l", "seed", "validation_loss_halfway", "final_validation_loss", "final_training_loss"];
    let mut rows = Rows::new([], names);
    for (dimension, seeds) in DIMENSIONS.iter().zip(histories) {
        for (seed, History { epochs, training, validation }) in seeds.iter().enumerate() {
            let last = epochs.len() - 1;
            rows.push([], [*dimension as f64, seed as f64, validation[last / 2], validation[last], training[last]]);
        }
    }
    rows.table("by_seed")
}

/// For each seed, the values of a column in the order of the latent dimensions.
fn in_order(table: &Table, column: &str) -> Result<Vec<Vec<f64>>> {
    let of_dimension = |dimension: i64| table.numbers_at(column, "d_l", dimension as f64);
    let columns = DIMENSIONS.into_iter().map(of_dimension).collect::<Result<Vec<_>>>()?;
    let seeds = columns.iter().map(Vec::len).min().unwrap_or(0);
    Ok((0..seeds).map(|seed| columns.iter().map(|column| column[seed]).collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two seeds whose losses after three epochs are 3, 2, 1 times `scale`, and twice that.
    fn histories(scale: f64) -> Vec<History> {
        let of = |factor: f64| History {
            epochs: vec![1.0, 2.0, 3.0],
            training: vec![0.5; 3],
            validation: [3.0, 2.0, 1.0].map(|loss| loss * factor * scale).to_vec(),
        };
        vec![of(1.0), of(2.0)]
    }

    #[test]
    fn the_spread_of_losses_is_the_largest_over_the_smallest() {
        assert_eq!(spread(&[2.0, 1.0, 5.0, 4.0]), 5.0);
    }

    #[test]
    fn a_row_of_the_curves_is_the_median_over_seeds() {
        let table = over_epochs(&[histories(1.0), histories(10.0)]).unwrap();
        assert_eq!(table.numbers("d_l").unwrap(), [1.0, 1.0, 1.0, 2.0, 2.0, 2.0]);
        assert_eq!(table.numbers("median").unwrap(), [4.5, 3.0, 1.5, 45.0, 30.0, 15.0]);
    }

    #[test]
    fn the_losses_of_a_seed_are_put_in_the_order_of_the_dimensions() {
        let all: Vec<Vec<History>> = (1..=9).map(|scale| histories(f64::from(scale))).collect();
        let table = by_seed(&all);
        let ends = in_order(&table, "final_validation_loss").unwrap();
        assert_eq!(ends[0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
        assert_eq!(ends[1][8], 18.0);
        assert_eq!(in_order(&table, "validation_loss_halfway").unwrap()[0][0], 2.0);
    }
}
