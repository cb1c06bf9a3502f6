from core.billing import exceptions, provider, schemas
from core.billing.config import BillingConfig
from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase


class DeleteClock(UseCase):
    """Delete a clock, with the customers who live by it."""

    test_clocks: provider.TestClocks
    billing_config: BillingConfig
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, command: schemas.ClockReference, actor: Actor) -> None:
        actor.require_platform("operator")
        if self.billing_config.live:
            raise exceptions.ClocksForbidden
        await self.test_clocks.delete(command.id)
        async with self.transaction():
            await self.audit.record(actor, "billing.clock_deleted", clock_id=command.id)
