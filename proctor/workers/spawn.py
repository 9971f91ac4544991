"""Start a worker process on one end of a socket pair."""

import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# One thread a worker: the number of workers, not of threads, is what an operator sets.
_SINGLE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A running worker. The first message on `socket` is `wire.Ready`, once its models are loaded.

    The owner reads and writes length-prefixed messages (`wire`), and ends the worker by closing `socket`.
    A worker that cannot load its models writes a `wire.Response` with an error, then exits with status 2.
    """

    process: subprocess.Popen[bytes]
    socket: socket.socket


def spawn_worker(engine: str, data_dir: Path) -> Worker:
    """Start `python -m proctor.workers`; returns at once, before the models are loaded."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    command = [sys.executable, "-m", "proctor.workers", "--fd", str(theirs.fileno())]
    command += ["--engine", engine, "--data", str(data_dir)]
    root = str(Path(__file__).parents[2])
    paths = os.environ.get("PYTHONPATH")
    environment = (
        os.environ | _SINGLE_THREAD | {"PYTHONPATH": f"{root}{os.pathsep}{paths}" if paths else root}
    )
    with theirs:
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command, pass_fds=(theirs.fileno(),), stdin=subprocess.DEVNULL, env=environment
            )
        except OSError:
            ours.close()
            raise
    return Worker(process=process, socket=ours)
