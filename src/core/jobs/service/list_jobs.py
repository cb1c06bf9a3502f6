from core.jobs import ports, schemas
from core.jobs.models import JobFilter
from core.models import Actor, Page
from core.service import UseCase


class ListJobs(UseCase):
    """List what waits, runs, failed for good or was cancelled: for operators."""

    queued_jobs: ports.QueuedJobs

    async def __call__(self, query: schemas.ListJobs, actor: Actor) -> Page[schemas.JobView]:
        actor.require_platform("operator", "support")
        matching = JobFilter(**query.model_dump(include=set(JobFilter.model_fields)))
        found = await self.queued_jobs.page(matching, limit=query.limit + 1, before=query.before)
        return query.page([schemas.JobView.of(one) for one in found], lambda one: one.place)
