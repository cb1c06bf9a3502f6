import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from time import perf_counter
from typing import Any, Final, override

from procrastinate import App, JobContext
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition
from psycopg import OperationalError

from adapters.procrastinate.retry import Backoff
from core import ports
from core.models import Job
from core.telemetry import Metrics, Tracer, request_id

_log = logging.getLogger("core_api.jobs")

CONCURRENCY: Final = 8
HEARTBEAT: Final = 2.0
STALLED_AFTER: Final = 15.0
SWEEP: Final = 5.0
PATIENCE: Final = 20.0
PAUSE: Final = 1.0
OUTCOMES: Final = ("succeeded", "failed")
GONE: Final = (ConnectorException, OperationalError)

type Handler = Callable[[Job], Awaitable[object]]


class Worker(ports.Worker):
    """Carries jobs out, several at a time, and takes over those of a worker that died."""

    def __init__(self, app: App, tracer: Tracer, metrics: Metrics) -> None:
        self._app = app
        self._tracer = tracer
        self._metrics = metrics

    @override
    async def run(
        self, handler: Handler, schedule: Mapping[type[Job], str], *, wait: bool = True
    ) -> None:
        self._register(handler, schedule)
        sweep = asyncio.create_task(self._take_over())
        try:
            await self._work(wait=wait)
        finally:
            sweep.cancel()
            with suppress(asyncio.CancelledError):
                await sweep

    async def _work(self, *, wait: bool) -> None:
        """Work until cancelled: the library's worker ends when its database goes away."""
        while True:
            try:
                await self._app.run_worker_async(
                    concurrency=CONCURRENCY,
                    wait=wait,
                    fetch_job_polling_interval=2.0,
                    install_signal_handlers=False,
                    delete_jobs=DeleteJobCondition.SUCCESSFUL,
                    shutdown_graceful_timeout=PATIENCE,
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=STALLED_AFTER,
                )
            except GONE:
                if not wait:
                    raise
            if not wait:
                return
            _log.warning("can't look for jobs: the database is not answering")
            await asyncio.sleep(PAUSE)

    def _register(self, handler: Handler, schedule: Mapping[type[Job], str]) -> None:
        for name, kind in Job.kinds.items():
            if name in self._app.tasks:
                continue
            task = self._app.task(name=name, pass_context=True, retry=Backoff())(
                self._carried_out_by(handler, kind)
            )
            if kind in schedule:
                self._app.periodic(cron=schedule[kind])(task)
            for outcome in OUTCOMES:  # so that the first failure is seen as an increase
                self._metrics.count("jobs_total", 0, name=name, outcome=outcome)

    def _carried_out_by(self, handler: Handler, kind: type[Job]) -> Callable[..., Awaitable[None]]:
        async def carry_out(
            context: JobContext,
            timestamp: int | None = None,
            job: dict[str, Any] | None = None,
            carrier: dict[str, str] | None = None,
        ) -> None:
            request_id.set(f"job-{context.job.id}")
            started, outcome = perf_counter(), "failed"
            try:
                with (
                    self._tracer.continued(carrier or {}),
                    self._tracer.span(f"job {kind.name}", kind="consumer"),
                ):
                    await handler(kind.model_validate(job or {}))
                outcome = "succeeded"
            finally:
                self._metrics.count("jobs_total", name=kind.name, outcome=outcome)
                self._metrics.observe(
                    "job_duration_seconds", perf_counter() - started, name=kind.name
                )

        return carry_out

    async def _take_over(self) -> None:
        """Give back what a worker held that has not been heard of for a while."""
        manager = self._app.job_manager
        while True:
            await asyncio.sleep(SWEEP)
            try:
                for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
                    _log.warning("taking over a stalled job", extra={"job": job.task_name})
                    await manager.retry_job(job)
            except GONE:
                _log.warning("can't look for stalled jobs: the database is not answering")
