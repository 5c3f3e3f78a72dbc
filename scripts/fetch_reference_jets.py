#!/usr/bin/env python3
"""Fetch the top tagging reference data set (1.7 GB) from Zenodo into data/reference.

    scripts/fetch_reference_jets.py                 train.h5, val.h5 and test.h5
    scripts/fetch_reference_jets.py --only test     test.h5 alone (348 MB)

Record 2603256: G. Kasieczka, T. Plehn, J. Thompson, M. Russell, "Top Quark Tagging Reference
Dataset", v0 (2018_03_27), CC BY 4.0; described in arXiv:1902.09914.

An interrupted download is continued by the next run. Needs Python 3.8 and nothing else.
"""

import argparse
import fcntl
import hashlib
import http.client
import shutil
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

RECORD_URL = "https://zenodo.org/records/2603256"

# Size in bytes and md5 of each file, as the record gives them.
FILES = {
    "train.h5": (1_038_496_555, "45663819f47c13724f67eb0fd80bfa5c"),
    "val.h5": (347_378_076, "dca4b7248027618f041f9baa86d360fc"),
    "test.h5": (347_849_376, "13163479dee30a5fe546e4536cc3d04d"),
}

ATTEMPTS = 5
PAUSE = 5.0  # seconds between attempts, and what a busy server gets at least
TIMEOUT = 60.0  # seconds without a byte
CHUNK = 1 << 20
BUSY = (429, 500, 502, 503, 504)


class FetchError(Exception):
    """A failure with its remedy, for one line on the terminal."""


def say(text):
    clear = "\r\033[K" if sys.stderr.isatty() else ""  # of a line of progress
    print(f"{clear}{text}", file=sys.stderr, flush=True)


def md5_of(path):
    digest = hashlib.md5()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(CHUNK), b""):
            digest.update(block)
    return digest.hexdigest()


class Progress:
    """One line rewritten on a terminal, one line every 30 s elsewhere."""

    def __init__(self, name, size):
        self.name, self.size = name, size
        self.terminal = sys.stderr.isatty()
        self.interval = 0.5 if self.terminal else 30.0
        self.last = time.monotonic()

    def show(self, done):
        now = time.monotonic()
        if now - self.last < self.interval:
            return
        self.last = now
        text = f"{self.name}: {done / 1e6:.0f} of {self.size / 1e6:.0f} MB"
        if self.terminal:
            print(f"\r{text}", end="", file=sys.stderr, flush=True)
        else:
            say(text)


def open_from(url, start):
    """Open `url` at byte `start`; return the response and the byte at which it really starts."""
    request = urllib.request.Request(url, headers={"User-Agent": "autoencoder-lab"})
    if start:
        request.add_header("Range", f"bytes={start}-")
    response = urllib.request.urlopen(request, timeout=TIMEOUT)
    # A server that does not know ranges answers 200 and sends all of the file.
    return response, start if response.status == 206 else 0


def receive(url, part, name, size):
    """Append to the open file `part` what it lacks of `url`; a cut connection simply ends early."""
    start = part.seek(0, 2)
    if start >= size:
        return
    response, start = open_from(url, start)
    with response:
        part.truncate(start)
        part.seek(start)
        progress = Progress(name, size)
        for block in iter(lambda: response.read(CHUNK), b""):
            part.write(block)
            if part.tell() > size:
                break
            progress.show(part.tell())


def pause_after(error, url):
    """Seconds to wait before the next attempt; raises FetchError if none can help."""
    if not isinstance(error, urllib.error.HTTPError):
        return PAUSE
    if error.code not in BUSY:
        raise FetchError(f"the server answers {error.code} {error.reason} for {url}; is the record's address right?")
    wait = error.headers.get("Retry-After", "")
    return max(PAUSE, min(float(wait), 120.0)) if wait.isdigit() else PAUSE


def attempt_to_receive(url, part, name, size):
    """Receive what can be had; return why it ended early and how long to wait before going on."""
    try:
        receive(url, part, name, size)
    except (OSError, http.client.HTTPException) as error:
        return getattr(error, "reason", None) or error, pause_after(error, url)
    return "the connection ended early", PAUSE


def download(url, part, name, size):
    """Bring the open file `part` to `size` bytes, in several attempts if need be."""
    for attempt in range(1, ATTEMPTS + 1):
        reason, wait = attempt_to_receive(url, part, name, size)
        done = part.seek(0, 2)
        if done >= size:
            return
        offline = attempt == 1 and isinstance(reason, OSError)
        if offline or attempt == ATTEMPTS:
            break
        say(f"{name}: {reason}; continuing in {wait:.0f} s (attempt {attempt} of {ATTEMPTS})")
        time.sleep(wait)
    left = f"; run again to continue at {done / 1e6:.0f} MB" if done else ""
    raise FetchError(f"{name}: could not be fetched from {url}: {reason}; check the network or the proxy{left}")


def verify(path, name):
    """Compare size and md5; raises FetchError and removes the file if they differ."""
    size, md5 = FILES[name]
    found_size, found = path.stat().st_size, md5_of(path)
    if (found_size, found) != (size, md5):
        path.unlink()
        raise FetchError(
            f"{name}: checksum mismatch (md5 {found}, {found_size} bytes; expected {md5}, {size} bytes); "
            "the download was removed, run again"
        )


def fetch(name, folder, record_url):
    """Fetch one file of the record into `folder`, whole and verified or not at all."""
    path = folder / name
    part_path = folder / f"{name}.part"
    with open(part_path, "ab") as part:
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise FetchError(f"{name}: another download of it is running here; wait for it") from None
        try:
            download(f"{record_url}/files/{name}?download=1", part, name, FILES[name][0])
        finally:
            part.flush()
            if part.tell() == 0:
                part_path.unlink()
        verify(part_path, name)
        part_path.rename(path)
    say(f"{name}: fetched and verified")


def is_there(name, folder):
    """True if the file is there and right; raises FetchError if it is there and wrong."""
    path = folder / name
    if not path.exists():
        return False
    if md5_of(path) != FILES[name][1]:
        raise FetchError(f"{path} is there, but is not the record's file (its md5 differs); move it away and run again")
    say(f"{name}: already there, verified")
    return True


def check_disk(names, folder):
    needed = 0
    for name in names:
        part = folder / f"{name}.part"
        needed += FILES[name][0] - (part.stat().st_size if part.exists() else 0)
    free = shutil.disk_usage(folder).free
    if free < needed + 100_000_000:
        raise FetchError(f"{free / 1e9:.1f} GB are free in {folder}, {needed / 1e9:.1f} GB are needed; make room or give another --folder")


def arguments(argv):
    root = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=[Path(name).stem for name in FILES], help="fetch this file alone (may be repeated)")
    parser.add_argument("--folder", type=Path, default=root / "data" / "reference", help="where the files go (default: data/reference)")
    parser.add_argument("--record-url", default=RECORD_URL, help="the record's address, for a mirror (default: %(default)s)")
    return parser.parse_args(argv)


def main(argv=None):
    options = arguments(argv)
    names = [name for name in FILES if not options.only or Path(name).stem in options.only]
    try:
        options.folder.mkdir(parents=True, exist_ok=True)
        missing = [name for name in names if not is_there(name, options.folder)]
        check_disk(missing, options.folder)
        for name in missing:
            say(f"{name}: fetching {FILES[name][0] / 1e6:.0f} MB")
            fetch(name, options.folder, options.record_url.rstrip("/"))
    except KeyboardInterrupt:
        say("interrupted; run again to continue")
        return 130
    except (FetchError, OSError) as error:
        say(f"error: {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
