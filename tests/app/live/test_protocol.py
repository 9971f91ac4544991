"""The candidate's side of the live protocol, fed with conversations and with rubbish."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.live.messages import MAX_MESSAGE_BYTES, Failed, Superseded
from app.live.protocol import Action, AnswerPing, CandidateProtocol, Claim, Deliver, Phase, Send

CASES = json.loads((Path(__file__).parents[2] / "data" / "live_protocol.json").read_text("utf-8"))["cases"]


def named(actions: Sequence[Action]) -> list[str]:
    """Actions in the words of the conformance file."""
    names = []
    for action in actions:
        match action:
            case Claim():
                names.append("claim")
            case Deliver():
                names.append("deliver")
            case AnswerPing():
                names.append("pong")
            case Send(message=Superseded()):
                names.append("superseded")
            case Send(message=Failed(code=code)):
                names.append(f"error:{code}")
    return names


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_conversations(case: dict[str, Any]) -> None:
    protocol = CandidateProtocol()
    claim: Claim | None = None
    for step in case["steps"]:
        done: Sequence[Action] = ()
        if "receive" in step:
            told = step["receive"]
            done = protocol.receive(told if isinstance(told, str) else json.dumps(told))
            claim = next((action for action in done if isinstance(action, Claim)), claim)
        elif "grant" in step:
            assert claim is not None
            protocol.granted(claim.tab, claim.writer)
        elif "deny" in step:
            done = protocol.denied()
        else:
            protocol.superseded()
        assert named(done) == step.get("expect", []), step


def test_what_is_delivered_is_what_was_said() -> None:
    protocol = CandidateProtocol()
    protocol.granted("tab-0001", "writer-1")
    said = {"type": "answer", "seq": 3, "position": 2, "response": ["B", "A"], "elapsed_ms": 5}
    (action,) = protocol.receive(json.dumps(said))
    assert isinstance(action, Deliver)
    assert action.writer == "writer-1"
    assert action.message.model_dump() == said


def test_the_size_is_limited_before_anything_is_read() -> None:
    protocol = CandidateProtocol()
    hello = json.dumps({"type": "hello", "version": 1, "tab": "tab-0001", "writer": "writer-1"})
    fits = hello + " " * (MAX_MESSAGE_BYTES - len(hello))
    assert named(protocol.receive(fits)) == ["claim"]
    assert named(protocol.receive(fits + " ")) == ["error:message_too_large"]
    assert named(protocol.receive("考" * (MAX_MESSAGE_BYTES // 3 + 1))) == ["error:message_too_large"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ["seq", "position", "response", "on", "kind", "notice_id", "token", "tab", "writer", "version", "x"]
TYPES = [
    "hello",
    "answer",
    "mark",
    "visit",
    "page_event",
    "notice_shown",
    "call_invigilator",
    "hand_in",
    "ping",
]
MESSAGES = st.builds(
    lambda kind, fields: json.dumps({"type": kind} | fields),
    st.sampled_from(TYPES),
    st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=5),
)


@given(st.lists(st.text(max_size=30) | JSON.map(json.dumps) | MESSAGES, max_size=8), st.sampled_from(Phase))
def test_rubbish_never_raises_and_changes_nothing(texts: list[str], phase: Phase) -> None:
    protocol = CandidateProtocol()
    protocol.phase = phase
    for text in texts:
        actions = protocol.receive(text)
        assert len(actions) == 1
        assert protocol.phase is phase
        assert not isinstance(actions[0], Deliver) or phase is Phase.LIVE


@pytest.mark.parametrize("text", ["[" * 10_000, '{"type":' * 2_000, '"\\ud800"', "\ud800", "\x00"])
def test_deep_and_broken_texts_are_refused(text: str) -> None:
    assert named(CandidateProtocol().receive(text)) == ["error:message_invalid"]
