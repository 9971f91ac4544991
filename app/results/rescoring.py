"""Scoring a closed administration again after a correction of keys: propose, look at, confirm or withdraw."""

import asyncio
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from app.accounts.rules import Principal
from app.accounts.service import OFFICE_STREAM
from app.errors import Invalid, NotAllowedNow
from app.kit.unit_of_work import Json, Unit, UnitOfWork
from app.results import repository
from app.results.closed import ClosedAdministration, ClosedAdministrations, current_run, hold
from app.results.repository import ScoringRun
from app.results.rules import RunDecision, RunState, may_decide
from app.results.service import result_row
from app.sittings.records import stream_of
from question_bank.bank import Bank
from question_bank.canonical import JsonValue
from question_bank.errors import QuestionBankError
from question_bank.items import Item
from question_bank.rescoring import (
    Correction,
    Corrections,
    KeyCorrection,
    Rescored,
    RescoringCounts,
    check_void,
    corrected_item,
    correction_digest,
    count_changes,
    rescore,
)

PROPOSED = "result.rescoring_proposed"
SALT_BYTES = 16
ENTRY_OF = {RunDecision.CONFIRM: "result.rescored", RunDecision.WITHDRAW: "result.rescoring_withdrawn"}
_REFUSALS = {
    "already_decided": "This scoring run was decided already.",
    "own_proposal": "Somebody else has to confirm what you proposed.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedCorrection:
    """What somebody asks for: the fields of an item's key, for every key that is right; none voids it."""

    item_id: str
    keys: tuple[Mapping[str, JsonValue], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A run held against its base, form by form; `run` is None for a dry run."""

    closed: ClosedAdministration
    run: ScoringRun | None
    base: int
    before: Corrections
    after: Corrections
    rescored: tuple[Rescored, ...]
    names: Mapping[str, str]

    @property
    def counts(self) -> RescoringCounts:
        """Sums over all sittings."""
        return count_changes(self.rescored)

    @property
    def changes(self) -> tuple[Rescored, ...]:
        """The sittings whose points differ."""
        return tuple(form for form in self.rescored if form.changed)

    @property
    def differing(self) -> tuple[str, ...]:
        """The ids of the items that the two runs mark differently, sorted."""
        before, after = ({found.item_id: found for found in run.items} for run in (self.before, self.after))
        ids = sorted(before.keys() | after.keys())
        return tuple(item_id for item_id in ids if before.get(item_id) != after.get(item_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class SatItem:
    """An item of the bank that an administration was drawn from, and the corrections that hold there."""

    item: Item
    corrections: Corrections


class RescoringService:
    """Nothing is changed but by `propose` (which adds a run) and `decide` (which closes it)."""

    def __init__(self, units: UnitOfWork, closed: ClosedAdministrations) -> None:
        self._units = units
        self._closed = closed

    async def runs(self, administration_id: str) -> tuple[ScoringRun, ...]:
        """All scoring runs of a closed administration. Raises as `ClosedAdministrations.load`."""
        return await self._closed.runs(administration_id)

    async def item(self, administration_id: str, item_id: str) -> SatItem:
        """An item as it was asked and is marked now.

        Raises NotFound, Invalid (`correction.item_unknown`), and as `ClosedAdministrations.load`.
        """
        bank, runs = await self._closed.bank(administration_id)
        item = bank.by_id.get(item_id)
        if item is None:
            raise Invalid("The bank has no such item.", code="correction.item_unknown")
        current = current_run(runs)
        return SatItem(item=item, corrections=current.corrections if current else Corrections())

    async def dry_run(self, administration_id: str, wanted: Sequence[WantedCorrection]) -> Comparison:
        """What these corrections would do to the current results.

        Raises NotFound, Invalid (codes of `question_bank.rescoring`), NotAllowedNow (`nobody_scored` and as
        `ClosedAdministrations.load`).
        """
        closed = await self._closed.load(administration_id)
        if closed.current is None:
            raise NotAllowedNow("Nobody has a result here.", code="nobody_scored")
        before = closed.current.corrections
        after = _corrections(closed.bank, before, wanted)
        return await self._compare(closed, None, closed.current.number, (before, after))

    async def propose(
        self, administration_id: str, wanted: Sequence[WantedCorrection], note: str, principal: Principal
    ) -> Comparison:
        """Store a proposed run with its results.

        Raises as `dry_run`, and NotAllowedNow: `proposal_open` while another one waits, `results_changed`
        when one was confirmed in the meantime.
        """
        found = await self.dry_run(administration_id, wanted)
        async with self._units.begin() as unit:
            run = _proposed(found, await hold(unit.connection, found.closed), note, principal, unit.now)
            await repository.add_run(unit.connection, run)
            rows = [
                result_row(found.closed.sittings[form.id], run.number, form.after, passed=form.passed_after)
                | {"scored_at": unit.now}
                for form in found.rescored
            ]
            await repository.add_results(unit.connection, rows)
            _log_proposal(unit, run, found, principal)
        return replace(found, run=run)

    async def comparison(self, administration_id: str, number: int) -> Comparison:
        """A stored run against its base, worked out again from the archive. Raises NotFound."""
        closed = await self._closed.load(administration_id)
        async with self._units.database.read() as connection:
            run = await repository.run(connection, administration_id, number)
        base = run.number if run.base is None else run.base
        before = next(found.corrections for found in closed.runs if found.number == base)
        return await self._compare(closed, run, base, (before, run.corrections))

    async def decide(
        self, administration_id: str, number: int, decision: RunDecision, principal: Principal
    ) -> None:
        """Confirm or withdraw a proposed run.

        Raises NotFound, NotAllowedNow (`already_decided`, `own_proposal`).
        """
        async with self._units.begin() as unit:
            run = await repository.run(unit.connection, administration_id, number, lock=True)
            refusal = may_decide(run.state, decision, proposed_by=run.proposed_by, decider=principal.subject)
            if refusal is not None:
                raise NotAllowedNow(_REFUSALS[refusal], code=refusal)
            await repository.decide_run(
                unit.connection,
                run,
                state=decision.value,
                decided_by=principal.subject,
                decided_by_name=principal.name,
                decided_at=unit.now,
            )
            await self._log_decision(unit, run, decision, principal)

    async def _log_decision(
        self, unit: Unit, run: ScoringRun, decision: RunDecision, principal: Principal
    ) -> None:
        """A confirmed run is everybody's; a withdrawal concerns those who would have changed."""
        assert run.base is not None
        before = await repository.results_of_run(unit.connection, run.administration_id, run.base)
        after = await repository.results_of_run(unit.connection, run.administration_id, run.number)
        kind = ENTRY_OF[decision]
        unit.record(OFFICE_STREAM, kind, principal.actor, _run_entry(run, principal))
        for sitting_id in sorted(after):
            if decision is RunDecision.CONFIRM or before[sitting_id] != after[sitting_id]:
                data = _sitting_entry(run, before[sitting_id], after[sitting_id], principal)
                unit.record(stream_of(sitting_id), kind, principal.actor, data)

    async def _compare(
        self,
        closed: ClosedAdministration,
        run: ScoringRun | None,
        base: int,
        corrections: tuple[Corrections, Corrections],
    ) -> Comparison:
        before, after = corrections

        def compute() -> tuple[Rescored, ...]:
            return tuple(
                rescore(closed.sat_form(sitting_id), closed.bank, before, after)
                for sitting_id in sorted(closed.forms)
            )

        rescored = await asyncio.to_thread(compute)
        changed = [form.id for form in rescored if form.changed]
        return Comparison(
            closed=closed,
            run=run,
            base=base,
            before=before,
            after=after,
            rescored=rescored,
            names=await self._closed.people(closed, changed),
        )


def _corrections(bank: Bank, before: Corrections, wanted: Iterable[WantedCorrection]) -> Corrections:
    """All that hold with the wanted ones. Raises Invalid with the code of what is wrong."""
    try:
        items: tuple[Correction, ...] = tuple(
            KeyCorrection(items=tuple(corrected_item(bank, one.item_id, key) for key in one.keys))
            if one.keys
            else check_void(bank, one.item_id)
            for one in wanted
        )
        return before.followed_by(Corrections(items=items), bank)
    except QuestionBankError as error:
        raise Invalid(str(error), code=error.code) from error


def _proposed(
    found: Comparison, runs: Sequence[ScoringRun], note: str, principal: Principal, now: datetime
) -> ScoringRun:
    """The run to add after `runs`. Raises NotAllowedNow (`proposal_open`, `results_changed`)."""
    if any(run.state is RunState.PROPOSED for run in runs):
        raise NotAllowedNow("Another proposal waits for its decision.", code="proposal_open")
    current = current_run(runs)
    if current is None or current.number != found.base:
        raise NotAllowedNow("The results changed just now. Please look again.", code="results_changed")
    return ScoringRun(
        administration_id=found.closed.administration.id,
        number=runs[-1].number + 1,
        base=found.base,
        state=RunState.PROPOSED,
        corrections=replace(found.after, salt=secrets.token_hex(SALT_BYTES)),
        note=note,
        proposed_by=principal.subject,
        proposed_by_name=principal.name,
        proposed_at=now,
    )


def _log_proposal(unit: Unit, run: ScoringRun, found: Comparison, principal: Principal) -> None:
    salt = run.corrections.salt
    after = {correction.item_id: correction for correction in run.corrections.items}
    items: list[Json] = [
        {
            "item": item_id,
            "correction": correction_digest(after[item_id], salt) if item_id in after else "as_in_the_bank",
        }
        for item_id in found.differing
    ]
    counts: dict[str, Json] = asdict(found.counts)
    more: dict[str, Json] = {"items": items, "counts": counts}
    unit.record(OFFICE_STREAM, PROPOSED, principal.actor, _run_entry(run, principal) | more)
    for form in found.changes:
        before = (form.before.total, form.passed_before)
        data = _sitting_entry(run, before, (form.after.total, form.passed_after), principal)
        unit.record(stream_of(form.id), PROPOSED, principal.actor, data)


def _run_entry(run: ScoringRun, principal: Principal) -> dict[str, Json]:
    """What the log keeps of a run: no key, and no note, which may name one."""
    return {
        "administration": run.administration_id,
        "run": run.number,
        "base": run.base,
        "corrections": run.corrections.digest,
        "by": principal.name,
    }


def _sitting_entry(
    run: ScoringRun, before: tuple[int, bool], after: tuple[int, bool], principal: Principal
) -> dict[str, Json]:
    return {
        "run": run.number,
        "corrections": run.corrections.digest,
        "points_before": before[0],
        "passed_before": before[1],
        "points": after[0],
        "passed": after[1],
        "by": principal.name,
    }
