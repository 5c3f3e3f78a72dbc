"""Tests of reference/full_size_jets.py on a small file; skipped where its packages are not installed."""

import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parent / "reference"))
try:
    import h5py
    import numpy as np
    import pandas as pd
    import tables  # noqa: F401, which pandas needs

    import full_size_jets as script
except ImportError as error:
    raise unittest.SkipTest(f"{error}; see scripts/requirements-bench.txt") from error

JETS = 25
COUNTS = [3, 1, 200]
LABELS = [1, 0, 0]


def write_source(path):
    """A compact file of three jets."""
    offsets = np.cumsum([0, *COUNTS])
    draw = np.random.default_rng(1)
    with h5py.File(path, "w") as file:
        file["offsets"], file["label"] = offsets.astype(np.uint64), np.array(LABELS, np.uint8)
        pt = [np.sort(draw.uniform(1.0, 300.0, n))[::-1] for n in COUNTS]
        file["pt"] = np.concatenate(pt).astype(np.float16)
        for name in ("eta", "phi"):
            file[name] = draw.integers(-8000, 8000, offsets[-1]).astype(np.int16)
            file[name].attrs["unit"] = 1e-4


class FullSizeJets(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.source, self.output = (Path(folder.name) / name for name in ("source.h5", "output.h5"))
        write_source(self.source)

    def make(self, seed=1):
        self.output.unlink(missing_ok=True)
        command = ["full_size_jets.py", self.output, "--jets", JETS, "--source", self.source, "--seed", seed]
        # Several parts, the last one shorter.
        with mock.patch.object(sys, "argv", [str(word) for word in command]), mock.patch.object(script, "ROWS", 10):
            script.main()
        return pd.read_hdf(self.output, key="table")

    def test_the_columns_are_those_of_the_reference_data(self):
        frame = self.make()
        self.assertEqual(list(frame.columns[:5]), ["E_0", "PX_0", "PY_0", "PZ_0", "E_1"])
        self.assertEqual(list(frame.columns[799:]), ["PZ_199", *script.TRUTH, "ttv", "is_signal_new"])
        self.assertEqual([str(dtype) for dtype in frame.dtypes], 804 * ["float32"] + 2 * ["int64"])
        self.assertEqual(list(frame.index), list(range(JETS)))

    def test_jets_repeat_with_massless_constituents_in_order_and_changed_a_little(self):
        frame = self.make()
        self.assertEqual(list(frame["is_signal_new"]), [LABELS[i % 3] for i in range(JETS)])
        source = script.read_source(self.source)
        for i, row in enumerate(frame.iloc[:, :800].to_numpy(float).reshape(JETS, 200, 4)):
            n = COUNTS[i % 3]
            self.assertTrue((row[:n, 0] > 0).all() and (row[n:] == 0).all())
            energy, momentum = row[:n, 0], np.linalg.norm(row[:n, 1:], axis=1)
            np.testing.assert_allclose(energy, momentum, rtol=1e-6)
            pt = np.hypot(row[:n, 1], row[:n, 2])
            self.assertTrue((np.diff(pt) <= 1e-6 * pt[:-1]).all())
            original = source.pt[source.offsets[i % 3] : source.offsets[i % 3 + 1]]
            self.assertLess(abs(pt.sum() / original.sum() - 1.0), 5 * script.PT_FACTOR)
        self.assertFalse((frame.iloc[0] == frame.iloc[3]).all())

    def test_the_seed_decides_and_a_file_is_not_overwritten(self):
        first = self.make()
        pd.testing.assert_frame_equal(self.make(), first)
        self.assertFalse(self.make(seed=2).equals(first))
        with self.assertRaisesRegex(SystemExit, "exists"), mock.patch.object(sys, "argv", ["", str(self.output)]):
            script.main()


if __name__ == "__main__":
    unittest.main()
