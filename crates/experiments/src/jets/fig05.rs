//! Limited reconstruction: the relative error of a pixel against its rank in brightness.
//!
//! The mean squared error is made of the brightest pixels, and an autoencoder reconstructs little else: the dimmer a
//! pixel, the larger its error relative to what it holds. Above the dotted line it would be better to leave it dark.

use datasets::jets::Class;

use super::Direction;
use super::brightness::active_by_brightness;
use super::floor::{Floor, Floored};
use super::performance::quote;
use super::sample::{samples_table, samples_text};
use super::seed_band::SeedBand;
use super::taggers::{Taggers, runs_both_ways};
use super::undertrained::{marked, resting_on};
use crate::Result;
use crate::claims::{Claim, LEAST_SEEDS, Origin};
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{Axis, ColourMap, Dash, Guide, LegendPlace, Line, Page, Panel, Scale};
use crate::rows::Rows;
use crate::run::{RunSpec, TestJets, TrainedRun};
use crate::tables::{Table, Tables};

/// The figure.
pub struct LimitedReconstruction;

/// The largest rank.
const RANKS: usize = 40;
/// The rank that is compared with the brightest pixel.
const DIM_RANK: usize = 20;
/// A rank that fewer jets have is left out.
const LEAST_JETS: usize = 10;
/// More test jets of a class are not needed: their mean error at a rank is then known to about a per cent.
const MOST_JETS: usize = 10_000;
/// Jets whose images are in memory at once.
const CHUNK: usize = 1000;
/// The tagger's name in the tables.
const AUTOENCODER: &str = "autoencoder";

impl Figure for LimitedReconstruction {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig05"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["draw.colours"]
    }

    fn version(&self) -> u32 {
        2
    }

    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        runs_both_ways(experiment)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let taggers = Taggers::new(experiment, with);
        let jets = taggers.test_jets(0)?;
        let (mut curves, mut active) = (Curves::default(), Vec::new());
        let names = ["seed", "rank_correlation", "error_at_rank_1", "error_at_rank_20", "pixels_better_than_half"];
        let mut by_seed = Rows::new(["class"], names);
        let mut floor = Floor::new(with.project);
        for direction in Direction::BOTH {
            let class = direction.trained_on();
            let runs = taggers.both_ways(0, direction);
            floor.add_training(&Floored::of_class(AUTOENCODER, experiment.first(), direction, runs))?;
            let seeds = runs.iter().map(|run| by_rank(&taggers, run, &jets, class)).collect::<Result<Vec<_>>>()?;
            for (run, ranks) in runs.iter().zip(&seeds) {
                by_seed.push([class.name()], measures(run.seed(), &ranks.relative_errors())?);
            }
            curves.add(class, &seeds)?;
            active.push(mean_active(&jets, class)?);
        }
        let active = Table::new("active_pixels")
            .with_texts("class", Direction::BOTH.map(|direction| direction.trained_on().name()))
            .with("mean", active);
        let (training, samples) = (floor.training_table(), samples_table(&jets.files, with.project)?);
        Ok(Tables::new([curves.table(), by_seed.table("by_seed"), active, training, samples]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let [qcd, top] = of_classes(tables, "rank_correlation")?;
        let (first, dim) = (of_classes(tables, "error_at_rank_1")?, of_classes(tables, "error_at_rank_20")?);
        let grows: Vec<bool> =
            (0..qcd.len()).map(|seed| (0..2).all(|class| dim[class][seed] > first[class][seed])).collect();
        let below = of_classes(tables, "pixels_better_than_half")?;
        let active = tables.get("active_pixels")?.numbers("mean")?;
        let means = below.iter().map(|below| metrics::mean(below)).collect::<metrics::Result<Vec<f64>>>()?;
        let claims = [
            Claim::new(
                Origin::expected(
                    "a squared error weighs a pixel by its squared intensity; the paper calls it limited reconstruction",
                ),
                "the relative error grows for dimmer pixels",
                format!("rank correlation of error and rank: QCD {}, top {}", quote(&qcd)?, quote(&top)?),
                "mean above 0.9 for both classes",
                metrics::mean(&qcd)? > 0.9 && metrics::mean(&top)? > 0.9,
            ),
            Claim::every_seed(
                Origin::expected("the same, between two ranks"),
                format!("the pixel of rank {DIM_RANK} is reconstructed worse than the brightest, in both classes"),
                &grows,
                "larger relative error",
            ),
            Claim::new(
                Origin::expected(
                    "a squared error is made of the brightest pixels: most active ones add next to nothing to it",
                ),
                "less than half of the active pixels are reconstructed to better than 50 %",
                better_than_half(&below, active)?,
                "mean number below half of the mean active pixels, for both classes",
                means.iter().zip(active).all(|(mean, active)| *mean < 0.5 * active),
            ),
        ];
        let claims = claims.map(|claim| claim.decided_with(experiment.tier, qcd.len(), LEAST_SEEDS, "seeds"));
        resting_on(claims, tables, &Direction::BOTH.map(|direction| (AUTOENCODER, direction)))
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let errors = error_panel(tables, &palette)?;
        let footer = label!(
            "{}; each class under the networks trained on it; line and band: median and range of {} seeds; relative error at a rank: root of the mean squared error over the mean intensity, of the jets with so many active pixels; dotted: the same for a pixel left dark",
            samples_text(tables)?,
            experiment.seeds
        );
        let page =
            Page::new([errors, intensity_panel(tables, &palette)?]).title("Limited reconstruction").footer(footer);
        marked(page, tables)
    }
}

