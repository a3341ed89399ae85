"""Take files out of a zip archive that may have been made by anybody."""

import fnmatch
import os
import shutil
import stat
import zipfile
import zlib
from pathlib import PurePosixPath


class BadArchive(RuntimeError):
    """The archive is broken or unsafe."""


def extract(archive, folder, sizes):
    """Write the files named in `sizes`, and no others, from a zip file to `folder`.

    sizes: {path: bytes}. Every member of the archive stands in one top folder, which is left out. A path may
    hold `*`, see `catalog.Card.files`; what it matched before is removed. Raises BadArchive if the file is no
    whole zip file, or if what was asked for is not in it, is of another size, is a link, or leads out of
    `folder`.
    """
    from tqdm import tqdm

    try:
        with zipfile.ZipFile(archive) as tree:
            members = {member.filename.partition("/")[2]: member for member in tree.infolist()}
            for path in tqdm(sizes, desc=f"unpacking {archive.name}", unit="file", leave=False):
                names = _matching(members, path, sizes[path])
                _remove_matches(folder, path)
                for name in names:
                    _write(tree, members[name], folder / name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise BadArchive(f"no whole zip file ({error})") from error


def _matching(members, path, size):
    """Return the names of the members that `path` stands for, after checking that they may be written."""
    if "*" not in path:
        names = [path] if path in members else []
    else:
        names = [name for name in fnmatch.filter(members, path) if name.count("/") == path.count("/")]
    for name in names:
        place = PurePosixPath(name)
        if place.is_absolute() or ".." in place.parts or "\\" in name or ":" in name:
            raise BadArchive(f"unsafe: {name!r} leads out of the folder")
        if stat.S_ISLNK(members[name].external_attr >> 16):
            raise BadArchive(f"unsafe: {name!r} is a link")
    found = sum(members[name].file_size for name in names)
    if not names:
        raise BadArchive(f"{path} is not in the archive")
    if found != size:
        raise BadArchive(f"{path} holds {found:,} bytes in the archive, expected {size:,}")
    return names


def _remove_matches(folder, path):
    for old in folder.glob(path) if "*" in path else ():
        old.unlink()


def _write(tree, member, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    with tree.open(member) as source, open(part, "wb") as file:
        shutil.copyfileobj(source, file, 2**16)
    os.replace(part, target)
