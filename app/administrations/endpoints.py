"""Exams, rooms and administrations over HTTP (exam office)."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.accounts.guard import Caller
from app.administrations.service import AdministrationsService, NewAdministration, NewExam
from app.errors import Invalid
from app.kit.instants import UtcInstant
from app.kit.provided import provided
from app.kit.unit_of_work import UnitOfWork
from app.organisations import service as organisations
from question_bank.blueprint import Blueprint
from question_bank.errors import QuestionBankError
from question_bank.item_types import ItemType
from question_bank.scoring_rules import ScoringRule
from question_bank.sections import Section, TopicQuota

router = APIRouter(prefix="/api")
Administrations = Annotated[AdministrationsService, provided(AdministrationsService)]
Units = Annotated[UnitOfWork, provided(UnitOfWork)]


class SectionPlan(BaseModel):
    """One section; points are hundredths of a point."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=100)
    type: ItemType
    count: int = Field(ge=1, le=1000)
    points: int = Field(ge=1, le=100_000)
    scoring_rule: ScoringRule = ScoringRule.ALL_OR_NOTHING
    partial_points: int = Field(default=0, ge=0, le=100_000)
    topics: dict[str, int] = Field(default={}, max_length=200)


class ExamPlan(BaseModel):
    """An exam as the office defines it; `pass_points` in hundredths of a point."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    snapshot_id: str = Field(min_length=1, max_length=64)
    minutes: int = Field(ge=1, le=600)
    pass_points: int = Field(ge=0)
    result_shown: bool = True
    must_know_minimum: int = Field(default=0, ge=0, le=1000)
    sections: list[SectionPlan] = Field(min_length=1, max_length=20)


class AdministrationPlan(BaseModel):
    """One offering of an exam. Instants need an offset.

    `photo_at_check_in`: a candidate without a registered photo may take it at the seat.
    """

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    exam_id: str = Field(min_length=1, max_length=64)
    room_id: str = Field(min_length=1, max_length=64)
    starts_at: UtcInstant
    closes_at: UtcInstant
    photo_at_check_in: bool = False


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
    """Define an exam; refused when its bank cannot fill it, with every short cell."""
    new = NewExam(
        name=body.name.strip(),
        snapshot_id=body.snapshot_id,
        blueprint=_blueprint(body),
        minutes=body.minutes,
        pass_points=body.pass_points,
        result_shown=body.result_shown,
    )
    return {"id": await administrations.create_exam(new, caller.actor)}


def _blueprint(body: ExamPlan) -> Blueprint:
    try:
        sections = tuple(
            Section(
                type=plan.type,
                title=plan.title.strip(),
                count=plan.count,
                points=plan.points,
                topics=tuple(TopicQuota(topic=topic, count=count) for topic, count in plan.topics.items()),
                scoring_rule=plan.scoring_rule,
                partial_points=plan.partial_points,
            )
            for plan in body.sections
        )
        return Blueprint(title=body.name.strip(), sections=sections, must_know=body.must_know_minimum)
    except QuestionBankError as error:
        raise Invalid(str(error), code=error.code) from error


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
    )
    return {"id": await administrations.create(new, caller.actor)}
