//! Double cone, d_l = 3, and sampling uneven in the height: is a rare region interpolated?
//!
//! With three latent dimensions nothing need be torn: the double cone is there already. |z| is drawn with the density
//! (p + 1) |z|^p: p = 1 is even in area, p = 0 crowds the apex, and with larger p hardly any training point, and in the
//! end none, lies near it. An anomaly detector should then find the apex anomalous; a network that interpolates does
//! not.

use std::collections::BTreeMap;

use super::double_cone::{APEX, Heights, cone};
use super::spread::{bands, in_words};
use crate::claims::{Claim, Origin};
use crate::config::{Experiment, Variant};
use crate::figure::{Ensemble, Evaluator, Figure, Palette};
use crate::label;
use crate::plot::{
    Axis, Band, ColourMap, Dash, ErrorBars, Guide, LegendPlace, Line, Marker, Page, Panel, Points, Scale,
};
use crate::rows::Rows;
use crate::tables::{Table, Tables};
use crate::{Error, Result};

/// The figure.
pub struct RareApex;

/// Points round the axis at each height.
const ANGLES: usize = 72;
/// Heights, each of so many points.
const MOST_HEIGHTS: usize = 50_000;
/// Points of a test sample like the training sample.
const TYPICAL: usize = 8000;
/// The apex is interpolated if its mean loss is below this many times that of points like the training points.
const INTERPOLATED: f64 = 10.0;

/// Why a rare apex should be reconstructed.
const INTERPOLATES: &str = "arXiv 2102.08380, abstract: networks interpolate locally, so that rare regions may be reconstructed \
                            with small error; how small, a factor 10 or a cut that keeps 99 %, is ours";

/// One seed's network, trained with one sampling.
struct Seed {
    power: f64,
    seed: f64,
    /// Training points that the density gives |z| < 0.1, on average over samples.
    expected: f64,
    /// Mean loss at the apex, over the area with |z| < 0.1.
    apex: f64,
    /// Mean loss of points like the training points.
    typical: f64,
    /// Of the losses of such points, 99 % are below.
    quantile: f64,
}

impl Figure for RareApex {
    fn source(&self) -> &'static str {
        "topology"
    }

    fn id(&self) -> &'static str {
        "fig18"
    }

    fn reads(&self) -> &'static [&'static str] {
        &["evaluate.points", "draw.colours"]
    }

    fn check(&self, experiment: &Experiment) -> Result<()> {
        experiment.with_latent(&vec![3; experiment.variants.len()])?;
        let powers = powers(experiment)?;
        if !powers.windows(2).all(|pair| pair[0] < pair[1]) || !powers.contains(&1.0) {
            let allowed = "this figure compares samplings with 1, even in area, in rising order";
            return Err(Error::setting("data.power", format!("{powers:?}"), allowed));
        }
        Heights::check(experiment.points_up_to(MOST_HEIGHTS)?)
    }

    fn evaluate(&self, experiment: &Experiment, with: &Evaluator) -> Result<Tables> {
        let heights = Heights::new(experiment.points()?, ANGLES)?;
        let (mut seeds, mut rows) = (Vec::new(), Rows::new([], ["power", "height", "median", "low", "high"]));
        for (index, variant) in experiment.variants.iter().enumerate() {
            let ensemble = with.ensemble(index)?;
            let losses = ensemble.losses(&heights.points);
            let profiles: Vec<Vec<f64>> = losses.iter().map(|losses| heights.of_both_sheets(losses)).collect();
            let [median, low, high] = bands(&profiles)?;
            let power = cone(variant)?.power;
            for (index, height) in heights.distances().into_iter().enumerate() {
                rows.push([], [power, height, median[index], low[index], high[index]]);
            }
            seeds.extend(of_seeds(variant, &ensemble, &heights, &losses)?);
        }
        Ok(Tables::new([rows.table("data"), by_seed(&seeds)]))
    }

    fn claims(&self, experiment: &Experiment, tables: &Tables) -> Result<Vec<Claim>> {
        let table = tables.get("by_seed")?;
        let mut claims = Vec::new();
        let mut medians = Vec::new();
        for power in powers(experiment)? {
            let at = |column: &str| table.numbers_at(column, "power", power);
            let ratio: Vec<f64> =
                at("apex")?.iter().zip(at("typical")?).map(|(apex, typical)| apex / typical).collect();
            medians.push(metrics::median(&ratio)?);
            claims.push(interpolated(power, at("expected_points")?[0], &ratio)?);
            let passes: Vec<bool> = at("apex")?.iter().zip(at("typical_99_percent")?).map(|(a, q)| *a < q).collect();
            claims.push(Claim::most_seeds(
                Origin::expected(INTERPOLATES),
                format!("sampling |z|^{power}: the apex passes as normal"),
                &passes,
                "its mean loss is below the 99 % quantile of points like the training points",
            ));
        }
        claims.push(rising(&medians));
        let decided = |claim: Claim| claim.decided_with(experiment.tier, experiment.seeds, 16, "seeds");
        Ok(claims.into_iter().map(decided).collect())
    }

    fn draw(&self, experiment: &Experiment, tables: &Tables) -> Result<Page> {
        let palette = Palette::new(experiment, ColourMap::Viridis)?;
        let powers = powers(experiment)?;
        let over = over_height(tables.get("data")?, &powers, &palette)?;
        let apex = apex_against_density(tables.get("by_seed")?, &powers, &palette)?;
        Ok(Page::new([over, apex]).frame(190.0, 165.0).title("Double cone, $d_l = 3$, uneven sampling"))
    }
}

