from core.billing import ports, schemas
from core.billing.models import Override
from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase


class SetOverride(UseCase):
    """Give an organization a feature apart from its plan, or take one away."""

    subscriptions: ports.Subscriptions
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, command: schemas.SetOverride, actor: Actor) -> Override:
        actor.require_platform("operator")
        override = Override(
            organization_id=command.organization_id,
            feature_key=command.key,
            feature=command.feature,
            expires_at=command.expires_at,
        )
        async with self.transaction():
            await self.subscriptions.put_override(override)
            await self.audit.record(
                actor,
                "billing.override_set",
                organization_id=command.organization_id,
                feature=command.key,
            )
        return override
