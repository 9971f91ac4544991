"""Exams, rooms and administrations over HTTP (exam office)."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.accounts.guard import Caller
from app.administrations.publishing import blueprint_of
from app.administrations.service import AdministrationsService, NewAdministration, NewExam
from app.kit.instants import UtcInstant
from app.kit.provided import provided
from app.kit.unit_of_work import UnitOfWork
from app.organisations import service as organisations

router = APIRouter(prefix="/api")
Administrations = Annotated[AdministrationsService, provided(AdministrationsService)]
Units = Annotated[UnitOfWork, provided(UnitOfWork)]


class ExamPlan(BaseModel):
    """An exam as the office defines it; `pass_points` in hundredths of a point.

    `blueprint` is a document as `docs/topics/forms.md` says; a target without a cut score has the pass mark.
    """

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    snapshot_id: str = Field(min_length=1, max_length=64)
    minutes: int = Field(ge=1, le=600)
    pass_points: int = Field(ge=0)
    result_shown: bool = True
    blueprint: dict[str, Any]


class AdministrationPlan(BaseModel):
    """One offering of an exam. Instants need an offset.

    `photo_at_check_in`: a candidate without a registered photo may take it at the seat.
    `liveness_challenge`: the camera admits nobody who has not turned, blinked or come closer as asked.
    """

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    exam_id: str = Field(min_length=1, max_length=64)
    room_id: str = Field(min_length=1, max_length=64)
    starts_at: UtcInstant
    closes_at: UtcInstant
    photo_at_check_in: bool = False
    liveness_challenge: bool = True


@router.get("/exams")
async def exams(administrations: Administrations) -> dict[str, Any]:
    """All exams; points in hundredths."""
    return {
        "exams": [
            {
                "id": exam.id,
                "name": exam.name,
                "snapshot_id": exam.snapshot_id,
                "minutes": exam.minutes,
                "pass_points": exam.pass_points,
                "total_points": exam.total_points,
                "items": exam.slots,
                "result_shown": exam.result_shown,
            }
            for exam in await administrations.exams()
        ]
    }


@router.post("/exams", status_code=201)
async def create_exam(body: ExamPlan, caller: Caller, administrations: Administrations) -> dict[str, str]:
    """Define an exam; refused when its bank cannot fill it, with every reason."""
    new = NewExam(
        name=body.name.strip(),
        snapshot_id=body.snapshot_id,
        blueprint=blueprint_of(body.blueprint, body.pass_points),
        minutes=body.minutes,
        pass_points=body.pass_points,
        result_shown=body.result_shown,
    )
    return {"id": await administrations.create_exam(new, caller.actor)}


@router.get("/rooms")
async def rooms(units: Units) -> dict[str, Any]:
    """All rooms."""
    async with units.database.read() as connection:
        found = await organisations.rooms(connection)
    listed = [
        {"id": room.id, "name": room.name, "point": room.point, "seats": len(room.seats)} for room in found
    ]
    return {"rooms": listed}


@router.post("/administrations", status_code=201)
async def create_administration(
    body: AdministrationPlan, caller: Caller, administrations: Administrations, units: Units
) -> dict[str, str]:
    """Open an administration in a room."""
    async with units.database.read() as connection:
        await organisations.room(connection, body.room_id)
    new = NewAdministration(
        name=body.name.strip(),
        exam_id=body.exam_id,
        room_id=body.room_id,
        starts_at=body.starts_at,
        closes_at=body.closes_at,
        photo_at_check_in=body.photo_at_check_in,
        liveness_challenge=body.liveness_challenge,
    )
    return {"id": await administrations.create(new, caller.actor)}
