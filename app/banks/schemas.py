"""What clients send of items, as JSON documents of the native format."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.banks.reviews import Wanted
from app.banks.rules import MAX_COMMENT, Check, Event, State, Statement
from app.banks.versions import Draft, Filter, VersionKey
from app.errors import FieldInvalid, Invalid
from app.ids import new_id
from question_bank.budgets import FORMULA_CHARS_OF_ITEM, Budget, within
from question_bank.canonical import JsonValue
from question_bank.errors import ItemInvalid, QuestionBankError
from question_bank.formats.reports import RowStatus
from question_bank.interactions import TRUE_FALSE_OPTIONS
from question_bank.item_documents import item_from_document, item_set_from_document
from question_bank.item_types import ItemType
from question_bank.items import Difficulty, ItemSet
from question_bank.messages import known_codes, message_text
from question_bank.statistics import ItemFlag

# Long enough that two of a bank's items hardly ever draw the same; if they do, one is refused.
_DRAWN_ID = 8


class Strict(BaseModel):
    """Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


class NewBank(Strict):
    """What a bank is called."""

    name: str = Field(min_length=1, max_length=100)
    industry: str = Field(default="", max_length=100)


class WrittenItem(Strict):
    """An item as its author wrote it: documents of the native format."""

    item: dict[str, Any]
    item_set: dict[str, Any] | None = None

    async def draft(self, item_id: str | None = None) -> Draft:
        """The checked content, under `item_id` if given. Raises FieldInvalid, Invalid.

        A new item without an id gets one. Checked in a thread: formulas take their time.
        """
        document: dict[str, JsonValue] = dict(self.item)
        if item_id is not None:
            document["id"] = item_id
        elif not document.get("id"):
            document["id"] = f"N-{new_id()[-_DRAWN_ID:]}"
        if document.get("type") == ItemType.TRUE_FALSE:
            document.setdefault("options", [{"id": o.id, "text": o.text} for o in TRUE_FALSE_OPTIONS])
        return await asyncio.to_thread(_draft, document, self.item_set)


class Written(WrittenItem):
    """The same with the version it was written over."""

    base: int | None = Field(default=None, ge=1)


class WrittenSet(Strict):
    """A stimulus as its author wrote it."""

    item_set: dict[str, Any]

    def named(self, set_id: str) -> ItemSet:
        """The checked set under this id. Raises FieldInvalid, Invalid."""
        with within(Budget(formula_chars=FORMULA_CHARS_OF_ITEM)), _refused():
            return item_set_from_document(self.item_set | {"id": set_id})


def _draft(document: dict[str, JsonValue], item_set: dict[str, Any] | None) -> Draft:
    with within(Budget(formula_chars=FORMULA_CHARS_OF_ITEM)), _refused():
        item = item_from_document(document)
    with within(Budget(formula_chars=FORMULA_CHARS_OF_ITEM)), _refused(set_id="item_set"):
        return Draft(item=item, item_set=item_set_from_document(item_set) if item_set else None)


@contextmanager
def _refused(set_id: str = "id") -> Iterator[None]:
    """Refusals of the library as refusals of a field somebody filled in; `set_id` is where an id stands."""
    try:
        yield
    except ItemInvalid as error:
        texts, field = _texts(error.code), set_id if error.field == "id" else error.field
        raise FieldInvalid(str(error), code=error.code, field=field, texts=texts) from error
    except QuestionBankError as error:
        raise Invalid(str(error), code=error.code) from error


def _texts(code: str) -> dict[str, str]:
    if code not in known_codes():
        return {}
    return {language: message_text(code, language, value="", other_row="") for language in ("zh", "en")}


class Key(Strict):
    """One version of an item."""

    item: str = Field(min_length=1, max_length=64)
    version: int = Field(ge=1)


class FilterBody(Strict):
    """`versions.Filter` as clients send it, in a query string or in an act on many items."""

    text: str = Field(default="", max_length=200)
    type: ItemType | None = None
    topic: str = Field(default="", max_length=100)
    state: State | None = None
    difficulty: Difficulty | None = None
    must_know: bool | None = None
    batch: str = Field(default="", max_length=32)
    look: ItemFlag | Literal["any"] | None = None

    def filter(self) -> Filter:
        """The filter as the service knows it."""
        return Filter(
            text=self.text,
            type=self.type or "",
            topic=self.topic,
            state=self.state or "",
            difficulty=self.difficulty or "",
            must_know=self.must_know,
            batch_id=self.batch,
            look=self.look or "",
        )


class PageQuery(FilterBody):
    """A filter and the number of a page."""

    page: int = Field(default=1, ge=1, le=10_000)


class QueueQuery(Strict):
    """What of the review queue to list, and the number of the page."""

    bank: str = Field(default="", max_length=32)
    type: ItemType | None = None
    author: str = Field(default="", max_length=100)
    days: int = Field(default=0, ge=0, le=1_000)
    page: int = Field(default=1, ge=1, le=10_000)

    def wanted(self) -> Wanted:
        """The filter as the service knows it."""
        return Wanted(bank_id=self.bank, type=self.type or "", author=self.author, days=self.days)


class RowsQuery(Strict):
    """Which rows of a report: with this status, with this problem, and the number of the page."""

    status: RowStatus | None = None
    code: str = Field(default="", max_length=60)
    page: int = Field(default=1, ge=1, le=10_000)


class Act(Strict):
    """An event for the versions named, or for every current one that fits `every`."""

    event: Event
    versions: list[Key] = Field(default=[], max_length=1_000)
    every: FilterBody | None = None
    comment: str = Field(default="", max_length=MAX_COMMENT)
    checks: list[Check] = Field(default=[], max_length=len(Check))

    def statement(self) -> Statement:
        """What is said with it."""
        return Statement(comment=self.comment, checks=frozenset(self.checks))

    def keys(self) -> list[VersionKey]:
        """The versions named."""
        return [VersionKey(item_id=key.item, number=key.version) for key in self.versions]


class Corrections(Strict):
    """Column titles with the roles a person gives them."""

    columns: dict[str, str] = Field(max_length=100)
