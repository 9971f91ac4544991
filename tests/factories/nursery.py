"""`python -m tests.factories.nursery`: starts servers that have their imports behind them.

A line on standard input forks a child that runs `kaochang serve` as the environment says; its process id is
written to standard output. Importing the service takes longer than starting it, and a child that is killed
takes nothing with it. At the end of the input every child is killed.
"""

import os
import signal
import sys

from app.cli import serve


def main() -> None:
    """Serve requests until the input ends."""
    # Children are reaped by the system: whoever killed one sees that its id is gone.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    children: list[int] = []
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            serve()
            os._exit(0)
        children.append(child)
        print(child, flush=True)
    for child in children:
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    main()
