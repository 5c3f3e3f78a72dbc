"""Makes a file as large as the training file of the top tagging reference data, to measure how such a file is read.

    python scripts/reference/full_size_jets.py OUTPUT [--jets 1200000] [--source data/generated_train.h5] [--seed 1]

What it makes is NOT the reference data and holds no new physics: it repeats the jets of a file in the compact layout of
data/README.md, each time with every constituent a little changed (pT by a Gaussian factor, eta and phi by Gaussian
shifts), so that no two jets are the same and the file does not pack better than a true one. Nothing is to be trained or
evaluated on it.

The layout is that of the reference data, as pandas' to_hdf(key="table", format="table", complib="blosc", complevel=5)
writes it: a table of 806 columns, E_0, PX_0, PY_0, PZ_0 to PZ_199 (float32, GeV; massless, ordered in pT, padded with
zeros), truthE to truthPZ (float32; 0 here), ttv (int64; 0) and is_signal_new (int64; 1 = top, 0 = QCD). It is written
ROWS jets at a time, with memory that does not depend on the number of jets: about 0.9 kB a jet on disk.

The same options and package versions give the same jets. An existing file is not overwritten. Needs numpy, h5py, pandas
and tables.
"""

import argparse
import os
import sys
from collections import namedtuple
from pathlib import Path

import h5py
import numpy as np
import pandas as pd

DATA = Path(__file__).resolve().parents[2] / "data"
CONSTITUENTS = 200
COLUMNS = [f"{component}_{i}" for i in range(CONSTITUENTS) for component in ("E", "PX", "PY", "PZ")]
TRUTH = ["truthE", "truthPX", "truthPY", "truthPZ"]
# Jets in memory at a time.
ROWS = 10_000
# Standard deviations: of the factor on pT, and of the shifts in eta and phi (radians), a quarter of a pixel.
PT_FACTOR = 0.03
SHIFT = 0.01

Source = namedtuple("Source", "offsets pt eta phi label")


def read_source(path):
    """The jets of a file in the compact layout: offsets [n + 1], pt in GeV, eta, phi [all constituents], label [n]."""
    with h5py.File(path) as file:
        angles = [file[name][:] * file[name].attrs["unit"] for name in ("eta", "phi")]
        return Source(file["offsets"][:].astype(int), file["pt"][:].astype(float), *angles, file["label"][:])


def jittered(source, jets, draw):
    """pT in GeV, eta, phi of the source's `jets`, each [jets, 200], with each constituent changed; padded with 0."""
    start = source.offsets[jets]
    counts = np.minimum(source.offsets[jets + 1] - start, CONSTITUENTS)
    there = np.arange(CONSTITUENTS) < counts[:, None]
    place = (start[:, None] + np.arange(CONSTITUENTS))[there]
    factor, eta_shift, phi_shift = draw.standard_normal((3, place.size))
    pt, eta, phi = np.zeros((3, *there.shape))
    pt[there] = source.pt[place] * (1.0 + PT_FACTOR * factor)
    eta[there] = source.eta[place] + SHIFT * eta_shift
    phi[there] = source.phi[place] + SHIFT * phi_shift
    order = np.argsort(-pt, axis=1, kind="stable")
    return [np.take_along_axis(values, order, axis=1) for values in (pt, eta, phi)]


def frame(source, rows, draw):
    """The table's rows, numbers `rows` of the file."""
    jets = np.array(rows) % len(source.label)
    pt, eta, phi = jittered(source, jets, draw)
    momenta = np.zeros((len(rows), CONSTITUENTS, 4), np.float32)
    for component, factor in enumerate((np.cosh(eta), np.cos(phi), np.sin(phi), np.sinh(eta))):
        momenta[:, :, component] = pt * factor
    values = np.hstack([momenta.reshape(len(rows), -1), np.zeros((len(rows), len(TRUTH)), np.float32)])
    table = pd.DataFrame(values, columns=COLUMNS + TRUTH, index=np.array(rows))
    integers = {"ttv": np.zeros(len(rows), np.int64), "is_signal_new": source.label[jets].astype(np.int64)}
    return pd.concat([table, pd.DataFrame(integers, index=table.index)], axis=1)


def write(path, source, jets, seed):
    draw = np.random.default_rng(seed)
    with pd.HDFStore(path, "w", complib="blosc", complevel=5) as store:
        for start in range(0, jets, ROWS):
            rows = range(start, min(start + ROWS, jets))
            # The number expected decides the size of the file's chunks, as if all was written at once.
            store.append("table", frame(source, rows, draw), index=False, expectedrows=jets)
        store.create_table_index("table")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", type=Path)
    parser.add_argument("--jets", type=int, default=1_200_000)
    parser.add_argument("--source", type=Path, default=DATA / "generated_train.h5", help="a file in the compact layout")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.jets < 1:
        parser.error("--jets must be at least 1")
    return options


def main():
    options = arguments()
    if options.output.exists():
        sys.exit(f"error: {options.output} exists\nremedy: remove it, or name another file")
    if not options.source.exists():
        sys.exit(f"error: {options.source} is not there\nremedy: name a file in the compact layout with --source")
    # Under another name until it is complete.
    part = options.output.with_name(options.output.name + ".part")
    try:
        write(part, read_source(options.source), options.jets, options.seed)
        os.replace(part, options.output)
    finally:
        part.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
