from typing import override

from core.jobs import exceptions, ports
from core.jobs.models import DeadJob


class DeadJobs(ports.DeadJobs):
    """Nothing dies here: a job that fails in memory fails whoever carries it out."""

    @override
    async def page(self, *, limit: int) -> list[DeadJob]:
        return []

    @override
    async def revive(self, job_id: int) -> None:
        raise exceptions.JobNotFound
