"""Figures in the house style: images, curves, bars, maps of codes, films, tables, and drawings of networks.

Every function returns something that a notebook shows when it is the last line of a cell, and refuses with a
ValueError to draw nothing: no images, NaN, values outside [0, 1], or images that are one blank.
"""

from helpers.plots.charts import bars, curves, lines, scatter
from helpers.plots.drawing import network
from helpers.plots.films import film, scrub
from helpers.plots.gradients import coincidence, computation, gradient_errors
from helpers.plots.graph import Block, blocks
from helpers.plots.house import PALETTE, Picture, is_blank, style
from helpers.plots.intervals import intervals
from helpers.plots.linear import connections, dots, matrices, spectra
from helpers.plots.maps import graphs, mistakes
from helpers.plots.masks import overlaid, verdicts
from helpers.plots.mosaic import grid, rows, signed
from helpers.plots.photographs import photograph
from helpers.plots.plane import path, tiles
from helpers.plots.tables import table

__all__ = [
    "PALETTE", "Block", "Picture", "bars", "blocks", "coincidence", "computation", "connections", "curves", "dots",
    "film", "gradient_errors", "graphs", "grid", "intervals", "is_blank", "lines", "matrices", "mistakes", "network",
    "overlaid", "path", "photograph", "rows", "scatter", "scrub", "signed", "spectra", "style", "table", "tiles",
    "verdicts",
]  # fmt: skip
