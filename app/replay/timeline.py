"""From the entries of a sitting to the lanes of a timeline (pure)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.audit.entries import Entry
from app.clock import milliseconds
from app.sittings.visits import Moment, interruptions, pauses, visits
from app.sittings.visits import Span as Interval

_PAIRS = {
    "page.focus_lost": ("page.focus_gained", "focus_lost"),
    "page.page_hidden": ("page.page_visible", "page_hidden"),
    "page.fullscreen_left": ("page.fullscreen_entered", "fullscreen_left"),
    "page.camera_lost": ("page.camera_back", "camera_lost"),
}
_MOMENTS = {"page.copy_refused": "copy_refused", "page.paste_refused": "paste_refused"}
_ACTS = (
    "staff.",
    "candidate.signed_in",
    "consent.given",
    "identity.",
    "sitting.",
    "incident.",
    "invigilator.called",
    "notice.shown",
    "photo.taken_at_check_in",
    "admission.requested",
    "result.rescored",
    "result.rescoring_proposed",
    "result.rescoring_withdrawn",
    "gap",
)
_CODES = ("reason", "outcome", "decision", "face_comparison", "minutes", "challenge")

Span = dict[str, Any]


@dataclass(slots=True)
class Lanes:
    """Spans and moments in milliseconds since the start of the timeline, each JSON-able."""

    visits: list[Span] = field(default_factory=list)
    answers: list[Span] = field(default_factory=list)
    page_events: list[Span] = field(default_factory=list)
    connection: list[Span] = field(default_factory=list)
    acts: list[Span] = field(default_factory=list)
    pauses: list[Span] = field(default_factory=list)


def lanes(entries: Sequence[Entry], starts_at: datetime) -> Lanes:
    """Sort a sitting's entries into lanes. Open spans have `to_ms` None."""
    made = Lanes()
    open_spans: dict[str, Span] = {}
    moments: list[Moment] = []
    for entry in entries:
        at_ms = milliseconds(entry.at, starts_at)
        body: Mapping[str, Any] = json.loads(entry.text)
        data: Mapping[str, Any] = body["data"]
        moments.append(Moment(kind=entry.type, at=entry.at, data=data))
        if entry.type == "response.saved":
            given = {"position": data["position"], "response": data["response"]}
            made.answers.append({"at_ms": at_ms, **given})
        _page_event(made, open_spans, entry.type, at_ms)
        if entry.type.startswith(_ACTS):
            made.acts.append(
                {
                    "at_ms": at_ms,
                    "type": entry.type,
                    "by": _by(body, data),
                    "text": _text(data),
                    "codes": {name: data[name] for name in _CODES if data.get(name) is not None},
                }
            )
    made.visits = [{"position": visit.position, **_span(visit, starts_at)} for visit in visits(moments)]
    made.connection = [_span(found, starts_at) for found in interruptions(moments)]
    made.pauses = [_span(found, starts_at) for found in pauses(moments)]
    return made


def _span(found: Interval, starts_at: datetime) -> Span:
    ends_ms = None if found.ends_at is None else milliseconds(found.ends_at, starts_at)
    return {"from_ms": milliseconds(found.begins_at, starts_at), "to_ms": ends_ms}


def _page_event(made: Lanes, open_spans: dict[str, Span], kind: str, at_ms: int) -> None:
    if kind in _MOMENTS:
        made.page_events.append({"kind": _MOMENTS[kind], "from_ms": at_ms, "to_ms": at_ms})
    if kind in _PAIRS and kind not in open_spans:
        open_spans[kind] = {"kind": _PAIRS[kind][1], "from_ms": at_ms, "to_ms": None}
        made.page_events.append(open_spans[kind])
    for opening, (closing, _) in _PAIRS.items():
        if kind == closing and opening in open_spans:
            open_spans.pop(opening)["to_ms"] = at_ms


def _by(body: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    named = data.get("by")
    return named if isinstance(named, str) else str(body["actor"]).split(":", 1)[0]


def _text(data: Mapping[str, Any]) -> str:
    """What a person wrote; codes travel apart, because the reader's language chooses their words."""
    parts = [data.get("text"), data.get("note")]
    return " · ".join(str(part) for part in parts if part)
