"""A room of 48 seats, a sitting's records and a wall socket, as the service would tell them."""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from playwright.sync_api import WebSocketRoute

from app.live.wall_messages import Wall, from_wall
from tests.app.web.candidate_data import NOW, instant
from tests.app.web.fake_server import Answer, FakeServer

NAMES_TEXT = (
    "郑国华 刘志强 刘家宝 杨卫东 郭卫东 黄永刚 许秀英 周勇 刘永刚 孙海燕 赵德胜 刘小明 "
    "冯春梅 曹立新 孙淑珍 罗家宝 张建民 宋春梅 梁国华 张大伟 郑春梅 马秀英 杨桂兰 陈秀英 "
    "邓勇 谢建民 徐小明 陈桂兰 郭红霞 曾志强 孙立新 周卫东 唐德胜 吴志强 胡大伟 罗晓东 "
    "林建民 宋小明 刘玉梅 何大伟 许家宝 朱玉梅 梁小明 王凤兰 林国华 朱小明 何立新 黄海燕"
)
NAMES = NAMES_TEXT.split()

ME = {"id": "zhoumin", "username": "zhoumin", "name": "周敏", "role": "invigilator"}
REASONS: dict[str, list[dict[str, str]]] = {
    "end": [
        {"code": "E-01", "zh": "考生本人要求结束", "en": "The candidate asked to end"},
        {
            "code": "E-02",
            "zh": "当面核对后，不是报名的本人",
            "en": "Checked in person: not the registered person",
        },
        {
            "code": "E-03",
            "zh": "多次提醒后仍不听从考场安排",
            "en": "Does not follow the room's rules after reminders",
        },
    ],
    "pause": [
        {"code": "P-01", "zh": "到座位当面核对", "en": "Check in person at the seat"},
        {"code": "P-02", "zh": "设备故障", "en": "Equipment failure"},
    ],
    "admit": [{"code": "A-01", "zh": "身份证与本人相符", "en": "ID card matches the person"}],
    "refuse": [{"code": "R-01", "zh": "身份证与本人不符", "en": "ID card does not match"}],
    "extend": [{"code": "T-01", "zh": "设备故障补时", "en": "Time lost to equipment"}],
    "incident": [{"code": "I-02", "zh": "到座位当面核对身份", "en": "Identity checked at the seat"}],
    "disposition": [
        {"code": "D-01", "zh": "证据不足", "en": "Not enough evidence"},
        {"code": "D-02", "zh": "当面核对过，外貌有变化", "en": "Checked in person, looks changed"},
    ],
}


