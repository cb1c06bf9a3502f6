from core.jobs import ports, schemas
from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase


class RetryJob(UseCase):
    """Have a job tried again that failed for good: for operators."""

    queued_jobs: ports.QueuedJobs
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, command: schemas.RetryJob, actor: Actor) -> None:
        actor.require_platform("operator")
        async with self.transaction():
            # Audited first: reviving is no part of the transaction, and nothing may fail after it.
            await self.audit.record(actor, "admin.job_retried", job_id=command.job_id)
            await self.queued_jobs.revive(command.job_id)
