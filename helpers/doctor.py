"""What works on this machine, on one screen: `python -m helpers doctor`."""

import importlib.metadata
import os
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import helpers

from . import runtime
from .data import catalog, download

PACKAGES = (
    "scikit-learn",
    "scikit-image",
    "matplotlib",
    "pillow",
    "pooch",
    "tqdm",
    "ipywidgets",
    "tensorboard",
)


def report():
    """Print a line for each look: ok, note (the book works without it) or FAIL. Return True without FAIL."""
    failed = False
    for look in (python, package, packages, tensorflow, device, cache, network, datasets):
        try:
            mark, text = look()
        except Exception as error:  # whatever is wrong with the machine belongs on the screen
            mark, text = "FAIL", f"{type(error).__name__}: {error}"
        failed = failed or mark == "FAIL"
        print(f"{mark:5} {look.__name__:11} {text}", flush=True)
    return not failed


def python():
    """Look at Python's version."""
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return "ok", version
    return "FAIL", f"{version}; TensorFlow 2.20 and 2.21 need 3.11, 3.12 or 3.13"


def package():
    """Look at which copy of `helpers` is running."""
    return "ok", f"helpers {helpers.__version__}, {os.path.dirname(helpers.__file__)}"


def packages():
    """Look at whether the packages that `helpers` needs are installed, without loading them."""
    found = {item.metadata["Name"].lower() for item in importlib.metadata.distributions() if item.metadata["Name"]}
    missing = [name for name in PACKAGES if name not in found]
    if missing:
        return "FAIL", f"missing: {', '.join(missing)}; run: pip install {' '.join(missing)}"
    return "ok", f"{', '.join(PACKAGES)}"


def tensorflow():
    """Look at whether TensorFlow loads."""
    tf = runtime.tensorflow()
    return "ok", f"{tf.__version__}, Keras {tf.keras.__version__}"


def device():
    """Look at what the networks run on, and at the profile and the precision chosen for it."""
    return "ok", f"{runtime.hardware()} · profile {runtime.profile()} · {runtime.precision()}"


def cache():
    """Look at whether datasets can be stored, and at how much room there is."""
    folder = runtime.cache_dir()
    there = next(place for place in (folder, *folder.parents) if place.exists())
    text = f"{folder} · {download.megabytes(shutil.disk_usage(there).free)} free"
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return "ok", text
    return "note", f"{text} · cannot be written: set BOOK_DATA to another folder before fetching datasets"


def network():
    """Look at whether the servers of the datasets answer; the quick profile needs none of them."""
    import requests

    def silent(address):
        try:
            requests.head(address, timeout=3)
        except requests.RequestException as error:
            return f"{urlsplit(address).hostname}: {download.cause(error)}"

    mirrors = catalog.card("mnist").mirrors
    with ThreadPoolExecutor() as pool:
        causes = [text for text in pool.map(silent, mirrors) if text]
    lines = [f"{len(mirrors) - len(causes)} of {len(mirrors)} servers of MNIST answer", *causes]
    return ("note" if causes else "ok"), f"\n{'':18}".join(lines)


def datasets():
    """Look at which datasets of the catalogue are in the cache, verified."""
    found = {name: download.verify(name) for name in catalog.CARDS}
    whole = [name for name, wrong in found.items() if not wrong]
    part = [name for name, wrong in found.items() if wrong and len(wrong) < len(catalog.card(name).files)]
    rest = [name for name in found if name not in whole + part]
    groups = {"whole": whole, "incomplete": part, "not fetched": rest}
    text = " · ".join(f"{label}: {', '.join(names)}" for label, names in groups.items() if names)
    return ("note" if part else "ok"), text
