"""Photos of a roster in the report: every reason, the picture, and nobody's ID number."""

import base64
from typing import Any

from app.administrations.registered_photos import JudgedPhoto, PhotoJudge
from app.main import Service
from app.sittings.roster_import import RosterImport, report
from tests.app.test_roster import JPEG, number
from tests.factories.clock import HandClock
from tests.question_bank.workbook_bytes import workbook


async def lines_of(judged: JudgedPhoto, clock: HandClock, service: Service) -> dict[str, Any]:
    async def judge(picture: bytes) -> JudgedPhoto:
        return judged

    table = workbook({"Sheet1": [["姓名", "身份证号", "企业"], ["王五", number(5), "企业"]]})
    importer = RosterImport(service.registration, PhotoJudge(judge), clock)
    return report(await importer.check(table, [(f"{number(5)}.jpg", JPEG)]))


async def test_a_weak_photo_is_a_warning_for_each_reason(clock: HandClock, service: Service) -> None:
    weak = JudgedPhoto(jpeg=b"kept", reasons=("too_dark", "tilted"), thumbnail=b"small")
    found = await lines_of(weak, clock, service)
    assert (found["importable"], found["warnings"], found["photos"]["matched"]) == (1, 1, 1)
    first, second = [line for line in found["findings"] if line["code"].startswith("photo.")]
    assert (first["code"], second["code"]) == ("photo.too_dark", "photo.tilted")
    assert (base64.b64decode(first["thumbnail"]), second["thumbnail"]) == (b"small", None)
    assert first["name"] == "王五"
    assert number(5) not in str(found)


async def test_an_unusable_photo_says_that_a_person_admits(clock: HandClock, service: Service) -> None:
    bad = JudgedPhoto(jpeg=None, reasons=("frame_undecodable",))
    found = await lines_of(bad, clock, service)
    [line] = [line for line in found["findings"] if line["code"].startswith("photo.")]
    assert (found["importable"], found["photos"]["matched"], line["thumbnail"]) == (1, 0, None)
    assert "监考员核对身份证入场" in line["message_zh"]
    assert "an invigilator admits the candidate by ID card" in line["message_en"]
