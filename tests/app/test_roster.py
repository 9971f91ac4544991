"""Rosters as offices send them: every row is reported, no ID number is shown, photos find their person."""

from __future__ import annotations

import datetime
import io
import random
import zipfile
from collections.abc import Mapping, Sequence

import pytest

from app.administrations.id_numbers import (
    IdNumberFault,
    check_sign,
    hidden_id_number,
    id_number_fault,
    normal_id_number,
)
from app.administrations.photos import (
    MAX_PHOTO_BYTES,
    MAX_PHOTOS,
    NoPhotos,
    PhotoSource,
    ZipPhotos,
    uploaded_source,
)
from app.administrations.roster import RosterCheck, RosterStatus, check_roster
from app.administrations.roster_texts import LANGUAGES, roster_codes, roster_fix, roster_text
from app.errors import Invalid
from tests.question_bank.workbook_bytes import workbook

TODAY = datetime.date(2026, 7, 1)
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
HEADER = ["姓名", "身份证号", "单位", "工种"]


def number(serial: int) -> str:
    """A made-up ID number with the right check sign."""
    first = f"37088219900101{serial:03}"
    return first + check_sign(first)


def check(
    *rows: Sequence[object], header: Sequence[str] = HEADER, photos: PhotoSource | None = None
) -> RosterCheck:
    return check_roster(workbook({"Sheet1": [header, *rows]}), photos or NoPhotos(), TODAY)


def zipped(files: Mapping[str, bytes]) -> ZipPhotos:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return ZipPhotos(io.BytesIO(stream.getvalue()))


def test_the_check_sign_of_the_standards_example() -> None:
    # The two examples of GB 11643-1999 itself.
    assert check_sign("11010519491231002") == "X"
    assert check_sign("44052418800101001") == "4"


def test_any_single_wrong_digit_is_found() -> None:
    good = number(14)
    assert id_number_fault(good, TODAY) is None
    for place in range(17):
        wrong = good[:place] + str((int(good[place]) + 1) % 10) + good[place + 1 :]
        assert id_number_fault(wrong, TODAY) is not None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", IdNumberFault.MISSING),
        ("3.70882E+17", IdNumberFault.SCIENTIFIC),
        ("3.70882199001011e17", IdNumberFault.SCIENTIFIC),
        ("370882900101291", IdNumberFault.OLD_FORM),
        ("37088219900101001", IdNumberFault.LENGTH),
        ("护照E1234567", IdNumberFault.UNREADABLE),
        ("37088219900231001X", IdNumberFault.BIRTH_DATE),
        ("370882209001010015", IdNumberFault.BIRTH_DATE),
        ("370882199001011000", IdNumberFault.DIGITS_LOST),
    ],
)
def test_faults_of_numbers(text: str, fault: IdNumberFault) -> None:
    assert id_number_fault(normal_id_number(text), TODAY) is fault


def test_numbers_are_read_as_people_write_them() -> None:
    good = number(14)
    for written in (f"'{good}", f" {good[:6]} {good[6:14]} {good[14:]} ", good.lower()):
        assert normal_id_number(written) == good


def test_a_good_roster() -> None:
    result = check(
        ["张三", number(1), "诚信建设", "低压电工", "13800001111"],
        ["Anna Smith", number(2), "诚信建设", "焊工", ""],
        header=[*HEADER, "手机"],
    )
    assert result.count(RosterStatus.READY) == 2
    first, second = result.people
    assert (first.row, first.name, first.id_number, first.phone) == (2, "张三", number(1), "13800001111")
    assert (second.name, second.enterprise, second.category) == ("Anna Smith", "诚信建设", "焊工")
    assert number(1) not in repr(result)


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (["", number(1), "企业", "电工"], "name.missing", "name"),
        (["张3", number(1), "企业", "电工"], "name.unreadable", "name"),
        (["张" * 51, number(1), "企业", "电工"], "name.unreadable", "name"),
        (["张三", "", "企业", "电工"], "id_number.missing", "id_number"),
        (["张三", 370882199001011234, "企业", "电工"], "id_number.scientific", "id_number"),
        (["张三", "3.70882E+17", "企业", "电工"], "id_number.scientific", "id_number"),
        (["张三", number(1)[:-1], "企业", "电工"], "id_number.length", "id_number"),
        (["张三", number(1), "企\u202e业", "电工"], "text.unreadable", "enterprise"),
        (["张三", number(1), "企" * 201, "电工"], "text.unreadable", "enterprise"),
    ],
)
def test_rejected_rows(row: list[object], code: str, column: str) -> None:
    result = check(row)
    assert result.people == ()
    (report,) = result.rows
    assert report.status is RosterStatus.REJECTED
    assert (code, column) in {(problem.code, problem.column) for problem in report.problems}


