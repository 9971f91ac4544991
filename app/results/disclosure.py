"""When an administration is over its master seed is revealed, and anybody may deal its forms again.

The seed goes into the log of the administration, where its commitment has been from the start. Until then it
leaves the server nowhere.
"""

import asyncio
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from app.administrations import seeds
from app.administrations.service import Administration, AdministrationsService
from app.audit.service import read_stream, verify_stream
from app.banks.service import BanksService
from app.errors import NotAllowedNow
from app.kit.unit_of_work import UnitOfWork
from app.results.rules import is_closed
from app.sittings import repository as sittings_repository
from app.sittings.records import stream_of
from question_bank.assembly import Eligibility, rebuild, seed_commitment
from question_bank.bank import Bank
from question_bank.canonical import JsonValue, canonical_bytes, digest_bytes
from question_bank.commands.forms import EPOCHS_FORMAT
from question_bank.errors import QuestionBankError
from question_bank.forms import FormRecord
from question_bank.plan_checks import check_plan
from question_bank.plans import AssemblyPlan
from question_bank.pool import asked_of, pool_json, pool_of

REVEALED = "administration.seed_revealed"
_CREATED, _EPOCH, _REGISTERED = "administration.created", "forms.epoch", "sitting.registered"
# Files in the zip all have this date, so that the same forms give the same bytes.
_DATE = (2000, 1, 1, 0, 0, 0)
_README = """这里是一期考试的全部试卷记录，种子已经公布。任何人都可以检查组卷方案、重新组卷并核对：
These are the records of all forms of an administration whose seed has been revealed. Anybody can check the
plan, deal the forms again and compare:

    python -m question_bank rebuild-form forms.jsonl --plan plan.json --epochs epochs.json \\
        --master-seed SEED --bank items.json --blueprint blueprint.json

forms.jsonl      每份试卷一行 / a form a line
plan.json        组卷方案 / what the forms were drawn from
blueprint.json   组卷规则 / the rules of the exam
items.json       题目的属性和参数，没有题干、选项和答案 / attributes and parameters of items, no text, no key
epochs.json      每一轮停用的题 / the items that were closed in each epoch
seed.txt         种子 / the master seed
commitment.txt   开考前公布的种子指纹：种子前加一行 kaochang.master-seed/1 的 SHA-256
                 what was committed to before anybody was registered: SHA-256 of the line
                 kaochang.master-seed/1 and the seed's 32 bytes
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormProblem:
    """Something that does not fit: a stable code, the sitting (empty: the administration), a sentence."""

    code: str
    sitting: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormsReport:
    """`forms` were dealt again; `problems` are all that was found, the first hundred of them."""

    forms: int
    problems: tuple[FormProblem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Archive:
    """What an administration's forms are rebuilt from; records by sitting."""

    administration: Administration
    plan: AssemblyPlan
    epochs: Mapping[int, Eligibility]
    records: Mapping[str, str]
    revealed: bool


MAX_PROBLEMS = 100


