"""Figures in the house style: images, curves, bars, maps of codes, films, and drawings of networks.

Every function returns something that a notebook shows when it is the last line of a cell, and refuses with a
ValueError to draw nothing: no images, NaN, values outside [0, 1], or images that are one blank.
"""

from helpers.plots.charts import bars, curves, scatter
from helpers.plots.drawing import network
from helpers.plots.films import film, scrub
from helpers.plots.graph import Block, blocks
from helpers.plots.house import PALETTE, Picture, is_blank, style
from helpers.plots.mosaic import grid, rows, signed

__all__ = [
    "PALETTE", "Block", "Picture", "bars", "blocks", "curves", "film", "grid", "is_blank", "network", "rows",
    "scatter", "scrub", "signed", "style",
]  # fmt: skip
