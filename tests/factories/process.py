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


class ServedProcess:
    """`kaochang serve` on one port and one data folder, started as often as wanted."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.port = free_port()
        self.starts = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """Everything that the processes wrote."""
        return self._data / "server.log"

    def start(self) -> None:
        """Start, and return once the port answers. Raises TimeoutError."""
        environment = os.environ | {
            "KAOCHANG_DATA": str(self._data),
            "KAOCHANG_SERVER__PORT": str(self.port),
            "KAOCHANG_VISION__WORKERS": "0",
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "serve"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        self.starts += 1
        deadline = time.monotonic() + UP_TIMEOUT_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise AssertionError(self.log.read_text("utf-8")[-3000:])
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.02)
        raise TimeoutError("the server did not come up")

    def kill(self) -> None:
        """SIGKILL, no goodbye."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(20)
            self._process = None
