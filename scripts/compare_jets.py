#!/usr/bin/env python3
"""Compare two files of jets, class by class: means, medians, Kolmogorov-Smirnov distance and p.

Reads the compact layout of data/README.md (`offsets`, `pt`, `eta`, `phi`, `label`) and a padded layout
(`constituents` [n, m, 4] with E, px, py, pz in GeV, zero-padded, and `label`), 1 = top, 0 = QCD.

Per jet: mass and pT of the summed four-momentum, number of constituents, occupied pixels of the 40 x 40
image (centred, rotated, flipped; range 0.8 around the jet), and the share of constituents that have
exactly the same (eta, phi) as another one of the jet.
"""

import argparse
import sys
from pathlib import Path

try:
    import h5py
    import numpy as np
    from scipy.stats import ks_2samp
except ImportError as error:
    sys.exit(f"error: {error}\nremedy: python3 -m pip install numpy h5py scipy")

PIXELS = 40
RANGE = 0.8
CLASS_NAMES = {0: "QCD", 1: "top"}
QUANTITIES = {
    "mass": "jet mass (GeV)",
    "pt": "jet pT (GeV)",
    "constituents": "constituents",
    "pixels": "occupied pixels",
    "shared": "share with the (eta, phi) of another",
    "soft": "constituents below 1 GeV",
    "hardest": "share of pT in the hardest constituent",
}


def read_compact(file):
    """Jets of a compact file as a list of (pt, eta, phi)."""
    offsets = file["offsets"][:].astype(int)
    pt = file["pt"][:].astype(float)
    eta, phi = (file[name][:] * float(file[name].attrs["unit"]) for name in ("eta", "phi"))
    return [(pt[a:b], eta[a:b], phi[a:b]) for a, b in zip(offsets[:-1], offsets[1:])]


def read_padded(file):
    """Jets of a padded file as a list of (pt, eta, phi)."""
    jets = []
    for jet in file["constituents"][:].astype(float):
        _, px, py, pz = jet[jet[:, 0] > 0.0].T
        pt = np.hypot(px, py)
        jets.append((pt, np.arcsinh(pz / pt), np.arctan2(py, px)))
    return jets


def read(path):
    """Jets and labels [n] of a file in either layout."""
    try:
        with h5py.File(path) as file:
            if "offsets" in file:
                return read_compact(file), file["label"][:]
            if "constituents" in file:
                return read_padded(file), file["label"][:]
    except OSError as error:
        sys.exit(f"error: {path} cannot be read: {error}\nremedy: check the path, and that it is an HDF5 file")
    sys.exit(f"error: {path} has neither 'offsets' nor 'constituents'\nremedy: see data/README.md for the layouts")


def wrapped(phi):
    """An angle brought into [-pi, pi)."""
    return (phi + np.pi) % (2.0 * np.pi) - np.pi


def occupied_pixels(pt, eta, phi):
    """Number of pixels with content of the centred, rotated, flipped 40 x 40 image."""
    eta, phi = eta - eta[0], wrapped(phi - phi[0])
    weights = pt / pt.sum()
    eta, phi = eta - weights @ eta, wrapped(phi - weights @ phi)
    # The larger principal axis of the pT-weighted tensor becomes the first axis.
    angle = 0.5 * np.arctan2(2.0 * weights @ (phi * eta), weights @ (phi**2) - weights @ (eta**2))
    first = np.cos(angle) * phi + np.sin(angle) * eta
    second = -np.sin(angle) * phi + np.cos(angle) * eta
    quadrants = {(a, b): pt[(a * first > 0) & (b * second > 0)].sum() for a in (1, -1) for b in (1, -1)}
    a, b = max(quadrants, key=quadrants.get)
    image, _, _ = np.histogram2d(a * first, b * second, bins=PIXELS, range=[[-RANGE, RANGE]] * 2, weights=pt)
    return np.count_nonzero(image)


def shared_positions(eta, phi):
    """Share of constituents with the position of another, compared to 1e-4 as the compact layout stores it."""
    positions = np.stack([np.rint(eta * 1e4), np.rint(phi * 1e4)], 1).astype(int)
    _, which, counts = np.unique(positions, axis=0, return_inverse=True, return_counts=True)
    return np.mean(counts[which.ravel()] > 1)


def quantities(jet):
    """The compared numbers of one jet, in the order of QUANTITIES."""
    pt, eta, phi = jet
    px, py, pz, energy = (pt * f for f in (np.cos(phi), np.sin(phi), np.sinh(eta), np.cosh(eta)))
    mass_squared = energy.sum() ** 2 - px.sum() ** 2 - py.sum() ** 2 - pz.sum() ** 2
    jet_pt = np.hypot(px.sum(), py.sum())
    soft = np.count_nonzero(pt < 1.0)
    mass = np.sqrt(max(mass_squared, 0.0))
    return mass, jet_pt, len(pt), occupied_pixels(pt, eta, phi), shared_positions(eta, phi), soft, pt[0] / jet_pt


def table(path):
    """Quantities [n, 7] and labels [n] of a file."""
    jets, label = read(path)
    return np.array([quantities(jet) for jet in jets]), label


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=Path, help="HDF5 file of jets")
    parser.add_argument("second", type=Path, help="HDF5 file of jets to compare with")
    options = parser.parse_args()
    (first, first_label), (second, second_label) = table(options.first), table(options.second)
    for value, name in CLASS_NAMES.items():
        a, b = first[first_label == value], second[second_label == value]
        if len(a) == 0 or len(b) == 0:
            print(f"\n{name}: {len(a)} and {len(b)} jets, nothing to compare")
            continue
        print(f"\n{name}: {len(a)} and {len(b)} jets\n")
        print("| quantity | mean, first | mean, second | median, first | median, second | KS distance | KS p |")
        print("|---|---|---|---|---|---|---|")
        for column, title in enumerate(QUANTITIES.values()):
            x, y = a[:, column], b[:, column]
            test = ks_2samp(x, y)
            numbers = [f"{v:.4g}" for v in (x.mean(), y.mean(), np.median(x), np.median(y))]
            print(f"| {title} | {' | '.join(numbers)} | {test.statistic:.3f} | {test.pvalue:.2g} |")


if __name__ == "__main__":
    main()
