"""Tests of scripts/gallery: what it refuses, it refuses before it writes."""

import importlib.machinery
import importlib.util
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def gallery():
    """The script as a module."""
    loader = importlib.machinery.SourceFileLoader("gallery", str(ROOT / "scripts" / "gallery"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("gallery", loader))
    loader.exec_module(module)
    return module


def claim(statement, verdict, origin="expected"):
    return {"statement": statement, "origin": origin, "ground": "g", "value": "v", "bar": "b", "verdict": verdict}


class Findings(unittest.TestCase):
    def test_a_claim_that_fails_needs_a_sentence_and_no_other_has_one(self):
        check = gallery().check_findings
        check({"fig01": {"a": "because"}}, {"fig01": ["a"], "fig02": []})
        for known, failing in [({}, {"fig01": ["a"]}), ({"fig01": {"a": "because"}}, {"fig01": []})]:
            with self.assertRaisesRegex(SystemExit, "fig01: a"):
                check(known, failing)

    def test_the_sentence_stands_below_the_table(self):
        record = {"figure": "jets/fig01", "tier": "cpu", "claims": [claim("a", "fails"), claim("b", "holds")]}
        lines = list(gallery().section("jets", "fig01", "title", record, {"a": "because"}))
        self.assertEqual(lines[-2], "- *a* fails: because")
        self.assertIn("| a | expected: g | v | b | **fails** |", lines)

    def test_claims_are_counted_by_origin_and_verdict(self):
        records = [{"claims": [claim("a", "fails"), claim("b", "holds")]}, {"claims": [claim("c", "holds", "theorem")]}]
        lines = list(gallery().counted(records))
        self.assertIn("| theorem | 1 | 0 | 0 |", lines)
        self.assertIn("| expected | 1 | 1 | 0 |", lines)


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
