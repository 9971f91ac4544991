"""Canonical JSON (RFC 8785) without floats, its digests, and a strict reader.

Numbers are integers inside +-(2**53 - 1), so every JSON reader of the world agrees on them.
"""

from __future__ import annotations

import hashlib
import json
import math
from typing import NoReturn, TypeAlias

import rfc8785

from question_bank.errors import DocumentInvalid

JsonValue: TypeAlias = "bool | int | str | list[JsonValue] | dict[str, JsonValue] | None"

MAX_DOCUMENT_BYTES = 64 * 1024 * 1024
DIGEST_PREFIX = "sha256:"


def canonical_bytes(value: JsonValue) -> bytes:
    """`value` as RFC 8785 UTF-8 bytes. Raises DocumentInvalid for lone surrogates and huge integers."""
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise DocumentInvalid("document.not_canonical", f"No canonical JSON: {error}.") from error


def digest_bytes(data: bytes) -> str:
    """`sha256:` and 64 lower-case hexadecimal digits."""
    return DIGEST_PREFIX + hashlib.sha256(data).hexdigest()


def digest_value(value: JsonValue) -> str:
    """The digest of the canonical bytes of `value`."""
    return digest_bytes(canonical_bytes(value))


def parse(data: bytes | str) -> JsonValue:
    """Strict JSON: UTF-8, at most 64 MiB, no float, no NaN, no repeated key. Raises DocumentInvalid."""
    if len(data) > MAX_DOCUMENT_BYTES:
        raise DocumentInvalid("document.too_large", "The document is larger than 64 MiB.")
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        value: JsonValue = json.loads(
            text, object_pairs_hook=_unique, parse_float=_no_float, parse_constant=_no_float
        )
    except (ValueError, RecursionError) as error:
        raise DocumentInvalid("document.not_json", f"The document is not JSON: {error}.") from error
    return value


def figure_text(value: float | None) -> str | None:
    """A figure that is no integer, as documents hold it: six significant digits, None where there is none."""
    return None if value is None or math.isnan(value) else format(value, ".6g")


def _unique(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    """An object whose keys are all different."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DocumentInvalid("document.repeated_key", "An object in the document repeats a key.")
    return found


def _no_float(text: str) -> NoReturn:
    raise DocumentInvalid("document.float", f"Only integers are allowed in the document, not {text[:32]}.")


class ObjectReader:
    """Takes the fields of one JSON object, each with its type, and refuses what is left over."""

    def __init__(self, value: JsonValue, where: str) -> None:
        if not isinstance(value, dict):
            raise DocumentInvalid("document.wrong_type", f"{where} must be an object.")
        self._left = dict(value)
        self._where = where

    def _take(self, field: str) -> JsonValue:
        if field not in self._left:
            raise DocumentInvalid("document.field_missing", f"{self._where} lacks the field {field}.")
        return self._left.pop(field)

    def _wrong(self, field: str, wanted: str) -> DocumentInvalid:
        return DocumentInvalid("document.wrong_type", f"{self._where}.{field} must be {wanted}.")

    def value(self, field: str) -> JsonValue:
        """A value of any type, for a reader of its own."""
        return self._take(field)

    def text(self, field: str) -> str:
        """A string."""
        value = self._take(field)
        if not isinstance(value, str):
            raise self._wrong(field, "a string")
        return value

    def has(self, field: str) -> bool:
        """Whether the field is there (and not taken yet)."""
        return field in self._left

    def text_or(self, field: str, default: str) -> str:
        """A string, or `default` where the field is left out."""
        return self.text(field) if self.has(field) else default

    def texts_or(self, field: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of strings, or `default` where the field is left out."""
        return self.texts(field) if self.has(field) else default

    def items_or(self, field: str) -> list[JsonValue]:
        """A list of anything, empty where the field is left out."""
        return self.items(field) if self.has(field) else []

    def pairs_or(self, field: str) -> tuple[tuple[str, str], ...]:
        """An object of strings as (name, value) pairs, empty where the field is left out."""
        if not self.has(field):
            return ()
        value = self._take(field)
        if not isinstance(value, dict):
            raise self._wrong(field, "an object of strings")
        reader = ObjectReader(value, f"{self._where}.{field}")
        return tuple((key, reader.text(key)) for key in value)

    def integer_or_none(self, field: str) -> int | None:
        """An integer, None where the field is left out."""
        return self.integer(field) if self.has(field) else None

    def integer(self, field: str) -> int:
        """An integer; true and false are none."""
        value = self._take(field)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self._wrong(field, "an integer")
        return value

    def flag(self, field: str) -> bool:
        """true or false."""
        value = self._take(field)
        if not isinstance(value, bool):
            raise self._wrong(field, "true or false")
        return value

    def items(self, field: str) -> list[JsonValue]:
        """A list of anything."""
        value = self._take(field)
        if not isinstance(value, list):
            raise self._wrong(field, "a list")
        return value

    def texts(self, field: str) -> tuple[str, ...]:
        """A list of strings."""
        values = self.items(field)
        found = tuple(value for value in values if isinstance(value, str))
        if len(found) != len(values):
            raise self._wrong(field, "a list of strings")
        return found

    def integers(self, field: str) -> tuple[int, ...]:
        """A list of integers."""
        values = self.items(field)
        found = tuple(value for value in values if isinstance(value, int) and not isinstance(value, bool))
        if len(found) != len(values):
            raise self._wrong(field, "a list of integers")
        return found

    def counts(self, field: str) -> dict[str, int]:
        """An object of integers."""
        value = self._take(field)
        if not isinstance(value, dict):
            raise self._wrong(field, "an object of integers")
        reader = ObjectReader(value, f"{self._where}.{field}")
        return {key: reader.integer(key) for key in value}

    def expect(self, field: str, wanted: str) -> None:
        """A string that must be exactly `wanted`, e.g. the format's name."""
        if self.text(field) != wanted:
            raise DocumentInvalid("document.wrong_format", f"{self._where}.{field} must be {wanted}.")

    def end(self) -> None:
        """Nothing may be left."""
        if self._left:
            name = min(self._left)[:64]
            raise DocumentInvalid("document.field_unknown", f"{self._where} has an unknown field {name}.")
