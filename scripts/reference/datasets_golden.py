"""Golden values for the tests of the crate `datasets`, by NumPy, pandas and h5py.

    python scripts/reference/datasets_golden.py

Writes into crates/datasets/tests/golden:
- images.json: jets and their images under both recipes. The steps are written after their descriptions, with other
  means than the crate (eigenvectors, histogram2d, fliplr), so that an agreement says something.
- files.json: the jets in the files below.
- pandas_blosc.h5, pandas_zlib.h5: tables of 806 columns of random numbers in the layout of the top tagging data.
- compact.h5: jets in the compact layout, float16 and int16.

Needs numpy, pandas, tables and h5py. JSON and compact.h5 come out the same each time.
"""

import json
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

GOLDEN = Path(__file__).resolve().parents[2] / "crates" / "datasets" / "tests" / "golden"
WINDOW = 0.8


def random_jet(rng, n):
    """n massless constituents (E, px, py, pz), as float32, around a random axis."""
    pt = np.sort(rng.exponential(15.0, n) + 0.5)[::-1]
    phi = rng.uniform(-np.pi, np.pi) + rng.normal(0.0, 0.25, n)
    eta = rng.uniform(-2.0, 2.0) + rng.normal(0.0, 0.2, n)
    jet = np.stack([pt * np.cosh(eta), pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta)], axis=1)
    return jet.astype(np.float32)


def pt_phi_eta(jet):
    px, py, pz = jet[:, 1:].astype(float).T
    pt = np.hypot(px, py)
    with np.errstate(all="ignore"):
        eta = np.arctanh(pz / np.sqrt(px**2 + py**2 + pz**2))
    return pt, np.arctan2(py, px), np.where(np.isfinite(eta), eta, 0.0)


def wrap(phi):
    return np.arctan2(np.sin(phi), np.cos(phi))


def larger_axis(pt, x, y):
    """The unit vector of the larger principal axis of the tensor of pt."""
    tensor = np.array([[np.sum(pt * x * x), np.sum(pt * x * y)], [np.sum(pt * x * y), np.sum(pt * y * y)]])
    return np.linalg.eigh(tensor)[1][:, 1]


def principal_axis(jet):
    pt, phi, eta = pt_phi_eta(jet)
    hardest = np.argmax(pt)
    phi, eta = wrap(phi - phi[hardest]), eta - eta[hardest]
    for _ in range(2):
        phi, eta = wrap(phi - np.average(phi, weights=pt)), eta - np.average(eta, weights=pt)
    axis = larger_axis(pt, phi, eta)
    phi, eta = axis[0] * phi + axis[1] * eta, axis[0] * eta - axis[1] * phi
    quadrants = {(a, b): pt[(a * phi > 0) & (b * eta > 0)].sum() for a in (1, -1) for b in (1, -1)}
    a, b = max(quadrants, key=quadrants.get)
    edges = np.linspace(-WINDOW, WINDOW, 41)
    image = np.histogram2d(a * phi, b * eta, bins=(edges, edges), weights=pt)[0]
    return image / image.sum()


def macaluso_shih(jet):
    pt, phi, eta = pt_phi_eta(jet)
    phi = wrap(phi - phi[0])
    phi, eta = phi - np.average(phi, weights=pt), eta - np.average(eta, weights=pt)
    axis = larger_axis(pt, eta, phi)
    # The public code takes the direction in the half plane of positive eta.
    axis = axis * np.sign(axis[0])
    eta, phi = axis[0] * eta + axis[1] * phi, axis[0] * phi - axis[1] * eta
    edges = np.linspace(-WINDOW, WINDOW, 38)
    image = np.histogram2d(eta, phi, bins=(edges, edges), weights=pt / pt.sum())[0]
    if image[:, :18].sum() > image[:, 19:].sum():
        image = np.fliplr(image)
    if image[19:].sum() > image[:18].sum():
        image = np.flipud(image)
    return image


def sparse(image):
    flat = image.ravel()
    return [[int(i), float(flat[i])] for i in np.nonzero(flat)[0]]


def write_images(rng):
    jets = [random_jet(rng, n) for n in (3, 4, 5, 8, 13, 21, 34, 40, 40, 40, 60, 80)]
    ours = [principal_axis(jet) for jet in jets]
    theirs = [macaluso_shih(jet) for jet in jets]
    content = {
        "jets": [jet.astype(float).tolist() for jet in jets],
        "principal-axis": [sparse(image) for image in ours],
        "macaluso-shih": [sparse(image) for image in theirs],
        "macaluso-shih spread": np.std(theirs, axis=0).ravel().tolist(),
    }
    (GOLDEN / "images.json").write_text(json.dumps(content) + "\n")


def pandas_frame(jets, labels):
    columns = [f"{component}_{i}" for i in range(200) for component in ("E", "PX", "PY", "PZ")]
    truth = ["truthE", "truthPX", "truthPY", "truthPZ"]
    values = np.zeros((len(jets), 804), np.float32)
    for row, jet in zip(values, jets):
        row[: jet.size] = jet.ravel()
    frame = pd.DataFrame(values, columns=columns + truth)
    frame["ttv"] = np.int64(0)
    frame["is_signal_new"] = np.array(labels, np.int64)
    frame.index = [375 + 7 * i for i in range(len(jets))]
    return frame


def write_compact(path, jets, labels):
    """The jets in the compact layout, and what they become by its rounding."""
    parts = [pt_phi_eta(jet) for jet in jets]
    pt = np.concatenate([part[0] for part in parts]).astype(np.float16)
    units = {"phi": np.pi / 32767, "eta": 1e-4}
    columns = {name: np.concatenate([part[i] for part in parts]) for i, name in ((1, "phi"), (2, "eta"))}
    columns = {name: np.round(column / units[name]).astype(np.int16) for name, column in columns.items()}
    offsets = np.cumsum([0] + [len(jet) for jet in jets]).astype(np.uint64)
    with h5py.File(path, "w") as file:
        file.attrs["layout"] = "compact constituents 1"
        file.attrs["sample"] = "golden jets"
        file["offsets"] = offsets
        file["label"] = np.array(labels, np.uint8)
        file.create_dataset("pt", data=pt, chunks=True, compression="gzip")
        for name, column in columns.items():
            file.create_dataset(name, data=column, chunks=True, compression="gzip", shuffle=True)
            file[name].attrs["unit"] = units[name]
    pt, phi, eta = pt.astype(float), columns["phi"] * units["phi"], columns["eta"] * units["eta"]
    rounded = np.stack([pt * np.cosh(eta), pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta)], axis=1)
    return np.split(rounded, offsets[1:-1].astype(int))


def write_files(rng):
    jets = [random_jet(rng, n) for n in (3, 1, 12, 7, 2, 9, 5)]
    labels = [0, 1, 1, 0, 1, 0, 0]
    frame = pandas_frame(jets, labels)
    for library in ("blosc", "zlib"):
        path = GOLDEN / f"pandas_{library}.h5"
        options = {"complevel": 5, "complib": library, "format": "table", "index": False}
        frame.to_hdf(path, key="table", mode="w", **options)
    rounded = write_compact(GOLDEN / "compact.h5", jets, labels)
    content = {
        "jets": [jet.astype(float).tolist() for jet in jets],
        "compact jets": [jet.tolist() for jet in rounded],
        "labels": labels,
    }
    (GOLDEN / "files.json").write_text(json.dumps(content) + "\n")


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    write_images(np.random.default_rng(20210409))
    write_files(np.random.default_rng(20191902))


if __name__ == "__main__":
    main()
