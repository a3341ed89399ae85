"""Data: cards of the real datasets, downloads that verify, readers to arrays, and the tf.data pipeline.

Nothing here loads TensorFlow until `pipeline` or `jitter` is called.
"""

from . import catalog, download
from .augment import after, mirror, tint
from .folders import folder
from .maps import drawn_roads, mapped, roads
from .microscope import drawn_nuclei, nuclei, numbered
from .pictures import horses, objects, pairs, varied
from .pipeline import jitter, pipeline
from .readers import Split, digits, handwritten, mnist
from .scenes import camvid, drawn_scenes, labelled
from .square import averaged, symmetries
from .superres import Photographs, detailed, piece_pairs, scikit_photographs, t91

__all__ = [
    "Photographs", "Split", "after", "averaged", "camvid", "catalog", "detailed", "digits", "download",
    "drawn_nuclei", "drawn_roads", "drawn_scenes", "folder", "handwritten", "horses", "jitter", "labelled", "mapped",
    "mirror", "mnist", "nuclei", "numbered", "objects", "pairs", "piece_pairs", "pipeline", "roads",
    "scikit_photographs", "symmetries", "t91", "tint", "varied",
]  # fmt: skip
