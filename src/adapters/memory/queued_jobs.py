from collections.abc import Iterator
from typing import override

from adapters.memory.kernel import Jobs, Waiting
from core.jobs import exceptions, ports
from core.jobs.models import JobFilter, JobNumbers, JobStatus, QueuedJob
from core.mails.models import SendMail
from core.models import Job


class QueuedJobs(ports.QueuedJobs):
    """Nothing is seen running: a worker in memory takes what is due at once."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._failed: dict[int, Waiting] = {}
        self._cancelled: dict[int, Waiting] = {}

    def bury(self, entry: Waiting) -> None:
        self._failed[entry.number] = entry

    @override
    async def page(
        self, matching: JobFilter, *, limit: int, before: int | None = None
    ) -> list[QueuedJob]:
        found = [
            job
            for job in self._all()
            if matching.status in {None, job.status}
            and matching.name in {None, job.name}
            and matching.queue in {None, job.queue}
            and (before is None or job.id < before)
        ]
        return sorted(found, key=lambda job: job.id, reverse=True)[:limit]

    @override
    async def get(self, job_id: int) -> QueuedJob | None:
        return next((job for job in self._all() if job.id == job_id), None)

    @override
    async def revive(self, job_id: int) -> None:
        if await self.get(job_id) is None:
            raise exceptions.JobNotFound
        entry = self._failed.pop(job_id, None)
        if entry is None:
            raise exceptions.JobNotFailed
        self._jobs.waiting.append(entry)

    @override
    async def cancel(self, job_id: int) -> None:
        if await self.get(job_id) is None:
            raise exceptions.JobNotFound
        entry = next((one for one in self._jobs.waiting if one.number == job_id), None)
        if entry is None:
            raise exceptions.JobNotWaiting
        self._jobs.waiting[:] = [one for one in self._jobs.waiting if one is not entry]
        self._cancelled[job_id] = entry

    @override
    async def numbers(self) -> JobNumbers:
        failed = [entry.job for entry in self._failed.values()]
        return JobNumbers(
            waiting=len(self._jobs.waiting),
            running=0,
            failed=len(failed),
            mails_failed=sum(isinstance(job, SendMail) for job in failed),
        )

    def _all(self) -> Iterator[QueuedJob]:
        yield from (_queued(entry, "waiting", 0) for entry in self._jobs.waiting)
        yield from (_queued(entry, "failed", 1) for entry in self._failed.values())
        yield from (_queued(entry, "cancelled", 0) for entry in self._cancelled.values())


def _queued(entry: Waiting, status: JobStatus, attempts: int) -> QueuedJob:
    job: Job = entry.job
    return QueuedJob(
        id=entry.number,
        name=job.name,
        queue="default",
        status=status,
        attempts=attempts,
        lock=entry.lock,
        due_at=entry[1],
        created_at=entry[1],
        payload=job.model_dump(mode="json"),
    )
