"""The site that the pages' tests open."""

from collections.abc import Iterator

import pytest

from tests.app.web.fake_server import FakeServer, site


@pytest.fixture(scope="session", autouse=True)
def served_site() -> Iterator[None]:
    """Serves pages, scripts and words on localhost for all tests of this folder."""
    with site() as origin:
        FakeServer.origin = origin
        yield
