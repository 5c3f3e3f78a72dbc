//! How the weights start, learning rate and schedule: two studies by which the jets' defaults were chosen.
//!
//! With weights uniform in ±1/√fan_in, a default of many libraries, a signal shrinks by about √3 in each of the network's 13
//! layers, and the training spends its first epochs on undoing that. The others keep its size. Which one, at which rate and with
//! which schedule, is chosen by a rule that was set before the first run: the lowest mean rank of the validation loss after the
//! last epoch, mean over seeds, over both classes and both setups. No AUC enters, and nothing is claimed. The study of the start
//! is short; that of rate and schedule has the length of the figures, on which a schedule depends.

use super::Direction;
use super::baselines::Baseline;
use super::cell_grid::CellGrid;
use super::floor::{Floor, Floored};
use super::sample::{samples_table, samples_text};
use super::setup::{Setup, kernels_text};
use super::taggers::{Taggers, runs_both_ways};
use super::undertrained::three_digits;
use crate::claims::Claim;
use crate::config::{Experiment, Variant};
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::mean_ranks::{MeanRanks, lowest};
use crate::plot::{Axis, Colour, ColourMap, ColourScale, Dash, Guide, Label, LegendPlace, Line, Page, Panel, Scale};
use crate::rows::Rows;
use crate::run::{RunSpec, TrainedRun};
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// A study of settings by their validation loss.
pub struct SettingsByLoss {
    id: &'static str,
    title: &'static str,
}

/// Start of the weights, learning rate and schedule, over few epochs.
pub static START: SettingsByLoss = SettingsByLoss { id: "start", title: "How the weights start" };
/// Learning rate and schedule, at the length of the figures.
pub static SCHEDULE: SettingsByLoss = SettingsByLoss { id: "schedule", title: "Learning rate and schedule" };

impl Figure for SettingsByLoss {
    fn source(&self) -> &'static str {
        "jets"
    }

    fn id(&self) -> &'static str {
        self.id
    }

    fn on_request(&self) -> bool {
        true
    }

    fn reads(&self) -> &'static [&'static str] {
        &["draw.colours", "draw.colour_map"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        Grid::of(experiment).map(drop)
    }

    fn runs(&self, experiment: &Experiment) -> Result<Vec<RunSpec>> {
        runs_both_ways(experiment)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let (taggers, grid) = (Taggers::new(experiment, with), Grid::of(experiment)?);
        let mut curves = Rows::new(["case", "setting"], ["epoch", "mean_validation_loss"]);
        let mut floor = Floor::new(with.project);
        let mut floors = Rows::new(["case"], ["pca_validation_loss"]);
        let mut last = Vec::new();
        for (setup, variants) in grid.setups.iter().zip(&grid.variants) {
            for direction in Direction::BOTH {
                let case = case(setup, direction);
                let mut losses = Vec::new();
                for (setting, &variant) in grid.settings.iter().zip(variants) {
                    let history = mean_history(taggers.both_ways(variant, direction))?;
                    losses.push(history.last().map_or(f64::NAN, |(_, loss)| *loss));
                    for (epoch, loss) in history {
                        curves.push([&case, &setting.name()], [epoch, loss]);
                    }
                }
                last.push(losses);
                let variant = &experiment.variants[variants[0]];
                let runs = taggers.both_ways(variants[0], direction);
                let pca = floor.validation_loss(&Floored::of_class(&case, variant, direction, runs), Baseline::Pca)?;
                floors.push([&case], [pca]);
            }
        }
        let ranks = grid.rank_table(&last)?;
        let others =
            [floors.table("floor"), Setup::table(&grid.setups), samples_table(experiment.jets()?, with.project)?];
        Ok(Tables::new([curves.table("data"), ranks].into_iter().chain(others)))
    }

    /// None: it is there for a choice.
    fn claims(&self, _: &Experiment, _: &Tables) -> Result<Vec<Claim>> {
        Ok(Vec::new())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let (palette, grid) = (Palette::new(experiment, ColourMap::Viridis)?, Grid::of(experiment)?);
        let cases = tables.get("floor")?.texts("case")?.to_vec();
        let mut panels = Vec::new();
        for (index, name) in cases.iter().enumerate() {
            let panel = curve_panel(tables, name, &grid, &palette)?;
            panels.push(if index == 1 { with_legend(panel, &grid, &palette) } else { panel });
        }
        panels.push(rank_panel(tables, &grid, cases.len(), palette.map)?);
        let ranks = tables.get("ranks")?;
        let means = ranks.numbers("mean_rank")?;
        let best = lowest(means);
        let footer = label!(
            "{}; {}mean of {} seeds; ranks: of the validation loss after the last epoch, 1 is the lowest; lowest mean rank: {} ({})",
            samples_text(tables)?,
            kernels_text(&grid.setups),
            experiment.seeds,
            ranks.texts("setting")?[best],
            three_digits(means[best])
        );
        Ok(Page::new(panels).columns(2).frame(170.0, 150.0).title(self.title).footer(footer))
    }
}

