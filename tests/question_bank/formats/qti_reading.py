"""Reading single QTI items in tests: what came in, or why it did not."""

from __future__ import annotations

import re

from question_bank.formats.qti.reader import import_qti
from question_bank.formats.reports import RowStatus
from question_bank.items import Item
from tests.question_bank.qti_items import choices

STEM = "<p>哪一项正确？</p>"
TYPED = '<p><textEntryInteraction responseIdentifier="RESPONSE"/></p>'
MANY = 'maxChoices="0"'
GAPS = (
    "<p>先<inlineChoiceInteraction responseIdentifier='R1'><inlineChoice identifier='a'>断电</inlineChoice>"
    "<inlineChoice identifier='b'>验电</inlineChoice></inlineChoiceInteraction>，"
    "再<textEntryInteraction responseIdentifier='R2'/>。</p>"
)


def read(data: bytes) -> tuple[Item, set[str]]:
    """The one item that comes in, and the codes of its warnings."""
    result = import_qti(data)
    (row,) = result.rows
    assert row.status in (RowStatus.IMPORTED, RowStatus.WARNED), row
    (found,) = result.items
    return found, {problem.code for problem in row.problems}


def refused(data: bytes) -> tuple[RowStatus, str, str]:
    """Status, code and value of the one item that does not."""
    result = import_qti(data)
    assert not result.items
    (row,) = result.rows
    (problem,) = row.problems
    assert problem.text("zh")
    assert problem.text("en")
    return row.status, problem.code, problem.value


def as_qti3(data: bytes) -> bytes:
    """The same item in the spelling of QTI 3."""
    text = data.decode().replace("imsqti_v2p1", "imsqtiasi_v3p0", 1)
    text = re.sub(
        r"(</?)([a-z]+[A-Z]\w*|prompt|value|mapping|match|correct|variable|sum|gap|equal)\b",
        lambda found: found[1] + "qti-" + kebab(found[2]),
        text,
    )
    return re.sub(r"\b([a-z]+[A-Z]\w*)=", lambda found: kebab(found[1]) + "=", text).encode()


def kebab(name: str) -> str:
    """A name in the spelling of QTI 3."""
    return re.sub(r"[A-Z]", lambda capital: "-" + capital[0].lower(), name)


def ordered(count: int) -> str:
    """An order interaction over c0, c1..."""
    return choices(count, 'shuffle="true"').replace("choiceInteraction", "orderInteraction")
