"""Mutated items and packages: a result or a refusal, never a crash, never long."""

from __future__ import annotations

import copy
import io
import random
import time
import zipfile

import pytest
from lxml import etree

from question_bank.errors import FormatRefused
from question_bank.formats.qti.reader import import_qti
from question_bank.formats.qti.vocabulary import QtiVersion
from question_bank.formats.qti.writer import bank_to_qti
from question_bank.formats.readers import detect, read_items
from tests.question_bank.factories import make_bank
from tests.question_bank.qti_items import many_items, package

MAX_SECONDS = 2.0
SOURCES = (many_items(12), bank_to_qti(make_bank(1, 1), {}, QtiVersion.V3_0).data)
TOKENS = (
    *("<", ">", "&#0;", "&amp;", "]]>", "<p>", "</p>", '"', "1e99", "-", "NaN", "[[1]]", r"\(", "\ue000"),
    *('<img src="data:image/png;base64,AAAA"/>', "<textEntryInteraction responseIdentifier='RESPONSE'/>"),
    *("<responseDeclaration identifier='X'/>", "<mapping/>", "<value/>", "<math/>", "<object/>", "<gap/>"),
    *('adaptive="true"', 'cardinality="ordered"', 'baseType="pair"', "<a" * 50, "长" * 3_000),
)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A few slices dropped, doubled, moved or replaced."""
    text = data.decode("utf-8", "replace")
    for _ in range(chance.randint(1, 4)):
        start, end = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        end = min(end, start + chance.choice((1, 8, 80, 800)))
        piece = text[start:end]
        place = chance.randrange(len(text) + 1)
        token = chance.choice(TOKENS)
        text = chance.choice(
            (
                text[:start] + text[end:],
                text[:place] + piece + text[place:],
                text[:start] + token + text[end:],
                text[:place] + token + text[place:],
                swapped(text, chance),
            )
        )
    return text.encode("utf-8", "replace")


def shuffled(data: bytes, chance: random.Random) -> bytes:
    """Well-formed still: elements dropped, doubled, moved or renamed, attributes and words exchanged."""
    root = etree.fromstring(data)
    for _ in range(chance.randint(1, 5)):
        elements = [element for element in root.iter(etree.Element) if element is not root]
        if not 0 < len(elements) < 2_000:
            break
        chance.choice(CHANGES)(chance.choice(elements), chance.choice(elements), chance)
    return etree.tostring(root)


def dropped(element: etree._Element, _: etree._Element, __: random.Random) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def doubled(element: etree._Element, other: etree._Element, chance: random.Random) -> None:
    copied = copy.deepcopy(other)
    element.append(copied) if chance.random() < 0.5 else element.addnext(copied)


def renamed(element: etree._Element, other: etree._Element, _: random.Random) -> None:
    element.tag, other.tag = other.tag, element.tag


def redeclared(element: etree._Element, other: etree._Element, chance: random.Random) -> None:
    values = [*map(str, other.attrib.values()), "", "0", "-1", "true", "RESPONSE"]
    for name in element.attrib:
        element.set(name, chance.choice(values))


def reworded(element: etree._Element, other: etree._Element, chance: random.Random) -> None:
    words = (element.text, "", "1e99", "a b", "[[1]]")
    element.text, other.text = other.text, chance.choice(words)


CHANGES = (dropped, doubled, renamed, redeclared, reworded)


def swapped(text: str, chance: random.Random) -> str:
    """One word between quotation marks or brackets replaced by another of the text everywhere."""
    words = text.replace("<", '"').replace(">", '"').replace(" ", '"').replace("=", '"').split('"')
    words = [word for word in words if word.strip()]
    if len(words) < 2:
        return text
    old, new = chance.sample(words, 2)
    return text.replace(old, new, 1)


def check(data: bytes) -> str:
    begun = time.perf_counter()
    try:
        result = read_items(data, detect(data)) if data[:1] == b"P" else import_qti(data)
        result.document()
        outcome = "read"
    except FormatRefused as error:
        outcome = error.code
    assert time.perf_counter() - begun < MAX_SECONDS
    return outcome


@pytest.mark.parametrize("seed", range(6))
def test_mutated_items(seed: int) -> None:
    chance = random.Random(seed)
    items = [data for source in SOURCES for data in parts(source).values()]
    outcomes = [check(mutated(chance.choice(items), chance)) for _ in range(150)]
    assert {"read", "xml.malformed"} <= set(outcomes)


@pytest.mark.parametrize("seed", range(6))
def test_shuffled_items(seed: int) -> None:
    chance = random.Random(500 + seed)
    items = [data for source in SOURCES for data in parts(source).values()]
    assert {check(shuffled(chance.choice(items), chance)) for _ in range(300)} == {"read"}


@pytest.mark.parametrize("seed", range(4))
def test_mutated_packages(seed: int) -> None:
    chance = random.Random(1_000 + seed)
    for _ in range(20):
        files = parts(chance.choice(SOURCES))
        for name in chance.sample(sorted(files), 3):
            files[name] = mutated(files[name], chance)
        check(package(files))
    for _ in range(40):
        damaged = bytearray(chance.choice(SOURCES))
        for _ in range(chance.randint(1, 20)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        check(bytes(damaged))


@pytest.mark.parametrize(
    "data",
    [
        b"<assessmentItem identifier='a'>" + b"<itemBody>" * 90 + b"</itemBody>" * 90 + b"</assessmentItem>",
        b"<assessmentItem><itemBody><p>" + b"[[1]]\\(" * 8_000 + b"</p></itemBody></assessmentItem>",
        b"<assessmentItem " + b"x" * 40_000 + b"='1'/>",
        b"<assessmentItem><responseProcessing>"
        + b"<responseElse>" * 60
        + b"<setOutcomeValue identifier='SCORE'/>" * 4_000
        + b"</responseElse>" * 60
        + b"</responseProcessing></assessmentItem>",
    ],
    ids=["nested", "formulas", "attribute", "rules"],
)
def test_shapes_that_make_parsers_slow(data: bytes) -> None:
    check(data)
