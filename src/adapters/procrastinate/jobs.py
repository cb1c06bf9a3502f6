from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, override

import psycopg
from procrastinate import App
from procrastinate.exceptions import ConnectorException
from psycopg import AsyncConnection

from core import ports
from core.models import Job
from core.telemetry import Tracer


class Jobs(ports.Jobs):
    """`bound` hands out the connection of the transaction that is open, if one is."""

    def __init__(
        self, app: App, bound: Callable[[], AsyncConnection | None], tracer: Tracer
    ) -> None:
        self._app = app
        self._bound = bound
        self._tracer = tracer

    @override
    async def defer(self, job: Job, *, at: datetime | None = None, lock: str | None = None) -> None:
        task = self._app.configure_task(
            job.name, lock=lock, schedule_at=at, connection=self._bound()
        )
        with self._tracer.span(f"defer {job.name}", kind="producer"), _as_it_was():
            await task.defer_async(
                job=job.model_dump(mode="json"), carrier=dict[str, Any](self._tracer.context())
            )


@contextmanager
def _as_it_was() -> Iterator[None]:
    """Let the database's own error through: it may be of a statement before this one.

    Statements of a transaction travel together, and whoever is asked next is told what went wrong.
    """
    try:
        yield
    except ConnectorException as error:
        cause = error.__cause__ or error.__context__
        if isinstance(cause, psycopg.Error):
            raise cause from None
        raise
