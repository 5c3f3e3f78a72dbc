//! The ROC of the direct tagger (trained on QCD, top is the signal) and of the inverse one (trained on top, QCD is the signal).
//!
//! The paper's finding: the convolutional autoencoder with the mean squared error finds tops when it knows QCD only, but
//! trained on tops it fails to tag QCD jets, because they are simpler. Whether that shows here, at this size and length of
//! training, is what the claims measure.

use datasets::jets::Class;
use metrics::{Bootstrap, Rejection, Roc, bootstrap_auc};

use crate::Result;
use crate::claims::Claim;
use crate::config::Experiment;
use crate::figure::{Evaluator, Figure, Palette};
use crate::jets::sample::sample_name;
use crate::plot::{Axis, Band, Colour, ColourMap, Dash, LegendPlace, Line, Page, Panel};
use crate::run::{RunSpec, Scores, TrainedRun, TrainingSource, blocks, score_jets};
use crate::samples::test_images;
use crate::tables::{Table, Tables};

/// The figure.
pub struct RocBothWays;

/// Steps of the signal efficiency at which the curves are drawn.
const STEPS: usize = 200;
/// Seeds that a claim about a mean needs.
const LEAST_SEEDS: usize = 3;

/// Which class is the background that the network is trained on.
#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Direct,
    Inverse,
}

impl Direction {
    const BOTH: [Self; 2] = [Self::Direct, Self::Inverse];

    fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Inverse => "inverse",
        }
    }

    fn trained_on(self) -> Class {
        match self {
            Self::Direct => Class::Qcd,
            Self::Inverse => Class::Top,
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Direct => "direct: trained on QCD, signal top",
            Self::Inverse => "inverse: trained on top, signal QCD",
        }
    }

    /// Scores of signal and background.
    fn signal_and_background(self, scores: Scores) -> (Vec<f64>, Vec<f64>) {
        match self {
            Self::Direct => (scores.top, scores.qcd),
            Self::Inverse => (scores.qcd, scores.top),
        }
    }
}

