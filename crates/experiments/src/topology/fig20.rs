//! 3-body phase space: the training curves for d_l = 1 to 9, and for d_l = 4 to 8 where the network sees momenta alone.
//!
//! The events of three massless particles are a sphere S^5. It is embedded in six dimensions and in no fewer, so that the
//! losses should drop at d_l = 6. Where they stop falling is a matter of linear algebra: the momenta add up to zero and
//! the energies to √s, so that the twelve numbers lie in a linear space of eight dimensions, six of momenta and two of
//! energies, from which on nothing has to be bent. The nine momenta lie in one of six, S^5's own: there the losses
//! should stop falling where the sphere is embedded.

use models::pca::Pca;
use ndarray::Array2;

use crate::claims::{Claim, Origin};
use crate::config::{Density, Experiment, Inputs};
use crate::figure::{Evaluator, Figure, History, Palette};
use crate::label;
use crate::plot::{Axis, Band, ColourMap, Dash, Guide, LegendPlace, Line, Marker, Page, Panel, Points, Scale};
use crate::rows::Rows;
use crate::samples::tensor;
use crate::tables::{Table, Tables};
use crate::topology::dalitz::{is_three_body, seen};
use crate::topology::latent_steps::{largest_step, saturation};
use crate::{Error, Result};

/// The figure.
pub struct TrainingCurves;

/// What the network sees of an event, and the latent dimensions that are compared.
struct Case {
    inputs: Inputs,
    /// Its name in tables.
    name: &'static str,
    /// How many numbers it sees.
    numbers: usize,
    dimensions: &'static [i64],
    /// Dimensions of the linear space in which these numbers lie.
    linear: i64,
}

const FOUR_VECTORS: Case = Case {
    inputs: Inputs::FourVectors,
    name: "four-vectors",
    numbers: 12,
    dimensions: &[1, 2, 3, 4, 5, 6, 7, 8, 9],
    linear: 8,
};
const MOMENTA: Case =
    Case { inputs: Inputs::Momenta, name: "momenta", numbers: 9, dimensions: &[4, 5, 6, 7, 8], linear: 6 };
const CASES: [Case; 2] = [FOUR_VECTORS, MOMENTA];
/// The fewest dimensions that S^5 is embedded in.
const EMBEDDED: i64 = 6;
/// The latent dimensions that both cases have, within which the drop is looked for.
const COMMON: [i64; 5] = [4, 5, 6, 7, 8];
/// Losses are alike if the largest is at most this times the smallest.
const ALIKE: f64 = 3.0;
/// A direction counts as one of the data's if its variance is at least this share of the largest: rounding leaves 1e-14.
const SPANNED: f64 = 1e-10;

