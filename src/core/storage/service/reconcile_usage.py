from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase
from core.storage import ports, schemas


class ReconcileUsage(UseCase):
    """Add up what every organization holds and mend sums that differ, which none should."""

    usages: ports.Usages
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, job: schemas.ReconcileUsage, actor: Actor) -> int:
        async with self.transaction():
            corrections = await self.usages.recount(job.organization_id)
            for correction in corrections:
                await self.audit.record(
                    actor,
                    "storage.usage_corrected",
                    target=("organization", correction.after.organization_id),
                    organization_id=correction.after.organization_id,
                    before=correction.before.model_dump(mode="json", exclude={"organization_id"}),
                    after=correction.after.model_dump(mode="json", exclude={"organization_id"}),
                )
        return len(corrections)
