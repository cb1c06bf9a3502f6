"""What a process that answers no requests tells over HTTP: whether it is well, and its numbers."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import override

from fastapi import FastAPI
from uvicorn import Config, Server

from bootstrap import Application
from entrypoints.http import health, problems


def create_probes(application: Application) -> FastAPI:
    """Answer `/livez`, `/readyz` and `/metrics` as the service does, and nothing else."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.application = application
    app.state.siblings = None
    app.include_router(health.router)
    problems.install(app)
    return app


class _Beside(Server):
    """Leaves signals to whoever does the work."""

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def telling(config: Config) -> AsyncIterator[None]:
    """Answer while something else is done."""
    server = _Beside(config)
    answering = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await answering
