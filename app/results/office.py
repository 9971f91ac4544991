"""Corrections of keys, scoring runs and item statistics over HTTP."""

from collections.abc import Sequence
from typing import Annotated, Any, Self

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from app.accounts.guard import Caller
from app.accounts.rules import Principal
from app.banks.figures import item_figures
from app.clock import instant_text
from app.kit.provided import provided
from app.results.disclosure import DisclosureService
from app.results.repository import ScoringRun
from app.results.rescoring import Comparison, RescoringService, WantedCorrection
from app.results.rules import RunDecision, may_see_keys
from app.results.statistics import AdministrationStatistics, StatisticsService
from app.sittings.points import points_text
from question_bank.canonical import JsonValue
from question_bank.content import plain
from question_bank.interactions import Choice, Matching, Numeric, Option, Ordering
from question_bank.item_documents import item_document
from question_bank.items import Item
from question_bank.rescoring import GAPS, KEY_FIELDS, MAX_KEYS, Corrections, Rescored
from question_bank.statistics import ItemStatistics

router = APIRouter(prefix="/api/administrations/{administration_id}")
Rescoring = Annotated[RescoringService, provided(RescoringService)]
Statistics = Annotated[StatisticsService, provided(StatisticsService)]
Disclosure = Annotated[DisclosureService, provided(DisclosureService)]
RunNumber = Annotated[int, Path(ge=1, le=1_000_000)]


class ItemCorrection(BaseModel):
    """`key` are the fields of the item's key as in the bank's JSON; null voids the item.

    `also` are further keys of the same kind that are right as well.
    """

    model_config = ConfigDict(extra="forbid")

    item_id: str = Field(min_length=1, max_length=64)
    key: dict[str, Any] | None = Field(max_length=8)
    also: list[Annotated[dict[str, Any], Field(max_length=8)]] = Field(default=[], max_length=MAX_KEYS - 1)

    @model_validator(mode="after")
    def _a_void_has_no_keys(self) -> Self:
        if self.key is None and self.also:
            raise ValueError("a voided item has no keys")
        return self

    def wanted(self) -> WantedCorrection:
        """The correction as the service knows it."""
        return WantedCorrection(item_id=self.item_id, keys=() if self.key is None else (self.key, *self.also))


class NewScoringRun(BaseModel):
    """Corrections to score again with. `note` says why a proposal is made; a dry run stores nothing."""

    model_config = ConfigDict(extra="forbid")

    corrections: list[ItemCorrection] = Field(min_length=1, max_length=100)
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""
    dry_run: bool = True

    @model_validator(mode="after")
    def _a_proposal_says_why(self) -> Self:
        if not self.dry_run and not self.note:
            raise ValueError("a proposal says why")
        return self


class RunDecided(BaseModel):
    """What a person decided about a proposed run."""

    model_config = ConfigDict(extra="forbid")

    decision: RunDecision


@router.get("/forms.zip")
async def forms(administration_id: str, disclosure: Disclosure) -> Response:
    """The records of all forms with what they are dealt again from; the seed once it is revealed."""
    data = await disclosure.archive(administration_id)
    name = f"forms-{administration_id}.zip"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(data, media_type="application/zip", headers=headers)


@router.get("/scoring-runs")
async def runs(administration_id: str, caller: Caller, rescoring: Rescoring) -> dict[str, Any]:
    """All scoring runs, the first one first."""
    return {"runs": [_run(run, caller) for run in await rescoring.runs(administration_id)]}


@router.get("/items/{item_id}")
async def sat_item(administration_id: str, item_id: str, rescoring: Rescoring) -> dict[str, Any]:
    """An item as it was asked, and how it is marked now. Who may propose a correction sees its keys."""
    found = await rescoring.item(administration_id, item_id)
    return _content(found.item) | {
        "in_the_bank": _key(found.item),
        "now": _marked(found.corrections, found.item),
    }


@router.post("/scoring-runs")
async def propose(
    administration_id: str, body: NewScoringRun, caller: Caller, rescoring: Rescoring
) -> dict[str, Any]:
    """What corrections would change; a proposal for a second person unless `dry_run`."""
    wanted = [one.wanted() for one in body.corrections]
    if body.dry_run:
        return _comparison(await rescoring.dry_run(administration_id, wanted), caller)
    return _comparison(await rescoring.propose(administration_id, wanted, body.note, caller), caller)


@router.get("/scoring-runs/{number}")
async def one_run(
    administration_id: str, number: RunNumber, caller: Caller, rescoring: Rescoring
) -> dict[str, Any]:
    """One run against the one it was compared with."""
    return _comparison(await rescoring.comparison(administration_id, number), caller)


