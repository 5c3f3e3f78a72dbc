"""Tests of fetch_reference_jets.py against a small server on this machine's loopback interface."""

import contextlib
import email.utils
import errno
import fcntl
import hashlib
import http.server
import io
import os
import random
import re
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
from pathlib import Path
from unittest import mock

import fetch_reference_jets as script

CONTENTS = {name: script.HDF5_SIGNATURE + bytes(random.Random(name).choices(range(256), k=5000 + len(name))) for name in script.FILES}
FILES = {name: (len(data), hashlib.md5(data).hexdigest()) for name, data in CONTENTS.items()}
SUMS = "".join(f"{hashlib.sha256(CONTENTS[name]).hexdigest()}  {name}\n" for name in sorted(CONTENTS))
TEST = CONTENTS["test.h5"]
PAGE = b"<!DOCTYPE html><html><body>" + b"Too many requests. " * 500 + b"</body></html>"


class Record(http.server.BaseHTTPRequestHandler):
    """A record whose behaviour the server's attributes set."""

    def do_GET(self):
        if "/record/" not in self.path:
            return self.page()
        name = re.fullmatch(r".*/record/files/(.*)\?download=1", self.path).group(1)
        wanted = self.headers.get("Range")
        self.server.requests.append((name, wanted))
        if self.server.answers:
            return self.answer(*self.server.answers.pop(0))
        data = self.server.contents[name]
        start = int(wanted[len("bytes=") : -1]) if wanted and self.server.knows_ranges else 0
        end = start + self.server.cut_after if self.server.cut_after else len(data)
        headers = {"Content-Length": len(data) - start}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self.send(206 if start else 200, {**headers, **self.server.headers}, data[start:end])

    def answer(self, status, headers=None):
        """An answer of the test's own, without content."""
        self.send(status, headers or {}, b"")

    def page(self):
        self.send(200, {"Content-Type": "text/html; charset=utf-8", "Content-Length": len(PAGE)}, PAGE)

    def send(self, status, headers, content):
        self.send_response(status)
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


