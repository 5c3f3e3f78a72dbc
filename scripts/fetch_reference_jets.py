#!/usr/bin/env python3
"""Fetch the top tagging reference data set (1.7 GB) from Zenodo into data/reference.

    scripts/fetch_reference_jets.py                 train.h5, val.h5 and test.h5
    scripts/fetch_reference_jets.py --only test     test.h5 alone (348 MB)

Record 2603256: G. Kasieczka, T. Plehn, J. Thompson, M. Russell, "Top Quark Tagging Reference
Dataset", v0 (2018_03_27), CC BY 4.0; described in arXiv:1902.09914.

An interrupted download is continued by the next run. The SHA-256 of each verified file goes into SHA256SUMS
beside it, by which the program knows the reference data. Needs Python 3.8 and nothing else.
"""

import argparse
import email.utils
import errno
import fcntl
import functools
import hashlib
import http.client
import os
import re
import shutil
import socket
import ssl
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import namedtuple
from pathlib import Path

RECORD_URL = "https://zenodo.org/records/2603256"

# Size in bytes and md5 of each file, as the record gives them.
FILES = {
    "train.h5": (1_038_496_555, "45663819f47c13724f67eb0fd80bfa5c"),
    "val.h5": (347_378_076, "dca4b7248027618f041f9baa86d360fc"),
    "test.h5": (347_849_376, "13163479dee30a5fe546e4536cc3d04d"),
}
SUMS = "SHA256SUMS"

ATTEMPTS = 5  # in a row that bring less than a chunk
PAUSE = 5.0  # seconds between attempts, and what a busy server gets at least
LONGEST_WAIT = 300.0  # seconds; a server that asks for more is left alone
TIMEOUT = 60.0  # seconds without a byte
CHUNK = 1 << 20
HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"


class FetchError(Exception):
    """A failure with its remedy, for one line on the terminal."""


class Refused(Exception):
    """An answer that is not what was asked for; nothing of it is kept."""


class WrongRange(Refused):
    """An answer to a request for the rest of a file that is not this rest."""


# Why an attempt ended early, seconds to wait before the next one, whether the server may be asked for the rest of a file.
Ending = namedtuple("Ending", "why wait ranges")


def say(text):
    clear = "\r\033[K" if sys.stderr.isatty() else ""  # of a line of progress
    print(f"{clear}{text}", file=sys.stderr, flush=True)


def megabytes(count):
    return f"{count / 1e6:.0f} MB"


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
        text = f"{self.name}: {done / 1e6:.0f} of {megabytes(self.size)}"
        if self.terminal:
            print(f"\r{text}", end="", file=sys.stderr, flush=True)
        else:
            say(text)


# --- What is in a file ---------------------------------------------------------------------------


def new_md5():
    """MD5 as a check of a download, which systems that forbid it for security (FIPS) still allow."""
    try:
        try:
            return hashlib.md5(usedforsecurity=False)
        except TypeError:  # Python 3.8 does not know the argument
            return hashlib.md5()
    except (ValueError, AttributeError) as error:
        raise FetchError(
            f"this Python has no MD5 ({error}), by which the record names its files; run this script with another Python, "
            "for instance conda's or that of `uv run --no-project python`"
        ) from None


def digests_of(path):
    """MD5 and SHA-256 of a file, in one pass."""
    digests = new_md5(), hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(CHUNK), b""):
            for digest in digests:
                digest.update(block)
    return tuple(digest.hexdigest() for digest in digests)


# --- What the server answers ---------------------------------------------------------------------


def range_of(value, start, size):
    """First and last byte in a Content-Range; WrongRange unless it begins at `start` in a file of `size` bytes."""
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", (value or "").strip())
    if not found:
        raise WrongRange(f"the server sends a part, but does not say which (Content-Range: {value})")
    first, last = int(found[1]), int(found[2])
    if first != start or not first <= last < size or found[3] not in ("*", str(size)):
        raise WrongRange(f"the server sends {value}, where bytes {start}-{size - 1}/{size} were asked for")
    return first, last


