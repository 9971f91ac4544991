"""A pool: what assembly has to know of items, and nothing of their content.

A bank gives a pool (`pool_of`); a pool may also come alone, from a file of parameters and attributes
(`formats.testdesign`), to plan an exam or to study assembly without the items' texts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from question_bank.bank import Bank
from question_bank.canonical import JsonValue, ObjectReader, canonical_bytes, digest_bytes, parse
from question_bank.curves import GradedModel, GradedParameters, ItemParameters
from question_bank.errors import BankInvalid, DocumentInvalid
from question_bank.item_types import ItemType
from question_bank.items import Difficulty, Item, Parameters
from question_bank.scoring_rules import ScoringRule

POOL_FORMAT = "kaochang.pool/1"
MAX_POOL_ITEMS = 50_000
MUST_KNOW = "must_know"
_ALWAYS_ASKED = frozenset({"id", "type", "topic", "difficulty", MUST_KNOW, "item_set"})
# What an expert's tag is worth until responses are there: facilities of about 0.8, 0.6 and 0.35 for an
# average candidate. They are guesses (see `psychometrics.parameters` for how wide).
TAG_PARAMETERS = {
    Difficulty.EASY: Parameters(a=1_000_000, b=-1_500_000, c=0),
    Difficulty.MEDIUM: Parameters(a=1_000_000, b=-500_000, c=0),
    Difficulty.HARD: Parameters(a=1_000_000, b=700_000, c=0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolItem:
    """One item as assembly sees it.

    `attributes` are what conditions ask for; a missing one reads as absent. `type` is None in a pool without
    content. `enemy_sets` name groups of which a form has at most one item. `option_ids` are those whose
    order a form decides.
    """

    id: str
    attributes: Mapping[str, str]
    type: ItemType | None = None
    scoring_rules: tuple[ScoringRule, ...] = ()
    parameters: ItemParameters | None = None
    enemy_sets: tuple[str, ...] = ()
    item_set: str = ""
    option_ids: tuple[str, ...] = ()

    @property
    def must_know(self) -> bool:
        """Whether it is 应知应会 content."""
        return self.attributes.get(MUST_KNOW) == "true"

    @property
    def best_parameters(self) -> tuple[ItemParameters | None, str]:
        """Its parameters, and what they rest on: "calibrated", the expert's "tag", or nothing ("none")."""
        if self.parameters is not None:
            return self.parameters, "calibrated"
        tag = self.attributes.get("difficulty", "")
        return (TAG_PARAMETERS[Difficulty(tag)], "tag") if tag in set(Difficulty) else (None, "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """Items by id, and the digest of the document they come from. Raises BankInvalid for repeated ids."""

    items: tuple[PoolItem, ...]
    digest: str
    by_id: Mapping[str, PoolItem] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.items, key=lambda item: item.id))
        if len(ordered) > MAX_POOL_ITEMS:
            raise BankInvalid("bank.too_large", f"A pool holds at most {MAX_POOL_ITEMS} items.")
        repeated = [key for key, times in Counter(item.id for item in ordered).items() if times > 1]
        if repeated:
            raise BankInvalid("bank.id_repeated", f"The id {min(repeated)} is used more than once.")
        object.__setattr__(self, "items", ordered)
        object.__setattr__(self, "by_id", MappingProxyType({item.id: item for item in ordered}))


def pool_of(bank: Bank) -> Pool:
    """The pool of a bank, under the bank's own digest."""
    return Pool(items=tuple(_pool_item(item, bank.industry) for item in bank.items), digest=bank.digest)


def _pool_item(item: Item, industry: str) -> PoolItem:
    attributes = dict(item.attributes)
    attributes |= {
        "id": item.id,
        "type": item.type.value,
        "topic": item.topic,
        "difficulty": item.difficulty.value if item.difficulty else "",
        MUST_KNOW: "true" if item.must_know else "false",
        "industry": item.industry or industry,
        "clause": item.clause,
        "language": item.language,
        "item_set": item.item_set,
    }
    return PoolItem(
        id=item.id,
        attributes=attributes,
        type=item.type,
        scoring_rules=item.scoring_rules,
        parameters=item.parameters,
        enemy_sets=(item.enemy_set,) if item.enemy_set else (),
        item_set=item.item_set,
        option_ids=item.shuffled_ids,
    )


def pool_json(items: tuple[PoolItem, ...], bank_digest: str = "") -> bytes:
    """Items without content as a canonical document (RFC 8785, UTF-8).

    `bank_digest` names the bank they are of; without it the pool is known by the digest of this document.
    """
    ordered = sorted(items, key=lambda item: item.id)
    document: dict[str, JsonValue] = {"format": POOL_FORMAT, "items": [_document(item) for item in ordered]}
    return canonical_bytes(document | ({"bank_digest": bank_digest} if bank_digest else {}))


def pool_from_json(data: bytes | str) -> Pool:
    """The inverse of `pool_json`. Raises DocumentInvalid, ItemInvalid or BankInvalid."""
    reader = ObjectReader(parse(data), "pool")
    reader.expect("format", POOL_FORMAT)
    documents, bank_digest = reader.items("items"), reader.text_or("bank_digest", "")
    reader.end()
    if len(documents) > MAX_POOL_ITEMS:
        raise BankInvalid("bank.too_large", f"A pool holds at most {MAX_POOL_ITEMS} items.")
    items = tuple(_item(document) for document in documents)
    return Pool(items=items, digest=bank_digest or digest_bytes(pool_json(items)))


def asked_of(pool: Pool, attributes: frozenset[str]) -> Pool:
    """The same pool with these attributes only, besides those that every blueprint asks for.

    A bank's own attributes may say anything: what no rule needs is not handed out.
    """
    wanted = attributes | _ALWAYS_ASKED
    items = tuple(
        replace(item, attributes={name: value for name, value in item.attributes.items() if name in wanted})
        for item in pool.items
    )
    return Pool(items=items, digest=pool.digest)


def _document(item: PoolItem) -> JsonValue:
    document: dict[str, JsonValue] = {
        "id": item.id,
        "attributes": {name: value for name, value in item.attributes.items() if name != "id"},
    }
    match item.parameters:
        case Parameters(a=a, b=b, c=c):
            document["parameters"] = {"a": a, "b": b, "c": c}
        case GradedParameters(a=a, thresholds=thresholds, model=model):
            graded: dict[str, JsonValue] = {"a": a, "thresholds": list(thresholds), "model": model.value}
            document["parameters"] = graded
    if item.type is not None:
        document["type"] = item.type.value
    if item.scoring_rules:
        document["scoring_rules"] = [rule.value for rule in item.scoring_rules]
    if item.option_ids:
        document["options"] = list(item.option_ids)
    if item.enemy_sets:
        document["enemy_sets"] = list(item.enemy_sets)
    if item.item_set:
        document["item_set"] = item.item_set
    return document


def _item(document: JsonValue) -> PoolItem:
    reader = ObjectReader(document, "item")
    item_id = reader.text("id")
    item = PoolItem(
        id=item_id,
        attributes={**dict(reader.pairs_or("attributes")), "id": item_id},
        parameters=_parameters(reader.value("parameters")) if reader.has("parameters") else None,
        type=_type(reader.text_or("type", "")),
        scoring_rules=tuple(_rule(name) for name in reader.texts_or("scoring_rules", ())),
        option_ids=reader.texts_or("options", ()),
        enemy_sets=reader.texts_or("enemy_sets", ()),
        item_set=reader.text_or("item_set", ""),
    )
    reader.end()
    return item


def _type(name: str) -> ItemType | None:
    if name and name not in set(ItemType):
        raise DocumentInvalid("document.wrong_type", f"There is no item type {name[:32]}.")
    return ItemType(name) if name else None


def _rule(name: str) -> ScoringRule:
    if name not in set(ScoringRule):
        raise DocumentInvalid("document.wrong_type", f"There is no scoring rule {name[:32]}.")
    return ScoringRule(name)


def _parameters(document: JsonValue) -> ItemParameters:
    reader = ObjectReader(document, "parameters")
    found: ItemParameters
    if reader.has("thresholds"):
        steps = reader.integers("thresholds")
        name = reader.text("model")
        if name not in set(GradedModel):
            raise DocumentInvalid("document.unknown_value", f"No model of grades: {name[:40]}.")
        found = GradedParameters(a=reader.integer("a"), thresholds=steps, model=GradedModel(name))
    else:
        found = Parameters(a=reader.integer("a"), b=reader.integer("b"), c=reader.integer("c"))
    reader.end()
    return found
