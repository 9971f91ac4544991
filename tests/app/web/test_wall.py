"""The wall in Chromium: places, panel, commands, credit, and the state without a server."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.app.web.candidate_data import instant
from tests.app.web.fake_server import FakeServer, problem
from tests.app.web.staff_data import WallSocket, details, flag, jpeg, seat, wall, wall_server
from tests.browser import browser, needs_chromium

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, needs_chromium]
COMMANDS = "/api/sittings/sitting-09/commands"


@pytest.fixture
def room(browser: Browser) -> Iterator[tuple[Page, FakeServer, WallSocket]]:
    """A wall of 48 seats with a picture for each; no fault may have happened at the end."""
    server, socket = wall_server(thumbnails={i: jpeg(60 + i) for i in range(48)}, full=jpeg(90, 640, 480))
    page = server.open(browser, "/wall/adm1")
    page.wait_for_selector(".worst-card")
    yield page, server, socket
    page.context.close()
    assert server.faults == []


def test_worst_seats_stand_in_order(room: tuple[Page, FakeServer, WallSocket]) -> None:
    page, _server, _socket = room
    labels = page.locator(".worst-card .chip:not(.chip-r)").all_text_contents()
    assert labels == ["31", "9", "40", "22", "5"]
    expect(page.locator(".worst-card").nth(1)).to_contain_text("真人检测未启用")


def test_states_add_up_to_the_expected(room: tuple[Page, FakeServer, WallSocket]) -> None:
    page, _server, _socket = room
    numbers = {
        name: int(page.locator(f"[data-count={name}] b").inner_text())
        for name in ("all", "in_progress", "ready", "awaiting", "paused", "ended", "absent")
    }
    assert numbers.pop("all") == sum(numbers.values()) == 48


def test_every_picture_is_credited(room: tuple[Page, FakeServer, WallSocket]) -> None:
    page, _server, socket = room
    expect(page.locator("seat-tile img:not([hidden])")).to_have_count(48)
    page.wait_for_timeout(100)
    assert sum(m["pictures"] for m in socket.got if m["type"] == "shown") == 48


def test_panel_shows_pictures_reason_and_records(room: tuple[Page, FakeServer, WallSocket]) -> None:
    page, _server, socket = room
    page.keyboard.press("2")
    side = page.locator(".side")
    expect(side.locator("h2")).to_have_text("9 号 刘永刚")
    expect(side.locator(".strip .is-peak")).to_have_count(1)
    expect(side).to_contain_text("真人检测未启用")
    expect(side).to_contain_text("系统 准入 一致")
    expect(side.locator(".pair figure:nth-child(2) img")).to_have_js_property("naturalWidth", 640)
    assert {"type": "focus", "sitting_id": "sitting-09"} in socket.got
    page.keyboard.press("Escape")
    expect(side.locator("h2")).to_have_count(0)
    assert socket.got[-1] == {"type": "focus", "sitting_id": None}


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("mismatch", "没有达到要求"),
        ("presentation_attack", "像照片或屏幕"),
        ("challenge", "没有在时间内看到全部动作"),
        ("no_reference", "没有可以比对的报名照片"),
        ("come_closer", "多数时候：请再靠近一点"),
    ],
)
def test_who_waits_is_shown_with_both_pictures_the_reason_and_the_steps(
    room: tuple[Page, FakeServer, WallSocket], reason: str, says: str
) -> None:
    page, server, _socket = room
    challenge = {"asked": ["turn_left", "close_eyes"], "done": ["turn_left"], "frames": [31]}
    identity = {
        "outcome": "unusable" if reason == "come_closer" else "look",
        "reason": reason,
        "score_milli": 612,
        "threshold_milli": 520,
        "frame": 12,
        "challenge": challenge if reason == "challenge" else None,
    }
    body = details(33, state="awaiting_admission", identity=identity, flags=[])
    server.answers[("GET", "/api/sittings/sitting-33")] = body
    for number in (12, 31):
        server.answers[("GET", f"/api/sittings/sitting-33/frames/{number}.jpg")] = jpeg()
    page.keyboard.press("q")
    side = page.locator(".side")
    expect(side).to_contain_text(says)
    expect(side.locator(".pair img")).to_have_count(2)
    shown = ["比对的画面", "向左转头"] if reason == "challenge" else ["比对的画面"]
    expect(side.locator(".strip-door button")).to_have_text(shown)
    if reason == "challenge":
        expect(side).to_contain_text("做到 1 / 2（向左转头、闭眼）")


def test_seen_is_one_key(room: tuple[Page, FakeServer, WallSocket]) -> None:
    page, server, _socket = room
    page.keyboard.press("2")
    page.wait_for_selector(".strip")
    page.keyboard.press("k")
    expect(page.locator(".result")).to_contain_text("看过")
    assert server.calls("POST", COMMANDS) == [{"command": "seen", "flag_id": "flag-another_person-55000"}]


def test_pause_needs_a_reason_and_names_a_colleague(room: tuple[Page, FakeServer, WallSocket]) -> None:
    page, server, _socket = room
    page.keyboard.press("2")
    expect(page.locator(".side .tbl")).to_be_visible()
    page.keyboard.press("p")
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("王磊")
    dialog.get_by_role("button", name="发出").click()
    expect(dialog).to_contain_text("请先选理由")
    assert server.calls("POST", COMMANDS) == []
    dialog.locator("input[type=radio]").first.focus()
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert server.calls("POST", COMMANDS) == [{"command": "pause", "reason": "P-02"}]


def test_ending_is_held_for_two_seconds(room: tuple[Page, FakeServer, WallSocket]) -> None:
    page, server, _socket = room
    page.keyboard.press("2")
    page.wait_for_selector(".strip")
    page.keyboard.press("x")
    dialog = page.locator("dialog[open]")
    dialog.locator("input[type=radio]").nth(1).check()
    dialog.locator("textarea").fill("到座位核对身份证，照片与在座的人不符。")
    button = dialog.locator(".btn-hold")
    button.click()
    assert server.calls("POST", COMMANDS) == []
    button.hover()
    page.mouse.down()
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.mouse.up()
    [body] = server.calls("POST", COMMANDS)
    assert body == {"command": "end", "reason": "E-02", "note": "到座位核对身份证，照片与在座的人不符。"}


def test_a_refused_command_says_why(room: tuple[Page, FakeServer, WallSocket]) -> None:
    page, server, _socket = room
    server.answers[("POST", COMMANDS)] = problem(409, "not_allowed_now", "王磊已在 3 秒前暂停")
    page.keyboard.press("2")
    page.wait_for_selector(".strip")
    page.keyboard.press("m")
    page.locator("dialog textarea").fill("请坐正")
    page.keyboard.press("Control+Enter")
    expect(page.locator("dialog[open] .field-error")).to_contain_text("王磊已在 3 秒前暂停")
    assert server.calls("POST", COMMANDS) == [{"command": "message", "text": "请坐正"}]


def test_letters_do_not_act_in_a_text_field(room: tuple[Page, FakeServer, WallSocket]) -> None:
    page, server, _socket = room
    page.keyboard.press("2")
    page.wait_for_selector(".strip")
    page.keyboard.press("w")
    page.locator("dialog textarea").press_sequentially("kxa")
    expect(page.locator("dialog textarea")).to_have_value("kxa")
    assert server.calls("POST", COMMANDS) == []


def test_incident_carries_the_flags(room: tuple[Page, FakeServer, WallSocket]) -> None:
    page, server, _socket = room
    page.keyboard.press("2")
    page.wait_for_selector(".strip")
    page.keyboard.press("n")
    page.locator("dialog input[type=radio]").check()
    page.locator("dialog textarea").fill("当面核对，本人，换了眼镜。")
    page.keyboard.press("Control+Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert server.calls("POST", "/api/sittings/sitting-09/incidents") == [
        {"flag_ids": ["flag-another_person-55000"], "reason": "I-02", "note": "当面核对，本人，换了眼镜。"}
    ]


def test_queue_opens_the_longest_wait_and_admits(room: tuple[Page, FakeServer, WallSocket]) -> None:
    page, server, _socket = room
    page.keyboard.press("q")
    expect(page.locator(".side h2")).to_have_text("33 号 唐德胜")
    page.keyboard.press("a")
    page.locator("dialog input[type=radio]").check()
    page.keyboard.press("Control+Enter")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert server.calls("POST", "/api/sittings/sitting-33/commands") == [
        {"command": "admit", "reason": "A-01"}
    ]


def test_a_new_high_flag_takes_a_lower_place(room: tuple[Page, FakeServer, WallSocket]) -> None:
    page, _server, socket = room
    new = seat(2, flags=[flag("camera_blocked", "high", -1000)])
    socket.send(type="seat", now=instant(), seat=new)
    expect(page.locator(".worst-card .chip:not(.chip-r)")).to_have_text(["31", "9", "40", "22", "2"])


def test_without_a_server_commands_are_off_and_it_says_since_when(
    room: tuple[Page, FakeServer, WallSocket],
) -> None:
    page, server, socket = room
    page.keyboard.press("2")
    page.wait_for_selector(".strip")
    server.sockets["/ws/wall/adm1"] = lambda route: route.close(code=1011)
    socket.open[-1].close(code=1011)
    expect(page.locator(".banner")).to_contain_text("监考墙断开")
    expect(page.locator(".cmds .btn-end")).to_be_disabled()
    page.keyboard.press("k")
    server.sockets["/ws/wall/adm1"] = socket.attach
    page.get_by_role("button", name="马上重连").click()
    expect(page.locator(".banner")).to_be_empty()
    expect(page.locator(".cmds .btn-end")).to_be_enabled()
    assert server.calls("POST", COMMANDS) == []


ORDER = """async ([seats, steps]) => {
  const { WorstPlaces } = await import("/static/js/wall/order.js");
  const places = new WorstPlaces();
  return steps.map(({ now, gone, focused }) => {
    const left = seats.filter((seat) => !(gone ?? []).includes(seat.index));
    places.update(left, now, focused ?? null);
    const shown = places.places.map((p) => (p?.reason ? p.index : p ? "free" : null));
    return [shown, places.waiting.map((w) => w.index)];
  });
}"""


def test_places_stay_and_are_refilled_after_two_seconds(room: tuple[Page, FakeServer, WallSocket]) -> None:
    page, _server, _socket = room
    seats: list[dict[str, Any]] = [
        seat(n, flags=[flag("no_face", "medium", -100_000 + n)]) for n in range(1, 9) if n != 3
    ]
    steps = [{"now": 0}, {"now": 100, "gone": [1]}, {"now": 2050, "gone": [1]}, {"now": 2200, "gone": [1]}]
    first, gone, still, refilled = page.evaluate(ORDER, [seats, steps])
    assert first == [[0, 1, 3, 4, 5], [6, 7]]
    assert gone == [[0, "free", 3, 4, 5], [6, 7]]
    assert still == gone
    assert refilled == [[0, 6, 3, 4, 5], [7]]


def test_an_admission_after_the_close_is_refused_in_plain_words(browser: Browser) -> None:
    seats = [
        seat(33),
        seat(34, state="expired", ended_reason="administration_closed"),
        seat(35, state="expired", ended_reason="time_is_up"),
    ]
    server, _socket = wall_server(message=wall(seats))
    server.answers[("POST", "/api/sittings/sitting-33/commands")] = problem(409, "administration_closed")
    page = server.open(browser, "/wall/adm1")
    expect(page.locator("seat-tile .chip-r").nth(1)).to_have_text("未开考")
    expect(page.locator("seat-tile .chip-r").nth(2)).to_have_text("到时")
    page.locator("seat-tile").nth(0).click()
    page.keyboard.press("a")
    page.get_by_role("dialog").get_by_role("radio").first.check()
    page.get_by_role("dialog").get_by_role("button", name="发出").click()
    expect(page.locator("body")).to_contain_text("已经过了最晚开考时间")
    page.context.close()


def test_empty_room_says_so(browser: Browser) -> None:
    server, _socket = wall_server(message=wall([seat(n, flags=[]) for n in (1, 2)]))
    page = server.open(browser, "/wall/adm1")
    expect(page.locator(".worst")).to_contain_text("没有要看的座位。2 人在线。")
    page.context.close()
    assert server.faults == []


@pytest.mark.parametrize(
    ("code", "lang", "words", "button", "leads_to"),
    [
        (4401, "zh-CN", "请重新登录", "重新登录", "/staff?next=%2Fwall%2Fadm1"),
        (4401, "en", "Please sign in again", "Sign in again", "/staff?next=%2Fwall%2Fadm1"),
        (4403, "zh-CN", "没有权限", "选择考场", "/wall"),
        (4404, "en", "Not found", "Choose a room", "/wall"),
    ],
)
def test_a_wall_closed_for_good_says_what_to_do_and_stops_trying(
    browser: Browser, code: int, lang: str, words: str, button: str, leads_to: str
) -> None:
    server, _socket = wall_server()
    attempts: list[int] = []

    def refuse(route: WebSocketRoute) -> None:
        attempts.append(code)
        route.close(code=code)

    server.sockets["/ws/wall/adm1"] = refuse
    page = server.open(browser, f"/wall/adm1?lang={lang}")
    expect(page.locator(".banner")).to_contain_text(words)
    expect(page.get_by_role("link", name=button)).to_have_attribute("href", leads_to)
    # The page would try again after 625 ms at the latest.
    page.wait_for_timeout(1_000)
    assert attempts == [code]
    page.context.close()


def test_a_picture_renews_the_age_of_its_tile(browser: Browser) -> None:
    late = wall([seat(number, picture_at=instant(-7_000)) for number in (1, 2)])
    server, _socket = wall_server(message=late, thumbnails={0: jpeg(60)})
    page = server.open(browser, "/wall/adm1")
    corners = page.locator("seat-tile .chip-r")
    expect(corners.nth(1)).to_contain_text("秒")
    expect(corners.nth(0)).to_be_hidden()
    page.context.close()