def test_a_wrong_check_sign_is_explained() -> None:
    good = number(14)
    wrong = good[:-1] + ("4" if good[-1] != "4" else "5")
    (problem,) = check(["陈国栋", wrong, "企业", "电工"]).rows[0].problems
    assert problem.value == f"3708 **** **** {wrong[-4:]}"
    assert problem.title == "身份证号"
    assert problem.text("zh") == f"末位校验不对。17 位算出的末位应是 {good[-1]}，表中是 {wrong[-1]}。"
    assert problem.fix("zh") == "对照身份证改号码"


def test_spaces_in_a_chinese_name_are_removed_with_a_warning() -> None:
    result = check(["孙　勇", number(1), "企业", "电工"])
    (report,) = result.rows
    assert (report.status, report.name) == (RosterStatus.WARNED, "孙勇")
    assert report.problems[0].text("zh") == "姓名中间有空格。按“孙勇”导入。"
    assert result.people[0].name == "孙勇"


def test_a_second_row_of_a_person_is_rejected() -> None:
    result = check(["张三", number(1), "企业", "电工"], ["张三", number(1).lower(), "企业", "焊工"])
    assert [row.status for row in result.rows] == [RosterStatus.READY, RosterStatus.REJECTED]
    (problem,) = result.rows[1].problems
    assert (problem.code, problem.text("zh")) == ("row.repeated", "和第 2 行是同一个人。")


def test_a_rejected_row_does_not_claim_the_person() -> None:
    result = check(["", number(1), "企业", "电工"], ["张三", number(1), "企业", "电工"])
    assert [person.row for person in result.people] == [3]


def test_empty_cells_and_odd_phones_are_warnings() -> None:
    result = check(["张三", number(1), "", "", "12345"], header=[*HEADER, "联系电话"])
    codes = [problem.code for problem in result.rows[0].problems]
    assert codes == ["enterprise.missing", "category.missing", "phone.odd"]
    assert result.people[0].phone == ""


def test_unknown_columns_and_late_headers_and_gbk() -> None:
    text = f"七月上半月报名表,,\r\n序号,姓名,身份证号码（18位）,学时\r\n1,张三,{number(1)},24\r\n"
    result = check_roster(text.encode("gbk"), NoPhotos(), TODAY)
    assert (result.header_row, result.encoding, result.unknown_columns) == (2, "gb18030", ("学时",))
    assert result.people[0].row == 3


def test_no_value_of_a_report_shows_an_id_number() -> None:
    swapped = check([number(1), "张三", number(2), "电工"], ["李四", number(3), "企\u202e" + number(4), ""])
    photos = zipped({f"{number(5)}.jpg": b"text", f"a{number(5)}.jpg": JPEG})
    several = check(["王五", number(5), "企业", "电工"], photos=photos)
    for result in (swapped, several):
        for serial in range(1, 6):
            assert number(serial) not in repr(result.rows)
    assert hidden_id_number("3.70882199001011E+17") == "3.70882E+17"
    assert hidden_id_number("12345") == "12****"


def test_tables_that_are_no_roster_are_refused() -> None:
    for data, code in [(b"a,b\n1,2", "table.no_header"), (b"\x81", "file.encoding_unknown")]:
        with pytest.raises(Invalid) as caught:
            check_roster(data, NoPhotos(), TODAY)
        assert caught.value.code == code


def test_photos_find_their_person() -> None:
    photos = zipped(
        {
            f"photos/{number(1)}.jpg": JPEG,
            f"张三_{number(2).lower()}.PNG": PNG,
            "T-3.jpg": JPEG,
            "赵 六.jpg": JPEG,
            "IMG_5.jpg": JPEG,
            "__MACOSX/._IMG_5.jpg": b"junk",
            "Thumbs.db": b"junk",
        }
    )
    result = check(
        ["甲", number(1), "企业", "电工", "", ""],
        ["乙", number(2), "企业", "电工", "", ""],
        ["丙", number(3), "企业", "电工", "T-3", ""],
        ["赵六", number(4), "企业", "电工", "", ""],
        ["丁", number(5), "企业", "电工", "", "img_5.JPG"],
        ["戊", number(6), "企业", "电工", "", ""],
        header=[*HEADER, "准考证号", "照片"],
        photos=photos,
    )
    assert result.photos_by == {"id_number": 2, "ticket": 1, "name": 1, "column": 1}
    assert [bool(person.photo) for person in result.people] == [True] * 5 + [False]
    assert photos.read(result.people[1].photo) == PNG
    assert [row.status for row in result.rows][4:] == [RosterStatus.READY, RosterStatus.WARNED]
    assert result.rows[5].problems[0].code == "photo.missing"


