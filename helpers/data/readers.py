"""From files to arrays: handwritten digits, from the verified MNIST files or from scikit-learn."""

import gzip
import zlib
from typing import NamedTuple

import numpy as np

from .. import runtime
from . import catalog, download


class Split(NamedTuple):
    """Images and labels in two parts: one to learn from, and one that learning never sees.

    `train` and `test` are float32 arrays of shape (N, height, width, channels) in [0, 1], `train_labels` and
    `test_labels` int64 arrays of shape (N,). `name` and `credit` belong into captions.
    """

    train: np.ndarray
    train_labels: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray
    name: str
    credit: str

    def choosing(self):
        """Return the Split on which settings are chosen: its test part is the end of the training part.

        That is the last fifth, 10,000 images at most: of MNIST's 60,000 the last 10,000. The real test part
        is left out.
        """
        cut = len(self.train) - min(len(self.train) // 5, 10_000)
        images, labels, name = self.train, self.train_labels, f"{self.name}, validation part"
        return Split(images[:cut], labels[:cut], images[cut:], labels[cut:], name, self.credit)


def handwritten():
    """Return handwritten digits, 28×28: `digits()` in the quick profile, `mnist()` in the full one."""
    return runtime.choose(quick=digits, full=mnist)()


def mnist():
    """Return MNIST as a Split of 60,000 and 10,000 images of shape (28, 28, 1), fetched on first use.

    Raises `catalog.DataError` where the files can be neither found nor fetched. Source: LeCun et al. (1998).
    """
    folder = download.fetch("mnist")
    train, test = (_scaled(idx(folder / f"{part}-images-idx3-ubyte.gz")) for part in ("train", "t10k"))
    labels = [idx(folder / f"{part}-labels-idx1-ubyte.gz").astype("int64") for part in ("train", "t10k")]
    return Split(train, labels[0], test, labels[1], "MNIST", catalog.card("mnist").credit)


def _scaled(images):
    return np.divide(images, 255, dtype="float32")[..., np.newaxis]


def digits():
    """Return scikit-learn's 1,797 digits as a Split of 1,437 and 360 images of shape (28, 28, 1), offline.

    The 8×8 originals are enlarged with cubic splines and clipped to [0, 1]; every digit has the same share in
    both parts, and the parts are always the same. Source: Alpaydin and Kaynak (1998), UCI Machine Learning
    Repository.
    """
    from skimage.transform import resize
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    small, labels = load_digits(return_X_y=True)
    enlarge = resize(np.eye(8), (28, 8), order=3, mode="edge", clip=False, anti_aliasing=False)
    images = enlarge @ (small.reshape(-1, 8, 8) / 16) @ enlarge.T
    images = np.clip(images, 0, 1).astype("float32")[..., np.newaxis]
    parts = train_test_split(images, labels.astype("int64"), test_size=0.2, stratify=labels, random_state=0)
    train, test, train_labels, test_labels = parts
    credit = "Digits: E. Alpaydin and C. Kaynak, UCI Machine Learning Repository, CC BY 4.0"
    return Split(train, train_labels, test, test_labels, "digits", credit)


def idx(path):
    """Read a gzipped IDX file of unsigned bytes (MNIST's format) into a uint8 array of the shape it declares.

    Raises `catalog.DataError` where the file is no gzip file, no IDX file of bytes, or shorter or longer than
    it says.
    """
    try:
        content = gzip.decompress(path.read_bytes())
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise catalog.DataError(f"{path} is no complete gzip file ({error}). Delete it and read again.") from error
    if len(content) < 4 or content[:3] != b"\x00\x00\x08":
        start = content[:4].hex(" ") or "nothing"
        raise catalog.DataError(f"{path} starts with {start}; an IDX file of bytes starts with 00 00 08.")
    header = 4 + 4 * content[3]
    if len(content) < header:
        raise catalog.DataError(f"{path} ends within its header. Delete it and read again.")
    shape = tuple(np.frombuffer(content[4:header], ">u4").tolist())
    values = np.frombuffer(content[header:], "uint8")
    if values.size != np.prod(shape, dtype="int64"):
        found = f"declares the shape {shape} and holds {values.size:,} values"
        raise catalog.DataError(f"{path} {found}. Delete it and read again.")
    return values.reshape(shape)
