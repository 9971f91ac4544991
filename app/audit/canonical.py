"""Canonical JSON (RFC 8785) of what entries may hold: objects, arrays, strings, integers, booleans, null.

Floats are refused (their text form is where implementations disagree). Within this subset the
standard library's encoder writes exactly what RFC 8785 asks, except the order of keys outside the
Basic Multilingual Plane, so keys are restricted to ASCII. The tests compare with the rfc8785 package.
"""

import json
from collections.abc import Mapping, Sequence

MAX_INTEGER = 2**53 - 1
MAX_DEPTH = 16
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


class NotCanonical(ValueError):
    """The value cannot be written canonically (float, huge integer, lone surrogate, odd key, too deep)."""


def canonical_json(value: object) -> bytes:
    """The one UTF-8 encoding of `value`. Raises NotCanonical."""
    _check(value, 0)
    try:
        return _ENCODER.encode(value).encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("a string holds a lone surrogate") from error


def _check(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise NotCanonical("nested too deep")
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise NotCanonical("an integer is beyond 2^53 - 1")
        return
    if isinstance(value, Mapping):
        _check_members(value, depth)
        return
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        for inner in value:
            _check(inner, depth + 1)
        return
    raise NotCanonical(f"a {type(value).__name__} is not allowed")


def _check_members(value: Mapping[object, object], depth: int) -> None:
    for key, inner in value.items():
        if not (isinstance(key, str) and key.isascii()):
            raise NotCanonical("a key is not an ASCII string")
        if type(inner) is not str:  # most values are plain strings: no call for them
            _check(inner, depth + 1)
