"""The scripts without a page: protocol, outbox (in a real IndexedDB), countdown, small parts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.app.web.fake_server import FakeServer
from tests.browser import browser, needs_chromium

__all__ = ["browser"]

pytestmark = [pytest.mark.browser, needs_chromium]

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "protocol_cases.json").read_text(encoding="utf-8")
)["cases"]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of the site's origin, for modules to be imported into."""
    server = FakeServer()
    opened = server.open(browser, "/staff")
    yield opened
    opened.context.close()
    assert server.faults == []


RUN_CASE = """async (steps) => {
  const { CandidateProtocol } = await import("/static/js/protocol.js");
  const p = new CandidateProtocol({ tab: "tab-0001", writer: "writer-01", pending: steps.pending ?? [] });
  const name = (e) => e.seq === undefined ? e.type : `${e.type}:${e.seq}`;
  return steps.steps.map((step) => {
    if (step.connected !== undefined) p.connected(step.connected, step.take_over ?? false);
    if (step.disconnected !== undefined) p.disconnected(step.disconnected);
    if (step.queued) p.queued(step.queued);
    if (step.received) p.received(step.received, step.at);
    if (step.tick !== undefined) p.tick(step.tick);
    const sends = p.takeSends().map((m) => m.seq ?? m.type);
    return { sends, events: p.takeEvents().map(name), pending: p.pending.map((m) => m.seq) };
  });
}"""


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["name"]))
def test_protocol_case(page: Page, case: dict[str, Any]) -> None:
    results = page.evaluate(RUN_CASE, case)
    expected = [{key: step[key] for key in ("sends", "events", "pending")} for step in case["steps"]]
    assert results == expected


def test_outbox_numbers_keeps_and_forgets(page: Page) -> None:
    result = page.evaluate("""async () => {
      const { Outbox } = await import("/static/js/outbox.js");
      const first = await Outbox.open("s1a");
      await Promise.all([1, 2, 3].map((position) => first.append({ type: "visit", position })));
      await first.removeUpTo(1);
      first.close();
      const second = await Outbox.open("s1a");
      const other = await Outbox.open("s1b");
      const kept = await second.pending();
      const next = await second.append({ type: "mark", position: 9, on: true });
      await second.removeOne(2);
      const left = (await second.pending()).map((m) => m.seq);
      const others = (await other.pending()).length;
      const writers = [first.writer === second.writer, other.writer !== first.writer];
      return { kept, next: next.seq, left, others, writers, stored: second.stored };
    }""")
    assert result["kept"] == [
        {"type": "visit", "position": 2, "seq": 2},
        {"type": "visit", "position": 3, "seq": 3},
    ]
    assert result["next"] == 4
    assert result["left"] == [3, 4]
    assert result["writers"] == [True, True]
    assert result["others"] == 0
    assert result["stored"]


def test_outbox_never_numbers_below_the_server(page: Page) -> None:
    seq = page.evaluate("""async () => {
      const { Outbox } = await import("/static/js/outbox.js");
      const outbox = await Outbox.open("s2a");
      await outbox.adopt(41);
      await outbox.adopt(7);
      return (await outbox.append({ type: "visit", position: 1 })).seq;
    }""")
    assert seq == 42


def test_outbox_goes_on_in_memory_and_says_so_when_the_store_fails(page: Page) -> None:
    result = page.evaluate("""async () => {
      const { Outbox } = await import("/static/js/outbox.js");
      const broken = { open() { throw new Error("no storage"); } };
      const outbox = await Outbox.open("s3a", broken);
      await outbox.adopt(5);
      const one = await outbox.append({ type: "visit", position: 1 });
      const two = await outbox.append({ type: "visit", position: 2 });
      return { stored: outbox.stored, seqs: [one.seq, two.seq], pending: await outbox.pending() };
    }""")
    assert result == {"stored": False, "seqs": [6, 7], "pending": []}


def test_two_tabs_never_share_a_number(page: Page) -> None:
    seqs = page.evaluate("""async () => {
      const { Outbox } = await import("/static/js/outbox.js");
      const [a, b] = [await Outbox.open("s4a"), await Outbox.open("s4a")];
      const all = await Promise.all([a, b, a, b, a, b].map((o) => o.append({ type: "visit", position: 1 })));
      return all.map((m) => m.seq).sort();
    }""")
    assert seqs == [1, 2, 3, 4, 5, 6]


def test_countdown_runs_stands_and_ends(page: Page) -> None:
    result = page.evaluate("""async () => {
      const { Countdown } = await import("/static/js/countdown.js");
      const c = new Countdown();
      const none = c.left(0);
      c.sync(10_000, 1_000, true);
      const running = [1_000, 6_000, 10_999, 11_000, 99_000].map((now) => [c.left(now), c.over(now)]);
      c.sync(10_000, 1_000, false);
      return { none, running, paused: [c.left(99_000), c.over(99_000)] };
    }""")
    assert result["none"] is None
    assert result["running"] == [[10_000, False], [5_000, False], [1, False], [0, True], [0, True]]
    assert result["paused"] == [10_000, False]