impl Figure for RocBothWays {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        "fig07"
    }

    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        let files = experiment.jets()?;
        let learning = experiment.learning()?;
        let of = |direction: Direction| {
            blocks(learning, experiment.seeds, &TrainingSource::Jets(files.clone(), direction.trained_on()))
        };
        Ok(Direction::BOTH.map(of).concat())
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let files = experiment.jets()?;
        let (images, rows) = test_images(files, with.project)?;
        let replicas = experiment.evaluate.replicas.unwrap_or(200);
        let (mut curves, mut measured) = (Curves::default(), Measured::default());
        let per_direction = with.runs.len() / 2;
        for (direction, runs) in Direction::BOTH.into_iter().zip(with.runs.chunks(per_direction.max(1))) {
            let mut rejections: Vec<Vec<f64>> = Vec::new();
            for run in runs {
                let scores = score_jets(run, files, (&images, &rows), with.project, with.machine)?;
                let (signal, background) = direction.signal_and_background(scores);
                rejections.push(measured.add(direction, run, &signal, &background, replicas)?);
            }
            curves.add(direction, &rejections)?;
        }
        let names = [&files.train_file, &files.test_file].map(|file| sample_name(&with.project.data(file)));
        let [train, test] = names;
        let samples = Table::new("samples").with_texts("use", ["train", "test"]).with_texts("name", [train?, test?]);
        Ok(Tables::new([curves.table(), measured.table(), samples]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let [direct, inverse] = [Direction::Direct, Direction::Inverse].map(|direction| aucs(tables, direction));
        let (direct, inverse) = (direct?, inverse?);
        let claims = [
            Claim::new(
                "direct: trained on QCD, tops are tagged",
                quote(&direct)?,
                "mean AUC > 0.8",
                metrics::mean(&direct)? > 0.8,
            ),
            Claim::new(
                "inverse: trained on top, QCD is not tagged",
                quote(&inverse)?,
                "mean AUC < 0.5",
                metrics::mean(&inverse)? < 0.5,
            ),
        ];
        Ok(claims
            .into_iter()
            .map(|claim| claim.decided_with(experiment.tier, direct.len(), LEAST_SEEDS, "seeds"))
            .collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let table = tables.get("data")?;
        let mut panel = Panel::new(
            Axis::linear("signal efficiency $ε_S$", 0.0, 1.0),
            Axis::logarithmic("background rejection $1/ε_B$", 1.0, 1000.0),
        );
        for (index, direction) in Direction::BOTH.into_iter().enumerate() {
            let column = |name| table.numbers_where(name, "direction", direction.name());
            let x = column("signal_efficiency")?;
            let label = format!("{} (AUC {})", direction.label(), quote(&aucs(tables, direction)?)?);
            panel = panel
                .with(
                    Band::new(&x, &column("lowest_of_seeds")?, &column("highest_of_seeds")?)
                        .colour(palette.line(index))
                        .opacity(0.3),
                )
                .with(
                    Line::new(&x, &column("background_rejection")?)
                        .colour(palette.line(index))
                        .dash(Dash::of_series(index))
                        .label(label),
                );
        }
        let x: Vec<f64> = (1..=STEPS).map(|step| step as f64 / STEPS as f64).collect();
        let random: Vec<f64> = x.iter().map(|x| 1.0 / x).collect();
        let panel = panel
            .with(Line::new(&x, &random).colour(Colour::GREY).dash(Dash::Dotted).label("random, $1/ε_S$"))
            .legend(LegendPlace::Above);
        let samples = tables.get("samples")?.texts("name")?;
        let seeds = aucs(tables, Direction::Direct)?.len();
        let footer = format!(
            "trained on: {}; tested on: {}; line and band: median and range of {seeds} seeds; AUC: mean ± standard deviation of seeds; where no background jet passes, $1/ε_B$ is drawn at their number",
            samples[0], samples[1]
        );
        Ok(Page::new([panel]).title("Autoencoder, mean squared error").footer(footer))
    }
}

/// Signal efficiency of step `step`, from 1/STEPS to 1.
fn grid(step: usize) -> f64 {
    (step + 1) as f64 / STEPS as f64
}

/// AUC of each seed.
fn aucs(tables: &Tables, direction: Direction) -> Result<Vec<f64>> {
    tables.get("by_seed")?.numbers_where("auc", "direction", direction.name())
}

/// Mean and standard deviation over seeds.
fn quote(values: &[f64]) -> Result<String> {
    let mean = metrics::mean(values)?;
    Ok(if values.len() > 1 {
        format!("{mean:.3} ± {:.3}", metrics::standard_deviation(values)?)
    } else {
        format!("{mean:.3}")
    })
}

/// The ROC over seeds, as drawn.
#[derive(Default)]
struct Curves {
    directions: Vec<&'static str>,
    columns: [Vec<f64>; 4],
}

impl Curves {
    const NAMES: [&str; 4] = ["signal_efficiency", "background_rejection", "lowest_of_seeds", "highest_of_seeds"];

    /// Adds median, lowest and highest over seeds of the background rejection at each step.
    fn add(&mut self, direction: Direction, rejections: &[Vec<f64>]) -> Result<()> {
        for step in 0..STEPS {
            let at: Vec<f64> = rejections.iter().map(|rejections| rejections[step]).collect();
            let row = [grid(step), metrics::median(&at)?, metrics::quantile(&at, 0.0)?, metrics::quantile(&at, 1.0)?];
            self.directions.push(direction.name());
            self.columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
        }
        Ok(())
    }

    fn table(self) -> Table {
        let table = Table::new("data").with_texts("direction", self.directions);
        Self::NAMES.iter().zip(self.columns).fold(table, |table, (name, column)| table.with(name, column))
    }
}

/// What is measured of each run.
#[derive(Default)]
struct Measured {
    directions: Vec<&'static str>,
    columns: [Vec<f64>; 13],
}

impl Measured {
    const NAMES: [&str; 13] = [
        "seed",
        "auc",
        "auc_low_68_percent",
        "auc_high_68_percent",
        "rejection_at_0.2",
        "rejection_error_at_0.2",
        "rejection_is_lower_limit_at_0.2",
        "rejection_at_0.3",
        "rejection_error_at_0.3",
        "rejection_is_lower_limit_at_0.3",
        "rejection_at_0.5",
        "rejection_error_at_0.5",
        "rejection_is_lower_limit_at_0.5",
    ];

    /// Measures one run and gives its background rejection over the grid, at most the number of background jets.
    fn add(
        &mut self,
        direction: Direction,
        run: &TrainedRun,
        signal: &[f64],
        background: &[f64],
        replicas: usize,
    ) -> Result<Vec<f64>> {
        let roc = Roc::new(signal, background)?;
        let seed = run.spec.seeds.first().copied().unwrap_or(0);
        let interval = bootstrap_auc(signal, background, &Bootstrap { replicas, confidence: 0.68, seed })?;
        let mut row = vec![seed as f64, interval.auc, interval.low, interval.high];
        for efficiency in [0.2, 0.3, 0.5] {
            row.extend(match roc.rejection_at(efficiency)? {
                Rejection::Measured { value, error } => [value, error, 0.0],
                Rejection::AtLeast { limit } => [limit, f64::NAN, 1.0],
            });
        }
        self.directions.push(direction.name());
        self.columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
        let efficiencies: Vec<f64> = (0..STEPS).map(grid).collect();
        let smallest = 1.0 / background.len() as f64;
        Ok(roc
            .background_efficiency_on(&efficiencies)?
            .into_iter()
            .map(|efficiency| 1.0 / efficiency.max(smallest))
            .collect())
    }

    fn table(self) -> Table {
        let table = Table::new("by_seed").with_texts("direction", self.directions);
        Self::NAMES.iter().zip(self.columns).fold(table, |table, (name, column)| table.with(name, column))
    }
}
