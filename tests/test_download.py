"""Downloads end with whole files or one clear message, whatever happens on the way. The server is local."""

import contextlib
import errno
import hashlib
import http.server
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections import namedtuple

import pytest

from helpers.data import catalog, download, unpack

BIG, SMALL = random.Random(0).randbytes(300_000), b"labels"
FILES = {"images.bin": BIG, "sub/labels.bin": SMALL}
DEAD = "http://127.0.0.1:9/"


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves `server.files`, with ranges if `server.ranges`; stops after `server.stop_after` bytes."""

    def do_GET(self):
        server, path = self.server, self.path.lstrip("/")
        server.seen.append((path, self.headers.get("Range")))
        if path not in server.files:
            return self.send_error(404)
        body, start = server.files[path], self.start()
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", len(body) - start)
        self.end_headers()
        time.sleep(server.delay)
        limit = len(body) if server.stop_after is None else server.stop_after
        self.wfile.write(body[start : start + limit])
        if limit < len(body):
            self.wfile.flush()
            server.stopped.set()
            server.release.wait(30)

    def start(self):
        given = self.headers.get("Range") or "bytes=0-"
        return int(given.removeprefix("bytes=").partition("-")[0]) if self.server.ranges else 0

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def serving(files, *, ranges=True, stop_after=None, delay=0):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.files, server.ranges, server.stop_after, server.delay = files, ranges, stop_after, delay
    server.seen, server.stopped, server.release = [], threading.Event(), threading.Event()
    server.address = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.release.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def server():
    with serving(FILES) as running:
        yield running


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOK_DATA", str(tmp_path))
    return tmp_path


def facts(files):
    return {path: (hashlib.sha256(body).hexdigest(), len(body)) for path, body in files.items()}


def register(monkeypatch, *mirrors, files=None, archive=None):
    """Put a dataset called "toy" into the catalogue."""
    texts = dict.fromkeys(("about", "split", "licence", "citation", "credit"), "-")
    card = catalog.Card(name="toy", title="Toy", mirrors=mirrors, archive=archive, **texts)
    vars(card)["files"] = facts(FILES) if files is None else files
    monkeypatch.setitem(catalog.CARDS, "toy", card)
    return card


CHILD = """
import json, os, signal, sys
from helpers.data import catalog, download
mirrors, archive, files, die_at = json.loads(sys.argv[1])
texts = dict.fromkeys(("about", "split", "licence", "citation", "credit"), "-")
card = catalog.Card(name="toy", title="Toy", mirrors=mirrors, archive=archive, **texts)
vars(card)["files"] = {path: tuple(fact) for path, fact in files.items()}
catalog.CARDS["toy"] = card
replace, calls = os.replace, []
def dying_replace(*names):
    calls.append(names)
    if len(calls) == die_at:
        os.kill(os.getpid(), signal.SIGKILL)
    replace(*names)
