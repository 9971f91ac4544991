"""Versions of items as records (pure): what is stored of one, and what is searched."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.banks.rules import State
from question_bank.canonical import canonical_bytes, digest_value, parse
from question_bank.content import plain
from question_bank.interactions import marked_up_texts
from question_bank.item_documents import (
    item_digest,
    item_document,
    item_from_document,
    item_set_document,
)
from question_bank.items import Item, ItemSet

STEM_SHOWN = 200
ANY_FLAG = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionKey:
    """Which version of which item of a bank."""

    item_id: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version as listed. `stem` is its plain text, cut at 200 characters. See `tables.ItemVersionRow`."""

    item_id: str
    number: int
    digest: str
    set_digest: str
    state: State
    is_current: bool
    written_at: datetime
    written_by: str
    batch_id: str | None
    type: str
    topic: str
    difficulty: str
    must_know: bool
    stem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEvent:
    """One line of an item's history; `checks` are values of `rules.Check`."""

    number: int
    event: str
    actor: str
    comment: str
    at: datetime
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorship:
    """Who wrote a version, and with which import it came, if with one."""

    actor: str
    batch_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An item that somebody wrote, with the stimulus it needs (None: it needs none)."""

    item: Item
    item_set: ItemSet | None = None

    def columns(self) -> dict[str, object]:
        """The columns of a version that come from its content."""
        item = self.item
        return {
            "item_id": item.id,
            "digest": item_digest(item),
            "document": canonical_bytes(item_document(item)).decode(),
            "set_digest": set_digest(self.item_set) if self.item_set else "",
            "type": item.type.value,
            "topic": item.topic,
            "difficulty": item.difficulty.value if item.difficulty else "",
            "must_know": item.must_know,
            "stem": " ".join(item.plain_stem.split())[:STEM_SHOWN],
            "words": search_words(item),
        }


def set_digest(item_set: ItemSet) -> str:
    """The content hash of one version of an item set, `sha256:<hex>`."""
    return digest_value(item_set_document(item_set))


def stored_item(document: str) -> Item:
    """The item of a stored version."""
    return item_from_document(parse(document))


def folded(text: str) -> str:
    """Text as it is searched: width, case and repeated spaces do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def search_words(item: Item) -> str:
    """What a search looks through: id, stem, options, topic and clause."""
    options = (plain(text, item.markup) for text in marked_up_texts(item.interaction))
    return folded("\n".join((item.id, item.plain_stem, *options, item.topic, item.clause)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What of a bank to list; an empty field does not restrict.

    `text` is looked for anywhere in the words; `topic` covers the topics below it. `look` is a flag of the
    item's statistics (`ItemFlag`) or "any".
    """

    text: str = ""
    type: str = ""
    topic: str = ""
    state: str = ""
    difficulty: str = ""
    must_know: bool | None = None
    batch_id: str = ""
    look: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of a list, and how many there are in all."""

    versions: tuple[Version, ...]
    total: int


Facets = Mapping[str, Mapping[str, int]]
