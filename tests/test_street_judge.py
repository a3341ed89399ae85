"""Facts about the judge of generated streets."""

import numpy as np
import pytest

from helpers import data, runtime, segmenter, street_judge

tf = runtime.tensorflow()
SPLIT = data.drawn_scenes((2, 6), (48, 64))


@pytest.fixture(scope="module")
def network():
    runtime.seed(0)
    return segmenter.build()


def test_a_judge_that_knows_everything_finds_everything_and_photographs_are_their_own_ceiling():
    photographs, labels = SPLIT.test, SPLIT.test_labels
    means = street_judge.Judge(lambda _: np.where(labels == 11, 0, labels), lambda images: images.mean(axis=(1, 2)))
    scores = street_judge.judged(means, photographs, labels, photographs)
    assert scores["per_pixel"] == scores["per_class"] == scores["iou"] == 1
    assert scores["histogram"] == pytest.approx(1) and scores["frechet"] == pytest.approx(0, abs=1e-9)
    assert street_judge.judged(means, photographs, labels, photographs / 2)["frechet"] > 0.01


def test_it_sees_pictures_at_its_own_size_and_answers_at_theirs(network):
    judge = street_judge.street_judge(network, size=(96, 128), batch=4)
    labels, features = judge.labels(SPLIT.test[:5]), judge.features(SPLIT.test[:5])
    assert labels.shape == (5, 48, 64) and labels.max() < 11 and features.shape == (5, 32)
    logits = segmenter.averaged(network)(tf.image.resize(SPLIT.test[:1], (96, 128)))
    expected = tf.argmax(tf.image.resize(logits, (48, 64), antialias=True), axis=-1)
    np.testing.assert_array_equal(labels[:1], expected)


def test_without_a_size_pictures_are_judged_as_they_are(network):
    labels = street_judge.street_judge(network).labels(SPLIT.test[:2])
    np.testing.assert_array_equal(labels, tf.argmax(segmenter.averaged(network)(SPLIT.test[:2]), axis=-1))


def test_the_smallest_maps_have_an_eighth_of_the_sides(network):
    assert street_judge.smallest_maps(network)(SPLIT.test[:1]).shape == (1, 6, 8, 32)
