"""Rescoring: what a correction of keys does to forms that were sat already.

A correction gives an item another key, or several that are all right, or voids it. Forms, responses and the
bank stay as they are: the same responses are marked once more, and the two scores are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from question_bank.bank import Bank
from question_bank.canonical import JsonValue, ObjectReader, canonical_bytes, digest_bytes, parse
from question_bank.errors import CorrectionInvalid, QuestionBankError
from question_bank.forms import Form
from question_bank.item_documents import item_digest, item_document, item_from_document
from question_bank.items import Item
from question_bank.scoring import Mark, Score, score

CORRECTIONS_FORMAT = "kaochang.corrections/1"
# The fields of an item's document that say what is right. Everything else was seen by the candidates.
KEY_FIELDS = frozenset({"key", "value", "tolerance", "accepted", "fold_case", "fold_width"})
GAPS = "gaps"
MAX_KEYS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCorrection:
    """`items` are the bank's item once for each key that is right, with that key: same id, type, texts,
    options (see `corrected_item`). A response gets the best of the marks that the keys give it.

    They come out in an order of their own. Raises CorrectionInvalid (`correction.keys_number`: not 1 to 8;
    `correction.key_repeated`; `correction.not_only_the_key`: not of one item).
    """

    items: tuple[Item, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.items) <= MAX_KEYS:
            raise CorrectionInvalid("correction.keys_number", f"An item has 1 to {MAX_KEYS} keys.")
        by_text = {canonical_bytes(item_document(item)): item for item in self.items}
        if len({item.id for item in self.items}) != 1:
            raise CorrectionInvalid("correction.not_only_the_key", "The keys are of different items.")
        if len(by_text) != len(self.items):
            raise CorrectionInvalid("correction.key_repeated", "Two keys of a correction are the same.")
        object.__setattr__(self, "items", tuple(by_text[text] for text in sorted(by_text)))

    @property
    def item_id(self) -> str:
        """The id of the item it is about."""
        return self.items[0].id


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidedItem:
    """An item that gives its full points to everybody who was dealt it (docs/decisions/0027)."""

    item_id: str


Correction = KeyCorrection | VoidedItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrections:
    """The corrections of one scoring run, at most one an item; `items` come out sorted by id.

    `salt` is 32 random hexadecimal digits that are kept with them: a log that names their digest must not let
    anybody try the few keys of a known item against it. Raises CorrectionInvalid
    (`correction.item_repeated`).
    """

    items: tuple[Correction, ...] = ()
    salt: str = field(default="", compare=False)
    corrected: Mapping[str, tuple[Item, ...]] = field(init=False, compare=False, repr=False)
    voided: frozenset[str] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.items, key=lambda correction: correction.item_id))
        if len({correction.item_id for correction in ordered}) != len(ordered):
            raise CorrectionInvalid("correction.item_repeated", "An item is corrected twice at once.")
        object.__setattr__(self, "items", ordered)
        keys = {found.item_id: found.items for found in ordered if isinstance(found, KeyCorrection)}
        object.__setattr__(self, "corrected", MappingProxyType(keys))
        voided = frozenset(found.item_id for found in ordered if isinstance(found, VoidedItem))
        object.__setattr__(self, "voided", voided)

    @property
    def digest(self) -> str:
        """`sha256:<hex>` of the canonical JSON."""
        return digest_bytes(self.to_json())

    def keyed(self, bank: Bank, item_id: str) -> tuple[Item, ...]:
        """The item as these corrections mark it: once for every key that is right. Raises KeyError."""
        return self.corrected.get(item_id) or (bank.by_id[item_id],)

    def followed_by(self, later: Corrections, bank: Bank) -> Corrections:
        """These, with `later` ones in the place of those of the same item.

        A key that is the bank's own again is no correction any more. Raises CorrectionInvalid
        (`correction.changes_nothing`) when a later one says what holds already.
        """
        merged: dict[str, Correction] = {found.item_id: found for found in self.items}
        for correction in later.items:
            original: Correction = KeyCorrection(items=(_item(bank, correction.item_id),))
            if merged.get(correction.item_id, original) == correction:
                raise CorrectionInvalid(
                    "correction.changes_nothing", f"Item {correction.item_id} is marked like this already."
                )
            merged[correction.item_id] = correction
            if correction == original:
                del merged[correction.item_id]
        return Corrections(items=tuple(merged.values()))

    def to_json(self) -> bytes:
        """The canonical JSON (RFC 8785), UTF-8. It holds keys."""
        documents: list[JsonValue] = [_document(correction) for correction in self.items]
        document: dict[str, JsonValue] = {"format": CORRECTIONS_FORMAT, "corrections": documents}
        return canonical_bytes(document | ({"salt": self.salt} if self.salt else {}))

    @classmethod
    def from_json(cls, data: bytes | str) -> Corrections:
        """The inverse of `to_json`. Raises DocumentInvalid, ItemInvalid or CorrectionInvalid."""
        reader = ObjectReader(parse(data), "corrections")
        reader.expect("format", CORRECTIONS_FORMAT)
        items = tuple(_correction(document) for document in reader.items("corrections"))
        salt = reader.text_or("salt", "")
        reader.end()
        return cls(items=items, salt=salt)


def corrected_item(bank: Bank, item_id: str, key: Mapping[str, JsonValue]) -> Item:
    """The bank's item with the `KEY_FIELDS` (of a cloze: whole `gaps`) of its document that `key` names.

    Raises CorrectionInvalid: `correction.item_unknown`, `correction.key_invalid` (no key of this item's
    type), `correction.not_only_the_key` (anything that candidates saw would change).
    """
    item = _item(bank, item_id)
    before = item_document(item)
    if not key or not set(key) <= (KEY_FIELDS | {GAPS}) & set(before):
        raise CorrectionInvalid("correction.key_invalid", "The key has not the fields of the item's type.")
    try:
        found = item_from_document(before | dict(key))
    except QuestionBankError as error:
        raise CorrectionInvalid(
            "correction.key_invalid", f"The key does not fit the item: {error}"
        ) from error
    if _without_key(item_document(found)) != _without_key(before):
        raise CorrectionInvalid(
            "correction.not_only_the_key", "Only the key of an item can be corrected after it was sat."
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class SatForm:
    """A form that was sat: the responses by position in the items' own ids, and the cut score (centipoints).

    `may_pass` is False for whom no score can pass (a terminated sitting).
    """

    id: str
    form: Form
    responses: Mapping[int, Sequence[str]]
    cut_score: int
    may_pass: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedMark:
    """One slot's mark before and after."""

    before: Mark
    after: Mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescored:
    """One form's score before and after; `changed` are the marks whose points differ."""

    id: str
    before: Score
    after: Score
    passed_before: bool
    passed_after: bool
    changed: tuple[ChangedMark, ...]