fn classes() -> [Class; 2] {
    Direction::BOTH.map(Direction::trained_on)
}

/// A column of the measures by seed, for QCD and for top.
fn of_classes(tables: &Tables, column: &str) -> Result<[Vec<f64>; 2]> {
    let table = tables.get("by_seed")?;
    let [qcd, top] = classes().map(|class| table.numbers_where(column, "class", class.name()));
    Ok([qcd?, top?])
}

/// Sums over jets at each rank in brightness, the brightest pixel first.
#[derive(Debug, Clone, Default)]
struct ByRank {
    jets: Vec<f64>,
    input: Vec<f64>,
    input_squared: Vec<f64>,
    reconstruction: Vec<f64>,
    error_squared: Vec<f64>,
}

impl ByRank {
    fn add(&mut self, input: &[f64], reconstruction: &[f64]) {
        for (rank, pixel) in active_by_brightness(input).into_iter().take(RANKS).enumerate() {
            let (x, y) = (input[pixel], reconstruction[pixel]);
            let sums = [
                (&mut self.jets, 1.0),
                (&mut self.input, x),
                (&mut self.input_squared, x * x),
                (&mut self.reconstruction, y),
                (&mut self.error_squared, (x - y).powi(2)),
            ];
            for (sum, value) in sums {
                sum.resize(sum.len().max(rank + 1), 0.0);
                sum[rank] += value;
            }
        }
    }

    /// Ranks that enough jets have.
    fn ranks(&self) -> usize {
        self.jets.iter().take_while(|&&jets| jets >= LEAST_JETS as f64).count()
    }

    /// √⟨square⟩ over the mean intensity at each rank.
    fn relative(&self, squares: &[f64]) -> Vec<f64> {
        (0..self.ranks()).map(|rank| (squares[rank] * self.jets[rank]).sqrt() / self.input[rank]).collect()
    }

    fn relative_errors(&self) -> Vec<f64> {
        self.relative(&self.error_squared)
    }

    /// The mean of what `sums` adds up, at each rank.
    fn mean(&self, sums: &[f64]) -> Vec<f64> {
        (0..self.ranks()).map(|rank| sums[rank] / self.jets[rank]).collect()
    }
}

