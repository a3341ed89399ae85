"""Where the book runs: profile, seeds, devices, precision. The one module that looks at the environment.

Environment variables: `BOOK_PROFILE` (quick or full), `BOOK_SEED` (a whole number), `BOOK_DATA` (the folder of the
datasets), `BOOK_WEIGHTS` (the folder of trained networks), `BOOK_UNTRAINED=1` (training takes no step: the tests use it
to see that claims about trained networks fail on untrained ones).
"""

import contextlib
import os
import platform
import random
import sys
from pathlib import Path

PROFILES = ("quick", "full")


def profile():
    """Return "quick" or "full": `BOOK_PROFILE` if it is set, else full on a GPU and quick on a CPU."""
    given = os.environ.get("BOOK_PROFILE", "").strip()
    if given and given not in PROFILES:
        raise ValueError(
            f"BOOK_PROFILE is {given!r}; it can be 'quick' (embedded data, a minute) or 'full' (real data)."
        )
    return given or ("full" if gpus() else "quick")


def choose(*, quick, full):
    """Return the value that belongs to the current profile."""
    return {"quick": quick, "full": full}[profile()]


def tensorflow():
    """Import TensorFlow without the lines that its C++ side prints to stderr, and return it."""
    if "tensorflow" in sys.modules:
        return sys.modules["tensorflow"]
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _stderr_closed():
        import tensorflow as tf
    return tf


def keras():
    """Import Keras on TensorFlow, quietly, and return it."""
    tensorflow()
    import keras

    return keras


@contextlib.contextmanager
def _stderr_closed():
    """Send file descriptor 2 to nowhere: C++ libraries write there whatever Python's logging says."""
    sys.stderr.flush()
    kept = os.dup(2)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def gpus():
    """Return the list of GPUs that TensorFlow sees."""
    with _stderr_closed() if "tensorflow" not in sys.modules else contextlib.nullcontext():
        return tensorflow().config.list_physical_devices("GPU")


def seed(value=None):
    """Seed Python, NumPy and TensorFlow and return the seed: `BOOK_SEED` if it is set, else `value`, else 0."""
    value = _whole_number("BOOK_SEED", 0 if value is None else value)
    keras().utils.set_random_seed(value)
    random.seed(value)
    return value


def _whole_number(variable, default):
    given = os.environ.get(variable, "").strip() or str(default)
    if not given.isdigit() or int(given) >= 2**32:
        raise ValueError(f"{variable} is {given!r}; a seed is a whole number from 0 to 4294967295.")
    return int(given)


def untrained():
    """Return True where `BOOK_UNTRAINED=1` asks that training takes no step."""
    return os.environ.get("BOOK_UNTRAINED", "") == "1"


def precision():
    """Return the numeric policy this device gains from: float16 or bfloat16 with float32 variables, or float32.

    GPUs with tensor cores (compute capability 7.0 and up) and CPUs with AMX or AVX512-BF16 multiply 16-bit numbers
    faster. On other devices 16-bit numbers are emulated and slower. On a CPU the quick profile computes in float32: its
    networks are narrow, gain nothing (maps of 8 channels take twice the time in bfloat16), and so give the same numbers
    on every CPU. Losses and statistics stay float32 everywhere.
    """
    if gpus():
        capability = tensorflow().config.experimental.get_device_details(gpus()[0]).get("compute_capability", (0, 0))
        return "mixed_bfloat16" if capability >= (8, 0) else "mixed_float16" if capability >= (7, 0) else "float32"
    if profile() == "quick":
        return "float32"
    return "mixed_bfloat16" if cpu_flags() & {"amx_bf16", "avx512_bf16"} else "float32"


def cpu_flags():
    """Return the set of instruction-set names of the CPU, empty where the system does not tell."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    return set(next((line for line in lines if line.startswith("flags")), "").split())


def hardware():
    """Return the device in words, such as "2 CPU cores, Intel(R) Xeon(R) Processor @ 2.50GHz"."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    name = platform.processor() or platform.machine()
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next(line for line in lines if line.startswith("model name")).partition(":")[2].strip()
    text = f"{cores} CPU cores, {name}"
    if "tensorflow" in sys.modules and gpus():
        details = tensorflow().config.experimental.get_device_details(gpus()[0])
        text = f"{details.get('device_name', 'GPU')}, {text}"
    return text


def versions():
    """Return the versions that a result depends on, as {package: version}."""
    from importlib.metadata import version

    names = ("tensorflow", "keras", "numpy")
    return {"python": platform.python_version()} | {name: version(name) for name in names}


def report():
    """Return one line that says what the book runs on."""
    import helpers

    packages = versions()
    return (
        f"helpers {helpers.__version__} · profile {profile()} · {hardware()} · "
        f"TensorFlow {packages['tensorflow']}, Keras {packages['keras']} · {_policy()}"
    )


def _policy():
    return keras().mixed_precision.dtype_policy().name


def start(value=None, *, mixed=True):
    """Prepare a chapter: load TensorFlow quietly, choose the precision, seed everything, say so; return the seed."""
    profile()
    keras().mixed_precision.set_dtype_policy(precision() if mixed else "float32")
    value = seed(value)
    print(report())
    return value


def cache_dir():
    """Return the folder of the datasets, not created: `BOOK_DATA`, else the user's cache folder."""
    return _folder("BOOK_DATA", "data")


def weights_dir():
    """Return the folder of trained networks, not created: `BOOK_WEIGHTS`, else the user's cache folder."""
    return _folder("BOOK_WEIGHTS", "weights")


def _folder(variable, name):
    given = os.environ.get(variable, "").strip()
    if given:
        return Path(given).expanduser().resolve()
    import pooch

    return Path(pooch.os_cache("images-in-images-out")) / name