/// A start, a learning rate and a schedule.
#[derive(Debug, Clone, PartialEq)]
struct Setting {
    start: &'static str,
    rate: f64,
    schedule: &'static str,
}

impl Setting {
    fn of(variant: &Variant) -> Result<Self> {
        let learning = variant.learning()?;
        let (start, schedule) = (learning.model.initialisation().name(), learning.schedule.name());
        Ok(Self { start, rate: learning.learning_rate, schedule })
    }

    fn name(&self) -> String {
        format!("{}, {}, {}", self.start, self.rate, self.schedule)
    }
}

/// The variants of the experiment as setups times settings.
struct Grid {
    setups: Vec<Setup>,
    settings: Vec<Setting>,
    /// Number of the variant of each setup and setting.
    variants: Vec<Vec<usize>>,
}

impl Grid {
    fn of(experiment: &Experiment) -> Result<Self> {
        let (mut setups, mut settings): (Vec<Setup>, Vec<Setting>) = (Vec::new(), Vec::new());
        let mut places = Vec::new();
        for variant in &experiment.variants {
            let setup = Setup::of(variant)?;
            let (setup, setting) = (Setup { name: setup.label(), ..setup }, Setting::of(variant)?);
            places.push((place(&mut setups, setup), place(&mut settings, setting)));
        }
        let number = |setup, setting| places.iter().position(|place| *place == (setup, setting));
        let variants: Option<Vec<Vec<usize>>> = (0..setups.len())
            .map(|setup| (0..settings.len()).map(|setting| number(setup, setting)).collect())
            .collect();
        match variants {
            Some(variants) if setups.len() * settings.len() == places.len() && settings.len() > 1 => {
                Ok(Self { setups, settings, variants })
            }
            _ => {
                let allowed = "this study needs each start, rate and schedule once for every loss and remapping";
                Err(Error::setting("variant", format!("{} variants", places.len()), allowed))
            }
        }
    }

    /// The ranks of every setting by the losses of each case, and their mean.
    fn rank_table(&self, losses: &[Vec<f64>]) -> Result<Table> {
        let ranks = MeanRanks::of(losses)?;
        let mut table = Table::new("ranks").with_texts("setting", self.settings.iter().map(Setting::name));
        let cases = self.setups.iter().flat_map(|setup| Direction::BOTH.map(|direction| case(setup, direction)));
        for (name, (losses, ranks)) in cases.zip(losses.iter().zip(&ranks.by_case)) {
            table = table.with(&format!("validation_loss, {name}"), losses.clone());
            table = table.with(&format!("rank, {name}"), ranks.clone());
        }
        Ok(table.with("mean_rank", ranks.means))
    }

    /// The different starts, and the different pairs of rate and schedule, in their order.
    fn starts(&self) -> Vec<&'static str> {
        let mut starts = Vec::new();
        for setting in &self.settings {
            place(&mut starts, setting.start);
        }
        starts
    }

    fn schedules(&self) -> Vec<(f64, &'static str)> {
        let mut schedules = Vec::new();
        for setting in &self.settings {
            place(&mut schedules, (setting.rate, setting.schedule));
        }
        schedules
    }

    /// Colour of the start, dash of rate and schedule.
    fn look(&self, setting: &Setting, palette: &Palette) -> (Colour, Dash) {
        let of = |wanted: Option<usize>| wanted.unwrap_or(0);
        let start = of(self.starts().iter().position(|start| *start == setting.start));
        let schedule = of(self.schedules().iter().position(|pair| *pair == (setting.rate, setting.schedule)));
        (palette.line(start), Dash::of_series(schedule))
    }
}

/// The place of `item`, which is appended if it is new.
fn place<T: PartialEq>(items: &mut Vec<T>, item: T) -> usize {
    items.iter().position(|known| *known == item).unwrap_or_else(|| {
        items.push(item);
        items.len() - 1
    })
}

/// "MSE, trained on QCD".
fn case(setup: &Setup, direction: Direction) -> String {
    format!("{}, trained on {}", setup.label(), direction.trained_on().name())
}

/// Epochs and validation losses, mean over the runs.
fn mean_history(runs: &[TrainedRun]) -> Result<Vec<(f64, f64)>> {
    let seeds = runs.iter().map(TrainedRun::validation_history).collect::<Result<Vec<_>>>()?;
    let epochs = seeds.iter().map(Vec::len).min().unwrap_or(0);
    let at = |epoch: usize| {
        let sum: f64 = seeds.iter().map(|seed| seed[epoch].1).sum();
        (seeds[0][epoch].0, sum / seeds.len() as f64)
    };
    Ok((0..epochs).map(at).collect())
}

