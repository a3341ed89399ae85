"""The catalogue is complete, safe to unpack, and agrees with the files of whoever has them."""

import re
from pathlib import PurePosixPath

import pytest

from helpers.data import catalog, download

NAMES = ["mnist", "camvid", "horses", "epfl-roads", "nuclei", "superres"]


def test_the_catalogue_has_six_datasets():
    assert list(catalog.CARDS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_card_says_everything_a_reader_must_know(name):
    card = catalog.card(name)
    for field in ("title", "about", "split", "licence", "citation", "credit"):
        assert len(getattr(card, field)) > 2, field


@pytest.mark.parametrize("name", NAMES)
def test_every_source_is_pinned_to_a_commit(name):
    card = catalog.card(name)
    assert re.search(r"/[0-9a-f]{40}/$", card.mirrors[0])
    assert card.archive is None or re.search(r"/archive/[0-9a-f]{40}\.zip$", card.archive)
    assert all(mirror.startswith("https://") and mirror.endswith("/") for mirror in card.mirrors)


@pytest.mark.parametrize("name", NAMES)
def test_every_file_has_a_digest_a_size_and_a_path_inside_its_folder(name):
    for path, (digest, size) in catalog.card(name).files.items():
        assert re.fullmatch(r"[0-9a-f]{64}", digest) and size > 0
        assert not PurePosixPath(path).is_absolute() and ".." not in PurePosixPath(path).parts
        assert path == path.strip() and "\\" not in path


@pytest.mark.parametrize(
    ("name", "pattern", "count"),
    [
        ("mnist", "-ubyte.gz", 4),
        ("camvid", "CamVid/train/", 367),
        ("camvid", "CamVid/trainannot/", 367),
        ("camvid", "CamVid/test/", 233),
        ("camvid", "CamVid/testannot/", 233),
        ("horses", "/rgb/", 328),
        ("horses", "/figure_ground/", 328),
        ("epfl-roads", "/images/", 100),
        ("epfl-roads", "/groundtruth/", 100),
        ("nuclei", "stage1_train/", 334),
        ("superres", "Train/", 91),
        ("superres", "Test/Set5/", 5),
        ("superres", "Test/Set14/", 14),
    ],
)
def test_the_number_of_files_is_the_published_one(name, pattern, count):
    assert sum(pattern in path for path in catalog.card(name).files) == count


def test_mnist_has_three_mirrors_and_its_widely_published_digest():
    card = catalog.card("mnist")
    assert len(card.mirrors) == 3
    digest = "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
    assert card.files["train-images-idx3-ubyte.gz"] == (digest, 9_912_422)
    assert card.bytes == 11_594_722


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(catalog.DataError, match=r"no dataset 'minst'.*mnist, camvid, horses"):
        catalog.card("minst")


@pytest.mark.parametrize("name", NAMES)
def test_local_files_agree_with_the_digests(name):
    if not download.where(name).is_dir():
        pytest.skip(f"{name} is not in the cache; BOOK_DATA can name a folder that has it")
    assert download.verify(name) == {}
