"""Fixtures: the engine where its model pack is installed, made-up analyses where no model is needed."""

import os
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from proctor.analysis import FrameAnalyser, load_analyser
from proctor.errors import ModelPackMissing
from proctor.frames import Picture

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """Where model packs are looked for."""
    return Path(os.environ.get("KAOCHANG_DATA", ROOT / "data"))


@pytest.fixture(scope="session")
def analyser(data_dir: Path) -> FrameAnalyser:
    """The default engine with the object detector; skips where their packs are not installed."""
    try:
        return load_analyser("fr", data_dir)
    except ModelPackMissing as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def noise() -> Callable[[int, int, int], Picture]:
    """Random pictures: (seed, rows, columns) to BGR uint8."""

    def make(seed: int, rows: int, columns: int) -> Picture:
        return np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), dtype=np.uint8)

    return make


@pytest.fixture(scope="session")
def jpeg(noise: Callable[[int, int, int], Picture]) -> bytes:
    """A valid 96x80 JPEG without a face."""
    _, data = cv2.imencode(".jpg", noise(1, 80, 96))
    return data.tobytes()
