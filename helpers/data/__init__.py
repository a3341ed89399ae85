"""Data: cards of the real datasets, downloads that verify, readers to arrays, and the tf.data pipeline.

Nothing here loads TensorFlow until `pipeline` or `jitter` is called.
"""

from . import catalog, download
from .folders import folder
from .pipeline import jitter, pipeline
from .readers import Split, digits, handwritten, mnist

__all__ = ["Split", "catalog", "digits", "download", "folder", "handwritten", "jitter", "mnist", "pipeline"]
