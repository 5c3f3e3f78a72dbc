"""What the parts of scripts/bench share."""

import json
import os
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "scripts" / "reference"
RESULTS = ROOT / "results"

# A side is (label, function that measures once); a rival is a side and the ratio aimed at, or None.
Case = namedtuple("Case", "name title unit higher_is_better rust rivals")


class BenchError(Exception):
    """What went wrong, and what to do."""


def say(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


def run(command, **environment):
    """Standard output of a command; its standard error only if it fails."""
    done = subprocess.run(
        [str(word) for word in command], cwd=ROOT, env={**os.environ, **environment}, text=True, capture_output=True
    )
    if done.returncode != 0:
        raise BenchError(f"'{Path(command[0]).name}' ended with {done.returncode}:\n{done.stderr[-2000:].rstrip()}")
    return done.stdout


def last_json(text):
    return json.loads(text.strip().splitlines()[-1])
