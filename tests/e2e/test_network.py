"""Lost networks, reloads and several tabs, over real sockets."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from app.audit.service import read_stream, verify_stream
from app.demo.simulator import SimulatedCandidate
from app.live.messages import MAX_MESSAGE_BYTES
from app.sittings.lifecycle import State
from app.sittings.records import stream_of
from tests.factories.exam_day import ExamDay, make_exam_day
from tests.factories.running import RunningServer

Message = dict[str, Any]
SLOTS = 10


@pytest.fixture
def day(server: RunningServer) -> ExamDay:
    """Two running sittings."""

    async def made() -> ExamDay:
        day = await make_exam_day(server.service, candidates=2)
        for number in range(2):
            await day.start(number)
        return day

    return server.call(made())


def simulated(server: RunningServer, day: ExamDay, number: int = 0) -> SimulatedCandidate:
    ticket = day.ticket(number)
    return SimulatedCandidate(origin=server.origin, ticket=ticket.ticket, code=ticket.code)


async def on_server(server: RunningServer, work: Callable[[], Awaitable[Any]]) -> Any:
    """Run something on the server's loop from another one."""

    async def run() -> Any:
        return await work()

    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(run(), server.loop))


async def saved(server: RunningServer, day: ExamDay) -> list[tuple[int, int, str]]:
    """(number, position, letters) of every answer in the chain; the chain must be whole."""

    async def read() -> list[tuple[int, int, str]]:
        stream = stream_of(day.sittings[0])
        async with server.service.database.read() as connection:
            assert (await verify_stream(connection, stream)).problem is None
            entries = await read_stream(connection, stream)
        found = [json.loads(entry.text)["data"] for entry in entries if entry.type == "response.saved"]
        return [(data["number"], data["position"], "".join(data["response"])) for data in found]

    result: list[tuple[int, int, str]] = await on_server(server, read)
    return result


async def test_minutes_without_network_lose_nothing(server: RunningServer, day: ExamDay) -> None:
    """Two minutes of answers, one a second in life, are given while there is no network."""
    candidate = simulated(server, day)
    chance = random.Random(2)
    given: list[tuple[int, int, str]] = []

    async def answer() -> None:
        position, letters = chance.randint(1, 8), chance.choice("AB")
        given.append((await candidate.answer(position, letters), position, letters))

    async def drained() -> None:
        await candidate.wait_for(lambda: not candidate.outbox)

    async def answer_some() -> None:
        for _ in range(5):
            await answer()
        await drained()

    await candidate.sign_in()
    await candidate.connected(answer_some)
    for _ in range(120):
        await answer()
    assert len(candidate.outbox) == 120
    assert await saved(server, day) == given[:5]
    await candidate.connected(drained)
    await candidate.connected(answer_some)
    assert await saved(server, day) == given
    assert candidate.acknowledged == len(given) == 130


async def test_a_reload_finds_everything_again(server: RunningServer, day: ExamDay) -> None:
    """Another browser, another seat: new sign-in, new outbox; the answers are there."""
    first = simulated(server, day)

    async def some() -> None:
        for position, letters in ((1, "A"), (9, "BC"), (1, "B")):
            await first.answer(position, letters)
        await first.post({"type": "mark", "position": 4, "on": True})
        await first.wait_for(lambda: not first.outbox)

    await first.sign_in()
    await first.connected(some)
    second = simulated(server, day)
    await second.sign_in()

    async def look() -> Message:
        form: Message = (await second.call("GET", "/api/candidate/form")).json()
        await second.answer(2, "A")
        await second.wait_for(lambda: not second.outbox)
        return form

    form = await second.connected(look)
    assert (form["responses"], form["marks"], form["position"]) == ({"1": ["B"], "9": ["B", "C"]}, [4], 1)
    with pytest.raises(httpx.HTTPStatusError) as refusal:
        await first.call("GET", "/api/candidate/form")  # the earlier session has ended
    assert refusal.value.response.status_code == 401
    assert [place for _, place, _ in await saved(server, day)] == [1, 9, 1, 2]


# --------------------------------------------------------------------------- several tabs


