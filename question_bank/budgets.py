"""What reading one file may cost: formulas and pictures are the slow things in it.

Limits of a text or a picture bound each of them; a hostile file brings thousands. The budget is a context and
no parameter: formulas are converted where an `Item` is made, pictures where a reader meets them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

# About 40 microseconds a character.
FORMULA_CHARS_OF_FILE = 40_000
PICTURES_OF_FILE = 2_000
# The slowest kinds decode 90 megapixels in a second.
PIXELS_OF_FILE = 120_000_000
# Checked while somebody waits at the editor.
FORMULA_CHARS_OF_ITEM = 10_000


@dataclass(slots=True, kw_only=True)
class Budget:
    """What is left. Formulas and pictures that come back cost nothing: they were looked at already."""

    formula_chars: int = FORMULA_CHARS_OF_FILE
    pictures: int = PICTURES_OF_FILE
    pixels: int = PIXELS_OF_FILE
    readable: set[str] = field(default_factory=set)

    def spend_formula(self, tex: str) -> bool:
        """Take the characters off; False when they are not there any more."""
        self.formula_chars -= len(tex)
        return self.formula_chars >= 0

    def spend_picture(self, pixels: int) -> bool:
        """Take a picture off; False when there is no room for it."""
        self.pictures -= 1
        self.pixels -= pixels
        return self.pictures >= 0 and self.pixels >= 0


_current: ContextVar[Budget | None] = ContextVar("budget", default=None)


def current_budget() -> Budget | None:
    """The budget of what is being read, None where nothing limits it (what a bank holds already)."""
    return _current.get()


@contextmanager
def within(budget: Budget) -> Iterator[None]:
    """Everything inside spends from this budget."""
    token = _current.set(budget)
    try:
        yield
    finally:
        _current.reset(token)
