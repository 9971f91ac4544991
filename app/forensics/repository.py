"""Reading and writing screenings and leads."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from app.errors import NotFound
from app.forensics.rules import Counts, Lead, LeadKind
from app.forensics.tables import LeadRow, ScreeningRow
from app.ids import new_id
from app.kit.looks import Look, look_of, look_values, only_row

_ROWS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """A stored screening but for its leads; see `ScreeningRow`."""

    administration_id: str
    engine: int
    run: int
    screened_at: datetime
    counts: Counts
    exposure: Mapping[str, Any]
    most_alike: Sequence[tuple[str, str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLead:
    """A lead with its id and place in the list; `look` None: nobody looked yet."""

    id: str
    number: int
    lead: Lead
    look: Look | None


async def screened(connection: AsyncConnection, engine: int) -> set[str]:
    """The administrations that this version of the engine has screened."""
    query = select(ScreeningRow.administration_id).where(ScreeningRow.engine == engine)
    return set((await connection.execute(query)).scalars())


async def screening(connection: AsyncConnection, administration_id: str) -> Screening | None:
    """The screening by the latest engine, if any."""
    query = select(ScreeningRow).where(ScreeningRow.administration_id == administration_id)
    row = (await connection.execute(query.order_by(ScreeningRow.engine.desc()).limit(1))).first()
    if row is None:
        return None
    return Screening(
        administration_id=row.administration_id,
        engine=row.engine,
        run=row.run,
        screened_at=row.screened_at,
        counts=Counts(**json.loads(row.counts)),
        exposure=json.loads(row.exposure),
        most_alike=[(first, second, common) for first, second, common in json.loads(row.most_alike)],
    )


async def add(connection: AsyncConnection, found: Screening, leads: Sequence[Lead]) -> None:
    """Add a screening with its leads, in their order."""
    await connection.execute(
        insert(ScreeningRow).values(
            administration_id=found.administration_id,
            engine=found.engine,
            run=found.run,
            screened_at=found.screened_at,
            counts=json.dumps(asdict(found.counts)),
            exposure=json.dumps(found.exposure, ensure_ascii=False),
            most_alike=json.dumps(found.most_alike),
        )
    )
    rows = [_values(found, number, lead) for number, lead in enumerate(leads, start=1)]
    for start in range(0, len(rows), _ROWS):
        await connection.execute(insert(LeadRow), rows[start : start + _ROWS])


def _values(found: Screening, number: int, lead: Lead) -> dict[str, object]:
    first, second = (*lead.sittings, None, None)[:2]
    return {
        "id": new_id(),
        "administration_id": found.administration_id,
        "engine": found.engine,
        "number": number,
        "kind": lead.kind.value,
        "first_sitting_id": first,
        "second_sitting_id": second,
        "item_id": lead.item_id,
        "rate": lead.rate,
        "evidence": json.dumps(lead.evidence, ensure_ascii=False),
    }


async def leads(connection: AsyncConnection, found: Screening) -> list[StoredLead]:
    """The leads of a screening, in their order."""
    query = select(LeadRow).where(
        LeadRow.administration_id == found.administration_id, LeadRow.engine == found.engine
    )
    return [_stored(row) for row in await connection.execute(query.order_by(LeadRow.number))]


async def lead(
    connection: AsyncConnection, administration_id: str, lead_id: str, *, lock: bool = False
) -> StoredLead:
    """One lead; `lock` keeps other writers of the row waiting (PostgreSQL). Raises NotFound."""
    query = select(LeadRow).where(LeadRow.administration_id == administration_id, LeadRow.id == lead_id)
    row = await only_row(connection, query, lock=lock)
    if row is None:
        raise NotFound("There is no such lead.")
    return _stored(row)


async def note_look(connection: AsyncConnection, lead_id: str, look: Look) -> None:
    """Keep who looked."""
    await connection.execute(update(LeadRow).where(LeadRow.id == lead_id).values(**look_values(look)))


def _stored(row: Row[Any]) -> StoredLead:
    sittings = (row.first_sitting_id, row.second_sitting_id)
    lead = Lead(
        kind=LeadKind(row.kind),
        sittings=tuple(sitting_id for sitting_id in sittings if sitting_id is not None),
        item_id=row.item_id,
        rate=row.rate,
        evidence=json.loads(row.evidence),
    )
    return StoredLead(id=row.id, number=row.number, lead=lead, look=look_of(row))