os.replace = dying_replace
download.fetch("toy")
"""


def child(cache, *mirrors, files=None, archive=None, die_at=None):
    """Start a process that fetches "toy", and kills itself instead of its `die_at`-th renaming."""
    job = json.dumps([mirrors, archive, facts(FILES) if files is None else files, die_at])
    environment = os.environ | {"BOOK_DATA": str(cache)}
    return subprocess.Popen([sys.executable, "-c", CHILD, job], env=environment, stderr=subprocess.DEVNULL)


def assert_whole(folder, files=FILES):
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert names - {".lock"} == set(files)
    assert all((folder / path).read_bytes() == body for path, body in files.items())


def test_a_dataset_is_fetched_into_the_layout_of_its_source(cache, server, monkeypatch, capsys):
    register(monkeypatch, server.address)
    assert download.fetch("toy") == cache / "toy" == download.where("toy")
    assert_whole(cache / "toy")
    assert download.verify("toy") == {}
    output = capsys.readouterr()
    assert output.out == "" and "Toy: fetching 0.3 MB into" in output.err


def test_a_whole_dataset_is_used_without_network_and_without_writing(cache, monkeypatch):
    register(monkeypatch, DEAD)
    (cache / "toy/sub").mkdir(parents=True)
    for path, body in FILES.items():
        (cache / "toy" / path).write_bytes(body)
    assert download.fetch("toy") == cache / "toy"
    assert not (cache / "toy/.lock").exists()


def test_only_what_is_missing_or_damaged_is_fetched(cache, server, monkeypatch):
    register(monkeypatch, server.address)
    download.fetch("toy")
    (cache / "toy/sub/labels.bin").write_bytes(b"lapels")
    assert list(download.verify("toy")) == ["sub/labels.bin"]
    assert "damaged: SHA-256" in download.verify("toy")["sub/labels.bin"]
    server.seen.clear()
    download.fetch("toy")
    assert [path for path, _ in server.seen] == ["sub/labels.bin"]
    assert_whole(cache / "toy")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("sent", [0, 1, 70_000, 200_000, len(BIG) - 1])
def test_a_download_killed_half_way_is_finished_by_the_next_call(cache, monkeypatch, sent):
    with serving(FILES, stop_after=sent) as slow:
        process = child(cache, slow.address)
        assert slow.stopped.wait(30)
        wait_for_size(cache / "toy/images.bin.part", sent // 2**16 * 2**16)
        process.kill()
        process.wait()
    with serving(FILES) as live:
        register(monkeypatch, live.address)
        assert set(download.verify("toy").values()) == {"missing"}
        download.fetch("toy")
        assert live.seen[0] == ("images.bin", f"bytes={sent // 2**16 * 2**16}-")
    assert_whole(cache / "toy")


def wait_for_size(path, size):
    end = time.monotonic() + 30
    while not (path.exists() and path.stat().st_size >= size):
        assert time.monotonic() < end, f"{path} did not reach {size} bytes"
        time.sleep(0.01)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("die_at", [1, 2])
def test_a_process_killed_before_it_names_a_file_loses_nothing(cache, server, monkeypatch, die_at):
    process = child(cache, server.address, die_at=die_at)
    assert process.wait() == -signal.SIGKILL
    server.seen.clear()
    register(monkeypatch, server.address)
    download.fetch("toy")
    assert [path for path, _ in server.seen] == list(FILES)[die_at:]  # the last part was complete
    assert_whole(cache / "toy")


def test_two_processes_share_one_download(cache):
    with serving(FILES, delay=0.7) as slow:
        processes = [child(cache, slow.address) for _ in range(2)]
        assert [process.wait() for process in processes] == [0, 0]
        assert sorted(path for path, _ in slow.seen) == sorted(FILES)
    assert_whole(cache / "toy")


def test_a_connection_that_breaks_is_continued_from_the_next_mirror(cache, server, monkeypatch):
    with serving(FILES, stop_after=150_000) as broken:
        broken.release.set()  # it hangs up after 150,000 bytes
        register(monkeypatch, broken.address, server.address)
        download.fetch("toy")
    assert server.seen[0] == ("images.bin", f"bytes={150_000 // 2**16 * 2**16}-")
    assert_whole(cache / "toy")


def test_a_dead_mirror_is_passed_over(cache, server, monkeypatch):
    register(monkeypatch, DEAD, server.address)
    download.fetch("toy")
    assert_whole(cache / "toy")


def test_a_mirror_with_other_content_is_passed_over(cache, server, monkeypatch):
    with serving(dict.fromkeys(FILES, b"<html>Please log in</html>")) as portal:
        register(monkeypatch, portal.address, server.address)
        download.fetch("toy")
    assert_whole(cache / "toy")


@pytest.mark.parametrize("ranges", [True, False])
def test_a_wrong_half_from_an_earlier_call_is_fetched_anew(cache, monkeypatch, ranges):
    (cache / "toy").mkdir()
    (cache / "toy/images.bin.part").write_bytes(b"x" * 1000)
    with serving(FILES, ranges=ranges) as live:
        register(monkeypatch, live.address)
        download.fetch("toy")
    assert_whole(cache / "toy")


def test_dead_mirrors_are_named_with_their_causes_and_the_way_by_hand(cache, server, monkeypatch):
    register(monkeypatch, DEAD, f"{server.address}gone/")
    with pytest.raises(catalog.DataError) as raised:
        download.fetch("toy")
    message = str(raised.value)
    assert "no mirror gave a good copy of images.bin" in message
    assert f"{DEAD}images.bin\n    no connection (Connection refused)" in message
    assert f"{server.address}gone/images.bin\n    HTTP 404 Not Found" in message
    assert f"save\n  {DEAD}images.bin\n    as {cache / 'toy' / 'images.bin'}" in message
    assert f"as {cache / 'toy/sub/labels.bin'}" in message
    assert set(download.verify("toy").values()) == {"missing"}


def test_a_wrong_digest_says_what_was_expected_and_what_came(cache, monkeypatch):
    other = BIG[::-1]
    with serving(FILES | {"images.bin": other}) as wrong:
        register(monkeypatch, wrong.address)
        with pytest.raises(catalog.DataError) as raised:
            download.fetch("toy")
    assert f"wrong content: SHA-256 {hashlib.sha256(other).hexdigest()}" in str(raised.value)
    assert f"expected {hashlib.sha256(BIG).hexdigest()} and 300,000 bytes" in str(raised.value)
    assert not list((cache / "toy").glob("images*"))


def test_a_cache_that_cannot_be_written_is_named(tmp_path, server, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("BOOK_DATA", str(tmp_path / "file"))
    register(monkeypatch, server.address)
    with pytest.raises(catalog.DataError, match=r"cannot be read or written (?s:.)*set BOOK_DATA"):
        download.fetch("toy")


def test_a_read_only_disk_is_named(cache, server, monkeypatch):
    def refuse(*_, **__):
        raise OSError(errno.EROFS, "Read-only file system")

    register(monkeypatch, server.address)
    monkeypatch.setattr(download.os, "replace", refuse)
    with pytest.raises(catalog.DataError, match=r"Read-only file system"):
        download.fetch("toy")


def test_a_disk_too_small_is_noticed_before_the_download(cache, server, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 1))
    register(monkeypatch, server.address)
    with pytest.raises(
        catalog.DataError, match=r"the disk is full \(0.3 MB needed, 0.0 MB free\)(?s:.)*Free some space"
    ):
        download.fetch("toy")
    assert server.seen == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full, the disk that is always full")
def test_a_disk_that_fills_up_on_the_way_is_named_and_the_next_call_recovers(cache, server, monkeypatch):
    register(monkeypatch, server.address)
    (cache / "toy").mkdir()
    (cache / "toy/images.bin.part").symlink_to("/dev/full")
    with pytest.raises(catalog.DataError, match="the disk is full"):
        download.fetch("toy")
    (cache / "toy/images.bin.part").unlink()
    download.fetch("toy")
    assert_whole(cache / "toy")


# Archives: 25 files and a group of files known by one digest, in one zip file.

MANY = {f"photos/{number:02}.bin": bytes([number]) * 50 for number in range(25)}
GROUP = {"cells/a/masks/1.png": b"one", "cells/a/masks/2.png": b"two"}
GROUP_LINES = "".join(f"{hashlib.sha256(body).hexdigest()}  {path}\n" for path, body in GROUP.items())
MANY_FACTS = facts(MANY) | {"cells/a/*/*.png": (hashlib.sha256(GROUP_LINES.encode()).hexdigest(), 6)}


def zipped(files, extra=()):
    """Return a zip file as GitHub makes them, in one top folder. extra: (name or ZipInfo, bytes) pairs."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as tree:
        for path, body in files.items():
            tree.writestr(f"source-0123abc/{path}", body)
        for name, body in extra:
            tree.writestr(name, body)
    return memory.getvalue()


