"""ClickHouse as a server, which is its engine in this process behind ten lines of HTTP."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import chdb
import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.integration.service import free_port

TRANSPORT = {"query", "database", "default_format", "client_protocol_version", "session_id"} | {
    "enable_http_compression",
    "wait_end_of_query",
    "query_id",
    "send_progress_in_http_headers",
    "http_headers_progress_interval_ms",
}


class Engine:
    """One statement at a time, as the engine has it."""

    def __init__(self) -> None:
        self._connection = cast("Any", chdb).connect(":memory:")
        self._one = threading.Lock()
        self._set: dict[str, str] = {}

    def answer(self, statement: str, told: dict[str, str]) -> bytes:
        given = {name: value for name, value in told.items() if name not in TRANSPORT}
        params = {
            name.removeprefix("param_"): value
            for name, value in given.items()
            if name.startswith("param_")
        }
        with self._one:
            self._settle({name: given[name] for name in given if name[:6] != "param_"})
            how = told.get("default_format", "TabSeparated")
            return bytes(self._connection.query(statement, how, params=params).bytes())

    def _settle(self, settings: dict[str, str]) -> None:
        for name in self._set.keys() - settings.keys():
            self._connection.query(f"SET {name} = DEFAULT")
        for name, value in settings.items():
            if self._set.get(name) != value:
                self._connection.query(f"SET {name} = '{value}'")
        self._set = settings


async def asked(request: Request) -> tuple[str, dict[str, str]]:
    """Return a statement, with what is inserted behind it, and what is said beside it."""
    told = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("multipart/"):
        async with request.form(max_part_size=1 << 24) as form:
            for name, value in form.items():
                told[name] = (
                    (await value.read()).decode() if isinstance(value, UploadFile) else value
                )
        return told["query"], told
    body = (await request.body()).decode()
    return "\n".join(part for part in (told.get("query", ""), body) if part), told


@contextmanager
def running() -> Iterator[str]:
    engine = Engine()

    async def answer(request: Request) -> Response:
        statement, told = await asked(request)
        try:
            return Response(await asyncio.to_thread(engine.answer, statement, told))
        except Exception as error:
            code = str(error).partition("Code: ")[2].partition(".")[0]
            return Response(str(error), 500, {"X-ClickHouse-Exception-Code": code})

    app = Starlette(routes=[Route("/", answer, methods=["GET", "POST"])])
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()
