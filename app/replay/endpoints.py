"""Replay over HTTP."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from app.accounts.guard import Caller
from app.kit.provided import provided
from app.replay.repository import Search
from app.replay.service import ReplayService
from app.sittings.commands import CommandsService
from app.sittings.lifecycle import State

router = APIRouter(prefix="/api/sittings")
Replay = Annotated[ReplayService, provided(ReplayService)]
Commands = Annotated[CommandsService, provided(CommandsService)]


@router.get("")
async def find(
    replay: Replay,
    q: Annotated[str, Query(max_length=64)] = "",
    administration: Annotated[str | None, Query(max_length=64)] = None,
    state: State | None = None,
    flag: Annotated[str | None, Query(max_length=32)] = None,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> dict[str, Any]:
    """Search by name, enterprise, ticket or whole ID number."""
    wanted = Search(
        text=q.strip(),
        administration_id=administration or None,
        state=state.value if state else None,
        flag=flag or None,
        page=page,
    )
    return await replay.find(wanted)


@router.get("/{sitting_id}")
async def detail(sitting_id: str, caller: Caller, replay: Replay, commands: Commands) -> dict[str, Any]:
    """One sitting: the invigilator's panel, the regulator's replay."""
    await commands.in_scope(sitting_id, caller)
    return await replay.detail(sitting_id)


@router.get("/{sitting_id}/photo")
async def photo(sitting_id: str, caller: Caller, replay: Replay, commands: Commands) -> Response:
    """The registered photo."""
    await commands.in_scope(sitting_id, caller)
    return Response(await replay.photo(sitting_id), media_type="image/jpeg")


@router.get("/{sitting_id}/timeline")
async def timeline(sitting_id: str, caller: Caller, replay: Replay) -> dict[str, Any]:
    """The lanes of the replay. Opening them is an entry of the sitting's chain."""
    made = await replay.timeline(sitting_id)
    await replay.note_viewing(sitting_id, caller.actor, caller.name)
    return made


@router.get("/{sitting_id}/verification")
async def verification(sitting_id: str, replay: Replay) -> dict[str, Any]:
    """Whether the chain and the recording are whole."""
    return await replay.verification(sitting_id)
