"""Entries and the chains they form (pure).

An entry is canonical JSON, stored verbatim. Its leaf hash is SHA-256(0x00 || bytes) as RFC 6962 2.1
hashes leaves, so that the same entries can later be the leaves of the Merkle log. `prev` is the leaf
hash of the stream's previous entry (64 zeros for the first), `seq` counts from 1 without holes.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from app.audit.canonical import NotCanonical, canonical_json
from app.clock import instant_text, parse_instant

ENTRY_VERSION = 1
NO_PREVIOUS = "0" * 64
LEAF_PREFIX = b"\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The end of a chain: how many entries, and the leaf hash (lower-case hex) of the last."""

    seq: int = 0
    leaf: str = NO_PREVIOUS


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One link, as stored. `text` is the canonical JSON, verbatim; `at` has whole milliseconds, as there."""

    stream: str
    seq: int
    type: str
    at: datetime
    text: str
    leaf: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainProblem:
    """The first thing that does not fit in a chain. `seq` is where; `code` is stable."""

    seq: int
    code: str
    text: str


def leaf_hash(text: str) -> str:
    """RFC 6962 leaf hash of an entry's verbatim text, lower-case hex."""
    return hashlib.sha256(LEAF_PREFIX + text.encode()).hexdigest()


def link(
    head: Head, *, stream: str, kind: str, actor: str, data: Mapping[str, object], at: datetime
) -> tuple[Entry, Head]:
    """The next entry of a chain and the chain's new head. Raises NotCanonical."""
    said_at, at = _moment(at)
    body = {
        "v": ENTRY_VERSION,
        "stream": stream,
        "seq": head.seq + 1,
        "at": said_at,
        "type": kind,
        "actor": actor,
        "prev": head.leaf,
        "data": data,
    }
    verbatim = canonical_json(body)
    leaf = hashlib.sha256(LEAF_PREFIX + verbatim).hexdigest()
    entry = Entry(stream=stream, seq=head.seq + 1, type=kind, at=at, text=verbatim.decode(), leaf=leaf)
    return entry, Head(seq=entry.seq, leaf=leaf)


@lru_cache(maxsize=4)
def _moment(at: datetime) -> tuple[str, datetime]:
    """What an entry says of its time, and the same for its column: nobody can change its microseconds.

    Remembered, because all entries of a batch have one instant.
    """
    said_at = instant_text(at)
    return said_at, parse_instant(said_at)


def verify_chain(stream: str, entries: Iterable[Entry], head: Head) -> tuple[int, ChainProblem | None]:
    """Walk a chain in stored order. Returns how many entries fit, and the first problem if any.

    Found: a changed entry (text, leaf or column), a missing one (hole or cut end), a reordered or
    foreign one, a head that does not fit.
    """
    expected = Head()
    for entry in entries:
        problem = _check_entry(stream, entry, expected)
        if problem is not None:
            return expected.seq, problem
        expected = Head(seq=entry.seq, leaf=entry.leaf)
    if expected != head:
        code = "entries_missing_at_end" if expected.seq < head.seq else "head_differs"
        text = f"The chain ends at {expected.seq}, its head says {head.seq}."
        return expected.seq, ChainProblem(seq=expected.seq + 1, code=code, text=text)
    return expected.seq, None


def _check_entry(stream: str, entry: Entry, expected: Head) -> ChainProblem | None:
    seq = expected.seq + 1

    def problem(code: str, text: str) -> ChainProblem:
        return ChainProblem(seq=seq, code=code, text=text)

    if entry.seq != seq:
        code = "entry_missing" if entry.seq > seq else "entry_repeated"
        return problem(code, f"Entry {seq} is expected, entry {entry.seq} follows.")
    if leaf_hash(entry.text) != entry.leaf:
        return problem("entry_changed", f"Entry {seq} is not what its hash says.")
    body = _parse(entry.text)
    if body is None:
        return problem("entry_unreadable", f"Entry {seq} is not canonical JSON.")
    if body.get("prev") != expected.leaf:
        return problem("entry_out_of_order", f"Entry {seq} does not follow the one before it.")
    if entry.stream != stream:
        return problem("column_differs", f"Entry {seq}: the column stream is not what the entry says.")
    at = instant_text(entry.at) if entry.at.microsecond % 1000 == 0 else None
    columns = {"stream": stream, "seq": seq, "type": entry.type, "at": at}
    for name, value in columns.items():
        if body.get(name) != value:
            return problem("column_differs", f"Entry {seq}: the column {name} is not what the entry says.")
    return None


def _parse(text: str) -> dict[str, object] | None:
    try:
        body = json.loads(text)
        if isinstance(body, dict) and canonical_json(body).decode() == text:
            return body
    except (ValueError, RecursionError, NotCanonical):
        return None
    return None