def check_answer(response, start, size):
    """The byte at which an answer begins; Refused unless it is the file of `size` bytes, or its rest from `start`."""
    headers = response.headers
    if headers.get_content_type() in ("text/html", "application/xhtml+xml"):
        raise Refused(f"{response.geturl()} is a web page, not the file (of a busy server, a proxy or a network that wants a login)")
    if headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Refused(f"the server or a proxy sends the file packed ({headers['Content-Encoding']}), which was not asked for")
    if response.status == 206:
        if not start:
            raise WrongRange("the server sends a part where the whole file was asked for")
        first, last = range_of(headers.get("Content-Range"), start, size)
    elif response.status == 200:  # from a server that does not know ranges too
        first, last = 0, size - 1
    else:
        raise Refused(f"the server answers {response.status} {response.reason}, without the file")
    length = headers.get("Content-Length")
    if length is not None and length.strip() != str(last + 1 - first):
        raise Refused(f"the server sends {length} bytes, where {last + 1 - first} are expected: this is not the record's file")
    return first


def blocks_of(response, first):
    """The content of an answer; Refused if it has no length to be known by and does not begin as an HDF5 file does."""
    block = response.read(CHUNK)
    known = first > 0 or "Content-Length" in response.headers
    if block and not known and not block.startswith(HDF5_SIGNATURE):
        raise Refused("the server sends something else than an HDF5 file, and does not say how long it is")
    while block:
        yield block
        block = response.read(CHUNK)


def keep(part, block):
    """Write a block, whole; FetchError if the disk does not take it."""
    rest = memoryview(block)
    try:
        while rest:
            rest = rest[part.write(rest) :]
    except OSError as error:
        raise FetchError(f"{part.name} cannot be written: {error.strerror}; {remedy_on_disk(error)}, then run again to continue") from error


def receive(url, part, name, size, ranges):
    """Bring the open file `part` nearer to `size` bytes; a cut connection simply ends early."""
    start = part.seek(0, os.SEEK_END) if ranges else 0
    request = urllib.request.Request(url, headers={"User-Agent": "autoencoder-lab"})
    if start:
        request.add_header("Range", f"bytes={start}-")
    with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
        first = check_answer(response, start, size)
        progress = Progress(name, size)
        for number, block in enumerate(blocks_of(response, first)):
            if number == 0:
                part.truncate(first)
                part.seek(first)
            keep(part, block)
            if part.tell() > size:
                break
            progress.show(part.tell())


# --- Several attempts ----------------------------------------------------------------------------


def proxy_of(url):
    """The proxy that serves `url`, without its password; None if there is none."""
    parts = urllib.parse.urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if not proxy or urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    return proxy.rpartition("@")[2]


def remedy_of(reason, url):
    """What can be done about a connection that failed for `reason`."""
    scheme, proxy = urllib.parse.urlsplit(url).scheme, proxy_of(url)
    if isinstance(reason, ssl.SSLError):
        return "check the network or the proxy, the clock, and the certificates (SSL_CERT_FILE=FILE names your network's own)"
    if proxy:
        return f"check the proxy {proxy}, which {scheme}_proxy (or the system) names; no_proxy={urllib.parse.urlsplit(url).hostname} goes past it"
    if isinstance(reason, socket.gaierror):
        return f"check the network and its name server; where a proxy is needed, set {scheme}_proxy=http://HOST:PORT"
    return f"check the network or the proxy ({scheme}_proxy=http://HOST:PORT where one is needed)"


