"""Sign-in, sign-out, sessions."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from app.accounts import repository
from app.accounts.rules import Principal, Role
from app.errors import SignInRefused
from app.ids import new_id, new_token, secret_digest
from app.kit.unit_of_work import Unit, UnitOfWork
from app.settings import SittingSettings

OFFICE_STREAM = "office"
# What an unknown username is checked against, so that both refusals take the same time.
_NOBODY = PasswordHasher().hash("nobody")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A new session: the token goes into the cookie and nowhere else."""

    token: str
    seconds: int
    role: Role
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsEnded:
    """Sessions (token digests) were ended before their time (published after commit)."""

    sessions: frozenset[str]


class AccountsService:
    """Staff and sessions. Argon2id runs in a thread, never on the event loop."""

    def __init__(self, unit_of_work: UnitOfWork, settings: SittingSettings) -> None:
        self._units = unit_of_work
        self._settings = settings
        self._hasher = PasswordHasher()

    async def create_staff(
        self, *, username: str, name: str, password: str, role: Role, room_id: str | None = None
    ) -> str:
        """Add a member of staff and return the id."""
        digest = await asyncio.to_thread(self._hasher.hash, password)
        staff_id = new_id()
        async with self._units.begin() as unit:
            await repository.add_staff(
                unit.connection,
                id=staff_id,
                username=username,
                name=name,
                role=role.value,
                password_hash=digest,
                room_id=room_id,
                created_at=unit.now,
            )
            data = {"staff": staff_id, "role": role.value, "room": room_id}
            unit.record(OFFICE_STREAM, "staff.created", "system", data)
        return staff_id

    async def sign_in_staff(self, username: str, password: str) -> SignedIn:
        """Check the password and open a session. Raises SignInRefused without saying what was wrong."""
        async with self._units.database.read() as connection:
            found = await repository.staff_password(connection, username)
        ok = await asyncio.to_thread(self._password_fits, found[2] if found else _NOBODY, password)
        if found is None or not ok:
            async with self._units.begin() as unit:
                unit.record(OFFICE_STREAM, "staff.sign_in_refused", "unknown")
            raise SignInRefused("The user name or the password is not right.")
        staff_id, name, _hash, role = found
        seconds = self._settings.staff_session_hours * 3600
        async with self._units.begin() as unit:
            token = await open_session(unit, role, staff_id, seconds)
            unit.record(OFFICE_STREAM, "staff.signed_in", f"{role}:{staff_id}")
        return SignedIn(token=token, seconds=seconds, role=role, name=name)

    def _password_fits(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except VerificationError:
            return False

    async def sign_out(self, principal: Principal) -> None:
        """End the session."""
        async with self._units.begin() as unit:
            await repository.delete_session(unit.connection, principal.token_digest)
            if principal.role is not Role.CANDIDATE:
                unit.record(OFFICE_STREAM, "staff.signed_out", principal.actor)
            unit.announce(SessionsEnded(sessions=frozenset({principal.token_digest})))

    async def principal(self, token: str) -> Principal | None:
        """Who a cookie belongs to, or None."""
        async with self._units.database.read() as connection:
            return await repository.principal(connection, secret_digest(token), self._units.clock.now())

    async def names(self, actors: Iterable[str]) -> dict[str, str]:
        """The names of staff by how the log calls them (`Principal.actor`); others are left out."""
        by_id = {actor.partition(":")[2]: actor for actor in actors if ":" in actor}
        async with self._units.database.read() as connection:
            found = await repository.staff_names(connection, by_id)
        return {by_id[staff_id]: name for staff_id, name in found.items()}

    async def still_live(self, sessions: frozenset[str]) -> frozenset[str]:
        """Those of these sessions (token digests) that still let somebody in."""
        async with self._units.database.read() as connection:
            return await repository.live_sessions(connection, sessions, self._units.clock.now())


async def open_session(unit: Unit, role: Role, subject: str, seconds: int) -> str:
    """Add a session in the caller's transaction and return its token."""
    token = new_token()
    await repository.add_session(
        unit.connection,
        digest=secret_digest(token),
        role=role,
        subject=subject,
        at=unit.now,
        until=unit.now + timedelta(seconds=seconds),
    )
    return token


async def close_sessions(unit: Unit, subject: str) -> None:
    """End every session of a subject (a candidate signing in elsewhere) in the caller's transaction."""
    ended = await repository.delete_sessions_of(unit.connection, subject)
    if ended:
        unit.announce(SessionsEnded(sessions=ended))
