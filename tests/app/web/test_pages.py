"""The page table, the choice of language and the drawn shells."""

import re

import pytest

from app.kit.guards import CSP
from app.web import pages


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda p: p.path)
@pytest.mark.parametrize("lang", pages.LANGUAGES)
def test_every_page_is_drawn_in_every_language(page: pages.Page, lang: str) -> None:
    html = pages.render(page, lang)
    assert f'<html lang="{lang}"' in html
    assert pages.catalogue(lang)[page.title_key] in html
    for address in re.findall(r'(?:src|href)="/static/([^"#]+)', html):
        assert (pages.STATIC / address).is_file(), address


def test_unknown_language_is_refused() -> None:
    with pytest.raises(KeyError):
        pages.render(pages.PAGES[0], "fr")


def test_paths_are_unique() -> None:
    assert len({page.path for page in pages.PAGES}) == len(pages.PAGES)


@pytest.mark.parametrize(
    ("asked", "cookie", "accept", "expected"),
    [
        ("en", "zh-CN", "zh-CN", "en"),
        (None, "en", "zh-CN", "en"),
        (None, None, "en-GB,en;q=0.9", "en"),
        (None, None, "fr-FR,en;q=0.5", "en"),
        (None, None, "zh-TW", "zh-CN"),
        (None, None, "fr", "zh-CN"),
        (None, None, None, "zh-CN"),
        ("fr", "nonsense", "", "zh-CN"),
        ("EN", None, None, "en"),
    ],
)
def test_language_is_chosen(asked: str | None, cookie: str | None, accept: str | None, expected: str) -> None:
    assert pages.chosen_language(asked, cookie, accept) == expected


def test_policy_allows_no_inline_code() -> None:
    assert "unsafe" not in CSP
    assert "default-src 'self'" in CSP
