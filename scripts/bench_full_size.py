"""The case full-size of scripts/bench: a file as large as the top tagging reference data, turned into images.

The file is made by scripts/reference/full_size_jets.py. Our side is crates/datasets/examples/cache_images.rs, the other
one scripts/reference/table_images.py; each writes the images of all jets, and says its speed and its peak memory.
"""

import shutil
import tempfile
from pathlib import Path

from bench_tools import REFERENCE, RESULTS, BenchError, Case, last_json, run, say

# As many as the training file of the reference data has, and those of a quick run.
JETS, QUICK_JETS = 1_200_000, 2000
# Upper bound of the disk that a jet takes: the table, its index, the images of one side at a time.
BYTES_PER_JET = 2000
# What our side may take, in MiB.
MEMORY_LIMIT = 2048


class FullSize:
    """The file, in a folder of its own, and both sides on it: of each run the speed, and afterwards the peak memory."""

    def __init__(self, program, python, folder, jets):
        self.program, self.python, self.path, self.jets = program, python, Path(folder) / "jets.h5", jets
        # Of the runs whose speed is known, the first one first.
        self.peaks = {"rust": [], "python": []}
        self.active_pixels = None

    def make(self):
        say(f"making a file of {self.jets} jets")
        run([self.python, REFERENCE / "full_size_jets.py", self.path, "--jets", self.jets])
        say(f"it has {self.path.stat().st_size / 1e6:.0f} MB")

    def convert(self, side):
        """What a side says of turning the file into images, from the start."""
        with tempfile.TemporaryDirectory(dir=self.path.parent) as folder:
            if side == "rust":
                return last_json(run([self.program, self.path, "principal-axis", folder]))
            output = Path(folder) / "images.npz"
            return last_json(run([self.python, REFERENCE / "table_images.py", self.path, output]))

    def jets_per_second(self, side):
        done = self.convert(side)
        self.check(done)
        peak = done["peak MiB"]
        self.peaks[side].append(peak)
        if side == "rust" and peak > MEMORY_LIMIT:
            say(f"warning: {peak:.0f} MiB of memory were taken; more than {MEMORY_LIMIT} is too much")
        return done["jets per second"]

    def peak_memory(self, side):
        return self.peaks[side].pop(0)

    def check(self, done):
        """Both sides must have made the same images, up to rounding at the edges of pixels."""
        active = self.active_pixels = self.active_pixels or done["mean active pixels"]
        if done["jets"] != self.jets or abs(done["mean active pixels"] / active - 1.0) > 0.01:
            expected = f"{self.jets} jets of {active} active pixels"
            raise BenchError(f"the two sides do not do the same work: {expected} are expected, but one says {done}")


def check_disk(jets):
    RESULTS.mkdir(exist_ok=True)
    needed, free = jets * BYTES_PER_JET, shutil.disk_usage(RESULTS).free
    if free < needed:
        sizes = f"full-size needs {needed / 1e9:.1f} GB in {RESULTS}, where {free / 1e9:.1f} GB are free"
        raise BenchError(f"{sizes}\n  remedy: make room, or lower --jets")


def cases(program, python, jets):
    """Speed and peak memory; the file is there as long as cases are asked for."""
    check_disk(jets)
    with tempfile.TemporaryDirectory(prefix="full-size-", dir=RESULTS) as folder:
        both = FullSize(program, python, folder, jets)
        both.make()
        for title, unit, higher, value in [
            (f"{jets} jets, table to cached images", "jets/s", True, both.jets_per_second),
            ("the same, peak memory", "MiB", False, both.peak_memory),
        ]:
            rival = ("pandas and NumPy script, 1 thread", lambda value=value: value("python"), None)
            yield Case("full-size", title, unit, higher, lambda value=value: value("rust"), [rival])
