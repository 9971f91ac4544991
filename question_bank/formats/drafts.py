"""What readers make of one row or question, and what holding all of them together adds to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from question_bank.canonical import digest_value
from question_bank.duplicates import Asked, asked, option_texts, right_texts
from question_bank.formats.reports import Problem, RowReport, RowStatus, clip
from question_bank.item_types import ItemType
from question_bank.items import Item
from question_bank.responses import key_response

NO_TOPIC = "未分类"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One row read on its own: an item or the problem that rejects it, and what is worth a look.

    `unsupported`: there is no item because its kind is not represented. `name` is what the file calls a row
    that became no item.
    """

    sheet: str
    row: int
    item: Item | None
    problems: tuple[Problem, ...]
    unsupported: bool = False
    name: str = ""


def content_id(kind: str, stem: str, texts: Sequence[str]) -> str:
    """An id for a row without one; the same content gets the same id at every import."""
    return "q-" + digest_value([kind, stem, list(texts)]).removeprefix("sha256:")[:16]


def settled(drafts: Sequence[Draft]) -> tuple[tuple[Item, ...], tuple[RowReport, ...]]:
    """The items that come in, and a report of every row.

    Of repeated items the first comes in, none where the keys differ; the first row keeps an id.
    """
    checked = _reject_repeated_ids(_compare(drafts))
    return tuple(draft.item for draft in checked if draft.item), tuple(_report(draft) for draft in checked)


def _compare(drafts: Sequence[Draft]) -> list[Draft]:
    """Reject repeated items (all of them where the keys differ), point out stems that come back."""
    by_stem: defaultdict[Asked, list[int]] = defaultdict(list)
    for place, draft in enumerate(drafts):
        if item := draft.item:
            by_stem[asked(item)].append(place)
    compared = list(drafts)
    for places in by_stem.values():
        if len(places) > 1:
            _compare_group(drafts, compared, places)
    _compare_keys(compared)
    return compared


def _compare_keys(compared: list[Draft]) -> None:
    """Point out options that are right under a stem in one item and wrong under the same stem in another.

    Of single and multiple choices alike: one of them is often the other, typed anew with another key.
    """
    right: dict[tuple[Asked, str], Draft] = {}
    wrong: dict[tuple[Asked, str], Draft] = {}
    for place, draft in enumerate(compared):
        item = draft.item
        if item is None or item.type not in (ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE):
            continue
        about = (ItemType.SINGLE_CHOICE, *asked(item)[1:])
        keyed = set(right_texts(item))
        signs = [((about, text), text in keyed) for text in sorted(option_texts(item))]
        others = [(wrong if is_right else right).get(sign) for sign, is_right in signs]
        for sign, is_right in signs:
            (right if is_right else wrong).setdefault(sign, draft)
        if other := next((found for found in others if found), None):
            # It says more than that the stem comes back.
            kept = (p for p in draft.problems if not p.code.startswith("row.stem_repeated"))
            problem = _beside("row.stem_other_key", "key", draft, other)
            compared[place] = _with_problems(draft, item, (*kept, problem))


def _compare_group(drafts: Sequence[Draft], compared: list[Draft], places: list[int]) -> None:
    """Hold the rows of one type and stem against the first that has the same options, or any of them."""
    first: dict[frozenset[str], int] = {}
    mentioned: dict[str, int] = {}
    for place in places:
        item = _item(drafts[place])
        own = option_texts(item)
        earlier = first.setdefault(own, place)
        if earlier == place:
            shared = min((mentioned[text] for text in own if text in mentioned), default=place)
            for text in own:
                mentioned.setdefault(text, place)
            if shared != place and compared[place].item:
                problem = _beside("row.stem_repeated", "stem", drafts[place], drafts[shared])
                compared[place] = _with_problems(drafts[place], item, (*drafts[place].problems, problem))
        elif right_texts(item) == right_texts(_item(drafts[earlier])):
            compared[place] = _rejected(drafts[place], "row.repeated", "stem", drafts[earlier])
        else:
            code = "row.repeated_other_key"
            compared[place] = _rejected(drafts[place], code, "key", drafts[earlier])
            compared[earlier] = _rejected(drafts[earlier], code, "key", drafts[place])


def _item(draft: Draft) -> Item:
    assert draft.item is not None
    return draft.item


def _reject_repeated_ids(drafts: list[Draft]) -> list[Draft]:
    """The first row keeps an id; a later one that claims it is rejected."""
    seen: dict[str, Draft] = {}
    checked: list[Draft] = []
    for draft in drafts:
        if draft.item and draft.item.id in seen:
            checked.append(_rejected(draft, "id.repeated", "id", seen[draft.item.id]))
            continue
        if draft.item:
            seen[draft.item.id] = draft
        checked.append(draft)
    return checked


def _rejected(draft: Draft, code: str, field: str, other: Draft) -> Draft:
    return _with_problems(draft, None, (_beside(code, field, draft, other),))


def _beside(code: str, field: str, draft: Draft, other: Draft) -> Problem:
    """What another row makes wrong with this one; a row of another sheet or file is named by both."""
    if draft.sheet != other.sheet:
        return Problem(code=f"{code}_elsewhere", field=field, value=clip(f"{other.sheet} {other.row}"))
    item = _item(draft)
    values = {"id": item.id, "key": ",".join(key_response(item)), "stem": clip(item.stem)}
    return Problem(code=code, field=field, value=values[field], other_row=other.row)


def _with_problems(draft: Draft, item: Item | None, problems: tuple[Problem, ...]) -> Draft:
    return replace(draft, item=item, problems=problems)


def _report(draft: Draft) -> RowReport:
    if draft.item is None:
        status = RowStatus.UNSUPPORTED if draft.unsupported else RowStatus.REJECTED
    else:
        status = RowStatus.WARNED if draft.problems else RowStatus.IMPORTED
    item_id = draft.item.id if draft.item else draft.name
    return RowReport(
        sheet=draft.sheet, row=draft.row, status=status, item_id=item_id, problems=draft.problems
    )
