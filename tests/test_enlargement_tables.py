"""The tables of the super-resolution benchmark, from a ledger made up here."""

import pytest

from helpers import enlargement_tables as tables
from helpers import resampling

KINDS = ("psnr", "ssim", "psnr_ensemble", "ssim_ensemble")


@pytest.fixture
def stored():
    """Every number of its own: 100 · place + scale, and so on, so that a wrong cell shows."""
    found = {}
    for n, name in enumerate(("set5", "set14")):
        for scale in resampling.SCALES:
            found[f"bicubic_{name}_x{scale}"], found[f"bicubic_{name}_x{scale}_ssim"] = (
                30 + n + scale / 10,
                0.8 + n / 10,
            )
            found |= {f"{name}_x{scale}_{kind}": 10 * place + n + scale / 10 for place, kind in enumerate(KINDS, 1)}
    for number, key in enumerate((*tables.EQUAL.values(), "bilinear")):
        found[key] = {"parameters": [100 * number], "milliseconds": [5, 1, 9], "rate": [2e-3], "steps": [4000]}
        for n, name in enumerate(("set5", "set14")):
            found[key] |= {f"{name}_x2_psnr": [number + n, number + n + 0.2], f"{name}_x2_ssim": [0.5, 0.7]}
    found["bilinear"] = {key: value[0] for key, value in found["bilinear"].items() if key.startswith("set")}
    runs = {
        f"residual_x{s}": {"parameters": 1000 + s, "milliseconds": s, "milliseconds_ensemble": 8 * s} for s in (2, 3, 4)
    }
    return found | runs


def test_bicubic_and_the_long_runs_are_looked_up_by_set_and_scale(stored):
    assert tables.bicubic(stored) == {"Set5": [30.2, 30.3, 30.4], "Set14": [31.2, 31.3, 31.4]}
    assert tables.patient(stored, "ssim_ensemble") == {"Set5": [40.2, 40.3, 40.4], "Set14": [41.2, 41.3, 41.4]}


def test_on_equal_terms_each_network_has_a_row_with_its_median_time(stored):
    head, rows = tables.equal_terms(stored)
    assert head[0] == "×2, 4,000 steps" and {len(row) for row in rows} == {len(head)}
    assert rows[0] == ["bilinear", "–", "–", "–", "7.00", "8.00", "0.5000 / 0.5000"]
    assert rows[1] == ["bicubic", "–", "–", "–", "30.20", "31.20", "0.8000 / 0.9000"]
    assert rows[7] == ["SRCNN", 500, "5", "0.002", "5.10 ± 0.14", "6.10 ± 0.14", "0.6000 / 0.6000"]
    assert [row[0] for row in rows[2:]] == list(tables.EQUAL)


def test_the_scales_stand_beside_what_was_published(stored):
    head, rows = tables.scales(stored)
    assert head[1:] == ["Set5 ×2", "Set5 ×3", "Set5 ×4", "Set14 ×2", "Set14 ×3", "Set14 ×4"]
    assert rows[1] == ["SRCNN 9-5-5, published", "36.66", "32.75", "30.48", "32.42", "29.28", "27.49"]
    assert rows[-2] == ["sub-pixel", "10.20", "10.30", "10.40", "11.20", "11.30", "11.40"]
    assert rows[-1][:2] == ["sub-pixel ×8", "30.20"]


def test_the_costs_are_those_of_the_three_long_runs(stored):
    head, rows = tables.costs(stored)
    assert head == ["sub-pixel network", "×2", "×3", "×4"]
    assert rows[0] == ["SSIM, Set5", "20.2000", "20.3000", "20.4000"]
    assert rows[3][0] == "SSIM, Set14, ×8" and rows[-1] == ["milliseconds, ×8", "16", "24", "32"]
    assert rows[-3] == ["parameters", "1,002", "1,003", "1,004"]
