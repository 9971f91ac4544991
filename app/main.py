"""Putting the service together: one exit stack, one task group, every resource with one owner."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import Depends, FastAPI
from starlette.staticfiles import StaticFiles

from app.accounts import endpoints as accounts_endpoints
from app.accounts.guard import check_access
from app.accounts.service import AccountsService
from app.accounts.sockets import OpenSockets
from app.administrations import blueprint_endpoints
from app.administrations import endpoints as administrations_endpoints
from app.administrations.audits import AuditsService
from app.administrations.blueprints import BlueprintsService
from app.administrations.service import AdministrationsService
from app.audit.service import append_acts
from app.banks import desk_endpoints, import_endpoints, item_endpoints, statistics_endpoints
from app.banks import endpoints as banks_endpoints
from app.banks.authoring import AuthoringService
from app.banks.duplicates import DuplicatesService
from app.banks.exports import ExportsService
from app.banks.imports import ImportsService
from app.banks.item_sets import ItemSetsService
from app.banks.media import MediaService
from app.banks.reviews import ReviewsService
from app.banks.service import BanksService
from app.banks.statistics import BankStatisticsService
from app.checkin import endpoints as checkin_endpoints
from app.checkin.kept_templates import KeptTemplates
from app.checkin.overview import Overview
from app.checkin.service import CheckinService
from app.clock import Clock, SystemClock
from app.enrolment import endpoints as enrolment_endpoints
from app.enrolment.searching import DuplicateSearches
from app.enrolment.service import EnrolmentService
from app.forensics import endpoints as forensics_endpoints
from app.forensics.screening import ScreeningService
from app.forensics.service import ForensicsService
from app.frames import socket as camera_socket
from app.frames.analysis import Analyst, Services
from app.frames.photos import photo_judge
from app.frames.recorder import Recorder
from app.frames.store import SegmentStore
from app.frames.workers import vision_pool
from app.incidents import endpoints as incidents_endpoints
from app.incidents.service import IncidentsService
from app.jobs import endpoints as jobs_endpoints
from app.jobs.lag import LoopLag
from app.jobs.loops import AfterAdministration, Jobs
from app.kit.attempts import Attempts
from app.kit.blobs import Blobs
from app.kit.bus import InProcessBus
from app.kit.closing import Closing
from app.kit.database import Database
from app.kit.guards import Shell, make_guard
from app.kit.loops import Loops
from app.kit.migrations import migrate
from app.kit.problems import install_problem_handlers
from app.kit.provided import Provided
from app.kit.unit_of_work import UnitOfWork
from app.kit.vault import Vault
from app.live import candidate_socket, wall_socket
from app.live import endpoints as live_endpoints
from app.live.candidate_socket import CandidateServices
from app.live.hub import Hub
from app.live.seats import SeatBook
from app.replay import endpoints as replay_endpoints
from app.replay.service import Evidence, ReplayService
from app.results import endpoints as results_endpoints
from app.results import office as results_office
from app.results.closed import ClosedAdministrations
from app.results.counting import CountingService
from app.results.disclosure import DisclosureService
from app.results.rescoring import RescoringService
from app.results.service import ResultsService
from app.results.statistics import StatisticsService
from app.settings import Settings
from app.sittings import endpoints as sittings_endpoints
from app.sittings import office as office_endpoints
from app.sittings import pictures, preview
from app.sittings.commands import CommandsService
from app.sittings.events import SittingEnded
from app.sittings.formbook import Formbook
from app.sittings.ledger import Ledger
from app.sittings.posting import Posting
from app.sittings.registration import RegistrationService
from app.sittings.roster_import import RosterImport
from app.sittings.service import SittingsService
from app.web import endpoints as web_endpoints
from proctor.calibration import load_calibration

_log = logging.getLogger(__name__)

ROUTERS = (
    accounts_endpoints.router,
    administrations_endpoints.router,
    banks_endpoints.router,
    blueprint_endpoints.router,
    camera_socket.router,
    candidate_socket.router,
    checkin_endpoints.router,
    desk_endpoints.router,
    enrolment_endpoints.router,
    forensics_endpoints.router,
    import_endpoints.router,
    incidents_endpoints.router,
    # Before the items': "preview" is no bank.
    preview.router,
    pictures.router,
    item_endpoints.router,
    statistics_endpoints.router,
    jobs_endpoints.router,
    live_endpoints.router,
    office_endpoints.router,
    replay_endpoints.router,
    results_endpoints.router,
    results_office.router,
    sittings_endpoints.router,
    wall_socket.router,
    web_endpoints.router,
)


class Service:
    """Every service of one process, wired. Built without I/O beyond the data folder's keys."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        settings.data.mkdir(parents=True, exist_ok=True)
        self.settings = settings
        self.clock = clock
        self.database = Database(settings.resolved_database_url)
        self.bus = InProcessBus()
        self.vault = Vault.open_folder(settings.data / "keys")
        self.units = UnitOfWork(self.database, clock, append_acts, self.bus)
        blobs = Blobs(settings.data / "blobs")
        self.accounts = AccountsService(self.units, settings.sitting)
        self.sockets = OpenSockets(self.accounts, self.bus)
        self.banks = BanksService(self.units)
        self.media = MediaService(self.units, blobs)
        self.authoring = AuthoringService(self.units, self.media)
        self.imports = ImportsService(self.units, blobs, self.media)
        self.duplicates = DuplicatesService(self.units)
        self.item_sets = ItemSetsService(self.units, self.media)
        self.reviews = ReviewsService(self.units)
        self.exports = ExportsService(self.units, self.banks, self.media)
        self.administrations = AdministrationsService(self.units, self.banks, self.vault, blobs)
        self.blueprints = BlueprintsService(self.units, self.banks)
        self.audits = AuditsService(self.blueprints, clock)
        self.formbook = Formbook(self.administrations, self.banks)
        self.registration = RegistrationService(self.units, self.administrations, self.formbook)
        self.sittings = SittingsService(self.units, self.administrations, self.formbook, settings.sitting)
        self.commands = CommandsService(self.units, self.sittings, self.administrations)
        ledger = Ledger(clock, append_acts, self.formbook.shapes)
        self.posting = Posting(self.database, ledger, self.bus)
        self.checkin = CheckinService(
            self.units, self.sittings, self.administrations, self.vault, settings.sitting
        )
        self.incidents = IncidentsService(self.units)
        self.results = ResultsService(self.units, self.sittings, self.formbook)
        closed = ClosedAdministrations(self.units, self.administrations, self.formbook)
        self.rescoring = RescoringService(self.units, closed)
        self.statistics = StatisticsService(closed)
        self.bank_statistics = BankStatisticsService(self.units)
        self.counting = CountingService(self.units, closed, self.bank_statistics)
        self.disclosure = DisclosureService(self.units, self.administrations, self.banks)
        self.screening = ScreeningService(self.units, closed, self.administrations)
        self.forensics = ForensicsService(self.units, closed, self.administrations, self.screening)
        self._wire_cameras()
        self._wire_enrolment()
        self._wire_live()

    def _wire_cameras(self) -> None:
        settings = self.settings
        store = SegmentStore(self.units)
        self.recorder = Recorder(store, settings.data / "segments", self.clock, settings.recording)
        self.pool = vision_pool(settings.vision, settings.data)
        called = Services(
            sittings=self.sittings,
            administrations=self.administrations,
            checkin=self.checkin,
            incidents=self.incidents,
        )
        calibration = load_calibration(settings.vision.engine, settings.data)
        self.analyst = Analyst(called, self.pool, calibration, self.bus, self.clock)
        self.bus.subscribe(SittingEnded, self._end_camera)

    def _wire_enrolment(self) -> None:
        calibration = load_calibration(self.settings.vision.engine, self.settings.data)
        self.duplicate_searches = DuplicateSearches(self.units, KeptTemplates(self.vault), calibration)
        self.enrolment = EnrolmentService(self.units, self.administrations, self.duplicate_searches)

    def _end_camera(self, event: SittingEnded) -> None:
        self.sockets.end_place(camera_socket.camera_of(event.sitting_id), Closing.SITTING_OVER)

    def _wire_live(self) -> None:
        settings = self.settings
        self.seatbook = SeatBook(
            self.database, self.administrations, self.incidents, self.clock, settings.sitting
        )
        self.hub = Hub(self.bus, self.seatbook, self.sittings, self.clock, settings.sitting)
        after = AfterAdministration(
            counting=self.counting,
            disclosure=self.disclosure,
            screening=self.screening,
            duplicates=self.duplicate_searches,
        )
        self.jobs = Jobs(self.bus, self.sittings, self.results, self.recorder, after)
        self.lag = LoopLag()
        self.loops = Loops()
        evidence = Evidence(self.recorder, self.formbook, self.vault)
        self.replay = ReplayService(
            self.units, self.sittings, self.administrations, self.incidents, self.results, evidence
        )

    def provided(self) -> Provided:
        """What endpoints may ask for."""
        candidate = CandidateServices(
            units=self.units,
            hub=self.hub,
            sittings=self.sittings,
            posting=self.posting,
            settings=self.settings,
        )
        overview = Overview(
            self.units, self.sittings, self.administrations, self.checkin, self.settings.sitting
        )
        attempts = Attempts(self.clock, self.settings.sitting.sign_in_attempts_per_minute)
        registry = Provided()
        registry.add(self.settings, self.units, self.accounts, self.sockets, self.banks, self.administrations)
        registry.add(self.blueprints, self.audits)
        registry.add(self.registration, self.sittings, self.commands, self.checkin, self.incidents)
        registry.add(self.media, self.authoring, self.imports, self.exports)
        registry.add(self.duplicates, self.item_sets, self.reviews)
        registry.add(self.rescoring, self.statistics, self.bank_statistics, self.disclosure)
        registry.add(self.screening, self.forensics, self.enrolment)
        registry.add(self.results, self.recorder, self.analyst, self.seatbook, self.hub, self.replay)
        judge = photo_judge(self.pool)
        roster_import = RosterImport(self.registration, judge, self.clock)
        registry.add(candidate, overview, attempts, judge, roster_import, self.pool, self.lag, self.loops)
        return registry

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Service"]:
        """Migrate, recover from whatever happened, run every loop, and end cleanly."""
        async with AsyncExitStack() as stack:
            stack.push_async_callback(self.database.dispose)
            await migrate(self.database)
            await self._recover()
            stack.push_async_callback(self.recorder.close)
            answering = (self.pool, self.recorder, self.posting, self.analyst, self.hub)
            loops = (*answering, self.sockets, self.jobs, self.lag, self.audits)
            named = {type(loop).__name__: loop.run() for loop in loops}
            await stack.enter_async_context(self.loops.running(named))
            yield self

    async def _recover(self) -> None:
        recovered = await self.recorder.recover()
        gaps = await self.sittings.record_gaps()
        await self.sittings.hold_after_outage()
        await self.incidents.close_left_open()
        scored = await self.results.score_missing()
        counts = {"segments": recovered, "sittings": len(gaps), "scored": scored}
        _log.info("recovered", extra=counts)


def create_app(settings: Settings, clock: Clock | None = None) -> FastAPI:
    """The ASGI application. Nothing runs before its lifespan starts."""
    service = Service(settings, clock or SystemClock())

    @asynccontextmanager
    async def lifespan(_application: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            yield

    application = FastAPI(
        title="Kaochang",
        lifespan=lifespan,
        dependencies=[Depends(make_guard(check_access))],
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    application.state.provided = service.provided()
    application.state.service = service
    install_problem_handlers(application, web_endpoints.sign_in_page)
    for router in ROUTERS:
        application.include_router(router)
    application.mount("/static", StaticFiles(directory=web_endpoints.STATIC), name="static")
    application.add_middleware(Shell, body_limit=settings.server.upload_limit_bytes)
    return application
