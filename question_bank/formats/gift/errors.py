"""What is wrong with one GIFT question."""

from __future__ import annotations


class GiftUnreadable(Exception):
    """The question cannot be read: `code` says why, `offset` where (an index into the block's text).

    Never leaves this package: the parser makes a fault of it, with the line.
    """

    def __init__(self, code: str, offset: int, value: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.offset = offset
        self.value = value
