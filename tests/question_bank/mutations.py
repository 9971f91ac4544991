"""Files of every format, and deterministic damage to them."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator, Mapping

from question_bank.bank import Bank
from question_bank.formats.aiken_items import bank_to_aiken
from question_bank.formats.export import bank_to_csv, bank_to_xlsx
from question_bank.formats.gift.writing import bank_to_gift
from question_bank.formats.moodle_xml.writing import bank_to_moodle_xml
from question_bank.formats.native_package import bank_to_package
from question_bank.formats.qti.vocabulary import QtiVersion
from question_bank.formats.qti.writer import bank_to_qti
from tests.factories.item_types import bank_of_every_type

TOKENS = (
    *(b"<", b">", b"&", b"&amp;", b"&#0;", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"<?xml?>", b"</", b"/>"),
    b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
    *(b"{", b"}", b"{=", b"~", b"=", b"#", b"%100%", b"%-33.33%", b"->", b"::", b"$CATEGORY:", b"//", b"\\"),
    *(
        b"{1:MC:=a~b}",
        b"[[1]]",
        b"[html]",
        b"ANSWER: A",
        b"\r",
        b"\n\n",
        b"\t",
        b"\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
    ),
    *(
        b"1e999",
        b"-1",
        b"99999999999999999999",
        b"NaN",
        b"\xf0\x9f\x98\x80",
        "　".encode(),
        "正确".encode("gb18030"),
    ),
    *(b"\\(\\frac{a\\)", b"=HYPERLINK(1)", b"../../../x", b"<script>", b'"', b"'", b";", b",", b"|", b"**"),
)


def whole_files(bank: Bank | None = None) -> Mapping[str, bytes]:
    """A sound file of each format by name."""
    bank = bank or bank_of_every_type()
    return {
        "xlsx": bank_to_xlsx(bank).data,
        "csv": bank_to_csv(bank).data,
        "json": bank.to_json(),
        "package": bank_to_package(bank, {}).data,
        "gift": bank_to_gift(bank).data,
        "aiken": bank_to_aiken(bank).data,
        "moodlexml": bank_to_moodle_xml(bank, {}).data,
        "qti3": bank_to_qti(bank, {}, QtiVersion.V3_0).data,
        "qti22": bank_to_qti(bank, {}, QtiVersion.V2_2).data,
        "lines": "0#水是湿的。$0\n1#单位是( )。#V$kW$J\n".encode(),
    }


def damaged_files(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """`count` damaged files with the name of the format they were, the same ones for a seed."""
    chance = random.Random(seed)
    files = whole_files()
    names = sorted(files)
    for number in range(count):
        name = names[number % len(names)]
        data = files[name]
        if data.startswith(b"PK") and chance.random() < 0.8:
            yield name, _damaged_archive(data, chance)
        else:
            yield name, _damaged(data, chance)


def _damaged(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        at = chance.randrange(len(changed) + 1)
        length = chance.choice((1, 1, 4, 30, 400))
        match chance.randrange(6):
            case 0:
                changed[at:at] = chance.choice(TOKENS) * chance.choice((1, 1, 1, 3, 200))
            case 1:
                del changed[at : at + length]
            case 2:
                changed[at:at] = changed[at : at + length]
            case 3:
                other = chance.randrange(len(changed) + 1)
                changed[at:at] = changed[other : other + length]
            case 4 if changed:
                changed[at % len(changed)] = chance.randrange(256)
            case _:
                del changed[at:]
        changed = changed or bytearray(b"\n")
    return bytes(changed)


def _damaged_archive(data: bytes, chance: random.Random) -> bytes:
    """The same archive with one of its parts damaged, doubled, renamed or lost."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(part.filename, archive.read(part)) for part in archive.infolist()]
    place = chance.randrange(len(parts))
    name, content = parts[place]
    match chance.randrange(8):
        case 0:
            del parts[place]
        case 1:
            parts.append((chance.choice(("../x.xml", "/x.xml", "a\\b.xml", name + "2")), content))
        case _:
            parts[place] = (name, _damaged(content, chance))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part_name, part in parts:
            archive.writestr(part_name, part)
    return stream.getvalue()
