"""Jet images as a physicist's script makes them: a loop over jets, NumPy for each.

    python scripts/reference/image_script.py data/generated_test.h5 [jets]

The counterpart of crates/datasets/benches/images.rs. Prints jets per second as JSON; reading is not timed.
Takes the compact layout and the padded one. Needs numpy and h5py.
"""

import json
import sys
import time

import h5py
import numpy as np

EDGES = np.linspace(-0.8, 0.8, 41)


def read_jets(path, n):
    """The first n jets as a list of arrays of (E, px, py, pz)."""
    with h5py.File(path) as file:
        if "constituents" in file:
            padded = file["constituents"][:n]
            return [jet[jet[:, 0] > 0] for jet in padded]
        offsets = file["offsets"][: n + 1].astype(int)
        pt = file["pt"][: offsets[-1]].astype(np.float32)
        eta = (file["eta"][: offsets[-1]] * file["eta"].attrs["unit"]).astype(np.float32)
        phi = (file["phi"][: offsets[-1]] * file["phi"].attrs["unit"]).astype(np.float32)
    momenta = np.stack([pt * np.cosh(eta), pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta)], axis=1)
    return np.split(momenta, offsets[1:-1])


def wrap(phi):
    return (phi + np.pi) % (2 * np.pi) - np.pi


def jet_image(jet):
    px, py, pz = jet[:, 1], jet[:, 2], jet[:, 3]
    pt = np.sqrt(px**2 + py**2)
    phi = np.arctan2(py, px)
    eta = np.arcsinh(pz / pt)
    eta[~np.isfinite(eta)] = 0.0
    hardest = np.argmax(pt)
    phi, eta = wrap(phi - phi[hardest]), eta - eta[hardest]
    for _ in range(2):
        phi, eta = wrap(phi - np.sum(pt * phi) / np.sum(pt)), eta - np.sum(pt * eta) / np.sum(pt)
    angle = 0.5 * np.arctan2(2 * np.sum(pt * phi * eta), np.sum(pt * phi**2) - np.sum(pt * eta**2))
    phi, eta = np.cos(angle) * phi + np.sin(angle) * eta, np.cos(angle) * eta - np.sin(angle) * phi
    quadrants = {(a, b): np.sum(pt[(a * phi > 0) & (b * eta > 0)]) for a in (1, -1) for b in (1, -1)}
    a, b = max(quadrants, key=quadrants.get)
    image, _, _ = np.histogram2d(a * phi, b * eta, bins=(EDGES, EDGES), weights=pt)
    return image / image.sum()


def main():
    n = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    jets = read_jets(sys.argv[1], n)
    start = time.perf_counter()
    images = [jet_image(jet) for jet in jets]
    seconds = time.perf_counter() - start
    active = float(np.mean([np.count_nonzero(image) for image in images]))
    print(json.dumps({"jets": len(jets), "jets per second": len(jets) / seconds, "mean active pixels": active}))


if __name__ == "__main__":
    main()
