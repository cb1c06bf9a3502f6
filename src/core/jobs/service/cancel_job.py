from core.jobs import ports, schemas
from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase


class CancelJob(UseCase):
    """Have nobody carry out a job that waits: for operators."""

    queued_jobs: ports.QueuedJobs
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, command: schemas.CancelJob, actor: Actor) -> None:
        actor.require_platform("operator")
        async with self.transaction():
            # Audited first, as where a job is tried again.
            await self.audit.record(actor, "admin.job_cancelled", job_id=command.job_id)
            await self.queued_jobs.cancel(command.job_id)
