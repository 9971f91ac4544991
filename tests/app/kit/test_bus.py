"""The bus of one process."""

from dataclasses import dataclass

import pytest

from app.kit.bus import InProcessBus


@dataclass(frozen=True)
class Rung:
    number: int


@dataclass(frozen=True)
class LoudlyRung(Rung):
    pass


def test_subscribers_are_told_in_order_and_by_exact_type(caplog: pytest.LogCaptureFixture) -> None:
    bus, heard = InProcessBus(), []

    def fail(_event: Rung) -> None:
        raise RuntimeError("no")

    bus.subscribe(Rung, lambda event: heard.append(("first", event.number)))
    bus.subscribe(Rung, fail)
    bus.subscribe(Rung, lambda event: heard.append(("last", event.number)))
    bus.publish(Rung(1))
    bus.publish(LoudlyRung(2))
    assert heard == [("first", 1), ("last", 1)]
    assert "event handler failed" in caplog.text
