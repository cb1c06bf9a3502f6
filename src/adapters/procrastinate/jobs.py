from collections.abc import Callable
from datetime import datetime
from typing import Any, override

from procrastinate import App
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
        with self._tracer.span(f"defer {job.name}", kind="producer"):
            await task.defer_async(
                job=job.model_dump(mode="json"), carrier=dict[str, Any](self._tracer.context())
            )
