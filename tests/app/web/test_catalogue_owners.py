"""A word of one page is not another page's: `review.open` once meant two things, and a button broke.

Every first part of a key belongs to one area of the pages (a folder of scripts, its pages and templates), or
is a family that means the same everywhere, or the single key is named as borrowed.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from app.web import pages
from tests.app.web.test_catalogue import FAMILY, SCRIPTS, TEMPLATES, WORDED, zh

SCRIPT_ROOT = pages.STATIC / "js"
# Which area a page belongs to, where it is not its own.
AREA_OF_PAGE = {
    "candidate-sign-in": "candidate",
    "candidate_sign_in": "candidate",
    "staff-sign-in": "staff",
    "staff_sign_in": "staff",
    "administrations": "wall",
    "sittings": "replay",
    "bank": "banks",
    "base": "shared",
}
# Families: values that the server sends, or parts that every page has. A key of these means one thing.
SHARED = frozenset(
    {
        "act",
        "advice",
        "by",
        "camera",
        "closed",
        "column",
        "command",
        "decision",
        "dialog",
        "difficulty",
        "editor",
        "find",
        "flag",
        "item",
        "keys",
        "list",
        "outcome",
        "panel",
        "photo",
        "presence",
        "problem",
        "report",
        "rule",
        "save",
        "severity",
        "state",
        "stats",
        "timeline",
        "type",
        "waiting_reason",
        "wall",
    }
)
# Single keys of an area that another one shows as well, in the same meaning.
BORROWED = frozenset(
    {
        "correction.title",
        "forensics.title",
        "office.back",
        "review.answered",
        "sign_in.code",
        "sign_in.ticket",
    }
)
_TEXT = re.compile(r"""["']([a-z_]+\.[\w.]+)["']""")


def area_of(file: Path) -> str:
    """The area that a script or template belongs to; "shared" for what no area owns."""
    if file.parent.name in ("pages", "templates"):
        return AREA_OF_PAGE.get(file.stem, file.stem)
    folder = file.relative_to(SCRIPT_ROOT).parts[0]
    return folder if folder not in ("elements", "interactions") and not folder.endswith(".js") else "shared"


def keys_of(text: str) -> set[str]:
    """The keys that a file names, in full or by family."""
    known = zh().keys()
    found = {key for key in _TEXT.findall(text) if key in known}
    for head, tail in FAMILY.findall(text):
        found |= {key for key in known if key.startswith(head) and key.endswith(tail)}
    for head in WORDED.findall(text):
        found |= {key for key in known if key.startswith(f"{head}.")}
    return found


def used() -> dict[str, set[str]]:
    """The keys of every area."""
    found: dict[str, set[str]] = {}
    for file in [*SCRIPTS, *TEMPLATES]:
        found.setdefault(area_of(file), set()).update(keys_of(file.read_text(encoding="utf-8")))
    return found


def collisions(areas: Mapping[str, set[str]], shared: Iterable[str], borrowed: Iterable[str]) -> set[str]:
    """The first parts that two areas use with keys that are neither of a family nor borrowed."""
    users: dict[str, set[str]] = {}
    for area, keys in areas.items():
        for key in keys - set(borrowed):
            users.setdefault(key.partition(".")[0], set()).add(area)
    return {head for head, owners in users.items() if len(owners) > 1} - set(shared)


def test_no_two_pages_share_a_name_for_their_words() -> None:
    assert collisions(used(), SHARED, BORROWED) == set()


def test_the_lists_name_nothing_that_one_area_has_for_itself() -> None:
    areas = used()
    for head in SHARED:
        users = {area for area, keys in areas.items() for key in keys if key.startswith(f"{head}.")}
        assert len(users) > 1 or users == {"shared"}, head
    for key in BORROWED:
        head = key.partition(".")[0]
        users = {area for area, keys in areas.items() if any(k.startswith(f"{head}.") for k in keys)}
        assert len(users) > 1, key
        assert any(key in keys for keys in areas.values()), key


def test_a_collision_is_found() -> None:
    areas = {"banks": {"check.title", "type.cloze"}, "candidate": {"check.off", "type.numeric"}}
    assert collisions(areas, {"type"}, ()) == {"check"}
    assert collisions(areas, {"type"}, {"check.off"}) == set()
    assert collisions(areas, (), ()) == {"check", "type"}


@pytest.mark.parametrize("lang", pages.LANGUAGES)
def test_no_key_stands_twice_in_a_catalogue(lang: str) -> None:
    """The second would win without a word."""
    pairs: list[tuple[str, str]] = json.loads(
        (pages.LOCALES / f"{lang}.json").read_text(encoding="utf-8"), object_pairs_hook=list
    )
    keys = [key for key, _ in pairs]
    assert len(set(keys)) == len(keys)
    assert keys == sorted(keys), "sorted, so that two who add the same key meet at the merge"
