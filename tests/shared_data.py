"""Where the evaluation data lie, for the tests that need it."""

import os
from pathlib import Path

import pytest

SHARED_DATA = Path(os.environ.get("KAOCHANG_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))

needs_shared_data = pytest.mark.skipif(
    not SHARED_DATA.is_dir(), reason="the evaluation data (../shared/data) is not here"
)
