from core.billing import exceptions, ports, schemas
from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase


class DropOverride(UseCase):
    """Let an organization have of a feature what its plan says."""

    subscriptions: ports.Subscriptions
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, command: schemas.OverrideReference, actor: Actor) -> None:
        actor.require_platform("operator")
        async with self.transaction():
            if not await self.subscriptions.drop_override(command.organization_id, command.feature):
                raise exceptions.FeatureNotFound
            await self.audit.record(
                actor,
                "billing.override_dropped",
                organization_id=command.organization_id,
                feature=command.feature,
            )
