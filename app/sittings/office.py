"""The exam office's side of sittings: an administration's roster and its tickets."""

from typing import Annotated, Any

from fastapi import APIRouter, File, UploadFile

from app.accounts.guard import Caller
from app.administrations.service import AdministrationsService
from app.clock import instant_text
from app.kit.provided import provided
from app.kit.unit_of_work import UnitOfWork
from app.kit.uploads import read_upload
from app.organisations import service as organisations
from app.sittings import repository, timing
from app.sittings.registration import RegistrationService
from app.sittings.roster_import import RosterImport, report

TABLE_LIMIT = 20 * 1024 * 1024
ARCHIVE_LIMIT = 64 * 1024 * 1024
router = APIRouter(prefix="/api/administrations/{administration_id}")
Administrations = Annotated[AdministrationsService, provided(AdministrationsService)]
Units = Annotated[UnitOfWork, provided(UnitOfWork)]
Registration = Annotated[RegistrationService, provided(RegistrationService)]


async def roster_rows(
    administration_id: str, administrations: AdministrationsService, units: UnitOfWork
) -> dict[str, Any]:
    """The administration and everybody on its roster, by ticket."""
    async with units.database.read() as connection:
        administration = await administrations.get(connection, administration_id)
        room = await organisations.room(connection, administration.room_id)
        sittings = await repository.of_administration(connection, administration_id)
        people = await administrations.candidates(connection, [sitting.candidate_id for sitting in sittings])
    labels = {seat.id: seat.label for seat in room.seats}
    roster = [
        {
            "sitting_id": sitting.id,
            "name": people[sitting.candidate_id].name,
            "id_number_masked": people[sitting.candidate_id].id_number_masked,
            "enterprise": people[sitting.candidate_id].enterprise,
            "category": people[sitting.candidate_id].category,
            "photo": people[sitting.candidate_id].photo_key is not None,
            "ticket": sitting.ticket,
            "seat": labels.get(sitting.seat_id, ""),
            "state": sitting.state.value,
            "ended_reason": sitting.ended_reason,
        }
        for sitting in sittings
    ]
    return {
        "id": administration.id,
        "name": administration.name,
        "exam": administration.exam,
        "point": room.point,
        "room": room.name,
        "seats": len(room.seats),
        "starts_at": instant_text(administration.starts_at),
        "closes_at": instant_text(administration.closes_at),
        "closed": timing.has_closed(administration.closes_at, units.clock.now()),
        "roster": roster,
    }


@router.get("")
async def administration(
    administration_id: str, administrations: Administrations, units: Units
) -> dict[str, Any]:
    """The roster."""
    return await roster_rows(administration_id, administrations, units)


@router.post("/roster")
async def import_roster(
    administration_id: str,
    caller: Caller,
    administrations: Administrations,
    units: Units,
    importer: Annotated[RosterImport, provided(RosterImport)],
    table: UploadFile,
    photos: Annotated[list[UploadFile] | None, File()] = None,
    dry_run: bool = True,
) -> dict[str, Any]:
    """Check a roster row by row; register those who can be unless `dry_run`."""
    async with units.database.read() as connection:
        await administrations.get(connection, administration_id)
    files = [(file.filename or "", await read_upload(file, ARCHIVE_LIMIT)) for file in photos or []]
    roster = await importer.check(await read_upload(table, TABLE_LIMIT), files)
    if not dry_run:
        await importer.register(administration_id, roster, caller.actor)
    return report(roster) | {"imported": 0 if dry_run else len(roster.check.people)}


@router.post("/tickets")
async def issue_tickets(
    administration_id: str,
    caller: Caller,
    administrations: Administrations,
    units: Units,
    registration: Registration,
) -> dict[str, Any]:
    """New entry codes for everybody who has not finished; codes printed before stop working."""
    tickets = await registration.issue_tickets(administration_id, caller.actor)
    described = await roster_rows(administration_id, administrations, units)
    codes = {ticket.sitting_id: ticket.code for ticket in tickets}
    shared = {key: described[key] for key in ("room", "point", "exam", "starts_at")}
    rows = [
        {key: row[key] for key in ("name", "id_number_masked", "ticket", "seat")}
        | shared
        | {"code": codes[row["sitting_id"]]}
        for row in described["roster"]
        if row["sitting_id"] in codes
    ]
    return {"tickets": rows}