@contextlib.contextmanager
def archive(monkeypatch, content):
    with serving(MANY | {"source.zip": content}) as running:
        register(monkeypatch, running.address, files=MANY_FACTS, archive=f"{running.address}source.zip")
        yield running


def test_many_files_come_in_one_archive(cache, monkeypatch):
    with archive(monkeypatch, zipped(MANY | GROUP, [("source-0123abc/README", b"not listed")])) as running:
        download.fetch("toy")
    assert_whole(cache / "toy", MANY | GROUP)
    assert [path for path, _ in running.seen] == ["source.zip"]


def test_an_archive_saved_by_hand_is_used(cache, monkeypatch):
    register(monkeypatch, DEAD, files=MANY_FACTS, archive=f"{DEAD}source.zip")
    (cache / "toy").mkdir()
    (cache / "toy/toy.zip").write_bytes(zipped(MANY | GROUP))
    download.fetch("toy")
    assert_whole(cache / "toy", MANY | GROUP)


@pytest.mark.parametrize("change", [{"cells/a/masks/2.png": None}, {"cells/a/masks/3.png": b"more"}])
def test_a_group_with_a_file_too_few_or_too_many_is_damaged_and_mended(cache, monkeypatch, change):
    with archive(monkeypatch, zipped(MANY | GROUP)):
        download.fetch("toy")
        for path, body in change.items():
            (cache / "toy" / path).unlink() if body is None else (cache / "toy" / path).write_bytes(body)
        assert list(download.verify("toy")) == ["cells/a/*/*.png"]
        download.fetch("toy")
    assert_whole(cache / "toy", MANY | GROUP)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("die_at", [1, 2, 15, 27])