@router.post("/scoring-runs/{number}/decision")
async def decide(
    administration_id: str, number: RunNumber, body: RunDecided, caller: Caller, rescoring: Rescoring
) -> dict[str, Any]:
    """Confirm (never one's own) or withdraw a proposed run."""
    await rescoring.decide(administration_id, number, body.decision, caller)
    return {"state": body.decision.value}


@router.get("/statistics")
async def statistics(administration_id: str, caller: Caller, service: Statistics) -> dict[str, Any]:
    """Facility, discrimination, options, omissions and exposure of every item that was dealt."""
    found = await service.of_administration(administration_id)
    administration = found.closed.administration
    keys = may_see_keys(caller.role, released=administration.result_shown)
    return {
        "id": administration.id,
        "name": administration.name,
        "exam": administration.exam,
        "sittings": found.sittings,
        "keys_shown": keys,
        "flags": found.flag_counts,
        "items": [_item(found, item, keys=keys) for item in found.items],
    }


def _run(run: ScoringRun, caller: Principal) -> dict[str, Any]:
    return {
        "number": run.number,
        "base": run.base,
        "state": run.state.value,
        "note": run.note,
        "items": [correction.item_id for correction in run.corrections.items],
        "own": run.proposed_by == caller.subject,
        "proposed_by": run.proposed_by_name,
        "proposed_at": instant_text(run.proposed_at),
        "decided_by": run.decided_by_name,
        "decided_at": instant_text(run.decided_at) if run.decided_at else None,
    }


def _comparison(found: Comparison, caller: Principal) -> dict[str, Any]:
    counts = found.counts
    return {
        "run": _run(found.run, caller) if found.run else None,
        "base": found.base,
        "counts": {
            "sittings": counts.forms,
            "raised": counts.raised,
            "lowered": counts.lowered,
            "now_passing": counts.now_passing,
            "now_failing": counts.now_failing,
        },
        "corrections": [_correction(found, item_id) for item_id in found.differing],
        "changes": [_change(found, form) for form in found.changes],
    }


def _correction(found: Comparison, item_id: str) -> dict[str, Any]:
    item = found.closed.bank.by_id[item_id]
    sides = {"before": _marked(found.before, item), "after": _marked(found.after, item)}
    return _content(item) | sides


def _marked(corrections: Corrections, item: Item) -> dict[str, Any]:
    """How an item of the bank is marked under corrections."""
    keyed = corrections.corrected.get(item.id) or (item,)
    return {"voided": item.id in corrections.voided, "keys": [_key(one) for one in keyed]}


def _key(item: Item) -> dict[str, JsonValue]:
    return {name: value for name, value in item_document(item).items() if name in KEY_FIELDS | {GAPS}}


def _content(item: Item) -> dict[str, Any]:
    """What the candidates saw of an item, in plain words."""
    found: dict[str, Any] = {"item_id": item.id, "type": item.type.value, "stem": item.plain_stem}
    match item.interaction:
        case Choice() | Ordering() as asked:
            found["options"] = _options(asked.options, item)
        case Matching() as asked:
            found |= {"sources": _options(asked.sources, item), "targets": _options(asked.targets, item)}
            found["multiple"] = asked.multiple
        case Numeric() as asked:
            found["unit"] = asked.unit
    return found


def _options(options: Sequence[Option], item: Item) -> list[dict[str, str]]:
    return [{"id": option.id, "text": plain(option.text, item.markup)} for option in options]


def _change(found: Comparison, form: Rescored) -> dict[str, Any]:
    return {
        "sitting_id": form.id,
        "name": found.names[form.id],
        "ticket": found.closed.sittings[form.id].ticket,
        "points_before": points_text(form.before.total),
        "points_after": points_text(form.after.total),
        "pass_before": form.passed_before,
        "pass_after": form.passed_after,
        "marks": [
            {
                "position": change.after.position,
                "item_id": change.after.item_id,
                "points_before": points_text(change.before.awarded),
                "points_after": points_text(change.after.awarded),
                "reason_before": change.before.reason.value,
                "reason_after": change.after.reason.value,
            }
            for change in form.changed
        ],
    }


def _item(found: AdministrationStatistics, item: ItemStatistics, *, keys: bool) -> dict[str, Any]:
    content = found.item(item.item_id)
    return item_figures(item, keys=keys) | {
        "item_id": item.item_id,
        "type": content.type.value,
        "stem": content.plain_stem,
        "topic": content.topic,
        "voided": item.item_id in found.corrections.voided,
        "corrected": item.item_id in found.corrections.corrected,
    }
