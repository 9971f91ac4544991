"""The `kaochang` command."""

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from app.accounts.rules import STAFF, Role
from app.clock import SystemClock
from app.errors import KaochangError
from app.kit.database import Database
from app.kit.heap import settle_heap
from app.kit.migrations import migrate as migrate_database
from app.logs import configure_logs
from app.main import Service, create_app
from app.settings import Settings
from app.verifying import verify
from proctor.errors import ProctorError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
CandidateFaces = Annotated[
    Path | None, typer.Option(help="A folder with one sub-folder of pictures a person.", exists=True)
]


def server_config(settings: Settings, log_level: str = "warning") -> uvicorn.Config:
    """How every entry point runs the service.

    Compression is off (it costs two thirds of the frame throughput), the sans-I/O protocol on.
    """
    application = create_app(settings)
    settle_heap()
    return uvicorn.Config(
        application,
        host=settings.server.host,
        port=settings.server.port,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=512 * 1024,
        log_level=log_level,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )


@app.command()
def serve() -> None:
    """Run the service with the settings of the environment."""
    configure_logs()
    uvicorn.Server(server_config(Settings(), "info")).run()


@app.command()
def demo(
    faces: CandidateFaces = None,
    port: Annotated[int, typer.Option(help="Port on localhost.")] = 8000,
    takeover_after: Annotated[
        int, typer.Option(help="Seconds of the exam until another person sits down.")
    ] = 60,
    fresh: Annotated[bool, typer.Option(help="Start with an empty data folder.")] = False,
) -> None:
    """Run the service with a demonstration exam point and simulated candidates."""
    from app.demo.run import run_demo  # the demonstration loads simulators that a server never needs

    configure_logs("WARNING")
    run_demo(faces=faces, port=port, takeover_after_s=takeover_after, fresh=fresh)


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""

    async def run() -> None:
        database = Database(Settings().resolved_database_url)
        try:
            await migrate_database(database)
        finally:
            await database.dispose()

    asyncio.run(run())


app.command()(verify)


@app.command("staff-add")
def staff_add(
    username: str,
    name: str,
    role: Role,
    room: Annotated[str | None, typer.Option(help="Id of the one room of an invigilator.")] = None,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)] = "",
) -> None:
    """Add a member of staff."""
    if role not in STAFF:
        raise typer.BadParameter("A candidate is no member of staff.")

    async def run() -> None:
        service = Service(Settings(), SystemClock())
        try:
            await migrate_database(service.database)
            await service.accounts.create_staff(
                username=username, name=name, password=password, role=role, room_id=room
            )
        finally:
            await service.database.dispose()

    asyncio.run(run())


def main() -> None:
    """Entry point: refusals are one plain sentence on standard error and exit status 2."""
    try:
        app()
    except (KaochangError, ProctorError) as error:
        typer.echo(str(error), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
