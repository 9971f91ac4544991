"""Feeds that come again, exactly or anew compressed and with noise; live feeds of somebody who moves."""

import numpy as np
import pytest
from numpy.typing import NDArray

from proctor.repeats import RepeatedFrames

CELLS = 192


def motion(seed: int, frames: int) -> NDArray[np.float64]:
    """A head that wanders: every frame another picture, near the one before. Shape (frames, 192)."""
    generator = np.random.default_rng(seed)
    x = np.cumsum(generator.normal(0, 1.2, (frames, 2)), axis=0)
    columns, rows = np.meshgrid(np.arange(16), np.arange(12))
    places = np.stack((columns.ravel(), rows.ravel()), axis=1)
    away = ((places[None] - (np.array([8, 6]) + np.clip(x, -4, 4))[:, None]) ** 2).sum(axis=2)
    return np.asarray(60 + 150 * np.exp(-away / 8))


def gist(picture: NDArray[np.float64], generator: np.random.Generator) -> bytes:
    """With what a sensor's noise leaves of itself in cells of a hundred pixels."""
    return np.clip(picture + generator.normal(0, 0.3, CELLS), 0, 255).astype(np.uint8).tobytes()


@pytest.mark.parametrize("seed", range(4))
def test_a_live_feed_never_repeats(seed: int) -> None:
    generator, frames = np.random.default_rng(100 + seed), RepeatedFrames()
    for number, picture in enumerate(motion(seed, 900)):
        repeat = frames.observe(float(number), number, gist(picture, generator))
        assert repeat.frozen == 0.0
        assert repeat.repeated in (None, 0.0)


@pytest.mark.parametrize("length", [20, 60, 300])
def test_a_loop_with_noise_of_its_own_is_seen_in_the_second_round(length: int) -> None:
    generator, frames, loop = np.random.default_rng(9), RepeatedFrames(), motion(5, length)
    shown = [
        frames.observe(float(number), number, gist(loop[number % length], generator)).repeated
        for number in range(2 * length)
    ]
    assert 1.0 not in shown[:length]
    assert shown[length:].count(1.0) >= min(length // 4, 50)


def test_two_lights_in_turn_are_no_feed_played_again() -> None:
    """A lamp that flickers shows the same two pictures for hours."""
    generator, frames, lights = np.random.default_rng(4), RepeatedFrames(), motion(6, 2) * [[1.0], [0.6]]
    light = 0
    for number in range(1200):
        light = light ^ int(generator.random() < 0.4)
        assert frames.observe(float(number), number, gist(lights[light], generator)).repeated in (None, 0.0)


@pytest.mark.parametrize("seed", range(3))
def test_ten_poses_in_any_order_are_no_feed_played_again(seed: int) -> None:
    generator, frames, poses = np.random.default_rng(seed), RepeatedFrames(), motion(11, 200)[::20]
    pose, left = 0, 0
    for number in range(1800):
        if left == 0:
            pose, left = int(generator.integers(10)), int(generator.integers(2, 7))
        left -= 1
        assert frames.observe(float(number), number, gist(poses[pose], generator)).repeated in (None, 0.0)


def test_somebody_who_sits_still_proves_nothing() -> None:
    generator, frames, still = np.random.default_rng(2), RepeatedFrames(), motion(1, 1)[0]
    for number in range(300):
        repeat = frames.observe(float(number), number, gist(still, generator))
        assert repeat.repeated is None


def test_the_same_pixels_are_frozen_when_they_stay_and_repeated_when_they_come_back() -> None:
    frames, generator = RepeatedFrames(), np.random.default_rng(3)
    pictures = [gist(picture, generator) for picture in motion(8, 3)]
    assert frames.observe(0.0, 1, pictures[0]).frozen == 0.0
    assert frames.observe(1.0, 1, pictures[0]).frozen == 1.0
    assert frames.observe(2.0, 2, pictures[1]).repeated == 0.0
    assert frames.observe(3.0, 1, pictures[0]).repeated == 1.0