def seconds_asked_for(retry_after):
    """Seconds in the header Retry-After: a number or a date; 0 where it says neither."""
    text = (retry_after or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        return email.utils.parsedate_to_datetime(text).timestamp() - time.time()
    except (TypeError, ValueError, IndexError, OverflowError):
        return 0.0


def after_status(error, url, ranges):
    """What follows an answer that is an error; FetchError if no further attempt can help."""
    status = f"{error.code} {error.reason}"
    error.close()
    if error.code == 416 and ranges:
        return Ending("the server does not send the rest of the file", PAUSE, False)
    if error.code == 407:
        raise FetchError(f"the proxy {proxy_of(url)} answers {status}; give it as http://USER:PASSWORD@HOST:PORT")
    if error.code not in (408, 429) and error.code < 500:
        raise FetchError(f"the server answers {status} for {error.geturl()}; is the record's address right, and does no proxy block it?")
    wait = seconds_asked_for(error.headers.get("Retry-After"))
    if wait > LONGEST_WAIT:
        raise FetchError(f"the server answers {status} and asks to come back in {wait / 60:.0f} minutes; run again then to continue")
    return Ending(f"the server answers {status}", max(PAUSE, wait), ranges)


def attempt(url, part, name, size, ranges, first):
    """Receive what can be had, and say why it ended early."""
    try:
        receive(url, part, name, size, ranges)
    except WrongRange as error:
        return Ending(str(error), PAUSE, False)
    except Refused as error:
        return Ending(str(error), PAUSE, ranges)
    except urllib.error.HTTPError as error:
        return after_status(error, url, ranges)
    except (OSError, http.client.HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        # No connection at all: whoever started this is still there to mend it.
        if first and isinstance(error, urllib.error.URLError):
            raise FetchError(f"{name}: could not be fetched from {url}: {reason}; {remedy_of(reason, url)}") from error
        return Ending(f"{reason or type(error).__name__}", PAUSE, ranges)
    return Ending("the connection ended early", PAUSE, ranges)


def download(url, part, name, size):
    """Bring the open file `part` to `size` bytes, in several attempts if need be."""
    reached = part.seek(0, os.SEEK_END)
    ranges, failed, first = True, 0, True
    while part.seek(0, os.SEEK_END) < size:
        ending = attempt(url, part, name, size, ranges, first)
        ranges, first = ending.ranges, False
        if (done := part.seek(0, os.SEEK_END)) >= size:
            break
        # A server that begins anew each time brings nothing new.
        failed = 0 if done >= reached + CHUNK else failed + 1
        reached = max(reached, done)
        if failed == ATTEMPTS:
            left = f"; run again to continue at {megabytes(done)}" if done else "; run again later"
            raise FetchError(f"{name}: could not be fetched from {url}: {ending.why}; check the network or the proxy{left}")
        count = f" (attempt {failed + 1} of {ATTEMPTS})" if failed else ""
        say(f"{name}: {ending.why}; continuing in {ending.wait:.0f} s{count}")
        time.sleep(ending.wait)


# --- Files in the folder -------------------------------------------------------------------------


def remedy_on_disk(error):
    """What can be done where a file or a folder cannot be written or read."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "make room, or make data/reference a link to a folder on a larger disk"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "change its permissions, or give a folder that you may write to with --folder"
    if error.errno in (errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ELOOP):
        return "move away what stands in its place"
    return "check the disk"


@functools.lru_cache(maxsize=None)
def warn_once(text):
    say(f"warning: {text}")


def is_still(file, path):
    """True unless `path` was renamed or removed since `file` was opened there."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.stat(path))
    except FileNotFoundError:
        return False


def open_alone(path, wait=False):
    """Open `path` to read and write, with a lock until it is closed; FetchError if another has it and `wait` is not given."""
    opener = lambda name, _: os.open(name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    while True:
        file = open(path, "r+b", buffering=0, opener=opener)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except (BlockingIOError, PermissionError):
            file.close()
            raise FetchError(f"{path.name}: another download of it is running here; wait for it") from None
        except OSError as error:  # ENOSYS, ENOLCK, EOPNOTSUPP or 524, on network file systems above all
            warn_once(f"{path.parent} takes no locks ({error.strerror}); start no second download there meanwhile")
        if is_still(file, path):
            return file
        file.close()


def record_sum(name, sha256, folder):
    """Write the SHA-256 of a verified file into SHA256SUMS, in the format of the program sha256sum."""
    path, line = folder / SUMS, f"{sha256}  {name}"
    lines = lambda: path.read_text(errors="replace").splitlines() if path.exists() else []
    if line in lines():
        return
    with open_alone(folder / f"{SUMS}.part", wait=True) as part:
        kept = [other for other in lines() if re.fullmatch(r"[0-9a-f]{64}  .+", other) and other[66:] != name]
        part.truncate(0)
        keep(part, "".join(f"{text}\n" for text in sorted([*kept, line], key=lambda text: text[66:])).encode())
        os.fsync(part.fileno())
        os.rename(part.name, path)


def check(path, name):
    """The SHA-256 of a file that has the record's size and md5; None if it does not."""
    size, md5 = FILES[name]
    if path.stat().st_size != size:
        return None
    found, sha256 = digests_of(path)
    return sha256 if found == md5 else None


def fetch(name, folder, record_url):
    """Fetch one file of the record into `folder`, whole and verified or not at all."""
    path, part_path = folder / name, folder / f"{name}.part"
    with open_alone(part_path) as part:
        try:
            # Another download may have brought it since this one looked.
            if is_there(name, folder):
                return
            download(f"{record_url}/files/{name}?download=1", part, name, FILES[name][0])
            os.fsync(part.fileno())
        finally:
            if part.seek(0, os.SEEK_END) == 0:
                part_path.unlink()
        sha256 = check(part_path, name)
        if sha256 is None:
            part_path.unlink()
            raise FetchError(f"{name}: what was fetched is not the record's file (checksum mismatch); it was removed, run again")
        part_path.rename(path)
    record_sum(name, sha256, folder)
    say(f"{name}: fetched and verified")


def is_there(name, folder):
    """True if the file is there and right; raises FetchError if it is there and wrong."""
    path = folder / name
    if not path.exists():
        return False
    sha256 = check(path, name)
    if sha256 is None:
        raise FetchError(f"{path} is there, but is not the record's file (its size or md5 differs); move it away and run again")
    record_sum(name, sha256, folder)
    say(f"{name}: already there, verified")
    return True


def check_disk(names, folder):
    parts = [path for path in (folder / f"{name}.part" for name in names) if path.exists()]
    needed = sum(FILES[name][0] for name in names) - sum(path.stat().st_size for path in parts)
    free = shutil.disk_usage(folder).free
    if names and free < needed + 100_000_000:
        raise FetchError(f"{free / 1e9:.1f} GB are free in {folder}, {needed / 1e9:.1f} GB are needed; make room or give another --folder")


# --- The command ---------------------------------------------------------------------------------


def address(text):
    """The record's address without a slash at its end; an error of the command line unless it is one of the web."""
    parts = urllib.parse.urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise argparse.ArgumentTypeError(f"'{text}' is no address as https://HOST/records/NUMBER")
    return text.rstrip("/")


def arguments(argv):
    root = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=[Path(name).stem for name in FILES], help="fetch this file alone (may be repeated)")
    parser.add_argument("--folder", type=Path, default=root / "data" / "reference", help="where the files go (default: data/reference)")
    parser.add_argument("--record-url", type=address, default=RECORD_URL, help="the record's address, for a mirror (default: %(default)s)")
    return parser.parse_args(argv)


def fetch_all(names, folder, record_url):
    """Fetch what is missing of `names`."""
    new_md5()  # before 1.7 GB are fetched that could not be checked
    folder.mkdir(parents=True, exist_ok=True)
    missing = [name for name in names if not is_there(name, folder)]
    check_disk(missing, folder)
    for name in missing:
        say(f"{name}: fetching {megabytes(FILES[name][0])}")
        fetch(name, folder, record_url)


def main(argv=None):
    options = arguments(argv)
    names = [name for name in FILES if not options.only or Path(name).stem in options.only]
    try:
        fetch_all(names, options.folder, options.record_url)
    except KeyboardInterrupt:
        say("interrupted; run again to continue")
        return 130
    except FetchError as error:
        say(f"error: {error}")
        return 1
    except OSError as error:
        say(f"error: {error.filename or options.folder}: {error.strerror or error}; {remedy_on_disk(error)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