def jpeg(shade: int = 90, width: int = 160, height: int = 120) -> bytes:
    """A drawn picture: a plain head and shoulders on grey of `shade` (0..255)."""
    image = np.full((height, width, 3), shade, np.uint8)
    centre = (width // 2, height * 9 // 20)
    cv2.ellipse(image, (width // 2, height), (width * 3 // 10, height * 2 // 5), 0, 0, 360, (90, 80, 70), -1)
    cv2.ellipse(image, centre, (width // 8, height // 5), 0, 0, 360, (150, 170, 190), -1)
    done, encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 70])
    assert done
    return bytes(encoded)


def flag(kind: str, severity: str, started_ms: int, **changes: Any) -> dict[str, Any]:
    """A `FlagView` that began `started_ms` (negative) before now."""
    base = {
        "id": f"flag-{kind}-{-started_ms}",
        "kind": kind,
        "severity": severity,
        "started_at": instant(started_ms),
        "ended_at": None,
        "peak_at": instant(started_ms + 5000),
        "evidence": [4280, 4286, 4291, 4300, 4310, 4320],
        "peak_frame": 4291,
        "seen_by": None,
    }
    return base | changes


SPECIAL: dict[int, dict[str, Any]] = {
    3: {"state": "submitted"},
    5: {"flags": [flag("no_face", "medium", -17_000)]},
    9: {"flags": [flag("another_person", "high", -55_000)], "checks_off": ["presentation_attack"]},
    12: {"state": "scheduled", "presence": "never", "picture_at": None, "camera": "off"},
    18: {"state": "awaiting_admission", "waiting_reason": "face_declined", "waiting_since": instant(-86_000)},
    22: {"flags": [flag("several_faces", "medium", -22_000)]},
    24: {"state": "submitted"},
    28: {"flags": [flag("turned_away", "low", -140_000)]},
    31: {"flags": [flag("presentation_attack", "high", -147_000)]},
    33: {"state": "awaiting_admission", "waiting_reason": "mismatch", "waiting_since": instant(-192_000)},
    36: {"presence": "lost", "presence_since": instant(-18_000), "picture_at": instant(-18_000)},
    40: {"presence": "lost", "presence_since": instant(-130_000), "picture_at": instant(-130_000)},
    41: {"state": "awaiting_admission", "waiting_reason": "no_camera", "waiting_since": instant(-40_000)},
    45: {"state": "paused"},
    46: {"called_at": instant(-12_000)},
}


def seat(number: int, **changes: Any) -> dict[str, Any]:
    """A `SeatView` of seat `number` (1..48) in a room of 4 rows with 12 seats."""
    base: dict[str, Any] = {
        "index": number - 1,
        "label": str(number),
        "row": (number - 1) // 12 + 1,
        "column": (number - 1) % 12 + 1,
        "sitting_id": f"sitting-{number:02d}",
        "name": NAMES[number - 1],
        "state": "in_progress",
        "presence": "online",
        "presence_since": instant(-3_600_000),
        "remaining_ms": 2_873_000,
        "answered": 30 + number,
        "total": 80,
        "position": 31 + number,
        "saved_at": instant(-2_000),
        "waiting_since": None,
        "waiting_reason": None,
        "called_at": None,
        "picture_at": instant(600_000),
        "camera": "on",
        "checks_off": [],
        "flags": [],
        "ended_reason": None,
    }
    base |= SPECIAL.get(number, {}) | changes
    if base["state"] in ("awaiting_admission", "scheduled"):
        base |= {"position": None, "saved_at": None, "answered": 0, "remaining_ms": None}
    return base


def wall(seats: Sequence[dict[str, Any]] | None = None) -> dict[str, Any]:
    """The first message of a wall socket, checked against the contract."""
    message = {
        "type": "wall",
        "now": instant(),
        "administration_id": "adm1",
        "administration": "2026 年第 7 期 上午场",
        "exam": "施工企业专职安全员（C 类）",
        "point": "城南考试点",
        "room": "第二机考室",
        "starts_at": instant(-4_000_000),
        "closes_at": instant(4_000_000),
        "seats": list(seats) if seats is not None else [seat(n) for n in range(1, 49)],
    }
    Wall.model_validate_json(json.dumps(message))
    return message


def picture(index: int, body: bytes, *, kind: int = 0, sequence: int = 1) -> bytes:
    """A binary picture message of the wall."""
    received = int(NOW.timestamp() * 1000)
    return b"KT" + struct.pack(">BBHHIQ", 1, kind, index, 0, sequence, received) + body


@dataclass(slots=True)
class WallSocket:
    """`/ws/wall/...`: sends the room, keeps what the page sends (checked against the contract)."""

    message: dict[str, Any] = field(default_factory=wall)
    thumbnails: dict[int, bytes] = field(default_factory=dict)
    full: bytes = b""
    got: list[dict[str, Any]] = field(default_factory=list)
    open: list[WebSocketRoute] = field(default_factory=list)

    def attach(self, socket: WebSocketRoute) -> None:
        """Serves one socket."""
        self.open.append(socket)
        socket.on_message(lambda text: self._receive(socket, text))
        socket.send(json.dumps(self.message))
        for index, body in self.thumbnails.items():
            socket.send(picture(index, body))

    def send(self, **message: Any) -> None:
        """Sends a message on the newest socket."""
        self.open[-1].send(json.dumps(message))

    def _receive(self, socket: WebSocketRoute, text: str | bytes) -> None:
        from_wall.validate_json(text)
        message = json.loads(text)
        self.got.append(message)
        if message["type"] == "focus" and message["sitting_id"] and self.full:
            index = int(message["sitting_id"].removeprefix("sitting-")) - 1
            socket.send(picture(index, self.full, kind=1))


def details(number: int = 9, **changes: Any) -> dict[str, Any]:
    """The body of `GET /api/sittings/{id}`."""
    base = {
        "sitting_id": f"sitting-{number:02d}",
        "name": NAMES[number - 1],
        "id_number_masked": "3708 **** 1X",
        "enterprise": "诚信建设有限公司",
        "category": "专职安全员 C 类",
        "ticket": "2607100165",
        "administration": "2026 年第 7 期 上午场",
        "exam": "施工企业专职安全员（C 类）",
        "point": "城南考试点",
        "room": "第二机考室",
        "seat": str(number),
        "state": "in_progress",
        "registered_photo": True,
        "admission_picture": 120,
        "identity": {"outcome": "match", "score_milli": 612, "threshold_milli": 520, "reason": None},
        "acts": [
            {"at": instant(-8_000), "type": "staff.seen", "by": "王磊", "detail": "标记 #3"},
            {"at": instant(-1_800_000), "type": "staff.message", "by": "周敏", "detail": "“请坐正”"},
            {
                "at": instant(-4_700_000),
                "type": "sitting.admitted",
                "by": "machine",
                "codes": {"outcome": "match"},
                "detail": "",
            },
        ],
        "flags": [flag("another_person", "high", -55_000)],
        "incidents": [],
        "points": None,
        "points_first": None,
        "total_points": "100",
        "corrected": False,
    }
    return base | changes


def wall_server(**changes: Any) -> tuple[FakeServer, WallSocket]:
    """A server for the wall of one room."""
    socket = WallSocket(**changes)
    server = FakeServer()
    body = jpeg()
    server.answers = {
        ("GET", "/api/staff/me"): ME,
        ("GET", "/api/reasons"): REASONS,
    }
    for number in range(1, 49):
        base = f"/api/sittings/sitting-{number:02d}"
        server.answers[("GET", base)] = details(number)
        server.answers[("GET", f"{base}/photo")] = Answer(body)
        server.answers[("POST", f"{base}/commands")] = {"at": instant(), "effect": "in_progress"}
        server.answers[("POST", f"{base}/incidents")] = Answer({"id": "inc1"}, 201)
        for frame in (4280, 4286, 4291, 4300, 4310, 4320):
            server.answers[("GET", f"{base}/frames/{frame}.jpg")] = Answer(body)
    server.sockets = {"/ws/wall/adm1": socket.attach}
    return server, socket
