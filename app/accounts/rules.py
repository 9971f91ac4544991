"""Roles, principals and the permission table (pure).

Deny by default: a route or socket without a row in `ACCESS` answers nobody, and a test walks all of
them. Scope (which room) is checked by the services, which answer `not_found` outside of it.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who somebody is for the service. Values are stored."""

    CANDIDATE = "candidate"
    INVIGILATOR = "invigilator"
    REGULATOR = "regulator"
    EXAM_OFFICE = "exam_office"
    BANK_AUTHOR = "bank_author"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """The caller. `subject` is the sitting of a candidate, else the member of staff.

    `room_id` limits an invigilator to one room; None means every room.
    """

    role: Role
    subject: str
    name: str
    token_digest: str
    room_id: str | None = None

    @property
    def actor(self) -> str:
        """How the log names the caller: the role and the pseudonymous id, never the name."""
        return f"{self.role}:{self.subject}"


PUBLIC: frozenset[Role] | None = None  # a row with PUBLIC serves callers without a session

CANDIDATE = frozenset({Role.CANDIDATE})
STAFF = frozenset(Role) - CANDIDATE
INVIGILATORS = frozenset({Role.INVIGILATOR, Role.ADMINISTRATOR})
WATCHERS = INVIGILATORS | {Role.REGULATOR}
REGULATORS = frozenset({Role.REGULATOR, Role.ADMINISTRATOR})
OFFICE = frozenset({Role.EXAM_OFFICE, Role.ADMINISTRATOR})
OPERATORS = frozenset({Role.ADMINISTRATOR})
AUTHORS = frozenset({Role.BANK_AUTHOR, Role.EXAM_OFFICE, Role.ADMINISTRATOR})
# Two of these stand between a wrong key and a new result.
RESCORERS = frozenset({Role.EXAM_OFFICE, Role.REGULATOR, Role.ADMINISTRATOR})
ANALYSTS = AUTHORS | {Role.REGULATOR}

WEBSOCKET = "WEBSOCKET"

