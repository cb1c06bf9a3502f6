from core.accounts import events
from core.accounts.closing import ports, schemas
from core.accounts.closing.constants import BATCH
from core.models import Actor, OrganizationId
from core.ports import AuditLog, Clock, Events, Transaction
from core.service import UseCase


class PurgeDeletedOrganizations(UseCase):
    """Erase for good the organizations that were shut 30 days ago, module by module.

    The row of an organization goes last: whatever breaks off on the way is taken up again. The
    audit log keeps its id alone.
    """

    departing_organizations: ports.DepartingOrganizations
    organization_data: tuple[ports.OrganizationData, ...]
    audit: AuditLog
    events: Events
    transaction: Transaction
    clock: Clock

    async def __call__(
        self, _: schemas.PurgeDeletedOrganizations, actor: Actor
    ) -> schemas.PurgedOrganizations:
        actor.require_platform("operator")
        now, deleted = self.clock.now(), 0
        after: OrganizationId | None = None
        while due := await self.departing_organizations.due(now, limit=BATCH, after=after):
            for organization_id in due:
                deleted += await self._erase(organization_id, actor)
            after = due[-1]
        return schemas.PurgedOrganizations(deleted=deleted)

    async def _erase(self, organization_id: OrganizationId, actor: Actor) -> bool:
        for module in self.organization_data:
            await module.erase(organization_id)
        now = self.clock.now()
        async with self.transaction():
            removed = await self.departing_organizations.remove(organization_id, now)
            if removed:
                await self.audit.record(
                    actor,
                    "org.deleted",
                    target=("organization", organization_id),
                    organization_id=organization_id,
                )
                await self.events.publish(
                    events.OrganizationDeleted(organization_id=organization_id, at=now)
                )
        return removed
