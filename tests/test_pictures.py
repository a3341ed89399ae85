"""Facts about photographs with masks: drawn ones, the horses, and a reader's own."""

import numpy as np
import pytest
from PIL import Image

from helpers import data, runtime
from helpers.data import download, pictures

tf = runtime.tensorflow()
random = np.random.default_rng(0)


@pytest.fixture
def folders(tmp_path):
    """Return two folders: three photographs of different sizes and kinds, and their masks."""
    for name in ("images", "masks"):
        (tmp_path / name).mkdir()
    kinds = {"a": ("RGB", "jpg", (40, 30)), "b": ("RGBA", "png", (20, 20)), "c": ("L", "png", (33, 50))}
    for stem, (mode, ending, size) in kinds.items():
        noise = random.integers(0, 256, size=(*size[::-1], 4), dtype="uint8")
        Image.fromarray(noise, "RGBA").convert(mode).save(tmp_path / "images" / f"{stem}.{ending}")
        mask = np.zeros(size[::-1], "uint8")
        mask[: size[1] // 2] = 255  # the upper half
        Image.fromarray(mask).resize((64, 64)).save(tmp_path / "masks" / f"{stem}.png")
    return tmp_path / "images", tmp_path / "masks"


def test_pairs_of_mixed_sizes_and_kinds(folders):
    images, masks = data.pairs(*folders, size=16)
    assert images.shape == (3, 16, 16, 3) and images.dtype == masks.dtype == np.float32
    assert masks.shape == (3, 16, 16, 1)
    np.testing.assert_array_equal(masks[:, :8], 1)
    np.testing.assert_array_equal(masks[:, 8:], 0)
    assert images.min() >= 0 and images.max() <= 1


def test_sixteen_bits_and_a_turned_camera(folders):
    photographs, masks = folders
    Image.fromarray((np.arange(64 * 64).reshape(64, 64) * 16).astype("uint16")).save(photographs / "d.png")
    Image.fromarray(np.full((64, 64), 65535, "uint16")).save(masks / "d.png")
    upright = np.zeros((20, 10, 3), "uint8")
    upright[:10] = 255
    turned = Image.fromarray(np.rot90(upright).copy())  # as a camera on its side saves it
    tag = turned.getexif()
    tag[0x0112] = 6
    turned.save(photographs / "e.jpg", exif=tag, quality=95)
    Image.fromarray(upright[..., 0]).save(masks / "e.png")
    images, found = data.pairs(photographs, masks, size=16)
    assert images[3, -1, -1, 0] > 0.95 and images[3, 0, 0, 0] < 0.05 and found[3].all()
    assert abs(images[4, :7].mean() - 1) < 0.05 and images[4, 9:].mean() < 0.05


def test_a_file_without_a_partner_is_named(folders):
    (folders[1] / "b.png").unlink()
    (folders[1] / "z.png").write_bytes((folders[1] / "a.png").read_bytes())
    with pytest.raises(ValueError, match=r"2 files have no partner: b\.png \(in images\), z\.png \(in masks\)"):
        data.pairs(*folders, size=16)


def test_two_masks_of_one_name_are_refused(folders):
    Image.open(folders[1] / "a.png").save(folders[1] / "a.bmp")
    with pytest.raises(ValueError, match=r"a\.bmp and a\.png have one name"):
        data.pairs(*folders, size=16)


def test_missing_empty_and_damaged(folders, tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        data.pairs(tmp_path / "nowhere", folders[1], size=16)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="holds no image"):
        data.pairs(tmp_path / "empty", folders[1], size=16)
    (folders[0] / "a.jpg").write_bytes(b"no picture")
    with pytest.raises(ValueError, match=r"a\.jpg cannot be read"):
        data.pairs(*folders, size=16)


def test_drawn_streets_are_a_split_of_pairs():
    split = pictures.drawn((8, 4), (32, 32))
    assert split.train.shape == (8, 32, 32, 3) and split.train_labels.shape == (8, 32, 32, 1)
    assert len(split.test) == 4 and set(np.unique(split.test_labels)) == {0, 1}


def test_the_horses_are_split_by_name():
    if download.verify("horses"):
        pytest.skip("the horses are not in the cache; BOOK_DATA can name a folder that has them")
    final, choice = data.horses(32), data.horses(32, choosing=True)
    assert (len(final.train), len(final.test)) == (262, 66) and (len(choice.train), len(choice.test)) == (196, 66)
    np.testing.assert_array_equal(final.train[0], choice.test[0])  # number 1
    assert 0.1 < final.train_labels.mean() < 0.5 and set(np.unique(final.test_labels)) == {0, 1}


# Augmentation


IMAGES = tf.constant(random.uniform(size=(8, 6, 4, 3)).astype("float32"))
MASKS = tf.cast(IMAGES[..., :1] > 0.5, tf.int32)
SEED = tf.constant([3, 4])


def test_a_mirror_turns_image_and_mask_together():
    images, masks = data.mirror(share=0.5)(IMAGES, MASKS, SEED)
    turned = [not np.array_equal(one, other) for one, other in zip(images, IMAGES, strict=True)]
    assert 0 < sum(turned) < 8
    for n, is_turned in enumerate(turned):
        step = -1 if is_turned else 1
        np.testing.assert_array_equal(images[n], IMAGES[n, :, ::step])
        np.testing.assert_array_equal(masks[n], MASKS[n, :, ::step])


def test_a_mirror_leaves_labels_alone_and_turns_the_image_that_is_its_own_target():
    labels = tf.range(8)
    assert data.mirror(share=1)(IMAGES, labels, SEED)[1] is labels
    images, targets = data.mirror(share=1)(IMAGES, IMAGES, SEED)
    assert targets is images


def test_a_tint_changes_the_light_and_no_mask():
    images, masks = data.tint(brightness=0.1, contrast=0.3, colour=0.1)(IMAGES, MASKS, SEED)
    assert masks is MASKS and images.shape == IMAGES.shape
    assert float(tf.reduce_min(images)) >= 0 and float(tf.reduce_max(images)) <= 1
    assert float(tf.reduce_mean(tf.abs(images - IMAGES))) > 0.01
    same, _ = data.tint()(IMAGES, MASKS, SEED)
    np.testing.assert_allclose(same, IMAGES, atol=1e-6)


def test_several_augmentations_come_one_after_the_other():
    images, masks = data.after(data.mirror(1), data.mirror(1))(IMAGES, MASKS, SEED)
    np.testing.assert_array_equal(images, IMAGES)
    np.testing.assert_array_equal(masks, MASKS)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.mirror(share=2), "share is 2"),
        (lambda: data.tint(contrast=1), "give 0 to below 1"),
        (lambda: data.tint(brightness=0.1)(IMAGES, IMAGES, SEED), "tint got no targets"),
    ],
)
def test_bad_input_is_refused_in_words(call, message):
    with pytest.raises(ValueError, match=message):
        call()
