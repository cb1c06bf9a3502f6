from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final, LiteralString, override

from procrastinate import App, sql
from procrastinate.jobs import Job as Deferred
from procrastinate.types import JobToDefer
from psycopg.types.json import Jsonb

from core import ports
from core.models import Job
from core.telemetry import Tracer

type Queue = Callable[[LiteralString, dict[str, Any]], Awaitable[None]]

DEFER: Final = sql.queries["defer_jobs"]


class Jobs(ports.Jobs):
    """`queue` hands out how a statement joins the transaction that is open, if one is.

    The library would wait there for the id of each job: a round trip for what nobody asks.
    """

    def __init__(self, app: App, queue: Callable[[], Queue | None], tracer: Tracer) -> None:
        self._app = app
        self._queue = queue
        self._tracer = tracer

    @override
    async def defer(self, job: Job, *, at: datetime | None = None, lock: str | None = None) -> None:
        task = self._app.configure_task(job.name, lock=lock, schedule_at=at)
        with self._tracer.span(f"defer {job.name}", kind="producer"):
            told = {"job": job.model_dump(mode="json"), "carrier": self._tracer.context()}
            if queue := self._queue():
                await queue(DEFER, {"jobs": [_row(task.make_new_job(**told))]})
            else:
                await task.defer_async(**told)


def _row(job: Deferred) -> tuple[Any, ...]:
    """Say what the library's own manager says, in its order."""
    row = JobToDefer(
        queue_name=job.queue,
        task_name=job.task_name,
        priority=job.priority,
        lock=job.lock,
        queueing_lock=job.queueing_lock,
        args=job.task_kwargs,
        scheduled_at=job.scheduled_at,
    )
    return tuple(Jsonb(value) if isinstance(value, dict) else value for value in row)
