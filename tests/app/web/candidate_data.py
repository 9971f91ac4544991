"""One candidate's sitting as the server would tell it, and a socket that speaks the live protocol."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import WebSocketRoute

from app.live.messages import from_candidate
from tests.app.web.fake_server import FakeServer

NOW = datetime.now(UTC)


def instant(shift_ms: int = 0) -> str:
    """RFC 3339 UTC text with milliseconds, `shift_ms` from when the module was loaded."""
    at = NOW + timedelta(milliseconds=shift_ms)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def status(state: str, remaining_ms: int | None = None, *, starts_in_ms: int = 500_000) -> dict[str, Any]:
    """A `SittingStatus`."""
    return {
        "state": state,
        "remaining_ms": remaining_ms,
        "starts_at": instant(starts_in_ms),
        "ended_reason": None,
    }


def sitting(state: str = "checking_in", remaining_ms: int | None = None, **changes: Any) -> dict[str, Any]:
    """The body of `GET /api/candidate/sitting`."""
    base: dict[str, Any] = {
        "now": instant(),
        "sitting_id": "018f3a5c9d2e4b6f8a1c3e5d7f9b0a2c",
        "candidate": {
            "name": "张建民",
            "id_number_masked": "3708 **** 1X",
            "enterprise": "诚信建设有限公司",
            "category": "专职安全员 C 类",
            "ticket": "2607100173",
        },
        "exam": {
            "name": "施工企业专职安全员（C 类）",
            "minutes": 120,
            "total_points": "100",
            "pass_points": "60",
            "result_shown": True,
        },
        "administration": {
            "name": "2026 年第 7 期 上午场",
            "starts_at": instant(500_000),
            "closes_at": instant(8_000_000),
        },
        "point": "城南考试点",
        "room": "第二机考室",
        "seat": "17",
        "status": status(state, remaining_ms),
        "consent": None,
        "registered_photo": True,
        "photo_at_check_in": False,
        "identity": None,
        "admitted_by": None,
        "queue_place": None,
    }
    return base | changes


STEMS = (
    ("特种作业操作证每三年复审一次。", ("正确", "错误")),
    (
        "进入有限空间作业前，首先应当（　　）。",
        ("先通风、再检测、后作业", "直接进入作业", "先作业、后检测", "只需佩戴口罩"),
    ),
    (
        "某工地临时用电采用三级配电，关于漏电保护器，下列说法中符合安全要求的有（　　）。",
        (
            "开关箱漏电保护器的动作电流和动作时间符合要求",
            "潮湿场所的开关箱，动作电流应不大于 15 mA",
            "总配电箱动作电流与动作时间的乘积不应超过 30 mA·s",
            "一个开关箱可以同时控制振捣器和电焊机",
        ),
    ),
)
SECTIONS = (
    ("一、判断题", "true_false", 1, 30),
    ("二、单项选择题", "single_choice", 31, 60),
    ("三、多项选择题", "multiple_choice", 61, 80),
)


def form(position: int = 67, answered: int = 72) -> dict[str, Any]:
    """The body of `GET /api/candidate/form`: 80 slots, the first `answered` of them answered."""
    slots = []
    responses = {}
    for index, (_title, kind, first, last) in enumerate(SECTIONS):
        stem, options = STEMS[index]
        for place in range(first, last + 1):
            rows = [{"id": f"o{place}_{i}", "html": text} for i, text in enumerate(options)]
            slots.append(
                {
                    "position": place,
                    "section": index,
                    "type": kind,
                    "html": stem,
                    "options": rows,
                    "points": "1",
                }
            )
            if place <= answered and place != 48:
                ids = [rows[0]["id"], rows[2]["id"]] if kind == "multiple_choice" else [rows[0]["id"]]
                responses[str(place)] = ids
    sections = [
        {"title": title, "type": kind, "points": "1", "first": first, "last": last, "rule_text": rule}
        for (title, kind, first, last), rule in zip(
            SECTIONS, (None, None, "2 分，少选得 1 分，错选不得分"), strict=True
        )
    ]
    return {
        "sections": sections,
        "stimuli": [],
        "slots": slots,
        "responses": responses,
        "marks": [12, 64, 70],
        "position": position,
    }


@dataclass(slots=True)
class LiveSocket:
    """`/ws/candidate` as the service speaks it. `got` keeps every message, checked against the contract."""

    status: dict[str, Any]
    last_seq: int = 0
    acknowledge: bool = True
    got: list[dict[str, Any]] = field(default_factory=list)
    open: list[WebSocketRoute] = field(default_factory=list)
    superseded: bool = False

    def attach(self, socket: WebSocketRoute) -> None:
        """Serves one socket."""
        self.open.append(socket)
        socket.on_message(lambda text: self._receive(socket, text))

    def send(self, **message: Any) -> None:
        """Sends a message on the newest socket."""
        self.open[-1].send(json.dumps(message))

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The messages of one type that came, in order."""
        return [message for message in self.got if message["type"] == kind]

    def _receive(self, socket: WebSocketRoute, text: str | bytes) -> None:
        from_candidate.validate_json(text)
        message = json.loads(text)
        self.got.append(message)
        if message["type"] == "hello":
            self._hello(socket, message)
        elif message["type"] == "ping":
            self._answer(
                socket,
                type="pong",
                token=message["token"],
                now=instant(),
                remaining_ms=self.status["remaining_ms"],
            )
        elif self.acknowledge:
            self.last_seq = message["seq"]
            self._answer(socket, type="acknowledged", seq=message["seq"], at=instant())

    def _hello(self, socket: WebSocketRoute, message: dict[str, Any]) -> None:
        if self.superseded and not message["take_over"]:
            self._answer(socket, type="superseded")
            return
        self._answer(
            socket,
            type="welcome",
            version=1,
            now=instant(),
            last_seq=self.last_seq,
            status=self.status,
            camera_fps=2.0,
        )

    def _answer(self, socket: WebSocketRoute, **message: Any) -> None:
        socket.send(json.dumps(message))


@dataclass(slots=True)
class CameraSocket:
    """`/ws/camera`: keeps the frames and acknowledges each."""

    frames: list[bytes] = field(default_factory=list)
    acknowledge: bool = True
    open: list[WebSocketRoute] = field(default_factory=list)

    def attach(self, socket: WebSocketRoute) -> None:
        """Serves one socket."""
        self.open.append(socket)
        socket.on_message(lambda data: self._receive(socket, data))

    def _receive(self, socket: WebSocketRoute, data: str | bytes) -> None:
        assert isinstance(data, bytes)
        self.frames.append(data)
        if self.acknowledge:
            sequence = int.from_bytes(data[4:8], "big")
            socket.send(json.dumps({"type": "recorded", "sequence": sequence}))


def candidate_server(
    state: str, remaining_ms: int | None = None, *, photo: bytes = b"", **changes: Any
) -> tuple[FakeServer, LiveSocket, CameraSocket]:
    """A server for one candidate whose sitting is in `state`."""
    live = LiveSocket(status(state, remaining_ms))
    camera = CameraSocket()
    server = FakeServer()
    server.answers = {
        ("GET", "/api/candidate/sitting"): sitting(state, remaining_ms, **changes),
        ("GET", "/api/candidate/photo"): photo,
        ("GET", "/api/candidate/form"): form(),
    }
    server.sockets = {"/ws/candidate": live.attach, "/ws/camera": camera.attach}
    return server, live, camera
