"""`analyse`: files in, report out, everything or nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser

from question_bank.__main__ import main
from question_bank.analysis.words import LANGUAGES, WORDS
from question_bank.bank import Bank
from question_bank.messages import message_text
from tests.browser import browser, needs_chromium
from tests.question_bank.factories import make_item

__all__ = ["browser"]

HOSTILE = "=cmd|'/c calc'!A1<script>alert(1)</script>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small administration: 300 candidates, 12 items with four options, one key wrong, times."""
    random = np.random.default_rng(31)
    theta, b = random.normal(0, 1, 300), np.linspace(-1.5, 1.5, 12)
    right = random.random((300, 12)) < 1 / (1 + np.exp(-1.7 * (theta[:, None] - b)))
    letters = np.where(right, "A", random.choice(list("BCD"), (300, 12)))
    letters[:, 11] = np.where(random.random(300) < 0.1, "-", letters[:, 11])
    letters[5, 8:] = ""
    seconds = np.exp(random.normal(3.5, 0.4, (300, 12)))
    names = [HOSTILE, *[f"c{place}" for place in range(1, 300)]]
    header = ",".join(["candidate", *[f"i{j}" for j in range(12)]])
    rows = [",".join([name, *row]) for name, row in zip(names, letters.tolist(), strict=True)]
    (tmp_path / "r.csv").write_text("\n".join([header, *rows]), "utf-8")
    clock = [",".join([name, *map(str, row)]) for name, row in zip(names, seconds.tolist(), strict=True)]
    (tmp_path / "t.csv").write_text("\n".join([header, *clock]), "utf-8")
    keys = "".join(f"i{j},{'B' if j == 3 else 'A'}\n" for j in range(12))
    (tmp_path / "k.csv").write_text("item,key\n" + keys, "utf-8")
    bank = Bank(name="Bank", industry="", items=tuple(make_item(f"i{j}") for j in range(14)))
    (tmp_path / "bank.json").write_bytes(bank.to_json())
    return tmp_path


def command(folder: Path, *more: str) -> list[str]:
    """All inputs, the JSON report to o.json."""
    given = {"--key": "k.csv", "--times": "t.csv", "--out": "o.json"}
    paths = [text for name, file in given.items() for text in (name, str(folder / file))]
    return ["analyse", str(folder / "r.csv"), *paths, *more]


def test_the_report_says_what_to_look_at(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bank, html = str(folder / "bank.json"), str(folder / "o.html")
    more = ["--html", html, "--bank", bank, "--write-parameters", str(folder / "new.json"), "--cut", "60"]
    assert main(command(folder, *more)) == 1
    said = capsys.readouterr().out
    assert "300 candidates" in said
    assert "Bank: calibrated=11 facility=1 none=2" in said
    report = json.loads((folder / "o.json").read_bytes())
    assert report["format"] == "kaochang.analysis/1"
    flagged = [item["id"] for item in report["items"] if "negative_discrimination" in item["flags"]]
    assert flagged == ["i3"]
    assert report["items"][11]["n"] < 300
    assert report["items"][9]["not_reached"] == 1
    assert (report["candidates"][0]["id"], report["candidates"][0]["items"] >= 11) == (HOSTILE, True)
    sources = {item_id: found["provenance"] for item_id, found in report["parameters"].items()}
    # No difficulty fits an item whose key is wrong: what is kept of it is how many were right.
    assert sources["i3"] == "facility"
    assert {sources["i0"], sources["i12"], sources["i13"]} == {"calibrated", "none"}
    calibrated = Bank.from_json((folder / "new.json").read_bytes())
    assert calibrated.by_id["i0"].parameters is not None
    assert calibrated.by_id["i12"].parameters is None
    # The same files give the same bytes.
    first = (folder / "o.json").read_bytes()
    assert main(command(folder, *more)) == 1
    assert (folder / "o.json").read_bytes() == first


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_no_scripts_and_no_markup_of_others(folder: Path, language: str) -> None:
    page = folder / "o.html"
    assert main(command(folder, "--html", str(page), "--language", language)) == 1
    text = page.read_text("utf-8")
    assert f'<html lang="{language}">' in text
    assert "<script" not in text
    assert not re.search(r"(?:src|href|url)\s*[=(]", text)
    assert text.count("<svg") >= 3
    assert WORDS["to_look_at"][LANGUAGES.index(language)] in text


def test_words_have_both_languages_and_the_same_places() -> None:
    for key, texts in WORDS.items():
        assert len(texts) == len(LANGUAGES), key
        assert len({tuple(re.findall(r"\{\w+\}", text)) for text in texts}) == 1, key
        assert all(text.strip() for text in texts), key


def test_bad_input_is_named_and_nothing_is_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "k.csv").write_text("item,key\ni0,A\n", "utf-8")
    html = str(folder / "o.html")
    assert main(command(folder, "--html", html)) == 2
    said = capsys.readouterr().err
    assert "keys.missing: " + message_text("keys.missing", "en", value="i1") in said
    assert message_text("keys.missing", "zh", value="i1") in said
    assert main(command(folder, "--write-parameters", str(folder / "new.json"))) == 2
    assert main(command(folder, "--cut", "100")) == 2
    assert main(["analyse", str(folder / "none.csv"), "--out", str(folder / "o.json")]) == 2
    (folder / "r.csv").write_bytes(b"\xff\xfe\x00")
    assert main(command(folder)) == 2
    assert not {"o.json", "o.html", "new.json"} & {path.name for path in folder.iterdir()}


def test_marks_without_a_key_and_nothing_to_look_at(tmp_path: Path) -> None:
    random = np.random.default_rng(33)
    table = random.random((200, 10)) < 1 / (1 + np.exp(-random.normal(0, 1.5, 200)[:, None]))
    rows = [f"c{place}," + ",".join(map(str, row)) for place, row in enumerate(table.astype(int).tolist())]
    source = tmp_path / "r.csv"
    source.write_text("id," + ",".join(f"i{j}" for j in range(10)) + "\n" + "\n".join(rows), "utf-8")
    out, page = tmp_path / "o.json", tmp_path / "o.html"
    arguments = ["analyse", str(source), "--out", str(out), "--html", str(page), "--model", "rasch"]
    assert main(arguments) == 0
    slopes = {item["calibration"]["a"] for item in json.loads(out.read_bytes())["items"]}
    assert len(slopes) == 1
    assert WORDS["no_times"][0] in page.read_text("utf-8")


def test_the_other_commands_run_without_numpy() -> None:
    code = (
        "import sys; sys.modules['numpy'] = None\n"
        "import question_bank.__main__ as command, question_bank.forms\n"
        "sys.exit(command.main(['stats', 'none.json']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, "file.unreadable" in done.stderr) == (2, True), done.stderr


@pytest.mark.browser
@needs_chromium
def test_the_page_fits_and_is_read_aloud(folder: Path, browser: Browser) -> None:
    page_file = folder / "o.html"
    main(command(folder, "--html", str(page_file), "--cut", "60", "--language", "en"))
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(page_file.as_uri())
    assert page.get_by_role("heading", level=1).inner_text() == WORDS["title"][1]
    assert page.get_by_role("rowheader", name="i3", exact=True).count() == 2
    assert page.get_by_role("img", name=WORDS["plot.curves"][1]).is_visible()
    page.set_viewport_size({"width": 683, "height": 384})  # 200 % zoom of 1366 x 768
    assert page.evaluate("document.documentElement.scrollWidth") <= 683
    assert said == []
    page.close()
