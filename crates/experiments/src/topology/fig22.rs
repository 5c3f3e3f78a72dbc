//! 3-body phase space, d_l = 6: Dalitz plots of the training set, of true test events and of their reconstructions.
//!
//! True events fill the triangle evenly and end at its edges, where two particles are collinear. The autoencoder
//! has no means to know this bound: its four-vectors are off their mass shells. How far, and to which side, it moves the
//! edges is measured on events that lie on them, by the median and the share that leaves the triangle: a mean is ruled by
//! the few events that are far off. Six dimensions embed phase space, S^5, so that no event need be torn off; with five
//! some are, and what they say is about the tear and not about the edges.

use datasets::phase_space;
use ndarray::Array2;

use crate::Result;
use crate::claims::{Claim, Origin};
use crate::config::{Experiment, Inputs};
use crate::figure::{Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{Axis, Band, Colour, ColourMap, Dash, Guide, LegendPlace, Line, Page, Panel, Points, Scale};
use crate::rows::Rows;
use crate::tables::{Table, Tables};
use crate::topology::dalitz::{WITH_ROOM, axes, boundary, invariant_masses, is_flat_three_body};

/// The figure.
pub struct TrueAndReconstructed;

/// Positions along an edge.
const POSITIONS: usize = 40;
/// Events at each of them, in as many orientations.
const ORIENTATIONS: usize = 50;

/// One edge of the triangle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    /// The two Y are collinear.
    Yy,
    /// The second Y and Z are.
    Yz,
    /// The first Y and Z are.
    Third,
}

impl Edge {
    const ALL: [Self; 3] = [Self::Yy, Self::Yz, Self::Third];

    fn name(self) -> &'static str {
        match self {
            Self::Yy => "$s_{YY} = 0$",
            Self::Yz => "$s_{YZ} = 0$",
            Self::Third => "$s_{YY} + s_{YZ} = 1$",
        }
    }

    /// (s_YY, s_YZ) at a position from 0 to 1 along the edge.
    fn at(self, position: f64) -> [f64; 2] {
        match self {
            Self::Yy => [0.0, position],
            Self::Yz => [position, 0.0],
            Self::Third => [position, 1.0 - position],
        }
    }

    /// Distance of (s_YY, s_YZ) from the edge in the plane of the plot, positive outside of the triangle.
    fn outside(self, s_yy: f64, s_yz: f64) -> f64 {
        match self {
            Self::Yy => -s_yy,
            Self::Yz => -s_yz,
            Self::Third => (s_yy + s_yz - 1.0) / 2f64.sqrt(),
        }
    }
}

/// The distances outside of one member's reconstructed edge events: of each edge and position, one an orientation.
type Distances = Vec<Vec<Vec<f64>>>;