fn curve_panel(tables: &Tables, case: &str, grid: &Grid, palette: &Palette) -> Result<Panel> {
    let (data, floor) = (tables.get("data")?, tables.get("floor")?.numbers_where("pca_validation_loss", "case", case)?);
    let of = |column: &str, setting: &str| data.numbers_where_both(column, [("case", case), ("setting", setting)]);
    let shown = [data.numbers_where("mean_validation_loss", "case", case)?, floor.clone()].concat();
    let last = data.numbers("epoch")?.iter().copied().fold(1.0, f64::max);
    let (low, high) = Scale::Log10.limits_covering(&shown).unwrap_or((0.1, 1.0));
    let y = Axis::logarithmic("validation loss", low, high);
    let mut panel = Panel::new(Axis::linear("epoch", 0.0, 1.05 * last), y).title(Label::plain(case));
    for setting in &grid.settings {
        let (epochs, losses) = (of("epoch", &setting.name())?, of("mean_validation_loss", &setting.name())?);
        let (colour, dash) = grid.look(setting, palette);
        panel = panel.with(Line::new(&epochs, &losses).colour(colour).dash(dash));
    }
    Ok(floor.iter().fold(panel, |panel, loss| panel.with(Guide::horizontal(*loss).label("PCA"))))
}

/// The panel with a legend of colours and of dashes; their keys are too short to be seen, at a corner of the frame.
fn with_legend(mut panel: Panel, grid: &Grid, palette: &Palette) -> Panel {
    let ((left, right), low) = (panel.x.limits, panel.y.limits.0);
    let key = || Line::new(&[left, left + 1e-3 * (right - left)], &[low; 2]);
    for (index, start) in grid.starts().into_iter().enumerate() {
        panel = panel.with(key().colour(palette.line(index)).label(label!("{}", start)));
    }
    for (index, (rate, schedule)) in grid.schedules().into_iter().enumerate() {
        let line = key().colour(Colour::BLACK).dash(Dash::of_series(index));
        panel = panel.with(line.label(label!("rate {}, {}", rate, schedule)));
    }
    panel.legend(LegendPlace::Right)
}

/// The ranks as cells, rank 1 in the brightest colour, and their mean.
fn rank_panel(tables: &Tables, grid: &Grid, cases: usize, map: ColourMap) -> Result<Panel> {
    let table = tables.get("ranks")?;
    let names = tables.get("floor")?.texts("case")?;
    let mut columns = names.iter().map(|name| table.numbers(&format!("rank, {name}"))).collect::<Result<Vec<_>>>()?;
    columns.push(table.numbers("mean_rank")?);
    let rows = grid.settings.len();
    let ranks: Vec<f64> = (0..rows).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
    let short = ["1", "2", "3", "4", "5", "6", "7", "8"];
    let numbered: Vec<&'static str> = short[..cases.min(short.len())].iter().copied().chain(["mean"]).collect();
    let cells = CellGrid {
        rows: grid.settings.iter().map(|setting| Label::plain(setting.name())).collect(),
        columns: &numbered,
        values: ranks.iter().map(|rank| (rows + 1) as f64 - rank).collect(),
        texts: ranks.iter().map(|rank| format!("{}", (100.0 * rank).round() / 100.0)).collect(),
        scale: ColourScale::linear(map, 1.0, rows as f64),
        lines_above: Vec::new(),
    };
    Ok(cells.panel("rank in the panels above, in their order", true))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let none = || "none".to_owned();
        let setup =
            |loss: &str| Setup { name: loss.to_owned(), loss: loss.to_owned(), remapping: none(), kernel: none() };
        let setting = |start, rate, schedule| Setting { start, rate, schedule };
        let settings =
            vec![setting("uniform", 1e-3, "constant"), setting("he", 1e-3, "constant"), setting("he", 2e-3, "cosine")];
        Grid { setups: vec![setup("MSE"), setup("KMSE")], settings, variants: vec![vec![0, 1, 2], vec![3, 4, 5]] }
    }

    #[test]
    fn starts_are_told_by_colour_and_rates_with_schedules_by_dash() {
        let grid = grid();
        assert_eq!(grid.starts(), ["uniform", "he"]);
        assert_eq!(grid.schedules(), [(1e-3, "constant"), (2e-3, "cosine")]);
        assert_eq!(grid.settings[2].name(), "he, 0.002, cosine");
    }

    #[test]
    fn the_ranks_of_all_cases_are_averaged() {
        let losses = [vec![3.0, 2.0, 1.0], vec![3.0, 1.0, 2.0], vec![3.0, 2.0, 1.0], vec![3.0, 2.0, 1.0]];
        let table = grid().rank_table(&losses).unwrap();
        assert_eq!(table.numbers("mean_rank").unwrap(), [3.0, 1.75, 1.25]);
        assert_eq!(table.numbers("rank, KMSE, trained on QCD").unwrap(), [3.0, 2.0, 1.0]);
        assert_eq!(table.numbers("validation_loss, MSE, trained on top").unwrap(), [3.0, 1.0, 2.0]);
    }
}
