"""Batches come shuffled, augmented and in pairs; the same seed gives the same batches."""

import numpy as np
import pytest

from helpers import data, runtime

tf = runtime.tensorflow()


def numbered(count=10, size=4):
    """Return `count` images, the i-th filled with i / count."""
    return np.broadcast_to(np.arange(count)[:, None, None, None] / count, (count, size, size, 1)).astype("float32")


def photographs(count=6, size=28):
    return np.random.default_rng(0).random((count, size, size, 1), dtype="float32")


def passes(dataset, count):
    return [[(images.numpy(), targets.numpy()) for images, targets in dataset] for _ in range(count)]


def test_a_pass_gives_every_image_once_and_the_last_batch_is_smaller():
    batches = passes(data.pipeline(numbered(), batch=4, seed=0), 1)[0]
    assert [len(images) for images, _ in batches] == [4, 4, 2]
    seen = np.concatenate([images[:, 0, 0, 0] for images, _ in batches])
    np.testing.assert_allclose(np.sort(seen), np.arange(10) / 10)


@pytest.mark.parametrize("repeat", [False, True])
def test_the_same_seed_gives_the_same_batches_and_another_seed_others(repeat):
    def batches(seed):
        dataset = data.pipeline(photographs(), batch=4, seed=seed, augment=data.jitter(shift=3), repeat=repeat)
        return [images.numpy() for part in (dataset, dataset) for images, _ in part.take(5)]

    first, other = batches(0), batches(1)
    for _ in range(10):  # prefetching runs ahead by chance: that must not matter
        assert all(np.array_equal(a, b) for a, b in zip(first, batches(0), strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_every_pass_has_its_own_order():
    orders = [
        np.concatenate([images[:, 0, 0, 0] for images, _ in batches])
        for batches in passes(data.pipeline(numbered(50), batch=8, seed=0), 3)
    ]
    assert not np.array_equal(orders[0], orders[1]) and not np.array_equal(orders[1], orders[2])


def test_every_pass_and_every_image_is_augmented_in_its_own_way():
    same = np.repeat(photographs(1), 8, axis=0)
    first, second = passes(data.pipeline(same, batch=8, seed=0, augment=data.jitter(shift=3)), 2)
    assert not np.array_equal(first[0][0], second[0][0])
    assert len(np.unique(first[0][0].reshape(8, -1), axis=0)) == 8


def test_without_shuffling_the_order_is_kept():
    batches = passes(data.pipeline(numbered(), np.arange(10), batch=4, seed=0, shuffle=False), 1)[0]
    assert np.concatenate([targets for _, targets in batches]).tolist() == list(range(10))


def test_images_and_targets_stay_together():
    for images, labels in passes(data.pipeline(numbered(), np.arange(10), batch=3, seed=0), 1)[0]:
        np.testing.assert_allclose(images[:, 0, 0, 0] * 10, labels, rtol=1e-6)


def test_repeated_epochs_follow_each_other_without_end():
    dataset = data.pipeline(numbered(), np.arange(10), batch=4, seed=0, repeat=True)
    labels = [targets.numpy() for _, targets in dataset.take(9)]
    for epoch in range(3):
        assert sorted(np.concatenate(labels[3 * epoch : 3 * epoch + 3])) == list(range(10))


def test_start_goes_on_where_a_training_was_interrupted():
    def batches(start):
        settings = {"batch": 4, "seed": 0, "augment": data.jitter(shift=2), "repeat": True, "start": start}
        return [images.numpy() for images, _ in data.pipeline(photographs(), **settings).take(9 - start)]

    for whole, resumed in zip(batches(0)[5:], batches(5), strict=True):
        np.testing.assert_array_equal(whole, resumed)


@pytest.mark.parametrize("targets", [None, "the images themselves"])
def test_an_autoencoders_target_is_the_augmented_image(targets):
    images = photographs()
    dataset = data.pipeline(
        images,
        images if targets else None,
        batch=6,
        seed=0,
        augment=data.jitter(shift=2, rotate=10, scale=0.1),
    )
    moved, target = passes(dataset, 1)[0][0]
    np.testing.assert_array_equal(moved, target)
    assert not any(np.allclose(moved[i], image) for i in range(6) for image in images)


def test_shapes_and_types_are_known_before_the_first_batch():
    images, labels = data.pipeline(photographs().astype("float64"), np.arange(6), batch=4, seed=0).element_spec
    assert images.shape.as_list() == [None, 28, 28, 1] and images.dtype == tf.float32
    assert labels.shape.as_list() == [None] and labels.dtype == tf.int64


GOOD = photographs()
NAN = np.where(GOOD > 0.999, np.nan, GOOD)


@pytest.mark.parametrize(
    ("images", "targets", "message"),
    [
        ((GOOD * 255).astype("uint8"), None, r"images\.astype\('float32'\) / 255"),
        ((GOOD * 255).astype("int64"), None, "type int64; give floats"),
        (GOOD * 255, None, r"values from .* to 25\d.*; give numbers in \[0, 1\]"),
        (GOOD - 0.5, None, r"values from -0\.\d+ to"),
        (NAN, None, "without NaN"),
        (np.full_like(GOOD, np.nan), None, "without NaN"),
        (GOOD[..., 0], None, r"shape \(6, 28, 28\); give \(N, height, width, channels\)"),
        (GOOD[:0], None, "the set is empty"),
        (GOOD, np.arange(5), "6 images and 5 targets"),
        (GOOD, 1, r"6 images and a single target"),
        (GOOD, NAN, "targets hold NaN"),
    ],
)
def test_bad_input_is_named(images, targets, message):
    with pytest.raises(ValueError, match=message):
        data.pipeline(images, targets, batch=2, seed=0)


@pytest.mark.parametrize("batch", [0, -1, 2.5])
def test_a_batch_is_a_whole_number_from_one(batch):
    with pytest.raises(ValueError, match=f"batch is {batch}"):
        data.pipeline(GOOD, batch=batch, seed=0)


def dot(distance=8, size=33, width=1):
    """Return 64 equal images of a soft dot that many pixels right of the centre, (64, size, size, 1)."""
    rows, columns = np.mgrid[:size, :size] - (size - 1) / 2
    return np.repeat(
        np.exp(-((columns - distance) ** 2 + rows**2) / (2 * width**2))[None, ..., None], 64, axis=0
    ).astype("float32")


def places(images):
    """Return the centre of mass of each image as (right, down) from the centre of the image."""
    size = images.shape[1]
    rows, columns = np.mgrid[:size, :size] - (size - 1) / 2
    mass = images[..., 0].sum((1, 2))
    return (images[..., 0] * columns).sum((1, 2)) / mass, (images[..., 0] * rows).sum((1, 2)) / mass


def moved(images, **amounts):
    return data.jitter(**amounts)(tf.constant(images), tf.constant(images), tf.constant([0, 0]))[0].numpy()


def test_jitter_of_nothing_changes_nothing():
    np.testing.assert_allclose(moved(photographs()), photographs(), atol=1e-5)


def test_shift_moves_by_at_most_so_many_pixels_in_both_directions():
    right, down = places(moved(dot(), shift=3))
    for way in (right - 8, down):
        assert -3 <= way.min() < -2 and 2 < way.max() <= 3


def test_rotation_keeps_the_distance_to_the_centre():
    right, down = places(moved(dot(), rotate=20))
    np.testing.assert_allclose(np.hypot(right, down), 8, atol=0.02)
    angles = np.degrees(np.arctan2(down, right))
    assert -20 <= angles.min() < -15 and 15 < angles.max() <= 20


def test_scale_multiplies_the_distance_to_the_centre():
    right, down = places(moved(dot(), scale=0.25))
    np.testing.assert_allclose(down, 0, atol=0.01)
    assert 6 - 0.02 <= right.min() < 6.5 and 9.5 < right.max() <= 10 + 0.02


@pytest.mark.parametrize("kind", ["uint8", "int32", "int64", "bool"])
@pytest.mark.parametrize("channel", [True, False])
def test_masks_move_with_their_image_and_get_no_new_values(kind, channel):
    images = dot(width=3)
    masks = (images > 0.5).astype(kind) * np.array(1 if kind == "bool" else 7, kind)
    augment = data.jitter(shift=3, rotate=20, scale=0.2)
    new, new_masks = augment(tf.constant(images), tf.constant(masks if channel else masks[..., 0]), tf.constant([0, 0]))
    assert new_masks.dtype == kind and new_masks.shape == (masks if channel else masks[..., 0]).shape
    new_masks = new_masks.numpy().reshape(new.shape)
    assert set(np.unique(new_masks)) == set(np.unique(masks))
    inside, truth = new_masks.astype(bool), new.numpy() > 0.5
    assert (inside & truth).sum() / (inside | truth).sum() > 0.85
    for mask_place, image_place in zip(places(inside), places(truth), strict=True):
        assert abs(np.mean(mask_place - image_place)) < 0.06  # rounded, and no half pixel aside


def test_labels_and_vectors_are_left_alone():
    for targets in (np.arange(6), np.ones((6, 3), "float32")):
        _, new = data.jitter(shift=3)(tf.constant(GOOD), tf.constant(targets), tf.constant([0, 0]))
        np.testing.assert_array_equal(new, targets)


@pytest.mark.parametrize(("fill", "corner"), [("constant", 0), ("reflect", 1), ("nearest", 1)])
def test_beyond_the_edge_stands_what_was_asked_for(fill, corner):
    white = np.ones((8, 9, 9, 1), "float32")
    assert moved(white, rotate=45, fill=fill)[:, 0, 0, 0].min() == pytest.approx(corner, abs=1e-5)


def test_targets_of_another_size_are_refused():
    with pytest.raises(ValueError, match=r"targets of \(14, 14\) pixels; give equal sizes"):
        data.jitter(shift=1)(tf.constant(GOOD), tf.constant(GOOD[:, ::2, ::2]), tf.constant([0, 0]))


@pytest.mark.parametrize("amounts", [{"shift": -1}, {"rotate": -1}, {"scale": 1}, {"fill": "mirror"}])
def test_amounts_out_of_range_are_refused(amounts):
    with pytest.raises(ValueError, match="jitter got"):
        data.jitter(**amounts)
