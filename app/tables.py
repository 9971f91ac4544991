"""Every table, for the migrations (importing this fills `Base.metadata`)."""

from app.accounts import tables as accounts
from app.administrations import tables as administrations
from app.audit import tables as audit
from app.banks import tables as banks
from app.checkin import tables as checkin
from app.enrolment import tables as enrolment
from app.forensics import tables as forensics
from app.frames import tables as frames
from app.incidents import tables as incidents
from app.kit.database import Base
from app.organisations import tables as organisations
from app.results import tables as results
from app.sittings import tables as sittings

metadata = Base.metadata
ALL = (
    accounts,
    administrations,
    audit,
    banks,
    checkin,
    enrolment,
    forensics,
    frames,
    incidents,
    organisations,
    results,
    sittings,
)
