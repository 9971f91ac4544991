"""Both languages say everything that the pages ask for, and the pages say nothing by themselves."""

import re
from pathlib import Path
from typing import get_args

import pytest

from app.accounts.rules import Role
from app.live.endpoints import CommandName
from app.web import pages

TEMPLATES = sorted((pages.HERE / "templates").glob("*.html"))
SCRIPTS = sorted((pages.STATIC / "js").rglob("*.js"))
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
KEY = re.compile(r"""\bt\(\s*["']([\w.]+)["']""")
CHOICE = re.compile(r"""\bt\([^()]*?\?\s*["']([\w.]+)["']\s*:\s*["']([\w.]+)["']""")
FAMILY = re.compile(r"""\bt\(`([\w.]+\.)\$\{[^}]+\}([\w.]*)`""")
WORDED = re.compile(r"""\bworded\(["'](\w+)["']""")
MARKUP = re.compile(
    r"{% block \w+_attributes %}.*?{% endblock %}|{{.*?}}|{%.*?%}|<kbd>.*?</kbd>|<[^>]*>", re.DOTALL
)
INLINE = re.compile(r"\sstyle=|\son\w+=\"|<style|innerHTML|insertAdjacentHTML|\beval\(|setAttribute\(\"style")
FORBIDDEN = re.compile(r"作弊|违规|嫌疑|cheat|violation|suspicio", re.IGNORECASE)


# What stands before the word is a time, or the word is no noun.
NOT_COUNTED = {"consent.points", "waiting.bell"}


def zh() -> dict[str, str]:
    return dict(pages.catalogue("zh-CN"))


def en() -> dict[str, str]:
    return dict(pages.catalogue("en"))


def without_comments(script: str) -> str:
    return re.sub(r"/\*.*?\*/|^\s*//.*$", "", script, flags=re.DOTALL | re.MULTILINE)


def test_both_catalogues_have_the_same_keys() -> None:
    assert zh().keys() == en().keys()
    assert len(zh()) > 200


def test_both_catalogues_name_the_same_places() -> None:
    def places(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    different = {key for key, text in zh().items() if places(text) != places(en()[key])}
    assert different == set()


def test_a_counted_word_has_its_singular() -> None:
    """A number before a plural has both forms, `{n|item|items}`; the places of a form are filled in too."""
    forms = re.compile(r"\{(\w+)\|[^|{}]+\|[^|{}]+\}")
    counted = re.compile(r"\{\w+\} (?:\w+ )?[a-z]{2,}s\b|\w\(e?s\)")
    plain = {key: forms.sub("", text) for key, text in en().items()}
    assert {key: text for key, text in plain.items() if counted.search(text) and key not in NOT_COUNTED} == {}
    for key, text in en().items():
        assert set(forms.findall(text)) <= set(re.findall(r"\{(\w+)\}", text)), key
        assert "|" not in forms.sub("", text), key
    assert [key for key, text in zh().items() if "|" in text] == []
    # Templates fill in nothing: only the scripts choose a form.
    templates = "".join(file.read_text(encoding="utf-8") for file in TEMPLATES)
    assert [key for key in KEY.findall(templates) if "{" in en()[key]] == []


def test_no_text_is_empty_and_english_has_no_chinese() -> None:
    assert [text for text in (*zh().values(), *en().values()) if not text] == []
    assert [k for k, text in en().items() if CHINESE.search(text) and k != "other_language"] == []


def test_no_word_names_guilt() -> None:
    assert [text for text in (*zh().values(), *en().values()) if FORBIDDEN.search(text)] == []


@pytest.mark.parametrize("file", [*TEMPLATES, *SCRIPTS], ids=lambda p: p.name)
def test_every_key_used_exists(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    used = set(KEY.findall(text)) | {key for pair in CHOICE.findall(text) for key in pair}
    assert used - zh().keys() == set()
    for head, tail in FAMILY.findall(text):
        assert [key for key in zh() if key.startswith(head) and key.endswith(tail)], f"no key {head}*{tail}"
    for head in WORDED.findall(text):
        assert [key for key in zh() if key.startswith(f"{head}.")], f"no key {head}.*"


def test_every_title_exists() -> None:
    assert {page.title_key for page in pages.PAGES} <= zh().keys()


@pytest.mark.parametrize("file", [*TEMPLATES, *SCRIPTS], ids=lambda p: p.name)
def test_no_chinese_outside_the_catalogue(file: Path) -> None:
    text = without_comments(file.read_text(encoding="utf-8"))
    assert CHINESE.findall(text) == []


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda p: p.name)
def test_no_english_in_templates(file: Path) -> None:
    text = MARKUP.sub("", file.read_text(encoding="utf-8"))
    assert re.findall(r"[A-Za-z]{2,}", text) == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda p: p.name)
def test_no_english_sentence_in_scripts(file: Path) -> None:
    text = without_comments(file.read_text(encoding="utf-8"))
    strings = re.findall(r'"([^"\n]*)"', text)
    assert [s for s in strings if re.match(r"[A-Z][a-z]+ [a-z]+", s)] == []


@pytest.mark.parametrize("file", [*TEMPLATES, *SCRIPTS], ids=lambda p: p.name)
def test_strict_policy_holds(file: Path) -> None:
    text = without_comments(file.read_text(encoding="utf-8"))
    assert not INLINE.search(text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda p: p.name)
def test_scripts_keep_their_size_and_tell_their_purpose(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 400
    assert lines[0].startswith("/**")


def recorded_acts() -> set[str]:
    """The types of entries that the timeline lets through as acts, as the service writes them."""
    texts = [file.read_text(encoding="utf-8") for file in (pages.HERE.parent).rglob("*.py")]
    written = {kind for text in texts for kind in re.findall(r'"([a-z]+\.[a-z_]+)"', text)}
    families = (
        "staff.",
        "sitting.",
        "incident.",
        "identity.",
        "consent.",
        "notice.",
        "invigilator.",
        "result.resc",
    )
    others = {"candidate.signed_in", "photo.taken_at_check_in", "admission.requested", "gap"}
    commands = {f"staff.{name}" for name in get_args(CommandName)}
    not_of_a_sitting = {"staff.created", "staff.sign_in_refused", "staff.signed_in", "staff.signed_out"}
    not_entries = {"sitting.id", "incident.id", "staff.title"}
    of_families = {kind for kind in written if kind.startswith(families)}
    return (of_families | others | commands) - not_of_a_sitting - not_entries


def test_every_act_of_a_sitting_has_words() -> None:
    acts = recorded_acts()
    assert {"staff.refuse", "staff.viewed", "sitting.expired", "incident.disposed", "gap"} <= acts
    assert {kind for kind in acts if f"act.{kind}" not in zh()} == set()


def test_everybody_who_acts_has_a_name() -> None:
    actors = {role.value for role in Role} | {"machine", "server", "system", "unknown"}
    assert {actor for actor in actors if f"by.{actor}" not in zh()} == set()