fn powers(experiment: &Experiment) -> Result<Vec<f64>> {
    experiment.variants.iter().map(|variant| Ok(cone(variant)?.power)).collect()
}

fn of_seeds(variant: &Variant, ensemble: &Ensemble, heights: &Heights, losses: &[Vec<f64>]) -> Result<Vec<Seed>> {
    let (power, set) = (cone(variant)?.power, variant.points()?);
    let expected = expected_points(power, set.sizes[0]);
    let typical = ensemble.losses(&set.test(TYPICAL)?);
    let each = losses.iter().zip(&typical).enumerate().map(|(seed, (losses, typical))| {
        Ok(Seed {
            power,
            seed: seed as f64,
            expected,
            apex: heights.area_mean(&heights.means(losses), 0.0, APEX),
            typical: metrics::mean(typical)?,
            quantile: metrics::quantile(typical, 0.99)?,
        })
    });
    each.collect()
}

/// How many of `training` points the density (p + 1) |z|^p gives |z| < 0.1, on average: its integral, 0.1^(p + 1).
fn expected_points(power: f64, training: usize) -> f64 {
    training as f64 * APEX.powf(power + 1.0)
}

fn by_seed(seeds: &[Seed]) -> Table {
    let column = |value: fn(&Seed) -> f64| -> Vec<f64> { seeds.iter().map(value).collect() };
    Table::new("by_seed")
        .with("power", column(|s| s.power))
        .with("seed", column(|s| s.seed))
        .with("expected_points", column(|s| s.expected))
        .with("apex", column(|s| s.apex))
        .with("typical", column(|s| s.typical))
        .with("typical_99_percent", column(|s| s.quantile))
}

fn interpolated(power: f64, expected: f64, ratio: &[f64]) -> Result<Claim> {
    let points = if expected >= 0.1 { format!("{expected:.1}") } else { format!("{expected:.0e}") };
    let claim = Claim::most_seeds(
        Origin::expected(INTERPOLATES),
        format!("sampling |z|^{power}: the apex (about {points} training points) is interpolated"),
        &ratio.iter().map(|&ratio| ratio < INTERPOLATED).collect::<Vec<_>>(),
        "apex / typical < 10",
    );
    Ok(claim.quoting(format!("apex / typical {}", in_words(ratio)?)))
}

/// Whether the apex is the worse the rarer it is, in the medians over seeds.
fn rising(medians: &[f64]) -> Claim {
    let list: Vec<String> = medians.iter().map(|median| format!("{median:.1e}")).collect();
    let rises = medians.windows(2).all(|pair| pair[0] < pair[1]);
    Claim::new(
        Origin::expected("the fewer training points there are near the apex, the less holds the network there"),
        "the rarer the apex, the larger its loss",
        list.join(", "),
        "medians of apex / typical rise from one sampling to the next",
        rises,
    )
}