def test_unpacking_killed_half_way_is_finished_by_the_next_call(cache, monkeypatch, die_at):
    with archive(monkeypatch, zipped(MANY | GROUP)) as running:
        process = child(cache, DEAD, files=MANY_FACTS, archive=f"{running.address}source.zip", die_at=die_at)
        assert process.wait() == -signal.SIGKILL
        assert download.verify("toy")
        download.fetch("toy")
        assert len(running.seen) == (2 if die_at == 1 else 1)  # the archive, once it has its name, is kept
    assert_whole(cache / "toy", MANY | GROUP)


def link(name):
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    return info


UNSAFE = {
    "a link in the place of a file": {"photos/00.bin": (link("source-0123abc/photos/00.bin"), b"/etc/passwd")},
    "a path that climbs out": {"": ("source-0123abc/cells/a/../x.png", b"")},
    "a link in a group": {"": (link("source-0123abc/cells/a/masks/9.png"), b"/etc/passwd")},
    "a backslash": {"": ("source-0123abc/cells/a/masks/..\\..\\x.png", b"")},
}


@pytest.mark.parametrize("case", UNSAFE)
def test_an_unsafe_archive_is_refused(cache, monkeypatch, case):
    kept = {path: body for path, body in (MANY | GROUP).items() if path not in UNSAFE[case]}
    with (
        archive(monkeypatch, zipped(kept, UNSAFE[case].values())),
        pytest.raises(catalog.DataError, match="unsafe"),
    ):
        download.fetch("toy")
    assert not any(path.is_symlink() for path in cache.rglob("*"))
    assert not list(cache.rglob("x.png")) and not list(cache.rglob("toy.zip"))


def test_members_that_are_not_listed_stay_in_the_archive(cache, monkeypatch):
    extra = [("../outside", b"!"), ("/absolute", b"!"), (link("source-0123abc/elsewhere"), b"/etc")]
    with archive(monkeypatch, zipped(MANY | GROUP, extra)):
        download.fetch("toy")
    assert_whole(cache / "toy", MANY | GROUP)
    assert [path.name for path in cache.iterdir()] == ["toy"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (zipped(MANY | GROUP)[:-40], "no whole zip file"),
        (b"<html>Please log in</html>", "no whole zip file"),
        (zipped(GROUP), "photos/00.bin is not in the archive"),
        (zipped(MANY | GROUP | {"photos/03.bin": b"3" * 10**6}), "photos/03.bin holds 1,000,000 bytes"),
        (zipped(MANY | GROUP | {"photos/03.bin": b"!" * 50}), "photos/03.bin is damaged"),
        (zipped(MANY | GROUP | {"cells/a/masks/1.png": b"uno"}), r"png is damaged"),
    ],
)
def test_a_broken_archive_is_named_and_the_next_call_recovers(cache, monkeypatch, content, message):
    with archive(monkeypatch, content), pytest.raises(catalog.DataError, match=message):
        download.fetch("toy")
    assert not (cache / "toy/toy.zip").exists()
    with archive(monkeypatch, zipped(MANY | GROUP)):
        download.fetch("toy")
    assert_whole(cache / "toy", MANY | GROUP)


def test_an_archive_out_of_reach_says_where_to_put_it_by_hand(cache, monkeypatch):
    register(monkeypatch, DEAD, files=MANY_FACTS, archive=f"{DEAD}source.zip")
    with pytest.raises(catalog.DataError) as raised:
        download.fetch("toy")
    assert "Connection refused" in str(raised.value)
    assert f"save that address as {cache / 'toy/toy.zip'}" in str(raised.value)


def test_a_damaged_member_is_noticed(tmp_path):
    content = bytearray(zipped({"a.bin": b"abcdefgh"}))
    content[content.index(b"abcdefgh")] ^= 1
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(unpack.BadArchive, match="CRC"):
        unpack.extract(tmp_path / "a.zip", tmp_path, {"a.bin": 8})
    assert not (tmp_path / "a.bin").exists()
