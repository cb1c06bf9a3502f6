from datetime import UTC, datetime
from typing import override

from procrastinate import App
from procrastinate.jobs import Job

from core.jobs import exceptions, ports
from core.jobs.models import DeadJob


class DeadJobs(ports.DeadJobs):
    def __init__(self, app: App) -> None:
        self._app = app

    @override
    async def page(self, *, limit: int) -> list[DeadJob]:
        failed = await self._app.job_manager.list_jobs_async(status="failed")
        jobs = [_dead(job) for job in failed]
        return sorted(jobs, key=lambda job: job.id, reverse=True)[:limit]

    @override
    async def revive(self, job_id: int) -> None:
        manager = self._app.job_manager
        if not await manager.list_jobs_async(id=job_id, status="failed"):
            raise exceptions.JobNotFound
        await manager.retry_job_by_id_async(job_id, retry_at=datetime.now(UTC))


def _dead(job: Job) -> DeadJob:
    """Tell what it was to do; one that comes by the clock was told nothing."""
    told = job.task_kwargs.get("job")
    payload = told if isinstance(told, dict) else {}
    return DeadJob(id=job.id or 0, name=job.task_name, attempts=job.attempts, payload=payload)