/// Mean loss against |z|, one line a sampling.
fn over_height(data: &Table, powers: &[f64], palette: &Palette) -> Result<Panel> {
    let all = [data.numbers("low")?, data.numbers("high")?].concat();
    let (low, high) = Scale::Log10.limits_covering(&all).unwrap_or((1e-9, 1.0));
    let mut panel = Panel::new(
        Axis::linear("distance from the apex along the axis, $|z|$", 0.0, 1.0),
        Axis::logarithmic("mean loss over sheets and angle", low, high),
    );
    for (index, &power) in powers.iter().enumerate() {
        let at = |column: &str| data.numbers_at(column, "power", power);
        let (height, colour) = (at("height")?, palette.line(index));
        let line = Line::new(&height, &at("median")?).colour(colour).dash(Dash::of_series(index));
        panel = panel
            .with(Band::new(&height, &at("low")?, &at("high")?).colour(colour).opacity(0.2))
            .with(line.label(label!("density $∝ |z|$^{{{}}}", power)));
    }
    Ok(panel.legend(LegendPlace::Above))
}

/// The apex's loss relative to that of points like the training points, against the number of training points near it.
fn apex_against_density(table: &Table, powers: &[f64], palette: &Palette) -> Result<Panel> {
    let mut by_power = BTreeMap::new();
    for (index, &power) in powers.iter().enumerate() {
        let at = |column: &str| table.numbers_at(column, "power", power);
        let ratio: Vec<f64> = at("apex")?.iter().zip(at("typical")?).map(|(apex, typical)| apex / typical).collect();
        by_power.insert(index, (at("expected_points")?[0], ratio));
    }
    let ratios: Vec<f64> = by_power.values().flat_map(|(_, ratio)| ratio.clone()).chain([INTERPOLATED]).collect();
    let counts: Vec<f64> = by_power.values().map(|(count, _)| *count).collect();
    let (low, high) = Scale::Log10.limits_covering(&ratios).unwrap_or((0.1, 100.0));
    let (few, many) = Scale::Log10.limits_covering(&counts).unwrap_or((1e-3, 1e3));
    let mut panel = Panel::new(
        Axis::logarithmic("expected training points with $|z| < 0.1$", few, many),
        Axis::logarithmic("loss at the apex / of typical points", low, high),
    );
    for (index, (count, ratio)) in by_power {
        let level = |level: f64| metrics::quantile(&ratio, level).map(|value| vec![value]);
        let colour = palette.line(index);
        let point = Points::new(&[count], &level(0.5)?).radius(2.8).colour(colour).marker(Marker::of_series(index));
        panel = panel.with(ErrorBars::new(&[count], &level(0.16)?, &level(0.84)?).colour(colour)).with(point);
    }
    Ok(panel.with(Guide::horizontal(INTERPOLATED).label("interpolated below")).legend(LegendPlace::Above))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claims::Verdict;

    #[test]
    fn the_expected_number_of_points_is_the_integral_of_the_density() {
        assert!((expected_points(1.0, 10_000) - 100.0).abs() < 1e-9);
        assert!((expected_points(3.0, 10_000) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn an_apex_ten_times_worse_than_typical_is_not_interpolated() {
        let claim = interpolated(3.0, 0.82, &[2.0, 9.0, 9.0, 9.0, 9.0, 9.0]).unwrap();
        assert_eq!(claim.verdict, Verdict::Holds);
        assert!(claim.statement.contains("|z|^3") && claim.statement.contains("about 0.8 training"), "{claim:?}");
        assert_eq!(interpolated(3.0, 0.82, &[11.0; 6]).unwrap().verdict, Verdict::Fails);
        let undecided = interpolated(3.0, 0.82, &[11.0, 9.0]).unwrap();
        assert!(matches!(undecided.verdict, Verdict::NotDecided(_)) && undecided.value.ends_with("1 of 2 seeds"));
    }

    #[test]
    fn the_apex_must_get_worse_from_each_sampling_to_the_next() {
        assert_eq!(rising(&[0.5, 1.0, 4.0]).verdict, Verdict::Holds);
        assert_eq!(rising(&[0.5, 1.0, 1.0]).verdict, Verdict::Fails);
    }
}
