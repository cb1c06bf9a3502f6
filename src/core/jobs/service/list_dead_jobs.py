from core.jobs import models, ports, schemas
from core.models import Actor, Page
from core.service import UseCase


class ListDeadJobs(UseCase):
    """List the jobs that failed for good: for operators."""

    dead_jobs: ports.DeadJobs

    async def __call__(self, command: schemas.ListDeadJobs, actor: Actor) -> Page[models.DeadJob]:
        actor.require_platform("operator", "support")
        return Page(items=await self.dead_jobs.page(limit=command.limit))
