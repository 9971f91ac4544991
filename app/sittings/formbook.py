"""Forms of sittings: built before the bell, stored with their rebuild record, read back for delivery."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from app.administrations.service import Administration, AdministrationsService
from app.banks.service import BanksService
from app.errors import NotAllowedNow, NotFound
from app.kit.processes import run_aside
from app.kit.unit_of_work import Unit
from app.sittings import repository
from app.sittings.delivery import slot_shapes
from app.sittings.drawing import DrawnEpoch, Order, draw_epochs
from app.sittings.papers import Papers
from app.sittings.records import Sitting, Standing
from app.sittings.responses import SlotShape
from question_bank.bank import Bank
from question_bank.blueprint import Blueprint
from question_bank.forms import Form, FormRecord

_KEPT = 2_000
# So many forms are drawn sooner in a thread than a process is started.
_FEW = 100


class Formbook:
    """Draws, stores and loads forms. Stored forms never change, so their shapes are kept (the last 2,000)."""

    def __init__(self, administrations: AdministrationsService, banks: BanksService) -> None:
        self._administrations = administrations
        self._banks = banks
        self._papers = Papers()
        self._shapes: OrderedDict[str, tuple[SlotShape, ...]] = OrderedDict()

    async def order(
        self, connection: AsyncConnection, administration: Administration, candidates: Iterable[str]
    ) -> Order:
        """What forms of these candidates are drawn from now; it holds until somebody else gets one."""
        return Order(
            plan=await self._administrations.plan(connection, administration),
            master_seed=administration.master_seed,
            candidates=tuple(candidates),
            cap=administration.blueprint.exposure_cap,
            last=await repository.last_epoch(connection, administration.id),
        )

    async def draw(self, order: Order) -> list[DrawnEpoch]:
        """Draw a form for each candidate, in order. No transaction is to be open: many take seconds.

        Raises NotAllowedNow (`forms_exhausted`) when there is no form for somebody.
        """
        drawn: list[DrawnEpoch] = []
        if len(order.candidates) > _FEW:
            refusal = await run_aside(draw_epochs, drawn.append, order)
        else:
            refusal = await asyncio.to_thread(draw_epochs, drawn.append, order)
        if refusal is not None:
            raise NotAllowedNow(refusal, code="forms_exhausted")
        return drawn

    async def keep(
        self,
        unit: Unit,
        administration_id: str,
        epochs: Sequence[DrawnEpoch],
        sitting_of: Mapping[str, str],
    ) -> None:
        """Store whole epochs in turn; `sitting_of` by candidate. Pre-condition: the order still holds."""
        forms = [
            {"sitting_id": sitting_of[form.candidate_id], "record": form.record, "digest": form.digest}
            for drawn in epochs
            for form in drawn.forms
        ]
        await repository.insert_forms(unit.connection, forms)
        await repository.insert_epochs(
            unit.connection, administration_id, [drawn.epoch for drawn in epochs], unit.now
        )

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
