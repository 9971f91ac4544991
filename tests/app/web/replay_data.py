"""One finished sitting as the regulator's pages are told it."""

from typing import Any

from tests.app.web.candidate_data import instant
from tests.app.web.fake_server import Answer, FakeServer
from tests.app.web.staff_data import REASONS, details, flag, jpeg

REGULATOR = {"id": "zhaowen", "username": "zhaowen", "name": "赵文", "role": "regulator"}
MINUTE = 60_000
START_MS = -20 * MINUTE
ID = "sitting-09"
BASE = f"/api/sittings/{ID}"


def timeline() -> dict[str, Any]:
    """20 minutes: a frame every 5 s (number 100 on), 10 items, three flags, one pause."""
    visits = [
        {"position": 52 + i, "from_ms": i * 2 * MINUTE, "to_ms": (i + 1) * 2 * MINUTE} for i in range(10)
    ]
    stem = "进入有限空间作业前，首先应当（　　）。"
    answers = [
        {"at_ms": i * 2 * MINUTE + 70_000, "position": 52 + i, "response": ["A"], "item_stem": stem}
        for i in range(10)
    ]
    acts = [
        {"at_ms": 420_000, "type": "staff.seen", "by": "周敏", "text": ""},
        {"at_ms": 525_000, "type": "staff.pause", "by": "周敏", "text": "当面核对身份证"},
        {"at_ms": 625_000, "type": "staff.resume", "by": "王磊", "text": ""},
    ]
    flags = [
        timeline_flag("f1", "no_face", "medium", 125_000, 160_000),
        timeline_flag("f2", "another_person", "high", 372_000, 520_000),
        timeline_flag("f3", "several_faces", "low", 930_000, 960_000),
    ]
    return {
        "starts_at": instant(START_MS),
        "ends_at": instant(0),
        "frames": [[100 + i, i * 5000] for i in range(240) if not 150 <= i < 156],
        "visits": visits,
        "answers": answers,
        "page_events": [
            {"kind": "page_hidden", "from_ms": 190_000, "to_ms": 202_000},
            {"kind": "fullscreen_left", "from_ms": 358_000, "to_ms": 366_000},
            {"kind": "copy_refused", "from_ms": 400_000, "to_ms": None},
        ],
        "connection": [{"from_ms": 748_000, "to_ms": 790_000}],
        "flags": flags,
        "acts": acts,
        "pauses": [{"from_ms": 525_000, "to_ms": 625_000}],
        "entries": 4812,
        "stems": {str(52 + i): stem for i in range(10)},
    }


def timeline_flag(name: str, kind: str, severity: str, start: int, end: int) -> dict[str, Any]:
    """A flag of the timeline, peak in its middle."""
    return {
        "id": name,
        "kind": kind,
        "severity": severity,
        "from_ms": start,
        "to_ms": end,
        "peak_ms": (start + end) // 2,
        "peak_frame": 100 + (start + end) // 10_000,
        "evidence": [],
    }


def incident(**changes: Any) -> dict[str, Any]:
    """An incident that nobody has decided yet."""
    base = {
        "id": "inc1",
        "opened_at": instant(START_MS + 530_000),
        "moment": instant(START_MS + 520_000),
        "by": "周敏",
        "opened_by": "zhoumin",
        "reason": "I-02",
        "note": "本人，换了眼镜。",
        "flag_ids": ["f2"],
        "disposition": None,
    }
    return base | changes


def finished(*incidents: dict[str, Any]) -> dict[str, Any]:
    """The body of `GET /api/sittings/{id}` after the end."""
    flags = [
        flag("another_person", "high", START_MS + 372_000, id="f2", ended_at=instant(START_MS + 520_000)),
        flag("no_face", "medium", START_MS + 125_000, id="f1", ended_at=instant(START_MS + 160_000)),
    ]
    return details(9, state="submitted", flags=flags, incidents=list(incidents), admission_picture=102)


VERIFIED = {
    "ok": True,
    "entries": 4812,
    "first_problem": None,
    "frames": {"recorded": 234, "missing": 0, "altered": 0},
}


def replay_server(*incidents: dict[str, Any], picture: bytes = b"") -> FakeServer:
    """A server with one finished sitting."""
    server = FakeServer()
    body = Answer(picture or jpeg(120, 320, 240))
    server.answers = {
        ("GET", "/api/staff/me"): REGULATOR,
        ("GET", "/api/reasons"): REASONS,
        ("GET", BASE): finished(*incidents),
        ("GET", f"{BASE}/timeline"): timeline(),
        ("GET", f"{BASE}/verification"): VERIFIED,
        ("GET", f"{BASE}/photo"): body,
    }
    for number, _at in timeline()["frames"]:
        server.answers[("GET", f"{BASE}/frames/{number}.jpg")] = body
    return server


def found(total: int = 3) -> dict[str, Any]:
    """The body of `GET /api/sittings`."""
    rows = [
        {
            "sitting_id": f"sitting-{i:02d}",
            "name": name,
            "id_number_masked": "3708 **** 1X",
            "enterprise": "诚信建设有限公司",
            "ticket": f"26071001{i:02d}",
            "administration": "2026 年第 7 期 上午场",
            "exam": "施工企业专职安全员（C 类）",
            "seat": str(i),
            "started_at": instant(START_MS),
            "ended_at": instant(0),
            "state": "submitted",
            "flags": {"high": int(i == 9), "medium": i % 2, "low": 0},
            "incidents": {"open": int(i == 9), "closed": int(i == 8)},
            "points": "86",
            "corrected": i == 9,
        }
        for i, name in ((9, "刘永刚"), (8, "周勇"), (10, "孙海燕"))
    ]
    return {"total": total, "page": 1, "page_size": 50, "sittings": rows}