class Tab:
    """A bare socket that says exactly what it is told to."""

    def __init__(self, socket: ClientConnection, name: str, writer: str) -> None:
        self.socket, self.name, self.writer = socket, name, writer

    async def hello(self, *, take_over: bool = False) -> Message:
        await self.say({"type": "hello", "version": 1, "tab": self.name, "writer": self.writer}, take_over)
        return await self.hear("welcome", "superseded")

    async def say(self, message: Message, take_over: bool = False) -> None:
        await self.socket.send(json.dumps(message | ({"take_over": True} if take_over else {})))

    async def hear(self, *types: str) -> Message:
        """The next message of one of these types."""
        async with asyncio.timeout(10):
            while True:
                message: Message = json.loads(await self.socket.recv())
                if message["type"] in types:
                    return message

    async def answer(self, seq: int, position: int, letters: str = "A") -> Message:
        await self.say({"type": "answer", "seq": seq, "position": position, "response": list(letters)})
        return await self.hear("acknowledged", "superseded", "resend", "refused", "error")


@asynccontextmanager
async def tabs(server: RunningServer, day: ExamDay, *names: str, writer: str = "writer-1") -> Any:
    """Open sockets of one session."""
    candidate = simulated(server, day)
    await candidate.sign_in()
    address = server.origin.replace("http", "ws", 1) + "/ws/candidate"
    opened = []
    for name in names:
        socket = await connect(
            address,
            origin=Origin(server.origin),
            additional_headers={"Cookie": candidate._cookie},
            compression=None,
        )
        opened.append(Tab(socket, name, writer))
    try:
        yield opened
    finally:
        for tab in opened:
            await tab.socket.close()


async def test_of_several_tabs_exactly_one_is_live(server: RunningServer, day: ExamDay) -> None:
    async with tabs(server, day, "tab-aaaa", "tab-bbbb", "tab-cccc") as (first, second, third):
        assert (await first.hello())["type"] == "welcome"
        for other in (second, third):
            assert (await other.hello())["type"] == "superseded"
            assert (await other.answer(1, 1))["type"] == "superseded"
        assert (await first.answer(1, 1))["type"] == "acknowledged"
        assert (await second.hello(take_over=True))["last_seq"] == 1
        assert (await first.hear("superseded"))["type"] == "superseded"
        assert (await first.answer(2, 2))["type"] == "superseded"
        assert (await second.answer(2, 2, "B"))["type"] == "acknowledged"
        assert (await second.answer(3, 3, "B"))["type"] == "acknowledged"
        # Back again, on the connection that was put aside.
        assert (await first.hello(take_over=True))["last_seq"] == 3
        assert (await first.answer(4, 4))["type"] == "acknowledged"
        assert (await first.answer(5, 5))["type"] == "acknowledged"
        assert (await second.hear("superseded"))["type"] == "superseded"
        assert (await second.answer(6, 6))["type"] == "superseded"
    assert await saved(server, day) == [(1, 1, "A"), (2, 2, "B"), (3, 3, "B"), (4, 4, "A"), (5, 5, "A")]


async def test_the_same_tab_comes_back_without_asking(server: RunningServer, day: ExamDay) -> None:
    async with tabs(server, day, "tab-aaaa", "tab-aaaa") as (before, after):
        await before.hello()
        await before.answer(1, 1)
        welcome = await after.hello()
        assert (welcome["type"], welcome["last_seq"]) == ("welcome", 1)
        assert (await after.answer(2, 2))["type"] == "acknowledged"


async def test_a_tab_that_went_away_leaves_its_place(server: RunningServer, day: ExamDay) -> None:
    async with tabs(server, day, "tab-aaaa", "tab-bbbb") as (first, second):
        await first.hello()
        await first.socket.close()

        async def hello() -> Message:
            message: Message = await second.hello()
            return message

        async with asyncio.timeout(10):
            while (await hello())["type"] != "welcome":
                await asyncio.sleep(0.01)


