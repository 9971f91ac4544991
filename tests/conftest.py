"""Fixtures shared by the tests of the service: databases, the service itself, a running server."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck
from hypothesis import settings as property_settings

from app.clock import Clock
from app.main import Service
from app.settings import Settings, SittingSettings, VisionSettings
from tests.factories.clock import HandClock
from tests.factories.databases import emptied, migrated, postgresql_database, sqlite_url
from tests.factories.running import RunningServer, running_server

# Two busy cores make any single example slow now and then; how long one takes proves nothing here.
property_settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
property_settings.load_profile("house")

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "kaochang.sqlite3"
    asyncio.run(migrated(sqlite_url(path)))
    return path


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A migrated PostgreSQL database of this test run; skips where no server answers."""
    try:
        made = postgresql_database()
        url = made.__enter__()
    except OSError as error:
        pytest.skip(f"no PostgreSQL server: {error}")
    try:
        asyncio.run(migrated(url))
        yield url
    finally:
        made.__exit__(None, None, None)


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A migrated, empty database: SQLite, then PostgreSQL."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        path = tmp_path / "kaochang.sqlite3"
        shutil.copy(template, path)
        return sqlite_url(path)
    url: str = request.getfixturevalue("postgresql_url")
    asyncio.run(emptied(url))
    return url


@pytest.fixture
def clock() -> HandClock:
    """Nine in the morning until it is turned."""
    return HandClock()


def settings_for(folder: Path, url: str | None, **sitting: float) -> Settings:
    """Settings of a service without vision workers."""
    return Settings(
        data=folder,
        database_url=url,
        vision=VisionSettings(workers=0),
        sitting=SittingSettings.model_validate(sitting),
    )


def built_service(folder: Path, url: str, clock: Clock) -> Service:
    """A service whose loops do not run."""
    return Service(settings_for(folder, url), clock)


@asynccontextmanager
async def answering(folder: Path, url: str, clock: Clock) -> AsyncIterator[Service]:
    """A service with the loops that only answer (posting, recorder, hub); bell and deadlines are rung by
    the test."""
    made = built_service(folder, url, clock)
    loops = [asyncio.create_task(loop.run()) for loop in (made.posting, made.recorder, made.hub)]
    yield made
    for task in loops:
        task.cancel()
    ended = await asyncio.gather(*loops, return_exceptions=True)
    await made.recorder.close()
    await made.database.dispose()
    assert all(isinstance(end, asyncio.CancelledError) for end in ended), ended


@pytest_asyncio.fixture
async def service(database_url: str, tmp_path: Path, clock: HandClock) -> AsyncIterator[Service]:
    """An answering service over each database."""
    async with answering(tmp_path, database_url, clock) as made:
        yield made


@pytest.fixture
def server(sqlite_template: Path, tmp_path: Path) -> Iterator[RunningServer]:
    """The whole service under uvicorn on a free loopback port, with its real clock and every loop."""
    shutil.copy(sqlite_template, tmp_path / "kaochang.sqlite3")
    with running_server(settings_for(tmp_path, None)) as running:
        yield running
