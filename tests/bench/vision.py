"""Vision alone: how many sittings one core watches, from JPEG to flag, with every check on.

One worker process is pinned to one core; this process holds the watches, as the service does, and drives it
over the worker's socket from another core (with one core only they share it, and the figure says so).

`sittings_per_core`: frames a second that come back when the next is always waiting, each asked for what the
watch of its sitting wants at 1 fps (faces, quality and light always; identity, presentation, pose, objects at
their intervals): the sittings a core can hold at one picture a second. `reference_per_s`: frames a second of
face_recognition's default way (its detector, encoding) on the same core, in turns with ours. `age`: at
`load_sittings` real-time sittings, each at its own place within the second, from a frame's receipt to its
finding; a frame that is still waiting when its sitting's next one comes is passed over, and counted.

The pictures are the demonstration's: enlarged portraits with a sensor's noise. They are prints to the
presentation model, so its threshold is set to nought, while its work is done.
"""

import os
import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.demo.faces import Webcam, packaged_people
from proctor.analysis import FrameAnalyser
from proctor.calibration import Calibration
from proctor.engines import load_engine
from proctor.faces import FrameRequest
from proctor.watch import SittingWatch, WatchPolicy
from proctor.workers import wire
from proctor.workers.spawn import Worker, spawn_worker
from tests.bench.figures import Number, Outcome, Target, percentile, rounded

_DEPTH = 2
_CHECKS = ("embed", "presentation", "pose", "objects")
_AGES = {"age_p50_ms": 0.50, "age_p95_ms": 0.95, "age_p99_ms": 0.99}


@dataclass(frozen=True, slots=True, kw_only=True)
class VisionScale:
    """Sittings, people and pictures of each, seconds simulated back to back and then in real time."""

    sittings: int = 120
    people: int = 40
    pictures: int = 60
    simulated_s: int = 45
    load_s: float = 30.0
    reference_frames: int = 12


@dataclass(slots=True)
class _Sitting:
    watch: SittingWatch
    pictures: Sequence[bytes]
    sent: int = 0

    def next(self) -> bytes:
        """The picture of this second."""
        jpeg = self.pictures[self.sent % len(self.pictures)]
        self.sent += 1
        return jpeg


async def run(models: Path, scale: VisionScale | None = None) -> Outcome:
    """Measure."""
    scale = scale or VisionScale()
    calibration = load_engine("fr", models.parent).calibration
    albums = _albums(scale)
    with _Link(models.parent) as link:
        link.wait_ready()
        warm = _sittings(scale, albums, calibration, link)
        rate, shares = _back_to_back(link, warm, scale)
        ages, passed_over = _in_real_time(link, warm, scale)
        memory = link.memory_mb()
    reference = _reference_per_s(albums, scale)
    figures: dict[str, Number | str] = {
        "sittings_per_core": round(rate, 1),
        "reference_per_s": round(reference, 2),
        "times_reference": round(rate / reference, 1),
        **shares,
        "load_sittings": scale.sittings,
        **rounded([1000 * age for age in ages], _AGES),
        "passed_over_share": round(passed_over, 4),
        "worker_memory_mb": round(memory, 1),
        "shared_core": int(len(os.sched_getaffinity(0)) < 2),
    }
    targets = (
        Target(figure="times_reference", at_least=20),
        Target(figure="sittings_per_core", at_least=120),
        Target(figure="age_p95_ms", at_most=400),
        Target(figure="worker_memory_mb", at_most=400),
    )
    return Outcome(bench="vision", figures=figures, targets=targets)


def _albums(scale: VisionScale) -> list[list[bytes]]:
    """JPEGs by person, made before anything is measured."""
    webcams = [Webcam(person, seed) for seed, person in enumerate(packaged_people()[: scale.people])]
    return [[webcam.picture() for _ in range(scale.pictures)] for webcam in webcams]


class _Link:
    """One pinned worker; requests in order, answers in order."""

    def __init__(self, data: Path) -> None:
        cores = sorted(os.sched_getaffinity(0))
        self._all = set(cores)
        self.core = cores[-1]
        self._worker: Worker = spawn_worker("fr", data)
        os.sched_setaffinity(self._worker.process.pid, {self.core})
        self._number = 0

    def __enter__(self) -> "_Link":
        if len(self._all) > 1:
            os.sched_setaffinity(0, self._all - {self.core})
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.socket.close()
        self._worker.process.wait(timeout=20)
        os.sched_setaffinity(0, self._all)

    def wait_ready(self) -> None:
        """Until the models are loaded."""
        assert isinstance(self._receive(), wire.Ready)

    def send(self, jpeg: bytes, request: FrameRequest) -> None:
        """One request."""
        self._number += 1
        self._worker.socket.sendall(wire.encode_request(self._number, request, jpeg))

    def answer(self) -> wire.Response:
        """The next answer, once it is there."""
        response = self._receive()
        assert isinstance(response, wire.Response)
        return response

    def memory_mb(self) -> float:
        """Highest resident set of the worker so far, MiB."""
        status = Path(f"/proc/{self._worker.process.pid}/status").read_text("utf-8")
        (line,) = [line for line in status.splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) / 1024

    def _receive(self) -> wire.Response | wire.Ready:
        (length,) = wire.LENGTH.unpack(self._exactly(wire.LENGTH.size))
        return wire.decode_response(self._exactly(length))

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            got = self._worker.socket.recv(count - len(data))
            assert got, "the worker has ended"
            data += got
        return data


