from itertools import count
from typing import override

from core.jobs import exceptions, ports
from core.jobs.models import DeadJob
from core.models import Job
from core.ports import Jobs


class DeadJobs(ports.DeadJobs):
    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._dead: dict[int, Job] = {}
        self._ids = count(1)

    def bury(self, job: Job) -> None:
        self._dead[next(self._ids)] = job

    @override
    async def page(self, *, limit: int) -> list[DeadJob]:
        newest = sorted(self._dead.items(), reverse=True)[:limit]
        return [
            DeadJob(id=job_id, name=job.name, attempts=1, payload=job.model_dump(mode="json"))
            for job_id, job in newest
        ]

    @override
    async def revive(self, job_id: int) -> None:
        job = self._dead.pop(job_id, None)
        if job is None:
            raise exceptions.JobNotFound
        await self._jobs.defer(job)
