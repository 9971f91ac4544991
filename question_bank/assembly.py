"""Assembly: the one place where forms are drawn.

A form is a pure function of bank digest, blueprint digest, master seed, candidate id and epoch. Integers
only, and a generator of our own (`generator.py`), so that the form can be dealt again from its record by
anyone who is given the master seed after the administration. Any change of a drawn byte needs a new
`ALGORITHM`; tests hold a golden digest and an independent rebuild.

The draw, `kaochang.draw/1`. SHA-256 over the length-prefixed (4 bytes, big-endian) fields ALGORITHM, bank
digest, blueprint digest, master seed, candidate id, epoch (decimal) gives four big-endian 64-bit seeds, one
generator each: must-know, fill, order, options.

1. Cells are (section, topic), in blueprint order and then by topic; a cell's pool is sorted by item id.
2. Must-know: for each section, shuffle the must-know items of its pools laid end to end and take, in that
   order, those whose cell still has room, until the section's minimum is met. Then the same with what is
   left of all sections laid end to end, until the form's minimum is met.
3. Fill: for each cell, sample the missing items from the rest of its pool.
4. Order: for each section, sort by id, then shuffle if the blueprint says so.
5. Options: for each slot with options (targets, in a matching) to show, shuffle the
   option ids if the blueprint says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from question_bank.bank import Bank
from question_bank.blueprint import Blueprint, Section, audit, section_cells
from question_bank.canonical import digest_bytes
from question_bank.errors import BlueprintInfeasible, FormMismatch, QuestionBankError
from question_bank.forms import Form, FormRecord, Slot
from question_bank.generator import SplitMix64
from question_bank.item_types import ItemType
from question_bank.items import Item

ALGORITHM = "kaochang.draw/1"
MASTER_SEED_BYTES = 32
MAX_CANDIDATE_ID_CHARS = 200
MAX_EPOCH = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSeed:
    """What makes one form different from the next: 32 secret bytes of the administration, who, how often.

    `candidate_id` is any stable id; `epoch` counts the forms dealt to this candidate, from 0. Raises
    QuestionBankError (seed.invalid).
    """

    master_seed: bytes = field(repr=False)
    candidate_id: str
    epoch: int = 0

    def __post_init__(self) -> None:
        if len(self.master_seed) != MASTER_SEED_BYTES:
            raise QuestionBankError("seed.invalid", "A master seed has 32 bytes.")
        if not 1 <= len(self.candidate_id) <= MAX_CANDIDATE_ID_CHARS:
            raise QuestionBankError("seed.invalid", "A candidate id has 1 to 200 characters.")
        if not 0 <= self.epoch <= MAX_EPOCH:
            raise QuestionBankError("seed.invalid", "An epoch lies between 0 and 1,000,000.")


def seed_commitment(master_seed: bytes) -> str:
    """What is published before the administration: `sha256:<hex>` of the master seed under its own prefix."""
    return digest_bytes(b"kaochang.master-seed/1\n" + master_seed)


@dataclass(frozen=True, slots=True)
class _Cell:
    """One (section, topic) cell: its index, quota and pool sorted by id."""

    index: int
    count: int
    pool: tuple[Item, ...]


class Assembler:
    """A bank and a blueprint made ready once, to draw any number of forms from.

    Raises BlueprintInfeasible when the bank cannot fill the blueprint.
    """

    def __init__(self, bank: Bank, blueprint: Blueprint) -> None:
        found = audit(bank, blueprint)
        if not found.feasible:
            codes = tuple(shortfall.code for shortfall in found.shortfalls)
            raise BlueprintInfeasible("The bank has too few items for this blueprint.", codes)
        self._bank = bank
        self._blueprint = blueprint
        self._sections = _cells_by_section(bank, blueprint)
        self._option_ids = {item.id: item.shuffled_ids for item in bank.items}
        self._must_know = [
            [(item, cell) for cell in cells for item in cell.pool if item.must_know]
            for cells in self._sections
        ]

    def draw(self, seed: FormSeed) -> Form:
        """The form of this seed; always the same one."""
        streams = _streams(self._bank.digest, self._blueprint.digest, seed)
        taken = self._take_must_know(streams[0])
        sections = self._fill(taken, streams[1])
        slots = self._lay_out(sections, streams[2], streams[3])
        record = FormRecord(
            algorithm=ALGORITHM,
            bank_digest=self._bank.digest,
            blueprint_digest=self._blueprint.digest,
            seed_commitment=seed_commitment(seed.master_seed),
            candidate_id=seed.candidate_id,
            epoch=seed.epoch,
            slots=slots,
        )
        return Form(record=record, blueprint=self._blueprint)

    def _take_must_know(self, stream: SplitMix64) -> dict[int, list[Item]]:
        """Step 2: cell index -> the must-know items taken for it."""
        taken: dict[int, list[Item]] = {cell.index: [] for cells in self._sections for cell in cells}
        for section, candidates in zip(self._blueprint.sections, self._must_know, strict=True):
            _take(candidates, section.must_know, taken, stream)
        missing = self._blueprint.must_know - sum(map(len, taken.values()))
        if missing > 0:
            chosen = {item.id for items in taken.values() for item in items}
            rest = [pair for pairs in self._must_know for pair in pairs if pair[0].id not in chosen]
            _take(rest, missing, taken, stream)
        return taken

    def _fill(self, taken: dict[int, list[Item]], stream: SplitMix64) -> list[list[Item]]:
        """Step 3: the items of each section."""
        sections: list[list[Item]] = []
        for cells in self._sections:
            items: list[Item] = []
            for cell in cells:
                have = taken[cell.index]
                chosen = {item.id for item in have}
                rest = [item for item in cell.pool if item.id not in chosen] if chosen else cell.pool
                items += have
                items += stream.sample(rest, cell.count - len(have))
            sections.append(items)
        return sections

    def _lay_out(
        self, sections: list[list[Item]], order: SplitMix64, options: SplitMix64
    ) -> tuple[Slot, ...]:
        """Steps 4 and 5: positions and option orders."""
        slots: list[Slot] = []
        for index, (section, chosen) in enumerate(zip(self._blueprint.sections, sections, strict=True)):
            items: Sequence[Item] = sorted(chosen, key=lambda item: item.id)
            if self._blueprint.shuffle_items:
                items = order.sample(items, len(items))
            for item in items:
                slots.append(
                    Slot(
                        position=len(slots) + 1,
                        section=index,
                        item_id=item.id,
                        option_order=self._option_order(section, item, options),
                        points=section.points,
                    )
                )
        return tuple(slots)

    def _option_order(self, section: Section, item: Item, stream: SplitMix64) -> tuple[str, ...]:
        """True/false always reads 正确, 错误."""
        ids = self._option_ids[item.id]
        if section.type is ItemType.TRUE_FALSE or not self._blueprint.shuffle_options:
            return ids
        return tuple(stream.sample(ids, len(ids)))


def assemble(bank: Bank, blueprint: Blueprint, seed: FormSeed) -> Form:
    """One form; to draw many, keep an `Assembler`. Raises BlueprintInfeasible."""
    return Assembler(bank, blueprint).draw(seed)


def rebuild(record: FormRecord, bank: Bank, blueprint: Blueprint, master_seed: bytes) -> Form:
    """Deal the recorded form again. Raises FormMismatch when anything differs from the record."""
    if record.algorithm != ALGORITHM:
        raise FormMismatch("form.other_algorithm", f"This version does not know {record.algorithm[:64]}.")
    if record.bank_digest != bank.digest:
        raise FormMismatch("form.other_bank", "The form was drawn from another state of the bank.")
    if record.blueprint_digest != blueprint.digest:
        raise FormMismatch("form.other_blueprint", "The form was drawn from another blueprint.")
    if record.seed_commitment != seed_commitment(master_seed):
        raise FormMismatch("form.other_seed", "The master seed is not the one that was committed to.")
    seed = FormSeed(master_seed=master_seed, candidate_id=record.candidate_id, epoch=record.epoch)
    form = assemble(bank, blueprint, seed)
    if form.record != record:
        raise FormMismatch("form.other_slots", "The slots on record are not the ones this seed deals.")
    return form


def _streams(bank_digest: str, blueprint_digest: str, seed: FormSeed) -> tuple[SplitMix64, ...]:
    """The four generators of a form."""
    texts = (ALGORITHM, bank_digest, blueprint_digest)
    fields = [text.encode() for text in texts]
    fields += [seed.master_seed, seed.candidate_id.encode(), str(seed.epoch).encode()]
    material = b"".join(len(part).to_bytes(4, "big") + part for part in fields)
    key = hashlib.sha256(material).digest()
    return tuple(SplitMix64(int.from_bytes(key[start : start + 8], "big")) for start in range(0, 32, 8))


def _cells_by_section(bank: Bank, blueprint: Blueprint) -> list[list[_Cell]]:
    """Step 1: the cells with their pools; `bank.items` is sorted by id already."""
    sections: list[list[_Cell]] = []
    index = 0
    for section in blueprint.sections:
        cells: list[_Cell] = []
        for topic, count in section_cells(section):
            pool = tuple(i for i in bank.items if section.admits(i) and topic in ("", i.topic))
            cells.append(_Cell(index, count, pool))
            index += 1
        sections.append(cells)
    return sections


def _take(
    candidates: Sequence[tuple[Item, _Cell]], wanted: int, taken: dict[int, list[Item]], stream: SplitMix64
) -> None:
    """Take `wanted` of the shuffled candidates where their cells have room.

    The first that fits is always right: cells with quotas are a partition matroid.
    """
    if wanted <= 0:
        return
    for item, cell in stream.sample(candidates, len(candidates)):
        if len(taken[cell.index]) < cell.count:
            taken[cell.index].append(item)
            wanted -= 1
            if wanted == 0:
                return
