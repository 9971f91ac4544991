"""Assembly: the one place where forms are drawn.

A form is a pure function of plan (which fixes bank and blueprint), closed items, master seed, candidate id
and epoch. Integers only, and specified random numbers (`generator`), so that the form can be dealt again from
its record by anyone who is given the master seed after the administration. Any change of a drawn byte needs a
new `ALGORITHM`; tests hold golden digests and an independent rebuild.

The draw, `kaochang.draw/2` (linear-on-the-fly testing; `docs/topics/forms.md` says why). The key is SHA-256
over the fields ALGORITHM, plan digest, digest of the closed items, master seed, candidate id, epoch
(decimal), each after its length in 4 bytes, big-endian; W is the row of words of that key, "one of n" is
`below(W, n)`. "Open" members of a cell are those not closed, in order of index. At most 100 attempts:

1. Table: of the plan's tables that open members can fill, the first whose running total of weights exceeds
   one of the total weight.
2. Take: for each (cell, count) of the table, `sample(W, open members, count)`. The places of the form come in
   this order; a place keeps its cell. Movable are the places whose cell has more open members than taken and,
   where the plan crosses cells, those of cells that are not fixed.
3. Enemies: for each place whose item shares an enemy group with the item of an earlier place, at most 20
   times: one of the cell's open members; it replaces the item if it is not in the form and shares no group
   with another item of the form. When none does, the attempt ends.
4. Balance, while a target is missed by more than its tolerance or a sum is out of bounds, at most `tries` of
   the plan (counted from 0), else the attempt ends: one of the movable places; then, if the try is odd, not
   below the plan's `cross_after` and the cell is not fixed, one of the open members of all cells of the
   section that are not fixed (by index), otherwise one of the cell's open members. The item found replaces
   the place's if it is not in the form, shares no enemy group with what stays, breaks no counting row, and
   lowers the cost: the sum of |sum - target| x (10**12 // tolerance) over the targets, and of the distance
   outside its bounds x (10**14 // the larger bound, at least 1) over the sums.
5. Order: for each section, the items of a set and each other item by itself are groups, by first index;
   `sample` all of them if the plan shuffles; then sort by the smallest rank in the group, keeping ties. Items
   in a group stand by index.
6. Options: for each slot whose item is shuffled, its option ids `shuffled`.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from question_bank.balance import Balance, Draft, Rules
from question_bank.canonical import digest_bytes, digest_value
from question_bank.errors import FormMismatch, FormNotFound, QuestionBankError
from question_bank.forms import FormRecord, Slot
from question_bank.generator import below, sample, shuffled, words
from question_bank.plans import AssemblyPlan, CellTable

ALGORITHM = "kaochang.draw/2"
ATTEMPTS = 100
MASTER_SEED_BYTES = 32
MAX_CANDIDATE_ID_CHARS = 200
MAX_EPOCH = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSeed:
    """What makes one form different from the next: 32 secret bytes of the administration, and who.

    `candidate_id` is any stable id. Raises QuestionBankError (seed.invalid).
    """

    master_seed: bytes = field(repr=False)
    candidate_id: str

    def __post_init__(self) -> None:
        if len(self.master_seed) != MASTER_SEED_BYTES:
            raise QuestionBankError("seed.invalid", "A master seed has 32 bytes.")
        if not 1 <= len(self.candidate_id) <= MAX_CANDIDATE_ID_CHARS:
            raise QuestionBankError("seed.invalid", "A candidate id has 1 to 200 characters.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """Which items are closed for the forms of one epoch, because they have been seen often enough.

    Epochs count from 0; a candidate who needs another form gets it in a later epoch. Raises
    QuestionBankError (seed.invalid).
    """

    epoch: int = 0
    closed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "closed", tuple(sorted(set(self.closed))))
        if not 0 <= self.epoch <= MAX_EPOCH:
            raise QuestionBankError("seed.invalid", "An epoch lies between 0 and 1,000,000.")

    @property
    def digest(self) -> str:
        """`sha256:<hex>` of the sorted list of ids as canonical JSON."""
        return digest_value(list(self.closed))


ALL_OPEN = Eligibility()


def seed_commitment(master_seed: bytes) -> str:
    """What is published before the administration: `sha256:<hex>` of the master seed under its own prefix."""
    return digest_bytes(b"kaochang.master-seed/1\n" + master_seed)


class Assembler:
    """A plan made ready once, to draw any number of forms of one epoch from.

    Raises FormNotFound (form.exhausted) when no table can be filled from the items that are still open.
    """

    def __init__(
        self, plan: AssemblyPlan, eligibility: Eligibility = ALL_OPEN, *, known: Assembler | None = None
    ) -> None:
        """`known` is an assembler of the same plan for another epoch, whose preparations are taken over."""
        if known is None:
            plan.check()
        self._plan = plan
        self.eligibility = eligibility
        self._closed_digest = eligibility.digest
        self._rules: Rules = Rules(plan) if known is None else known._rules
        self._section_of: list[int] = _sections(plan) if known is None else known._section_of
        self._loose = not any(item.item_set or item.rank for item in plan.items)
        self._open = _opened(plan, frozenset(eligibility.closed))
        self._tables = [table for table in plan.tables if self._fills(table)]
        if not self._tables:
            raise FormNotFound("form.exhausted", "The items that are still open cannot fill any form.")
        self._totals = list(accumulate(table.weight for table in self._tables))
        self._balance = Balance(self._rules, self._open)

    def _fills(self, table: CellTable) -> bool:
        return all(len(self._open[cell]) >= count for cell, count in table.counts)

    def draw(self, seed: FormSeed) -> FormRecord:
        """The form of this seed; always the same one. Raises FormNotFound after 100 attempts in vain."""
        row = words(self._key(seed))
        for _ in range(ATTEMPTS):
            draft = self._take(row)
            if self._balance.settle_enemies(draft, row) and self._balance.reach_targets(draft, row):
                return FormRecord(
                    algorithm=ALGORITHM,
                    bank_digest=self._plan.bank_digest,
                    blueprint_digest=self._plan.blueprint_digest,
                    plan_digest=self._plan.digest,
                    closed_digest=self._closed_digest,
                    basis=self._plan.basis,
                    seed_commitment=seed_commitment(seed.master_seed),
                    candidate_id=seed.candidate_id,
                    epoch=self.eligibility.epoch,
                    slots=self._lay_out(draft.items, row),
                )
        raise FormNotFound("form.not_found", f"No form within the targets after {ATTEMPTS} attempts.")

    def _key(self, seed: FormSeed) -> bytes:
        texts = (ALGORITHM, self._plan.digest, self._closed_digest)
        parts = [text.encode() for text in texts]
        parts += [seed.master_seed, seed.candidate_id.encode(), str(self.eligibility.epoch).encode()]
        return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in parts)).digest()

    def _take(self, row: Iterator[int]) -> Draft:
        """Steps 1 and 2."""
        table = self._tables[bisect_right(self._totals, below(row, self._totals[-1]))]
        items: list[int] = []
        cells: list[int] = []
        for cell, count in table.counts:
            pool = self._open[cell]
            items += sample(row, pool, count) if count > 1 else [pool[below(row, len(pool))]]
            cells += [cell] * count
        return Draft(items, cells)

    def _lay_out(self, chosen: Sequence[int], row: Iterator[int]) -> tuple[Slot, ...]:
        """Steps 5 and 6."""
        plan, ordered = self._plan, list[tuple[int, int]]()
        for section in range(len(plan.points)):
            inside = sorted(place for place in chosen if self._section_of[place] == section)
            ordered += [(section, place) for place in self._ordered(inside, row)]
        slots = []
        for position, (section, place) in enumerate(ordered, start=1):
            item = plan.items[place]
            slots.append(
                Slot(
                    position=position,
                    section=section,
                    item_id=item.id,
                    option_order=shuffled(row, item.option_ids) if item.shuffled else item.option_ids,
                    points=plan.points[section],
                )
            )
        return tuple(slots)

    def _ordered(self, inside: Sequence[int], row: Iterator[int]) -> list[int]:
        """Step 5 for one section; `inside` is sorted."""
        items = self._plan.items
        if self._loose:
            return sample(row, inside, len(inside)) if self._plan.shuffle_items else list(inside)
        grouped: dict[str | int, list[int]] = {}
        for place in inside:
            grouped.setdefault(items[place].item_set or place, []).append(place)
        groups = list(grouped.values())
        if self._plan.shuffle_items:
            groups = sample(row, groups, len(groups))
        groups.sort(key=lambda group: min(items[place].rank for place in group))
        return [place for group in groups for place in group]


def rebuild(
    record: FormRecord, plan: AssemblyPlan, eligibility: Eligibility, master_seed: bytes
) -> FormRecord:
    """Deal the recorded form again. Raises FormMismatch when anything differs from the record.

    Whether the plan is the one that bank and blueprint give is another question: `publishing.check_plan`.
    """
    if record.algorithm != ALGORITHM:
        raise FormMismatch("form.other_algorithm", f"This version does not know {record.algorithm[:64]}.")
    if record.bank_digest != plan.bank_digest:
        raise FormMismatch("form.other_bank", "The form was drawn from another state of the bank.")
    if record.blueprint_digest != plan.blueprint_digest:
        raise FormMismatch("form.other_blueprint", "The form was drawn from another blueprint.")
    if record.plan_digest != plan.digest:
        raise FormMismatch("form.other_plan", "The form was drawn from another plan.")
    if (record.epoch, record.closed_digest) != (eligibility.epoch, eligibility.digest):
        raise FormMismatch("form.other_epoch", "The form was drawn with other items closed.")
    if record.seed_commitment != seed_commitment(master_seed):
        raise FormMismatch("form.other_seed", "The master seed is not the one that was committed to.")
    again = Assembler(plan, eligibility).draw(
        FormSeed(master_seed=master_seed, candidate_id=record.candidate_id)
    )
    if again != record:
        raise FormMismatch("form.other_slots", "The slots on record are not the ones this seed deals.")
    return again


def _opened(plan: AssemblyPlan, closed: frozenset[str]) -> list[tuple[int, ...]]:
    """The open members of every cell."""
    if not closed:
        return [cell.members for cell in plan.cells]
    shut = {place for place, item in enumerate(plan.items) if item.id in closed}
    return [tuple(place for place in cell.members if place not in shut) for cell in plan.cells]


def _sections(plan: AssemblyPlan) -> list[int]:
    """The section of every item."""
    found = [0] * len(plan.items)
    for cell in plan.cells:
        for place in cell.members:
            found[place] = cell.section
    return found
