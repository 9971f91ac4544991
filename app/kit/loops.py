"""The background loops of the process: every one of them has to be alive."""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

_log = logging.getLogger(__name__)


def end_process() -> None:
    """Ask the process to end, as an operator would."""
    os.kill(os.getpid(), signal.SIGTERM)


class Loops:
    """Starts loops and keeps an eye on them.

    Without one of its loops a service acknowledges nothing and looks alive. So a loop that ends by
    itself, with or without an error, calls `ended`, which ends the process: its keeper starts it anew.
    """

    def __init__(self, ended: Callable[[], None] = end_process) -> None:
        self._ended = ended
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stopping = False

    @property
    def dead(self) -> list[str]:
        """Names of the loops that do not run any more although they should."""
        return sorted(name for name, task in self._tasks.items() if task.done())

    @asynccontextmanager
    async def running(self, loops: dict[str, Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
        """Run loops, by name, until the block ends."""
        async with asyncio.TaskGroup() as group:
            for name, loop in loops.items():
                task = self._tasks[name] = group.create_task(loop, name=name)
                task.add_done_callback(self._look)
            try:
                yield
            finally:
                self._stopping = True
                for task in self._tasks.values():
                    task.cancel()

    def _look(self, task: "asyncio.Task[None]") -> None:
        if self._stopping or task.cancelled():
            return
        _log.critical("a loop has ended, so does the process: %s", task.get_name(), exc_info=task.exception())
        self._ended()
