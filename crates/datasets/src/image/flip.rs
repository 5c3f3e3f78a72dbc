//! Mirroring a jet, so that it does not matter which end of its axes is up.

use super::Particle;

/// Mirrors φ and η so that the quadrant with the largest sum of pT is φ > 0, η > 0.
///
/// Particles on an axis count for no quadrant; of several equal quadrants the first of (+,+), (+,-), (-,+), (-,-) wins.
pub fn flip_to_heaviest_quadrant(particles: &mut [Particle]) {
    let mut heaviest = (0.0, 1.0, 1.0);
    for (phi_sign, eta_sign) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
        let inside = particles.iter().filter(|p| p.phi * phi_sign > 0.0 && p.eta * eta_sign > 0.0);
        let pt = inside.map(|p| p.pt).sum::<f64>();
        if pt > heaviest.0 {
            heaviest = (pt, phi_sign, eta_sign);
        }
    }
    for p in particles {
        p.phi *= heaviest.1;
        p.eta *= heaviest.2;
    }
}

/// Mirrors a pixelated image of odd `side` so that its upper half (low rows) and its right half (high columns) are the
/// heavier ones; the row and the column through the middle do not count.
///
/// `pixels` are (row-major index, value), sorted by index, and stay sorted.
pub fn flip_halves(pixels: &mut [(u16, f64)], side: u16) {
    let middle = side / 2;
    let balance = |coordinate: fn(u16, u16) -> u16| -> f64 {
        let weight = |&(pixel, value): &(u16, f64)| match coordinate(pixel, side).cmp(&middle) {
            std::cmp::Ordering::Less => -value,
            std::cmp::Ordering::Equal => 0.0,
            std::cmp::Ordering::Greater => value,
        };
        pixels.iter().map(weight).sum()
    };
    let upside_down = balance(|pixel, side| pixel / side) > 0.0;
    let left_to_right = balance(|pixel, side| pixel % side) < 0.0;
    for (pixel, _) in pixels.iter_mut() {
        let (row, column) = (*pixel / side, *pixel % side);
        let row = if upside_down { side - 1 - row } else { row };
        let column = if left_to_right { side - 1 - column } else { column };
        *pixel = row * side + column;
    }
    pixels.sort_unstable_by_key(|&(pixel, _)| pixel);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn the_heaviest_quadrant_comes_to_the_positive_side() {
        for (phi_sign, eta_sign) in [(1.0, 1.0), (1.0, -1.0), (-1.0, 1.0), (-1.0, -1.0)] {
            let particle = |pt, phi: f64, eta: f64| Particle { pt, phi: phi * phi_sign, eta: eta * eta_sign };
            let mut jet =
                [particle(2.0, 0.1, 0.2), particle(2.0, 0.3, 0.1), particle(3.0, -0.4, 0.1), particle(9.0, 0.5, 0.0)];
            flip_to_heaviest_quadrant(&mut jet);
            assert_eq!((jet[0].phi, jet[0].eta), (0.1, 0.2));
            assert_eq!((jet[2].phi, jet[2].eta), (-0.4, 0.1));
        }
    }

    #[test]
    fn a_tie_leaves_the_jet_as_it_is() {
        let jet = [Particle { pt: 1.0, phi: 0.1, eta: 0.1 }, Particle { pt: 1.0, phi: -0.1, eta: -0.1 }];
        let mut flipped = jet;
        flip_to_heaviest_quadrant(&mut flipped);
        assert_eq!(flipped, jet);
    }

    #[test]
    fn the_heavier_halves_come_to_the_upper_right() {
        // Side 3. Lower left corner heavy: both mirrors; the middle pixel stays.
        let mut pixels = [(2, 1.0), (4, 9.0), (6, 2.0)];
        flip_halves(&mut pixels, 3);
        assert_eq!(pixels, [(2, 2.0), (4, 9.0), (6, 1.0)]);
        // Upper right corner heavy: nothing happens. Upper left heavy: columns only.
        let mut right = [(2, 1.0)];
        flip_halves(&mut right, 3);
        assert_eq!(right, [(2, 1.0)]);
        let mut left = [(0, 1.0), (3, 0.5)];
        flip_halves(&mut left, 3);
        assert_eq!(left, [(2, 1.0), (5, 0.5)]);
    }
}
