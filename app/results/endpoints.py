"""The candidate's own result."""

from typing import Annotated

from fastapi import APIRouter

from app.accounts.guard import Caller
from app.clock import instant_text
from app.errors import NotAllowedNow
from app.kit.provided import provided
from app.results.repository import Result
from app.results.service import ResultsService
from app.sittings import reasons
from app.sittings.lifecycle import ENDED, State
from app.sittings.points import points_text
from app.sittings.service import SittingsService

router = APIRouter()


@router.get("/api/candidate/result")
async def own_result(
    caller: Caller,
    sittings: Annotated[SittingsService, provided(SittingsService)],
    results: Annotated[ResultsService, provided(ResultsService)],
) -> dict[str, object]:
    """What became of the own sitting; the score only when the exam shows it at once."""
    sitting, administration = await sittings.get(caller.subject)
    if sitting.state not in ENDED:
        raise NotAllowedNow("The sitting is not over.", code="not_ended")
    ended_by_staff = reasons.find("end", sitting.ended_reason)
    finished = sitting.state in (State.SUBMITTED, State.EXPIRED) and sitting.started_at is not None
    shown = administration.result_shown and finished
    body: dict[str, object] = {
        "state": sitting.state.value,
        "ended_at": instant_text(sitting.ended_at) if sitting.ended_at else None,
        "ended_reason": sitting.ended_reason,
        "ended_reason_zh": ended_by_staff.zh if ended_by_staff else None,
        "ended_reason_en": ended_by_staff.en if ended_by_staff else None,
        "answered": sitting.answered,
        "total": administration.blueprint.slot_count,
        "shown": shown,
    }
    if not shown:
        return body
    result = await results.score(sitting.id)
    return body | {
        "points": points_text(result.points),
        "pass": result.passed,
        "total_points": points_text(result.total_points),
        "pass_points": points_text(administration.pass_points),
        "sections": [_section(part) for part in result.sections],
        "corrected": _correction(result),
    }


def _section(part: dict[str, object]) -> dict[str, object]:
    return {
        "title": part["title"],
        "points": points_text(_int(part["points"])),
        "total": points_text(_int(part["total"])),
    }


def _correction(result: Result) -> dict[str, object] | None:
    """What the first scoring gave, where a correction of keys changed it."""
    if not result.corrected:
        return None
    return {"points_before": points_text(result.first_points), "pass_before": result.first_passed}


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value
