from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, override

from procrastinate import App

from core.jobs import exceptions, ports
from core.jobs.models import JobFilter, JobNumbers, JobStatus, QueuedJob
from core.mails.models import SendMail

STATUSES: Final[Mapping[str, JobStatus]] = {
    "todo": "waiting",
    "doing": "running",
    "failed": "failed",
    "cancelled": "cancelled",
    "aborted": "cancelled",
}
"""What the library's words are called here; what succeeded is deleted."""

PAGE: Final = """
    SELECT job.id, job.task_name AS name, job.queue_name AS queue, job.status::text AS status,
           job.attempts, job.lock, job.scheduled_at AS due_at, job.args, told.created_at,
           told.moved_at
      FROM procrastinate_jobs AS job
      LEFT JOIN LATERAL (
           SELECT min(at) AS created_at, max(at) AS moved_at
             FROM procrastinate_events AS event WHERE event.job_id = job.id
      ) AS told ON true
     WHERE job.status::text = ANY(%(statuses)s)
       AND (%(name)s::text IS NULL OR job.task_name = %(name)s)
       AND (%(queue)s::text IS NULL OR job.queue_name = %(queue)s)
       AND (%(before)s::bigint IS NULL OR job.id < %(before)s)
       AND (%(job_id)s::bigint IS NULL OR job.id = %(job_id)s)
     ORDER BY job.id DESC
     LIMIT %(limit)s
"""

NUMBERS: Final = """
    SELECT count(*) FILTER (WHERE status = 'todo') AS waiting,
           count(*) FILTER (WHERE status = 'doing') AS running,
           count(*) FILTER (WHERE status = 'failed') AS failed,
           count(*) FILTER (WHERE status = 'failed' AND task_name = %(mail)s) AS mails_failed
      FROM procrastinate_jobs
"""

LARGEST: Final = 2**63 - 1


class QueuedJobs(ports.QueuedJobs):
    def __init__(self, app: App) -> None:
        self._app = app

    @override
    async def page(
        self, matching: JobFilter, *, limit: int, before: int | None = None
    ) -> list[QueuedJob]:
        statuses = [theirs for theirs, ours in STATUSES.items() if matching.status in {None, ours}]
        told = {"name": matching.name, "queue": matching.queue, "job_id": None}
        return await self._found(statuses=statuses, before=_fitting(before), limit=limit, **told)

    @override
    async def get(self, job_id: int) -> QueuedJob | None:
        if not 0 < job_id <= LARGEST:
            return None
        found = await self._found(
            statuses=list(STATUSES), name=None, queue=None, before=None, job_id=job_id, limit=1
        )
        return found[0] if found else None

    @override
    async def revive(self, job_id: int) -> None:
        if (await self._there(job_id)).status != "failed":
            raise exceptions.JobNotFailed
        await self._app.job_manager.retry_job_by_id_async(job_id, retry_at=datetime.now(UTC))

    @override
    async def cancel(self, job_id: int) -> None:
        await self._there(job_id)
        if not await self._app.job_manager.cancel_job_by_id_async(job_id):
            raise exceptions.JobNotWaiting

    @override
    async def numbers(self) -> JobNumbers:
        row = await self._app.connector.execute_query_one_async(NUMBERS, mail=SendMail.name)
        return JobNumbers.model_validate(row)

    async def _there(self, job_id: int) -> QueuedJob:
        found = await self.get(job_id)
        if found is None:
            raise exceptions.JobNotFound
        return found

    async def _found(self, **about: Any) -> list[QueuedJob]:
        rows = await self._app.connector.execute_query_all_async(PAGE, **about)
        return [_queued(row) for row in rows]


def _fitting(before: int | None) -> int | None:
    return None if before is None else min(before, LARGEST)


def _queued(row: dict[str, Any]) -> QueuedJob:
    """Tell what it was to do; one that comes by the clock was told nothing."""
    told = row["args"].get("job")
    payload = told if isinstance(told, dict) else {}
    known = {key: value for key, value in row.items() if key not in {"args", "status"}}
    return QueuedJob(**known, status=STATUSES[row["status"]], payload=payload)
