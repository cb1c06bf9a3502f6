from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase
from core.storage import ports, schemas
from core.storage.config import StorageConfig


class SetQuota(UseCase):
    """Set how much an organization may hold. What it holds already stays, whatever the limit."""

    usages: ports.Usages
    storage_config: StorageConfig
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, command: schemas.SetQuota, actor: Actor) -> schemas.UsageView:
        actor.require_platform("operator")
        async with self.transaction():
            usage = await self.usages.limit(command.organization_id, command.quota.limit)
            await self.audit.record(
                actor,
                "storage.quota_set",
                target=("organization", command.organization_id),
                organization_id=command.organization_id,
                limit=command.quota.limit,
            )
        return schemas.UsageView.of(usage, self.storage_config.default_quota)
