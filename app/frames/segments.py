"""The segment format (pure): exact JPEG bytes, each frame hashed and chained.

File: magic "KSEG1\\n", then records: number (uint32), captured ms (uint64), received ms (uint64),
length (uint32), chain (32 bytes), JPEG. chain[n] = SHA-256(chain[n-1] || number || captured ||
received || SHA-256(JPEG)), so that a changed, dropped or reordered picture breaks all that follow.
"""

import hashlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from mmap import mmap

MAGIC = b"KSEG1\n"
RECORD = struct.Struct(">IQQI32s")
_LINKED = struct.Struct(">IQQ")
CHAIN_START = bytes(32)
MAX_JPEG = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRecord:
    """Where a frame lies in its segment, and what it says of itself. Instants are Unix milliseconds."""

    number: int
    captured_ms: int
    received_ms: int
    offset: int
    length: int
    chain: bytes


def chain_after(previous: bytes, number: int, captured_ms: int, received_ms: int, jpeg: bytes) -> bytes:
    """The chain's next value (32 bytes)."""
    linked = _LINKED.pack(number, captured_ms, received_ms)
    return hashlib.sha256(previous + linked + hashlib.sha256(jpeg).digest()).digest()


def pack_record(number: int, captured_ms: int, received_ms: int, chain: bytes, jpeg: bytes) -> bytes:
    """A record as appended to the file."""
    return RECORD.pack(number, captured_ms, received_ms, len(jpeg), chain) + jpeg


def scan(data: bytes | mmap) -> Iterator[FrameRecord]:
    """The whole records of a segment's bytes, in order; stops at the first that is cut off or impossible."""
    if data[: len(MAGIC)] != MAGIC:
        return
    offset = len(MAGIC)
    while offset + RECORD.size <= len(data):
        number, captured_ms, received_ms, length, chain = RECORD.unpack_from(data, offset)
        start = offset + RECORD.size
        if not 0 < length <= MAX_JPEG or start + length > len(data):
            return
        yield FrameRecord(
            number=number,
            captured_ms=captured_ms,
            received_ms=received_ms,
            offset=start,
            length=length,
            chain=chain,
        )
        offset = start + length


def verified(data: bytes, chain: bytes) -> tuple[list[FrameRecord], int, bytes]:
    """Records of a segment, how many leading ones fit the chain, and the chain after those."""
    records = list(scan(data))
    good = 0
    for record in records:
        jpeg = data[record.offset : record.offset + record.length]
        following = chain_after(chain, record.number, record.captured_ms, record.received_ms, jpeg)
        if following != record.chain:
            break
        chain = following
        good += 1
    return records, good, chain
