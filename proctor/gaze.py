"""Head turned away, against the sitting's own baseline: cameras stand where there is room for them."""

from collections.abc import Sequence
from statistics import median

from proctor.errors import SnapshotInvalid
from proctor.faces import HeadPose

_BASELINE = 31
_LEAST = 5


class TurnBaseline:
    """Median yaw (degrees) of the last poses that were not turned away."""

    def __init__(self, turned_degrees: float) -> None:
        self._limit = turned_degrees
        self._yaws: list[float] = []

    def observe(self, pose: HeadPose) -> float | None:
        """None while there is no baseline yet, 0.0 not turned, up to 1.0 turned by twice the limit.

        Yaw counts both ways; pitch does not count: looking down at paper or keys is ordinary work.
        """
        if len(self._yaws) >= _LEAST:
            turn = abs(pose.yaw - median(self._yaws))
            if turn > self._limit:
                return min(1.0, turn / (2 * self._limit))
        ready = len(self._yaws) >= _LEAST
        self._yaws = [*self._yaws[-_BASELINE + 1 :], pose.yaw]
        return 0.0 if ready else None

    def snapshot(self) -> list[float]:
        """The yaws behind the baseline, rounded to a tenth of a degree."""
        return [round(yaw, 1) for yaw in self._yaws]

    def restore(self, state: object) -> None:
        """Take up a snapshot; raises SnapshotInvalid."""
        if not isinstance(state, Sequence) or not all(isinstance(yaw, int | float) for yaw in state):
            raise SnapshotInvalid("turn baseline cannot be restored")
        self._yaws = [float(yaw) for yaw in state][-_BASELINE:]
