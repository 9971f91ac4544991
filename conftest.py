"""Where everything a test may need is provided, a skipped test is a failed run."""

import os

import pytest

NO_SKIPS = "KAOCHANG_TEST_NO_SKIPS"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """With KAOCHANG_TEST_NO_SKIPS set, any skip turns a green run red."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get(NO_SKIPS) or reporter is None:
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped and session.exitstatus == pytest.ExitCode.OK:
        reporter.write_line(f"{NO_SKIPS} is set and {len(skipped)} tests were skipped.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