/// The sums over the test jets of a class under one network, intensities in fractions of the image's sum.
fn by_rank(taggers: &Taggers, run: &TrainedRun, jets: &TestJets, class: Class) -> Result<ByRank> {
    let rows = &jets.rows[usize::from(class == Class::Top)];
    let mut sums = ByRank::default();
    for rows in rows[..MOST_JETS.min(rows.len())].chunks(CHUNK) {
        let scale = 1.0 / jets.files.image_sum;
        let (inputs, images) =
            (Taggers::inputs(jets, rows) * scale, taggers.reconstructions(run, None, jets, rows)? * scale);
        for (input, image) in inputs.rows().into_iter().zip(images.rows()) {
            sums.add(&input.to_vec(), &image.to_vec());
        }
    }
    Ok(sums)
}

fn mean_active(jets: &TestJets, class: Class) -> Result<f64> {
    let rows = &jets.rows[usize::from(class == Class::Top)];
    Ok(metrics::mean(&rows.iter().map(|&row| jets.images.active_pixels(row) as f64).collect::<Vec<_>>())?)
}

/// The curves over ranks, one class after the other.
struct Curves {
    rows: Rows<1, 4>,
    error: SeedBand,
    reconstruction: SeedBand,
}

impl Default for Curves {
    fn default() -> Self {
        let rows = Rows::new(["class"], ["rank", "jets", "relative_error_if_dark", "mean_input"]);
        Self { rows, error: SeedBand::default(), reconstruction: SeedBand::default() }
    }
}

impl Curves {
    fn add(&mut self, class: Class, seeds: &[ByRank]) -> Result<()> {
        // Every seed has the same jets, so that what is said of the inputs is the same for all.
        let Some(inputs) = seeds.first() else { return Ok(()) };
        let dark = inputs.relative(&inputs.input_squared);
        let intensity = inputs.mean(&inputs.input);
        for rank in 0..inputs.ranks() {
            let row = [(rank + 1) as f64, inputs.jets[rank], dark[rank], intensity[rank]];
            self.rows.push([class.name()], row);
        }
        let errors: Vec<Vec<f64>> = seeds.iter().map(ByRank::relative_errors).collect();
        let means: Vec<Vec<f64>> = seeds.iter().map(|seed| seed.mean(&seed.reconstruction)).collect();
        self.error.append(SeedBand::of(&errors)?);
        self.reconstruction.append(SeedBand::of(&means)?);
        Ok(())
    }

    fn table(self) -> Table {
        let table = self.error.in_table(self.rows.table("data"), "relative_error");
        self.reconstruction.in_table(table, "mean_reconstruction")
    }
}

/// What is measured of each seed's curve.
fn measures(seed: u64, errors: &[f64]) -> Result<[f64; 5]> {
    let ranks: Vec<f64> = (1..=errors.len()).map(|rank| rank as f64).collect();
    let at = |rank: usize| errors.get(rank - 1).copied().unwrap_or(f64::NAN);
    let correlation = metrics::rank_correlation(&ranks, errors)?;
    Ok([seed as f64, correlation, at(1), at(DIM_RANK), pixels_better_than_half(errors) as f64])
}

/// The brightest pixels, down to the first whose relative error is not below one half.
fn pixels_better_than_half(errors: &[f64]) -> usize {
    errors.iter().take_while(|&&error| error < 0.5).count()
}

/// "QCD 5.3 ± 0.6 of 33.1, top ...".
fn better_than_half(below: &[Vec<f64>; 2], active: &[f64]) -> Result<String> {
    let text = |((class, below), active): ((Class, &Vec<f64>), &f64)| -> Result<String> {
        let spread =
            if below.len() > 1 { format!(" ± {:.1}", metrics::standard_deviation(below)?) } else { String::new() };
        Ok(format!("{} {:.1}{spread} of {active:.1}", class.name(), metrics::mean(below)?))
    };
    Ok(classes().into_iter().zip(below).zip(active).map(text).collect::<Result<Vec<_>>>()?.join(", "))
}

