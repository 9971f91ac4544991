"""One wall connection: coalesced seat changes, latest pictures, credits (no I/O).

Pictures leave here only while fewer than `PICTURE_WINDOW` are under way, because sockets buffer old
pictures: a slow watcher without a window saw frames that were 10 s old.
"""

import asyncio
import struct
from collections import deque
from collections.abc import Iterable
from datetime import datetime

from app.frames.analysis import PictureReady

PICTURE_WINDOW = 64
HEADER = struct.Struct(">2sBBHxxIQ")
MAGIC = b"KT"
VERSION = 1
THUMBNAIL, FULL = 0, 1
_AGES_KEPT = 2048


class WallLink:
    """What one wall still has to be told."""

    def __init__(self) -> None:
        self.wake = asyncio.Event()
        self.closed = False
        self._touched: set[str] = set()
        self._pictures: dict[int, PictureReady] = {}
        self._full: PictureReady | None = None
        self._full_index = 0
        self._focus: str | None = None
        self._under_way = 0
        self._ages_ms: deque[int] = deque(maxlen=_AGES_KEPT)

    def touch(self, sitting_ids: Iterable[str]) -> None:
        """These seats changed."""
        self._touched.update(sitting_ids)
        self.wake.set()

    def offer(self, index: int, picture: PictureReady) -> None:
        """The newest picture of a seat replaces one not yet sent; it keeps its turn."""
        self._pictures[index] = picture
        if picture.sitting_id == self._focus:
            self._full, self._full_index = picture, index
        self.wake.set()

    def focus(self, sitting_id: str | None) -> None:
        """Whose pictures to send in full."""
        self._focus, self._full = sitting_id, None

    def shown(self, count: int) -> None:
        """The wall has drawn pictures."""
        self._under_way = max(0, self._under_way - count)
        self.wake.set()

    def close(self) -> None:
        """Ask the socket to end."""
        self.closed = True
        self.wake.set()

    def take_touched(self) -> list[str]:
        """Seats to send anew."""
        touched, self._touched = self._touched, set()
        return sorted(touched)

    def take_picture(self, now: datetime) -> bytes | None:
        """The next picture to send, packed, if the window allows one."""
        if self._under_way >= PICTURE_WINDOW:
            return None
        if self._full is not None:
            picture, self._full = self._full, None
            self._under_way += 1
            return pack_picture(FULL, self._full_index, picture)
        if not self._pictures:
            return None
        index = next(iter(self._pictures))
        picture = self._pictures.pop(index)
        self._under_way += 1
        self._ages_ms.append(int((now - picture.received_at).total_seconds() * 1000))
        return pack_picture(THUMBNAIL, index, picture)

    def take_ages(self) -> tuple[int, int]:
        """Median and 95th percentile age (ms) of the thumbnails sent since the last call; 0 without any."""
        ages = sorted(self._ages_ms)
        self._ages_ms.clear()
        if not ages:
            return 0, 0
        return ages[len(ages) // 2], ages[min(len(ages) - 1, len(ages) * 95 // 100)]


def pack_picture(kind: int, index: int, picture: PictureReady) -> bytes:
    """Header (big-endian: "KT", version, kind, seat index, padding, frame number, received ms) and JPEG."""
    received_ms = int(picture.received_at.timestamp() * 1000)
    jpeg = picture.thumbnail if kind == THUMBNAIL else picture.jpeg
    return HEADER.pack(MAGIC, VERSION, kind, index, picture.number, received_ms) + jpeg
