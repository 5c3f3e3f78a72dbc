//! How the weights start: the validation loss of three kinds of networks by start, learning rate and schedule.
//!
//! The networks are those of three figures whose training falls short of its aim: the narrow ones on S² (fig13, three
//! activations), those on the flat torus (fig14, d_l = 2, 3, 4) and that on the excised paraboloid (fig16), each with its
//! figure's own data and length. A study of our own, which no source has.
//!
//! *Rule*, stated before anything was run: for each of the three, the setting with the lowest mean rank of the median
//! validation loss becomes its setting. The loss is that after the last epoch, its median is over the seeds, a setting's
//! rank is among all settings for the same network, 1 for the smallest loss, and its mean is over the three activations or
//! latent dimensions; of equal mean ranks the first listed counts. No tear, no hole and no claim enters. Nothing is claimed.

use metrics::Order;

use crate::claims::Claim;
use crate::config::{Experiment, Manifold, Model, Variant};
use crate::figure::{Evaluator, Figure, History, Palette};
use crate::label;
use crate::mean_ranks::lowest;
use crate::plot::{
    Axis, ColourMap, ErrorBars, Guide, Label, LegendPlace, Line, Marker, Page, Panel, Points, Scale, Ticks,
};
use crate::rows::Rows;
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// The figure.
pub struct StartOfTraining;

/// What stands before the latent dimension in a network's name.
const LATENT: &str = "d_l = ";
/// How far apart the networks of one setting are drawn.
const ASIDE: f64 = 0.18;

/// Start, learning rate and schedule of a training.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Setting {
    initialisation: &'static str,
    learning_rate: f64,
    schedule: &'static str,
}

/// A network and its data, which all settings are tried on.
#[derive(Debug, Clone, PartialEq)]
struct Case {
    /// Which of the three.
    task: &'static str,
    /// Which of its networks.
    network: String,
}

impl Figure for StartOfTraining {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "start"
    }

    fn on_request(&self) -> bool {
        true
    }

    fn reads(&self) -> &'static [&'static str] {
        &["draw.colours"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        let settings = settings(experiment)?;
        for variants in cases(experiment)?.chunk_by(|one, next| one.0 == next.0) {
            if !variants.iter().map(|(_, setting)| setting).eq(&settings) {
                let allowed = "every network needs the same starts, learning rates and schedules, in one order";
                return Err(Error::setting("variant", variants.len(), allowed));
            }
        }
        Ok(())
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let (cases, settings) = (cases(experiment)?, settings(experiment)?);
        let last = |history: History| history.validation.last().copied().unwrap_or(f64::NAN);
        let losses = with.ensembles()?.into_iter().map(|ensemble| {
            let histories = ensemble.histories()?;
            Ok(histories.into_iter().map(last).collect::<Vec<_>>())
        });
        let data = by_network(&cases, &losses.collect::<Result<Vec<_>>>()?, settings.len())?;
        let ranks = mean_ranks(&data, &settings)?;
        Ok(Tables::new([data, ranks]))
    }

    fn claims(&self, _experiment: &Experiment, _tables: &Tables) -> Result<Vec<Claim>> {
        Ok(Vec::new())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let settings = settings(experiment)?;
        let [data, ranks] = [tables.get("data")?, tables.get("mean_ranks")?];
        let (mut losses, mut means) = (Vec::new(), Vec::new());
        for task in each_once(ranks.texts("task")?) {
            let mean = ranks.numbers_where("mean_rank", "task", &task)?;
            losses.push(losses_panel(data, &task, &settings, &palette)?);
            means.push(ranks_panel(&mean, &settings, &palette));
        }
        let columns = losses.len();
        losses.extend(means);
        let footer = label!(
            "medians of {} seeds, bars from 16 % to 84 % of them; within each start from the left: {}",
            experiment.seeds,
            order(&settings)
        );
        let title = "Validation loss by start, learning rate and schedule";
        Ok(Page::new(losses).columns(columns).frame(190.0, 130.0).title(title).footer(footer))
    }
}

/// The network and the setting of each variant.
fn cases(experiment: &Experiment) -> Result<Vec<(Case, Setting)>> {
    experiment.variants.iter().map(|variant| Ok((case(variant)?, setting(variant)?))).collect()
}

fn case(variant: &Variant) -> Result<Case> {
    let refused =
        || Error::setting("data.kind", "another data set", "this figure is about S², the torus, the paraboloid");
    let Model::Dense(layout) = &variant.learning()?.model else { return Err(refused()) };
    let (task, network) = match variant.points()?.manifold {
        Manifold::Sphere { dimension: 2 } => ("S², 8 units", layout.activation.name().to_owned()),
        Manifold::FlatTorus => ("flat torus", format!("{LATENT}{}", layout.latent)),
        Manifold::Paraboloid { .. } => ("excised paraboloid", format!("{LATENT}{}", layout.latent)),
        _ => return Err(refused().of(&variant.name)),
    };
    Ok(Case { task, network })
}

