"""What one part of the service tells the others after a commit."""

import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Protocol, TypeVar

E = TypeVar("E")
_log = logging.getLogger(__name__)


class Bus(Protocol):
    """Publishes events (frozen dataclasses) to whoever subscribed to their type."""

    def publish(self, event: object) -> None:
        """Tell every subscriber. Never raises."""
        ...

    def subscribe(self, kind: type[E], handler: Callable[[E], None]) -> None:
        """Call `handler` for each event of exactly this type. Handlers only note things; they never wait."""
        ...


class InProcessBus:
    """The bus of a single process: direct calls, in order of subscription."""

    def __init__(self) -> None:
        self._handlers: dict[type, list[Callable[..., None]]] = defaultdict(list)

    def publish(self, event: object) -> None:
        """Tell every subscriber; a handler that fails is logged and does not stop the others."""
        for handler in self._handlers[type(event)]:
            try:
                handler(event)
            except Exception:
                _log.exception("event handler failed", extra={"event_type": type(event).__name__})

    def subscribe(self, kind: type[E], handler: Callable[[E], None]) -> None:
        """Register a handler for one event type."""
        self._handlers[kind].append(handler)
