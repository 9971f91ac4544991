"""`python -m tests.bench [NAME ...]`: run benchmarks; the last line of each is one JSON object.

Exit status 1 when a target is missed, 2 when the models are not installed.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from tests.bench import answers, duplicates, forms, fuzz, imports, ingest, roster, start, vision
from tests.bench.figures import Outcome

BENCHES: dict[str, Callable[[Path], Awaitable[Outcome]]] = {
    "answers": answers.run,
    "start": start.run,
    "ingest": ingest.run,
    "import": imports.run,
    "fuzz": fuzz.run,
    "forms": forms.run,
    "vision": vision.run,
    "roster": roster.run,
    "duplicates": duplicates.run,
}


def main() -> int:
    """Run the named benchmarks, or all."""
    parser = argparse.ArgumentParser(prog="tests.bench", description="Benchmarks on loopback.")
    parser.add_argument("names", nargs="*", help=f"of: {', '.join(BENCHES)}; none: all")
    names = parser.parse_args().names or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}")
    models = Path(os.environ.get("KAOCHANG_DATA", "data")) / "models"
    if not models.is_dir():
        sys.stderr.write("The models are not installed. Run: make setup\n")
        return 2
    missed = False
    for name in names:
        load = os.getloadavg()[0]
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            outcome = runner.run(_run(BENCHES[name], models))
        missed = missed or not outcome.ok
        print(outcome.line(load), flush=True)
    return int(missed)


async def _run(bench: Callable[[Path], Awaitable[Outcome]], models: Path) -> Outcome:
    return await bench(models)


if __name__ == "__main__":
    sys.exit(main())
