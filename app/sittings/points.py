"""Hundredths of a point as people read them."""


def points_text(hundredths: int) -> str:
    """E.g. "1", "0.5", "86.25": no trailing zeros, no float on the way."""
    whole, part = divmod(hundredths, 100)
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") if part else str(whole)
