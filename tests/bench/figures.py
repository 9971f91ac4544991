"""Figures, targets and the machine they were measured on."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Number = int | float
Value = Number | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A figure's bound. `at_most` and `at_least` include the bound itself; None: no bound on that side."""

    figure: str
    at_most: Number | None = None
    at_least: Number | None = None

    def met(self, figures: Mapping[str, Value]) -> bool:
        """Whether the figure lies within the bounds."""
        value = figures[self.figure]
        assert not isinstance(value, str)
        above = self.at_least is None or value >= self.at_least
        return above and (self.at_most is None or value <= self.at_most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one benchmark measured."""

    bench: str
    figures: Mapping[str, Value]
    targets: tuple[Target, ...]

    @property
    def ok(self) -> bool:
        """Every target is met."""
        return all(target.met(self.figures) for target in self.targets)

    def line(self, load_before: float) -> str:
        """The one JSON line. `load_before`: 1-minute load average before the run."""
        targets = {
            target.figure: {
                "at_most": target.at_most,
                "at_least": target.at_least,
                "met": target.met(self.figures),
            }
            for target in self.targets
        }
        document = {
            "bench": self.bench,
            "ok": self.ok,
            "figures": dict(self.figures),
            "targets": targets,
            "machine": machine() | {"load_before": round(load_before, 2)},
        }
        return json.dumps(document, ensure_ascii=False)


def machine() -> dict[str, Value]:
    """Cores, processor, interpreter, load."""
    return {
        "cores": len(os.sched_getaffinity(0)),
        "processor": _processor(),
        "python": platform.python_version(),
        "load_after": round(os.getloadavg()[0], 2),
    }


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest-rank percentile; `share` in 0..1. Pre-condition: not empty."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * round(share * 1000) // 1000))
    return ordered[min(len(ordered), rank) - 1]


def rounded(values: Sequence[float], shares: Mapping[str, float], digits: int = 1) -> dict[str, Number]:
    """Several percentiles by name."""
    return {name: round(percentile(values, share), digits) for name, share in shares.items()}