class DisclosureService:
    """Reveals seeds, hands out forms, deals them again."""

    def __init__(
        self, units: UnitOfWork, administrations: AdministrationsService, banks: BanksService
    ) -> None:
        self._units = units
        self._administrations = administrations
        self._banks = banks

    async def reveal_due(self) -> list[str]:
        """Reveal the seed of every administration that is over; returns their ids."""
        now = self._units.clock.now()
        async with self._units.database.read() as connection:
            due = [
                administration_id
                for administration_id in await seeds.unrevealed(connection, now)
                if await self._is_over(connection, administration_id)
            ]
        return [found for found in due if await self._reveal(found)]

    async def _is_over(self, connection: AsyncConnection, administration_id: str) -> bool:
        administration = await self._administrations.get(connection, administration_id)
        sittings = await sittings_repository.of_administration(connection, administration_id)
        states = [sitting.state for sitting in sittings]
        return is_closed(administration.closes_at, states, self._units.clock.now())

    async def _reveal(self, administration_id: str) -> bool:
        async with self._units.begin() as unit:
            if not await self._is_over(unit.connection, administration_id):
                return False
            seed = await seeds.reveal(unit, administration_id)
            if seed is None:
                return False
            unit.record(
                f"administration:{administration_id}", REVEALED, "server", {"master_seed": seed.hex()}
            )
        return True

    async def archive(self, administration_id: str) -> bytes:
        """A zip of records, plan, blueprint, items without content, epochs, seed and commitment.

        Raises NotFound, NotAllowedNow (`administration_open`): before the end nobody is told who gets what.
        """
        async with self._units.database.read() as connection:
            found = await self._load(connection, administration_id)
        if not found.revealed:
            raise NotAllowedNow("The administration is not over yet.", code="administration_open")
        async with self._units.database.read() as connection:
            bank = await self._banks.load(connection, found.administration.snapshot_id)
        return await asyncio.to_thread(_zipped, found, bank)

    async def verification(
        self, administration_id: str, progress: Callable[[int, int], None] | None = None
    ) -> FormsReport:
        """Deal every form again, and hold plan, seed, epochs and forms against bank and log.

        `progress` is called with (done, all) from another thread. Raises NotFound.
        """
        try:
            async with self._units.database.read() as connection:
                found = await self._load(connection, administration_id)
        except QuestionBankError as error:
            unreadable = FormProblem(code=error.code, sitting="", text=f"The plan cannot be read: {error}")
            return FormsReport(forms=0, problems=(unreadable,))
        async with self._units.database.read() as connection:
            bank = await self._banks.load(connection, found.administration.snapshot_id)
            problems = await self._against_log(connection, found)
        try:
            await asyncio.to_thread(check_plan, found.plan, pool_of(bank), found.administration.blueprint)
        except QuestionBankError as error:
            problems.append(FormProblem(code=error.code, sitting="", text=str(error)))
        problems += await asyncio.to_thread(_dealt_again, found, progress)
        return FormsReport(forms=len(found.records), problems=tuple(problems[:MAX_PROBLEMS]))

    async def _load(self, connection: AsyncConnection, administration_id: str) -> _Archive:
        administration = await self._administrations.get(connection, administration_id)
        sittings = await sittings_repository.of_administration(connection, administration_id)
        ids = [sitting.id for sitting in sittings]
        return _Archive(
            administration=administration,
            plan=await self._administrations.plan(connection, administration),
            epochs=await sittings_repository.eligibilities(connection, administration_id),
            records=await sittings_repository.form_records(connection, ids),
            revealed=await seeds.is_revealed(connection, administration_id),
        )

    async def _against_log(self, connection: AsyncConnection, found: _Archive) -> list[FormProblem]:
        """The commitment, the epochs and the digests of forms, as the log has had them from the start."""
        stream = f"administration:{found.administration.id}"
        problems = await _chain_problems(connection, stream, "")
        entries = [
            (entry.type, json.loads(entry.text)["data"]) for entry in await read_stream(connection, stream)
        ]
        committed = [data.get("seed_commitment") for kind, data in entries if kind == _CREATED]
        if committed != [seed_commitment(found.administration.master_seed)]:
            problems.append(_problem("seed.other_commitment", "", "The seed is not the one committed to."))
        logged = {data["epoch"]: data["closed"] for kind, data in entries if kind == _EPOCH}
        if logged != {number: eligibility.digest for number, eligibility in found.epochs.items()}:
            problems.append(_problem("epochs.altered", "", "The closed items are not those of the log."))
        for sitting_id, record in found.records.items():
            problems += await _chain_problems(connection, stream_of(sitting_id), sitting_id)
            digests = [
                json.loads(entry.text)["data"].get("form")
                for entry in await read_stream(connection, stream_of(sitting_id))
                if entry.type == _REGISTERED
            ]
            if digests != [digest_bytes(record.encode())]:
                problems.append(_problem("form.altered", sitting_id, "The form is not the one in the log."))
        return problems


async def _chain_problems(connection: AsyncConnection, stream: str, sitting_id: str) -> list[FormProblem]:
    report = await verify_stream(connection, stream)
    if report.problem is None:
        return []
    return [_problem(report.problem.code, sitting_id, report.problem.text)]


def _problem(code: str, sitting_id: str, text: str) -> FormProblem:
    return FormProblem(code=code, sitting=sitting_id, text=text)


def _dealt_again(found: _Archive, progress: Callable[[int, int], None] | None) -> list[FormProblem]:
    problems = []
    for done, (sitting_id, text) in enumerate(found.records.items(), start=1):
        try:
            record = FormRecord.from_json(text)
            eligibility = found.epochs.get(record.epoch, Eligibility(epoch=record.epoch))
            rebuild(record, found.plan, eligibility, found.administration.master_seed)
        except QuestionBankError as error:
            problems.append(_problem(error.code, sitting_id, str(error)))
        if progress is not None:
            progress(done, len(found.records))
    return problems


def _zipped(found: _Archive, bank: Bank) -> bytes:
    administration = found.administration
    epochs: list[JsonValue] = [
        {"epoch": number, "closed": list(eligibility.closed)}
        for number, eligibility in sorted(found.epochs.items())
    ]
    items = asked_of(pool_of(bank), administration.blueprint.attributes).items
    files: list[tuple[str, bytes]] = [
        ("README.txt", _README.encode()),
        ("blueprint.json", administration.blueprint.to_json()),
        ("commitment.txt", seed_commitment(administration.master_seed).encode() + b"\n"),
        ("epochs.json", canonical_bytes({"format": EPOCHS_FORMAT, "epochs": epochs})),
        ("forms.jsonl", b"".join(_lines(list(found.records.values())))),
        ("items.json", pool_json(items, bank.digest)),
        ("plan.json", found.plan.to_json()),
        ("seed.txt", administration.master_seed.hex().encode() + b"\n"),
    ]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, _DATE), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _lines(records: Sequence[str]) -> list[bytes]:
    return [record.encode() + b"\n" for record in records]
