"""The time pandas takes to read a file of jets: the counterpart of crates/datasets/benches/read_pandas.rs.

    python scripts/reference/read_pandas.py FILE [repetitions]

Prints the shortest and the median time in milliseconds as JSON. Needs pandas and tables.
"""

import json
import statistics
import sys
import time

import pandas as pd


def main():
    path = sys.argv[1]
    repetitions = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    times = []
    for _ in range(repetitions + 1):
        start = time.perf_counter()
        frame = pd.read_hdf(path, key="table")
        times.append(1e3 * (time.perf_counter() - start))
    # The first time includes what is loaded once.
    times = times[1:]
    print(json.dumps({"jets": len(frame), "ms, shortest": min(times), "ms, median": statistics.median(times)}))


if __name__ == "__main__":
    main()
