"""The service as a process of its own, to be killed at any moment."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.factories.running import free_port

ROOT = Path(__file__).parents[2]
UP_TIMEOUT_S = 40.0
GONE_TIMEOUT_S = 20.0


class ServedProcess:
    """`kaochang serve` on one port and one data folder, started as often as wanted; `close` ends it."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.port = free_port()
        self.starts = 0
        self._nursery = self._open_nursery()
        self._process: int | None = None

    @property
    def origin(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """Everything that the processes wrote."""
        return self._data / "server.log"

    def _open_nursery(self) -> subprocess.Popen[str]:
        environment = os.environ | {
            "KAOCHANG_DATA": str(self._data),
            "KAOCHANG_SERVER__PORT": str(self.port),
            "KAOCHANG_VISION__WORKERS": "0",
        }
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.factories.nursery"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def start(self) -> None:
        """Start, and return once the port answers. Raises TimeoutError."""
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.write("\n")
        self._nursery.stdin.flush()
        self._process = int(self._nursery.stdout.readline())
        self.starts += 1
        deadline = time.monotonic() + UP_TIMEOUT_S
        while time.monotonic() < deadline:
            if not _runs(self._process):
                raise AssertionError(self.log.read_text("utf-8")[-3000:])
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.02)
        raise TimeoutError("the server did not come up")

    def kill(self) -> None:
        """SIGKILL, no goodbye; returns once the process is gone. Raises TimeoutError."""
        if self._process is None:
            return
        process, self._process = self._process, None
        os.kill(process, signal.SIGKILL)
        deadline = time.monotonic() + GONE_TIMEOUT_S
        while _runs(process):
            if time.monotonic() > deadline:
                raise TimeoutError("the server does not die")
            time.sleep(0.002)

    def close(self) -> None:
        """Kill what runs and start nothing more."""
        self.kill()
        self._nursery.communicate(timeout=GONE_TIMEOUT_S)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
