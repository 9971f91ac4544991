"""The worker process: `python -m proctor.workers --fd N --engine NAME --data DIR`."""

import argparse
import os
import socket
import sys
from pathlib import Path

from proctor.workers.serve import serve
from proctor.workers.wire import GLANCES

NICENESS = 5


def main() -> int:
    """Serve the socket handed over as a file descriptor until its other end closes."""
    parser = argparse.ArgumentParser(prog="python -m proctor.workers")
    parser.add_argument("--fd", type=int, required=True, help="a connected Unix stream socket")
    parser.add_argument("--engine", default="fr")
    parser.add_argument("--data", type=Path, default=Path("data"))
    options = parser.parse_args()
    if hasattr(os, "nice") and options.engine != GLANCES:
        # Recording, answers, the clock and the wall come before looking at pictures.
        os.nice(NICENESS)
    with socket.socket(fileno=options.fd) as connection:
        os.set_inheritable(options.fd, False)
        return serve(connection, options.engine, options.data)


if __name__ == "__main__":
    sys.exit(main())