fn error_panel(tables: &Tables, palette: &Palette) -> Result<Panel> {
    let table = tables.get("data")?;
    let all = [table.numbers("highest_relative_error")?, table.numbers("relative_error_if_dark")?, &[0.5]].concat();
    let highest = all.into_iter().fold(0.0, f64::max);
    let mut panel = Panel::new(
        Axis::linear("rank of the pixel in brightness", 0.0, RANKS as f64 + 1.0),
        Axis::linear("relative error", 0.0, 1.08 * highest),
    )
    .with(Guide::horizontal(0.5).label("50 %"));
    for (index, class) in classes().into_iter().enumerate() {
        let column = |name| table.numbers_where(name, "class", class.name());
        let (rank, dark) = (column("rank")?, column("relative_error_if_dark")?);
        panel = panel.with(Line::new(&rank, &dark).colour(palette.line(index)).dash(Dash::Dotted).width(0.8));
        let band = SeedBand::read(table, "relative_error", "class", class.name())?;
        panel = band.on(panel, &rank, class.name(), (palette, index));
    }
    Ok(panel.legend(LegendPlace::Above))
}

/// The mean intensity of input and reconstruction at each rank.
fn intensity_panel(tables: &Tables, palette: &Palette) -> Result<Panel> {
    let table = tables.get("data")?;
    let shown = [table.numbers("mean_input")?, table.numbers("median_mean_reconstruction")?].concat();
    let limits = Scale::Log10.limits_covering(&shown).unwrap_or((1e-4, 1.0));
    let mut panel = Panel::new(
        Axis::linear("rank of the pixel in brightness", 0.0, RANKS as f64 + 1.0),
        Axis::logarithmic("mean fraction of the sum", limits.0, limits.1),
    );
    for (index, class) in classes().into_iter().enumerate() {
        let column = |name| table.numbers_where(name, "class", class.name());
        let (rank, colour) = (column("rank")?, palette.line(index));
        let input = Line::new(&rank, &column("mean_input")?).colour(colour).dash(Dash::Dotted);
        let reconstruction = Line::new(&rank, &column("median_mean_reconstruction")?).colour(colour);
        panel = panel
            .with(input.label(label!("{}, input", class.name())))
            .with(reconstruction.dash(Dash::of_series(index)).label(label!("{}, reconstruction", class.name())));
    }
    Ok(panel.legend(LegendPlace::Best))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_taken_rank_by_rank_over_the_jets_that_have_it() {
        let mut sums = ByRank::default();
        for _ in 0..5 {
            sums.add(&[0.0, 1.0, 3.0], &[9.0, 0.0, 3.0]);
            sums.add(&[5.0, 0.0, 3.0], &[5.0, 9.0, 1.0]);
        }
        // Rank 1: 3 and 5 without error; rank 2: 1 and 3 with the errors 1 and 2, √2.5 over the mean 2.
        let errors = sums.relative_errors();
        assert_eq!(errors.len(), 2);
        assert_eq!(errors[0], 0.0);
        assert!((errors[1] - 2.5f64.sqrt() / 2.0).abs() < 1e-12);
        // Left dark, rank 2 has the errors 1 and 3, √5 over the mean 2.
        assert!((sums.relative(&sums.input_squared)[1] - 5.0f64.sqrt() / 2.0).abs() < 1e-12);
        assert_eq!(sums.mean(&sums.reconstruction), [4.0, 0.5]);
    }

    #[test]
    fn a_rank_of_a_handful_of_jets_is_left_out() {
        let mut sums = ByRank::default();
        for jet in 0..LEAST_JETS {
            sums.add(if jet == 0 { &[2.0, 1.0] } else { &[2.0, 0.0] }, &[0.0, 0.0]);
        }
        assert_eq!(sums.ranks(), 1);
        assert_eq!(sums.relative_errors(), [1.0]);
    }

    #[test]
    fn the_pixels_better_than_half_are_those_before_the_first_worse_one() {
        assert_eq!(pixels_better_than_half(&[0.1, 0.4, 0.5, 0.3]), 2);
        assert_eq!(pixels_better_than_half(&[]), 0);
        let text = better_than_half(&[vec![2.0, 4.0], vec![3.0, 3.0]], &[30.0, 41.26]).unwrap();
        assert_eq!(text, "QCD 3.0 ± 1.4 of 30.0, top 3.0 ± 0.0 of 41.3");
    }
}
