"""Fetch the datasets of the catalogue: every mirror in turn, every file verified, nothing half-written kept.

A file is written as `<file>.part`, verified, and renamed. An interrupted call leaves whole files and at most
one part, which the next call goes on with. Several processes may fetch at once: one works and the others wait
for it.
"""

import contextlib
import errno
import functools
import hashlib
import os
import re
import shutil
import sys
import time

from .. import runtime
from . import catalog, unpack

MANY = 20  # from so many files on, one archive costs less than single requests, whose rate is limited


def where(name):
    """Return the folder of the dataset `name` in the cache, whether it is there or not."""
    return runtime.cache_dir() / catalog.card(name).name


def verify(name):
    """Return what is wrong with the local files of `name`, as {path: "missing" or why}: {} if nothing."""
    folder, files = where(name), catalog.card(name).files
    wrong = {path: problem(folder, path, *facts) for path, facts in files.items()}
    return {path: text for path, text in wrong.items() if text}


def fetch(name):
    """Return the folder of the dataset `name`, after fetching the files that are missing or damaged.

    Raises `catalog.DataError` if the name is unknown, no mirror gives a good copy, or the cache cannot be
    written.
    """
    card, folder = catalog.card(name), where(name)
    with _explained(card, folder):
        if not verify(name):
            return folder
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder, card.title):
            missing = list(verify(name))
            if missing:
                _get(card, folder, missing)
    return folder


def _get(card, folder, missing):
    size, free = sum(card.files[path][1] for path in missing), shutil.disk_usage(folder).free
    by_archive = _zip(card, folder).exists() or (
        card.archive and (len(missing) > MANY or any("*" in path for path in missing))
    )
    load, needed = (card.archive_bytes, card.archive_bytes + size) if by_archive else (size, size)
    if free < needed:
        raise OSError(errno.ENOSPC, f"{megabytes(needed)} needed, {megabytes(free)} free")
    print(f"{card.title}: fetching {megabytes(load)} into {folder}", file=sys.stderr)
    print(f"{card.title}: licence {card.licence}", file=sys.stderr)
    if by_archive:
        return _from_archive(card, folder, missing)
    for number, path in enumerate(missing):
        causes = _from_mirrors(card, folder, path)
        if causes:
            raise catalog.DataError(_unreachable(card, folder, missing[number:], causes))


def _from_mirrors(card, folder, path):
    """Fetch a file from the first mirror with a good copy; return None, or what each mirror did instead."""
    target, causes = folder / path, []
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    for mirror in card.mirrors:
        cause = _download(mirror + path, part, *card.files[path])
        if cause is None:
            return os.replace(part, target)
        causes.append(f"  {mirror}{path}\n    {cause}")
    return causes


def _unreachable(card, folder, paths, causes):
    by_hand = [f"  {card.mirrors[0]}{path}\n    as {folder / path}" for path in paths]
    what = f"{card.title} could not be fetched: no mirror gave a good copy of {paths[0]}."
    return "\n".join([what, *causes, "To fetch what is missing by hand, save", *by_hand, "and run this again."])


def _download(url, part, digest, size):
    """Fetch `url` into `part`, going on where that ends; return None if it is as catalogued, else why not."""
    start = part.stat().st_size if part.exists() else 0
    failure = _stream(url, part, size) if start < size else None
    if failure:
        if not part.stat().st_size:
            part.unlink()
        return failure
    found, length = _sha256(part), part.stat().st_size
    if (found, length) == (digest, size):
        return None
    part.unlink()
    if start:  # the part of an earlier call may have been the wrong half
        return _download(url, part, digest, size)
    return f"wrong content: SHA-256 {found} and {length:,} bytes, expected {digest} and {size:,} bytes"


def _stream(url, part, size):
    """Append to `part` what `url` has behind its end, up to `size` bytes; return None, or what failed."""
    import pooch
    import requests
    from tqdm import tqdm

    def begin(response, **_):
        """Start anew where the server cannot go on from the middle: it then sends everything, status 200."""
        if response.status_code == 200 and file.tell():
            file.truncate(0)

    bar = {"desc": part.stem, "total": size, "unit": "B", "unit_scale": True, "leave": False}
    with open(part, "ab") as file, tqdm.wrapattr(file, "write", initial=file.tell(), **bar) as output:
        headers = {"Accept-Encoding": "identity", "Range": f"bytes={file.tell()}-"}
        options = {"headers": headers, "hooks": {"response": begin}, "timeout": 30}
        try:
            pooch.HTTPDownloader(chunk_size=2**16, **options)(url, output, None)
        except requests.RequestException as error:
            return cause(error)
    return None


