"""Citizen identity numbers (GB 11643-1999: 18 characters, ISO 7064 MOD 11-2), and how to hide them."""

from __future__ import annotations

import datetime
import re
import unicodedata
from enum import StrEnum

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_SHAPE = re.compile(r"[1-9]\d{16}[\dX]")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d{1,3}")
_MISSING_SIGNS = re.compile(r"[\s'’\-]+")
_LONG_NUMBER = re.compile(r"\d{13,18}[\dXx]?")
_OLDEST_YEAR = 1900
_LOST_TAIL = "000"


class IdNumberFault(StrEnum):
    """Why a number is none; the value is the report's code."""

    MISSING = "id_number.missing"
    SCIENTIFIC = "id_number.scientific"
    OLD_FORM = "id_number.old_form"
    LENGTH = "id_number.length"
    UNREADABLE = "id_number.unreadable"
    BIRTH_DATE = "id_number.birth_date"
    DIGITS_LOST = "id_number.digits_lost"
    CHECKSUM = "id_number.checksum"


def normal_id_number(text: str) -> str:
    """Narrow, upper case, without spaces, hyphens and apostrophes."""
    return _MISSING_SIGNS.sub("", unicodedata.normalize("NFKC", text)).upper()


def check_sign(first: str) -> str:
    """The last sign that belongs to the first 17 digits (GB 11643-1999, 5)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first[:17], strict=True))
    return _CHECKS[total % 11]


def id_number_fault(number: str, today: datetime.date) -> IdNumberFault | None:
    """What is wrong with a normal number, or None. `today` bounds the date of birth."""
    if not _SHAPE.fullmatch(number):
        return _shape_fault(number)
    if not _birth_date_possible(number[6:14], today):
        return IdNumberFault.BIRTH_DATE
    if check_sign(number) != number[17]:
        # A spreadsheet keeps 15 digits of a number and writes 000 for the rest.
        return IdNumberFault.DIGITS_LOST if number.endswith(_LOST_TAIL) else IdNumberFault.CHECKSUM
    return None


def _shape_fault(number: str) -> IdNumberFault:
    if not number:
        return IdNumberFault.MISSING
    if _SCIENTIFIC.fullmatch(number):
        return IdNumberFault.SCIENTIFIC
    if re.fullmatch(r"\d{15}", number):
        return IdNumberFault.OLD_FORM
    if re.fullmatch(r"\d+X?", number) and len(number) != 18:
        return IdNumberFault.LENGTH
    return IdNumberFault.UNREADABLE


def _birth_date_possible(digits: str, today: datetime.date) -> bool:
    try:
        born = datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return born.year >= _OLDEST_YEAR and born <= today


def hidden_id_number(text: str) -> str:
    """What a report may show of an ID number: 3708 **** **** 2914, or less of anything shorter."""
    number = normal_id_number(text)
    if _SCIENTIFIC.fullmatch(number):
        mantissa, _, exponent = number.partition("E")
        return f"{mantissa[:7]}E{exponent}"
    if len(number) >= 15:
        return f"{number[:4]} **** **** {number[-4:]}"
    return f"{number[:2]}****" if number else ""


def without_id_numbers(text: str) -> str:
    """Text in which every long number is hidden, for values out of other columns and file names."""
    return _LONG_NUMBER.sub(lambda found: hidden_id_number(found.group()), text)