impl Figure for TrueAndReconstructed {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig22"
    }

    fn version(&self) -> u32 {
        2
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colours"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        experiment.on("flat 3-body phase space, seen as four-vectors", is_flat_three_body)?;
        experiment.with_latent(&[6])?;
        experiment.points().map(drop)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let (points, n) = (experiment.first().points()?, experiment.points()?);
        let [training, _] = points.sample()?;
        let test = points.test(n)?;
        let ensemble = with.ensemble(0)?;
        let reconstructed = &ensemble.members(&test)[0].reconstructions;
        let events = edge_events(points.seed)?;
        let distances: Vec<Distances> =
            ensemble.members(&events).iter().map(|member| distances(&member.reconstructions)).collect();
        let sets = [("training", &training), ("true", &test), ("reconstructed", reconstructed)];
        Ok(Tables::new([sets_of_points(&sets, n), along_edges(&distances)?, by_seed(&distances)?]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let column = |column: &str| table.numbers(column);
        let (share, all) = (column("share_outside")?, column("median_distance")?);
        let (middle, ends) = (column("median_in_the_middle")?, column("median_at_the_ends")?);
        let each = |holds: &dyn Fn(usize) -> bool| -> Vec<bool> { (0..all.len()).map(holds).collect() };
        let mut outside = Claim::most_seeds(
            Origin::expected(
                "nothing keeps a reconstructed event on its mass shells, and in the Dalitz plot of arXiv 2102.08380 points lie \
                 beyond s_YY = 0",
            ),
            "events on the edges are reconstructed outside of the triangle",
            &each(&|seed| all[seed] > 0.0),
            "median displacement outwards > 0: more than half of the events outside",
        );
        let (median, part) = (metrics::median(all)?, metrics::median(share)?);
        outside.value += &format!(", median displacement {median:.4}, {:.0} % outside", 100.0 * part);
        let mut bow = Claim::most_seeds(
            Origin::expected(
                "at an edge's ends a particle is soft and the light cone's tip is rounded off, in its middle none is",
            ),
            "the edges bow outward",
            &each(&|seed| middle[seed] > 0.0 && middle[seed] > ends[seed]),
            "median displacement outwards of an edge's middle half > 0 and > that of its outer quarters",
        );
        bow.value += &format!(", medians {:.4} and {:.4}", metrics::median(middle)?, metrics::median(ends)?);
        let decided = |claim: Claim| claim.decided_with(experiment.tier, all.len(), 16, "seeds");
        Ok([outside, bow].map(decided).to_vec())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let data = tables.get("data")?;
        let sets = [
            ("training", "training set", Colour::GREEN),
            ("true", "test events, true", palette.line(0)),
            ("reconstructed", "test events, reconstructed ($d_l = 6$)", palette.line(1)),
        ];
        let mut panels = Vec::new();
        for (name, title, colour) in sets {
            let [x, y] = ["s_yy", "s_yz"].map(|column| data.numbers_where(column, "set", name));
            let points = Points::new(&x?, &y?).colour(colour).radius(0.9);
            let [x, y] = axes(WITH_ROOM);
            panels.push(Panel::new(x, y).title(title).with(points).with(boundary()).equal_aspect());
        }
        panels.push(edges(tables.get("along_edges")?, &palette)?);
        let footer = label!(
            "reconstructed: first seed; edges: median displacement of {} orientations, median and range of {} seeds",
            ORIENTATIONS,
            experiment.seeds
        );
        Ok(Page::new(panels).frame(165.0, 165.0).footer(footer))
    }
}

/// Median distance outwards along each edge.
fn edges(table: &Table, palette: &Palette) -> Result<Panel> {
    let shown = [table.numbers("lowest")?, table.numbers("highest")?, &[0.0]].concat();
    let (bottom, top) = Scale::Linear.limits_covering(&shown).unwrap_or((-1.0, 1.0));
    let x = Axis::linear("position along the edge", 0.0, 1.0);
    let mut panel = Panel::new(x, Axis::linear("median distance outwards ($M_X^2$)", bottom, top))
        .title("events on the edges")
        .with(Guide::horizontal(0.0));
    for (index, edge) in Edge::ALL.into_iter().enumerate() {
        let column = |column: &str| table.numbers_where(column, "edge", edge.name());
        let position = column("position")?;
        let (colour, dash) = (palette.line(index), Dash::of_series(index));
        panel = panel
            .with(Band::new(&position, &column("lowest")?, &column("highest")?).colour(colour).opacity(0.2))
            .with(Line::new(&position, &column("median")?).colour(colour).dash(dash).label(edge.name()));
    }
    Ok(panel.legend(LegendPlace::Above))
}

/// The middle of cell number `index` along an edge.
fn position(index: usize) -> f64 {
    (index as f64 + 0.5) / POSITIONS as f64
}

/// Events on the edges as the network sees them: edge by edge, position by position, in random orientations.
fn edge_events(seed: u64) -> Result<Array2<f64>> {
    let places: Vec<[f64; 2]> =
        Edge::ALL.iter().flat_map(|edge| (0..POSITIONS).map(|index| edge.at(position(index)))).collect();
    let rows = places.len() * ORIENTATIONS;
    let masses = Array2::from_shape_fn((rows, 2), |(row, column)| places[row / ORIENTATIONS][column]);
    let events = phase_space::from_dalitz(&masses, &mut random::stream(seed, "events on the edges", 0))?;
    Ok(Inputs::FourVectors.of(&events))
}

/// How far outside of their edge the reconstructed [`edge_events`] are.
fn distances(reconstructions: &Array2<f64>) -> Distances {
    let [s_yy, s_yz] = invariant_masses(reconstructions, Inputs::FourVectors);
    let one = |edge: usize, index: usize, turn: usize| {
        let row = (edge * POSITIONS + index) * ORIENTATIONS + turn;
        Edge::ALL[edge].outside(s_yy[row], s_yz[row])
    };
    let at = |edge: usize, index: usize| (0..ORIENTATIONS).map(|turn| one(edge, index, turn)).collect();
    (0..Edge::ALL.len()).map(|edge| (0..POSITIONS).map(|index| at(edge, index)).collect()).collect()
}

/// (s_YY, s_YZ) of the first `n` events of each set.
fn sets_of_points(sets: &[(&str, &Array2<f64>)], n: usize) -> Table {
    let mut rows = Rows::new(["set"], ["s_yy", "s_yz"]);
    for (name, events) in sets {
        let [s_yy, s_yz] = invariant_masses(events, Inputs::FourVectors);
        s_yy.into_iter().zip(s_yz).take(n).for_each(|(s_yy, s_yz)| rows.push([name], [s_yy, s_yz]));
    }
    rows.table("data")
}

/// The median over orientations at each position of each edge: median and range over seeds.
fn along_edges(seeds: &[Distances]) -> Result<Table> {
    let mut rows = Rows::new(["edge"], ["position", "median", "lowest", "highest"]);
    for (number, edge) in Edge::ALL.into_iter().enumerate() {
        for index in 0..POSITIONS {
            let medians = seeds.iter().map(|distances| metrics::median(&distances[number][index]));
            let medians = medians.collect::<std::result::Result<Vec<f64>, _>>()?;
            let [median, lowest, highest] = [0.5, 0.0, 1.0].map(|level| metrics::quantile(&medians, level));
            rows.push([edge.name()], [position(index), median?, lowest?, highest?]);
        }
    }
    Ok(rows.table("along_edges"))
}

/// Median distances and the share outside, of each seed.
fn by_seed(seeds: &[Distances]) -> Result<Table> {
    let names = ["seed", "median_distance", "median_in_the_middle", "median_at_the_ends", "share_outside"];
    let mut rows = Rows::new([], names);
    for (seed, distances) in seeds.iter().enumerate() {
        let at = |belongs: &dyn Fn(f64) -> bool| -> Vec<f64> {
            let of_edge = |edge: &Vec<Vec<f64>>| -> Vec<f64> {
                (0..POSITIONS).filter(|&index| belongs(position(index))).flat_map(|index| edge[index].clone()).collect()
            };
            distances.iter().flat_map(of_edge).collect()
        };
        let all = at(&|_| true);
        let middle = metrics::median(&at(&|position| (position - 0.5).abs() < 0.25))?;
        let ends = metrics::median(&at(&|position| (position - 0.5).abs() >= 0.25))?;
        let share = all.iter().filter(|&&distance| distance > 0.0).count() as f64 / all.len() as f64;
        rows.push([], [seed as f64, metrics::median(&all)?, middle, ends, share]);
    }
    Ok(rows.table("by_seed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_outside_of_an_edge_by_its_distance_in_the_plot() {
        assert_eq!(Edge::Yy.outside(-0.1, 0.3), 0.1);
        assert_eq!(Edge::Yz.outside(0.3, 0.2), -0.2);
        assert!((Edge::Third.outside(0.6, 0.6) - 0.2 / 2f64.sqrt()).abs() < 1e-15);
        for (edge, position) in Edge::ALL.into_iter().zip([0.2, 0.5, 0.9]) {
            let [s_yy, s_yz] = edge.at(position);
            assert!(edge.outside(s_yy, s_yz).abs() < 1e-15);
        }
    }

    #[test]
    fn true_events_on_the_edges_are_not_outside() {
        let distances = distances(&edge_events(1).unwrap());
        assert!(distances.iter().flatten().flatten().all(|distance| distance.abs() < 1e-12));
    }

    #[test]
    fn middle_and_ends_of_the_edges_are_measured_apart_and_one_event_far_off_moves_no_median() {
        let at = |index: usize| {
            let mut distances = vec![if (8..32).contains(&index) { 0.3 } else { -0.1 }; ORIENTATIONS];
            distances[0] = -1e3;
            distances
        };
        let distances: Distances = vec![(0..POSITIONS).map(at).collect(); 3];
        let seeds = [distances];
        let table = by_seed(&seeds).unwrap();
        // 24 of 40 positions lie outside, all of the middle half among them: 0.6 of 49 in 50 events.
        for (column, expected) in [
            ("median_distance", 0.3),
            ("median_in_the_middle", 0.3),
            ("median_at_the_ends", -0.1),
            ("share_outside", 0.6 * 0.98),
        ] {
            assert!((table.numbers(column).unwrap()[0] - expected).abs() < 1e-12, "{column}");
        }
        let along = along_edges(&seeds).unwrap();
        assert_eq!(along.numbers("lowest").unwrap()[..9], [[-0.1; 8].as_slice(), &[0.3]].concat());
    }
}