ACCESS: dict[tuple[str, str], frozenset[Role] | None] = {
    # pages
    ("GET", "/"): PUBLIC,
    ("GET", "/staff"): PUBLIC,
    ("GET", "/candidate"): CANDIDATE,
    ("GET", "/wall"): WATCHERS,
    ("GET", "/wall/{administration_id}"): WATCHERS,
    ("GET", "/sittings"): REGULATORS,
    ("GET", "/sittings/{sitting_id}"): REGULATORS,
    ("GET", "/office"): OFFICE,
    ("GET", "/banks"): AUTHORS,
    ("GET", "/banks/{bank_id}"): AUTHORS,
    ("GET", "/office/administrations/{administration_id}/statistics"): ANALYSTS,
    ("GET", "/office/administrations/{administration_id}/corrections"): RESCORERS,
    ("GET", "/administrations/{administration_id}/forensics"): RESCORERS,
    ("GET", "/face-leads"): REGULATORS,
    ("GET", "/locales/{lang}.json"): PUBLIC,
    ("GET", "/health"): PUBLIC,
    # candidate
    ("POST", "/api/candidate/session"): PUBLIC,
    ("DELETE", "/api/candidate/session"): PUBLIC,
    ("GET", "/api/candidate/sitting"): CANDIDATE,
    ("GET", "/api/candidate/photo"): CANDIDATE,
    ("POST", "/api/candidate/photo"): CANDIDATE,
    ("POST", "/api/candidate/consent"): CANDIDATE,
    ("POST", "/api/candidate/identity"): CANDIDATE,
    ("POST", "/api/candidate/admission-request"): CANDIDATE,
    ("GET", "/api/candidate/form"): CANDIDATE,
    ("GET", "/api/candidate/result"): CANDIDATE,
    (WEBSOCKET, "/ws/candidate"): CANDIDATE,
    (WEBSOCKET, "/ws/camera"): CANDIDATE,
    # staff
    ("POST", "/api/staff/session"): PUBLIC,
    ("DELETE", "/api/staff/session"): PUBLIC,
    ("GET", "/api/staff/me"): STAFF,
    ("GET", "/api/reasons"): STAFF,
    ("GET", "/api/administrations"): STAFF,
    ("GET", "/api/sittings/{sitting_id}"): WATCHERS,
    ("GET", "/api/sittings/{sitting_id}/photo"): WATCHERS,
    ("GET", "/api/sittings/{sitting_id}/frames/{number}.jpg"): WATCHERS,
    ("POST", "/api/sittings/{sitting_id}/commands"): INVIGILATORS,
    ("POST", "/api/sittings/{sitting_id}/incidents"): WATCHERS,
    (WEBSOCKET, "/ws/wall/{administration_id}"): WATCHERS,
    ("GET", "/api/sittings"): REGULATORS,
    ("GET", "/api/sittings/{sitting_id}/timeline"): REGULATORS,
    ("GET", "/api/sittings/{sitting_id}/verification"): REGULATORS,
    ("POST", "/api/incidents/{incident_id}/disposition"): REGULATORS,
    ("GET", "/api/metrics"): OPERATORS,
    # exam office and bank authors
    ("GET", "/api/banks"): AUTHORS,
    ("POST", "/api/banks"): AUTHORS,
    ("GET", "/api/banks/template.xlsx"): AUTHORS,
    ("POST", "/api/banks/preview"): AUTHORS,
    ("GET", "/api/banks/{bank_id}"): AUTHORS,
    ("GET", "/api/banks/{bank_id}/export"): AUTHORS,
    ("GET", "/api/banks/{bank_id}/losses"): AUTHORS,
    ("POST", "/api/banks/{bank_id}/media"): AUTHORS,
    ("POST", "/api/banks/{bank_id}/snapshots"): AUTHORS,
    ("GET", "/api/banks/{bank_id}/statistics"): AUTHORS,
    ("GET", "/api/banks/{bank_id}/items"): AUTHORS,
    ("GET", "/api/banks/{bank_id}/items/{item_id}/statistics"): AUTHORS,
    ("POST", "/api/banks/{bank_id}/items"): AUTHORS,
    ("GET", "/api/banks/{bank_id}/items/{item_id}"): AUTHORS,
    ("POST", "/api/banks/{bank_id}/items/{item_id}"): AUTHORS,
    ("GET", "/api/banks/{bank_id}/items/{item_id}/comparison"): AUTHORS,
    ("POST", "/api/banks/{bank_id}/acts"): AUTHORS,
    ("POST", "/api/banks/{bank_id}/duplicates"): AUTHORS,
    ("GET", "/api/banks/{bank_id}/item-sets"): AUTHORS,
    ("POST", "/api/banks/{bank_id}/item-sets/{set_id}"): AUTHORS,
    ("GET", "/api/reviews"): AUTHORS,
    ("GET", "/api/banks/{bank_id}/imports"): AUTHORS,
    ("POST", "/api/banks/{bank_id}/imports"): AUTHORS,
    ("GET", "/api/banks/{bank_id}/imports/{batch_id}"): AUTHORS,
    ("GET", "/api/banks/{bank_id}/imports/{batch_id}/rows"): AUTHORS,
    ("GET", "/api/banks/{bank_id}/imports/{batch_id}/rejected.xlsx"): AUTHORS,
    ("POST", "/api/banks/{bank_id}/imports/{batch_id}/columns"): AUTHORS,
    ("POST", "/api/banks/{bank_id}/imports/{batch_id}/confirm"): AUTHORS,
    ("POST", "/api/banks/{bank_id}/imports/{batch_id}/undo"): AUTHORS,
    ("GET", "/api/snapshots"): AUTHORS,
    ("GET", "/api/media/{digest}"): AUTHORS | CANDIDATE,
    ("GET", "/api/snapshots/{snapshot_id}/attributes"): OFFICE,
    ("POST", "/api/blueprints/check"): OFFICE,
    ("POST", "/api/blueprints/audit"): OFFICE,
    ("GET", "/api/blueprints/audits/{audit_id}"): OFFICE,
    ("GET", "/api/blueprints/audits/{audit_id}/report.html"): OFFICE,
    ("DELETE", "/api/blueprints/audits/{audit_id}"): OFFICE,
    ("POST", "/api/blueprints/file"): OFFICE,
    ("POST", "/api/blueprints/download"): OFFICE,
    ("GET", "/api/exams"): OFFICE,
    ("POST", "/api/exams"): OFFICE,
    ("GET", "/api/rooms"): OFFICE,
    ("POST", "/api/administrations"): OFFICE,
    ("GET", "/api/administrations/{administration_id}"): OFFICE,
    ("POST", "/api/administrations/{administration_id}/roster"): OFFICE,
    ("POST", "/api/administrations/{administration_id}/tickets"): OFFICE,
    # after an administration
    ("GET", "/api/administrations/{administration_id}/statistics"): ANALYSTS,
    ("GET", "/api/administrations/{administration_id}/items/{item_id}"): RESCORERS,
    ("GET", "/api/administrations/{administration_id}/forms.zip"): RESCORERS,
    # How often items were seen names nobody; leads are about people and for the regulator alone.
    ("GET", "/api/administrations/{administration_id}/exposure"): RESCORERS,
    ("GET", "/api/administrations/{administration_id}/leads"): REGULATORS,
    ("GET", "/api/administrations/{administration_id}/leads/{lead_id}"): REGULATORS,
    ("POST", "/api/administrations/{administration_id}/leads/{lead_id}/look"): REGULATORS,
    # Whether two registered people are one is for the competent authority, not for who registered them.
    ("GET", "/api/face-leads"): REGULATORS,
    ("POST", "/api/face-leads/{lead_id}/look"): REGULATORS,
    ("GET", "/api/administrations/{administration_id}/scoring-runs"): RESCORERS,
    ("POST", "/api/administrations/{administration_id}/scoring-runs"): RESCORERS,
    ("GET", "/api/administrations/{administration_id}/scoring-runs/{number}"): RESCORERS,
    ("POST", "/api/administrations/{administration_id}/scoring-runs/{number}/decision"): RESCORERS,
}

HOME: dict[Role, str] = {
    Role.INVIGILATOR: "/wall",
    Role.REGULATOR: "/sittings",
    Role.EXAM_OFFICE: "/office",
    Role.BANK_AUTHOR: "/banks",
    Role.ADMINISTRATOR: "/office",
}


def permits(method: str, path: str, role: Role | None) -> bool:
    """Whether a caller with this role (None: no session) may use a route. Unknown routes: nobody."""
    if (method, path) not in ACCESS:
        return False
    allowed = ACCESS[method, path]
    return allowed is None or (role is not None and role in allowed)
