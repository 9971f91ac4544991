"""Chromium for the tests that need one: marker, and a browser that lives as long as its module."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = os.environ.get("KAOCHANG_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

ARGUMENTS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium (set KAOCHANG_CHROMIUM)")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium with a synthetic webcam. Closed before the next module: the synchronous
    driver keeps an event loop running, which the asynchronous tests of other modules must not meet."""
    if CHROMIUM is None:
        pytest.skip("no Chromium (set KAOCHANG_CHROMIUM)")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield chromium
        chromium.close()