def _sittings(
    scale: VisionScale, albums: Sequence[Sequence[bytes]], calibration: Calibration, link: _Link
) -> list[_Sitting]:
    """Sittings whose galleries are complete."""
    policy = WatchPolicy(calibration=replace(calibration, presentation_sustained=1e-9))
    galleries = []
    for album in albums:
        found = []
        for jpeg in album[:: max(1, len(album) // 30)]:
            link.send(jpeg, FrameRequest(embed=True))
            analysis = link.answer().analysis
            if analysis is not None and analysis.embedding is not None:
                found.append(analysis.embedding)
        galleries.append(found)
    return [
        _Sitting(
            watch=SittingWatch(policy, galleries[number % len(albums)], None, number / scale.sittings),
            pictures=albums[number % len(albums)],
            # People who appear twice do not show the same picture in the same second.
            sent=number // len(albums) * 17,
        )
        for number in range(scale.sittings)
    ]


def _frames(sittings: Sequence[_Sitting], seconds: int) -> Iterator[tuple[float, _Sitting]]:
    for second in range(seconds):
        for number, sitting in enumerate(sittings):
            yield second + number / len(sittings), sitting


def _back_to_back(
    link: _Link, sittings: Sequence[_Sitting], scale: VisionScale
) -> tuple[float, dict[str, float]]:
    """Frames a second, and the share of frames each check was asked for.

    The first ten simulated seconds, in which galleries fill, do not count.
    """
    asked: Counter[str] = Counter()
    waiting: deque[tuple[float, _Sitting]] = deque()
    started, counted = 0.0, 0
    for at, sitting in _frames(sittings, scale.simulated_s):
        if at >= 10 and not counted:
            started = time.perf_counter()
        counted += at >= 10
        waiting.append((at, sitting))
        wanted = sitting.watch.request(at)
        if counted:
            asked.update(name for name in _CHECKS if getattr(wanted, name))
        link.send(sitting.next(), wanted)
        if len(waiting) == _DEPTH:
            _take(link, waiting)
    while waiting:
        _take(link, waiting)
    rate = counted / (time.perf_counter() - started)
    return rate, {f"{name}_share": round(asked[name] / counted, 3) for name in _CHECKS}


def _take(link: _Link, waiting: "deque[tuple[float, _Sitting]]") -> None:
    at, sitting = waiting.popleft()
    analysis = link.answer().analysis
    assert analysis is not None
    sitting.watch.observe(at, sitting.sent, analysis)


def _in_real_time(link: _Link, sittings: Sequence[_Sitting], scale: VisionScale) -> tuple[list[float], float]:
    """Seconds from receipt to finding, and the share of frames that were passed over."""
    start = time.perf_counter()
    due = deque(
        (float(second) + number / len(sittings), number)
        for second in range(int(scale.load_s))
        for number in range(len(sittings))
    )
    total, passed_over = len(due), 0
    ready: deque[tuple[float, int]] = deque()
    asked: deque[tuple[float, int]] = deque()
    ages: list[float] = []
    while due or ready or asked:
        now = time.perf_counter() - start
        while due and due[0][0] <= now:
            at, number = due.popleft()
            # The latest wins: what still waits from this sitting is passed over.
            stale = [one for one in ready if one[1] == number]
            passed_over += len(stale)
            for one in stale:
                ready.remove(one)
            ready.append((at, number))
        while ready and len(asked) < _DEPTH:
            at, number = ready.popleft()
            sitting = sittings[number]
            link.send(sitting.next(), sitting.watch.request(scale.simulated_s + at))
            asked.append((at, number))
        if asked:
            at, number = asked.popleft()
            analysis = link.answer().analysis
            assert analysis is not None
            sittings[number].watch.observe(scale.simulated_s + at, sittings[number].sent, analysis)
            ages.append(time.perf_counter() - start - at)
        elif due:
            time.sleep(max(0.0, due[0][0] - (time.perf_counter() - start)))
    return ages, passed_over / total


def _reference_per_s(albums: Sequence[Sequence[bytes]], scale: VisionScale) -> float:
    """face_recognition's default way with one frame, pinned to one core; median."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(cores)})
    try:
        analyser = FrameAnalyser(load_engine("face_recognition", Path()))
        taken = []
        for number in range(scale.reference_frames):
            started = time.perf_counter()
            analyser.analyse(albums[number % len(albums)][0], FrameRequest(embed=True))
            taken.append(time.perf_counter() - started)
    finally:
        os.sched_setaffinity(0, cores)
    return 1.0 / percentile(taken, 0.5)
