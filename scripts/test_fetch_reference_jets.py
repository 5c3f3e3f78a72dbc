"""Tests of fetch_reference_jets.py against a small server on this machine's loopback interface."""

import contextlib
import fcntl
import hashlib
import http.server
import io
import os
import random
import re
import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock

import fetch_reference_jets as script

CONTENTS = {name: bytes(random.Random(name).choices(range(256), k=5000 + len(name))) for name in script.FILES}
FILES = {name: (len(data), hashlib.md5(data).hexdigest()) for name, data in CONTENTS.items()}


class Record(http.server.BaseHTTPRequestHandler):
    """A record whose behaviour the server's attributes set."""

    def do_GET(self):
        name = re.fullmatch(r"/record/files/(.*)\?download=1", self.path).group(1)
        wanted = self.headers.get("Range")
        self.server.requests.append((name, wanted))
        if self.server.answers:
            return self.send_error(self.server.answers.pop(0))
        data = self.server.contents[name]
        start = int(wanted[len("bytes=") : -1]) if wanted and self.server.knows_ranges else 0
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        end = start + self.server.cut_after if self.server.cut_after else len(data)
        self.wfile.write(data[start:end])

    def log_message(self, *_):
        pass


class FetchReferenceJets(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory())) / "reference"
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Record)
        self.server.requests, self.server.answers, self.server.contents = [], [], dict(CONTENTS)
        self.server.knows_ranges, self.server.cut_after = True, None
        thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.enterContext(mock.patch.multiple(script, FILES=FILES, PAUSE=0.0, CHUNK=256))
        self.enterContext(mock.patch.dict(os.environ, {"no_proxy": "*"}))

    def enterContext(self, manager):  # unittest has it from Python 3.11 on
        value = manager.__enter__()
        self.addCleanup(manager.__exit__, None, None, None)
        return value

    def run_script(self, *options, port=None):
        """Exit status and what was printed."""
        url = f"http://127.0.0.1:{port or self.server.server_port}/record"
        with contextlib.redirect_stderr(io.StringIO()) as output:
            status = script.main(["--folder", str(self.folder), "--record-url", url, *options])
        return status, output.getvalue()

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    def test_all_files_arrive_whole(self):
        status, _ = self.run_script()
        self.assertEqual(status, 0)
        self.assertEqual({name: (self.folder / name).read_bytes() for name in self.names()}, CONTENTS)

    def test_only_fetches_the_named_file(self):
        self.assertEqual(self.run_script("--only", "test")[0], 0)
        self.assertEqual(self.names(), ["test.h5"])

    def test_a_verified_file_is_not_fetched_again(self):
        self.run_script("--only", "test")
        status, output = self.run_script("--only", "test")
        self.assertEqual((status, len(self.server.requests)), (0, 1))
        self.assertIn("already there", output)

    def test_a_cut_connection_is_continued_where_it_ended(self):
        self.server.cut_after = 2000
        self.assertEqual(self.run_script("--only", "test")[0], 0)
        self.assertEqual([wanted for _, wanted in self.server.requests], [None, "bytes=2000-", "bytes=4000-"])
        self.assertEqual((self.folder / "test.h5").read_bytes(), CONTENTS["test.h5"])

    def test_the_next_run_continues_what_was_left(self):
        self.server.cut_after = 100
        status, output = self.run_script("--only", "test")
        self.assertEqual((status, self.names()), (1, ["test.h5.part"]))
        self.assertIn("run again", output)
        self.server.cut_after = None
        self.assertEqual(self.run_script("--only", "test")[0], 0)
        self.assertEqual(self.server.requests[-1], ("test.h5", "bytes=500-"))
        self.assertEqual(self.names(), ["test.h5"])

    def test_a_server_without_ranges_sends_all_again(self):
        self.folder.mkdir()
        (self.folder / "test.h5.part").write_bytes(b"x" * 700)
        self.server.knows_ranges = False
        self.assertEqual(self.run_script("--only", "test")[0], 0)
        self.assertEqual((self.folder / "test.h5").read_bytes(), CONTENTS["test.h5"])

    def test_a_wrong_checksum_leaves_nothing(self):
        self.server.contents["test.h5"] = b"x" * len(CONTENTS["test.h5"])
        status, output = self.run_script("--only", "test")
        self.assertEqual((status, self.names()), (1, []))
        self.assertIn("checksum mismatch", output)

    def test_a_longer_file_than_the_record_names_is_refused(self):
        self.server.contents["test.h5"] += b"more"
        self.assertEqual(self.run_script("--only", "test")[0], 1)
        self.assertEqual(self.names(), [])

    def test_a_foreign_file_is_not_overwritten(self):
        self.folder.mkdir()
        (self.folder / "test.h5").write_bytes(b"mine")
        status, output = self.run_script("--only", "test")
        self.assertEqual((status, (self.folder / "test.h5").read_bytes()), (1, b"mine"))
        self.assertIn("move it away", output)

    def test_offline_is_an_error_that_leaves_nothing(self):
        self.server.server_close()
        status, output = self.run_script("--only", "test", port=self.server.server_port)
        self.assertEqual((status, self.names()), (1, []))
        self.assertRegex(output, r"\Atest.h5: fetching .*\nerror: .*check the network.*\n\Z")

    def test_a_busy_server_is_asked_again(self):
        self.server.answers = [429, 503]
        self.assertEqual(self.run_script("--only", "test")[0], 0)

    def test_a_missing_record_is_not_asked_again(self):
        self.server.answers = [404] * script.ATTEMPTS
        status, output = self.run_script("--only", "test")
        self.assertEqual((status, len(self.server.requests)), (1, 1))
        self.assertIn("404", output)

    def test_a_full_disk_is_noticed_before_the_download(self):
        with mock.patch.object(script.shutil, "disk_usage", return_value=mock.Mock(free=1000)):
            status, output = self.run_script()
        self.assertEqual((status, self.server.requests), (1, []))
        self.assertIn("make room", output)

    def test_two_downloads_of_one_file_do_not_mix(self):
        self.folder.mkdir()
        with open(self.folder / "test.h5.part", "ab") as part:
            fcntl.flock(part, fcntl.LOCK_EX)
            status, output = self.run_script("--only", "test")
        self.assertEqual((status, self.server.requests), (1, []))
        self.assertIn("another download", output)


if __name__ == "__main__":
    unittest.main()
