"""Forms of sittings: built before the bell, stored with their rebuild record, read back for delivery."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from app.administrations.service import Administration, AdministrationsService
from app.banks.service import BanksService
from app.errors import NotFound
from app.sittings import repository
from app.sittings.delivery import slot_shapes
from app.sittings.drawing import Drawn, draw_forms
from app.sittings.papers import Papers
from app.sittings.records import Sitting, Standing
from app.sittings.responses import SlotShape
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.forms import Form, FormRecord

_KEPT = 2_000


class Formbook:
    """Builds and loads forms. Stored forms never change, so their shapes are kept (the last 2,000)."""

    def __init__(self, administrations: AdministrationsService, banks: BanksService) -> None:
        self._administrations = administrations
        self._banks = banks
        self._papers = Papers()
        self._shapes: OrderedDict[str, tuple[SlotShape, ...]] = OrderedDict()

    async def build(
        self,
        connection: AsyncConnection,
        administration: Administration,
        sittings: Iterable[tuple[str, str]],
        now: datetime,
    ) -> Drawn:
        """Draw and store a form for each (sitting, candidate), in order.

        Raises NotAllowedNow (`forms_exhausted`) when the exam's exposure cap leaves too few items.
        """
        pairs = list(sittings)
        plan = await self._administrations.plan(connection, administration)
        last = await repository.last_epoch(connection, administration.id)
        drawn = await asyncio.to_thread(draw_forms, plan, administration, pairs, last)
        if drawn.forms:
            await repository.insert_forms(connection, drawn.forms)
            await repository.insert_epochs(connection, administration.id, drawn.epochs, now)
        return drawn

    async def form(
        self, connection: AsyncConnection, sitting: Sitting | Standing, administration: Administration
    ) -> tuple[Form, Bank]:
        """A sitting's form and the bank it was drawn from. Raises NotFound."""
        records = await repository.form_records(connection, [sitting.id])
        if sitting.id not in records:
            raise NotFound("This sitting has no form.")
        bank = await self._banks.load(connection, administration.snapshot_id)
        record = FormRecord.from_json(records[sitting.id])
        return Form(record=record, blueprint=administration.blueprint), bank

    async def forms(
        self, connection: AsyncConnection, sitting_ids: Iterable[str], administration: Administration
    ) -> tuple[dict[str, Form], Bank]:
        """The forms of many sittings of an administration, and the bank; who has none is left out."""
        records = await repository.form_records(connection, sitting_ids)
        bank = await self._banks.load(connection, administration.snapshot_id)
        return await asyncio.to_thread(_read_forms, records, administration.blueprint), bank

    async def bank(self, connection: AsyncConnection, administration: Administration) -> Bank:
        """The bank that an administration's forms were drawn from."""
        return await self._banks.load(connection, administration.snapshot_id)

    async def paper(
        self, connection: AsyncConnection, sitting: Sitting, administration: Administration
    ) -> bytes:
        """The form as the candidate is sent it (see `papers`). Raises NotFound."""
        known = self._papers.find(sitting.id)
        if known is None:
            form, bank = await self.form(connection, sitting, administration)
            known = self._papers.render(sitting.id, form, bank)
        return known

    async def shapes(self, connection: AsyncConnection, sitting: Standing) -> tuple[SlotShape, ...]:
        """What responses to a sitting's form must fit."""
        known = self._shapes.get(sitting.id)
        if known is None:
            administration = await self._administrations.get(connection, sitting.administration_id)
            form, bank = await self.form(connection, sitting, administration)
            known = self._shapes[sitting.id] = slot_shapes(form, bank)
            if len(self._shapes) > _KEPT:
                self._shapes.popitem(last=False)
        return known


def _read_forms(records: Mapping[str, str], blueprint: Blueprint) -> dict[str, Form]:
    return {
        sitting_id: Form(record=FormRecord.from_json(record), blueprint=blueprint)
        for sitting_id, record in records.items()
    }
