"""The ledger of exposure and overlap: how often every item was seen, and what forms share (pure)."""

import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from app.forensics.rules import Lead, LeadKind
from question_bank.assembly import MASTER_SEED_BYTES
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.errors import FormNotFound
from question_bank.forensics.exposure import Exposure, exposure_of
from question_bank.forensics.overlap import Roster, UnusualOverlap, unusual_overlaps
from question_bank.forms import Form, FormRecord
from question_bank.plans import AssemblyPlan
from question_bank.pool import pool_of
from question_bank.publishing.exposures import structural_exposure
from question_bank.publishing.model import FormModel
from question_bank.rosters import ExposureLedger, draw_roster, largest_use
from question_bank.supply import supply_of

# Forms drawn anew for what is to be expected: rosters of the same size until there are 200, one of a large
# roster, cut off where a thread would be busy for long.
_LEAST_DRAWN, _MOST_DRAWN = 200, 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealt:
    """What the forms of an administration were dealt from, and those that were seen, by sitting.

    `forms` counts all that were dealt, absent candidates' too.
    """

    bank: Bank
    blueprint: Blueprint
    plan: AssemblyPlan
    seen: Mapping[str, Form]
    forms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlapLedger:
    """The ledger as JSON, without a word about who; `most_alike` are [sitting, sitting, items in both]."""

    document: dict[str, Any]
    most_alike: list[list[Any]]
    pairs: int
    leads: list[Lead]


def overlap_ledger(dealt: Dealt, administration_id: str) -> OverlapLedger:
    """Count, and draw a roster anew to compare with. Takes seconds: call it in a thread."""
    sittings = sorted(dealt.seen)
    seen = _roster([dealt.seen[sitting].record for sitting in sittings])
    drawn = _drawn_anew(dealt, administration_id)
    found = exposure_of(seen.forms)
    alike = [[sittings[p.first], sittings[p.second], p.common] for p in found.most_alike]
    return OverlapLedger(
        document=_exposures(dealt, found) | _overlaps(found, [exposure_of(one.forms) for one in drawn]),
        most_alike=alike,
        pairs=int(found.overlaps.sum()),
        leads=[_lead(one, sittings, seen.forms) for one in unusual_overlaps(seen, drawn)],
    )


def _roster(records: Sequence[FormRecord]) -> Roster:
    return Roster(
        forms=[[slot.item_id for slot in record.slots] for record in records],
        epochs=[record.epoch for record in records],
    )


def _drawn_anew(dealt: Dealt, administration_id: str) -> list[Roster]:
    """Rosters of the same size with random digits that follow from the administration's id."""
    size = min(dealt.forms, _MOST_DRAWN)
    names = [str(number) for number in range(size)]
    rosters = []
    for number in range(-(-_LEAST_DRAWN // size) if size else 0):
        seed = hashlib.sha256(f"overlap {number} {administration_id}".encode()).digest()[:MASTER_SEED_BYTES]
        drawing = draw_roster(ExposureLedger(dealt.plan), seed, names, cap=dealt.blueprint.exposure_cap)
        with suppress(FormNotFound):
            rosters.append(_roster([form.record for form in drawing]))
    return rosters


def _exposures(dealt: Dealt, found: Exposure) -> dict[str, Any]:
    """`items`: [id, forms that showed it], the most seen first; every item that forms could hold."""
    supply = supply_of(pool_of(dealt.bank), dealt.blueprint)
    structure = structural_exposure(supply, FormModel(supply))
    cap = dealt.blueprint.exposure_cap
    used = {item.id: found.used.get(item.id, 0) for item in supply.items}
    return {
        "seen": found.forms,
        "dealt": dealt.forms,
        "items": [[item_id, n] for item_id, n in sorted(used.items(), key=lambda one: (-one[1], one[0]))],
        "cap_permille": cap,
        "cap_forms": None if cap is None else largest_use(cap, dealt.forms),
        "minimum_permille": math.ceil(structure.minimum * 1_000 - 1e-6),
        "forced": [supply.items[place].id for place in structure.forced],
    }


def _overlaps(found: Exposure, drawn: Sequence[Exposure]) -> dict[str, Any]:
    """`overlaps`: [items in both, pairs, expected pairs] for every number that occurs in either."""
    seen = Counter(dict(enumerate(found.overlaps.tolist())))
    anew: Counter[int] = Counter()
    for one in drawn:
        anew.update(dict(enumerate(one.overlaps.tolist())))
    scale = seen.total() / max(anew.total(), 1)
    rows = [
        [common, seen[common], round(anew[common] * scale, 1)]
        for common in range(max([*seen, *anew], default=-1) + 1)
        if seen[common] or anew[common]
    ]
    mean = sum(common * pairs for common, pairs in anew.items()) / max(anew.total(), 1)
    return {
        "pairs": seen.total(),
        "overlaps": rows,
        "mean": round(found.mean_overlap, 2),
        "expected_mean": round(mean, 2),
        "drawn_anew": sum(one.forms for one in drawn),
    }


def _lead(found: UnusualOverlap, sittings: Sequence[str], forms: Sequence[Sequence[str]]) -> Lead:
    first, second = found.forms.first, found.forms.second
    there = {item_id: place for place, item_id in enumerate(forms[second], start=1)}
    shared = [
        [item_id, place, there[item_id]]
        for place, item_id in enumerate(forms[first], start=1)
        if item_id in there
    ]
    return Lead(
        kind=LeadKind.SHARED_ITEMS,
        sittings=(sittings[first], sittings[second]),
        item_id=None,
        rate=found.rate,
        evidence={
            "shared": found.forms.common,
            "expected": round(found.expected, 1),
            "p": found.p,
            "items": shared,
        },
    )
