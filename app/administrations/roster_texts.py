"""The words for every code a roster report can hold, in Chinese and English."""

from __future__ import annotations

LANGUAGES = ("zh", "en")

# code: (Chinese, English, what to do in Chinese, what to do in English)
_TEXTS: dict[str, tuple[str, str, str, str]] = {
    "name.missing": ("没有姓名。", "No name.", "补姓名", "Add the name"),
    "name.unreadable": (
        "姓名太长，或有数字和符号。",
        "The name is too long, or holds digits or signs.",
        "对照身份证改姓名",
        "Correct the name from the ID card",
    ),
    "name.inner_space": (
        "姓名中间有空格。按“{name}”导入。",
        "The name holds spaces. Imported as {name}.",
        "不用改，请确认",
        "Nothing to change, please confirm",
    ),
    "id_number.missing": ("没有证件号。", "No ID number.", "补证件号", "Add the ID number"),
    "id_number.scientific": (
        "Excel 把号码变成了科学计数，后几位已经丢失。",
        "The spreadsheet turned the number into scientific notation; its last digits are lost.",
        "把这一列设成“文本”后重新填",
        "Format the column as text and type the number again",
    ),
    "id_number.digits_lost": (
        "号码最后三位成了 000，很可能是 Excel 丢失了后几位。",
        "The last three digits are 000: the spreadsheet has most likely lost them.",
        "把这一列设成“文本”后重新填",
        "Format the column as text and type the number again",
    ),
    "id_number.old_form": (
        "这是 15 位的旧号码。",
        "This is an old number of 15 digits.",
        "填 18 位号码",
        "Enter the number of 18 digits",
    ),
    "id_number.length": (
        "号码应是 18 位，表中是 {length} 位。",
        "The number should have 18 digits, not {length}.",
        "对照身份证改号码",
        "Correct the number from the ID card",
    ),
    "id_number.unreadable": (
        "不是身份证号码。",
        "This is no identity card number.",
        "对照身份证改号码",
        "Correct the number from the ID card",
    ),
    "id_number.birth_date": (
        "号码里的出生日期不存在。",
        "The date of birth in the number does not exist.",
        "对照身份证改号码",
        "Correct the number from the ID card",
    ),
    "id_number.checksum": (
        "末位校验不对。17 位算出的末位应是 {wanted}，表中是 {found}。",
        "The check digit is wrong: the first 17 digits call for {wanted}, the table says {found}.",
        "对照身份证改号码",
        "Correct the number from the ID card",
    ),
    "row.repeated": (
        "和第 {other_row} 行是同一个人。",
        "The same person as in row {other_row}.",
        "删掉一行",
        "Delete one of them",
    ),
    "enterprise.missing": ("没有单位。", "No enterprise.", "补单位", "Add the enterprise"),
    "category.missing": ("没有工种。", "No category.", "补工种", "Add the category"),
    "text.unreadable": (
        "太长，或有看不见的字符。",
        "Too long, or holds invisible characters.",
        "重新输入这一格",
        "Type the cell again",
    ),
    "phone.odd": (
        "不像手机号码，没有导入。",
        "No mobile number; left out.",
        "改号码或留空",
        "Correct it or leave it empty",
    ),
    "photo.missing": (
        "没有以证件号、准考证号或姓名命名的照片。",
        "No photo is named after the ID number, the ticket or the name.",
        "补照片，或到现场拍",
        "Add the photo, or take it on the spot",
    ),
    "photo.not_an_image": (
        "照片文件不是 JPEG 或 PNG。",
        "The photo file is neither JPEG nor PNG.",
        "换一张照片",
        "Replace the photo",
    ),
    "photo.several": (
        "有几张照片都对得上，分不出是哪一张。",
        "Several photos match; which one is meant is not clear.",
        "以证件号命名，只留一张",
        "Name one after the ID number and keep only that",
    ),
}


def roster_text(code: str, language: str, **params: str) -> str:
    """The sentence for `code` in `zh` or `en`. Raises KeyError for a code without text."""
    return _TEXTS[code][LANGUAGES.index(language)].format_map(params)


def roster_fix(code: str, language: str) -> str:
    """What to do about `code`, in `zh` or `en`."""
    return _TEXTS[code][2 + LANGUAGES.index(language)]


def roster_codes() -> frozenset[str]:
    """Every code that has words."""
    return frozenset(_TEXTS)
