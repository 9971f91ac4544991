"""What of a file would come into a bank (pure): the reader's result held against what the bank has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.banks.rules import State
from app.banks.versions import Draft, Version
from question_bank.duplicates import DuplicateKind, find_duplicates
from question_bank.formats.reports import ImportResult, Problem, RowReport, RowStatus
from question_bank.item_documents import item_digest
from question_bank.items import Item, ItemSet

_CAME_IN = frozenset({RowStatus.IMPORTED, RowStatus.WARNED})
_LEFT_OUT = frozenset({"bank.unchanged", "bank.in_review", "bank.in_work", "bank.repeated", "media.missing"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """A current version of the bank; `item_set` is the stimulus it was written with."""

    version: Version
    item: Item
    item_set: ItemSet | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The drafts that would come in, and the report of every row with what the bank has to say to it."""

    drafts: tuple[Draft, ...]
    result: ImportResult


def propose(result: ImportResult, present: Sequence[Present], known_media: frozenset[str]) -> Proposal:
    """Compare a file's items with a bank's current ones.

    Left out: items that the bank has in the same words and with the same key, items whose version in the bank
    is open, items whose pictures are neither in the file nor in the bank. Items with the id of a present one
    become its next version. Whatever else resembles a present item comes in with a warning.
    """
    sets = {item_set.id: item_set for item_set in result.sets}
    drafts = {item.id: Draft(item=item, item_set=sets.get(item.item_set)) for item in result.items}
    by_id = {found.version.item_id: found for found in present}
    media = known_media | result.media.keys()
    said: dict[str, Problem] = {}
    for item_id, draft in drafts.items():
        problem = _missing_media(draft, media) or _clash(draft, by_id.get(item_id))
        if problem:
            said[item_id] = problem
    for item_id, problem in _resemblances(result.items, present).items():
        if item_id not in said or (said[item_id].code not in _LEFT_OUT and problem.code in _LEFT_OUT):
            said[item_id] = problem
    left_out = {item_id for item_id, problem in said.items() if problem.code in _LEFT_OUT}
    rows = tuple(_told(row, said) for row in result.rows)
    items = tuple(item for item in result.items if item.id not in left_out)
    return Proposal(
        drafts=tuple(drafts[item.id] for item in items), result=replace(result, items=items, rows=rows)
    )


def _missing_media(draft: Draft, media: frozenset[str]) -> Problem | None:
    shown = draft.item.media | (draft.item_set.media if draft.item_set else frozenset())
    missing = sorted(shown - media)
    return Problem(code="media.missing", field="stem", value=missing[0][:12]) if missing else None


def _clash(draft: Draft, present: Present | None) -> Problem | None:
    """What the bank's own version of the item has to say."""
    if present is None:
        return None
    state = present.version.state
    same = present.version.digest == item_digest(draft.item) and present.item_set == draft.item_set
    if same and state is not State.RETIRED:
        return Problem(code="bank.unchanged", field="id", value=draft.item.id)
    if state is State.IN_REVIEW:
        return Problem(code="bank.in_review", field="id", value=draft.item.id)
    if state is State.DRAFT:
        return Problem(code="bank.in_work", field="id", value=draft.item.id)
    return Problem(code="bank.new_version", field="id", value=draft.item.id)


def _resemblances(items: Sequence[Item], present: Sequence[Present]) -> dict[str, Problem]:
    """The worst resemblance of each item with one of the bank's; items of the same id are no repeat."""
    coming = {item.id for item in items}
    held = {
        found.version.item_id: found.item
        for found in present
        if found.version.state is not State.RETIRED and found.version.item_id not in coming
    }
    if not held:
        return {}
    found: dict[str, Problem] = {}
    for duplicate in find_duplicates([*items, *held.values()]):
        others = [item_id for item_id in duplicate.item_ids if item_id in held]
        for item_id in duplicate.item_ids:
            if others and item_id in coming and item_id not in found:
                found[item_id] = _problem(duplicate.kind, others[0])
    return found


def _problem(kind: DuplicateKind, other: str) -> Problem:
    field = "key" if kind is DuplicateKind.OTHER_KEY else "stem"
    return Problem(code=f"bank.{kind.value}", field=field, value=other)


def _told(row: RowReport, said: Mapping[str, Problem]) -> RowReport:
    if row.status not in _CAME_IN or row.item_id not in said:
        return row
    problem = said[row.item_id]
    status = RowStatus.REJECTED if problem.code in _LEFT_OUT else RowStatus.WARNED
    return replace(row, status=status, problems=(*row.problems, problem))