fn setting(variant: &Variant) -> Result<Setting> {
    let learning = variant.learning()?;
    let (initialisation, schedule) = (learning.model.initialisation().name(), learning.schedule.name());
    Ok(Setting { initialisation, learning_rate: learning.learning_rate, schedule })
}

/// The settings that are compared: those of the first network.
fn settings(experiment: &Experiment) -> Result<Vec<Setting>> {
    let cases = cases(experiment)?;
    Ok(cases.iter().take_while(|(case, _)| *case == cases[0].0).map(|(_, setting)| *setting).collect())
}

/// Losses of the seeds and rank of every setting of each network; `losses` are those of the cases, a list of seeds each,
/// the `settings` of one network after the other.
fn by_network(cases: &[(Case, Setting)], losses: &[Vec<f64>], settings: usize) -> Result<Table> {
    let names = ["learning_rate", "median", "low", "high", "rank"];
    let mut rows = Rows::new(["task", "network", "initialisation", "schedule"], names);
    for (cases, losses) in cases.chunks(settings).zip(losses.chunks(settings)) {
        let level = |level: f64| losses.iter().map(move |losses| metrics::quantile(losses, level));
        let median = level(0.5).collect::<metrics::Result<Vec<_>>>()?;
        let ranks = metrics::ranks(&median, Order::SmallestFirst)?;
        let spread = level(0.16).zip(level(0.84)).zip(median).zip(ranks);
        for ((Case { task, network }, setting), (((low, high), median), rank)) in cases.iter().zip(spread) {
            let keys = [*task, network.as_str(), setting.initialisation, setting.schedule];
            rows.push(keys, [setting.learning_rate, median, low?, high?, rank]);
        }
    }
    Ok(rows.table("data"))
}

/// The mean rank of every setting over the networks of a task.
fn mean_ranks(data: &Table, settings: &[Setting]) -> Result<Table> {
    let mut rows = Rows::new(["task", "initialisation", "schedule"], ["learning_rate", "mean_rank"]);
    for task in each_once(data.texts("task")?) {
        let ranks = data.numbers_where("rank", "task", &task)?;
        for (index, setting) in settings.iter().enumerate() {
            let of_setting: Vec<f64> = ranks.iter().copied().skip(index).step_by(settings.len()).collect();
            let keys = [task.as_str(), setting.initialisation, setting.schedule];
            rows.push(keys, [setting.learning_rate, metrics::mean(&of_setting)?]);
        }
    }
    Ok(rows.table("mean_ranks"))
}

/// The names in their order, each once.
fn each_once(names: &[String]) -> Vec<String> {
    let mut names = names.to_vec();
    names.dedup();
    names
}

/// The settings side by side: the starts by name, within each the learning rates and schedules in [`order`].
fn settings_axis(settings: &[Setting]) -> Axis {
    let starts = settings.chunk_by(|one, next| one.initialisation == next.initialisation);
    let mut from = 0;
    let mut major = Vec::new();
    for start in starts {
        let middle = from as f64 + 0.5 * (start.len() - 1) as f64;
        major.push((middle, Label::plain(start[0].initialisation)));
        from += start.len();
    }
    Axis::linear("start of the weights", -0.5, settings.len() as f64 - 0.5).ticks(Ticks::Names(major))
}

/// Which learning rates and schedules stand side by side within each start.
fn order(settings: &[Setting]) -> String {
    let first = settings.iter().take_while(|setting| setting.initialisation == settings[0].initialisation);
    let names = first.map(|setting| format!("{:e} {}", setting.learning_rate, setting.schedule));
    names.collect::<Vec<_>>().join(", ").replace('-', "−")
}

/// Dividers between the starts.
fn divided(panel: Panel, settings: &[Setting]) -> Panel {
    let pairs = settings.windows(2).enumerate();
    let ends = pairs.filter(|(_, pair)| pair[0].initialisation != pair[1].initialisation);
    ends.fold(panel, |panel, (index, _)| panel.with(Guide::vertical(index as f64 + 0.5)))
}

