"""What Cargo.toml promises to a clone in any folder."""

import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Workspace(unittest.TestCase):
    def test_crates_are_named_one_by_one(self):
        """A pattern would be matched together with the clone's path, and fail where that has brackets in it."""
        text = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
        members = re.search(r"^members = \[(.*?)\]", text, re.MULTILINE | re.DOTALL).group(1)
        found = [path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("crates/*/Cargo.toml")]
        self.assertEqual(re.findall(r'"(.*?)"', members), sorted(found))


if __name__ == "__main__":
    unittest.main()
