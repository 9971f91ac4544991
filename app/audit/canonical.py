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
    plain = _plain(value, 0)
    try:
        return _ENCODER.encode(plain).encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("a string holds a lone surrogate") from error


def _plain(value: object, depth: int) -> object:
    """The same value in dictionaries and lists only (mapping proxies, tuples and the like are rewritten)."""
    if depth > MAX_DEPTH:
        raise NotCanonical("nested too deep")
    # The built-in classes first: asking an abstract one takes ten times as long.
    kind = type(value)
    if kind is dict:
        return _plain_members(value, depth)  # type: ignore[arg-type]
    if kind is list or kind is tuple:
        return _plain_elements(value, depth)  # type: ignore[arg-type]
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise NotCanonical("an integer is beyond 2^53 - 1")
        return value
    if isinstance(value, Mapping):
        return _plain_members(value, depth)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return _plain_elements(value, depth)
    raise NotCanonical(f"a {type(value).__name__} is not allowed")


def _plain_elements(value: Sequence[object], depth: int) -> list[object]:
    return [inner if type(inner) is str else _plain(inner, depth + 1) for inner in value]


def _plain_members(value: Mapping[object, object], depth: int) -> dict[object, object]:
    try:
        ascii_keys = "".join(value).isascii()  # type: ignore[arg-type]
    except TypeError:
        ascii_keys = False
    if not ascii_keys:
        raise NotCanonical("a key is not an ASCII string")
    plain = dict(value)
    for key, inner in plain.items():
        # Most values are strings and small numbers: no call for them.
        kind = type(inner)
        if kind is not str and not (kind is int and -MAX_INTEGER <= inner <= MAX_INTEGER):  # type: ignore[operator]
            plain[key] = _plain(inner, depth + 1)
    return plain
