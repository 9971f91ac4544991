"""A bank in one of Moodle's formats: item by item, each read back before it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from question_bank.bank import Bank
from question_bank.formats.moodle.categories import category_path
from question_bank.formats.moodle.questions import QuestionMaker, Unwritable
from question_bank.formats.moodle.tree import Question
from question_bank.formats.reports import ImportResult, Loss, Written, clip
from question_bank.formats.written_back import left_out, losses_of
from question_bank.items import Item


class Pen(Protocol):
    """One format: how its parts are written, and its reader."""

    def category(self, path: str) -> str:
        """A category, in which everything up to the next one is."""
        ...

    def question(self, question: Question) -> str:
        """One question. Raises Unwritable."""
        ...

    def file(self, parts: list[str]) -> bytes:
        """A whole file of categories and questions."""
        ...

    def read(self, data: bytes) -> ImportResult:
        """Read a whole file again. Raises FormatRefused."""
        ...


def write_bank(bank: Bank, maker: QuestionMaker, pen: Pen) -> Written:
    """The bank as a file. Items come by topic, those of a set behind its stimulus."""
    parts: list[str] = []
    losses: list[Loss] = []
    writer = _BankWriter(bank, maker, pen)
    for item in sorted(bank.items, key=lambda item: (item.topic, item.item_set, item.id)):
        parts += writer.parts_of(item, losses)
    return Written(data=pen.file(parts), losses=tuple(losses))


class _BankWriter:
    """Writes items in turn, and what has to stand before them."""

    def __init__(self, bank: Bank, maker: QuestionMaker, pen: Pen) -> None:
        self._bank = bank
        self._maker = maker
        self._pen = pen
        self._topic = ""
        self._stimuli: dict[str, str] = {}
        self._written_sets: set[str] = set()

    def parts_of(self, item: Item, losses: list[Loss]) -> Iterator[str]:
        """The parts to be written; what is lost is added to `losses`."""
        category = self._pen.category(category_path(item.topic))
        try:
            question, named = self._maker.question(item)
            stimulus = self._stimulus(item)
            written = self._pen.question(question)
        except Unwritable as error:
            losses.append(left_out(item, error.code, clip(error.value)))
            return
        reread = self._pen.read(self._pen.file([part for part in (category, stimulus, written) if part]))
        all_losses = losses_of(item, reread, named)
        if all_losses is None:
            losses.append(left_out(item, "loss.not_read_back", clip(item.stem)))
            return
        losses += all_losses
        if item.topic != self._topic:
            self._topic = item.topic
            yield category
        if stimulus and item.item_set not in self._written_sets:
            self._written_sets.add(item.item_set)
            yield stimulus
        yield written

    def _stimulus(self, item: Item) -> str:
        """The item's set as it is written, empty without one. Raises Unwritable."""
        item_set = self._bank.set_of(item)
        if item_set is None:
            return ""
        if item_set.id not in self._stimuli:
            self._stimuli[item_set.id] = self._pen.question(self._maker.stimulus(item_set))
        return self._stimuli[item_set.id]
