"""Points as people read them."""

import pytest

from app.sittings.points import points_text


@pytest.mark.parametrize(
    ("hundredths", "text"),
    [
        (0, "0"),
        (100, "1"),
        (50, "0.5"),
        (5, "0.05"),
        (8625, "86.25"),
        (10_000, "100"),
        (110, "1.1"),
        (7_000, "70"),
    ],
)
def test_points_have_no_trailing_zeros(hundredths: int, text: str) -> None:
    assert points_text(hundredths) == text
