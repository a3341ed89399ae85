"""Facts about pairs for image-to-image translation."""

import numpy as np
import pytest
from PIL import Image

from helpers import painting, runtime
from helpers.data import scenes, translations


def saved(folder, name, values):
    folder.mkdir(exist_ok=True, parents=True)
    Image.fromarray((np.asarray(values) * 255).astype("uint8")).save(folder / name)


def test_pieces_are_cut_from_images_that_are_286_of_256_as_large():
    assert translations.enlarged((256, 256)) == (286, 286) and translations.enlarged((128, 160)) == (143, 179)


def test_drawn_streets_are_larger_to_learn_from_and_fit_when_tested():
    pairs = translations.drawn((4, 3), (32, 48))
    assert pairs.photographs.shape == (4, 36, 54, 3) and pairs.conditions.shape == (4, 36, 54)
    assert pairs.test_photographs.shape == (3, 32, 48, 3) and pairs.test_conditions.dtype == "uint8"
    assert pairs.classes == len(scenes.CLASSES) == scenes.IGNORE == 11
    other = translations.drawn_objects((4, 3), (32, 48))
    assert other.classes is None and other.conditions.shape == (4, 36, 54, 1)
    assert set(np.unique(other.test_conditions)) == {0, 1} and other.credit == pairs.credit


def test_camvid_s_parts_are_those_of_its_reader(tmp_path, monkeypatch):
    for part, names in (("train", ("0001TP_1", "0006R0_2", "0006R0_1")), ("test", ("Seq_1",))):
        for n, name in enumerate(names):
            saved(tmp_path / "CamVid" / part, f"{name}.png", np.full((72, 96, 3), 0.2 * n))
            saved(tmp_path / "CamVid" / f"{part}annot", f"{name}.png", np.full((72, 96), n / 255))
    monkeypatch.setattr(translations.download, "fetch", lambda name: tmp_path)
    for choosing in (False, True):
        pairs, expected = (f((32, 48), choosing=choosing) for f in (translations.camvid, scenes.camvid))
        assert len(pairs.photographs) == len(expected.train) and pairs.photographs.shape[1:3] == (36, 54)
        np.testing.assert_array_equal(pairs.test_photographs, expected.test)
        np.testing.assert_array_equal(pairs.test_conditions, expected.test_labels)
        assert pairs[-2:] == expected[-2:]


def test_jitter_cuts_and_mirrors_both_alike_and_invents_no_label():
    tf = runtime.tensorflow()
    labels = np.random.default_rng(0).integers(0, 12, (64, 36, 54)).astype("uint8")
    photos = np.repeat(labels[..., None] / 255, 3, axis=-1).astype("float32")
    moved, cut = translations.jitter((32, 48))(tf.constant(photos), tf.constant(labels), tf.constant([1, 2]))
    assert moved.shape == (64, 32, 48, 3) and cut.shape == (64, 32, 48) and cut.dtype == tf.uint8
    np.testing.assert_allclose(moved[..., 0] * 255, cut, atol=1e-3)
    windows = {(n, y, x): labels[n, y : y + 32, x : x + 48] for n in range(4) for y in range(5) for x in range(7)}
    for n in range(4):
        here = [window for (m, *_), window in windows.items() if m == n]
        assert any(np.array_equal(cut[n], window[:, ::step]) for window in here for step in (1, -1))


def test_flat_colours_are_the_means_of_the_classes():
    photos = np.zeros((1, 2, 2, 3), "float32")
    photos[0, 0] = [(0.2, 0, 0), (0.4, 0, 1)]
    labels = np.array([[[3, 3], [0, 0]]], "uint8")
    pairs = translations.Pairs(photos, labels, photos, labels, 11, "", "")
    np.testing.assert_allclose(translations.flat_colours(pairs)[0, 0], [[0.3, 0, 0.5]] * 2, atol=1e-7)
    assert translations.flat_colours(pairs, labels[:, :1] + 1).tolist() == [[[[0.5] * 3] * 2]], "not seen: grey"
    with pytest.raises(ValueError, match="label maps"):
        translations.flat_colours(pairs._replace(classes=None))


def test_a_painting_belongs_to_its_photograph():
    pairs = translations.painted(size=32, count=3, radius=2)
    assert pairs.photographs.shape == (9, 32, 32, 3) == pairs.conditions.shape and len(pairs.test_conditions) == 3
    again = painting.kuwahara(pairs.test_conditions, 2)
    inner = np.s_[:, 2:-2, 2:-2]  # at the edge a piece is continued by reflection, the photograph goes on
    np.testing.assert_allclose(again[inner], pairs.test_photographs[inner], atol=1e-5)
    with pytest.raises(ValueError, match="give less"):
        translations.painted(size=600, count=1, radius=1)


def test_images_side_by_side_are_parted(tmp_path):
    left, right = np.zeros((8, 6, 3)), np.ones((8, 6, 3))
    saved(tmp_path, "1.png", np.concatenate([left, right], axis=1))
    photos, conditions = translations.side_by_side(tmp_path, size=(4, 4))
    assert photos.shape == (1, 4, 4, 3) and photos.max() == 0 and conditions.min() == 1
    assert translations.side_by_side(tmp_path, size=(4, 4), photograph="right")[0].min() == 1
    saved(tmp_path, "2.png", np.ones((8, 7, 3)))
    with pytest.raises(ValueError, match=r"2\.png is 7 pixels wide"):
        translations.side_by_side(tmp_path, size=(4, 4))
    with pytest.raises(ValueError, match="left"):
        translations.side_by_side(tmp_path, size=(4, 4), photograph="upper")


def test_two_folders_are_matched_by_name_and_who_is_alone_is_named(tmp_path):
    for name, value in (("b", 0.2), ("a", 1.0)):
        saved(tmp_path / "photos", f"{name}.png", np.full((6, 8, 3), value))
        saved(tmp_path / "maps", f"{name}.bmp", np.full((6, 8, 3), value))
    photos, conditions = translations.two_folders(tmp_path / "photos", tmp_path / "maps", size=(4, 8))
    np.testing.assert_array_equal(photos, conditions)
    assert photos.shape == (2, 4, 8, 3) and photos[0].max() == 1
    saved(tmp_path / "maps", "c.png", np.zeros((4, 4, 3)))
    with pytest.raises(ValueError, match="1 files have no partner: c"):
        translations.two_folders(tmp_path / "photos", tmp_path / "maps", size=(4, 8))


def test_the_layout_of_pascal_s(tmp_path):
    saved(tmp_path / "imgs" / "pascal", "1.jpg", np.full((10, 12, 3), 0.5))
    saved(tmp_path / "masks" / "pascal", "1.png", np.full((10, 12), 0.8))
    photos, masks = translations.pascal_s(tmp_path, size=8)
    assert photos.shape == (1, 8, 8, 3) and masks.shape == (1, 8, 8, 1) and masks.min() == 1
    with pytest.raises(FileNotFoundError, match="pascal"):
        translations.pascal_s(tmp_path / "imgs")


def test_your_own_pairs_are_divided():
    photos = np.arange(10)
    pairs = translations.divided(photos, photos + 100)
    assert pairs.test_photographs.tolist() == [0, 5] and pairs.test_conditions.tolist() == [100, 105]
    assert len(pairs.photographs) == 8
    with pytest.raises(ValueError, match="five at least"):
        translations.divided(photos[:4], photos[:4])
