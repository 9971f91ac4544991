"""Text out of bytes whose encoding nobody has written down."""

from __future__ import annotations

import codecs
import re

from question_bank.errors import FormatRefused

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_SECOND_LEVEL = 0xD8


def decode_text(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: UTF-16 (with a mark), UTF-8, GB18030 or Windows-1252.

    UTF-8 is tried first because text in another encoding is hardly ever valid UTF-8. Raises FormatRefused
    (`file.encoding_unknown`).
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        found = _decoded(data, "utf-16")
        if found is not None:
            return found, "utf-16"
    for encoding in ("utf-8-sig", "gb18030", "cp1252"):
        found = _decoded(data, encoding)
        if found is not None and (encoding != "gb18030" or _is_chinese(found)):
            return found, encoding
    raise FormatRefused("file.encoding_unknown", "The text is neither UTF-8, GB18030 nor Windows-1252.")


def is_binary(text: str) -> bool:
    """Whether control characters show that this was never text."""
    return _CONTROLS.search(text) is not None


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_chinese(text: str) -> bool:
    """Whether what was decoded as GB18030 can be meant so.

    Misread accented Latin letters become rare characters: outside of GB 2312 with a plain letter behind
    them, in its second level (radical order, lead bytes D8 to F7) where two stand together. A good part of
    real text, even in traditional characters, is in its first level.
    """
    others = [character for character in text if character > "\x7f"]
    leads = "".join(others).encode("gb2312", "ignore")[::2]
    return sum(lead < _SECOND_LEVEL for lead in leads) * 4 >= len(others)
