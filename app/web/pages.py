"""The table of pages and how one is drawn; who may see a page is the caller's to check.

A page is a thin Jinja2 shell in the reader's language; the scripts in `static/js/pages` draw the
rest from the JSON endpoints. Nothing here knows HTTP.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

HERE = Path(__file__).parent
STATIC = HERE / "static"
LOCALES = HERE / "locales"

LANGUAGES = ("zh-CN", "en")
DEFAULT_LANGUAGE = "zh-CN"
LANGUAGE_COOKIE = "kaochang_lang"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: path, template, key of its title. Who may open it stands in `accounts.rules.ACCESS`."""

    path: str
    template: str
    title_key: str


PAGES: tuple[Page, ...] = (
    Page(path="/", template="candidate_sign_in.html", title_key="sign_in.title"),
    Page(path="/candidate", template="candidate.html", title_key="candidate.title"),
    Page(path="/staff", template="staff_sign_in.html", title_key="staff.title"),
    Page(path="/wall", template="administrations.html", title_key="wall.list_title"),
    Page(path="/wall/{administration_id}", template="wall.html", title_key="wall.title"),
    Page(path="/sittings", template="sittings.html", title_key="sittings.title"),
    Page(path="/sittings/{sitting_id}", template="replay.html", title_key="replay.title"),
    Page(path="/face-leads", template="face_leads.html", title_key="face_leads.title"),
    Page(path="/banks", template="banks.html", title_key="banks.title"),
    Page(path="/banks/{bank_id}", template="bank.html", title_key="banks.title"),
    Page(path="/office", template="office.html", title_key="office.title"),
    Page(
        path="/office/administrations/{administration_id}/statistics",
        template="statistics.html",
        title_key="stats.title",
    ),
    Page(
        path="/office/administrations/{administration_id}/corrections",
        template="corrections.html",
        title_key="correction.title",
    ),
    Page(
        path="/administrations/{administration_id}/forensics",
        template="forensics.html",
        title_key="forensics.title",
    ),
)


@cache
def catalogue(lang: str) -> Mapping[str, str]:
    """The words of one of `LANGUAGES`. Raises KeyError for any other language."""
    if lang not in LANGUAGES:
        raise KeyError(lang)
    words: dict[str, str] = json.loads((LOCALES / f"{lang}.json").read_text(encoding="utf-8"))
    return MappingProxyType(words)


def chosen_language(asked: str | None, cookie: str | None, accept: str | None) -> str:
    """The language of a page: what `?lang=` asks, else the cookie, else Accept-Language, else Chinese.

    Only the primary subtag counts ("en-GB" is English); the header's order is taken as it stands and
    its quality values are left aside, as browsers send them in falling order.
    """
    for text in (asked, cookie, *(accept or "").split(",")):
        primary = (text or "").split(";")[0].strip().lower().split("-")[0]
        for lang in LANGUAGES:
            if primary == lang.lower().split("-")[0]:
                return lang
    return DEFAULT_LANGUAGE


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(page: Page, lang: str, context: Mapping[str, object] | None = None) -> str:
    """The HTML of a page in `lang` (one of `LANGUAGES`, else KeyError).

    Templates get `t` (key to text; an unknown key raises KeyError), `lang`, `other_lang`, `page` and
    the caller's `context`.
    """
    words = catalogue(lang)
    other = next(name for name in LANGUAGES if name != lang)
    values = {"t": words.__getitem__, "lang": lang, "other_lang": other, "page": page, **(context or {})}
    return _environment().get_template(page.template).render(values)
