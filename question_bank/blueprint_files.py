"""Blueprints as files: TOML for people, JSON for programs; both hold the same document.

Points stand in hundredths of a point, as everywhere, so that no file needs a float. The TOML is of version
1.0 (toml.io); a document that was read and written keeps its blueprint, not its comments.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from enum import StrEnum

from question_bank.blueprint import Blueprint
from question_bank.canonical import JsonValue, parse
from question_bank.errors import DocumentInvalid

MAX_BLUEPRINT_BYTES = 4 * 1024 * 1024
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


class BlueprintFormat(StrEnum):
    """How a blueprint is written; the value is the file's suffix."""

    TOML = "toml"
    JSON = "json"


def parse_blueprint(data: bytes) -> Blueprint:
    """The blueprint in a JSON or TOML file, told apart by content: a JSON file starts with a brace.

    Raises DocumentInvalid or BlueprintInvalid.
    """
    if len(data) > MAX_BLUEPRINT_BYTES:
        raise DocumentInvalid("document.too_large", "A blueprint is at most 4 MiB.")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if data.lstrip().startswith(b"{"):
        return Blueprint.from_json(data)
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise DocumentInvalid("document.not_toml", f"The document is not TOML: {error}.") from error
    return Blueprint.from_document(document)


def write_blueprint(blueprint: Blueprint, form: BlueprintFormat) -> bytes:
    """The file of a blueprint, UTF-8."""
    if form is BlueprintFormat.JSON:
        return blueprint.to_json()
    document = parse(blueprint.to_json())
    assert isinstance(document, dict)
    return ("\n".join(_table(document, ())).strip("\n") + "\n").encode("utf-8")


def _table(table: dict[str, JsonValue], path: tuple[str, ...]) -> Iterator[str]:
    """The lines of a table: its plain values, then its tables, then its lists of tables."""
    tables = {key: value for key, value in table.items() if isinstance(value, dict)}
    rows = {key: value for key, value in table.items() if _is_rows(value)}
    for key, value in table.items():
        if key not in tables and key not in rows:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in tables.items():
        yield from ("", f"[{_path((*path, key))}]", *_table(value, (*path, key)))
    for key, value in rows.items():
        for row in value if isinstance(value, list) else ():
            assert isinstance(row, dict)
            yield from ("", f"[[{_path((*path, key))}]]", *_table(row, (*path, key)))


def _is_rows(value: JsonValue) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _path(keys: tuple[str, ...]) -> str:
    return ".".join(map(_key, keys))


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _text(key)


def _value(value: JsonValue) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return _text(value)
        case list():
            return f"[{', '.join(map(_value, value))}]"
    raise TypeError(f"not in a blueprint: {value!r}")


def _text(text: str) -> str:
    """A basic string: JSON's escapes are TOML's too; DEL must be escaped in TOML only."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
