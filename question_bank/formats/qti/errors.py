"""Why one item of a QTI file does not come in."""

from __future__ import annotations

from lxml import etree

from question_bank.formats.reports import Problem, RowStatus, clip
from question_bank.formats.safe_xml import line_of


class NotRead(Exception):
    """The item is ill-formed (rejected), or sound but of a kind not represented here (unsupported).

    Never leaves this package: the reader makes a report of it, at `line` (0: where the item begins).
    """

    status = RowStatus.REJECTED

    def __init__(self, code: str, field: str, value: str = "", at: etree._Element | None = None) -> None:
        super().__init__(code)
        self.problem = Problem(code=code, field=field, value=clip(value))
        self.line = 0 if at is None else line_of(at)


class NotSupported(NotRead):
    """The item uses something of QTI that no item here can hold; the value names it."""

    status = RowStatus.UNSUPPORTED
