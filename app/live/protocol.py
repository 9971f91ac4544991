"""The candidate side of the live protocol, sans I/O: fed text, it yields what to do. See `messages.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from pydantic import ValidationError

from app.live.messages import (
    MAX_MESSAGE_BYTES,
    Failed,
    Hello,
    Numbered,
    Ping,
    Superseded,
    ToCandidate,
    from_candidate,
)


class Phase(Enum):
    """Where the connection stands."""

    NEW = auto()  # no hello yet
    PASSIVE = auto()  # another tab is live
    LIVE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """Send this message."""

    message: ToCandidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Ask to become the live tab; answer with `granted` or `denied`."""

    tab: str
    writer: str
    take_over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """A numbered message to apply."""

    writer: str
    message: Numbered


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPing:
    """Answer with a pong."""

    token: int


Action = Send | Claim | Deliver | AnswerPing


class CandidateProtocol:
    """One connection. Nothing is applied before a hello, nor while another tab is the live one."""

    def __init__(self) -> None:
        self.phase = Phase.NEW
        self.writer = ""
        self.tab = ""

    def receive(self, text: str) -> Sequence[Action]:
        """Take one text message. Anything not understood is answered with `error` and changes nothing."""
        if len(text.encode(errors="replace")) > MAX_MESSAGE_BYTES:
            return [_failed("message_too_large", "The message is larger than 16 KiB.")]
        try:
            message = from_candidate.validate_json(text)
        except (ValidationError, RecursionError):
            return [_failed("message_invalid", "The message is not one of this protocol.")]
        if isinstance(message, Hello):
            # One socket, one outbox: what is under way must not change its writer.
            if self.phase is Phase.LIVE or (self.writer and message.writer != self.writer):
                return [_failed("hello_repeated", "This connection has said hello before.")]
            return [Claim(tab=message.tab, writer=message.writer, take_over=message.take_over)]
        if self.phase is Phase.NEW:
            return [_failed("hello_missing", "The first message is hello.")]
        if isinstance(message, Ping):
            return [AnswerPing(token=message.token)]
        if self.phase is Phase.PASSIVE:
            return [Send(message=Superseded())]
        return [Deliver(writer=self.writer, message=message)]

    def granted(self, tab: str, writer: str) -> None:
        """This connection is the live tab now."""
        self.phase, self.tab, self.writer = Phase.LIVE, tab, writer

    def superseded(self) -> None:
        """Another connection has become the live one; only another hello with `take_over` changes that."""
        self.phase = Phase.PASSIVE

    def denied(self) -> Sequence[Action]:
        """Another tab is and stays the live one."""
        self.phase = Phase.PASSIVE
        return [Send(message=Superseded())]


def _failed(code: str, text: str) -> Send:
    return Send(message=Failed(code=code, message=text))
