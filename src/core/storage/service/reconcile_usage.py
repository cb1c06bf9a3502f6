from core.models import Actor, OrganizationId
from core.ports import AuditLog, Transaction
from core.service import UseCase
from core.storage import ports, schemas


class ReconcileUsage(UseCase):
    """Add up what organizations hold and mend sums that differ, which none should."""

    usages: ports.Usages
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, job: schemas.ReconcileUsage, actor: Actor) -> int:
        one = job.organization_id
        holders = [one] if one else await self.usages.holders()
        mended = [await self._mend(holder, actor) for holder in holders]
        return sum(mended)

    async def _mend(self, organization_id: OrganizationId, actor: Actor) -> bool:
        async with self.transaction():
            correction = await self.usages.recount(organization_id)
            if correction is None:
                return False
            await self.audit.record(
                actor,
                "storage.usage_corrected",
                target=("organization", organization_id),
                organization_id=organization_id,
                before=correction.before.model_dump(mode="json", exclude={"organization_id"}),
                after=correction.after.model_dump(mode="json", exclude={"organization_id"}),
            )
        return True