def test_countdown_speaks_each_mark_once(page: Page) -> None:
    marks = page.evaluate("""async () => {
      const { Countdown } = await import("/static/js/countdown.js");
      const c = new Countdown();
      c.sync(31 * 60_000, 0, true);
      const said = [];
      for (let now = 0; now <= 31 * 60_000; now += 250) {
        const mark = c.toSpeak(now);
        if (mark !== null) said.push([mark, now]);
      }
      return said;
    }""")
    assert marks == [[30, 60_000], [10, 21 * 60_000], [5, 26 * 60_000], [1, 30 * 60_000]]


def test_countdown_does_not_speak_a_mark_long_past(page: Page) -> None:
    mark = page.evaluate("""async () => {
      const { Countdown } = await import("/static/js/countdown.js");
      const c = new Countdown();
      c.sync(20 * 60_000, 0, true);
      return c.toSpeak(0);
    }""")
    assert mark is None


def test_frame_header_is_16_bytes_big_endian(page: Page) -> None:
    header = page.evaluate("""async () => {
      const { frameHeader } = await import("/static/js/camera.js");
      return [...frameHeader(0x01020304, 1_700_000_000_123)];
    }""")
    assert bytes(header) == b"KF\x01\x00\x01\x02\x03\x04" + (1_700_000_000_123).to_bytes(8, "big")


def test_back_off_doubles_up_to_five_seconds_with_jitter(page: Page) -> None:
    waits = page.evaluate("""async () => {
      const { backOff } = await import("/static/js/connection.js");
      return [0, 1, 2, 3, 4, 9].map((n) => backOff(n, 0.5)).concat([backOff(0, 0), backOff(0, 0.999)]);
    }""")
    assert waits[:6] == [500, 1000, 2000, 4000, 5000, 5000]
    assert waits[6] == 375
    assert 620 < waits[7] < 625


def test_answers_lay_the_outbox_over_the_form(page: Page) -> None:
    result = page.evaluate("""async () => {
      const { Answers } = await import("/static/js/candidate/answers.js");
      const option = (id) => ({ id, html: id });
      const slots = [
        { position: 1, type: "single_choice", options: [option("a"), option("b")] },
        { position: 2, type: "multiple_choice", options: [option("x"), option("y"), option("z")] },
      ];
      const sections = [{ first: 1, last: 2 }];
      const form = { slots, sections, responses: { 1: ["a"] }, marks: [1], position: 1 };
      const answers = new Answers(form, [
        { type: "answer", position: 1, response: ["b"] }, { type: "mark", position: 1, on: false },
        { type: "answer", position: 2, response: ["z"] }, { type: "visit", position: 2 },
      ]);
      const before = { one: answers.response(1), marks: [...answers.marks], position: answers.position };
      answers.set(2, ["x", "z"]);
      answers.set(1, []);
      return { before, labels: answers.labels(2), open: answers.unanswered };
    }""")
    assert result["before"] == {"one": ["b"], "marks": [], "position": 2}
    assert result["labels"] == ["A", "C"]
    assert result["open"] == [1]


def test_steps_follow_the_server(page: Page) -> None:
    steps = page.evaluate("""async () => {
      const { stepFor } = await import("/static/js/candidate/steps.js");
      const yes = { recording: true, face_comparison: true };
      const no = { recording: true, face_comparison: false };
      const of = (state, consent, photo = true, demo = false) =>
        stepFor({ consent, registered_photo: photo, photo_at_check_in: demo }, state);
      const after = ["awaiting_admission", "ready", "in_progress", "paused"];
      after.push("submitted", "expired", "terminated", "voided");
      return [of("checking_in", null), of("checking_in", yes), of("checking_in", yes, false),
        of("checking_in", yes, false, true), of("checking_in", no, false, true),
        ...after.map((state) => of(state, yes))];
    }""")
    assert steps == [
        *("consent", "framing", "framing", "photo", "framing", "admission", "waiting", "exam"),
        *("exam", "done", "done", "done", "done"),
    ]


SAY = """async (asked) => {
  const { loadCatalogue, t } = await import("/static/js/catalogue.js");
  await loadCatalogue();
  return asked.map(([key, values]) => t(key, values));
}"""


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            [
                "1 point",
                "0.5 points",
                "0 points",
                "4,812 entries, 1 frame checked",
                "2 items have no answer. Nothing can be changed afterwards.",
            ],
        ),
        (
            "zh-CN",
            ["1 分", "0.5 分", "0 分", "4,812 条、1 帧已核验", "还有 2 题没有作答。交卷以后不能再改。"],
        ),
    ],
)
def test_counted_words_agree_with_their_number(browser: Browser, lang: str, said: list[str]) -> None:
    server = FakeServer()
    opened = server.open(browser, f"/staff?lang={lang}")
    points: list[tuple[str, dict[str, Any]]] = [("item.points", {"n": n}) for n in ("1", 0.5, 0)]
    rest = [("proof.ok", {"n": "4,812", "frames": 1}), ("hand_in.open", {"n": 2})]
    texts = opened.evaluate(SAY, [*points, *rest])
    opened.context.close()
    assert texts == said
    assert server.faults == []
