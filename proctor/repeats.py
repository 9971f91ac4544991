"""Frozen cameras and re-sent pictures: the same pixels again. A sensor's noise makes live frames differ."""

from collections import OrderedDict

MEMORY = 4096


class RepeatedFrames:
    """Digests of the last `memory` frames (over an hour at 1 fps), so that a looped feed is seen as well."""

    def __init__(self, memory: int = MEMORY) -> None:
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._memory = memory

    def observe(self, digest: int) -> float:
        """1.0 for pixels seen before, 0.0 for new ones."""
        repeated = digest in self._seen
        self._seen[digest] = None
        self._seen.move_to_end(digest)
        if len(self._seen) > self._memory:
            self._seen.popitem(last=False)
        return 1.0 if repeated else 0.0
