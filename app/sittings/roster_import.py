"""Bringing a roster in: check every row, judge every photo, then register, or only say what would happen."""

import asyncio
import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.administrations.id_numbers import hidden_id_number
from app.administrations.photo_texts import photo_text
from app.administrations.photos import PhotoSource, uploaded_source
from app.administrations.registered_photos import JudgedPhoto, PhotoJudge
from app.administrations.roster import RosterCheck, RosterPerson, RosterRow, RosterStatus, check_roster
from app.administrations.service import Person
from app.clock import Clock
from app.sittings.registration import RegistrationService

_UNUSED_LISTED = 100
# A report holds this many thumbnails (some 3 kB each): it is one answer, and the page shows as many rows.
_THUMBNAILS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRoster:
    """A checked roster with the photos as they would be kept, by row; `unused`: files nobody came in with."""

    check: RosterCheck
    photos: dict[int, JudgedPhoto]
    unused: tuple[str, ...] = ()


class RosterImport:
    """Dry run and import of rosters."""

    def __init__(self, registration: RegistrationService, judge: PhotoJudge, clock: Clock) -> None:
        self._registration = registration
        self._judge = judge
        self._clock = clock

    async def check(self, table: bytes, files: Sequence[tuple[str, bytes]]) -> JudgedRoster:
        """Read and judge everything; nothing is written. Raises Invalid for unreadable files.

        `files`: nothing, one zip archive of photos, or the photos themselves, by name.
        """
        today = self._clock.now().date()

        def read() -> tuple[RosterCheck, PhotoSource]:
            photos = uploaded_source(files)
            return check_roster(table, photos, today), photos

        check, photos = await asyncio.to_thread(read)
        judged = {
            person.row: await self._judge.judge(await asyncio.to_thread(photos.read, person.photo))
            for person in check.people
            if person.photo
        }
        used = {person.photo for person in check.people}
        unused = tuple(name for name in photos.names if name not in used)
        return JudgedRoster(check=check, photos=judged, unused=unused)

    async def register(self, administration_id: str, roster: JudgedRoster, actor: str) -> int:
        """Register everybody who can be; returns how many."""
        people = [_person(person, roster.photos.get(person.row)) for person in roster.check.people]
        await self._registration.register(administration_id, people, actor)
        return len(people)


def _person(person: RosterPerson, judged: JudgedPhoto | None) -> Person:
    return Person(
        name=person.name,
        id_number=person.id_number,
        enterprise=person.enterprise,
        category=person.category,
        photo=judged.jpeg if judged is not None else None,
    )


def report(roster: JudgedRoster) -> dict[str, Any]:
    """The row-by-row report. ID numbers are masked in every value.

    `importable` rows come in, `warnings` of them with a remark; `rejected` rows do not come in.
    """
    check = roster.check
    findings = [line for row in check.rows for line in _lines(row)]
    findings += _photo_lines(check.people, roster.photos)
    findings.sort(key=lambda line: int(line["row"]))
    coming = {person.row for person in check.people}
    warned = coming & {int(line["row"]) for line in findings}
    return {
        "sheet": check.sheet,
        "encoding": check.encoding,
        "header_row": check.header_row,
        "columns": dict(check.columns),
        "unknown_columns": list(check.unknown_columns),
        "rows": len(check.rows),
        "importable": len(coming),
        "warnings": len(warned),
        "rejected": check.count(RosterStatus.REJECTED),
        "photos": {
            "matched": sum(photo.jpeg is not None for photo in roster.photos.values()),
            "of": len(check.people),
            "unused": [_shown(name) for name in roster.unused[:_UNUSED_LISTED]],
            "unused_count": len(roster.unused),
        },
        "findings": findings,
    }


def _shown(name: str) -> str:
    """A file's name with the ID number in it masked."""
    return re.sub(r"\d{17}[\dXx]", lambda found: hidden_id_number(found.group()), name)


def _lines(row: RosterRow) -> list[dict[str, Any]]:
    return [
        {
            "row": row.row,
            "name": row.name,
            "status": (RosterStatus.REJECTED if problem.rejects else RosterStatus.WARNED).value,
            "column": problem.title,
            "value": problem.value,
            "thumbnail": None,
            "code": problem.code,
            "message_zh": problem.text("zh"),
            "message_en": problem.text("en"),
            "fix_zh": problem.fix("zh"),
            "fix_en": problem.fix("en"),
        }
        for problem in row.problems
    ]


def _photo_lines(people: Sequence[RosterPerson], photos: dict[int, JudgedPhoto]) -> list[dict[str, Any]]:
    """A line for every reason; the first of a person carries the thumbnail."""
    lines: list[dict[str, Any]] = []
    shown = 0
    for person in people:
        judged = photos.get(person.row)
        if judged is None:
            continue
        for number, reason in enumerate(judged.reasons):
            words = photo_text(reason, kept=judged.jpeg is not None)
            thumbnail = judged.thumbnail if number == 0 and shown < _THUMBNAILS else None
            shown += thumbnail is not None
            lines.append(
                {
                    "row": person.row,
                    "name": person.name,
                    "status": RosterStatus.WARNED.value,
                    "column": "",
                    "value": _shown(person.photo or ""),
                    "thumbnail": None if thumbnail is None else base64.b64encode(thumbnail).decode(),
                    "code": f"photo.{reason}",
                    "message_zh": words.zh,
                    "message_en": words.en,
                    "fix_zh": words.fix_zh,
                    "fix_en": words.fix_en,
                }
            )
    return lines
