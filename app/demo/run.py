"""`kaochang demo`: the service, a demonstration exam point, and simulated candidates in it."""

import asyncio
import contextlib
import logging
import sys
from pathlib import Path

import httpx
import uvicorn

from app.cli import server_config
from app.demo.faces import Person, Webcam, packaged_people, people_of, pick
from app.demo.past import clear, first_site
from app.demo.seed import NAMES, STAFF, Seeded, Site, known_site, open_administration
from app.demo.simulator import SimulatedCandidate
from app.main import Service
from app.settings import ServerSettings, Settings

_log = logging.getLogger(__name__)
TAKEN_OVER = 2  # index of the simulated seat that another person takes


def run_demo(*, faces: Path | None, port: int, takeover_after_s: int, fresh: bool) -> None:
    """Run until Ctrl-C."""
    settings = Settings(server=ServerSettings(port=port))
    if fresh:
        clear(settings.data)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(settings, faces, takeover_after_s))
    say(f"已停止。数据仍在 {settings.data}。 / Stopped. The data stay in {settings.data}.")


def say(text: str) -> None:
    """Print at once."""
    print(text, flush=True)


async def _run(settings: Settings, faces: Path | None, takeover_after_s: int) -> None:
    people = people_of(faces) if faces else packaged_people()
    standing = known_site(settings.data)
    if standing is None:
        say("第一次启动，正在布置演示考场… / First start, setting up the demonstration exam point…")
        standing = await first_site(settings)
    say("正在启动服务并载入识别模型… / Starting the service, loading the models…")
    config = server_config(settings)
    service: Service = config.app.state.service  # type: ignore[union-attr]
    server = uvicorn.Server(config)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve())
        await _until_up(server, serving, settings)
        async with asyncio.timeout(60):
            await service.pool.ready.wait()
        persons = pick(people, len(NAMES) + 1, seed=7)
        seated, stranger = persons[:-1], persons[-1]
        webcams = [Webcam(person, seed) for seed, person in enumerate(seated)]
        seeded = await open_administration(service, standing, webcams)
        tell(settings, standing, seeded)
        origin = f"http://localhost:{settings.server.port}"
        simulation = group.create_task(_simulate(origin, seeded, webcams, stranger, takeover_after_s))
        while not (server.should_exit or serving.done()):  # noqa: ASYNC110 - uvicorn has a flag, no event
            await asyncio.sleep(0.1)
        simulation.cancel()  # candidates leave before the service does
        await serving


async def _until_up(server: uvicorn.Server, serving: "asyncio.Task[None]", settings: Settings) -> None:
    """Wait for the port. Raises SystemExit with one plain sentence when it cannot be had."""
    while not server.started:
        if serving.done():
            sys.exit(f"Port {settings.server.port} is taken. Choose another: make run PORT=8001")
        await asyncio.sleep(0.05)


def tell(settings: Settings, standing: Site, seeded: Seeded) -> None:
    """Print where to go and how to sign in."""
    base = f"http://localhost:{settings.server.port}"
    newcomer = seeded.newcomer
    passwords = standing.passwords
    lines = [
        "",
        f"考场 Kaochang  {base}",
        "",
        "考生 candidate    " + f"{base}/",
        f"    准考证号 ticket  {newcomer.ticket}",
        f"    入场码   code    {newcomer.code}",
    ]
    # Data of an earlier version may lack the newest of them.
    known = [member for member in STAFF if member[0] in passwords]
    for username, name, role in known:
        where = {"invigilator": f"{base}/wall/{seeded.administration_id}"}.get(role.value, f"{base}/staff")
        lines += [
            f"{name} {role.value}".ljust(16) + where,
            f"    用户名 user name {username}",
            f"    密码   password  {passwords[username]}",
        ]
    lines += [
        "",
        "一个窗口当考生（用自己的摄像头），另一个窗口当监考员看自己。按 Ctrl-C 停止。",
        "Sit the exam in one window with your own webcam, watch yourself in another. Ctrl-C stops.",
        "",
    ]
    say("\n".join(lines))


async def _simulate(
    origin: str, seeded: Seeded, webcams: list[Webcam], stranger: Person, takeover_after_s: int
) -> None:
    candidates = [
        SimulatedCandidate(
            origin=origin, ticket=ticket.ticket, code=ticket.code, picture=webcam.picture, seed=number
        )
        for number, (ticket, webcam) in enumerate(zip(seeded.tickets, webcams, strict=True))
    ]
    async with asyncio.TaskGroup() as group:
        for number, candidate in enumerate(candidates):
            group.create_task(_sit(candidate, number))
        if len(webcams) > TAKEN_OVER:
            group.create_task(
                _take_over(candidates[TAKEN_OVER], webcams[TAKEN_OVER], stranger, takeover_after_s)
            )


async def _sit(candidate: SimulatedCandidate, number: int) -> None:
    await asyncio.sleep(number * 0.7)
    try:
        await candidate.sit()
    except (httpx.HTTPError, TimeoutError):
        _log.exception("a simulated candidate gave up")


async def _take_over(candidate: SimulatedCandidate, webcam: Webcam, stranger: Person, after_s: int) -> None:
    # Counted from the start of the exam: on a slow machine the one who registered has to be admitted first.
    await candidate.wait_for(lambda: candidate.status.get("state") == "in_progress", timeout_s=86_400)
    await asyncio.sleep(after_s)
    webcam.sit_down(stranger)
