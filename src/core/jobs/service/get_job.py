from core.jobs import exceptions, ports, schemas
from core.models import Actor
from core.service import UseCase


class GetJob(UseCase):
    """See one job: for operators."""

    queued_jobs: ports.QueuedJobs

    async def __call__(self, query: schemas.JobReference, actor: Actor) -> schemas.JobView:
        actor.require_platform("operator", "support")
        found = await self.queued_jobs.get(query.job_id)
        if found is None:
            raise exceptions.JobNotFound
        return schemas.JobView.of(found)