def test_photos_are_not_guessed() -> None:
    photos = zipped(
        {
            "李四.jpg": JPEG,
            f"{number(3)}.jpg": JPEG,
            f"{number(3)}(2).jpg": JPEG,
            f"{number(4)}.jpg": b"GIF89a",
        }
    )
    result = check(
        ["李四", number(1), "企业", "电工"],
        ["李四", number(2), "企业", "电工"],
        ["王五", number(3), "企业", "电工"],
        ["赵六", number(4), "企业", "电工"],
        photos=photos,
    )
    codes = [row.problems[0].code for row in result.rows]
    assert codes == ["photo.missing", "photo.missing", "photo.several", "photo.not_an_image"]
    assert not any(person.photo for person in result.people)


def test_names_of_a_chinese_packer_are_read() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("XXXX.jpg", JPEG)
    data = stream.getvalue().replace(b"XXXX", "张三".encode("gbk"))
    assert ZipPhotos(io.BytesIO(data)).names == ("张三.jpg",)


def zip_refusal(files: Mapping[str, bytes]) -> str:
    with pytest.raises(Invalid) as caught:
        zipped(files)
    return caught.value.code


@pytest.mark.parametrize("name", ["../a.jpg", "/a.jpg", "a/../../b.jpg", "..\\a.jpg", "C:\\a.jpg"])
def test_names_that_climb_are_refused(name: str) -> None:
    assert zip_refusal({name: JPEG}) == "photos.unsafe_name"


def test_photo_packages_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    assert zip_refusal({"a.jpg": b"\0" * (10 * 1024 * 1024 + 1)}) == "photos.too_large"
    assert zip_refusal({f"{count}.jpg": b"" for count in range(2_001)}) == "photos.too_many"
    monkeypatch.setattr("app.administrations.photos.MAX_TOTAL_BYTES", 30)
    assert zip_refusal({"a.jpg": JPEG, "b.jpg": JPEG}) == "photos.too_large"


def test_damaged_packages_end_clearly() -> None:
    chance = random.Random(7)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jpg", JPEG * 100)
    sound = stream.getvalue()
    assert _outcome(sound) == "read"
    assert _outcome(b"no zip") == "photos.broken"
    for _ in range(200):
        data = bytearray(sound)
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        assert _outcome(bytes(data)).startswith(("read", "photos."))


def _outcome(data: bytes) -> str:
    """read, or the code of the refusal; any other error fails the test."""
    try:
        photos = ZipPhotos(io.BytesIO(data))
        for name in photos.names:
            photos.is_photo(name)
            photos.read(name)
    except Invalid as error:
        return error.code
    return "read"


def test_a_folder_of_photos() -> None:
    sent = [("报名照片/张三.jpg", JPEG), ("报名照片/.DS_Store", b"junk"), ("报名照片/李四.jpg", b"text")]
    photos = uploaded_source(sent)
    assert list(photos.names) == ["张三.jpg", "李四.jpg"]
    assert photos.is_photo("张三.jpg")
    assert not photos.is_photo("李四.jpg")
    assert photos.read("张三.jpg") == JPEG
    result = check(["张三", number(1), "企业", "电工"], photos=photos)
    assert result.photos_by == {"name": 1}
    for source in (photos, NoPhotos(), zipped({})):
        with pytest.raises(Invalid) as caught:
            source.read("../outside.jpg")
        assert caught.value.code == "photos.unknown_name"


def test_an_upload_is_told_by_what_it_holds() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("张三.jpg", JPEG)
    assert list(uploaded_source([("photos.zip", stream.getvalue())]).names) == ["张三.jpg"]
    assert list(uploaded_source([]).names) == []
    with pytest.raises(Invalid) as caught:
        uploaded_source([(f"{n}.jpg", JPEG) for n in range(MAX_PHOTOS + 1)])
    assert caught.value.code == "photos.too_many"
    with pytest.raises(Invalid) as caught:
        uploaded_source([("a.jpg", bytes(MAX_PHOTO_BYTES + 1))])
    assert caught.value.code == "photos.too_large"


def test_every_code_has_words_in_both_languages() -> None:
    params = {"name": "n", "other_row": "2", "wanted": "1", "found": "2", "length": "17"}
    assert {fault.value for fault in IdNumberFault} <= roster_codes()
    for code in roster_codes():
        for language in LANGUAGES:
            assert roster_text(code, language, **params)
            assert roster_fix(code, language)