def rescore(sat: SatForm, bank: Bank, before: Corrections, after: Corrections) -> Rescored:
    """Mark one form under two sets of corrections. Raises as `scoring.score` does."""
    old = score(sat.form, bank, sat.responses, before.corrected, before.voided)
    new = score(sat.form, bank, sat.responses, after.corrected, after.voided)
    changed = tuple(
        ChangedMark(before=was, after=now)
        for was, now in zip(old.marks, new.marks, strict=True)
        if was.awarded != now.awarded
    )
    return Rescored(
        id=sat.id,
        before=old,
        after=new,
        passed_before=sat.may_pass and old.total >= sat.cut_score,
        passed_after=sat.may_pass and new.total >= sat.cut_score,
        changed=changed,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RescoringCounts:
    """How many forms were marked again, and what became of them."""

    forms: int
    raised: int
    lowered: int
    now_passing: int
    now_failing: int


def count_changes(rescored: Iterable[Rescored]) -> RescoringCounts:
    """Sums over all forms."""
    forms = list(rescored)
    return RescoringCounts(
        forms=len(forms),
        raised=sum(form.after.total > form.before.total for form in forms),
        lowered=sum(form.after.total < form.before.total for form in forms),
        now_passing=sum(form.passed_after and not form.passed_before for form in forms),
        now_failing=sum(form.passed_before and not form.passed_after for form in forms),
    )


def check_void(bank: Bank, item_id: str) -> VoidedItem:
    """A voided item of the bank. Raises CorrectionInvalid (`correction.item_unknown`)."""
    return VoidedItem(item_id=_item(bank, item_id).id)


def correction_digest(correction: Correction, salt: str) -> str:
    """What a log may keep of a correction: salted digests of the corrected item, one a key, or "voided"."""
    if isinstance(correction, VoidedItem):
        return "voided"
    return " ".join(digest_bytes((salt + item_digest(item)).encode()) for item in correction.items)


def _item(bank: Bank, item_id: str) -> Item:
    item = bank.by_id.get(item_id)
    if item is None:
        raise CorrectionInvalid("correction.item_unknown", f"The bank has no item {item_id[:64]}.")
    return item


def _without_key(document: Mapping[str, JsonValue]) -> dict[str, object]:
    """An item's document (or a gap's) without what says what is right."""
    kept: dict[str, object] = {name: value for name, value in document.items() if name not in KEY_FIELDS}
    gaps = document.get(GAPS)
    if isinstance(gaps, list):
        kept[GAPS] = [_without_key(gap) for gap in gaps if isinstance(gap, dict)]
        # A gap must stay a menu, a number or a text: which of its key's fields it has.
        kept["kinds"] = [sorted(KEY_FIELDS & set(gap)) for gap in gaps if isinstance(gap, dict)]
    return kept


def _document(correction: Correction) -> JsonValue:
    if isinstance(correction, KeyCorrection):
        first, *others = [item_document(item) for item in correction.items]
        # Without others the document is what it was before an item could have several keys.
        return {"item": first} | ({"also": [*others]} if others else {})
    return {"voided": correction.item_id}


def _correction(document: JsonValue) -> Correction:
    reader = ObjectReader(document, "correction")
    if reader.has("voided"):
        found: Correction = VoidedItem(item_id=reader.text("voided"))
    else:
        documents = (reader.value("item"), *reader.items_or("also"))
        found = KeyCorrection(items=tuple(item_from_document(document) for document in documents))
    reader.end()
    return found
