"""Forms: what one candidate was dealt, and the record from which anybody can deal it again."""

from __future__ import annotations

from dataclasses import dataclass

from question_bank.blueprint import Blueprint
from question_bank.canonical import JsonValue, ObjectReader, canonical_bytes, digest_bytes, parse
from question_bank.errors import DocumentInvalid, FormMismatch
from question_bank.sections import Section

FORM_FORMAT = "kaochang.form/2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One place of a form: `position` from 1, `section` index from 0, `points` in centipoints.

    `option_order` lists the option ids as shown, first one on top.
    """

    position: int
    section: int
    item_id: str
    option_order: tuple[str, ...]
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRecord:
    """The record of one form. The master seed is not in it, only its commitment (`sha256:<hex>`).

    `algorithm` names the exact drawing procedure; `epoch` and `closed_digest` say which items were closed
    (`assembly.Eligibility`). `basis` says what the difficulties rest on: calibrated, tag, mixed or none.
    """

    algorithm: str
    bank_digest: str
    blueprint_digest: str
    plan_digest: str
    closed_digest: str
    basis: str
    seed_commitment: str
    candidate_id: str
    epoch: int
    slots: tuple[Slot, ...]

    @property
    def digest(self) -> str:
        """`sha256:<hex>` of the canonical JSON; computed at each call."""
        return digest_bytes(self.to_json())

    def to_json(self) -> bytes:
        """The canonical JSON (RFC 8785) of the record, UTF-8."""
        return canonical_bytes(
            {
                "format": FORM_FORMAT,
                "algorithm": self.algorithm,
                "bank_digest": self.bank_digest,
                "blueprint_digest": self.blueprint_digest,
                "plan_digest": self.plan_digest,
                "closed_digest": self.closed_digest,
                "basis": self.basis,
                "seed_commitment": self.seed_commitment,
                "candidate_id": self.candidate_id,
                "epoch": self.epoch,
                "slots": [_slot_document(slot) for slot in self.slots],
            }
        )

    @classmethod
    def from_json(cls, data: bytes | str) -> FormRecord:
        """The inverse of `to_json`. Raises DocumentInvalid; positions must run 1, 2, 3..."""
        reader = ObjectReader(parse(data), "form")
        reader.expect("format", FORM_FORMAT)
        record = cls(
            algorithm=reader.text("algorithm"),
            bank_digest=reader.text("bank_digest"),
            blueprint_digest=reader.text("blueprint_digest"),
            plan_digest=reader.text("plan_digest"),
            closed_digest=reader.text("closed_digest"),
            basis=reader.text("basis"),
            seed_commitment=reader.text("seed_commitment"),
            candidate_id=reader.text("candidate_id"),
            epoch=reader.integer("epoch"),
            slots=tuple(_slot(document) for document in reader.items("slots")),
        )
        reader.end()
        if any(slot.position != place for place, slot in enumerate(record.slots, start=1)):
            raise DocumentInvalid("form.positions_invalid", "The positions of a form run 1, 2, 3...")
        return record


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A record together with its blueprint, which holds titles and scoring rules.

    Load a stored form with `Form(record=FormRecord.from_json(data), blueprint=blueprint)`. Raises
    FormMismatch when the record belongs to another blueprint.
    """

    record: FormRecord
    blueprint: Blueprint

    def __post_init__(self) -> None:
        if self.record.blueprint_digest != self.blueprint.digest:
            raise FormMismatch("form.other_blueprint", "The form was drawn from another blueprint.")
        if len(self.record.slots) != self.blueprint.slot_count:
            raise FormMismatch("form.other_length", "The form has not as many items as its blueprint.")

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The slots by position."""
        return self.record.slots

    @property
    def digest(self) -> str:
        """The record's digest; computed at each call."""
        return self.record.digest

    def section_of(self, slot: Slot) -> Section:
        """The blueprint's section of a slot; FormMismatch when the slot names none."""
        if not 0 <= slot.section < len(self.blueprint.sections):
            raise FormMismatch("form.other_section", "A slot names a section that the blueprint has not.")
        return self.blueprint.sections[slot.section]


def _slot_document(slot: Slot) -> JsonValue:
    return {
        "position": slot.position,
        "section": slot.section,
        "item_id": slot.item_id,
        "option_order": list(slot.option_order),
        "points": slot.points,
    }


def _slot(document: JsonValue) -> Slot:
    reader = ObjectReader(document, "slot")
    slot = Slot(
        position=reader.integer("position"),
        section=reader.integer("section"),
        item_id=reader.text("item_id"),
        option_order=reader.texts("option_order"),
        points=reader.integer("points"),
    )
    reader.end()
    return slot
