"""Tests of scripts/gallery: what it refuses, it refuses before it writes."""

import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Gallery(unittest.TestCase):
    def refuse(self, *arguments):
        """What is said of arguments that are refused."""
        done = subprocess.run([sys.executable, ROOT / "scripts" / "gallery", *arguments], stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"gallery: error: .*\n  remedy: ")
        return done.stderr

    def test_a_source_that_does_not_exist_gets_no_page(self):
        self.refuse("nothing")
        self.assertFalse((ROOT / "docs" / "nothing.md").exists())
        self.assertFalse((ROOT / "docs" / "nothing").exists())

    def test_a_figure_that_was_not_made_is_named_and_the_page_left_alone(self):
        page = ROOT / "docs" / "topology.md"
        before = page.read_bytes()
        self.refuse("topology", "--results", str(ROOT / "no results"))
        self.assertEqual(page.read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
