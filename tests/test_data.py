"""The readers give the arrays that their datasets are known for."""

import gzip
import struct
import subprocess
import sys

import numpy as np
import pytest

from helpers import data
from helpers.data import catalog, download, readers


@pytest.fixture(scope="module")
def digits():
    return data.digits()


@pytest.fixture(scope="module")
def mnist():
    if download.verify("mnist"):
        pytest.skip("MNIST is not in the cache; BOOK_DATA can name a folder that has it")
    return data.mnist()


def assert_is_a_split(split, train, test):
    assert split.train.shape == (train, 28, 28, 1) and split.test.shape == (test, 28, 28, 1)
    assert split.train.dtype == split.test.dtype == np.float32
    assert split.train_labels.shape == (train,) and split.test_labels.shape == (test,)
    assert split.train_labels.dtype == split.test_labels.dtype == np.int64
    for images in (split.train, split.test):
        assert images.min() == 0 and images.max() == 1
    assert set(split.train_labels) == set(split.test_labels) == set(range(10))


def test_digits_are_1437_and_360_images(digits):
    assert_is_a_split(digits, 1437, 360)


def test_digits_are_always_split_alike_and_every_digit_has_the_same_share(digits):
    assert digits.test_labels[:10].tolist() == [7, 6, 3, 7, 7, 3, 2, 8, 9, 3]
    np.testing.assert_array_equal(digits.test, data.digits().test)
    shares = np.bincount(digits.test_labels) / np.bincount(np.r_[digits.train_labels, digits.test_labels])
    np.testing.assert_allclose(shares, 0.2, atol=0.005)


def test_enlarged_digits_are_still_the_digits(digits):
    from sklearn.datasets import load_digits

    small = load_digits().images / 16
    enlarged = np.concatenate([digits.train, digits.test])
    assert enlarged.mean() == pytest.approx(small.mean(), abs=0.01)
    blocks = enlarged.reshape(-1, 4, 7, 4, 7).mean((2, 4))  # 4×4 blocks of 7 pixels: 2×2 pixels of the original
    halves = small.reshape(-1, 4, 2, 4, 2).mean((2, 4))
    order = np.lexsort(halves.reshape(-1, 16).round(6).T)
    nearest = ((blocks[:200, None] - halves[order][None]) ** 2).sum((2, 3)).min(1)
    assert nearest.max() < 0.1


def test_settings_are_chosen_on_the_last_fifth_of_the_training_part(digits):
    choosing = digits.choosing()
    assert len(choosing.train) == 1150 and len(choosing.test) == 287
    np.testing.assert_array_equal(np.concatenate([choosing.train, choosing.test]), digits.train)
    np.testing.assert_array_equal(np.r_[choosing.train_labels, choosing.test_labels], digits.train_labels)
    assert choosing.name == "digits, validation part"


def test_handwritten_is_digits_in_the_quick_profile_and_mnist_in_the_full_one(monkeypatch):
    monkeypatch.setattr(readers, "digits", lambda: "digits")
    monkeypatch.setattr(readers, "mnist", lambda: "mnist")
    monkeypatch.setenv("BOOK_PROFILE", "quick")
    assert data.handwritten() == "digits"
    monkeypatch.setenv("BOOK_PROFILE", "full")
    assert data.handwritten() == "mnist"


def test_mnist_is_60000_and_10000_images(mnist):
    assert_is_a_split(mnist, 60_000, 10_000)
    assert mnist.train_labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert mnist.train.mean() == pytest.approx(0.1307, abs=1e-4)


def test_mnist_is_chosen_on_the_last_10000_of_the_training_file(mnist):
    choosing = mnist.choosing()
    assert len(choosing.train) == 50_000
    np.testing.assert_array_equal(choosing.test, mnist.train[50_000:])


def test_pca_with_30_numbers_gives_the_published_error_on_mnist(mnist):
    train, test = mnist.train.reshape(-1, 784), mnist.test.reshape(-1, 784)
    mean = train.mean(0)
    _, vectors = np.linalg.eigh((train - mean).T.astype("float64") @ (train - mean))
    rest = (test - mean) - (test - mean) @ vectors[:, -30:] @ vectors[:, -30:].T
    assert (rest**2).sum(1).mean() == pytest.approx(13.87, abs=0.005)


def idx_file(path, shape, values, magic=b"\x00\x00\x08"):
    header = magic + bytes([len(shape)]) + struct.pack(f">{len(shape)}I", *shape)
    path.write_bytes(gzip.compress(header + bytes(values)))
    return path


def test_an_idx_file_gives_the_array_it_declares(tmp_path):
    array = readers.idx(idx_file(tmp_path / "a.gz", (2, 3), range(6)))
    assert array.dtype == np.uint8
    np.testing.assert_array_equal(array, [[0, 1, 2], [3, 4, 5]])


@pytest.mark.parametrize(("shape", "count"), [((2, 3), 5), ((2, 3), 7), ((0xFFFFFFFF, 0xFFFFFFFF), 6)])
def test_an_idx_file_of_the_wrong_length_is_refused(tmp_path, shape, count):
    with pytest.raises(catalog.DataError, match=rf"declares the shape .* holds {count} values"):
        readers.idx(idx_file(tmp_path / "a.gz", shape, range(count)))


def test_an_idx_file_cut_in_its_header_is_refused(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"\x00\x00\x08\x03\x00\x00"))
    with pytest.raises(catalog.DataError, match="ends within its header"):
        readers.idx(tmp_path / "a.gz")


def test_a_file_that_is_no_idx_file_of_bytes_is_refused(tmp_path):
    with pytest.raises(catalog.DataError, match="starts with 00 00 0d 01; an IDX file of bytes starts with 00 00 08"):
        readers.idx(idx_file(tmp_path / "a.gz", (4,), range(4), magic=b"\x00\x00\x0d"))


@pytest.mark.parametrize("cut", [0, 5, 30, -1])
def test_a_truncated_gzip_file_is_refused(tmp_path, cut):
    path = idx_file(tmp_path / "a.gz", (64,), range(64))
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(catalog.DataError, match=r"a\.gz"):
        readers.idx(path)


def test_importing_the_data_package_loads_no_tensorflow():
    heavy = "{'tensorflow', 'keras', 'sklearn', 'skimage', 'requests'} & set(sys.modules)"
    code = f"import sys, helpers; from helpers import data; print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