/// The final validation losses of a task's networks, setting by setting.
fn losses_panel(data: &Table, task: &str, settings: &[Setting], palette: &Palette) -> Result<Panel> {
    let of_task = |column: &str| data.numbers_where(column, "task", task);
    let all = [of_task("low")?, of_task("high")?].concat();
    let (low, high) = Scale::Log10.limits_covering(&all).unwrap_or((1e-9, 1.0));
    let loss = Axis::logarithmic("final validation loss", low, high);
    let mut panel = divided(Panel::new(settings_axis(settings), loss), settings).title(Label::plain(task));
    let keys = data.texts("task")?.iter().zip(data.texts("network")?);
    let networks: Vec<String> = keys.filter(|(name, _)| *name == task).map(|(_, network)| network.clone()).collect();
    let networks = each_once(&networks);
    for (index, network) in networks.iter().enumerate() {
        let of = |column: &str| data.numbers_where_both(column, [("task", task), ("network", network)]);
        let aside = ASIDE * (index as f64 - 0.5 * (networks.len() - 1) as f64);
        let x: Vec<f64> = (0..settings.len()).map(|place| place as f64 + aside).collect();
        let colour = palette.line(index);
        let name = match network.strip_prefix(LATENT) {
            Some(dimension) => label!("$d_l = {}$", dimension),
            None => Label::plain(network),
        };
        let medians = Points::new(&x, &of("median")?).radius(1.8).marker(Marker::of_series(index)).colour(colour);
        panel = panel.with(ErrorBars::new(&x, &of("low")?, &of("high")?).colour(colour)).with(medians.label(name));
    }
    Ok(panel.legend(LegendPlace::Above))
}

/// A task's mean ranks, the lowest marked.
fn ranks_panel(mean_ranks: &[f64], settings: &[Setting], palette: &Palette) -> Panel {
    let x: Vec<f64> = (0..mean_ranks.len()).map(|place| place as f64).collect();
    let rank = Axis::linear("mean rank (1: smallest loss)", 0.0, settings.len() as f64 + 1.0);
    let chosen = lowest(mean_ranks);
    let mark = Points::new(&[chosen as f64], &[mean_ranks[chosen]]).radius(4.0).colour(palette.line(1)).label("lowest");
    divided(Panel::new(settings_axis(settings), rank), settings)
        .with(Line::new(&x, mean_ranks).colour(palette.line(0)).width(0.6))
        .with(mark)
        .with(Points::new(&x, mean_ranks).radius(2.0).colour(palette.line(0)))
        .legend(LegendPlace::Above)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Choices, resolve};
    use crate::run::{RunSpec, point_runs};
    use crate::{Project, Tier};

    fn runs(id: &str) -> Vec<RunSpec> {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
        let project = Project::find(Some(root), None).unwrap();
        let choices = Choices { tier: Tier::Cpu, ..Choices::default() };
        point_runs(&resolve(&project, "topology", id, &choices).unwrap()).unwrap()
    }

    #[test]
    fn the_networks_are_those_of_the_three_figures_at_their_own_length() {
        let compared = runs("start");
        // Of fig13 the first 16 of 64 seeds of three of nine settings, of fig14 the last three, of fig16 its only one.
        let narrow = |run: &RunSpec| matches!(&run.learning.model, Model::Dense(layout) if layout.hidden == [8, 8]);
        let own = [runs("fig13").into_iter().filter(narrow).collect(), runs("fig14").split_off(3), runs("fig16")];
        let own: Vec<RunSpec> = own.concat().into_iter().filter(|run| run.seeds[0] == 0).collect();
        assert_eq!((own.len(), compared.len()), (7, 7 * 16));
        assert!(own.iter().all(|run| compared.contains(run)));
    }

    fn two_settings() -> [Setting; 2] {
        let setting = |initialisation| Setting { initialisation, learning_rate: 1e-3, schedule: "cosine" };
        [setting("uniform"), setting("he")]
    }

    #[test]
    fn a_setting_is_ranked_by_its_median_among_those_of_the_same_network() {
        let case = |task: &'static str, network: &str| Case { task, network: network.to_owned() };
        let of = |case: Case| two_settings().map(|setting| (case.clone(), setting));
        let cases = [of(case("a", "elu")), of(case("a", "tanh")), of(case("b", "elu"))].concat();
        // Medians: 2 and 3, 5 and 4, 9 and 1; by their means the first network's settings would come the other way round.
        let losses = [[1.0, 2.0, 90.0], [3.0; 3], [5.0; 3], [4.0; 3], [9.0; 3], [1.0; 3]].map(Vec::from);
        let data = by_network(&cases, &losses, 2).unwrap();
        assert_eq!(data.numbers("rank").unwrap(), [1.0, 2.0, 2.0, 1.0, 2.0, 1.0]);
        let ranks = mean_ranks(&data, &two_settings()).unwrap();
        assert_eq!(ranks.texts("task").unwrap(), ["a", "a", "b", "b"]);
        assert_eq!(ranks.numbers("mean_rank").unwrap(), [1.5, 1.5, 2.0, 1.0]);
    }
}
