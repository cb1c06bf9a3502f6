from core.billing import exceptions, provider, schemas
from core.billing.config import BillingConfig
from core.models import Actor
from core.ports import AuditLog, Transaction
from core.service import UseCase


class AdvanceClock(UseCase):
    """Let time pass for whoever lives by a clock; it takes a while until the clock is ready."""

    test_clocks: provider.TestClocks
    billing_config: BillingConfig
    audit: AuditLog
    transaction: Transaction

    async def __call__(self, command: schemas.AdvanceClock, actor: Actor) -> schemas.ClockView:
        actor.require_platform("operator")
        if self.billing_config.live:
            raise exceptions.ClocksForbidden
        advanced = await self.test_clocks.advance(command.id, command.to)
        async with self.transaction():
            await self.audit.record(actor, "billing.clock_advanced", clock_id=command.id)
        return schemas.ClockView.of(advanced)