class WithServer(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory())) / "reference"
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Record)
        self.server.requests, self.server.answers, self.server.contents = [], [], dict(CONTENTS)
        self.server.knows_ranges, self.server.cut_after, self.server.headers = True, None, {}
        thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.enterContext(mock.patch.multiple(script, FILES=FILES, PAUSE=0.0, CHUNK=256))
        self.waits = []
        self.enterContext(mock.patch.object(script.time, "sleep", self.waits.append))
        self.enterContext(mock.patch.dict(os.environ, {"no_proxy": "*"}))
        script.warn_once.cache_clear()

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

    def fetch_test(self, **options):
        return self.run_script("--only", "test", **options)

    def names(self):
        return sorted(path.name for path in self.folder.iterdir())

    def leave_part(self, content):
        """What an earlier download left."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "test.h5.part").write_bytes(content)

    def assert_arrived(self, status):
        self.assertEqual((status, self.names()), (0, ["SHA256SUMS", "test.h5"]))
        self.assertEqual((self.folder / "test.h5").read_bytes(), TEST)

    def ranges(self):
        return [wanted for _, wanted in self.server.requests]


class Downloads(WithServer):
    def test_all_files_arrive_whole(self):
        status, _ = self.run_script()
        self.assertEqual((status, self.names()), (0, ["SHA256SUMS", *sorted(CONTENTS)]))
        self.assertEqual({name: (self.folder / name).read_bytes() for name in CONTENTS}, CONTENTS)

    def test_only_fetches_the_named_file(self):
        self.assert_arrived(self.fetch_test()[0])

    def test_a_verified_file_is_not_fetched_again(self):
        self.fetch_test()
        status, output = self.fetch_test()
        self.assertEqual((status, len(self.server.requests)), (0, 1))
        self.assertIn("already there", output)

    def test_a_cut_connection_is_continued_where_it_ended(self):
        self.server.cut_after = 2000
        self.assert_arrived(self.fetch_test()[0])
        self.assertEqual(self.ranges(), [None, "bytes=2000-", "bytes=4000-"])

    def test_attempts_that_bring_something_are_not_counted(self):
        self.server.cut_after = 300
        self.assert_arrived(self.fetch_test()[0])
        self.assertGreater(len(self.server.requests), script.ATTEMPTS)

    def test_the_next_run_continues_what_was_left(self):
        self.server.cut_after = 100
        status, output = self.fetch_test()
        self.assertEqual((status, self.names()), (1, ["test.h5.part"]))
        self.assertIn("run again", output)
        self.server.cut_after = None
        self.assert_arrived(self.fetch_test()[0])
        self.assertEqual(self.server.requests[-1], ("test.h5", "bytes=500-"))

    def test_a_server_without_ranges_sends_all_again(self):
        self.leave_part(b"x" * 700)
        self.server.knows_ranges = False
        self.assert_arrived(self.fetch_test()[0])

    def test_a_server_without_ranges_that_is_always_cut_is_given_up(self):
        self.server.knows_ranges, self.server.cut_after = False, 4000
        status, _ = self.fetch_test()
        self.assertEqual((status, len(self.server.requests)), (1, 1 + script.ATTEMPTS))

    def test_a_redirected_request_keeps_its_range(self):
        self.leave_part(TEST[:700])
        self.server.answers = [(302, {"Location": "/elsewhere/record/files/test.h5?download=1"})]
        self.assert_arrived(self.fetch_test()[0])
        self.assertEqual(self.ranges(), ["bytes=700-"] * 2)

    def test_a_wrong_checksum_leaves_nothing(self):
        self.server.contents["test.h5"] = b"x" * len(TEST)
        status, output = self.fetch_test()
        self.assertEqual((status, self.names()), (1, []))
        self.assertIn("checksum mismatch", output)

    def test_a_foreign_file_is_not_overwritten(self):
        self.folder.mkdir()
        for content in (b"mine", b"x" * len(TEST)):
            (self.folder / "test.h5").write_bytes(content)
            status, output = self.fetch_test()
            self.assertEqual((status, (self.folder / "test.h5").read_bytes(), self.names()), (1, content, ["test.h5"]))
            self.assertIn("move it away", output)


class Answers(WithServer):
    """What is not the file is refused before a byte is kept."""

    def assert_refused(self, message, left=b""):
        status, output = self.fetch_test()
        part = self.folder / "test.h5.part"
        self.assertEqual((status, part.read_bytes() if part.exists() else b""), (1, left))
        self.assertRegex(output.splitlines()[-1], f"error: .*{message}")

    def test_a_web_page_is_refused_and_the_server_asked_again(self):
        self.leave_part(TEST[:700])
        self.server.answers = [(302, {"Location": "/login"})]
        status, output = self.fetch_test()
        self.assert_arrived(status)
        self.assertRegex(output, r"/login is a web page, not the file")
        self.assertEqual(self.ranges(), ["bytes=700-"] * 2)

    def test_a_server_with_nothing_but_a_page_is_given_up(self):
        self.server.answers = [(302, {"Location": "/login"})] * script.ATTEMPTS
        self.assert_refused("web page.*wants a login.*run again later")

    def test_another_length_is_refused(self):
        for content in (TEST + b"more", TEST[:-1]):
            self.server.contents["test.h5"] = content
            self.assert_refused(f"sends {len(content)} bytes, where {len(TEST)} are expected")

    def test_content_without_a_length_must_begin_as_the_file_does(self):
        self.server.headers = {"Content-Length": None}
        self.assert_arrived(self.fetch_test()[0])
        (self.folder / "test.h5").unlink()
        self.leave_part(TEST[:700])
        self.server.knows_ranges = False
        self.server.contents["test.h5"] = b'{"status": "busy"}' + b" " * len(TEST)
        self.assert_refused("something else than an HDF5 file", left=TEST[:700])

    def test_more_content_than_the_file_has_is_refused(self):
        self.server.headers = {"Content-Length": None}
        self.server.contents["test.h5"] = TEST + b"more"
        status, output = self.fetch_test()
        self.assertEqual((status, self.names()), (1, []))
        self.assertIn("checksum mismatch", output)

    def test_packed_content_is_refused(self):
        self.server.headers = {"Content-Encoding": "gzip"}
        self.assert_refused("packed")

    def test_a_part_that_begins_elsewhere_is_refused_and_the_whole_file_asked_for(self):
        end = len(TEST) - 1
        for wrong in (f"bytes 0-{end}/{end + 1}", f"bytes 700-{end}/{end}", f"bytes 700-{end + 1}/{end + 2}", "700-", None):
            with self.subTest(wrong):
                self.leave_part(TEST[:700])
                self.server.requests.clear()
                self.server.answers = [(206, {"Content-Range": wrong, "Content-Length": end + 1 - 700})]
                status, output = self.fetch_test()
                self.assert_arrived(status)
                self.assertEqual(self.ranges(), ["bytes=700-", None])
                self.assertIn("the server sends", output)
                (self.folder / "test.h5").unlink()

    def test_a_part_of_another_length_than_its_range_is_refused(self):
        self.leave_part(TEST[:700])
        self.server.headers = {"Content-Length": 5}
        self.assert_refused("sends 5 bytes", left=TEST[:700])

    def test_a_part_that_was_not_asked_for_is_refused(self):
        end = len(TEST) - 1
        self.server.answers = [(206, {"Content-Range": f"bytes 0-{end}/{end + 1}"})] * script.ATTEMPTS
        self.assert_refused("a part where the whole file was asked for")

    def test_a_refused_range_is_followed_by_a_request_for_the_whole_file(self):
        self.leave_part(TEST[:700])
        self.server.answers = [(416,)]
        self.assert_arrived(self.fetch_test()[0])
        self.assertEqual(self.ranges(), ["bytes=700-", None])

    def test_an_answer_without_content_is_refused(self):
        self.server.answers = [(204,)] * script.ATTEMPTS
        self.assert_refused("answers 204")


class FailingServers(WithServer):
    def test_offline_is_an_error_that_leaves_nothing(self):
        with socket.socket() as bound:  # and not listening: connections are refused
            bound.bind(("127.0.0.1", 0))
            status, output = self.fetch_test(port=bound.getsockname()[1])
        self.assertEqual((status, self.names(), self.waits), (1, [], []))
        self.assertRegex(output, r"\Atest.h5: fetching .*\nerror: .*check the network.*\n\Z")

    def test_a_busy_server_is_asked_again_when_it_says(self):
        soon = email.utils.formatdate(time.time() + 100, usegmt=True)
        self.server.answers = [(429, {"Retry-After": "7"}), (429, {"Retry-After": soon}), (503, {"Retry-After": "soon"})]
        self.assert_arrived(self.fetch_test()[0])
        self.assertEqual((self.waits[0], self.waits[2]), (7.0, 0.0))
        self.assertTrue(90 < self.waits[1] <= 100, self.waits)

    def test_a_server_that_asks_for_an_hour_is_left_alone(self):
        self.server.answers = [(429, {"Retry-After": "3600"})]
        status, output = self.fetch_test()
        self.assertEqual((status, len(self.server.requests), self.waits), (1, 1, []))
        self.assertIn("come back in 60 minutes", output)

    def test_a_missing_record_is_not_asked_again(self):
        self.server.answers = [(404,)] * script.ATTEMPTS
        status, output = self.fetch_test()
        self.assertEqual((status, len(self.server.requests)), (1, 1))
        self.assertIn("404", output)

    def test_a_proxy_that_wants_a_password_is_named_without_one(self):
        self.server.answers = [(407,)]
        with mock.patch.object(script.urllib.request, "getproxies", return_value={"http": "http://me:secret@proxy:1"}):
            with mock.patch.dict(os.environ, {"no_proxy": ""}):
                self.assertEqual(script.proxy_of("http://zenodo.org/"), "proxy:1")
        status, output = self.fetch_test()
        self.assertEqual(status, 1)
        self.assertRegex(output, "proxy .* 407 .*USER:PASSWORD")

    def test_each_kind_of_failing_connection_has_its_remedy(self):
        url = "https://zenodo.org/records/1"
        with mock.patch.object(script, "proxy_of", return_value=None):
            self.assertIn("certificates", script.remedy_of(ssl.SSLCertVerificationError("bad"), url))
            self.assertIn("name server", script.remedy_of(socket.gaierror("unknown"), url))
            self.assertIn("https_proxy=", script.remedy_of(ConnectionRefusedError("refused"), url))
        with mock.patch.object(script, "proxy_of", return_value="proxy:1"):
            self.assertIn("check the proxy proxy:1, which https_proxy", script.remedy_of(socket.gaierror("unknown"), url))

    def test_an_address_that_is_none_is_refused(self):
        for address in ("zenodo.org/records/1", "ftp://zenodo.org/1", "https:///records", ""):
            with contextlib.redirect_stderr(io.StringIO()) as output, self.assertRaises(SystemExit) as end:
                script.main(["--record-url", address])
            self.assertEqual(end.exception.code, 2)
            self.assertIn("is no address", output.getvalue())


class Disks(WithServer):
    def test_a_full_disk_is_noticed_before_the_download(self):
        with mock.patch.object(script.shutil, "disk_usage", return_value=mock.Mock(free=1000)):
            status, output = self.run_script()
        self.assertEqual((status, self.server.requests), (1, []))
        self.assertIn("make room", output)

    def test_a_disk_that_fills_up_is_not_taken_for_the_network(self):
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        part = mock.Mock(write=mock.Mock(side_effect=[3, full]))
        part.name = "test.h5.part"
        with self.assertRaisesRegex(script.FetchError, "test.h5.part cannot be written: No space left.*make room.*run again"):
            script.keep(part, b"abcdef")
        self.assertEqual([bytes(call.args[0]) for call in part.write.call_args_list], [b"abcdef", b"def"])

    def test_a_folder_that_is_a_file_is_refused(self):
        self.folder.write_bytes(b"mine")
        status, output = self.fetch_test()
        self.assertEqual((status, self.folder.read_bytes()), (1, b"mine"))
        self.assertIn("move away what stands in its place", output)

    def test_two_downloads_of_one_file_do_not_mix(self):
        self.folder.mkdir()
        with open(self.folder / "test.h5.part", "ab") as part:
            fcntl.flock(part, fcntl.LOCK_EX)
            status, output = self.fetch_test()
        self.assertEqual((status, self.server.requests), (1, []))
        self.assertIn("another download", output)

    def test_a_file_that_was_renamed_before_its_lock_was_had_is_opened_anew(self):
        """The other download ends between the opening of its file and the lock."""
        self.leave_part(TEST)
        real = fcntl.flock

        def late(file, how):
            if (self.folder / "test.h5").exists():
                return real(file, how)
            (self.folder / "test.h5.part").rename(self.folder / "test.h5")
            return real(file, how)

        with mock.patch.object(script.fcntl, "flock", late):
            status, _ = self.fetch_test()
        self.assert_arrived(status)
        self.assertEqual(self.server.requests, [])

    def test_a_link_in_place_of_a_part_is_not_followed(self):
        self.folder.mkdir()
        (self.folder / "mine").write_bytes(b"mine")
        (self.folder / "test.h5.part").symlink_to("mine")
        status, output = self.fetch_test()
        self.assertEqual((status, (self.folder / "mine").read_bytes()), (1, b"mine"))
        self.assertIn("move away what stands in its place", output)

    def test_a_file_system_without_locks_gets_one_warning(self):
        for number in (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, 524):
            script.warn_once.cache_clear()
            with mock.patch.object(script.fcntl, "flock", side_effect=OSError(number, os.strerror(number))):
                status, output = self.fetch_test()
            self.assert_arrived(status)
            self.assertEqual(output.count("takes no locks"), 1)
            (self.folder / "test.h5").unlink()
            (self.folder / "SHA256SUMS").unlink()


class Sums(WithServer):
    def test_the_sums_are_those_of_sha256sum(self):
        self.run_script("--only", "val")
        self.run_script()
        self.assertEqual((self.folder / "SHA256SUMS").read_text(), SUMS)
        check = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=self.folder, stdout=subprocess.DEVNULL)
        self.assertEqual(check.returncode, 0)

    def test_a_file_that_was_there_before_gets_its_sum(self):
        self.folder.mkdir()
        for name, data in CONTENTS.items():
            (self.folder / name).write_bytes(data)
        (self.folder / "SHA256SUMS").write_text(f"{'0' * 64}  test.h5\nnonsense\n")
        self.assertEqual(self.run_script()[0], 0)
        self.assertEqual((self.folder / "SHA256SUMS").read_text(), SUMS)
        self.assertEqual(self.server.requests, [])

    def test_a_verified_file_in_a_folder_that_is_read_only_is_fine(self):
        self.fetch_test()
        with mock.patch.object(script, "open_alone", side_effect=PermissionError(errno.EACCES, "no")):
            self.assertEqual(self.fetch_test()[0], 0)

    def test_what_is_not_the_record_s_file_gets_no_sum(self):
        self.server.contents["test.h5"] = b"x" * len(TEST)
        self.fetch_test()
        self.assertFalse((self.folder / "SHA256SUMS").exists())

    def test_md5_is_had_where_it_is_forbidden_for_security(self):
        real = hashlib.md5

        def forbidden(*data, usedforsecurity=True):
            if usedforsecurity:
                raise ValueError("[digital envelope routines] unsupported")
            return real(*data)

        with mock.patch.object(script.hashlib, "md5", forbidden):
            self.assert_arrived(self.fetch_test()[0])

    def test_md5_is_had_from_a_python_that_does_not_know_the_argument(self):
        real = hashlib.md5
        with mock.patch.object(script.hashlib, "md5", lambda *data: real(*data)):
            self.assert_arrived(self.fetch_test()[0])

    def test_a_python_without_md5_is_refused_before_the_download(self):
        with mock.patch.object(script.hashlib, "md5", side_effect=ValueError("unsupported hash type md5")):
            status, output = self.fetch_test()
        self.assertEqual((status, self.server.requests), (1, []))
        self.assertIn("another Python", output)


if __name__ == "__main__":
    unittest.main()
