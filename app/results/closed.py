"""A closed administration as it lies in the archive: everything that scoring it again needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.administrations.service import Administration, AdministrationsService
from app.errors import NotAllowedNow
from app.kit.unit_of_work import UnitOfWork
from app.results import repository
from app.results.repository import Result, ScoringRun
from app.results.rules import FIRST_RUN, RunState, is_closed, may_pass
from app.sittings import repository as sittings_repository
from app.sittings.delivery import own_responses
from app.sittings.formbook import Formbook
from app.sittings.lifecycle import ENDED
from app.sittings.records import Sitting
from question_bank.bank import Bank
from question_bank.forms import Form
from question_bank.rescoring import Corrections, SatForm
from question_bank.responses import Response


def current_run(runs: Iterable[ScoringRun]) -> ScoringRun | None:
    """The latest confirmed one of runs in their order, if any."""
    confirmed = [run for run in runs if run.state is RunState.CONFIRMED]
    return confirmed[-1] if confirmed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedAdministration:
    """`sittings`, `forms` and `given` (shown letters by position) of everybody with a result, by sitting."""

    administration: Administration
    bank: Bank
    runs: tuple[ScoringRun, ...]
    results: Mapping[str, Result]
    sittings: Mapping[str, Sitting]
    forms: Mapping[str, Form]
    given: Mapping[str, Mapping[int, Response]]

    @property
    def current(self) -> ScoringRun | None:
        """The latest confirmed run; None where nobody was ever scored."""
        return current_run(self.runs)

    @property
    def corrections(self) -> Corrections:
        """The corrections that hold now."""
        return self.current.corrections if self.current else Corrections()

    def sat_form(self, sitting_id: str) -> SatForm:
        """One sitting as `question_bank.rescoring` takes it."""
        form = self.forms[sitting_id]
        return SatForm(
            id=sitting_id,
            form=form,
            responses=own_responses(form, self.bank, self.given[sitting_id]),
            cut_score=self.administration.pass_points,
            may_pass=may_pass(self.sittings[sitting_id].state),
        )


class ClosedAdministrations:
    """Reads closed administrations."""

    def __init__(
        self, units: UnitOfWork, administrations: AdministrationsService, formbook: Formbook
    ) -> None:
        self._units = units
        self._administrations = administrations
        self._formbook = formbook

    async def is_due(self, administration_id: str) -> bool:
        """Whether the time to start is over: cheap to ask, before `load`. Raises NotFound."""
        async with self._units.database.read() as connection:
            administration = await self._administrations.get(connection, administration_id)
        return administration.closes_at <= self._units.clock.now()

    async def load(self, administration_id: str) -> ClosedAdministration:
        """Everything of one. Raises NotFound, NotAllowedNow (`administration_open`, `scoring_incomplete`)."""
        async with self._units.database.read() as connection:
            administration, sittings, results = await self._over(connection, administration_id)
            forms, bank = await self._formbook.forms(connection, results, administration)
            given = await sittings_repository.responses(connection, results)
            runs = await repository.runs(connection, administration_id)
        return ClosedAdministration(
            administration=administration,
            bank=bank,
            runs=tuple(runs),
            results=results,
            sittings={sitting.id: sitting for sitting in sittings if sitting.id in results},
            forms=forms,
            given={
                sitting_id: {position: response for position, (response, _) in responses.items()}
                for sitting_id, responses in given.items()
            },
        )

    async def runs(self, administration_id: str) -> tuple[ScoringRun, ...]:
        """The scoring runs alone. Raises as `load`."""
        async with self._units.database.read() as connection:
            await self._over(connection, administration_id)
            return tuple(await repository.runs(connection, administration_id))

    async def bank(self, administration_id: str) -> tuple[Bank, tuple[ScoringRun, ...]]:
        """What forms were drawn from, and the scoring runs, without any form. Raises as `load`."""
        async with self._units.database.read() as connection:
            administration, *_ = await self._over(connection, administration_id)
            runs = tuple(await repository.runs(connection, administration_id))
            return await self._formbook.bank(connection, administration), runs

    async def _over(
        self, connection: AsyncConnection, administration_id: str
    ) -> tuple[Administration, list[Sitting], dict[str, Result]]:
        administration = await self._administrations.get(connection, administration_id)
        sittings = await sittings_repository.of_administration(connection, administration_id)
        states = [sitting.state for sitting in sittings]
        if not is_closed(administration.closes_at, states, self._units.clock.now()):
            raise NotAllowedNow("The administration is not over yet.", code="administration_open")
        results = await repository.current_of(connection, administration_id)
        started = {found.id for found in sittings if found.started_at and found.state in ENDED}
        if started - results.keys():
            raise NotAllowedNow("Not everybody has been scored yet.", code="scoring_incomplete")
        return administration, sittings, results

    async def people(self, closed: ClosedAdministration, sitting_ids: list[str]) -> dict[str, str]:
        """Names by sitting."""
        wanted = {sitting_id: closed.sittings[sitting_id].candidate_id for sitting_id in sitting_ids}
        async with self._units.database.read() as connection:
            found = await self._administrations.candidates(connection, list(wanted.values()))
        return {sitting_id: found[candidate_id].name for sitting_id, candidate_id in wanted.items()}


async def hold(connection: AsyncConnection, closed: ClosedAdministration) -> list[ScoringRun]:
    """Keep other writers of this administration's runs waiting until the transaction ends; its runs now.

    The row of run 1 is what they all queue for: it is there wherever anybody was scored.
    """
    await repository.run(connection, closed.administration.id, FIRST_RUN, lock=True)
    return await repository.runs(connection, closed.administration.id)