impl Figure for TrainingCurves {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig20"
    }

    fn version(&self) -> u32 {
        2
    }

    fn reads(&self) -> &'static [&'static str] {
        &["draw.colour_map"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        experiment.on("3-body phase space", is_three_body)?;
        experiment.with_latent(&CASES.map(|case| case.dimensions).concat())?;
        for (variant, case) in experiment.variants.iter().zip(cases_of_variants()) {
            if seen(variant)? != (Density::Flat, case.inputs) {
                let allowed = "give flat phase space, first the variants of four-vectors, then those of momenta";
                return Err(Error::setting("variant", &variant.name, allowed));
            }
        }
        Ok(())
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let ensembles = with.ensembles()?;
        let histories = ensembles.iter().map(|ensemble| ensemble.histories()).collect::<Result<Vec<_>>>()?;
        let mut spanned = Rows::new(["inputs"], ["numbers", "linear_dimensions"]);
        let mut first = 0;
        for Case { name, dimensions, .. } in CASES {
            let [training, _] = experiment.variants[first].points()?.sample()?;
            spanned.push([name], [training.ncols() as f64, linear_dimensions(&training)? as f64]);
            first += dimensions.len();
        }
        Ok(Tables::new([over_epochs(&histories)?, by_seed(&histories), spanned.table("linear_dimensions")]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let ends = in_order(table, "final_validation_loss", &FOUR_VECTORS)?;
        let halfway = in_order(table, "validation_loss_halfway", &FOUR_VECTORS)?;
        let falls = |losses: &Vec<f64>| losses[..EMBEDDED as usize].windows(2).all(|pair| pair[1] < pair[0]);
        let each = |curves: &[Vec<f64>]| -> Vec<bool> { curves.iter().map(falls).collect() };
        let order = "each of d_l = 2 to 6 below the one before";
        let mut claims = vec![
            Claim::most_seeds(
                Origin::expected("S^5 lies in R^6: up to there each dimension holds more of it"),
                "the final loss falls with d_l up to 6",
                &each(&ends),
                order,
            ),
            Claim::most_seeds(
                Origin::expected("what d_l dimensions cannot hold is missing all along the training"),
                "the curves are in this order after half of the training",
                &each(&halfway),
                order,
            ),
        ];
        // Retired: "from d_l = 6 on the final losses are alike", with energies. The topology does not say so: the twelve
        // numbers lie in a linear space of eight dimensions, so that is where they can stop falling.
        for case in CASES {
            let losses = in_order(table, "final_validation_loss", &case)?;
            claims.push(drop_claim(&case, &losses));
            claims.push(saturation_claim(&case, &losses)?);
        }
        let mut claims: Vec<Claim> =
            claims.into_iter().map(|claim| claim.decided_with(experiment.tier, ends.len(), 16, "seeds")).collect();
        claims.push(linear_claim(tables.get("linear_dimensions")?)?);
        Ok(claims)
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let data = tables.get("data")?;
        let shown = [data.numbers("low")?, data.numbers("high")?].concat();
        let range = Scale::Log10.limits_covering(&shown).unwrap_or((1e-6, 1.0));
        let [four_vectors, momenta] = CASES;
        let panels = [
            curves(data, &four_vectors, range, &palette)?.legend(LegendPlace::Above),
            curves(data, &momenta, range, &palette)?.legend(LegendPlace::Above),
            at_end(tables.get("by_seed")?, range, &palette)?,
        ];
        let seeds = experiment.seeds;
        let footer = label!(
            "left and middle: median and 16 % to 84 % of {} seeds; right: each of {} seeds; loss: mean \
             over the numbers that the network sees",
            seeds,
            seeds
        );
        Ok(Page::new(panels).columns(3).frame(150.0, 165.0).title("3-body phase space").footer(footer))
    }
}

/// The case of each variant, in order.
fn cases_of_variants() -> impl Iterator<Item = Case> {
    CASES.into_iter().flat_map(|case| (0..case.dimensions.len()).map(move |_| Case { ..case }))
}

/// The number of linear dimensions that points, `[n, numbers]`, span around their mean.
fn linear_dimensions(points: &Array2<f64>) -> Result<usize> {
    let variances = Pca::fit(&tensor(points))?.variances;
    Ok(variances.iter().filter(|&&variance| variance > SPANNED * variances[0]).count())
}

/// The claim that the loss drops where S^5 is embedded, from each seed's final losses in the order of the case's dimensions.
fn drop_claim(case: &Case, losses: &[Vec<f64>]) -> Claim {
    let from = case.dimensions.iter().position(|&dimension| dimension == COMMON[0]).unwrap_or(0);
    let drops = |losses: &Vec<f64>| largest_step(&COMMON, &losses[from..from + COMMON.len()]) == EMBEDDED;
    Claim::most_seeds(
        Origin::expected("S^5 lies in R^6 and not in R^5 (Borsuk-Ulam), so that the tear goes there"),
        format!("{}: the loss drops at d_l = 6", case.name),
        &losses.iter().map(drops).collect::<Vec<_>>(),
        "the largest step of ln loss within d_l = 4 to 8 is that to d_l = 6",
    )
}

/// The claim that the losses stop falling where the numbers lie in a linear space.
fn saturation_claim(case: &Case, losses: &[Vec<f64>]) -> Result<Claim> {
    let at: Vec<i64> = losses.iter().map(|losses| saturation(case.dimensions, losses, ALIKE)).collect();
    let Case { name, numbers, linear, .. } = case;
    let last = case.dimensions[case.dimensions.len() - 1];
    let ground =
        format!("the {numbers} numbers lie in a linear space of {linear} dimensions, where nothing has to be bent");
    let mut claim = Claim::most_seeds(
        Origin::expected(ground),
        format!("{name}: the loss no longer falls from d_l = {linear} on"),
        &at.iter().map(|at| at == linear).collect::<Vec<_>>(),
        format!("d_l = {linear} is the first from which on the losses up to d_l = {last} are within a factor 3"),
    );
    let first: Vec<f64> = at.into_iter().map(|at| at as f64).collect();
    claim.value += &format!(", median d_l = {}", metrics::median(&first)?);
    Ok(claim)
}

/// The claim that conservation laws leave these linear dimensions.
fn linear_claim(table: &Table) -> Result<Claim> {
    let (numbers, found) = (table.numbers("numbers")?, table.numbers("linear_dimensions")?);
    let value: Vec<String> =
        numbers.iter().zip(found).map(|(numbers, found)| format!("{found} of {numbers}")).collect();
    Ok(Claim::new(
        Origin::identity(
            "Σp = 0 takes three dimensions of the momenta, ΣE = √s one of the energies; |p| is linear in no p",
        ),
        "four-vectors span 8 linear dimensions, momenta 6",
        value.join(", "),
        "8 of 12, 6 of 9",
        found.iter().zip(CASES).all(|(&found, case)| found == case.linear as f64),
    ))
}

/// The training curves of one case.
fn curves(data: &Table, case: &Case, (bottom, top): (f64, f64), palette: &Palette) -> Result<Panel> {
    let epochs = data.numbers("epoch")?.iter().copied().fold(1.0, f64::max);
    let title = label!("{}: {} inputs", case.name, case.numbers);
    let mut panel =
        Panel::new(Axis::linear("epoch", 0.0, epochs), Axis::logarithmic("validation loss", bottom, top)).title(title);
    for &dimension in case.dimensions {
        let column = |name| values(data, name, case, dimension);
        let (epoch, colour) = (column("epoch")?, colour(palette, dimension));
        panel = panel
            .with(Band::new(&epoch, &column("low")?, &column("high")?).colour(colour).opacity(0.25))
            .with(Line::new(&epoch, &column("median")?).colour(colour).label(label!("$d_l = {}$", dimension)));
    }
    Ok(panel)
}

/// The final losses of both cases against d_l.
fn at_end(by_seed: &Table, (bottom, top): (f64, f64), palette: &Palette) -> Result<Panel> {
    let mut panel =
        Panel::new(Axis::linear("$d_l$", 0.5, 9.5), Axis::logarithmic("final validation loss", bottom, top))
            .with(Guide::vertical(EMBEDDED as f64 - 0.5).label("$S^5$ embedded"))
            .with(Guide::vertical(FOUR_VECTORS.linear as f64 - 0.5).dash(Dash::Dotted).label("12 numbers linear"));
    for (index, case) in CASES.into_iter().enumerate() {
        for (number, &dimension) in case.dimensions.iter().enumerate() {
            let losses = values(by_seed, "final_validation_loss", &case, dimension)?;
            let place = dimension as f64 + 0.24 * index as f64 - 0.12;
            let points = Points::new(&vec![place; losses.len()], &losses).marker(Marker::of_series(index)).radius(1.8);
            let points = points.colour(palette.line(index));
            panel = panel.with(if number == 0 { points.label(case.name) } else { points });
        }
    }
    Ok(panel.legend(LegendPlace::Above))
}

/// The colour of a latent dimension, the same in both cases.
fn colour(palette: &Palette, dimension: i64) -> crate::plot::Colour {
    palette.map.colour(0.94 * (dimension - 1) as f64 / 8.0)
}

/// Median and band over seeds of the validation loss after each epoch, one variant after the other.
fn over_epochs(histories: &[Vec<History>]) -> Result<Table> {
    let mut rows = Rows::new(["inputs"], ["d_l", "epoch", "median", "low", "high"]);
    for ((name, dimension), seeds) in keys().zip(histories) {
        for (index, epoch) in seeds[0].epochs.iter().enumerate() {
            let losses: Vec<f64> = seeds.iter().map(|history| history.validation[index]).collect();
            let [low, median, high] = [0.16, 0.5, 0.84].map(|level| metrics::quantile(&losses, level));
            rows.push([name], [dimension as f64, *epoch, median?, low?, high?]);
        }
    }
    Ok(rows.table("data"))
}

/// Losses of each seed halfway and at the end, one variant after the other.
fn by_seed(histories: &[Vec<History>]) -> Table {
    let names = ["d_l", "seed", "validation_loss_halfway", "final_validation_loss", "final_training_loss"];
    let mut rows = Rows::new(["inputs"], names);
    for ((name, dimension), seeds) in keys().zip(histories) {
        for (seed, History { epochs, training, validation }) in seeds.iter().enumerate() {
            let last = epochs.len() - 1;
            let row = [dimension as f64, seed as f64, validation[last / 2], validation[last], training[last]];
            rows.push([name], row);
        }
    }
    rows.table("by_seed")
}

/// Inputs and latent dimension of each variant, in order.
fn keys() -> impl Iterator<Item = (&'static str, i64)> {
    CASES.into_iter().flat_map(|Case { name, dimensions, .. }| dimensions.iter().map(move |&latent| (name, latent)))
}

/// The numbers of a column in the rows of one case and latent dimension.
fn values(table: &Table, column: &str, case: &Case, dimension: i64) -> Result<Vec<f64>> {
    let of_case = |column: &str| table.numbers_where(column, "inputs", case.name);
    let rows = of_case("d_l")?.into_iter().zip(of_case(column)?);
    Ok(rows.filter(|(latent, _)| *latent == dimension as f64).map(|(_, value)| value).collect())
}

/// For each seed, the values of a column in the order of the case's latent dimensions.
fn in_order(table: &Table, column: &str, case: &Case) -> Result<Vec<Vec<f64>>> {
    let of_dimension = |&dimension: &i64| values(table, column, case, dimension);
    let columns = case.dimensions.iter().map(of_dimension).collect::<Result<Vec<_>>>()?;
    let seeds = columns.iter().map(Vec::len).min().unwrap_or(0);
    Ok((0..seeds).map(|seed| columns.iter().map(|column| column[seed]).collect()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;
    use crate::config::Manifold;

    /// Two seeds whose losses after three epochs are 3, 2, 1 times `scale`, and twice that.
    fn histories(scale: f64) -> Vec<History> {
        let of = |factor: f64| History {
            epochs: vec![1.0, 2.0, 3.0],
            training: vec![0.5; 3],
            validation: [3.0, 2.0, 1.0].map(|loss| loss * factor * scale).to_vec(),
        };
        vec![of(1.0), of(2.0)]
    }

    /// Variant number k has k times the losses of the first.
    fn all() -> Vec<Vec<History>> {
        (1..=14).map(|scale| histories(f64::from(scale))).collect()
    }

    #[test]
    fn energies_add_two_linear_dimensions_to_the_six_of_the_momenta() {
        // Nine momenta less three sums; three energies less one sum. Momenta are odd and energies even under parity, so
        // that no combination of the ones is one of the others.
        let sample = |inputs| {
            let events = Manifold::PhaseSpace { masses: vec![0.0; 3], density: Density::Flat, inputs };
            events.sample(500, 0, &mut random::stream(1, "events", 0)).unwrap()
        };
        let (four_vectors, momenta) = (sample(Inputs::FourVectors), sample(Inputs::Momenta));
        assert_eq!((four_vectors.ncols(), linear_dimensions(&four_vectors).unwrap()), (12, 8));
        assert_eq!((momenta.ncols(), linear_dimensions(&momenta).unwrap()), (9, 6));
    }

    #[test]
    fn a_row_of_the_curves_is_the_median_over_seeds() {
        let table = over_epochs(&all()).unwrap();
        assert_eq!(values(&table, "median", &FOUR_VECTORS, 1).unwrap(), [4.5, 3.0, 1.5]);
        // The tenth variant is the first of momenta.
        assert_eq!(values(&table, "median", &MOMENTA, 4).unwrap(), [45.0, 30.0, 15.0]);
        assert!(values(&table, "median", &MOMENTA, 1).unwrap().is_empty());
    }

    #[test]
    fn the_losses_of_a_seed_are_put_in_the_order_of_the_dimensions() {
        let table = by_seed(&all());
        let ends = in_order(&table, "final_validation_loss", &FOUR_VECTORS).unwrap();
        assert_eq!(ends[0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
        assert_eq!(ends[1][8], 18.0);
        let of_momenta = in_order(&table, "validation_loss_halfway", &MOMENTA).unwrap();
        assert_eq!(of_momenta[0], [20.0, 22.0, 24.0, 26.0, 28.0]);
    }

    #[test]
    fn the_drop_is_looked_for_where_both_inputs_have_it() {
        // The step to 2, a factor 1000, is not asked for; that to 6 is the largest of those from 4 to 8.
        let four_vectors = vec![vec![1.0, 1e-3, 9e-4, 8e-4, 7e-4, 1e-5, 9e-6, 2e-6, 2e-6]; 6];
        assert_eq!(drop_claim(&FOUR_VECTORS, &four_vectors).verdict, Verdict::Holds);
        assert_eq!(drop_claim(&MOMENTA, &vec![vec![1.0, 0.5, 0.4, 0.01, 0.01]; 6]).verdict, Verdict::Fails);
    }

    #[test]
    fn saturation_before_the_linear_dimension_fails_like_one_beyond() {
        let verdict = |last: [f64; 4]| {
            let losses = [vec![1.0; 5], last.to_vec()].concat();
            saturation_claim(&FOUR_VECTORS, &vec![losses; 6]).unwrap().verdict
        };
        assert_eq!(verdict([0.1, 0.05, 0.01, 0.005]), Verdict::Holds);
        assert_eq!(verdict([0.02, 0.02, 0.01, 0.01]), Verdict::Fails);
        assert_eq!(verdict([0.1, 0.05, 0.01, 0.001]), Verdict::Fails);
    }
}