async def test_a_hole_is_asked_for_and_bad_messages_leave_the_socket_open(
    server: RunningServer, day: ExamDay
) -> None:
    async with tabs(server, day, "tab-aaaa") as (tab,):
        await tab.say({"type": "ping", "token": 1})
        assert (await tab.hear("error"))["code"] == "hello_missing"
        await tab.hello()
        assert await tab.answer(3, 3) == {"type": "resend", "from_seq": 1}
        await tab.socket.send("{")
        assert (await tab.hear("error"))["code"] == "message_invalid"
        assert (await tab.answer(1, 99))["code"] == "response_invalid"
        assert (await tab.hear("acknowledged"))["seq"] == 1
        assert (await tab.answer(2, 2))["seq"] == 2
        await tab.say({"type": "ping", "token": 9})
        pong = await tab.hear("pong")
        assert (pong["token"], pong["remaining_ms"] > 0) == (9, True)


async def test_the_hand_in_ends_the_sitting_for_everybody(server: RunningServer, day: ExamDay) -> None:
    async with tabs(server, day, "tab-aaaa") as (tab,):
        await tab.hello()
        await tab.answer(1, 1)
        await tab.say({"type": "hand_in", "seq": 2})
        assert (await tab.hear("acknowledged"))["seq"] == 2
        assert (await tab.hear("status"))["status"]["state"] == "submitted"
        assert (await tab.answer(3, 3))["code"] == "sitting_over"

    async def state() -> State:
        return (await day.sitting()).state

    assert await on_server(server, state) is State.SUBMITTED
    candidate = simulated(server, day)
    await candidate.sign_in()
    result = (await candidate.call("GET", "/api/candidate/result")).json()
    assert (result["state"], result["answered"], result["total"]) == ("submitted", 1, 10)
    assert (result["shown"], result["total_points"], result["pass"]) == (True, "100", False)


async def test_staff_acts_reach_the_page(server: RunningServer, day: ExamDay) -> None:
    async with tabs(server, day, "tab-aaaa") as (tab,):
        await tab.hello()
        await on_server(server, lambda: day.command("warn", text="请坐好"))
        notice = await tab.hear("notice")
        assert (notice["kind"], notice["text"]) == ("warning", "请坐好")
        await on_server(server, lambda: day.command("pause", reason="P-01"))
        # The warning itself makes the page look again too, so there may be a status before.
        while (await tab.hear("status"))["status"]["state"] != "paused":
            continue
    async with tabs(server, day, "tab-bbbb") as (again,):
        # Not confirmed yet: it comes again with the next connection, until the page has shown it.
        welcome = await again.hello()
        assert welcome["status"]["state"] == "paused"
        assert (await again.hear("notice"))["notice_id"] == notice["notice_id"]
        await again.say({"type": "notice_shown", "seq": 1, "notice_id": notice["notice_id"]})
        await again.hear("acknowledged")
    async with tabs(server, day, "tab-cccc") as (third,):
        await third.hello()
        await third.say({"type": "ping", "token": 1})
        assert (await third.hear("notice", "pong"))["type"] == "pong"


async def test_an_oversized_message_closes_the_socket(server: RunningServer, day: ExamDay) -> None:
    async with tabs(server, day, "tab-aaaa", "tab-bbbb") as (large, huge):
        await large.socket.send("x" * (MAX_MESSAGE_BYTES + 1))
        assert (await large.hear("error"))["code"] == "message_too_large"

        async def say_too_much() -> None:
            await huge.socket.send("x" * (600 * 1024))
            await asyncio.wait_for(huge.socket.recv(), 10)

        with pytest.raises(ConnectionClosed):
            await say_too_much()


async def test_two_candidates_do_not_hear_each_other(server: RunningServer, day: ExamDay) -> None:
    one, other = simulated(server, day, 0), simulated(server, day, 1)
    await one.sign_in()
    await other.sign_in()

    async def both() -> None:
        async def inner() -> None:
            await asyncio.gather(one.answer(1, "A"), other.answer(2, "B"))
            await asyncio.gather(
                one.wait_for(lambda: not one.outbox), other.wait_for(lambda: not other.outbox)
            )

        await other.connected(inner)

    await one.connected(both)
    assert await saved(server, day) == [(1, 1, "A")]
