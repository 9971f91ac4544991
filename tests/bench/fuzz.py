"""10,000 damaged files over all readers: no crash, none over 2 s, memory bounded.

The reference is the time of the sound files of the same run.
"""

import resource
import statistics
import time
from pathlib import Path

from question_bank.errors import FormatRefused
from question_bank.formats.readers import detect, read_items
from tests.bench.figures import Outcome, Target
from tests.question_bank.mutations import damaged_files, whole_files

FILES = 10_000
SEED = 20_261_123


async def run(_models: Path) -> Outcome:
    """Measure."""
    sound = [_milliseconds(data)[0] for data in whole_files().values()]
    taken: list[float] = []
    refused = crashed = 0
    for _, data in damaged_files(FILES, SEED):
        ms, outcome = _milliseconds(data)
        taken.append(ms)
        refused += outcome == "refused"
        crashed += outcome == "crashed"
    figures = {
        "files": FILES,
        "crashed": crashed,
        "refused": refused,
        "median_ms": round(statistics.median(taken), 2),
        "worst_ms": round(max(taken), 1),
        "sound_median_ms": round(statistics.median(sound), 2),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    targets = (
        Target(figure="crashed", at_most=0),
        Target(figure="worst_ms", at_most=2_000),
        Target(figure="peak_mb", at_most=500),
    )
    return Outcome(bench="fuzz", figures=figures, targets=targets)


def _milliseconds(data: bytes) -> tuple[float, str]:
    begun = time.perf_counter()
    try:
        read_items(data, detect(data))
        outcome = "read"
    except FormatRefused:
        outcome = "refused"
    except Exception:
        outcome = "crashed"
    return 1000 * (time.perf_counter() - begun), outcome
