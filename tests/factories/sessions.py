"""Sessions without passwords: straight into the tables, as a sign-in would leave them."""

from app.accounts import repository
from app.accounts.rules import Role
from app.accounts.service import open_session
from app.ids import new_id
from app.main import Service

COOKIES = {True: "kaochang-candidate", False: "kaochang-staff"}


async def staff_session(service: Service, role: Role, room_id: str | None = None) -> str:
    """A new member of staff, signed in. Returns the session's token."""
    staff_id = new_id()
    async with service.units.begin() as unit:
        await repository.add_staff(
            unit.connection,
            id=staff_id,
            username=staff_id,
            name=f"职员 {role}",
            role=role.value,
            password_hash="none",
            room_id=room_id,
            created_at=unit.now,
        )
        return await open_session(unit, role, staff_id, 3600)


async def candidate_session(service: Service, sitting_id: str) -> str:
    """A candidate's session. Returns its token."""
    async with service.units.begin() as unit:
        return await open_session(unit, Role.CANDIDATE, sitting_id, 3600)


def cookie_header(role: Role, token: str) -> str:
    """The Cookie header of a session over plain HTTP."""
    return f"{COOKIES[role is Role.CANDIDATE]}={token}"
