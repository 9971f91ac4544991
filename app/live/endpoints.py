"""What the invigilator's window asks for besides its socket."""

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from app.accounts.guard import Caller
from app.administrations.service import AdministrationsService
from app.clock import instant_text
from app.incidents.service import IncidentsService
from app.kit.provided import provided
from app.kit.unit_of_work import UnitOfWork
from app.organisations import service as organisations
from app.sittings.commands import Command, CommandsService
from app.sittings.reasons import REASONS
from app.sittings.service import SittingsService

router = APIRouter()
CommandName = Literal[
    "admit", "refuse", "message", "warn", "pause", "resume", "extend", "end", "answer_call", "seen"
]


class StaffCommand(BaseModel):
    """One act of the staff; which fields count depends on the command."""

    model_config = ConfigDict(extra="forbid")

    command: CommandName
    reason: str | None = Field(default=None, max_length=32)
    note: str = Field(default="", max_length=500)
    text: str = Field(default="", max_length=500)
    minutes: int = Field(default=0, ge=0, le=600)
    flag_id: str | None = Field(default=None, max_length=64)


@router.post("/api/sittings/{sitting_id}/commands")
async def command(
    sitting_id: str,
    body: StaffCommand,
    caller: Caller,
    commands: Annotated[CommandsService, provided(CommandsService)],
    incidents: Annotated[IncidentsService, provided(IncidentsService)],
) -> dict[str, str]:
    """Run one command on a sitting of the own room."""
    if body.command == "seen":
        await commands.in_scope(sitting_id, caller)
        at = await incidents.mark_seen(sitting_id, body.flag_id or "", caller)
        return {"at": instant_text(at), "effect": "seen"}
    wanted = Command(
        name=body.command, reason=body.reason, note=body.note, text=body.text, minutes=body.minutes
    )
    done = await commands.run(sitting_id, wanted, caller)
    return {"at": instant_text(done.at), "effect": done.effect}


@router.get("/api/reasons")
async def reasons() -> dict[str, list[dict[str, str]]]:
    """The coded reasons by kind of act, in both languages."""
    return {kind: [asdict(reason) for reason in listed] for kind, listed in REASONS.items()}


@router.get("/api/administrations")
async def administrations(
    caller: Caller,
    service: Annotated[AdministrationsService, provided(AdministrationsService)],
    sittings: Annotated[SittingsService, provided(SittingsService)],
    units: Annotated[UnitOfWork, provided(UnitOfWork)],
) -> dict[str, object]:
    """Administrations in the caller's scope, latest first."""
    rows = []
    for administration in await service.all_in_scope(caller.room_id):
        async with units.database.read() as connection:
            room = await organisations.room(connection, administration.room_id)
        rows.append(
            {
                "id": administration.id,
                "name": administration.name,
                "exam": administration.exam,
                "point": room.point,
                "room": room.name,
                "starts_at": instant_text(administration.starts_at),
                "closes_at": instant_text(administration.closes_at),
                "candidates": len(await sittings.of_administration(administration.id)),
            }
        )
    return {"administrations": rows}
