"""The commands that run for as long as the service does."""

import asyncio
import errno
import signal
import socket
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from entrypoints.cli.running import (
    UNAVAILABLE,
    WRONG_USAGE,
    end,
    environment,
    guarded,
    operator,
    run,
    sparing,
)

if TYPE_CHECKING:
    from fastapi import FastAPI
    from uvicorn import Config

    from bootstrap import Application, Settings

PATIENCE: Final = 30
START_PATIENCE: Final = 60
"""Seconds that requests in flight get to finish."""

KEPT_ALIVE: Final = 75
"""Seconds that an idle connection is kept: longer than proxies keep theirs, who allow 60. Who hangs
up first must be the one that asks, or a request meets a connection that is just being closed."""

STOPS: Final = (signal.SIGTERM, signal.SIGINT)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    workers: Annotated[
        int,
        typer.Option(
            min=1,
            help="How many processes answer requests; in containers, rather run more of those.",
        ),
    ] = 1,
    *,
    memory: Annotated[
        bool,
        typer.Option(
            "--memory", help="Keep everything but mails in memory, and forget it at the end."
        ),
    ] = False,
) -> None:
    """Serve the API over HTTP.

    In development it starts an embedded PostgreSQL if none is named, migrates it, carries out jobs
    and, the first time, prints a link with which the administrator chooses a password.
    """
    import uvloop

    guarded(lambda: uvloop.run(_serve(host, port, workers, memory=memory)))


async def _serve(host: str, port: int, workers: int, *, memory: bool) -> None:
    read = environment()
    from bootstrap import Application, database, in_memory
    from settings import check

    check(read)
    _check_free(host, port)
    settings = read.listening(_address(host, port))
    if memory:
        if workers > 1 or settings.environment == "production":
            end(WRONG_USAGE, "--memory is for development, and for one process alone.")
        wired = await in_memory(settings)
        _greet(settings, await _first_link(wired))
        await _answer(wired, host, port)
        return
    async with database(settings) as named:
        link = await _prepare(named)
        _greet(named, link)
        if workers > 1:
            await _answer_by_many(named, host, port, workers)
            return
        from bootstrap import Container

        await _answer(Application(Container(settings=named.with_secret_keys())), host, port)


def _check_free(host: str, port: int) -> None:
    """Refuse a port that is taken before anything else is started."""
    try:
        for family, kind, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            with socket.socket(family, kind) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(address)
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno in {errno.EADDRINUSE, errno.EACCES}:
            end(UNAVAILABLE, f"Can't listen on {host}:{port}: {error.strerror}.")


def _address(host: str, port: int) -> str:
    """Return where a client on this machine finds us."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not bound
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


async def _prepare(settings: "Settings") -> str | None:
    """In development, bring the database up to date; return the first administrator's link."""
    from bootstrap import application, migrate

    quiet = settings.model_copy(update={"log_level": "warning"})
    async with application(quiet) as wired:
        await _refuse_danger(wired)
        if settings.environment != "development":
            return None
        ready = not await wired.container.readiness().problems()
    if not ready:
        await migrate(quiet)
    async with application(quiet) as wired:
        await wired.ensure_keys()  # whoever migrated may not have come to it
        return await _first_link(wired)


async def _refuse_danger(wired: "Application") -> None:
    if danger := await wired.container.readiness().danger():
        end(WRONG_USAGE, danger)


async def _first_link(wired: "Application") -> str | None:
    """Make the first administrator and return their link; None if there is anybody."""
    from core.accounts import exceptions, schemas, service

    people = await wired.use(service.ListUsers)(schemas.ListUsers(limit=1), operator())
    if people.items:
        return None
    command = schemas.CreateUser(email=wired.settings.admin_email, platform_role="operator")
    try:
        return (await wired.use(service.CreateUser)(command, operator())).link
    except exceptions.EmailTaken:
        return None


def _greet(settings: "Settings", link: str | None) -> None:
    typer.echo(f"Core API     {settings.public_url}")
    typer.echo(f"Docs         {settings.public_url}/docs")
    if link is not None:
        typer.echo(
            f"\nChoose the password of {settings.admin_email} (the link works once):\n{link}\n"
        )


async def _answer(application: "Application", host: str, port: int) -> None:
    import uvicorn

    from entrypoints.http.app import create_app

    app = create_app(application, work=application.settings.works)
    server = uvicorn.Server(_listening(app, host, port))
    # The server raises the signal that stopped it again: that must not end us before our database.
    for stop in STOPS:
        signal.signal(stop, lambda *_: None)
    await server.serve()
    if not server.started:
        end(UNAVAILABLE, f"Can't listen on {host}:{port}.")


async def _answer_by_many(settings: "Settings", host: str, port: int, workers: int) -> None:
    from tempfile import TemporaryDirectory

    from uvicorn.supervisors import Multiprocess

    with TemporaryDirectory(prefix="core-api-") as folder:
        app = partial(_one_of_many, settings.with_secret_keys(), Path(folder))
        config = _listening(
            app,
            host,
            port,
            factory=True,
            workers=workers,
            timeout_worker_healthcheck=START_PATIENCE,  # a busy machine needs longer than 5 seconds
        )
        sockets = [config.bind_socket()]
        supervisor = Multiprocess(config, sockets=sockets)  # signals come to this thread
        await asyncio.to_thread(supervisor.run)


def _one_of_many(settings: "Settings", siblings: Path) -> "FastAPI":
    """Build the service of a worker, in its process."""
    with sparing():
        from bootstrap import Application, Container
    from entrypoints.http.app import create_app

    wired = Application(Container(settings=settings))
    return create_app(wired, work=settings.works, siblings=siblings)


def _listening(app: Any, host: str, port: int, **options: Any) -> "Config":
    from uvicorn import Config

    from entrypoints.http.protocol import Protocol

    return Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http=Protocol,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=PATIENCE,
        timeout_keep_alive=KEPT_ALIVE,
        **options,
    )


def worker(
    host: Annotated[str, typer.Option(help="The address to tell it at.")] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=65535,
            help="Where to tell over HTTP whether it is well, and its numbers; unnamed, nowhere.",
        ),
    ] = None,
) -> None:
    """Carry out jobs: mails, events and what comes by the clock."""
    if port is not None:
        _check_free(host, port)
    run(partial(_work, host=host, port=port), brief=False)


async def _work(application: "Application", host: str, port: int | None) -> None:
    """Work until a signal says stop; jobs in flight are finished."""
    await _refuse_danger(application)
    working = asyncio.create_task(application.work())
    for stop in STOPS:
        asyncio.get_running_loop().add_signal_handler(stop, working.cancel)
    async with _telling(application, host, port) if port else nullcontext():
        with suppress(asyncio.CancelledError):
            await working


def _telling(application: "Application", host: str, port: int) -> AbstractAsyncContextManager[None]:
    from entrypoints.http.probes import create_probes, telling

    return telling(_listening(create_probes(application), host, port))


def healthcheck(
    url: Annotated[str, typer.Option(help="Where to ask.")] = "http://127.0.0.1:8000/readyz",
) -> None:
    """Exit with 0 if the service is ready, with 3 if not: for containers."""
    from http.client import HTTPException
    from urllib.request import ProxyHandler, build_opener

    ask = build_opener(ProxyHandler({}))  # it is beside us, whatever proxy leads elsewhere
    try:
        with ask.open(url, timeout=3):
            return
    except ValueError as error:
        end(WRONG_USAGE, f"{url} can't be asked: {error}")
    except (HTTPException, OSError) as error:
        end(UNAVAILABLE, f"Not ready: {error}")
