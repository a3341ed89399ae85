"""Facts about the benchmark that takes skips from a U-Net."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks import comparison, skips
from helpers import data, digest, ledger, runtime
from helpers.data import pictures, scenes


def small_scenes(choosing, size=None):
    return data.drawn_scenes((8, 4), (32, 48))


def small_masks(choosing):
    return pictures.drawn((8, 4), (32, 32))


TASKS = {
    "skips": lambda: replace(skips.street_task(), split=small_scenes, augment=None, steps=2),
    "skips_horses": lambda: replace(skips.horse_task(), split=small_masks, augment=None, steps=2),
}


def test_a_skip_adds_the_weights_of_its_convolution_and_wider_has_more_than_all():
    counts = [function((64, 64, 3), 1).count_params() for function in skips.COUNTS]
    assert np.diff(counts).tolist() == [9 * width**2 for width in (128, 64, 32, 16)]
    assert skips.wider((64, 64, 3), 1).count_params() > max(counts)


def test_dropout_stands_on_the_joined_maps_alone():
    layers = skips.dropout((64, 64, 3), 1).layers
    drops = [n for n, layer in enumerate(layers) if isinstance(layer, runtime.keras().layers.Dropout)]
    joined = [isinstance(layers[n - 1], runtime.keras().layers.Concatenate) for n in drops]
    assert [layers[n].rate > 0 for n in drops] == joined and sum(joined) == 4


def test_the_rate_is_the_one_that_the_validation_part_chose_with_and_without_skips():
    for name, task in (("comparison", skips.street_task()), ("comparison_horses", skips.horse_task())):
        stored = ledger.read(name)["metrics"]
        chosen = {rate for network in ("plain", "unet") for rate in stored[network]["rate"]}
        assert chosen == {skips.rate(function, task) for function in skips.COUNTS}
    assert skips.rate(skips.bare, task) == pytest.approx(chosen.pop() / 3)


def test_the_network_of_which_one_is_a_change_is_trained_before_it():
    every = (*skips.COUNTS, *skips.OTHERS)
    order, before = [one.__name__ for one in every], {one.__name__: skips.changed(one) for one in every}
    assert all(order.index(one) < order.index(name) for name, one in before.items() if name != "skips_0")
    assert (before["skips_3"], before["wider"], before["resized"]) == ("skips_2", "skips_0", "skips_4")
    assert before["bare"] == "bias"  # both have biases: they differ in the normalisation and in the rate


TRUTH = np.zeros((1, 40, 40), "uint8")
TRUTH[:, :, 20:] = 1
SURE = np.full((1, 20, 20), 0.95)  # at every second pixel each way
SURE[0, :2] = 0.6
SMALL = {"classes": 2, "block": 1, "half": 12}


def test_near_and_interior_together_are_all_pixels_and_all_errors(tmp_path):
    """One column of a 40×40 map is wrong at its boundary; far away from it two pixels are, one of them very far."""
    found = TRUTH.copy()
    found[:, :, 20] = 0
    found[0, 5, [5, 10]] = 1
    mine, right = tmp_path / "a.npz", tmp_path / "b.npz"
    skips.scores(TRUTH, TRUTH, SURE, [right] * 3, **SMALL)
    result = skips.scores(TRUTH, found, SURE, [mine, right, right], **SMALL)
    assert result["wrong_near"] == 40 / 1600 and result["wrong_interior"] == 2 / 1600
    assert result["wrong_deep"] == 1 / 1600  # columns 5 and 10 are 14 and 9 pixels away from column 19
    assert result["share_near"] + result["share_interior"] == 1 and result["share_near"] == 6 / 40
    assert result["share_deep"] == 14 / 40  # columns 0 to 6 and 33 to 39
    assert result["interior_iou"] > 0.99 > result["near_iou"] and result["blur"] == 0.1
    with np.load(mine) as kept:
        assert (kept["interior"] + kept["near"] == kept["whole"]).all() and kept["whole"].sum() == 1600
    assert result["miou_apart"] == result["miou_change_apart"] == pytest.approx(result["miou"] - 1)


def test_a_boundary_that_is_off_by_one_column_matches(tmp_path):
    found = TRUTH.copy()
    found[:, :, 20] = 0
    assert skips.scores(TRUTH, found, SURE, [tmp_path / "a.npz"] * 3, **SMALL)["boundary_f"] == 1


def test_blur_leaves_out_what_does_not_count():
    truth = np.array([[[0, 1], [scenes.IGNORE, 1]]])
    assert skips.blurred(truth, np.array([[[0.5, 0.95], [0.5, 0.95]]])) == pytest.approx(1 / 3)


def matrices(right, wrong):
    return np.array([[[one, other], [0, 0]] for one, other in zip(right, wrong, strict=True)])


def test_what_is_saved_is_a_share_of_the_wrong_pixels_near_minus_that_inside(tmp_path):
    """Of 40 wrong pixels near boundaries 10 stay, of 20 inside 15: three quarters and one quarter are saved."""
    paths = [tmp_path / name for name in ("a.npz", "b.npz")]
    for path, near, interior in zip(paths, ((4, 6), (30, 10)), ((5, 10), (10, 10)), strict=True):
        comparison.kept(path, near=matrices((50, 50), near), interior=matrices((80, 80), interior))
    apart, low, high = skips.saved(*paths)
    assert apart == pytest.approx(0.5) and low < apart <= high
    assert skips.saved(paths[0], paths[0]) == (0, 0, 0)
    comparison.kept(paths[1], near=matrices((50, 50), (0, 0)), interior=matrices((80, 80), (0, 0)))
    assert skips.saved(paths[1], paths[1]) == (0, 0, 0)  # nothing to save, nothing saved


def start(task, functions, seeds, folder, monkeypatch):
    """Train networks for two steps each, through to the ledger; return its metrics."""
    monkeypatch.setenv("BOOK_PROFILE", "full")
    monkeypatch.setattr(ledger, "results", lambda: folder)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(runtime, "precision", lambda: "float32")
    monkeypatch.setattr(comparison, "camvid", small_scenes)
    skips.main([], task, functions, seeds=seeds)
    return ledger.read(task.name, folder=folder)


@pytest.mark.parametrize("name", TASKS)
def test_every_seed_is_compared_with_no_skips_and_with_one_fewer(name, tmp_path, monkeypatch):
    """The first network differs from itself by nothing; weights and predictions are kept."""
    found = start(TASKS[name](), skips.COUNTS[:3], (0, 1), tmp_path, monkeypatch)
    none, one, two = (found["metrics"][f"skips_{n}"] for n in range(3))
    assert found["seeds"] == [0, 1] and set(skips.SCORES) <= set(none)
    for score in skips.SCORES:
        assert none[f"{score}_apart"] == none[f"{score}_change_apart"] == [0, 0]
        np.testing.assert_allclose(two[f"{score}_apart"], np.subtract(two[score], none[score]), atol=1e-6)
        np.testing.assert_allclose(two[f"{score}_change_apart"], np.subtract(two[score], one[score]), atol=1e-6)
    assert none["saved_apart"] == [0, 0] and np.all(np.array(two["saved_low"]) <= two["saved_high"])
    kept = {path.name for path in (tmp_path / "_build/benchmarks" / name).iterdir()}
    assert {"skips_2-1-maps.npz", "skips_2-1.weights.h5"} <= kept


def test_a_network_that_it_is_compared_with_must_be_there(tmp_path, monkeypatch):
    with pytest.raises(FileNotFoundError, match="skips_4 is compared with skips_0-0, skips_3-0"):
        start(TASKS["skips_horses"](), (skips.skips_4,), (0,), tmp_path, monkeypatch)


@pytest.mark.parametrize("name", TASKS)
def test_stored_differences_are_those_of_the_stored_scores(name):
    """They are not where a network was trained again and those that are compared with it were not."""
    if not (ledger.results() / f"{name}.json").is_file():
        pytest.skip(f"`make benchmarks NAME={name}` has not run")
    stored = ledger.read(name)["metrics"]
    for function in (*skips.COUNTS, *skips.OTHERS):
        if (mine := stored.get(function.__name__)) is not None:
            for kind, other in {"apart": "skips_0", "change_apart": skips.changed(function)}.items():
                for score in skips.SCORES:
                    apart = np.subtract(mine[score], stored[other][score])
                    np.testing.assert_allclose(mine[f"{score}_{kind}"], apart, atol=1e-5)


def test_the_code_that_it_names_is_there():
    for task in (skips.street_task(), skips.horse_task()):
        for function in (*skips.COUNTS, *skips.OTHERS):
            assert digest.digests(*skips.used(task, function))
