"""Work that computes for seconds, done in a process of its own.

A thread that computes in Python holds the interpreter for 5 ms at a time; an answer on its way changes hands
a dozen times and waits each time (decision 0056). A process is started for each piece of work and ends with
it, so giving up is ending it. What it says comes in parts, each read for itself, so that a large answer does
not hold the event loop either.
"""

import asyncio
import os
import pickle
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Concatenate, ParamSpec, TypeVar

from app.errors import Unavailable

# Below the service, which answers people.
NICENESS = 5
_ROOT = str(Path(__file__).parents[2])
# Libraries for numbers start a thread a core; the other cores are for the service.
_SINGLE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
_LENGTH = struct.Struct(">Q")

P = ParamSpec("P")
Message = TypeVar("Message")
Result = TypeVar("Result")


async def run_aside(
    work: Callable[Concatenate[Callable[[Message], None], P], Result],
    on_message: Callable[[Message], None],
    *arguments: P.args,
    **named: P.kwargs,
) -> Result:
    """Call `work(send, ...)` in a process of its own; what it sends is given to `on_message`, in order.

    Pre-condition: `work` is a function of a module, it takes, sends and returns what can be pickled, and what
    it refuses is a value: an exception in it is logged there and raises Unavailable here. Cancelling ends the
    process.
    """
    paths = [_ROOT, *filter(None, [os.environ.get("PYTHONPATH")])]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app.kit.processes"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | _SINGLE_THREAD | {"PYTHONPATH": os.pathsep.join(paths)},
        # Ctrl-C in a terminal is for the service, which then ends us.
        start_new_session=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(await asyncio.to_thread(pickle.dumps, (work, arguments, named)))
        await process.stdin.drain()
        process.stdin.close()
        while True:
            last, content = await _read(process.stdout)
            if last:
                return content  # type: ignore[no-any-return]
            on_message(content)
    except (OSError, EOFError) as error:
        raise Unavailable("What was asked for could not be worked out.") from error
    finally:
        await _end(process)


async def _read(stream: asyncio.StreamReader) -> tuple[bool, Any]:
    """Whether this is the result, and the content. Raises EOFError."""
    (length,) = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))
    return pickle.loads(await stream.readexactly(length))  # type: ignore[no-any-return]  # noqa: S301 - our own process


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


def _serve() -> None:
    """The other end: one piece of work from standard input."""
    # Whatever a library prints must not get between the messages.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    work, arguments, named = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the service that started us

    def send(message: object) -> None:
        _write(output, False, message)

    _write(output, True, work(send, *arguments, **named))


def _write(output: BinaryIO, last: bool, content: object) -> None:
    data = pickle.dumps((last, content))
    output.write(_LENGTH.pack(len(data)) + data)
    output.flush()


if __name__ == "__main__":
    _serve()