def cause(error):
    """Return a network error in a few words."""
    import requests

    if isinstance(error, requests.HTTPError):
        return f"HTTP {error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.Timeout):
        return "no answer within 30 seconds"
    system = re.search(r"\[Errno -?\d+\] ([^'\")\]]+)", str(error))
    return f"no connection ({system[1]})" if system else f"{type(error).__name__}: {str(error)[:120]}"


def _zip(card, folder):
    return folder / f"{card.name}.zip"


def _from_archive(card, folder, missing):
    """Fetch the archive of the source, take the missing files out of it, and delete it."""
    archive = _zip(card, folder)
    try:
        if not archive.exists():
            _fetch_archive(card.archive, card.archive_bytes, archive)
        unpack.extract(archive, folder, {path: card.files[path][1] for path in missing})
        for path in missing:
            wrong = problem(folder, path, *card.files[path])
            if wrong:
                raise unpack.BadArchive(f"{path} is {wrong}")
    except unpack.BadArchive as error:
        raise catalog.DataError(
            f"{card.title} could not be fetched as an archive.\n  {card.archive}\n    {error}\n"
            f"To fetch it by hand: save that address as {archive}, and run this again."
        ) from error
    finally:
        archive.unlink(missing_ok=True)


def _fetch_archive(url, size, archive):
    part = archive.with_suffix(".zip.part")
    part.unlink(missing_ok=True)  # an archive is made when it is asked for: it cannot be continued
    failure = _stream(url, part, size)
    if failure:
        part.unlink()
        raise unpack.BadArchive(failure)
    os.replace(part, archive)


def problem(folder, path, digest, size):
    """Return None if the file or pattern `path` is as catalogued, else "missing" or what differs."""
    found, length = fingerprint(folder, path)
    if found is None:
        return "missing"
    if (found, length) == (digest, size):
        return None
    return f"damaged: SHA-256 {found} and {length:,} bytes, expected {digest} and {size:,} bytes"


def fingerprint(folder, path):
    """Return (SHA-256, bytes) of a file or a pattern, see `Card.files`; (None, 0) if there is none."""
    names = folder.glob(path) if "*" in path else [folder / path]
    found = {name.relative_to(folder).as_posix(): _hash(name) for name in names if name.is_file()}
    if not found:
        return None, 0
    if "*" not in path:
        return found[path]
    lines = "".join(f"{found[name][0]}  {name}\n" for name in sorted(found))
    return hashlib.sha256(lines.encode()).hexdigest(), sum(size for _, size in found.values())


def _hash(path):
    facts = path.stat()
    return _sha256_once(path, facts.st_size, facts.st_mtime_ns, facts.st_ino), facts.st_size


@functools.cache
def _sha256_once(path, *facts):
    """Return the SHA-256 of a file, computed once a process while its size, time and inode stay."""
    return _sha256(path)


def _sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def _explained(card, folder):
    """Turn the system's errors in writing to the cache into one message that says what to do."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", None))
        what = "the disk is full" if full else "the cache folder cannot be read or written"
        remedy = "Free some space" if full else "Make it writable"
        raise catalog.DataError(
            f"{card.title} could not be stored: {what} ({error.strerror or error}).\n  {folder}\n"
            f"{remedy}, or set BOOK_DATA to another folder, and run this again: complete files are kept."
        ) from error


@contextlib.contextmanager
def _alone(folder, title):
    """Wait until no other process fetches into `folder`; the system ends the lock of a process that dies."""
    with open(folder / ".lock", "a") as file:
        if not _lock(file):
            print(f"{title}: another process is fetching it; waiting.", file=sys.stderr)
        while not _lock(file):
            time.sleep(0.2)
        yield


def _lock(file):
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:  # a file system without locks: the digests still keep out what is wrong
        return True
    return True


def megabytes(size):
    """Return a number of bytes in words, such as "11.6 MB"."""
    return f"{size / 1e6:,.1f} MB" if size < 1e9 else f"{size / 1e9:,.1f} GB"
