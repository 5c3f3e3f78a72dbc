"""Jet images of a large table as a physicist's script makes them with little memory: pandas by parts, NumPy by jets.

    python scripts/reference/table_images.py FILE OUTPUT.npz [--rows 10000]

The counterpart of crates/datasets/examples/cache_images.rs with the recipe principal-axis: reads a table in the layout
of the top tagging reference data with pandas.read_hdf, `rows` jets at a time, makes an image of each jet as
image_script.py does, keeps the pixels that are not zero, and writes them at the end. Prints jets per second, the peak
memory of the process in MiB and the mean number of active pixels as JSON. Needs Linux, numpy, pandas, tables and, for
image_script.py, h5py.
"""

import argparse
import json
import re
import time
from pathlib import Path

import numpy as np
import pandas as pd
from image_script import jet_image

CONSTITUENT_COLUMNS = 800


def read(path, start, stop):
    """Jets `start` up to, not including, `stop`: a list of arrays of (E, px, py, pz) in GeV, and their labels."""
    frame = pd.read_hdf(path, key="table", start=start, stop=stop)
    padded = frame.iloc[:, :CONSTITUENT_COLUMNS].to_numpy().reshape(len(frame), -1, 4)
    return [jet[jet[:, 0] > 0] for jet in padded], frame["is_signal_new"].to_numpy()


def sparse(images):
    """Active pixels of each image, and of all images the indices and the values of these pixels."""
    flat = np.stack(images).reshape(len(images), -1)
    rows, pixels = np.nonzero(flat)
    return np.bincount(rows, minlength=len(images)), pixels.astype(np.uint16), flat[rows, pixels].astype(np.float32)


def convert(path, output, rows):
    """Writes the images of the file's jets and returns the number of active pixels of each."""
    parts = []
    with pd.HDFStore(path, "r") as store:
        jets = store.get_storer("table").nrows
    for start in range(0, jets, rows):
        momenta, labels = read(path, start, start + rows)
        parts.append((*sparse([jet_image(jet) for jet in momenta]), labels.astype(np.uint8)))
    active, pixels, values, labels = (np.concatenate(column) for column in zip(*parts))
    np.savez(output, active=active, pixels=pixels, values=values, labels=labels)
    return active


def peak_memory():
    """The most memory that this process has held so far, in MiB."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"^VmHWM:\s*(\d+) kB$", status, re.MULTILINE).group(1)) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--rows", type=int, default=10_000, help="jets in memory at a time")
    options = parser.parse_args()
    start = time.perf_counter()
    active = convert(options.file, options.output, options.rows)
    seconds = time.perf_counter() - start
    result = {
        "jets": len(active),
        "seconds": seconds,
        "jets per second": len(active) / seconds,
        "peak MiB": peak_memory(),
        "mean active pixels": float(active.mean()),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
